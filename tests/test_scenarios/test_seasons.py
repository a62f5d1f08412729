"""Measures that are at work in a season only."""

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from model.catalogue import parse_catalogue
from model.measures import Catalogue
from model.problems import InputError
from model.seasons import Season, day_of
from model.sectors import SECTORS
from optimizer import Settings
from scenarios.answering import run
from scenarios.answering.result import Result
from scenarios.compiling.compile import options_of
from tests.test_model.agreement import assert_ledgers_agree, pick
from tests.test_model.drawn import bundled, world
from tests.test_scenarios.stacks import HEAD, load
from tests.test_scenarios.two_stacks import write

WINTER, SUMMER, AUTUMN = (
    Season(day_of(first), day_of(last)) for first, last in [("11-15", "03-15"), ("06-01", "08-31"), ("10-01", "11-30")]
)
ONE = """source_id,name,district,source_class,nox_t_per_year,so2_t_per_year
A,Stack A,East,kiln,100,40
"""
HALF = 121 / 365
"""15 November to 15 March: 16 + 31 + 31 + 28 + 15 = 121 days."""


def measure(name: str, slot: str, removes: float, *lines: str, season: str = "") -> str:
    stated = f"[measure.season]\n{season}\n" if season else ""
    head = [
        "[[measure]]",
        f'id = "{name}"',
        'sector = "point_sources"',
        f'slot = "{slot}"',
        f'name = {{ zh = "{name}", en = "{name}" }}',
        f"removes = {{ nox = {removes} }}",
        "lead_time_months = 6",
    ]
    return "\n".join([*head, "[measure.cost]", "price_year = 2023", *lines, stated, ""])


STAGGER = measure(
    "stagger",
    "operation",
    0.5,
    'annual = "1000 CNY/yr"',
    'per_t_removed = { nox = "1200 CNY/t" }',
    'variable = { amount = "10 CNY/t", per = "so2_t_per_year" }',
    season='from = "11-15"\nto = "03-15"',
)
SCRUB = measure("scrub", "control", 0.8, 'per_t_removed = { nox = "100 CNY/t" }')


def planned(measures: str, *forced: str) -> Result:
    ids = ", ".join(f'"{name}"' for name in forced)
    text = f'[[requirement]]\nid = "f"\nkind = "fix"\nsource_id = "A"\nmeasures = [{ids}]\nstart_year = 2025\n'
    with tempfile.TemporaryDirectory() as folder:
        return run.plan(load(write(Path(folder), HEAD + text, ONE, measures)), settings=Settings(gap=0.0))


def test_a_season_counts_both_of_its_days_and_crosses_the_new_year() -> None:
    assert [int(season.days.sum()) for season in (WINTER, SUMMER, AUTUMN)] == [121, 92, 61]
    assert WINTER.share == pytest.approx(HALF)
    assert (WINTER.days[0], WINTER.days[73], WINTER.days[74], WINTER.days[318]) == (True, True, False, True)


def test_effects_and_running_cost_are_those_of_the_season() -> None:
    """Half of 100 t on 121 of 365 days: 16.5753 t, all year it would be 50 t.

    1 000 CNY a year stay, 1 200 CNY/t x 16.5753 t, and 10 CNY/t x 40 t x 121/365: 1 000 + 19 890.41 + 132.60.
    """
    (task,) = planned(STAGGER, "stagger").tasks
    assert task["reduction_t_per_year"]["nox"] == pytest.approx(50 * HALF)
    assert task["annual_cost_cny"] == pytest.approx(1_000 + 1_200 * 50 * HALF + 400 * HALF)
    assert task["annual_cost_cny"] == pytest.approx(21_023.01, abs=0.01)


def test_a_measure_behind_it_finds_what_each_season_leaves() -> None:
    """Staggering in winter leaves 50 t a year then, 100 t otherwise; scrubbing takes 80 % of either.

    10 t x 121/365 + 20 t x 244/365 = 16.685 t remain; scrubbing alone would leave 20 t, both all year 10 t. The
    scrubber removes 0.8 (100 - 16.5753) = 66.74 t at 100 CNY/t, staggering its 16.5753 t at 1 200 CNY/t.
    """
    (task,) = planned(STAGGER + SCRUB, "stagger", "scrub").tasks
    assert task["reduction_t_per_year"]["nox"] == pytest.approx(100 - (10 * 121 + 20 * 244) / 365)
    removed = 0.8 * (100 - 50 * HALF)
    assert task["annual_cost_cny"] == pytest.approx(1_000 + 1_200 * 50 * HALF + 400 * HALF + 100 * removed)


def test_before_it_what_is_left_is_less() -> None:
    """Scrubbed first, 20 t are left, of which staggering takes half in winter: 3.315 t."""
    (task,) = planned(SCRUB + STAGGER, "scrub", "stagger").tasks
    assert task["reduction_t_per_year"]["nox"] == pytest.approx(80 + 10 * HALF)


def test_two_seasons_act_where_they_meet() -> None:
    """Half in winter, half in October and November: on the 16 days of both a quarter is left.

    100 (105 x 0.5 + 45 x 0.5 + 16 x 0.25 + 199) / 365 = 76.164 t remain.
    """
    autumn = measure("autumn", "material", 0.5, season='from = "10-01"\nto = "11-30"')
    (task,) = planned(STAGGER + autumn, "stagger", "autumn").tasks
    assert task["reduction_t_per_year"]["nox"] == pytest.approx(100 - 100 * (150 * 0.5 + 16 * 0.25 + 199) / 365)


def test_the_task_says_the_season() -> None:
    (task,) = planned(STAGGER, "stagger").tasks
    assert task["content"]["zh"] == "stagger（实施期11月15日至3月15日）"
    assert task["content"]["en"] == "stagger (in season from 15 November to 15 March)"


@pytest.mark.parametrize("day", ["15 November", "02-29", "13-01", "1115"])
def test_what_is_no_day_of_the_year_is_refused(day: str) -> None:
    text = STAGGER.replace("11-15", day)
    with pytest.raises(InputError, match="not a day of the year"):
        parse_catalogue({"m.toml": text}, bundled().factors, SECTORS)


def test_a_day_of_the_year_has_month_and_day() -> None:
    assert day_of("11-15") == date(2023, 11, 15)


@pytest.mark.parametrize("sector", ["coal_boilers", "voc_lines", "wastewater_plants"])
def test_ledgers_agree_on_seasonal_measures(sector: str) -> None:
    """Every bundled measure in some season or in none: both ledgers, each in its own way, come to the same."""
    catalogue = bundled()
    rng = np.random.default_rng(31)
    seasons = [None, WINTER, SUMMER, AUTUMN]
    measures = {name: replace(measure, season=seasons[rng.integers(4)]) for name, measure in catalogue.measures.items()}
    drawn = world([sector], Catalogue(measures, catalogue.factors), seed=32)
    options = drawn.options()
    rows = [np.flatnonzero(options.source == source)[1:] for source in range(drawn.inventory.size)]
    option = np.array([rng.choice(row) for row in rows if len(row)], dtype=np.int64)
    assert_ledgers_agree(drawn, pick(drawn, options, option, rng), seed=33)


def test_a_level_is_that_of_the_worst_days() -> None:
    """Dosing in winter brings 1.0 mg/L down to 0.3, and 1.0 stays for the rest of the year: a limit of 0.5 is not kept.

    A mean over the year would be 0.768 mg/L. The yearly load falls by 0.7 mg/L x 3.65e6 m3 x 121/365 = 0.847 t.
    """
    sources = (
        "source_id,name,district,plant_type,capacity_m3_per_day,flow_m3_per_day,influent_tp_mg_per_l,effluent_tp_mg_per_l\n"
        "A,Plant,East,municipal,10000,10000,4,1\n"
    )
    dose = STAGGER.replace("point_sources", "wastewater_plants").replace('"operation"', '"polishing"')
    dose = dose.replace("removes = { nox = 0.5 }", "cap = { effluent_tp_mg_per_l = 0.3 }")
    dose = "\n".join(line for line in dose.splitlines() if "nox" not in line and "so2" not in line) + "\n"
    limit = 'limit = { level = "tp_mg_per_l", at_most = "0.5 mg/L" }'
    asked = f'[[requirement]]\nid = "limit"\nkind = "mandate"\n{limit}\n'
    found, reductions = [], []
    for measures in (dose, dose.replace("[measure.season]", "").replace('from = "11-15"\nto = "03-15"', "")):
        with tempfile.TemporaryDirectory() as folder:
            head = HEAD.replace("point_sources =", "wastewater_plants =")
            bundle = load(write(Path(folder), head + asked, sources, measures))
        options = options_of(bundle)
        found.append((run.plan(bundle, settings=Settings(gap=0.0)).status, options.level["tp_mg_per_l"].tolist()))
        reductions.append(-options.change["tp_t_per_year"][1])
    assert found == [("INFEASIBLE", [1.0, 1.0]), ("OPTIMAL", [1.0, 0.3])]
    assert reductions == pytest.approx([0.7 * 3.65 * HALF, 0.7 * 3.65])
