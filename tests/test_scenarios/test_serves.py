"""Which requirements a task serves: those whose row it moves, on sources in their scope."""

from collections.abc import Hashable
from dataclasses import replace
from typing import Any

import numpy as np

from model.text import Text
from scenarios.answering.serves import clauses, served_rows, units
from scenarios.compiling.compile import Compiled, compile_scenario, options_of
from tests.test_scenarios.conftest import BundleMaker

CITED = 'cites = [{ document = { zh = "计划", en = "Plan" }, clause = "三.1" }]'


def requirement(kind: str, *lines: str, id: str) -> str:  # noqa: A002 - the key of the file
    return "\n".join(["[[requirement]]", f'id = "{id}"', f'kind = "{kind}"', *lines, ""])


def served(compiled: Compiled, source: int) -> dict[str, bool]:
    """Return what the scrubber at a source serves, by row."""
    options = compiled.options
    (place,) = np.flatnonzero((options.source == source) & ~options.is_as_is())
    (row,) = served_rows(compiled, np.array([place]))
    return dict(zip([plan.row_id for plan in compiled.plans], row.tolist(), strict=True))


def test_a_task_serves_what_it_reduces_where_it_stands(stacks: BundleMaker) -> None:
    """A is in the East: its scrubber takes NOx and SO2, no VOCs, and is no help to the West; money is not served."""
    rows = [
        requirement("reduce", 'pollutant = "nox"', 'amount = "60 t/yr"', 'district = "East"', id="nox"),
        requirement("cap", 'pollutant = "so2"', 'amount = "45 t/yr"', id="so2"),
        requirement("reduce", 'pollutant = "nox"', 'amount = "1 t/yr"', 'district = "West"', id="west"),
        requirement("budget", 'metric = "capital"', 'amount = "9 亿元"', id="money"),
    ]
    bundle = stacks("".join(rows))
    compiled = compile_scenario(bundle, options_of(bundle))
    assert served(compiled, 0) == {"nox": True, "so2": True, "west": False, "money": False}
    assert served(compiled, 1) == {"nox": False, "so2": True, "west": True, "money": False}


def test_what_is_kept_anyway_or_asked_at_most_is_not_served(stacks: BundleMaker) -> None:
    """A keeps the mandate as it is, so only B's scrubber does anything for it; an upper limit is no aim."""
    measures = 'measures = ["scrub"]'
    rows = [
        requirement("mandate", measures, id="all"),
        requirement("quota", measures, 'sense = "<="', "amount = 2", id="most"),
        requirement("quota", measures, 'sense = ">="', "amount = 1", id="least"),
    ]
    bundle = stacks("".join(rows))
    compiled = compile_scenario(bundle, options_of(bundle))
    mandate, *quotas = compiled.plans
    kept = replace(mandate, metric=replace(mandate.metric, compliant=frozenset({0})))
    compiled = replace(compiled, plans=(kept, *quotas))
    assert served(compiled, 0) == {"all": False, "most": False, "least": True}
    assert served(compiled, 1) == {"all": True, "most": False, "least": True}


def test_a_clause_stands_once_and_a_decision_comes_first(stacks: BundleMaker) -> None:
    fix = requirement(
        "fix", 'source_id = "A"', 'measures = ["scrub"]', "start_year = 2025", 'cites = "决定"', id="built"
    )
    nox = requirement("reduce", 'pollutant = "nox"', 'amount = "60 t/yr"', CITED, id="nox")
    so2 = requirement("cap", 'pollutant = "so2"', 'amount = "60 t/yr"', CITED, id="so2")
    bundle = stacks(fix + nox + so2)
    compiled = compile_scenario(bundle, options_of(bundle))
    both = np.array([True, True])
    plan = Text("计划 三.1", "Plan 三.1")
    assert clauses(bundle, compiled, "A", both) == [Text("决定", "决定"), plan]
    assert clauses(bundle, compiled, "B", both) == [plan]
    assert clauses(bundle, compiled, "B", np.array([False, False])) == []


def test_the_first_clause_that_names_a_unit_answers_for_a_task(stacks: BundleMaker) -> None:
    """Of the rows served in the order of the file the first names none, the second does, the third comes too late.

    A source's own unit stands before all; without any clause the scenario's stand. By clauses that are not served
    "Late" would answer for B as well.
    """
    amount = ['pollutant = "nox"', 'amount = "1 t/yr"']
    rows = [
        requirement("reduce", *amount, 'support = "Nobody"', id="none"),
        requirement("reduce", *amount, 'lead = "Bureau"', 'support = "Office"', 'district = "East"', id="east"),
        requirement("reduce", *amount, 'lead = "Late"', id="late"),
    ]
    bundle = stacks("".join(rows), units={"lead": "County", "support": "City"})
    compiled = compile_scenario(bundle, options_of(bundle))

    def who(served_: list[bool], **own: str) -> tuple[str, str]:
        task: dict[Hashable, Any] = {"source_id": "A", "district": "East", "lead_unit": "", "support_units": ""}
        task.update(own)
        found = units(bundle, compiled, task, np.array(served_))
        return found.lead, found.support

    assert who([True, True, True]) == ("Bureau", "Office")
    assert who([True, False, True]) == ("Late", "")
    assert who([True, False, False]) == ("County", "City")
    assert who([True, True, True], lead_unit="Own") == ("Own", "Office")
    assert who([True, True, True], support_units="Helper") == ("Bureau", "Helper")


def test_a_unit_may_be_named_after_the_district(stacks: BundleMaker) -> None:
    bundle = stacks(units={"lead": "{district} county", "support": "City and {district}"})
    compiled = compile_scenario(bundle, options_of(bundle))
    task: dict[Hashable, Any] = {"source_id": "B", "district": "West", "lead_unit": "", "support_units": ""}
    found = units(bundle, compiled, task, np.array([True]))
    assert (found.lead, found.support) == ("West county", "City and West")


def test_the_clauses_of_one_document_stand_together(stacks: BundleMaker) -> None:
    """Two rows cite 三.1 and one 三.2 of the same plan, the last a document without clause."""
    amount = ['pollutant = "nox"', 'amount = "1 t/yr"']
    other = CITED.replace("三.1", "三.2")
    rows = [
        requirement("reduce", *amount, CITED, id="one"),
        requirement("reduce", *amount, 'cites = "Order"', id="two"),
        requirement("reduce", *amount, other, id="three"),
        requirement("reduce", *amount, CITED, id="four"),
    ]
    bundle = stacks("".join(rows))
    compiled = compile_scenario(bundle, options_of(bundle))
    found = clauses(bundle, compiled, "A", np.array([True] * 4))
    assert found == [Text("计划 三.1、三.2", "Plan 三.1, 三.2"), Text("Order", "Order")]
