"""Part of the year in which a measure is at work, such as the heating season."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from model.text import Text

DAYS = 365
COMMON_YEAR = 2023
"""Any year without a leap day: shares are of 365 days, as daily figures become yearly ones."""

DAY = re.compile(r"(\d{2})-(\d{2})")


@dataclass(frozen=True, slots=True)
class Season:
    """From one day of the year to another, both counted, across the end of the year where the first comes later."""

    first: date
    last: date

    @property
    def days(self) -> NDArray[np.bool_]:
        """Which days of a year of 365 days belong to it, shape (365,)."""
        day = np.arange(DAYS)
        first, last = (one.timetuple().tm_yday - 1 for one in (self.first, self.last))
        if first <= last:
            return np.asarray((day >= first) & (day <= last))
        return np.asarray((day >= first) | (day <= last))

    @property
    def share(self) -> float:
        """Its share of a year.

        >>> round(Season(day_of("11-15"), day_of("03-15")).share * 365)
        121
        """
        return float(self.days.mean())

    @property
    def said(self) -> Text:
        """The season in words."""
        first, last = self.first, self.last
        return Text(
            f"实施期{first.month}月{first.day}日至{last.month}月{last.day}日",
            f"in season from {first.day} {first:%B} to {last.day} {last:%B}",
        )


def day_of(text: str) -> date:
    """Return a day of the year written as month and day, ``"11-15"``; ValueError for anything else, 29 February too."""
    found = DAY.fullmatch(text)
    if found is None:
        raise ValueError(f"expected month and day such as 11-15; found {text!r}")
    return date(COMMON_YEAR, int(found[1]), int(found[2]))
