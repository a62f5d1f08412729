"""From rules to rows over single choices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.sector import FloatArray
from model.sectors import SECTORS
from model.text import Text
from model.timeline import in_service_date
from scenarios.compiling.covered import mask_of
from scenarios.compiling.expand import YearOptions
from scenarios.compiling.rules.counted import section_plan
from scenarios.compiling.rules.plan import Held, RulePlan, SideRow
from scenarios.compiling.scope import number_column, scope_mask
from scenarios.reading.bundle import Bundle
from scenarios.reading.requirements.rules import AtMost, Excludes, Project, Requires, Rule, SharedPlant
from scenarios.reading.requirements.water import SectionsInClass
from scenarios.reading.spec import Scenario

type Mask = NDArray[np.bool_]
type Integers = NDArray[np.int64]
type Ruled = Requires | Excludes | AtMost | SharedPlant | SectionsInClass

NEVER_SINCE = np.iinfo(np.int64).max


def rule_notes(plans: Sequence[Held]) -> tuple[Text, ...]:
    """Say which rules rule out their measures altogether, since nothing that these need is on offer."""
    needy = [
        plan for plan in plans if isinstance(plan, RulePlan) and isinstance(plan.requirement, Requires | SharedPlant)
    ]
    names = [plan.requirement.id for plan in needy if any((row.weight > 0.0).all() for row in plan.rows)]
    return tuple(
        Text(
            f"规则“{name}”所需的配套项目无从选取，其所限定的措施因此不会采用。",
            f"What rule {name!r} needs is not on offer, so the measures that need it are not taken.",
        )
        for name in names
    )


def rules_of(scenario: Scenario) -> Sequence[Ruled]:
    """Return the rules of a scenario and its numbers of sections, in scenario order."""
    return [item for item in scenario.requirement if isinstance(item, Rule | SectionsInClass)]


def rule_plans(bundle: Bundle, options: YearOptions) -> tuple[Held, ...]:
    """Return the rules of a scenario and its numbers of sections over the admitted choices, in scenario order."""
    asked = rules_of(bundle.scenario)
    if not asked:
        return ()
    view = _View(bundle, options)
    plans: list[Held] = []
    for item in asked:
        if isinstance(item, Rule):
            plans.append(_BUILDERS[type(item)](item, mask_of(bundle, item), view))
        else:
            plans.append(section_plan(item, bundle, options))
    return tuple(plans)


class _View:
    """The choices as rules see them: which hold a measure, and since when."""

    def __init__(self, bundle: Bundle, options: YearOptions) -> None:
        self.bundle = bundle
        self.options = options
        ids = bundle.inventory.sources()["source_id"]
        self.number_of: Mapping[str, int] = {name: number for number, name in enumerate(ids)}
        self.last_year = options.timeline.years[-1]
        self.districts = bundle.inventory.sources()["district"].to_numpy(dtype=object)

    def since(self, measures: Sequence[str]) -> Integers:
        """Return since when each choice holds one of the measures, shape (choice,), `NEVER_SINCE` where it does not.

        A year where whole years are credited, since the work can be done at any time in it; otherwise a day.
        """
        options, later = self.options, self.options.later
        wanted = frozenset(measures)
        has = np.array([not wanted.isdisjoint(package.measure_ids) for package in options.table.packages], dtype=bool)
        holds = has[options.table.package[options.option]] & ~options.is_as_is()
        since = np.where(holds, self._point(options.ready, options.start_year), NEVER_SINCE)
        adds = has[options.table.package[later.after]] & ~holds[later.choice]
        since[later.choice[adds]] = self._point(later.ready, later.start_year)[adds]
        return since

    def _point(self, ready: NDArray[np.datetime64], start_year: Integers) -> Integers:
        if self.options.timeline.credit == "full_year":
            return start_year
        return in_service_date(ready, start_year).astype(np.int64)

    def at(self, source_id: str, measures: Sequence[str]) -> Integers:
        """Return since when each choice holds one of the measures at a source, `NEVER_SINCE` where it does not."""
        return np.where(self.options.source == self.number_of[source_id], self.since(measures), NEVER_SINCE)

    def of(self, project: Project) -> Integers:
        """Return since when each choice is the project, `NEVER_SINCE` where it is not."""
        return self.at(project.source_id, project.measures)

    def brought(self, name: str, year: int) -> FloatArray:
        """Return a column or flow of every source in ``year``, shape (source,); flows and activities grow."""
        inventory, activity = self.bundle.inventory, self.options.activity[year]
        column = number_column(inventory, name)
        if np.isnan(column).all():
            return self.options.table.base[name] * activity
        return np.nan_to_num(column) * np.where(_grows(self.bundle, name), activity, activity > 0)


def _grows(bundle: Bundle, name: str) -> Mask:
    parts = []
    for sector, table in bundle.inventory.tables.items():
        column = next((one for one in SECTORS[sector].columns if one.name == name), None)
        parts.append(np.full(len(table), column is not None and column.activity))
    return np.concatenate(parts)


def _row(weights: FloatArray, bound: float = 0.0) -> SideRow:
    choice = np.flatnonzero(weights)
    return SideRow(choice, weights[choice], bound)


def _not_before(users: Integers, providers: Integers, source: Integers) -> Iterator[SideRow]:
    """Yield, for each user source and each point in time at which it may begin: no share of it before a provider's.

    ``users`` and ``providers`` (choice,) say since when; a user may count on any of the providers.
    """
    providing = np.flatnonzero(providers < NEVER_SINCE)
    using = np.flatnonzero(users < NEVER_SINCE)
    bounds = np.flatnonzero(np.diff(source[using], prepend=-1, append=-1))
    for own in np.split(using, bounds[1:-1]) if len(using) else []:
        for point in np.unique(users[own]).tolist():
            first, there = own[users[own] <= point], providing[providers[providing] <= point]
            yield SideRow(np.concatenate([first, there]), np.repeat([1.0, -1.0], [len(first), len(there)]))


def _requires(rule: Requires, mask: Mask, view: _View) -> RulePlan:
    source = view.options.source
    users = np.where(mask[source], view.since(rule.measures), NEVER_SINCE)
    needs = rule.needs
    rows: list[SideRow] = []
    if needs.source_id is not None:
        providers = view.at(needs.source_id, needs.measures)
        rows += _not_before(users, providers, source)
    else:
        may = scope_mask(view.bundle.inventory, where=needs.where)
        since = np.where(may[source], view.since(needs.measures), NEVER_SINCE)
        for district in sorted(set(view.districts[mask])):
            here = (view.districts == district)[source]
            rows += _not_before(np.where(here, users, NEVER_SINCE), np.where(here, since, NEVER_SINCE), source)
    return _breaches(rule, rows, view)


def _excludes(rule: Excludes, mask: Mask, view: _View) -> RulePlan:
    source = view.options.source
    against = (view.of(rule.against) < NEVER_SINCE).astype(np.float64)
    takes = (view.since(rule.measures) < NEVER_SINCE) & mask[source]
    rows = [_row((takes & (source == user)) + against, 1.0) for user in np.unique(source[takes]).tolist()]
    return _breaches(rule, rows, view)


def _breaches(rule: Rule, rows: Sequence[SideRow], view: _View) -> RulePlan:
    return RulePlan(rule, tuple(rows), tuple(rows), 0.0, "count", counts_breaches=True, year=view.last_year)


def _at_most(rule: AtMost, _mask: Mask, view: _View) -> RulePlan:
    done = np.sum([view.of(project) < NEVER_SINCE for project in rule.projects], axis=0, dtype=np.float64)
    row = _row(done, float(rule.amount))
    return RulePlan(
        rule,
        (row,),
        (row,),
        float(rule.amount),
        "count",
        counts_breaches=False,
        year=view.last_year,
        most=float(len(rule.projects)),
    )


def _shared(rule: SharedPlant, mask: Mask, view: _View) -> RulePlan:
    options = view.options
    users = np.where(mask[options.source], view.since(rule.measures), NEVER_SINCE)
    plant = view.of(rule.plant)
    rows = list(_not_before(users, plant, options.source))
    loads = []
    for year in options.timeline.years:
        brought = view.brought(rule.of, year)[options.source]
        started = _held_in(options, users, year)
        loads.append(_row(brought * started, rule.capacity.value))
        rows.append(_row(brought * started - rule.capacity.value * _held_in(options, plant, year)))
    capacity = rule.capacity
    return RulePlan(
        rule, tuple(rows), tuple(loads), capacity.value, capacity.unit, counts_breaches=False, year=view.last_year
    )


def _held_in(options: YearOptions, since: Integers, year: int) -> FloatArray:
    """Return 1 where a choice holds by the end of ``year`` what ``since`` (choice,) is about."""
    is_year = options.timeline.credit == "full_year"
    end = year if is_year else int(np.datetime64(f"{year}-12-31", "D").astype(np.int64))
    return np.asarray(since <= end, dtype=np.float64)


_BUILDERS: Mapping[type[Rule], Callable[[Any, Mask, _View], RulePlan]] = MappingProxyType(
    {Requires: _requires, Excludes: _excludes, AtMost: _at_most, SharedPlant: _shared}
)
