"""Draws between low and high: their distributions, and streams that depend on a number's name alone."""

import numpy as np
import pytest
from scipy import stats

from model.numbers import Number
from scenarios.risk.draws import CERTAIN, Sampling, pert, triangular

UNIFORM = np.linspace(0.001, 0.999, 999)
SAMPLES = np.arange(20_000)


def between(low: float, value: float, high: float) -> Number:
    return Number(value, low, high, "", "estimate", "")


def test_pert_is_the_beta_distribution_of_its_three_points() -> None:
    """0.5, 0.8, 0.9: a = 1 + 4 x 0.3 / 0.4 = 4, b = 1 + 4 x 0.1 / 0.4 = 2, on 0.5 to 0.9."""
    expected = stats.beta.ppf(UNIFORM, 4.0, 2.0, loc=0.5, scale=0.4)
    assert pert(0.5, 0.8, 0.9, UNIFORM) == pytest.approx(expected, rel=1e-12)


def test_triangular_has_its_mode_at_the_value() -> None:
    """0.5, 0.8, 0.9: the mode stands at (0.8 - 0.5) / 0.4 = 0.75 of the width, where F is 0.75 too."""
    expected = stats.triang.ppf(UNIFORM, 0.75, loc=0.5, scale=0.4)
    assert triangular(0.5, 0.8, 0.9, UNIFORM) == pytest.approx(expected, rel=1e-12)
    assert triangular(0.5, 0.8, 0.9, np.array([0.75])) == pytest.approx([0.8])


@pytest.mark.parametrize(
    ("shape", "mean"), [("pert", (0.5 + 4 * 0.8 + 0.9) / 6), ("triangular", (0.5 + 0.8 + 0.9) / 3)]
)
def test_draws_have_the_mean_of_their_distribution(shape: str, mean: float) -> None:
    """PERT 4.6 / 6 = 0.7667, triangular 2.2 / 3 = 0.7333; 20 000 draws miss it by less than 4 standard errors."""
    sampling = Sampling(shape="pert" if shape == "pert" else "triangular")
    drawn = sampling.draw(between(0.5, 0.8, 0.9), sampling.uniforms(["a"], SAMPLES))
    assert drawn.mean() == pytest.approx(mean, abs=4 * drawn.std() / np.sqrt(len(SAMPLES)))
    assert drawn.min() >= 0.5
    assert drawn.max() <= 0.9


@pytest.mark.parametrize("quantiles", [triangular, pert])
def test_a_number_without_width_is_its_value(quantiles: object) -> None:
    assert callable(quantiles)
    assert (quantiles(2.0, 2.0, 2.0, UNIFORM) == 2.0).all()


def test_a_certain_draw_is_the_catalogues_value() -> None:
    assert (CERTAIN.draw(between(0.5, 0.8, 0.9), UNIFORM) == 0.8).all()


@pytest.mark.parametrize(("low", "mode", "high"), [(0.0, 0.0, 1.0), (0.0, 1.0, 1.0)])
def test_a_mode_at_an_end_is_a_ramp(low: float, mode: float, high: float) -> None:
    """With the mode at 0 the density falls from 2 to 0: F = 1 - (1 - x)^2; with the mode at 1, F = x^2."""
    drawn = triangular(low, mode, high, UNIFORM)
    expected = 1 - np.sqrt(1 - UNIFORM) if mode == low else np.sqrt(UNIFORM)
    assert drawn == pytest.approx(expected, rel=1e-12)


def test_streams_are_uniform_and_independent_of_each_other() -> None:
    """Kolmogorov and Smirnov's distance of 20 000 draws is below 0.014 in 99.9 of 100 cases: 1.95 / sqrt(20 000)."""
    one, two = Sampling().uniforms(["a", "b"], SAMPLES)
    for drawn in (one, two):
        assert stats.kstest(drawn, "uniform").statistic < 0.014
    assert abs(np.corrcoef(one, two)[0, 1]) < 4 / np.sqrt(len(SAMPLES))
    assert abs(np.corrcoef(one[1:], one[:-1])[0, 1]) < 4 / np.sqrt(len(SAMPLES))


def test_a_number_more_changes_no_other() -> None:
    few, more = Sampling().uniforms(["a", "c"], SAMPLES[:50]), Sampling().uniforms(["a", "b", "c"], SAMPLES[:50])
    assert (few == more[[0, 2]]).all()


def test_a_longer_run_begins_with_the_shorter_one() -> None:
    sampling = Sampling(seed=3)
    assert (sampling.uniforms(["a"], SAMPLES[:10]) == sampling.uniforms(["a"], SAMPLES[:99])[:, :10]).all()


@pytest.mark.parametrize("other", [Sampling(seed=1), Sampling(stream="fresh")])
def test_another_seed_or_stream_draws_other_numbers(other: Sampling) -> None:
    own, others = Sampling().uniforms(["a"], SAMPLES), other.uniforms(["a"], SAMPLES)
    assert abs(np.corrcoef(own[0], others[0])[0, 1]) < 4 / np.sqrt(len(SAMPLES))


def test_activity_is_drawn_source_by_source_and_is_one_without_a_spread() -> None:
    assert (Sampling().activity(["A", "B"], SAMPLES[:3]) == 1.0).all()
    drawn = Sampling(activity_spread=0.2).activity(["A", "B"], SAMPLES)
    assert drawn.shape == (len(SAMPLES), 2)
    assert (np.abs(drawn - 1.0) <= 0.2).all()
    assert abs(np.corrcoef(drawn[:, 0], drawn[:, 1])[0, 1]) < 4 / np.sqrt(len(SAMPLES))
