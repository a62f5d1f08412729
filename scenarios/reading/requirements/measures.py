"""Requirements on what is done at the sources: how many, all of them, none of them, one that is decided."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from model.flow_names import COUNT, unit_of
from model.refusal import RefusedError
from model.strict import Strict
from model.text import Text
from model.toml_fields import Listed, Names
from model.units import Amount
from scenarios.reading.fields import PENDING, PROPOSE, Share, read_amount, read_count
from scenarios.reading.requirements.shared import Dated, Pending, Propose, Shared, without_year

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


class Quota(Dated):
    """At least, exactly or at most ``amount`` sources in scope get one of the measures.

    With ``of``, a number column of the inventory or a flow, what is added up is the column over those sources, or what
    the measures add to the flow there. ``share`` asks for a part of the sources, of the column's sum, or of the flow of
    the base year in scope.
    """

    kind: Literal["quota"]
    sense: Literal[">=", "=", "<="]
    of: str | None = None
    amount: int | float | Amount | Pending | Propose | None = None
    share: Share | None = None
    measures: Names

    @property
    def unit(self) -> str:
        """Unit of what is added up: that which the name of a column or flow carries, else ``count``."""
        unit = None if self.of is None else unit_of(self.of)
        return COUNT if unit in {None, COUNT} else str(unit)

    @field_validator("amount", mode="plain")
    @classmethod
    def _is_in_the_unit_of_what_it_adds_up(cls, raw: object, info: ValidationInfo) -> object:
        name = info.data.get("of")
        unit = None if name is None else unit_of(name)
        if raw in (PENDING, PROPOSE):
            return raw
        return read_count(raw) if unit in {None, COUNT} else read_amount(raw, str(unit), least=0.0)

    @model_validator(mode="after")
    def _states_one_number(self) -> Self:
        if (self.amount is None) == (self.share is None):
            what = Text("amount 与 share 须给出且只给出一个", "amount and share: exactly one of them is needed")
            found = "neither" if self.amount is None else "both"
            raise RefusedError(what, expected='amount = 422, or share = "60 %"', found=found)
        return self


class Mandate(Dated):
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


class RankOut(Dated):
    """The sources that stand lowest in a number column each get one of the measures, or keep them already.

    They are the lowest ``count``, or the lowest ``share`` of the sources in scope, rounded up; ties go by source id.
    """

    kind: Literal["rank_out"]
    score: str
    share: Share | None = None
    count: Annotated[int | None, Field(ge=1)] = None
    measures: Names

    @model_validator(mode="after")
    def _states_how_many(self) -> Self:
        if (self.count is None) == (self.share is None):
            what = Text("share 与 count 须给出且只给出一个", "share and count: exactly one of them is needed")
            found = "neither" if self.count is None else "both"
            raise RefusedError(what, expected='share = "5 %", or count = 12', found=found)
        return self


class Forbid(Shared):
    """The measures are not available in scope."""

    MAY_BE_MISSED: ClassVar[bool] = False

    kind: Literal["forbid"]
    measures: Names

    @model_validator(mode="after")
    def _holds_in_every_year(self) -> Self:
        return without_year(self, Text("forbid 对所有年份有效", "a measure is forbidden in every year"))


class Fix(Shared):
    """A source that gets exactly these measures (none: it stays as it is), decided already.

    ``start_year`` may lie between base year and plan. ``in_service`` is the day the work is done; without it the whole
    start year counts.
    """

    MAY_BE_MISSED: ClassVar[bool] = False

    kind: Literal["fix"]
    source_id: str
    measures: Annotated[tuple[str, ...], Listed]
    start_year: int | None = None
    in_service: date | None = None
    share: Share = 1.0

    @model_validator(mode="after")
    def _starts_and_stays(self) -> Self:
        return without_year(self, Text("fix 用 start_year 给出年份", "a decision states its year as start_year"))

    @model_validator(mode="after")
    def _measures_start_some_year(self) -> Self:
        if self.measures and self.start_year is None:
            what = Text("缺少开工年份", "measures without a start year")
            raise RefusedError(what, expected="start_year, such as 2025", found="none")
        return self

    @model_validator(mode="after")
    def _is_in_service_in_its_start_year(self) -> Self:
        if self.in_service is not None and self.in_service.year != self.start_year:
            what = Text("in_service 不在 start_year 当年", "a day in service that is not in the start year")
            found = f"{self.in_service}, start_year = {self.start_year}"
            raise RefusedError(what, expected="a day of start_year", found=found)
        return self
