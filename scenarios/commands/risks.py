"""The commands that say how sure a plan is, and plan for a stated confidence; each returns the exit code."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from model.problems import InputError, Problem
from model.sector import FloatArray
from model.text import Text
from optimizer import Settings
from scenarios.answering import run
from scenarios.answering.answer import is_kept
from scenarios.answering.result import Json, plain, to_json
from scenarios.answering.solving import solution_of
from scenarios.commands.console import say
from scenarios.commands.screen import SUCCESS, UNMET, Question, Screen
from scenarios.commands.summary import print_summary, print_table
from scenarios.compiling.choices import level_of
from scenarios.compiling.compile import Compiled, compile_scenario, options_of
from scenarios.export.answer_tables import PlainTable, answer_page, table_csv
from scenarios.export.room import with_left_out
from scenarios.export.write import ANSWER_FILES, check_folder, put_files, write_answer
from scenarios.figures.risk import chance_figure, driver_figure
from scenarios.figures.style import Figure
from scenarios.reading.bundle import Bundle
from scenarios.reading.choices_file import read_choices
from scenarios.risk.core import Core, core_of
from scenarios.risk.draws import Sampling
from scenarios.risk.frame import frame_of
from scenarios.risk.margins import Aim, Assured, assured
from scenarios.risk.outcome import outcomes
from scenarios.risk.risk import Risk, risk_of
from scenarios.risk.steps import TABLE_GAP, Step, step_of, stepped
from scenarios.risk.surest import surest
from scenarios.risk.tables import chance_table, core_table, driver_table, range_table, step_table, title_of
from scenarios.wording.shown import lines, percent

RISK_JSON, RISK_CSV, RISK_PAGE = "risk.json", "risk.csv", "risk.html"
RISK_FILES = (RISK_JSON, RISK_CSV, RISK_PAGE)
TITLE = Text("方案的把握程度", "How sure the plan is")
MOST_TOLD = 3
"""Rows of which it is worked out how sure they can be made."""

PLANNING_MODES = ("least_cost", "most_reduction")


@dataclass(frozen=True, slots=True)
class RiskAsk:
    """What is asked: how to draw, how often, and, where wanted, for which confidence to plan.

    ``choices`` is a file of given choices to judge in place of the least-cost plan; ``worlds`` of them are planned by
    themselves for the no-regret core, none at 0.
    """

    sampling: Sampling
    samples: int
    confidence: float | None = None
    is_joint: bool = False
    worlds: int = 0
    choices: Path | None = None

    def aim(self, confidence: float) -> Aim:
        """Return the aim of a plan for a confidence."""
        return Aim(confidence, self.is_joint, self.sampling, self.samples, self.samples)


@dataclass(frozen=True, slots=True)
class _Answer:
    risk: Risk
    steps: tuple[Step, ...]
    core: Core | None
    assured: Step | None

    def to_json(self) -> Json:
        """Return it as it stands in JSON."""
        return {
            **self.risk.to_json(),
            "confidence": None if self.assured is None else self.assured.to_json(),
            "steps": [step.to_json() for step in self.steps],
            "core": None if self.core is None else self.core.to_json(),
        }

    def tables(self) -> list[PlainTable]:
        """Return it as tables, the chances first."""
        tables = [chance_table(self.risk), range_table(self.risk), driver_table(self.risk)]
        tables += [step_table(self.steps)] if self.steps else []
        return tables + ([core_table(self.core)] if self.core is not None else [])


def risk(screen: Screen, question: Question, settings: Settings, ask: RiskAsk, *, out: Path | None) -> int:
    """Say how sure a plan is: the least-cost plan, given choices, or the plan for a confidence."""
    if out is not None:
        check_folder(out, RISK_FILES)
    bundle, _ = question.load(screen)
    _refuse_modes(bundle, ask)
    screen.tell("planning", title=bundle.scenario.title.say(screen.language), sources=f"{bundle.inventory.size:,}")
    compiled = compile_scenario(bundle, options_of(bundle), is_open=ask.choices is not None)
    found, steps, level = None, tuple[Step, ...](), None
    if ask.choices is not None:
        level = _given(ask.choices, bundle, compiled)
    elif ask.confidence is not None:
        settings = replace(settings, gap=max(settings.gap, TABLE_GAP))
        found = assured(bundle, compiled, settings, ask.aim(ask.confidence))
        steps, level = stepped(bundle, compiled, settings, found), found.level
    else:
        level = solution_of(bundle, compiled, settings).level
    if level is None:
        return _no_plan(screen)
    frame = frame_of(bundle, compiled, level)
    sampling = ask.sampling if found is None else found.aim.fresh
    kept = None if found is None else found.checked
    kept = kept or outcomes(frame, sampling, ask.samples)
    core = core_of(bundle, settings, ask.sampling, ask.worlds) if ask.worlds else None
    step = None if found is None else step_of(compiled, found)
    answer = _Answer(risk_of(frame, kept, sampling), steps, core, step)
    _give(screen, out, answer)
    if found is not None and not found.is_held:
        say(screen.err, lines(_missed(compiled, found), screen.language))
    is_met = all(_met(compiled, level))
    return SUCCESS if is_met and (found is None or found.is_held) else UNMET


def plan_assured(screen: Screen, question: Question, out: Path, settings: Settings, ask: RiskAsk) -> int:
    """Find the least-cost plan for a confidence, print its summary, write its files and how sure it is."""
    check_folder(out, (*ANSWER_FILES, *RISK_FILES))
    bundle, seconds = question.load(screen)
    _refuse_modes(bundle, ask)
    screen.tell("planning", title=bundle.scenario.title.say(screen.language), sources=f"{bundle.inventory.size:,}")
    table = options_of(bundle)
    compiled = compile_scenario(bundle, table)
    found = assured(bundle, compiled, settings, ask.aim(ask.confidence or 0.0))
    noted = replace(bundle, notes=(*bundle.notes, *assurance_notes(compiled, found)))
    result = with_left_out(run.plan(noted, settings=settings, table=table, read_seconds=seconds, found=found.solution))
    files = write_answer(result, out, screen.language)
    if found.frame is not None and found.checked is not None:
        judged = risk_of(found.frame, found.checked, found.aim.fresh)
        files += put_files(out, _files(screen, _Answer(judged, (), None, step_of(compiled, found))))
    if screen.is_json:
        screen.out.file.write(to_json(result))
    print_summary(result, screen.err if screen.is_json else screen.out, screen.language, files=files)
    return SUCCESS if result.is_success and found.is_held else UNMET


def assurance_notes(compiled: Compiled, found: Assured) -> tuple[Text, ...]:
    """Return what the plan was made for, with which margins, and what fresh samples say."""
    aim, step = found.aim, step_of(compiled, found)
    asked = percent(aim.confidence)
    if found.level is None:
        return (
            Text(
                f"没有任何方案能以{asked}的把握达到要求。", f"No plan keeps the requirements with {asked} confidence."
            ),
        )
    how = Text("全部要求同时", "all requirements together") if aim.is_joint else Text("每项要求", "each requirement")
    margins = "; ".join(f"{row} {margin:.4g} {unit}" for row, margin, unit in step.margins) or "0"
    return (
        Text(
            f"本方案要求{how.zh}在至少{asked}的抽样情形中满足；安全余量：{margins}；"
            f"在{aim.checks}个新样本中达成{percent(found.kept_share)}。",
            f"This plan asks that {how.en} be met in at least {asked} of drawn worlds; margins of safety: {margins}; "
            f"kept in {percent(found.kept_share)} of {aim.checks} fresh samples.",
        ),
        Text(
            "费用与差距是加上安全余量之后的最小费用问题的。",
            "Cost and gap are those of the least-cost problem with the margins added.",
        ),
        *(() if found.is_held else (_missed(compiled, found),)),
    )


def _missed(compiled: Compiled, found: Assured) -> Text:
    """Say that the confidence is not reached, and of rows below it how sure they can be made at all."""
    kept = [] if found.checked is None else found.checked.kept.mean(axis=0).tolist()
    below = [
        (place, share)
        for place, (_, share) in enumerate(zip(compiled.plans, kept, strict=True))
        if share < found.aim.confidence and place not in compiled.slack.places
    ]
    told = [_below(compiled, found, place, share) for place, share in below[:MOST_TOLD]]
    others = [f"{compiled.plans[place].row_id} {percent(share)}" for place, share in below[MOST_TOLD:]]
    zh, en = "、".join([*(one.zh for one in told), *others]), "; ".join([*(one.en for one in told), *others])
    return Text(
        f"靠安全余量未能达到这一把握程度；低于它的要求：{zh or '无单项，仅合计'}。",
        f"That confidence was not reached by margins; below it: {en or 'none alone, only all together'}.",
    )


def _below(compiled: Compiled, found: Assured, place: int, share: float) -> Text:
    """Say how often a row is kept by a plan, and how often where every source in its scope does the most for it."""
    row, plan = compiled.plans[place].row_id, found.frame
    if plan is None or found.level is None:
        return Text(f"{row} {percent(share)}", f"{row} {percent(share)}")
    draws = (found.aim.fresh, found.aim.checks)
    most = percent(max(share, surest(plan.bundle, compiled, found.level, place, draws=draws)))
    return Text(
        f"{row}为{percent(share)}（范围内每个源都采取最有利的措施时，最高{most}：可改按此把握程度规划，或放宽该要求）",
        f"{row} {percent(share)} (with the most that every source in its scope can do {most}: plan for that "
        "confidence, or ask less of it)",
    )


def _refuse_modes(bundle: Bundle, ask: RiskAsk) -> None:
    mode = bundle.scenario.mode
    if mode in PLANNING_MODES or (ask.choices is not None and ask.confidence is None):
        return
    what = Text("这种模式不抽样求解", "this mode is not planned under uncertain numbers")
    raise InputError([Problem(bundle.scenario_file, what, " or ".join(PLANNING_MODES), str(mode), column="mode")])


def _given(file: Path, bundle: Bundle, compiled: Compiled) -> FloatArray:
    given = read_choices(file, bundle)
    if given.problems:
        raise InputError(given.problems)
    return compiled.widened(level_of(given.table, bundle.inventory, compiled.options, file=str(file)))


def _met(compiled: Compiled, level: FloatArray) -> list[bool]:
    """Return whether each row that is not pending, and each rule, is kept with the catalogue's values."""
    pairs = zip(compiled.plans, compiled.plan_values(level).tolist(), strict=True)
    rows = [is_kept(plan, value) for plan, value in pairs if plan.bound is not None]
    return rows + [rule.is_kept(compiled.own(level)) for rule in compiled.rules]


def _no_plan(screen: Screen) -> int:
    says = Text(
        "该情景没有可行方案；用 jianpai explain 查看原因和改法。",
        "The scenario has no plan; jianpai explain says why and what would help.",
    )
    if screen.is_json:
        screen.put({"requirements": [], "says": {"zh": says.zh, "en": says.en}})
    say(screen.err, lines(says, screen.language))
    return UNMET


def _files(screen: Screen, answer: _Answer) -> dict[str, bytes]:
    tables = answer.tables()
    page = answer_page(TITLE, [answer.risk.says, *answer.risk.notes], _charts(screen, answer), tables, screen.language)
    tree = json.dumps(plain(answer.to_json()), ensure_ascii=False, indent=1, allow_nan=False)
    return {
        RISK_JSON: f"{tree}\n".encode(),
        RISK_CSV: table_csv(tables[0], screen.language).encode(),
        RISK_PAGE: page.encode(),
    }


def _charts(screen: Screen, answer: _Answer) -> dict[str, Figure]:
    found = answer.risk
    charts = {"chances": chance_figure(found, screen.language)}
    for one in found.ranges:
        if one.drivers:
            charts[one.name] = driver_figure(one, title_of(one.name), screen.language)
    return charts


def _give(screen: Screen, out: Path | None, answer: _Answer) -> None:
    if out is not None:
        for path in put_files(out, _files(screen, answer)):
            screen.tell("written", file=path)
    if screen.is_json:
        screen.put(plain(answer.to_json()))
        return
    say(screen.out, lines(answer.risk.says, screen.language), "bold")
    for table in answer.tables():
        say(screen.out, lines(table.name, screen.language), "bold")
        print_table(table.headings, table.rows, screen.out, screen.language)
    for note in answer.risk.notes:
        say(screen.out, lines(note, screen.language), "dim")
