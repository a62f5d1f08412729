"""Why there is no plan: a row out of reach, or weights of rows whose sum is.

For weights y (y_k >= 0 for a ``>=`` row, any sign for ``=``; ``<=`` rows are negated) every choice gives

    sum_k y_k a_k(x) <= sum_i max_{j in i} sum_k y_k a_kj,

so where that is less than sum_k y_k b_k no choice keeps every row (Farkas' lemma; Schrijver, Theory of Linear and
Integer Programming, 1986, ch. 7). The difference is phi(y) of the problem with all costs at 0; the best y is sought
as prices are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from optimizer.arrays import Floats
from optimizer.dual.arrange import arrange
from optimizer.dual.extremes import Extremes, extremes_of
from optimizer.dual.layout import Layout
from optimizer.dual.prices import best_prices
from optimizer.dual.restricted import Band
from optimizer.settings import Settings

SHOWN = 12
"""Rows named in a sentence."""


def out_of_reach(layout: Layout, sizes: Extremes) -> str:
    """Return a sentence on each row that no choice keeps, however the other rows fare; nothing if there is none."""
    problem = layout.problem
    too_much = layout.target - sizes.most > sizes.tolerance
    too_little = layout.is_free & (sizes.least - layout.target > sizes.tolerance)
    sentences = []
    for row in np.flatnonzero(too_much | too_little):
        value = (sizes.most if too_much[row] else sizes.least)[row] * layout.sign[row]
        word = "most" if too_much[row] == (layout.sign[row] > 0.0) else "least"
        asked = f"{problem.senses[row]} {problem.bounds[row]:.12g}"
        sentences.append(f"row {problem.row_ids[row]!r} asks {asked}, the {word} any choice gives is {value:.12g}")
    return "; ".join(sentences)


def no_whole_choice(rows: Sequence[str]) -> str:
    """Return a sentence on what HiGHS proved: of some rows by themselves, or of all where none are named."""
    shown = ", ".join(repr(row) for row in rows[:SHOWN])
    rest = f" and {len(rows) - SHOWN} rows more" if len(rows) > SHOWN else ""
    return f"HiGHS proved that no whole choice keeps {shown + rest + ' together' if rows else 'every row'}"


def conflicting(layout: Layout, settings: Settings) -> str:
    """Return a sentence that proves that the rows conflict; nothing where no proof is found."""
    free = arrange(replace(layout.problem, cost=np.zeros(layout.problem.option_count)))
    sizes = extremes_of(free)
    reach = np.maximum(sizes.most - sizes.least, 0.0)
    high = np.divide(1.0, reach, out=np.zeros_like(reach), where=reach > 0.0)
    refined = best_prices(free, sizes, settings, None, Band(np.where(free.is_free, -high, 0.0), high))
    if refined is None:
        return ""
    return sentence(free, sizes, refined.price, refined.priced.bound)


def sentence(free: Layout, sizes: Extremes, weight: Floats, bound: float) -> str:
    """Return the proof in words, from a lower bound of phi without costs; nothing where it is within tolerance."""
    if bound <= float(np.abs(weight) @ sizes.tolerance):
        return ""
    asked = float(weight @ (free.sign * free.problem.bounds))
    rows = np.flatnonzero(weight)
    largest = rows[np.argsort(-np.abs(weight[rows]) * (sizes.most - sizes.least)[rows], kind="stable")]
    terms = [f"{weight[row] * free.sign[row]:.12g} x {free.problem.row_ids[row]!r}" for row in largest[:SHOWN]]
    rest = f" and {len(rows) - SHOWN} rows more" if len(rows) > SHOWN else ""
    return (
        f"the rows conflict: {' + '.join(terms)}{rest} would have to come to at least {asked:.12g}, "
        f"the most any choice gives is {asked - bound:.12g}"
    )
