"""Laws that hold whatever the numbers are: order, money, splitting, tightening."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.reading.bundle import Bundle
from tests.test_scenarios.by_hand import cheapest, choices_in, compiled, every_level, kept
from tests.test_scenarios.stacks import load, write

EXAMPLES = 15
MEASURES = """
[[measure]]
id = "scrub"
sector = "point_sources"
slot = "control"
name = "scrub"
where = {{ nox_t_per_year = {{ min = 10 }} }}
removes = {{ nox = 0.8, so2 = 0.1 }}
lead_time_months = 6
[measure.cost]
price_year = 2023
annual = "{annual} CNY/yr"
per_t_removed = {{ nox = "{per_t} CNY/t" }}
capital = "{capital} CNY"
lifetime_years = 10
[[measure.side]]
flow = "electricity_kwh_per_year"
amount = "100 kWh"
per = "nox_t_per_year"

[[measure]]
id = "polish"
sector = "point_sources"
slot = "polishing"
name = "polish"
removes = {{ nox = 0.5 }}
lead_time_months = 6
[measure.cost]
price_year = 2023
annual = "{half} CNY/yr"
lifetime_years = 10
"""


@dataclass(frozen=True)
class Source:
    nox: float
    so2: float
    district: str


sources = st.lists(
    st.builds(Source, st.integers(1, 300), st.integers(0, 50), st.sampled_from(["East", "West"])),
    min_size=1,
    max_size=3,
)
shares = st.integers(1, 95)


def bundle(found: list[Source], requirements: str, *, money: float = 1.0, order: int | None = None) -> Bundle:
    rows = [f"S{number},Stack,{one.district},,{one.nox},{one.so2}" for number, one in enumerate(found)]
    if order is not None:
        rows = [rows[place] for place in np.random.default_rng(order).permutation(len(rows))]
    table = "\n".join(["source_id,name,district,source_class,nox_t_per_year,so2_t_per_year", *rows, ""])
    amounts = {"annual": 50_000, "per_t": 1200, "capital": 1.2e6, "half": 60_000}
    measures = MEASURES.format(**{name: repr(amount * money) for name, amount in amounts.items()})
    with tempfile.TemporaryDirectory() as folder:
        written = write(Path(folder), requirements, sources=table, measures=measures)
        return load(written, prices={"electricity": f"{0.6 * money!r} CNY/kWh"})


def reduce(amount: str, name: str = "nox", *lines: str) -> str:
    return "\n".join(
        [
            "[[requirement]]",
            f'id = "{name}"',
            'kind = "reduce"',
            'pollutant = "nox"',
            f'amount = "{amount}"',
            *lines,
            "",
        ]
    )


@settings(max_examples=EXAMPLES, deadline=None)
@given(sources, shares, st.integers(0, 99))
def test_the_order_of_rows_changes_no_number(found: list[Source], share: int, order: int) -> None:
    text = reduce(f"{share} %") + reduce("1 %", "each", 'each = "district"')
    one, other = compiled(bundle(found, text)), compiled(bundle(found, text, order=order))
    assert choices_in(one.options) == choices_in(other.options)
    for name in ("cost", "group", "metrics", "bounds"):
        assert np.array_equal(getattr(one.problem, name), getattr(other.problem, name))


@settings(max_examples=EXAMPLES, deadline=None)
@given(sources, shares, st.sampled_from([0.5, 3.0, 1000.0]))
def test_money_worth_more_scales_the_least_cost_and_leaves_the_plan(
    found: list[Source], share: int, money: float
) -> None:
    """All prices and costs times k: the same plan at k times the cost, because cost is linear in money."""
    text = reduce(f"{share} %")
    cost, level = cheapest(compiled(bundle(found, text)).problem)
    scaled = compiled(bundle(found, text, money=money)).problem
    scaled_cost, _ = cheapest(scaled)
    assert scaled_cost == pytest.approx(money * cost, rel=1e-9)
    if level is not None:
        assert float(scaled.cost @ level) == pytest.approx(money * cost, rel=1e-9)


@settings(max_examples=EXAMPLES, deadline=None)
@given(sources, shares)
def test_what_each_district_must_yield_costs_at_least_what_all_must(found: list[Source], share: int) -> None:
    """A plan that takes x % in each district takes x % of the whole: the split rows admit no plan the total lacks."""
    total = compiled(bundle(found, reduce(f"{share} %"))).problem
    split = compiled(bundle(found, reduce(f"{share} %", "nox", 'each = "district"'))).problem
    assert cheapest(split)[0] >= cheapest(total)[0] * (1 - 1e-9)
    assert all(kept(total, level) for level in every_level(split) if kept(split, level))


@settings(max_examples=EXAMPLES, deadline=None)
@given(sources, shares, st.integers(1, 20))
def test_a_tighter_requirement_never_costs_less(found: list[Source], share: int, more: int) -> None:
    tight = min(share + more, 100)
    loose_cost = cheapest(compiled(bundle(found, reduce(f"{share} %"))).problem)[0]
    assert cheapest(compiled(bundle(found, reduce(f"{tight} %"))).problem)[0] >= loose_cost
