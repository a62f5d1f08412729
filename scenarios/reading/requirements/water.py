"""Requirements on monitoring sections: a concentration at one, or how many are in a class."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, PlainValidator, model_validator

from model.refusal import RefusedError
from model.text import Text
from model.toml_fields import Names, PollutantId
from model.units import Amount
from scenarios.reading.fields import amount_or_word, read_count
from scenarios.reading.requirements.shared import Dated, Pending, Propose, Shared

WaterClass = Literal["I", "II", "III", "IV", "V"]


class Concentration(Dated):
    """At most ``amount`` [mg/L] of the pollutant at one section; indicative, as the transfer factors are."""

    kind: Literal["concentration"]
    pollutant: PollutantId
    section: str
    amount: Annotated[Amount | Pending | Propose, amount_or_word("mg/L")]


class SectionsInClass(Shared):
    """At least ``amount`` sections, of those in ``of`` or of all, keep the limit of a water class; indicative."""

    kind: Literal["sections"]
    pollutant: PollutantId
    water_class: Annotated[WaterClass, Field(alias="class")]
    amount: Annotated[int, PlainValidator(read_count)]
    of: Names = ()

    @model_validator(mode="after")
    def _counts_sections_once(self) -> Self:
        unread = [name for name in ("each", "basis", "tolerance") if name in self.model_fields_set]
        if unread:
            what = Text("断面数要求不使用这些键", "a number of sections is asked for without these keys")
            raise RefusedError(what, expected="no such key", found=", ".join(unread))
        return self
