"""Requirements on how the burden is spread."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import PlainValidator, model_validator

from model.refusal import RefusedError
from model.text import Text
from scenarios.reading.fields import read_ratio
from scenarios.reading.requirements.shared import Shared


class Fair(Shared):
    """No district in scope pays per head more than ``ratio`` times the mean of the districts, in the year.

    What counts is the annual cost, or the capital, of the measures at its sources, by all or without the enterprises'.
    The scenario states the people of each district as ``population``.
    """

    MAY_BE_MISSED: ClassVar[bool] = False

    kind: Literal["fair"]
    metric: Literal["annual", "capital", "public"] = "annual"
    ratio: Annotated[float, PlainValidator(read_ratio)]

    @model_validator(mode="after")
    def _compares_districts(self) -> Self:
        unread = [name for name in ("each", "basis", "tolerance") if name in self.model_fields_set]
        if unread:
            what = Text("公平性要求不使用这些键", "a limit of fairness compares districts, without these keys")
            raise RefusedError(what, expected="no such key", found=", ".join(unread))
        if self.ratio < 1.0:
            what = Text("倍数小于 1，无法成立", "less than the mean for every district, which cannot be")
            raise RefusedError(what, expected="at least 1", found=f"{self.ratio:g}")
        return self
