"""Aims in turn: closest to the targets, requirements by priority, cost, spread; by hand and against every plan.

Scrubbing A (East) takes 80 t at 301405.49 CNY a year, scrubbing B (West) 40 t at 253405.49 CNY.
"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from model.problems import InputError
from optimizer import Settings, Solution, Status, solve
from optimizer.settings import EngineName
from scenarios.answering import run
from scenarios.answering.result import Result, to_json
from scenarios.answering.saved import read_result
from scenarios.commands.console import console_on
from scenarios.commands.summary import print_summary
from scenarios.wording.facts import facts
from tests.test_scenarios.by_hand import compiled
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.stacks import COST_A, COST_B
from tests.test_scenarios.test_optima import budget, quota, reduce, requirement
from tests.test_scenarios.test_summary import Terminal
from tests.test_scenarios.tried import CASES, HEAD, Case, Plan

ENGINES: tuple[EngineName, ...] = ("milp", "dual")
TURN = {"mode": "hierarchical"}
CLOSEST = {"mode": "closest"}
ONE_SCRUBBER = budget("capital", "120 万元")
SMALL = Settings(gap=0.0)


def planned(make: BundleMaker, text: str, **changes: object) -> Result:
    return run.plan(make(text, **changes), settings=SMALL)


def taken(result: Result) -> list[str]:
    return [task["source_id"] for task in result.tasks]


def reached(result: Result) -> list[float]:
    return [level["value"] for level in result.levels]


def test_where_all_can_be_met_the_closest_is_the_least_cost_plan(stacks: BundleMaker) -> None:
    closest, cheapest = planned(stacks, reduce("60 t/yr"), **CLOSEST), planned(stacks, reduce("60 t/yr"))
    assert closest.levels == ()
    assert list(closest.tasks) == list(cheapest.tasks)
    assert (closest.says, closest.objective, closest.bound) == (cheapest.says, cheapest.objective, cheapest.bound)


def test_the_closest_plan_misses_the_least_share_and_then_costs_least(stacks: BundleMaker) -> None:
    """One scrubber can be paid, 160 t are asked: A misses 80 / 160 = 50 %, B 75 %, so A.

    By cost alone B would be taken, or nothing.
    """
    result = planned(stacks, reduce("160 t/yr") + ONE_SCRUBBER, **CLOSEST)
    assert taken(result) == ["A"]
    assert reached(result) == pytest.approx([0.5, COST_A])
    assert result.requirements[0].soft == {"weight": 1.0, "missing": 80.0, "unit": "t/yr", "share": 0.5}
    assert (result.status, result.is_success) == ("OPTIMAL", False)
    said = result.says["en"]
    assert said.startswith(
        "Not all targets are reached: NOx reduction missed by 80.00 t/yr. The plan that comes closest"
    )


@pytest.mark.parametrize(("weight", "plan"), [("1.0", ["A"]), ("4.0", ["B"])])
def test_weights_say_whose_share_counts_more(stacks: BundleMaker, weight: str, plan: list[str]) -> None:
    """100 t in the East and 50 t in the West, one scrubber: with A 20 % + w 100 % are missing, with B 100 % + w 20 %.

    A at w = 1: 1.2 against 1.2, and B is cheaper, so the East is asked for 90 t: A misses 11.1 % + w, B 1 + 0.2 w.
    1.111 < 1.2, but at w = 4 4.11 > 1.8.
    """
    east, west = (
        reduce("90 t/yr", 'district = "East"'),
        reduce("50 t/yr", 'district = "West"', f"weight = {weight}", name="w"),
    )
    assert taken(planned(stacks, east + west + ONE_SCRUBBER, **CLOSEST)) == plan


def test_what_must_hold_is_not_given_up_to_come_closer(stacks: BundleMaker) -> None:
    """Both would give 120 of 160 t; the money for one holds. ``soft = false`` makes a target hold as well.

    With 40 t in the West to hold, B it is, which misses 75 % of the 160 t instead of A's 50 %.
    """
    text = reduce("160 t/yr") + ONE_SCRUBBER + reduce("40 t/yr", 'district = "West"', "soft = false", name="west")
    result = planned(stacks, text, **CLOSEST)
    assert taken(result) == ["B"]
    assert [item.soft is None for item in result.requirements] == [False, True, True]


def test_money_gives_way_where_it_says_so(stacks: BundleMaker) -> None:
    """120 t need 240 万元 of 200: over by 20 %. Of 120 t without B 33 % would be missing, without A 67 %."""
    money = requirement("budget", 'metric = "capital"', 'amount = "200 万元"', "soft = true", name="money")
    result = planned(stacks, reduce("120 t/yr") + money, **CLOSEST)
    assert reached(result)[0] == pytest.approx(0.2)
    assert taken(result) == ["A", "B"]


def test_with_prices_the_closest_plan_has_the_least_penalty_and_only_priced_targets_give_way(
    stacks: BundleMaker,
) -> None:
    """80 t lack at 1000 CNY/t with A, and whatever a least sum of cost and penalty would say, cost comes second.

    At 1000 CNY/t the mode "least_cost" would do nothing: 160000 against 301405 + 80000.
    """
    text = reduce("160 t/yr", 'soft = "1000 CNY/t"') + quota("<=", 1)
    assert taken(planned(stacks, text)) == []
    result = planned(stacks, text, **CLOSEST)
    assert taken(result) == ["A"]
    assert reached(result) == pytest.approx([80_000.0, COST_A])
    assert result.penalty is None
    assert [item.soft is None for item in result.requirements] == [False, True]


def test_what_cannot_be_met_even_so_stays_infeasible(stacks: BundleMaker) -> None:
    text = reduce("160 t/yr") + reduce("50 t/yr", 'district = "West"', "soft = false", name="west")
    result = planned(stacks, text, **CLOSEST)
    assert (result.status, result.levels) == ("INFEASIBLE", ())


def test_requirements_are_met_by_priority(stacks: BundleMaker) -> None:
    """One scrubber. Two of second rank that A meets do not outweigh the one of first rank that only B meets."""
    first = reduce("40 t/yr", 'district = "West"')
    second = "".join(reduce(f"{t} t/yr", 'district = "East"', "priority = 2", name=f"e{t}") for t in (50, 60))
    result = planned(stacks, first + second + ONE_SCRUBBER, **TURN)
    assert taken(result) == ["B"]
    assert [(level["value"], level["of"]) for level in result.levels[:2]] == [(1, 1), (0, 2)]
    assert reached(result)[2] == pytest.approx(COST_B)
    assert taken(planned(stacks, first + second.replace("priority = 2", "") + ONE_SCRUBBER, **TURN)) == ["A"]


def test_a_requirement_counts_as_met_or_not_however_close(stacks: BundleMaker) -> None:
    """81 t cannot be had with one scrubber, so A's 80 t are worth nothing, and nothing is done. Closest takes A."""
    result = planned(stacks, reduce("81 t/yr") + ONE_SCRUBBER, **TURN)
    assert taken(result) == []
    assert reached(result) == [0, 0.0]
    assert taken(planned(stacks, reduce("81 t/yr") + ONE_SCRUBBER, **CLOSEST)) == ["A"]


def test_an_exact_number_that_is_given_up_binds_from_neither_side(stacks: BundleMaker) -> None:
    """Exactly three scrubbers on two stacks cannot be; given up, it does not ask for none either: 60 t take A."""
    result = planned(stacks, quota("=", 3) + reduce("60 t/yr"), **TURN)
    assert taken(result) == ["A"]
    assert reached(result) == pytest.approx([1, COST_A])


@pytest.mark.parametrize(("tolerance", "plan"), [("0 %", ["B"]), ("10 %", ["B"]), ("20 %", ["A"])])
def test_a_later_aim_may_give_up_the_stated_part_of_an_earlier_one(
    stacks: BundleMaker, tolerance: str, plan: list[str]
) -> None:
    """40 t: B at 253405 in the West, 1.27 CNY for each of 200000; A is 18.9 % dearer, 0.50 for each of 600000.

    From a tolerance of 18.9 % on the burden decides, before that the cost.
    """
    aims = [{"aim": "cost", "tolerance": tolerance}, {"aim": "burden"}]
    people = {"East": 600_000, "West": 200_000}
    result = planned(stacks, reduce("40 t/yr"), objective=aims, population=people, **TURN)
    assert taken(result) == plan
    per_head = {"A": COST_A / 600_000, "B": COST_B / 200_000}[plan[0]]
    assert reached(result) == pytest.approx([COST_B, per_head])


def test_spread_keeps_the_most_that_one_district_pays_low(stacks: BundleMaker) -> None:
    """Two stacks of 50 t in the East and one in the West take 40 t each at the same cost C: 80 t are two of them.

    Two in the East would be 2 C in one district, one in each C.
    """
    rows = (HEAD, "A,A,East,kiln,50,1", "C,C,East,kiln,50,1", "B,B,West,kiln,50,1", "")
    sources = "\n".join(rows)
    aims = [{"aim": "cost"}, {"aim": "spread"}]
    result = planned(stacks, reduce("80 t/yr"), sources=sources, objective=aims, **TURN)
    assert sorted(task["district"] for task in result.tasks) == ["East", "West"]
    assert reached(result) == pytest.approx([2 * COST_B, COST_B])


def test_the_reports_name_every_aim(stacks: BundleMaker) -> None:
    result = planned(stacks, reduce("160 t/yr") + ONE_SCRUBBER, **CLOSEST)
    shown = {label.en: value for label, value in facts(result, "en")}
    assert shown["Aim 1"] == "least sum of shortfalls, each as a share of what is asked: 50%"
    assert shown["Aim 2"].startswith("least cost: 30.14")
    stream = Terminal()
    print_summary(result, console_on(stream), "both")
    assert "各目标相对缺口之和最小：50%" in stream.getvalue()
    assert to_json(read_result(to_json(result))) == to_json(result)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"objective": [{"aim": "spread"}]}, "aims without cost"),
        ({"objective": [{"aim": "cost"}, {"aim": "cost"}]}, "listed twice"),
        ({"objective": [{"aim": "cost"}, {"aim": "burden"}]}, "no cost per head"),
        ({"objective": [{"aim": "fame"}]}, "objective"),
    ],
)
def test_aims_that_say_too_little_are_refused(stacks: BundleMaker, changes: dict[str, object], says: str) -> None:
    with pytest.raises(InputError, match=says):
        compiled(stacks(reduce("60 t/yr"), **TURN, **changes))


def shares(plan: Plan, asked: tuple[int, int, int]) -> tuple[float, float, float]:
    """What is missing of tonnes in the East and in the West, and how many y too few or too many, each as a share."""
    tonnes = [max(want - got, 0.0) / want for want, got in zip(asked, plan.removed, strict=False)]
    return tonnes[0], tonnes[1], abs(plan.count - asked[2]) / asked[2]


ASKED = st.tuples(st.integers(1, 90), st.integers(1, 90), st.integers(1, 4))
QUICK = settings(
    max_examples=8,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def wanted(asked: tuple[int, int, int], money: int) -> str:
    text = "".join(
        reduce(f"{tonnes} t/yr", f'district = "{name}"', f"priority = {rank}", f"weight = {rank}", name=name)
        for rank, (tonnes, name) in enumerate(zip(asked, ("East", "West"), strict=False), start=1)
    )
    count = requirement("quota", 'sense = "="', f"amount = {asked[2]}", 'measures = ["y"]', name="n")
    return text + count + budget("annual", f"{money} CNY/yr")


@QUICK
@given(case=CASES, asked=ASKED, money=st.integers(0, 200), engine=st.sampled_from(ENGINES))
def test_the_closest_plan_is_the_closest_of_every_plan(
    tmp_path: Path, case: Case, asked: tuple[int, int, int], money: int, engine: EngineName
) -> None:
    """East counts once, West twice, the number of y once; the budget holds. Then the cost is the least of these."""
    bundle = case.bundle(tmp_path, wanted(asked, money), **CLOSEST)
    result = run.plan(bundle, settings=Settings(gap=0.0, engine=engine), has_reach=False)
    ranked = [
        (round(east + 2 * west + count, 9), plan.total)
        for plan in case.plans()
        if plan.total <= money
        for east, west, count in [shares(plan, asked)]
    ]
    assert result.objective.value == pytest.approx(min(ranked)[1])
    missed = sum(item.soft["weight"] * item.soft["share"] for item in result.requirements if item.soft)
    assert missed == pytest.approx(min(ranked)[0], abs=1e-9)


@QUICK
@given(case=CASES, asked=ASKED, money=st.integers(0, 200))
def test_the_aims_in_turn_are_the_best_of_every_plan(
    tmp_path: Path, case: Case, asked: tuple[int, int, int], money: int
) -> None:
    """East and the number of y rank first, West second; then cost, a tenth of which may be given up; then spread."""
    aims = [{"aim": "requirements"}, {"aim": "cost", "tolerance": "10 %"}, {"aim": "spread"}]
    result = run.plan(
        case.bundle(tmp_path, wanted(asked, money), objective=aims, **TURN), settings=SMALL, has_reach=False
    )
    affordable = [(plan, *shares(plan, asked)) for plan in case.plans() if plan.total <= money]
    met = [((east < 1e-9) + (count < 1e-9), int(west < 1e-9), plan) for plan, east, west, count in affordable]
    best = max((first, second) for first, second, _ in met)
    among = [plan for first, second, plan in met if (first, second) == best]
    least = min(plan.total for plan in among)
    spread = min(max(plan.cost) for plan in among if plan.total <= 1.1 * least + 1e-6)
    assert reached(result) == pytest.approx([*best, least, spread], abs=1e-6)


def test_an_aim_without_an_answer_in_time_leaves_what_stands(
    stacks: BundleMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first aim gives A or nothing better; the second finds nothing, so nothing is said of the cost's bound."""
    answers = [solve]
    nothing = Solution(status=Status.NO_ANSWER, reason="out of time", engine="none", engine_version="")
    monkeypatch.setattr(
        "scenarios.answering.levels.solve", lambda *given: answers.pop()(*given) if answers else nothing
    )
    result = planned(stacks, reduce("160 t/yr") + ONE_SCRUBBER, **CLOSEST)
    assert reached(result) == pytest.approx([0.5])
    assert taken(result) == ["A"]
    assert (result.status, result.bound) == ("FEASIBLE", None)
