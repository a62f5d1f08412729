"""From requirements to rows: what is added up, over which sources, against which bound.

A further kind is a body in a module for its family and one line in ``build.BODIES``.
"""

from scenarios.compiling.rows.build import is_row, plan_rows
from scenarios.compiling.rows.plan import Facts, Mask, RowPlan, Sense, pending_text

__all__ = ["Facts", "Mask", "RowPlan", "Sense", "is_row", "pending_text", "plan_rows"]
