"""How illustrative inventories are drawn: the profile file, read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from model.files import read_toml_text
from model.problems import InputError
from model.refusal import RefusedError
from model.sectors import SECTORS
from model.strict import Strict, problems_of
from model.suggest import did_you_mean
from model.text import Text
from model.toml_fields import Listed
from model.toml_text import parse_toml

NAMED_KEYS = ("sector", "source_id", "name", "district")
SECTION_COLUMNS = ("tp_mg_per_l", "flow_m3_per_s", "reach_fraction")
WAYS = ("choose", "uniform", "lognormal")

Weight = Annotated[float, Field(gt=0)]
Pair = Annotated[tuple[float, float], Listed]


class Draw(Strict):
    """How one column is drawn; exactly one of ``choose``, ``uniform`` and ``lognormal``."""

    choose: Annotated[Mapping[str, Weight], Field(min_length=1)] | None = None
    uniform: Pair | None = None
    lognormal: Pair | None = None
    of: str | None = None
    least: float | None = None
    most: float | None = None
    digits: int | None = None
    share: Annotated[float, Field(ge=0, le=1)] | None = None
    otherwise: Annotated[float | None, Field(alias="else")] = None

    @model_validator(mode="after")
    def _draws_in_one_way(self) -> Self:
        stated = [name for name in WAYS if getattr(self, name) is not None]
        if len(stated) != 1:
            what = Text("不是唯一的抽取方式", "not exactly one way to draw")
            raise RefusedError(what, expected=", ".join(WAYS), found=", ".join(stated) or "none")
        low, high = self.uniform or (0.0, 0.0)
        if low > high or (self.lognormal and (self.lognormal[0] <= 0 or self.lognormal[1] < 0)):
            what = Text("区间或分布参数不成立", "limits or parameters that make no distribution")
            expected = "uniform = [low, high], lognormal = [median above 0, sigma of at least 0]"
            raise RefusedError(what, expected=expected, found=str(self.uniform or self.lognormal))
        return self


class SourceClass(Strict):
    """One class of sources of a sector: name, prefix of its ids, share of all drawn sources, columns."""

    name: Annotated[str, Field(min_length=1)]
    prefix: Annotated[str, Field(min_length=1)]
    share: Weight
    columns: Mapping[str, Draw | str | float | int]

    @model_validator(mode="after")
    def _multiplies_columns_drawn_before(self) -> Self:
        drawn: set[str] = set()
        for name, draw in self.columns.items():
            if isinstance(draw, Draw) and draw.of is not None and draw.of not in drawn:
                what = Text(f"列 {name} 的 of 不是在它之前的列", f"'of' of {name} is no column drawn before it")
                raise RefusedError(what, expected=", ".join(sorted(drawn)) or "a column above", found=draw.of)
            drawn.add(name)
        return self


class SectionClass(Strict):
    """One kind of monitoring sections: how many, their columns, and the district, drawn where none is stated.

    Every section needs its phosphorus ``tp_mg_per_l``, and ``flow_m3_per_s`` and ``reach_fraction`` for what a tonne
    of its district adds to it.
    """

    name: Annotated[str, Field(min_length=1)]
    prefix: Annotated[str, Field(min_length=1)]
    count: Annotated[int, Field(ge=1)]
    water_body_type: Literal["river", "lake"]
    district: str | None = None
    columns: Mapping[str, Draw | str | float | int]

    @model_validator(mode="after")
    def _has_what_the_factors_need(self) -> Self:
        missing = [name for name in SECTION_COLUMNS if name not in self.columns]
        if missing:
            what = Text("断面缺少列", "columns that a section lacks")
            raise RefusedError(what, expected=", ".join(SECTION_COLUMNS), found=", ".join(self.columns) or "none")
        return self


class DistrictWeight(Strict):
    """A district, its weight, and other weights for single sectors."""

    name: Annotated[str, Field(min_length=1)]
    weight: Weight
    weights: Mapping[str, Weight] = Field(default_factory=dict[str, float])


class Profile(Strict):
    """Districts, classes of sources by sector, rows that stand as they are, and kinds of monitoring sections."""

    district: Annotated[tuple[DistrictWeight, ...], Listed, Field(min_length=1)]
    sector: Annotated[Mapping[str, Annotated[tuple[SourceClass, ...], Listed]], Field(min_length=1)]
    named: Annotated[tuple[Mapping[str, Any], ...], Listed] = ()
    section: Annotated[tuple[SectionClass, ...], Listed] = ()

    @field_validator("sector")
    @classmethod
    def _names_sectors(cls, sectors: Mapping[str, Any]) -> Mapping[str, Any]:
        for name in sectors:
            if name not in SECTORS:
                what = Text("未知行业", "an unknown sector")
                advice = did_you_mean(name, SECTORS, Text("", ""))
                raise RefusedError(what, expected=", ".join(SECTORS), found=name, advice=advice)
        return sectors

    @field_validator("named")
    @classmethod
    def _states_who_and_where(cls, rows: tuple[Mapping[str, Any], ...]) -> tuple[Mapping[str, Any], ...]:
        for number, row in enumerate(rows, start=1):
            missing = [key for key in NAMED_KEYS if key not in row]
            if missing or row["sector"] not in SECTORS:
                what = Text(f"第 {number} 个 named 不完整", f"'named' number {number} is incomplete")
                raise RefusedError(what, expected=", ".join(NAMED_KEYS), found=", ".join(row))
        return rows


def read_profile(path: Path) -> dict[str, Any]:
    """Return the tables of a profile; raises `InputError` with everything that is wrong in it."""
    raw = parse_toml(read_toml_text(path), str(path))
    try:
        Profile.model_validate(raw)
    except ValidationError as error:
        raise InputError(problems_of(error, raw, Profile, str(path))) from error
    return raw
