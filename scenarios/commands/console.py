"""Lines on the screen: texts as they stand, and labels with their values in line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import IO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text as Line

from model.text import Language, Text

PLAIN_WIDTH = 120
"""Columns where the output is no terminal."""

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
"""What could move the cursor or colour the screen, should a name or title hold it."""


def console_on(stream: IO[str]) -> Console:
    """Return a console on a stream; what is no terminal gets plain text of a fixed width."""
    width = None if stream.isatty() else PLAIN_WIDTH
    return Console(file=stream, width=width, markup=False, highlight=False, emoji=False)


def print_facts(known: Sequence[tuple[Text, str]], console: Console, language: Language) -> None:
    """Print labels and values below each other, the values in line."""
    labels = [label.say(language) for label, _ in known]
    width = max(map(cell_len, labels), default=0) + 2
    for label, (_, value) in zip(labels, known, strict=True):
        name = line(label + " " * (width - cell_len(label)), "bold")
        console.print(Line.assemble(name, line(value.replace("\n", "\n" + " " * width))), soft_wrap=True)


def say(console: Console, text: str, style: str = "") -> None:
    """Print a text as it stands; the terminal wraps it."""
    console.print(line(text, style), soft_wrap=True)


def line(text: str, style: str = "") -> Line:
    """Return a text without what could move the cursor or colour the screen."""
    return Line(CONTROL.sub("", text), style=style)
