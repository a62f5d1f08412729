"""Paragraphs and tables as WordprocessingML text: long tables are written at once, cell objects would take minutes."""

from __future__ import annotations

import html
from collections.abc import Sequence

from scenarios.export.printed import Align, Printed, PrintedCell, PrintedColumn, Tone, printable

NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TWIPS_PER_MM = 56.6929
LINE, HEAD_FILL, TOTAL_FILL = "8A98A5", "DCE6F1", "F1F5F9"

TONE: dict[Tone, str] = {"": "", "good": '<w:color w:val="1E6B3A"/>', "bad": '<w:b/><w:color w:val="A61B1B"/>'}
PADDING_MM = 0.7


def run(text: str, properties: str = "") -> str:
    """Return a run; line breaks of the text are kept, characters that XML cannot hold are left out."""
    parts = printable(text).split("\n")
    inner = "<w:br/>".join(f'<w:t xml:space="preserve">{html.escape(part, quote=False)}</w:t>' for part in parts)
    return f"<w:r><w:rPr>{properties}</w:rPr>{inner}</w:r>" if properties else f"<w:r>{inner}</w:r>"


def field(code: str) -> str:
    """Return a field that the program fills in, such as ``PAGE``."""
    return f'<w:fldSimple w:instr="{code}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def paragraph(inner: str, style: str, properties: str = "") -> str:
    """Return a paragraph of a style."""
    return f'<w:p {NAMESPACE}><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{inner}</w:p>'


def table(content: Printed, width_mm: float, style: str) -> str:
    """Return a table over the width of the page: its heading is repeated, no row is torn, its total stands out."""
    widths = _widths(content.columns, width_mm)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    aligns: list[Align] = [column.align for column in content.columns]
    heads = [PrintedCell(_folded(column.title)) for column in content.columns]
    rows = [_row(heads, widths, ["center"] * len(widths), style=f"{style}Head", fill=HEAD_FILL, is_head=True)]
    rows += [_row(row, widths, aligns, style=style) for row in content.rows]
    if content.total:
        total = [PrintedCell(text) for text in content.total]
        rows.append(_row(total, widths, ["center", *aligns[1:]], style=f"{style}Head", fill=TOTAL_FILL))
    return f"<w:tbl {NAMESPACE}>{_properties(sum(widths))}<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def facts(rows: Sequence[tuple[str, str]], widths_mm: tuple[float, float], style: str) -> str:
    """Return a table of labels and values."""
    widths = [round(width * TWIPS_PER_MM) for width in widths_mm]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    body = "".join(
        f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{_cell(PrintedCell(name), widths[0], 'left', f'{style}Head', HEAD_FILL)}"
        f"{_cell(PrintedCell(value), widths[1], 'left', style)}</w:tr>"
        for name, value in rows
    )
    return f"<w:tbl {NAMESPACE}>{_properties(sum(widths))}<w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"


def _folded(title: str) -> str:
    """Return a heading with its unit on a line of its own."""
    return title.replace("（", "\n（").replace(" (", "\n(")


def _widths(columns: Sequence[PrintedColumn], width_mm: float) -> list[int]:
    whole = sum(column.width for column in columns)
    return [round(column.width / whole * width_mm * TWIPS_PER_MM) for column in columns]


def _properties(width: int) -> str:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/>' for side in sides)
    padding = round(PADDING_MM * TWIPS_PER_MM)
    cell = "".join(f'<w:{side} w:w="{padding}" w:type="dxa"/>' for side in ("left", "right"))
    return (
        f'<w:tblPr><w:tblW w:w="{width}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{cell}</w:tblCellMar></w:tblPr>'
    )


def _row(
    cells: Sequence[PrintedCell],
    widths: Sequence[int],
    aligns: Sequence[Align],
    *,
    style: str,
    fill: str = "",
    is_head: bool = False,
) -> str:
    inner = "".join(
        _cell(cell, width, align, style, fill) for cell, width, align in zip(cells, widths, aligns, strict=True)
    )
    head = "<w:tblHeader/>" if is_head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{inner}</w:tr>"


def _cell(cell: PrintedCell, width: int, align: Align, style: str, fill: str = "") -> str:
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    justify = f'<w:jc w:val="{align}"/>' if align != "left" else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{justify}</w:pPr>{run(cell.text, TONE[cell.tone])}</w:p></w:tc>'
    )
