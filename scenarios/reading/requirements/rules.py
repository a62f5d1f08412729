"""Rules between choices: one project needs another, rules it out, or shares a plant with others."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, PlainValidator, ValidationInfo, field_validator, model_validator

from model.flow_names import unit_of
from model.measures import Condition
from model.refusal import RefusedError
from model.strict import Strict
from model.text import Text
from model.toml_fields import Listed, Names, WhereField
from model.units import Amount
from scenarios.reading.fields import read_amount, read_count
from scenarios.reading.requirements.shared import Shared

ANY_UNIT = ("t/yr", "t/d", "m3/yr", "m3/d", "kg/yr", "m2", "km", "MW", "GJ/yr")


class Project(Strict):
    """One of some measures at one source."""

    source_id: str
    measures: Names


class Needs(Strict):
    """What has to be there: one of some measures at one source, or at some source of the same district."""

    source_id: str | None = None
    same: Literal["district"] | None = None
    measures: Names
    where: WhereField = Field(default_factory=dict[str, Condition])

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if (self.source_id is None) == (self.same is None) or (self.source_id is not None and self.where):
            what = Text(
                "source_id 与 same 须给出且只给出一个", "source_id, or same and where: one of the two is needed"
            )
            expected = 'source_id = "...", or same = "district" (with where)'
            raise RefusedError(what, expected=expected, found=", ".join(sorted(self.model_fields_set)))
        return self


class Rule(Shared):
    """What rules share: they hold in every plan year, for each source by itself, without tolerance."""

    MAY_BE_MISSED: ClassVar[bool] = False

    @model_validator(mode="after")
    def _holds_always(self) -> Self:
        unread = [name for name in ("year", "each", "basis", "tolerance") if name in self.model_fields_set]
        if unread:
            what = Text(
                "该类规则对所有年份有效，不需要这些键", "a rule between choices holds always, without these keys"
            )
            raise RefusedError(what, expected="no such key", found=", ".join(unread))
        return self

    @property
    def projects_named(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """Key, source id and measures of every source that is named."""
        return ()


class Requires(Rule):
    """A source in scope that takes one of ``measures`` needs what ``needs`` names, in service not later."""

    kind: Literal["requires"]
    measures: Names
    needs: Needs

    @property
    def projects_named(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """Key, source id and measures of the source that is needed, where it is one."""
        if self.needs.source_id is None:
            return ()
        return (("needs", self.needs.source_id, self.needs.measures),)


class Excludes(Rule):
    """A source in scope takes one of ``measures``, or the project ``against`` is done, or neither; not both."""

    kind: Literal["excludes"]
    measures: Names
    against: Project

    @property
    def projects_named(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """Key, source id and measures of the project that is ruled out."""
        return (("against", self.against.source_id, self.against.measures),)


class AtMost(Rule):
    """At most ``amount`` of the projects are done; each one more may have a price."""

    MAY_BE_MISSED: ClassVar[bool] = True
    IS_CEILING: ClassVar[bool] = True

    kind: Literal["at_most"]
    amount: Annotated[int, PlainValidator(read_count)]
    projects: Annotated[tuple[Project, ...], Listed, Field(min_length=1)]

    @property
    def projects_named(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """Key, source id and measures of every project."""
        return tuple((f"projects.{n}", one.source_id, one.measures) for n, one in enumerate(self.projects, start=1))


class SharedPlant(Rule):
    """A plant that many use: what its users bring is at most ``capacity`` where it is built.

    A user is a source in scope that takes one of ``measures``, and ``of`` is what it brings: a number column or a flow.
    Without the plant nobody can take one of them.
    """

    kind: Literal["shared"]
    measures: Names
    of: str
    plant: Project
    capacity: Amount

    @property
    def projects_named(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """Key, source id and measures of the plant."""
        return (("plant", self.plant.source_id, self.plant.measures),)

    @field_validator("capacity", mode="plain")
    @classmethod
    def _is_in_the_unit_of_what_is_brought(cls, raw: object, info: ValidationInfo) -> Amount:
        unit = unit_of(info.data.get("of", ""))
        return read_amount(raw, *((unit,) if unit else ANY_UNIT), least=0.0)
