"""Requirements on money."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import model_validator

from model.refusal import RefusedError
from model.text import Text
from model.units import Amount
from scenarios.fields import MONEY, amount_or_pending
from scenarios.requirements.shared import Pending, Shared


class Budget(Shared):
    """At most ``amount`` [CNY, in the year] of capital, annual cost, or public capital; of capital also one payer's."""

    kind: Literal["budget"]
    metric: Literal["capital", "annual", "public"]
    payer: Literal["enterprise", "municipality", "county", "province"] | None = None
    amount: Annotated[Amount | Pending, amount_or_pending(*MONEY)]

    @model_validator(mode="after")
    def _payer_pays_capital(self) -> Self:
        if self.payer is not None and self.metric != "capital":
            what = Text("payer 只用于投资", "a payer of something other than capital")
            raise RefusedError(what, expected='metric = "capital"', found=f"metric = {self.metric!r}")
        return self
