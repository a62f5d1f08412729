"""The commands that explain and compare answers; each returns the exit code."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from model.problems import InputError, Problem
from model.text import Text
from optimizer import Settings
from scenarios.analysis.alternatives import alternatives as find_alternatives
from scenarios.analysis.compare import Comparison
from scenarios.analysis.compare import compare as compare_results
from scenarios.analysis.explain import Explanation
from scenarios.analysis.explain import explain as explain_study
from scenarios.analysis.frontier import frontier as find_frontier
from scenarios.analysis.mac import mac as find_mac
from scenarios.analysis.study import Study, question_of, study_of
from scenarios.analysis.tables import alternatives_tables, comparison_tables, frontier_table, mac_table
from scenarios.answering.result import Json, Result, plain
from scenarios.answering.saved import read_result
from scenarios.commands.console import say
from scenarios.commands.iamc import check_iamc, write_iamc
from scenarios.commands.screen import SUCCESS, UNMET, Question, Screen
from scenarios.commands.summary import print_table
from scenarios.export.answer_tables import PlainTable, answer_page, table_csv, tables_xlsx
from scenarios.export.write import check_folder, put_files
from scenarios.figures.curves import frontier_figure, mac_figure
from scenarios.figures.style import Figure
from scenarios.reading.bundle import Bundle
from scenarios.wording.shown import lines

RESULT = "result.json"

ANSWERS = {
    "conflict": Text("不能同时满足", "Cannot be met together"),
    "repair": Text("可行的改法（从小到大）", "What would make it feasible, smallest first"),
    "chosen": Text("为什么列入", "Why in"),
    "rejected": Text("为什么没有列入", "Why out"),
    "marginal": Text("再严一步、放宽一步的费用", "What one step more or less costs"),
    "ranking": Text("按单位成本排序的做法", "Ranking by cost per tonne"),
    "compare": Text("方案对比", "Plans side by side"),
    "core": Text("每个方案都有的项目", "Projects in every plan"),
}


def explain(screen: Screen, question: Question, settings: Settings, *, most: int, step: float, out: Path | None) -> int:
    """Say why the plan is what it is, or what stands in its way and what would help."""
    study = _study(screen, question, settings, out, ["explain.json"])
    answer = explain_study(study, most=most, step=step)
    tree = answer.to_json()
    _put(screen, out, {"explain.json": tree})
    if screen.is_json:
        screen.put(plain(tree))
    else:
        _print_explanation(screen, answer)
    return SUCCESS if _is_met(study) else UNMET


def frontier(screen: Screen, question: Question, settings: Settings, *, row: str, points: int, out: Path | None) -> int:
    """Print the least cost against the level of a requirement; with a folder write table, JSON and page."""
    names = ["frontier.csv", "frontier.json", "frontier.html"]
    study = question_of(_bundle(screen, question, out, names), settings=settings)
    answer = find_frontier(study, row, points=points, gap=settings.gap)
    table = frontier_table(answer)
    charts = {"frontier": frontier_figure(answer, screen.language)}
    _give(screen, out, _Given("frontier", answer.to_json(), answer.says, [table], charts))
    return SUCCESS if any(point.cost is not None for point in answer.points) else UNMET


def mac(screen: Screen, question: Question, settings: Settings, *, pollutant: str, out: Path | None) -> int:
    """Print the marginal abatement cost curve of everything on offer; with a folder write table, JSON and page."""
    study = question_of(_bundle(screen, question, out, ["mac.csv", "mac.json", "mac.html"]), settings=settings)
    answer = find_mac(study, pollutant)
    charts = {"mac": mac_figure(answer, screen.language)}
    _give(screen, out, _Given("mac", answer.to_json(), answer.says, [mac_table(answer)], charts))
    return SUCCESS


def alternatives(
    screen: Screen, question: Question, settings: Settings, *, within: float, count: int, out: Path | None
) -> int:
    """Print different plans of nearly the same cost and the projects that all of them share."""
    names = ["alternatives.csv", "alternatives.json", "alternatives.html"]
    study = _study(screen, question, settings, out, names)
    if not study.is_feasible:
        return _no_plan(screen, study)
    answer = find_alternatives(study, within=within, count=count)
    _give(screen, out, _Given("alternatives", answer.to_json(), answer.says, alternatives_tables(answer), {}))
    return SUCCESS if _is_met(study) else UNMET


def compare(screen: Screen, files: Sequence[Path], *, out: Path | None, iamc: Path | None = None) -> int:
    """Print answers of earlier runs side by side; with a folder write JSON, workbook and page."""
    if out is not None:
        check_folder(out, ["compare.json", "compare.xlsx", "compare.html"])
    if iamc is not None:
        check_iamc(iamc)
    found = _results(files)
    if iamc is not None:
        write_iamc(screen, iamc, found)
    answer = compare_results(found)
    tree = plain(answer.to_json())
    tables = comparison_tables(answer)
    if out is not None:
        contents = {
            "compare.json": _json(tree),
            "compare.xlsx": tables_xlsx(ANSWERS["compare"], tables, screen.language),
            "compare.html": answer_page(ANSWERS["compare"], [], {}, tables, screen.language).encode(),
        }
        _told(screen, put_files(out, contents))
    if screen.is_json:
        screen.put(tree)
    else:
        _print_tables(screen, tables)
    return SUCCESS if _is_success(answer) else UNMET


def _results(files: Sequence[Path]) -> list[tuple[str, Result]]:
    """Read answers, each named by its folder; every file that cannot be read is named."""
    problems: list[Problem] = []
    found: list[tuple[str, Result]] = []
    for file in files:
        path = file / RESULT if file.is_dir() else file
        try:
            result = read_result(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            what = Text("不是可读的结果文件", "not an answer that can be read")
            problems.append(Problem(str(path), what, f"a {RESULT}, or a folder that holds one", str(error)))
            continue
        name = path.parent.name if path.name == RESULT else path.stem
        taken = {given for given, _ in found}
        found.append((name if name not in taken else f"{name} ({len(found) + 1})", result))
    if not problems and len(found) < 2:  # noqa: PLR2004 - one answer has no other beside it
        problems.append(
            Problem("compare", Text("至少需要两个结果", "two answers or more are needed"), "two files", "one")
        )
    if problems:
        raise InputError(problems)
    return found


def _is_success(comparison: Comparison) -> bool:
    return all(status in {"OPTIMAL", "FEASIBLE"} for status in comparison.statuses)


def _study(screen: Screen, question: Question, settings: Settings, out: Path | None, files: Sequence[str]) -> Study:
    return study_of(_bundle(screen, question, out, files), settings=settings)


def _bundle(screen: Screen, question: Question, out: Path | None, files: Sequence[str]) -> Bundle:
    """Return the scenario asked about, once the folder for the answer's files is known to be of use."""
    if out is not None:
        check_folder(out, files)
    bundle, _ = question.load(screen)
    screen.tell("planning", title=bundle.scenario.title.say(screen.language), sources=f"{bundle.inventory.size:,}")
    return bundle


def _is_met(study: Study) -> bool:
    return study.solution.status == "OPTIMAL" and all(requirement.met for requirement in study.requirements)


def _no_plan(screen: Screen, study: Study) -> int:
    """Say that there is no plan, and which command says why."""
    says = Text(
        "该情景没有可行方案；用 jianpai explain 查看原因和改法。",
        "The scenario has no plan; jianpai explain says why and what would help.",
    )
    if screen.is_json:
        screen.put({"status": str(study.solution.status), "says": {"zh": says.zh, "en": says.en}, "plans": []})
    say(screen.err, lines(says, screen.language))
    return UNMET


@dataclass(frozen=True, slots=True)
class _Given:
    """One answer in the forms in which it is given; ``name`` begins the names of its files."""

    name: str
    tree: Json
    says: Text
    tables: Sequence[PlainTable]
    charts: Mapping[str, Figure]


def _give(screen: Screen, out: Path | None, given: _Given) -> None:
    """Write and print one answer."""
    tree = plain(given.tree)
    if out is not None:
        page = answer_page(given.tables[0].name, [given.says], given.charts, given.tables, screen.language)
        contents = {
            f"{given.name}.csv": table_csv(given.tables[0], screen.language).encode(),
            f"{given.name}.json": _json(tree),
            f"{given.name}.html": page.encode(),
        }
        _told(screen, put_files(out, contents))
    if screen.is_json:
        screen.put(tree)
        return
    say(screen.out, lines(given.says, screen.language), "bold")
    _print_tables(screen, given.tables)


def _put(screen: Screen, out: Path | None, trees: Mapping[str, Json]) -> None:
    if out is not None:
        _told(screen, put_files(out, {name: _json(plain(tree)) for name, tree in trees.items()}))


def _json(tree: Json) -> bytes:
    return (json.dumps(tree, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _told(screen: Screen, paths: Sequence[Path]) -> None:
    for path in paths:
        screen.tell("written", file=path)


def _print_tables(screen: Screen, tables: Sequence[PlainTable]) -> None:
    for table in tables:
        say(screen.out, lines(table.name, screen.language), "bold")
        print_table(table.headings, table.rows, screen.out, screen.language)


def _print_explanation(screen: Screen, answer: Explanation) -> None:
    parts: list[tuple[str, Sequence[Text]]] = [
        ("conflict", [item.says for item in answer.conflicts]),
        ("repair", [item.says for item in answer.repairs]),
        ("chosen", [item.says for item in answer.chosen]),
        ("rejected", [item.says for item in answer.rejected]),
        ("marginal", [item.says for item in answer.marginal]),
        ("ranking", [] if answer.ranking is None else [answer.ranking.says]),
    ]
    say(screen.out, lines(answer.says, screen.language), "bold")
    for name, texts in parts:
        if texts:
            say(screen.out, f"\n{lines(ANSWERS[name], screen.language)}", "bold")
        for text in texts:
            say(screen.out, f"- {lines(text, screen.language)}")
    for note in answer.notes:
        say(screen.out, f"\n{lines(note, screen.language)}", "dim")
