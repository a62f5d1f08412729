"""Tasks booked package by package, and added up task by task."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.inventory import Inventory
from model.ledger import GROWING, Account, Book, Line, account, extension
from model.measures import Catalogue, Measure
from model.sector import FloatArray

LOSER: Mapping[str, float] = {"enterprise": 1.0}
"""Who bears a lost service, whoever pays for the measure: compensation from others stands in its cost terms."""

type Tasks = NDArray[np.intp]
type Group = tuple[str, tuple[Measure, ...], tuple[Measure, ...], Tasks]
"""Sector, measures before and after, and the tasks of that kind."""


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
    """What the tasks cost and change at base-year activity, their shares counted; arrays of shape (task,).

    ``change_before`` is what the measures that stand before a task change, ``change`` what the task itself does.
    """

    total: Money
    by_payer: Mapping[str, Money]
    change: Mapping[str, FloatArray]
    change_before: Mapping[str, FloatArray]
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


def book_entries(
    chosen: pd.DataFrame,
    inventory: Inventory,
    catalogue: Catalogue,
    books: Mapping[str, Book],
    *,
    flows: Sequence[str],
) -> Entries:
    """Return the entries of staged choices: one account for each sector and package, then its lines by task.

    A task that extends a package is charged what its own measures cost in the extended one, and the rise of all running
    cost; it changes what the extended package changes more than the one before.
    """
    size = len(chosen)
    share = chosen["share"].to_numpy()
    offsets = inventory.offsets()
    total = Money.none(size)
    by_payer: dict[str, Money] = {}
    accounts = []
    change, change_before = ({flow: np.zeros(size) for flow in flows} for _ in range(2))
    lead = np.zeros(size)
    for sector, before, measures, tasks in _groups(chosen, catalogue):
        rows = inventory.tables[sector].iloc[chosen["source"].to_numpy()[tasks] - offsets[sector]]
        entry = account(measures, rows, books[sector], flows=flows)
        if before:
            standing = account(before, rows, books[sector], flows=flows)
            entry = extension(entry, standing, before)
            for flow in flows:
                change_before[flow][tasks] = standing.change[flow] * share[tasks]
        payers = {measure.id: measure.payer for measure in measures}
        for line in entry.lines:
            total.book(tasks, line, share[tasks])
            paid = LOSER if line.kind == "service" else payers[line.measure_id]
            for payer, part in paid.items():
                by_payer.setdefault(payer, Money.none(size)).book(tasks, line, share[tasks] * part)
        for flow in flows:
            change[flow][tasks] = entry.change[flow] * share[tasks]
        lead[tasks] = max(measure.lead_time_months.value for measure in measures if measure not in before)
        accounts.append((tasks, entry))
    return Entries(total, by_payer, change, change_before, lead, tuple(accounts))


def _groups(chosen: pd.DataFrame, catalogue: Catalogue) -> Iterator[Group]:
    """The tasks of each sector and kind of extension; most extend nothing."""
    members: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[int]] = {}
    for task, kind in enumerate(zip(chosen["sector"], chosen["before"], chosen["after"], strict=True)):
        members.setdefault(kind, []).append(task)
    for (sector, *packages), tasks in members.items():
        before, after = (tuple(catalogue.measures[name] for name in ids) for ids in packages)
        yield sector, before, after, np.array(tasks, dtype=np.intp)
