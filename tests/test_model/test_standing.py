"""Where a measure would change nothing because the equipment already stands."""

import pytest

from model.inventory import Inventory
from model.measures import Condition, Measure
from model.standing import already_there
from tests.test_model.toy import BOILER, SECTORS, inventory, measure, table

SCR = measure("scr", "tail", {"tail_removal_fraction": ("set", 0.8)})
LOW_NOX = measure("low-nox", "burner", {"burner_removal_fraction": ("set", 0.3), "nox_limit_mg_per_m3": ("set", 200)})
CLEAR = measure("clear", "tank", {"tp_mg_per_l": ("cap", 0.3)}, sector="tanks")


def there(world: Inventory, what: Measure) -> list[bool]:
    found: list[bool] = already_there(world, what, sectors=SECTORS).tolist()
    return found


@pytest.mark.parametrize(("stands", "is_there"), [(0.0, False), (0.79, False), (0.8, True), (0.95, True)])
def test_equipment_that_is_as_good_or_better_is_there(stands: float, *, is_there: bool) -> None:
    """A removal of 0.95 is not made worse by one of 0.8; 0.79 would still be raised."""
    assert there(inventory([{"tail_removal_fraction": stands}]), SCR) == [is_there]


def test_every_change_has_to_be_there() -> None:
    """The burner stands, but the limit of 200 mg/m3 would be new."""
    both = {"burner_removal_fraction": 0.3, "nox_limit_mg_per_m3": 150.0}
    assert there(inventory([both, both | {"nox_limit_mg_per_m3": 1e9}]), LOW_NOX) == [True, False]


def test_a_source_the_measure_does_not_cover_is_not_there() -> None:
    """Gas boilers may have the equipment, but a measure for coal says nothing about them."""
    for_coal = measure("scr", "tail", {"tail_removal_fraction": ("set", 0.8)}, where={"fuel": Condition(("coal",))})
    done = {"tail_removal_fraction": 0.9}
    assert there(inventory([done, done | {"fuel": "gas"}]), for_coal) == [True, False]


def test_a_cap_that_is_kept_changes_nothing() -> None:
    world = inventory(tanks=[{"tp_mg_per_l": 0.3}, {"tp_mg_per_l": 0.2}, {"tp_mg_per_l": 0.31}])
    assert there(world, CLEAR) == [True, True, False]


def test_sources_are_numbered_through_all_sectors() -> None:
    """Two boilers come first; the tank that complies is the source with number 3."""
    world = inventory([{}, {}], tanks=[{"tp_mg_per_l": 2.0}, {"tp_mg_per_l": 0.1}])
    assert there(world, CLEAR) == [False, False, False, True]
    assert there(world, SCR) == [False, False, False, False]


def test_without_sources_of_its_sector_nothing_is_there() -> None:
    assert there(inventory([{}]), CLEAR) == [False]
    empty = Inventory({"boilers": table([{}], BOILER).iloc[:0], "tanks": inventory(tanks=[{}]).tables["tanks"]})
    assert there(empty, SCR) == [False]
