"""From a scenario to the optimiser's arrays, and from its choice back to packages at sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.options import OptionTable, build_options
from model.problems import InputError
from model.sector import FloatArray
from model.standing import already_there
from model.text import Text
from optimizer import ChoiceProblem, Row, Solution
from scenarios.admission import Admission, admission, alone, is_of
from scenarios.bundle import Bundle
from scenarios.covered import mask_of, uncovered
from scenarios.decided import Decision, decisions
from scenarios.expand import YearOptions, expand
from scenarios.metrics import stack
from scenarios.requirements import Fix, Forbid, Mandate
from scenarios.rows import Facts, RowPlan, plan_rows
from scenarios.spec import Mode

REPORTED = ("nox_t_per_year", "vocs_t_per_year", "tp_t_per_year")
SMALLEST_SHARE = 1e-9


@dataclass(frozen=True, slots=True)
class Compiled:
    """The choice problem of a scenario with its labels.

    ``options`` are the choices that are admitted; ``plans`` all rows asked for, in scenario order; ``metric_of`` the
    place of each plan's metric in the problem; ``row_of`` its place among the problem's rows, None for one that is
    pending or already kept by leaving out choices; ``alone`` (row plan,) how far each row could go with all others
    ignored, those too that are kept by leaving out choices. ``decided`` are the ``fix``ed projects.
    """

    mode: Mode
    options: YearOptions
    plans: tuple[RowPlan, ...]
    metric_of: tuple[int, ...]
    problem: ChoiceProblem
    row_of: tuple[int | None, ...]
    alone: FloatArray
    decided: tuple[Decision, ...]
    notes: tuple[Text, ...]

    def plan_values(self, level: FloatArray) -> FloatArray:
        """Return the value of every row plan under a choice, shape (row plan,)."""
        totals = [
            float((self.problem.metrics[metric] * level)[plan.mask[self.options.source]].sum())
            for plan, metric in zip(self.plans, self.metric_of, strict=True)
        ]
        return np.array(totals)

    def row_on(self, metric: int, *, bound: float) -> Row:
        """Return a row over all sources that holds an added metric at most at ``bound``."""
        return Row(id="/held", metric=metric, sense="<=", bound=bound, groups=None)

    def reach_problem(self) -> ChoiceProblem:
        """Return the problem with every plan as a row, in the order of ``plans``.

        A pending row gets a bound that every choice keeps, so that it holds nothing; a mandate that is kept by leaving
        out choices is a row again, which every remaining choice keeps.
        """
        rows = [
            Row(
                id=plan.row_id, metric=metric, sense=plan.sense, bound=self._held_at(plan, metric), groups=_groups(plan)
            )
            for plan, metric in zip(self.plans, self.metric_of, strict=True)
        ]
        own = {row.id for row in rows}
        rows += [row for row in self.problem.rows if row.id not in own]
        return replace(self.problem, rows=tuple(rows))

    def _held_at(self, plan: RowPlan, metric: int) -> float:
        if plan.bound is not None:
            return plan.bound
        starts = np.flatnonzero(np.diff(self.options.source, prepend=-1))
        values = self.problem.metrics[metric] * plan.mask[self.options.source]
        extreme = np.minimum if plan.sense == ">=" else np.maximum
        worst = float(extreme.reduceat(values, starts).sum())
        return worst - abs(worst) - 1.0 if plan.sense == ">=" else worst + abs(worst) + 1.0


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
        flows=_flows(bundle),
        levels=_levels(bundle),
        max_packages=bundle.scenario.packages.max_per_source,
        forbidden=_forbidden(bundle),
    )


def compile_scenario(bundle: Bundle, table: OptionTable, *, is_open: bool = False) -> Compiled:
    """Build the choice problem of a scenario over the options of ``table``.

    With ``is_open`` every option stays, also those that a decision or a mandate rules out: for pricing given choices.

    Raises
    ------
    InputError
        With every requirement that covers nothing and every decided project that its source cannot get.

    """
    inventory = bundle.inventory
    decided, problems = decisions(bundle, table)
    problems = [*uncovered(bundle, table.base), *problems]
    if problems:
        raise InputError(problems)
    options = expand(
        table,
        inventory,
        bundle.growth,
        timeline=bundle.timeline,
        economics=bundle.economics,
        started=[(decision.option, decision.start_year) for decision in decided],
    )
    plans = _plans(bundle, options)
    everything = np.ones(options.size, dtype=bool)
    left = Admission(everything, everything, frozenset()) if is_open else admission(options, plans, decided)
    return _assemble(bundle, options, plans, left, decided)


def _assemble(
    bundle: Bundle, every: YearOptions, plans: tuple[RowPlan, ...], left: Admission, decided: Sequence[Decision]
) -> Compiled:
    options = every.only(left.admitted)
    places, metrics = stack((plan.metric for plan in plans), options)
    metric_of = tuple(places[plan.metric] for plan in plans)
    rows: list[Row] = []
    row_of: list[int | None] = []
    for number, plan in enumerate(plans):
        if plan.bound is None or number in left.kept:
            row_of.append(None)
            continue
        row_of.append(len(rows))
        bound, metric = plan.bound, metric_of[number]
        rows.append(Row(id=plan.row_id, metric=metric, sense=plan.sense, bound=bound, groups=_groups(plan)))
    shared = [decision for decision in decided if decision.share < 1.0]
    metrics = np.vstack([metrics, *(is_of(options, decision)[None, :] for decision in shared)])
    rows += [
        Row(
            id=f"/fix/{decision.requirement_id}",
            metric=len(places) + number,
            sense="=",
            bound=decision.share,
            groups=None,
        )
        for number, decision in enumerate(shared)
    ]
    problem = ChoiceProblem(
        cost=_objective(bundle, options),
        group=options.source,
        metrics=metrics,
        rows=rows,
        divisible=_divisible(options),
    )
    return Compiled(
        mode=bundle.scenario.mode,
        options=options,
        plans=plans,
        metric_of=metric_of,
        problem=problem,
        row_of=tuple(row_of),
        alone=alone(every.only(left.undecided), plans, decided),
        decided=tuple(decided),
        notes=(*options.table.notes, *_undivided(options, problem)),
    )


def _groups(plan: RowPlan) -> NDArray[np.int64] | None:
    return None if plan.mask.all() else np.flatnonzero(plan.mask)


def _objective(bundle: Bundle, options: YearOptions) -> FloatArray:
    """Return what is minimised, shape (choice,).

    Least cost: the annual cost [CNY/yr] of a single plan year, which is its present value; the present value [CNY] of
    several. Most reduction: minus the weighted reduction of the last plan year [t/yr], on the scenario's basis.
    """
    scenario = bundle.scenario
    if scenario.mode != "most_reduction":
        return options.present_value()
    reduction = options.project_reduction if scenario.basis == "project" else options.reduction
    year = bundle.timeline.years[-1]
    gains = [weight * reduction(f"{pollutant}_t_per_year", year) for pollutant, weight in scenario.weights.items()]
    return -np.sum(gains, axis=0)


def _plans(bundle: Bundle, options: YearOptions) -> tuple[RowPlan, ...]:
    demands = [item for item in bundle.scenario.requirement if not isinstance(item, Fix | Forbid)]
    facts = Facts(
        districts=bundle.inventory.sources()["district"].to_numpy(dtype=object),
        base=options.table.base,
        output_growth=bundle.output_growth,
        compliant={item.id: _compliant(bundle, item) for item in demands if isinstance(item, Mandate)},
        last_year=bundle.timeline.years[-1],
        basis=bundle.scenario.basis,
    )
    return tuple(plan for demand in demands for plan in plan_rows(demand, mask_of(bundle, demand), facts))


def _compliant(bundle: Bundle, mandate: Mandate) -> frozenset[int]:
    """Return the sources that keep a mandate as they are: one of its measures covers them and would change nothing."""
    there = mask_of(bundle, mandate)
    kept = np.zeros_like(there)
    for measure in mandate.measures:
        kept |= already_there(bundle.inventory, bundle.catalogue.measures[measure])
    return frozenset(np.flatnonzero(kept & there).tolist())


def _forbidden(bundle: Bundle) -> dict[str, NDArray[np.bool_]]:
    forbidden: dict[str, NDArray[np.bool_]] = {}
    for requirement in bundle.scenario.requirement:
        if isinstance(requirement, Forbid):
            mask = mask_of(bundle, requirement)
            for measure in requirement.measures:
                forbidden[measure] = forbidden.get(measure, np.zeros_like(mask)) | mask
    return forbidden


def _divisible(options: YearOptions) -> NDArray[np.bool_]:
    """Return which sources may mix their choices: those all of whose measures may be applied to a share."""
    starts = np.flatnonzero(np.diff(options.source, prepend=-1))
    all_divisible = np.logical_and.reduceat(options.table.divisible[options.option], starts)
    has_measure = np.logical_or.reduceat(~options.is_as_is(), starts)
    return np.asarray(all_divisible & has_measure, dtype=bool)


def _undivided(options: YearOptions, problem: ChoiceProblem) -> list[Text]:
    """Say at how many sources a measure that could be applied to a share is planned whole."""
    could = options.table.divisible[options.option] & ~options.is_as_is()
    mixes = np.repeat(problem.is_divisible, np.diff(problem.starts))
    count = len(np.unique(options.source[could & ~mixes]))
    if not count:
        return []
    return [
        Text(
            f"有{count}个源既有可部分实施的措施，又有只能整体实施的措施：这些源的措施一律整体实施。",
            f"{count} sources are offered measures that may be applied to a share beside others that may not: "
            "there every measure is planned whole.",
        )
    ]


def _flows(bundle: Bundle) -> tuple[str, ...]:
    asked = [getattr(requirement, "pollutant", None) for requirement in bundle.scenario.requirement]
    weighted = bundle.scenario.weights if bundle.scenario.mode == "most_reduction" else ()
    named = [f"{pollutant}_t_per_year" for pollutant in (*asked, *weighted) if pollutant]
    return tuple(dict.fromkeys([*REPORTED, *named]))


def _levels(bundle: Bundle) -> tuple[str, ...]:
    mandates: Iterable[Mandate] = (item for item in bundle.scenario.requirement if isinstance(item, Mandate))
    return tuple(dict.fromkeys(mandate.limit.level for mandate in mandates if mandate.limit))


def choices_of(compiled: Compiled, solution: Solution) -> pd.DataFrame:
    """Return the chosen packages, one row per source and package that differs from "as is".

    Columns: ``choice`` (place among the options), ``source`` (source number), ``measure_ids`` (tuple), ``start_year``,
    ``share`` (0 to 1).

    Raises
    ------
    ValueError
        When the solution holds no answer.

    """
    if solution.level is None:
        raise ValueError("the solution holds no answer to read choices from")
    options = compiled.options
    taken = np.flatnonzero((solution.level > SMALLEST_SHARE) & ~options.is_as_is())
    packages = options.table.package[options.option[taken]]
    return pd.DataFrame(
        {
            "choice": taken,
            "source": options.source[taken],
            "measure_ids": pd.Series([options.table.packages[place].measure_ids for place in packages], dtype=object),
            "start_year": options.start_year[taken],
            "share": solution.level[taken],
        }
    )
