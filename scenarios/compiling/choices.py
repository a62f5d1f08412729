"""Choices as a table of packages at sources, and back to a level for every option."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.inventory import Inventory
from model.problems import InputError, Problem
from model.sector import FloatArray
from model.text import Text
from optimizer import Solution
from scenarios.compiling.admission import is_of
from scenarios.compiling.compile import SMALLEST_SHARE, Compiled
from scenarios.compiling.expand import NEVER, YearOptions

SHARE_ROOM = 1e-9


def choices_of(compiled: Compiled, solution: Solution) -> pd.DataFrame:
    """Return the chosen packages, one row per source and package that differs from "as is".

    Columns: ``choice`` (place among the options), ``source`` (source number), ``measure_ids`` (tuple), ``start_year``
    (of the first), ``start_years`` (tuple, one for each measure), ``ready`` (the day on which work that is decided is
    ready, NaT for other work), ``share`` (0 to 1).

    Raises
    ------
    ValueError
        When the solution holds no answer.

    """
    if solution.level is None:
        raise ValueError("the solution holds no answer to read choices from")
    options = compiled.options
    taken = np.flatnonzero((solution.level[: options.size] > SMALLEST_SHARE) & ~options.is_as_is())
    labels = labels_of(options, taken)
    decided = np.zeros(options.size, dtype=bool)
    for decision in compiled.decided:
        decided |= is_of(options, decision)
    return pd.DataFrame(
        {
            "choice": taken,
            "source": options.source[taken],
            "measure_ids": pd.Series([measure_ids for measure_ids, _ in labels], dtype=object),
            "start_year": options.start_year[taken],
            "start_years": pd.Series([start_years for _, start_years in labels], dtype=object),
            "ready": np.where(decided[taken], options.ready[taken], np.datetime64("NaT", "D")).astype("datetime64[s]"),
            "share": solution.level[taken],
        }
    )


def labels_of(options: YearOptions, places: NDArray[np.int64]) -> list[tuple[tuple[str, ...], tuple[int, ...]]]:
    """Return, for each of some choices, its measures in slot order and the start year of each."""
    last = options.last_option()
    later = dict(zip(options.later.choice.tolist(), options.later.start_year.tolist(), strict=True))
    packages, of_option = options.table.packages, options.table.package
    labels = []
    for place in places.tolist():
        year = int(options.start_year[place])
        first = packages[of_option[options.option[place]]].measure_ids
        whole = packages[of_option[last[place]]].measure_ids
        labels.append((whole, tuple(year if measure in first else later[place] for measure in whole)))
    return labels


def level_of(choices: pd.DataFrame, inventory: Inventory, options: YearOptions, *, file: str) -> FloatArray:
    """Return the level of every choice, shape (choice,): the given shares, the rest of each source "as is".

    ``choices`` has the columns source_id, measures (tuple, empty for as is), start_year, share, and where some measures
    start later start_years (tuple, one for each measure); an index named ``row`` holds the row of each in the file.

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
    for row, choice, share in zip(rows, choices.to_dict(orient="records"), shares, strict=True):
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


type _Key = tuple[int, frozenset[tuple[str, int | None]]]
"""Source number, and every measure with its start year."""

type _Found = tuple[Text, str, str, str]


def _places(options: YearOptions) -> Mapping[_Key, int]:
    labels = labels_of(options, np.arange(options.size))
    return {
        (source, frozenset(zip(*label, strict=True))): place
        for place, (source, label) in enumerate(zip(options.source.tolist(), labels, strict=True))
    }


def _place(
    choice: Mapping[Hashable, Any], number_of: Mapping[str, int], places: Mapping[_Key, int], options: YearOptions
) -> tuple[_Found | None, int | None]:
    source_id, measures, year, share = (choice[name] for name in ("source_id", "measures", "start_year", "share"))
    if source_id not in number_of:
        return (
            Text("源清单中没有这个源", "no source of this id"),
            "source_id",
            "a source_id of the inventory",
            source_id,
        ), None
    if not measures:
        return None, None
    one = None if pd.isna(year) else int(year)
    years: tuple[int | None, ...] = choice.get("start_years") or (one,) * len(measures)
    place = places.get((number_of[source_id], frozenset(zip(measures, years, strict=True))))
    if place is None:
        what = Text("该源在该年没有这一措施组合可选", "these measures are not on offer at this source in that year")
        return (what, "measures", "a package on offer", f"{';'.join(measures)} ({_written(years)})"), None
    if not 0 < share <= 1 or (share < 1 and not options.table.divisible[options.last_option()[place]]):
        what = Text("份额不成立", "a share that does not fit")
        expected = "1, or above 0 and below 1 where every measure is divisible"
        return (what, "share", expected, str(share)), None
    return None, place


def _written(years: tuple[int | None, ...]) -> str:
    shown = ["nan" if year is None else str(year) for year in years]
    return shown[0] if len(set(shown)) == 1 else ";".join(shown)


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
