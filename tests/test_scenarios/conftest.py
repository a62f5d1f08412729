"""A small scenario, read from files."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scenarios.reading.bundle import Bundle
from tests.test_scenarios.stacks import NOX_TOTAL, SCRUB, SOURCES, load, write

BundleMaker = Callable[..., Bundle]


@pytest.fixture
def stacks(tmp_path: Path) -> BundleMaker:
    """The two stacks with other requirements, sources or measures, and with any key of the scenario set."""

    def make(
        requirements: str = NOX_TOTAL,
        *,
        sources: str = SOURCES,
        measures: str = SCRUB,
        sector: str = "point_sources",
        **settings: object,
    ) -> Bundle:
        folder = write(tmp_path, requirements, sources=sources, measures=measures, sector=sector)
        return load(folder, **settings)

    return make
