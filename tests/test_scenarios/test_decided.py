"""Projects that are decided already."""

from datetime import date

import pytest

from model.problems import Problem
from scenarios.compiling.compile import options_of
from scenarios.compiling.decided import Decision, decisions
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.stacks import POLISH, SCRUB

BOTH = SCRUB + POLISH
NEW_YEAR = date(2025, 1, 1)


def fix(name: str, source_id: str, measures: str, *lines: str, start_year: int | None = 2025) -> str:
    year = [] if start_year is None else [f"start_year = {start_year}"]
    head = [
        "[[requirement]]",
        f'id = "{name}"',
        'kind = "fix"',
        f'source_id = "{source_id}"',
        f"measures = [{measures}]",
    ]
    return "\n".join([*head, *year, *lines, ""])


def decided(make: BundleMaker, text: str, **changes: object) -> tuple[tuple[Decision, ...], list[Problem]]:
    bundle = make(text, measures=BOTH, **changes)
    return decisions(bundle, options_of(bundle))


def refused(make: BundleMaker, text: str) -> list[tuple[str, str]]:
    found, problems = decided(make, text)
    assert found == ()
    return [(problem.column, problem.found) for problem in problems]


def test_a_decision_is_the_option_that_holds_exactly_its_measures(stacks: BundleMaker) -> None:
    """Options of a source: as is, scrub, polish, both; B's begin at place 4. Scrub alone is not both."""
    found, problems = decided(stacks, fix("a", "A", '"polish", "scrub"') + fix("b", "B", '"scrub"'))
    assert found == (Decision("a", 0, 3, 2025, NEW_YEAR, 1.0), Decision("b", 1, 5, 2025, NEW_YEAR, 1.0))
    assert problems == []


def test_a_source_may_be_decided_to_stay_as_it_is(stacks: BundleMaker) -> None:
    found, _ = decided(stacks, fix("b", "B", "", start_year=None))
    assert found == (Decision("b", 1, 4, 0, date(1, 1, 1), 1.0),)


def test_a_share_of_a_divisible_measure_may_be_decided(stacks: BundleMaker) -> None:
    found, _ = decided(stacks, fix("a", "A", '"polish"', "share = 0.4"))
    assert found == (Decision("a", 0, 2, 2025, NEW_YEAR, 0.4),)


@pytest.mark.parametrize(
    ("measures", "share"), [('"scrub"', 0.4), ('"scrub", "polish"', 0.4), ("", 0.4), ('"polish"', 0.0)]
)
def test_a_share_that_cannot_be_is_refused(stacks: BundleMaker, measures: str, share: float) -> None:
    """Without the refusal the row "scrub = 0.4" of a whole measure would only come out as infeasible."""
    assert refused(stacks, fix("a", "A", measures, f"share = {share}")) == [("requirement.a.share", f"{share:g}")]


def test_a_package_that_is_not_on_offer_is_refused(stacks: BundleMaker) -> None:
    forbid = '[[requirement]]\nid = "no"\nkind = "forbid"\nmeasures = ["scrub"]\n'
    assert refused(stacks, fix("a", "A", '"scrub"') + forbid) == [("requirement.a.measures", "scrub")]


def test_a_source_is_decided_once(stacks: BundleMaker) -> None:
    """Kept apart, the two would leave the source without any option."""
    twice = fix("a", "A", '"scrub"') + fix("again", "A", '"polish"')
    assert refused(stacks, twice) == [
        ("requirement.a.source_id", "2 times"),
        ("requirement.again.source_id", "2 times"),
    ]
