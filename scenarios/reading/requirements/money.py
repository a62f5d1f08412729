"""Requirements on money."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import model_validator

from model.refusal import RefusedError
from model.text import Text
from model.units import Amount
from scenarios.reading.fields import MONEY, amount_or_pending
from scenarios.reading.requirements.shared import Pending, Shared


class Budget(Shared):
    """At most ``amount`` [CNY, in the year] of capital, annual cost, or public capital; of capital also one payer's."""

    IS_CEILING: ClassVar[bool] = True

    kind: Literal["budget"]
    metric: Literal["capital", "annual", "public"]
    payer: Literal["enterprise", "municipality", "county", "province"] | None = None
    amount: Annotated[Amount | Pending, amount_or_pending(*MONEY)]

    @model_validator(mode="after")
    def _payer_pays_capital(self) -> Self:
        if self.payer is not None and self.metric != "capital":
            what = Text("只有投资可以按出资方设上限", "a ceiling for one payer on something other than capital")
            advice = Text(
                "年费用的上限请不写 payer；每个出资方的年费用见结果的费用表",
                "leave payer out of a ceiling on yearly cost; what each payer pays a year stands in the table of costs",
            )
            raise RefusedError(what, expected='metric = "capital"', found=f"metric = {self.metric!r}", advice=advice)
        return self
