"""Catalogue and factor files: TOML text in, measures and factors out, or every problem at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from pydantic import ValidationError

from model.catalogue_schema import MeasureSpec, NumberSpec
from model.measure_builder import build_measure
from model.measure_numbers import Collector, Ground, refuse_bare
from model.measures import Catalogue, Measure
from model.numbers import Factors, Number
from model.problems import InputError, Problem
from model.refusal import NOTHING, RefusedError
from model.sector import Sector
from model.strict import problems_of
from model.suggest import did_you_mean
from model.text import Text
from model.toml_text import parse_toml


def parse_factors(texts: Mapping[str, str]) -> Factors:
    """Return the factors of TOML texts by file name; every number states value, low, high, unit, tag and ref.

    Raises `InputError` with all problems of all files, a name that stands twice among them.
    """
    numbers: dict[str, Number] = {}
    origin: dict[str, str] = {}
    problems: list[Problem] = []
    for file, text in texts.items():
        for name, raw in _tables(text, file, problems).items():
            if name in numbers:
                what = Text("系数重复", "a factor that is stated twice")
                problems.append(Problem(file, what, "each name once", f"also in {origin[name]}", column=name))
                continue
            number = _factor(name, raw, file, problems)
            if number is not None:
                numbers[name], origin[name] = number, file
    if problems:
        raise InputError(problems)
    return Factors(numbers)


def parse_catalogue(
    texts: Mapping[str, str], factors: Factors, sectors: Mapping[str, Sector], *, bundled: Collection[str] = ()
) -> Catalogue:
    """Return the measures of TOML texts by file name, in the order of the files.

    ``bundled`` names the files whose every number must state range, tag and reference. A cost or side flow may refer to
    the numeric columns of its sector and to the flows its formula gives, which are learnt by running the formula on one
    row. Raises `InputError` with all problems of all files.
    """
    measures: dict[str, Measure] = {}
    origin: dict[str, str] = {}
    problems: list[Problem] = []
    flows = {name: flow_names(sector, factors) for name, sector in sectors.items()}
    side_flows = frozenset(name for names in flows.values() for name in names)
    for file, text in texts.items():
        for place, spec in _specs(text, file, problems):
            if spec.id in origin:
                what = Text("措施编号重复", "a measure id that is taken")
                problems.append(Problem(file, what, "each id once", f"also in {origin[spec.id]}", column=place))
                continue
            origin[spec.id] = file
            sector = sectors.get(spec.sector)
            if sector is None:
                problems.append(_unknown_sector(spec.sector, sectors, file, f"{place}.sector"))
                continue
            columns = {column.name: column for column in sector.columns}
            ground = Ground(file, file in bundled, columns, flows[sector.id], side_flows)
            measure = build_measure(spec, sector, ground, Collector(file, place, problems))
            if measure is not None:
                measures[spec.id] = measure
    if problems:
        raise InputError(problems)
    return Catalogue(measures, factors)


def flow_names(sector: Sector, factors: Factors) -> frozenset[str]:
    """Return the names of the flows and levels a sector's formula gives, learnt by running it on one row of ones."""
    state = {column.name: np.ones(1) for column in sector.columns if column.kind == "number"}
    with np.errstate(all="ignore"):
        return frozenset(sector.formula(state, factors))


def _unknown_sector(name: str, sectors: Mapping[str, Sector], file: str, place: str) -> Problem:
    what = Text(f"未知行业“{name}”", f"unknown sector {name!r}")
    return Problem(file, what, ", ".join(sectors), name, did_you_mean(name, sectors, NOTHING), column=place)


def _tables(text: str, file: str, problems: list[Problem]) -> dict[str, Any]:
    try:
        return parse_toml(text, file)
    except InputError as error:
        problems.extend(error.problems)
        return {}


def _factor(name: str, raw: object, file: str, problems: list[Problem]) -> Number | None:
    try:
        spec = NumberSpec.model_validate(raw)
    except ValidationError as error:
        problems.extend(problems_of(error, {name: raw}, NumberSpec, file, prefix=(name,)))
        return None
    collector = Collector(file, name, problems)
    collector.attempt("", refuse_bare, spec)
    if spec.unit is None:
        what = Text("缺少单位", "a factor without a unit")
        collector.refuse("", RefusedError(what, expected='unit = "kg/t", or unit = "" for a fraction', found="none"))
        return None
    low, high = (spec.value if part is None else part for part in (spec.low, spec.high))
    return Number(spec.value, low, high, spec.unit, spec.tag or "definition", spec.ref or file, spec.price_year)


def _specs(text: str, file: str, problems: list[Problem]) -> list[tuple[str, MeasureSpec]]:
    """Read the measures of one file one by one, so that a bad one hides nothing wrong with the others."""
    size = len(problems)
    raw = _tables(text, file, problems)
    listed = raw.get("measure")
    for key in raw.keys() - {"measure"}:
        advice = did_you_mean(key, ["measure"], NOTHING)
        problems.append(Problem(file, Text("未知的键", "an unknown key"), "[[measure]]", key, advice, column=key))
    if not isinstance(listed, list) or not listed:
        if len(problems) == size:
            what = Text("文件中没有措施", "a catalogue without a measure")
            problems.append(Problem(file, what, "one or more [[measure]]", "none"))
        return []
    found = []
    for number, entry in enumerate(listed, start=1):
        has_id = isinstance(entry, dict) and isinstance(entry.get("id"), str)
        name = entry["id"] if has_id else str(number)
        try:
            found.append((f"measure.{name}", MeasureSpec.model_validate(entry)))
        except ValidationError as error:
            problems.extend(problems_of(error, {"measure": {name: entry}}, MeasureSpec, file, prefix=("measure", name)))
    return found
