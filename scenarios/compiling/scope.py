"""Which sources a requirement covers, and what the inventory says of them."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.inventory import Inventory
from model.measures import Where
from model.sector import FloatArray
from model.where import matches
from scenarios.reading.requirements import Shared


def scope_mask(
    inventory: Inventory,
    *,
    districts: Collection[str] = (),
    sectors: Collection[str] = (),
    where: Where | None = None,
) -> NDArray[np.bool_]:
    """Return which sources are in scope, shape (source,); an empty collection or filter admits all.

    A source whose sector lacks a column of ``where``, or has it as text where numbers are meant, is outside the scope.
    """
    masks = [
        _table_mask(table, districts, where or {})
        if not sectors or sector in sectors
        else np.zeros(len(table), dtype=bool)
        for sector, table in inventory.tables.items()
    ]
    return np.concatenate(masks) if masks else np.zeros(0, dtype=bool)


def _table_mask(table: pd.DataFrame, districts: Collection[str], where: Where) -> NDArray[np.bool_]:
    try:
        mask = np.asarray(matches(table, where), dtype=bool)
    except ValueError:  # no such column, or one of another kind
        return np.zeros(len(table), dtype=bool)
    if districts:
        mask &= table["district"].isin(list(districts)).to_numpy(dtype=bool)
    return mask


def unknown_columns(inventory: Inventory, sectors: Collection[str], where: Where) -> list[str]:
    """Return the columns of ``where`` that no sector in scope has."""
    tables = [table for sector, table in inventory.tables.items() if not sectors or sector in sectors]
    return [column for column in where if not any(column in table.columns for table in tables)]


def numeric_columns(table: pd.DataFrame) -> list[str]:
    """Return the columns of an inventory table that hold numbers."""
    return [str(name) for name, kind in table.dtypes.items() if pd.api.types.is_numeric_dtype(kind)]


def number_column(inventory: Inventory, name: str) -> FloatArray:
    """Return a number column over all sources, shape (source,): NaN where a source's table has no such numbers."""
    parts = [_numbers(table, name) for table in inventory.tables.values()]
    return np.concatenate(parts) if parts else np.empty(0)


def _numbers(table: pd.DataFrame, name: str) -> FloatArray:
    if name not in table or not pd.api.types.is_numeric_dtype(table[name]):
        return np.full(len(table), np.nan)
    return table[name].to_numpy(dtype=np.float64)


def stated_scope(requirement: Shared, district: str | None = None) -> dict[str, object]:
    """Return the districts, sectors and filtered columns that a requirement states; of one row that ``district``."""
    districts = [district] if district else list(requirement.district)
    scope: dict[str, object] = {"district": districts} if districts else {}
    scope |= {"sector": list(requirement.sector)} if requirement.sector else {}
    return scope | ({"where": sorted(requirement.where)} if requirement.where else {})
