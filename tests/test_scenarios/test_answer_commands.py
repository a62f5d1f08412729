"""The commands that explain and compare, run as typed: exit codes, files, words and JSON."""

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from model.text import Text
from scenarios.cli import app
from scenarios.export.answer_tables import PlainTable, table_csv, tables_xlsx
from tests.test_scenarios import stacks
from tests.test_scenarios.studies import nox

OUT_OF_REACH = "requirement.nox-total.amount=130 t/yr"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scenario").mkdir()
    return stacks.write(tmp_path / "scenario")


def jianpai(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_explain_says_why_in_both_languages(folder: Path, tmp_path: Path) -> None:
    done = jianpai("explain", folder, "--out", tmp_path / "out")
    assert done.exit_code == 0
    assert "不可缺少" in done.stdout
    assert "is indispensable" in done.stdout
    saved = json.loads((tmp_path / "out" / "explain.json").read_text(encoding="utf-8"))
    assert json.loads(jianpai("explain", folder, "--json").stdout) == saved


def test_explain_of_what_cannot_be_met_gives_1_and_a_way_out(folder: Path) -> None:
    done = jianpai("explain", folder, "--set", OUT_OF_REACH, "--lang", "en")
    assert done.exit_code == 1
    assert "Cannot be met together" in done.stdout
    assert "from 130.00 t/yr to 120.00 t/yr" in done.stdout


def test_frontier_writes_table_json_and_page(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = jianpai("frontier", folder, "--requirement", "nox-total", "--points", 5, "--out", out, "--lang", "en")
    assert done.exit_code == 0
    rows = list(csv.reader(io.StringIO((out / "frontier.csv").read_text(encoding="utf-8-sig"))))
    assert len(rows) == 6
    assert float(rows[2][2]) == pytest.approx(25.3405, abs=1e-4)
    assert len(json.loads((out / "frontier.json").read_text(encoding="utf-8"))["points"]) == 5
    page = (out / "frontier.html").read_text(encoding="utf-8")
    assert "Content-Security-Policy" in page
    assert 'id="chart-frontier"' in page


def test_frontier_without_any_plan_gives_1(folder: Path) -> None:
    text = (folder / "scenario.toml").read_text(encoding="utf-8") + nox("500 t/yr", name="more")
    (folder / "scenario.toml").write_text(text, encoding="utf-8")
    assert jianpai("frontier", folder, "--requirement", "nox-total", "--points", 3).exit_code == 1


def test_an_unknown_requirement_gives_2_and_names_those_there_are(folder: Path) -> None:
    done = jianpai("frontier", folder, "--requirement", "nox", "--lang", "en")
    assert done.exit_code == 2
    assert "no such requirement" in done.stderr
    assert "nox-total" in done.stderr


def test_mac_prints_the_steps(folder: Path, tmp_path: Path) -> None:
    done = jianpai("mac", folder, "--pollutant", "nox", "--lang", "en", "--out", tmp_path / "out")
    assert done.exit_code == 0
    assert "3,767.57" in done.stdout
    assert {file.name for file in (tmp_path / "out").iterdir()} == {"mac.csv", "mac.json", "mac.html"}


def test_alternatives_print_plans_and_the_core(folder: Path) -> None:
    done = jianpai("alternatives", folder, "--within", 1.0, "--count", 2, "--lang", "en")
    assert done.exit_code == 0
    assert "of the least cost: 2" in done.stdout


def test_alternatives_of_what_cannot_be_met_give_1(folder: Path) -> None:
    done = jianpai("alternatives", folder, "--set", OUT_OF_REACH, "--lang", "en", "--json")
    assert done.exit_code == 1
    assert "jianpai explain" in done.stderr
    assert json.loads(done.stdout)["plans"] == []


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Plans for 60 t, by A alone, and for 100 t, by both."""
    made = tmp_path_factory.mktemp("runs")
    first, second, folder = made / "first", made / "second", made / "scenario"
    folder.mkdir()
    stacks.write(folder)
    jianpai("plan", folder, "--out", first)
    jianpai("plan", folder, "--out", second, "--set", "requirement.nox-total.amount=100 t/yr")
    return first, second


def test_compare_writes_json_workbook_and_page(runs: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = jianpai("compare", *runs, "--out", out, "--lang", "en")
    assert done.exit_code == 0
    assert "301,405.49" in done.stdout
    assert "554,810.98" in done.stdout
    book = openpyxl.load_workbook(out / "compare.xlsx")
    assert len(book.sheetnames) == 7
    assert book[book.sheetnames[0]]["B3"].value == pytest.approx(301405.489959)
    assert "554,810.98" in (out / "compare.html").read_text(encoding="utf-8")
    again = jianpai("compare", runs[0] / "result.json", runs[1] / "result.json", "--json")
    assert json.loads(again.stdout) == json.loads((out / "compare.json").read_text(encoding="utf-8"))


def test_the_same_answers_give_the_same_bytes(runs: tuple[Path, Path], tmp_path: Path) -> None:
    for name in ("one", "two"):
        jianpai("compare", *runs, "--out", tmp_path / name)
    for file in ("compare.xlsx", "compare.html", "compare.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_files_that_are_no_answers_are_all_named(runs: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{}", encoding="utf-8")
    done = jianpai("compare", runs[0], tmp_path / "bad.json", tmp_path / "missing.json", "--lang", "en")
    assert done.exit_code == 2
    assert "bad.json" in done.stderr
    assert "missing.json" in done.stderr


def test_one_answer_is_not_compared(runs: tuple[Path, Path]) -> None:
    done = jianpai("compare", runs[0], "--lang", "en")
    assert done.exit_code == 2
    assert "two answers or more" in done.stderr


def test_two_answers_of_one_name_are_told_apart(runs: tuple[Path, Path]) -> None:
    done = jianpai("compare", runs[0], runs[0], "--json")
    assert [item["name"] for item in json.loads(done.stdout)["answers"]] == ["first", "first (2)"]


def test_no_text_is_a_formula_in_any_table() -> None:
    table = PlainTable(
        Text("表", "Table"), [Text("名", "Name"), Text("数", "Number")], [["=1+1", 2.0], [Text("@a", "@b"), None]]
    )
    lines = table_csv(table, "en").splitlines()
    assert lines[1:] == ["'=1+1,2.0", "'@b,"]
    book = openpyxl.load_workbook(io.BytesIO(tables_xlsx(Text("表", "T"), [table], "en")))
    assert book.active is not None
    assert book["Table"]["A2"].data_type == "s"
