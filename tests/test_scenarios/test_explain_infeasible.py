"""Conflicts and repairs of scenarios that cannot be met: applied with ``--set`` each repair makes them feasible."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from model.problems import InputError
from scenarios.analysis import repairs
from scenarios.analysis.explain import Explanation, explain
from scenarios.analysis.repairs import Repair
from scenarios.analysis.study import Study, study_of
from scenarios.analysis.variants import moved, moving
from scenarios.compiling.held_rows import AT_MOST
from scenarios.reading.files import Parts, ScenarioFiles, find_scenario, load_bundle
from scenarios.reading.patches import Setting, read_setting
from tests.test_optimizer.oracle import least_cost, least_cost_of_shares
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.stacks import COST_A, COST_B, POLISH, write
from tests.test_scenarios.studies import EXACT, budget, forbid, nox
from tests.test_scenarios.studies import study as ask

MANDATE = '[[requirement]]\nid = "all"\nkind = "mandate"\nmeasures = ["scrub"]\n'


def explained(make: BundleMaker, requirements: str, **changes: object) -> Explanation:
    return explain(ask(make, requirements, **changes))


def test_one_target_out_of_reach_is_the_whole_conflict(stacks: BundleMaker) -> None:
    """130 t are asked, both scrubbers take 80 + 40 = 120 t, and cost COST_A + COST_B a year."""
    answer = explained(stacks, nox("130 t/yr"))
    (conflict,) = answer.conflicts
    assert (list(conflict.rows), conflict.is_irreducible) == (["nox"], True)
    assert "120.00 t/yr" in conflict.says.en
    assert "120.00吨/年" in conflict.says.zh
    (repair,) = answer.repairs
    (change,) = repair.changes
    assert (change.requirement, change.old, change.new, change.set) == (
        "nox",
        130.0,
        120.0,
        {"requirement.nox.amount": "120 t/yr"},
    )
    assert repair.cost_annual_cny == pytest.approx(COST_A + COST_B)
    assert "by 10.00 t/yr" in repair.says.en
    assert "降低10.00吨/年" in repair.says.zh


def test_two_requirements_that_only_whole_projects_cannot_meet_conflict(stacks: BundleMaker) -> None:
    """100 t need both scrubbers, 2.4e6 CNY; shares of them would cost 1.2e6 + 0.5 * 1.2e6 = 1.8e6, which is allowed."""
    answer = explained(stacks, nox("100 t/yr") + budget("1.8e6 CNY"))
    (conflict,) = answer.conflicts
    assert (set(conflict.rows), conflict.is_irreducible) == ({"nox", "money"}, True)
    first, second = (repair for repair in answer.repairs if repair.changes[0].change != "move the year")
    assert (first.changes[0].requirement, first.changes[0].new) == ("nox", 80.0)
    assert (second.changes[0].requirement, second.changes[0].new) == ("money", 2.4e6)


def test_two_separate_shortfalls_need_a_set_of_two_changes(stacks: BundleMaker) -> None:
    """A gives at most 80 t and B 40 t; 90 and 50 are asked: neither change alone suffices, both together do."""
    east, west = nox("90 t/yr", 'district = "East"', name="east"), nox("50 t/yr", 'district = "West"', name="west")
    answer = explained(stacks, east + west)
    assert sorted(row for conflict in answer.conflicts for row in conflict.rows) == ["east", "west"]
    (repair,) = answer.repairs
    assert {change.requirement: change.new for change in repair.changes} == {"east": 80.0, "west": 40.0}
    assert "These 2 changes together" in repair.says.en


def test_a_forbidden_measure_can_be_admitted_instead(stacks: BundleMaker) -> None:
    """Without the scrubber nothing can be had: ask for 0 t, or admit it."""
    answer = explained(stacks, nox("60 t/yr") + forbid("scrub"))
    kinds = {repair.changes[0].change: repair for repair in answer.repairs}
    assert set(kinds) == {"lower the value", "admit the measure"}
    assert kinds["admit the measure"].cost_annual_cny == pytest.approx(COST_A)
    assert "drop no" in kinds["admit the measure"].says.en


def test_a_forbidden_measure_is_part_of_a_set_where_it_does_not_suffice(stacks: BundleMaker) -> None:
    """East can give 80 of 90 t; West 40 t of 30, were the scrubber not forbidden there.

    Both targets are lowered, to 80 and 0 t, or East's is and the scrubber admitted.
    """
    east, west = nox("90 t/yr", 'district = "East"', name="east"), nox("30 t/yr", 'district = "West"', name="west")
    answer = explained(stacks, east + west + forbid("scrub", where='district = "West"\n'))
    found = [{(change.requirement, change.new) for change in repair.changes} for repair in answer.repairs]
    assert found == [{("east", 80.0), ("no", None)}, {("east", 80.0), ("west", 0.0)}]


def test_a_later_plan_year_is_proposed_where_the_lead_time_stands_in_the_way(stacks: BundleMaker) -> None:
    """Polishing takes 30 months from January 2024: nothing runs in 2025, all 75 t do from 2026 on."""
    measures = POLISH.replace("= 18", "= 30")
    found = explained(stacks, nox("60 t/yr", "year = 2025"), measures=measures, years=[2025, 2026])
    (move,) = [change for repair in found.repairs for change in repair.changes if change.change == "move the year"]
    assert (move.old, move.new, move.set) == (2025, 2026, {"requirement.nox.year": "2026"})


def test_a_deadline_moves_beyond_the_last_plan_year(stacks: BundleMaker) -> None:
    """Polishing needs 18 months from January 2024: it starts in 2025, too late for a plan of 2024."""
    answer = explained(stacks, nox("60 t/yr"), measures=POLISH, years=[2024], base_year=2023)
    kinds = [repair.changes[0].change for repair in answer.repairs]
    assert "move the year" in kinds
    move = next(repair for repair in answer.repairs if repair.changes[0].change == "move the year")
    assert "from 2024 to 2025" in move.says.en
    assert move.is_verified


def test_a_mandate_can_be_named_and_eased_although_it_only_leaves_choices_out(stacks: BundleMaker) -> None:
    """Scrubbing both costs 2.4e6 CNY, 2e6 are allowed: raise them, or let one of the two sources go."""
    answer = explained(stacks, MANDATE + budget("2e6 CNY"))
    assert {row for conflict in answer.conflicts for row in conflict.rows} == {"all", "money"}
    changes = [change for repair in answer.repairs for change in repair.changes]
    found = {change.requirement: change for change in changes if change.change != "move the year"}
    assert (found["all"].new, found["money"].new) == (1.0, 2.4e6)
    assert found["all"].set == {"requirement.all.tolerance": "0.5"}


def test_decided_projects_are_facts_and_never_offered(stacks: BundleMaker) -> None:
    """A is fixed as it is, B gives 40 t at most: only the target can give way."""
    fixed = '[[requirement]]\nid = "as-is"\nkind = "fix"\nsource_id = "A"\nmeasures = []\n'
    answer = explained(stacks, nox("60 t/yr") + fixed)
    assert {change.requirement for repair in answer.repairs for change in repair.changes} == {"nox"}
    assert answer.repairs[0].changes[0].new == 40.0


def test_the_json_of_a_repair_has_what_is_needed_to_apply_it(stacks: BundleMaker) -> None:
    tree = explained(stacks, nox("130 t/yr")).to_json()
    (repair,) = tree["repairs"]
    assert repair["changes"][0]["from"] == 130.0
    assert repair["changes"][0]["to"] == 120.0
    assert (repair["size"], repair["verified"]) == (1, True)
    assert set(repair["says"]) == {"zh", "en"}


def test_an_exact_number_is_proposed_as_it_can_be_had(stacks: BundleMaker) -> None:
    quota = '[[requirement]]\nid = "three"\nkind = "quota"\nsense = "="\namount = 3\nmeasures = ["scrub"]\n'
    (change,) = (change for repair in explained(stacks, quota).repairs for change in repair.changes)
    assert (change.new, change.set) == (2.0, {"requirement.three.amount": "2"})


def test_a_share_is_proposed_as_a_share(stacks: BundleMaker) -> None:
    """90 % of 150 t are 135 t; 120 t can be had, 80 %."""
    (repair,) = explained(stacks, nox("90 %")).repairs
    assert repair.changes[0].set == {"requirement.nox.amount": "80 %"}


def test_nothing_is_offered_that_was_not_solved_again(stacks: BundleMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    made = ask(stacks, nox("130 t/yr"))
    monkeypatch.setattr(repairs, "_annual", lambda *_: None)
    assert explain(made).repairs == ()
    monkeypatch.setattr(repairs, "least_easing", lambda *_: None)
    assert explain(made).repairs == ()


def test_a_year_that_cannot_be_asked_for_is_not_offered(stacks: BundleMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise InputError([])

    made = ask(stacks, nox("130 t/yr"))
    monkeypatch.setattr(repairs, "study_again", refuse)
    assert [repair.changes[0].change for repair in explain(made).repairs] == ["lower the value"]


def test_a_move_says_all_that_has_to_be_set(stacks: BundleMaker) -> None:
    """Beyond the last plan year there is one more, what states no year stays in 2025, and a deadline moves as a day."""
    leap = nox("20 t/yr", "by = 2024-02-29", name="leap")
    years = {"years": [2024, 2025], "base_year": 2023}
    bundle = stacks(nox("130 t/yr", "by = 2025-06-30") + budget("1e6 CNY") + leap, **years)
    later = {"years": "[2024, 2025, 2026]", "requirement.nox.by": "2026-06-30", "requirement.money.year": "2025"}
    assert moving(bundle, "nox", 2026) == later
    assert moving(bundle, "leap", 2025) == {"requirement.leap.by": "2025-02-28"}
    settings = [read_setting(f"{key}={value}") for key, value in later.items()]
    again = stacks(nox("130 t/yr", "by = 2025-06-30") + budget("1e6 CNY"), **{**years, **dict(settings)})
    assert [item.year for item in again.scenario.requirement] == [None, 2025]


def test_a_deadline_within_the_year_moves_to_the_same_day(stacks: BundleMaker) -> None:
    bundle = moved(stacks(nox("130 t/yr", "by = 2025-06-30")), "nox", 2026)
    (item,) = bundle.scenario.requirement
    assert (item.year, getattr(item, "by", None)) == (2026, date(2026, 6, 30))
    assert bundle.timeline.years == (2025, 2026)


KINDS = {"lower the value", "raise the value", "move the year", "admit the measure", "lift the exclusion"}
INVENTORIES = 6
DISTRICTS = ("East", "West", "North")


def drawn_sources(rng: np.random.Generator) -> str:
    """Draw three to six stacks in three districts."""
    rows = ["source_id,name,district,source_class,nox_t_per_year,so2_t_per_year"]
    for number in range(int(rng.integers(3, 7))):
        tonnes = int(rng.integers(20, 200))
        rows.append(f"S{number},S{number},{DISTRICTS[number % 3]},kiln,{tonnes},{tonnes // 3}")
    return "\n".join(rows) + "\n"


def drawn_requirements(rng: np.random.Generator) -> list[Setting]:
    """Draw up to six requirements that are often too much, as settings."""
    tonnes = {"kind": "reduce", "pollutant": "nox"}
    found: list[Setting] = [("requirement.all", {**tonnes, "amount": f"{int(rng.integers(100, 700))} t/yr"})]
    for district in DISTRICTS:
        if rng.random() < 0.5:
            asked = {**tonnes, "amount": f"{int(rng.integers(20, 250))} t/yr", "district": district}
            found.append((f"requirement.{district.lower()}", asked))
    if rng.random() < 0.5:
        money = {"kind": "budget", "metric": "capital", "amount": f"{int(rng.integers(8, 60)) * 100_000} CNY"}
        found.append(("requirement.money", money))
    if rng.random() < 0.2:
        share = {"kind": "reduce", "pollutant": "so2", "amount": f"{int(rng.integers(5, 40))} %"}
        found.append(("requirement.share", share))
    if rng.random() < 0.2:
        few = {"kind": "quota", "sense": "<=", "measures": ["scrub"], "amount": int(rng.integers(0, 3))}
        found.append(("requirement.few", few))
    return found + drawn_decisions(rng)


def drawn_decisions(rng: np.random.Generator) -> list[Setting]:
    """Draw what somebody decided and can take back: a measure forbidden in a district, a ceiling, an exclusion."""
    found: list[Setting] = []
    if rng.random() < 0.15:
        found.append(("requirement.no", {"kind": "forbid", "measures": ["scrub"], "district": "East"}))
    if rng.random() < 0.15:
        projects = [{"source_id": f"S{number}", "measures": ["scrub"]} for number in range(3)]
        found.append(("requirement.ceiling", {"kind": "at_most", "amount": 1, "projects": projects}))
    if rng.random() < 0.15:
        against = {"source_id": "S0", "measures": ["scrub"]}
        found.append(
            ("requirement.either", {"kind": "excludes", "measures": ["scrub"], "district": "West", "against": against})
        )
    return found


def applied(settings: Sequence[Setting], repair: Repair) -> list[Setting]:
    """Return the settings with the changes as the command line reads them; a decision taken back is deleted."""
    given_up = {f"requirement.{change.requirement}" for change in repair.changes if not change.set}
    assert given_up <= {key for key, _ in settings}
    kept = [setting for setting in settings if setting[0] not in given_up]
    return kept + [read_setting(f"{key}={value}") for change in repair.changes for key, value in change.set.items()]


def is_irreducible(study: Study, rows: Sequence[str]) -> bool:
    """Try every whole choice: the rows cannot all be kept, and any one fewer of them can."""
    problem = study.compiled.problem
    own = [row for row in problem.rows if row.id.removesuffix(AT_MOST) in rows]
    others = [[row for row in own if row.id.removesuffix(AT_MOST) != name] for name in rows]
    kept = [least_cost(replace(problem, rows=tuple(fewer))) is not None for fewer in (own, *others)]
    return not kept[0] and all(kept[1:])


def assert_true_conflicts(study: Study, answer: Explanation) -> None:
    """Every conflict that is named is one, and needs each of its requirements."""
    assert answer.conflicts
    for conflict in answer.conflicts:
        assert conflict.is_irreducible
        assert is_irreducible(study, conflict.rows), conflict


@pytest.mark.slow
def test_a_hundred_infeasible_scenarios_all_have_repairs_that_work(tmp_path: Path) -> None:
    """Every repair is applied as a planner would, with ``--set`` or by deleting what is given up, and solved anew.

    Several need two changes; every kind of change is among them. Of every conflict it is tried out that it is one and
    that each of its requirements is needed for it. Shares of projects would do for some of the scenarios, which only
    whole projects cannot meet.
    """
    rng = np.random.default_rng(9)
    places: list[tuple[ScenarioFiles, Parts]] = []
    for number in range(INVENTORIES):
        (tmp_path / str(number)).mkdir()
        folder = write(tmp_path / str(number), "", sources=drawn_sources(rng))
        places.append((find_scenario(folder), Parts()))
    sizes: Counter[int] = Counter()
    kinds: Counter[str] = Counter()
    seen = separate = only_whole = 0
    while seen < 100:
        found, parts = places[seen % INVENTORIES]
        settings = drawn_requirements(rng)
        study = study_of(load_bundle(found, settings, parts=parts), settings=EXACT)
        if not study.is_infeasible:
            continue
        seen += 1
        only_whole += least_cost_of_shares(study.compiled.problem) is not None
        answer = explain(study)
        separate += len(answer.conflicts) > 1
        assert answer.repairs, settings
        assert_true_conflicts(study, answer)
        for repair in answer.repairs:
            sizes[len(repair.changes)] += 1
            kinds.update(change.change for change in repair.changes)
            again = load_bundle(found, applied(settings, repair), parts=parts)
            assert study_of(again, settings=EXACT).is_feasible, (settings, repair)
    assert {1, 2} <= set(sizes)
    assert set(kinds) == KINDS
    assert separate >= 10
    assert only_whole >= 2
