"""What the commands do: read, ask, print, write; each returns the exit code.

Results go to the screen's ``out`` or to files, words and progress to ``err``. Mistakes of the user are `InputError`.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from model.problems import InputError, Problem
from model.refusal import RefusedError
from model.text import Language, Text
from optimizer import Settings, needs_warmup
from optimizer import warmup as compile_passes
from scenarios import overview, run
from scenarios.bundle import Bundle
from scenarios.choices_file import read_choices
from scenarios.compile import compile_scenario, options_of
from scenarios.export.room import has_room, left_out
from scenarios.export.template import write_template
from scenarios.export.write import ANSWER_FILES, check_folder, put_files, write_answer
from scenarios.files import LIBRARY, bundled_scenarios, find_scenario, load_bundle
from scenarios.illustrate import illustrative_files
from scenarios.patches import COMMAND, Setting, read_setting
from scenarios.profile import read_profile
from scenarios.result import Json, RequirementResult, Result, to_json
from scenarios.summary import print_facts, print_summary, say
from scenarios.words import PROGRESS, STAGE

PROFILE = LIBRARY / "huzhou-2023" / "profile.toml"

MANY_SOURCES = 20_000
"""From so many sources on the plan is made by compiled passes, where they can be."""

SUCCESS, UNMET, BAD_INPUT = 0, 1, 2
"""Exit codes: answered and every requirement met; answered, but not so; bad input."""


@dataclass(frozen=True, slots=True)
class Screen:
    """Where a command speaks: results on ``out``, words on ``err``; ``is_json`` prints the result as JSON."""

    out: Console
    err: Console
    language: Language
    is_json: bool = False

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
        bundle = load_bundle(found, _settings(self.settings))
        return bundle, time.perf_counter() - begin


def warmup(screen: Screen) -> int:
    """Compile what large problems need, or say that Numba is missing."""
    if needs_warmup():
        screen.tell("compiling")
    screen.tell("compiled" if compile_passes() else "not_compiled")
    return SUCCESS


def list_scenarios(screen: Screen) -> int:
    """Print the scenarios that are shipped with the program."""
    found = [overview.shipped(scenario_id) for scenario_id in bundled_scenarios()]
    if screen.is_json:
        screen.put({"scenarios": [{"id": one.id, "title": {"zh": one.title.zh, "en": one.title.en}} for one in found]})
    else:
        print_facts(
            [(Text(one.id, one.id), one.title.say(screen.language)) for one in found], screen.out, screen.language
        )
    return SUCCESS


def check(screen: Screen, question: Question) -> int:
    """Validate scenario, inventory and catalogue, and print what was read or every problem."""
    try:
        bundle, _ = question.load(screen)
        compiled = compile_scenario(bundle, options_of(bundle))
    except InputError as error:
        if screen.is_json:
            screen.put(overview.problems_json(error.problems))
        return screen.refuse(error)
    if screen.is_json:
        screen.put(overview.check_json(bundle, compiled))
    else:
        print_facts(overview.check_facts(bundle, compiled, screen.language), screen.out, screen.language)
    return SUCCESS


def plan(screen: Screen, question: Question, out: Path, settings: Settings) -> int:
    """Find the plan, print its summary, write its files."""
    check_folder(out, ANSWER_FILES)
    bundle, seconds = question.load(screen)
    if bundle.inventory.size >= MANY_SOURCES and needs_warmup():
        screen.tell("compiling")
    screen.tell("planning", title=bundle.scenario.title.say(screen.language), sources=f"{bundle.inventory.size:,}")
    result = run.plan(bundle, settings=settings, read_seconds=seconds)
    begin = time.perf_counter()
    code = _answer(screen, result, out)
    _tell_seconds(screen, {**result.provenance["seconds"], "write": time.perf_counter() - begin})
    return code


def evaluate(screen: Screen, question: Question, choices: Path, out: Path) -> int:
    """Price given choices, print the summary, write the files."""
    check_folder(out, ANSWER_FILES)
    bundle, seconds = question.load(screen)
    screen.tell("evaluating", title=bundle.scenario.title.say(screen.language), sources=f"{bundle.inventory.size:,}")
    given = read_choices(choices, bundle)
    try:
        result = run.evaluate(bundle, given.table, settings=Settings(), file=str(choices), read_seconds=seconds)
    except InputError as error:
        found = (*given.problems, *error.problems)
        raise InputError(sorted(found, key=lambda problem: problem.row or 0)) from error
    if given.problems:
        raise InputError(given.problems)
    return _answer(screen, result, out)


def reach(screen: Screen, question: Question) -> int:
    """Print how far each requirement can be pushed, alone and with the others held."""
    bundle, seconds = question.load(screen)
    screen.tell("reaching", title=bundle.scenario.title.say(screen.language), sources=f"{bundle.inventory.size:,}")
    result = run.reach(bundle, settings=Settings(), read_seconds=seconds)
    if screen.is_json:
        screen.out.file.write(to_json(result))
    else:
        print_summary(result, screen.out, screen.language)
    return SUCCESS if all(map(_is_in_reach, result.requirements)) else UNMET


def template(screen: Screen, file: Path, *, is_forced: bool) -> int:
    """Write an empty workbook to fill in; an existing file is replaced only when asked for, and only by a whole one."""
    if is_forced and file.is_file():
        with tempfile.TemporaryDirectory(prefix=".jianpai-", dir=file.absolute().parent) as beside:
            whole = Path(beside) / file.name
            write_template(whole, screen.language)
            put_files(file.absolute().parent, {file.name: whole.read_bytes()})
    else:
        write_template(file, screen.language)
    screen.tell("written", file=file)
    return SUCCESS


def synth(screen: Screen, out: Path, *, sources: int, seed: int, profile: Path | None) -> int:
    """Write an illustrative inventory, one CSV per sector, and a scenario that plans with it."""
    files = illustrative_files(read_profile(profile or PROFILE), sources=sources, seed=seed)
    for path in put_files(out, files):
        screen.tell("written", file=path)
    screen.tell("try_it", folder=out)
    return SUCCESS


def _settings(texts: Sequence[str]) -> list[Setting]:
    found: list[Setting] = []
    problems: list[Problem] = []
    for text in texts:
        try:
            found.append(read_setting(text))
        except RefusedError as error:
            problems.append(error.problem(COMMAND, text))
    if problems:
        raise InputError(problems)
    return found


def _answer(screen: Screen, result: Result, out: Path) -> int:
    """Write an answer's files, print it, and say what is left out; on demand the whole answer is printed as JSON."""
    files = write_answer(result, out, screen.language)
    if screen.is_json:
        screen.out.file.write(to_json(result))
    print_summary(result, screen.err if screen.is_json else screen.out, screen.language, files=files)
    if not result.is_answered:
        screen.tell("no_tasks")
    if not has_room(result):
        say(screen.err, left_out().say(screen.language))
    return SUCCESS if result.is_success else UNMET


def _tell_seconds(screen: Screen, seconds: Mapping[str, float]) -> None:
    """Say how long each stage took, in seconds."""
    spent = [(STAGE[name], f"{value:.1f}") for name, value in seconds.items()]
    zh, en = "，".join(f"{word.zh} {value}" for word, value in spent), ", ".join(f"{w.en} {v}" for w, v in spent)
    say(screen.err, Text(f"用时（秒）：{zh}", f"Seconds: {en}").say(screen.language))


def _is_in_reach(requirement: RequirementResult) -> bool:
    """True unless a requirement asks for more than can be had with all others held."""
    asked, reachable = requirement.asked, requirement.reachable
    if asked is None:
        return True
    if reachable is None:
        return False
    room = requirement.tolerance * abs(asked) + 1e-9 * max(1.0, abs(asked))
    lowest, highest = asked - room, asked + room
    return {">=": reachable >= lowest, "<=": reachable <= highest, "=": reachable >= lowest}[requirement.sense]
