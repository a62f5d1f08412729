"""Years: sources that enter during the plan, deadlines within a year, work under way, packages that are extended."""

from datetime import date

import pytest

from model.problems import InputError
from optimizer import Settings
from scenarios.answering import run
from scenarios.answering.result import Result
from tests.test_scenarios.by_hand import choices_in, compiled, expanded
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.stacks import ANNUITY, COST_A, COST_B, POLISH, SCRUB

PROVEN = Settings(gap=0.0)
NOX = "nox_t_per_year"
TWO_YEARS = [2025, 2026]
ENTERING = """source_id,name,district,source_class,nox_t_per_year,start_year
A,Stack A,East,kiln,100,
N,New stack,East,kiln,30,2026
"""
ONE = """source_id,name,district,source_class,nox_t_per_year
A,Stack A,East,kiln,100
"""
POLISHED = 400_000 * 0.129504574965 + 10_000
"""Polishing A: annuity of 400 000 CNY over ten years at 5 %, and 10 000 CNY a year: 61 801.83."""


def asked(name: str, kind: str, *lines: str) -> str:
    return "\n".join(["[[requirement]]", f'id = "{name}"', f'kind = "{kind}"', *lines, ""])


def reduce(tonnes: object, *lines: str, name: str = "nox") -> str:
    return asked(name, "reduce", 'pollutant = "nox"', f'amount = "{tonnes} t/yr"', *lines)


def cap(tonnes: float, year: int) -> str:
    return asked(f"cap-{year}", "cap", 'pollutant = "nox"', f'amount = "{tonnes} t/yr"', f"year = {year}")


def capital(amount: float, year: int) -> str:
    return asked(f"money-{year}", "budget", 'metric = "capital"', f'amount = "{amount} CNY"', f"year = {year}")


def planned(make: BundleMaker, text: str, **changes: object) -> Result:
    return run.plan(make(text, **changes), settings=PROVEN)


def cost(result: Result) -> float:
    assert result.status == "OPTIMAL"
    assert result.objective.value is not None
    return result.objective.value


def done(result: Result) -> list[tuple[str, list[str], int]]:
    return [(task["source_id"], task["measures"], task["start_year"]) for task in result.tasks]


# Sources that enter during the plan ------------------------------------------------------------------------------


def test_a_new_source_counts_from_its_year_on(stacks: BundleMaker) -> None:
    """A cap of 110 t: 100 t in 2025 keep it, 130 t in 2026 do not, so the new stack is scrubbed (24 t) in 2026.

    It costs (155 405.49 + 50 000 + 1 200 x 24) / 1.05 = 223 052.85; the new source ignored, nothing would be needed.
    """
    result = planned(stacks, cap(110, 2025) + cap(110, 2026), sources=ENTERING, years=TWO_YEARS)
    assert done(result) == [("N", ["scrub"], 2026)]
    assert cost(result) == pytest.approx((ANNUITY + 50_000 + 1_200 * 24) / 1.05, rel=1e-9)
    assert [found.reached for found in result.requirements] == [100, 106]


def test_emissions_show_a_new_source_from_its_year_on(stacks: BundleMaker) -> None:
    """The base year has 100 t; without the plan there are 100 t in 2025 and 130 t in 2026."""
    result = planned(stacks, cap(110, 2026), sources=ENTERING, years=TWO_YEARS)
    nox = [row for row in result.emissions if row["pollutant"] == "nox"]
    assert [(row["year"], row["base_t_per_year"], row["without_plan_t_per_year"]) for row in nox] == [
        (2025, 100, 100),
        (2026, 100, 130),
    ]
    assert [row["with_plan_t_per_year"] for row in nox] == pytest.approx([100, 106])


def test_measures_of_a_new_source_start_with_it_at_the_earliest(stacks: BundleMaker) -> None:
    found = choices_in(expanded(stacks(sources=ENTERING, years=TWO_YEARS)))
    assert [year for source, measures, year in found if source == 1 and measures] == [2026]


def test_a_new_source_states_its_first_year_and_grows_from_there(stacks: BundleMaker) -> None:
    """30 t in 2026, 33 t in 2027 at 10 % a year; counted from the base year 2024 it would be 36.3 t and 39.93 t."""
    options = expanded(stacks(sources=ENTERING, years=[2025, 2026, 2027], growth=[{"rate": "10 %"}]))
    of_new = [float(options.remaining(NOX, year)[options.source == 1][0]) for year in (2025, 2026, 2027)]
    assert of_new == pytest.approx([0, 30, 33])


def test_the_project_basis_never_counts_a_new_source(stacks: BundleMaker) -> None:
    """Scrubbing both takes 80 t + 24 t away by inventory, 80 t by project."""
    text = reduce(1, 'basis = "project"', name="project") + reduce(104, name="all")
    result = planned(stacks, text, sources=ENTERING, years=TWO_YEARS)
    assert [found.reached for found in result.requirements] == pytest.approx([80, 104])
    assert [task["accountable_t_per_year"]["nox"] for task in result.tasks] == pytest.approx([80, 0])


def test_a_share_of_the_base_year_knows_no_new_source(stacks: BundleMaker) -> None:
    """10 % of 100 t; with the new source it would be 13 t."""
    text = asked("nox", "reduce", 'pollutant = "nox"', 'amount = "10 %"')
    found = compiled(stacks(text, sources=ENTERING, years=TWO_YEARS))
    assert found.plans[0].asked == pytest.approx(10)


def test_a_mandate_of_an_earlier_year_does_not_wait_for_a_new_source(stacks: BundleMaker) -> None:
    """In 2025 one kiln has to be scrubbed, in 2026 two; counted in 2025 the new one would make it impossible."""
    every = [asked(f"all-{year}", "mandate", 'measures = ["scrub"]', f"year = {year}") for year in TWO_YEARS]
    result = planned(stacks, "".join(every), sources=ENTERING, years=TWO_YEARS)
    assert done(result) == [("A", ["scrub"], 2025), ("N", ["scrub"], 2026)]
    assert [found.asked for found in result.requirements] == [1, 2]


def test_a_start_year_is_a_whole_year(stacks: BundleMaker) -> None:
    with pytest.raises(InputError, match="not a year"):
        stacks(sources=ENTERING.replace(",2026", ",2026.5"))


def test_work_is_not_decided_at_a_source_that_is_not_there_yet(stacks: BundleMaker) -> None:
    text = asked("f", "fix", 'source_id = "N"', 'measures = ["scrub"]', "start_year = 2025")
    with pytest.raises(InputError, match="not there yet"):
        compiled(stacks(text, sources=ENTERING, years=TWO_YEARS))


# Deadlines within a year -----------------------------------------------------------------------------------------

SLOW_POLISH = POLISH.replace("= 18", "= 20").replace("divisible = true", "")
"""Decided on 1 January 2024, polishing is ready on 1 September 2025; scrubbing on 1 July 2024."""


def test_only_what_is_in_service_by_the_date_counts(stacks: BundleMaker) -> None:
    """40 t by 30 June 2025: polishing A (50 t, 61 801.83) comes too late, so B is scrubbed (40 t, 253 405.49).

    By 1 September it is in time; taken as a year's end, the deadline would cost 61 801.83 too.
    """
    measures = SCRUB + SLOW_POLISH
    early = planned(stacks, reduce(40, "by = 2025-06-30"), measures=measures)
    assert done(early) == [("B", ["scrub"], 2025)]
    assert cost(early) == pytest.approx(COST_B, rel=1e-9)
    late = planned(stacks, reduce(40, "by = 2025-09-01"), measures=measures)
    assert done(late) == [("A", ["polish"], 2025)]
    assert cost(late) == pytest.approx(POLISHED, rel=1e-9)


def test_a_task_is_due_by_the_deadline_that_it_serves(stacks: BundleMaker) -> None:
    """A whole year's credit leaves the scrubber time until 31 December; the requirement asks for it by 31 October."""
    (task,) = planned(stacks, reduce(60, "by = 2025-10-31")).tasks
    assert task["due"] == "2025-10-31"
    (task,) = planned(stacks, reduce(60)).tasks
    assert task["due"] == "2025-12-31"


@pytest.mark.parametrize(
    "text",
    [
        asked("it", "quota", 'sense = ">="', "amount = 1", 'measures = ["polish"]', "by = 2025-08-31"),
        asked("it", "mandate", 'measures = ["polish"]', "by = 2025-08-31"),
        asked("it", "cap", 'pollutant = "nox"', 'amount = "80 t/yr"', "by = 2025-08-31"),
    ],
    ids=["quota", "mandate", "cap"],
)
def test_every_kind_knows_deadlines(stacks: BundleMaker, text: str) -> None:
    """Polishing halves 150 t to 75 t, from September 2025: a day before nothing is in service."""
    assert planned(stacks, text, measures=SLOW_POLISH).status == "INFEASIBLE"
    assert planned(stacks, text.replace("08-31", "09-01"), measures=SLOW_POLISH).status == "OPTIMAL"


def test_work_of_a_later_year_is_not_in_service_before_it_begins(stacks: BundleMaker) -> None:
    """A scrubber that starts in 2026 is in service on 1 January 2026 at the earliest, though it could stand in 2024."""
    text = reduce(60, "by = 2026-01-01") + reduce(60, "by = 2025-12-31", name="early")
    result = planned(stacks, text, years=TWO_YEARS)
    assert done(result) == [("A", ["scrub"], 2025)]
    assert planned(stacks, reduce(60, "by = 2026-01-01"), years=TWO_YEARS).tasks[0]["start_year"] == 2026


# Work under way --------------------------------------------------------------------------------------------------


def fix(*lines: str, start: int = 2025) -> str:
    return asked("fixed", "fix", 'source_id = "A"', 'measures = ["scrub"]', f"start_year = {start}", *lines)


def test_work_under_way_does_not_wait_for_its_lead_time(stacks: BundleMaker) -> None:
    """Decided on 1 July 2025 a scrubber would stand in January 2026; the one under way counts all of 2025: 80 t.

    Counting the lead time from the decision date would leave it 0 of 12 months in 2025.
    """
    changes = {"decision_date": date(2025, 7, 1), "credit": "months"}
    result = planned(stacks, fix() + reduce(40), **changes)
    assert result.requirements[0].reached == pytest.approx(80)
    (task,) = result.tasks
    assert (task["due"], task["accountable_t_per_year"]["nox"]) == ("2025-01-01", 80)


def test_work_under_way_counts_from_the_day_it_is_in_service(stacks: BundleMaker) -> None:
    """In service on 1 July 2025: 6 of 12 months, 40 t; by 30 June nothing."""
    changes = {"decision_date": date(2025, 3, 1), "credit": "months"}
    result = planned(stacks, fix("in_service = 2025-07-01") + reduce(40), **changes)
    assert result.requirements[0].reached == pytest.approx(40)
    assert result.tasks[0]["due"] == "2025-07-01"
    early = fix("in_service = 2025-07-01") + reduce(1, "by = 2025-06-30")
    assert planned(stacks, early, sources=ONE).status == "INFEASIBLE"


def test_work_that_started_before_the_plan_runs_in_it(stacks: BundleMaker) -> None:
    """Started in 2025, planned for 2026 and 2027: 80 t in both, its cost in both, its capital in neither year."""
    text = fix(start=2025) + reduce(80, "year = 2026") + capital(1, 2026)
    result = planned(stacks, text, years=[2026, 2027], base_year=2024)
    assert result.requirements[0].reached == pytest.approx(80)
    assert cost(result) == pytest.approx(COST_A * (1 + 1 / 1.05), rel=1e-9)
    assert result.cost is not None
    assert [row["capital_cny"] for row in result.cost.by_year] == [0, 0]
    assert result.tasks[0]["accountable_t_per_year"]["nox"] == pytest.approx(80)


@pytest.mark.parametrize("lines", [("in_service = 2026-07-01",), ("in_service = 2024-07-01",)])
def test_a_day_in_service_lies_in_the_start_year(stacks: BundleMaker, lines: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match="not in the start year"):
        stacks(fix(*lines))


# Packages that are extended --------------------------------------------------------------------------------------

STEPS = reduce(70, "year = 2025", name="first") + reduce(85, "year = 2026", name="then")
BUDGETS = capital(1.3e6, 2025) + capital(1.3e6, 2026)
BOTH = SCRUB + POLISH.replace("divisible = true", "")


def test_a_package_is_extended_where_the_money_of_one_year_is_not_enough(stacks: BundleMaker) -> None:
    """Scrubbing (1.2e6 CNY, 80 t) in 2025 and polishing behind it (0.4e6 CNY, 90 t in all) in 2026.

    The first year costs 301 405.49, the second (301 405.49 + 61 801.83) / 1.05. Both at once need 1.6e6 CNY in one
    year, more than the 1.3e6 CNY there are: without the extension there is no plan.
    """
    result = planned(stacks, STEPS + BUDGETS, sources=ONE, measures=BOTH, years=TWO_YEARS)
    assert done(result) == [("A", ["scrub"], 2025), ("A", ["polish"], 2026)]
    assert cost(result) == pytest.approx(COST_A + (COST_A + POLISHED) / 1.05, rel=1e-9)
    assert result.cost is not None
    assert [row["capital_cny"] for row in result.cost.by_year] == [1.2e6, 0.4e6]
    alone = planned(
        stacks, STEPS + BUDGETS, sources=ONE, measures=BOTH, years=TWO_YEARS, packages={"max_extensions": 0}
    )
    assert alone.status == "INFEASIBLE"


def test_each_task_of_an_extended_package_has_its_own_money_and_tonnes(stacks: BundleMaker) -> None:
    """Scrubbing takes 80 of 100 t, polishing half of the 20 t that are left; each stands in its own year."""
    result = planned(stacks, STEPS + BUDGETS, sources=ONE, measures=BOTH, years=TWO_YEARS)
    first, second = result.tasks
    assert (first["capital_cny"], second["capital_cny"]) == (1.2e6, 0.4e6)
    assert first["annual_cost_cny"] == pytest.approx(COST_A, rel=1e-9)
    assert second["annual_cost_cny"] == pytest.approx(POLISHED, rel=1e-9)
    assert [task["reduction_t_per_year"]["nox"] for task in (first, second)] == pytest.approx([80, 10])
    assert [task["accountable_t_per_year"]["nox"] for task in (first, second)] == pytest.approx([80, 10])
    assert [task["due"] for task in (first, second)] == ["2025-12-31", "2026-12-31"]
    assert [task["serves"] for task in (first, second)] == [["first", "then"], ["then"]]
    assert result.ledger is not None
    assert result.ledger.agrees


def test_what_stands_keeps_its_cost_when_something_is_put_before_it(stacks: BundleMaker) -> None:
    """Polishing first, scrubbing before it later: capital and fixed cost of polishing stay, the scrubber pays its own.

    2025: 61 801.83. 2026: 61 801.83 + 155 405.49 + 50 000 + 1 200 x 80, since the scrubber takes its 80 t first.
    """
    text = reduce(50, "year = 2025", name="first") + reduce(85, "year = 2026", name="then") + capital(1e6, 2025)
    result = planned(stacks, text, sources=ONE, measures=BOTH, years=TWO_YEARS)
    assert done(result) == [("A", ["polish"], 2025), ("A", ["scrub"], 2026)]
    assert cost(result) == pytest.approx(POLISHED + (POLISHED + COST_A) / 1.05, rel=1e-9)
    assert [task["reduction_t_per_year"]["nox"] for task in result.tasks] == pytest.approx([50, 40])
    assert result.tasks[1]["operating_cost_cny"] == pytest.approx(50_000 + 1_200 * 80)


def test_the_payers_money_stands_in_the_year_of_each_measure(stacks: BundleMaker) -> None:
    """The county pays three quarters of polishing: 300 000 CNY in 2026, nothing in 2025."""
    county = asked("c", "budget", 'metric = "capital"', 'payer = "county"', 'amount = "0.35e6 CNY"', 'each = "year"')
    result = planned(stacks, STEPS + BUDGETS + county, sources=ONE, measures=BOTH, years=TWO_YEARS)
    assert [found.reached for found in result.requirements if found.id == "c"] == pytest.approx([0, 300_000])


def test_extensions_are_capped_with_a_note(stacks: BundleMaker) -> None:
    """Two packages of one measure, each extended to both in 2026: two ways at each of two stacks, one of them kept."""
    whole = compiled(stacks(measures=BOTH, years=TWO_YEARS))
    assert int(whole.options.is_extended().sum()) == 4
    assert whole.notes == ()
    capped = compiled(stacks(measures=BOTH, years=TWO_YEARS, packages={"max_extensions": 1}))
    assert int(capped.options.is_extended().sum()) == 2
    assert [note.en[:9] for note in capped.notes] == ["2 sources"]


def test_one_plan_year_has_no_extensions(stacks: BundleMaker) -> None:
    assert not compiled(stacks(measures=BOTH)).options.is_extended().any()


# Cuts that compound ----------------------------------------------------------------------------------------------


def test_a_cut_of_fifteen_per_cent_a_year_compounds(stacks: BundleMaker) -> None:
    """15 % a year: 100 t may be 85 t in 2025 and 72.25 t in 2026, so 15 t and 27.75 t have to go, not 15 t and 30 t."""
    yearly = [
        reduce(round(100 - 100 * 0.85**elapsed, 10), f"year = {2024 + elapsed}", name=f"y{elapsed}")
        for elapsed in (1, 2)
    ]
    part = POLISH.replace("= 18", "= 6")
    result = planned(stacks, "".join(yearly), sources=ONE, measures=part, years=TWO_YEARS)
    assert [found.reached for found in result.requirements] == pytest.approx([15, 27.75])
