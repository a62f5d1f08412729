"""From a scenario to the optimiser's arrays, and from its choice back to packages at sources."""

import numpy as np
import pytest

from optimizer import Status
from scenarios.compiling.choices import choices_of
from scenarios.compiling.compile import Compiled, options_of
from scenarios.compiling.expand import NEVER
from tests.test_scenarios.by_hand import choices_in, compiled, every_level, solved, unsolved
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.stacks import COST_A, COST_B, NOX_TOTAL, POLISH, SCRUB, SOURCES

BOTH = SCRUB + POLISH
OTHER = SCRUB.replace('id = "scrub"', 'id = "other"')
"""Another measure in the scrubber's slot: a source has one or the other."""


def requirement(name: str, kind: str, *lines: str) -> str:
    return "\n".join(["[[requirement]]", f'id = "{name}"', f'kind = "{kind}"', *lines, ""])


def mandate(name: str, measure: str, *lines: str) -> str:
    return requirement(name, "mandate", f'measures = ["{measure}"]', *lines)


def fix(source_id: str, measures: str, *lines: str) -> str:
    return requirement(
        f"fix-{source_id}", "fix", f'source_id = "{source_id}"', f"measures = [{measures}]", "start_year = 2025", *lines
    )


def offered(found: Compiled) -> list[tuple[int, tuple[str, ...]]]:
    return [(source, measures) for source, measures, _ in choices_in(found.options)]


# What is minimised -----------------------------------------------------------------------------------------------


def test_one_plan_year_minimises_its_annual_cost(stacks: BundleMaker) -> None:
    assert compiled(stacks()).problem.cost == pytest.approx([0, COST_A, 0, COST_B], rel=1e-12)


def test_several_plan_years_minimise_the_present_value(stacks: BundleMaker) -> None:
    """A from 2025: C + C / 1.05; from 2026: C / 1.05."""
    cost = compiled(stacks(years=[2025, 2026])).problem.cost
    assert cost[:3] == pytest.approx([0, COST_A * (1 + 1 / 1.05), COST_A / 1.05], rel=1e-12)


def test_the_most_reduction_is_the_least_of_its_negative(stacks: BundleMaker) -> None:
    """Weights 1 for NOx and 5 for SO2: 80 + 5 * 4 = 100 at A, 40 + 5 * 1 = 45 at B."""
    found = compiled(stacks("", mode="most_reduction", weights={"nox": 1.0, "so2": 5.0}))
    assert found.problem.cost == pytest.approx([0, -100, 0, -45])
    assert found.mode == "most_reduction"


def test_the_most_reduction_is_counted_on_the_basis_of_the_scenario(stacks: BundleMaker) -> None:
    """Growth 10 %: 100 - 22 = 78 t and 50 - 11 = 39 t by project; by inventory they would be 88 t and 44 t."""
    found = compiled(
        stacks("", mode="most_reduction", weights={"nox": 1.0}, basis="project", growth=[{"rate": "10 %"}])
    )
    assert found.problem.cost == pytest.approx([0, -78, 0, -39])


# Which options ---------------------------------------------------------------------------------------------------


def test_options_carry_the_reported_flows_and_those_that_are_asked_for(stacks: BundleMaker) -> None:
    so2 = requirement("so2", "cap", 'pollutant = "so2"', 'amount = "1 t/yr"')
    reported, beside = ["nox_t_per_year", "vocs_t_per_year", "tp_t_per_year"], "co2_t_per_year"
    assert list(options_of(stacks(so2)).change) == [*reported, "so2_t_per_year", beside]
    weighted = stacks(NOX_TOTAL, mode="most_reduction", weights={"cod": 1.0})
    assert list(options_of(weighted).change) == [*reported, "cod_t_per_year", beside]
    assert list(options_of(stacks(NOX_TOTAL, weights={"cod": 1.0})).change) == [*reported, beside]


def test_a_forbidden_measure_is_not_on_offer_in_its_scope(stacks: BundleMaker) -> None:
    forbid = requirement("no", "forbid", 'measures = ["scrub"]', 'district = "East"')
    again = requirement("nor", "forbid", 'measures = ["scrub"]', "where = { nox_t_per_year = { below = 60 } }")
    assert offered(compiled(stacks(forbid))) == [(0, ()), (1, ()), (1, ("scrub",))]
    assert offered(compiled(stacks(forbid + again))) == [(0, ()), (1, ())]


def test_a_decided_source_has_its_package_and_nothing_else(stacks: BundleMaker) -> None:
    found = compiled(stacks(NOX_TOTAL + fix("A", '"polish"'), measures=BOTH))
    assert offered(found) == [(0, ("polish",)), (1, ()), (1, ("scrub",)), (1, ("polish",)), (1, ("scrub", "polish"))]
    assert [decision.source for decision in found.decided] == [0]


def test_a_decided_source_may_have_nothing(stacks: BundleMaker) -> None:
    found = compiled(stacks(fix("A", "").replace("start_year = 2025", "")))
    assert offered(found) == [(0, ()), (1, ()), (1, ("scrub",))]


def test_a_decided_package_needs_no_lead_time(stacks: BundleMaker) -> None:
    """Five years from 2024 end in 2029: in the plan of 2025 only the decided scrubber of A can run."""
    found = compiled(stacks(fix("A", '"scrub"'), measures=SCRUB.replace("= 6", "= 60")))
    assert choices_in(found.options) == [(0, ("scrub",), 2025), (1, (), NEVER)]


def test_a_decided_share_is_a_row_between_the_package_and_as_is(stacks: BundleMaker) -> None:
    found = compiled(stacks(fix("A", '"polish"', "share = 0.4"), measures=BOTH))
    assert offered(found)[:2] == [(0, ()), (0, ("polish",))]
    (row,) = found.problem.rows
    assert (row.id, row.sense, row.bound) == ("/fix/fix-A", "=", 0.4)
    assert found.problem.metrics[row.metric].tolist() == [0, 1, 0, 0, 0, 0]
    assert found.problem.is_divisible.tolist() == [True, False]


def test_measures_that_could_be_shared_are_whole_beside_others_and_a_note_says_so(stacks: BundleMaker) -> None:
    mixed, alone = compiled(stacks(measures=BOTH)), compiled(stacks(measures=POLISH))
    assert mixed.problem.is_divisible.tolist() == [False, False]
    assert [note.en[:9] for note in mixed.notes] == ["2 sources"]
    assert alone.problem.is_divisible.tolist() == [True, True]
    assert alone.notes == ()


def test_an_open_problem_keeps_what_is_ruled_out(stacks: BundleMaker) -> None:
    text = fix("A", '"scrub"') + mandate("all", "scrub")
    assert offered(compiled(stacks(text))) == [(0, ("scrub",)), (1, ("scrub",))]
    assert offered(compiled(stacks(text), is_open=True)) == [(0, ()), (0, ("scrub",)), (1, ()), (1, ("scrub",))]


# Mandates --------------------------------------------------------------------------------------------------------


def test_a_mandate_that_all_can_keep_leaves_out_what_breaks_it(stacks: BundleMaker) -> None:
    found = compiled(stacks(mandate("all", "scrub"), measures=BOTH))
    assert offered(found) == [(source, measures) for source in (0, 1) for measures in [("scrub",), ("scrub", "polish")]]
    assert found.problem.rows == ()
    assert found.row_of == (None,)


def test_a_mandate_leaves_sources_out_of_its_scope_alone(stacks: BundleMaker) -> None:
    found = compiled(stacks(mandate("east", "scrub", 'district = "East"')))
    assert offered(found) == [(0, ("scrub",)), (1, ()), (1, ("scrub",))]


def test_a_mandate_that_one_source_cannot_keep_stays_a_row(stacks: BundleMaker) -> None:
    """B with 5 t is offered no scrubber (below 10 t): 2 sources asked, 1 to be had, and nothing is left out."""
    found = compiled(stacks(mandate("all", "scrub"), sources=SOURCES.replace("kiln,50", "kiln,5")))
    (row,) = found.problem.rows
    assert (row.sense, row.bound, found.row_of) == (">=", 2, (0,))
    assert offered(found) == [(0, ()), (0, ("scrub",)), (1, ())]
    assert max(found.plan_values(level)[0] for level in every_level(found.problem)) == 1


def test_a_source_where_the_measure_would_change_nothing_complies(stacks: BundleMaker) -> None:
    """Polishing takes half of B's nothing away: B complies, however it is run, and A is polished."""
    found = compiled(
        stacks(mandate("all", "polish"), measures=POLISH, sources=SOURCES.replace("kiln,50,10", "kiln,0,0"))
    )
    assert offered(found) == [(0, ("polish",)), (1, ())]
    assert found.plan_values(np.ones(2)).tolist() == [2]


def test_a_tolerated_mandate_stays_a_row(stacks: BundleMaker) -> None:
    found = compiled(stacks(mandate("all", "scrub", "tolerance = 0.5")))
    assert found.problem.rows[0].bound == 1
    assert len(offered(found)) == 4


def test_a_mandate_that_a_decision_breaks_stays_a_row(stacks: BundleMaker) -> None:
    found = compiled(stacks(mandate("all", "scrub") + fix("A", '"polish"'), measures=BOTH))
    assert found.row_of == (0,)
    assert offered(found)[0] == (0, ("polish",))


def test_a_mandate_that_another_one_breaks_stays_a_row(stacks: BundleMaker) -> None:
    """Both measures want the same slot: the first mandate is kept, so the second cannot be."""
    found = compiled(stacks(mandate("one", "scrub") + mandate("two", "other"), measures=SCRUB + OTHER))
    assert found.row_of == (None, 0)
    assert offered(found) == [(0, ("scrub",)), (1, ("scrub",))]


# Rows ------------------------------------------------------------------------------------------------------------


def test_rows_take_in_the_sources_of_their_scope(stacks: BundleMaker) -> None:
    east = NOX_TOTAL.replace("nox-total", "east") + 'district = "East"\n'
    found = compiled(stacks(NOX_TOTAL + east))
    whole, part = found.problem.rows
    assert whole.groups is None
    assert part.groups is not None
    assert part.groups.tolist() == [0]


def test_rows_of_the_same_quantity_share_a_metric(stacks: BundleMaker) -> None:
    more = NOX_TOTAL.replace("nox-total", "more")
    money = requirement("money", "budget", 'metric = "capital"', 'amount = "1 亿元"')
    found = compiled(stacks(NOX_TOTAL + money + more))
    assert found.metric_of == (0, 1, 0)
    assert found.problem.metrics.shape == (2, 4)


def test_pending_is_no_row_of_the_problem(stacks: BundleMaker) -> None:
    found = compiled(stacks(NOX_TOTAL.replace("60 t/yr", "pending") + NOX_TOTAL.replace("nox-total", "more")))
    assert found.row_of == (None, 0)
    assert [row.id for row in found.problem.rows] == ["more"]


def test_without_requirements_there_are_no_rows(stacks: BundleMaker) -> None:
    found = compiled(stacks(""))
    assert (found.plans, found.problem.rows, found.problem.metrics.shape) == ((), (), (0, 4))
    assert found.plan_values(np.zeros(4)).tolist() == []


def test_plan_values_are_what_the_rows_add_up_to(stacks: BundleMaker) -> None:
    """A scrubbed: 80 t of NOx in all, 80 t in the East, none in the West, 1.2e6 CNY."""
    each = requirement("each", "reduce", 'pollutant = "nox"', 'amount = "1 %"', 'each = "district"')
    money = requirement("money", "budget", 'metric = "capital"', 'amount = "pending"')
    found = compiled(stacks(NOX_TOTAL + each + money))
    level = np.array([0.0, 1.0, 1.0, 0.0])
    values = found.plan_values(level)
    assert values == pytest.approx([80, 80, 0, 1.2e6])
    sums = [float(found.problem.contribution(row) @ level) for row in range(found.problem.row_count)]
    assert [values[plan] for plan, row in enumerate(found.row_of) if row is not None] == pytest.approx(sums)


# How far each could go -------------------------------------------------------------------------------------------


def test_for_reach_every_requirement_is_a_row_again(stacks: BundleMaker) -> None:
    """The mandate that was kept by leaving out choices, and the pending row, which every choice keeps."""
    pending = requirement("wait", "reduce", 'pollutant = "nox"', 'amount = "pending"')
    money = requirement("cap", "budget", 'metric = "capital"', 'amount = "pending"')
    found = compiled(
        stacks(mandate("all", "polish") + pending + NOX_TOTAL + money + fix("A", '"polish"'), measures=BOTH)
    )
    problem = found.reach_problem()
    assert [row.id for row in problem.rows] == ["all", "wait", "nox-total", "cap"]
    for level in every_level(problem):
        values = found.plan_values(level)
        assert values[0] == problem.rows[0].bound == 2
        assert values[1] > problem.rows[1].bound
        assert values[3] < problem.rows[3].bound


def test_for_reach_a_decided_share_stays_held(stacks: BundleMaker) -> None:
    found = compiled(stacks(NOX_TOTAL + fix("A", '"polish"', "share = 0.4"), measures=BOTH))
    assert [row.id for row in found.reach_problem().rows] == ["nox-total", "/fix/fix-A"]


def test_alone_a_row_ignores_mandates_too(stacks: BundleMaker) -> None:
    """The mandate puts a measure of 10 % into the scrubber's slot: 15 t with it, 120 t without; 0 CNY is the least."""
    weak = OTHER.replace("nox = 0.8", "nox = 0.1")
    money = requirement("money", "budget", 'metric = "capital"', 'amount = "1 亿元"')
    found = compiled(stacks(mandate("all", "other") + NOX_TOTAL + money, measures=SCRUB + weak))
    assert {measures for _, measures in offered(found)} == {("other",)}
    assert found.alone == pytest.approx([2, 120, 0])


def test_alone_a_row_is_bound_by_what_is_decided(stacks: BundleMaker) -> None:
    """A stays as it is, so that only B's 40 t can be had; the East has nothing to give."""
    as_is = fix("A", "").replace("start_year = 2025", "")
    each = requirement("each", "reduce", 'pollutant = "nox"', 'amount = "1 %"', 'each = "district"')
    assert compiled(stacks(as_is + NOX_TOTAL + each)).alone == pytest.approx([40, 0, 40])
    assert compiled(stacks(as_is + NOX_TOTAL), is_open=True).alone == pytest.approx([120])


# And back --------------------------------------------------------------------------------------------------------


def test_choices_are_what_differs_from_as_is(stacks: BundleMaker) -> None:
    table = choices_of(compiled(stacks(years=[2025, 2026])), solved(np.array([0, 0, 1, 1, 0, 0])))
    (found,) = table.drop(columns="ready").to_dict("records")
    whole = {"choice": 2, "source": 0, "measure_ids": ("scrub",), "start_year": 2026, "share": 1.0}
    assert found == whole | {"start_years": (2026,)}
    assert table["ready"].isna().all()


def test_shares_come_back_and_traces_do_not(stacks: BundleMaker) -> None:
    table = choices_of(compiled(stacks(measures=POLISH)), solved(np.array([0.75, 0.25, 1 - 1e-12, 1e-12])))
    assert table[["source", "share"]].to_numpy().tolist() == [[0, 0.25]]


def test_no_choice_at_all_is_an_empty_table(stacks: BundleMaker) -> None:
    table = choices_of(compiled(stacks()), solved(np.array([1, 0, 1, 0])))
    assert table.empty
    assert list(table.columns) == ["choice", "source", "measure_ids", "start_year", "start_years", "ready", "share"]


def test_without_an_answer_there_is_nothing_to_read(stacks: BundleMaker) -> None:
    with pytest.raises(ValueError, match="no answer"):
        choices_of(compiled(stacks()), unsolved(Status.INFEASIBLE))
