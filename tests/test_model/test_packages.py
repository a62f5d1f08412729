from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.measures import Measure
from model.packages import enumerate_packages, in_slot_order
from tests.test_model import toy

SLOTS = ("fuel", "burner", "tail")


def measures(*slots: tuple[str, ...]) -> tuple[Measure, ...]:
    return tuple(toy.measure(f"m{i}", taken, {}) for i, taken in enumerate(slots))


def ids(ordered: tuple[Measure, ...]) -> list[str]:
    return [measure.id for measure in ordered]


def test_measures_stand_in_slot_order_and_then_in_catalogue_order() -> None:
    """A combined retrofit of burner and tail acts where the burner is."""
    listed = measures(("tail",), ("burner", "tail"), ("fuel",), ("tail",), ("burner",))
    assert ids(in_slot_order(listed, toy.BOILERS)) == ["m2", "m1", "m4", "m0", "m3"]


def test_a_sector_without_slots_takes_them_as_the_catalogue_names_them() -> None:
    listed = measures(("wash",), ("filter",), ("wash", "dose"))
    assert ids(in_slot_order(listed, toy.TANKS)) == ["m0", "m2", "m1"]


@pytest.mark.parametrize("slots", [("chimney",), ()])
def test_a_measure_outside_the_slots_is_refused(slots: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="expected slots of boilers"):
        in_slot_order(measures(slots), toy.BOILERS)


def test_fewer_measures_come_first_and_slots_are_taken_once() -> None:
    """Two tail measures never stand together; fuel goes with either: fuel, tail, tail', fuel + tail, fuel + tail'."""
    listed = in_slot_order(measures(("fuel",), ("tail",), ("tail",)), toy.BOILERS)
    found = enumerate_packages(listed, np.ones((3, 2), dtype=np.bool_), 256)
    assert [offer.key for offer in found.offers] == [(0,), (1,), (2,), (0, 1), (0, 2)]
    assert [offer.rows.tolist() for offer in found.offers] == [[0, 1]] * 5


def test_a_package_no_row_can_have_is_not_listed() -> None:
    """Row 0 has only the fuel measure, row 1 only the tail measure: nobody has both."""
    offered = np.array([[True, False], [False, True]])
    found = enumerate_packages(measures(("fuel",), ("tail",)), offered, 256)
    assert [(offer.key, offer.rows.tolist()) for offer in found.offers] == [((0,), [0]), ((1,), [1])]


def test_the_cap_counts_as_is_and_drops_the_larger_and_later_packages() -> None:
    """Three measures make 8 packages; with room for 5, "as is", three single ones and the first pair stay."""
    offered = np.array([[True, True], [True, False], [True, True]])
    found = enumerate_packages(measures(("fuel",), ("burner",), ("tail",)), offered, 5)
    of_row = [[offer.key for offer in found.offers if row in offer.rows] for row in (0, 1)]
    assert of_row == [[(0,), (1,), (2,), (0, 1)], [(0,), (2,), (0, 2)]]
    assert found.cut.tolist() == [True, False]


def test_a_cap_that_is_just_reached_cuts_nothing() -> None:
    found = enumerate_packages(measures(("fuel",), ("tail",)), np.ones((2, 1), dtype=np.bool_), 4)
    assert len(found.offers) == 3
    assert not found.cut.any()


def test_a_cap_without_room_for_as_is_is_refused() -> None:
    with pytest.raises(ValueError, match="max_packages"):
        enumerate_packages((), np.ones((0, 1), dtype=np.bool_), 0)


def slot_sets() -> st.SearchStrategy[tuple[str, ...]]:
    return st.sets(st.sampled_from(SLOTS), min_size=1).map(lambda slots: tuple(sorted(slots, key=SLOTS.index)))


@st.composite
def worlds(draw: st.DrawFn) -> tuple[tuple[Measure, ...], np.ndarray, int]:
    listed = in_slot_order(measures(*draw(st.lists(slot_sets(), max_size=6))), toy.BOILERS)
    rows = draw(st.integers(1, 3))
    bits = draw(st.lists(st.booleans(), min_size=len(listed) * rows, max_size=len(listed) * rows))
    return listed, np.array(bits, dtype=np.bool_).reshape(len(listed), rows), draw(st.integers(1, 40))


def by_product(listed: tuple[Measure, ...], offered: np.ndarray, row: int) -> list[tuple[int, ...]]:
    """All packages of one row: every yes or no per measure, kept when no slot is taken twice."""
    keys = []
    for picks in product([False, True], repeat=len(listed)):
        key = tuple(place for place, is_in in enumerate(picks) if is_in)
        taken = [slot for place in key for slot in listed[place].slots]
        if len(taken) == len(set(taken)) and all(offered[place, row] for place in key):
            keys.append(key)
    return sorted(keys, key=lambda key: (len(key), key))


@given(worlds())
def test_packages_are_those_of_trying_every_combination(
    world: tuple[tuple[Measure, ...], np.ndarray, int],
) -> None:
    """Every row has the first ``cap`` of all its combinations, and is marked exactly when there are more."""
    listed, offered, cap = world
    found = enumerate_packages(listed, offered, cap)
    for row in range(offered.shape[1]):
        wanted = by_product(listed, offered, row)
        assert [(), *(offer.key for offer in found.offers if row in offer.rows)] == wanted[:cap]
        assert found.cut[row] == (len(wanted) > cap)
