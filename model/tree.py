"""The packages of a block of rows, evaluated once each: every package reuses what its measures but the last led to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from model.apply import BoolArray, Rows, alters, changed_columns, take
from model.economics import Economics
from model.measures import Measure
from model.numbers import Factors
from model.packages import Key, Offer
from model.pricing import Charge, FlowsAt, Step, charge, kept_service, lost_services, running_cost
from model.sector import FloatArray, Sector, State
from model.spread import Change, Parts, apply, mean_state, whole_year, yearly


@dataclass(frozen=True, slots=True)
class Setting:
    """What all rows of a sector share: its formula and measures in slot order, prices, and which columns to report."""

    sector: Sector
    measures: tuple[Measure, ...]
    factors: Factors
    economics: Economics
    flows: tuple[str, ...]
    levels: tuple[str, ...]
    payers: tuple[str, ...] = ()

    def needed(self) -> frozenset[str]:
        """Names of the formula's results that anything here reads."""
        costs = [measure.cost for measure in self.measures]
        terms = [term for cost in costs for term in (*cost.capital, *cost.fixed, *cost.variable)]
        quantities = [term.quantity for term in terms]
        quantities += [flow.quantity for measure in self.measures for flow in measure.side]
        names = {quantity.name for quantity in quantities} | {*self.flows, *self.levels, *self.sector.services}
        return frozenset(names | set(self.economics.flow_prices))


@dataclass(frozen=True, slots=True)
class Priced:
    """One package at the rows that can have it; arrays of shape (row,).

    ``unpriced`` names the services it lowers at some row although the scenario states no price for them.
    """

    key: Key
    rows: Rows
    charge: Charge
    running_cny_per_year: FloatArray
    change: Mapping[str, FloatArray]
    level: Mapping[str, FloatArray]
    unpriced: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Node:
    key: Key
    rows: Rows
    parts: Parts
    flows: FlowsAt
    charge: Charge


class PackageTree:
    """The prefix tree of the packages of some rows of one sector, walked depth first so that little is held at once."""

    def __init__(self, setting: Setting, state: State) -> None:
        self._setting = setting
        self._needed = setting.needed()
        self._state = state
        self._size = len(next(iter(state.values())))
        self.base = self._flows(state)

    def offered(self, masks: Sequence[BoolArray]) -> BoolArray:
        """Return, shape (measure, row), the rows a mask admits and whose state as is the measure alters."""
        altered = [
            mask & alters(changed_columns(measure, self._state, self._setting.sector), self._state)
            for mask, measure in zip(masks, self._setting.measures, strict=True)
        ]
        return np.array(altered, dtype=np.bool_).reshape(len(masks), self._size)

    def priced(self, offers: Sequence[Offer]) -> list[Priced]:
        """Return "as is" and every package that still has a row, those with fewer measures first.

        ``offers`` hold with each package all that begin it. A row whose last measure alters nothing after the others
        is dropped: the package says no more there than the one without that measure.
        """
        children: dict[Key, list[Offer]] = {}
        for offer in offers:
            children.setdefault(offer.key[:-1], []).append(offer)
        packages = [self._priced(node) for node in self._walk(self._root(), children)]
        return sorted(packages, key=lambda package: (len(package.key), package.key))

    def built(self, places: Key) -> Priced:
        """Return one package, by the places of its measures, at every row, also where a measure alters nothing."""
        node = self._root()
        for count in range(1, len(places) + 1):
            node = self._extended(node, places[:count], np.arange(self._size), keeps_idle=True) or node
        return self._priced(node)

    def _root(self) -> _Node:
        none = Charge.none(self._size, self._setting.payers)
        return _Node((), np.arange(self._size), whole_year(self._state), self.base, none)

    def _walk(self, node: _Node, children: Mapping[Key, Sequence[Offer]]) -> Iterator[_Node]:
        yield node
        place = np.full(self._size, -1, dtype=np.intp)
        place[node.rows] = np.arange(len(node.rows))
        for offer in children.get(node.key, ()):
            within = place[offer.rows]
            child = self._extended(node, offer.key, within[within >= 0])
            if child is not None:
                yield from self._walk(child, children)

    def _extended(self, node: _Node, key: Key, within: Rows, *, keeps_idle: bool = False) -> _Node | None:
        """The package with one measure more, at the rows (places within the node) whose state that measure alters."""
        measure = self._setting.measures[key[-1]]
        change = apply(measure, node.parts, within, self._setting.sector, keeps_idle=keeps_idle)
        if change is None:
            return None
        after = yearly(change.changed, self._flows, self._setting.levels)
        step = Step(mean_state(change.found), take(node.flows, change.within), after)
        at_work = None if measure.season is None else self._at_work(change)
        cost = charge(measure, step, self._setting.economics, self._setting.payers, at_work=at_work)
        total = cost.after(node.charge, change.within)
        return _Node(key, node.rows[change.within], change.changed, after, total)

    def _at_work(self, change: Change) -> Step:
        """Return the step of a seasonal measure on the days on which it is at work."""
        found, changed = (
            tuple(part for part, works in zip(parts, change.is_at_work, strict=True) if works)
            for parts in (change.found, change.changed)
        )
        before, after = (yearly(parts, self._flows, self._setting.levels) for parts in (found, changed))
        return Step(mean_state(change.found), before, after, sum(part.share for part in found))

    def _flows(self, state: State) -> FlowsAt:
        """The sector's formula, kept to what is needed."""
        flows = self._setting.sector.formula(state, self._setting.factors)
        return {name: values for name, values in flows.items() if name in self._needed}

    def _priced(self, node: _Node) -> Priced:
        economics, services = self._setting.economics, self._setting.sector.services
        base = take(self.base, node.rows)
        names = {*self._setting.flows, *economics.flow_prices, *services}
        change = {name: _change(name, node, base) for name in sorted(names)}
        kept = kept_service(base, node.flows, services)
        running = running_cost(node.charge, change, kept, economics, services=services)
        nothing = np.full(len(node.rows), np.nan)
        return Priced(
            node.key,
            node.rows,
            node.charge,
            running,
            {name: change[name] for name in self._setting.flows},
            {name: node.flows.get(name, nothing) for name in self._setting.levels},
            frozenset(lost_services(base, node.flows, services) - economics.flow_prices.keys()),
        )


def _change(name: str, node: _Node, base: FlowsAt) -> FloatArray:
    """Change of one flow against as is: the formula's, plus what the measures cause beside it."""
    formula = node.flows[name] - base[name] if name in base else np.zeros(len(node.rows))
    side = node.charge.side.get(name)
    return formula if side is None else formula + side
