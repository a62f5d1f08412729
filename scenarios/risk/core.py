"""The no-regret core over uncertain numbers: what the least-cost plan does in every drawn world, in some, in none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from model.problems import InputError
from optimizer import Settings
from scenarios.analysis.alternatives import CoreProject
from scenarios.analysis.study import Study
from scenarios.answering.result import Json
from scenarios.answering.solving import solution_of
from scenarios.compiling.compile import SMALLEST_SHARE, compile_scenario, options_of
from scenarios.reading.bundle import Bundle
from scenarios.risk.draws import Sampling
from scenarios.risk.worlds import world_at

type Key = tuple[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Core:
    """Projects by how many of the worlds with a plan have them; ``without_plan`` counts the worlds that have none.

    ``never`` are the sources that no plan touches, although something is on offer there in one of the worlds.
    """

    worlds: int
    without_plan: int
    always: tuple[CoreProject, ...]
    sometimes: tuple[CoreProject, ...]
    never: tuple[Json, ...]

    def to_json(self) -> Json:
        """Return it as it stands in JSON."""
        return {
            "worlds": self.worlds,
            "without_plan": self.without_plan,
            "always": [project.to_json() for project in self.always],
            "sometimes": [project.to_json() for project in self.sometimes],
            "never": list(self.never),
        }


def core_of(bundle: Bundle, settings: Settings, sampling: Sampling, worlds: int) -> Core:
    """Return the core over the first ``worlds`` samples: in each the plan is made as if its numbers were known.

    A world in which the scenario has no plan counts as such: for the rest nothing follows from it.
    """
    found = [study for study in (_planned(bundle, settings, sampling, place) for place in range(worlds)) if study]
    counts = Counter(key for study in found for key in _projects(study))
    projects = [
        _project(found[0], key, count, len(found))
        for key, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
    return Core(
        worlds=worlds,
        without_plan=worlds - len(found),
        always=tuple(project for project in projects if project.count == project.of),
        sometimes=tuple(project for project in projects if project.count < project.of),
        never=_never(found, {source for source, _ in counts}),
    )


def _planned(bundle: Bundle, settings: Settings, sampling: Sampling, place: int) -> Study | None:
    world = world_at(bundle, sampling, place)
    try:
        compiled = compile_scenario(world, options_of(world))
    except InputError:  # a decided project that is not on offer in this world
        return None
    study = Study(world, compiled, solution_of(world, compiled, settings), settings)
    return study if study.is_feasible else None


def _projects(study: Study) -> Mapping[Key, int]:
    options = study.compiled.options
    taken = np.flatnonzero((study.compiled.own(study.level) > SMALLEST_SHARE) & ~options.is_as_is())
    labels = study.measures_at(taken)
    return {(int(options.source[place]), names): int(place) for place, (names, _) in zip(taken, labels, strict=True)}


def _project(study: Study, key: Key, count: int, of: int) -> CoreProject:
    source, names = key
    row = study.sources[source]
    return CoreProject(
        source_id=row["source_id"],
        source_name=row["name"],
        district=row["district"],
        sector=row["sector"],
        measures=names,
        measure_names=study.name_of(names),
        count=count,
        of=of,
    )


def _never(found: Sequence[Study], touched: set[int]) -> tuple[Json, ...]:
    offered: set[int] = set()
    for study in found:
        options = study.compiled.options
        offered |= set(options.source[~options.is_as_is()].tolist())
    rows = [found[0].sources[source] for source in sorted(offered - touched)]
    return tuple({name: row[key] for name, key in NAMES} for row in rows)


NAMES = (("source_id", "source_id"), ("source_name", "name"), ("district", "district"))
