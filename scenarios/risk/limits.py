"""Margins on mandates that hold a level to a limit: a limit somewhat stricter than the one that is asked."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from model.sector import FloatArray
from scenarios.compiling.compile import Compiled, compile_scenario
from scenarios.compiling.expand import YearOptions
from scenarios.compiling.metrics import Metric, metric_values
from scenarios.compiling.rows import RowPlan
from scenarios.compiling.rows.plan import ROUNDING
from scenarios.reading.bundle import Bundle
from scenarios.reading.requirements import Mandate, Requirement
from scenarios.risk.frame import Frame


def has_limit(row: RowPlan) -> bool:
    """Say whether a row counts sources by a level that is held to a limit."""
    return row.metric.name == "comply" and bool(row.metric.level)


def strain(row: RowPlan, tiled: Metric, options: YearOptions, frame: Frame, count: int) -> FloatArray:
    """Return how near the limit the row's deciding source comes, (sample,): above 1 the row is missed.

    Of n sources that must keep the limit it is the n-th lowest level over the limit, 0 for those that keep the mandate
    by a measure or as they stand. ``tiled`` is the row's metric over the samples of ``options``.
    """
    needed = math.ceil((row.bound or 0.0) - ROUNDING)
    if needed <= 0:
        return np.zeros(count)
    seen = options if tiled.by is None else options.by(tiled.by)
    level = seen.table.level[tiled.level][seen.in_force(tiled.year)]
    otherwise = metric_values(replace(tiled, level="", limit=np.inf), options) > 0
    ratio = np.where(otherwise, 0.0, np.where(np.isnan(level), np.inf, level / tiled.limit))
    by_source = np.maximum.reduceat(ratio.reshape(count, frame.options.size), frame.options.starts, axis=1)
    inside = by_source[:, row.mask]
    deciding: FloatArray = np.partition(inside, needed - 1, axis=1)[:, needed - 1]
    return deciding


def with_limits(bundle: Bundle, compiled: Compiled, margins: FloatArray) -> Compiled:
    """Return the scenario compiled with every limit lowered by the largest margin (a share) of its rows."""
    shares: dict[str, float] = {}
    for plan, margin in zip(compiled.plans, margins.tolist(), strict=True):
        if has_limit(plan) and margin > 0.0:
            name = plan.requirement.id
            shares[name] = max(shares.get(name, 0.0), margin)
    if not shares:
        return compiled
    asked = tuple(_stricter(item, shares.get(item.id, 0.0)) for item in bundle.scenario.requirement)
    scenario = bundle.scenario.model_copy(update={"requirement": asked})
    return compile_scenario(replace(bundle, scenario=scenario), compiled.options.table)


def _stricter(item: Requirement, share: float) -> Requirement:
    if not share or not isinstance(item, Mandate) or item.limit is None:
        return item
    at_most = replace(item.limit.at_most, value=item.limit.at_most.value * (1.0 - share))
    return item.model_copy(update={"limit": item.limit.model_copy(update={"at_most": at_most})})


def carried(level: FloatArray, strict: Compiled, plain: Compiled) -> FloatArray:
    """Return a choice of the stricter problem, (option,), as one of the plain problem, which admits more choices."""
    if strict.options is plain.options:
        return level
    place = {key: number for number, key in enumerate(_keys(plain.options))}
    own = np.zeros(plain.options.size)
    for key, share in zip(_keys(strict.options), strict.own(level).tolist(), strict=True):
        if share > 0.0:
            own[place[key]] = share
    whole = np.zeros(plain.problem.option_count)
    whole[: plain.options.size] = own
    whole[plain.options.size :] = level[strict.options.size :]
    return whole


def _keys(options: YearOptions) -> list[tuple[int, int, int, int]]:
    """Return what each choice does: its option, its start, the option it ends with, and since when."""
    later = np.zeros(options.size, dtype=np.int64)
    later[options.later.choice] = options.later.start_year
    columns = (options.option, options.start_year, options.last_option(), later)
    return list(zip(*(column.tolist() for column in columns), strict=True))
