"""A scenario compiled and solved once, for all questions that are then asked about its plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from model.problems import InputError, Problem
from model.sector import FloatArray
from model.text import Text
from optimizer import Settings, Solution, Status
from scenarios.answering.answer import RowFacts, requirement_results
from scenarios.answering.result import RequirementResult
from scenarios.answering.solving import solution_of
from scenarios.compiling.choices import labels_of
from scenarios.compiling.compile import Compiled, compile_scenario, options_of
from scenarios.compiling.held_rows import AT_MOST, prices
from scenarios.reading.bundle import Bundle
from scenarios.reading.spec import PLANNED
from scenarios.wording.shown import listed

NOTHING_DONE = Text("维持现状", "left as it is")
NOT_SOLVED = Solution(status=Status.NO_ANSWER, reason="not solved", engine="none", engine_version="")


@dataclass(frozen=True)
class Study:
    """A scenario with its problem and plan; ``settings`` say how closely everything is solved."""

    bundle: Bundle
    compiled: Compiled
    solution: Solution
    settings: Settings

    @property
    def is_feasible(self) -> bool:
        """True where there is a plan."""
        return self.solution.level is not None

    @property
    def is_infeasible(self) -> bool:
        """True where it is proven that there is none."""
        return self.solution.status is Status.INFEASIBLE

    @property
    def level(self) -> FloatArray:
        """Share of every option in the plan, shape (option,)."""
        if self.solution.level is None:
            raise ValueError("the scenario has no plan")
        return self.solution.level

    @property
    def objective(self) -> float:
        """What the plan costs, in the unit of the objective."""
        return self.solution.objective or 0.0

    @cached_property
    def requirements(self) -> tuple[RequirementResult, ...]:
        """The rows as they are reported, one for each row plan; how far each reaches is not asked here."""
        unknown = np.full(len(self.compiled.plans), np.nan)
        reached = self.compiled.plan_values(self.level) if self.is_feasible else unknown
        facts = RowFacts(
            reached=reached, together=unknown, alone=self.compiled.alone, price=prices(self.compiled, self.solution)
        )
        return requirement_results(self.compiled, facts, is_answered=self.is_feasible)

    @cached_property
    def rows_of(self) -> tuple[tuple[int, ...], ...]:
        """The rows of the problem that hold each row plan; none for one that is pending or kept by what is left out."""
        place = {id_: number for number, id_ in enumerate(self.compiled.problem.row_ids)}
        return tuple(
            tuple(place[name] for name in (plan.row_id, f"{plan.row_id}{AT_MOST}") if name in place)
            for plan in self.compiled.plans
        )

    @cached_property
    def annual_cost(self) -> FloatArray:
        """Yearly cost of every choice in the last plan year [CNY/yr], shape (choice,)."""
        return self.compiled.options.yearly_cost(self.bundle.timeline.years[-1])

    @cached_property
    def sources(self) -> Sequence[dict[str, str]]:
        """Id, name, district and sector of every source."""
        table = self.bundle.inventory.sources()
        return [
            {name: str(row[name]) for name in ("source_id", "name", "district", "sector")}
            for row in table.to_dict(orient="records")
        ]

    def plan_of(self, row_id: str) -> int:
        """Return the place of a row plan by its id, or that of the only row of a requirement.

        Raises
        ------
        InputError
            When no row, or several, have this name.

        """
        plans = self.compiled.plans
        exact = [place for place, plan in enumerate(plans) if plan.row_id == row_id]
        named = exact or [place for place, plan in enumerate(plans) if plan.requirement.id == row_id]
        if len(named) == 1:
            return named[0]
        what = Text("没有这样的要求", "no such requirement") if not named else Text("这项要求有多行", "several rows")
        rows = [plans[place].row_id for place in named] or [plan.row_id for plan in plans]
        expected = ", ".join(rows) if rows else "a scenario with requirements"
        raise InputError([Problem("--requirement", what, expected, row_id)])

    def measures_at(self, choices: NDArray[np.int64]) -> list[tuple[tuple[str, ...], int]]:
        """Return, for some choices, their measures in slot order and the year of the first."""
        options = self.compiled.options
        labels = labels_of(options, choices)
        return [(names, int(options.start_year[place])) for (names, _), place in zip(labels, choices, strict=True)]

    def name_of(self, measures: Sequence[str]) -> Text:
        """Return what measures are called, together."""
        if not measures:
            return NOTHING_DONE
        return listed((self.bundle.catalogue.measures[name].name for name in measures), ("＋", " + "))


def question_of(bundle: Bundle, *, settings: Settings) -> Study:
    """Compile a scenario without solving it, for questions that need no plan.

    Raises
    ------
    InputError
        When the scenario asks for something its inventory or catalogue cannot state, or plans nothing.

    """
    if bundle.scenario.mode == "evaluate":
        what = Text("该情景只对给定的选择计价，没有可解释的方案", "the scenario prices given choices and plans nothing")
        raise InputError([Problem(bundle.scenario_file, what, PLANNED, "evaluate", column="mode")])
    return Study(bundle, compile_scenario(bundle, options_of(bundle)), NOT_SOLVED, settings)


def study_of(bundle: Bundle, *, settings: Settings) -> Study:
    """Compile and solve a scenario; raises as ``question_of`` does."""
    question = question_of(bundle, settings=settings)
    return replace(question, solution=solution_of(bundle, question.compiled, settings))


def settings(*, gap: float = 1e-4, seed: int = 0) -> Settings:
    """Return how closely questions are answered."""
    return Settings(gap=gap, seed=seed)
