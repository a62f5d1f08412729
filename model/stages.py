"""Given choices put in order and split into tasks: what is done at a source in one year.

A choice may hold measures that start in different years, a low-NOx burner in 2019 and a catalyst behind it in 2020.
Then it is one task for each year, each with the measures that start in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from model.ledger import Book
from model.measures import Catalogue, Measure

COLUMNS = ("source", "measure_ids", "start_year", "share")
SHARE_TOLERANCE = 1e-6
"""By how much shares may miss one: what a solver of linear programs may leave."""


def staged(
    choices: pd.DataFrame, sources: pd.DataFrame, catalogue: Catalogue, books: Mapping[str, Book]
) -> pd.DataFrame:
    """Return one row per choice and start year, sorted by source, start year, measures and share.

    ``choices`` has the columns of `COLUMNS`, and may have ``start_years`` (tuple, a year for each of ``measure_ids``)
    and ``ready`` (datetime64, the day on which work that is decided already is ready, NaT for what is not).

    Columns: source, sector, share, start_year, ready, ``row`` (place of the choice in ``choices``), ``measure_ids``
    (those that start in the year), ``before`` and ``after`` (all in force until then, and from then on), in slot order.

    Raises
    ------
    ValueError
        Listing what is malformed.

    """
    table = _checked(choices, sources, catalogue)
    paces = list(zip(table["sector"], table["measure_ids"], table["start_years"], strict=True))
    stages = {pace: _stages(*pace, catalogue, books) for pace in dict.fromkeys(paces)}
    number = np.array([len(stages[pace]) for pace in paces], dtype=np.int64)
    tasks = table.loc[np.repeat(table.index, number), ["source", "sector", "share", "ready", "row"]]
    columns = ("start_year", "before", "measure_ids", "after")
    parts = pd.DataFrame([stage for pace in paces for stage in stages[pace]], columns=list(columns)).astype(object)
    tasks = pd.concat([tasks.reset_index(drop=True), parts], axis=1).astype({"start_year": np.int64})
    ranks = {ids: rank for rank, ids in enumerate(sorted(set(tasks["measure_ids"])))}
    rank = tasks["measure_ids"].map(ranks).to_numpy(dtype=np.int64)
    order = np.lexsort((tasks["share"], rank, tasks["start_year"], tasks["source"]))
    return tasks.iloc[order].reset_index(drop=True)


def _checked(choices: pd.DataFrame, sources: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The choices with their sector, a start year for every measure and ``row``; refused when malformed."""
    types = {"source": np.int64, "start_year": np.int64, "share": np.float64}
    table = choices.loc[:, list(COLUMNS)].astype(types).reset_index(drop=True)
    unknown = table.loc[~table["source"].isin(sources.index), "source"].unique().tolist()
    if unknown:
        raise ValueError(f"choices: expected source numbers below {len(sources)}; found {unknown}")
    table["sector"] = sources["sector"].to_numpy()[table["source"].to_numpy()]
    complaints = [
        words
        for pair in dict.fromkeys(zip(table["sector"], table["measure_ids"], strict=True))
        for words in _complaints(*pair, catalogue)
    ]
    if complaints:
        raise ValueError("choices: " + "; ".join(sorted(set(complaints))))
    _refuse_shares(table, catalogue)
    table["row"] = np.arange(len(table))
    table["ready"] = choices["ready"].to_numpy() if "ready" in choices else np.datetime64("NaT", "s")
    if "start_years" in choices:
        years = choices["start_years"].tolist()
    else:
        years = [(year,) * len(ids) for ids, year in zip(table["measure_ids"], table["start_year"], strict=True)]
    table["start_years"] = pd.Series(years, dtype=object)
    return table


type _Stage = tuple[int, tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""Start year; measures in force before it, starting in it, and in force after it."""


def _stages(
    sector: str,
    measure_ids: tuple[str, ...],
    start_years: tuple[int, ...],
    catalogue: Catalogue,
    books: Mapping[str, Book],
) -> list[_Stage]:
    year_of = dict(zip(measure_ids, start_years, strict=True))
    ordered = [measure.id for measure in _by_slot(sector, measure_ids, catalogue, books)]
    return [
        (
            year,
            tuple(name for name in ordered if year_of[name] < year),
            tuple(name for name in ordered if year_of[name] == year),
            tuple(name for name in ordered if year_of[name] <= year),
        )
        for year in sorted(set(start_years))
    ]


def _complaints(sector: str, measure_ids: tuple[str, ...], catalogue: Catalogue) -> Iterator[str]:
    """What is wrong with one package."""
    if not measure_ids:
        yield "expected only packages that differ from as is; found one without measures"
    slots: list[str] = []
    for measure_id in measure_ids:
        measure = catalogue.measures.get(measure_id)
        if measure is None or measure.sector != sector:
            yield f"expected measures of {sector}; found {measure_id!r}"
        else:
            slots += measure.slots
    if len(set(slots)) < len(slots):
        yield f"expected at most one measure in each slot; found {' + '.join(measure_ids)}"


def _by_slot(
    sector: str, measure_ids: tuple[str, ...], catalogue: Catalogue, books: Mapping[str, Book]
) -> list[Measure]:
    """The measures of a package in the order they act: by the first slot each occupies."""
    slots = list(books[sector].sector.slots)
    if not slots:
        slots = [slot for measure in catalogue.of_sector(sector) for slot in measure.slots]
    measures = [catalogue.measures[measure_id] for measure_id in measure_ids]
    return sorted(measures, key=lambda measure: min(map(slots.index, measure.slots)))


def _refuse_shares(table: pd.DataFrame, catalogue: Catalogue) -> None:
    """Refuse shares outside (0, 1], parts of what is indivisible, and sources shared out more than once."""
    share = table["share"]
    whole = {ids: all(catalogue.measures[m].divisible for m in ids) for ids in set(table["measure_ids"])}
    is_divisible = table["measure_ids"].map(whole).to_numpy(dtype=np.bool_)
    is_part, is_whole = (share > 0) & (share <= 1 + SHARE_TOLERANCE), (share - 1).abs() <= SHARE_TOLERANCE
    wrong = ~np.where(is_divisible, is_part, is_whole)
    if wrong.any():
        found = table.loc[wrong, ["source", "measure_ids", "share"]].head().to_dict("records")
        raise ValueError(f"choices: expected a share of 1, or above 0 and at most 1 where divisible; found {found}")
    sums = share.groupby(table["source"]).sum()
    over = sums[sums > 1 + SHARE_TOLERANCE]
    if len(over):
        raise ValueError(f"choices: expected shares of a source to add up to at most 1; found {over.to_dict()}")
