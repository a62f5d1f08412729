"""The planner's workbook: what it shows, and that it comes back as an inventory once it is filled in."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from model.catalogue import parse_factors
from model.checks import TOTALS
from model.files import bundled_names, bundled_text
from model.headings import choices, heading, sheet_title
from model.numbers import Factors
from model.problems import InputError
from model.read_inventory import load_inventory
from model.sector import Column, Sector
from model.sectors import SECTORS
from model.text import Language
from scenarios.export.template import template, write_template
from scenarios.export.template_sheet import sheet_columns
from tests import toy_sector

LARGEST = 1e12
LANGUAGES: tuple[Language, ...] = ("zh", "en", "both")


def opened(language: Language, sectors: Mapping[str, Sector] = toy_sector.SECTORS) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(template(language, sectors)))


def headings(sheet: Worksheet) -> list[object]:
    return [cell.value for cell in sheet[1]]


def rule(sheet: Worksheet, title: str) -> Any:  # noqa: ANN401 openpyxl's own type has no stated attributes
    """The validation of the column with this heading."""
    letter = get_column_letter(headings(sheet).index(title) + 1)
    (found,) = [rule for rule in sheet.data_validations.dataValidation if str(rule.sqref).startswith(f"{letter}2:")]
    return found


def test_the_workbook_has_instructions_a_sheet_per_sector_and_hidden_lists() -> None:
    book = opened("zh")
    assert book.sheetnames == ["说明", "锅炉", "污水处理厂", "选项"]
    assert book["选项"].sheet_state == "hidden"
    assert opened("en").sheetnames == ["Read me", "Boilers", "Treatment plants", "Choices"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_columns_an_author_fills_stand_in_the_sheet(language: Language) -> None:
    side: Literal["zh", "en"] = "en" if language == "en" else "zh"
    expected = [heading(column, side) for column in toy_sector.BOILERS.columns if not column.derived]
    assert sorted(map(str, headings(opened(language).worksheets[1]))) == sorted(expected)


def test_required_columns_stand_first_and_are_coloured() -> None:
    sheet = opened("zh")["锅炉"]
    titles = ["源编号", "源名称", "区县", "燃料", "额定蒸发量(t/h)", "水量(m3/d)"]
    assert headings(sheet)[:6] == titles
    colours = [cell.fill.start_color.rgb for cell in sheet[1]]
    assert set(colours[:6]) == {"FFF8CBAD"}
    assert set(colours[6:]) == {"FFDDEBF7"}


def test_every_heading_explains_itself_in_both_languages() -> None:
    sheet = opened("zh")["锅炉"]
    comment = sheet["E1"].comment
    assert comment is not None
    assert comment.text.splitlines() == [
        "额定蒸发量(t/h)",
        "Capacity(t/h)",
        "capacity_t_per_h",
        "必填",
        "required",
        "> 0 t/h",
    ]


def test_choices_and_flags_are_drop_downs_of_labels() -> None:
    book = opened("zh")
    sheet = book["锅炉"]
    lists = {title: rule(sheet, title).formula1 for title in ("燃料", "有滤池(是/否)")}
    assert [labels(book, formula) for formula in lists.values()] == [["燃煤", "燃气"], ["是", "否"]]
    assert rule(sheet, "燃料").type == "list"
    english = opened("en")
    assert labels(english, rule(english["Boilers"], "Fuel").formula1) == ["Coal", "Natural gas"]


def labels(book: openpyxl.Workbook, formula: str) -> list[object]:
    title, _, cells = formula.removeprefix("=").rpartition("!")
    return [cell.value for (cell,) in book[title.strip("'")][cells.replace("$", "")]]


def test_numbers_are_held_within_their_bounds() -> None:
    sheet = opened("zh")["锅炉"]
    found = {
        title: (rule(sheet, title).operator, rule(sheet, title).formula1, rule(sheet, title).formula2)
        for title in ("额定蒸发量(t/h)", "水量(m3/d)", "脱硝效率(0-1)", "线数")
    }
    assert found == {
        "额定蒸发量(t/h)": ("greaterThan", "0", None),
        "水量(m3/d)": ("greaterThanOrEqual", "0", None),
        "脱硝效率(0-1)": (None, "0", "1"),
        "线数": ("greaterThanOrEqual", "-1e+300", None),
    }


def test_every_cell_says_what_it_wants() -> None:
    sheet = opened("zh")["锅炉"]
    message = rule(sheet, "额定蒸发量(t/h)")
    assert (message.promptTitle, message.prompt) == ("额定蒸发量(t/h)", "必填\n> 0 t/h")
    assert "45% = 0.45" in rule(sheet, "脱硝效率(0-1)").error
    assert "下拉列表" in rule(sheet, "燃料").prompt


def test_a_planner_sees_headings_ids_and_filters_wherever_the_sheet_is_scrolled() -> None:
    sheet = opened("zh")["锅炉"]
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == "A1:T2"


def test_it_prints_on_a4_landscape_with_headings_on_every_page() -> None:
    sheet = opened("zh")["锅炉"]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$1:$1", "$A:$B")


def test_ids_stay_text_when_they_are_typed_in() -> None:
    """A column in text format keeps 007; in the general format a spreadsheet makes it 7."""
    assert opened("zh")["锅炉"].column_dimensions["A"].number_format == "@"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_call_gives_the_same_bytes(language: Language) -> None:
    assert template(language) == template(language)


def test_the_unfilled_template_holds_no_source(tmp_path: Path) -> None:
    """Its example rows are no sources: nothing but the absence of any is said."""
    write_template(tmp_path / "a.xlsx", "zh")
    with pytest.raises(InputError, match="there are no sources"):
        load_inventory({"workbook": tmp_path / "a.xlsx"}, Factors({}), sectors=SECTORS, districts=None)


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("months of work", encoding="utf-8")
    with pytest.raises(InputError, match="not overwritten"):
        write_template(path, "zh")
    assert path.read_text(encoding="utf-8") == "months of work"


def test_the_template_is_an_xlsx(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"name it \.xlsx"):
        write_template(tmp_path / "a.csv", "zh")


def test_a_place_that_cannot_be_written_is_an_input_problem(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        write_template(tmp_path / "none" / "a.xlsx", "zh")


@pytest.mark.parametrize("sector", SECTORS.values(), ids=lambda sector: sector.id)
@pytest.mark.parametrize("side", ["zh", "en"])
def test_no_two_columns_of_a_sector_share_a_heading(sector: Sector, side: Literal["zh", "en"]) -> None:
    written = [heading(column, side) for column in sheet_columns(sector)]
    assert sorted(written) == sorted(set(written))


@pytest.mark.parametrize("side", ["zh", "en"])
def test_every_sheet_title_fits_a_spreadsheet_and_is_its_own(side: Literal["zh", "en"]) -> None:
    titles = [sheet_title(sector, side) for sector in SECTORS.values()]
    assert len(set(titles)) == len(titles)
    assert max(map(len, titles)) <= 31


def bundled_factors() -> Factors:
    return parse_factors({name: bundled_text(name) for name in bundled_names("factors") if "prices" not in name})


def filled(path: Path, language: Language) -> Path:
    """Fill the template as its example rows show, under ids of one's own."""
    book = openpyxl.load_workbook(io.BytesIO(template(language)))
    for number, sheet in enumerate(book.worksheets[1 : 1 + len(SECTORS)]):
        example = [cell.value for cell in sheet[2]]
        for repeat in (1, 2):
            sheet.append([f"S{number}-{repeat}", *example[1:]])
    book.save(path)
    return path


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_filled_in_is_an_inventory_of_every_sector(tmp_path: Path, language: Language) -> None:
    inventory = load_inventory(
        {"workbook": filled(tmp_path / "a.xlsx", language)}, bundled_factors(), sectors=SECTORS, districts=["吴兴"]
    )
    assert list(inventory.tables) == list(SECTORS)
    assert inventory.size == 2 * len(SECTORS)
    for id_, table in inventory.tables.items():
        for column in SECTORS[id_].columns:
            if column.example not in {"", "B001"}:
                assert set(table[column.name]) == {column.example}, column.name


def values(column: Column) -> st.SearchStrategy[object]:
    """What an author may write in a cell of one column; a row with a word for a total is none of a source."""
    if choices(column):
        return st.sampled_from(sorted(choices(column)))
    if column.kind == "text":
        letters = st.characters(codec="utf-8", categories=("L", "N", "P"))
        return st.text(letters, min_size=1, max_size=20).filter(lambda text: text not in TOTALS)
    low = column.minimum if column.above is None else column.above
    low, high = (-LARGEST if low is None else low), (LARGEST if column.maximum is None else column.maximum)
    if column.unit == "year":
        return st.integers(1900, 2200).map(float)
    return st.floats(low, high, exclude_min=column.above is not None)


@st.composite
def rows(draw: st.DrawFn) -> list[dict[str, object]]:
    columns = sheet_columns(toy_sector.BOILERS)
    size = draw(st.integers(1, 5))
    plain = [column for column in columns if column.name not in {"source_id", "fuel", "hours_per_year"}]
    return [
        {"source_id": f"A{number}", "fuel": "coal", "hours_per_year": 5000.0}
        | {column.name: draw(values(column)) for column in plain}
        for number in range(size)
    ]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows())
def test_what_is_written_into_the_template_is_what_is_read(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    """The writer used here saves numbers to 16 digits."""
    columns = sheet_columns(toy_sector.BOILERS)
    book = opened("zh")
    for row in rows:
        book["锅炉"].append([_cell(column, row[column.name]) for column in columns])
    book.save(tmp_path / "a.xlsx")
    inventory = load_inventory(
        {"workbook": tmp_path / "a.xlsx"}, toy_sector.FACTORS, sectors=toy_sector.SECTORS, districts=None
    )
    table = inventory.tables["boilers"]
    expected = pd.DataFrame(rows)[[column.name for column in columns]]
    expected["has_filter"] = expected["has_filter"].astype(float)
    pd.testing.assert_frame_equal(table[expected.columns], expected, rtol=1e-14)


def _cell(column: Column, value: object) -> object:
    return choices(column)[str(value)].zh if choices(column) else value
