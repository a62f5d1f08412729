"""The command line: parses what was typed, calls the command, gives its exit code."""

from __future__ import annotations

import importlib
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Annotated, cast

import typer

from model.problems import InputError
from model.text import Language
from scenarios.commands import cli_answers, cli_risk
from scenarios.commands.cli_risk import Confidence, Joint, Samples, Seed
from scenarios.commands.console import console_on
from scenarios.commands.later import Later
from scenarios.commands.options import AsJson, Changes, Gap, Lang, OutFolder, ScenarioName
from scenarios.commands.screen import Question, Screen

if TYPE_CHECKING:
    import optimizer
    from optimizer.settings import EngineName
    from scenarios.batch import run_batch
    from scenarios.commands import batches, lists, plans, risks
    from scenarios.risk import draws
else:
    optimizer, run_batch, draws = map(Later, ("optimizer", "scenarios.batch.run_batch", "scenarios.risk.draws"))
    plans, batches = Later("scenarios.commands.plans"), Later("scenarios.commands.batches")
    lists, risks = Later("scenarios.commands.lists"), Later("scenarios.commands.risks")

ENGINES = ("auto", "milp", "dual")
"""Names of `optimizer.settings.EngineName`."""

PROGRAM = object()
"""Tells commands that they are run by themselves, not by a program that has its own view of processes."""

app = typer.Typer(
    name="jianpai",
    help="减排：费用最小的污染治理规划。 Least-cost pollution control plans.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command("list")
def list_(*, lang: Lang = "both", as_json: AsJson = False) -> None:
    """The scenarios that come with the program."""
    _run(lists.list_scenarios, lang, is_json=as_json)


@app.command()
def check(scenario: ScenarioName, *, changes: Changes = None, lang: Lang = "both", as_json: AsJson = False) -> None:
    """Validate scenario, inventory and catalogue; every problem is printed."""
    _run(lambda screen: plans.check(screen, Question(scenario, changes or ())), lang, is_json=as_json)


@app.command()
def plan(  # noqa: PLR0913 - one argument for each option of the command
    context: typer.Context,
    scenario: ScenarioName,
    *,
    out: OutFolder,
    engine: Annotated[str, typer.Option(metavar="|".join(ENGINES), help="How to solve.")] = "auto",
    gap: Gap = 1e-4,
    time_limit: Annotated[
        float | None, typer.Option(min=0.001, metavar="S", help="Seconds of solver time; a limit may end in no proof.")
    ] = None,
    confidence: Confidence = None,
    joint: Joint = False,
    samples: Samples = 1000,
    seed: Seed = 0,
    changes: Changes = None,
    lang: Lang = "both",
    as_json: AsJson = False,
) -> None:
    """Find the plan, print its summary, write result.json, tasks.csv, tasks.xlsx, plan.docx and report.html."""
    if engine not in ENGINES:
        raise typer.BadParameter(f"{engine!r} is not one of {', '.join(ENGINES)}", param_hint="--engine")
    settings = optimizer.Settings(
        engine=cast("EngineName", engine), gap=gap, time_limit_s=time_limit, threads=optimizer.processors()
    )
    question = Question(scenario, changes or ())
    if joint and confidence is None:
        raise typer.BadParameter("--joint needs --confidence", param_hint="--joint")
    if confidence is not None:
        ask = risks.RiskAsk(draws.Sampling(seed=seed), samples, confidence, joint)
        _run(lambda screen: risks.plan_assured(screen, question, out, settings, ask), lang, is_json=as_json)
    else:
        _run(
            lambda screen: plans.plan(screen, question, out, settings, has_helper=context.obj is PROGRAM),
            lang,
            is_json=as_json,
        )


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
    _run(lambda screen: plans.evaluate(screen, question, choices, out), lang, is_json=as_json)


@app.command()
def reach(scenario: ScenarioName, *, changes: Changes = None, lang: Lang = "both", as_json: AsJson = False) -> None:
    """How far each requirement can be pushed, alone and with the others."""
    _run(lambda screen: plans.reach(screen, Question(scenario, changes or ())), lang, is_json=as_json)


@app.command("batch")
def batch_(  # noqa: PLR0913 - one argument for each option of the command
    sweep: Annotated[Path, typer.Argument(metavar="SWEEP.toml", help="What to vary: see the README.")],
    *,
    out: OutFolder,
    workers: Annotated[int | None, typer.Option(min=1, metavar="N", help="Processes; default: one a core.")] = None,
    scheduler: Annotated[str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler instead.")] = None,
    store: Annotated[str | None, typer.Option(metavar="URL", help="Keep the answers in a database too.")] = None,
    gap: Gap = 1e-4,
    with_reach: Annotated[bool, typer.Option("--reach", help="Also how far each requirement could be pushed.")] = False,
    iamc: Annotated[Path | None, typer.Option(metavar="FILE", help="All runs in the IAMC's long format too.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.")] = False,
    lang: Lang = "both",
    as_json: AsJson = False,
) -> None:
    """Plan many scenarios; a batch that was interrupted goes on where it stopped."""
    spread = run_batch.Spread(workers or os.cpu_count() or 1, scheduler)
    _run(
        lambda screen: batches.batch(
            screen,
            sweep,
            out,
            optimizer.Settings(gap=gap),
            spread,
            has_reach=with_reach,
            is_quiet=quiet,
            also=batches.Also(store, iamc),
        ),
        lang,
        is_json=as_json,
    )


@app.command()
def warmup(*, lang: Lang = "both") -> None:
    """Compile what plans of many thousand sources need, once, so that none of them waits for it."""
    _run(plans.warmup, lang)


@app.command()
def template(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="The workbook to write.")],
    *,
    lang: Lang = "both",
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """An empty workbook to fill in; filled in, it is an inventory."""
    _run(lambda screen: plans.template(screen, file, is_forced=force), lang)


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
    _run(lambda screen: plans.synth(screen, out, sources=sources, seed=seed, profile=profile), lang)


@app.command()
def dashboard(
    *,
    host: Annotated[str, typer.Option(metavar="NAME", help="Where to listen; only this machine without a login.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=1, max=65535, metavar="N", help="Port to listen on.")] = 8050,
    store: Annotated[
        str | None, typer.Option(metavar="URL", help="Where versions and jobs are kept; default: your data folder.")
    ] = None,
) -> None:
    """The web dashboard; stop it with Ctrl-C."""
    # The view is found by name: what computes knows nothing of what shows it.
    raise typer.Exit(importlib.import_module("dashboard.serve").serve(host, port, store))


for part in (cli_answers, cli_risk):
    part.register(app, lambda command, language, is_json: _run(command, language, is_json=is_json))


def main() -> None:
    """Run the program; text goes out in UTF-8 whatever the machine is set to.

    Threads of linear algebra are of no use here: products are small, and the threads spin while they wait for the next.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    app(obj=PROGRAM)


def _run(command: Callable[[Screen], int], language: Language, *, is_json: bool = False) -> None:
    begun = perf_counter() - process_time()  # what was loaded before now is part of the start
    screen = Screen(console_on(sys.stdout), console_on(sys.stderr), language, is_json, begun)
    try:
        code = command(screen)
    except InputError as error:
        code = screen.refuse(error)
    raise typer.Exit(code)
