"""What the commands do: read, ask, print, write; each returns the exit code.

Results go to the screen's ``out`` or to files, words and progress to ``err``. Mistakes of the user are `InputError`.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path

from model.problems import InputError
from model.text import Text
from optimizer import Settings, needs_warmup, processors
from optimizer import warmup as compile_passes
from scenarios.answering import run
from scenarios.answering.result import RequirementResult, Result, to_json
from scenarios.commands import overview
from scenarios.commands.console import print_facts, say
from scenarios.commands.screen import SUCCESS, UNMET, Question, Screen
from scenarios.commands.summary import print_summary
from scenarios.compiling.compile import compile_scenario, options_of
from scenarios.export.room import with_left_out
from scenarios.export.template import write_template
from scenarios.export.word_desk import Ask, plan_here, word_desk
from scenarios.export.write import ANSWER_FILES, check_folder, put_files, write_answer
from scenarios.illustrating.illustrate import illustrative_files
from scenarios.illustrating.profile import read_profile
from scenarios.reading.choices_file import read_choices
from scenarios.reading.found import LIBRARY
from scenarios.wording.words import STAGE

PROFILE = LIBRARY / "huzhou-2023" / "profile.toml"

MANY_SOURCES = 20_000
"""From so many sources on the plan is made by compiled passes, where they can be."""


def warmup(screen: Screen) -> int:
    """Compile what large problems need, or say that Numba is missing."""
    if needs_warmup():
        screen.tell("compiling")
    screen.tell("compiled" if compile_passes() else "not_compiled")
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


def plan(screen: Screen, question: Question, out: Path, settings: Settings, *, has_helper: bool = False) -> int:
    """Find the plan, print its summary, write its files; ``has_helper`` lets another process make the document."""
    with word_desk() if has_helper and processors() > 1 else nullcontext(plan_here) as document:
        return _plan(screen, question, out, settings, document)


def _plan(screen: Screen, question: Question, out: Path, settings: Settings, document: Ask) -> int:
    start = time.perf_counter() - screen.begun
    check_folder(out, ANSWER_FILES)
    bundle, seconds = question.load(screen)
    if bundle.inventory.size >= MANY_SOURCES and needs_warmup():
        screen.tell("compiling")
    screen.tell("planning", title=bundle.scenario.title.say(screen.language), sources=f"{bundle.inventory.size:,}")
    result = run.plan(bundle, settings=settings, read_seconds=seconds)
    begin = time.perf_counter()
    code = _answer(screen, result, out, document)
    _tell_seconds(screen, {"start": start, **result.provenance["seconds"], "write": time.perf_counter() - begin})
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
    result = run.reach(bundle, settings=Settings(threads=processors()), read_seconds=seconds)
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


def _answer(screen: Screen, result: Result, out: Path, document: Ask = plan_here) -> int:
    """Write an answer's files, print it, and say what is left out; on demand the whole answer is printed as JSON."""
    result = with_left_out(result)
    files = write_answer(result, out, screen.language, document=document)
    if screen.is_json:
        screen.out.file.write(to_json(result))
    print_summary(result, screen.err if screen.is_json else screen.out, screen.language, files=files)
    if not result.is_answered:
        screen.tell("no_tasks")
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
