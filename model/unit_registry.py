"""Texts of units, read by pint with the units of ``data/units.txt``. Loading pint takes a quarter of a second."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from tokenize import TokenError

import pint

from model.files import bundled_text
from model.unit_table import Unit


@cache
def _registry() -> pint.UnitRegistry[Fraction]:
    registry: pint.UnitRegistry[Fraction] = pint.UnitRegistry(None, non_int_type=Fraction)
    registry.load_definitions(bundled_text("units.txt").splitlines())
    return registry


def known_names() -> Sequence[str]:
    """Return every name that is known by itself, in order."""
    return sorted(_registry())


def is_known(name: str) -> bool:
    """Say whether a name is a unit, a multiplier before it allowed."""
    try:
        _registry().parse_units(name)
    except (pint.PintError, ValueError):
        return False
    return True


def parsed(text: str) -> Unit:
    """Return a product of units. Raises `ValueError` for a text that is none."""
    registry = _registry()
    try:
        unit = registry.parse_units(text)
        size = registry.Quantity(Fraction(1), unit).to_root_units()
    except (ValueError, TypeError, SyntaxError, TokenError, pint.PintError) as error:
        raise ValueError(text) from error
    bases = {str(name): int(Fraction(str(power))) for name, power in size.dimensionality.items()}
    return Unit(Fraction(size.magnitude), tuple(sorted(bases.items())))
