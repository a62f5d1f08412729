"""Short ways to state a small scenario of any sector, plan it, and read the answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from model.problems import InputError, Problem
from optimizer import Settings
from scenarios.answering.result import RequirementResult, Result
from scenarios.answering.run import plan
from scenarios.reading.files import find_scenario, load_bundle

EXACT = Settings(gap=0.0)

HEAD = """
schema = 1
id = "construct"
title = { zh = "条款", en = "Construct" }
jurisdiction = "Example"
discount_rate = 0.0
price_year = 2023
decision_date = 2020-01-01
credit = "full_year"
mode = "least_cost"
"""

type Answer = Callable[..., Result]


def toml(value: object) -> str:
    """Return a value as TOML."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def ask(kind: str, name: str = "it", **keys: object) -> str:
    """Return a requirement."""
    stated = {"id": name, "kind": kind, **keys}
    return "\n".join(["[[requirement]]", *(f"{key} = {toml(value)}" for key, value in stated.items()), ""])


def measure(
    name: str,
    annual_cny: float,
    *,
    sector: str = "point_sources",
    slot: str | Sequence[str] = "control",
    changes: Mapping[str, object] | None = None,
    **keys: object,
) -> str:
    """Return a measure that costs so much a year, from the first day; ``changes`` maps columns to their new values."""
    stated = {"id": name, "sector": sector, "slot": slot, "name": name, "lead_time_months": 0, **keys}
    lines = ["[[measure]]", *(f"{key} = {toml(value)}" for key, value in stated.items())]
    lines += ["[measure.set]", *(f"{key} = {toml(value)}" for key, value in changes.items())] if changes else []
    return "\n".join([*lines, "[measure.cost]", "price_year = 2023", f'annual = "{annual_cny} CNY/yr"', ""])


def capital(name: str, cny: float, payer: Mapping[str, float], *, source_class: str) -> str:
    """Return a measure for sources of a class that halves NOx for capital only, repaid in one year, and who pays it."""
    where, removes = {"source_class": source_class}, {"nox": 0.5}
    lines = measure(name, 0, payer=payer, where=where, removes=removes).replace(
        'annual = "0 CNY/yr"', f'capital = "{cny} CNY"'
    )
    return lines + "lifetime_years = 1\n"


def table(*rows: str) -> str:
    """Return lines as a CSV file; the first is its heading."""
    return "\n".join([*rows, ""])


def write(
    folder: Path,
    requirements: str,
    measures: str,
    tables: Mapping[str, str],
    *,
    years: Sequence[int] = (2025,),
    base_year: int = 2020,
    basis: str = "inventory",
    more: str = "",
) -> Path:
    """Write a scenario of the given tables by sector and return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    years_line = f'base_year = {base_year}\nyears = {toml(list(years))}\nbasis = "{basis}"\n'
    files = "\n".join(f'{sector} = "{sector}.csv"' for sector in tables)
    text = (
        f'{HEAD}{years_line}\n[inventory]\n{files}\n\n[measures]\nfiles = ["measures.toml"]\n\n{more}\n{requirements}'
    )
    (folder / "scenario.toml").write_text(text, encoding="utf-8")
    (folder / "measures.toml").write_text(measures, encoding="utf-8")
    for sector, rows in tables.items():
        (folder / f"{sector}.csv").write_text(rows, encoding="utf-8")
    return folder


def planned(folder: Path, **settings: object) -> Result:
    """Plan a written scenario, exactly."""
    stated = [(key.replace("__", "."), value) for key, value in settings.items()]
    return plan(load_bundle(find_scenario(folder), stated), settings=EXACT)


def refused(folder: Path) -> list[Problem]:
    """Return what is wrong with a written scenario, all of it."""
    try:
        planned(folder)
    except InputError as error:
        return list(error.problems)
    return []


def row(result: Result, name: str = "it") -> RequirementResult:
    """Return one row of the answer."""
    return next(item for item in result.requirements if item.row == name)


def chosen(result: Result) -> list[str]:
    """Return source and measures of every task."""
    return sorted(f"{task['source_id']}: {' + '.join(task['measures'])}" for task in result.tasks)


def cost(result: Result) -> float:
    """Return the annual cost of the last plan year, to the cent."""
    return round(result.cost.annual_cny, 2) if result.cost else float("nan")
