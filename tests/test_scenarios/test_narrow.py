"""A plan says the same whether what waits is laid aside and what nobody takes is left out, or not."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from optimizer import Settings
from scenarios.answering import run
from scenarios.answering.narrow import narrowed
from scenarios.answering.result import to_json
from scenarios.answering.solving import solution_of
from scenarios.answering.spare_memory import give_back, laid_aside, on_disk, unread
from scenarios.compiling.compile import compile_scenario, options_of
from scenarios.illustrating.illustrate import illustrative_files
from scenarios.illustrating.profile import read_profile
from scenarios.reading.files import find_scenario, load_bundle
from scenarios.reading.found import LIBRARY
from tests.test_scenarios.two_stacks import SCENARIO, write

SETTINGS = Settings(gap=1e-4)
PROFILE = LIBRARY / "huzhou-2023" / "profile.toml"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with eighty drawn sources of four sectors and targets for three pollutants."""
    folder = tmp_path_factory.mktemp("drawn")
    for name, content in illustrative_files(read_profile(PROFILE), sources=80, seed=7).items():
        (folder / name).write_bytes(content)
    return folder


def answer(folder: Path) -> dict[str, object]:
    """Return the answer of a scenario without what differs from run to run."""
    found: dict[str, object] = json.loads(to_json(run.plan(load_bundle(find_scenario(folder)), settings=SETTINGS)))
    return {key: value for key, value in found.items() if key != "provenance"}


def test_the_answer_is_the_same(drawn: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = answer(drawn)
    monkeypatch.setattr(run, "laid_aside", partial(laid_aside, many=0))
    monkeypatch.setattr(run, "narrowed", partial(narrowed, many=0))
    assert answer(drawn) == whole


def test_what_nobody_takes_is_left_out(drawn: Path) -> None:
    """Every source keeps being as it is, and beside it what was chosen there."""
    bundle = load_bundle(find_scenario(drawn))
    compiled = compile_scenario(bundle, options_of(bundle))
    solution = solution_of(bundle, compiled, SETTINGS)
    assert solution.level is not None
    small, level = narrowed(compiled, solution.level, many=0)
    taken = int(((solution.level > 0) & ~compiled.options.is_as_is()).sum())
    assert small.options.size == small.options.table.size == bundle.inventory.size + taken
    assert small.plan_values(level).tolist() == compiled.plan_values(solution.level).tolist()
    assert small.problem.cost @ level == pytest.approx(solution.objective)


def test_few_choices_stay(drawn: Path) -> None:
    bundle = load_bundle(find_scenario(drawn))
    compiled = compile_scenario(bundle, options_of(bundle))
    level = compiled.options.is_as_is().astype(float)
    assert laid_aside(compiled.options.table) is compiled.options.table
    assert narrowed(compiled, level)[0] is compiled
    assert narrowed(compiled, level, many=0)[0] is compiled


def test_a_decided_project_keeps_its_place(tmp_path: Path) -> None:
    """A decision names its choice by number: then nothing is left out."""
    more = '\n[[requirement]]\nid = "built"\nkind = "fix"\nsource_id = "A"\nmeasures = ["scrub"]\nstart_year = 2025\n'
    bundle = load_bundle(find_scenario(write(tmp_path, SCENARIO + more)))
    compiled = compile_scenario(bundle, options_of(bundle))
    level = (~compiled.options.is_as_is()).astype(float)
    assert narrowed(compiled, level, many=0)[0] is compiled


def test_numbers_come_back_from_the_disk() -> None:
    values = np.array([1.5, -2.0, 1e300])
    assert on_disk(values).tolist() == values.tolist()
    assert on_disk(np.empty(0)).size == 0


def test_what_was_let_go_is_read_again() -> None:
    values = on_disk(np.array([1.5, -2.0]))
    assert values.sum() == -0.5
    assert unread(values) is values
    assert values.tolist() == [1.5, -2.0]


def test_what_is_in_memory_stays_there() -> None:
    values = np.array([1.5, -2.0])
    assert unread(values[:1]).tolist() == [1.5]


def test_giving_back_changes_nothing() -> None:
    values = np.arange(1000.0)
    give_back(1)
    give_back(10_000_000)
    assert values.sum() == 499_500.0
