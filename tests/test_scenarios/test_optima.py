"""Smallest scenarios whose least-cost plan is worked out by hand; found here by trying every choice."""

import pytest

from tests.test_scenarios.by_hand import cheapest, choices_in, compiled
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.stacks import COST_A, COST_B, NOX_TOTAL, SCRUB

NOTHING: list[tuple[str, int]] = []
OUTPUT = 'output = { East = "1e9 CNY/yr", West = "1e9 CNY/yr" }'
LATER = {"years": [2025, 2026]}


def requirement(kind: str, *lines: str, name: str = "one") -> str:
    return "\n".join(["[[requirement]]", f'id = "{name}"', f'kind = "{kind}"', *lines, ""])


def reduce(amount: str, *lines: str, name: str = "one") -> str:
    return requirement("reduce", 'pollutant = "nox"', f'amount = "{amount}"', *lines, name=name)


def budget(metric: str, amount: str) -> str:
    return requirement("budget", f'metric = "{metric}"', f'amount = "{amount}"', name="money")


def quota(sense: str, amount: int, *lines: str) -> str:
    return requirement("quota", f'sense = "{sense}"', f"amount = {amount}", 'measures = ["scrub"]', *lines, name="n")


def best(make: BundleMaker, text: str, **changes: object) -> tuple[float, list[tuple[str, int]] | None]:
    """Least cost, and stack and start year of each scrubber; None when no choice keeps the requirements."""
    found = compiled(make(text, **changes))
    cost, level = cheapest(found.problem)
    if level is None:
        return cost, None
    chosen = [choice for choice, share in zip(choices_in(found.options), level, strict=True) if share]
    return cost, [("AB"[source], year) for source, measures, year in chosen if measures]


@pytest.mark.parametrize(
    ("text", "cost", "plan"),
    [
        ("", 0, NOTHING),
        (reduce("60 t/yr"), COST_A, [("A", 2025)]),
        (reduce("40 t/yr"), COST_B, [("B", 2025)]),
        (reduce("81 t/yr"), COST_A + COST_B, [("A", 2025), ("B", 2025)]),
        (reduce("20 %", 'each = "district"'), COST_A + COST_B, [("A", 2025), ("B", 2025)]),
        (reduce("10 t/yr", 'district = "East"'), COST_A, [("A", 2025)]),
        (requirement("cap", 'pollutant = "nox"', 'amount = "110 t/yr"'), COST_B, [("B", 2025)]),
        (requirement("cap", 'pollutant = "nox"', 'amount = "109 t/yr"'), COST_A, [("A", 2025)]),
        (requirement("intensity", 'pollutant = "nox"', 'amount = "26 %"', OUTPUT), COST_B, [("B", 2025)]),
        (requirement("intensity", 'pollutant = "nox"', 'amount = "27 %"', OUTPUT), COST_A, [("A", 2025)]),
        (quota(">=", 1), COST_B, [("B", 2025)]),
        (quota("=", 2), COST_A + COST_B, [("A", 2025), ("B", 2025)]),
        (quota("<=", 0), 0, NOTHING),
        (quota(">=", 1, "where = { nox_t_per_year = { min = 100 } }"), COST_A, [("A", 2025)]),
        (reduce("40 t/yr") + budget("annual", "25.34 万元/年"), None, None),
        (reduce("40 t/yr") + budget("annual", "25.35 万元/年"), COST_B, [("B", 2025)]),
        (reduce("60 t/yr") + budget("capital", "120 万元"), COST_A, [("A", 2025)]),
        (reduce("60 t/yr") + budget("capital", "119 万元"), None, None),
        (reduce("60 t/yr") + budget("public", "0 元"), COST_A, [("A", 2025)]),
        (reduce("60 t/yr") + quota("<=", 0), None, None),
        (reduce("121 t/yr"), None, None),
        (reduce("121 t/yr", "tolerance = 0.01"), COST_A + COST_B, [("A", 2025), ("B", 2025)]),
        (
            requirement("forbid", 'measures = ["scrub"]', 'district = "West"') + reduce("40 t/yr", name="two"),
            COST_A,
            [("A", 2025)],
        ),
        (requirement("mandate", 'measures = ["scrub"]', 'district = "East"'), COST_A, [("A", 2025)]),
    ],
)
def test_the_least_cost_plan_of_one_year(
    stacks: BundleMaker, text: str, cost: float | None, plan: list[tuple[str, int]] | None
) -> None:
    """A takes 80 of 100 t, B 40 of 50 t, 120 t in all; 150 t - 40 t = 110 t remain after B, a fall of 26.67 %.

    Were districts ignored, B would do for 10 t in the East; were "exactly" read as "at most", nothing would do; B costs
    253405.49 CNY a year, a little less than 25.35 万元. Everything the enterprise pays needs no public capital.
    """
    found_cost, found_plan = best(stacks, text)
    assert found_plan == plan
    if cost is not None:
        assert found_cost == pytest.approx(cost, rel=1e-12)


def test_work_starts_as_late_as_the_requirements_let_it(stacks: BundleMaker) -> None:
    """Sixty tonnes in 2026 cost C / 1.05; started in 2025 already they would cost C + C / 1.05."""
    cost, plan = best(stacks, reduce("60 t/yr"), **LATER)
    assert plan == [("A", 2026)]
    assert cost == pytest.approx(COST_A / 1.05)


def test_a_requirement_of_an_earlier_year_makes_work_start_earlier(stacks: BundleMaker) -> None:
    """40 t in 2025 and 81 t in 2026: B now, A later; sources started together would cost A's 2025 more."""
    text = reduce("40 t/yr", "year = 2025") + reduce("81 t/yr", name="two")
    cost, plan = best(stacks, text, **LATER)
    assert plan == [("A", 2026), ("B", 2025)]
    assert cost == pytest.approx(COST_B * (1 + 1 / 1.05) + COST_A / 1.05)


def test_a_budget_is_of_its_year(stacks: BundleMaker) -> None:
    """1.2e6 CNY in 2026 pay for one scrubber; the other has to be built in 2025, the cheaper one, B."""
    text = reduce("120 t/yr") + budget("capital", "120 万元")
    assert best(stacks, text, **LATER)[1] == [("A", 2026), ("B", 2025)]


def test_part_of_a_year_does_not_do_for_a_whole_one(stacks: BundleMaker) -> None:
    """Ready in July 2024 + 12 months: 6/12 of A's 80 t are 40 t, so 60 t need both (40 + 20); a full year needs A."""
    late = SCRUB.replace("lead_time_months = 6", "lead_time_months = 18")
    assert best(stacks, reduce("60 t/yr"), measures=late)[1] == [("A", 2025)]
    months = best(stacks, reduce("60 t/yr"), measures=late, credit="months")
    assert months[1] == [("A", 2025), ("B", 2025)]


def test_what_is_pending_changes_nothing(stacks: BundleMaker) -> None:
    waiting = NOX_TOTAL + reduce("pending", name="from-above")
    assert best(stacks, waiting) == best(stacks, NOX_TOTAL)
