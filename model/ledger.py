"""The second ledger: what a package costs and does at some rows, line by line.

It shares only the sector's formula with ``model.options``: changes of state, quantities, prices, annuities and credits
are worked out here in this file's own way, so that an error in either shows as a difference between the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from model.economics import Economics, service_problems
from model.measures import CostTerm, Measure, Operation, Quantity
from model.numbers import Factors
from model.problems import InputError
from model.sector import FloatArray, Sector

type Table = Mapping[str, FloatArray]
type Kind = Literal["capital", "fixed", "variable", "fuel", "service"]

GROWING = frozenset({"variable", "fuel", "service"})
"""Kinds of cost that grow with activity."""


@dataclass(frozen=True, slots=True)
class Line:
    """One cost term of one measure; arrays of shape (row,).

    ``size`` is what the term is charged by (a column, a flow, one per source), ``quantity`` the same after the scaling
    law, amount = ``unit_price_cny`` times ``quantity``: CNY for capital, CNY/yr for all other kinds.
    ``yearly`` [1/yr for capital, else 1] turns the amount into cost per year.
    """

    measure_id: str
    kind: Kind
    name: str
    of: str
    unit: str
    size: FloatArray
    quantity: FloatArray
    unit_price_cny: FloatArray
    yearly: float = 1.0

    @property
    def amount_cny(self) -> FloatArray:
        """Amount of each row."""
        return self.quantity * self.unit_price_cny


@dataclass(frozen=True, slots=True)
class Account:
    """A package at some rows: its lines in order of measures, and the change of each flow [unit of flow per year]."""

    lines: tuple[Line, ...]
    change: Table


@dataclass(frozen=True, slots=True)
class Book:
    """What all accounts of a sector share."""

    sector: Sector
    factors: Factors
    economics: Economics


@dataclass(frozen=True, slots=True)
class _Stage:
    """One measure of the package: the state it finds, flows before and after it, and those it causes beside them."""

    measure: Measure
    state: pd.DataFrame
    before: Table
    after: Table
    side: Table


def account(measures: Sequence[Measure], rows: pd.DataFrame, book: Book, *, flows: Sequence[str]) -> Account:
    """Return the account of a package, its measures in slot order, at rows of a completed table.

    ``flows`` names the flows whose change is wanted.

    Raises
    ------
    InputError
        When the package lowers a service without a price.

    """
    stages = _stages(measures, rows, book)
    lines = [line for stage in stages for line in _own_lines(stage, book.economics)]
    lines += _flow_lines(stages, book)
    return Account(tuple(lines), {name: _sum(_moves(stages, name), len(rows)) for name in flows})


def flows_as_is(rows: pd.DataFrame, book: Book) -> Table:
    """Return the sector's flows at rows of a completed table, each of shape (row,)."""
    return _formula(_numbers(rows, book.sector), book)


def _stages(measures: Sequence[Measure], rows: pd.DataFrame, book: Book) -> list[_Stage]:
    state = _numbers(rows, book.sector)
    flows = _formula(state, book)
    stages = []
    for measure in measures:
        changed = _with_measure(measure, state, book.sector)
        after = _formula(changed, book)
        bare = _Stage(measure, state, flows, after, {})
        side: dict[str, FloatArray] = {}
        for flow in measure.side:
            _, quantity = _measured(flow.quantity, bare)
            side[flow.flow] = side.get(flow.flow, np.zeros(len(rows))) + flow.amount.value * quantity
        stages.append(_Stage(measure, state, flows, after, side))
        state, flows = changed, after
    return stages


def _numbers(rows: pd.DataFrame, sector: Sector) -> pd.DataFrame:
    """The state of the rows."""
    return rows.loc[:, [column.name for column in sector.columns if column.kind == "number"]]


def _formula(state: pd.DataFrame, book: Book) -> Table:
    return book.sector.formula({str(name): state[name].to_numpy() for name in state.columns}, book.factors)


def _with_measure(measure: Measure, state: pd.DataFrame, sector: Sector) -> pd.DataFrame:
    """The state with one measure more."""
    changed = state.copy()
    for change in measure.changes:
        name, amount = change.column, change.amount.value
        better = sector.column(name).better
        is_upper = change.operation is Operation.CAP or (change.operation is Operation.SET and better == "lower")
        is_lower = change.operation is Operation.FLOOR or (change.operation is Operation.SET and better == "higher")
        if change.operation is Operation.SCALE:
            changed[name] = changed[name].mul(amount)
        elif is_upper or is_lower:
            changed[name] = changed[name].clip(lower=amount if is_lower else None, upper=amount if is_upper else None)
        else:
            changed[name] = amount
    return changed


def _measured(quantity: Quantity, stage: _Stage) -> tuple[FloatArray, FloatArray]:
    """What a term is charged by, as it is and after the scaling law; a flow goes before a column of the same name."""
    name = quantity.name
    if name == "":
        size = np.ones(len(stage.state))
    elif name in stage.before:
        before, after = stage.before[name], stage.after[name]
        size = {"before": before, "after": after, "removed": before - after, "added": after - before}[quantity.of]
    else:
        size = stage.state[name].to_numpy()
    return size, np.power(size / quantity.reference, quantity.exponent)


def _own_lines(stage: _Stage, economics: Economics) -> Iterator[Line]:
    """The lines of a measure's own cost terms."""
    measure, cost = stage.measure, stage.measure.cost
    capital = np.zeros(len(stage.state))
    for term in cost.capital:
        line = _line(measure.id, "capital", term, stage, economics)
        capital = capital + line.amount_cny
        yield line
    for term in cost.fixed:
        yield _line(measure.id, "fixed", term, stage, economics)
    share = cost.fixed_share_of_capital
    if share is not None:
        price = np.full(len(capital), share.value)
        yield Line(measure.id, "fixed", "capital_cny", "", share.unit, capital, capital, price)
    for term in cost.variable:
        yield _line(measure.id, "variable", term, stage, economics)


def _line(measure_id: str, kind: Kind, term: CostTerm, stage: _Stage, economics: Economics) -> Line:
    """One cost term, its price brought to the scenario's price year."""
    size, quantity = _measured(term.quantity, stage)
    price = term.price.value
    if term.price.price_year not in {None, economics.price_year}:
        level = {year: economics.price_index[year] for year in (economics.price_year, term.price.price_year) if year}
        price = price / level[term.price.price_year or 0] * level[economics.price_year]
    of = term.quantity.of if term.quantity.name in stage.before else ""
    yearly = _repayment(economics.discount_rate, stage.measure) if kind == "capital" else 1.0
    prices = np.full(len(size), price)
    return Line(measure_id, kind, term.quantity.name, of, term.price.unit, size, quantity, prices, yearly)


def _repayment(rate: float, measure: Measure) -> float:
    """Yearly payment per unit of capital: one over the present value of one a year, ``r / (1 - (1 + r)^-n)``."""
    lifetime = measure.cost.lifetime_years
    if lifetime is None:
        raise ValueError(f"{measure.id}: expected a lifetime for its capital cost; found none")
    years = lifetime.value
    return rate / -float(np.expm1(-years * np.log1p(rate))) if rate else 1 / years


def _flow_lines(stages: Sequence[_Stage], book: Book) -> Iterator[Line]:
    """Fuel, power and lost services, measure by measure, at the package's prices.

    What the package as a whole saves of a flow is credited in the smallest proportion in which the services go on; what
    it loses of a service is charged in full.
    """
    services = book.sector.services
    lost = {name: _lost(stages, name) for name in services}
    had = {name: stages[0].before[name] for name in services}
    short = [name for name in services if name not in book.economics.flow_prices]
    unpriced = [(book.sector.id, name) for name in short if (lost[name] > 1e-9 * had[name]).any()]
    if unpriced:
        raise InputError(service_problems(unpriced))
    kept = np.ones(len(stages[0].state))
    for name in services:
        fraction_lost = np.where(had[name] > 0, lost[name] / np.where(had[name] > 0, had[name], 1.0), 0.0)
        kept = np.minimum(kept, 1.0 - fraction_lost)
    for name, price in book.economics.flow_prices.items():
        moves = _moves(stages, name)
        falls = _sum(moves, len(kept)) < 0
        is_service = name in services
        prices = np.where(falls, price, 0.0) if is_service else np.where(falls, kept * price, price)
        for stage, move in zip(stages, moves, strict=True):
            if move.any():
                yield _flow_line(stage.measure.id, name, move, prices, is_service=is_service)


def _flow_line(measure_id: str, name: str, move: FloatArray, prices: FloatArray, *, is_service: bool) -> Line:
    """What one measure adds of a priced flow, or takes of a service."""
    if is_service:
        return Line(measure_id, "service", name, "removed", "CNY per unit", -move, -move, prices)
    return Line(measure_id, "fuel", name, "added", "CNY per unit", move, move, prices)


def _moves(stages: Sequence[_Stage], name: str) -> list[FloatArray]:
    """What each measure changes of a flow, side flows included."""
    none = np.zeros(len(stages[0].state))
    return [stage.after.get(name, none) - stage.before.get(name, none) + stage.side.get(name, none) for stage in stages]


def _lost(stages: Sequence[_Stage], name: str) -> FloatArray:
    """What the package takes of a service."""
    lost: FloatArray = np.clip(stages[0].before[name] - stages[-1].after[name], 0.0, stages[0].before[name])
    return lost


def _sum(moves: Sequence[FloatArray], size: int) -> FloatArray:
    return np.sum(moves, axis=0) if len(moves) else np.zeros(size)
