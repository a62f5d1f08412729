"""A TOML text as tables, and the texts in it that stand in one language or two."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from model.problems import InputError, Problem
from model.refusal import RefusedError
from model.text import Text

_LINE = re.compile(r"\(at line (\d+), column \d+\)")


def parse_toml(text: str, file: str) -> dict[str, Any]:
    """Return the tables of a TOML text; raises `InputError` with the line when it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = _LINE.search(str(error))
        what = Text("不是有效的 TOML", "not valid TOML")
        found = _LINE.sub("", str(error)).strip()
        raise InputError([Problem(file, what, found=found, row=int(line[1]) if line else None)]) from error


def read_text(raw: object) -> Text:
    """Return a text given as one string for both languages, or as ``{ zh = "...", en = "..." }``."""
    if isinstance(raw, str) and raw.strip():
        return Text(raw, raw)
    if isinstance(raw, Mapping) and set(raw) == {"zh", "en"} and all(isinstance(word, str) for word in raw.values()):
        return Text(raw["zh"], raw["en"])
    what = Text("不是文字", "not a text")
    raise RefusedError(what, expected='a text, or { zh = "...", en = "..." }', found=repr(raw))
