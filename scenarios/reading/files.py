"""Everything a scenario reads: its own file and those it builds on, sources, catalogue, factors."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from model.catalogue import flow_names, parse_catalogue, parse_factors
from model.economics import Economics
from model.files import bundled_names, bundled_text, read_toml_text
from model.inventory import Inventory
from model.measures import Catalogue
from model.numbers import Factors
from model.problems import InputError, Problem
from model.read_inventory import WORKBOOK, load_inventory
from model.sectors import SECTORS
from model.strict import problems_of
from scenarios.reading.bundle import Bundle, InputFile, Patch, growth_of, timeline_of
from scenarios.reading.consistency import (
    catalogue_problems,
    input_problems,
    measure_problems,
    money_problems,
    scenario_problems,
    unknown_names,
    where_problems,
)
from scenarios.reading.found import FILE_NAME, LIBRARY, Layer, ScenarioFiles, bundled_scenarios, find_scenario
from scenarios.reading.layers import merge
from scenarios.reading.patches import COMMAND, Setting, apply, as_text
from scenarios.reading.prices import flow_prices, prices_used
from scenarios.reading.section_checks import section_problems
from scenarios.reading.sections import Sections, read_sections
from scenarios.reading.spec import InventorySpec, MeasuresSpec, Scenario

__all__ = ["LIBRARY", "Parts", "ScenarioFiles", "bundled_scenarios", "find_scenario", "load_bundle"]


@dataclass(frozen=True, slots=True)
class Parts:
    """Factors, catalogues and inventories that were read already, by what they were read from.

    For many bundles over the same files: a file is read once, and what it held then stands for all of them.
    """

    read: dict[str, tuple[Any, tuple[InputFile, ...]]] = field(default_factory=dict)


def load_bundle(found: ScenarioFiles, settings: Sequence[Setting] = (), *, parts: Parts | None = None) -> Bundle:
    """Return the scenario with sources and catalogue, all checked.

    ``settings`` are applied after the bases are merged; ``parts`` is filled with what is read, and saves reading it
    again. Raises `InputError` with the problems of scenario, inventory and catalogue together, as far as one can be
    read without the other.
    """
    return _Loader(found, settings, Parts() if parts is None else parts).bundle()


class _Loader:
    """Reads the parts of one bundle and gathers every problem on the way."""

    def __init__(self, found: ScenarioFiles, settings: Sequence[Setting], parts: Parts) -> None:
        self._found, self._settings, self._parts = found, settings, parts
        self._file = str(found.path)
        merged: dict[str, Any] = {}
        for layer in reversed(found.layers):
            merged = merge(merged, {key: value for key, value in layer.raw.items() if key != "base"})
        self._raw, self._problems = apply(merged, settings)
        self._inputs = [InputFile(_name(layer), layer.sha256) for layer in found.layers]

    def bundle(self) -> Bundle:
        """Return the bundle, or raise every problem found."""
        scenario = self._validated(Scenario, (), self._raw)
        factors = self._once("factors", lambda: self._attempt(self._factors))
        catalogue = None if factors is None else self._catalogue(scenario, factors)
        inventory = None if factors is None else self._inventory(scenario, factors)
        if scenario is not None:
            self._problems += scenario_problems(scenario, SECTORS, self._file)
        if scenario is not None and catalogue is not None:
            self._problems += catalogue_problems(scenario, catalogue, self._file)
        made = None
        if scenario is not None and catalogue is not None and inventory is not None:
            made = self._together(scenario, catalogue, inventory)
        if made is None or self._problems:
            raise InputError(dict.fromkeys(self._place_patches()))
        return made

    def _together(self, scenario: Scenario, catalogue: Catalogue, inventory: Inventory) -> Bundle | None:
        """Hold scenario, sources and measures against each other; None when something does not fit."""
        flows = {name: flow_names(SECTORS[name], catalogue.factors) for name in inventory.tables}
        self._problems += input_problems(scenario, inventory, catalogue, flows, self._file)
        self._problems += where_problems(scenario, inventory, SECTORS, self._file)
        fit = f"{id(catalogue)} fits {id(inventory)}"
        self._problems += self._once(fit, lambda: measure_problems(catalogue, inventory)) or []
        sections = self._sections(scenario, inventory, catalogue.factors)
        used = self._attempt(
            lambda: prices_used(
                scenario.prices,
                catalogue.factors,
                _priced(flows, catalogue),
                price_year=scenario.price_year,
                price_index=scenario.price_index,
                file=FILE_NAME,
            ),
            files={FILE_NAME: self._found.path},
        )
        if used is None:
            return None
        economics = Economics(scenario.discount_rate, scenario.price_year, flow_prices(used), scenario.price_index)
        self._problems += money_problems(catalogue, inventory, economics, self._file)
        if self._problems:
            return None
        return Bundle(
            scenario=scenario,
            inventory=inventory,
            catalogue=catalogue,
            economics=economics,
            timeline=timeline_of(scenario),
            growth=growth_of(scenario),
            prices=used,
            inputs=tuple(self._inputs),
            scenario_file=self._file,
            bases=tuple(_name(layer) for layer in self._found.layers[1:]),
            patches=tuple(Patch(key, as_text(value)) for key, value in self._settings),
            notes=inventory.notes,
            sections=sections,
        )

    def _sections(self, scenario: Scenario, inventory: Inventory, factors: Factors) -> Sections | None:
        """Return the monitoring sections, None without them; what is wrong with them is gathered."""
        spec, sections = scenario.sections, None
        if spec is not None:
            paths = {name: self._origin("sections", key) / name for key, name in spec.model_dump().items()}
            source_ids = inventory.sources()["source_id"].tolist()
            sections = self._attempt(lambda: read_sections(paths[spec.file], paths[spec.transfer], source_ids, factors))
            if sections is None:
                return None
            self._inputs += [_file_digest(name, path) for name, path in paths.items()]
        self._problems += section_problems(scenario, sections, self._file)
        return sections

    def _validated[M: BaseModel](self, model: type[M], place: tuple[str, ...], raw: object) -> M | None:
        try:
            return model.model_validate(raw)
        except ValidationError as error:
            self._problems += problems_of(error, self._raw, model, self._file, prefix=place)
            return None

    def _part[M: BaseModel](self, model: type[M], scenario: Scenario | None, key: str) -> M | None:
        """Return a table of the scenario; of one that is refused, the table by itself when nothing is wrong with it."""
        if scenario is not None:
            part: M = getattr(scenario, key)
            return part
        try:
            return model.model_validate(self._raw.get(key))
        except ValidationError:
            return None

    def _attempt[T](self, make: Callable[[], T], *, files: Mapping[str, Path] | None = None) -> T | None:
        """Return what ``make`` gives, or None; ``files`` are the paths of the files that its problems name."""
        try:
            return make()
        except InputError as error:
            paths = files or {}
            self._problems += [
                replace(problem, file=str(paths.get(problem.file, problem.file))) for problem in error.problems
            ]
            return None

    def _factors(self) -> Factors:
        texts = _bundled("factors")
        self._inputs += [_digest(name, text.encode()) for name, text in texts.items()]
        return parse_factors(texts)

    def _catalogue(self, scenario: Scenario | None, factors: Factors) -> Catalogue | None:
        spec = self._part(MeasuresSpec, scenario, "measures")
        if spec is None:
            return None
        own = {name: self._origin("measures", "files") / name for name in spec.files}
        key = f"measures {spec.bundled} {own}"
        return self._once(key, lambda: self._read_catalogue(own, factors, with_bundled=spec.bundled))

    def _read_catalogue(self, own: Mapping[str, Path], factors: Factors, *, with_bundled: bool) -> Catalogue | None:
        texts = _bundled("measures") if with_bundled else {}
        bundled = frozenset(texts)
        self._inputs += [_digest(name, text.encode()) for name, text in texts.items()]
        for name, path in own.items():
            text = self._attempt(partial(read_toml_text, path))
            if text is None:
                return None
            texts[name] = text
            self._inputs.append(_file_digest(name, path))
        return self._attempt(lambda: parse_catalogue(texts, factors, SECTORS, bundled=bundled), files=own)

    def _inventory(self, scenario: Scenario | None, factors: Factors) -> Inventory | None:
        spec = self._part(InventorySpec, scenario, "inventory")
        if spec is None:
            return None
        unknown = unknown_names("inventory", spec.files, [*SECTORS, WORKBOOK], "sector")
        self._problems += [error.problem(self._file, f"{place}.{error.found}") for place, error in unknown]
        files = dict(spec.files) | ({WORKBOOK: spec.workbook} if spec.workbook is not None else {})
        paths = {
            key: self._origin("inventory", key) / name for key, name in files.items() if key in {*SECTORS, WORKBOOK}
        }
        districts = None if scenario is None or not scenario.districts else scenario.district_ids
        if not paths:
            return None

        def read() -> Inventory | None:
            inventory = self._attempt(lambda: load_inventory(paths, factors, sectors=SECTORS, districts=districts))
            if inventory is not None:
                self._inputs += [_file_digest(files[key], path) for key, path in paths.items()]
            return inventory

        return self._once(f"inventory {paths} {districts}", read)

    def _once[T](self, key: str, read: Callable[[], T | None]) -> T | None:
        """Return what ``read`` gives, or what it gave before; what it refused is read again, to be refused again."""
        if key not in self._parts.read:
            before = len(self._inputs)
            value = read()
            if value is None:
                return None
            self._parts.read[key] = (value, tuple(self._inputs[before:]))
            return value
        kept: T
        kept, inputs = self._parts.read[key]
        self._inputs += inputs
        return kept

    def _origin(self, table: str, key: str) -> Path:
        """Return the folder of the nearest scenario file that states a key: file names are relative to it."""
        stating = (layer.path.parent for layer in self._found.layers if _states(layer.raw.get(table), key))
        is_set = any(f"{table}.{key}".startswith(patched) for patched, _ in self._settings)
        return self._found.path.parent if is_set else next(stating, self._found.path.parent)

    def _place_patches(self) -> list[Problem]:
        """Return the problems, those with a value that was set placed at the setting."""
        keys = [key for key, _ in self._settings]
        return [
            replace(problem, file=COMMAND)
            if problem.file == self._file and any(f"{problem.column}.".startswith(f"{key}.") for key in keys)
            else problem
            for problem in self._problems
        ]


def _priced(flows: Mapping[str, frozenset[str]], catalogue: Catalogue) -> frozenset[str]:
    """Return the flows that the sectors of the inventory have, or that measures for them cause."""
    side = {flow.flow for sector in flows for measure in catalogue.of_sector(sector) for flow in measure.side}
    return frozenset().union(*flows.values(), side)


def _name(layer: Layer) -> str:
    """Return how a scenario file is named with the run: its folder and file, without the path of this machine."""
    return f"{layer.path.resolve().parent.name}/{layer.path.name}"


def _bundled(folder: str) -> dict[str, str]:
    return {f"model/data/{name}": bundled_text(name) for name in bundled_names(folder)}


def _states(table: object, key: str) -> bool:
    return isinstance(table, Mapping) and key in table


def _file_digest(name: str, path: Path) -> InputFile:
    return _digest(name, path.read_bytes())


def _digest(name: str, data: bytes) -> InputFile:
    return InputFile(name, hashlib.sha256(data).hexdigest())
