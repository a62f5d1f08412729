"""Rules that are somebody's choice can be taken back; what a project needs to work cannot.

Each of three workshops can share a plant: 9 t less for 10 000 CNY a year. 26.9 t need all three, 30 000 CNY.
"""

from typing import Any

import pytest

from scenarios.analysis.explain import Explanation, explain
from scenarios.analysis.repairs import Repair
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.green_island import BUILD, SHARE, SOURCES, reduce, requirement
from tests.test_scenarios.studies import forbid, study

PROJECTS = ", ".join(f'{{ source_id = "U{n}", measures = ["share"] }}' for n in (1, 2, 3))
AGAINST = 'against = { source_id = "U2", measures = ["share"] }'
EXCLUDES = requirement("or", "excludes", 'measures = ["share"]', 'where = { source_id = ["U1"] }', AGAINST)
NEEDS = requirement("pair", "requires", 'measures = ["share"]', 'needs = { source_id = "P1", measures = ["build"] }')
NO_PLANT = requirement("none", "fix", 'source_id = "P1"', "measures = []")


def at_most(amount: int) -> str:
    return requirement("few", "at_most", f"amount = {amount}", f"projects = [{PROJECTS}]")


def explained(make: BundleMaker, text: str, **changes: Any) -> Explanation:  # noqa: ANN401
    return explain(study(make, text, **({"sources": SOURCES, "measures": BUILD + SHARE} | changes)))


def single(answer: Explanation) -> dict[str, Repair]:
    """Return the repairs of one change by what is changed."""
    found = [repair for repair in answer.repairs if len(repair.changes) == 1]
    return {repair.changes[0].requirement: repair for repair in found if repair.changes[0].change != "move the year"}


def test_more_projects_are_allowed_where_a_number_stands_in_the_way(stacks: BundleMaker) -> None:
    """One project gives 9 t: allow three, for 30 000 CNY, or ask for 9 t."""
    found = single(explained(stacks, reduce(26.9) + at_most(1)))
    assert set(found) == {"few", "vocs"}
    (change,) = found["few"].changes
    assert (change.old, change.new, change.set) == (1.0, 3.0, {"requirement.few.amount": "3"})
    assert found["few"].cost_annual_cny == pytest.approx(30_000)
    assert "allow 3 instead of 1 of the projects" in found["few"].says.en
    assert "由1个增加到3个" in found["few"].says.zh
    assert found["vocs"].changes[0].new == pytest.approx(9.0, rel=1e-5)


def test_no_more_projects_are_allowed_than_needed(stacks: BundleMaker) -> None:
    """17.9 t need two."""
    (change,) = single(explained(stacks, reduce(17.9) + at_most(1)))["few"].changes
    assert change.new == 2.0


def test_an_exclusion_can_be_lifted(stacks: BundleMaker) -> None:
    """U1 and U2 exclude each other, so that 18 t are the most: lift that, for 30 000 CNY, or ask for 18 t."""
    found = single(explained(stacks, reduce(26.9) + EXCLUDES))
    assert set(found) == {"or", "vocs"}
    assert found["or"].changes[0].change == "lift the exclusion"
    assert found["or"].cost_annual_cny == pytest.approx(30_000)
    assert "together with" in found["or"].says.en
    assert "同时实施" in found["or"].says.zh
    assert found["vocs"].changes[0].new == pytest.approx(18.0, rel=1e-5)


def test_what_a_project_needs_is_a_fact(stacks: BundleMaker) -> None:
    """Sharing needs the plant, which is not built: only the target can give way."""
    assert set(single(explained(stacks, reduce(8.9) + NEEDS + NO_PLANT))) == {"vocs"}


def test_a_decision_can_be_one_change_of_several(stacks: BundleMaker) -> None:
    """No project is allowed: 30 t in East, which gives 18, and 5 t in West: lower both, or allow projects."""
    east = reduce(30, 'district = "East"', name="east")
    west = reduce(5, 'district = "West"', name="west")
    answer = explained(stacks, east + west + at_most(0))
    sets = [{change.requirement for change in repair.changes} for repair in answer.repairs]
    assert {"east", "west"} in sets
    assert {"few", "east"} in sets


def test_a_measure_that_does_not_suffice_is_no_repair_of_its_own(stacks: BundleMaker) -> None:
    """U3 stays as it is and sharing is forbidden: admitting it gives 18 of 26.9 t; asking for 0 t is enough."""
    fixed = requirement("as-is", "fix", 'source_id = "U3"', "measures = []")
    answer = explained(stacks, reduce(26.9) + fixed + forbid("share"))
    assert set(single(answer)) == {"vocs"}
    assert single(answer)["vocs"].changes[0].new == 0.0
