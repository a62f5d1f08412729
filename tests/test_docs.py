"""What the pages and docstrings say is run: examples in modules, samples and commands in the README.

README blocks carry their meaning in the info string: ``toml file=scenario.toml`` is written to that file, ``console``
holds commands after ``$ `` with, optionally, the output they must print (``...`` stands for anything),
``python`` is a script. All run in order in one empty folder; ``make`` lines are left to the packaging tests.
"""

import doctest
import importlib
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("model", "optimizer", "scenarios", "dashboard")
DOCTEST_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
FENCE = re.compile(r"^(?P<fence>`{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=fence)[ \t]*$", re.MULTILINE | re.DOTALL)
RUNNABLE = {"jianpai", "python", "ls", "cat", "head", "cp"}
COMMAND_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block of a page: its language, the file it is to be written to if any, and its text."""

    language: str
    file: str | None
    body: str


@dataclass(frozen=True, slots=True)
class Command:
    """One ``$`` line and the output shown below it."""

    line: str
    shown: str


def module_names() -> list[str]:
    paths = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    names = (".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths)
    return [name.removesuffix(".__init__") for name in names]


def blocks(page: str) -> list[Block]:
    found = []
    for match in FENCE.finditer(page):
        language, *attributes = match["info"].split() or [""]
        files = [value.removeprefix("file=") for value in attributes if value.startswith("file=")]
        found.append(Block(language, files[0] if files else None, match["body"]))
    return found


def commands(body: str) -> Iterator[Command]:
    """Commands of a console block; a line that ends in a backslash goes on in the next."""
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        lines = part.splitlines()
        last = next(number for number, line in enumerate(lines) if not line.endswith("\\"))
        yield Command("\n".join(lines[: last + 1]), "\n".join(lines[last + 1 :]))


def run(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as a reader would, the programs of this environment first on the path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "COLUMNS": "120", "NO_COLOR": "1", "TERM": "dumb"}
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", line],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        timeout=COMMAND_SECONDS,
        check=False,
    )


def fault_of(command: Command, folder: Path) -> str | None:
    """What is wrong with a command of the README, or None: it must be known, succeed, and print what is shown."""
    program = shlex.split(command.line)[0]
    if program == "make":
        return None
    if program not in RUNNABLE:
        return f"$ {command.line}\nThe README may only use make or one of {sorted(RUNNABLE)}."
    done = run(command.line, folder)
    if done.returncode != 0:
        return f"$ {command.line}\nexit code {done.returncode}\n{done.stdout}"
    shown = command.shown.strip()
    if shown and not doctest.OutputChecker().check_output(shown + "\n", done.stdout.strip() + "\n", DOCTEST_FLAGS):
        return f"$ {command.line}\nThe README shows:\n{shown}\nprinted was:\n{done.stdout}"
    return None


def faults_of(block: Block, folder: Path) -> list[str]:
    """Write the block's file, or run what the block holds."""
    if block.file is not None:
        target = folder / block.file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(block.body, encoding="utf-8")
        return []
    if block.language == "console":
        return [fault for command in commands(block.body) if (fault := fault_of(command, folder))]
    if block.language == "python":
        (folder / "example.py").write_text(block.body, encoding="utf-8")
        done = run("python -W error example.py", folder)
        return [] if done.returncode == 0 else [f"{block.body}\n{done.stdout}"]
    return []


def modules_told(page: str) -> Iterator[str]:
    """Module files that the first column of the tables of a page names, each below the folder its heading names."""
    package = folder = ""
    for line in page.splitlines():
        if heading := re.match(r"## (\w+)/$", line):
            package = folder = heading[1]
        elif line.startswith("###"):
            inner = re.match(r"### (\w+)/$", line)
            folder = f"{package}/{inner[1]}" if inner else package
        if line.startswith("| `"):
            yield from (f"{folder}/{name}" for name in re.findall(r"`([\w/]+\.py)`", line.split("|")[1]))


@pytest.fixture
def readme() -> list[Block]:
    return blocks((ROOT / "README.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", module_names())
def test_examples_in_docstrings_hold(name: str) -> None:
    module = importlib.import_module(name)
    assert doctest.testmod(module, optionflags=DOCTEST_FLAGS).failed == 0


def test_the_readme_has_something_to_run(readme: list[Block]) -> None:
    lines = [command.line for block in readme if block.language == "console" for command in commands(block.body)]
    assert any(line.startswith("jianpai ") for line in lines), "README.md has no ```console block with a $ jianpai line"


def test_the_readme_blocks_say_what_they_are(readme: list[Block]) -> None:
    """A shell block under another name would not be run, and so could go stale."""
    runnable = {"console", "python", "text"}
    assert [block.body for block in readme if block.file is None and block.language not in runnable] == []


@pytest.mark.slow
def test_the_readme_works_from_top_to_bottom(readme: list[Block], tmp_path: Path) -> None:
    assert [fault for block in readme for fault in faults_of(block, tmp_path)] == []


def test_the_modules_of_the_architecture_are_there() -> None:
    told = list(modules_told((ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")))
    assert len(told) > len(PACKAGES)
    assert [name for name in told if not (ROOT / name).is_file()] == []


def test_a_page_is_read_block_by_block() -> None:
    page = (
        "x\n```toml file=a/b.toml\nk = 1\n```\n\n```console\n$ jianpai \\\n  list\nhuzhou\n$ ls\n```\n```\nplain\n```\n"
    )
    first, second, third = blocks(page)
    assert first == Block("toml", "a/b.toml", "k = 1\n")
    assert list(commands(second.body)) == [Command("jianpai \\\n  list", "huzhou"), Command("ls", "")]
    assert third == Block("", None, "plain\n")


@pytest.mark.parametrize(
    ("line", "shown", "reason"),
    [
        ("curl x", "", "may only use"),
        ("cat missing", "", "exit code 1"),
        ("cat here", "not what it holds", "printed was"),
    ],
)
def test_a_stale_command_is_found(line: str, shown: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "here").write_text("some words\n", encoding="utf-8")
    assert reason in (fault_of(Command(line, shown), tmp_path) or "")


def test_output_may_be_shown_in_part(tmp_path: Path) -> None:
    (tmp_path / "here").write_text("cost 1.5 in 0.3 s\n", encoding="utf-8")
    assert fault_of(Command("cat here", "cost 1.5 in ... s"), tmp_path) is None
