"""Monitoring sections: a concentration at one, and how many of them keep a water class."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.problems import InputError
from model.water_classes import WATER_CLASS_LIMITS, parse_water_classes
from optimizer import Settings
from scenarios.answering import run
from scenarios.answering.result import Result
from tests.test_scenarios.by_hand import compiled
from tests.test_scenarios.green_island import measure, requirement
from tests.test_scenarios.stacks import HEAD, load
from tests.test_scenarios.two_stacks import write

PROVEN = Settings(gap=0.0)
ENGINES = [Settings(gap=0.0, engine="milp"), Settings(gap=0.0, engine="dual")]

SOURCES = """source_id,name,district,source_class,tp_t_per_year
D1,Drain,East,drain,10
D2,Drain,East,drain,10
D3,Drain,West,drain,10
"""
TREAT = "".join(
    measure(f"treat-{number}", annual, where="drain", does="removes = { tp = 0.5 }").replace(
        'where = { source_class = "drain" }',
        f'where = {{ source_class = "drain", district = "{district}" }}',
    )
    for number, (annual, district) in enumerate([(10_000, "East"), (50_000, "West")], start=1)
)
"""Treating takes half of a drain's 10 t: 10 000 CNY a year in the East, 50 000 in the West."""

SECTIONS = """section_id,name,water_body_type,tp_mg_per_l
S01,Bridge,river,0.24
S02,Ferry,river,0.26
S03,Mirror lake,lake,0.06
"""
TRANSFER = """section_id,source_id,tp_mg_per_l_per_t
S01,D1,0.004
S01,D2,0.004
S02,D2,0.006
S02,D3,0.007
S03,D3,0.003
"""
"""Treating a drain (5 t less) lowers S01 by 0.02 for D1 and for D2, S02 by 0.03 (D2) and 0.035 (D3), S03 by 0.015."""

SectionMaker = Callable[..., Result]


@pytest.fixture
def planned(tmp_path: Path) -> SectionMaker:
    def make(text: str, settings: Settings = PROVEN, **changes: object) -> Result:
        return run.plan(load(folder(tmp_path, text), **changes), settings=settings)

    return make


def folder(
    path: Path,
    text: str,
    *,
    sections: str = SECTIONS,
    transfer: str = TRANSFER,
    spec: bool = True,
    sources: str = SOURCES,
) -> Path:
    stated = '[sections]\nfile = "sections.csv"\ntransfer = "transfer.csv"\n\n' if spec else ""
    (path / "sections.csv").write_text(sections, encoding="utf-8")
    (path / "transfer.csv").write_text(transfer, encoding="utf-8")
    return write(path, HEAD + stated + text, sources, TREAT)


def concentration(section: str, amount: str, *lines: str) -> str:
    return requirement(
        "c", "concentration", 'pollutant = "tp"', f'section = "{section}"', f'amount = "{amount}"', *lines
    )


def counted(amount: int, *lines: str, name: str = "n", of_class: str = "III") -> str:
    return requirement(name, "sections", 'pollutant = "tp"', f'class = "{of_class}"', f"amount = {amount}", *lines)


def done(result: Result) -> list[str]:
    return [task["source_id"] for task in result.tasks]


def test_a_concentration_falls_by_transfer_times_reduction(planned: SectionMaker) -> None:
    """S01 from 0.24 to at most 0.20 mg/L: 0.02 from D1 and 0.02 from D2, so both are treated for 20 000 CNY.

    Without the transfer factors nobody could say what a tonne does to a milligram per litre.
    """
    result = planned(concentration("S01", "0.2 mg/L"))
    assert done(result) == ["D1", "D2"]
    assert result.objective.value == pytest.approx(20_000)
    (found,) = result.requirements
    assert (found.asked, found.unit, found.sense, found.met) == (0.2, "mg/L", "<=", True)
    assert found.reached == pytest.approx(0.2)
    assert found.reachable_alone == pytest.approx(0.2)


def test_growth_raises_a_concentration(planned: SectionMaker) -> None:
    """10 % more from all drains: D1 and D2 emit 11 t each, S01 stands at 0.24 + 0.008 = 0.248; treated 0.204."""
    result = planned(concentration("S01", "0.21 mg/L"), growth=[{"rate": "10 %"}])
    assert result.requirements[0].reached == pytest.approx(0.24 + 2 * 0.004 * (5.5 - 10))


@pytest.mark.parametrize("settings", ENGINES, ids=["milp", "dual"])
def test_the_cheapest_sections_are_brought_into_the_class(planned: SectionMaker, settings: Settings) -> None:
    """The cheapest set of sections is found: class III is 0.2 mg/L in rivers, 0.05 in lakes.

    S01 needs D1 and D2 (20 000), S02 D2 and D3 (0.195; 60 000), S03 D3 (0.045; 50 000). One section: 20 000. Two: S02
    and S03 for 60 000, not S01 and S03 for 70 000, which is what all three cost. With every section required whenever
    one is, one would cost 70 000 too.
    """
    assert planned(counted(1), settings).objective.value == pytest.approx(20_000)
    two = planned(counted(2), settings)
    assert two.objective.value == pytest.approx(60_000)
    assert (two.requirements[0].asked, two.requirements[0].reached, two.requirements[0].met) == (2, 2, True)
    three = planned(counted(3), settings)
    assert three.objective.value == pytest.approx(70_000)
    assert three.requirements[0].reached == 3


def test_only_the_sections_that_are_named_count(planned: SectionMaker) -> None:
    """One of S02 and S03: the lake, for 50 000 CNY; any one section would be S01 for 20 000."""
    result = planned(counted(1, 'of = ["S02", "S03"]'))
    assert done(result) == ["D3"]


def test_a_lake_keeps_the_limit_of_lakes(planned: SectionMaker) -> None:
    """At a river's 0.2 mg/L the lake's 0.06 would be in class III without any measure."""
    assert planned(counted(1, 'of = ["S03"]')).objective.value == pytest.approx(50_000)


def test_a_section_in_the_class_already_needs_nothing(planned: SectionMaker) -> None:
    assert planned(counted(3, of_class="V")).objective.value == 0


def test_a_section_out_of_reach_does_not_count(planned: SectionMaker) -> None:
    """Class II is 0.1 mg/L: no river gets there, so one section of class II is the lake (0.025) - out of reach too."""
    assert planned(counted(1, of_class="II")).status == "INFEASIBLE"


def test_several_counts_stand_beside_each_other(planned: SectionMaker) -> None:
    """Two in class III and all three in class IV (0.3, lakes 0.1): the second holds already."""
    result = planned(counted(2) + counted(3, name="m", of_class="IV"))
    assert result.objective.value == pytest.approx(60_000)
    assert [(found.id, found.reached) for found in result.requirements] == [("n", 2), ("m", 3)]


def test_other_rows_and_reports_work_beside_markers(planned: SectionMaker) -> None:
    """A ratio row, a budget and proposals solve the same problem with its markers; 5 t of 30 t for one drain.

    80 000 CNY pay for all three drains (70 000), which bring all three sections into the class.
    """
    text = (
        counted(1)
        + requirement("tp", "reduce", 'pollutant = "tp"', 'amount = "propose"')
        + requirement("money", "budget", 'metric = "annual"', 'amount = "80000 CNY/yr"')
    )
    result = planned(text)
    assert result.status == "OPTIMAL"
    assert [found.reachable for found in result.requirements] == [3.0, pytest.approx(15), pytest.approx(20_000)]
    most = planned(counted(1), mode="most_reduction", weights={"tp": 1.0})
    assert done(most) == ["D1", "D2", "D3"]


def test_an_answer_says_that_concentrations_are_indicative(planned: SectionMaker) -> None:
    notes = [note["en"] for note in planned(counted(1)).notes]
    assert any("indicative" in note for note in notes)


def test_markers_follow_the_choices(tmp_path: Path) -> None:
    """Three drains with two choices each, three sections with two markers each."""
    found = compiled(load(folder(tmp_path, counted(2))))
    assert (found.options.size, found.problem.option_count, found.problem.group_count) == (6, 12, 6)
    assert found.problem.cost[6:].tolist() == [0] * 6
    assert found.own(np.arange(12.0)).tolist() == [0, 1, 2, 3, 4, 5]


MISTAKES = {
    "no sections": ({"text": counted(1), "spec": False}, "states no sections"),
    "an unknown section": ({"text": concentration("S09", "0.2 mg/L")}, "unknown section 'S09'"),
    "an unknown section in a list": ({"text": counted(1, 'of = ["S09"]')}, "unknown section 'S09'"),
    "no level": ({"text": counted(1).replace('"tp"', '"cod"')}, "without a concentration"),
    "no limit": (
        {"text": counted(1).replace('"tp"', '"tn"'), "sections": SECTIONS.replace("tp_mg", "tn_mg")},
        "no limit for the pollutant",
    ),
    "too many": ({"text": counted(4)}, "more sections than there are"),
    "another unit": ({"text": concentration("S01", "5 t/yr")}, "mg/L"),
    "an unknown source": ({"text": counted(1), "transfer": TRANSFER.replace("D3", "D9")}, "an id that there is not"),
    "a transfer to nowhere": (
        {"text": counted(1), "transfer": TRANSFER.replace("S03", "S09")},
        "an id that there is not",
    ),
    "a section twice": ({"text": counted(1), "sections": SECTIONS.replace("S02", "S01")}, "there twice"),
    "no such water": ({"text": counted(1), "sections": SECTIONS.replace("lake,", "sea,")}, "water_body_type"),
    "a tolerance": ({"text": counted(1, "tolerance = 0.1")}, "without these keys"),
}


@pytest.mark.parametrize(("changes", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_said(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as refused:
        load(folder(tmp_path, **changes))
    assert words in str(refused.value)


def test_limits_are_those_of_the_standard() -> None:
    """GB 3838-2002, table 1: total phosphorus I to V 0.02, 0.1, 0.2, 0.3, 0.4; lakes 0.01, 0.025, 0.05, 0.1, 0.2."""
    classes = ("I", "II", "III", "IV", "V")
    assert [WATER_CLASS_LIMITS["tp", "river", name] for name in classes] == [0.02, 0.1, 0.2, 0.3, 0.4]
    assert [WATER_CLASS_LIMITS["tp", "lake", name] for name in classes] == [0.01, 0.025, 0.05, 0.1, 0.2]
    with pytest.raises(ValueError, match="twice"):
        parse_water_classes("pollutant,water_body_type,class,limit_mg_per_l,source\n" + "tp,river,I,0.02,x\n" * 2)


def test_how_many_sections_could_be_in_the_class_is_told(planned: SectionMaker) -> None:
    """All treated, S01 comes to 0.2, S02 to 0.195, S03 to 0.045: three. 60 000 CNY a year pay for two of them at most.

    Without the search the table would show a dash where a bureau reads how far it is from the next section.
    """
    money = requirement("money", "budget", 'metric = "annual"', 'amount = "60000 CNY/yr"')
    free, held = planned(counted(1)), planned(counted(1) + money)
    assert [(one.requirements[0].reachable, one.requirements[0].reachable_alone) for one in (free, held)] == [
        (3.0, 3.0),
        (2.0, 3.0),
    ]


def test_what_cannot_be_met_says_how_many_sections_could(planned: SectionMaker) -> None:
    """25 000 CNY a year pay for S01 alone, three are asked, and of class II none can be had."""
    money = requirement("money", "budget", 'metric = "annual"', 'amount = "25000 CNY/yr"')
    (three, second, _) = planned(counted(3) + counted(0, name="m", of_class="II") + money).requirements
    assert (three.reached, three.reachable, three.reachable_alone) == (None, 1.0, 3.0)
    assert (second.reachable_alone,) == (0.0,)
