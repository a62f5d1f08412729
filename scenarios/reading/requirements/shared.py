"""What all kinds of requirement share."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from model.measures import Condition
from model.refusal import NOTHING, RefusedError
from model.strict import Strict
from model.text import Text
from model.toml_fields import Names, TextField, WhereField
from scenarios.reading.fields import Cites, Factor, Id, Share, Soft

Pending = Literal["pending"]
Propose = Literal["propose"]
BasisName = Literal["inventory", "project", "quota"]


class Shared(Strict):
    """What all kinds share: identity, scope, year, references.

    ``district`` and ``sector`` are empty for all; ``year`` None is the last plan year, ``basis`` None the scenario's.
    ``each`` asks the same of every district, or in every plan year. ``tolerance`` is a share of the amount. ``assumed``
    marks a number that the plan leaves open. ``lead`` and ``support`` are the responsible (责任) and cooperating (配合)
    units that the clause names.

    ``soft`` says whether it may be missed: a price of each unit that is missing, true, or false for never; left out,
    the mode decides. ``weight`` counts its share of what is missing in the mode "closest", ``priority`` (1 first) is
    its rank in the mode "hierarchical".
    """

    MAY_BE_MISSED: ClassVar[bool] = True
    """False for kinds that state a fact, what a project needs to work, or a limit of fairness."""

    IS_CEILING: ClassVar[bool] = False
    """True for ceilings that a decision sets, of money or of projects: they give way only where that is stated."""

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
    soft: Soft | None = None
    weight: Factor = 1.0
    priority: Annotated[int, Field(ge=1)] = 1

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

    @model_validator(mode="after")
    def _may_be_missed(self) -> Self:
        stated = [name for name in ("soft", "weight", "priority") if name in self.model_fields_set]
        if stated and not self.MAY_BE_MISSED:
            what = Text(
                f"“{self.kind}”类要求必须满足，不能设为软目标", f"{self.kind!r} holds always and cannot be missed"
            )
            advice = Text(
                "可设为软目标的有目标值、数量、资金、断面浓度与断面数、项目数上限（at_most）",
                "what may be missed: targets, numbers, money, sections and ceilings of projects (at_most)",
            )
            raise RefusedError(what, expected="no such key", found=", ".join(stated), advice=advice)
        return self


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
