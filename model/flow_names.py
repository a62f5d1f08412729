"""Names carry their unit: ``coal_t_per_year`` is in t/yr, ``nox_mg_per_m3`` in mg/m3."""

from __future__ import annotations

COUNT = "1"
"""Unit of a number of things."""

SUFFIXES = {
    "_t_per_year": "t/yr",
    "_kg_per_year": "kg/yr",
    "_m3_per_year": "m3/yr",
    "_kwh_per_year": "kWh/yr",
    "_mwh_per_year": "MWh/yr",
    "_gj_per_year": "GJ/yr",
    "_cny_per_year": "CNY/yr",
    "_m3_per_day": "m3/d",
    "_t_per_day": "t/d",
    "_m3_per_h": "m3/h",
    "_t_per_h": "t/h",
    "_mg_per_m3": "mg/m3",
    "_mg_per_l": "mg/L",
}
STOCKS = {"_km": "km", "_ha": "ha", "_m2": "m2", "_m3": "m3", "_mw": "MW", "_count": COUNT}
"""Endings that are a unit only where nothing is measured per something else: ``kg_per_ha`` is in no hectares."""


def is_flow(name: str) -> bool:
    """Say whether a name is that of a flow, which can be added up over sources, and not of a level."""
    return unit_of(name) is not None and not is_level(name)


def is_level(name: str) -> bool:
    """Say whether a name is that of a concentration, of which a sum means nothing."""
    return (unit_of(name) or "").startswith("mg/")


def unit_of(name: str) -> str | None:
    """Return the unit a column or flow is in by its name, or None when the name does not say.

    >>> unit_of("electricity_kwh_per_year"), unit_of("missing_sewer_km"), unit_of("fuel"), unit_of("tp_kg_per_ha")
    ('kWh/yr', 'km', None, None)
    """
    endings = SUFFIXES if "_per_" in name else STOCKS
    return next((unit for suffix, unit in endings.items() if name.endswith(suffix)), None)
