"""Answers in the long format of the IAMC."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from optimizer import Settings
from scenarios.answering import run
from scenarios.answering.result import Result, to_json
from scenarios.cli import app
from scenarios.export import iamc
from scenarios.export.iamc import HEADINGS, VARIABLES, iamc_csv, iamc_rows, iamc_xlsx, pollutant_name
from tests.test_scenarios.stacks import NOX_TOTAL, load, write


@pytest.fixture
def result(tmp_path: Path) -> Result:
    """Stack A (100 t NOx, 40 t SO2) gets the scrubber, which takes 80 % and 10 %; stack B (50 t, 10 t) stays."""
    return run.plan(load(write(tmp_path)), settings=Settings(), has_reach=False)


def values(result: Result) -> dict[tuple[str, str], float]:
    return {(region, variable): value for _, _, region, variable, _, _, value in iamc_rows("run-1", result)}


def test_emissions_with_and_without_the_plan_and_their_difference(result: Result) -> None:
    """With: 100 x 0.2 + 50 = 70; without: 150; East alone 20. A district left out of the sum would give 20 or 50."""
    found = values(result)
    whole = result.jurisdiction["en"]
    assert found[whole, "Emissions|NOx"] == pytest.approx(70.0)
    assert found[whole, "Emissions Without Plan|NOx"] == pytest.approx(150.0)
    assert found[whole, "Emission Reduction|NOx"] == pytest.approx(80.0)
    assert found["East", "Emissions|NOx"] == pytest.approx(20.0)
    assert found["West", "Emission Reduction|NOx"] == 0.0
    assert found[whole, "Emissions|NOx|Point sources with stated emissions"] == pytest.approx(70.0)


def test_costs_and_tasks_stand_beside_them(result: Result) -> None:
    assert result.cost is not None
    found = values(result)
    whole = result.jurisdiction["en"]
    assert found[whole, "Annual Cost"] == pytest.approx(result.cost.annual_cny, rel=1e-11)
    assert found[whole, "Cumulative Investment"] == 1.2e6
    assert found[whole, "Investment"] == 1.2e6
    assert found[whole, "Annual Cost by Payer|Enterprise"] == found[whole, "Annual Cost"]
    assert found["East", "Tasks"] == found[whole, "Tasks"] == 1
    assert ("West", "Tasks") not in found


def test_parts_below_a_name_add_up_to_it(result: Result) -> None:
    sums: dict[tuple[str, str, int], list[float]] = {}
    rows = list(iamc_rows("run-1", result))
    wholes = {(region, variable, year): value for _, _, region, variable, _, year, value in rows}
    for _, _, region, variable, _, year, value in rows:
        above = (region, variable.rpartition("|")[0], year)
        if above in wholes:
            sums.setdefault(above, []).append(value)
    assert sums
    assert {key: sum(parts) for key, parts in sums.items()} == pytest.approx({key: wholes[key] for key in sums})


def test_every_variable_is_documented_with_its_unit(result: Result) -> None:
    patterns = {
        re.compile(
            re.escape(name).replace(r"\{pollutant\}", "[^|]+").replace(r"\{payer\}", "[^|]+") + r"(\|[^|]+)?"
        ): unit
        for name, (unit, _) in VARIABLES.items()
    }
    for _, _, _, variable, unit, _, _ in iamc_rows("run-1", result):
        units = [wanted for pattern, wanted in patterns.items() if pattern.fullmatch(variable)]
        assert len(units) == 1, variable
        assert re.fullmatch(units[0].replace("{symbol}", "[A-Za-z0-9-]+"), unit), variable


def test_the_page_lists_the_variables_as_the_workbook_does() -> None:
    page = (Path(__file__).parents[2] / "docs" / "iamc.md").read_text(encoding="utf-8").replace("\\|", "¦")
    rows = [line for line in page.splitlines() if line.startswith("|")]
    cells = [[cell.strip().replace("¦", "|") for cell in line.strip("|").split("|")] for line in rows]
    start = cells.index(["variable", "unit", "meaning"]) + 2
    assert {name: (unit, says) for name, unit, says in cells[start:]} == VARIABLES


def test_csv_has_the_columns_of_the_format_and_no_formula(result: Result) -> None:
    text = "".join(iamc_csv([("=1+1", result), ("b", result)]))
    rows = list(csv.reader(io.StringIO(text)))
    assert tuple(rows[0]) == HEADINGS == ("model", "scenario", "region", "variable", "unit", "year", "value")
    assert {row[1] for row in rows[1:]} == {"'=1+1", "b"}
    assert {row[5] for row in rows[1:]} == {"2025"}
    assert all(float(row[6]) is not None for row in rows[1:])


def test_the_workbook_holds_data_and_what_they_mean(result: Result) -> None:
    made = iamc_xlsx([("a", result)])
    assert made is not None
    book = openpyxl.load_workbook(io.BytesIO(made))
    data = list(book["data"].values)
    assert tuple(data[0]) == HEADINGS
    assert [tuple(row) for row in data[1:]] == list(iamc_rows("a", result))
    assert [row[0] for row in book["variables"].values][1:] == list(VARIABLES)
    assert iamc_xlsx([("a", result)]) == made


def test_what_a_sheet_cannot_hold_makes_no_workbook(result: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(iamc, "MOST_ROWS", 3)
    assert iamc_xlsx([("a", result)]) is None


def test_an_answer_without_a_plan_has_no_lines(tmp_path: Path) -> None:
    bundle = load(write(tmp_path, NOX_TOTAL.replace("60 t/yr", "300 t/yr")))
    assert list(iamc_rows("a", run.plan(bundle, settings=Settings(), has_reach=False))) == []


def test_names_of_pollutants_are_those_of_the_format_where_it_has_one() -> None:
    assert [pollutant_name(one) for one in ("nox", "vocs", "so2", "tp", "odd")] == [
        "NOx",
        "VOC",
        "Sulfur",
        "Total phosphorus",
        "odd",
    ]


def test_a_district_or_payer_without_a_name_keeps_its_id(result: Result) -> None:
    assert result.cost is not None
    rows = [dict(row) | {"payer": "club"} for row in result.cost.by_payer]
    bare = replace(result, districts=(), cost=replace(result.cost, by_payer=rows))
    assert ("East", "Emissions|NOx") in values(bare)
    assert any(variable == "Annual Cost by Payer|club" for _, variable in values(bare))


def run_command(*arguments: object) -> tuple[int, str]:
    found = CliRunner().invoke(app, [*map(str, arguments), "--lang", "en"])
    return found.exit_code, found.stderr


def test_compare_writes_the_answers_that_it_reads(result: Result, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "result.json").write_text(to_json(result), encoding="utf-8")
    code, said = run_command("compare", tmp_path / "a", tmp_path / "b", "--iamc", tmp_path / "all.csv")
    assert code == 0
    assert "all.csv" in said
    lines = list(csv.DictReader(io.StringIO((tmp_path / "all.csv").read_text(encoding="utf-8"))))
    assert {line["scenario"] for line in lines} == {"a", "b"}


def test_batch_writes_every_run_that_has_an_answer(tmp_path: Path) -> None:
    (tmp_path / "scenario").mkdir()
    write(tmp_path / "scenario")
    sweep = tmp_path / "sweep.toml"
    levels = '"requirement.nox-total.amount" = ["40 t/yr", "90 t/yr", "40"]'
    sweep.write_text(f'schema = 1\nbase = "scenario"\n[grid]\n{levels}\n', encoding="utf-8")
    asked = ("batch", sweep, "--out", tmp_path / "out", "--workers", 1, "--iamc", tmp_path / "all.xlsx")
    assert run_command(*asked)[0] == 1
    data = openpyxl.load_workbook(tmp_path / "all.xlsx")["data"]
    assert {row[1] for row in data.values} == {"scenario", "grid-1", "grid-2"}


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    code, said = run_command("compare", tmp_path, tmp_path, "--iamc", tmp_path / "all.txt")
    assert code == 2
    assert "neither .csv nor .xlsx" in said


def test_more_lines_than_a_sheet_holds_are_refused(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(iamc, "MOST_ROWS", 3)
    (tmp_path / "result.json").write_text(to_json(result), encoding="utf-8")
    code, said = run_command("compare", tmp_path, tmp_path, "--iamc", tmp_path / "all.xlsx")
    assert code == 2
    assert "more lines than a sheet holds" in said


def test_pyam_reads_it(result: Result, tmp_path: Path) -> None:
    pyam = pytest.importorskip("pyam")
    file = tmp_path / "iamc.csv"
    file.write_text("".join(iamc_csv([("a", result)])), encoding="utf-8")
    frame = pyam.IamDataFrame(file)
    assert frame.check_aggregate("Emissions|NOx") is None
