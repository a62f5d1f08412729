"""Figures are plain dictionaries, as made by hand; plotly's own validator accepts them, no network is needed."""

import importlib
import json
import socket
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.text import Language, Text
from scenarios import figures
from scenarios.figures import rows, style
from scenarios.figures.mac import Step, merged
from tests.test_scenarios.hand_made import PENDING, emission, hand_made, infeasible, requirement, task
from tests.test_scenarios.squares import SQUARES

LANGUAGES: tuple[Language, ...] = get_args(Language)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a figure asked for the network")

    monkeypatch.setattr(socket, "socket", refuse)


def validated(figure: figures.Figure) -> None:
    """Plotly's own classes refuse attributes and values that plotly.js does not know."""
    importlib.import_module("plotly.graph_objects").Figure(figure)


def trace(figure: figures.Figure, place: int, *keys: str) -> dict[str, Any]:
    return {key: figure["data"][place][key] for key in keys}


def ticks(figure: figures.Figure, axis: str = "yaxis") -> list[str]:
    return list(figure["layout"][axis]["ticktext"])


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_is_valid_plain_and_needs_no_network(language: Language) -> None:
    found = figures.report_figures(hand_made(years=[2024, 2025]), language)
    for figure in [*found.values(), figures.district_map(hand_made(), SQUARES, language)]:
        assert json.loads(json.dumps(figure, allow_nan=False)) == figure
        validated(figure)


def test_a_report_has_the_figures_it_has_something_for() -> None:
    """TP has no measure of its own besides the trace in task 3; one plan year needs no figure by year."""
    of_pollutant = ["emissions_{}_by_sector", "emissions_{}_by_district"]
    of_pollutant += ["waterfall_{}_by_sector", "waterfall_{}_by_measure", "mac_{}"]
    expected = ["targets", "costs_by_district", "costs_by_sector", "costs_by_payer"]
    expected += [name.format(pollutant) for pollutant in ("nox", "vocs", "tp") for name in of_pollutant]
    assert list(figures.report_figures(hand_made(), "zh")) == [*expected, "timeline"]
    assert "costs_by_year" in figures.report_figures(hand_made(years=[2024, 2025]), "zh")
    assert list(figures.report_figures(infeasible(), "zh")) == ["targets"]


def test_a_pollutant_that_no_task_takes_away_has_no_cost_curve() -> None:
    found = figures.report_figures(hand_made(tasks=[task(1)]), "zh")
    assert "mac_nox" in found
    assert "mac_vocs" not in found


# Targets --------------------------------------------------------------------------------------------------------------


def test_targets_are_shown_in_per_cent_of_what_is_asked() -> None:
    """Reached 65 of 60 t is 108.3 %, reachable 118.5 t is 197.5 %: a diamond inside the picture, up to 200 %."""
    figure = figures.targets(hand_made(), "zh")
    assert trace(figure, 0, "type", "x", "y", "name") == {
        "type": "bar",
        "x": [108.333333],
        "y": [0],
        "name": "达到，满足要求",
    }
    assert figure["data"][0]["marker"] == {"color": "#009E73"}
    assert trace(figure, 1, "x", "y") == {"x": [197.5], "y": [0]}
    assert figure["data"][1]["marker"]["symbol"] == "diamond"
    assert ticks(figure) == ["NOx减排，全域<br>nox-total"]
    assert [note["text"] for note in figure["layout"]["annotations"]] == [
        "达到 / 要求",
        "65.00 / ≥ 60.00 吨/年<br>可达 118.50",
    ]


def test_a_target_beyond_the_picture_points_on() -> None:
    figure = figures.targets(hand_made(requirements=[requirement(reachable=600.0)]), "en")
    assert trace(figure, 1, "x", "name") == {"x": [200.0], "name": "reachable, beyond the picture"}
    assert figure["data"][1]["marker"]["symbol"] == "triangle-right"


def test_an_unmet_target_has_another_colour() -> None:
    unmet = requirement(reached=30.0, met=False, slack=-30.0)
    figure = figures.targets(hand_made(requirements=[unmet]), "en")
    assert trace(figure, 0, "x", "name") == {"x": [50.0], "name": "reached, not met"}
    assert figure["data"][0]["marker"] == {"color": "#D55E00"}


def test_a_pending_target_has_numbers_but_no_bar() -> None:
    figure = figures.targets(hand_made(requirements=[PENDING]), "en")
    assert figure["data"] == []
    assert figure["layout"]["annotations"][1]["text"] == "0.00 / pending<br>Reachable 3.00"


def test_without_an_answer_the_reachable_is_still_shown() -> None:
    figure = figures.targets(hand_made(requirements=[requirement(reached=None, met=None)]), "en")
    assert [mark["type"] for mark in figure["data"]] == ["scatter"]
    assert figure["layout"]["annotations"][1]["text"] == "≥ 60.00 t/yr<br>Reachable 118.50"


def test_of_many_requirements_those_with_the_least_room_are_shown() -> None:
    """Forty with room 1, 2, ... 40 % of what is asked, the last one unmet: shown are 1 to 29 and the unmet one."""
    many = [requirement(row=f"r{place}", slack=0.6 * place) for place in range(1, 40)]
    many.append(requirement(row="r40", reached=50.0, slack=-10.0, met=False))
    figure = figures.targets(hand_made(requirements=many), "en")
    assert [name.split("<br>")[1] for name in ticks(figure)] == [f"r{place}" for place in (*range(1, 30), 40)]
    assert figure["layout"]["annotations"][-1]["text"].startswith("30 of 40")


def test_without_requirements_the_figure_says_so() -> None:
    figure = figures.targets(hand_made(requirements=[]), "zh")
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["没有可显示的数据"]
    validated(figure)


# Costs ----------------------------------------------------------------------------------------------------------------


def test_costs_stand_beside_each_other_largest_capital_first() -> None:
    """420 and 65.4321 万元 of capital; 95 and 10.00005 万元 a year."""
    figure = figures.costs(hand_made(), "district", "zh")
    assert ticks(figure) == ["东区", "西区"]
    assert trace(figure, 0, "x", "text") == {"x": [420.0, 65.4321], "text": ["420.00", "65.43"]}
    assert trace(figure, 1, "x", "text", "xaxis") == {
        "x": [95.0, 10.00005],
        "text": ["95.00", "10.00"],
        "xaxis": "x2",
    }
    assert figure["layout"]["xaxis"]["title"]["text"] == "总投资（万元）"
    assert figure["layout"]["xaxis2"]["title"]["text"] == "年费用（万元/年）"


def test_sectors_and_payers_are_named_in_words() -> None:
    assert ticks(figures.costs(hand_made(), "payer", "en")) == ["enterprise", "county"]
    assert ticks(figures.costs(hand_made(), "sector", "zh")) == ["VOCs生产线", "工业锅炉"]


def test_without_an_answer_costs_say_so() -> None:
    assert figures.costs(infeasible(), "year", "en")["data"] == []


def test_a_row_too_many_is_added_to_the_others() -> None:
    """Four rows in room for three: the two smallest, 1 + 2, stand last as one of 3."""
    many = [rows.Row(Text(str(n), str(n)), (float(n),)) for n in (1, 4, 2, 3)]
    assert rows.largest_first(many, most=3) == [many[1], many[3], rows.Row(Text("其余2项", "2 others"), (3.0,))]


# Emissions ------------------------------------------------------------------------------------------------------------


def test_emissions_before_and_after_are_added_by_sector() -> None:
    """Boilers 200 + 50 in the base year, 220 + 55 without and 180 + 29.5 with the plan; coating lines 0, 0, 0.5 t."""
    figure = figures.emissions(hand_made(), "nox", "en")
    assert ticks(figure) == ["Industrial boilers", "VOCs lines"]
    assert [bar["x"] for bar in figure["data"]] == [[250.0, 0.0], [275.0, 0.0], [209.5, 0.5]]
    assert [bar["name"] for bar in figure["data"]] == ["base year", "without plan (2025)", "with plan (2025)"]


def test_emissions_by_district_leave_out_who_emits_none() -> None:
    figure = figures.emissions(hand_made(), "vocs", "zh", by="district")
    assert ticks(figure) == ["东区"]
    assert [bar["x"] for bar in figure["data"]] == [[100.0], [110.0], [75.0]]


def test_only_the_last_year_is_shown() -> None:
    early = emission("东区", "coal_boilers", "nox", 900.0, 900.0, 900.0) | {"year": 2024}
    figure = figures.emissions(hand_made(years=[2024, 2025], emissions=[early, *hand_made().emissions]), "nox", "zh")
    assert figure["data"][0]["x"] == [250.0, 0.0]


def test_a_pollutant_nobody_emits_says_so() -> None:
    assert figures.emissions(hand_made(), "so2", "zh")["data"] == []
    assert figures.waterfall(hand_made(), "so2", "zh")["data"] == []


def steps(figure: figures.Figure) -> dict[str, tuple[float, float]]:
    """Begin and length of every bar by its name."""
    names = ticks(figure)
    found = {
        row: (begin, length)
        for bars in figure["data"][1:]
        for row, begin, length in zip(bars["y"], bars["base"], bars["x"], strict=True)
    }
    return {names[row]: found[row] for row in sorted(found)}


def test_the_waterfall_by_sector_leads_from_base_year_to_plan() -> None:
    """250 t; + 25 of growth; boilers take 275 - 209.5 = 65.5, coating lines add 0.5; 210 t are left."""
    figure = figures.waterfall(hand_made(), "nox", "en")
    assert steps(figure) == {
        "base year": (0.0, 250.0),
        "change of activity": (250.0, 25.0),
        "Industrial boilers": (275.0, -65.5),
        "VOCs lines": (209.5, 0.5),
        "with plan (2025)": (0.0, 210.0),
    }
    assert [bars["marker"]["color"] for bars in figure["data"][1:]] == ["#8A94A0", "#D55E00", "#009E73"]
    assert figure["data"][3]["text"] == ["-65.50"]
    assert figure["data"][2]["text"] == ["+25.00", "+0.50"]


def test_the_waterfall_by_measure_adds_up_tasks_of_the_same_package() -> None:
    """Tasks 1 and 3 hold the same package, 40 + 25.5 t; nothing waits, 65.5 - 0.5 = 275 - 210."""
    figure = figures.waterfall(hand_made(), "nox", "zh", by="measure")
    assert steps(figure) == {
        "基准年": (0.0, 250.0),
        "活动水平变化": (250.0, 25.0),
        "选择性催化还原": (275.0, -65.5),
        "密闭收集；蓄热燃烧": (209.5, 0.5),
        "实施规划后（2025）": (0.0, 210.0),
    }


def test_what_is_not_yet_in_effect_has_a_step_of_its_own() -> None:
    """Task 1 takes 40 t in a full year; with months counted only 10 t are felt: 30 t wait."""
    table = [emission("东区", "coal_boilers", "nox", 100.0, 100.0, 90.0)]
    figure = figures.waterfall(hand_made(tasks=[task(1)], emissions=table), "nox", "en", by="measure")
    assert steps(figure) == {
        "base year": (0.0, 100.0),
        "Selective catalytic reduction": (100.0, -40.0),
        "not yet in effect": (60.0, 30.0),
        "with plan (2025)": (0.0, 90.0),
    }


# Cost curve -----------------------------------------------------------------------------------------------------------


def test_the_cost_curve_has_the_cheapest_tonne_first() -> None:
    """Task 3: 100 000.5 / 25.5 = 3 921.588 CNY/t over the first 25.5 t; task 1: 250 000 / 40 = 6 250 over the next 40.

    Task 2 adds NOx and has no place. The axis ends a quarter above the dearest bar: 7 812.5.
    """
    figure = figures.mac_curve(hand_made(), "nox", "en")
    assert trace(figure, 0, "x", "y", "width", "offset") == {
        "x": [0.0, 25.5],
        "y": [3921.58824, 6250.0],
        "width": [25.5, 40.0],
        "offset": 0,
    }
    assert figure["layout"]["yaxis"]["range"] == [0.0, 7812.5]
    assert figure["layout"]["xaxis"]["title"]["text"] == "Cumulative reduction (t/yr)"
    assert figure["layout"]["yaxis"]["title"]["text"] == "Annual cost per tonne (CNY/t)"


def test_what_saves_money_comes_before_all_and_is_seen() -> None:
    saving = task(4, annual_cost_cny=-80_000.0)
    figure = figures.mac_curve(hand_made(tasks=[task(1), saving]), "nox", "en")
    assert figure["data"][0]["y"] == [-2000.0, 6250.0]
    assert figure["layout"]["yaxis"]["range"] == [-2000.0 - 0.25 * 8250, 6250.0 + 0.25 * 8250]


def test_a_trace_at_an_enormous_price_does_not_flatten_the_rest() -> None:
    """0.1 of 40.1 t is less than 2 %: its bar, ten million CNY/t, leaves the picture, and a note says so."""
    trace_of_nox = task(4, annual_cost_cny=1e6, reduction_t_per_year={"nox": 0.1})
    figure = figures.mac_curve(hand_made(tasks=[task(1), trace_of_nox]), "nox", "en")
    assert figure["layout"]["yaxis"]["range"] == [0.0, 7812.5]
    assert "1 bars leave the picture; the highest is 10,000,000 CNY/t." in figure["layout"]["annotations"][0]["text"]


def test_a_curve_without_tasks_says_so() -> None:
    assert figures.mac_curve(hand_made(tasks=[]), "nox", "zh")["data"] == []


def test_many_tasks_are_merged_and_the_note_says_so() -> None:
    figure = figures.mac_curve(hand_made(tasks=[task(number) for number in range(1, 602)]), "nox", "zh")
    assert len(figure["data"][0]["x"]) == 201
    assert "按成本次序合并为201段" in figure["layout"]["annotations"][0]["text"]
    assert figure["data"][0]["name"] == "任务清单"


@given(st.lists(st.tuples(st.floats(0.01, 1e4), st.floats(-1e7, 1e7)), min_size=1, max_size=60), st.integers(1, 20))
def test_merging_loses_neither_tonnes_nor_money(parts: list[tuple[float, float]], most: int) -> None:
    steps = [Step(Text("", ""), "", "coal_boilers", tonnes, money) for tonnes, money in parts]
    found = merged(steps, most)
    assert len(found) <= most or len(steps) <= most
    assert sum(step.reduction_t_per_year for step in found) == pytest.approx(sum(tonnes for tonnes, _ in parts))
    assert sum(step.annual_cost_cny for step in found) == pytest.approx(sum(money for _, money in parts), abs=1e-3)


# Timeline -------------------------------------------------------------------------------------------------------------


def test_tasks_are_counted_by_month_and_sector() -> None:
    """Two boilers and a coating line are due in December, a boiler in October; November stays empty."""
    tasks = [*hand_made().tasks, task(4, due="2025-10-31")]
    figure = figures.timeline(hand_made(tasks=tasks), "en")
    assert ticks(figure, "xaxis") == ["2025-10", "2025-11", "2025-12"]
    assert trace(figure, 0, "x", "y", "base", "name") == {
        "x": [0, 2],
        "y": [1, 2],
        "base": [0, 0],
        "name": "Industrial boilers",
    }
    assert trace(figure, 1, "x", "y", "base") == {"x": [2], "y": [1], "base": [2]}
    assert figure["data"][1]["hovertext"] == ["2025-12<br>VOCs lines<br>Tasks: 1<br>Capital: 300.00 ×10⁴ CNY"]


def test_a_long_plan_is_shown_by_year() -> None:
    tasks = [task(1, due="2021-03-31"), task(2, due="2025-12-31", sector="new_sector")]
    figure = figures.timeline(hand_made(tasks=tasks), "zh")
    assert ticks(figure, "xaxis") == ["2021", "2022", "2023", "2024", "2025"]
    assert [bars["x"] for bars in figure["data"]] == [[0], [4]]
    assert figure["data"][1]["marker"]["color"] == style.GREY


def test_without_tasks_there_is_no_timeline() -> None:
    assert figures.timeline(hand_made(tasks=[]), "zh")["data"] == []
