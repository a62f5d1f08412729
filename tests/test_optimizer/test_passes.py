"""Compiled passes and NumPy's, on any number of threads, give the same bits; and the numbers they stand for."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest

from optimizer.dual import passes, solve_dual
from optimizer.dual.arrange import arrange
from optimizer.dual.extremes import extremes_of
from optimizer.dual.layout import Layout
from optimizer.dual.pricing import price_out, tally
from optimizer.dual.survey import everything, nearest, survey
from optimizer.evaluate import evaluate
from optimizer.problem import ChoiceProblem
from optimizer.settings import Settings
from tests.test_optimizer.dual_cases import abatement, random_problem

numba = pytest.importorskip("numba")

WAYS = tuple(Settings(passes="compiled", pass_threads=threads) for threads in (1, 2, 3))


@pytest.fixture(autouse=True)
def threads_at_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passes, "THREADED_OPTIONS", 0)
    monkeypatch.setattr("optimizer.dual.layout.OPTIONS_AT_ONCE", 4096)


@pytest.fixture
def interpreted(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The loops as Python runs them, without Numba."""
    spec = importlib.util.find_spec("optimizer.dual.kernels")
    assert spec is not None
    assert spec.loader is not None
    monkeypatch.setattr(numba, "njit", lambda **_: lambda function: function)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(passes, "import_module", lambda _: module)
    return module


def everything_of(layout: Layout, seed: int) -> list[object]:
    """Return all that the passes give: numbers as they are, arrays as bytes."""
    rng = np.random.default_rng(seed)
    sizes = extremes_of(layout)
    price = layout.project(rng.normal(0.5, 1.0, layout.row_count))
    priced = price_out(layout, sizes, price)
    box = survey(everything(layout), sizes, price, np.full(layout.row_count, 0.05))
    opened = price_out(box.open, sizes, price)
    things = (sizes, priced, box, opened, box.open)
    cost, values = tally(layout, box.base)
    found: list[object] = [len(box.groups), cost, values.tobytes()]
    found += [nearest(layout, price, 40, is_damped=is_damped).tobytes() for is_damped in (False, True)]
    for thing in things:
        for name in thing.__dataclass_fields__:
            value = getattr(thing, name)
            if isinstance(value, np.ndarray):
                found.append((name, value.tobytes()))
            elif isinstance(value, float):
                found.append((name, value))
    return found


def problems() -> list[ChoiceProblem]:
    """Return plans of one region and of some, groups in and out of order of cells, groups of every size."""
    rows = abatement(3000, 5, seed=3)
    shuffled = abatement(3000, 5, seed=4)
    order = np.random.default_rng(1).permutation(3000)
    mixed = [replace(row, groups=None if row.groups is None else order[row.groups]) for row in shuffled.rows]
    return [abatement(4000, 1), rows, replace(shuffled, rows=mixed), *(random_problem(seed) for seed in range(40))]


@pytest.mark.parametrize("number", range(43))
def test_every_way_gives_the_same_bits(number: int) -> None:
    problem = problems()[number]
    by_numpy = everything_of(arrange(problem, Settings(passes="numpy")), number)
    for way in WAYS:
        assert everything_of(arrange(problem, way), number) == by_numpy


@pytest.mark.usefixtures("interpreted")
@pytest.mark.parametrize("number", range(3, 43))
def test_the_loops_as_python_runs_them(number: int) -> None:
    problem = problems()[number]
    by_numpy = everything_of(arrange(problem, Settings(passes="numpy")), number)
    assert everything_of(arrange(problem, WAYS[0]), number) == by_numpy


@pytest.mark.usefixtures("interpreted")
def test_the_loops_as_python_runs_them_in_regions() -> None:
    problem = abatement(1200, 3, seed=5)
    by_numpy = everything_of(arrange(problem, Settings(passes="numpy")), 0)
    assert everything_of(arrange(problem, WAYS[0]), 0) == by_numpy


@pytest.mark.parametrize("regions", [1, 3])
def test_plans_do_not_depend_on_the_way(regions: int) -> None:
    problem = abatement(6000, regions)
    ways = (Settings(gap=1e-3, passes="numpy"), *(replace(way, gap=1e-3) for way in WAYS[:2]))
    first, *others = (solve_dual(problem, way, None) for way in ways)
    assert first.level is not None
    for other in others:
        assert other.level is not None
        assert other.level.tobytes() == first.level.tobytes()
        assert (other.bound, other.objective) == (first.bound, first.objective)


@pytest.mark.parametrize("number", [0, 2, 9])
def test_a_tally_is_what_the_choice_costs_and_gives(number: int) -> None:
    problem = problems()[number]
    layout = arrange(problem, WAYS[1])
    choice = problem.starts[:-1] + np.random.default_rng(number).integers(0, np.diff(problem.starts))
    level = np.zeros(problem.option_count)
    level[choice] = 1.0
    judged = evaluate(problem, level)
    cost, values = tally(layout, choice)
    assert cost == pytest.approx(judged.objective, rel=1e-12, abs=1e-9)
    np.testing.assert_allclose(values * layout.sign, judged.row_values, rtol=1e-12, atol=1e-9)


def test_size_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    """800 options are too few to load compiled passes for, and enough to call them where they have been."""
    problem = abatement(100, 1)
    monkeypatch.setattr(passes, "_is_loaded", lambda: False)
    assert not passes.way_of(problem).is_compiled
    monkeypatch.setattr(passes, "LOADED_OPTIONS", 800)
    assert not passes.way_of(problem).is_compiled
    monkeypatch.setattr(passes, "_is_loaded", lambda: True)
    assert passes.way_of(problem).is_compiled
    monkeypatch.setattr(passes, "LOADED_OPTIONS", 801)
    assert not passes.way_of(problem).is_compiled
    monkeypatch.setattr(passes, "_is_loaded", lambda: False)
    monkeypatch.setattr(passes, "COMPILED_OPTIONS", 800)
    assert passes.way_of(problem).is_compiled
    assert not passes.way_of(problem, Settings(passes="numpy")).is_compiled


def test_without_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passes, "COMPILED_OPTIONS", 0)
    monkeypatch.setattr(passes, "find_spec", lambda _: None)
    assert not passes.way_of(abatement(100, 1)).is_compiled
    with pytest.raises(ValueError, match="compiled asks for numba"):
        passes.way_of(abatement(100, 1), WAYS[0])


def test_settings_say_what_is_wrong_with_passes() -> None:
    with pytest.raises(ValueError, match=r"passes: expected auto, compiled, numpy.*pass_threads: expected 1 or more"):
        Settings(passes="quick", pass_threads=0)  # type: ignore[arg-type]
