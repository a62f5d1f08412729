"""How the Word document looks: A4, a bureau's fonts, styles by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor

SHORT_MM, LONG_MM = 210.0, 297.0
MARGIN_MM, NARROW_MM = 22.0, 12.0
PORTRAIT_MM, LANDSCAPE_MM = SHORT_MM - 2 * MARGIN_MM, LONG_MM - 2 * NARROW_MM
"""Width of the text on an upright page and on a wide one."""

SONG, HEI, FANG = "SimSun", "SimHei", "FangSong"
ROMAN = "Times New Roman"
INK = RGBColor(0x1F, 0x29, 0x33)


@dataclass(frozen=True, slots=True)
class Look:
    """A paragraph style: Chinese font, size [pt], weight, space before and after [pt], line height, alignment."""

    name: str
    font: str
    size: float
    is_bold: bool = False
    before: float = 0.0
    after: float = 0.0
    spacing: float = 1.0
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT
    is_kept: bool = False


LOOKS = (
    Look("DocTitle", HEI, 22, is_bold=True, before=6, after=4, align=WD_ALIGN_PARAGRAPH.CENTER),
    Look("DocSubtitle", FANG, 14, after=8, align=WD_ALIGN_PARAGRAPH.CENTER),
    Look("Banner", HEI, 11, before=4, after=10, align=WD_ALIGN_PARAGRAPH.CENTER),
    Look("Body", FANG, 12, after=4, spacing=1.35),
    Look("TableCaption", HEI, 10, before=8, after=3, align=WD_ALIGN_PARAGRAPH.CENTER, is_kept=True),
    Look("FigureCaption", HEI, 10, before=2, after=8, align=WD_ALIGN_PARAGRAPH.CENTER),
    Look("Picture", FANG, 10, before=6, align=WD_ALIGN_PARAGRAPH.CENTER, is_kept=True),
    Look("Note", FANG, 9, before=2, after=6),
    Look("Cell", SONG, 8, before=1, after=1),
    Look("CellHead", HEI, 8, before=1, after=1),
    Look("Fact", SONG, 10.5, before=1.5, after=1.5),
    Look("FactHead", HEI, 10.5, before=1.5, after=1.5),
    Look("Task", SONG, 7, before=0.8, after=0.8),
    Look("TaskHead", HEI, 7, before=0.8, after=0.8),
    Look("Foot", SONG, 8.5, align=WD_ALIGN_PARAGRAPH.CENTER),
)
HEADINGS = (
    Look("Heading 1", HEI, 15, is_bold=True, before=14, after=6, is_kept=True),
    Look("Heading 2", HEI, 11.5, before=8, after=4, is_kept=True),
)


def style(document: Document) -> None:
    """Give a new document its page, its fonts and its styles."""
    upright(document.sections[0])
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    _write(document.styles["Normal"], Look("Normal", FANG, 12))
    for look in HEADINGS:
        _write(document.styles[look.name], look)
    for look in LOOKS:
        _write(document.styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH), look)


def upright(section: Section) -> None:
    """Make a section an upright A4 page."""
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(SHORT_MM), Mm(LONG_MM)
    section.left_margin = section.right_margin = Mm(MARGIN_MM)
    section.top_margin = section.bottom_margin = Mm(22)
    section.header_distance = section.footer_distance = Mm(12)


def wide(section: Section) -> None:
    """Make a section a wide A4 page."""
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(LONG_MM), Mm(SHORT_MM)
    section.left_margin = section.right_margin = Mm(NARROW_MM)
    section.top_margin = section.bottom_margin = Mm(18)
    section.header_distance = section.footer_distance = Mm(9)


def _write(target: Any, look: Look) -> None:  # noqa: ANN401 - python-docx types its styles by what they are found as
    font, form = target.font, target.paragraph_format
    font.name, font.size, font.bold, font.italic = ROMAN, Pt(look.size), look.is_bold, False
    font.color.rgb = INK
    fonts = target.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), look.font)
    form.space_before, form.space_after = Pt(look.before), Pt(look.after)
    form.line_spacing, form.alignment, form.keep_with_next = look.spacing, look.align, look.is_kept
