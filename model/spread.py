"""The states of some rows over a year, where seasonal measures make parts of the year differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from model.apply import BoolArray, Rows, alters, changed_columns, take
from model.measures import Measure
from model.seasons import DAYS
from model.sector import FloatArray, Sector, State

type Flows = Mapping[str, FloatArray]


@dataclass(frozen=True, slots=True)
class Part:
    """The state on some days of the year: ``days`` (365,), ``state`` by column, each (row,)."""

    days: BoolArray
    state: State

    @property
    def share(self) -> float:
        """Share of the year."""
        return float(self.days.mean())


type Parts = tuple[Part, ...]
"""Parts whose days make up the year, each day in one of them."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a measure makes of some parts: ``within`` are the rows it alters, places among those it found.

    ``found`` and ``changed`` are the parts at those rows before and after it, one for one; ``is_at_work`` says in which
    of them the measure is at work.
    """

    within: Rows
    found: Parts
    changed: Parts
    is_at_work: tuple[bool, ...]


def whole_year(state: State) -> Parts:
    """Return one state for all days."""
    return (Part(np.ones(DAYS, dtype=np.bool_), state),)


def apply(measure: Measure, parts: Parts, within: Rows, sector: Sector, *, keeps_idle: bool = False) -> Change | None:
    """Return what a measure makes of the parts at some rows, None where it alters none of them on any day.

    Rows that it does not alter are left out, unless ``keeps_idle``: what is built is paid for, whatever it does.
    """
    found = [Part(part.days, take(part.state, within)) for part in parts]
    pieces = [piece for part in found for piece in _split(part, measure)]
    columns = [changed_columns(measure, part.state, sector) if works else {} for part, works in pieces]
    altered = np.zeros(len(within), dtype=np.bool_)
    for (part, works), changed in zip(pieces, columns, strict=True):
        altered |= alters(changed, part.state) if works else False
    kept = np.flatnonzero(altered | keeps_idle)
    if not len(kept):
        return None
    if len(kept) < len(within):
        within = within[kept]
        pieces = [(Part(part.days, take(part.state, kept)), works) for part, works in pieces]
        columns = [take(changed, kept) for changed in columns]
    return Change(
        within,
        tuple(part for part, _ in pieces),
        tuple(Part(part.days, {**part.state, **changed}) for (part, _), changed in zip(pieces, columns, strict=True)),
        tuple(works for _, works in pieces),
    )


def _split(part: Part, measure: Measure) -> list[tuple[Part, bool]]:
    """Return a part as days in the measure's season and others, and whether it is at work on them."""
    if measure.season is None:
        return [(part, True)]
    season = measure.season.days
    pieces = [(Part(part.days & season, part.state), True), (Part(part.days & ~season, part.state), False)]
    return [(piece, works) for piece, works in pieces if piece.days.any()]


def mean_state(parts: Parts) -> State:
    """Return each column's mean over the year, by days."""
    if len(parts) == 1:
        return parts[0].state
    return {name: np.sum([part.share * part.state[name] for part in parts], axis=0) for name in parts[0].state}


def yearly(parts: Sequence[Part], formula: Callable[[State], Flows], levels: Sequence[str]) -> Flows:
    """Return the flows of some parts of the year: each formula's by its share of days; of levels the highest."""
    if len(parts) == 1 and parts[0].share == 1.0:
        return formula(parts[0].state)
    each = [(part.share, formula(part.state)) for part in parts]
    return {
        name: _highest([flows[name] for _, flows in each])
        if name in levels
        else np.sum([share * flows[name] for share, flows in each], axis=0, dtype=np.float64)
        for name in each[0][1]
    }


def _highest(values: Sequence[FloatArray]) -> FloatArray:
    highest: FloatArray = np.max(values, axis=0)
    return highest
