"""Choices put in order, booked package by package, and added up task by task."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.inventory import Inventory
from model.ledger import GROWING, Account, Book, Line, account
from model.measures import Catalogue, Measure
from model.sector import FloatArray

COLUMNS = ("source", "measure_ids", "start_year", "share")
SHARE_TOLERANCE = 1e-6
"""By how much shares may miss one: what a solver of linear programs may leave."""

LOSER: Mapping[str, float] = {"enterprise": 1.0}
"""Who bears a lost service, whoever pays for the measure: compensation from others stands in its cost terms."""

type Tasks = NDArray[np.intp]
type Group = tuple[str, tuple[Measure, ...], Tasks]


@dataclass(frozen=True, slots=True)
class Money:
    """Money of each task (task,): what is paid once, what every year, and what every year in step with activity."""

    capital_cny: FloatArray
    steady_cny_per_year: FloatArray
    running_cny_per_year: FloatArray

    @classmethod
    def none(cls, size: int) -> Money:
        """Return no money for ``size`` tasks."""
        return cls(np.zeros(size), np.zeros(size), np.zeros(size))

    def book(self, tasks: Tasks, line: Line, share: FloatArray) -> None:
        """Add a share of one line to the tasks it belongs to."""
        amount = line.amount_cny * share
        if line.kind == "capital":
            self.capital_cny[tasks] += amount
        target = self.running_cny_per_year if line.kind in GROWING else self.steady_cny_per_year
        target[tasks] += amount * line.yearly


@dataclass(frozen=True, slots=True)
class Entries:
    """What the tasks cost and change at base-year activity, their shares counted; arrays of shape (task,)."""

    total: Money
    by_payer: Mapping[str, Money]
    change: Mapping[str, FloatArray]
    lead_time_months: FloatArray
    accounts: tuple[tuple[Tasks, Account], ...]

    def lines(self, chosen: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
        """Return all lines of all accounts as one table, by task and then by measure."""
        share = chosen["share"].to_numpy()
        booked = [(tasks, line, order) for tasks, entry in self.accounts for order, line in enumerate(entry.lines)]
        lengths = [len(tasks) for tasks, _, _ in booked]
        task = np.concatenate([np.empty(0, dtype=np.intp), *(tasks for tasks, _, _ in booked)])
        order = np.repeat(np.array([order for _, _, order in booked], dtype=np.int64), lengths)

        def text(name: str) -> NDArray[np.object_]:
            return np.repeat(np.array([getattr(line, name) for _, line, _ in booked], dtype=object), lengths)

        def number(arrays: Iterator[FloatArray]) -> FloatArray:
            return np.concatenate([np.empty(0), *arrays])

        amount = number(line.amount_cny * share[tasks] for tasks, line, _ in booked)
        table = {
            "task": task,
            "source_id": sources["source_id"].to_numpy()[chosen["source"].to_numpy()[task]],
            **{name: text(name) for name in ("measure_id", "kind", "name", "of", "unit")},
            "size": number(line.size for _, line, _ in booked),
            "quantity": number(line.quantity * share[tasks] for tasks, line, _ in booked),
            "unit_price_cny": number(line.unit_price_cny for _, line, _ in booked),
            "amount_cny": amount,
            "annual_cny": amount * np.repeat([line.yearly for _, line, _ in booked], lengths),
        }
        return pd.DataFrame(table).iloc[np.lexsort((order, task))].reset_index(drop=True)


def ordered_choices(
    choices: pd.DataFrame, sources: pd.DataFrame, catalogue: Catalogue, books: Mapping[str, Book]
) -> pd.DataFrame:
    """Return the choices with ``sector``, their measures in slot order, sorted by source, start year and measures.

    Raises
    ------
    ValueError
        Listing what is malformed.

    """
    types = {"source": np.int64, "start_year": np.int64, "share": np.float64}
    table = choices.loc[:, list(COLUMNS)].astype(types).reset_index(drop=True)
    unknown = table.loc[~table["source"].isin(sources.index), "source"].unique().tolist()
    if unknown:
        raise ValueError(f"choices: expected source numbers below {len(sources)}; found {unknown}")
    table["sector"] = sources["sector"].to_numpy()[table["source"].to_numpy()]
    pairs = list(zip(table["sector"], table["measure_ids"], strict=True))
    distinct = dict.fromkeys(pairs)
    complaints = [words for pair in distinct for words in _complaints(*pair, catalogue)]
    if complaints:
        raise ValueError("choices: " + "; ".join(sorted(set(complaints))))
    canonical = {pair: tuple(m.id for m in _by_slot(*pair, catalogue, books)) for pair in distinct}
    table["measure_ids"] = pd.Series([canonical[pair] for pair in pairs], dtype=object)
    _refuse_shares(table, catalogue)
    ranks = {ids: rank for rank, ids in enumerate(sorted(set(canonical.values())))}
    rank = table["measure_ids"].map(ranks).to_numpy()
    order = np.lexsort((table["share"], rank, table["start_year"], table["source"]))
    return table.iloc[order].reset_index(drop=True)


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


def book_entries(
    chosen: pd.DataFrame,
    inventory: Inventory,
    catalogue: Catalogue,
    books: Mapping[str, Book],
    *,
    flows: Sequence[str],
) -> Entries:
    """Return the entries of ordered choices: one account for each sector and package, then its lines by task."""
    size = len(chosen)
    share = chosen["share"].to_numpy()
    offsets = inventory.offsets()
    total = Money.none(size)
    by_payer: dict[str, Money] = {}
    accounts = []
    change = {flow: np.zeros(size) for flow in flows}
    lead = np.zeros(size)
    for sector, measures, tasks in _groups(chosen, catalogue):
        rows = inventory.tables[sector].iloc[chosen["source"].to_numpy()[tasks] - offsets[sector]]
        entry = account(measures, rows, books[sector], flows=flows)
        payers = {measure.id: measure.payer for measure in measures}
        for line in entry.lines:
            total.book(tasks, line, share[tasks])
            paid = LOSER if line.kind == "service" else payers[line.measure_id]
            for payer, part in paid.items():
                by_payer.setdefault(payer, Money.none(size)).book(tasks, line, share[tasks] * part)
        for flow in flows:
            change[flow][tasks] = entry.change[flow] * share[tasks]
        lead[tasks] = max(measure.lead_time_months.value for measure in measures)
        accounts.append((tasks, entry))
    return Entries(total, by_payer, change, lead, tuple(accounts))


def _groups(chosen: pd.DataFrame, catalogue: Catalogue) -> Iterator[Group]:
    """The tasks of each sector and package."""
    members: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for task, pair in enumerate(zip(chosen["sector"], chosen["measure_ids"], strict=True)):
        members.setdefault(pair, []).append(task)
    for (sector, measure_ids), tasks in members.items():
        measures = tuple(catalogue.measures[measure_id] for measure_id in measure_ids)
        yield sector, measures, np.array(tasks, dtype=np.intp)
