"""Ratios, bands, offsets and ranks on drawn cases, against every choice tried with arithmetic of this file."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.answering.result import Result
from tests.test_scenarios.constructs import ask, cost, measure, planned, row, table, write

Sizes = Sequence[int]
SIZES = st.lists(st.integers(1, 40), min_size=4, max_size=4)
COSTS = st.lists(st.integers(1, 30), min_size=4, max_size=4)
IDS = "ABCD"


def answer(nox: Sizes, so2: Sizes, costs: Sizes, requirements: str) -> Result:
    """Four stacks; the measure of each takes half of its NOx and a tenth of its SO2. D is new."""
    rows = [
        f"{name},{name},East,{n},{s},{'yes' if name == 'D' else 'no'}" for name, n, s in zip(IDS, nox, so2, strict=True)
    ]
    stacks = table("source_id,name,district,nox_t_per_year,so2_t_per_year,user_is_new", *rows)
    measures = "".join(
        measure(f"scrub-{name.lower()}", price, where={"source_id": name}, removes={"nox": 0.5, "so2": 0.1})
        for name, price in zip(IDS, costs, strict=True)
    )
    with TemporaryDirectory() as folder:
        return planned(write(Path(folder), requirements, measures, {"point_sources": stacks}))


def cheapest(costs: Sizes, is_kept: Callable[[Sizes], bool]) -> float | None:
    """Return the least cost over the sixteen subsets that keep the requirement; None when none does."""
    kept = [chosen for chosen in itertools.product((0, 1), repeat=4) if is_kept(chosen)]
    return min((sum(c * x for c, x in zip(costs, chosen, strict=True)) for chosen in kept), default=None)


def ratio(chosen: Sizes, nox: Sizes, so2: Sizes) -> float:
    above = sum(n * (1 - 0.5 * x) for n, x in zip(nox, chosen, strict=True))
    below = sum(s * (1 - 0.1 * x) for s, x in zip(so2, chosen, strict=True))
    return above / below


@settings(max_examples=10, deadline=None)
@given(SIZES, SIZES, COSTS, st.integers(40, 160))
def test_a_ratio_at_most(nox: Sizes, so2: Sizes, costs: Sizes, percent: int) -> None:
    """NOx per SO2 at most so many per cent: the least cost, and the least ratio that can be had."""
    asked = ask(
        "indicator", sense="<=", numerator="nox_t_per_year", denominator="so2_t_per_year", amount=f"{percent} %"
    )
    found = answer(nox, so2, costs, asked)
    best = cheapest(costs, lambda chosen: 100 * ratio(chosen, nox, so2) <= percent + 1e-9)
    least = min(ratio(chosen, nox, so2) for chosen in itertools.product((0, 1), repeat=4))
    assert row(found).reachable == pytest.approx(100 * least, rel=1e-9)
    assert row(found).reachable_alone == pytest.approx(100 * least, rel=1e-9)
    assert (found.status == "INFEASIBLE") == (best is None)
    if best is not None:
        assert cost(found) == pytest.approx(best)
        assert row(found).met is True


@settings(max_examples=8, deadline=None)
@given(SIZES, COSTS, st.integers(1, 120), st.sampled_from([0, 5, 20]))
def test_a_band_around_a_sum(nox: Sizes, costs: Sizes, tonnes: int, tolerance: int) -> None:
    """Stacks of so many tonnes in all, within the tolerance on both sides, are treated."""
    asked = ask(
        "quota",
        sense="=",
        of="nox_t_per_year",
        amount=f"{tonnes} t/yr",
        tolerance=f"{tolerance} %",
        measures=[f"scrub-{name.lower()}" for name in IDS],
    )
    found = answer(nox, nox, costs, asked)
    room = tonnes * tolerance / 100 + 1e-9
    best = cheapest(costs, lambda chosen: abs(sum(n * x for n, x in zip(nox, chosen, strict=True)) - tonnes) <= room)
    assert (found.status == "INFEASIBLE") == (best is None)
    assert row(found).reachable == pytest.approx(sum(nox))
    if best is not None:
        assert cost(found) == pytest.approx(best)


@settings(max_examples=8, deadline=None)
@given(SIZES, COSTS, st.sampled_from([0.5, 1.0, 1.5, 2.0]))
def test_an_offset(nox: Sizes, costs: Sizes, times: float) -> None:
    """What A, B and C take away is at least so many times what the new D emits, with or without its measure."""
    asked = ask("offset", flow="nox_t_per_year", new={"user_is_new": "yes"}, ratio=times)
    found = answer(nox, nox, costs, asked)

    def is_kept(chosen: Sizes) -> bool:
        removed = sum(0.5 * n * x for n, x in zip(nox[:3], chosen, strict=False))
        return removed >= times * nox[3] * (1 - 0.5 * chosen[3]) - 1e-9

    best = cheapest(costs, is_kept)
    assert (found.status == "INFEASIBLE") == (best is None)
    assert row(found).reachable == pytest.approx(sum(nox[:3]) / nox[3])
    if best is not None:
        assert cost(found) == pytest.approx(best)


@settings(max_examples=6, deadline=None)
@given(SIZES, COSTS, st.integers(1, 4))
def test_the_lowest_ranked(nox: Sizes, costs: Sizes, count: int) -> None:
    """The smallest stacks, of equals the earlier in the alphabet, are treated whatever they cost."""
    measures = [f"scrub-{name.lower()}" for name in IDS]
    found = answer(nox, nox, costs, ask("rank_out", score="nox_t_per_year", count=count, measures=measures))
    lowest = sorted(zip(nox, IDS, costs, strict=True))[:count]
    assert [task["source_id"] for task in found.tasks] == sorted(name for _, name, _ in lowest)
    assert cost(found) == pytest.approx(sum(price for _, _, price in lowest))
