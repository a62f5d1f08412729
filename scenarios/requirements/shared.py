"""What all kinds of requirement share."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from model.measures import Condition
from model.refusal import NOTHING, RefusedError
from model.strict import Strict
from model.text import Text
from model.toml_fields import Names, TextField, WhereField
from scenarios.fields import Cites, Id, Share

Pending = Literal["pending"]
Propose = Literal["propose"]
BasisName = Literal["inventory", "project", "quota"]


class Shared(Strict):
    """What all kinds share: identity, scope, year, references.

    ``district`` and ``sector`` are empty for all; ``year`` None is the last plan year, ``basis`` None the scenario's.
    ``each`` asks the same of every district, or in every plan year. ``tolerance`` is a share of the amount. ``assumed``
    marks a number that the plan leaves open. ``lead`` and ``support`` are the responsible (责任) and cooperating (配合)
    units that the clause names.
    """

    id: Id
    kind: str
    where: WhereField = Field(default_factory=dict[str, Condition])
    district: Names = ()
    sector: Names = ()
    each: Literal["district", "year"] | None = None
    year: int | None = None
    basis: BasisName | None = None
    tolerance: Share = 0.0
    cites: Cites = ()
    note: TextField = NOTHING
    assumed: bool = False
    lead: str = ""
    support: str = ""
    soft: object = None

    @property
    def flows(self) -> tuple[str, ...]:
        """Flows that its rows read: of an emission, the pollutant's."""
        pollutant: str | None = getattr(self, "pollutant", None)
        return (f"{pollutant}_t_per_year",) if pollutant else ()

    @model_validator(mode="after")
    def _each_year_names_no_year(self) -> Self:
        if self.each == "year" and self.year is not None:
            what = Text("逐年要求不能再给出 year", "asked of each year, and of one year")
            raise RefusedError(what, expected='each = "year" without year', found=f"year = {self.year}")
        return self

    @field_validator("soft", mode="before")
    @classmethod
    def _soft_is_not_planned_with(cls, raw: object) -> object:
        what = Text("本版本尚不支持软约束", "this version does not plan with soft requirements")
        advice = Text("删去 soft，或给出 tolerance", "leave soft out, or state a tolerance")
        raise RefusedError(what, expected="no key 'soft'", found=repr(raw), advice=advice)


class Dated(Shared):
    """A requirement that may have a deadline within a year.

    ``by`` is a day: only what is in service then counts, in the year of that day.
    """

    by: date | None = None

    @model_validator(mode="after")
    def _a_deadline_lies_in_its_year(self) -> Self:
        if self.by is not None and (self.each == "year" or self.year not in {None, self.by.year}):
            what = Text("by 与年份不一致", "a deadline that is not in the year it is asked for")
            found = f"by = {self.by}, {f'year = {self.year}' if self.year else 'each = year'}"
            raise RefusedError(what, expected="by alone, or with its own year", found=found)
        return self


def without_year[R: Shared](requirement: R, what: Text) -> R:
    """Refuse a year that nothing would read."""
    if requirement.year is not None:
        raise RefusedError(what, expected="no key 'year'", found=f"year = {requirement.year}")
    return requirement
