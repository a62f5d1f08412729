"""What being surer costs: the plan found for one confidence after the other, each from the margins of the last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from optimizer import Settings
from scenarios.answering.result import Json
from scenarios.compiling.compile import Compiled
from scenarios.reading.bundle import Bundle
from scenarios.risk.limits import has_limit
from scenarios.risk.margins import Assured, assured

CONFIDENCES = (0.5, 0.7, 0.8, 0.9, 0.95)
TABLE_GAP = 5e-3
TABLE_SAMPLES = 300
"""Relative gap of the plans of the table, which says what being surer costs and hands out no tasks, and the samples
that calibrate and check them."""


@dataclass(frozen=True, slots=True)
class Step:
    """A confidence and the plan found for it; ``margins`` are (row, margin, unit) of the rows that have one.

    A margin on a limit is in per cent of it.

    ``kept_share`` is in fresh samples; without a plan there is neither cost nor project.
    """

    confidence: float
    is_held: bool
    kept_share: float
    annual_cny: float | None
    projects: int | None
    margins: tuple[tuple[str, float, str], ...]

    def to_json(self) -> Json:
        """Return it as it stands in JSON."""
        return {
            "confidence": self.confidence,
            "is_held": self.is_held,
            "kept_share": self.kept_share,
            "annual_cny": self.annual_cny,
            "projects": self.projects,
            "margins": [{"row": row, "margin": margin, "unit": unit} for row, margin, unit in self.margins],
        }


def step_of(compiled: Compiled, found: Assured) -> Step:
    """Return what a plan for a confidence comes to; its cost is the one by the catalogue's values."""
    annual = projects = None
    if found.frame is not None:
        options, level = found.frame.options, found.frame.level
        annual = float((options.yearly_cost(options.timeline.years[-1]) * level).sum())
        projects = int((~options.is_as_is()).sum())
    return Step(
        confidence=found.aim.confidence,
        is_held=found.is_held,
        kept_share=found.kept_share,
        annual_cny=annual,
        projects=projects,
        margins=tuple(
            (plan.row_id, 100.0 * float(margin), "%") if has_limit(plan) else (plan.row_id, float(margin), plan.unit)
            for plan, margin in zip(compiled.plans, found.margins, strict=True)
            if margin > 0.0
        ),
    )


def stepped(
    bundle: Bundle, compiled: Compiled, settings: Settings, known: Assured, confidences: Sequence[float] = CONFIDENCES
) -> tuple[Step, ...]:
    """Return a step for each confidence, rising, that of the plan already ``known`` among them.

    Each begins with the margins of the one before, and is solved to `TABLE_GAP` at the closest.
    """
    looser = replace(settings, gap=max(settings.gap, TABLE_GAP))
    fewer = min(known.aim.samples, TABLE_SAMPLES)
    aim = replace(known.aim, samples=fewer, checks=fewer)
    steps, margins = [], None
    for confidence in sorted({*confidences, known.aim.confidence}):
        found = known
        if confidence != known.aim.confidence:
            found = assured(bundle, compiled, looser, replace(aim, confidence=confidence), first=margins)
        steps.append(step_of(compiled, found))
        margins = found.margins
    return tuple(steps)
