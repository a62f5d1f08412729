"""What a plan must reach: one model for each kind of requirement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, PlainValidator, ValidationInfo, field_validator, model_validator

from model.measures import Condition
from model.refusal import NOTHING, RefusedError
from model.strict import Strict
from model.text import Text
from model.toml_fields import Listed, Names, PollutantId, TextField, WhereField
from model.units import Amount
from scenarios.fields import (
    MONEY,
    Cites,
    Id,
    Share,
    amount_or_pending,
    read_amount,
    read_basis_of_share,
    read_count,
    read_output,
)

Pending = Literal["pending"]
BasisName = Literal["inventory", "project", "quota"]

LEVEL_UNITS = {"_mg_per_m3": "mg/m3", "_mg_per_l": "mg/L"}


def _level_unit(level: str) -> str | None:
    return next((unit for suffix, unit in LEVEL_UNITS.items() if level.endswith(suffix)), None)


class Limit(Strict):
    """A limit value: ``level`` is a level of a sector's formula such as ``nox_mg_per_m3``, ``at_most`` in its unit."""

    level: str
    at_most: Amount

    @field_validator("level")
    @classmethod
    def _names_its_unit(cls, level: str) -> str:
        if _level_unit(level) is None:
            what = Text("不是浓度水平", "not the name of a level")
            raise RefusedError(what, expected="a name such as nox_mg_per_m3 or tp_mg_per_l", found=repr(level))
        return level

    @field_validator("at_most", mode="plain")
    @classmethod
    def _is_in_the_unit_of_the_level(cls, raw: object, info: ValidationInfo) -> Amount:
        unit = _level_unit(info.data.get("level", ""))
        return read_amount(raw, *((unit,) if unit else LEVEL_UNITS.values()), least=0.0)


class Shared(Strict):
    """What all kinds share: identity, scope, year, references.

    ``district`` and ``sector`` are empty for all; ``year`` None is the last plan year, ``basis`` None the scenario's.
    ``tolerance`` is a share of the amount. ``assumed`` marks a number that the plan leaves open.
    """

    id: Id
    where: WhereField = Field(default_factory=dict[str, Condition])
    district: Names = ()
    sector: Names = ()
    each: Literal["district"] | None = None
    year: int | None = None
    basis: BasisName | None = None
    tolerance: Share = 0.0
    cites: Cites = ()
    note: TextField = NOTHING
    assumed: bool = False
    soft: object = None

    @field_validator("soft", mode="before")
    @classmethod
    def _soft_is_not_planned_with(cls, raw: object) -> object:
        what = Text("本版本尚不支持软约束", "this version does not plan with soft requirements")
        advice = Text("删去 soft，或给出 tolerance", "leave soft out, or state a tolerance")
        raise RefusedError(what, expected="no key 'soft'", found=repr(raw), advice=advice)


def _without_year[R: Shared](requirement: R, what: Text) -> R:
    """Refuse a year that nothing would read."""
    if requirement.year is not None:
        raise RefusedError(what, expected="no key 'year'", found=f"year = {requirement.year}")
    return requirement


class Reduce(Shared):
    """At least ``amount`` [t/yr] less, or a share (unit ``""``) of what ``of`` says."""

    kind: Literal["reduce"]
    pollutant: PollutantId
    amount: Annotated[Amount | Pending, amount_or_pending("t/yr", "")]
    of: Annotated[Amount | Literal["base_year"], PlainValidator(read_basis_of_share)] = "base_year"

    @model_validator(mode="after")
    def _of_belongs_to_a_share(self) -> Self:
        if "of" in self.model_fields_set and isinstance(self.amount, Amount) and self.amount.unit:
            what = Text("of 只用于百分比", "'of' says what a percentage is of, but the amount is none")
            raise RefusedError(what, expected='an amount such as "30 %"', found=repr(self.amount.text))
        return self


class Cap(Shared):
    """At most ``amount`` [t/yr] remains."""

    kind: Literal["cap"]
    pollutant: PollutantId
    amount: Annotated[Amount | Pending, amount_or_pending("t/yr")]


class Intensity(Shared):
    """Emissions per unit of output fall by the share ``amount`` against the base year; ``output`` by district."""

    kind: Literal["intensity"]
    pollutant: PollutantId
    amount: Annotated[Amount | Pending, amount_or_pending("")]
    output: Annotated[Mapping[str, Amount], PlainValidator(read_output)]


class Quota(Shared):
    """At least, exactly or at most ``amount`` sources in scope get one of the measures."""

    kind: Literal["quota"]
    sense: Literal[">=", "=", "<="]
    amount: Annotated[int | Pending, PlainValidator(read_count)]
    measures: Names


class Mandate(Shared):
    """Every source in scope gets one of the measures, or meets the limit."""

    kind: Literal["mandate"]
    measures: Names = ()
    limit: Limit | None = None

    @model_validator(mode="after")
    def _demands_something(self) -> Self:
        if not self.measures and self.limit is None:
            what = Text("mandate 未提出要求", "a mandate that demands nothing")
            raise RefusedError(what, expected="measures, limit, or both", found="neither")
        return self


class Forbid(Shared):
    """The measures are not available in scope."""

    kind: Literal["forbid"]
    measures: Names

    @model_validator(mode="after")
    def _holds_in_every_year(self) -> Self:
        return _without_year(self, Text("forbid 对所有年份有效", "a measure is forbidden in every year"))


class Fix(Shared):
    """A source that gets exactly these measures (none: it stays as it is), decided already."""

    kind: Literal["fix"]
    source_id: str
    measures: Annotated[tuple[str, ...], Listed]
    start_year: int | None = None
    share: Share = 1.0

    @model_validator(mode="after")
    def _starts_and_stays(self) -> Self:
        return _without_year(self, Text("fix 用 start_year 给出年份", "a decision states its year as start_year"))

    @model_validator(mode="after")
    def _measures_start_some_year(self) -> Self:
        if self.measures and self.start_year is None:
            what = Text("缺少开工年份", "measures without a start year")
            raise RefusedError(what, expected="start_year, such as 2025", found="none")
        return self


class Budget(Shared):
    """At most ``amount`` [CNY, in the year] of capital, annual cost, or public capital."""

    kind: Literal["budget"]
    metric: Literal["capital", "annual", "public"]
    amount: Annotated[Amount | Pending, amount_or_pending(*MONEY)]


Requirement = Annotated[
    Reduce | Cap | Intensity | Quota | Mandate | Forbid | Fix | Budget,
    Field(discriminator="kind"),
]
