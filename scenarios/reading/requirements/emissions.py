"""Requirements on the emission of a pollutant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import PlainValidator, model_validator

from model.refusal import RefusedError
from model.text import Text
from model.toml_fields import PollutantId
from model.units import Amount
from scenarios.reading.fields import amount_or_word, read_basis_of_share, read_output
from scenarios.reading.requirements.shared import Dated, Pending, Propose


class Reduce(Dated):
    """At least ``amount`` [t/yr] less, or a share (unit ``""``) of what ``of`` says."""

    kind: Literal["reduce"]
    pollutant: PollutantId
    amount: Annotated[Amount | Pending | Propose, amount_or_word("t/yr", "")]
    of: Annotated[Amount | Literal["base_year"], PlainValidator(read_basis_of_share)] = "base_year"

    @model_validator(mode="after")
    def _of_belongs_to_a_share(self) -> Self:
        if "of" in self.model_fields_set and isinstance(self.amount, Amount) and self.amount.unit:
            what = Text("of 只用于百分比", "'of' says what a percentage is of, but the amount is none")
            raise RefusedError(what, expected='an amount such as "30 %"', found=repr(self.amount.text))
        return self


class Cap(Dated):
    """At most ``amount`` [t/yr] remains."""

    kind: Literal["cap"]
    pollutant: PollutantId
    amount: Annotated[Amount | Pending | Propose, amount_or_word("t/yr")]


class Intensity(Dated):
    """Emissions per unit of output fall by the share ``amount`` against the base year; ``output`` by district."""

    kind: Literal["intensity"]
    pollutant: PollutantId
    amount: Annotated[Amount | Pending | Propose, amount_or_word("")]
    output: Annotated[Mapping[str, Amount], PlainValidator(read_output)]
