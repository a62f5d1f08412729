"""From a requirement to rows: what is added up, over which sources, against which bound."""

from collections.abc import Sequence

import pytest

from scenarios.compiling.metrics import Metric
from scenarios.compiling.rows import RowPlan, pending_text
from tests.test_scenarios.by_hand import compiled
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.stacks import POLISH, SCRUB, SOURCES

NOX = "nox_t_per_year"
OUTPUT_ONLY = [{"rate": "6 %"}, {"sector": "point_sources", "rate": "0 %"}]
"""Output of every district grows by 6 % a year, the sources' activity stays."""


def requirement(kind: str, *lines: str) -> str:
    return "\n".join(["[[requirement]]", 'id = "one"', f'kind = "{kind}"', *lines])


def reduce(amount: str, *lines: str) -> str:
    return requirement("reduce", 'pollutant = "nox"', f'amount = "{amount}"', *lines)


def intensity(amount: str, *lines: str, output: str = '{ East = "1e9 CNY/yr", West = "1e9 CNY/yr" }') -> str:
    return requirement("intensity", 'pollutant = "nox"', f'amount = "{amount}"', f"output = {output}", *lines)


def plans_of(make: BundleMaker, text: str, **changes: object) -> Sequence[RowPlan]:
    return compiled(make(text, **changes)).plans


def plan_of(make: BundleMaker, text: str, **changes: object) -> RowPlan:
    (plan,) = plans_of(make, text, **changes)
    return plan


def test_a_reduction_in_tonnes_is_its_own_bound(stacks: BundleMaker) -> None:
    plan = plan_of(stacks, reduce("60 t/yr"))
    assert plan.metric == Metric("reduction", 2025, flow=NOX)
    assert (plan.row_id, plan.sense, plan.bound, plan.asked, plan.unit) == ("one", ">=", 60, 60, "t/yr")
    assert (plan.asked_text, plan.basis, plan.scope) == ("60 t/yr", "inventory", {})
    assert plan.mask.tolist() == [True, True]


def test_a_percentage_is_of_the_base_year_whatever_grows(stacks: BundleMaker) -> None:
    """40 % of 100 + 50 t in 2024 are 60 t; of the 165 t that growth of 10 % makes of it they would be 66 t."""
    plan = plan_of(stacks, reduce("40 %"), growth=[{"rate": "10 %"}])
    assert plan.bound == pytest.approx(60)
    assert plan.asked == pytest.approx(60)


def test_a_percentage_is_of_what_the_scope_emits(stacks: BundleMaker) -> None:
    """40 % of East's 100 t are 40 t, not 40 % of 150."""
    plan = plan_of(stacks, reduce("40 %", 'district = "East"'))
    assert plan.bound == pytest.approx(40)
    assert plan.mask.tolist() == [True, False]
    assert plan.scope == {"district": ["East"]}


def test_a_percentage_may_be_of_a_stated_task(stacks: BundleMaker) -> None:
    """30 % of a five-year task of 1200 t are 360 t, however little is emitted (30 % of 150 t would be 45)."""
    assert plan_of(stacks, reduce("30 %", 'of = "1200 t/yr"')).bound == pytest.approx(360)


@pytest.mark.parametrize(("basis", "metric"), [("inventory", "reduction"), ("project", "project")])
def test_a_requirement_may_name_its_own_basis(stacks: BundleMaker, basis: str, metric: str) -> None:
    other = {"inventory": "project", "project": "inventory"}[basis]
    plan = plan_of(stacks, reduce("60 t/yr", f'basis = "{basis}"'), basis=other)
    assert (plan.metric.name, plan.basis) == (metric, basis)


def test_a_cap_bounds_what_remains(stacks: BundleMaker) -> None:
    plan = plan_of(stacks, requirement("cap", 'pollutant = "nox"', 'amount = "80 t/yr"'))
    assert plan.metric == Metric("remaining", 2025, flow=NOX)
    assert (plan.sense, plan.bound, plan.unit, plan.basis) == ("<=", 80, "t/yr", None)


def test_intensity_falls_less_in_tonnes_when_output_grows(stacks: BundleMaker) -> None:
    """E / Y down 10 % with output up 6 %: at most 0.90 * 1.06 * 150 = 143.1 t, which is 4.6 % less than 150 t.

    Without the growth of output the bound would be 135 t. The row is reported as a fall in per cent, at least 10.
    """
    plan = plan_of(stacks, intensity("10 %"), growth=OUTPUT_ONLY)
    assert plan.metric == Metric("remaining", 2025, flow=NOX)
    assert plan.sense == "<="
    assert plan.bound == pytest.approx(143.1)
    assert (plan.reported_sense, plan.unit) == (">=", "%")
    assert plan.asked == pytest.approx(10)
    assert plan.report(143.1) == pytest.approx(10)
    assert plan.report(150) == pytest.approx(100 - 100 / 1.06)


def test_intensity_of_growing_sources_stays_when_output_grows_as_fast(stacks: BundleMaker) -> None:
    """150 t * 1.06 over an output of 1.06: no fall at all, and no rise."""
    plan = plan_of(stacks, intensity("10 %"), growth=[{"rate": "6 %"}])
    assert plan.report(159) == pytest.approx(0)


def test_outputs_of_several_districts_are_added_before_the_ratio(stacks: BundleMaker) -> None:
    """East 3e9 up 6 %, West 1e9 up 20 %: Y grows by (3.18 + 1.20) / 4 = 1.095; 0.9 * 1.095 * 150 = 147.825 t.

    The mean of the two rates, 13 %, would give 152.55 t.
    """
    growth = [{"district": "East", "rate": "6 %"}, {"district": "West", "rate": "20 %"}]
    both = intensity("10 %", output='{ East = "3e9 CNY/yr", West = "1e9 CNY/yr" }')
    assert plan_of(stacks, both, growth=growth).bound == pytest.approx(147.825)


def test_each_district_has_its_own_row_and_bound(stacks: BundleMaker) -> None:
    """East 0.9 * 1.06 * 100 = 95.4 t, West 0.9 * 1.2 * 50 = 54 t; together they would be allowed 147.825 or so."""
    growth = [{"district": "East", "rate": "6 %"}, {"district": "West", "rate": "20 %"}]
    east, west = plans_of(stacks, intensity("10 %", 'each = "district"'), growth=growth)
    assert (east.row_id, west.row_id) == ("one/East", "one/West")
    assert [east.bound, west.bound] == pytest.approx([95.4, 54])
    assert (east.mask.tolist(), west.mask.tolist()) == ([True, False], [False, True])
    assert (east.scope, west.scope) == ({"district": ["East"]}, {"district": ["West"]})


def test_each_takes_a_percentage_of_every_district_by_itself(stacks: BundleMaker) -> None:
    """20 % of 100 t and of 50 t: 20 t and 10 t, not 30 t wherever they are cheap."""
    assert [plan.bound for plan in plans_of(stacks, reduce("20 %", 'each = "district"'))] == pytest.approx([20, 10])


def test_each_asks_stated_tonnes_of_every_district(stacks: BundleMaker) -> None:
    assert [plan.bound for plan in plans_of(stacks, reduce("20 t/yr", 'each = "district"'))] == [20, 20]


def test_where_nothing_is_emitted_intensity_admits_nothing_later(stacks: BundleMaker) -> None:
    """West emits none: E <= 0.9 * 0 * Y / Y0 = 0 t. A fall in per cent of nothing does not exist."""
    no_nox = SOURCES.replace("kiln,50", "kiln,0")
    east, west = plans_of(stacks, intensity("10 %", 'each = "district"'), sources=no_nox)
    assert east.unit == "%"
    assert east.bound == pytest.approx(90)
    assert (west.unit, west.sense, west.asked, west.bound) == ("t/yr", "<=", 0, 0)


@pytest.mark.parametrize("sense", [">=", "=", "<="])
def test_a_quota_counts_sources_in_its_sense(stacks: BundleMaker, sense: str) -> None:
    plan = plan_of(stacks, requirement("quota", f'sense = "{sense}"', "amount = 1", 'measures = ["scrub"]'))
    assert plan.metric == Metric("count", 2025, measures=frozenset({"scrub"}))
    assert (plan.sense, plan.bound, plan.unit) == (sense, 1, "count")


def test_a_quota_counts_the_sources_of_its_filter(stacks: BundleMaker) -> None:
    small = requirement(
        "quota", 'sense = ">="', "amount = 1", 'measures = ["scrub"]', "where = { nox_t_per_year = { below = 100 } }"
    )
    plan = plan_of(stacks, small)
    assert plan.mask.tolist() == [False, True]
    assert plan.scope == {"where": ["nox_t_per_year"]}


def test_a_mandate_is_a_count_of_all_in_scope(stacks: BundleMaker) -> None:
    plan = plan_of(stacks, requirement("mandate", 'measures = ["scrub"]', 'sector = "point_sources"'))
    assert plan.metric == Metric("comply", 2025, measures=frozenset({"scrub"}))
    assert (plan.sense, plan.bound, plan.unit, plan.asked_text) == (">=", 2, "count", "")
    assert plan.scope == {"sector": ["point_sources"]}


def test_a_mandate_may_be_a_limit(stacks: BundleMaker) -> None:
    coal = requirement("mandate", 'limit = { level = "nox_mg_per_m3", at_most = "50 mg/m3" }')
    sources = "source_id,name,district,fuel,capacity_t_per_h,full_load_hours_per_year\nB1,Boiler,East,coal,35,3500\n"
    plan = plan_of(stacks, coal, sources=sources, sector="coal_boilers")
    assert plan.metric == Metric("comply", 2025, level="nox_mg_per_m3", limit=50)
    assert plan.bound == 1


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        (reduce("60 t/yr", "tolerance = 0.05"), 57),
        (requirement("cap", 'pollutant = "nox"', 'amount = "80 t/yr"', 'tolerance = "5 %"'), 84),
        (intensity("10 %", "tolerance = 0.1"), 0.91 * 150),
        (requirement("quota", 'sense = "<="', "amount = 2", 'measures = ["scrub"]', "tolerance = 0.5"), 3),
        (requirement("quota", 'sense = "="', "amount = 2", 'measures = ["scrub"]', "tolerance = 0.5"), 2),
        (requirement("mandate", 'measures = ["scrub"]', "tolerance = 0.5"), 1),
        (requirement("budget", 'metric = "capital"', 'amount = "100 万元"', "tolerance = 0.1"), 1.1e6),
    ],
)
def test_a_tolerance_eases_the_bound_and_not_what_is_asked(stacks: BundleMaker, text: str, bound: float) -> None:
    """5 % of 60 t: 57 t do, though 60 are asked; a cap gives way upwards; 10 % less a tenth of it is 9 %: 0.91 * 150 t.

    A number that is to be met exactly is not eased.
    """
    plan = plan_of(stacks, text)
    assert plan.bound == pytest.approx(bound)
    assert plan.asked == plan_of(stacks, text.replace("tolerance", "# tolerance")).asked


@pytest.mark.parametrize(
    ("metric", "amount", "bound", "unit"),
    [("capital", "3 亿元", 3e8, "CNY"), ("public", "40 万元", 4e5, "CNY"), ("annual", "30 万元/年", 3e5, "CNY/yr")],
)
def test_a_budget_bounds_money(stacks: BundleMaker, metric: str, amount: str, bound: float, unit: str) -> None:
    plan = plan_of(
        stacks, requirement("budget", f'metric = "{metric}"', f'amount = "{amount}"'), measures=SCRUB + POLISH
    )
    assert (plan.metric.name, plan.metric.year, plan.sense) == (metric, 2025, "<=")
    assert (plan.unit, plan.asked_text) == (unit, amount)
    assert plan.bound == pytest.approx(bound)


def test_a_row_is_of_the_last_year_unless_it_names_one(stacks: BundleMaker) -> None:
    years = [2025, 2026, 2028]
    assert plan_of(stacks, reduce("60 t/yr"), years=years).metric.year == 2028
    named = plan_of(stacks, reduce("60 t/yr", "year = 2026"), years=years)
    assert (named.metric.year, named.year) == (2026, 2026)


@pytest.mark.parametrize(
    "text",
    [
        reduce("pending"),
        requirement("cap", 'pollutant = "nox"', 'amount = "pending"'),
        intensity("pending"),
        requirement("quota", 'sense = ">="', 'amount = "pending"', 'measures = ["scrub"]'),
        requirement("budget", 'metric = "capital"', 'amount = "pending"'),
    ],
)
def test_what_is_pending_has_neither_bound_nor_asked_value(stacks: BundleMaker, text: str) -> None:
    plan = plan_of(stacks, text)
    assert (plan.bound, plan.asked, plan.asked_text) == (None, None, "pending")
    assert "'one' waits for its value" in pending_text(plan).en
    assert "“one”的数值待上级确定" in pending_text(plan).zh
