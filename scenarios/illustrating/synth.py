"""Illustrative inventories of any size, drawn from a stated profile with a fixed seed.

A profile (see ``library/huzhou-2023/profile.toml``) lists districts with their weights and, per sector, classes with
their weights and the way each column is drawn. Nothing drawn describes a real enterprise, and every name says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.problems import InputError, Problem
from model.text import Text

type Profile = Mapping[str, Any]
type Draw = Mapping[str, Any] | str | float | int


@dataclass(frozen=True, slots=True)
class Kind:
    """One class of sources of a sector: its share of all drawn sources, its name, and how its columns are drawn."""

    sector: str
    label: str
    prefix: str
    share: float
    columns: Mapping[str, Draw]


def synthesise(profile: Profile, *, sources: int, seed: int) -> dict[str, pd.DataFrame]:
    """Draw an inventory of exactly ``sources`` rows, by sector id, without the columns that defaults fill.

    The profile's ``named`` rows (stated facts, such as power stations) come first and count towards ``sources``; the
    rest is split over the classes by their shares with the largest-remainder rule. The same profile, size and seed
    give the same tables, and each class has its own random stream, so that a change in one leaves the others alone.

    Raises
    ------
    InputError
        When ``sources`` is smaller than the number of named rows, the seed is negative, or the profile draws a column
        in an unknown way.

    """
    named = profile.get("named", [])
    asked = {"sources": (sources, max(len(named), 1)), "seed": (seed, 0)}
    what = Text("数值太小", "a number that is too small")
    small = [
        Problem("synth", what, f"at least {least}", str(number), column=name)
        for name, (number, least) in asked.items()
        if number < least
    ]
    if small:
        raise InputError(small)
    kinds = _kinds(profile)
    counts = _apportion([kind.share for kind in kinds], sources - len(named))
    frames: dict[str, list[pd.DataFrame]] = {}
    for row in named:
        entry = {key: value for key, value in row.items() if key != "sector"}
        frames.setdefault(row["sector"], []).append(pd.DataFrame([entry]))
    for number, (kind, count) in enumerate(zip(kinds, counts, strict=True)):
        if count:
            generator = np.random.default_rng([seed, number])
            frames.setdefault(kind.sector, []).append(_draw_kind(kind, count, profile["district"], generator))
    return {sector: pd.concat(parts, ignore_index=True) for sector, parts in frames.items()}


def _kinds(profile: Profile) -> list[Kind]:
    return [
        Kind(sector, entry["name"], entry["prefix"], float(entry["share"]), entry["columns"])
        for sector, entries in profile["sector"].items()
        for entry in entries
    ]


def _apportion(shares: Sequence[float], total: int) -> list[int]:
    """Split ``total`` by ``shares``; what rounding leaves goes to the largest remainders, earlier ones first."""
    exact = np.asarray(shares, dtype=float) / sum(shares) * total
    counts = np.floor(exact).astype(int)
    order = np.lexsort((np.arange(len(shares)), -(exact - counts)))
    counts[order[: total - int(counts.sum())]] += 1
    return [int(count) for count in counts]


def _draw_kind(
    kind: Kind, count: int, districts: Sequence[Mapping[str, Any]], generator: np.random.Generator
) -> pd.DataFrame:
    district = draw_districts(districts, kind.sector, count, generator)
    number = [f"{value + 1:0{max(3, len(str(count)))}d}" for value in range(count)]
    table = pd.DataFrame(
        {
            "source_id": [f"{kind.prefix}-{value}" for value in number],
            "name": [f"{where}（示意）{kind.label}{value}" for where, value in zip(district, number, strict=True)],
            "district": district,
        }
    )
    for column, draw in kind.columns.items():
        table[column] = draw_column(column, draw, table, generator)
    return table


def draw_districts(
    districts: Sequence[Mapping[str, Any]], what: str, count: int, generator: np.random.Generator
) -> NDArray[np.object_]:
    """Return a district for each of ``count`` things, by the weights that districts have for them."""
    names = [str(district["name"]) for district in districts]
    weights = np.array([float(district.get("weights", {}).get(what, district["weight"])) for district in districts])
    place = generator.choice(len(names), size=count, p=weights / weights.sum())
    return np.array(names, dtype=object)[place]


def draw_column(column: str, draw: Draw, table: pd.DataFrame, generator: np.random.Generator) -> Any:  # noqa: ANN401 - text or numbers
    """Draw one column: a constant, or a table with one of the keys below.

    ``choose`` {value = weight}; ``uniform`` [low, high]; ``lognormal`` [median, sigma of the logarithm]; ``of``
    another column, whose values multiply the draw. ``least``, ``most`` bound the result and ``digits`` round it;
    ``share`` is the probability that the cell is filled, ``else`` the value of the others.
    """
    size = len(table)
    if not isinstance(draw, Mapping):
        return draw
    if "choose" in draw:
        weights = np.array([float(weight) for weight in draw["choose"].values()])
        return generator.choice(np.array(list(draw["choose"]), dtype=object), size=size, p=weights / weights.sum())
    if "uniform" in draw:
        values = generator.uniform(*draw["uniform"], size=size)
    elif "lognormal" in draw:
        median, sigma = draw["lognormal"]
        values = median * np.exp(sigma * generator.standard_normal(size))
    else:
        what = Text(f"列 {column} 的抽取方式无法识别", f"column {column} is drawn in an unknown way")
        raise InputError([Problem("profile", what, "choose, uniform or lognormal", str(dict(draw)), column=column)])
    if "of" in draw:
        values = values * table[draw["of"]].to_numpy(dtype=float)
    values = np.clip(values.round(draw.get("digits", 2)), draw.get("least", -np.inf), draw.get("most", np.inf))
    if "share" in draw:
        values = np.where(generator.random(size) < draw["share"], values, draw.get("else", 0.0))
    return values
