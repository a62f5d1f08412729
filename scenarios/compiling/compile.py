"""From a scenario to the optimiser's arrays, and from its choice back to packages at sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.options import OptionTable, build_options
from model.problems import InputError
from model.sector import FloatArray
from model.text import Text
from optimizer import ChoiceProblem, Row
from scenarios.answering.reachable import alone
from scenarios.answering.spare_memory import let_go
from scenarios.compiling.admission import Admission, admission, all_admitted, is_of
from scenarios.compiling.covered import mask_of, uncovered
from scenarios.compiling.decided import Decision, decisions
from scenarios.compiling.expand import YearOptions, expand
from scenarios.compiling.giving_way import Giving, Slack, default_giving, places_that_give, refuse_prices, slack_of
from scenarios.compiling.held_rows import decided_row, first_row, further_rows, soft_rows
from scenarios.compiling.metrics import Metric, metric_values, stack
from scenarios.compiling.needs import base_flows, flows_read, levels_read, payers_read, row_facts
from scenarios.compiling.objective import divisible, objective, undivided
from scenarios.compiling.rows import RowPlan, is_row, plan_rows
from scenarios.compiling.rules import Held, counts_alone, marker_count, rule_notes, rule_plans, rules_of, side_of
from scenarios.reading.bundle import Bundle
from scenarios.reading.requirements import Forbid
from scenarios.reading.section_checks import indicative
from scenarios.reading.spec import Mode

SMALLEST_SHARE = 1e-9


@dataclass(frozen=True, slots=True)
class Compiled:
    """The choice problem of a scenario with its labels.

    ``options`` are the choices that are admitted; ``plans`` all rows asked for, in scenario order; ``metric_of`` the
    place of each plan's metric in the problem; ``row_of`` its place among the problem's rows, None for one that is
    pending or already kept by leaving out choices; ``alone`` (row plan,) how far each row could go with all others
    ignored, those too that are kept by leaving out choices. ``decided`` are the ``fix``ed projects, ``rules`` those
    between choices, whose rows are the side rows of the problem, ``rules_alone`` (rule,) how many sections each number
    could have, NaN for rules. ``slack`` are the groups of the rows that may be
    missed: its options follow the choices, and the markers of sections follow these.
    """

    mode: Mode
    options: YearOptions
    plans: tuple[RowPlan, ...]
    metric_of: tuple[int, ...]
    problem: ChoiceProblem
    row_of: tuple[int | None, ...]
    alone: FloatArray
    decided: tuple[Decision, ...]
    rules: tuple[Held, ...]
    notes: tuple[Text, ...]
    slack: Slack
    rules_alone: FloatArray

    @property
    def demands(self) -> tuple[RowPlan | Held, ...]:
        """All that may be missed, as `Slack` counts it: the row plans and behind them the rules."""
        return (*self.plans, *self.rules)

    @property
    def slack_options(self) -> slice:
        """Places of the options of rows that may be missed."""
        return slice(self.options.size, self.options.size + self.slack.size)

    def own(self, values: FloatArray) -> FloatArray:
        """Return values (option,) of the problem for the choices alone; what else is decided follows them."""
        return values[: self.options.size]

    def widened(self, values: FloatArray) -> FloatArray:
        """Return values (..., choice) for every option of the problem, (..., option): 0 beyond the choices."""
        return _widened(values, self.problem.option_count)

    def plan_values(self, level: FloatArray) -> FloatArray:
        """Return the value of every row plan under a choice, shape (row plan,)."""
        taken = np.flatnonzero(self.own(level))
        pairs = zip(self.plans, self.metric_of, strict=True)
        return np.array([self._value(plan, place, level, taken) for plan, place in pairs])

    def total(self, plan: RowPlan, metric: Metric, level: FloatArray) -> float:
        """Return a metric added up over the sources of a row under a choice."""
        return self._sum(plan, metric_values(metric, self.options), level, np.flatnonzero(self.own(level)))

    def _value(self, plan: RowPlan, place: int, level: FloatArray, taken: NDArray[np.int64]) -> float:
        if plan.per is None:
            return self._sum(plan, self.problem.metrics[place], level, taken)
        return plan.value(self.total(plan, plan.metric, level), self.total(plan, plan.per, level))

    def _sum(self, plan: RowPlan, values: FloatArray, level: FloatArray, taken: NDArray[np.int64]) -> float:
        """Return a sum over the choices that are taken, in the scope of a row."""
        inside = taken[plan.mask[self.options.source[taken]]]
        return float((values[inside] * level[inside]).sum())

    def reach_problem(self) -> ChoiceProblem:
        """Return the problem with every plan as a row, in the order of ``plans``; what may be missed still may.

        A pending row gets a bound that every choice keeps, so that it holds nothing; a mandate that is kept by leaving
        out choices is a row again, which every remaining choice keeps.
        """
        rows = [self.reach_row(number) for number in range(len(self.plans))]
        for give in self.slack.gives:
            if give.place < len(self.plans):
                rows[give.place] = self.problem.rows[self.row_of[give.place] or 0]
        own = {row.id for row in rows}
        rows += [row for row in self.problem.rows if row.id not in own]
        return self.problem.with_rows(tuple(rows))

    def reach_row(self, number: int) -> Row:
        """Return the row of one plan as it is pushed: nothing of it can be missed."""
        plan, metric = self.plans[number], self.metric_of[number]
        return first_row(plan, metric) if plan.limits else self._idle_row(plan, metric)

    def _idle_row(self, plan: RowPlan, metric: int) -> Row:
        values = self.own(self.problem.metrics[metric]) * plan.mask[self.options.source]
        extreme = np.minimum if plan.sense == ">=" else np.maximum
        worst = float(extreme.reduceat(values, self.options.starts).sum())
        room = abs(worst) + 1.0
        bound = worst - room if plan.sense == ">=" else worst + room
        return first_row(replace(plan, bound=bound, sense=">=" if plan.sense == ">=" else "<=", per=None), metric)


def options_of(bundle: Bundle) -> OptionTable:
    """Evaluate every package a scenario allows, with the flows and levels that its rows and reports read.

    Raises
    ------
    InputError
        When a price or price index is missing.

    """
    return build_options(
        bundle.inventory,
        bundle.catalogue,
        bundle.economics,
        flows=flows_read(bundle),
        levels=levels_read(bundle),
        payers=payers_read(bundle),
        max_packages=bundle.scenario.packages.max_per_source,
        forbidden=_forbidden(bundle),
    )


def compile_scenario(
    bundle: Bundle,
    table: OptionTable,
    *,
    is_open: bool = False,
    has_mandate_rows: bool = False,
    giving: Giving | None = None,
) -> Compiled:
    """Build the choice problem of a scenario over the options of ``table``.

    With ``is_open`` every option stays, also those that a decision or a mandate rules out: for pricing given choices.
    With ``has_mandate_rows`` mandates leave nothing out and stand as rows: for asking which requirements conflict.
    ``giving`` says how requirements may be missed; None as the mode does it (`giving_way.default_giving`).

    Raises
    ------
    InputError
        With every requirement that covers nothing, every decided project that its source cannot get, and every price of
        a missed requirement that is not one of what it asks for.

    """
    inventory = bundle.inventory
    decided, problems = decisions(bundle, table)
    problems = [*uncovered(bundle, base_flows(bundle, table)), *problems]
    if problems:
        raise InputError(problems)
    options = expand(
        table,
        inventory,
        bundle.growth,
        timeline=bundle.timeline,
        economics=bundle.economics,
        started={(decision.option, decision.start_year): decision.ready for decision in decided},
        leads={measure.id: measure.lead_time_months.value for measure in bundle.catalogue.measures.values()},
        max_extensions=bundle.scenario.packages.max_extensions,
    )
    plans = _plans(bundle, options)
    giving = giving or default_giving(bundle.scenario.mode)
    may_miss = places_that_give(bundle.scenario, plans, rules_of(bundle.scenario), giving)
    left = all_admitted(options) if is_open else admission(options, plans, decided, may_miss)
    left = replace(left, admitted=left.undecided, kept=frozenset()) if has_mandate_rows else left
    return _assemble(bundle, options, plans, left, decided=decided, giving=(giving, may_miss))


def _assemble(
    bundle: Bundle,
    every: YearOptions,
    plans: tuple[RowPlan, ...],
    left: Admission,
    *,
    decided: Sequence[Decision],
    giving: tuple[Giving | None, frozenset[int]],
) -> Compiled:
    options = every.only(left.admitted)
    places, metrics = stack((plan.held for plan in plans), options)
    let_go(every.table)
    metric_of = tuple(places[plan.held] for plan in plans)
    rows: list[Row] = []
    row_of: list[int | None] = []
    for number, plan in enumerate(plans):
        if plan.bound is None or number in left.kept:
            row_of.append(None)
            continue
        row_of.append(len(rows))
        rows.append(first_row(plan, metric_of[number]))
    rules = rule_plans(bundle, options)
    refuse_prices(bundle, (*plans, *rules))
    slack = slack_of(bundle, (*plans, *rules), [metrics[place] for place in metric_of], options, giving=giving)
    shared = [decision for decision in decided if decision.share < 1.0]
    if shared:
        metrics = np.vstack([metrics, *(is_of(options, decision)[None, :] for decision in shared)])
    rows += [decided_row(decision, len(places) + number) for number, decision in enumerate(shared)]
    for plan, metric, place in zip(plans, metric_of, row_of, strict=True):
        rows += [] if place is None else further_rows(plan, metric)
    problem = _problem(bundle, options, metrics, rows, rules=rules, slack=slack, plans=len(plans))
    problem = soft_rows(problem, slack, plans, metric_of, first=options.size, sources=len(options.entry))
    notes = [*options.table.notes, *options.notes, *undivided(options, problem), *indicative(bundle.scenario)]
    return Compiled(
        mode=bundle.scenario.mode,
        options=options,
        plans=plans,
        metric_of=metric_of,
        problem=problem,
        row_of=tuple(row_of),
        alone=alone(every.only(left.undecided), plans, decided),
        decided=tuple(decided),
        rules=rules,
        notes=(*notes, *rule_notes(rules)),
        slack=slack,
        rules_alone=_rules_alone(bundle, every.only(left.undecided), rules),
    )


def _rules_alone(bundle: Bundle, options: YearOptions, rules: tuple[Held, ...]) -> FloatArray:
    """Return how many sections each number could have, whatever else is asked, shape (rule,); NaN for rules."""
    return counts_alone(rule_plans(bundle, options) if any(rule.marker_count for rule in rules) else rules)


def _problem(
    bundle: Bundle,
    options: YearOptions,
    metrics: FloatArray,
    rows: Sequence[Row],
    *,
    rules: Sequence[Held],
    slack: Slack,
    plans: int,
) -> ChoiceProblem:
    """Return the choice problem: choices of the sources, rows that may be missed, two options for each marker.

    ``plans`` is how many row plans there are: the rules that may be missed are counted on behind them.
    """
    markers, sources, misses = marker_count(rules), len(options.entry), len(slack.gives)
    cost = objective(bundle, options)
    let_go(options.table)
    before = options.size + slack.size
    width = before + 2 * markers
    of_marker = np.repeat(sources + misses + np.arange(markers), 2)
    return ChoiceProblem(
        cost=_joined(cost, slack.cost, np.zeros(2 * markers)),
        group=_joined(options.source, sources + slack.of, of_marker),
        metrics=_widened(metrics, width),
        rows=rows,
        divisible=np.concatenate([divisible(options), slack.is_divisible, np.zeros(markers, dtype=bool)]),
        **side_of(rules, before, slack.lifts(plans, options.size)),
    )


def _joined[T: np.generic](first: NDArray[T], *more: NDArray[T]) -> NDArray[T]:
    """Return arrays one after another; the first is not copied when nothing follows."""
    return np.concatenate([first, *more]) if sum(map(len, more)) else first


def _widened(values: FloatArray, width: int) -> FloatArray:
    """Return values (..., choice) with zeros for the options that follow the choices."""
    room = width - values.shape[-1]
    return np.pad(values, [(0, 0)] * (values.ndim - 1) + [(0, room)]) if room else values


def _plans(bundle: Bundle, options: YearOptions) -> tuple[RowPlan, ...]:
    facts = row_facts(bundle, options.table)
    demands = [item for item in bundle.scenario.requirement if is_row(item)]
    return tuple(plan for demand in demands for plan in plan_rows(demand, mask_of(bundle, demand), facts))


def _forbidden(bundle: Bundle) -> dict[str, NDArray[np.bool_]]:
    forbidden: dict[str, NDArray[np.bool_]] = {}
    for requirement in bundle.scenario.requirement:
        if isinstance(requirement, Forbid):
            mask = mask_of(bundle, requirement)
            for measure in requirement.measures:
                forbidden[measure] = forbidden.get(measure, np.zeros_like(mask)) | mask
    return forbidden
