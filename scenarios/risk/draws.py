"""Draws of numbers between low and high: streams that depend on a number's own name and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from model.numbers import Number
from model.sector import FloatArray

type Shape = Literal["triangular", "pert", "certain"]

SHAPES: tuple[Shape, ...] = ("triangular", "pert")
"""Those that a planner can ask for; "certain" gives every number its catalogue value."""

PERT_WEIGHT = 4.0
"""Weight of the most likely value: Malcolm, Roseboom, Clark and Fazar (1959), Operations Research 7(5)."""

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
"""Constants of SplitMix64: Steele, Lea and Flood (2014), OOPSLA."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How numbers are drawn.

    ``seed`` and ``stream`` name the draws: the same give the same numbers, others give fresh ones. ``shape`` is the
    distribution between low and high with its mode at the value. ``activity_spread`` s lets every source's own activity
    vary between 1 - s and 1 + s times what is stated, each by itself. With ``is_shared`` one draw of a number stands
    for all sources that use it; without it every source draws its own, which is wrong for a factor, and there to show
    what ignoring the correlation does.
    """

    seed: int = 0
    stream: str = "sample"
    shape: Shape = "triangular"
    activity_spread: float = 0.0
    is_shared: bool = True

    def uniforms(self, names: Sequence[str], samples: NDArray[np.int64]) -> FloatArray:
        """Return numbers in (0, 1), shape (name, sample): of each name its own stream, counted by sample.

        ``samples`` are numbers of samples; a longer run begins with the shorter one, and a name more changes no other.
        """
        starts = np.array([_hashed(f"{self.seed}/{self.stream}/{name}") for name in names], dtype=np.uint64)
        return _uniform(starts[:, None] + (samples.astype(np.uint64) + np.uint64(1)) * GOLDEN)

    def draw(self, number: Number, uniform: FloatArray) -> FloatArray:
        """Return the number's quantiles at ``uniform``, of its shape."""
        if self.shape == "certain":
            return np.full_like(uniform, number.value)
        if self.shape == "pert":
            return pert(number.low, number.value, number.high, uniform)
        return triangular(number.low, number.value, number.high, uniform)

    def activity(self, source_ids: Sequence[str], samples: NDArray[np.int64]) -> FloatArray:
        """Return what each source's activity is multiplied by, shape (sample, source)."""
        if not self.activity_spread:
            return np.ones((len(samples), len(source_ids)))
        spread = Number(1.0, 1.0 - self.activity_spread, 1.0 + self.activity_spread, "", "estimate", "activity_spread")
        uniform = self.uniforms([f"activity/{name}" for name in source_ids], samples)
        return np.ascontiguousarray(self.draw(spread, uniform).T)


CERTAIN = Sampling(shape="certain")


def triangular(low: float, mode: float, high: float, uniform: FloatArray) -> FloatArray:
    """Return quantiles of the triangular distribution; all equal to the mode where low = high.

    F rises to (mode - low) / (high - low) at the mode; below it x = low + sqrt(u (high - low) (mode - low)), above it
    x = high - sqrt((1 - u) (high - low) (high - mode)).
    """
    width = high - low
    if width <= 0.0:
        return np.full_like(uniform, mode)
    rises = low + np.sqrt(uniform * width * (mode - low))
    falls = high - np.sqrt((1.0 - uniform) * width * (high - mode))
    return np.where(uniform < (mode - low) / width, rises, falls)


def pert(low: float, mode: float, high: float, uniform: FloatArray) -> FloatArray:
    """Return quantiles of the PERT distribution; all equal to the mode where low = high.

    A beta distribution on low to high with a = 1 + 4 (mode - low) / (high - low), b = 1 + 4 (high - mode) /
    (high - low); its mean is (low + 4 mode + high) / 6.
    """
    width = high - low
    if width <= 0.0:
        return np.full_like(uniform, mode)
    left = 1.0 + PERT_WEIGHT * (mode - low) / width
    right = 1.0 + PERT_WEIGHT * (high - mode) / width
    quantiles: FloatArray = low + width * betaincinv(left, right, uniform)
    return quantiles


def _hashed(name: str) -> int:
    """Return 64 bits that depend on the name alone, on any machine."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little")


def _uniform(state: NDArray[np.uint64]) -> FloatArray:
    """Return SplitMix64's output as numbers in (0, 1): the middle of one of 2^53 equal steps."""
    mixed = state
    for shift, factor in zip((30, 27), MIX, strict=True):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * factor
    mixed = mixed ^ (mixed >> np.uint64(31))
    return ((mixed >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
