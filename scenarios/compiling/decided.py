"""Projects that are decided already: ``fix`` requirements, tied to one option of one source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from model.options import OptionTable
from model.problems import Problem
from model.refusal import RefusedError
from model.text import Text
from model.timeline import entry_years
from scenarios.compiling.expand import NEVER
from scenarios.reading.bundle import Bundle
from scenarios.reading.requirements import Fix


@dataclass(frozen=True, slots=True)
class Decision:
    """The option (place in the option table) that a source gets, from when, and for which share of it.

    ``ready`` is the day its work is ready: what is decided is under way, so its lead time does not count from the
    decision date of the plan.
    """

    requirement_id: str
    source: int
    option: int
    start_year: int
    ready: date
    share: float


def decisions(bundle: Bundle, table: OptionTable) -> tuple[tuple[Decision, ...], list[Problem]]:
    """Return the decided projects, and a problem for each that its source cannot get.

    That is: a package that is not on offer there, a share of measures that are whole, or a second decision for the same
    source. Sources and years are checked when the scenario is loaded.
    """
    fixes = [requirement for requirement in bundle.scenario.requirement if isinstance(requirement, Fix)]
    number_of = bundle.inventory.numbers({fix.source_id for fix in fixes})
    entry = entry_years(bundle.inventory, bundle.timeline.base_year)
    times = Counter(fix.source_id for fix in fixes)
    found: list[Decision] = []
    problems: list[Problem] = []
    for fix in fixes:
        source = number_of[fix.source_id]
        option = _option(table, source, fix)
        refused = [
            error.problem(bundle.scenario_file, f"requirement.{fix.id}.{key}")
            for key, error in _refusals(table, fix, option, times=times[fix.source_id], enters=int(entry[source]))
        ]
        problems += refused
        if option is not None and not refused:
            year = (fix.start_year or NEVER) if fix.measures else NEVER
            ready = fix.in_service or date(max(year, 1), 1, 1)
            found.append(Decision(fix.id, source, option, year, ready, fix.share))
    return tuple(found), problems


def _option(table: OptionTable, source: int, fix: Fix) -> int | None:
    """Return the place of the package that holds exactly these measures at the source."""
    first, last = np.searchsorted(table.source, [source, source + 1])
    wanted = frozenset(fix.measures)
    for place in range(int(first), int(last)):
        if frozenset(table.packages[table.package[place]].measure_ids) == wanted:
            return place
    return None


def _refusals(
    table: OptionTable, fix: Fix, option: int | None, *, times: int, enters: int
) -> Iterator[tuple[str, RefusedError]]:
    """Yield a key of the decision and what is wrong there."""
    if times > 1:
        what = Text("同一源有多个已定项目", "a source that is decided more than once")
        advice = Text("请把各项措施合为一个 fix", "put the measures into one fix")
        yield "source_id", RefusedError(what, expected="one fix for each source", found=f"{times} times", advice=advice)
    if fix.start_year is not None and fix.start_year < enters:
        what = Text("该源在此年份尚未投产", "a source that is not there yet in that year")
        yield "start_year", RefusedError(what, expected=f"{enters} or later", found=str(fix.start_year))
    if option is None:
        what = Text("该源没有这一措施组合可选", "this source is not offered these measures together")
        advice = Text(
            "检查措施的适用条件、forbid 以及是否已有同等设施",
            "check where the measures apply, what is forbidden, and whether the equipment already stands",
        )
        found = ";".join(fix.measures)
        yield "measures", RefusedError(what, expected="a package on offer", found=found, advice=advice)
        return
    is_divisible = bool(fix.measures) and bool(table.divisible[option])
    if not 0 < fix.share <= 1 or (fix.share < 1 and not is_divisible):
        what = Text("份额不成立", "a share that does not fit")
        expected = "1, or above 0 and below 1 where every measure is divisible"
        yield "share", RefusedError(what, expected=expected, found=f"{fix.share:g}")
