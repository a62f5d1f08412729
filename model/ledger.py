"""The second ledger: what a package costs and does at some rows, line by line.

It shares only the sector's formula with ``model.options``: changes of state, quantities, prices, annuities and credits
are worked out here in this file's own way, so that an error in either shows as a difference between the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from model.economics import Economics, service_problems
from model.measures import CostTerm, Measure, Operation, Quantity
from model.numbers import Factors
from model.problems import InputError
from model.seasons import DAYS
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
    """One measure of the package: the state it finds, flows before and after it, and those it causes beside them.

    ``busy`` are the flows before and after it of the days on which it is at work, and ``share`` how much of the year
    these are: the flows of the whole year and 1 for all but seasonal measures.
    """

    measure: Measure
    state: Table
    before: Table
    after: Table
    busy: tuple[Table, Table]
    share: float
    side: Table

    @property
    def size(self) -> int:
        """Number of rows."""
        return len(next(iter(self.state.values())))


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


def extension(whole: Account, before: Account, standing: Sequence[Measure]) -> Account:
    """Return what extending a package adds: ``whole`` is the extended one, ``before`` that of what is ``standing``.

    Capital and fixed cost of what stands are paid already and stay as they were; running cost of the whole takes the
    place of what ran before, so each line of running cost that changed stands twice, the old one with its sign turned.
    """
    paid = {measure.id for measure in standing}
    steady = [line for line in whole.lines if line.kind not in GROWING and line.measure_id not in paid]
    new = [line for line in whole.lines if line.kind in GROWING]
    old = [line for line in before.lines if line.kind in GROWING]
    lines = [*steady, *(line for line in new if not _stands_in(line, old))]
    lines += [replace(line, size=-line.size, quantity=-line.quantity) for line in old if not _stands_in(line, new)]
    change = {name: values - before.change[name] for name, values in whole.change.items()}
    return Account(tuple(lines), change)


def _stands_in(line: Line, lines: Sequence[Line]) -> bool:
    """Tell whether the very same line is among others."""
    key = (line.measure_id, line.kind, line.name, line.of)
    alike = [other for other in lines if key == (other.measure_id, other.kind, other.name, other.of)]
    return any(
        np.array_equal(line.quantity, other.quantity) and np.array_equal(line.unit_price_cny, other.unit_price_cny)
        for other in alike
    )


def flows_as_is(rows: pd.DataFrame, book: Book) -> Table:
    """Return the sector's flows at rows of a completed table, each of shape (row,)."""
    return _formula(_numbers(rows, book.sector), book)


def _stages(measures: Sequence[Measure], rows: pd.DataFrame, book: Book) -> list[_Stage]:
    """The measures one after the other, on each kind of day by themselves, added up over the year."""
    kinds = _kinds_of_day(measures)
    start = _numbers(rows, book.sector)
    states = [start] * len(kinds)
    flows = [_formula(start, book)] * len(kinds)
    stages = []
    for place, measure in enumerate(measures):
        works = [at_work[place] for _, at_work in kinds]
        changed = [
            _with_measure(measure, state, book.sector) if busy else state
            for state, busy in zip(states, works, strict=True)
        ]
        after = [_formula(state, book) for state in changed]
        days = [share for share, _ in kinds]
        busy_days = [share * busy for share, busy in zip(days, works, strict=True)]
        bare = _Stage(
            measure,
            _over(states, days),
            _over(flows, days),
            _over(after, days),
            (_over(flows, busy_days), _over(after, busy_days)),
            sum(busy_days),
            {},
        )
        stages.append(replace(bare, side=_side(bare, len(rows))))
        states, flows = changed, after
    return stages


def _kinds_of_day(measures: Sequence[Measure]) -> list[tuple[float, tuple[bool, ...]]]:
    """Share of the year of each kind of day, and which measures are at work on it: one kind without seasons."""
    number = np.zeros(DAYS, dtype=np.int64)
    for place, measure in enumerate(measures):
        at_work = np.ones(DAYS, dtype=bool) if measure.season is None else measure.season.days
        number += at_work * 2**place
    kinds, counts = np.unique(number, return_counts=True)
    return [
        (count / DAYS, tuple(bool(kind & 2**place) for place in range(len(measures))))
        for kind, count in zip(kinds.tolist(), counts.tolist(), strict=True)
    ]


def _over(tables: Sequence[Table], shares: Sequence[float]) -> Table:
    """Columns or flows of several kinds of day, each by its share of the year."""
    if len(tables) == 1 and shares[0] == 1.0:
        return tables[0]
    pairs = list(zip(tables, shares, strict=True))
    return {name: np.sum([table[name] * share for table, share in pairs], axis=0) for name in tables[0]}


def _side(bare: _Stage, size: int) -> Table:
    side: dict[str, FloatArray] = {}
    for flow in bare.measure.side:
        _, quantity = _measured(flow.quantity, bare, of_season=True)
        side[flow.flow] = side.get(flow.flow, np.zeros(size)) + flow.amount.value * quantity
    return side


def _numbers(rows: pd.DataFrame, sector: Sector) -> Table:
    """The state of the rows."""
    return {column.name: rows[column.name].to_numpy() for column in sector.columns if column.kind == "number"}


def _formula(state: Table, book: Book) -> Table:
    return book.sector.formula(state, book.factors)


def _with_measure(measure: Measure, state: Table, sector: Sector) -> Table:
    """The state with one measure more."""
    changed = dict(state)
    for change in measure.changes:
        name, amount = change.column, change.amount.value
        better = sector.column(name).better
        is_upper = change.operation is Operation.CAP or (change.operation is Operation.SET and better == "lower")
        is_lower = change.operation is Operation.FLOOR or (change.operation is Operation.SET and better == "higher")
        if change.operation is Operation.SCALE:
            changed[name] = changed[name] * amount
        elif is_upper or is_lower:
            changed[name] = (np.maximum if is_lower else np.minimum)(changed[name], amount)
        else:
            changed[name] = np.full_like(changed[name], amount)
    return changed


def _measured(quantity: Quantity, stage: _Stage, *, of_season: bool = False) -> tuple[FloatArray, FloatArray]:
    """What a term is charged by, as it is and after the scaling law; a flow goes before a column of the same name.

    ``of_season`` takes what belongs to the days on which the measure is at work.
    """
    name = quantity.name
    before, after = stage.busy if of_season else (stage.before, stage.after)
    if name in before:
        amounts = {"before": before, "after": after}
        size = amounts[quantity.of][name] if quantity.of in amounts else before[name] - after[name]
        size = -size if quantity.of == "added" else size
        return size, np.power(size / quantity.reference, quantity.exponent)
    size = stage.state[name] if name else np.ones(stage.size)
    scaled = np.power(size / quantity.reference, quantity.exponent)
    return size, scaled * (stage.share if of_season else 1.0)


def _own_lines(stage: _Stage, economics: Economics) -> Iterator[Line]:
    """The lines of a measure's own cost terms."""
    measure, cost = stage.measure, stage.measure.cost
    capital = np.zeros(stage.size)
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
    size, quantity = _measured(term.quantity, stage, of_season=kind == "variable")
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
    kept = np.ones(stages[0].size)
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
    none = np.zeros(stages[0].size)
    return [stage.after.get(name, none) - stage.before.get(name, none) + stage.side.get(name, none) for stage in stages]


def _lost(stages: Sequence[_Stage], name: str) -> FloatArray:
    """What the package takes of a service."""
    lost: FloatArray = np.clip(stages[0].before[name] - stages[-1].after[name], 0.0, stages[0].before[name])
    return lost


def _sum(moves: Sequence[FloatArray], size: int) -> FloatArray:
    return np.sum(moves, axis=0) if len(moves) else np.zeros(size)
