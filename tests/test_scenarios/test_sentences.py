"""What the answer says in a sentence, in both languages."""

from dataclasses import replace

import numpy as np
import pytest

from model.text import Text
from optimizer import Solution, Status
from scenarios.answering import sentences
from scenarios.answering.answer import RowFacts, requirement_results
from scenarios.answering.result import RequirementResult
from scenarios.reading.bundle import Bundle
from tests.test_scenarios.by_hand import compiled, unsolved
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.stacks import NOX_TOTAL, SCRUB, SOURCES

PENDING = NOX_TOTAL.replace("nox-total", "from-above").replace("60 t/yr", "pending")
NOBODY = SCRUB.replace("min = 10", "min = 1000")


def requirement(kind: str, *lines: str) -> str:
    return "\n".join(["[[requirement]]", 'id = "one"', f'kind = "{kind}"', *lines, ""])


def says(bundle: Bundle, solution: Solution, *, reached: float | None = None, alone: float = 120.0) -> Text:
    """The sentence when every row reaches ``reached`` and could reach ``alone``."""
    found = compiled(bundle)
    size = len(found.plans)
    value = np.full(size, np.nan if reached is None else reached)
    unknown = np.full(size, np.nan)
    facts = RowFacts(value, unknown, np.full(size, alone), unknown)
    results: tuple[RequirementResult, ...] = requirement_results(found, facts, is_answered=reached is not None)
    return sentences.says(found, solution, results)


def solution(status: Status, gap: float | None) -> Solution:
    return replace(unsolved(status), gap=gap)


def test_a_proven_plan_says_how_well_it_is_proven(stacks: BundleMaker) -> None:
    said = says(stacks(), solution(Status.OPTIMAL, 3.2e-5), reached=80)
    assert said == Text(
        "最小费用方案，已证明与最优值相差不超过0.0032%，全部要求均满足。",
        "The least-cost plan, proven to be within 0.0032% of the best possible; every requirement is met.",
    )


def test_the_most_reduction_is_not_called_least_cost(stacks: BundleMaker) -> None:
    bundle = stacks("", mode="most_reduction", weights={"nox": 1.0})
    said = says(bundle, solution(Status.OPTIMAL, 0.0), reached=80)
    assert said.en == "The plan of most reduction, proven the best; every requirement is met."
    assert said.zh.startswith("减排最大的方案")


@pytest.mark.parametrize(
    ("gap", "shown"),
    [(0.02, ", proven only to be within 2% of the best"), (None, "; how far it is from the best is not known")],
)
def test_a_plan_that_is_not_proven_says_so(stacks: BundleMaker, gap: float | None, shown: str) -> None:
    said = says(stacks(), solution(Status.FEASIBLE, gap), reached=80)
    assert said.en == f"A feasible plan{shown}; every requirement is met."


def test_what_is_missed_is_named(stacks: BundleMaker) -> None:
    said = says(stacks(), solution(Status.OPTIMAL, 0.0), reached=50)
    assert said == Text("以下要求没有满足：NOx减排。", "These requirements are not met: NOx reduction.")


def test_what_is_pending_does_not_count_as_met(stacks: BundleMaker) -> None:
    said = says(stacks(NOX_TOTAL + PENDING), solution(Status.OPTIMAL, 0.0), reached=80)
    waiting = "; these requirements wait for their values and are not counted as met: "
    assert said.en.endswith(f"{waiting}NOx reduction (whole jurisdiction) [from-above].")
    assert said.zh.endswith("；以下要求的数值待定，不视为已满足：NOx减排（全域）[from-above]。")


def test_a_run_that_was_cut_short_claims_nothing(stacks: BundleMaker) -> None:
    assert (
        says(stacks(), unsolved(Status.NO_ANSWER)).en == "No plan was found within the given limits of time or nodes."
    )


def test_out_of_reach_says_what_could_be_had(stacks: BundleMaker) -> None:
    said = says(stacks(NOX_TOTAL.replace("60", "130")), unsolved(Status.INFEASIBLE))
    asks = "NOx reduction is asked to be at least 130.00 t/yr"
    assert said.en == f"Infeasible: {asks}; all other requirements aside, the best is 120.00 t/yr."
    assert said.zh == "不可行：NOx减排要求至少130.00吨/年，不考虑其他要求，最好也只能做到120.00吨/年。"


def test_what_is_pending_is_not_blamed(stacks: BundleMaker) -> None:
    said = says(stacks(PENDING + NOX_TOTAL.replace("60", "130")), unsolved(Status.INFEASIBLE))
    assert said.en.startswith("Infeasible: NOx reduction (whole jurisdiction) [nox-total] is asked")
    assert "from-above" not in said.en


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        (
            requirement("cap", 'pollutant = "nox"', 'amount = "20 t/yr"'),
            ("NOx emission cap", "at most 20.00 t/yr", "30.00 t/yr"),
        ),
        (
            requirement(
                "intensity", 'pollutant = "nox"', 'amount = "90 %"', 'output = { East = "1 t/yr", West = "1 t/yr" }'
            ),
            ("NOx fall of emission intensity", "at least 90.00%", "80.00%"),
        ),
        (
            requirement("quota", 'sense = "="', "amount = 31", 'measures = ["scrub"]'),
            ("quota", "exactly 31 sources", "30 sources"),
        ),
    ],
)
def test_out_of_reach_is_said_in_the_sense_of_the_requirement(
    stacks: BundleMaker, text: str, asks: tuple[str, str, str]
) -> None:
    """Of 150 t at least 30 t remain: a cap of 20 t is out of reach, and so is a fall of 90 % (80 % can be had)."""
    about, asked, best = asks
    end = "it cannot be less than" if "most" in asked else "the best is"
    found = says(stacks(text), unsolved(Status.INFEASIBLE), alone=30).en
    assert found == f"Infeasible: {about} is asked to be {asked}; all other requirements aside, {end} {best}."


def test_a_tolerance_is_not_out_of_reach(stacks: BundleMaker) -> None:
    """120 t are within 10 % of 130 t, so this requirement alone is not what cannot be met."""
    bundle = stacks(NOX_TOTAL.replace("60", "130") + "tolerance = 0.1\n")
    assert says(bundle, unsolved(Status.INFEASIBLE)).en.startswith("Each requirement can be met alone")


def test_requirements_that_conflict_are_said_to(stacks: BundleMaker) -> None:
    said = says(stacks(), unsolved(Status.INFEASIBLE))
    assert said.en == "Each requirement can be met alone, but not all of them together."


def test_nothing_applies(stacks: BundleMaker) -> None:
    said = says(stacks(measures=NOBODY), unsolved(Status.INFEASIBLE), alone=0)
    assert said.en == "No measure applies to any source of the inventory. The requirements cannot be met."
    assert said.zh == "没有任何措施适用于清单中的源。要求无法满足。"


def test_too_late_is_not_called_not_applicable(stacks: BundleMaker) -> None:
    """Five years from 2024 end after 2025: the scrubber applies, but cannot start in the plan years."""
    bundle = stacks(measures=SCRUB.replace("months = 6", "months = 60"))
    said = says(bundle, unsolved(Status.INFEASIBLE), alone=0)
    assert said.en.startswith("No measure that is allowed can start within the plan years.")


def test_notes_name_what_is_pending_and_that_there_is_no_choice(stacks: BundleMaker) -> None:
    found = compiled(stacks(PENDING, measures=NOBODY))
    pending, nothing = sentences.notes(found, found.plans)
    assert "'from-above' waits for its value" in pending.en
    assert nothing.en == "No measure applies to any source of the inventory."


def test_notes_of_compiling_are_passed_on(stacks: BundleMaker) -> None:
    sources = SOURCES + "C,Stack C,West,kiln,20,0\n"
    polish = SCRUB.replace('"scrub"', '"polish"').replace('"control"', '"polishing"')
    found = compiled(stacks(sources=sources, measures=SCRUB + polish, packages={"max_per_source": 2}))
    (cut,) = sentences.notes(found, found.plans)
    assert "3 sources have more than 2 packages" in cut.en


def test_given_choices_say_what_they_miss() -> None:
    assert sentences.evaluated([]).en == "The given choices are priced; every requirement is met."
    assert sentences.evaluated(["a", "b"]).en == "The given choices are priced; not met: a, b."
