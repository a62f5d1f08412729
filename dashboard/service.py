"""The one place where the pages ask for answers; everything behind it is `scenarios`."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from dashboard.state import State
from dashboard.users import owner
from model.text import Text
from scenarios.answering.result import Json, Result
from scenarios.export.template import template
from scenarios.figures import Figure
from scenarios.live.archive import Archive, Wish
from scenarios.live.browse import Browse, browse, shelves
from scenarios.live.crew import Crew
from scenarios.live.curve import trade_off, trade_off_figure
from scenarios.live.edits import Edits, forbid, with_edit
from scenarios.live.finals import Final, Finals
from scenarios.live.inquiries import Inquiries, Inquiry
from scenarios.live.intake import Verdict, decoded, judge
from scenarios.live.jobs import Jobs
from scenarios.live.levers import Lever, lever_value
from scenarios.live.offer import offers
from scenarios.live.outlines import Outlines, districts_of, outlines_beside, read_outlines
from scenarios.live.repairs import Nearest, nearest_changes
from scenarios.live.studio import Preview, Studio
from scenarios.live.uploads import Uploads
from scenarios.reading.files import bundled_scenarios
from scenarios.reading.found import Shipped, shipped
from scenarios.store import Saved, Store, StoreError, Version
from scenarios.store.place import temporary_store
from scenarios.wording.shown import sector_title


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What a page shows: the answer to the state, the scenario's own answer beside it, and what can be moved."""

    preview: Preview
    base: Preview
    levers: tuple[Lever, ...]

    @property
    def result(self) -> Result:
        """The answer to the state."""
        return self.preview.result

    @property
    def is_answered(self) -> bool:
        """True when there is a plan."""
        return self.result.cost is not None


class Service:
    """Answers for any number of pages and users; what it keeps is the same for all of them."""

    def __init__(self, studio: Studio | None = None, finals: Finals | None = None, store: Store | None = None) -> None:
        self._uploads, self._outlines = Uploads(), Outlines()
        self._studio, self._finals = studio or Studio(self._uploads.find), finals or Finals(self._uploads.find)
        self._inquiries = Inquiries(self._uploads.find)
        self._store, self._lock = store, threading.Lock()

    @cached_property
    def archive(self) -> Archive:
        """The saved versions."""
        return Archive(self.store())

    @cached_property
    def jobs(self) -> Jobs:
        """The batches that are worked off in processes of their own."""
        store = self.store()
        return Jobs(store, Crew(store))

    def store(self) -> Store:
        """Return what planners keep; without a store of its own the service keeps it until it is closed."""
        with self._lock:
            self._store = self._store or temporary_store()
            return self._store

    def warm(self, scenario_id: str) -> None:
        """Read and solve a scenario, so that the first visitor need not wait."""
        self._studio.preview(scenario_id)

    def close(self) -> None:
        """Let go of the database and of the process that works off plans."""
        self._finals.close()
        self._inquiries.close()
        self._uploads.close()
        if "jobs" in self.__dict__:
            self.jobs.close()
        if self._store is not None:
            self._store.close()

    def scenario_ids(self) -> tuple[str, ...]:
        """Return the ids of the scenarios that whoever asks can open."""
        return (*bundled_scenarios(), *(one.id for one in self._uploads.of(owner())))

    def scenarios(self) -> list[Shipped]:
        """Return the scenarios that can be opened, with their titles."""
        return [*map(shipped, bundled_scenarios()), *self._uploads.of(owner())]

    def view(self, state: State, *, is_fine: bool = True) -> View:
        """Return the answer to a state. Raises `InputError` when an edit does not fit."""
        base = self._studio.preview(state.scenario)
        preview = self._studio.preview(state.scenario, state.edits, is_fine=is_fine) if state.edits else base
        return View(preview, base, self._studio.levers(state.scenario))

    def tasks(self, state: State) -> Sequence[Json]:
        """Return the tasks of the state's plan with who answers for each and by when, as an exported list has them."""
        return self._studio.tasks(state.scenario, state.edits)

    def offered(self, state: State, requirement_id: str) -> State:
        """Return the state with a requirement set to the best value that was found to work; unchanged where none is."""
        lever = next((one for one in self._studio.levers(state.scenario) if one.requirement_id == requirement_id), None)
        if lever is None:
            return state
        rest = with_edit(state.edits, lever.key, None)
        for value in offers(self._studio.preview(state.scenario, rest, is_fine=False).ground, lever):
            edits = with_edit(rest, lever.key, value)
            if self._studio.preview(state.scenario, edits, is_fine=False).result.cost is not None:
                return replace(state, edits=edits)
        return state

    def nearest(self, view: View) -> list[Nearest]:
        """Return the nearest changes that make an impossible state possible."""
        preview = view.preview
        return nearest_changes(preview.ground, preview.quick)

    def measures(self, state: State) -> list[tuple[str, Text, Text]]:
        """Return id, name and sector's title of every measure that some source of the inventory may get."""
        bundle = self._studio.read(state.scenario).bundle
        sectors = bundle.inventory.tables
        return [
            (measure.id, measure.name, sector_title(sector))
            for sector in sectors
            for measure in bundle.catalogue.of_sector(sector)
        ]

    def final(self, state: State) -> Final:
        """Have the state's plan worked out to hand it out, and say where it stands. Raises `BusyError`."""
        return self._finals.ask(state.scenario, state.edits, owner=owner())

    def ask(self, state: State, kind: str, about: str) -> Inquiry:
        """Have a question about the state's plan worked out, and say where it stands. Raises `BusyError`."""
        return self._inquiries.ask(kind, state.scenario, state.edits, about=about, owner=owner())

    def look(self, state: State, kind: str, about: str) -> Inquiry | None:
        """Say where a question about the state's plan stands, None when nobody asked it or it was taken back."""
        return self._inquiries.look(kind, state.scenario, state.edits, about=about)

    def take_back(self, state: State, kind: str, about: str) -> None:
        """Stop work on a question, unless somebody else waits for its answer."""
        self._inquiries.cancel(kind, state.scenario, state.edits, about=about, owner=owner())

    def file(self, state: State, name: str) -> bytes | None:
        """Return a file of the state's plan once it is worked out."""
        return self._finals.file(state.scenario, state.edits, state.language, name)

    def place_of(self, scenario_id: str) -> str:
        """Return where a planner's own scenario lies, "" for one that ships. Raises `InputError` when it is gone."""
        return "" if scenario_id in bundled_scenarios() else str(self._uploads.find(scenario_id).path)

    def known(self, state: State) -> tuple[str, ...]:
        """Return the ids of the scenarios whose versions the state's user may see."""
        return tuple(dict.fromkeys((*self.scenario_ids(), state.scenario)))

    def save(self, state: State, wish: Wish) -> tuple[Final, Saved | None]:
        """Have the state's plan worked out and, once it is, save it.

        Raises `BusyError`, or `StoreError` when it cannot be saved as wished.
        """
        wish.checked()
        final = self.final(state)
        if final.result is None:
            return final, None
        return final, self.archive.save(state.scenario, state.edits, wish, final.result)

    def answer_of(self, version: Version) -> Result | None:
        """Return the answer that was saved with a version, None where there is none."""
        try:
            return self.archive.result(version)
        except StoreError:
            return None

    def trade_off(self, state: State, lever: Lever) -> Figure:
        """Return the objective against the level of one requirement."""
        points = trade_off(self._studio, state.scenario, state.edits, lever)
        return trade_off_figure(points, lever, state.edits, state.language)

    def shelves(self, state: State) -> list[tuple[str, Text]]:
        """Return key and title of every table that can be looked through."""
        return shelves(self._studio.read(state.scenario).bundle)

    def browse(self, state: State, key: str) -> Browse:
        """Return a table to look through."""
        return browse(self._studio.read(state.scenario).bundle, key)

    def judge(self, contents: object) -> Verdict:
        """Return what is wrong with an uploaded workbook, or what it holds."""
        return judge(contents)

    def adopt(self, state: State, contents: object, name: object) -> State:
        """Return the state in which a good workbook is planned with. Raises `InputError` where it cannot be."""
        named = name.removesuffix(".xlsx") if isinstance(name, str) else ""
        found = self._uploads.take(owner(), decoded(contents) or b"", self._uploads.find(state.scenario), name=named)
        return State("/try", found.id, state.language)

    def outlines(self, state: State) -> Json | None:
        """Return the outlines of the state's districts: what the user handed in, or what lies beside the scenario."""
        bundle = self._studio.read(state.scenario).bundle
        kept = self._outlines.get(owner(), state.scenario)
        return kept or outlines_beside(self._uploads.find(state.scenario), districts_of(bundle))

    def draw(self, state: State, contents: object) -> None:
        """Keep outlines that a browser sent. Raises `InputError` where they are none."""
        bundle = self._studio.read(state.scenario).bundle
        self._outlines.put(owner(), state.scenario, read_outlines(decoded(contents) or b"", districts_of(bundle)))

    def template(self, state: State) -> bytes:
        """Return the empty workbook."""
        return template(state.language)

    def without(self, state: State, task: Json) -> View:
        """Return the view of the state with a task's measures forbidden at its source."""
        edits: Edits = state.edits
        for measure in task["measures"]:
            edits = with_edit(edits, *forbid(measure, str(task["source_id"])))
        return self.view(replace(state, edits=edits))


__all__ = ["Final", "Lever", "Nearest", "Service", "View", "lever_value"]
