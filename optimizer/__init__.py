"""The mathematics: choose one option of each group at least cost under linear requirements.

No word of the field stands here: groups are sources, options packages and rows requirements only to those who call.
"""

from optimizer.compiled import needs_warmup, warmup
from optimizer.curve import Curve, curve, plan_at
from optimizer.engines import solve
from optimizer.evaluate import Evaluation, evaluate
from optimizer.export import to_lp, to_mps
from optimizer.parallel import processors
from optimizer.problem import ChoiceProblem, Row
from optimizer.push import Extent
from optimizer.ratio import reach_ratio
from optimizer.reach import Asked, RowReach, reach, reach_each, reach_of
from optimizer.settings import Settings
from optimizer.solution import Solution, Status, relative_gap

__all__ = [
    "Asked",
    "ChoiceProblem",
    "Curve",
    "Evaluation",
    "Extent",
    "Row",
    "RowReach",
    "Settings",
    "Solution",
    "Status",
    "curve",
    "evaluate",
    "needs_warmup",
    "plan_at",
    "processors",
    "reach",
    "reach_each",
    "reach_of",
    "reach_ratio",
    "relative_gap",
    "solve",
    "to_lp",
    "to_mps",
    "warmup",
]
