"""Laws of years, extensions and rules on small cases drawn at random, against trying every choice."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer import Settings, solve
from scenarios.answering import run
from scenarios.compiling.choices import labels_of
from scenarios.compiling.compile import Compiled
from scenarios.reading.bundle import Bundle
from tests.test_scenarios.by_hand import compiled
from tests.test_scenarios.green_island import MEASURES as ISLAND
from tests.test_scenarios.green_island import SOURCES as WORKSHOPS
from tests.test_scenarios.green_island import requirement
from tests.test_scenarios.stacks import load, write

EXAMPLES = 12
YEARS = (2025, 2026)
PROVEN = Settings(gap=0.0)

MEASURE = """
[[measure]]
id = "{name}"
sector = "point_sources"
slot = "{slot}"
name = "{name}"
removes = {{ nox = {removes} }}
lead_time_months = {lead}
[measure.cost]
price_year = 2023
annual = "{annual} CNY/yr"
per_t_removed = {{ nox = "{per_t} CNY/t" }}
capital = "{capital} CNY"
lifetime_years = 10
"""


@dataclass(frozen=True)
class Case:
    """Two stacks, two measures in two slots, a milestone in each year, money in each year."""

    nox: tuple[int, int]
    entry: int
    capital: tuple[int, int]
    per_t: int
    leads: tuple[int, int]
    milestones: tuple[int, int]
    money: int
    months: bool

    def requirements(self, by: str = "") -> str:
        asked = [
            requirement(f"m{year}", "reduce", 'pollutant = "nox"', f'amount = "{tonnes} t/yr"', by or f"year = {year}")
            for year, tonnes in zip(YEARS, self.milestones, strict=True)
            if not by or year == YEARS[1]
        ]
        money = requirement("c", "budget", 'metric = "capital"', f'amount = "{self.money} CNY"', 'each = "year"')
        return "".join(asked) + money

    def bundle(self, text: str) -> Bundle:
        first, second = self.nox
        entry = "" if self.entry == 0 else str(self.entry)
        rows = ["source_id,name,district,nox_t_per_year,start_year", f"A,a,East,{first},", f"B,b,West,{second},{entry}"]
        names = (("scrub", "control", 0.8), ("polish", "polishing", 0.5))
        measures = "".join(
            MEASURE.format(
                name=name, slot=slot, removes=part, lead=lead, annual=20_000, per_t=self.per_t, capital=capital
            )
            for (name, slot, part), lead, capital in zip(names, self.leads, self.capital, strict=True)
        )
        changes: dict[str, object] = {"years": list(YEARS), "credit": "months" if self.months else "full_year"}
        with tempfile.TemporaryDirectory() as folder:
            return load(write(Path(folder), text, sources="\n".join([*rows, ""]), measures=measures), **changes)


cases = st.builds(
    Case,
    nox=st.tuples(st.integers(20, 100), st.integers(20, 100)),
    entry=st.sampled_from([0, 2025, 2026]),
    capital=st.tuples(st.integers(1, 20).map(lambda n: n * 100_000), st.integers(1, 20).map(lambda n: n * 100_000)),
    per_t=st.sampled_from([0, 500, 3000]),
    leads=st.tuples(st.sampled_from([6, 14, 20]), st.sampled_from([6, 14, 20])),
    milestones=st.tuples(st.integers(0, 60), st.integers(5, 110)),
    money=st.integers(3, 40).map(lambda n: n * 100_000),
    months=st.booleans(),
)


def every_choice(found: Compiled) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """One choice of each source, in every combination, shape (combination, source)."""
    groups = [np.flatnonzero(found.options.source == source) for source in np.unique(found.options.source)]
    return np.array(list(product(*groups)), dtype=np.int64)


def least(found: Compiled, extra: np.ndarray[tuple[int], np.dtype[np.bool_]] | None = None) -> float:
    """The least cost over every combination that keeps the rows over metrics, and ``extra`` (combination,)."""
    chosen = every_choice(found)
    good = np.ones(len(chosen), dtype=bool) if extra is None else extra
    for row in found.problem.rows:
        own = np.ones(found.options.size) if row.groups is None else np.isin(found.options.source, row.groups)
        value = (found.problem.metrics[row.metric] * own)[chosen].sum(axis=1)
        room = 1e-9 * max(1.0, abs(row.bound))
        good &= {">=": value >= row.bound - room, "<=": value <= row.bound + room, "=": True}[row.sense]
    return float(found.problem.cost[chosen].sum(axis=1)[good].min(initial=np.inf))


def objective(found: Compiled) -> float:
    solution = solve(found.problem, PROVEN)
    return np.inf if solution.objective is None else solution.objective


@settings(max_examples=EXAMPLES, deadline=None)
@given(cases)
def test_the_solver_finds_what_trying_every_package_and_year_finds(case: Case) -> None:
    found = compiled(case.bundle(case.requirements()))
    assert objective(found) == pytest.approx(least(found), rel=1e-9)


@settings(max_examples=EXAMPLES, deadline=None)
@given(cases)
def test_no_years_money_and_no_milestone_is_broken_and_both_ledgers_agree(case: Case) -> None:
    """Added up from the task list by hand; a plan whose ledgers differ would not be returned at all."""
    bundle = case.bundle(case.requirements())
    result = run.plan(bundle, settings=PROVEN, has_reach=False)
    if result.status != "OPTIMAL":
        assert result.status == "INFEASIBLE"
        return
    for year, tonnes in zip(YEARS, case.milestones, strict=True):
        spent = sum(task["capital_cny"] for task in result.tasks if task["start_year"] == year)
        assert spent <= case.money * (1 + 1e-9)
        rows = [row for row in result.emissions if row["pollutant"] == "nox" and row["year"] == year]
        taken = sum(row["without_plan_t_per_year"] - row["with_plan_t_per_year"] for row in rows)
        assert taken >= tonnes - 1e-6
    entered = [task["start_year"] for task in result.tasks if task["source_id"] == "B"]
    assert all(year >= case.entry for year in entered)


@settings(max_examples=EXAMPLES, deadline=None)
@given(cases, st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), min_size=2, max_size=2))
def test_a_later_deadline_never_costs_more(case: Case, days: list[date]) -> None:
    """Whatever is in service by a day is in service by a later one."""
    early, late = sorted(str(day) for day in days)
    costs = [objective(compiled(case.bundle(case.requirements(f"by = {day}")))) for day in (early, late)]
    assert costs[1] <= costs[0] * (1 + 1e-9)


@settings(max_examples=EXAMPLES, deadline=None)
@given(cases)
def test_extensions_never_cost_more_than_none(case: Case) -> None:
    bundle = case.bundle(case.requirements())
    whole = compiled(bundle)
    alone = whole.problem.cost[~whole.options.is_extended()]
    assert len(alone) < whole.options.size or len(np.unique(whole.options.source)) == 0
    chosen = every_choice(whole)
    plain = ~whole.options.is_extended()[chosen].any(axis=1)
    assert least(whole) <= least(whole, plain)


# Rules -----------------------------------------------------------------------------------------------------------

amounts = st.integers(1, 20).map(lambda n: n * 10_000)
RULES: Mapping[str, str] = {
    "requires": requirement(
        "r", "requires", 'measures = ["share"]', 'needs = { same = "district", measures = ["build"] }'
    ),
    "excludes": requirement(
        "x",
        "excludes",
        'measures = ["share"]',
        'district = "East"',
        'against = { source_id = "U3", measures = ["share"] }',
    ),
    "at_most": requirement(
        "a",
        "at_most",
        "amount = 1",
        'projects = [{ source_id = "U1", measures = ["share"] }, { source_id = "U3", measures = ["share", "own"] }]',
    ),
    "shared": requirement(
        "s",
        "shared",
        'measures = ["share"]',
        'of = "vocs_t_per_year"',
        'plant = { source_id = "P1", measures = ["build"] }',
        'capacity = "20 t/yr"',
    ),
}

type Done = Mapping[str, tuple[str, int]]
"""Measure and start year by source, of those that do something."""


def keeps(rule: str, done: Done) -> bool:
    """Whether what is done keeps a rule, told in plain words."""
    share = {source: year for source, (measure, year) in done.items() if measure == "share"}
    plants = {source: year for source, (measure, year) in done.items() if measure == "build"}
    if rule == "requires":
        plant_of = {"U1": "P1", "U2": "P1", "U3": "P2"}
        return all(plants.get(plant_of[user], 9999) <= year for user, year in share.items())
    if rule == "excludes":
        return not ("U3" in share and {"U1", "U2"} & share.keys())
    if rule == "at_most":
        return not ("U1" in share and "U3" in done)
    on_time = all(plants.get("P1", 9999) <= year for year in share.values())
    return on_time and len(share) <= 2


@settings(max_examples=EXAMPLES, deadline=None)
@given(amounts, amounts, amounts, st.lists(st.sampled_from(sorted(RULES)), unique=True, min_size=1), st.integers(5, 26))
def test_rules_hold_what_plain_words_say(build: int, share: int, own: int, rules: list[str], tonnes: int) -> None:
    catalogue = ISLAND.replace("120000", str(build)).replace("10000 ", f"{share} ").replace("100000", str(own))
    text = requirement("v", "reduce", 'pollutant = "vocs"', f'amount = "{tonnes} t/yr"') + "".join(
        RULES[rule] for rule in rules
    )
    with tempfile.TemporaryDirectory() as folder:
        written = write(Path(folder), text, sources=WORKSHOPS, measures=catalogue)
        found = compiled(load(written, years=list(YEARS)))
    chosen = every_choice(found)
    labels = labels_of(found.options, np.arange(found.options.size))
    ids = ["P1", "P2", "U1", "U2", "U3"]
    kept = []
    for combination in chosen.tolist():
        of_source = {source: labels[place] for source, place in zip(ids, combination, strict=True)}
        done = {source: (measures[0], years[0]) for source, (measures, years) in of_source.items() if measures}
        kept.append(all(keeps(rule, done) for rule in rules))
    assert objective(found) == pytest.approx(least(found, np.array(kept)), rel=1e-9)
