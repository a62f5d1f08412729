"""The plan as a Word document: what was asked, what is reached, what it costs, and the task list a bureau hands out."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime

from docx import Document
from docx.enum.section import WD_SECTION
from docx.oxml import parse_xml
from docx.shared import Mm

from model.text import Language
from scenarios.answering.result import Result
from scenarios.export import blocks, docx_xml
from scenarios.export.docx_styles import LANDSCAPE_MM, PORTRAIT_MM, style, upright, wide
from scenarios.export.printed import Printed, printed, with_widths
from scenarios.export.printed_tasks import group_table, task_table
from scenarios.export.report_words import REPORT, chinese_number
from scenarios.export.room import MOST_TASKS, has_room
from scenarios.export.static_figures import NO_FONT, chinese_font, figure_png
from scenarios.export.task_groups import Group, GroupBy, groups
from scenarios.figures import Figure, costs, emissions, pollutants_of, targets
from scenarios.figures.style import caption
from scenarios.wording.facts import digest, facts
from scenarios.wording.shown import MONEY, YEARLY_MONEY, as_text, lines, sides, words
from scenarios.wording.words import LABEL

CREATED = datetime(2020, 1, 1)  # noqa: DTZ001 - the properties of an office file have no zone
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
FACT_MM = (38.0, PORTRAIT_MM - 38.0)
PICTURE_MM = 160.0
TARGET_WIDTHS = (17, 15, 17, 8, 12, 17, 15, 15, 15, 11, 27)
"""Of the table of requirements on an upright page, in the order of `blocks.requirements`."""

BANNER_INK = '<w:color w:val="7A1F1F"/>'
BANNER_FRAME = (
    '<w:pBdr><w:top w:val="single" w:sz="8" w:space="4" w:color="A61B1B"/>'
    '<w:bottom w:val="single" w:sz="8" w:space="4" w:color="A61B1B"/></w:pBdr>'
    '<w:shd w:val="clear" w:color="auto" w:fill="FFF1CC"/>'
)


def plan_docx(result: Result, language: Language) -> bytes:
    """Return the plan as a Word document; the same answer gives the same bytes.

    Raises
    ------
    ValueError
        When there are more than 5 000 tasks: ask `has_room` first.

    """
    if not has_room(result):
        raise ValueError(f"a Word document holds {MOST_TASKS} tasks; there are {len(result.tasks)}")
    writer = _Writer(result, language)
    writer.title()
    writer.overview()
    writer.targets()
    writer.money()
    writer.emissions()
    writer.task_lists()
    writer.basis()
    return _with_fixed_times(writer.save())


class _Writer:
    """A document that is written from the top down."""

    def __init__(self, result: Result, language: Language) -> None:
        self.result, self.language = result, language
        self.document = Document()
        style(self.document)
        self.font = chinese_font()
        self.chapters = self.figures = self.tables = 0

    def title(self) -> None:
        """Write title, place, and the banner where the data are illustrative; page head and foot."""
        self._text(lines(as_text(self.result.title), self.language), "DocTitle")
        place = words(self.result.jurisdiction, self.language)
        self._text(f"{place}  ·  {lines(REPORT['plan'], self.language)}", "DocSubtitle")
        if self.result.illustrative:
            banner = docx_xml.run(lines(as_text(self.result.illustrative), self.language), BANNER_INK)
            self._add(docx_xml.paragraph(banner, "Banner", BANNER_FRAME))
        self._head_and_foot()

    def overview(self) -> None:
        """Write the facts, and what the reader must know besides."""
        self._chapter("overview")
        rows = [(label.say(self.language), value) for label, value in facts(self.result, self.language)]
        self._add(docx_xml.facts(rows, FACT_MM, "Fact"))
        for note in self.result.notes:
            self._text(f"{LABEL['note'].say(self.language)}: {words(note, self.language)}", "Note")

    def targets(self) -> None:
        """Write what was asked and is reached, as table and picture."""
        self._chapter("targets")
        self._table(with_widths(printed(blocks.requirements(self.result), self.language), TARGET_WIDTHS))
        self._figure(targets(self.result, self.language))

    def money(self) -> None:
        """Write what it costs, and whom."""
        if self.result.cost is None:
            return
        self._chapter("costs")
        self._figure(costs(self.result, "district", self.language))
        for block in blocks.costs(self.result):
            self._table(printed(block, self.language))

    def emissions(self) -> None:
        """Write emissions before and after."""
        if not self.result.emissions:
            return
        self._chapter("emissions")
        for pollutant in pollutants_of(self.result):
            self._figure(emissions(self.result, pollutant, self.language))
        self._table(printed(blocks.reductions(self.result), self.language))

    def task_lists(self) -> None:
        """Write the task list twice on wide pages: by district and by responsible unit."""
        wide(self.document.add_section(WD_SECTION.NEW_PAGE))
        self._task_list("tasks_by_district", "district")
        self._task_list("tasks_by_unit", "lead_unit")
        upright(self.document.add_section(WD_SECTION.NEW_PAGE))

    def basis(self) -> None:
        """Write assumptions, sources and the digests of what was read."""
        self._chapter("assumptions")
        for block in blocks.assumptions(self.result):
            self._table(printed(block, self.language))
        self._chapter("sources")
        for block in blocks.sources(self.result):
            self._table(printed(block, self.language))
        self._text(f"{LABEL['digest'].say(self.language)}: {digest(self.result)}", "Note")

    def save(self) -> bytes:
        """Return the document with properties that do not depend on when or where it was made."""
        properties = self.document.core_properties
        properties.title = words(self.result.title, self.language)
        properties.author = properties.last_modified_by = "Jianpai"
        properties.created = properties.modified = CREATED
        properties.comments, properties.revision = "", 1
        stream = io.BytesIO()
        self.document.save(stream)
        return stream.getvalue()

    def _task_list(self, name: str, by: GroupBy) -> None:
        self._chapter(name)
        parts = groups(self.result, by)
        if not parts:
            self._text(LABEL["no_tasks"].say(self.language), "Body")
            return
        self._table(group_table(self.result, parts, by, self.language), LANDSCAPE_MM)
        for number, part in enumerate(parts, 1):
            self._text(f"{self._numbered(number)}{self._summed(part)}", "Heading2")
            self._add(docx_xml.table(task_table(self.result, part, self.language), LANDSCAPE_MM, "Task"))

    def _chapter(self, name: str) -> None:
        self.chapters += 1
        number = f"{self.chapters}. " if self.language == "en" else f"{chinese_number(self.chapters)}、"
        self._text(f"{number}{REPORT[name].say(self.language)}", "Heading1")

    def _numbered(self, number: int) -> str:
        return f"{self.chapters}.{number}  " if self.language == "en" else f"（{chinese_number(number)}）"

    def _summed(self, part: Group) -> str:
        money = {"capital": MONEY.say(part.sums.capital_cny), "annual": YEARLY_MONEY.say(part.sums.annual_cost_cny)}
        said = [
            heading.format(name=name, count=f"{part.sums.count:,}", **money)
            for heading, name in zip(
                sides(REPORT["group_heading"], self.language), sides(part.name, self.language), strict=True
            )
        ]
        return "\n".join(said)

    def _figure(self, figure: Figure) -> None:
        """Add a picture with its caption below, or the sentence that says why there is none."""
        self.figures += 1
        picture = figure_png(figure, font=self.font)
        title = caption(figure)
        if picture is None:
            self._text(lines(NO_FONT, self.language), "Note")
        else:
            holder = self.document.add_paragraph(style="Picture")
            shape = holder.add_run().add_picture(io.BytesIO(picture), width=Mm(PICTURE_MM))
            shape._inline.docPr.set("descr", title)  # noqa: SLF001 - python-docx offers no other way to a description
        self._text(f"{REPORT['figure'].say(self.short)}{self.figures}  {title}", "FigureCaption")

    def _table(self, content: Printed, width_mm: float = PORTRAIT_MM) -> None:
        """Add a table with its caption above and its note below; an empty one says so."""
        if content.title:
            self.tables += 1
            caption = f"{REPORT['table'].say(self.short)}{self.tables}  {content.title.replace(chr(10), ' ')}"
            self._text(caption, "TableCaption")
        if not content.rows:
            self._text(LABEL["none"].say(self.language), "Note")
            return
        self._add(docx_xml.table(content, width_mm, "Cell"))
        self._text(content.note, "Note")

    @property
    def short(self) -> Language:
        """The language of a caption's number."""
        return "en" if self.language == "en" else "zh"

    def _head_and_foot(self) -> None:
        section = self.document.sections[0]
        mark = f"  ·  {LABEL['illustrative'].say(self.language)}" if self.result.illustrative else ""
        title = words(self.result.title, self.language)
        foot = _page_numbers(REPORT["page"].say(self.short))
        for part, inner in ((section.header, docx_xml.run(f"{title}{mark}")), (section.footer, foot)):
            element = part._element  # noqa: SLF001 - a field cannot be added otherwise
            for child in list(element):
                element.remove(child)
            element.append(parse_xml(docx_xml.paragraph(inner, "Foot")))

    def _text(self, text: str, style_id: str) -> None:
        self._add(docx_xml.paragraph(docx_xml.run(text), style_id))

    def _add(self, xml: str) -> None:
        self.document.element.body.insert_element_before(parse_xml(xml), "w:sectPr")


def _page_numbers(template: str) -> str:
    """Return the words of a page foot with the fields that count."""
    parts = re.split(r"(\{pages?\})", template)
    fields = {"{page}": docx_xml.field("PAGE"), "{pages}": docx_xml.field("NUMPAGES")}
    return "".join(fields.get(part) or docx_xml.run(part) for part in parts if part)


def _with_fixed_times(content: bytes) -> bytes:
    """Return a zip file with the same parts in the same order, all of one fixed time."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, ZIP_TIME)
            entry.external_attr = 0o600 << 16
            new.writestr(entry, old.read(name), zipfile.ZIP_DEFLATED)
    return stream.getvalue()
