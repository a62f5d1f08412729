"""Requirements that may be missed: how far, and what each missing unit counts.

A row k that may be missed has a group of options of its own beside the sources': "kept", and where the row asks for at
least so much "as short as can be", where it asks for at most so much "as far over as can be". A mixture of the two is
every shortfall between, at that part of the price, so the row stays a row and the problem one of choice:

    sum_j a_kj x_j + u_k s_k - o_k t_k  {>=, <=, =}  b_k,    s_k + t_k <= 1,    cost + p_k (u_k s_k + o_k t_k)

``u_k`` is the bound less the least that any choice gives, ``o_k`` the most that any choice gives less the bound. Where
what counts is whether a row is kept at all, the group is whole, kept or given up, and an "exactly" stands as two rows.
A number of sections and a ceiling of projects give way in the same manner: their groups stand in the side row that
counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from model.flow_names import unit_of
from model.problems import InputError, Problem
from model.refusal import RefusedError
from model.sector import FloatArray
from model.text import Text
from model.units import amount
from scenarios.compiling.rows.plan import MET_TOLERANCE, RowPlan
from scenarios.reading.requirements import Shared

if TYPE_CHECKING:
    from scenarios.compiling.compile import Compiled
    from scenarios.compiling.expand import YearOptions
    from scenarios.compiling.rows import Sense
    from scenarios.compiling.rules import Held
    from scenarios.reading.bundle import Bundle
    from scenarios.reading.spec import Mode, Scenario

type Demand = RowPlan | Held
"""What may be missed: a row over a metric, or a rule or number of sections."""

type Giving = Literal["priced", "share", "whole"]
"""What a missed row counts: the price of what is missing, its share of what is asked, or one."""

PRICED_MODES: frozenset[Mode] = frozenset({"least_cost", "evaluate"})


@dataclass(frozen=True, slots=True)
class Give:
    """One row that may be missed, at ``place`` among the row plans and the rules that follow them.

    ``under`` and ``over`` are how far it can be missed, in the row's own unit, ``per_unit`` what one unit counts: its
    price in the objective's unit, or its share of what is asked times the weight; nothing where ``is_whole``: there
    the row counts as one.
    """

    place: int
    under: float
    over: float
    per_unit: float
    is_whole: bool

    @property
    def amounts(self) -> tuple[float, ...]:
        """What each option of the group misses by: kept, as short, as far over as can be; or kept and given up."""
        if self.is_whole:
            return (0.0, max(self.under, self.over))
        return (0.0, *(value for value in (self.under, -self.over) if value))

    def lifts(self, sense: Sense) -> tuple[float, ...]:
        """What each option adds to a row of this sense; a row that is given up holds nothing from either side."""
        if self.is_whole:
            return (0.0, -self.over if sense == "<=" else self.under)
        return self.amounts

    def levels(self, missed: float) -> list[float]:
        """Return the part of each option in a miss; ``missed`` is what the row lacks, negative where it is over."""
        if self.is_whole:
            return [0.0, 1.0] if missed else [1.0, 0.0]
        parts = [min(missed / amount, 1.0) if amount * missed > 0.0 else 0.0 for amount in self.amounts[1:]]
        return [1.0 - sum(parts), *parts]


@dataclass(frozen=True)
class Slack:
    """The groups of the rows that may be missed; their options follow the choices of the sources.

    ``places`` are those of all row plans that may be missed, the rules counted on behind them; ``gives`` the groups of
    those that can be at all. ``way`` says what a miss counts; where ``is_priced``, its shares are amounts of money.
    """

    way: Giving | None = None
    places: frozenset[int] = frozenset()
    gives: tuple[Give, ...] = ()
    is_priced: bool = False

    @cached_property
    def of(self) -> NDArray[np.int64]:
        """The group of each option, counted from 0, shape (slack option,)."""
        return np.repeat(np.arange(len(self.gives)), [len(give.amounts) for give in self.gives])

    @cached_property
    def amount(self) -> FloatArray:
        """What each option adds to its row, in the row's own unit, shape (slack option,)."""
        return np.array([value for give in self.gives for value in give.amounts], dtype=np.float64)

    @property
    def size(self) -> int:
        """Number of options."""
        return len(self.amount)

    @property
    def counts(self) -> FloatArray:
        """What each option counts, shape (slack option,)."""
        per_unit = np.array([give.per_unit for give in self.gives])
        return np.abs(self.amount) * per_unit[self.of] if self.gives else self.amount

    @property
    def cost(self) -> FloatArray:
        """What each option adds to the objective, shape (slack option,): its price, nothing where steps are taken."""
        return self.counts if self.way == "priced" else np.zeros(self.size)

    def lifts(self, plans: int, first: int) -> Mapping[int, tuple[int, float]]:
        """Return the option that misses each rule and by how much, by the rule's number behind so many row plans.

        ``first`` is the place of the first of these options.
        """
        return {
            give.place - plans: (first + int(np.flatnonzero(self.of == number)[-1]), max(give.under, give.over))
            for number, give in enumerate(self.gives)
            if give.place >= plans
        }

    @property
    def is_divisible(self) -> NDArray[np.bool_]:
        """Which groups may be mixed, shape (give,)."""
        return np.array([not give.is_whole for give in self.gives], dtype=np.bool_)


def default_giving(mode: Mode) -> Giving | None:
    """Return how rows give way in the problem that is tried first: priced, or not at all."""
    return "priced" if mode in PRICED_MODES else None


def may_be_missed(scenario: Scenario, requirement: Shared, giving: Giving | None) -> bool:
    """Say whether a requirement gives way.

    Priced ones do where a price is stated. Otherwise all do but ceilings, what says ``soft = false`` and,
    where shares count and some requirement states a price, what states none.
    """
    if giving is None or not requirement.MAY_BE_MISSED or requirement.soft is False:
        return False
    if giving == "priced" or (giving == "share" and is_priced(scenario)):
        return isinstance(requirement.soft, str)
    stated = {"soft", "weight", "priority"} & requirement.model_fields_set
    return bool(stated) or not requirement.IS_CEILING


def is_priced(scenario: Scenario) -> bool:
    """Say whether any requirement states what a missing unit costs."""
    return any(isinstance(requirement.soft, str) for requirement in scenario.requirement)


def places_that_give(
    scenario: Scenario, plans: Sequence[RowPlan], rules: Sequence[Shared], giving: Giving | None
) -> frozenset[int]:
    """Return the places of the row plans that may be missed, and behind them those of the rules."""
    asked = [None if plan.bound is None else plan.requirement for plan in plans]
    return frozenset(
        place
        for place, requirement in enumerate([*asked, *rules])
        if requirement is not None and may_be_missed(scenario, requirement, giving)
    )


def price_problems(bundle: Bundle, plans: Sequence[Demand]) -> list[Problem]:
    """Return a problem for every price that is not per unit of what its requirement asks for."""
    found: dict[str, Problem] = {}
    for plan in plans:
        if isinstance(plan.requirement.soft, str):
            key = f"requirement.{plan.requirement.id}.soft"
            try:
                price_of(plan)
            except RefusedError as error:
                found[key] = error.problem(bundle.scenario_file, key)
    return list(found.values())


def price_of(plan: Demand) -> float:
    """Return the price of a missing unit [CNY/yr or CNY per reported unit]; of a ratio per unit above the line.

    Raises `RefusedError` when it is a price of something else.
    """
    return amount(str(plan.requirement.soft), *price_units(plan)).value


def price_units(plan: Demand) -> tuple[str, ...]:
    """Return the units in which a price of what a row lacks may be written; of money it is a share of what is over."""
    unit = missing_unit(plan)
    if unit.startswith("CNY"):
        return ("",)
    if unit == "count":
        return ("CNY", "CNY/yr")
    if unit.endswith("/yr"):
        return (f"CNY/{unit.removesuffix('/yr')}",)
    return (f"CNY/({unit})", f"CNY/yr/({unit})")


def missing_unit(plan: Demand) -> str:
    """Return the unit of what a row lacks: that of its report, of a ratio that of what stands above the line."""
    if not isinstance(plan, RowPlan) or plan.per is None:
        return plan.unit
    return unit_of(plan.metric.flow) or plan.unit


def missing_scale(plan: Demand) -> float:
    """Return how many of `missing_unit` one unit of the row is."""
    return abs(plan.scale) if isinstance(plan, RowPlan) and plan.per is None else 1.0


def asked_of(plan: Demand) -> float:
    """Return what is asked for, without sign; 0 of a ratio, which asks for nothing above the line."""
    is_ratio = isinstance(plan, RowPlan) and plan.per is not None
    return 0.0 if is_ratio else abs(plan.asked or 0.0)


def slack_of(
    bundle: Bundle,
    plans: Sequence[Demand],
    held: Sequence[FloatArray],
    options: YearOptions,
    *,
    giving: tuple[Giving | None, Collection[int]],
) -> Slack:
    """Return the groups of the rows that give way; ``held`` (choice,) are the values of each row plan's metric.

    ``plans`` are the row plans and, behind them, the rules. ``giving`` says how they give way and which do, by place.
    """
    way, places = giving
    gives = []
    for place in sorted(places):
        plan = plans[place]
        miss = _furthest(plan, held[place], options) if isinstance(plan, RowPlan) else plan.furthest
        gives.append(Give(place, *miss, _per_unit(bundle, plan, way, max(miss)), is_whole=way == "whole"))
    able = tuple(give for give in gives if give.under or give.over)
    return Slack(way, frozenset(places), able, is_priced=way == "priced" or is_priced(bundle.scenario))


def _furthest(plan: RowPlan, values: FloatArray, options: YearOptions) -> tuple[float, float]:
    """Return how far a row can fall short and how far it can go over, in its own unit."""
    own = values * plan.mask[options.source]
    least, most = (float(extreme.reduceat(own, options.starts).sum()) for extreme in (np.minimum, np.maximum))
    low, high = _span(plan)
    return max(low - least, 0.0), max(most - high, 0.0)


def _per_unit(bundle: Bundle, plan: Demand, way: Giving | None, furthest: float) -> float:
    """Return what one missing unit of a row counts.

    A price is paid in the year of the requirement, and counts at its present value. A share is one of what is asked;
    where nothing is asked for, or a ratio, of the furthest that the row can be missed.
    """
    if way == "whole":
        return 0.0
    if way == "priced" or is_priced(bundle.scenario):
        years = plan.year - bundle.timeline.years[0]
        return price_of(plan) * missing_scale(plan) / (1.0 + bundle.scenario.discount_rate) ** years
    whole = asked_of(plan) / missing_scale(plan) or furthest
    return plan.requirement.weight / whole if whole else 0.0


def _span(plan: RowPlan) -> tuple[float, float]:
    """Return the least and the most that a row's metric may add up to."""
    bounds = plan.row_bounds
    low = max((bound for sense, bound in bounds if sense != "<="), default=-np.inf)
    high = min((bound for sense, bound in bounds if sense != ">="), default=np.inf)
    return low, high


def missed(compiled: Compiled, level: FloatArray, place: int) -> float:
    """Return what a row lacks under a choice, in its own unit: negative where it is over, 0 up to rounding."""
    plan = compiled.demands[place]
    if not isinstance(plan, RowPlan):
        return plan.lack(compiled.own(level))
    own = compiled.own(compiled.problem.metrics[compiled.metric_of[place]])
    value = float((own * compiled.own(level))[plan.mask[compiled.options.source]].sum())
    low, high = _span(plan)
    lack = max(low - value, 0.0) - max(value - high, 0.0)
    size = max(1.0, abs(value), *(abs(bound) for bound in (low, high) if np.isfinite(bound)))
    return lack if abs(lack) > MET_TOLERANCE * size else 0.0


def tidied(compiled: Compiled, level: FloatArray) -> FloatArray:
    """Return a choice with the groups of the rows that may be missed at exactly what is missing.

    The markers of sections stand as the choice has them too, so that what is missing is what the markers lack.
    """
    if not compiled.slack.gives:
        return level
    parts = [part for give in compiled.slack.gives for part in give.levels(missed(compiled, level, give.place))]
    whole = level.copy()
    whole[compiled.slack_options] = parts
    marked = [rule.marker_levels(compiled.own(level)) for rule in compiled.rules]
    if marked:
        whole[compiled.slack_options.stop :] = np.concatenate(marked)
    return whole


def penalty_of(compiled: Compiled, level: FloatArray) -> float:
    """Return what missed rows add to the objective under a choice."""
    return float(compiled.problem.cost[compiled.slack_options] @ level[compiled.slack_options])


def soft_refusals(scenario: Scenario) -> Iterator[tuple[str, RefusedError]]:
    """Yield what the mode cannot do with requirements that may be missed: count what has no price, or price tonnes."""
    for requirement in scenario.requirement:
        place = f"requirement.{requirement.id}.soft"
        if requirement.soft is True and scenario.mode in PRICED_MODES:
            what = Text("软目标缺少单价", "a target that may be missed, without a price of what is missing")
            advice = Text('给出单价，或用 mode = "closest"', 'state a price, or use mode = "closest"')
            yield place, RefusedError(what, expected='soft = "1200 CNY/t"', found="soft = true", advice=advice)
        if requirement.soft and scenario.mode == "most_reduction":
            what = Text("减排最大时没有费用可与罚金相加", "the most reduction counts tonnes, no price can be added")
            yield place, RefusedError(what, expected="no key 'soft'", found=repr(requirement.soft))


def refuse_prices(bundle: Bundle, plans: Sequence[Demand]) -> None:
    """Raise `InputError` with every price that is not one of what its requirement asks for."""
    problems = price_problems(bundle, plans)
    if problems:
        raise InputError(problems)
