"""The page on requirements: every example is read, and every kind has one."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter

from scenarios.reading.requirements import Requirement

PAGE = Path(__file__).resolve().parents[2] / "docs" / "requirements.md"
BLOCK = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def examples() -> list[dict[str, Any]]:
    blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    return [entry for block in blocks for entry in tomllib.loads(block)["requirement"]]


@pytest.mark.parametrize("entry", examples(), ids=lambda entry: entry["id"])
def test_an_example_is_a_requirement(entry: dict[str, Any]) -> None:
    read: Any = TypeAdapter(Requirement).validate_python(entry)
    assert read.kind == entry["kind"]


def test_every_kind_has_an_example() -> None:
    kinds = {get_args(model.model_fields["kind"].annotation)[0] for model in get_args(get_args(Requirement)[0])}
    assert kinds == {entry["kind"] for entry in examples()}
