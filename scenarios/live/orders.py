"""What a planner asks of a batch on the screen, and the runs that come of it: nothing a scenario file could read."""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from model.problems import InputError, Problem
from model.text import Text
from scenarios.batch.sweep import RunSpec, Sweep, read_sweep, runs_of
from scenarios.live.edits import EXPECTED, Edits, is_offered, read_edits, write_edits
from scenarios.live.levers import Lever
from scenarios.reading.patches import as_text

FILE = "sweep.toml"
MOST_BYTES = 200_000
MOST_RUNS = 1_000
MOST_LEVELS = 200
LONGEST_TITLE = 80
DEEPEST = 40
"""Brackets within brackets in a sweep file."""


@dataclass(frozen=True, slots=True)
class Order:
    """A batch: ``sweep`` as a file states it, over scenario ``base`` with ``edits`` on it in every run.

    ``path`` is where the scenario lies when it is a planner's own; the server knows that, no browser says it.
    """

    base: str
    sweep: str
    edits: tuple[str, ...] = ()
    title: str = ""
    path: str = ""

    @property
    def place(self) -> str:
        """What finds the scenario."""
        return self.path or self.base

    def to_json(self) -> dict[str, Any]:
        """Return the order as a job keeps it."""
        return {
            "base": self.base,
            "sweep": self.sweep,
            "edits": list(self.edits),
            "title": self.title,
            "path": self.path,
        }

    @property
    def specs(self) -> tuple[RunSpec, ...]:
        """The runs. Raises `InputError` with whatever is wrong."""
        sweep = _checked(self.sweep, (self.base,))
        before = read_edits(self.edits)
        return tuple(replace(spec, settings=(*before, *spec.settings)) for spec in runs_of(sweep))


def order_of(asked: Mapping[str, Any]) -> Order:
    """Return the order that a job keeps."""
    texts = {name: str(asked[name]) for name in ("base", "sweep", "title", "path")}
    return Order(**texts, edits=tuple(map(str, asked["edits"])))


def grid_order(base: str, edits: Edits, lever: Lever, levels: Sequence[float], title: str) -> Order:
    """Return the order to try an amount at some levels, everything else as it stands.

    Raises
    ------
    InputError
        When there is no level, or too many.

    """
    if not 0 < len(levels) <= MOST_LEVELS:
        raise InputError([Problem(FILE, Text("取值个数不合适", "no levels, or too many"), f"1 to {MOST_LEVELS}")])
    values = json.dumps([lever.written(level) for level in levels], ensure_ascii=False)
    text = f"schema = 1\nbase = {json.dumps(base)}\n[grid]\n{json.dumps(lever.key)} = {values}\n"
    rest = tuple(edit for edit in edits if edit[0] != lever.key)
    return Order(base, text, tuple(write_edits(rest)), title.strip()[:LONGEST_TITLE])


def levels_between(low: float, high: float, count: int) -> list[float]:
    """Return ``count`` levels from ``low`` to ``high``, evenly apart, six digits each; one level is ``low``."""
    steps = max(count - 1, 1)
    return [float(f"{low + (high - low) * number / steps:.6g}") for number in range(count)]


def uploaded_order(content: object, known: Sequence[str], title: str) -> Order:
    """Return the order in a sweep file that a browser sent as a data address.

    Raises
    ------
    InputError
        With everything that is wrong: not a text, not a sweep, a base or a key that the screen does not offer.

    """
    text = _decoded(content)
    return Order(_checked(text, known).base, text, (), title.strip()[:LONGEST_TITLE])


def _decoded(content: object) -> str:
    text = None
    if isinstance(content, str) and len(content) <= 2 * MOST_BYTES:
        with contextlib.suppress(ValueError, binascii.Error):
            text = base64.b64decode(content.partition(",")[2], validate=True).decode("utf-8-sig")
    if text is None or _depth(text) > DEEPEST:
        what = Text("不是可读的扫描文件", "not a sweep file that can be read")
        raise InputError([Problem(FILE, what, f"TOML, UTF-8, <= {MOST_BYTES // 1000} kB")])
    return text


def _depth(text: str) -> int:
    """Return how deep brackets stand within brackets at most, those in texts counted too."""
    depth = most = 0
    for letter in text:
        depth += (letter in "[{") - (letter in "]}")
        most = max(most, depth)
    return most


def _checked(text: str, known: Sequence[str]) -> Sweep:
    """Return a sweep over a scenario that is known, with settings that the screen offers."""
    sweep = read_sweep(text, FILE)
    problems = []
    if sweep.base not in known:
        what = Text("没有这个情景", "there is no such scenario here")
        problems.append(Problem(FILE, what, ", ".join(known), sweep.base[:80], column="base"))
    if sweep.count > MOST_RUNS:
        what = Text("运行过多", "too many runs")
        problems.append(Problem(FILE, what, f"<= {MOST_RUNS}", str(sweep.count)))
    else:
        problems += _not_offered(sweep)
    if problems:
        raise InputError(problems)
    return sweep


def _not_offered(sweep: Sweep) -> list[Problem]:
    settings = {(key, as_text(value)): value for spec in runs_of(sweep) for key, value in spec.settings}
    what = Text("界面不提供这项改动", "an edit that the screen does not offer")
    return [
        Problem(FILE, what, EXPECTED, f"{key}={said}"[:120])
        for (key, said), value in settings.items()
        if not is_offered(key, value)
    ][:20]
