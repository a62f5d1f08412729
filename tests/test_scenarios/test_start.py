"""What the program loads before it is known what is asked, and what a plan never needs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from model import units
from model.unit_registry import parsed
from model.unit_table import Unit, line_of
from optimizer import processors
from optimizer.settings import EngineName
from scenarios import cli
from scenarios.commands import cli_risk
from scenarios.commands.later import Later
from scenarios.reading.files import find_scenario, load_bundle
from scenarios.reading.found import bundled_scenarios
from scenarios.risk import draws
from tests.test_scenarios import two_stacks

NEVER_AT_START = {"dash", "docx", "numba", "numpy", "openpyxl", "optimizer", "pandas", "plotly", "pulp", "pyarrow"} | {
    "PIL", "highspy", "matplotlib", "pydantic", "scipy", "sqlalchemy", "xlsxwriter",
}  # fmt: skip
"""What commands need that are not asked for."""

NEVER_IN_A_PLAN = {"alembic", "dash", "distributed", "numba", "openpyxl", "pulp", "sqlalchemy"} | {
    "matplotlib", "scipy.linalg", "scipy.optimize", "scipy.sparse.linalg", "scipy.special", "scipy.stats",
}  # fmt: skip
"""What a plan of few sources from CSV files does without."""

AT_START = "import json, sys, scenarios.cli; print(json.dumps(list(sys.modules)))"
LISTING = """
import json, sys
from scenarios.cli import main
try:
    main()
except SystemExit as end:
    print(json.dumps([end.code, *sys.modules]), file=sys.stderr)
"""


def loaded(code: str, *arguments: str) -> list[object]:
    """What a new process says of itself on the last line it prints."""
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    said: list[object] = json.loads((done.stderr or done.stdout).splitlines()[-1])
    return said


def test_the_program_starts_without_what_only_some_commands_need() -> None:
    assert not NEVER_AT_START & set(loaded(AT_START))


@pytest.mark.parametrize("command", [["list"], ["--help"], ["plan", "--help"]])
def test_lists_and_help_load_no_arrays(command: list[str]) -> None:
    code, *modules = loaded(LISTING, *command)
    assert code == 0
    assert not {"numpy", "pandas", "optimizer"} & set(modules)


@pytest.mark.parametrize("scenario", bundled_scenarios())
def test_units_of_what_comes_with_the_program_stand_read(scenario: str) -> None:
    """Where this fails, add the line that it shows to ``model/data/unit_texts.csv``."""
    missing: dict[str, str] = {}

    def read(text: str, expected: str) -> Unit:
        del expected
        missing[text] = line_of(text, parsed(text))
        return parsed(text)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(units, "_read_unit", read)
        patch.setattr(units, "_unit", units._unit.__wrapped__)  # noqa: SLF001 - what is remembered is read anew
        load_bundle(find_scenario(scenario))
    assert list(missing.values()) == []


def test_a_plan_loads_only_what_it_needs(tmp_path: Path) -> None:
    code, *modules = loaded(
        LISTING, "plan", str(two_stacks.write(tmp_path / "given")), "--out", str(tmp_path / "out"), "--engine", "dual"
    )
    assert code == 0
    drawn_here = set() if processors() > 1 else {"matplotlib"}
    assert not (NEVER_IN_A_PLAN - drawn_here) & set(modules)


def test_what_may_be_asked_is_what_there_is() -> None:
    assert get_args(EngineName.__value__) == cli.ENGINES
    assert draws.SHAPES == cli_risk.SHAPES


def test_a_module_that_comes_later_has_the_names_of_the_module() -> None:
    assert Later("json").loads is json.loads
    with pytest.raises(AttributeError):
        _ = Later("json").nothing
