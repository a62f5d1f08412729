"""Any choice in the world of the catalogue's values is what the compiled scenario says it is, for the bundled plans.

They hold what small scenarios do not: extensions in a later year, ratios, sections, rules, seasons, payers.
"""

import numpy as np
import pytest

from scenarios.compiling.compile import compile_scenario, options_of
from scenarios.reading.files import find_scenario, load_bundle
from scenarios.risk.draws import CERTAIN
from scenarios.risk.frame import frame_of
from scenarios.risk.outcome import outcomes


@pytest.mark.parametrize("name", ["lingwu-2020", "xiaogan-2022", "guizhou-2020"])
def test_without_drawing_a_plan_is_as_compiled(name: str) -> None:
    bundle = load_bundle(find_scenario(name))
    compiled = compile_scenario(bundle, options_of(bundle), is_open=True)
    options = compiled.options
    rng = np.random.default_rng(12)
    choice = options.starts + (rng.random(len(options.starts)) * np.diff([*options.starts, options.size])).astype(int)
    own = np.zeros(options.size)
    own[choice] = 1.0
    found = outcomes(frame_of(bundle, compiled, compiled.widened(own)), CERTAIN, 2)
    expected = [plan.report(value) for plan, value in zip(compiled.plans, compiled.plan_values(own), strict=True)]
    assert [row.row_id for row in found.rows] == [plan.row_id for plan in compiled.plans]
    last = bundle.timeline.years[-1]
    spent = [*bundle.timeline.years, *np.setdiff1d(options.start_year[~options.is_as_is()], bundle.timeline.years)]
    for sample in range(2):
        assert found.reached[sample] == pytest.approx(expected, rel=1e-9, abs=1e-9)
        assert found.rules_kept[sample].tolist() == [rule.is_kept(own) for rule in compiled.rules]
        assert found.annual_cny[sample] == pytest.approx(float((options.yearly_cost(last) * own).sum()))
        assert found.present_value_cny[sample] == pytest.approx(float((options.present_value() * own).sum()))
        assert found.capital_cny[sample] == pytest.approx(sum(float((options.capital(y) * own).sum()) for y in spent))
        for pollutant, values in found.reduction.items():
            tonnes = float((options.reduction(f"{pollutant}_t_per_year", last) * own).sum())
            assert values[sample] == pytest.approx(tonnes, rel=1e-9, abs=1e-9)
    assert (found.all_kept == (found.kept.all(axis=1) & found.rules_kept.all(axis=1))).all()
