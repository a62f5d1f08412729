"""What a row adds up over choices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike

from model.sector import FloatArray

MetricName = Literal[
    "reduction",
    "project",
    "remaining",
    "capital",
    "public",
    "annual",
    "count",
    "comply",
    "added",
    "sum",
]

ROUNDING = 1e-9
"""Relative; what separates a level that was computed from a limit that was written."""


@dataclass(frozen=True, slots=True)
class PerSource:
    """A number for each source, float64 (source,), held so that equal numbers are equal keys."""

    data: bytes

    @classmethod
    def of(cls, values: ArrayLike) -> Self:
        """Return numbers, shape (source,), as a key."""
        return cls(np.asarray(values, dtype=np.float64).tobytes())

    @property
    def values(self) -> FloatArray:
        """The numbers, shape (source,)."""
        return np.frombuffer(self.data, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Metric:
    """What a row adds up over choices, in ``year``.

    ``reduction`` (inventory basis), ``project`` (project basis) and ``remaining`` [t/yr, or the flow's own unit]
    concern one ``flow``; ``capital``, ``public`` [CNY] and ``annual`` [CNY/yr] are money, ``capital`` that of one
    ``payer`` where one is named; ``count`` is 1 where a choice holds one of ``measures`` and has started; ``comply`` is
    1 where it does, or the source's ``level`` in that year is at most ``limit``, or the source is one of ``compliant``
    already; ``added`` is what a choice that counts adds to a ``flow``; ``sum`` adds up ``parts``, each with a factor.
    ``by_source`` multiplies any of them source by source. With ``by`` only what is in service on that day counts.
    """

    name: MetricName
    year: int
    flow: str = ""
    measures: frozenset[str] = frozenset()
    level: str = ""
    limit: float = np.inf
    compliant: frozenset[int] = frozenset()
    payer: str = ""
    by_source: PerSource | None = None
    parts: tuple[tuple[float, Metric], ...] = ()
    by: date | None = None
