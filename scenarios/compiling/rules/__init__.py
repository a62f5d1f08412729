"""Rules between choices, as rows of single choices beside those over metrics."""

from scenarios.compiling.rules.build import rule_notes, rule_plans, rules_of
from scenarios.compiling.rules.plan import Held, RulePlan, SideRow, marker_count, side_of
from scenarios.compiling.rules.reach import counts_alone, counts_together
from scenarios.compiling.rules.results import rule_results

__all__ = [
    "Held",
    "RulePlan",
    "SideRow",
    "counts_alone",
    "counts_together",
    "marker_count",
    "rule_notes",
    "rule_plans",
    "rule_results",
    "rules_of",
    "side_of",
]
