"""Small scenarios of which every plan can be tried: sources with two measures, in two districts."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from hypothesis import strategies as st

from scenarios.reading.bundle import Bundle
from tests.test_scenarios.stacks import load, write

MEASURE = """
[[measure]]
id = "{id}"
sector = "point_sources"
slot = "{id}"
name = "{id}"
removes = {{ nox = {removes} }}
lead_time_months = 6
[measure.cost]
price_year = 2023
annual = "{cost} CNY/yr"
"""
HEAD = "source_id,name,district,source_class,nox_t_per_year,so2_t_per_year"


@dataclass(frozen=True, slots=True)
class Plan:
    """What one plan costs and removes in the East (0) and in the West (1), and how many sources have y."""

    cost: tuple[float, float]
    removed: tuple[float, float]
    count: int

    @property
    def total(self) -> float:
        return sum(self.cost)


@dataclass(frozen=True, slots=True)
class Case:
    """Sources by tonnes, in East and West by turns; cost [CNY/yr] and removal of the measures x and y."""

    tonnes: list[int]
    costs: tuple[int, int]
    removes: tuple[float, float]

    def bundle(self, folder: Path, text: str, **changes: object) -> Bundle:
        rows = "\n".join(f"S{n},S{n},{('East', 'West')[n % 2]},kiln,{t},0" for n, t in enumerate(self.tonnes))
        measures = "".join(
            MEASURE.format(id=name, removes=part, cost=cost)
            for name, part, cost in zip("xy", self.removes, self.costs, strict=True)
        )
        return load(write(folder, text, sources=f"{HEAD}\n{rows}\n", measures=measures), **changes)

    def plans(self) -> Iterator[Plan]:
        """Yield every plan; x and y together leave (1 - x)(1 - y) of the tonnes."""
        (first, second), (some, more) = self.costs, self.removes
        ways = [(0.0, 0.0, 0), (first, some, 0), (second, more, 1), (first + second, 1 - (1 - some) * (1 - more), 1)]
        for choice in product(ways, repeat=len(self.tonnes)):
            cost, removed = [0.0, 0.0], [0.0, 0.0]
            for place, (way, tonnes) in enumerate(zip(choice, self.tonnes, strict=True)):
                cost[place % 2] += way[0]
                removed[place % 2] += way[1] * tonnes
            yield Plan((cost[0], cost[1]), (removed[0], removed[1]), sum(way[2] for way in choice))


CASES = st.builds(
    Case,
    tonnes=st.lists(st.integers(1, 60), min_size=2, max_size=4),
    costs=st.tuples(st.integers(1, 50), st.integers(1, 50)),
    removes=st.tuples(st.sampled_from([0.25, 0.5]), st.sampled_from([0.5, 0.75])),
)
