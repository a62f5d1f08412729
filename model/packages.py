"""Which measures can stand together at a source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.apply import BoolArray, Rows
from model.measures import Measure
from model.sector import Sector

type Key = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """One package, as increasing places in a list of measures in slot order, and the rows it is offered to."""

    key: Key
    rows: Rows


@dataclass(frozen=True, slots=True)
class Offers:
    """All packages but "as is", those with fewer measures first, and which rows have more than they may be offered."""

    offers: tuple[Offer, ...]
    cut: BoolArray


def in_slot_order(measures: Iterable[Measure], sector: Sector) -> tuple[Measure, ...]:
    """Return measures by the first slot each occupies; those of one slot keep their order.

    A sector without slots of its own takes the slots in the order in which the measures name them first.

    Raises
    ------
    ValueError
        When a measure names no slot, or one the sector does not have.

    """
    listed = tuple(measures)
    slots = sector.slots or tuple(dict.fromkeys(slot for measure in listed for slot in measure.slots))
    place = {slot: position for position, slot in enumerate(slots)}
    for measure in listed:
        if not measure.slots or not place.keys() >= set(measure.slots):
            raise ValueError(f"{measure.id}: expected slots of {sector.id} {slots}; found {measure.slots}")
    return tuple(sorted(listed, key=lambda measure: min(place[slot] for slot in measure.slots)))


def enumerate_packages(measures: Sequence[Measure], offered: NDArray[np.bool_], max_packages: int) -> Offers:
    """Enumerate the packages of rows of one sector, at most one measure in each slot.

    Parameters
    ----------
    measures
        In slot order.
    offered
        Shape (measure, row): where a measure can be had by itself. A package is offered where all its measures are,
        and listed only when some row has it.
    max_packages
        Most packages per row, "as is" included. Where the cap bites, packages with more measures go first, and among
        equals those that come later in slot and catalogue order.

    Raises
    ------
    ValueError
        When ``max_packages`` is below 1.

    """
    if max_packages < 1:
        raise ValueError(f"max_packages: expected at least 1; found {max_packages}")
    slots = [frozenset(measure.slots) for measure in measures]
    rooms = _Rooms(offered.shape[1], max_packages - 1)
    found: list[Offer] = []
    level = [_Branch((), np.arange(offered.shape[1]), tuple(range(len(measures))))]
    while level:
        level = [branch for parent in level for branch in _extended(parent, slots, offered, rooms)]
        found += [Offer(branch.key, branch.rows) for branch in level]
    return Offers(tuple(found), rooms.cut)


@dataclass(frozen=True, slots=True)
class _Branch:
    """A package, its rows, and the later measures that still fit beside it."""

    key: Key
    rows: Rows
    free: Key


class _Rooms:
    """How many more packages each row may have, and which rows wanted more."""

    def __init__(self, count: int, room: int) -> None:
        self._room = np.full(count, room, dtype=np.int64)
        self.cut: BoolArray = np.zeros(count, dtype=np.bool_)

    def admit(self, rows: Rows) -> Rows:
        """Return those of the rows that have room for one more package, and take it."""
        has_room = self._room[rows] > 0
        self.cut[rows[~has_room]] = True
        admitted: Rows = rows[has_room]
        self._room[admitted] -= 1
        return admitted


def _extended(
    parent: _Branch, slots: Sequence[frozenset[str]], offered: NDArray[np.bool_], rooms: _Rooms
) -> list[_Branch]:
    """The packages that add one later measure in free slots to a package, for the rows that can have it."""
    branches = []
    for position, place in enumerate(parent.free):
        rows = rooms.admit(parent.rows[offered[place, parent.rows]])
        if len(rows):
            free = tuple(other for other in parent.free[position + 1 :] if not slots[place] & slots[other])
            branches.append(_Branch((*parent.key, place), rows, free))
    return branches
