"""Compiled passes over large problems: whether they are ready, and making them so.

Numba compiles the loops of ``dual.kernels`` when they are first called, which takes seconds, and keeps what it made
beside their file; where that may not be written, in the user's cache or in ``NUMBA_CACHE_DIR``; where nothing may be
written, for as long as the process lasts.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

import numpy as np

from optimizer.dual.arrange import arrange
from optimizer.dual.extremes import extremes_of
from optimizer.dual.pricing import price_out, tally
from optimizer.dual.survey import everything, nearest, survey
from optimizer.problem import ChoiceProblem, Row
from optimizer.settings import Settings

KERNELS = "optimizer.dual.kernels"
WAY = Settings(passes="compiled", pass_threads=1)


def needs_warmup() -> bool:
    """Whether the next large problem has to wait for the compiler; never where Numba is not installed."""
    return find_spec("numba") is not None and not import_module(KERNELS).is_ready()


def warmup() -> bool:
    """Compile the passes, or load them where they are compiled already; False where Numba is not installed.

    Every pass is made once over two groups of two options.
    """
    if find_spec("numba") is None:
        return False
    problem = ChoiceProblem(
        cost=np.array([0.0, 1.0, 0.0, 2.0]),
        group=np.array([0, 0, 1, 1]),
        metrics=np.array([[0.0, 1.0, 0.0, 1.0]]),
        rows=[Row("any", 0, ">=", 1.0)],
    )
    layout = arrange(problem, WAY)
    sizes = extremes_of(layout)
    price = np.ones(1)
    tally(layout, price_out(layout, sizes, price).choice)
    survey(everything(layout), sizes, price, price)
    nearest(layout, price, 1, is_damped=True)
    return True
