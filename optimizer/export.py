"""A problem as text that any solver reads: CPLEX LP and free MPS.

Options are ``x0, x1, ...``, groups ``g0, g1, ...`` and rows ``r0, r1, ...`` in the problem's order; no label of the
caller gets in. Numbers are written so that they read back to the same bits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from scipy import sparse

from optimizer.arrays import Flags, Floats
from optimizer.problem import ChoiceProblem

TERMS_A_LINE = 8
MPS_SENSE = {">=": "G", "<=": "L", "=": "E"}


def to_lp(problem: ChoiceProblem) -> str:
    """Return the problem in CPLEX LP format."""
    names = _option_names(problem)
    lines = ["Minimize", *_wrapped("obj:", _terms(problem.cost, names)), "Subject To"]
    for group, (first, end) in enumerate(zip(problem.starts[:-1], problem.starts[1:], strict=True)):
        lines += _wrapped(f"g{group}:", (f"+{name}" for name in names[first:end]), "= 1")
    for row, (sense, bound) in enumerate(zip(problem.senses, problem.bounds.tolist(), strict=True)):
        values = problem.contribution(row)
        taken = np.flatnonzero(values)
        terms = _terms(values[taken], [names[option] for option in taken]) if len(taken) else ["+0.0 x0"]
        lines += _wrapped(f"r{row}:", terms, f"{sense} {bound!r}")
    shares = _is_share(problem)
    lines += ["Bounds", *(f" 0 <= {name} <= 1" for name, is_share in zip(names, shares, strict=True) if is_share)]
    whole = (name for name, is_share in zip(names, shares, strict=True) if not is_share)
    return "\n".join([*lines, "Binaries", *_wrapped("", whole), "End", ""])


def to_mps(problem: ChoiceProblem) -> str:
    """Return the problem in free MPS format."""
    names, shares = _option_names(problem), _is_share(problem)
    lines = ["NAME choice", "ROWS", " N obj"]
    lines += [f" E g{group}" for group in range(problem.group_count)]
    lines += [f" {MPS_SENSE[sense]} r{row}" for row, sense in enumerate(problem.senses)]
    lines += ["COLUMNS", *_columns(problem, names), "RHS"]
    lines += [f" RHS g{group} 1" for group in range(problem.group_count)]
    lines += [f" RHS r{row} {bound!r}" for row, bound in enumerate(problem.bounds.tolist())]
    bounds = (
        f" UP BND {name} 1" if is_share else f" BV BND {name}" for name, is_share in zip(names, shares, strict=True)
    )
    return "\n".join([*lines, "BOUNDS", *bounds, "ENDATA", ""])


def _option_names(problem: ChoiceProblem) -> list[str]:
    return [f"x{option}" for option in range(problem.option_count)]


def _is_share(problem: ChoiceProblem) -> Flags:
    """Whether each option may be taken in part, bool (option,)."""
    return np.repeat(problem.is_divisible, np.diff(problem.starts))


def _terms(values: Floats, names: Iterable[str]) -> Iterator[str]:
    return (f"{value:+} {name}" for value, name in zip(values.tolist(), names, strict=True))


def _wrapped(head: str, terms: Iterable[str], tail: str = "") -> Iterator[str]:
    """Yield head, terms and tail in lines short enough for every reader."""
    rest = list(terms)
    pieces = [rest[first : first + TERMS_A_LINE] for first in range(0, len(rest), TERMS_A_LINE)] or [[]]
    for place, piece in enumerate(pieces):
        words = [head if place == 0 else "", *piece, tail if place == len(pieces) - 1 else ""]
        yield " " + " ".join(word for word in words if word)


def _columns(problem: ChoiceProblem, names: list[str]) -> Iterator[str]:
    """Yield one line for each entry, column by column."""
    group = np.repeat(np.arange(problem.group_count), np.diff(problem.starts))
    rows = [sparse.csr_array(problem.contribution(row)[None, :]) for row in range(problem.row_count)]
    matrix = sparse.csc_array(sparse.vstack([sparse.csr_array((0, problem.option_count)), *rows]))
    for option, (name, cost) in enumerate(zip(names, problem.cost.tolist(), strict=True)):
        yield f" {name} obj {cost!r}"
        yield f" {name} g{group[option]} 1"
        own = slice(matrix.indptr[option], matrix.indptr[option + 1])
        for row, value in zip(matrix.indices[own].tolist(), matrix.data[own].tolist(), strict=True):
            yield f" {name} r{row} {value!r}"
