"""The options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from model.text import Language

ScenarioName = Annotated[str, typer.Argument(metavar="SCENARIO", help="A bundled id, a scenario.toml, or its folder.")]
Lang = Annotated[Language, typer.Option("--lang", help="Language of words and files.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON; words go to stderr.")]
OutFolder = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the files of the answer.")]
Gap = Annotated[float, typer.Option(min=0.0, max=1.0, help="Relative gap at which a plan counts as proven.")]
Changes = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Set a value of the scenario, such as discount_rate=0.05."),
]
MaybeOut = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Folder for the answer as files; without it nothing is written."),
]
