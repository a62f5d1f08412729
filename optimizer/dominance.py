"""Options that no plan needs: within a group, another option is no dearer and no worse in any row.

Option j dominates option k of its group when c_j <= c_k, a_j >= a_k in every ``>=`` row the group belongs to,
a_j <= a_k in every ``<=`` row and a_j = a_k in every ``=`` row. Putting j in k's place keeps every row and costs no
more, whole choices and mixtures alike, so the least cost stays the same (dominance of multiple-choice knapsacks: Sinha
and Zoltners, Operations Research 27, 1979, pp. 503-515). Of options equal in all of it the first listed stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.arrays import Flags, Floats, Integers
from optimizer.problem import ChoiceProblem

LARGEST_GROUP = 2048
"""Groups with more options are left as they are: pairs grow with the square."""

PAIRS_AT_ONCE = 2**24
"""Pairs of options compared at a time, which bounds memory."""


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """Values that some rows read, ``row`` one of them, and the groups where more, or less, of them is better."""

    row: int
    wants_more: Flags
    wants_less: Flags


def undominated(problem: ChoiceProblem, rows: Sequence[int], *, smallest: int = 2) -> Flags:
    """Return which options stay when those dominated with regard to ``rows`` go, bool (option,).

    Groups of fewer than ``smallest`` options are left as they are.
    """
    keep = np.ones(problem.option_count, dtype=bool)
    lines = _lines(problem, rows)
    for groups, options in _blocks(problem, smallest):
        better = _no_dearer(problem.cost[options])
        for values, more, less in _values(problem, lines, groups, options):
            up = values[:, :, None] >= values[:, None, :]
            better &= up | ~more[:, None, None]
            better &= up.transpose(0, 2, 1) | ~less[:, None, None]
        keep[options] = ~_loses(better)
    return keep


def _no_dearer(cost: Floats) -> NDArray[np.bool_]:
    return np.asarray(cost[:, :, None] <= cost[:, None, :], dtype=bool)


def _loses(better: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return, from better[g, j, k] = "j dominates k or equals it", which k go, shape (group, option)."""
    size = better.shape[1]
    is_listed_before = np.triu(np.ones((size, size), dtype=bool), k=1)
    return np.asarray((better & (~better.transpose(0, 2, 1) | is_listed_before)).any(axis=1), dtype=bool)


def _lines(problem: ChoiceProblem, rows: Sequence[int]) -> list[_Line]:
    """Return one line for each metric and each side row in use; rows over the same metric share one."""
    lines: dict[tuple[str, int], _Line] = {}
    for row in rows:
        is_own = row < len(problem.rows)
        key = ("metric", problem.rows[row].metric) if is_own else ("side", row)
        nobody = np.zeros(problem.group_count, dtype=bool)
        line = lines.setdefault(key, _Line(row, nobody, nobody.copy()))
        members, sense = problem.members(row), problem.senses[row]
        if sense != "<=":
            line.wants_more[members] = True
        if sense != ">=":
            line.wants_less[members] = True
    return list(lines.values())


def _blocks(problem: ChoiceProblem, smallest: int) -> Iterator[tuple[Integers, NDArray[np.int64]]]:
    """Yield groups of equal size with their options, shapes (group,) and (group, size)."""
    sizes = np.diff(problem.starts)
    for size in np.unique(sizes[(sizes >= smallest) & (sizes <= LARGEST_GROUP)]):
        alike = np.flatnonzero(sizes == size)
        for groups in np.array_split(alike, -(-len(alike) * int(size) ** 2 // PAIRS_AT_ONCE)):
            yield groups, problem.starts[groups][:, None] + np.arange(size)


def _values(
    problem: ChoiceProblem, lines: list[_Line], groups: Integers, options: NDArray[np.int64]
) -> Iterator[tuple[Floats, Flags, Flags]]:
    """Yield what each line says of a block: values (group, size), where more is better and where less is."""
    for line in lines:
        more, less = line.wants_more[groups], line.wants_less[groups]
        if not (more.any() or less.any()):
            continue
        is_own = line.row < len(problem.rows)
        values = problem.metrics[problem.rows[line.row].metric] if is_own else problem.contribution(line.row)
        yield values[options], more, less
