"""A scenario with everything it needs, read and checked."""

from __future__ import annotations

from dataclasses import dataclass

from model.economics import Economics
from model.inventory import Inventory
from model.measures import Catalogue
from model.text import Text
from model.timeline import Growth, GrowthRate, Timeline
from scenarios.reading.prices import PriceUsed
from scenarios.reading.sections import Sections
from scenarios.reading.spec import Scenario


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file that was read: its name as the scenario gives it, and the SHA-256 of its bytes in hexadecimal."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Patch:
    """One value that was set on top of the scenario file: a dotted key, and the value as it was written."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """Scenario, inventory and catalogue, and what they were read from.

    ``scenario_file`` is the file as problems name it; ``bases`` are the scenarios it builds on, nearest first;
    ``prices`` lists every price with its origin, defaults among them; ``notes`` is what reading found worth saying;
    ``sections`` are the monitoring sections, None when the scenario states none.
    """

    scenario: Scenario
    inventory: Inventory
    catalogue: Catalogue
    economics: Economics
    timeline: Timeline
    growth: Growth
    prices: tuple[PriceUsed, ...]
    inputs: tuple[InputFile, ...]
    scenario_file: str = "scenario.toml"
    bases: tuple[str, ...] = ()
    patches: tuple[Patch, ...] = ()
    notes: tuple[Text, ...] = ()
    sections: Sections | None = None

    def output_growth(self, district: str, year: int) -> float:
        """Return output of a district in ``year`` relative to the base year: ``(1 + rate) ** (year - base_year)``.

        Output grows at the ``[[growth]]`` rate that names no sector, the district's own before the general one; without
        such a rate it stays. Rates of single sectors say nothing about the output of a whole district.
        """
        rates = {rate.district: rate.rate for rate in self.growth.rates if rate.sector is None}
        rate = rates.get(district, rates.get(None, 0.0))
        return float((1.0 + rate) ** (year - self.timeline.base_year))


def timeline_of(scenario: Scenario) -> Timeline:
    """Return the years of a scenario."""
    return Timeline(scenario.base_year, scenario.years, scenario.decision_date, scenario.credit)


def growth_of(scenario: Scenario) -> Growth:
    """Return the growth rates of a scenario."""
    return Growth(tuple(GrowthRate(growth.sector, growth.district, growth.rate) for growth in scenario.growth))
