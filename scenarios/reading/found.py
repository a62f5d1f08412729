"""Where a scenario stands: bundled by id, or by path, with the files it builds on. What they mean is not asked here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.files import read_toml_text
from model.problems import InputError, Problem
from model.suggest import did_you_mean
from model.text import Text
from model.toml_text import parse_toml, read_text
from scenarios.reading.layers import merge

FILE_NAME = "scenario.toml"
LIBRARY = Path(__file__).parents[1] / "library"
MANY = 20
"""No chain of bases is longer than this."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One scenario file of a chain of bases: its path, its tables, and the SHA-256 of its bytes."""

    path: Path
    raw: Mapping[str, Any]
    sha256: str


@dataclass(frozen=True, slots=True)
class ScenarioFiles:
    """A scenario file and those it builds on, nearest first; ``notes`` says what finding it was ambiguous about.

    The notes depend on the folder that the command runs in: they are for the reader and no part of an answer.
    """

    layers: tuple[Layer, ...]
    notes: tuple[Text, ...] = ()

    @property
    def path(self) -> Path:
        """The scenario's own file."""
        return self.layers[0].path


def bundled_scenarios() -> tuple[str, ...]:
    """Return the ids of the scenarios shipped with the package, in order."""
    return tuple(sorted(path.parent.name for path in LIBRARY.glob(f"*/{FILE_NAME}")))


def find_scenario(name_or_path: str | Path) -> ScenarioFiles:
    """Return a bundled scenario by id, a scenario file by path, or the one that a folder holds, with its bases.

    An id wins over a file or folder of the same name, and a note says so; ``./name`` means the folder. Raises
    `InputError` when there is no such scenario, a file is not TOML, or bases build on each other.
    """
    path, notes = _locate(str(name_or_path), Path(), at="")
    layers = [_layer(path)]
    while (base := layers[-1].raw.get("base")) is not None:
        here = layers[-1].path
        if not isinstance(base, str):
            what = Text("base 须为情景编号或路径", "a base that is no text")
            raise InputError([Problem(str(here), what, "a bundled id or a path", repr(base), column="base")])
        path, found = _locate(base, here.parent, at=str(here))
        notes += found
        if len(layers) == MANY or path.resolve() in {layer.path.resolve() for layer in layers}:
            what = Text("情景互为基础", "scenarios that build on each other")
            chain = " -> ".join(str(one) for one in [*(layer.path for layer in layers), path])
            raise InputError([Problem(str(here), what, "a base that ends somewhere", chain, column="base")])
        layers.append(_layer(path))
    return ScenarioFiles(tuple(layers), tuple(notes))


@dataclass(frozen=True, slots=True)
class Shipped:
    """A scenario that comes with the program."""

    id: str
    title: Text


def shipped(scenario_id: str) -> Shipped:
    """Return a shipped scenario by its id; its file and those it builds on are read, its data are not."""
    tables: dict[str, object] = {}
    for layer in reversed(find_scenario(scenario_id).layers):
        tables = merge(tables, layer.raw)
    return Shipped(scenario_id, read_text(tables["title"]))


def _locate(name: str, folder: Path, *, at: str) -> tuple[Path, list[Text]]:
    """Return the path of a scenario file, and a note when the name could mean two."""
    bundled, path = bundled_scenarios(), folder / name
    if name in bundled:
        there = LIBRARY / name / FILE_NAME
        is_other = path.exists() and path.resolve() != there.parent
        note = Text(
            f"使用随附情景“{name}”；要用此处的文件夹，请写 ./{name}",
            f"the bundled scenario {name!r} is used; write ./{name} for the folder of that name",
        )
        return there, [note] if is_other else []
    if path.is_dir():
        path /= FILE_NAME
    if not path.is_file():
        what = Text(f"找不到情景“{name}”", f"there is no scenario {name!r}")
        expected = f"a bundled id ({', '.join(bundled)}), a {FILE_NAME}, or a folder that holds one"
        otherwise = Text("请检查名称或路径", "check the name or the path")
        advice = did_you_mean(name, bundled, otherwise)
        raise InputError([Problem(at or name, what, expected, advice=advice, column="base" if at else "")])
    return path, []


def _layer(path: Path) -> Layer:
    text = read_toml_text(path)
    return Layer(path, parse_toml(text, str(path)), hashlib.sha256(path.read_bytes()).hexdigest())
