"""The kinds of requirement on flows in every report, in both languages, and set from the command line."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from model.text import Language
from scenarios.answering.result import Result
from scenarios.commands.summary import print_summary
from scenarios.export.write import answer_files
from scenarios.figures.targets import targets
from tests.test_scenarios.constructs import ask, cost, planned, refused, row
from tests.test_scenarios.test_constructs_flows import TREATED, towns

LAID: dict[str, Any] = {"sense": ">=", "measures": ["sewers-a", "sewers-b"]}
ALL_KINDS = (
    ask("indicator", "rate", amount="85 %", tolerance="1 %", **TREATED)
    + ask("quota", "sewers", of="missing_sewer_km", amount="30 km", **LAID)
    + ask("resource", "load", flow="tp_t_per_year", amount="5 %")
    + ask("indicator", "collected", amount="propose", **(TREATED | {"numerator": "collected_m3_per_year"}))
    + ask("budget", "city", metric="capital", payer="municipality", amount="5 万元")
    + ask("couple", "tied", flow="treated_m3_per_year", at_most="collected_m3_per_year", ratio=1.5)
)  # fmt: skip
IDENTIFIER = re.compile(r"\w+_(?:per_year|km|m3)\b")


@pytest.fixture
def answer(tmp_path: Path) -> Result:
    return planned(towns(tmp_path, ALL_KINDS))


def texts(files: dict[str, bytes]) -> str:
    """Return all that is written in the files, tags of documents left out."""
    found = [data.decode() for name, data in files.items() if name.endswith((".csv", ".html"))]
    for name in ("tasks.xlsx", "plan.docx"):
        with zipfile.ZipFile(io.BytesIO(files[name])) as parts:
            inside = [parts.read(part).decode() for part in parts.namelist() if part.endswith(".xml")]
        found += [re.sub(r"<[^>]*>", " ", text) for text in inside]
    return "\n".join(found)


def written_files(answer: Result, language: Language) -> dict[str, bytes]:
    """Return the files of an answer as they would be written."""
    files = answer_files(answer, language)
    return {name: data if isinstance(data, bytes) else "".join(data).encode() for name, data in files.items()}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ["污水处理量与污水产生量之比", "数量任务：待建污水管网", "公里", "待提出", "市级财政总投资上限", "倍"]),
        ("en", ["treated wastewater by generated wastewater", "quota: Sewers to lay", "to be proposed", "times"]),
    ],
)
def test_every_report_speaks_of_the_flows_in_words(answer: Result, language: Language, words: list[str]) -> None:
    """No identifier of a flow or column stands in a report for a reader; ``result.json`` keeps them."""
    files = written_files(answer, language)
    written = texts({name: data for name, data in files.items() if name != "result.json"})
    stream = io.StringIO()
    print_summary(answer, Console(file=stream, width=200), language)
    for word in words:
        assert word in written
        assert word in stream.getvalue()
    assert IDENTIFIER.findall(stream.getvalue()) == []
    assert "treated_m3_per_year" not in written
    figure = json.dumps(targets(answer, language), ensure_ascii=False, default=str)
    assert words[0] in figure


def test_the_result_holds_what_programs_need(answer: Result) -> None:
    """Asked, reached, reachable, unit and slack of the rate in per cent; the proposals with part, value and cost."""
    said = json.loads(written_files(answer, "en")["result.json"])
    rows = {item["row"]: item for item in said["requirements"]}
    rate = rows["rate"]
    assert (rate["asked"], rate["unit"], rate["tolerance"], rate["met"]) == (85.0, "%", 0.01, True)
    assert rate["slack"] == pytest.approx(rate["reached"] - 85.0)
    assert [item["part"] for item in rows["collected"]["proposals"]] == [0.25, 0.5, 0.75, 1.0]
    assert set(rows["collected"]["proposals"][0]) == {"part", "value", "unit", "annual_cost_cny", "capital_cny", "gap"}
    assert (rows["city"]["payer"], rows["tied"]["unit"]) == ("municipality", "ratio")


def test_an_amount_is_set_from_the_command_line(tmp_path: Path) -> None:
    """Asked 80 % the plan costs nothing; set to 95 % both towns are needed, 1600."""
    folder = towns(tmp_path, ask("indicator", amount="80 %", **TREATED))
    assert cost(planned(folder)) == 0.0
    found = planned(folder, requirement__it__amount="95 %")
    assert (cost(found), row(found).asked) == (1600.0, 95.0)


def test_a_higher_rate_never_costs_less(tmp_path: Path) -> None:
    """The least cost rises with what is asked, and so does what is reached."""
    folder = towns(tmp_path, ask("indicator", amount="80 %", **TREATED))
    plans = [planned(folder, requirement__it__amount=f"{rate} %") for rate in (80, 86, 88, 93, 94, 100)]
    costs = [cost(found) for found in plans]
    assert costs == sorted(costs) == [0.0, 700.0, 900.0, 900.0, 1600.0, 1600.0]
    assert all(found.is_success for found in plans)


def test_a_rate_is_priced_by_the_point(tmp_path: Path) -> None:
    """In the relaxation B's 2 000 m3/d for 900 come first: 0.45 a m3/d, and 1 % of 15 000 m3/d is 150: 67.5 CNY/yr."""
    rate = row(planned(towns(tmp_path, ask("indicator", amount="90 %", **TREATED))))
    assert rate.marginal_cost == pytest.approx(67.5)


def test_a_budget_is_not_left_to_the_planner(tmp_path: Path) -> None:
    """What may be spent is not for a plan to propose."""
    (problem,) = refused(towns(tmp_path, ask("budget", metric="annual", amount="propose")))
    assert problem.column == "requirement.it.amount"
