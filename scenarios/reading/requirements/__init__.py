"""What a plan must reach: one model for each kind of requirement, in a module for each family.

A further kind is a class in such a module and one more name in `Requirement`.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from scenarios.reading.requirements.emissions import Cap, Intensity, Reduce
from scenarios.reading.requirements.fairness import Fair
from scenarios.reading.requirements.flows import Couple, Indicator, Offset, Resource
from scenarios.reading.requirements.measures import Fix, Forbid, Limit, Mandate, Quota, RankOut
from scenarios.reading.requirements.money import Budget
from scenarios.reading.requirements.rules import AtMost, Excludes, Requires, SharedPlant
from scenarios.reading.requirements.shared import BasisName, Dated, Pending, Propose, Shared
from scenarios.reading.requirements.water import Concentration, SectionsInClass

Requirement = Annotated[
    Reduce
    | Cap
    | Intensity
    | Quota
    | Mandate
    | Forbid
    | Fix
    | Budget
    | Fair
    | Indicator
    | Resource
    | Offset
    | Couple
    | RankOut
    | Concentration
    | SectionsInClass
    | Requires
    | Excludes
    | AtMost
    | SharedPlant,
    Field(discriminator="kind"),
]

__all__ = [
    "AtMost",
    "BasisName",
    "Budget",
    "Cap",
    "Concentration",
    "Couple",
    "Dated",
    "Excludes",
    "Fair",
    "Fix",
    "Forbid",
    "Indicator",
    "Intensity",
    "Limit",
    "Mandate",
    "Offset",
    "Pending",
    "Propose",
    "Quota",
    "RankOut",
    "Reduce",
    "Requirement",
    "Requires",
    "Resource",
    "SectionsInClass",
    "Shared",
    "SharedPlant",
]
