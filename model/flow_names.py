"""Names carry their unit: ``coal_t_per_year`` is in t/yr, ``nox_mg_per_m3`` in mg/m3."""

from __future__ import annotations

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
    "_km": "km",
}


def unit_of(name: str) -> str | None:
    """Return the unit a column or flow is in by its name, or None when the name does not say.

    >>> unit_of("electricity_kwh_per_year"), unit_of("fuel")
    ('kWh/yr', None)
    """
    return next((unit for suffix, unit in SUFFIXES.items() if name.endswith(suffix)), None)
