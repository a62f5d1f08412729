"""The plan as one HTML file: charts, tables and task list, without any other file or host."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import resources
from typing import Any

from model.text import Language, Text
from scenarios.answering.result import Result
from scenarios.export import blocks
from scenarios.export.printed import Printed, PrintedCell, printable, printed
from scenarios.export.printed_tasks import group_table, task_table
from scenarios.export.report_look import BOOT, PRINT, STYLE
from scenarios.export.report_words import REPORT
from scenarios.export.room import ROOM, not_listed
from scenarios.export.task_groups import groups
from scenarios.figures import Figure, report_figures
from scenarios.figures.style import caption
from scenarios.wording.facts import digest, facts
from scenarios.wording.shown import as_text, lines, words
from scenarios.wording.words import LABEL

LANG: Mapping[Language, str] = {"zh": "zh-CN", "en": "en", "both": "zh-CN"}
TITLE_ROOM = 26
"""Pixels that a chart's own title needs; the caption says the same."""


def report_html(result: Result, language: Language, *, most_tasks: int = ROOM.report) -> str:
    """Return the whole report; the same answer gives the same text. More than ``most_tasks`` are summed but not listed.

    Its content policy allows the two scripts it holds, by their digests, and nothing from elsewhere. Every text of
    the answer is escaped, in the page and in the charts.
    """
    charts = report_figures(result, language)
    page = _Page(result, language, charts, most_tasks)
    body = "\n".join([page.head(), page.contents(), *page.chapters(), page.foot()])
    scripts = (plotly_js(), BOOT)
    data = json.dumps({f"chart-{name}": _untitled(chart) for name, chart in charts.items()}, ensure_ascii=False)
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{LANG[language]}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy(scripts)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{_text(words(result.title, language))}</title>",
            f"<style>{STYLE}{PRINT}</style>",
            "</head>",
            f"<body>\n{body}",
            f'<script type="application/json" id="figures">{_inert(data)}</script>',
            *(f"<script>{script}</script>" for script in scripts),
            "</body>",
            "</html>",
            "",
        ]
    )


def plotly_js() -> str:
    """Return the chart library as it comes with plotly."""
    return resources.files("plotly").joinpath("package_data", "plotly.min.js").read_text(encoding="utf-8")


def policy(scripts: Iterable[str]) -> str:
    """Return a content policy under which only these scripts run; styles are open, as plotly writes its own."""
    digests = " ".join(f"'sha256-{_sha256(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {digests}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _inert(data: str) -> str:
    """Return JSON that cannot end the element it stands in."""
    return data.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _text(text: str) -> str:
    return html.escape(printable(text)).replace("\n", "<br>")


def _untitled(chart: Figure) -> dict[str, Any]:
    """Return a chart without its title, which stands above it on the page."""
    layout = {key: value for key, value in chart["layout"].items() if key != "title"}
    margin = layout["margin"]
    lower = {"height": layout["height"] - TITLE_ROOM, "margin": {**margin, "t": margin["t"] - TITLE_ROOM}}
    return {"data": chart["data"], "layout": {**layout, **lower}}


class _Page:
    """The parts of a report, as HTML."""

    def __init__(self, result: Result, language: Language, charts: Mapping[str, Figure], most_tasks: int) -> None:
        self.result, self.language, self.charts, self.most_tasks = result, language, charts, most_tasks

    def head(self) -> str:
        """Return title, place, banner."""
        result = self.result
        banner = (
            f'<p class="banner" role="note">{self._lines(as_text(result.illustrative))}</p>'
            if result.illustrative
            else ""
        )
        place = f"{_text(words(result.jurisdiction, self.language))} · {_text(REPORT['plan'].say(self.language))}"
        noscript = f'<noscript><p class="banner">{self._lines(REPORT["needs_scripts"])}</p></noscript>'
        title = self._lines(as_text(result.title))
        return f'<header><h1>{title}</h1><p class="place">{place}</p>{banner}{noscript}</header>'

    def contents(self) -> str:
        """Return links to the chapters."""
        links = "".join(f'<a href="#{name}">{_text(REPORT[name].say(self.language))}</a>' for name in self._names())
        return f'<nav aria-label="{_text(REPORT["contents"].say(self.language))}">{links}</nav>'

    def chapters(self) -> Iterator[str]:
        """Yield the chapters in their order."""
        bodies: dict[str, Callable[[], str]] = {
            "overview": self._overview,
            "targets": self._targets,
            "costs": self._costs,
            "emissions": self._emissions,
            "timing": self._timing,
            "tasks_by_district": self._tasks,
            "tasks_by_unit": self._units,
            "assumptions": self._assumptions,
            "sources": self._sources,
        }
        for name in self._names():
            wide = ' class="wide"' if name.startswith("tasks_by") else ""
            heading = f"<h2>{_text(REPORT[name].say(self.language))}</h2>"
            yield f'<section id="{name}"{wide}>{heading}{bodies[name]()}</section>'

    def foot(self) -> str:
        """Return the digest of the inputs."""
        return f"<footer>{_text(LABEL['digest'].say(self.language))}: <code>{digest(self.result)}</code></footer>"

    def _names(self) -> list[str]:
        """Return the chapters this answer has something for."""
        answered = ("costs", "emissions", "timing", "tasks_by_district", "tasks_by_unit")
        names = ("overview", "targets", *answered, "assumptions", "sources")
        has_tasks = bool(self.result.tasks)
        return [
            name
            for name in names
            if (name not in answered or self.result.is_answered)
            and (has_tasks or name not in {"timing", "tasks_by_unit"})
        ]

    def _overview(self) -> str:
        rows = "".join(
            f'<tr><th scope="row">{self._lines(label)}</th><td>{_text(value)}</td></tr>'
            for label, value in facts(self.result, self.language)
        )
        note = LABEL["note"].say(self.language)
        notes = "".join(
            f"<p class='note'>{_text(f'{note}: {said}')}</p>"
            for said in (
                *(words(text, self.language) for text in self.result.notes),
                *(
                    f"{part['file']}: {words(part, self.language)}"
                    for part in self.result.provenance.get("left_out", [])
                ),
            )
        )
        return f'<table class="facts"><tbody>{rows}</tbody></table>{notes}'

    def _targets(self) -> str:
        return self._charts("targets") + self._blocks([blocks.requirements(self.result)])

    def _costs(self) -> str:
        return self._charts("costs_") + self._blocks(blocks.costs(self.result))

    def _emissions(self) -> str:
        charts = self._charts("emissions_", "waterfall_", "mac_")
        return charts + self._blocks([blocks.reductions(self.result), *blocks.emissions(self.result)])

    def _timing(self) -> str:
        return self._charts("timeline")

    def _assumptions(self) -> str:
        return self._blocks(blocks.assumptions(self.result))

    def _sources(self) -> str:
        return self._blocks(blocks.sources(self.result))

    def _tasks(self) -> str:
        parts = groups(self.result, "district")
        if not parts:
            return f"<p>{_text(LABEL['no_tasks'].say(self.language))}</p>"
        tables = [_table(group_table(self.result, parts, "district", self.language))]
        if len(self.result.tasks) > self.most_tasks:
            said = self._lines(not_listed(self.most_tasks))
            return "".join([*tables, f'<p class="note">{said}</p>'])
        tables += [_table(task_table(self.result, part, self.language), "tasks") for part in parts]
        return "".join(tables)

    def _units(self) -> str:
        parts = groups(self.result, "lead_unit")
        return _table(group_table(self.result, parts, "lead_unit", self.language))

    def _charts(self, *starts: str) -> str:
        """Return a place for every chart whose name begins so; the script draws into it."""
        return "".join(_chart(name, chart) for name, chart in self.charts.items() if name.startswith(starts))

    def _blocks(self, parts: Sequence[blocks.Block]) -> str:
        none = f'<p class="note">{_text(LABEL["none"].say(self.language))}</p>'
        found = []
        for part in parts:
            content = printed(part, self.language)
            found.append(_table(content) if content.rows else f"<h3>{_text(content.title)}</h3>{none}")
        return "".join(found)

    def _lines(self, text: Text) -> str:
        return _text(lines(text, self.language))


def _chart(name: str, chart: Figure) -> str:
    title, height = _text(caption(chart)), chart["layout"]["height"] - TITLE_ROOM
    look = f'role="img" aria-label="{title}" style="height:{height:g}px"'
    return f'<figure><figcaption>{title}</figcaption><div id="chart-{name}" class="plot" {look}></div></figure>'


def _table(content: Printed, kind: str = "") -> str:
    """Return a table that scrolls sideways where the window is narrow."""
    caption = f"<caption>{_text(content.title)}</caption>" if content.title else ""
    whole = sum(column.width for column in content.columns)
    widths = "".join(f'<col style="width:{100 * column.width / whole:.2f}%">' for column in content.columns)
    heads = "".join(f'<th scope="col">{_text(column.title)}</th>' for column in content.columns)
    rows = "".join(f"<tr>{_cells(content, row)}</tr>" for row in content.rows)
    total = [PrintedCell(text) for text in content.total]
    foot = f'<tr class="total">{_cells(content, total)}</tr>' if total else ""
    note = f'<p class="note">{_text(content.note)}</p>' if content.note else ""
    body = f"<colgroup>{widths}</colgroup><thead><tr>{heads}</tr></thead><tbody>{rows}{foot}</tbody>"
    return f'<div class="scroll"><table class="{kind or "plain"}">{caption}{body}</table></div>{note}'


def _cells(content: Printed, cells: Sequence[PrintedCell]) -> str:
    return "".join(
        f'<td class="{f"{column.align} {cell.tone}".strip()}">{_text(cell.text)}</td>'
        for column, cell in zip(content.columns, cells, strict=True)
    )
