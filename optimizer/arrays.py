"""Checks of arrays that come in from outside: what is wrong is a sentence with the array, what it is and should be."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]
type Integers = NDArray[np.int64]
type Flags = NDArray[np.bool_]


def describe(array: NDArray[Any]) -> str:
    """Shape and dtype of an array, as they stand in messages."""
    return f"found shape {array.shape}, dtype {array.dtype}"


def read_only[Kind: np.generic](array: NDArray[Kind]) -> NDArray[Kind]:
    """Return a view that cannot be written through; the caller's own array stays as it is."""
    view = array.view()
    view.flags.writeable = False
    return view


def numbers(name: str, value: object, ndim: int, problems: list[str]) -> Floats:
    """Return an array as float64 of ``ndim`` dimensions; what is wrong joins ``problems``, an empty one comes back.

    Arrays come back in C order.
    """
    array = np.asarray(value)
    if array.dtype.kind not in "biuf" or array.ndim != ndim:
        problems.append(f"{name}: expected {ndim}-dimensional numbers (float64), {describe(array)}")
        return np.empty((0,) * ndim)
    floats = array.astype(np.float64, order="C", copy=False)
    if not _is_finite(floats):
        bad = np.argwhere(~np.isfinite(floats))
        first = tuple(bad[0].tolist())
        problems.append(
            f"{name}: expected finite numbers, found {len(bad)} not finite, first {floats[first]} at {first}, "
            f"in shape {array.shape}, dtype {array.dtype}"
        )
    return read_only(floats)


def _is_finite(floats: Floats) -> bool:
    """Whether all numbers are finite: they are if their sum is, which takes a single look at each."""
    with np.errstate(over="ignore", invalid="ignore"):
        total = floats.sum()
    return bool(np.isfinite(total)) or bool(np.isfinite(floats).all())


def is_increasing(values: Integers) -> bool:
    """Whether each number is larger than the one before."""
    return bool((values[1:] > values[:-1]).all())


def integers(name: str, value: object, problems: list[str]) -> Integers:
    """Return a vector as int64; what is wrong joins ``problems``, and an empty one comes back."""
    array = np.asarray(value)
    if array.ndim != 1 or array.dtype.kind not in "iu" or array.dtype == np.uint64:
        is_empty_list = array.size == 0 and array.ndim == 1
        if not is_empty_list:
            problems.append(f"{name}: expected a vector of integers (int64), {describe(array)}")
        return np.empty(0, dtype=np.int64)
    return read_only(array.astype(np.int64, order="C", copy=False))


def flags(name: str, value: object, size: int, problems: list[str]) -> Flags:
    """Return a vector of ``size`` booleans; what is wrong joins ``problems``, and all False comes back."""
    array = np.asarray(value)
    if array.shape != (size,) or array.dtype != np.bool_:
        problems.append(f"{name}: expected {size} booleans, one for each group, {describe(array)}")
        return np.zeros(size, dtype=bool)
    return read_only(array)
