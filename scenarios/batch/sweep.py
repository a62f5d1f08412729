"""A sweep file: one scenario, and the many ways in which it is changed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PlainValidator, ValidationError, model_validator

from model.problems import InputError
from model.refusal import RefusedError
from model.strict import Strict, problems_of
from model.text import Text
from model.toml_fields import Listed, each
from model.toml_text import parse_toml
from scenarios.reading.fields import Id
from scenarios.reading.patches import Setting

MOST_RUNS = 100_000
DIGITS = 6
"""Significant digits of a number that is drawn: it is part of a run's record and should be readable."""


@dataclass(frozen=True, slots=True)
class RunSpec:
    """One run: ``id`` names its folder, ``settings`` are put on top of the base in this order."""

    id: str
    settings: tuple[Setting, ...]


class Range(Strict):
    """A number drawn evenly between ``min`` and ``max``, written with ``unit`` when there is one."""

    least: Annotated[float, Field(alias="min", strict=False)]
    most: Annotated[float, Field(alias="max", strict=False)]
    unit: str = ""

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if not self.least < self.most:
            what = Text("min 须小于 max", "min is not below max")
            raise RefusedError(what, expected="min < max", found=f"{self.least:g} and {self.most:g}")
        return self

    def at(self, share: float) -> object:
        """Return the value that lies ``share`` (0 to 1) of the way."""
        value = float(f"{self.least + share * (self.most - self.least):.{DIGITS}g}")
        return f"{value!r} {self.unit}" if self.unit else value


class Sample(Strict):
    """``count`` runs, each range cut into ``count`` equal parts and each part used once (a Latin hypercube)."""

    count: Annotated[int, Field(ge=1, le=MOST_RUNS)]
    seed: Annotated[int, Field(ge=0, lt=2**31)]
    keys: Annotated[Mapping[str, Range], Field(min_length=1)]


class Variant(Strict):
    """A named run."""

    id: Id
    set: Annotated[Mapping[str, Any], Field(min_length=1)]


def _values(key: str, raw: object) -> tuple[object, ...]:
    if not isinstance(raw, list) or not raw:
        what = Text("不是取值列表", f"{key} has no list of values")
        raise RefusedError(what, expected='a list such as ["20 %", "30 %"]', found=repr(raw))
    return tuple(raw)


def _lists(raw: object) -> Mapping[str, tuple[object, ...]]:
    flat = dict(_flat(raw)) if isinstance(raw, Mapping) else raw
    return each(flat, _values, "{ key = [value, value] }")


def _flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, object]]:
    """Yield dotted keys: TOML makes tables of ``requirement.nox.amount`` unless the whole key is quoted."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


Lists = Annotated[Mapping[str, tuple[object, ...]], PlainValidator(_lists)]


class Sweep(Strict):
    """What a sweep file states.

    ``grid``: every combination of the values; ``list``: the first value of every key, then the second of every key, and
    so on; ``sample``: values drawn from ranges; ``variant``: patches with a name. All of them are changes of ``base``.
    """

    schema_version: Annotated[Literal[1], Field(alias="schema")]
    base: Annotated[str, Field(min_length=1)]
    grid: Lists = Field(default_factory=dict[str, tuple[object, ...]])
    together: Annotated[Lists, Field(alias="list")] = Field(default_factory=dict[str, tuple[object, ...]])
    sample: Sample | None = None
    variant: Annotated[tuple[Variant, ...], Listed] = ()

    @model_validator(mode="after")
    def _lists_are_of_one_length(self) -> Self:
        lengths = {key: len(values) for key, values in self.together.items()}
        if len(set(lengths.values())) > 1:
            found = ", ".join(f"{key}: {length}" for key, length in lengths.items())
            what = Text("list 中各键的取值个数须相同", "lists of different lengths")
            raise RefusedError(what, expected="as many values of each key", found=found)
        return self

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        ids = [variant.id for variant in self.variant]
        repeated = sorted({name for name in ids if ids.count(name) > 1} | {name for name in ids if _is_numbered(name)})
        if repeated:
            what = Text("运行编号重复", "ids of runs that are taken")
            raise RefusedError(what, expected="ids that differ, and not such as grid-1", found=", ".join(repeated))
        return self

    @model_validator(mode="after")
    def _has_runs(self) -> Self:
        count = self.count
        if not 0 < count <= MOST_RUNS:
            what = Text("运行数不合适", "a number of runs that is none or too large")
            raise RefusedError(what, expected=f"1 to {MOST_RUNS}", found=str(count))
        return self

    @property
    def count(self) -> int:
        """Number of runs."""
        grid = 1 if self.grid else 0
        for values in self.grid.values():
            grid *= len(values)
        lists = len(next(iter(self.together.values()), ()))
        return grid + lists + (self.sample.count if self.sample else 0) + len(self.variant)


def read_sweep(text: str, file: str) -> Sweep:
    """Return the sweep that a TOML text states.

    Raises
    ------
    InputError
        With everything that is wrong with it.

    """
    raw = parse_toml(text, file)
    try:
        return Sweep.model_validate(raw)
    except ValidationError as error:
        raise InputError(problems_of(error, raw, Sweep, file)) from error


def runs_of(sweep: Sweep) -> tuple[RunSpec, ...]:
    """Return the runs of a sweep: grid, list, sample, variants, each in the order of the file.

    A grid's last key moves fastest. Runs without a name are numbered: ``grid-001``, ``list-001``, ``sample-001``.
    """
    grid = itertools.product(*sweep.grid.values()) if sweep.grid else ()
    together = zip(*sweep.together.values(), strict=True)
    unnamed = {
        "grid": [_settings(sweep.grid, values) for values in grid],
        "list": [_settings(sweep.together, values) for values in together],
        "sample": list(_drawn(sweep.sample)) if sweep.sample else [],
    }
    found = [
        RunSpec(f"{kind}-{number:0{len(str(len(runs)))}d}", settings)
        for kind, runs in unnamed.items()
        for number, settings in enumerate(runs, start=1)
    ]
    return (*found, *(RunSpec(variant.id, tuple(variant.set.items())) for variant in sweep.variant))


def _settings(keys: Mapping[str, Any], values: tuple[object, ...]) -> tuple[Setting, ...]:
    return tuple(zip(keys, values, strict=True))


def _drawn(sample: Sample) -> Iterator[tuple[Setting, ...]]:
    from scipy.stats import qmc  # noqa: PLC0415 - half a second that only a sample needs

    shares = qmc.LatinHypercube(d=len(sample.keys), rng=sample.seed).random(sample.count)
    for row in shares.tolist():
        yield tuple((key, part.at(share)) for (key, part), share in zip(sample.keys.items(), row, strict=True))


def _is_numbered(name: str) -> bool:
    kind, _, number = name.rpartition("-")
    return kind in {"grid", "list", "sample"} and number.isdecimal()
