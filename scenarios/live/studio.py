"""Scenarios kept compiled, and previews of edits: bounded caches behind a lock, the same for every user.

What is kept never changes once made, and a key says all that it depends on; so users share it without seeing each
other.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from optimizer import Solution
from optimizer.apart import Piece
from scenarios.answering.result import Json, Result
from scenarios.answering.task_table import TaskTable
from scenarios.live.chosen import Sources, chosen_of, sources_of
from scenarios.live.edits import Edits, is_amount, write_edits
from scenarios.live.ground import Ground, first_given, ground_of, raw_of, with_amounts
from scenarios.live.levers import Lever, levers_of
from scenarios.live.quick import Bounds, Known, Quick, known_of, solve_piece, solve_quickly
from scenarios.live.sketch import sketch
from scenarios.live.worklist import answered_for
from scenarios.reading.bundle import Bundle
from scenarios.reading.files import ScenarioFiles, find_scenario, load_bundle

type Find = Callable[[str], ScenarioFiles]


@dataclass(slots=True)
class Kept[V]:
    """A bounded store of values by key, the least recently used leaving first; one maker at a time for a key."""

    most: int
    _values: OrderedDict[Hashable, V] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _making: dict[Hashable, threading.Lock] = field(default_factory=dict)

    def peek(self, key: Hashable) -> V | None:
        """Return the value of a key if it is there."""
        with self._lock:
            return self._values.get(key)

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """Return the value of a key, made now if it is not there; a failure is not kept."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
            turn = self._making.setdefault(key, threading.Lock())
        with turn:
            with self._lock:
                if key in self._values:
                    return self._values[key]
            try:
                value = make()
            finally:
                with self._lock:
                    self._making.pop(key, None)
            with self._lock:
                self._values[key] = value
                while len(self._values) > self.most:
                    self._values.popitem(last=False)
            return value


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """A scenario with edits, answered quickly: what was asked, what came out, and what stands in the way."""

    ground: Ground
    quick: Quick
    result: Result

    @property
    def bundle(self) -> Bundle:
        """The scenario with its edits."""
        return self.ground.bundle


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A scenario as it was read."""

    raw: dict[str, Any]
    bundle: Bundle
    sources: Sources


class Studio:
    """Answers previews of any number of users; ``find`` turns a scenario's id into its files."""

    def __init__(self, find: Find = find_scenario) -> None:
        self._find = find
        self._read: Kept[Read] = Kept(8)
        self._grounds: Kept[Ground] = Kept(12)
        self._pieces: Kept[Solution] = Kept(600)
        self._known: Kept[Known] = Kept(60)
        self._levers: Kept[tuple[Lever, ...]] = Kept(24)
        self._previews: Kept[Preview] = Kept(60)
        self._tasks: Kept[Sequence[Json]] = Kept(12)

    def read(self, scenario_id: str) -> Read:
        """Return a scenario as it stands in its files."""
        return self._read.get(scenario_id, lambda: self._load(scenario_id))

    def preview(self, scenario_id: str, edits: Edits = (), *, is_fine: bool = True) -> Preview:
        """Return the answer to a scenario with edits; not fine, it keeps up with the hand and is proven less closely.

        Raises `InputError` with whatever does not fit.
        """
        key = (scenario_id, tuple(write_edits(edits)), is_fine)
        return self._previews.get(key, lambda: self._preview(scenario_id, edits, is_fine=is_fine))

    def tasks(self, scenario_id: str, edits: Edits = ()) -> Sequence[Json]:
        """Return the tasks of a preview with who answers for each and by when, as the full run has them."""
        key = (scenario_id, tuple(write_edits(edits)))
        return self._tasks.get(key, lambda: self._tasks_of(scenario_id, edits))

    def levers(self, scenario_id: str) -> tuple[Lever, ...]:
        """Return what can be moved in a scenario as it stands in its files."""
        return self._levers.get(scenario_id, lambda: self._levers_of(scenario_id))

    def ground(self, scenario_id: str, edits: Edits = ()) -> tuple[Hashable, Ground]:
        """Return the scenario compiled with all that is more than moving an amount, and the key it is kept under.

        An amount given for the first time makes a row; which number it is does not matter.
        """
        read = self.read(scenario_id)
        rest, given = [edit for edit in edits if not is_amount(edit[0])], first_given(read.bundle, edits)
        key = (scenario_id, tuple(write_edits(rest)), tuple(sorted(name for name, _ in given)))

        def make() -> Ground:
            stands = self.ground(scenario_id)[1] if any(key[1:]) else None
            return ground_of(read.raw, read.bundle, (*rest, *given), stands)

        return key, self._grounds.get(key, make)

    def _tasks_of(self, scenario_id: str, edits: Edits) -> Sequence[Json]:
        preview = self.preview(scenario_id, edits)
        level, tasks = preview.quick.solution.level, preview.result.tasks
        if level is None or not isinstance(tasks, TaskTable):
            return tasks
        compiled, sources = preview.ground.compiled, self.read(scenario_id).sources
        return answered_for(preview.bundle, compiled, chosen_of(preview.bundle, compiled, level, sources), tasks)

    def _levers_of(self, scenario_id: str) -> tuple[Lever, ...]:
        ground = self.ground(scenario_id)[1]
        return levers_of(ground.bundle, ground.compiled)

    def _load(self, scenario_id: str) -> Read:
        found = self._find(scenario_id)
        bundle = load_bundle(found)
        return Read(raw_of(found), bundle, sources_of(bundle.inventory))

    def _preview(self, scenario_id: str, edits: Edits, *, is_fine: bool) -> Preview:
        key, compiled_before = self.ground(scenario_id, edits)
        ground = with_amounts(compiled_before, edits)

        def solve_one(piece: Piece, number: int, bounds: Bounds) -> Solution:
            known = (key, ground.anew, number, ground.ratios(piece), bounds)
            fine = self._pieces.peek((known, True))
            if fine is not None:
                return fine
            return self._pieces.get(
                (known, is_fine), lambda: solve_piece(piece, bounds, is_fine=is_fine, known=before(piece, number))
            )

        def before(piece: Piece, number: int) -> Known:
            if piece.problem.side is not None:
                return self._known_of(*self.ground(scenario_id), piece, number)
            is_same = not ground.anew and piece is compiled_before.pieces.pieces[number]
            return self._known_of(key, compiled_before, piece, number) if is_same else Known()

        quick = solve_quickly(ground.compiled.problem, ground.pieces, solve_one)
        result = sketch(ground.bundle, ground.compiled, quick.solution, self.read(scenario_id).sources)
        return Preview(ground, quick, result)

    def _known_of(self, key: Hashable, ground: Ground, piece: Piece, number: int) -> Known:
        """Return what is known of a ground's piece of that number, for a piece of the same options."""
        pieces = ground.pieces.pieces
        if number >= len(pieces) or not np.array_equal(pieces[number].options, piece.options):
            return Known()
        bounds = tuple(ground.compiled.problem.rows[row].bound for row in pieces[number].movable)
        return self._known.get((key, number), lambda: known_of(pieces[number], bounds))
