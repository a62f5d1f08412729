"""The one place where the pages ask for answers; everything behind it is `scenarios`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dashboard.state import State
from model.text import Text
from scenarios.export.template import template
from scenarios.figures import Figure
from scenarios.files import bundled_scenarios
from scenarios.live.browse import Browse, browse, shelves
from scenarios.live.curve import trade_off, trade_off_figure
from scenarios.live.edits import Edits, forbid, with_edit
from scenarios.live.finals import Final, Finals
from scenarios.live.intake import Verdict, judge
from scenarios.live.levers import Lever, lever_value, levers_of
from scenarios.live.repairs import Nearest, nearest_changes
from scenarios.live.studio import Preview, Studio
from scenarios.overview import Shipped, shipped
from scenarios.result import Json, Result
from scenarios.shown import sector_title
from scenarios.versions import NAMELESS, NotSavedError, Versions


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

    def __init__(
        self, studio: Studio | None = None, finals: Finals | None = None, versions: Versions | None = None
    ) -> None:
        self._studio, self._finals = studio or Studio(), finals or Finals()
        self.versions = versions or Versions()

    def warm(self, scenario_id: str) -> None:
        """Read and solve a scenario, so that the first visitor need not wait."""
        self._studio.preview(scenario_id)

    def close(self) -> None:
        """Let go of the database and of the process that works off plans."""
        self._finals.close()
        self.versions.close()

    def scenario_ids(self) -> tuple[str, ...]:
        """Return the ids of the scenarios that can be opened."""
        return bundled_scenarios()

    def scenarios(self) -> list[Shipped]:
        """Return the scenarios that can be opened, with their titles."""
        return [shipped(name) for name in self.scenario_ids()]

    def view(self, state: State, *, is_fine: bool = True) -> View:
        """Return the answer to a state. Raises `InputError` when an edit does not fit."""
        base = self._studio.preview(state.scenario)
        preview = self._studio.preview(state.scenario, state.edits, is_fine=is_fine) if state.edits else base
        return View(preview, base, levers_of(base.bundle, base.ground.compiled))

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
        return self._finals.ask(state.scenario, state.edits)

    def limits(self, state: State) -> Final:
        """The same, and how far each requirement goes with the others held. Raises `BusyError`."""
        return self._finals.ask(state.scenario, state.edits, has_reach=True)

    def file(self, state: State, name: str) -> bytes | None:
        """Return a file of the state's plan once it is worked out."""
        return self._finals.file(state.scenario, state.edits, state.language, name)

    def save(self, state: State, *, name: str, author: str) -> Final:
        """Have the state's plan worked out and, once it is, save it. Raises `BusyError` or `NotSavedError`."""
        if not name.strip():
            raise NotSavedError(NAMELESS)
        final = self.final(state)
        if final.result is not None:
            self.versions.save(
                scenario=state.scenario, name=name, author=author, edits=state.edits, result=final.result
            )
        return final

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
