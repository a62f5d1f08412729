"""The command that says how sure a plan is, as the command line takes it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scenarios.commands.cli_answers import Run
from scenarios.commands.later import Later
from scenarios.commands.options import AsJson, Changes, Gap, Lang, MaybeOut, ScenarioName
from scenarios.commands.screen import Question

if TYPE_CHECKING:
    import optimizer
    from scenarios.commands import risks
    from scenarios.risk import draws
else:
    optimizer, risks, draws = map(Later, ("optimizer", "scenarios.commands.risks", "scenarios.risk.draws"))

SHAPES: tuple[draws.Shape, ...] = ("triangular", "pert")
"""Names of `draws.SHAPES`."""

Confidence = Annotated[
    float | None,
    typer.Option(min=0.01, max=0.999, metavar="SHARE", help="Plan so that each requirement holds so often."),
]
Joint = Annotated[bool, typer.Option("--joint", help="With --confidence: all requirements together so often.")]
Samples = Annotated[int, typer.Option(min=1, metavar="N", help="Drawn worlds.")]
Seed = Annotated[int, typer.Option(min=0, metavar="S", help="Seed: the same seed draws the same worlds.")]


def register(app: typer.Typer, run: Run) -> None:
    """Add the command to the program."""

    @app.command()
    def risk(  # noqa: PLR0913 - one argument for each option of the command
        scenario: ScenarioName,
        *,
        samples: Samples = 1000,
        seed: Seed = 0,
        shape: Annotated[str, typer.Option(metavar="|".join(SHAPES), help="Distribution of a number.")] = "triangular",
        activity: Annotated[
            float, typer.Option(min=0.0, max=0.99, metavar="SHARE", help="Spread of each source's own activity.")
        ] = 0.0,
        choices: Annotated[
            Path | None, typer.Option(metavar="FILE.csv", help="Judge these choices instead of the least-cost plan.")
        ] = None,
        confidence: Confidence = None,
        joint: Joint = False,
        worlds: Annotated[
            int, typer.Option(min=0, metavar="N", help="Worlds planned one by one for the no-regret core; 0: none.")
        ] = 0,
        gap: Gap = 1e-3,
        out: MaybeOut = None,
        changes: Changes = None,
        lang: Lang = "both",
        as_json: AsJson = False,
    ) -> None:
        """How sure a plan is: the chance of each requirement, ranges, what matters most; --confidence plans for it."""
        if shape not in SHAPES:
            raise typer.BadParameter(f"{shape!r} is not one of {', '.join(SHAPES)}", param_hint="--shape")
        if joint and confidence is None:
            raise typer.BadParameter("--joint needs --confidence", param_hint="--joint")
        if choices is not None and confidence is not None:
            raise typer.BadParameter("given choices are judged, not planned", param_hint="--choices")
        sampling = draws.Sampling(seed=seed, shape=shape, activity_spread=activity)
        ask = risks.RiskAsk(sampling, samples, confidence, joint, worlds, choices)
        question, settings = Question(scenario, changes or ()), optimizer.Settings(gap=gap)
        run(lambda screen: risks.risk(screen, question, settings, ask, out=out), lang, as_json)
