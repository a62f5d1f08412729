"""The commands that explain and compare answers, as the command line takes them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from model.text import Language
from scenarios.commands.later import Later
from scenarios.commands.options import AsJson, Changes, Gap, Lang, MaybeOut, ScenarioName
from scenarios.commands.screen import Question, Screen

if TYPE_CHECKING:
    import optimizer
    from scenarios.commands import answers
else:
    optimizer, answers = Later("optimizer"), Later("scenarios.commands.answers")

type Run = Callable[[Callable[[Screen], int], Language, bool], None]
"""Runs a command in a language, with JSON or without, and ends the program with its exit code."""


def register(app: typer.Typer, run: Run) -> None:
    """Add the commands to the program."""
    for add in (_explain, _frontier, _mac, _alternatives, _compare):
        add(app, run)


def _explain(app: typer.Typer, run: Run) -> None:
    @app.command()
    def explain(
        scenario: ScenarioName,
        *,
        most: Annotated[int, typer.Option(min=0, metavar="N", help="Projects solved again at most.")] = 1000,
        step: Annotated[
            float, typer.Option(min=1e-6, max=1.0, metavar="SHARE", help="Step of marginal costs, of what is asked.")
        ] = 0.01,
        gap: Gap = 1e-4,
        out: MaybeOut = None,
        changes: Changes = None,
        lang: Lang = "both",
        as_json: AsJson = False,
    ) -> None:
        """Infeasible: what conflicts and what would help. Feasible: why each project is in or out."""
        question, settings = _asked(scenario, changes, gap)
        run(
            lambda screen: answers.explain(screen, question, settings, most=most, step=step, out=out),
            lang,
            as_json,
        )


def _asked(scenario: str, changes: list[str] | None, gap: float) -> tuple[Question, optimizer.Settings]:
    return Question(scenario, changes or ()), optimizer.Settings(gap=gap, threads=optimizer.processors())


def _frontier(app: typer.Typer, run: Run) -> None:
    @app.command()
    def frontier(
        scenario: ScenarioName,
        *,
        requirement: Annotated[str, typer.Option(metavar="ID", help="The requirement whose level is varied.")],
        points: Annotated[int, typer.Option(min=2, metavar="N", help="Points of the curve.")] = 25,
        gap: Gap = 5e-3,
        out: MaybeOut = None,
        changes: Changes = None,
        lang: Lang = "both",
        as_json: AsJson = False,
    ) -> None:
        """Least cost against the level of one requirement, every point proven."""
        question, settings = _asked(scenario, changes, gap)
        run(
            lambda screen: answers.frontier(screen, question, settings, row=requirement, points=points, out=out),
            lang,
            as_json,
        )


def _mac(app: typer.Typer, run: Run) -> None:
    @app.command()
    def mac(
        scenario: ScenarioName,
        *,
        pollutant: Annotated[str, typer.Option(metavar="P", help="A pollutant, such as nox, vocs or tp.")],
        out: MaybeOut = None,
        changes: Changes = None,
        lang: Lang = "both",
        as_json: AsJson = False,
    ) -> None:
        """Marginal abatement cost curve of everything on offer, savings first."""
        question = Question(scenario, changes or ())
        run(
            lambda screen: answers.mac(screen, question, optimizer.Settings(), pollutant=pollutant, out=out),
            lang,
            as_json,
        )


def _alternatives(app: typer.Typer, run: Run) -> None:
    @app.command()
    def alternatives(
        scenario: ScenarioName,
        *,
        within: Annotated[
            float, typer.Option(min=0.0, metavar="SHARE", help="How much dearer than the least cost a plan may be.")
        ] = 0.05,
        count: Annotated[int, typer.Option(min=1, metavar="N", help="Plans, the least-cost plan among them.")] = 5,
        gap: Gap = 1e-4,
        out: MaybeOut = None,
        changes: Changes = None,
        lang: Lang = "both",
        as_json: AsJson = False,
    ) -> None:
        """Different plans of nearly the same cost, and the projects that all of them share."""
        question, settings = _asked(scenario, changes, gap)
        run(
            lambda screen: answers.alternatives(screen, question, settings, within=within, count=count, out=out),
            lang,
            as_json,
        )


def _compare(app: typer.Typer, run: Run) -> None:
    @app.command()
    def compare(
        results: Annotated[
            list[Path], typer.Argument(metavar="RESULT...", help="Files result.json, or their folders.")
        ],
        *,
        out: MaybeOut = None,
        iamc: Annotated[
            Path | None, typer.Option(metavar="FILE", help="Also in the IAMC's long format, as .csv or .xlsx.")
        ] = None,
        lang: Lang = "both",
        as_json: AsJson = False,
    ) -> None:
        """Answers of earlier runs side by side."""
        run(lambda screen: answers.compare(screen, results, out=out, iamc=iamc), lang, as_json)
