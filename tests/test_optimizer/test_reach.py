"""How far rows can be pushed, alone and together, against every choice there is."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer import ChoiceProblem, Row, RowReach, Settings, Status, reach, reach_of
from tests.test_optimizer.oracle import every_choice, kept, random_problem, written

EXACT = Settings(engine="milp", gap=0.0)


def trade_off() -> ChoiceProblem:
    """A: as is, 40 t for 30, 80 t for 90. B: as is, 40 t for 40. Asked 60 t, with at most 75 to spend."""
    cost = np.array([0.0, 30.0, 90.0, 0.0, 40.0])
    return ChoiceProblem(
        cost=cost,
        group=np.array([0, 0, 0, 1, 1]),
        metrics=np.array([[0.0, 40.0, 80.0, 0.0, 40.0], cost]),
        rows=[Row("nox", 0, ">=", 60.0), Row("money", 1, "<=", 75.0)],
    )


def test_a_target_under_a_budget_worked_by_hand() -> None:
    """Alone 80 + 40 = 120 t. With 75 to spend: 30 + 40 = 70 buys 80 t; 120 t would cost 130."""
    nox, _ = reach(trade_off(), EXACT)
    assert (nox.row_id, nox.sense, nox.bound) == ("nox", ">=", 60.0)
    assert (nox.least_alone, nox.most_alone, nox.alone) == (0.0, 120.0, 120.0)
    assert nox.least is None
    assert nox.together.status is Status.OPTIMAL
    assert nox.together.value == 80.0
    assert nox.together.limit == pytest.approx(80.0)


def test_a_budget_under_a_target_worked_by_hand() -> None:
    """Alone nothing need be spent; with 60 t asked, 70 at least (40 + 40 t), since 80 t from A alone are 90."""
    _, money = reach(trade_off(), EXACT)
    assert (money.alone, money.together.value) == (0.0, 70.0)
    assert money.most is None


def test_rows_that_ask_nothing_of_anyone_do_not_matter() -> None:
    """A row over no groups with a bound of 0 has no scale of its own and stands in nobody's way."""
    empty = Row("nobody", 0, ">=", 0.0, np.array([], dtype=np.int64))
    nox, _, nobody = reach(replace(trade_off(), rows=[*trade_off().rows, empty]), EXACT)
    assert nox.together.value == 80.0
    assert (nobody.alone, nobody.together.value) == (0.0, 0.0)


def test_ties_go_to_the_other_rows_so_that_most_rows_need_no_solver() -> None:
    """Two districts: pushing one to its most leaves the other free to keep its own row."""
    problem = ChoiceProblem(
        cost=np.array([0.0, 3.0, 0.0, 4.0]),
        group=np.array([0, 0, 1, 1]),
        metrics=np.array([[0.0, 10.0, 0.0, 20.0]]),
        rows=[Row("east", 0, ">=", 5.0, np.array([0])), Row("west", 0, ">=", 5.0, np.array([1]))],
    )
    east, west = reach(problem, EXACT)
    assert (east.together.value, west.together.value) == (10.0, 20.0)
    assert "extreme in every group" in east.together.reason


def ends(row: RowReach) -> list[tuple[float | None, float | None]]:
    """Return value and limit of the ends that are asked about, the least first."""
    return [(end.value, end.limit) for end in (row.least, row.most) if end is not None]


def test_reach_equals_enumeration_on_random_problems() -> None:
    """80 problems: every row's own extremes over all choices, and over the choices that keep the other rows."""
    answered = 0
    for seed in range(80):
        problem = random_problem(5000 + seed, most_choices=3_000)
        _, values = every_choice(problem)
        plain = written(problem)
        for place, row in enumerate(reach(problem, EXACT)):
            others = [number for number in range(len(plain.senses)) if number != place]
            senses = tuple(plain.senses[number] for number in others)
            held = kept(values[:, others], senses, plain.bounds[others])
            own = values[:, place]
            assert (row.least_alone, row.most_alone) == (own.min(), own.max())
            least, most = (own[held].min(), own[held].max()) if held.any() else (None, None)
            expected = {"<=": [least], ">=": [most], "=": [least, most]}[plain.senses[place]]
            for (value, limit), extreme in zip(ends(row), expected, strict=True):
                assert value == extreme, seed
                assert (limit is None) == (value is None)
                answered += value is not None
            assert row.together.status is (Status.OPTIMAL if held.any() else Status.INFEASIBLE)
    assert answered > 100


def test_shares_reach_further_than_whole_choices() -> None:
    """With 75 to spend and A divisible: 40 buys B's 40 t, 35 buys 40 t of A and a twelfth of its last 40 t: 83.33 t."""
    problem = replace(trade_off(), divisible=np.array([True, False]))
    nox, _ = reach(problem, EXACT)
    assert nox.together.value == pytest.approx(40.0 + 40.0 + 40.0 / 12.0)


def test_rows_that_exclude_each_other_reach_nothing_together() -> None:
    """80 t cost at least 70 and there are 20: pushed alone each is fine; a third row then has nothing to stand on."""
    rows = [Row("nox", 0, ">=", 80.0), Row("money", 1, "<=", 20.0), Row("other", 0, "<=", 100.0)]
    nox, money, other = reach(replace(trade_off(), rows=rows), EXACT)
    assert nox.together.value == 0.0
    assert money.together.value == 70.0
    assert other.together.status is Status.INFEASIBLE
    assert (other.together.value, other.together.limit) == (None, None)
    assert other.alone == 0.0


def test_a_row_that_is_not_asked_yet_can_be_looked_at() -> None:
    """A pending amount: as much as 80 t, while the budget and the 60 t are held; its own bound plays no part."""
    pending = Row("from-above", 0, ">=", 1e12)
    row = reach_of(trade_off(), pending, EXACT)
    assert (row.row_id, row.bound, row.alone, row.together.value) == ("from-above", 1e12, 120.0, 80.0)


def test_what_is_only_bounded_says_so() -> None:
    """Stopped at the first node: the value is attained, the limit proven, and the status tells that they differ."""
    rng = np.random.default_rng(4)
    size = rng.lognormal(0.0, 1.5, size=(60, 1))
    metrics = np.sort(rng.uniform(0.0, 1.0, size=(60, 6)), axis=1) * size * rng.uniform(0.4, 1.6, size=(6, 60, 6))
    rows = [Row(f"r{k}", k, "<=" if k else ">=", float(0.4 * metrics[k].max(axis=1).sum())) for k in range(6)]
    problem = ChoiceProblem(np.ones(360), np.repeat(np.arange(60), 6), metrics.reshape(6, -1), rows)
    row = reach_of(replace(problem, rows=rows[1:]), rows[0], Settings(engine="milp", gap=1e-9, node_limit=0))
    if row.together.value is None or row.together.limit is None:
        assert row.together.status is Status.NO_ANSWER
        return
    assert row.together.status is Status.FEASIBLE
    assert row.together.value < row.together.limit <= row.alone
