"""The command line: exit codes, what goes to stdout and what to stderr, nothing half-written, no traceback."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from scenarios.answering import run
from scenarios.cli import ENGINES, app, main
from scenarios.commands import plans
from scenarios.export.write import ANSWER_FILES
from scenarios.reading.files import bundled_scenarios
from tests.test_scenarios import stacks
from tests.test_scenarios.hand_made import hand_made, requirement

PENDING = """
[[requirement]]
id = "so2-from-above"
kind = "reduce"
pollutant = "so2"
amount = "pending"
"""
MAIN = "from scenarios.cli import main; main()"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The smallest scenario: 60 t of NOx are asked, scrubbing A and B takes 80 t and 40 t."""
    (tmp_path / "scenario").mkdir()
    return stacks.write(tmp_path / "scenario")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def jianpai(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def names(path: Path) -> set[str]:
    return {file.name for file in path.iterdir()}


def broken(folder: Path) -> Path:
    """Two mistakes in two files."""
    text = (folder / "scenario.toml").read_text(encoding="utf-8").replace('"60 t/yr"', '"60"')
    (folder / "scenario.toml").write_text(text, encoding="utf-8")
    (folder / "point_sources.csv").write_text(stacks.SOURCES.replace("100", "many"), encoding="utf-8")
    return folder


class TestPlan:
    def test_a_plan_that_meets_everything_gives_0(self, folder: Path, out: Path) -> None:
        """Least cost: scrub A alone (80 t for 301 405 CNY); B alone has 40 t only."""
        done = jianpai("plan", folder, "--out", out, "--lang", "en")
        assert done.exit_code == 0
        assert names(out) == set(ANSWER_FILES)
        assert "≥ 60.00" in done.stdout
        assert "30.14 ×10⁴ CNY/yr" in done.stdout
        assert "Planning: Two stacks, 2 sources" in done.stderr
        assert "Seconds: starting " in done.stderr

    def test_two_runs_give_the_same_files(self, folder: Path, tmp_path: Path) -> None:
        for name in ("first", "second"):
            jianpai("plan", folder, "--out", tmp_path / name)
        for file in ("tasks.csv", "tasks.xlsx", "plan.docx", "report.html"):
            assert (tmp_path / "first" / file).read_bytes() == (tmp_path / "second" / file).read_bytes()

    def test_json_goes_to_stdout_and_words_to_stderr(self, folder: Path, out: Path) -> None:
        done = jianpai("plan", folder, "--out", out, "--json", "--lang", "en")
        assert done.stdout == (out / "result.json").read_text(encoding="utf-8")
        assert json.loads(done.stdout)["status"] == "OPTIMAL"
        assert "Capital" in done.stderr

    def test_a_target_out_of_reach_gives_1_and_no_task_list(self, folder: Path, out: Path) -> None:
        """At most 120 t can be had."""
        jianpai("plan", folder, "--out", out)
        done = jianpai("plan", folder, "--out", out, "--set", "requirement.nox-total.amount=200 t/yr", "--lang", "en")
        assert done.exit_code == 1
        assert names(out) == {"result.json", "report.html"}
        assert json.loads((out / "result.json").read_text(encoding="utf-8"))["status"] == "INFEASIBLE"
        assert "120.00" in done.stdout
        assert "no task list is written" in done.stderr

    def test_a_pending_value_gives_1(self, folder: Path, out: Path) -> None:
        with (folder / "scenario.toml").open("a", encoding="utf-8") as file:
            file.write(PENDING)
        done = jianpai("plan", folder, "--out", out, "--lang", "en")
        assert done.exit_code == 1
        assert names(out) == set(ANSWER_FILES)
        assert "pending" in done.stdout

    def test_a_gap_that_is_not_reached_gives_1(self, folder: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(run, "plan", lambda *_, **__: hand_made(status="FEASIBLE", gap=0.2))
        done = jianpai("plan", folder, "--out", out, "--lang", "en")
        assert done.exit_code == 1
        assert "not proven to the accuracy asked for" in done.stdout

    def test_every_problem_of_every_file_is_told_and_nothing_written(self, folder: Path, out: Path) -> None:
        done = jianpai("plan", broken(folder), "--out", out)
        assert done.exit_code == 2
        assert done.stdout == ""
        assert len(done.stderr.splitlines()) == 2
        assert "nox-total.amount" in done.stderr
        assert "many" in done.stderr
        assert not out.exists()

    def test_bad_input_leaves_an_earlier_answer_alone(self, folder: Path, out: Path) -> None:
        jianpai("plan", folder, "--out", out)
        before = {name: (out / name).read_bytes() for name in ANSWER_FILES}
        jianpai("plan", broken(folder), "--out", out)
        assert {name: (out / name).read_bytes() for name in ANSWER_FILES} == before

    def test_a_place_that_cannot_hold_the_files_is_refused_before_solving(
        self, folder: Path, out: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        out.write_text("x", encoding="utf-8")
        monkeypatch.setattr(run, "plan", None)
        done = jianpai("plan", folder, "--out", out)
        assert done.exit_code == 2
        assert "a file, not a folder" in done.stderr

    def test_an_engine_that_there_is_not_is_refused_with_those_there_are(self, folder: Path, out: Path) -> None:
        done = jianpai("plan", folder, "--out", out, "--engine", "abacus")
        assert done.exit_code == 2
        assert all(engine in done.stderr for engine in ENGINES)

    @pytest.mark.parametrize(
        "arguments",
        [["--gap", "2"], ["--gap", "x"], ["--time-limit", "0"], ["--lang", "fr"], ["--set", "no-equals-sign"]],
    )
    def test_bad_options_give_2(self, arguments: list[str], folder: Path, out: Path) -> None:
        done = jianpai("plan", folder, "--out", out, *arguments)
        assert done.exit_code == 2
        assert done.stderr
        assert not out.exists()

    def test_every_setting_that_is_none_is_told(self, folder: Path, out: Path) -> None:
        done = jianpai("plan", folder, "--out", out, "--set", "one", "--set", "=two")
        assert [line.split(",")[0] for line in done.stderr.splitlines()] == ["--set", "--set"]

    def test_what_was_set_is_recorded(self, folder: Path, out: Path) -> None:
        jianpai("plan", folder, "--out", out, "--set", "discount_rate=0.08")
        found = json.loads((out / "result.json").read_text(encoding="utf-8"))["provenance"]["patches"]
        assert found == [{"key": "discount_rate", "value": "0.08"}]

    def test_a_scenario_that_there_is_not_gives_2(self, out: Path) -> None:
        done = jianpai("plan", "huzhou-2032", "--out", out, "--lang", "en")
        assert done.exit_code == 2
        assert 'did you mean "huzhou-2023"?' in done.stderr

    def test_without_a_folder_for_the_files_it_is_bad_usage(self, folder: Path) -> None:
        assert jianpai("plan", folder).exit_code == 2


class TestEvaluate:
    def given(self, folder: Path, rows: str) -> Path:
        (folder / "choices.csv").write_text(f"source_id,measures,start_year,share\n{rows}", encoding="utf-8")
        return folder / "choices.csv"

    def test_choices_that_meet_everything_give_0(self, folder: Path, out: Path) -> None:
        done = jianpai("evaluate", folder, "--choices", self.given(folder, "A,scrub,2025,1\n"), "--out", out)
        assert done.exit_code == 0
        found = json.loads((out / "result.json").read_text(encoding="utf-8"))
        assert (found["status"], found["mode"]) == ("FEASIBLE", "evaluate")
        assert found["cost"]["annual_cny"] == pytest.approx(stacks.COST_A, rel=1e-11)

    def test_choices_that_do_not_give_1(self, folder: Path, out: Path) -> None:
        """Scrubbing B takes 40 of the 60 tonnes."""
        done = jianpai("evaluate", folder, "--choices", self.given(folder, "B,scrub,2025,1\n"), "--out", out)
        assert done.exit_code == 1
        assert names(out) == set(ANSWER_FILES)

    def test_every_row_that_is_wrong_is_told_in_its_order(self, folder: Path, out: Path) -> None:
        """Row 3 asks for half of what is whole, which only the options tell; rows 2 and 4 are wrong by themselves."""
        rows = "X,scrub,2025,1\nA,scrub,2025,0.5\nB,brush,2030,1\n"
        done = jianpai("evaluate", folder, "--choices", self.given(folder, rows), "--out", out, "--lang", "en")
        assert done.exit_code == 2
        told = [line.split("choices.csv, ")[1].split(":")[0] for line in done.stderr.splitlines()[1:]]
        assert told == [
            "row 2, column source_id",
            "row 3, column share",
            "row 4, column measures",
            "row 4, column start_year",
        ]
        assert not out.exists()

    def test_rows_wrong_by_themselves_are_told_where_the_others_are_right(self, folder: Path, out: Path) -> None:
        rows = "X,scrub,2025,1\nA,scrub,2025,1\n"
        done = jianpai("evaluate", folder, "--choices", self.given(folder, rows), "--out", out)
        assert done.exit_code == 2
        assert not out.exists()

    def test_json_goes_to_stdout(self, folder: Path, out: Path) -> None:
        done = jianpai("evaluate", folder, "--choices", self.given(folder, ""), "--out", out, "--json")
        assert json.loads(done.stdout)["tasks"] == []


class TestReach:
    def test_it_says_how_far_each_requirement_goes(self, folder: Path) -> None:
        done = jianpai("reach", folder, "--lang", "en")
        assert done.exit_code == 0
        assert "120.00" in done.stdout
        assert "Reached" not in done.stdout

    def test_a_target_out_of_reach_gives_1(self, folder: Path) -> None:
        assert jianpai("reach", folder, "--set", "requirement.nox-total.amount=121 t/yr").exit_code == 1

    def test_a_tolerance_brings_it_within_reach(self, folder: Path) -> None:
        """121 t less 1 % are 119.79 t, and 120 t can be had."""
        asked = ["--set", "requirement.nox-total.amount=121 t/yr", "--set", "requirement.nox-total.tolerance=0.01"]
        assert jianpai("reach", folder, *asked).exit_code == 0

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"sense": "<=", "asked": 10.0, "reachable": 9.0}, 0),
            ({"sense": "<=", "asked": 10.0, "reachable": 11.0}, 1),
            ({"asked": 10.0, "reachable": None}, 1),
            ({"asked": None, "reachable": 3.0}, 0),
        ],
    )
    def test_ceilings_and_unknown_values(
        self, changes: dict[str, object], code: int, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(run, "reach", lambda *_, **__: hand_made(requirements=[requirement(**changes)]))
        assert jianpai("reach", folder).exit_code == code

    def test_json_goes_to_stdout(self, folder: Path) -> None:
        found = json.loads(jianpai("reach", folder, "--json").stdout)
        assert found["requirements"][0]["reachable_alone"] == 120.0


class TestCheck:
    def test_it_says_what_was_read(self, folder: Path) -> None:
        done = jianpai("check", folder, "--lang", "en")
        assert done.exit_code == 0
        assert "no problem was found" in done.stdout
        assert done.stderr == ""

    def test_it_tells_every_problem(self, folder: Path) -> None:
        done = jianpai("check", broken(folder))
        assert done.exit_code == 2
        assert done.stdout == ""
        assert len(done.stderr.splitlines()) == 2

    def test_problems_can_be_had_as_json(self, folder: Path) -> None:
        done = jianpai("check", broken(folder), "--json")
        assert done.exit_code == 2
        assert len(json.loads(done.stdout)["problems"]) == 2

    def test_what_was_read_can_be_had_as_json(self, folder: Path) -> None:
        found = json.loads(jianpai("check", folder, "--json").stdout)
        assert found["sources"] == {"point_sources": 2}
        assert found["requirements"] == [{"id": "nox-total", "kind": "reduce"}]
        assert found["problems"] == []

    def test_a_package_that_is_not_on_offer_is_found(self, folder: Path) -> None:
        fix = (
            '\n[[requirement]]\nid = "built"\nkind = "fix"\nsource_id = "A"\nmeasures = ["scrub"]\nstart_year = 2030\n'
        )
        with (folder / "scenario.toml").open("a", encoding="utf-8") as file:
            file.write(fix)
        assert jianpai("check", folder).exit_code == 2


class TestList:
    def test_it_names_the_scenarios_with_their_titles(self) -> None:
        done = jianpai("list", "--lang", "zh")
        assert done.exit_code == 0
        titles = dict(line.split() for line in done.stdout.splitlines())
        assert titles["huzhou-2023"] == "湖州市2023年污染防治任务"
        assert list(titles) == list(bundled_scenarios())

    def test_as_json(self) -> None:
        found = json.loads(jianpai("list", "--json").stdout)["scenarios"]
        assert [entry["id"] for entry in found] == list(bundled_scenarios())


class TestTemplate:
    def test_it_writes_a_workbook(self, tmp_path: Path) -> None:
        assert jianpai("template", tmp_path / "inventory.xlsx", "--lang", "zh").exit_code == 0
        assert "说明" in openpyxl.load_workbook(tmp_path / "inventory.xlsx").sheetnames

    def test_a_file_that_is_there_is_replaced_only_on_demand(self, tmp_path: Path) -> None:
        (tmp_path / "inventory.xlsx").write_text("mine", encoding="utf-8")
        assert jianpai("template", tmp_path / "inventory.xlsx").exit_code == 2
        assert (tmp_path / "inventory.xlsx").read_text(encoding="utf-8") == "mine"
        assert jianpai("template", tmp_path / "inventory.xlsx", "--force").exit_code == 0
        assert names(tmp_path) == {"inventory.xlsx"}
        assert openpyxl.load_workbook(tmp_path / "inventory.xlsx").sheetnames

    def test_another_ending_is_refused(self, tmp_path: Path) -> None:
        assert jianpai("template", tmp_path / "inventory.csv").exit_code == 2
        assert names(tmp_path) == set()


class TestSynth:
    def test_what_it_writes_can_be_planned_with(self, tmp_path: Path, out: Path) -> None:
        folder = tmp_path / "made"
        assert jianpai("synth", "--sources", 100, "--seed", 1, "--out", folder).exit_code == 0
        assert "scenario.toml" in names(folder)
        done = jianpai("plan", folder, "--out", out, "--lang", "en")
        assert done.exit_code == 0
        assert "Illustrative data" in done.stdout

    def test_a_profile_that_is_wrong_gives_2(self, tmp_path: Path) -> None:
        (tmp_path / "profile.toml").write_text("district = 1\n", encoding="utf-8")
        done = jianpai(
            "synth", "--sources", 9, "--seed", 1, "--out", tmp_path / "made", "--profile", tmp_path / "profile.toml"
        )
        assert done.exit_code == 2
        assert names(tmp_path) == {"profile.toml"}

    def test_too_few_sources_give_2(self, tmp_path: Path) -> None:
        assert jianpai("synth", "--sources", 1, "--seed", 1, "--out", tmp_path / "made").exit_code == 2
        assert names(tmp_path) == set()


def program(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the program on its own, on a machine that knows nothing but ASCII."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
    plain |= {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", **environment}
    command = [sys.executable, "-c", MAIN, *map(str, arguments)]
    root = Path(plans.__file__).parents[2]
    return subprocess.run(command, cwd=root, env=plain, capture_output=True, check=False)


def test_chinese_comes_out_in_utf_8_on_any_machine() -> None:
    done = program("list", "--lang", "zh")
    assert done.returncode == 0
    assert "湖州市" in done.stdout.decode("utf-8")


def test_streams_are_set_to_utf_8(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    monkeypatch.setattr(sys, "argv", ["jianpai", "list", "--lang", "zh"])
    with pytest.raises(SystemExit) as ended:
        main()
    sys.stdout.flush()
    assert ended.value.code == 0
    assert "湖州市" in written.getvalue().decode("utf-8")


def test_chinese_problems_come_out_in_utf_8_without_a_traceback(tmp_path: Path) -> None:
    done = program("plan", "没有", "--out", tmp_path / "out", "--lang", "zh")
    assert done.returncode == 2
    assert "找不到情景" in done.stderr.decode("utf-8")
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [[], ["fly"], ["list", "extra"], ["template"]], ids=str)
def test_bad_usage_gives_2_and_no_traceback(arguments: list[str]) -> None:
    done = jianpai(*arguments)
    assert done.exit_code == 2
    assert "Traceback" not in done.stderr


def test_help_is_had_of_every_command() -> None:
    for command in ("list", "check", "plan", "evaluate", "reach", "template", "synth"):
        assert jianpai(command, "--help").exit_code == 0


def test_a_name_that_means_two_scenarios_is_told_on_stderr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder a command runs in is no part of its result."""
    (tmp_path / "huzhou-2023").mkdir()
    monkeypatch.chdir(tmp_path)
    done = jianpai("check", "huzhou-2023", "--json")
    assert "write ./huzhou-2023 for the folder" in done.stderr
    assert "./huzhou-2023" not in done.stdout
