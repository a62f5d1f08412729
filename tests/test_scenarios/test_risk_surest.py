"""How sure one requirement can be made at all, where no margin of safety makes it as sure as is asked."""

from __future__ import annotations

import pytest

from scenarios.commands.risks import assurance_notes
from scenarios.risk.draws import Sampling
from scenarios.risk.frame import frame_of
from scenarios.risk.margins import Aim, assured
from scenarios.risk.outcome import outcomes
from scenarios.risk.surest import surest
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.risky import CLOSE, SCRUB_BETWEEN, boilers, planned
from tests.test_scenarios.studies import budget, forbid, nox

DRAWS = (Sampling(), 2000)
LIMIT = """[[requirement]]
id = "limit"
kind = "mandate"
limit = { level = "nox_mg_per_m3", at_most = "41 mg/m3" }
"""


def test_every_source_does_the_most_for_the_row(stacks: BundleMaker) -> None:
    """Removal r is triangular on 0.5, 0.8, 0.9: P(r < x) = (x - 0.5)^2 / 0.12 below 0.8.

    60 t by A alone, 100 t before: r >= 0.6, 1 - 0.01 / 0.12 = 0.917. With B, 50 t before, 150 r >= 60 in every world.
    """
    bundle = stacks(nox("60 t/yr"), measures=SCRUB_BETWEEN)
    compiled, level = planned(bundle)
    alone = outcomes(frame_of(bundle, compiled, level), *DRAWS).kept[:, 0].mean()
    assert alone == pytest.approx(0.917, abs=0.02)
    assert surest(bundle, compiled, level, 0, draws=DRAWS) == 1.0


def test_the_most_may_not_be_sure(stacks: BundleMaker) -> None:
    """115 t of 150: r >= 0.7667, 1 - 0.2667^2 / 0.12 = 0.407 with both scrubbed, and nothing more can be done.

    The plan says so, though 90 % were asked for.
    """
    bundle = stacks(nox("115 t/yr"), measures=SCRUB_BETWEEN)
    compiled, level = planned(bundle)
    assert surest(bundle, compiled, level, 0, draws=DRAWS) == pytest.approx(0.407, abs=0.04)
    found = assured(bundle, compiled, CLOSE, Aim(0.9, is_joint=False, sampling=Sampling(), samples=200, checks=1000))
    last = assurance_notes(compiled, found)[-1]
    share = f"{100.0 * found.kept_share:.1f}"
    assert last.en.count(share) == last.zh.count(share) == 2
    assert "every source in its scope" in last.en
    assert "最高" in last.zh


def test_money_is_surest_where_least_is_spent(stacks: BundleMaker) -> None:
    """A ceiling on money under a least-cost plan that scrubs A: the most for the ceiling is to build nothing."""
    bundle = stacks(nox("60 t/yr") + budget("1 亿元"), measures=SCRUB_BETWEEN)
    compiled, level = planned(bundle)
    place = next(number for number, plan in enumerate(compiled.plans) if plan.requirement.kind == "budget")
    assert surest(bundle, compiled, level, place, draws=DRAWS) == 1.0


def test_under_a_limit_the_lowest_level_is_surest(stacks: BundleMaker) -> None:
    """Without closing and electricity 40.4 mg/m3 is the least by the catalogue.

    A limit of 41 asks it of every boiler: the plan does the most already.
    """
    rows = LIMIT + forbid("boiler-close", "boiler-electric")
    bundle = stacks(rows, sources=boilers(4), sector="coal_boilers", **{"measures.bundled": True})
    compiled, level = planned(bundle, settings=CLOSE)
    alone = outcomes(frame_of(bundle, compiled, level), Sampling(), 200).kept[:, 0].mean()
    assert 0.0 < alone < 0.9
    assert surest(bundle, compiled, level, 0, draws=(Sampling(), 200)) == alone
