"""The two ledgers agree: the option table's columns and the portfolio's own sums, on random worlds and on real ones."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from random import Random
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import chunks
from model.economics import Economics
from model.inventory import Inventory
from model.measures import Catalogue, Cost, CostTerm, Measure, SideFlow
from model.timeline import Growth, GrowthRate, Timeline
from tests.test_model import toy
from tests.test_model.agreement import World, assert_ledgers_agree, pick

PRICES = {"coal_t_per_year": 900.0, "gas_m3_per_year": 3.5, "electricity_kwh_per_year": 0.65}
SERVED = {"heat_delivered_gj_per_year": 80.0}

CHANGES: Mapping[str, tuple[tuple[tuple[str, ...], str, str, float], ...]] = {
    "boilers": (
        (("fuel",), "coal_share", "set", 0.0),
        (("fuel",), "gas_share", "set", 1.0),
        (("fuel",), "served_share", "set", 0.4),
        (("fuel",), "served_share", "set", 0.0),
        (("fuel",), "heat_gj_per_year", "scale", 0.9),
        (("burner",), "burner_removal_fraction", "set", 0.4),
        (("burner",), "nox_limit_mg_per_m3", "set", 150.0),
        (("burner", "tail"), "tail_removal_fraction", "set", 0.6),
        (("tail",), "tail_removal_fraction", "floor", 0.5),
        (("tail",), "nox_limit_mg_per_m3", "cap", 100.0),
        (("fuel", "tail"), "served_share", "scale", 1.2),
    ),
    "tanks": (
        (("dose",), "tp_mg_per_l", "set", 0.5),
        (("filter",), "tp_mg_per_l", "scale", 0.6),
        (("dose", "filter"), "tp_mg_per_l", "cap", 0.3),
        (("reuse",), "flow_m3_per_year", "scale", 0.8),
    ),
}
QUANTITIES = {
    "boilers": ("", "capacity_t_per_h", "coal_t_per_year", "nox_t_per_year", "gas_m3_per_year"),
    "tanks": ("", "flow_m3_per_year", "tp_t_per_year", "treated_m3_per_year"),
}


def terms(sector: str) -> st.SearchStrategy[tuple[CostTerm, ...]]:
    term = st.builds(
        toy.term,
        st.floats(1, 1000),
        st.sampled_from(QUANTITIES[sector]),
        st.sampled_from(["before", "after", "removed", "added"]),
    )
    scaled = st.builds(
        toy.term,
        st.floats(1, 1000),
        st.just(QUANTITIES[sector][1]),
        exponent=st.floats(0.2, 1.2),
        reference=st.just(35.0),
    )
    return st.lists(st.one_of(term, scaled), max_size=2).map(tuple)


def costs(sector: str) -> st.SearchStrategy[Cost]:
    return st.builds(
        toy.cost,
        capital=terms(sector),
        fixed=terms(sector),
        variable=terms(sector),
        share=st.one_of(st.none(), st.floats(0, 0.1)),
        years=st.integers(1, 30),
    )


def sides(sector: str) -> st.SearchStrategy[list[SideFlow]]:
    flows = st.sampled_from(["electricity_kwh_per_year", "coal_t_per_year", "nox_t_per_year", "sludge_t_per_year"])
    amounts = st.floats(-2, 5)
    return st.lists(st.builds(toy.side, flows, amounts, st.sampled_from(QUANTITIES[sector])), max_size=2)


@st.composite
def measures(draw: st.DrawFn, measure_id: str) -> Measure:
    sector = draw(st.sampled_from(sorted(CHANGES)))
    slot, column, how, amount = draw(st.sampled_from(CHANGES[sector]))
    more = draw(st.sampled_from(CHANGES[sector]))
    part = draw(st.floats(0, 1))
    return toy.measure(
        measure_id,
        slot,
        {column: (how, amount), **({more[1]: (more[2], more[3])} if draw(st.booleans()) else {})},
        sector=sector,
        costs=draw(costs(sector)),
        sides=draw(sides(sector)),
        lead_time_months=draw(st.floats(0, 30)),
        divisible=draw(st.booleans()),
        payer={"enterprise": 1 - part, "county": part},
    )


def catalogues() -> st.SearchStrategy[Catalogue]:
    return st.tuples(*(measures(f"m{i}") for i in range(5))).map(lambda found: toy.catalogue(*found))


CREDIT: st.SearchStrategy[Literal["full_year", "months"]] = st.sampled_from(["full_year", "months"])
DISTRICT = st.sampled_from(["East", "West"])
BOILER_ROWS = st.fixed_dictionaries(
    {
        "district": DISTRICT,
        "capacity_t_per_h": st.floats(1, 130),
        "heat_gj_per_year": st.sampled_from([0.0, 12345.6, 200000.0]),
        "coal_share": st.sampled_from([0.0, 0.7, 1.0]),
        "burner_removal_fraction": st.sampled_from([0.0, 0.3, 0.5]),
        "tail_removal_fraction": st.sampled_from([0.0, 0.55]),
    }
)
TANK_ROWS = st.fixed_dictionaries(
    {"district": DISTRICT, "flow_m3_per_year": st.floats(1, 1e7), "tp_mg_per_l": st.sampled_from([0.2, 0.45, 1.7])}
)
INVENTORIES = st.builds(toy.inventory, st.lists(BOILER_ROWS, min_size=1, max_size=4), st.lists(TANK_ROWS, max_size=3))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    years = tuple(sorted(draw(st.sets(st.integers(2023, 2027), min_size=1, max_size=3))))
    credit = draw(CREDIT)
    decided = draw(st.dates(date(2022, 1, 1), date(2023, 12, 31)))
    rates = (GrowthRate("boilers", None, draw(st.floats(-0.1, 0.1))), GrowthRate(None, "East", draw(st.floats(0, 0.1))))
    rate = draw(st.one_of(st.just(0.0), st.floats(0.01, 0.15)))
    economics = Economics(rate, 2025, PRICES | SERVED, {2023: 98.5, 2025: 104.0})
    return World(
        draw(INVENTORIES),
        draw(catalogues()),
        economics,
        Timeline(2022, years, decided, credit),
        Growth(rates),
        toy.SECTORS,
        ("nox", "tp", "sludge"),
    )


@settings(deadline=None, max_examples=60)
@given(worlds(), st.integers(0, 2**16))
def test_ledgers_agree_on_random_worlds(world: World, seed: int) -> None:
    """One option other than as is for each source that has one: two ledgers, one sum."""
    rng = np.random.default_rng(seed)
    options = world.options()
    rows = [np.flatnonzero(options.source == source)[1:] for source in range(world.inventory.size)]
    option = np.array([rng.choice(row) for row in rows if len(row)], dtype=np.int64)
    assert_ledgers_agree(world, pick(world, options, option, rng), seed)


def by_source_id(world: World) -> dict[tuple[str, ...], list[float]]:
    """Cost columns of every option, by sector, source id and measures."""
    options = world.options()
    sources = world.inventory.sources().iloc[options.source]
    packages = [options.packages[place].measure_ids for place in options.package]
    money = [options.capital_cny, options.annuity_cny_per_year, options.fixed_cny_per_year]
    values = np.column_stack([*money, options.running_cny_per_year]).tolist()
    keys = zip(sources["sector"], sources["source_id"], packages, strict=True)
    return {(sector, source, *ids): row for (sector, source, ids), row in zip(keys, values, strict=True)}


@settings(deadline=None, max_examples=20)
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(world: World, random: Random) -> None:
    """The same options, to the last bit, whatever row a source stands in."""
    shuffled = {}
    for sector, table in world.inventory.tables.items():
        rows = list(range(len(table)))
        random.shuffle(rows)
        shuffled[sector] = table.iloc[rows].reset_index(drop=True)
    assert by_source_id(world) == by_source_id(replace(world, inventory=Inventory(shuffled)))


@settings(deadline=None, max_examples=20)
@given(worlds())
def test_chunks_change_nothing(world: World) -> None:
    """The same options, to the last bit, one row at a time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "CHUNK_ROWS", 1)
        one_by_one = by_source_id(world)
    assert one_by_one == by_source_id(world)
