"""What a full run and a preview state alike of an answer."""

from __future__ import annotations

from optimizer import Solution
from scenarios.answering import sentences
from scenarios.answering.answer import RowFacts, in_order, requirement_results
from scenarios.answering.result import Result, said
from scenarios.answering.soft_results import penalty_result
from scenarios.answering.solving import objective_of, signed
from scenarios.compiling.compile import Compiled
from scenarios.compiling.giving_way import penalty_of
from scenarios.compiling.rules import rule_results
from scenarios.reading.bundle import Bundle


def stated(bundle: Bundle, compiled: Compiled, solution: Solution, facts: RowFacts) -> Result:
    """Return an answer without its tables: the question, what was found, what each requirement reached.

    Cost, tasks, emissions and all else that takes the chosen packages are None or empty, for the caller to fill in.
    """
    scenario, level = bundle.scenario, solution.level
    rows = requirement_results(compiled, facts, is_answered=level is not None)
    requirements = in_order(bundle, rows, rule_results(compiled, level, facts.missing, facts.rules_together))
    penalty = 0.0 if level is None else penalty_of(compiled, level)
    return Result(
        scenario=scenario.id,
        title=said(scenario.title),
        jurisdiction=said(scenario.jurisdiction),
        districts=[{"id": district.id, **said(district.name)} for district in scenario.districts],
        columns=[{"id": name, **said(title)} for name, title in scenario.columns.items()],
        mode=scenario.mode,
        years=list(scenario.years),
        status=str(solution.status),
        says=said(sentences.says(compiled, solution, requirements, scenario.titles)),
        is_illustrative=scenario.is_illustrative,
        illustrative=said(scenario.illustrative) if scenario.is_illustrative else None,
        objective=objective_of(bundle, compiled, solution, penalty),
        bound=signed(bundle, solution.bound, penalty),
        gap=solution.gap,
        cost=None,
        requirements=requirements,
        tasks=[],
        emissions=[],
        repairs=[],
        ledger=None,
        assumptions=[],
        notes=[],
        penalty=penalty_result(bundle, compiled, penalty, is_answered=level is not None),
    )
