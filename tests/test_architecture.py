"""The shape of the house: sizes, direction of imports, purity, and words that may not stay."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("model", "optimizer", "scenarios", "dashboard")
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50
TEXT_SUFFIXES = {"", ".cfg", ".md", ".py", ".toml", ".txt", ".yaml", ".yml"}

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def committed_files() -> list[Path]:
    """Every file that is, or is about to be, under version control."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git working tree")
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    paths = (ROOT / name for name in answer.stdout.split("\0") if name)
    return sorted({path for path in paths if path.is_file()})


def functions(path: Path) -> Iterator[FunctionNode]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, FunctionNode))


def place(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def function_lines(node: FunctionNode) -> int:
    """Lines from the first decorator to the last statement, docstring and blank lines counted."""
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return (node.end_lineno or node.lineno) - first + 1


def positional_booleans(node: FunctionNode) -> list[str]:
    """Names of parameters that are typed or defaulted as bool and may be given by position."""
    parameters = [*node.args.posonlyargs, *node.args.args]
    defaults = [None] * (len(parameters) - len(node.args.defaults)) + list(node.args.defaults)
    return [
        parameter.arg
        for parameter, default in zip(parameters, defaults, strict=True)
        if (isinstance(parameter.annotation, ast.Name) and parameter.annotation.id == "bool")
        or (isinstance(default, ast.Constant) and isinstance(default.value, bool))
    ]


def called_name(node: ast.Call) -> str:
    """The last part of what is called: ``date.today()`` gives ``today``."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def occurrences(patterns: dict[str, str], paths: list[Path]) -> list[str]:
    """``file:line: what`` for every line that matches one of the patterns."""
    compiled = {what: re.compile(pattern) for what, pattern in patterns.items()}
    return [
        f"{place(path, number)}: {what}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1)
        for what, pattern in compiled.items()
        if pattern.search(line)
    ]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_says_what_it_is_for(package: str) -> None:
    tree = ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)


def test_no_file_outgrows_its_room() -> None:
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in python_files(*PACKAGES, "tests")}
    assert [f"{place(path, size)} lines" for path, size in sizes.items() if size > MAX_FILE_LINES] == []


def test_no_function_outgrows_a_screen() -> None:
    long = [
        f"{place(path, node.lineno)} {node.name}: {function_lines(node)} lines"
        for path in python_files(*PACKAGES, "tests")
        for node in functions(path)
        if function_lines(node) > MAX_FUNCTION_LINES
    ]
    assert long == []


def test_no_boolean_is_given_by_position() -> None:
    found = [
        f"{place(path, node.lineno)} {node.name}({name})"
        for path in python_files(*PACKAGES, "tests")
        for node in functions(path)
        for name in positional_booleans(node)
    ]
    assert found == []


def test_test_folders_do_not_shadow_packages() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_test_files_have_names_of_their_own() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))


def test_imports_run_one_way() -> None:
    """The contracts stand in pyproject.toml; import-linter follows every import of the four packages."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c(['--no-cache'])"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_only_files_modules_read_and_write() -> None:
    """Outside their files modules, model and optimizer neither read nor write, nor ask the clock what day it is."""
    impure = {"open", "read_bytes", "read_csv", "read_excel", "read_parquet", "read_text", "load_workbook", "mkdir"}
    impure |= {"write_bytes", "write_text", "to_csv", "to_excel", "to_parquet", "getenv", "now", "today", "utcnow"}
    found = [
        f"{place(path, node.lineno)}: {called_name(node)}()"
        for path in python_files("model", "optimizer")
        if "files" not in path.relative_to(ROOT).with_suffix("").parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and called_name(node) in impure
    ]
    assert found == []


def test_no_module_holds_state() -> None:
    found = [
        place(path, node.lineno)
        for path in python_files(*PACKAGES)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Global)
    ]
    assert found == []


def test_nothing_is_put_off() -> None:
    """The words are put together here so that this file does not contain them."""
    left_open = "|".join(["TO" + "DO", "FIX" + "ME", "X" * 3, "HA" + "CK"])
    words = {"a task left open": rf"\b(?:{left_open})\b", "put off": r"(?i)\bfor " + r"now\b"}
    texts = [path for path in committed_files() if path.suffix in TEXT_SUFFIXES and path.name != "LICENSE"]
    assert occurrences(words, texts) == []


def test_no_committed_file_names_a_registry_or_a_machine() -> None:
    hosts = ["pypi" + ".org", "python" + "hosted", "npmjs" + ".org", "debian" + ".org", "crates" + ".io"]
    folders = ["work", "root", "home", "Users", "opt", "mnt"]
    patterns = {
        "a package registry": "|".join(re.escape(host) for host in hosts),
        "a path of one machine": rf"(?<![\w.$}}:)/*-])/(?:{'|'.join(folders)})/\w",
    }
    suffixes = TEXT_SUFFIXES | {".csv", ".json"}
    texts = [path for path in committed_files() if path.suffix in suffixes]
    assert occurrences(patterns, texts) == []
