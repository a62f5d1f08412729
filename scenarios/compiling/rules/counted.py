"""How many monitoring sections are in a water class, as rows with a marker for each section."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.sector import FloatArray
from model.water_classes import WATER_CLASS_LIMITS
from scenarios.compiling.covered import mask_of
from scenarios.compiling.expand import YearOptions
from scenarios.compiling.needs import base_flows
from scenarios.compiling.rules.plan import ROUNDING, SideRow
from scenarios.reading.bundle import Bundle
from scenarios.reading.requirements.water import SectionsInClass
from scenarios.reading.sections import Sections


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """At least ``asked`` of some sections keep their limits.

    ``weight`` (section, choice) and ``offset`` (section,) give each concentration [mg/L] under a choice as
    ``offset + weight @ level``; ``limit`` (section,) [mg/L]. The rows hold a marker z of each section at 0 where its
    limit is broken, ``weight @ level + M z <= limit - offset + M``, M by how much it can be broken at most, and the sum
    of markers at ``asked``. ``least`` and ``most`` (section,) are the lowest and the highest concentrations that can
    be. ``lowers`` (choice,) says which choices lower any concentration. Markers are the options that follow the
    choices, two for each section: off and on.
    """

    requirement: SectionsInClass
    weight: FloatArray
    offset: FloatArray
    limit: FloatArray
    most: FloatArray
    least: FloatArray
    lowers: NDArray[np.bool_]
    asked: float
    year: int
    unit: str = "count"
    sense: str = ">="

    @property
    def marker_count(self) -> int:
        """How many sections are counted."""
        return len(self.limit)

    def side_rows(self, first_marker: int) -> tuple[SideRow, ...]:
        """Return the rows; ``first_marker`` is the place of the first marker's "off" among the options."""
        on = first_marker + 2 * np.arange(self.marker_count) + 1
        rows = []
        for section in range(self.marker_count):
            choice = np.flatnonzero(self.weight[section])
            excess = max(0.0, float(self.most[section] - self.limit[section]))
            if excess > 0.0:
                weight = np.append(self.weight[section][choice], excess)
                bound = float(self.limit[section] - self.offset[section]) + excess
                rows.append(SideRow(np.append(choice, on[section]), weight, bound))
        rows.append(SideRow(on, np.full(self.marker_count, -1.0), -self.asked))
        return tuple(rows)

    def marker_levels(self, level: FloatArray) -> FloatArray:
        """Return the part of each marker's two options, off and on, under a choice, shape (2 x section,)."""
        kept = self._kept(level)
        return np.column_stack([~kept, kept]).astype(np.float64).ravel()

    @property
    def furthest(self) -> tuple[float, float]:
        """How far the number can fall short and go over."""
        return self.asked, 0.0

    def lack(self, level: FloatArray) -> float:
        """Return how many sections are missing under a choice."""
        return max(self.asked - self.reached(level), 0.0)

    def concentrations(self, level: FloatArray) -> FloatArray:
        """Return the concentration of each section [mg/L] under a choice, shape (section,)."""
        values: FloatArray = self.offset + self.weight @ level
        return values

    def reached(self, level: FloatArray) -> float:
        """Return how many sections keep their limit under a choice."""
        return float(self._kept(level).sum())

    @property
    def most_kept(self) -> float:
        """How many sections keep their limit where every source is at its least."""
        return float((self.least <= self.limit * (1.0 + ROUNDING)).sum())

    def _kept(self, level: FloatArray) -> NDArray[np.bool_]:
        kept: NDArray[np.bool_] = self.concentrations(level) <= self.limit * (1.0 + ROUNDING)
        return kept

    def is_kept(self, level: FloatArray) -> bool:
        """Say whether enough sections do."""
        return self.reached(level) >= self.asked

    def supports(self, level: FloatArray) -> NDArray[np.bool_]:
        """Return which choices that are taken lower a concentration below that of the source as it is, (choice,)."""
        return self.lowers & (level > 0.0)


def section_plan(requirement: SectionsInClass, bundle: Bundle, options: YearOptions) -> SectionPlan:
    """Return the count of one requirement over the admitted choices."""
    if bundle.sections is None:
        raise ValueError("a number of sections without sections")
    sections, year = bundle.sections, requirement.year or bundle.timeline.years[-1]
    flow = f"{requirement.pollutant}_t_per_year"
    places = np.array([sections.place(name) for name in requirement.of or sections.ids])
    mask = mask_of(bundle, requirement)
    transfer = np.where(mask, sections.transfer[requirement.pollutant][places], 0.0)
    weight = transfer[:, options.source] * options.remaining(flow, year)
    offset = sections.level[requirement.pollutant][places] - transfer @ base_flows(bundle, options.table)[flow]
    least, most = (
        offset + extreme.reduceat(weight, options.starts, axis=1).sum(axis=1) for extreme in (np.minimum, np.maximum)
    )
    limit = _limits(sections, places.tolist(), requirement)
    as_they_are = transfer[:, options.source] * options.as_they_are().remaining(flow, year)
    lowers = (weight < as_they_are).any(axis=0)
    return SectionPlan(requirement, weight, offset, limit, most, least, lowers, float(requirement.amount), year)


def _limits(sections: Sections, places: list[int], requirement: SectionsInClass) -> FloatArray:
    keys = [(requirement.pollutant, sections.water_bodies[place], requirement.water_class) for place in places]
    return np.array([WATER_CLASS_LIMITS[key] for key in keys])
