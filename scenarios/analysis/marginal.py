"""What a little more, or a little less, of each requirement costs: solved again, with whole projects.

The price of the relaxation stands beside it. It belongs to a plan that may take parts of projects, so the true cost of
a step can lie on either side of it; the two agree where no project is cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from model.text import Text
from optimizer import Solution
from optimizer.vicinity import Memory, solve_near
from scenarios.analysis.says import amount_text, requirement_text, step_text, value_text
from scenarios.analysis.study import Study
from scenarios.held_rows import asking
from scenarios.result import Json, said
from scenarios.rows.plan import COUNTED

CLOSE = 0.1
"""Share of the gap asked for to which each of the solves is proven, so that their difference says something."""

NODES = 50
"""Nodes of each solve at most, so that an answer comes in time; what stays open is stated as ``uncertainty``."""

WORTH_SAYING = 1e-5
"""Share of the plan's cost above which what is open about a difference is said with it."""


@dataclass(frozen=True, slots=True)
class Marginal:
    """What one unit more or less of a requirement costs, in the unit of the objective per ``unit``.

    ``step`` is by how much it was asked tighter and looser; ``cost`` the plan's own cost, ``cost_tighter`` and
    ``cost_looser`` those of the plans then, None where there is none. ``marginal_up`` = (cost_tighter - cost) / step,
    ``marginal_down`` = (cost - cost_looser) / step, each certain to within ``uncertainty``. ``lp_price`` is the price
    of the relaxation, a bound for small steps only where nothing is cut.
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
    uncertainty: float
    lp_price: float | None
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
    memory: Memory = {}
    close = replace(study.settings, gap=study.settings.gap * CLOSE, node_limit=study.settings.node_limit or NODES)
    base = solve_near(study.compiled.problem, close, memory=memory)
    found = []
    for place, (plan, own) in enumerate(zip(study.compiled.plans, study.rows_of, strict=True)):
        if not own or plan.asked is None or (rows is not None and plan.row_id not in rows):
            continue
        if place in study.compiled.slack.places:
            continue
        size = abs(plan.asked) * step
        size = max(round(size), 1.0) if plan.unit == COUNTED else size
        if size == 0.0 or plan.reported_sense == "=":
            continue
        sign = 1.0 if plan.reported_sense == ">=" else -1.0
        tighter, looser = (
            solve_near(asking(study.compiled, plan.at(plan.asked + way * sign * size)), close, memory=memory)
            for way in (1.0, -1.0)
        )
        found.append(_marginal(study, place, size, base, (tighter, looser)))
    return tuple(found)


def _marginal(study: Study, place: int, step: float, base: Solution, beside: tuple[Solution, Solution]) -> Marginal:
    plan, requirement = study.compiled.plans[place], study.requirements[place]
    cost = study.objective if base.objective is None else base.objective
    tighter, looser = beside
    up = None if tighter.objective is None else (tighter.objective - cost) / step
    down = None if looser.objective is None else (cost - looser.objective) / step
    open_part = sum(_open(solution) for solution in (base, *beside))
    price = requirement.marginal_cost
    marginal = Marginal(
        row=plan.row_id,
        unit=plan.unit,
        asked=plan.asked or 0.0,
        step=step,
        cost=cost,
        cost_tighter=tighter.objective,
        cost_looser=looser.objective,
        marginal_up=up,
        marginal_down=down,
        uncertainty=open_part / step,
        lp_price=None if price is None else abs(price),
        says=Text("", ""),
    )
    return replace(marginal, says=says_of(study, place, marginal))


def _open(solution: Solution) -> float:
    if solution.objective is None or solution.bound is None:
        return 0.0
    return solution.objective - solution.bound


def says_of(study: Study, place: int, marginal: Marginal) -> Text:
    """Return what a step more and a step less of a requirement cost, in one sentence."""
    about, step = requirement_text(study, study.requirements[place]), value_text(marginal.unit, marginal.step)
    room = max(marginal.uncertainty * marginal.step, CLOSE)
    if marginal.cost_tighter is None:
        tighter = Text("再严这么多就没有可行方案", "there is no plan that much tighter")
    else:
        more = step_text(study, marginal.cost_tighter - marginal.cost, room=room)
        tighter = Text("再严这么多不多花钱", "asking that much more costs nothing")
        if more is not None:
            tighter = Text(f"再严这么多要多花{more.zh}", f"asking that much more costs {more.en}")
    if marginal.cost_looser is None:
        looser = Text("放宽时未求得方案", "no plan was found when asking less")
    else:
        less = step_text(study, marginal.cost - marginal.cost_looser, room=room)
        looser = Text("放宽这么多也省不了钱", "asking that much less saves nothing")
        if less is not None:
            looser = Text(f"放宽这么多可省{less.zh}", f"asking that much less saves {less.en}")
    sure = Text("", "")
    if room > max(CLOSE, WORTH_SAYING * abs(marginal.cost)):
        most = amount_text(study, room)
        sure = Text(f"（误差不超过{most.zh}）", f" (to within {most.en})")
    return Text(
        f"{about.zh}：每步{step.zh}，{tighter.zh}，{looser.zh}{sure.zh}。",
        f"{about.en}: by steps of {step.en}, {tighter.en}, {looser.en}{sure.en}.",
    )
