"""The command line: parses what was typed, calls the command, gives its exit code."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, cast, get_args

import typer

from model.problems import InputError
from model.text import Language
from optimizer import Settings
from optimizer.settings import EngineName
from scenarios import commands
from scenarios.commands import Question, Screen
from scenarios.summary import console_on

ENGINES = get_args(EngineName.__value__)

app = typer.Typer(
    name="jianpai",
    help="减排：费用最小的污染治理规划。 Least-cost pollution control plans.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ScenarioName = Annotated[str, typer.Argument(metavar="SCENARIO", help="A bundled id, a scenario.toml, or its folder.")]
Lang = Annotated[Language, typer.Option("--lang", help="Language of words and files.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON; words go to stderr.")]
OutFolder = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the files of the answer.")]
Changes = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Set a value of the scenario, such as discount_rate=0.05."),
]


@app.command("list")
def list_(*, lang: Lang = "both", as_json: AsJson = False) -> None:
    """The scenarios that come with the program."""
    _run(commands.list_scenarios, lang, is_json=as_json)


@app.command()
def check(scenario: ScenarioName, *, changes: Changes = None, lang: Lang = "both", as_json: AsJson = False) -> None:
    """Validate scenario, inventory and catalogue; every problem is printed."""
    _run(lambda screen: commands.check(screen, Question(scenario, changes or ())), lang, is_json=as_json)


@app.command()
def plan(
    scenario: ScenarioName,
    *,
    out: OutFolder,
    engine: Annotated[str, typer.Option(metavar="|".join(ENGINES), help="How to solve.")] = "auto",
    gap: Annotated[float, typer.Option(min=0.0, max=1.0, help="Relative gap at which a plan counts as proven.")] = 1e-4,
    time_limit: Annotated[
        float | None, typer.Option(min=0.001, metavar="S", help="Seconds of solver time; a limit may end in no proof.")
    ] = None,
    changes: Changes = None,
    lang: Lang = "both",
    as_json: AsJson = False,
) -> None:
    """Find the plan, print its summary, write result.json, tasks.csv and tasks.xlsx."""
    if engine not in ENGINES:
        raise typer.BadParameter(f"{engine!r} is not one of {', '.join(ENGINES)}", param_hint="--engine")
    settings = Settings(engine=cast("EngineName", engine), gap=gap, time_limit_s=time_limit)
    question = Question(scenario, changes or ())
    _run(lambda screen: commands.plan(screen, question, out, settings), lang, is_json=as_json)


@app.command()
def evaluate(
    scenario: ScenarioName,
    *,
    choices: Annotated[
        Path, typer.Option(metavar="FILE.csv", help="Columns source_id, measures (a;b), start_year, share.")
    ],
    out: OutFolder,
    changes: Changes = None,
    lang: Lang = "both",
    as_json: AsJson = False,
) -> None:
    """Price given choices; nothing is optimised."""
    question = Question(scenario, changes or ())
    _run(lambda screen: commands.evaluate(screen, question, choices, out), lang, is_json=as_json)


@app.command()
def reach(scenario: ScenarioName, *, changes: Changes = None, lang: Lang = "both", as_json: AsJson = False) -> None:
    """How far each requirement can be pushed, alone and with the others."""
    _run(lambda screen: commands.reach(screen, Question(scenario, changes or ())), lang, is_json=as_json)


@app.command()
def template(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="The workbook to write.")],
    *,
    lang: Lang = "both",
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """An empty workbook to fill in; filled in, it is an inventory."""
    _run(lambda screen: commands.template(screen, file, is_forced=force), lang)


@app.command()
def synth(
    *,
    sources: Annotated[int, typer.Option(min=1, metavar="N", help="Number of sources.")],
    seed: Annotated[int, typer.Option(min=0, metavar="S", help="Seed: the same seed gives the same inventory.")],
    out: OutFolder,
    profile: Annotated[
        Path | None, typer.Option(metavar="FILE", help="How to draw; Huzhou's profile by default.")
    ] = None,
    lang: Lang = "both",
) -> None:
    """An illustrative inventory of any size, with a scenario that plans with it."""
    _run(lambda screen: commands.synth(screen, out, sources=sources, seed=seed, profile=profile), lang)


def main() -> None:
    """Run the program; text goes out in UTF-8 whatever the machine is set to."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    app()


def _run(command: Callable[[Screen], int], language: Language, *, is_json: bool = False) -> None:
    screen = Screen(console_on(sys.stdout), console_on(sys.stderr), language, is_json)
    try:
        code = command(screen)
    except InputError as error:
        code = screen.refuse(error)
    raise typer.Exit(code)
