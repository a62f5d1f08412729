"""What somebody may have meant."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

from model.text import Text


def plain(word: str) -> str:
    """Return a word as it is compared: full-width forms made ordinary, without white space, without case.

    >>> plain("额定蒸发量（T/h）")
    '额定蒸发量(t/h)'
    """
    return "".join(unicodedata.normalize("NFKC", word).split()).casefold()


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word most like ``word``, or an empty string when none is like it.

    >>> nearest("coal_boiler", ["coal_boilers", "furnaces"])
    'coal_boilers'
    """
    by_plain = {plain(candidate): candidate for candidate in known}
    found = difflib.get_close_matches(plain(word), by_plain, n=1, cutoff=0.5)
    return by_plain[found[0]] if found else ""


def did_you_mean(word: str, known: Iterable[str], otherwise: Text) -> Text:
    """Return the advice that names the nearest known word, or ``otherwise`` when none is near."""
    found = nearest(word, known)
    return Text(f"是否应为「{found}」？", f'did you mean "{found}"?') if found else otherwise
