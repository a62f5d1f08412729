"""Measures: what changes in a source's state, where it applies, what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from model.numbers import Factors, Number
from model.seasons import Season
from model.text import Text


class Operation(StrEnum):
    """How a measure changes a state column."""

    SET = "set"
    SCALE = "scale"
    CAP = "cap"
    FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class Change:
    """``set`` x to v, ``scale`` x by v, ``cap`` min(x, v), ``floor`` max(x, v).

    ``set`` never worsens a column that states what is better.
    """

    column: str
    operation: Operation
    amount: Number


@dataclass(frozen=True, slots=True)
class Condition:
    """Which values of one column a measure or requirement covers: membership, or an open or closed range."""

    values: tuple[str | float, ...] | None = None
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    below: float | None = None


type Where = Mapping[str, Condition]

Of = Literal["before", "after", "removed", "added"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """What an amount is multiplied by: one per source (empty name), a state column, or a flow of the sector.

    With ``exponent`` b and ``reference`` q0 the factor is (q / q0) ** b, the scaling law of capital cost.
    For a flow, ``of`` picks its value just before this measure, just after it, what the measure removes
    (before - after) or adds (after - before). A column is always taken as the measure finds it.
    """

    name: str = ""
    of: Of = "before"
    exponent: float = 1.0
    reference: float = 1.0


@dataclass(frozen=True, slots=True)
class CostTerm:
    """``price`` [CNY, or CNY/yr] times a quantity."""

    price: Number
    quantity: Quantity = field(default_factory=Quantity)


@dataclass(frozen=True, slots=True)
class SideFlow:
    """A flow the measure itself causes, such as electricity: ``amount`` [unit of ``flow``] times a quantity."""

    flow: str
    amount: Number
    quantity: Quantity = field(default_factory=Quantity)


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost of a measure.

    Capital [CNY] is the sum of ``capital`` terms. Fixed cost [CNY/yr] is the sum of ``fixed`` terms plus
    ``fixed_share_of_capital`` [1/yr] times capital. Running cost [CNY/yr] is the sum of ``variable`` terms, which grow
    with activity, plus priced changes of fuel, electricity and other flows, which the sector's formula gives.
    """

    capital: tuple[CostTerm, ...] = ()
    fixed: tuple[CostTerm, ...] = ()
    fixed_share_of_capital: Number | None = None
    variable: tuple[CostTerm, ...] = ()
    lifetime_years: Number | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A change of a source's state in one slot, or in several for a combined retrofit.

    With a ``season`` it is at work on those days only: its effects and its running cost are those of their share of the
    year, its capital and fixed cost stay.
    """

    id: str
    sector: str
    slots: tuple[str, ...]
    name: Text
    content: Text
    where: Where
    changes: tuple[Change, ...]
    cost: Cost
    side: tuple[SideFlow, ...]
    lead_time_months: Number
    divisible: bool
    payer: Mapping[str, float]
    refs: tuple[str, ...]
    note: Text = Text("", "")
    season: Season | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Measures by id, in catalogue order, and the factors they and the sectors use."""

    measures: Mapping[str, Measure]
    factors: Factors

    def of_sector(self, sector: str) -> tuple[Measure, ...]:
        """Return the measures of one sector in catalogue order."""
        return tuple(measure for measure in self.measures.values() if measure.sector == sector)
