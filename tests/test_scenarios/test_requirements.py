"""Requirements as CONTRACT prints them, and what each kind refuses."""

import re

import pytest
from pydantic import ValidationError

from model.measures import Condition
from model.problems import Problem
from model.strict import problems_of
from model.text import Text
from model.units import Amount
from scenarios.reading.fields import Cite
from scenarios.reading.requirements import (
    Budget,
    Cap,
    Fix,
    Forbid,
    Intensity,
    Limit,
    Mandate,
    Quota,
    Reduce,
    Requirement,
)
from scenarios.reading.spec import Scenario
from tests.test_scenarios.two_stacks import SCENARIO, tables

OTHERS = SCENARIO.partition("[[requirement]]")[0]

PRINTED = """
[[requirement]]
id = "nox-share"
kind = "reduce"
pollutant = "nox"
amount = "30 %"
of = "1200 t/yr"                 # "base_year" (emissions of the base year in scope) or an amount (a plan-period task)

[[requirement]]
id = "vocs-intensity"
kind = "intensity"               # emissions / output falls by amount against the base year
pollutant = "vocs"
amount = "10 %"
output = { A = "1e9 CNY/yr" }    # per district; growth from [growth]
each = "district"

[[requirement]]
id = "tp-cap"
kind = "cap"                     # remaining emissions
pollutant = "tp"
amount = "80 t/yr"

[[requirement]]
id = "small-boilers"
kind = "quota"                   # number of sources in scope that get one of the measures
sense = ">="
amount = 422
measures = ["boiler-close", "boiler-district-heat"]
where = { capacity_t_per_h = { below = 35 } }

[[requirement]]
id = "ultra-low"
kind = "mandate"                 # every source in scope gets one of the measures, or meets the limit
measures = ["boiler-ultra-low", "boiler-close"]
where = { capacity_t_per_h = { min = 35 } }

[[requirement]]
id = "money"
kind = "budget"                  # metric: capital | annual | public
metric = "capital"
amount = "3 亿元"
year = 2025

[[requirement]]
id = "no-gas"
kind = "forbid"
measures = ["boiler-gas"]

[[requirement]]
id = "already-built"
kind = "fix"
source_id = "A"
measures = ["scrub"]
start_year = 2025

[[requirement]]
id = "from-above"
kind = "reduce"
pollutant = "cod"
amount = "pending"               # set by a higher authority, not known yet
"""


def read(text: str) -> tuple[Requirement, ...]:
    return Scenario.model_validate(tables(OTHERS + text)).requirement


def one(*lines: str) -> Requirement:
    (requirement,) = read(written(*lines))
    return requirement


def written(*lines: str) -> str:
    return "\n".join(["[[requirement]]", 'id = "it"', *lines])


def refused(text: str) -> list[Problem]:
    raw = tables(OTHERS + text)
    with pytest.raises(ValidationError) as error:
        Scenario.model_validate(raw)
    return problems_of(error.value, raw, Scenario, "scenario.toml")


def test_the_requirements_of_the_contract_are_read_as_printed() -> None:
    share, intensity, cap, quota, mandate, budget, forbid, fix, pending = read(PRINTED)
    assert isinstance(share, Reduce)
    assert share.amount == Amount("30 %", 0.3, "")
    assert share.of == Amount("1200 t/yr", 1200.0, "t/yr")
    assert isinstance(intensity, Intensity)
    assert intensity.amount == Amount("10 %", 0.1, "")
    assert intensity.output == {"A": Amount("1e9 CNY/yr", 1e9, "CNY/yr")}
    assert intensity.each == "district"
    assert isinstance(cap, Cap)
    assert cap.amount == Amount("80 t/yr", 80.0, "t/yr")
    assert isinstance(quota, Quota)
    assert (quota.sense, quota.amount, quota.measures) == (">=", 422, ("boiler-close", "boiler-district-heat"))
    assert quota.where == {"capacity_t_per_h": Condition(below=35.0)}
    assert isinstance(mandate, Mandate)
    assert (mandate.measures, mandate.limit) == (("boiler-ultra-low", "boiler-close"), None)
    assert isinstance(budget, Budget)
    assert (budget.metric, budget.amount, budget.year) == ("capital", Amount("3 亿元", 3e8, "CNY"), 2025)
    assert isinstance(forbid, Forbid)
    assert forbid.measures == ("boiler-gas",)
    assert isinstance(fix, Fix)
    assert (fix.source_id, fix.measures, fix.start_year, fix.share) == ("A", ("scrub",), 2025, 1.0)
    assert isinstance(pending, Reduce)
    assert pending.amount == "pending"
    assert pending.of == "base_year"


def test_shared_fields_are_read() -> None:
    requirement = one(
        'kind = "cap"',
        'pollutant = "nox"',
        'amount = "1 公斤/日"',
        'district = "East"',
        'sector = ["furnaces", "coal_boilers"]',
        "year = 2025",
        'basis = "inventory"',
        'tolerance = "2 %"',
        'note = { zh = "假设", en = "Assumed" }',
        "assumed = true",
        'cites = [{ document = "Plan", clause = "3.1", summary = { zh = "摘要", en = "Summary" } }, "F278"]',
    )
    assert (requirement.district, requirement.sector) == (("East",), ("furnaces", "coal_boilers"))
    assert (requirement.year, requirement.basis, requirement.tolerance) == (2025, "inventory", 0.02)
    assert requirement.note == Text("假设", "Assumed")
    assert requirement.assumed
    assert requirement.cites == (
        Cite(Text("Plan", "Plan"), "3.1", Text("摘要", "Summary")),
        Cite(Text("F278", "F278")),
    )
    assert isinstance(requirement, Cap)
    assert requirement.amount == Amount("1 公斤/日", 0.365, "t/yr")


def test_nothing_is_assumed_or_tolerated_unless_said() -> None:
    requirement = one('kind = "forbid"', 'measures = "boiler-gas"')
    assert (requirement.district, requirement.sector, requirement.where, requirement.each) == ((), (), {}, None)
    assert (requirement.year, requirement.basis, requirement.tolerance, requirement.cites) == (None, None, 0.0, ())
    assert not requirement.assumed


@pytest.mark.parametrize(
    ("limit", "read_as"),
    [
        ('{ level = "nox_mg_per_m3", at_most = "50 mg/m3" }', Amount("50 mg/m3", 50.0, "mg/m3")),
        ('{ level = "tp_mg_per_l", at_most = "0.3 mg/L" }', Amount("0.3 mg/L", 0.3, "mg/L")),
        ('{ level = "tp_mg_per_l", at_most = "300 mg/m3" }', Amount("300 mg/m3", 0.3, "mg/L")),
    ],
)
def test_a_limit_is_read_in_the_unit_of_its_level(limit: str, read_as: Amount) -> None:
    """300 mg/m3 of water are 0.3 mg/L."""
    requirement = one('kind = "mandate"', f"limit = {limit}")
    assert isinstance(requirement, Mandate)
    assert isinstance(requirement.limit, Limit)
    assert requirement.limit.at_most == read_as


@pytest.mark.parametrize("amount", ["3 亿元", "3 亿元/年"])
@pytest.mark.parametrize("metric", ["capital", "annual", "public"])
def test_a_budget_is_money_of_a_year(metric: str, amount: str) -> None:
    requirement = one('kind = "budget"', f'metric = "{metric}"', f'amount = "{amount}"')
    assert isinstance(requirement, Budget)
    assert isinstance(requirement.amount, Amount)
    assert requirement.amount.value == 3e8


@pytest.mark.parametrize(
    "lines",
    [
        ('kind = "cap"', 'pollutant = "tp"'),
        ('kind = "intensity"', 'pollutant = "tp"', 'output = { A = "1 亿元/年" }'),
        ('kind = "quota"', 'sense = ">="', 'measures = ["scrub"]'),
        ('kind = "budget"', 'metric = "public"'),
    ],
)
def test_any_amount_may_be_pending(lines: tuple[str, ...]) -> None:
    requirement = one(*lines, 'amount = "pending"')
    assert isinstance(requirement, Cap | Intensity | Quota | Budget)
    assert requirement.amount == "pending"


def test_a_source_may_be_decided_to_stay_as_it_is() -> None:
    requirement = one('kind = "fix"', 'source_id = "A"', "measures = []")
    assert isinstance(requirement, Fix)
    assert (requirement.measures, requirement.start_year) == ((), None)


REDUCE = ('kind = "reduce"', 'pollutant = "nox"')
INTENSITY = ('kind = "intensity"', 'pollutant = "nox"', 'amount = "10 %"')
QUOTA = ('kind = "quota"', 'measures = ["scrub"]')

CASES = {
    "unknown kind": (
        ('kind = "persuade"',),
        "it.kind",
        "expected: reduce, cap, intensity, quota, mandate, forbid, fix, budget, .*; found: 'persuade'",
    ),
    "kind mistyped": (('kind = "reduse"',), "it.kind", 'did you mean "reduce"'),
    "no kind": (('amount = "3 t"',), "it", "a requirement without a kind"),
    "bare amount": (
        (*REDUCE, "amount = 60"),
        "it.amount",
        "a bare number where a unit is needed; .*'60 t/yr'; found: '60'",
    ),
    "bare amount as text": ((*REDUCE, 'amount = "60"'), "it.amount", "a bare number where a unit is needed"),
    "tonnes without a year": ((*REDUCE, 'amount = "60 t"'), "it.amount", "expected: an amount in t/yr or %"),
    "no amount": (REDUCE, "it.amount", "must be stated is missing; expected: amount"),
    "amount a table": ((*REDUCE, "amount = {}"), "it.amount", "not an amount with a unit"),
    "negative amount": ((*REDUCE, 'amount = "-60 t/yr"'), "it.amount", "a negative amount; expected: at least 0"),
    "unknown pollutant": (
        ('kind = "reduce"', 'pollutant = "NOX"', 'amount = "3 t/yr"'),
        "it.pollutant",
        'did you mean "nox"',
    ),
    "of a tonnage": (
        (*REDUCE, 'amount = "60 t/yr"', 'of = "base_year"'),
        "it",
        "'of' says what a percentage is of, but the amount is none",
    ),
    "of nothing": ((*REDUCE, 'amount = "60 %"', 'of = "0 t/yr"'), "it.of", "not above zero"),
    "of a word": ((*REDUCE, 'amount = "60 %"', 'of = "last_year"'), "it.of", "not a number with a unit"),
    "soft by a bare number": (
        (*REDUCE, 'amount = "60 %"', "soft = 100"),
        "it.soft",
        "neither a price of what is missing",
    ),
    "soft for nothing": ((*REDUCE, 'amount = "60 %"', 'soft = "0 CNY/t"'), "it.soft", "not above zero"),
    "tolerance as a percentage number": ((*REDUCE, 'amount = "60 %"', "tolerance = 2"), "it.tolerance", "not a share"),
    "each of something else": ((*REDUCE, 'amount = "60 %"', 'each = "sector"'), "it.each", "expected: district"),
    "unknown basis": ((*REDUCE, 'amount = "60 %"', 'basis = "projects"'), "it.basis", 'did you mean "project"'),
    "mistyped key": ((*REDUCE, 'amount = "60 %"', 'yaer = "2025"'), "it.yaer", 'an unknown key; .*did you mean "year"'),
    "key of another kind": ((*REDUCE, 'amount = "60 %"', 'sense = ">="'), "it.sense", "an unknown key"),
    "bad filter": ((*REDUCE, 'amount = "60 %"', "where = { a = { mni = 3 } }"), "it.where.a", 'did you mean "min"'),
    "filter no table": ((*REDUCE, 'amount = "60 %"', "where = 3"), "it.where", "not a table"),
    "district twice": ((*REDUCE, 'amount = "60 %"', 'district = ["A", "A"]'), "it.district", "listed twice"),
    "district no text": ((*REDUCE, 'amount = "60 %"', "district = 3"), "it.district", "not a name or a list of names"),
    "reference a number": ((*REDUCE, 'amount = "60 %"', "cites = [3]"), "it.cites", "not a reference"),
    "cap as a share": (
        ('kind = "cap"', 'pollutant = "tp"', 'amount = "80 %"'),
        "it.amount",
        "expected: an amount in t/yr",
    ),
    "intensity in tonnes": ((*INTENSITY[:2], 'amount = "80 t/yr"', 'output = { A = "1 CNY/yr" }'), "it.amount", "in %"),
    "intensity without output": (INTENSITY, "it.output", "must be stated is missing"),
    "output empty": ((*INTENSITY, "output = {}"), "it.output", "no output per district"),
    "output bare": ((*INTENSITY, "output = { A = 1e9 }"), "it.output.A", "a bare number where a unit is needed"),
    "output of zero": ((*INTENSITY, 'output = { A = "0 CNY/yr" }'), "it.output.A", "not above zero"),
    "output in several units": (
        (*INTENSITY, 'output = { A = "1 CNY/yr", B = "1 t/yr" }'),
        "it.output",
        "outputs in units of different kinds",
    ),
    "quota with a fraction": ((*QUOTA, 'sense = ">="', "amount = 4.5"), "it.amount", "not a number of sources"),
    "quota below zero": ((*QUOTA, 'sense = ">="', "amount = -4"), "it.amount", "not a number of sources"),
    "quota without sense": ((*QUOTA, "amount = 4"), "it.sense", "is missing"),
    "quota of an unknown sense": (
        (*QUOTA, 'sense = ">"', "amount = 4"),
        "it.sense",
        "expected: >=, = or <=; found: '>'",
    ),
    "quota without measures": (
        ('kind = "quota"', 'sense = "="', "amount = 4", "measures = []"),
        "it.measures",
        "not a name",
    ),
    "forbidden in one year": (
        ('kind = "forbid"', 'measures = ["scrub"]', "year = 2025"),
        "it",
        "forbidden in every year; expected: no key 'year'",
    ),
    "decided with a year": (
        ('kind = "fix"', 'source_id = "A"', "measures = []", "year = 2025"),
        "it",
        "states its year as start_year",
    ),
    "mandate of nothing": (('kind = "mandate"',), "it", "demands nothing; expected: measures, limit, or both"),
    "limit of no level": (
        ('kind = "mandate"', 'limit = { level = "nox", at_most = "50 mg/m3" }'),
        "it.limit.level",
        "not the name of a level",
    ),
    "limit in tonnes": (
        ('kind = "mandate"', 'limit = { level = "nox_mg_per_m3", at_most = "50 t/yr" }'),
        "it.limit.at_most",
        "expected: an amount in mg/m3",
    ),
    "limit mistyped": (
        ('kind = "mandate"', 'limit = { level = "nox_mg_per_m3", at_most = "50 mg/m3", at_lest = 3 }'),
        "it.limit.at_lest",
        "an unknown key",
    ),
    "fix without a year": (
        ('kind = "fix"', 'source_id = "A"', 'measures = ["scrub"]'),
        "it",
        "measures without a start year",
    ),
    "fix of a number": (('kind = "fix"', "source_id = 3", "measures = []"), "it.source_id", "not a text"),
    "budget of something else": (
        ('kind = "budget"', 'metric = "capex"', 'amount = "3 亿元"'),
        "it.metric",
        "expected: capital, annual or public; found: .capex.",
    ),
    "budget in tonnes": (
        ('kind = "budget"', 'metric = "capital"', 'amount = "3 t"'),
        "it.amount",
        "expected: an amount in CNY",
    ),
}


@pytest.mark.parametrize(("lines", "key", "says"), CASES.values(), ids=CASES)
def test_a_mistake_is_named_with_its_key(lines: tuple[str, ...], key: str, says: str) -> None:
    (problem,) = refused(written(*lines))
    assert problem.column == f"requirement.{key}"
    assert re.search(says, str(problem)), str(problem)


def test_one_bad_requirement_does_not_hide_another() -> None:
    bad = PRINTED.replace('"80 t/yr"', "80").replace("= 422", "= 4.5").replace('pollutant = "vocs"', "")
    assert [problem.column for problem in refused(bad)] == [
        "requirement.vocs-intensity.pollutant",
        "requirement.tp-cap.amount",
        "requirement.small-boilers.amount",
    ]


def test_a_requirement_without_an_id_is_named_by_its_place() -> None:
    problems = refused('[[requirement]]\nkind = "forbid"\nmeasures = ["a"]\n[[requirement]]\nid = 3\nkind = "forbid"\n')
    assert [problem.column for problem in problems] == [
        "requirement.1.id",
        "requirement.2.id",
        "requirement.2.measures",
    ]


def test_a_requirement_that_is_no_table_is_refused() -> None:
    raw = tables(OTHERS) | {"requirement": [3]}
    with pytest.raises(ValidationError) as error:
        Scenario.model_validate(raw)
    (problem,) = problems_of(error.value, raw, Scenario, "scenario.toml")
    assert (problem.column, problem.what.en) == ("requirement.1", "not a table")
