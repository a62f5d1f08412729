"""The smallest scenario: two stacks, one scrubber, sixty tonnes; and short ways to change it.

Scrubbing A (100 t NOx, 40 t SO2) takes 80 t and 4 t away, scrubbing B (50 t, 10 t) takes 40 t and 1 t.
CRF(5 %, 10 yr) = 0.05 * 1.05^10 / (1.05^10 - 1) = 0.08144473133887 / 0.628894626777 = 0.129504574965, so a year costs
    at A  1.2e6 * 0.129504574965 + 50000 + 1200 * 80 = 155405.489959 + 146000 = 301405.489959 CNY,
    at B  155405.489959 + 50000 + 1200 * 40 = 253405.489959 CNY.
"""

from pathlib import Path

from scenarios.reading.bundle import Bundle
from scenarios.reading.files import find_scenario, load_bundle
from tests.test_scenarios import two_stacks

ANNUITY = 155_405.489958548
COST_A, COST_B = 301_405.489958548, 253_405.489958548

REQUIREMENT = "[[requirement]]"
HEAD = two_stacks.SCENARIO.partition(REQUIREMENT)[0]
NOX_TOTAL = REQUIREMENT + two_stacks.SCENARIO.partition(REQUIREMENT)[2]
SOURCES, SCRUB = two_stacks.SOURCES, two_stacks.MEASURES

POLISH = """
[[measure]]
id = "polish"
sector = "point_sources"
slot = "polishing"
name = { zh = "深度治理", en = "Polishing" }
removes = { nox = 0.5, so2 = -0.2 }
lead_time_months = 18
payer = { enterprise = 0.25, county = 0.75 }
divisible = true
[measure.cost]
price_year = 2023
annual = "10000 CNY/yr"
capital = "400000 CNY"
lifetime_years = 10
"""
"""Takes half of the NOx of any source and adds a fifth of SO2; the county pays three quarters."""


def write(
    folder: Path,
    requirements: str = NOX_TOTAL,
    *,
    sources: str = SOURCES,
    measures: str = SCRUB,
    sector: str = "point_sources",
) -> Path:
    """Write the three files and return the folder."""
    return two_stacks.write(folder, HEAD.replace("point_sources =", f"{sector} =") + requirements, sources, measures)


def load(folder: Path, **settings: object) -> Bundle:
    """Read a written scenario with some of its keys set otherwise."""
    return load_bundle(find_scenario(folder), list(settings.items()))
