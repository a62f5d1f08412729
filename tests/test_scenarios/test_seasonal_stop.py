"""A works that stands still for a season is not closed: it may have other measures beside the stop."""

from pathlib import Path

import pytest

from tests.test_scenarios.constructs import ask, chosen, measure, planned, table, write

BOILER = table(
    "source_id,name,district,fuel,boiler_type,capacity_t_per_h,full_load_hours_per_year,nox_mg_per_m3",
    "A,Boiler A,East,coal,chain_grate,10,3000,300",
)
STOP = measure(
    "stop", 10, sector="coal_boilers", slot="fuel", changes={"served_share": 0}, season={"from": "11-15", "to": "03-15"}
)
SCR = measure("scr", 400, sector="coal_boilers", slot="flue_gas", changes={"flue_gas_nox_removal_fraction": 0.8})
NO_PRICES = '[prices]\ncoal = "0 CNY/t"\nheat = "0 CNY/GJ"\n'
BOTH = ask("quota", "stopped", sense=">=", amount=1, measures=["stop"])
BOTH += ask("quota", "cleaned", sense=">=", amount=1, measures=["scr"])


def test_a_winter_stop_and_a_filter_go_together(tmp_path: Path) -> None:
    """121 days without emission, 244 with a fifth of it: 0.2 x 244 / 365 of it all is left.

    Were the stop a closing, it would be refused for leaving the slot of the filter open.
    """
    found = planned(write(tmp_path, BOTH, STOP + SCR, {"coal_boilers": BOILER}, more=NO_PRICES))
    assert chosen(found) == ["A: stop + scr"]
    (nox,) = [item for item in found.emissions if item["pollutant"] == "nox"]
    assert nox["with_plan_t_per_year"] / nox["without_plan_t_per_year"] == pytest.approx(0.2 * 244 / 365)
