"""The options of one sector, some rows at a time, gathered source by source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.apply import BoolArray, numeric_state
from model.packages import Key, enumerate_packages
from model.problems import InputError, Problem
from model.sector import FloatArray
from model.text import Text
from model.tree import PackageTree, Priced, Setting
from model.where import matches

CHUNK_ROWS = 100_000
"""Rows evaluated at once; bounds memory, changes no result."""

type Columns = dict[tuple[str, str], FloatArray]


@dataclass(frozen=True, slots=True)
class Work:
    """One sector's table, the source number of its first row, what is forbidden where, and the cap on packages."""

    setting: Setting
    table: pd.DataFrame
    first_source: int
    forbidden: Mapping[str, BoolArray]
    max_packages: int


@dataclass(frozen=True, slots=True)
class Part:
    """The options of one sector, by source and then by package.

    ``measure_ids`` lists the packages, "as is" first; ``package`` (option,) points into it. ``columns`` holds the
    numbers of the options (option,) by kind and flow or level name, ``base`` the flows as is (row,).
    """

    setting: Setting
    measure_ids: tuple[tuple[str, ...], ...]
    source: NDArray[np.int64]
    package: NDArray[np.int64]
    columns: Columns
    base: Mapping[str, FloatArray]
    unpriced: frozenset[str]
    cut: int
    max_packages: int

    def notes(self) -> tuple[Text, ...]:
        """Say how many sources the cap on packages touched, if any."""
        if not self.cut:
            return ()
        title, cap = self.setting.sector.title, self.max_packages
        return (
            Text(
                f"{title.zh}：{self.cut}个源的措施组合超过{cap}种，超出部分（措施较多的组合）未纳入；"
                "可提高 max_packages，或用 forbid 减少可选措施",
                f"{title.en}: {self.cut} sources have more than {cap} packages; those with most measures were left out;"
                " raise max_packages, or forbid measures that are not wanted",
            ),
        )


@dataclass(frozen=True, slots=True)
class _Chunk:
    """As ``Part``, for some rows; ``package`` points into ``keys``."""

    keys: tuple[Key, ...]
    source: NDArray[np.int64]
    package: NDArray[np.int64]
    columns: Columns
    base: Mapping[str, FloatArray]
    unpriced: frozenset[str]
    cut: int


def evaluated(work: Work) -> Part:
    """Return the options of one sector, whose table has at least one row.

    Raises
    ------
    InputError
        When a cost or a change of flow is not finite.

    """
    starts = range(0, len(work.table), CHUNK_ROWS)
    chunks = [_chunk(work, start) for start in starts]
    keys = sorted({key for chunk in chunks for key in chunk.keys}, key=lambda key: (len(key), key))
    rank = {key: place for place, key in enumerate(keys)}
    measures = work.setting.measures
    names = tuple(chunks[0].columns)
    return Part(
        work.setting,
        tuple(tuple(measures[place].id for place in key) for key in keys),
        joined((chunk.source for chunk in chunks), np.int64),
        joined((np.array([rank[key] for key in chunk.keys])[chunk.package] for chunk in chunks), np.int64),
        {name: joined((chunk.columns.pop(name) for chunk in chunks), np.float64) for name in names},
        {name: joined((chunk.base[name] for chunk in chunks), np.float64) for name in work.setting.flows},
        frozenset(service for chunk in chunks for service in chunk.unpriced),
        sum(chunk.cut for chunk in chunks),
        work.max_packages,
    )


def joined[T: np.generic](arrays: Iterable[NDArray[T]], dtype: type[T]) -> NDArray[T]:
    """Return arrays one after the other; a single one is not copied, none at all give an empty array."""
    listed = list(arrays)
    if len(listed) == 1:
        return listed[0]
    return np.concatenate(listed) if listed else np.empty(0, dtype=dtype)


def _chunk(work: Work, start: int) -> _Chunk:
    """The options of some rows, by source."""
    setting, table = work.setting, work.table.iloc[start : start + CHUNK_ROWS]
    first = work.first_source + start
    tree = PackageTree(setting, numeric_state(table, setting.sector))
    offers = enumerate_packages(setting.measures, tree.offered(_masks(work, table, first)), work.max_packages)
    with np.errstate(all="ignore"):  # what is not finite is refused next, with its source
        packages = tree.priced(offers.offers)
    _refuse_endless(packages, setting, table)
    rows = np.concatenate([package.rows for package in packages])
    by_source = np.argsort(rows, kind="stable")
    columns = [_columns(package) for package in packages]
    return _Chunk(
        tuple(package.key for package in packages),
        rows[by_source] + first,
        np.repeat(np.arange(len(packages)), [len(package.rows) for package in packages])[by_source],
        {name: np.concatenate([part.pop(name) for part in columns])[by_source] for name in list(columns[0])},
        {name: tree.base.get(name, np.zeros(len(table))) for name in setting.flows},
        frozenset(service for package in packages for service in package.unpriced),
        int(offers.cut.sum()),
    )


def _masks(work: Work, table: pd.DataFrame, first_source: int) -> list[BoolArray]:
    """Where each measure applies and is not forbidden, shape (row,) each."""
    allowed: list[BoolArray] = []
    for measure in work.setting.measures:
        covered = matches(table, measure.where)
        if measure.id in work.forbidden:
            covered = covered & ~work.forbidden[measure.id][first_source : first_source + len(table)]
        allowed.append(covered)
    return allowed


def _columns(package: Priced) -> Columns:
    """The numbers of one package, by kind and name."""
    charge = package.charge
    columns: Columns = {
        ("capital", ""): charge.capital_cny,
        ("public_capital", ""): charge.public_capital_cny,
        ("annuity", ""): charge.annuity_cny_per_year,
        ("fixed", ""): charge.fixed_cny_per_year,
        ("running", ""): package.running_cny_per_year,
    }
    columns |= {("payer_capital", payer): values for payer, values in charge.payer_capital_cny.items()}
    columns |= {("change", name): values for name, values in package.change.items()}
    return columns | {("level", name): values for name, values in package.level.items()}


def _refuse_endless(packages: Sequence[Priced], setting: Setting, table: pd.DataFrame) -> None:
    """Refuse costs and changes that are not finite, naming for each package one source."""
    problems = []
    for package in packages:
        numbers = np.vstack([values for (kind, _), values in _columns(package).items() if kind != "level"])
        endless = np.flatnonzero(~np.isfinite(numbers).all(axis=0))
        if len(endless):
            ids = " + ".join(setting.measures[place].id for place in package.key) or "as is"
            source = table["source_id"].iloc[package.rows[endless[0]]]
            problems.append(_endless(ids, setting.sector.id, str(source), len(endless)))
    if problems:
        raise InputError(problems)


def _endless(measure_ids: str, sector: str, source_id: str, count: int) -> Problem:
    """Say which package has no finite cost or effect at how many sources."""
    return Problem(
        file="measures.toml",
        column=measure_ids,
        what=Text(
            f"{sector}：{count}个源（如 {source_id}）的费用或排放变化不是有限数",
            f"cost or change of flow is not a finite number at {count} sources of {sector}, such as {source_id}",
        ),
        expected="finite numbers",
        found="infinity or no number",
        advice=Text("请检查费用项的指数与参考规模", "check exponent and reference size of its cost terms"),
    )
