"""Units as exact factors of base units, and a table of texts of units that were read before."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

type Bases = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as ``factor`` times powers of base units, in order of their names; no base is a plain number."""

    factor: Fraction
    bases: Bases = ()


ONE = Unit(Fraction(1))


def unit_table(text: str) -> dict[str, Unit]:
    """Return units by text: a line is ``text;factor;base power ...``, such as ``1/yr;1/31536000;[time] -1``."""
    return dict(_entry(line) for line in text.splitlines() if line and not line.startswith("#"))


def line_of(text: str, unit: Unit) -> str:
    """Return the line of a table that gives a text its unit."""
    return f"{text};{unit.factor};" + " ".join(f"{name} {power}" for name, power in unit.bases)


def _entry(line: str) -> tuple[str, Unit]:
    text, factor, bases = line.split(";")
    words = bases.split()
    pairs = zip(words[::2], words[1::2], strict=True)
    return text, Unit(Fraction(factor), tuple((name, int(power)) for name, power in pairs))
