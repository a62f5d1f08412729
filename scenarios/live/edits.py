"""What a planner changes on the screen: a few kinds of settings, and nothing else that a scenario file may hold."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping, Sequence

from model.problems import InputError, Problem
from model.refusal import RefusedError
from model.text import Text
from scenarios.reading.patches import COMMAND, Setting, as_text, read_setting

type Edits = tuple[Setting, ...]

MOST_EDITS = 200
LONGEST = 600
"""Characters of one edit."""

AMOUNT = re.compile(r"requirement\.(?P<id>[^.\s]{1,60})\.amount")
SOFT = re.compile(r"requirement\.(?P<id>[^.\s]{1,60})\.soft")
PRICE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})? CNY(/t|/%)?")
ADDED = re.compile(r"requirement\.(?P<id>(?:no|only)-[^.\s]{1,100})")
KEYS: Mapping[str, frozenset[str]] = {
    "forbid": frozenset({"kind", "measures", "where", "sector"}),
    "fix": frozenset({"kind", "source_id", "measures", "start_year"}),
}
EXPECTED = (
    "discount_rate, requirement.ID.amount, requirement.ID.soft, "
    "or requirement.no-NAME / only-NAME with kind forbid or fix"
)


def read_edits(texts: Sequence[str]) -> Edits:
    """Return the edits in ``KEY=VALUE`` texts, the last of a key standing; the same form as ``--set``.

    Raises
    ------
    InputError
        With every text that is too long, no setting, or a setting that the screen does not offer.

    """
    problems: list[Problem] = []
    found: dict[str, object] = {}
    if len(texts) > MOST_EDITS:
        problems.append(Problem(COMMAND, Text("改动过多", "too many edits"), f"<= {MOST_EDITS}", str(len(texts))))
    for text in texts[:MOST_EDITS]:
        try:
            key, value = _read(text)
        except RefusedError as error:
            problems.append(error.problem(COMMAND, text[:60]))
            continue
        found.pop(key, None)
        found[key] = value
    if problems:
        raise InputError(problems)
    return tuple(found.items())


def write_edits(edits: Iterable[Setting]) -> list[str]:
    """Return the edits as ``KEY=VALUE``; `read_edits` gives them back."""
    return [f"{key}={as_toml(value)}" for key, value in edits]


def with_edit(edits: Edits, key: str, value: object) -> Edits:
    """Return the edits with one put last; a value of None takes it away."""
    rest = tuple((other, kept) for other, kept in edits if other != key)
    return rest if value is None else (*rest, (key, value))


def is_amount(key: str) -> bool:
    """Say whether an edit changes only how much a requirement asks for."""
    return AMOUNT.fullmatch(key) is not None


def is_offered(key: str, value: object) -> bool:
    """Say whether a setting is one that the screen offers: no path, no file, nothing else a scenario file may hold."""
    is_rate = key == "discount_rate" and isinstance(value, float | int) and not isinstance(value, bool)
    is_amount_text = is_amount(key) and (isinstance(value, str) or type(value) is int)
    is_price = SOFT.fullmatch(key) is not None and isinstance(value, str) and PRICE.fullmatch(value) is not None
    return is_rate or is_amount_text or is_price or (ADDED.fullmatch(key) is not None and _is_rule(value))


def forbid(measure: str, source_id: str | None = None) -> Setting:
    """Return the edit that takes a measure off the list, everywhere or at one source."""
    rule: dict[str, object] = {"kind": "forbid", "measures": [measure]}
    if source_id is None:
        return f"requirement.no-{measure}", rule
    return f"requirement.no-{measure}-at-{_plain(source_id)}", rule | {"where": {"source_id": source_id}}


def lock(source_id: str, measures: Sequence[str], start_year: int) -> Setting:
    """Return the edit that decides a source's package."""
    rule = {"kind": "fix", "source_id": source_id, "measures": list(measures), "start_year": start_year}
    return f"requirement.only-{_plain(source_id)}", rule


def _plain(text: str) -> str:
    """Return a text as ids are written, with a check sum that tells apart what looks the same afterwards."""
    return f"{re.sub(r'[^0-9A-Za-z]+', '-', text).strip('-')[:40]}-{zlib.crc32(text.encode()):08x}"


def _read(text: str) -> Setting:
    if len(text) > LONGEST:
        raise RefusedError(Text("改动过长", "an edit that is too long"), expected=f"<= {LONGEST}", found=str(len(text)))
    key, value = read_setting(text)
    if not is_offered(key, value):
        raise RefusedError(
            Text("界面不提供这项改动", "an edit that the screen does not offer"),
            expected=EXPECTED,
            found=f"{key}={as_text(value)}"[:120],
        )
    return key, value


def _is_rule(value: object) -> bool:
    return isinstance(value, Mapping) and set(value) <= KEYS.get(str(value.get("kind")), frozenset())


def as_toml(value: object) -> str:
    """Return a value as TOML writes it in one line."""
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{key}={as_toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(as_toml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return str(value)
