"""From a solver's numbers to a choice: exactly one option, or shares that add up to one."""

from __future__ import annotations

import numpy as np

from optimizer.arrays import Floats
from optimizer.core import Core

WHOLE = 1e-5
"""How far from 0 or 1 a number may be that a solver means to be whole."""

NO_SHARE = 1e-9
"""Shares up to this are none."""


def choice_of(core: Core, share: Floats) -> Floats | None:
    """Return the choice that a solver's values (column,) mean, in 0 and 1 where it must be whole, else None.

    Whole values are rounded; shares are cut to 0 to 1 and made to add up to one.
    """
    starts, group = core.starts[:-1], core.group_of_column
    rounded = np.rint(share)
    tolerance = np.where(core.is_whole, WHOLE, NO_SHARE)
    is_near = np.logical_and.reduceat(np.abs(share - rounded) <= tolerance, starts)
    is_one = np.add.reduceat(rounded, starts) == 1.0
    is_choice = is_near & is_one & np.logical_and.reduceat(rounded >= 0.0, starts)
    if not (is_choice | core.is_divisible).all():
        return None
    shares = np.where(share > NO_SHARE, np.minimum(share, 1.0), 0.0)
    total = np.add.reduceat(shares, starts)
    if not (total > 0.0).all():
        return None
    return np.where(is_choice[group], rounded, shares / total[group])


def level_of(core: Core, choice: Floats, option_count: int) -> Floats:
    """Return the choice over all options of the problem, float64 (option,)."""
    level = np.zeros(option_count)
    level[core.settled] = 1.0
    level[core.option] = choice
    return level
