"""What a measure costs, and what a package saves and spends on priced flows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from model.apply import Rows
from model.economics import Economics, capital_recovery_factor, price_factor
from model.measures import CostTerm, Measure, Quantity
from model.sector import FloatArray, State

type FlowsAt = Mapping[str, FloatArray]

ENTERPRISE = "enterprise"

ROUNDING = 1e-9
"""Part of a service that may go missing in the arithmetic of a switch that keeps it."""


@dataclass(frozen=True, slots=True)
class Step:
    """A measure as a package meets it: the state it finds and the sector's flows just before and just after it.

    ``share`` is the part of the year that the flows are of, and that a column or a flat amount counts for.
    """

    state: State
    before: FlowsAt
    after: FlowsAt
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Charge:
    """Cost of one measure, or of all measures of a package so far, and the flows they cause beside the formula's.

    Arrays have shape (row,); ``side`` is by flow name, in the unit of the flow. ``payer_capital_cny`` is by payer, of
    those that are asked for.
    """

    capital_cny: FloatArray
    public_capital_cny: FloatArray
    annuity_cny_per_year: FloatArray
    fixed_cny_per_year: FloatArray
    variable_cny_per_year: FloatArray
    side: Mapping[str, FloatArray]
    payer_capital_cny: Mapping[str, FloatArray]

    @classmethod
    def none(cls, size: int, payers: Sequence[str] = ()) -> Charge:
        """Return the charge of leaving ``size`` rows as they are."""
        zero = np.zeros(size)
        return cls(zero, zero, zero, zero, zero, {}, dict.fromkeys(payers, zero))

    def after(self, prefix: Charge, rows: Rows) -> Charge:
        """Return this charge on top of what the given rows of ``prefix`` carry already."""
        side = {name: values[rows] for name, values in prefix.side.items()}
        side |= {name: values + side[name] if name in side else values for name, values in self.side.items()}
        return Charge(
            self.capital_cny + prefix.capital_cny[rows],
            self.public_capital_cny + prefix.public_capital_cny[rows],
            self.annuity_cny_per_year + prefix.annuity_cny_per_year[rows],
            self.fixed_cny_per_year + prefix.fixed_cny_per_year[rows],
            self.variable_cny_per_year + prefix.variable_cny_per_year[rows],
            side,
            {payer: values + prefix.payer_capital_cny[payer][rows] for payer, values in self.payer_capital_cny.items()},
        )


def charge(
    measure: Measure, step: Step, economics: Economics, payers: Sequence[str] = (), *, at_work: Step | None = None
) -> Charge:
    """Return what one measure costs at each row, in money of the scenario's price year.

    capital = sum price (q / q0)^b; annuity = capital CRF(rate, lifetime); fixed = sum price q + share capital;
    variable = sum price q; side flow = sum amount q. The last two are of the days on which the measure is ``at_work``,
    where that is not the whole year.
    """
    running = step if at_work is None else at_work
    capital = _total(measure.cost.capital, step, economics)
    recovery = 0.0
    if measure.cost.lifetime_years is not None:
        recovery = capital_recovery_factor(economics.discount_rate, measure.cost.lifetime_years.value)
    elif measure.cost.capital:
        raise ValueError(f"{measure.id}: expected a lifetime for its capital cost; found none")
    share = measure.cost.fixed_share_of_capital
    public = sum(part for payer, part in measure.payer.items() if payer != ENTERPRISE)
    side: dict[str, FloatArray] = {}
    for flow in measure.side:
        amount = flow.amount.value * factor(flow.quantity, running)
        side[flow.flow] = side[flow.flow] + amount if flow.flow in side else amount
    return Charge(
        capital,
        capital * public,
        capital * recovery,
        _total(measure.cost.fixed, step, economics) + capital * (0.0 if share is None else share.value),
        _total(measure.cost.variable, running, economics),
        side,
        {payer: capital * measure.payer.get(payer, 0.0) for payer in payers},
    )


def factor(quantity: Quantity, step: Step) -> FloatArray:
    """Return ``(q / q0)^b`` at each row; a name that is both a flow and a state column means the flow.

    Raises
    ------
    ValueError
        When the name is neither.

    """
    size = _size(quantity, step) / quantity.reference
    scaled: FloatArray = size if quantity.exponent == 1 else size**quantity.exponent
    return scaled if quantity.name in step.before or step.share == 1.0 else scaled * step.share


def running_cost(
    charge: Charge, change: FlowsAt, kept: FloatArray, economics: Economics, *, services: Sequence[str]
) -> FloatArray:
    """Return running cost [CNY/yr] at each row: variable cost, priced flows, and the price of lost services.

    ``change`` holds the priced flows' changes (side flows included) and the services' own. What a flow costs more is
    charged in full, what it saves is credited in the proportion ``kept`` in which the services go on; a lost service
    is charged at its price, a gained one earns nothing.
    """
    cost = charge.variable_cny_per_year
    for name, values in change.items():
        price = economics.flow_prices.get(name, 0.0)
        if name in services:
            cost = cost + price * np.maximum(0.0, -values)
        elif name in economics.flow_prices:
            cost = cost + price * np.where(values < 0, values * kept, values)
    return cost


def kept_service(before: FlowsAt, after: FlowsAt, services: Sequence[str]) -> FloatArray:
    """Return the smallest proportion, at most 1, in which the services go on; what was zero before is not lost.

    The shape is (row,), or () where there are no services and all savings are kept.
    """
    kept: FloatArray = np.ones(())
    for name in services:
        had = before[name]
        share = np.divide(after[name], had, out=np.ones_like(had), where=had > 0)
        kept = np.minimum(kept, share)
    return kept


def lost_services(before: FlowsAt, after: FlowsAt, services: Sequence[str]) -> set[str]:
    """Return the services that fall at some row by more than rounding."""
    return {name for name in services if np.any(after[name] < before[name] * (1 - ROUNDING))}


def _total(terms: Sequence[CostTerm], step: Step, economics: Economics) -> FloatArray:
    """Sum of price times quantity over terms, shape (row,)."""
    total: FloatArray = np.zeros(_rows(step))
    for term in terms:
        price = term.price.value * price_factor(economics, term.price.price_year)
        total = total + price * factor(term.quantity, step)
    return total


def _size(quantity: Quantity, step: Step) -> FloatArray:
    """The quantity itself at each row, before scaling."""
    name = quantity.name
    if not name:
        return np.ones(_rows(step))
    if name not in step.before:
        if name not in step.state:
            raise ValueError(f"expected a column or flow of the sector; found {name!r}")
        return step.state[name]
    before, after = step.before[name], step.after[name]
    match quantity.of:
        case "before":
            return before
        case "after":
            return after
        case "removed":
            return before - after
        case "added":
            return after - before


def _rows(step: Step) -> int:
    return len(next(iter(step.state.values())))
