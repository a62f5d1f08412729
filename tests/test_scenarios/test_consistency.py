"""Requirements, growth and measures that are well written but do not fit the sources, the years or the catalogue."""

import re
from pathlib import Path

import pytest

from model.problems import InputError
from scenarios.reading.files import find_scenario, load_bundle
from tests.test_scenarios.two_stacks import MEASURES, SCENARIO, write

DISTRICTS = SCENARIO.replace("base_year", 'districts = ["East", "West"]\nbase_year')
REDUCE = 'kind = "reduce"\npollutant = "nox"\namount = "1 t/yr"'
INTENSITY = 'kind = "intensity"\npollutant = "nox"\namount = "10 %"'
OUTPUT = 'output = { East = "1 亿元/年", West = "2 亿元/年" }'


def requirement(*lines: str) -> str:
    return "\n".join([SCENARIO, "[[requirement]]", 'id = "it"', *lines])


CASES = {
    "years not rising": (
        SCENARIO.replace("[2025]", "[2026, 2025]"),
        "years",
        r"do not increase; .*found: \[2026, 2025\]",
    ),
    "a year before the base year": (
        SCENARIO.replace("[2025]", "[2024, 2025]"),
        "years",
        "not after the base year; expected: years after 2024; found: 2024",
    ),
    "an id twice": (
        requirement(REDUCE).replace('"it"', '"nox-total"'),
        "requirement.nox-total",
        "an id that stands twice; expected: each id once; found: 2 times",
    ),
    "a district twice": (
        SCENARIO.replace("base_year", 'districts = ["East", "West", "East"]\nbase_year'),
        "districts.East",
        "an id that stands twice",
    ),
    "an unknown sector": (
        requirement(REDUCE, 'sector = "furnace"'),
        "requirement.it.sector",
        'did you mean "furnaces"',
    ),
    "an unknown district of the scenario": (
        DISTRICTS + f'[[requirement]]\nid = "it"\n{REDUCE}\ndistrict = "Easst"',
        "requirement.it.district",
        'unknown district .Easst.; expected: East, West; .*did you mean "East"',
    ),
    "an unknown district of the inventory": (
        requirement(REDUCE, 'district = "Easst"'),
        "requirement.it.district",
        'unknown district .Easst.; expected: East, West; .*did you mean "East"',
    ),
    "a year that is not planned": (
        requirement(REDUCE, "year = 2026"),
        "requirement.it.year",
        "expected: 2025; found: 2026",
    ),
    "a start year that is not planned": (
        requirement('kind = "fix"', 'source_id = "A"', 'measures = ["scrub"]', "start_year = 2026"),
        "requirement.it.start_year",
        "not a plan year",
    ),
    "decided work of the base year": (
        requirement('kind = "fix"', 'source_id = "A"', 'measures = ["scrub"]', "start_year = 2024"),
        "requirement.it.start_year",
        "stands in the inventory",
    ),
    "a deadline outside the plan": (requirement(REDUCE, "by = 2026-10-31"), "requirement.it.by", "not a plan year"),
    "quota without allowances": (requirement(REDUCE, 'basis = "quota"'), "requirement.it.basis", "reads no allowances"),
    "a cap by projects": (
        requirement('kind = "cap"', 'pollutant = "nox"', 'amount = "1 t/yr"', 'basis = "project"'),
        "requirement.it.basis",
        "counted on the inventory basis only",
    ),
    "an unknown measure": (
        requirement('kind = "forbid"', 'measures = ["srub"]'),
        "requirement.it.measures",
        'unknown measure .srub.; .*did you mean "scrub"',
    ),
    "an unknown source": (
        requirement('kind = "fix"', 'source_id = "a"', "measures = []"),
        "requirement.it.source_id",
        'no source of this id in the inventory; .*did you mean "A"',
    ),
    "a limit nothing has": (
        requirement('kind = "mandate"', 'limit = { level = "nox_mg_per_m3", at_most = "50 mg/m3" }'),
        "requirement.it.limit.level",
        "unknown level .nox_mg_per_m3.",
    ),
    "a filter on an unknown column": (
        requirement(REDUCE, 'where = { source_clas = "kiln" }'),
        "requirement.it.where",
        'unknown column .source_clas.; .*did you mean "source_class"',
    ),
    "a filter that never holds": (
        requirement(REDUCE, "where = { source_class = 3 }"),
        "requirement.it.where.source_class",
        "a value of another kind than the column's",
    ),
    "an output of an unknown district": (
        requirement(INTENSITY, OUTPUT.replace("}", ', North = "1 亿元/年" }')),
        "requirement.it.output",
        "unknown district .North.",
    ),
    "a district without output": (
        requirement(INTENSITY, 'output = { East = "1 亿元/年" }'),
        "requirement.it.output",
        "districts in scope without an output; expected: East, West; found: none for West",
    ),
    "output without growth": (
        requirement(INTENSITY, OUTPUT) + '\n[[growth]]\nsector = "point_sources"\nrate = "3 %"',
        "requirement.it.output",
        "no growth rate of output; .*found: East, West; add a .*growth.* without a sector",
    ),
    "growth of an unknown sector": (
        SCENARIO + '[[growth]]\nsector = "furnace"\nrate = "3 %"',
        "growth.1.sector",
        "unknown sector .furnace.",
    ),
    "growth of an unknown district": (
        DISTRICTS + '[[growth]]\ndistrict = "North"\nrate = "3 %"',
        "growth.1.district",
        "unknown district .North.",
    ),
    "growth stated twice": (
        SCENARIO + '[[growth]]\nrate = "3 %"\n[[growth]]\nrate = "4 %"',
        "growth",
        "several growth rates .*found: 2 for sector all, district all",
    ),
    "the most reduction of nothing": (
        SCENARIO.replace("least_cost", "most_reduction"),
        "weights",
        "no weights for the most reduction",
    ),
}


@pytest.mark.parametrize(("scenario", "key", "says"), CASES.values(), ids=CASES)
def test_what_does_not_fit_is_named_with_its_key(tmp_path: Path, scenario: str, key: str, says: str) -> None:
    found = find_scenario(write(tmp_path, scenario=scenario))
    with pytest.raises(InputError) as error:
        load_bundle(found)
    (problem,) = error.value.problems
    assert problem.column == key
    assert re.search(says, str(problem)), str(problem)


@pytest.mark.parametrize(
    "scenario",
    [
        requirement(INTENSITY, OUTPUT),
        requirement(INTENSITY, OUTPUT)
        + '\n[[growth]]\nrate = "3 %"\n[[growth]]\nsector = "point_sources"\nrate = "1 %"',
        requirement(INTENSITY, 'output = { East = "1 亿元/年" }', 'district = "East"'),
        requirement('kind = "fix"', 'source_id = "A"', 'measures = ["scrub"]', "start_year = 2025"),
        requirement(
            REDUCE, 'where = { source_class = "kiln", nox_t_per_year = { min = 10 } }', 'sector = "point_sources"'
        ),
        SCENARIO.replace("least_cost", "most_reduction") + "[weights]\nnox = 1",
    ],
)
def test_what_fits_is_accepted(tmp_path: Path, scenario: str) -> None:
    load_bundle(find_scenario(write(tmp_path, scenario=scenario)))


def test_a_decided_measure_is_of_the_sector_of_its_source(tmp_path: Path) -> None:
    scenario = requirement('kind = "fix"', 'source_id = "A"', 'measures = ["boiler-scr"]', "start_year = 2025")
    found = find_scenario(write(tmp_path, scenario=scenario))
    with pytest.raises(
        InputError, match=r"another sector than the source's; expected: point_sources; found: boiler-scr"
    ):
        load_bundle(found, [("measures.bundled", True)])


def test_a_measure_filters_on_columns_the_author_added(tmp_path: Path) -> None:
    measures = MEASURES.replace('source_class = ["kiln"]', 'user_zone = "core"')
    with pytest.raises(
        InputError, match=r"column measure.scrub.where.user_zone: a filter on a column that .* not have"
    ):
        load_bundle(find_scenario(write(tmp_path, measures=measures)))


def test_a_measure_filters_on_such_a_column_by_its_kind(tmp_path: Path) -> None:
    """Zones are words; a range of numbers could cover none of them."""
    sources = "source_id,name,district,nox_t_per_year,user_zone\nA,Stack A,East,100,core\n"
    measures = MEASURES.replace('source_class = ["kiln"]', "user_zone = { min = 3 }")
    with pytest.raises(InputError, match=r"column measure.scrub.where.user_zone: a range on a column of text"):
        load_bundle(find_scenario(write(tmp_path, sources=sources, measures=measures)))
