"""What a page shows, as its address has it: scenario, language, edits. A link is the whole state."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from model.problems import InputError
from model.text import Text
from scenarios.live.edits import Edits, read_edits, with_edit, write_edits

type Tongue = Literal["zh", "en"]

DEFAULT_SCENARIO = "huzhou-2023"
LONGEST = 16_000
"""Characters of an address that are read."""

MOST_FIELDS = 260
NUMBER = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class State:
    """The page's path, the scenario, the language, the edits, the versions looked at, and what was wrong with them.

    ``based_on`` is the saved version that the edits began with.
    """

    path: str = "/"
    scenario: str = DEFAULT_SCENARIO
    language: Tongue = "zh"
    edits: Edits = ()
    versions: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    based_on: int | None = None

    def say(self, text: Text) -> str:
        """Return a text in the page's language."""
        return text.en if self.language == "en" else text.zh

    def with_edit(self, key: str, value: object) -> State:
        """Return the state with one edit put on top; None takes it away."""
        return replace(self, edits=with_edit(self.edits, key, value))

    def search(self) -> str:
        """Return the part of the address after the path."""
        fields = [("s", self.scenario), ("lang", self.language)]
        fields += [("set", text) for text in write_edits(self.edits)]
        fields += [("v", version) for version in self.versions]
        fields += [] if self.based_on is None else [("from", str(self.based_on))]
        return f"?{urlencode(fields)}"

    def href(self, path: str | None = None) -> str:
        """Return the address of a page in this state."""
        return f"{self.path if path is None else path}{self.search()}"


def read_state(address: object, known: Sequence[str]) -> State:
    """Return the state of an address; what cannot be read is left out and said in ``problems``.

    ``address`` comes from the browser and may be anything.
    """
    split = urlsplit(address if isinstance(address, str) and len(address) <= LONGEST else "/")
    try:
        fields = parse_qsl(split.query, max_num_fields=MOST_FIELDS)
    except ValueError:
        fields = []
    values = dict(fields)
    language: Tongue = "en" if values.get("lang") == "en" else "zh"
    scenario = values.get("s", DEFAULT_SCENARIO)
    problems: list[str] = []
    if scenario not in known:
        unknown = Text("没有这个情景，已改用湖州", "there is no such scenario; Huzhou is shown")
        problems.append(unknown.en if language == "en" else unknown.zh)
        scenario = DEFAULT_SCENARIO
    try:
        edits = read_edits([value for name, value in fields if name == "set"])
    except InputError as error:
        edits = ()
        problems += [problem.say(language) for problem in error.problems]
    versions = tuple(value for name, value in fields if name == "v")[:4]
    return State(
        split.path or "/", scenario, language, edits, versions, tuple(problems), _number(values.get("from", ""))
    )


def _number(text: str) -> int | None:
    return int(text) if NUMBER.fullmatch(text) else None
