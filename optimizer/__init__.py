"""The mathematics: choose one option of each group at least cost under linear requirements.

No word of the field stands here: groups are sources, options packages and rows requirements only to those who call.
"""

from optimizer.engines import solve
from optimizer.evaluate import Evaluation, evaluate
from optimizer.export import to_lp, to_mps
from optimizer.problem import ChoiceProblem, Row
from optimizer.reach import Extent, RowReach, reach, reach_of
from optimizer.settings import Settings
from optimizer.solution import Solution, Status, relative_gap

__all__ = [
    "ChoiceProblem",
    "Evaluation",
    "Extent",
    "Row",
    "RowReach",
    "Settings",
    "Solution",
    "Status",
    "evaluate",
    "reach",
    "reach_of",
    "relative_gap",
    "solve",
    "to_lp",
    "to_mps",
]
