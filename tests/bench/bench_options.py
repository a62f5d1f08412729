"""Time `model.options.build_options` on a million boilers with eight packages each.

Run by ``make bench``, or alone by ``python tests/bench/bench_options.py``.
Three measures in three slots (staged air, SNCR, wet desulphurisation) make eight packages, "as is" included; sector,
measures and factors are the bundled ones. Building the inventory is not timed, but counts towards peak memory.
"""

import resource
import sys
from time import perf_counter

import numpy as np
import pandas as pd

from model.catalogue import parse_catalogue, parse_factors
from model.complete import complete
from model.economics import Economics
from model.files import bundled_text
from model.inventory import Inventory
from model.measures import Catalogue
from model.options import build_options
from model.sectors import SECTORS

SOURCES = 1_000_000
PACKAGES = 8
SECTOR = "coal_boilers"
MEASURES = ("boiler-staged-air", "boiler-sncr", "boiler-wet-desulphurisation")
FLOWS = ("nox_t_per_year", "so2_t_per_year", "pm_t_per_year", "coal_t_per_year")
PRICES = {"coal_t_per_year": 900.0, "electricity_kwh_per_year": 0.65, "heat_delivered_gj_per_year": 87.3}
SECONDS_ALLOWED = 20.0
GIB_ALLOWED = 6.0
KIB_PER_GIB = 2**20


def bundled() -> Catalogue:
    """The three measures and the sector's factors."""
    factors = parse_factors({SECTOR: bundled_text(f"factors/{SECTOR}.toml")})
    catalogue = parse_catalogue({SECTOR: bundled_text(f"measures/{SECTOR}.toml")}, factors, {SECTOR: SECTORS[SECTOR]})
    return Catalogue({name: catalogue.measures[name] for name in MEASURES}, factors)


def boilers(catalogue: Catalogue) -> Inventory:
    """Coal boilers without any control, of many sizes and in a hundred districts."""
    rng = np.random.default_rng(20230101)
    given = pd.DataFrame(
        {
            "source_id": pd.Series(np.arange(SOURCES)).astype("str").str.zfill(7),
            "name": "Boiler",
            "district": pd.Series(rng.integers(0, 100, SOURCES)).astype("str"),
            "fuel": "coal",
            "boiler_type": "chain_grate",
            "capacity_t_per_h": rng.lognormal(2.0, 0.8, SOURCES),
            "full_load_hours_per_year": rng.uniform(1000, 6000, SOURCES),
        }
    )
    sector = SECTORS[SECTOR]
    return Inventory({SECTOR: complete(given, sector.columns, catalogue.factors)})


def main() -> int:
    """Print seconds and peak memory; return 1 when either is more than allowed."""
    catalogue = bundled()
    inventory = boilers(catalogue)
    economics = Economics(0.05, 2023, PRICES, {})
    start = perf_counter()
    table = build_options(inventory, catalogue, economics, flows=FLOWS, levels=("nox_mg_per_m3",))
    seconds = perf_counter() - start
    gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_GIB
    print(f"  {SOURCES:,} sources, {table.size:,} options: {seconds:.2f} s, peak {gib:.2f} GiB")
    is_full = table.size == SOURCES * PACKAGES
    return 0 if is_full and seconds < SECONDS_ALLOWED and gib < GIB_ALLOWED else 1


if __name__ == "__main__":
    sys.exit(main())
