"""What every command is given: where to speak, and which scenario is meant. Reading one loads what it takes."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.console import Console

from model.problems import InputError, Problem
from model.refusal import RefusedError
from model.text import Language, Text
from scenarios.commands.console import say
from scenarios.commands.later import Later
from scenarios.reading.found import find_scenario
from scenarios.wording.words import PROGRESS

if TYPE_CHECKING:
    from scenarios.answering.result import Json
    from scenarios.reading import files, patches
    from scenarios.reading.bundle import Bundle
else:
    files, patches = Later("scenarios.reading.files"), Later("scenarios.reading.patches")

SUCCESS, UNMET, BAD_INPUT = 0, 1, 2
"""Exit codes: answered and every requirement met; answered, but not so; bad input."""


@dataclass(frozen=True, slots=True)
class Screen:
    """Where a command speaks: results on ``out``, words on ``err``; ``is_json`` prints the result as JSON.

    ``begun`` [s] is when the program began, on the clock of `time.perf_counter`.
    """

    out: Console
    err: Console
    language: Language
    is_json: bool = False
    begun: float = field(default_factory=time.perf_counter)

    def tell(self, key: str, **parts: object) -> None:
        """Say what goes on, or what came of it."""
        words = PROGRESS[key]
        say(self.err, Text(words.zh.format(**parts), words.en.format(**parts)).say(self.language))

    def put(self, tree: Json) -> None:
        """Print a result as JSON."""
        self.out.file.write(json.dumps(tree, ensure_ascii=False, indent=1) + "\n")

    def refuse(self, error: InputError) -> int:
        """Print every problem of an input, and return the exit code."""
        for problem in error.problems:
            say(self.err, problem.say(self.language), "red")
        return BAD_INPUT


@dataclass(frozen=True, slots=True)
class Question:
    """A scenario as the command line names it, and the settings on top of it, each ``KEY=VALUE``."""

    scenario: str
    settings: Sequence[str] = ()

    def load(self, screen: Screen) -> tuple[Bundle, float]:
        """Return the scenario with everything it needs, and the seconds that reading took; say which one was found."""
        begin = time.perf_counter()
        found = find_scenario(self.scenario)
        for note in found.notes:
            say(screen.err, note.say(screen.language))
        bundle = files.load_bundle(found, _settings(self.settings))
        return bundle, time.perf_counter() - begin


def _settings(texts: Sequence[str]) -> list[patches.Setting]:
    found: list[patches.Setting] = []
    problems: list[Problem] = []
    for text in texts:
        try:
            found.append(patches.read_setting(text))
        except RefusedError as error:
            problems.append(error.problem(patches.COMMAND, text))
    if problems:
        raise InputError(problems)
    return found
