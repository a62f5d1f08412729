"""The scenario file: what is asked, of which sources, with which money, in which years."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, PlainValidator, model_validator

from model.refusal import NOTHING, RefusedError
from model.strict import Strict
from model.text import Text
from model.toml_fields import Listed, TextField, each
from model.toml_text import read_text
from model.units import Amount
from scenarios.reading.fields import Cites, DistrictField, Id, Rate, Share, read_index, read_population, read_weight
from scenarios.reading.prices import read_prices
from scenarios.reading.requirements import BasisName, Requirement

Mode = Literal["least_cost", "most_reduction", "closest", "hierarchical", "evaluate"]
PLANNED = "least_cost, most_reduction, closest or hierarchical"
"""The modes that look for a plan, as refusals name them."""

Population = Mapping[str, float] | str
"""People of each district, or the number column of the inventory that adds up to them."""

ILLUSTRATIVE = Text(
    "示意数据：源清单由假设生成，不代表任何真实企业。",
    "Illustrative data: the inventory is generated from assumptions and describes no real enterprise.",
)


class InventorySpec(Strict):
    """Where the sources stand: one ``workbook`` with a sheet per sector, files by sector id, or both."""

    workbook: str | None = None
    files: Mapping[str, str] = Field(default_factory=dict[str, str])

    @model_validator(mode="before")
    @classmethod
    def _gather_sectors(cls, raw: object) -> object:
        if not isinstance(raw, Mapping):
            return raw
        files = {key: value for key, value in raw.items() if key != "workbook"}
        return {"files": files} | ({"workbook": raw["workbook"]} if "workbook" in raw else {})

    @model_validator(mode="after")
    def _names_a_file(self) -> Self:
        if not self.files and self.workbook is None:
            what = Text("未给出源清单", "no inventory is named")
            expected = 'a file for each sector, such as point_sources = "sources.csv", or workbook = "sources.xlsx"'
            raise RefusedError(what, expected=expected, found="none")
        return self


class MeasuresSpec(Strict):
    """Which catalogue: the author's ``files``, the bundled one, or both."""

    files: Annotated[tuple[str, ...], Listed] = ()
    bundled: bool = False

    @model_validator(mode="after")
    def _names_a_catalogue(self) -> Self:
        if not self.files and not self.bundled:
            what = Text("未给出措施目录", "no catalogue is named")
            raise RefusedError(what, expected='files = ["measures.toml"], bundled = true, or both', found="neither")
        return self


class GrowthSpec(Strict):
    """Growth of activity per year; without ``sector`` or ``district`` it holds for all."""

    sector: str | None = None
    district: str | None = None
    rate: Rate


class PackagesSpec(Strict):
    """How many packages a source may be offered, and in how many ways these may be extended in a later year."""

    max_per_source: Annotated[int, Field(ge=2)] = 256
    max_extensions: Annotated[int, Field(ge=0)] = 24


class SectionsSpec(Strict):
    """Monitoring sections, and by how much each source reaches them."""

    file: str
    transfer: str


class UnitsSpec(Strict):
    """Responsible (责任) and supporting (配合) units of tasks whose source and clauses name none.

    ``{district}`` stands for the district of the task, as in ``"{district}人民政府"``.
    """

    lead: str = ""
    support: str = ""


class Aim(Strict):
    """One of several aims taken in turn; a later one may give up the share ``tolerance`` of what it reached."""

    aim: Literal["requirements", "cost", "spread", "burden"]
    tolerance: Share = 0.0


class Assumption(Strict):
    """A number or choice that no document states, shown in every report."""

    id: Id
    text: TextField
    value: str | int | float | bool = ""
    cites: Cites = ()


def _read_illustrative(raw: object) -> Text:
    """``true`` says it in our words, a text in the author's, ``false`` says nothing."""
    if isinstance(raw, bool):
        return ILLUSTRATIVE if raw else NOTHING
    return read_text(raw)


def _read_weights(raw: object) -> Mapping[str, float]:
    return each(raw, read_weight, "{ nox = 1.0, vocs = 1.0 }, per tonne")


def _read_columns(raw: object) -> Mapping[str, Text]:
    return each(raw, lambda _, title: read_text(title), '{ user_zone = { zh = "...", en = "..." } }')


def _read_price_index(raw: object) -> Mapping[int, float]:
    return {int(year): level for year, level in each(raw, read_index, "{ 2020 = 1.00, 2023 = 1.04 }").items()}


class Scenario(Strict):
    """One question; ``base`` and ``--set`` are already applied, and are recorded in the bundle.

    ``illustrative`` is empty unless the data are; ``requirement`` keeps the order of the file; ``columns`` are titles
    of the author's own columns of the inventory, such as ``user_zone``, for the reports.
    """

    schema_version: Annotated[Literal[1], Field(alias="schema")]
    id: Id
    title: TextField
    jurisdiction: TextField
    districts: Annotated[tuple[DistrictField, ...], Listed] = ()
    columns: Annotated[Mapping[str, Text], PlainValidator(_read_columns)] = Field(default_factory=dict[str, Text])
    base_year: Annotated[int, Field(ge=1900, le=2200)]
    years: Annotated[tuple[Annotated[int, Field(ge=1900, le=2200)], ...], Listed, Field(min_length=1)]
    discount_rate: Share
    price_year: Annotated[int, Field(ge=1900, le=2200)]
    decision_date: date
    basis: BasisName
    credit: Literal["full_year", "months"]
    mode: Mode
    inventory: InventorySpec
    measures: MeasuresSpec
    sections: SectionsSpec | None = None
    requirement: Annotated[tuple[Requirement, ...], Listed] = ()
    prices: Annotated[Mapping[str, Amount], PlainValidator(read_prices)] = Field(default_factory=dict[str, Amount])
    price_index: Annotated[Mapping[int, float], PlainValidator(_read_price_index)] = Field(
        default_factory=dict[int, float]
    )
    growth: Annotated[tuple[GrowthSpec, ...], Listed] = ()
    weights: Annotated[Mapping[str, float], PlainValidator(_read_weights)] = Field(default_factory=dict[str, float])
    objective: Annotated[tuple[Aim, ...], Listed] = ()
    population: Annotated[Population | None, PlainValidator(read_population)] = None
    packages: PackagesSpec = PackagesSpec()
    units: UnitsSpec = UnitsSpec()
    assumptions: Annotated[tuple[Assumption, ...], Listed] = ()
    illustrative: Annotated[Text, PlainValidator(_read_illustrative)] = NOTHING
    note: TextField = NOTHING

    @property
    def is_illustrative(self) -> bool:
        """True when the data describe nothing real, which every report says."""
        return self.illustrative != NOTHING

    @property
    def aims(self) -> tuple[Aim, ...]:
        """What is sought in turn: as stated, otherwise as many requirements as can be met and then the least cost."""
        return self.objective or (Aim(aim="requirements"), Aim(aim="cost"))

    @property
    def titles(self) -> Mapping[str, Text]:
        """What districts and the author's own columns are called, by id."""
        return {**{district.id: district.name for district in self.districts}, **self.columns}

    @property
    def district_ids(self) -> tuple[str, ...]:
        """The districts as the inventory writes them; empty when the scenario leaves them to the inventory."""
        return tuple(district.id for district in self.districts)
