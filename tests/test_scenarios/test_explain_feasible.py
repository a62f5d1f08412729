"""Why in, why out, what a step costs, what ranking would have done: against solving again, on the two stacks."""

import json
from dataclasses import replace

import numpy as np
import pytest

from model.problems import InputError
from optimizer import ChoiceProblem, Settings, Solution, Status, solve
from scenarios.analysis import beside, marginal, projects
from scenarios.analysis.explain import Explanation, explain
from scenarios.analysis.marginal import marginal_costs
from scenarios.analysis.projects import ProjectAnswer, projects_of
from scenarios.analysis.ranking import ranking
from scenarios.analysis.study import settings, study_of
from scenarios.answering import run
from scenarios.answering.result import plain
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.stacks import COST_A, COST_B, POLISH, SCRUB
from tests.test_scenarios.studies import EXACT, budget, forbid, nox, study

FOUR = """source_id,name,district,source_class,nox_t_per_year,so2_t_per_year
A,A,East,kiln,100,40
B,B,West,kiln,50,10
C,C,East,kiln,80,10
D,D,West,kiln,30,10
"""
"""Scrubbing takes 80, 40, 64 and 24 t, and costs 205405.49 + 1200 a tonne a year: 301405, 253405, 282205, 234205."""

FIXED = 155_405.489958548 + 50_000.0


def cost(tonnes: float) -> float:
    return FIXED + 1200.0 * tonnes


def explained(make: BundleMaker, requirements: str, **changes: object) -> Explanation:
    return explain(study(make, requirements, **changes))


def cost_of(make: BundleMaker, requirements: str, **changes: object) -> float | None:
    result = run.plan(make(requirements, **changes), settings=EXACT, has_reach=False)
    return result.objective.value


def by_id(answers: tuple[ProjectAnswer, ...]) -> dict[str, ProjectAnswer]:
    return {answer.source_id: answer for answer in answers}


def test_a_chosen_project_is_worth_what_the_plan_costs_more_without_it(stacks: BundleMaker) -> None:
    """40 t: B alone, COST_B. Without it A has to do it, for COST_A - COST_B more."""
    chosen, rejected = projects_of(study(stacks, nox("40 t/yr")), most=10)
    (b,) = chosen
    assert (b.source_id, b.measures, b.answered_by, b.others) == ("B", ("scrub",), "solve", 1)
    assert b.rise == pytest.approx(COST_A - COST_B)
    assert "4.80 ×10⁴ CNY/yr more" in b.says.en
    assert "要多花4.80万元/年" in b.says.zh
    (a,) = rejected
    assert a.source_id == "A"
    assert a.rise == pytest.approx(COST_A - COST_B)
    assert a.share == pytest.approx((COST_A - COST_B) / COST_A)
    assert "would have to be 4.80 ×10⁴ CNY/yr (15.9%) cheaper to enter" in a.says.en


@pytest.mark.parametrize("amount", [24, 60, 100, 130, 180])
def test_every_answer_is_that_of_solving_with_the_project_forbidden_or_taken(stacks: BundleMaker, amount: int) -> None:
    """Forbidden by a requirement of the scenario's own; taken by a decided project, whose cost then counts."""
    target = nox(f"{amount} t/yr")
    chosen, rejected = projects_of(study(stacks, target, sources=FOUR), most=10)
    base = cost_of(stacks, target, sources=FOUR)
    assert base is not None
    for answer in chosen:
        where = f'where = {{ source_id = ["{answer.source_id}"] }}\n'
        other = cost_of(stacks, target + forbid("scrub", where=where), sources=FOUR)
        assert answer.rise == (None if other is None else pytest.approx(other - base, abs=1e-6))
    for answer in rejected:
        fixed = f'[[requirement]]\nid = "f"\nkind = "fix"\nsource_id = "{answer.source_id}"\nmeasures = ["scrub"]\n'
        other = cost_of(stacks, target + fixed + "start_year = 2025\n", sources=FOUR)
        assert other is not None
        assert answer.rise == pytest.approx(other - base)


def test_a_project_that_no_plan_does_without_names_what_needs_it(stacks: BundleMaker) -> None:
    (answer,), _ = projects_of(study(stacks, nox("60 t/yr")), most=10)
    assert (answer.rise, answer.rows) == (None, ("nox",))
    assert "indispensable" in answer.says.en
    assert "不可缺少" in answer.says.zh


def test_a_mandate_that_leaves_no_choice_is_named(stacks: BundleMaker) -> None:
    mandate = '[[requirement]]\nid = "all"\nkind = "mandate"\nmeasures = ["scrub"]\n'
    chosen, _ = projects_of(study(stacks, mandate), most=10)
    assert {(answer.answered_by, answer.rows) for answer in chosen} == {("rule", ("all",))}


def test_a_project_that_a_budget_keeps_out_names_the_budget(stacks: BundleMaker) -> None:
    """1.3e6 CNY pay one scrubber: with A needed for 60 t, B stands against the two together."""
    _, (answer,) = projects_of(study(stacks, nox("60 t/yr") + budget("1.3e6 CNY")), most=10)
    assert answer.rise is None
    assert set(answer.rows) <= {"nox", "money"}
    assert "money" in answer.rows
    assert "keeps it out" in answer.says.en


def test_a_decided_project_is_not_open_to_choice(stacks: BundleMaker) -> None:
    fixed = '[[requirement]]\nid = "f"\nkind = "fix"\nsource_id = "B"\nmeasures = ["scrub"]\nstart_year = 2025\n'
    chosen, _ = projects_of(study(stacks, nox("100 t/yr") + fixed), most=10)
    assert by_id(chosen)["B"].answered_by == "rule"
    assert "decided already" in by_id(chosen)["B"].says.en


def test_a_project_that_costs_nothing_more_says_so(stacks: BundleMaker) -> None:
    """Two equal stacks, one is enough: either will do."""
    twins = "source_id,name,district,source_class,nox_t_per_year\nA,A,East,kiln,100\nB,B,West,kiln,100\n"
    (chosen,), (rejected,) = projects_of(study(stacks, nox("60 t/yr"), sources=twins), most=10)
    assert "could be dropped without loss" in chosen.says.en
    assert "would cost no more" in rejected.says.en
    assert chosen.rise == rejected.rise == 0.0


def test_beyond_the_most_solves_bounds_are_stated(stacks: BundleMaker) -> None:
    chosen, rejected = projects_of(study(stacks, nox("40 t/yr")), most=0)
    for answer in (*chosen, *rejected):
        assert (answer.rise, answer.answered_by) == (None, "interval")
        assert answer.at_least is not None
        assert answer.at_most is not None
        assert answer.at_least <= COST_A - COST_B <= answer.at_most + 1e-6
        assert "certainly" in answer.says.en
        assert "肯定" in answer.says.zh


def test_how_many_are_answered_by_a_range_is_said(stacks: BundleMaker) -> None:
    answer = explain(study(stacks, nox("40 t/yr")), most=0)
    assert "estimated within a range that is certain 2" in answer.notes[0].en
    assert "给出估计值及其确定范围的2个" in answer.notes[0].zh


def test_most_reduction_is_explained_in_tonnes(stacks: BundleMaker) -> None:
    """1.3e6 CNY pay one scrubber, A's 80 t; without it B's 40 t, 40 t less."""
    found = study(stacks, budget("1.3e6 CNY"), mode="most_reduction", weights={"nox": 1.0})
    (chosen,), _ = projects_of(found, most=10)
    assert chosen.rise == pytest.approx(40.0)
    assert "removes 40.00 weighted t/yr less" in chosen.says.en
    assert ranking(found) is None


def test_a_share_of_a_source_can_be_forbidden_too(stacks: BundleMaker) -> None:
    """Polishing 60 of 75 t is divisible: it is chosen in part at both, in whole where it is cheapest per tonne."""
    found = study(stacks, nox("60 t/yr"), measures=POLISH, years=[2026])
    chosen, _ = projects_of(found, most=10)
    assert {answer.source_id for answer in chosen} == {"A", "B"}
    assert all(answer.rise is None for answer in chosen)


class TestMarginal:
    def test_each_side_is_the_difference_of_two_solves(self, stacks: BundleMaker) -> None:
        """A step of 25 % of 104 t is 26 t. 130 t: A and C, 583611; 104 t and 78 t likewise less or more, by solving."""
        text = "{} t/yr"
        base = cost_of(stacks, nox(text.format(104)), sources=FOUR)
        up = cost_of(stacks, nox(text.format(130)), sources=FOUR)
        down = cost_of(stacks, nox(text.format(78)), sources=FOUR)
        (found,) = marginal_costs(study(stacks, nox(text.format(104)), sources=FOUR), step=0.25)
        assert base is not None
        assert up is not None
        assert down is not None
        assert found.step == 26.0
        assert found.marginal_up == pytest.approx((up - base) / 26.0)
        assert found.marginal_down == pytest.approx((base - down) / 26.0)
        assert found.uncertainty == pytest.approx(0.0, abs=1e-6)

    def test_where_nothing_is_cut_both_sides_equal_the_price_of_the_relaxation(self, stacks: BundleMaker) -> None:
        """Polishing may be done in part: B's tonnes cost (51801.83 + 10000) / 25 = 2472.07 CNY each, A's half of it.

        A's 50 t come first, at 61801.83 / 50 = 1236.04 CNY/t; from 50 to 75 t each tonne is B's.
        """
        found = study(stacks, nox("60 t/yr"), measures=POLISH, years=[2026])
        (one,) = marginal_costs(found, step=0.05)
        per_tonne = (400_000 * 0.129504574965 + 10_000) / 25.0
        assert one.marginal_up == pytest.approx(per_tonne, rel=1e-6)
        assert one.marginal_down == pytest.approx(per_tonne, rel=1e-6)
        assert one.lp_price == pytest.approx(per_tonne, rel=1e-6)

    def test_what_a_difference_leaves_open_is_said(self, stacks: BundleMaker) -> None:
        """100 t cost 535611.0, 101 t the same: exactly nothing. Were 0 to 1e6 CNY/yr proven, or 1e5 to 1e6, it is said.

        Steps are of 1 t.
        """
        made = study_of(stacks(nox("100 t/yr"), sources=FOUR), settings=settings(gap=0.0))
        (found,) = marginal_costs(made)
        assert "tighter by 1.00 t/yr costs nothing more" in found.says.en
        up_to = marginal.says_of(made, 0, replace(found, up=(0.0, 1e6), down=(1e5, 1e6)))
        assert "tighter by 1.00 t/yr costs at most 100.00 ×10⁴ CNY/yr more" in up_to.en
        assert "looser by 1.00 t/yr saves 10.00 ×10⁴ CNY/yr to 100.00 ×10⁴ CNY/yr" in up_to.en
        assert "收紧1.00吨/年最多多花100.00万元/年；放宽1.00吨/年可省10.00万元/年至100.00万元/年" in up_to.zh

    def test_what_is_proven_holds_however_little_each_solve_finds(
        self, stacks: BundleMaker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Every solve finds a plan 30 % too dear, and proves 40 % too little: what holds of one narrows the others.

        104 t cost 535611 (B, C), 130 t 583611 (A, C) and 78 t 301405 CNY/yr (A). The plan itself is known exactly. A
        step up costs at least nothing, as no plan for 104 t is cheaper; at most 1.3 x 583611 - 535611. A step down
        saves at least 535611 - 1.3 x 301405, at most 535611 - 0.6 x 301405.
        """
        made = study(stacks, nox("104 t/yr"), sources=FOUR)
        base, up, down = (cost_of(stacks, nox(f"{level} t/yr"), sources=FOUR) or 0.0 for level in (104, 130, 78))

        def poor(problem: ChoiceProblem, settings: Settings, **_: object) -> Solution:
            found = solve(problem, settings)
            return replace(
                found, level=None, objective=1.3 * (found.objective or 0.0), bound=0.6 * (found.bound or 0.0)
            )

        monkeypatch.setattr(beside, "solve_near", poor)
        (found,) = marginal_costs(made, step=0.25)
        assert found.cost == pytest.approx(base)
        assert found.up == pytest.approx((0.0, (1.3 * up - base) / 26.0))
        assert found.down == pytest.approx(((base - 1.3 * down) / 26.0, (base - 0.6 * down) / 26.0))

    def test_a_plan_that_serves_another_question_is_taken_for_it(
        self, stacks: BundleMaker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """99 t and 101 t cost as much as 100 t: were all four stacks taken, for 1071221 CNY/yr, both would differ.

        From the plan for 100 t, which keeps 101 t too, it is known that nothing does.
        """
        made = study(stacks, nox("100 t/yr"), sources=FOUR)

        def dear(problem: ChoiceProblem, settings: Settings, **_: object) -> Solution:
            found = solve(problem, settings)
            level = np.array([0.0, 1.0] * 4)
            return replace(found, level=level, objective=float(problem.cost @ level))

        monkeypatch.setattr(beside, "solve_near", dear)
        (found,) = marginal_costs(made)
        assert (found.marginal_up, found.marginal_down) == (0.0, 0.0)
        assert found.uncertainty == pytest.approx(0.0, abs=1e-6)

    def test_the_answer_is_the_same_on_any_number_of_threads(self, stacks: BundleMaker) -> None:
        made = study(stacks, nox("100 t/yr") + budget("3e6 CNY"), sources=FOUR)
        assert marginal_costs(replace(made, settings=replace(made.settings, threads=3))) == marginal_costs(made)

    def test_a_step_beyond_reach_has_no_cost(self, stacks: BundleMaker) -> None:
        (one,) = marginal_costs(study(stacks, nox("120 t/yr")), step=0.01)
        assert (one.cost_tighter, one.marginal_up) == (None, None)
        assert one.is_at_end
        assert "tighter by 1.20 t/yr leaves no plan" in one.says.en

    def test_a_search_that_ends_without_a_plan_does_not_say_that_there_is_none(
        self, stacks: BundleMaker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        nothing = Solution(status=Status.NO_ANSWER, reason="", engine="", engine_version="")
        monkeypatch.setattr(beside, "solve_near", lambda *_, **__: nothing)
        (one,) = marginal_costs(study(stacks, nox("120 t/yr")), step=0.01)
        assert not one.is_at_end
        assert "tighter by 1.20 t/yr: no plan was found" in one.says.en
        assert (one.marginal_up, one.up) == (None, None)

    def test_a_step_that_changes_nothing_costs_nothing(self, stacks: BundleMaker) -> None:
        (one,) = marginal_costs(study(stacks, nox("60 t/yr")), step=0.01)
        assert (one.marginal_up, one.marginal_down) == (0.0, 0.0)
        assert "costs nothing" in one.says.en
        assert "不多花钱" in one.says.zh

    def test_only_the_rows_asked_for_are_looked_at(self, stacks: BundleMaker) -> None:
        found = study(stacks, nox("60 t/yr") + budget("3e6 CNY"))
        assert [item.row for item in marginal_costs(found, rows=["money"])] == ["money"]


class TestRanking:
    def test_projects_are_taken_by_cost_per_tonne(self, stacks: BundleMaker) -> None:
        """100 t. Per tonne A 3768, C 4409, B 6335, D 9759: ranking takes A (80 t) and C (144 t in all), 583611 CNY.

        The optimum takes C and B, 104 t for 535611 CNY.
        """
        found = ranking(study(stacks, nox("100 t/yr"), sources=FOUR))
        assert found is not None
        assert found.cost == pytest.approx(cost(80) + cost(64))
        assert found.optimum == pytest.approx(cost(64) + cost(40))
        assert found.excess == pytest.approx(48_000.0)
        assert found.projects == 2
        assert "Every requirement is met" in found.says.en

    def test_what_is_missed_is_said(self, stacks: BundleMaker) -> None:
        """1.3e6 CNY pay one scrubber; 24 t: ranking takes A, which is dearer than D; 130 t cannot be ranked in."""
        found = ranking(study(stacks, nox("104 t/yr") + budget("2.4e6 CNY"), sources=FOUR))
        assert found is not None
        assert [(item.row, item.is_met) for item in found.requirements] == [("nox", True), ("money", True)]
        twice = nox("80 t/yr") + nox("40 t/yr", 'district = "West"', name="west") + budget("1.3e6 CNY", name="m")
        infeasible = study_of(stacks(twice, sources=FOUR), settings=EXACT)
        assert infeasible.is_infeasible

    def test_pollutants_are_served_in_turn_and_a_source_gets_one_project(self, stacks: BundleMaker) -> None:
        """NOx first takes A, with 4 t of SO2; of 5 t one is lacking; D removes it at the least cost per tonne."""
        so2 = '[[requirement]]\nid = "so2"\nkind = "reduce"\npollutant = "so2"\namount = "5 t/yr"\n'
        found = ranking(study(stacks, nox("60 t/yr") + so2, sources=FOUR))
        assert found is not None
        assert list(found.sequence) == ["nox", "so2"]
        assert found.projects == 2
        assert found.cost == pytest.approx(cost(80) + cost(24))

    def test_demanded_numbers_come_first(self, stacks: BundleMaker) -> None:
        """Two scrubbers are demanded: the cheapest, D and B; 100 t then need A too: 80 + 40 + 24 t."""
        quota = '[[requirement]]\nid = "two"\nkind = "quota"\nsense = ">="\namount = 2\nmeasures = ["scrub"]\n'
        found = ranking(study(stacks, nox("100 t/yr") + quota, sources=FOUR))
        assert found is not None
        assert found.cost == pytest.approx(cost(24) + cost(40) + cost(80))

    def test_what_is_missed_and_what_waits(self, stacks: BundleMaker) -> None:
        """40 t within 260000 CNY a year: B fits, ranking takes A at 301405.49, 41405.49 too much; SO2 waits."""
        waits = '[[requirement]]\nid = "so2"\nkind = "reduce"\npollutant = "so2"\namount = "pending"\n'
        none = nox("0 t/yr", name="none")
        found = ranking(study(stacks, nox("40 t/yr") + none + budget("260000 CNY/yr", "annual") + waits))
        assert found is not None
        assert {item.row: item.miss for item in found.requirements} == {
            "nox": 0.0,
            "none": 0.0,
            "money": pytest.approx(COST_A - 260_000.0),
        }
        assert "It misses annual cost ceiling (by 4.14" in found.says.en
        assert "没有满足的：年费用上限" in found.says.zh


def test_what_needs_a_project_together_is_named_up_to_a_limit(
    stacks: BundleMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """80 t for 1.3e6 CNY: A alone fits; without it two scrubbers are needed, so target and budget demand it."""
    made = study(stacks, nox("80 t/yr") + budget("1.3e6 CNY"), sources=FOUR)
    (chosen,), _ = projects_of(made, most=10)
    assert set(chosen.rows) == {"nox", "money"}
    monkeypatch.setattr(projects, "MOST_CONFLICTS", 0)
    (chosen,), rejected = projects_of(made, most=10)
    assert chosen.rows == ()
    assert "without it there is no plan" in chosen.says.en
    assert all("would leave no plan" in answer.says.en for answer in rejected)


def test_another_measure_at_the_same_source_can_take_its_place(stacks: BundleMaker) -> None:
    """One stack, two scrubbers in one slot: the small one is cheaper, without it the large one stands there."""
    small = SCRUB.replace('"scrub"', '"small"').replace("50000 CNY/yr", "1000 CNY/yr").replace("Scrubber", "Small one")
    one = "source_id,name,district,source_class,nox_t_per_year\nA,A,East,kiln,100\n"
    (chosen,), _ = projects_of(study(stacks, nox("60 t/yr"), sources=one, measures=SCRUB + small), most=10)
    assert chosen.others == 0
    assert chosen.rise == pytest.approx(49_000.0)
    assert "(“Scrubber” there instead)" in chosen.says.en


def test_a_scenario_that_plans_nothing_is_refused(stacks: BundleMaker) -> None:
    with pytest.raises(InputError, match="plans nothing"):
        study(stacks, nox("60 t/yr"), mode="evaluate")


def test_without_a_plan_there_is_nothing_to_read(stacks: BundleMaker) -> None:
    made = study(stacks, nox("500 t/yr"))
    with pytest.raises(ValueError, match="no plan"):
        made.level  # noqa: B018 - reading it is what is tested
    assert settings(gap=0.01).gap == 0.01


def test_a_search_cut_short_explains_nothing_it_does_not_know(stacks: BundleMaker) -> None:
    made = study(stacks, nox("60 t/yr"))
    nothing = Solution(status=Status.NO_ANSWER, reason="", engine="", engine_version="")
    answer = explain(replace(made, solution=nothing))
    assert (answer.chosen, answer.conflicts, answer.repairs) == ((), (), ())


def test_an_explanation_holds_every_part_and_reads_in_both_languages(stacks: BundleMaker) -> None:
    answer = explained(stacks, nox("40 t/yr"))
    tree = plain(answer.to_json())
    assert (len(tree["chosen"]), len(tree["rejected"]), len(tree["marginal"])) == (1, 1, 1)
    assert tree["ranking"]["cost"] == pytest.approx(COST_A)
    assert tree["chosen"][0]["cost_if_forbidden_cny"] == pytest.approx(COST_A - COST_B)
    assert tree["rejected"][0]["price_fall_cny"] == pytest.approx(COST_A - COST_B)
    json.dumps(tree, allow_nan=False)
    projects_said = [item.says for item in (*answer.chosen, *answer.rejected)]
    for text in (*projects_said, *(item.says for item in answer.marginal), *answer.notes):
        assert text.zh
        assert text.en
        assert text.zh != text.en


def test_several_years_are_explained_in_present_value(stacks: BundleMaker) -> None:
    """Two plan years at 5 %: what is saved counts 1 + 1 / 1.05 times."""
    (chosen,), _ = projects_of(study(stacks, nox("40 t/yr"), years=[2025, 2026], measures=SCRUB), most=10)
    assert chosen.rise is not None
    assert "present value" in chosen.says.en
