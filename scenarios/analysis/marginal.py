"""What a little more, or a little less, of each requirement costs: solved again, with whole projects.

The price of the relaxation stands beside it. It belongs to a plan that may take parts of projects, so the true cost of
a step can lie on either side of it; the two agree where no project is cut. What the solves leave open is stated as an
interval that is proven.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from model.text import Text
from optimizer import Solution, Status
from scenarios.analysis.beside import Beside, beside
from scenarios.analysis.says import amount_text, money_text, requirement_text, value_text
from scenarios.analysis.study import Study
from scenarios.answering.result import Json, said

SMALL = 0.1
"""An amount of the objective that is nothing."""

WORTH_SAYING = 1e-5
"""Share of the plan's cost above which what is open about a difference is said."""

type Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Marginal:
    """What one unit more or less of a requirement costs, in the unit of the objective per ``unit``.

    ``step`` is by how much it was asked tighter and looser; ``cost`` the best plan's, ``cost_tighter`` and
    ``cost_looser`` those of the best plans found then, None where there is none. ``marginal_up`` = (cost_tighter -
    cost) / step, ``marginal_down`` = (cost - cost_looser) / step; ``up`` and ``down`` are what is proven of the two, at
    least and at most, None where nothing is, and ``uncertainty`` how far an end is from what is stated at most.
    ``lp_price`` is the price of the relaxation, a bound for small steps only where nothing is cut. ``is_at_end``: it is
    proven that there is no plan a step tighter.
    """

    row: str
    unit: str
    asked: float
    step: float
    cost: float
    cost_tighter: float | None
    cost_looser: float | None
    marginal_up: float | None
    marginal_down: float | None
    up: Interval | None
    down: Interval | None
    uncertainty: float
    lp_price: float | None
    is_at_end: bool
    says: Text

    def to_json(self) -> Json:
        """Return it as it stands in JSON."""
        return {**asdict(self), "says": said(self.says)}


def marginal_costs(study: Study, *, step: float = 0.01, rows: Sequence[str] | None = None) -> tuple[Marginal, ...]:
    """Return the marginal cost of every requirement that is held, in their order; one that may be missed has its price.

    Parameters
    ----------
    study
        A scenario with a plan.
    step
        The step as a share of what is asked; numbers of sources step by one at least.
    rows
        Row ids to look at; None for all.

    """
    return tuple(_marginal(study, one) for one in beside(study, step, rows))


def _marginal(study: Study, one: Beside) -> Marginal:
    plan, step = study.compiled.plans[one.place], one.step
    cost = study.objective if one.base.objective is None else one.base.objective
    tighter, looser = one.tighter.objective, one.looser.objective
    up = None if tighter is None else (tighter - cost) / step
    down = None if looser is None else (cost - looser) / step
    sides = (_proven(one.base, one.tighter, one), _proven(one.looser, one.base, one))
    price = study.requirements[one.place].marginal_cost
    known = [(value, ends) for value, ends in zip((up, down), sides, strict=True) if value is not None and ends]
    marginal = Marginal(
        row=plan.row_id,
        unit=plan.unit,
        asked=plan.asked or 0.0,
        step=step,
        cost=cost,
        cost_tighter=tighter,
        cost_looser=looser,
        marginal_up=up,
        marginal_down=down,
        up=sides[0],
        down=sides[1],
        uncertainty=max((max(value - ends[0], ends[1] - value) for value, ends in known), default=0.0),
        lp_price=None if price is None else abs(price),
        is_at_end=one.tighter.status is Status.INFEASIBLE,
        says=Text("", ""),
    )
    return replace(marginal, says=says_of(study, one.place, marginal))


def _proven(less: Solution, more: Solution, one: Beside) -> Interval | None:
    """Return what is proven of the difference of two plans, a unit, at least and at most; None without bounds.

    Where all plans of the tighter requirement keep the looser one, the difference is not below 0.
    """
    if less.objective is None or less.bound is None or more.objective is None or more.bound is None:
        return None
    least = more.bound - less.objective
    return (max(least, 0.0) if one.is_nested else least) / one.step, (more.objective - less.bound) / one.step


def says_of(study: Study, place: int, marginal: Marginal) -> Text:
    """Return what a step more and a step less of a requirement cost, in one sentence."""
    about, step = requirement_text(study, study.requirements[place]), _step(marginal)
    tighter = Text("未求得方案", ": no plan was found")
    if marginal.is_at_end:
        tighter = Text("就没有可行方案", " leaves no plan")
    if marginal.marginal_up is not None:
        more = _amount(study, marginal.step, marginal.marginal_up, marginal.up, verbs=("要多花", "最多多花"))
        tighter = Text("不多花钱", " costs nothing more")
        if more is not None:
            tighter = Text(more.zh, f" costs {more.en} more")
    looser = Text("未求得方案", ": no plan was found")
    if marginal.marginal_down is not None:
        less = _amount(study, marginal.step, marginal.marginal_down, marginal.down, verbs=("可省", "最多可省"))
        looser = Text("省不了钱", " saves nothing")
        if less is not None:
            looser = Text(less.zh, f" saves {less.en}")
    return Text(
        f"{about.zh}：收紧{step.zh}{tighter.zh}；放宽{step.zh}{looser.zh}。",
        f"{about.en}: tighter by {step.en}{tighter.en}; looser by {step.en}{looser.en}.",
    )


def _step(marginal: Marginal) -> Text:
    """Return by how much more or less is asked; of a share in points, as a part of it would be understood otherwise."""
    if marginal.unit != "%":
        return value_text(marginal.unit, marginal.step)
    return Text(f"{marginal.step:.3g}个百分点", f"{marginal.step:.3g} percentage points")


def _amount(study: Study, step: float, value: float, proven: Interval | None, *, verbs: tuple[str, str]) -> Text | None:
    """Return what a step comes to, None for nothing; where more than a little is open, from what to what it is.

    The Chinese text has its verb, of two: one for an amount, one for the most of it.
    """
    amount, (least, most) = value * step, (end * step for end in proven or (value, value))
    little = max(SMALL, WORTH_SAYING * abs(study.objective))
    if most - least <= little:
        whole = money_text(study, amount)
        return None if amount <= max(SMALL, most - least) else Text(f"{verbs[0]}{whole.zh}", whole.en)
    far = money_text(study, most)
    if least <= SMALL:
        return Text(f"{verbs[1]}{far.zh}", f"at most {far.en}")
    near = amount_text(study, least)
    return Text(f"{verbs[0]}{near.zh}至{far.zh}", f"{near.en} to {far.en}")
