"""Given choices: from (source, measures, start year, share) to a level for every option."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from model.inventory import Inventory
from model.problems import InputError, Problem
from model.sector import FloatArray
from model.text import Text
from scenarios.expand import NEVER, YearOptions

SHARE_ROOM = 1e-9


def level_of(choices: pd.DataFrame, inventory: Inventory, options: YearOptions, *, file: str) -> FloatArray:
    """Return the level of every choice, shape (choice,): the given shares, the rest of each source "as is".

    ``choices`` has the columns source_id, measures (tuple, empty for as is), start_year, share; an index named ``row``
    holds the row of each in the file.

    Raises
    ------
    InputError
        With every row that names an unknown source, a package or start year that is not on offer there, a share that
        does not fit, or a part of a source whose measures are whole.

    """
    number_of = {source: number for number, source in enumerate(inventory.sources()["source_id"])}
    places = _places(options)
    level = np.zeros(options.size)
    problems = []
    rows = choices.index if choices.index.name == "row" else range(2, 2 + len(choices))
    shares = choices["share"].to_numpy(dtype=float)
    for row, choice, share in zip(rows, choices.itertuples(index=False), shares, strict=True):
        problem, place = _place(choice, number_of, places, options)
        if problem is not None:
            problems.append(_located(problem, file, row))
        elif place is not None:
            level[place] += share
    problems += _overfull(level, inventory, options, file)
    if problems:
        raise InputError(problems)
    as_is = options.is_as_is()
    used = np.bincount(options.source[~as_is], weights=level[~as_is], minlength=inventory.size)
    level[as_is] = (1.0 - used)[options.source[as_is]]
    return level


type _Key = tuple[int, frozenset[str], int]
type _Found = tuple[Text, str, str, str]


def _places(options: YearOptions) -> Mapping[_Key, int]:
    packages = [frozenset(package.measure_ids) for package in options.table.packages]
    of_choice = options.table.package[options.option]
    return {
        (int(source), packages[package], int(year)): place
        for place, (source, package, year) in enumerate(zip(options.source, of_choice, options.start_year, strict=True))
    }


def _place(
    choice: object, number_of: Mapping[str, int], places: Mapping[_Key, int], options: YearOptions
) -> tuple[_Found | None, int | None]:
    source_id, measures, year, share = (
        getattr(choice, name) for name in ("source_id", "measures", "start_year", "share")
    )
    if source_id not in number_of:
        return (
            Text("源清单中没有这个源", "no source of this id"),
            "source_id",
            "a source_id of the inventory",
            source_id,
        ), None
    if not measures:
        return None, None
    place = None if pd.isna(year) else places.get((number_of[source_id], frozenset(measures), int(year)))
    if place is None:
        what = Text("该源在该年没有这一措施组合可选", "these measures are not on offer at this source in that year")
        return (what, "measures", "a package on offer", f"{';'.join(measures)} ({year})"), None
    if not 0 < share <= 1 or (share < 1 and not options.table.divisible[options.option[place]]):
        what = Text("份额不成立", "a share that does not fit")
        expected = "1, or above 0 and below 1 where every measure is divisible"
        return (what, "share", expected, str(share)), None
    return None, place


def _located(found: _Found, file: str, row: int) -> Problem:
    what, column, expected, value = found
    return Problem(file, what, expected, value, row=row, column=column)


def _overfull(level: FloatArray, inventory: Inventory, options: YearOptions, file: str) -> list[Problem]:
    used = np.bincount(options.source[options.start_year != NEVER], weights=level[options.start_year != NEVER])
    ids = inventory.sources()["source_id"]
    what = Text("同一源的份额合计超过 1", "the shares of one source add up to more than 1")
    return [
        Problem(file, what, "at most 1", f"{ids[number]}: {used[number]:g}", column="share")
        for number in np.flatnonzero(used > 1.0 + SHARE_ROOM)
    ]
