"""How quantities and requirements are put into words."""

import math

import pytest

from model.catalogue import flow_names, parse_factors
from model.files import bundled_names, bundled_text
from model.flow_names import is_flow, unit_of
from model.sectors import SECTORS
from model.text import Language, Text
from scenarios.answering.result import RequirementResult
from scenarios.wording.flow_words import flow_title
from scenarios.wording.shown import (
    MONEY,
    TONNES,
    UNITS,
    asked,
    decided_reduction,
    lines,
    names_of,
    percent,
    remark,
    scope,
    sector_title,
    subject,
    symbol,
    verdict,
)
from tests.test_scenarios.hand_made import PENDING, TASKS, hand_made, requirement


@pytest.mark.parametrize(
    ("value", "printed"),
    [(1_234_567.891, "1,234,567.89"), (0.125, "0.13"), (-0.001, "0.00"), (-0.5, "-0.50"), (1.005, "1.01"), (None, "—")],
)
def test_tonnes_are_printed_with_two_decimals_halves_up(value: float | None, printed: str) -> None:
    """A spreadsheet shows 0.125 as 0.13 and 1.005 as 1.01; rounding the binary numbers gives 0.12 and 1.00."""
    assert TONNES.say(value) == printed


def test_money_is_printed_in_ten_thousands() -> None:
    assert MONEY.say(3e9) == "300,000.00"


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "1.20万元"), ("en", "1.20 ×10⁴ CNY"), ("both", "1.20万元 (×10⁴ CNY)")]
)
def test_a_value_comes_with_its_unit(language: Language, said: str) -> None:
    assert MONEY.with_name(12_000.0, language) == said


def test_counts_have_no_decimals() -> None:
    assert UNITS["count"].say(9.0) == "9"


@pytest.mark.parametrize(
    ("share", "printed"),
    [(0.3, "30%"), (0.12345, "12.3%"), (1e-4, "0.01%"), (3.1e-16, "<0.001%"), (29.7123, "2,971%"), (None, "—")],
)
def test_shares_are_printed_as_percent_unless_tiny(share: float | None, printed: str) -> None:
    assert percent(share) == printed


def test_two_languages_stand_on_two_lines_unless_they_are_the_same() -> None:
    assert lines(Text("是", "yes"), "both") == "是\nyes"
    assert lines(Text("%", "%"), "both") == "%"
    assert lines(Text("是", "yes"), "en") == "yes"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (requirement(), Text("NOx减排", "NOx reduction")),
        (requirement(kind="cap", pollutant="tp"), Text("TP排放上限", "TP emission cap")),
        (requirement(kind="quota", pollutant=None, metric="count"), Text("数量任务", "quota")),
        (requirement(kind="budget", pollutant=None, metric="public"), Text("财政投资上限", "public capital ceiling")),
        (
            requirement(kind="budget", pollutant=None, metric="capital", payer="county"),
            Text("区县财政总投资上限", "county capital ceiling"),
        ),
        (
            requirement(
                kind="indicator",
                pollutant=None,
                of=["treated_m3_per_year", "generated_m3_per_year"],
                metric="remaining",
            ),
            Text("污水处理量与污水产生量之比", "treated wastewater by generated wastewater"),
        ),
        (
            requirement(kind="resource", pollutant=None, of=["coal_t_per_year"], unit="%"),
            Text("煤炭用量下降", "coal use, fall"),
        ),
        (
            requirement(kind="resource", pollutant=None, of=["coal_t_per_year"], unit="t/yr"),
            Text("煤炭用量上限", "coal use, ceiling"),
        ),
        (
            requirement(kind="offset", pollutant=None, of=["nox_t_per_year"], unit="ratio"),
            Text("新增量替代：NOx排放量", "offset of new sources: NOx emission"),
        ),
        (
            requirement(kind="quota", pollutant=None, of=["missing_sewer_km"], unit="km"),
            Text("数量任务：待建污水管网", "quota: Sewers to lay"),
        ),
        (
            requirement(kind="rank_out", pollutant=None, of=["user_performance_score"], unit="count"),
            Text("末位淘汰：绩效得分", "elimination of the lowest-ranked: Score"),
        ),
    ],
)
def test_a_requirement_is_called_by_kind_and_subject(found: RequirementResult, said: Text) -> None:
    assert subject(found, {"user_performance_score": Text("绩效得分", "Score")}) == said


def test_what_has_no_bound_is_a_dash() -> None:
    assert UNITS["ratio"].say(math.inf) == "—"


def test_every_flow_that_can_be_asked_for_has_a_name_and_a_unit_for_the_reports() -> None:
    """Without them an English identifier would stand in a Chinese task list."""
    factors = parse_factors({name: bundled_text(name) for name in bundled_names("factors")})
    flows = {flow for sector in SECTORS.values() for flow in flow_names(sector, factors) if is_flow(flow)}
    assert {flow for flow in flows if flow_title(flow) is None} == set()
    assert {unit_of(flow) for flow in flows} <= set(UNITS)
    assert all(not title.zh.isascii() for flow in flows if (title := flow_title(flow)) is not None)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({}, Text("全域", "whole jurisdiction")),
        ({"district": ["东区", "西区"]}, Text("东区、西区", "东区, 西区")),
        ({"sector": ["voc_lines"]}, Text("VOCs生产线", "VOCs lines")),
        (
            {"sector": ["coal_boilers"], "where": ["fuel"]},
            Text("工业锅炉、按燃料筛选", "Industrial boilers, selected by “Fuel”"),
        ),
        ({"where": ["user_zone"]}, Text("按user_zone筛选", "selected by “user_zone”")),
    ],
)
def test_a_scope_is_said_in_words(found: dict[str, list[str]], said: Text) -> None:
    assert scope(requirement(scope=found), {}) == said


def test_districts_and_own_columns_are_called_as_the_scenario_names_them() -> None:
    """Without the names the scope would read 东区, by user_zone in English; ids without a name stand as they are."""
    result = hand_made(
        districts=[{"id": "东区", "zh": "东区", "en": "East"}],
        columns=[{"id": "user_zone", "zh": "建成区内", "en": "In the built-up area"}],
    )
    found = requirement(scope={"district": ["东区", "西区"], "where": ["user_zone"]})
    assert scope(found, names_of(result)) == Text(
        "东区、西区、按建成区内筛选", "East, 西区, selected by “In the built-up area”"
    )


def test_a_deadline_that_is_no_year_end_is_said() -> None:
    found = remark(requirement(by="2020-10-31", is_assumed=False, basis=None, note=None))
    assert found == Text("2020-10-31前投运", "in service by 2020-10-31")


def test_what_else_must_be_known_of_a_requirement() -> None:
    assert remark(requirement(tolerance=0.15)) == Text(
        "假设值；允许偏差15%；清单口径；吨位为假设。",
        "assumed value; tolerance 15%; inventory basis; The tonnage is assumed.",
    )
    assert remark(requirement(is_assumed=False, basis=None, note=None)) == Text("", "")


@pytest.mark.parametrize(
    ("found", "said"),
    [(requirement(), "yes"), (requirement(met=False), "no"), (requirement(met=None), "—"), (PENDING, "pending")],
)
def test_the_verdict_on_a_requirement(found: RequirementResult, said: str) -> None:
    assert verdict(found).en == said


def test_what_is_asked_comes_with_its_sense() -> None:
    assert asked(requirement(sense="<=")).en == "≤ 60.00"
    assert asked(PENDING).zh == "待定"


def test_only_decided_projects_count_as_decided() -> None:
    """The second task is decided: it takes 35 t of VOCs and adds 0.5 t of NOx."""
    assert [decided_reduction(TASKS, pollutant) for pollutant in ("nox", "vocs", "tp", "so2")] == [-0.5, 35.0, 0.0, 0.0]


def test_unknown_names_are_shown_as_they_are() -> None:
    assert (symbol("dust"), sector_title("ships")) == ("dust", Text("ships", "ships"))
