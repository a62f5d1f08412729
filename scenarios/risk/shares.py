"""What matters most: the share of an outcome's variance that knowing one number alone would take away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.sector import FloatArray
from scenarios.risk.draws import Sampling
from scenarios.risk.numbers import Uncertain

LEAST_SAMPLES = 100
"""Fewer samples tell nothing apart."""

BY_CHANCE = 0.05
"""Chance that any number without influence is listed: one-way analysis of variance, divided among the numbers."""


@dataclass(frozen=True, slots=True)
class Share:
    """A number and the share of the variance of an outcome, 0 to 1; ``rises`` where the outcome rises with it."""

    uncertain: Uncertain
    share: float
    rises: bool


class Bins:
    """The samples of every number in classes of equal count, by the rank of the number's draw."""

    def __init__(self, numbers: Sequence[Uncertain], sampling: Sampling, count: int) -> None:
        self._numbers = tuple(numbers)
        uniforms = sampling.uniforms([one.name for one in numbers], np.arange(count))
        self._classes = max(2, min(20, round(count ** (1.0 / 3.0))))
        self._order: NDArray[np.intp] = np.argsort(uniforms, axis=1, kind="stable")

    def shares(self, outcome: FloatArray, *, most: int = 10) -> tuple[Share, ...]:
        """Return the first-order shares of an outcome (sample,), largest first, those beyond chance, ``most`` at most.

        S_i = Var(E[Y | X_i]) / Var(Y) (Sobol 1993), with E[Y | X_i] the mean of each of K classes of equal count by the
        rank of X_i. The variance between classes holds some chance of its own: (K - 1) times the variance within, per
        degree of freedom, is taken off (the epsilon-squared of Kelley 1935, PNAS 21(9)). Numbers are drawn
        independently, so the shares of all of them add up to at most 1; what is missing is joint effects, what a class
        blurs, and each source's own activity.
        """
        count = len(outcome)
        total = float(((outcome - outcome.mean()) ** 2).sum())
        if count < LEAST_SAMPLES or total <= 1e-18 * float((outcome**2).sum()) or not self._numbers:
            return ()
        between, rises = self._between(outcome)
        classes = self._classes
        within = (total - between) / (count - classes)
        share = np.clip((between - (classes - 1) * within) / total, 0.0, 1.0)
        from scipy.stats import f  # noqa: PLC0415 - half a second that all other commands save

        least = f.isf(BY_CHANCE / len(self._numbers), classes - 1, count - classes)
        is_real = between / (classes - 1) > least * within
        listed = [place for place in np.argsort(-share, kind="stable").tolist() if is_real[place]]
        return tuple(Share(self._numbers[place], float(share[place]), bool(rises[place])) for place in listed[:most])

    def _between(self, outcome: FloatArray) -> tuple[FloatArray, NDArray[np.bool_]]:
        """Return the sum of squares between classes and whether the last class is above the first, (number,) each."""
        sorted_outcome = (outcome - outcome.mean())[self._order]
        bounds = np.linspace(0, len(outcome), self._classes + 1).astype(np.intp)
        sums = np.add.reduceat(sorted_outcome, bounds[:-1], axis=1)
        sizes = np.diff(bounds)
        return (sums**2 / sizes).sum(axis=1), sums[:, -1] / sizes[-1] > sums[:, 0] / sizes[0]
