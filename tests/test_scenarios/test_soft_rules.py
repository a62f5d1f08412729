"""Numbers of sections and ceilings of projects that may be missed at a price, by hand.

Sections (`tests/test_scenarios/test_sections.py`): S01 keeps class III with D1 and D2 treated (20 000 CNY a year), S02
with D2 and D3 (60 000), S03 with D3 (50 000). Stacks: scrubbing A takes 80 t at 301405.49 CNY a year, B 40 t at
253405.49 CNY.
"""

from itertools import product
from pathlib import Path

import pytest

from model.problems import InputError
from optimizer import Settings
from optimizer.settings import EngineName
from scenarios.answering import run
from scenarios.answering.result import Result
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.stacks import COST_A, COST_B, load
from tests.test_scenarios.test_optima import reduce
from tests.test_scenarios.test_sections import counted, done, folder

ENGINES: tuple[EngineName, ...] = ("milp", "dual")
TREATED = {"D1": 10_000, "D2": 10_000, "D3": 50_000}
NEEDED = ({"D1", "D2"}, {"D2", "D3"}, {"D3"})


def sections(path: Path, text: str, engine: EngineName = "milp", **changes: object) -> Result:
    return run.plan(load(folder(path, text), **changes), settings=Settings(gap=0.0, engine=engine))


def stacked(make: BundleMaker, text: str, engine: EngineName = "milp", **changes: object) -> Result:
    return run.plan(make(text, **changes), settings=Settings(gap=0.0, engine=engine))


def at_most(amount: int, *lines: str) -> str:
    head = f'[[requirement]]\nid = "few"\nkind = "at_most"\namount = {amount}\n'
    projects = ", ".join(f'{{ source_id = "{name}", measures = ["scrub"] }}' for name in "AB")
    return head + f"projects = [{projects}]\n" + "".join(f"{line}\n" for line in lines)


def soft_of(result: Result, row: str) -> dict[str, object]:
    (found,) = (item for item in result.requirements if item.row == row)
    assert found.soft is not None
    return dict(found.soft)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("price", "cost", "missing"), [(15_000, 0, 3), (22_000, 20_000, 2), (26_000, 70_000, 0)])
def test_sections_stay_out_of_the_class_where_that_is_cheaper(
    tmp_path: Path, engine: EngineName, price: int, cost: int, missing: int
) -> None:
    """Three asked at p each: nothing 3 p, one 20000 + 2 p, two 60000 + p, all 70000.

    15000: 45000, 50000, 75000, 70000. 22000: 66000, 64000, 82000, 70000. 26000: 78000, 72000, 86000, 70000. Were the
    number hard, all would be treated at every price.
    """
    result = sections(tmp_path, counted(3, f'soft = "{price} CNY"'), engine)
    (target,) = result.requirements
    assert result.objective.value == pytest.approx(cost, abs=1e-6)
    assert (target.reached, target.met) == (3 - missing, missing == 0)
    found = soft_of(result, "n")
    assert (found["missing"], found["unit"]) == (missing, "count")
    assert found["penalty_cny"] == pytest.approx(price * missing)
    assert result.penalty == {"value": pytest.approx(price * missing), "unit": "CNY/yr"}
    assert result.is_success is (missing == 0)


@pytest.mark.parametrize("engine", ENGINES)
def test_any_number_at_any_price_is_the_best_of_all_choices(tmp_path: Path, engine: EngineName) -> None:
    """Every set of treated drains is counted: its cost, and p for each section that is short of n."""
    for asked, price in product((1, 2, 3), (9_000, 25_000, 45_000)):
        worths = [
            sum(TREATED[name] for name in chosen) + price * max(0, asked - sum(needed <= chosen for needed in NEEDED))
            for chosen in ({name for name, is_in in zip(TREATED, way, strict=True) if is_in} for way in CHOICES)
        ]
        result = sections(tmp_path, counted(asked, f'soft = "{price} CNY"'), engine)
        assert result.penalty is not None
        assert (result.objective.value or 0.0) + result.penalty["value"] == pytest.approx(min(worths))


CHOICES = list(product((False, True), repeat=3))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_project_more_than_the_ceiling_has_its_price(stacks: BundleMaker, engine: EngineName) -> None:
    """100 t at 4000 CNY/t: nothing 400000, A 381405.49 and one project over; both 554811 and two.

    At 10000 CNY each A is taken (391405.49), at 20000 nothing (401405.49 is more than 400000). Without the ceiling A
    would be taken at both.
    """
    target = reduce("100 t/yr", 'soft = "4000 CNY/t"')
    cheap = stacked(stacks, target + at_most(0, 'soft = "10000 CNY"'), engine)
    dear = stacked(stacks, target + at_most(0, 'soft = "20000 CNY"'), engine)
    assert done(cheap) == ["A"]
    assert soft_of(cheap, "few")["missing"] == pytest.approx(1.0)
    assert cheap.penalty == {"value": pytest.approx(90_000.0), "unit": "CNY/yr"}
    assert cheap.objective.value == pytest.approx(COST_A)
    assert done(dear) == []
    assert soft_of(dear, "few")["missing"] == 0.0


def test_a_hard_ceiling_leaves_no_plan_where_a_soft_one_does(stacks: BundleMaker) -> None:
    """100 t need both scrubbers, one is allowed: infeasible, or one over for 50000 CNY."""
    both = reduce("100 t/yr")
    assert stacked(stacks, both + at_most(1)).status == "INFEASIBLE"
    result = stacked(stacks, both + at_most(1, 'soft = "5 万元"'))
    assert result.objective.value == pytest.approx(COST_A + COST_B)
    assert result.penalty == {"value": pytest.approx(50_000.0), "unit": "CNY/yr"}


def test_the_closest_plan_brings_in_as_many_sections_as_money_allows(tmp_path: Path) -> None:
    """Three asked and 25000 CNY a year: S01 alone for 20000, two of three are missing."""
    money = '[[requirement]]\nid = "money"\nkind = "budget"\nmetric = "annual"\namount = "25000 CNY/yr"\n'
    result = sections(tmp_path, counted(3) + money, mode="closest")
    assert done(result) == ["D1", "D2"]
    found = soft_of(result, "n")
    assert (found["missing"], found["share"]) == pytest.approx((2.0, 2 / 3))


def test_a_ceiling_of_projects_holds_in_the_closest_plan_unless_it_says_so(stacks: BundleMaker) -> None:
    """100 t and one project: A alone lacks 20 t (a fifth); with the ceiling soft too, one over of one counts 1."""
    kept = stacked(stacks, reduce("100 t/yr") + at_most(1), mode="closest")
    passed = stacked(stacks, reduce("100 t/yr", "weight = 6.0") + at_most(1, "soft = true"), mode="closest")
    assert done(kept) == ["A"]
    assert done(passed) == ["A", "B"]
    assert soft_of(passed, "few")["share"] == pytest.approx(1.0)


def test_the_aims_in_turn_give_up_a_number_of_sections_last_in_rank(tmp_path: Path) -> None:
    """Two in class III cost 60000, one 20000; 25000 are there. Of the two counts only the smaller is kept."""
    money = '[[requirement]]\nid = "money"\nkind = "budget"\nmetric = "annual"\namount = "25000 CNY/yr"\n'
    text = counted(2) + counted(1, "priority = 2", name="m") + money
    result = sections(tmp_path, text, mode="hierarchical")
    assert [item.met for item in result.requirements] == [False, True, True]
    assert result.objective.value == pytest.approx(20_000)
    assert soft_of(result, "m")["priority"] == 2


def test_a_price_per_tonne_is_none_of_a_section(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        sections(tmp_path, counted(3, 'soft = "4000 CNY/t"'))
    (problem,) = refused.value.problems
    assert "requirement.n.soft" in str(problem)


def test_what_a_project_needs_cannot_be_missed_and_the_refusal_says_what_can(stacks: BundleMaker) -> None:
    needs = '[[requirement]]\nid = "r"\nkind = "requires"\nmeasures = ["scrub"]\nsoft = "10 CNY"\n'
    needs += 'needs = { source_id = "A", measures = ["scrub"] }\n'
    with pytest.raises(InputError) as refused:
        stacks(needs)
    assert "at_most" in str(refused.value.problems[0])
