"""Rules between choices, as rows of single choices beside those over metrics."""

from scenarios.rules.build import rule_notes, rule_plans
from scenarios.rules.plan import Held, RulePlan, SideRow, marker_count, side_of
from scenarios.rules.results import rule_results

__all__ = ["Held", "RulePlan", "SideRow", "marker_count", "rule_notes", "rule_plans", "rule_results", "side_of"]
