"""Problems of one row, answered by looking up: against every choice there is."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer import ChoiceProblem, Row
from optimizer.stairs import climb, stairs_of

GROUPS = st.lists(
    st.lists(st.tuples(st.integers(0, 9), st.integers(-3, 9)), min_size=1, max_size=4), min_size=1, max_size=4
)


def problem(groups: list[list[tuple[int, int]]], sense: str, bound: float) -> ChoiceProblem:
    pairs = [pair for group in groups for pair in group]
    return ChoiceProblem(
        cost=np.array([cost for cost, _ in pairs], dtype=np.float64),
        group=np.repeat(np.arange(len(groups)), [len(group) for group in groups]),
        metrics=np.array([[value for _, value in pairs]], dtype=np.float64),
        rows=[Row("row", 0, sense, bound, None)],  # type: ignore[arg-type]
    )


@given(groups=GROUPS, sense=st.sampled_from([">=", "<="]), bound=st.integers(-8, 30))
def test_the_bound_is_below_every_plan_and_the_plan_is_one(
    groups: list[list[tuple[int, int]]], sense: str, bound: int
) -> None:
    asked = problem(groups, sense, float(bound))
    stairs = stairs_of(asked)
    assert stairs is not None
    found = climb(stairs, asked, gap=1e9)
    sums = [(sum(c for c, _ in one), sum(v for _, v in one)) for one in itertools.product(*groups)]
    plans = [cost for cost, value in sums if (value >= bound if sense == ">=" else value <= bound)]
    if not plans:
        assert found is None
        return
    assert found is not None
    assert found.objective is not None
    assert found.bound is not None
    assert found.bound <= min(plans) + 1e-9
    assert min(plans) - 1e-9 <= found.objective
    assert found.level is not None
    assert np.add.reduceat(found.level, asked.starts[:-1]).tolist() == [1.0] * len(groups)


def test_the_last_step_in_part_is_the_bound() -> None:
    """What is proven and what is planned lie a step apart.

    Group one gives 4 for 2 (price 0.5), group two 4 for 8 (price 2): asked for 5, the relaxation takes a quarter of
    group two, 2 + 8/4 = 4; the plan takes all of it, 10, which is a gap of 0.6.
    """
    asked = problem([[(0, 0), (2, 4)], [(0, 0), (8, 4)]], ">=", 5.0)
    stairs = stairs_of(asked)
    assert stairs is not None
    found = climb(stairs, asked, gap=1.0)
    assert found is not None
    assert (found.objective, found.bound) == (10.0, 4.0)
    assert found.gap == pytest.approx(0.6)
    assert found.prices is not None
    assert found.prices.tolist() == [2.0]
    assert climb(stairs, asked, gap=0.5) is None


def test_what_a_step_has_to_spare_is_turned_into_money() -> None:
    """Asked for 5, the steps 4 for 2 and 4 for 8 give 8 for 10; the second group's 1 for 7 is enough: 9."""
    asked = problem([[(0, 0), (2, 4)], [(0, 0), (8, 4), (7, 1)]], ">=", 5.0)
    stairs = stairs_of(asked)
    assert stairs is not None
    found = climb(stairs, asked, gap=1.0)
    assert found is not None
    assert found.objective == 9.0


def test_more_rows_or_an_equation_have_no_staircase() -> None:
    asked = problem([[(0, 0), (2, 4)]], ">=", 1.0)
    assert stairs_of(asked.with_rows([*asked.rows, Row("other", 0, ">=", 2.0, None)])) is None
    assert stairs_of(asked.with_rows([Row("row", 0, "=", 4.0, None)])) is None
