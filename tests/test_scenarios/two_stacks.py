"""The smallest scenario: two stacks, one measure, one target, as tables and as files."""

import tomllib
from pathlib import Path
from typing import Any

SCENARIO = """
schema = 1
id = "two-stacks"
title = { zh = "两个烟囱", en = "Two stacks" }
jurisdiction = "Example"
base_year = 2024
years = [2025]
discount_rate = 0.05
price_year = 2023
decision_date = 2024-01-01       # lead times count from here
basis = "inventory"
credit = "full_year"
mode = "least_cost"

[inventory]
point_sources = "point_sources.csv"

[measures]
files = ["measures.toml"]

[[requirement]]
id = "nox-total"
kind = "reduce"
pollutant = "nox"
amount = "60 t/yr"
"""

SOURCES = """source_id,name,district,source_class,nox_t_per_year,so2_t_per_year
A,Stack A,East,kiln,100,40
B,Stack B,West,kiln,50,10
"""

MEASURES = """
[[measure]]
id = "scrub"
sector = "point_sources"
slot = "control"
name = { zh = "治理", en = "Scrubber" }
where = { source_class = ["kiln"], nox_t_per_year = { min = 10 } }
removes = { nox = 0.8, so2 = 0.1 }
lead_time_months = 6
[measure.cost]
price_year = 2023
annual = "50000 CNY/yr"
per_t_removed = { nox = "1200 CNY/t" }
capital = "1.2e6 CNY"
lifetime_years = 10
"""


def tables(text: str = SCENARIO) -> dict[str, Any]:
    return tomllib.loads(text)


def write(folder: Path, scenario: str = SCENARIO, sources: str = SOURCES, measures: str = MEASURES) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scenario.toml").write_text(scenario, encoding="utf-8")
    (folder / "point_sources.csv").write_text(sources, encoding="utf-8")
    (folder / "measures.toml").write_text(measures, encoding="utf-8")
    return folder
