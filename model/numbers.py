"""A number of the catalogue: value, range, unit, how it is known, and where from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Tag = Literal["sourced", "derived", "estimate", "definition"]


@dataclass(frozen=True, slots=True)
class Number:
    """A value with its range and provenance.

    ``tag``: ``sourced`` (read in the reference), ``derived`` (computed from referenced numbers, how is in ``ref``),
    ``estimate`` (engineering estimate, reasoning in ``ref``), ``definition`` (exact).
    ``price_year`` is set for money only.
    """

    value: float
    low: float
    high: float
    unit: str
    tag: Tag
    ref: str
    price_year: int | None = None

    @classmethod
    def exact(cls, value: float, unit: str = "", *, ref: str = "definition", price_year: int | None = None) -> Number:
        """Return a number without a range, such as one a user states."""
        return cls(value, value, value, unit, "definition", ref, price_year)


@dataclass(frozen=True, slots=True)
class Factors(Mapping[str, float]):
    """Emission factors and physical constants by name; indexing gives the value, ``number`` the whole entry."""

    numbers: Mapping[str, Number]

    def __getitem__(self, name: str) -> float:
        return self.numbers[name].value

    def __iter__(self) -> Iterator[str]:
        return iter(self.numbers)

    def __len__(self) -> int:
        return len(self.numbers)

    def number(self, name: str) -> Number:
        """Return value, range, unit, tag and reference of one factor."""
        return self.numbers[name]
