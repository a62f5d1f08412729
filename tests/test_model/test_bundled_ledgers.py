"""Both ledgers on every package of the bundled catalogue, at sources drawn at random within the columns' bounds."""

import numpy as np
import pandas as pd
import pytest

from model.measures import Catalogue
from tests.test_model.agreement import assert_ledgers_agree, pick
from tests.test_model.drawn import BUNDLED, bundled, world


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return bundled()


@pytest.mark.parametrize("sector", BUNDLED)
def test_ledgers_agree_on_every_bundled_package(sector: str, catalogue: Catalogue) -> None:
    """Every package any source can have is booked once, at a source drawn at random; every measure is offered."""
    drawn = world([sector], catalogue, seed=20)
    options = drawn.options()
    rng = np.random.default_rng(21)
    shuffled = rng.permutation(options.size)
    _, first = np.unique(options.package[shuffled], return_index=True)
    option = np.sort(shuffled[first])
    option = option[[bool(options.packages[place].measure_ids) for place in options.package[option]]]
    offered = {measure_id for package in options.packages for measure_id in package.measure_ids}
    assert offered == {measure.id for measure in catalogue.of_sector(sector)}
    turn = pd.Series(options.source[option]).groupby(options.source[option]).cumcount().to_numpy()
    for number in range(turn.max() + 1):
        assert_ledgers_agree(drawn, pick(drawn, options, option[turn == number], rng), seed=number)


def test_ledgers_agree_on_all_sectors_together(catalogue: Catalogue) -> None:
    drawn = world(BUNDLED, catalogue, seed=22)
    options = drawn.options()
    rng = np.random.default_rng(23)
    rows = [np.flatnonzero(options.source == source)[1:] for source in range(drawn.inventory.size)]
    option = np.array([rng.choice(row) for row in rows if len(row)], dtype=np.int64)
    assert_ledgers_agree(drawn, pick(drawn, options, option, rng), seed=24)
