"""What is installed: the wheel, the pinned versions, the make targets, and what the pages say of them."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("model", "optimizer", "scenarios", "dashboard")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PAGES = ("README.md", "CONTRIBUTING.md", ".ci/run")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def requirements() -> list[Requirement]:
    """Everything the project asks for directly, extras included."""
    extras = [line for lines in PROJECT["optional-dependencies"].values() for line in lines]
    return [Requirement(line) for line in [*PROJECT["dependencies"], *extras]]


def pinned_versions() -> dict[str, Version]:
    lines = (line for line in read("constraints.txt").splitlines() if line and not line.startswith("#"))
    pairs = (line.split("==") for line in lines)
    return {canonicalize_name(name): Version(version) for name, version in pairs}


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", read("Makefile"), flags=re.MULTILINE))


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The files of a wheel built, without network, from a copy of the tree."""
    tree = tmp_path_factory.mktemp("tree")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tree / package, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    built = subprocess.run([*command, "."], cwd=tree, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (wheel,) = tree.glob("jianpai-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_every_file_of_the_packages(wheel_names: set[str]) -> None:
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file())
    expected = {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}
    assert expected - wheel_names == set()


def test_the_wheel_holds_nothing_else(wheel_names: set[str]) -> None:
    folders = {name.split("/")[0] for name in wheel_names}
    assert folders == {*PACKAGES, f"jianpai-{PROJECT['version']}.dist-info"}


@pytest.mark.parametrize("requirement", requirements(), ids=lambda requirement: requirement.name)
def test_every_direct_dependency_is_pinned_within_its_bounds(requirement: Requirement) -> None:
    version = pinned_versions()[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(version, prereleases=True)


def test_every_direct_dependency_has_a_lower_bound() -> None:
    assert [str(line) for line in requirements() if not any(s.operator == ">=" for s in line.specifier)] == []


def test_constraints_are_names_and_exact_versions_only() -> None:
    lines = [line for line in read("constraints.txt").splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line)] == []


def test_the_pinned_python_is_the_one_of_the_gates() -> None:
    assert read(".python-version") == "3.13\n"
    assert PROJECT["requires-python"] == ">=3.12"


@pytest.mark.parametrize("page", PAGES)
def test_pages_name_only_targets_that_exist(page: str) -> None:
    lines = re.findall(r"(?:^|\$ |`|\(|then )make((?: [a-z]+)+)", read(page), flags=re.MULTILINE)
    named = {target for line in lines for target in line.split()}
    assert named
    assert named - make_targets() == set()


def test_the_two_commands_of_the_first_screen_stand_in_the_readme() -> None:
    first_screen = read("README.md")[:1500]
    assert "$ make demo\n$ make test\n" in first_screen


def test_every_target_is_explained_and_phony() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", read("Makefile"), flags=re.MULTILINE)
    explained = set(re.findall(r"^([a-z]+):.*## .+$", read("Makefile"), flags=re.MULTILINE))
    assert phony is not None
    assert make_targets() == set(phony[1].split()) == explained


def test_the_demo_plans_a_bundled_scenario() -> None:
    commands = re.findall(r"jianpai plan (\S+) --out out/(\S+)", read("Makefile"))
    assert commands == [("huzhou-2023", "huzhou-2023")]
    assert (ROOT / "scenarios" / "library" / "huzhou-2023" / "scenario.toml").is_file()


def test_make_says_what_is_missing_when_there_is_no_python(tmp_path: Path) -> None:
    """With nothing but make, a shell and coreutils on the path, the answer is a sentence and not a traceback."""
    for tool in ("bash", "make", "sed", "rm"):
        found = shutil.which(tool)
        if found is None:
            pytest.skip(f"{tool} is not on this machine")
        (tmp_path / tool).symlink_to(found)
    shutil.copy(ROOT / "Makefile", tmp_path)
    environment = {"PATH": str(tmp_path), "HOME": str(tmp_path), "PYENV_ROOT": str(tmp_path)}
    answer = subprocess.run(
        ["make", "python"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert answer.returncode != 0
    assert "No Python of version 3.12 or newer" in answer.stderr


def test_the_gate_script_can_be_run() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
