"""Names a spreadsheet accepts for its sheets."""

from __future__ import annotations

import re

LONGEST = 31
FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f]")
RESERVED = "history"
EMPTY = "_"


class SheetNames:
    """The names given out for one workbook; no two are alike, upper and lower case taken together."""

    def __init__(self) -> None:
        self._taken = {RESERVED}

    def take(self, wanted: str) -> str:
        """Return ``wanted`` made fit for a sheet: no forbidden characters, at most 31 of them, told apart by a number.

        >>> names = SheetNames()
        >>> names.take("a/b"), names.take("A:B"), names.take("")
        ('a_b', 'A_B (2)', '_')
        """
        clean = FORBIDDEN.sub("_", wanted).strip(" '") or EMPTY
        name, number = _cut(clean, LONGEST), 1
        while name.casefold() in self._taken:
            number += 1
            suffix = f" ({number})"
            name = _cut(clean, LONGEST - len(suffix)) + suffix
        self._taken.add(name.casefold())
        return name


def _cut(name: str, longest: int) -> str:
    """Return the beginning of a name; a spreadsheet counts rare Chinese characters twice."""
    while len(name.encode("utf-16-le")) > 2 * longest:
        name = name[:-1]
    return name.rstrip(" '")
