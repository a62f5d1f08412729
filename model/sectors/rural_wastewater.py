"""Wastewater of villages: coverage by village, compliance of facilities, operation (ACCOUNTING section 6).

A row is a village or a group of villages. With Q wastewater [m3/yr], sigma the share of it that facilities serve, p the
share of facilities that meet their limit, and lambda the share of a discharge that reaches the water::

    N  = Q (1 - sigma) facility + min(Q (1 - sigma) (1 - facility) connection, spare)   newly treated [m3/yr]
    p' = min(1, p + gain)
    x  = 1 - toilets * unimproved                                               what improved toilets let through
    L  = lambda (Q sigma (C_out p' + C_in (1 - p')) + C_in x (Q (1 - sigma) - N eta)) * 1e-6               [t/yr]

A connection to the town's sewer treats no more than the spare capacity there. Coverage counts villages, not people:
both are kept, and ``served_fraction`` follows the villages only where the author states nothing better. New facilities
are counted as meeting their limit, which acceptance requires; compliance by volume is taken as compliance by number.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.numbers import Factors
from model.sector import Column, FloatArray, Flows, Sector, State
from model.sectors.helpers import common_columns, constant, derived_share
from model.sectors.land import (
    DAYS_PER_YEAR,
    TONNES_PER_GRAM,
    WATER,
    Found,
    above,
    amount,
    effect,
    flag,
    not_flags,
    removals,
    share,
)
from model.text import Text

EXAMPLES = {"tp": (5.0, 1.5), "cod": (200.0, 60.0), "nh3n": (30.0, 12.0), "tn": (45.0, 25.0)}
FLAGS = ("is_sewer_near", "has_land_for_wetland")
MORE_THAN_ALL = Text("大于总数", "more than the total")
ABOVE_INFLUENT = Text("出水浓度高于进水浓度", "the effluent is above the influent")
NO_EFFLUENT = Text("已有设施，须填出水浓度", "facilities are in service, so their effluent is needed")


def _ratio(part: FloatArray | pd.Series, whole: FloatArray | pd.Series, otherwise: float) -> FloatArray:
    """Return part / whole, or ``otherwise`` where there is no whole."""
    numerator, denominator = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    return np.divide(numerator, denominator, out=np.full_like(numerator, otherwise), where=denominator > 0)


def _by_village(table: pd.DataFrame, _: Factors) -> FloatArray:
    return _ratio(table["villages_covered"], table["villages_total"], 0.0)


def _water(table: pd.DataFrame) -> FloatArray:
    return (table["population"] * table["water_m3_per_person_day"]).to_numpy(dtype=np.float64)


def _served(table: pd.DataFrame, _: Factors) -> FloatArray:
    served: FloatArray = _water(table) * table["served_fraction"].to_numpy()
    return served


def _facility_size(table: pd.DataFrame, _: Factors) -> FloatArray:
    return _ratio(table["facility_capacity_m3_per_day"], table["facilities_total"], 0.0)


def _one_for_each_village(table: pd.DataFrame, _: Factors) -> FloatArray:
    """A facility for each village without one, at least one where there is anything to treat."""
    uncovered = (table["villages_total"] - table["villages_covered"]).to_numpy()
    return np.where(table["served_fraction"].to_numpy() < 1, np.maximum(uncovered, 1.0), 0.0)


def _new_size(table: pd.DataFrame, factors: Factors) -> FloatArray:
    return _ratio(_water(table) - _served(table, factors), table["new_facilities"], 0.0)


def _compliant(table: pd.DataFrame, _: Factors) -> FloatArray:
    return _ratio(table["facilities_compliant"], table["facilities_total"], 1.0)


def _villages() -> tuple[Column, ...]:
    return (
        amount("villages_total", ("行政村数", "Villages"), "1", example=20, activity=True),
        amount("villages_covered", ("已治理行政村数", "Villages with treatment"), "1", example=12, activity=True),
        amount("population", ("人口", "Population"), "1", example=30_000, activity=True),
        amount(
            "water_m3_per_person_day",
            ("人均污水量", "Wastewater per person"),
            "m3/d",
            default=constant("rural_water_m3_per_person_day"),
        ),
        Column(
            "household_size",
            Text("户均人口", "Persons per household"),
            "1",
            default=constant("rural_household_size"),
            above=0,
        ),
        share(
            "served_fraction",
            ("污水处理人口比例", "Share of wastewater that facilities serve"),
            default=_by_village,
            note=Text("不填时等于行政村覆盖率", "When empty, the share of villages"),
        ),
        share(
            "unimproved_toilet_fraction",
            ("未治理户中无卫生厕所比例", "Share of unserved households without sanitary toilet"),
            default=0.0,
        ),
        share(
            "delivery_fraction",
            ("入河系数", "Share of the discharge that reaches the water"),
            default=1.0,
            note=Text("1为直接入河", "1: discharged into the water"),
        ),
    )


def _facilities() -> tuple[Column, ...]:
    return (
        amount("facilities_total", ("现有设施数", "Facilities"), "1", default=0.0, example=12, activity=True),
        amount(
            "facilities_compliant", ("达标设施数", "Facilities that comply"), "1", default=0.0, example=8, activity=True
        ),
        amount("facility_capacity_m3_per_day", ("现有设施规模", "Capacity of facilities"), "m3/d", default=_served),
        amount("mean_facility_m3_per_day", ("单座设施规模", "Size of one facility"), "m3/d", default=_facility_size),
        amount(
            "new_facilities",
            ("可新建设施数", "Facilities to build"),
            "1",
            default=_one_for_each_village,
            activity=True,
            note=Text("不填时每个未治理村一座", "When empty, one for each village without"),
        ),
        amount("new_facility_m3_per_day", ("新建单座规模", "Size of a new facility"), "m3/d", default=_new_size),
        flag("is_sewer_near", ("可接入城镇管网", "Town sewer within reach")),
        amount(
            "sewer_spare_m3_per_day",
            ("城镇污水厂余量", "Spare capacity of the town's plant"),
            "m3/d",
            default=0.0,
            activity=True,
        ),
        flag("has_land_for_wetland", ("有湿地用地", "Has land for a wetland")),
    )


def _concentrations() -> tuple[Column, ...]:
    return tuple(
        amount(
            f"{side}_{key}_mg_per_l",
            (f"{place[0]}{zh}", f"{place[1]} {en}"),
            "mg/L",
            default=None if (side, key) == ("influent", "tp") else 0.0,
            example=EXAMPLES[key][column],
        )
        for key, (zh, en) in WATER.items()
        for column, (side, place) in enumerate(
            {"influent": ("进水", "Influent"), "effluent": ("达标出水", "Compliant effluent")}.items()
        )
    )


def _columns() -> tuple[Column, ...]:
    return (
        *common_columns(),
        *_villages(),
        *_facilities(),
        *_concentrations(),
        effect("toilet_upgrade_fraction", ("改厕比例", "Share of toilets improved")),
        effect("new_facility_fraction", ("新建设施服务比例", "Share of the unserved with new facilities")),
        effect("connection_fraction", ("纳管比例", "Share of the unserved connected to the sewer")),
        effect("operation_gain_fraction", ("运维提升达标率", "Share of facilities brought to comply")),
        *removals("source", ("源头", "at the source")),
        *removals("treatment", ("新建处理", "new treatment")),
        derived_share("compliant_fraction", Text("设施达标率", "Share of facilities that comply"), _compliant),
    )


def _volumes(state: State) -> Flows:
    """Return where the water goes [m3/yr], each of shape (row,)."""
    generated = DAYS_PER_YEAR * state["population"] * state["water_m3_per_person_day"]
    served = generated * state["served_fraction"]
    unserved = generated - served
    spare = DAYS_PER_YEAR * state["sewer_spare_m3_per_day"]
    built = unserved * state["new_facility_fraction"]
    connected = np.minimum((unserved - built) * state["connection_fraction"], spare)
    return {
        "generated": generated,
        "served": served,
        "unserved": unserved,
        "connected": connected,
        "new": built + connected,
    }


def _load(pollutant: str, state: State, water: Flows) -> FloatArray:
    """Return the load that reaches the water [t/yr], (row,)."""
    influent, effluent = state[f"influent_{pollutant}_mg_per_l"], state[f"effluent_{pollutant}_mg_per_l"]
    compliant = _compliance(state)
    toilets = 1.0 - state["unimproved_toilet_fraction"] * state[f"source_{pollutant}_removal_fraction"]
    untreated = water["unserved"] - water["new"] * state[f"treatment_{pollutant}_removal_fraction"]
    grams = water["served"] * (effluent * compliant + influent * (1.0 - compliant)) + influent * toilets * untreated
    return grams * state["delivery_fraction"] * TONNES_PER_GRAM


def _compliance(state: State) -> FloatArray:
    return np.minimum(state["compliant_fraction"] + state["operation_gain_fraction"], 1.0)


def _counts(state: State, water: Flows) -> Flows:
    """Return numerators and denominators of coverage, compliance and toilets, each of shape (row,)."""
    reached = _ratio(water["new"], water["unserved"], 0.0)
    built = state["new_facilities"] * state["new_facility_fraction"]
    households = state["population"] / state["household_size"]
    unserved = households * (1.0 - state["served_fraction"])
    unimproved = unserved * state["unimproved_toilet_fraction"]
    return {
        "village_count": state["villages_total"],
        "covered_village_count": state["villages_covered"]
        + (state["villages_total"] - state["villages_covered"]) * reached,
        "facility_count": state["facilities_total"] + built,
        "compliant_facility_count": state["facilities_total"] * _compliance(state) + built,
        "household_count": households,
        "toilet_household_count": households - unimproved * (1.0 - state["toilet_upgrade_fraction"]),
        "connected_household_count": unserved * _ratio(water["connected"], water["unserved"], 0.0),
    }


def flows(state: State, _: Factors) -> Flows:
    """Return loads [t/yr], volumes [m3/yr, m3/d] and counts of villages, facilities, households, each (row,).

    Coverage is ``covered_village_count / village_count``, compliance ``compliant_facility_count / facility_count``.

    Worked example (ACCOUNTING section 6): of 876 000 m3/yr 60 % are served, 5 mg/L in and 1.5 out, 8 of 12 facilities
    comply: 525 600 m3 x (1.5 x 2/3 + 5 x 1/3) = 1.4016 t served, 350 400 m3 x 5 = 1.752 t unserved.
    """
    water = _volumes(state)
    nothing = np.zeros_like(water["generated"])
    return {
        **{f"{pollutant}_t_per_year": _load(pollutant, state, water) for pollutant in WATER},
        **_counts(state, water),
        "generated_m3_per_year": water["generated"],
        "treated_m3_per_year": water["served"] + water["new"],
        "facility_m3_per_year": water["served"],
        "new_m3_per_year": water["new"],
        "new_m3_per_day": water["new"] / DAYS_PER_YEAR,
        "co2_t_per_year": nothing,
        "electricity_kwh_per_year": nothing,
    }


def _cross_checks(table: pd.DataFrame) -> Found:
    """Return what no single cell shows: row position, column, and what is wrong."""
    totals = {"villages_covered": "villages_total", "facilities_compliant": "facilities_total"}
    found = [*above(table, totals, MORE_THAN_ALL), *not_flags(table, FLAGS)]
    for key in WATER:
        effluent, influent = f"effluent_{key}_mg_per_l", f"influent_{key}_mg_per_l"
        found += above(table, {effluent: influent}, ABOVE_INFLUENT)
        missing = (table["served_fraction"] > 0) & (table[influent] > 0) & (table[effluent] == 0)
        found += [(int(row), effluent, NO_EFFLUENT) for row in np.flatnonzero(missing)]
    return found


SECTOR = Sector(
    id="rural_wastewater",
    title=Text("农村生活污水", "Rural wastewater"),
    columns=_columns(),
    slots=("source", "treatment", "operation"),
    formula=flows,
    cross_checks=_cross_checks,
)
