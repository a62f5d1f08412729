"""What a plan reaches and costs in every drawn world: the rows of its scenario, added up sample by sample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.sector import FloatArray
from scenarios.answering.answer import is_kept
from scenarios.compiling.covered import mask_of
from scenarios.compiling.expand import YearOptions
from scenarios.compiling.giving_way import default_giving, places_that_give
from scenarios.compiling.metrics import Metric, PerSource, metric_values
from scenarios.compiling.needs import row_facts
from scenarios.compiling.rows import Facts, RowPlan, is_row, plan_rows
from scenarios.compiling.rules import Held, rule_plans
from scenarios.reading.requirements import Requirement, SectionsInClass, SharedPlant
from scenarios.risk.draws import Sampling
from scenarios.risk.frame import Frame
from scenarios.risk.limits import has_limit, strain
from scenarios.risk.tiles import Tile, tiles


@dataclass(frozen=True, slots=True)
class Outcomes:
    """A plan in every sample.

    ``rows`` are the rows as the catalogue's values give them. ``reached`` and ``asked`` (sample, row) are in the
    reported units, ``asked`` as it binds, tolerance counted, NaN while pending; ``kept`` (sample, row) says whether it
    is met. ``strain`` (sample, row) says of rows that hold a level to a limit how near it comes, 0 of others.
    ``rules_kept`` is (sample, rule). ``soft`` (row,) and ``soft_rules`` (rule,) are those that the plan may miss at a
    price: whether they are met is told, and nothing is asked of it. Money and ``reduction`` by pollutant, in the last
    plan year, are (sample,).
    """

    rows: tuple[RowPlan, ...]
    rules: tuple[Held, ...]
    reached: FloatArray
    asked: FloatArray
    kept: NDArray[np.bool_]
    strain: FloatArray
    rules_kept: NDArray[np.bool_]
    soft: NDArray[np.bool_]
    soft_rules: NDArray[np.bool_]
    annual_cny: FloatArray
    capital_cny: FloatArray
    present_value_cny: FloatArray
    reduction: Mapping[str, FloatArray]

    @property
    def size(self) -> int:
        """Number of samples."""
        return len(self.annual_cny)

    @property
    def all_kept(self) -> NDArray[np.bool_]:
        """Where all is kept that is neither pending nor may be missed, shape (sample,)."""
        return np.asarray((self.kept | self.soft).all(axis=1) & (self.rules_kept | self.soft_rules).all(axis=1))

    @property
    def room(self) -> FloatArray:
        """By how much each row is kept, in its reported unit, below zero where it is missed, (sample, row)."""
        sign = np.array([-1.0 if row.reported_sense == "<=" else 1.0 for row in self.rows])
        room: FloatArray = (self.reached - self.asked) * sign
        exact = np.array([row.reported_sense == "=" for row in self.rows], dtype=bool)
        return np.where(exact, -np.abs(room), room)


def outcomes(frame: Frame, sampling: Sampling, count: int) -> Outcomes:
    """Return a plan's outcomes in the first ``count`` samples."""
    book = _Book(frame)
    for tile in tiles(frame, sampling, np.arange(count)):
        book.enter(tile)
    return book.closed()


class _Watched(Mapping[str, FloatArray]):
    """Flows of the base year that remember whether they were read."""

    def __init__(self, flows: Mapping[str, FloatArray]) -> None:
        self._flows, self.is_read = flows, False

    def __getitem__(self, name: str) -> FloatArray:
        self.is_read = True
        return self._flows[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._flows)

    def __len__(self) -> int:
        return len(self._flows)


@dataclass(frozen=True, slots=True)
class _Demand:
    """A requirement stated as rows, its sources, its rows, and whether these depend on the base year's flows."""

    requirement: Requirement
    mask: NDArray[np.bool_]
    rows: tuple[RowPlan, ...]
    is_moving: bool


type _Part = Mapping[str, NDArray[Any]]
"""What some samples come to, (sample, ...) each."""


class _Book:
    """Adds up the rows of a plan, some samples at a time."""

    def __init__(self, frame: Frame) -> None:
        self._frame, bundle = frame, frame.bundle
        facts = row_facts(bundle, frame.table)
        self._facts = replace(facts, column=cache(facts.column))
        self._stands = frame.options.entry <= bundle.timeline.base_year
        self._demands = tuple(
            _demand(item, mask_of(bundle, item), self._facts) for item in bundle.scenario.requirement if is_row(item)
        )
        self._rows = tuple(row for demand in self._demands for row in demand.rows)
        self._rules = rule_plans(bundle, frame.options)
        self._soft = self._which_may_be_missed()
        moving = (SectionsInClass, SharedPlant)
        self._has_moving_rules = any(isinstance(rule.requirement, moving) for rule in self._rules)
        self._years = sorted({*bundle.timeline.years, *frame.options.start_year[~frame.options.is_as_is()].tolist()})
        self._flows = [name for name in frame.table.change if name.endswith("_t_per_year")]
        self._parts: list[_Part] = []

    def _which_may_be_missed(self) -> NDArray[np.bool_]:
        scenario = self._frame.bundle.scenario
        rules = [rule.requirement for rule in self._rules]
        places = places_that_give(scenario, self._rows, rules, default_giving(scenario.mode))
        return np.array([place in places for place in range(len(self._rows) + len(rules))], dtype=bool)

    def enter(self, tile: Tile) -> None:
        """Add up the samples of a tile."""
        frame = self._frame
        options = frame.at(tile.table(frame, slice(None)), tile.count)
        last, totals = frame.bundle.timeline.years[-1], _Totals(options, frame, tile.count)
        capital = np.sum([totals.sum(options.capital(year)) for year in self._years], axis=0)
        part = {
            "annual": totals.sum(options.yearly_cost(last)),
            "capital": capital,
            "present": totals.sum(options.present_value()),
            "reduction": _columns([totals.sum(options.reduction(flow, last)) for flow in self._flows], tile.count),
            "rules": self._rules_kept(tile),
        }
        self._parts.append({**part, **self._rows_kept(tile, totals)})

    def closed(self) -> Outcomes:
        """Return what was added up."""
        whole = {name: np.concatenate([part[name] for part in self._parts]) for name in self._parts[0]}
        pollutants = [flow.removesuffix("_t_per_year") for flow in self._flows]
        return Outcomes(
            rows=self._rows,
            rules=self._rules,
            reached=whole["reached"],
            asked=whole["asked"],
            kept=whole["kept"].astype(bool),
            strain=whole["strain"],
            rules_kept=whole["rules"].astype(bool),
            soft=self._soft[: len(self._rows)],
            soft_rules=self._soft[len(self._rows) :],
            annual_cny=whole["annual"],
            capital_cny=whole["capital"],
            present_value_cny=whole["present"],
            reduction={name: whole["reduction"][:, number] for number, name in enumerate(pollutants)},
        )

    def _rows_kept(self, tile: Tile, totals: _Totals) -> _Part:
        """Return what the rows reach, ask and keep: those that stand still at once, those that move one by one."""
        found: dict[str, list[FloatArray]] = {"reached": [], "asked": [], "kept": [], "strain": []}
        moved = self._moved(tile)
        for number, row in enumerate(self._rows):
            values = totals.of(row)
            stated = moved.get(number, [row])
            scale, offset = (np.array([getattr(one, name) for one in stated]) for name in ("scale", "offset"))
            found["reached"].append(offset + scale * values)
            bounds = [np.nan if one.bound is None else one.report(one.bound) for one in stated]
            found["asked"].append(np.broadcast_to(np.array(bounds), tile.count))
            kept = [is_kept(one, float(values[place])) for place, one in _each(stated, values)]
            found["kept"].append(np.array(kept, dtype=np.float64))
            found["strain"].append(totals.strain(row) if has_limit(row) else np.zeros(tile.count))
        return {name: _columns(columns, tile.count) for name, columns in found.items()}

    def _moved(self, tile: Tile) -> dict[int, list[RowPlan]]:
        """Return, by place, the rows that depend on the base year's flows, as they are in each sample."""
        moved: dict[int, list[RowPlan]] = {}
        for sample in range(tile.count if any(demand.is_moving for demand in self._demands) else 0):
            base = {flow: values[sample] * self._stands for flow, values in tile.base.items()}
            facts, first = replace(self._facts, base=base), 0
            for demand in self._demands:
                if demand.is_moving:
                    for place, row in enumerate(plan_rows(demand.requirement, demand.mask, facts), start=first):
                        moved.setdefault(place, []).append(row)
                first += len(demand.rows)
        return moved

    def _rules_kept(self, tile: Tile) -> NDArray[np.float64]:
        frame = self._frame
        if not self._has_moving_rules:
            kept = [float(rule.is_kept(frame.level)) for rule in self._rules]
            return np.tile(np.array(kept, dtype=np.float64), (tile.count, 1))
        found = []
        for sample in range(tile.count):
            options = frame.at(tile.table(frame, slice(sample, sample + 1)), 1)
            found.append([float(rule.is_kept(frame.level)) for rule in rule_plans(frame.bundle, options)])
        return np.array(found, dtype=np.float64).reshape(tile.count, len(self._rules))


def _each(stated: Sequence[RowPlan], values: FloatArray) -> Iterator[tuple[int, RowPlan]]:
    """Yield each sample with the row as it stands there."""
    for place in range(len(values)):
        yield place, stated[place if len(stated) > 1 else 0]


def _columns(columns: Sequence[FloatArray], count: int) -> FloatArray:
    """Return columns (sample,) side by side, also where there are none."""
    return np.column_stack(columns) if columns else np.zeros((count, 0))


def _demand(requirement: Requirement, mask: NDArray[np.bool_], facts: Facts) -> _Demand:
    watched = _Watched(facts.base)
    rows = tuple(plan_rows(requirement, mask, replace(facts, base=watched)))
    return _Demand(requirement, mask, rows, watched.is_read)


class _Totals:
    """Metrics of some samples, each computed once and added up for every row that reads it."""

    def __init__(self, options: YearOptions, frame: Frame, count: int) -> None:
        self._options, self._frame, self._count = options, frame, count
        self._values: dict[Metric, FloatArray] = {}

    def of(self, row: RowPlan) -> FloatArray:
        """Return the value of a row in each sample; its metric is the same in all of them."""
        weights = self._frame.level * row.mask[self._frame.options.source]
        above = self.sum(self._metric(row.metric), weights)
        if row.per is None:
            return above
        below = self.sum(self._metric(row.per), weights)
        return np.array([row.value(*pair) for pair in zip(above.tolist(), below.tolist(), strict=True)])

    def sum(self, values: FloatArray, weights: FloatArray | None = None) -> FloatArray:
        """Return a weighted sum over the choices of each sample, (sample,); by default by their shares in the plan.

        Not by BLAS, whose threads cost more than they save on a few thousand numbers.
        """
        by_sample = values.reshape(self._count, self._frame.options.size)
        total: FloatArray = (by_sample * (self._frame.level if weights is None else weights)).sum(axis=1)
        return total

    def strain(self, row: RowPlan) -> FloatArray:
        """Return how near its limit a row comes in each sample."""
        tiled = _tiled(row.metric, self._count, len(self._frame.options.entry))
        return strain(row, tiled, self._options, self._frame, self._count)

    def _metric(self, metric: Metric) -> FloatArray:
        if metric not in self._values:
            tiled = _tiled(metric, self._count, len(self._frame.options.entry))
            self._values[metric] = metric_values(tiled, self._options)
        return self._values[metric]


def _tiled(metric: Metric, count: int, sources: int) -> Metric:
    """Return a metric over the sources of ``count`` samples, one sample after the other."""
    per_source = metric.by_source
    return replace(
        metric,
        by_source=None if per_source is None else PerSource.of(np.tile(per_source.values, count)),
        compliant=frozenset(
            (np.array(sorted(metric.compliant), dtype=np.int64) + sources * np.arange(count)[:, None]).ravel().tolist()
        ),
        parts=tuple((factor, _tiled(part, count, sources)) for factor, part in metric.parts),
    )
