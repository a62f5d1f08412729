"""A value that is refused: what is wrong with it, before it is known where it stands."""

from __future__ import annotations

from model.problems import Problem
from model.text import Text

NOTHING = Text("", "")


class RefusedError(ValueError):
    """A value that is not what it should be; ``str`` is the whole English sentence, ``problem`` adds the place."""

    def __init__(self, what: Text, *, expected: str = "", found: str = "", advice: Text = NOTHING) -> None:
        self.what, self.expected, self.found, self.advice = what, expected, found, advice
        parts = [what.en, f"expected {expected}" if expected else "", f"found {found}" if found else "", advice.en]
        super().__init__("; ".join(part for part in parts if part))

    def problem(self, file: str, column: str) -> Problem:
        """Return the problem at a place: the file, and the dotted key or heading in it."""
        return Problem(file, self.what, self.expected, self.found, self.advice, column=column)
