"""Requirements on flows that sectors emit: ratios of two, resources used, offsets, by-products."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, PlainValidator, ValidationInfo, field_validator, model_validator

from model.flow_names import unit_of
from model.measures import Condition
from model.refusal import RefusedError
from model.text import Text
from model.toml_fields import WhereField
from model.units import Amount
from scenarios.reading.fields import PENDING, PROPOSE, amount_or_word, read_amount, read_ratio
from scenarios.reading.requirements.shared import Dated, Pending, Propose

PER_YEAR = "1/yr"
"""Unit of a cut that compounds from year to year."""


def _flow(name: str) -> str:
    """Return a flow's name, which carries its unit; whether a sector emits it is asked with the sources."""
    if unit_of(name) is None:
        what = Text("流量名称不带单位", "not the name of a flow: it carries no unit")
        raise RefusedError(what, expected="a name such as coal_t_per_year or treated_m3_per_year", found=repr(name))
    return name


FlowName = Annotated[str, AfterValidator(_flow)]
Ratio = Annotated[float, PlainValidator(read_ratio)]


class Indicator(Dated):
    """A ratio of two flows, summed over the scope in the year, is at least or at most the share ``amount``."""

    kind: Literal["indicator"]
    numerator: FlowName
    denominator: FlowName
    sense: Literal[">=", "<="] = ">="
    amount: Annotated[Amount | Pending | Propose, amount_or_word("")]

    @property
    def flows(self) -> tuple[str, ...]:
        """Flows that its rows read."""
        return (self.numerator, self.denominator)

    @model_validator(mode="after")
    def _is_a_share(self) -> Self:
        above, below = unit_of(self.numerator), unit_of(self.denominator)
        if above != below:
            what = Text("分子与分母的单位不同", "numerator and denominator are in different units")
            raise RefusedError(what, expected=f"a denominator in {above}", found=f"{self.denominator} in {below}")
        return self


class Resource(Dated):
    """A flow is at most ``amount``, or falls by that share of ``of``: in all, or year on year with ``"15 %/yr"``."""

    kind: Literal["resource"]
    flow: FlowName
    of: Amount | Literal["base_year"] = "base_year"
    amount: Amount | Pending | Propose

    @property
    def flows(self) -> tuple[str, ...]:
        """Flows that its rows read."""
        return (self.flow,)

    @property
    def is_share(self) -> bool:
        """True where a fall is asked for and not a ceiling."""
        return isinstance(self.amount, Amount) and self.amount.unit in {"", PER_YEAR}

    @property
    def is_of_base_year(self) -> bool:
        """True where the fall is a share of the base year's flow, as the inventory states it."""
        return self.is_share and self.of == "base_year"

    @field_validator("of", mode="plain")
    @classmethod
    def _of_is_the_flow(cls, raw: object, info: ValidationInfo) -> object:
        unit = unit_of(info.data.get("flow", ""))
        return raw if raw == "base_year" or unit is None else read_amount(raw, unit, least=0.0)

    @field_validator("amount", mode="plain")
    @classmethod
    def _is_in_the_unit_of_the_flow(cls, raw: object, info: ValidationInfo) -> object:
        if raw in (PENDING, PROPOSE):
            return raw
        unit = unit_of(info.data.get("flow", ""))
        read = read_amount(raw, *((unit,) if unit else ()), "", PER_YEAR, least=0.0)
        if read.unit in {"", PER_YEAR} and read.value > 1:
            what = Text("下降比例大于 100 %", "a fall by more than 100 %")
            raise RefusedError(what, expected="at most 100 %", found=repr(raw))
        return read

    @model_validator(mode="after")
    def _of_belongs_to_a_share(self) -> Self:
        if "of" in self.model_fields_set and isinstance(self.amount, Amount) and not self.is_share:
            what = Text("of 只用于百分比", "'of' says what a percentage is of, but the amount is none")
            raise RefusedError(what, expected='an amount such as "10 %"', found=repr(self.amount.text))
        return self


class Offset(Dated):
    """What new sources use or emit of a flow is removed ``ratio`` times at the others in scope, in the year.

    New are the sources that ``new`` covers, and with ``new_from`` those whose ``start_year`` lies after the base year;
    the sources that ``exempt`` covers need no offset.
    """

    kind: Literal["offset"]
    flow: FlowName
    new: WhereField = Field(default_factory=dict[str, Condition])
    new_from: bool = False
    exempt: WhereField = Field(default_factory=dict[str, Condition])
    ratio: Ratio = 1.0

    @property
    def flows(self) -> tuple[str, ...]:
        """Flows that its rows read."""
        return (self.flow,)

    @model_validator(mode="after")
    def _says_what_is_new(self) -> Self:
        if not self.new and not self.new_from:
            what = Text("未说明哪些是新增源", "an offset that does not say which sources are new")
            raise RefusedError(what, expected='new = { user_is_new = "yes" }, or new_from = true', found="neither")
        return self


class Couple(Dated):
    """A flow that is produced is at most ``ratio`` times a flow that is used, summed over the scope in the year."""

    kind: Literal["couple"]
    flow: FlowName
    at_most: FlowName
    ratio: Ratio = 1.0

    @property
    def flows(self) -> tuple[str, ...]:
        """Flows that its rows read."""
        return (self.flow, self.at_most)

    @model_validator(mode="after")
    def _can_be_compared(self) -> Self:
        produced, used = unit_of(self.flow), unit_of(self.at_most)
        if produced != used:
            what = Text("两个流量的单位不同", "two flows in different units")
            raise RefusedError(what, expected=f"a flow in {produced}", found=f"{self.at_most} in {used}")
        return self
