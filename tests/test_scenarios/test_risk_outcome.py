"""A plan in drawn worlds: worked chances, equality with worlds compiled one by one, laws."""

import json

import numpy as np
import pytest

from scenarios.answering.solving import solution_of
from scenarios.compiling.choices import choices_of, level_of
from scenarios.compiling.compile import compile_scenario, options_of
from scenarios.risk import tiles
from scenarios.risk.draws import CERTAIN, Sampling
from scenarios.risk.frame import frame_of
from scenarios.risk.outcome import outcomes
from scenarios.risk.risk import risk
from scenarios.risk.worlds import world_at
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.risky import CLOSE, HEADINGS, POLISH_BETWEEN, SCRUB_BETWEEN, boilers, framed, kilns, planned
from tests.test_scenarios.stacks import NOX_TOTAL
from tests.test_scenarios.studies import nox

CAP = '[[requirement]]\nid = "left"\nkind = "cap"\npollutant = "nox"\namount = "{}"\n'
SHARE = nox("30 %", 'of = "base_year"', name="share")
BUNDLED = {"measures.bundled": True}


def test_the_chance_of_one_number_is_its_distributions(stacks: BundleMaker) -> None:
    """Only A (100 t) is scrubbed for 60 t: 100 x >= 60 where x >= 0.6, x triangular on 0.5, 0.8, 0.9.

    P(x < 0.6) = 0.1^2 / (0.4 x 0.3) = 1/12, so the chance is 11/12 = 0.9167; without a range it would be 1.
    """
    compiled, frame = framed(stacks(measures=SCRUB_BETWEEN))
    found = outcomes(frame, Sampling(), 4000)
    assert len(compiled.plans) == 1
    assert found.kept.mean() == pytest.approx(11 / 12, abs=4 * np.sqrt(11 / 144 / 4000))
    assert found.reached.mean() == pytest.approx(100 * 2.2 / 3, abs=4 * found.reached.std() / np.sqrt(4000))


def test_cost_follows_the_tonnes_that_are_removed(stacks: BundleMaker) -> None:
    """At A 155405.49 + 50000 CNY a year stay; 1200 CNY go with each of the 100 x tonnes."""
    _, frame = framed(stacks(measures=SCRUB_BETWEEN))
    found = outcomes(frame, Sampling(), 20)
    assert found.annual_cny == pytest.approx(205_405.489958548 + 1200 * found.reduction["nox"], rel=1e-12)
    assert found.capital_cny == pytest.approx(np.full(20, 1.2e6))


def test_without_ranges_every_sample_is_the_plan_itself(stacks: BundleMaker) -> None:
    _, frame = framed(stacks())
    found = outcomes(frame, Sampling(), 5)
    assert (found.kept.mean(axis=0) == 1.0).all()
    assert (found.reached == 80.0).all()
    assert (found.room == 20.0).all()


def test_without_ranges_a_missed_requirement_has_no_chance(stacks: BundleMaker) -> None:
    """Nothing is done: 0 t of 60 t."""
    bundle = stacks()
    compiled = compile_scenario(bundle, options_of(bundle), is_open=True)
    level = compiled.options.is_as_is().astype(float)
    found = risk(bundle, compiled, level, sampling=Sampling(), count=7)
    assert found.together.probability == 0.0
    assert found.rows[0].chance is not None
    assert found.rows[0].chance.error == 0.0


def test_a_pending_requirement_has_no_chance_to_state(stacks: BundleMaker) -> None:
    bundle = stacks(NOX_TOTAL + nox("pending", name="later"), measures=SCRUB_BETWEEN)
    compiled, level = planned(bundle)
    found = risk(bundle, compiled, level, sampling=Sampling(), count=50)
    assert [row.chance is None for row in found.rows] == [False, True]
    assert found.together == found.rows[0].chance


@pytest.mark.parametrize("spread", [0.0, 0.2])
def test_samples_are_worlds_compiled_one_by_one(stacks: BundleMaker, spread: float) -> None:
    """Oracle: the scenario restated with a world's numbers, its options built and its rows added up anew."""
    bundle = stacks(SHARE + CAP.format("700 t/yr"), sources=boilers(12), sector="coal_boilers", **BUNDLED)
    compiled, level = planned(bundle, settings=CLOSE)
    sampling = Sampling(activity_spread=spread)
    found = outcomes(frame_of(bundle, compiled, level), sampling, 4)
    chosen = choices_of(compiled, solution_of(bundle, compiled, CLOSE))
    table = chosen.assign(
        source_id=bundle.inventory.sources()["source_id"].to_numpy()[chosen["source"]], measures=chosen["measure_ids"]
    )
    for sample in range(found.size):
        world = world_at(bundle, sampling, sample)
        there = compile_scenario(world, options_of(world), is_open=True)
        own = level_of(table, world.inventory, there.options, file="choices")
        values = there.plan_values(own)
        reached = [plan.report(value) for plan, value in zip(there.plans, values, strict=True)]
        asked = [plan.report(plan.bound or 0.0) for plan in there.plans]
        assert found.reached[sample] == pytest.approx(reached, rel=1e-9)
        assert found.asked[sample] == pytest.approx(asked, rel=1e-9)
        assert found.capital_cny[sample] == pytest.approx(float(there.options.capital(2025) @ own), rel=1e-9)
        assert found.annual_cny[sample] == pytest.approx(float(there.options.yearly_cost(2025) @ own), rel=1e-9)


def test_the_base_year_is_drawn_with_the_plan(stacks: BundleMaker) -> None:
    """A share of base-year emissions that follow a factor asks for other tonnes in every world."""
    _, frame = framed(stacks(SHARE, sources=boilers(6), sector="coal_boilers", **BUNDLED))
    found = outcomes(frame, Sampling(), 30)
    assert found.asked.std() > 0.0
    assert (outcomes(frame, CERTAIN, 2).asked == found.rows[0].bound).all()


def test_sources_that_share_a_factor_go_wrong_together(stacks: BundleMaker) -> None:
    """Of n equal kilns the removal's spread is that of one; drawn by each for itself it would be 1 / sqrt(n) of it.

    36 kilns: a sixth.
    """
    equal = HEADINGS + "".join(f"K{n:02},Kiln,East,kiln,100,10\n" for n in range(36))
    _, frame = framed(stacks(nox("2880 t/yr"), sources=equal, measures=SCRUB_BETWEEN))
    shared = outcomes(frame, Sampling(), 1500).reached.std()
    alone = outcomes(frame, Sampling(is_shared=False), 1500).reached.std()
    assert alone / shared == pytest.approx(1 / 6, rel=0.1)


def test_the_same_seed_gives_the_same_bytes(stacks: BundleMaker) -> None:
    bundle = stacks(measures=SCRUB_BETWEEN + POLISH_BETWEEN)
    compiled, level = planned(bundle)
    first, second = (
        json.dumps(risk(bundle, compiled, level, sampling=Sampling(seed=5), count=200).to_json()) for _ in range(2)
    )
    other = json.dumps(risk(bundle, compiled, level, sampling=Sampling(seed=6), count=200).to_json())
    assert first == second
    assert first.replace('"seed": 5', "") != other.replace('"seed": 6', "")


def test_the_order_of_rows_changes_nothing(stacks: BundleMaker) -> None:
    head, *rows = kilns(9).splitlines(keepends=True)
    texts = []
    for ordered in (rows, rows[::-1]):
        bundle = stacks(nox("150 t/yr"), sources=head + "".join(ordered), measures=SCRUB_BETWEEN)
        compiled, level = planned(bundle)
        texts.append(json.dumps(risk(bundle, compiled, level, sampling=Sampling(), count=100).to_json()))
    assert texts[0] == texts[1]


def test_tiles_of_any_size_give_the_same(stacks: BundleMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    _, frame = framed(stacks(nox("150 t/yr"), sources=kilns(9), measures=SCRUB_BETWEEN))
    whole = outcomes(frame, Sampling(activity_spread=0.1), 60)
    monkeypatch.setattr(tiles, "ROWS_AT_ONCE", 63)
    assert (outcomes(frame, Sampling(activity_spread=0.1), 60).reached == whole.reached).all()
