"""What rows add up over choices."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from scenarios.compiling.expand import YearOptions
from scenarios.compiling.metrics import Metric, MetricName, holds_any, metric_values, stack
from tests.test_scenarios.by_hand import choices_in, expanded
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.stacks import COST_A, COST_B, POLISH, SCRUB

NOX = "nox_t_per_year"
LEVEL = "nox_mg_per_m3"


@pytest.fixture
def options(stacks: BundleMaker) -> YearOptions:
    """A and B as is, scrubbed from 2025, scrubbed from 2026: six choices."""
    return expanded(stacks(years=[2025, 2026]))


@pytest.mark.parametrize(
    ("name", "year", "expected"),
    [
        ("reduction", 2025, [0, 80, 0, 0, 40, 0]),
        ("project", 2026, [0, 80, 80, 0, 40, 40]),
        ("remaining", 2025, [100, 20, 100, 50, 10, 50]),
        ("capital", 2026, [0, 0, 1.2e6, 0, 0, 1.2e6]),
        ("public", 2025, [0, 0, 0, 0, 0, 0]),
        ("annual", 2025, [0, COST_A, 0, 0, COST_B, 0]),
    ],
)
def test_each_metric_is_its_array(options: YearOptions, name: MetricName, year: int, expected: Sequence[float]) -> None:
    assert metric_values(Metric(name, year, flow=NOX), options) == pytest.approx(expected, rel=1e-12)


def test_a_count_is_one_where_a_measure_is_held_and_has_started(options: YearOptions) -> None:
    metric = Metric("count", 2025, measures=frozenset({"scrub", "other"}))
    assert metric_values(metric, options).tolist() == [0, 1, 0, 0, 1, 0]
    assert metric_values(replace(metric, year=2026), options).tolist() == [0, 1, 1, 0, 1, 1]


def test_a_package_holds_a_measure_among_others(stacks: BundleMaker) -> None:
    both = expanded(stacks(measures=SCRUB + POLISH))
    held = holds_any(both, frozenset({"polish"}))
    assert [measures for (_, measures, _), holds in zip(choices_in(both), held, strict=True) if holds] == [
        ("polish",),
        ("scrub", "polish"),
    ] * 2


def at_levels(options: YearOptions, *levels: float) -> YearOptions:
    """The same options with a level for A as is, A scrubbed, B as is, B scrubbed."""
    return replace(options, table=replace(options.table, level={LEVEL: np.array(levels)}))


def test_a_limit_is_kept_by_the_level_in_force_that_year(options: YearOptions) -> None:
    """A falls from 300 to 45 mg/m3 and complies with 50 once scrubbed; B stands at 40 mg/m3 all along.

    Before its start in 2026 a package says nothing about 2025: A still emits at 300, B already at 40.
    """
    levels = at_levels(options, 300, 45, 40, 8)
    metric = Metric("comply", 2025, level=LEVEL, limit=50)
    assert metric_values(metric, levels).tolist() == [0, 1, 0, 1, 1, 1]
    assert metric_values(replace(metric, year=2026), levels).tolist() == [0, 1, 1, 1, 1, 1]


def test_a_level_at_the_limit_complies_and_a_missing_level_does_not(options: YearOptions) -> None:
    levels = at_levels(options, np.nan, 50, 50.001, np.nan)
    assert metric_values(Metric("comply", 2026, level=LEVEL, limit=50), levels).tolist() == [0, 1, 1, 0, 0, 0]


def test_measures_or_limit_or_equipment_already_there_comply(options: YearOptions) -> None:
    """A complies by the measure; B is among those that keep the mandate as they are, whatever they do."""
    levels = at_levels(options, 300, 300, 300, 300)
    metric = Metric("comply", 2025, measures=frozenset({"scrub"}), level=LEVEL, limit=50, compliant=frozenset({1}))
    assert metric_values(metric, levels).tolist() == [0, 1, 0, 1, 1, 1]


def test_equal_metrics_stand_once(options: YearOptions) -> None:
    nox, capital = Metric("reduction", 2025, flow=NOX), Metric("capital", 2025)
    places, values = stack([nox, capital, Metric("reduction", 2025, flow=NOX)], options)
    assert places == {nox: 0, capital: 1}
    assert values.shape == (2, 6)
    assert values[1].tolist() == [0, 1.2e6, 0, 0, 1.2e6, 0]


def test_no_metric_at_all_is_an_empty_matrix(options: YearOptions) -> None:
    places, values = stack([], options)
    assert places == {}
    assert values.shape == (0, 6)
