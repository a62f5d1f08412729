"""Finding a scenario, reading it with its bases, sources and catalogue, and saying everything that is wrong at once."""

import hashlib
from pathlib import Path

import pytest

from model.problems import InputError, Problem
from model.text import Text
from model.timeline import GrowthRate
from model.units import Amount
from scenarios.reading.bundle import Bundle, InputFile, Patch
from scenarios.reading.files import bundled_scenarios, find_scenario, load_bundle
from scenarios.reading.patches import Setting
from scenarios.reading.requirements import Reduce
from tests.test_scenarios.two_stacks import MEASURES, SCENARIO, SOURCES, write


def load(folder: Path, *settings: Setting) -> Bundle:
    return load_bundle(find_scenario(folder), settings)


def refused(folder: Path, *settings: Setting) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as error:
        load(folder, *settings)
    return error.value.problems


def places(folder: Path, *settings: Setting) -> list[tuple[str, str]]:
    return [(Path(problem.file).name, problem.column) for problem in refused(folder, *settings)]


def test_the_smallest_scenario_becomes_a_bundle(tmp_path: Path) -> None:
    bundle = load(write(tmp_path))
    assert bundle.scenario.id == "two-stacks"
    assert bundle.inventory.sources()["source_id"].tolist() == ["A", "B"]
    assert list(bundle.catalogue.measures) == ["scrub"]
    assert (bundle.economics.discount_rate, bundle.economics.price_year) == (0.05, 2023)
    assert (bundle.timeline.base_year, bundle.timeline.years, bundle.timeline.credit) == (2024, (2025,), "full_year")
    assert bundle.growth.rates == ()
    assert (bundle.bases, bundle.patches, bundle.notes) == ((), (), ())
    assert bundle.scenario_file == str(tmp_path / "scenario.toml")


def test_point_sources_need_no_price(tmp_path: Path) -> None:
    bundle = load(write(tmp_path))
    assert bundle.prices == ()
    assert bundle.economics.flow_prices == {}


def test_a_side_flow_brings_its_default_price(tmp_path: Path) -> None:
    side = '[[measure.side]]\nflow = "electricity_kwh_per_year"\namount = "1000 kWh/yr"\n'
    bundle = load(write(tmp_path, measures=MEASURES + side))
    (price,) = bundle.prices
    assert (price.name, price.is_default, price.unit) == ("electricity", True, "CNY/kWh")
    assert bundle.economics.flow_prices == {"electricity_kwh_per_year": price.value}


def test_every_input_is_digested_under_its_own_name(tmp_path: Path) -> None:
    bundle = load(write(tmp_path / "stacks"))
    names = [item.name for item in bundle.inputs]
    assert names[0] == "stacks/scenario.toml"
    assert names[-2:] == ["measures.toml", "point_sources.csv"]
    assert all(name.startswith("model/data/factors/") for name in names[1:-2])
    digest = hashlib.sha256((tmp_path / "stacks" / "point_sources.csv").read_bytes()).hexdigest()
    assert bundle.inputs[-1] == InputFile("point_sources.csv", digest)


def test_numbers_refer_to_the_catalogue_by_its_name_not_its_path(tmp_path: Path) -> None:
    """A path would make the same plan read differently on two machines."""
    measure = load(write(tmp_path)).catalogue.measures["scrub"]
    assert measure.lead_time_months.ref == "measures.toml"


@pytest.mark.parametrize("name", ["", "scenario.toml"])
def test_a_scenario_is_a_folder_or_a_file(tmp_path: Path, name: str) -> None:
    write(tmp_path)
    assert find_scenario(tmp_path / name).path == tmp_path / "scenario.toml"


def test_bundled_scenarios_are_found_by_id() -> None:
    assert "huzhou-2023" in bundled_scenarios()
    assert find_scenario("huzhou-2023").path.parent.name == "huzhou-2023"


def test_a_bundled_id_wins_over_a_folder_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "huzhou-2023")
    monkeypatch.chdir(tmp_path)
    found = find_scenario("huzhou-2023")
    assert found.path.parent != tmp_path / "huzhou-2023"
    assert [note.en for note in found.notes] == [
        "the bundled scenario 'huzhou-2023' is used; write ./huzhou-2023 for the folder of that name"
    ]
    assert found.notes[0] not in load_bundle(found).notes, "an answer does not depend on the folder it is asked in"
    assert find_scenario("./huzhou-2023").path.resolve() == tmp_path / "huzhou-2023" / "scenario.toml"


@pytest.mark.parametrize(
    ("name", "says"),
    [("huzhou-2032", 'did you mean "huzhou-2023"'), ("nothing/here", "there is no scenario .*a bundled id")],
)
def test_an_unknown_scenario_is_refused(name: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        find_scenario(name)


def test_a_folder_without_a_scenario_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a folder that holds one"):
        find_scenario(tmp_path)


def test_a_file_that_is_no_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, scenario=SCENARIO.replace("base_year = 2024", "base_year = "))
    with pytest.raises(InputError, match=r"scenario\.toml, row 6: not valid TOML"):
        find_scenario(tmp_path)


def test_a_scenario_may_build_on_another(tmp_path: Path) -> None:
    write(tmp_path / "first")
    child = 'base = "../first"\nid = "dearer"\ndiscount_rate = 0.08\n'
    child += '[[requirement]]\nid = "nox-total"\namount = "70 t/yr"\n'
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "scenario.toml").write_text(child, encoding="utf-8")
    bundle = load(tmp_path / "second")
    assert (bundle.scenario.id, bundle.scenario.discount_rate) == ("dearer", 0.08)
    (requirement,) = bundle.scenario.requirement
    assert isinstance(requirement, Reduce)
    assert requirement.amount == Amount("70 t/yr", 70.0, "t/yr")
    assert bundle.bases == ("first/scenario.toml",)
    assert [item.name for item in bundle.inputs[:2]] == ["second/scenario.toml", "first/scenario.toml"]
    assert bundle.inventory.size == 2


def test_files_are_found_beside_the_scenario_that_names_them(tmp_path: Path) -> None:
    """The base names measures.toml, the child its own sources: each is looked for beside the one that names it."""
    write(tmp_path / "first")
    second = tmp_path / "second"
    second.mkdir()
    (second / "own.csv").write_text(SOURCES + "C,Stack C,East,kiln,70,7\n", encoding="utf-8")
    child = 'base = "../first"\n[inventory]\npoint_sources = "own.csv"\n'
    (second / "scenario.toml").write_text(child, encoding="utf-8")
    assert load(second).inventory.size == 3


@pytest.mark.parametrize("name", bundled_scenarios())
def test_every_bundled_scenario_loads(name: str) -> None:
    assert load_bundle(find_scenario(name)).scenario.id == name


def test_bases_may_be_bundled(tmp_path: Path) -> None:
    (tmp_path / "scenario.toml").write_text('base = "huzhou-2023"\nid = "mine"\n', encoding="utf-8")
    found = find_scenario(tmp_path)
    assert [layer.path.parent.name for layer in found.layers] == [tmp_path.name, "huzhou-2023"]


@pytest.mark.parametrize(
    ("base", "says"),
    [
        ('base = "./"', "scenarios that build on each other"),
        ("base = 3", "a base that is no text"),
        ('base = "elsewhere"', "column base: there is no scenario 'elsewhere'"),
    ],
)
def test_a_base_that_leads_nowhere_is_refused(tmp_path: Path, base: str, says: str) -> None:
    write(tmp_path, scenario=base + SCENARIO)
    with pytest.raises(InputError, match=says):
        find_scenario(tmp_path)


def test_settings_are_applied_and_recorded(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "more.csv").write_text(SOURCES + "C,Stack C,East,kiln,70,7\n", encoding="utf-8")
    bundle = load(tmp_path, ("discount_rate", 0.08), ("inventory.point_sources", "more.csv"))
    assert bundle.scenario.discount_rate == 0.08
    assert bundle.inventory.size == 3
    assert bundle.patches == (Patch("discount_rate", "0.08"), Patch("inventory.point_sources", "more.csv"))


def test_growth_and_output_come_from_the_growth_tables(tmp_path: Path) -> None:
    """1.03^2 = 1.0609 where East has a rate of its own, 1.01^2 = 1.0201 elsewhere; the sector's 9 % is not output's."""
    growth = (
        '[[growth]]\nrate = "1 %"\n[[growth]]\nrate = "3 %"\ndistrict = "East"\n'
        '[[growth]]\nrate = "9 %"\nsector = "point_sources"\n'
    )
    bundle = load(write(tmp_path, scenario=SCENARIO.replace("[2025]", "[2025, 2026]") + growth))
    assert bundle.growth.rates[1] == GrowthRate(None, "East", 0.03)
    assert bundle.output_growth("East", 2026) == pytest.approx(1.0609)
    assert bundle.output_growth("West", 2026) == pytest.approx(1.0201)


def test_output_without_a_rate_stays(tmp_path: Path) -> None:
    assert load(write(tmp_path)).output_growth("East", 2025) == 1.0


def test_the_bundled_catalogue_may_be_used_beside_ones_own(tmp_path: Path) -> None:
    bundle = load(write(tmp_path), ("measures.bundled", True))
    assert "scrub" in bundle.catalogue.measures
    assert len(bundle.catalogue.measures) > 70


def test_what_reading_noted_is_kept(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "point_sources.csv").write_bytes(SOURCES.replace("Stack A", "一号烟囱").encode("gbk"))
    (note,) = load(tmp_path).notes
    assert isinstance(note, Text)
    assert "GB" in note.en.upper()


def test_problems_of_scenario_inventory_and_catalogue_come_together(tmp_path: Path) -> None:
    """Each part is read although another is refused, so that nobody mends one file only to hear of the next."""
    write(
        tmp_path,
        scenario=SCENARIO.replace("0.05", "5") + "yaer = 2025\n",
        sources=SOURCES.replace("100", "-100"),
        measures=MEASURES.replace("nox = 0.8", "nox = 80"),
    )
    assert places(tmp_path) == [
        ("scenario.toml", "discount_rate"),
        ("scenario.toml", "requirement.nox-total.yaer"),
        ("measures.toml", "measure.scrub.removes.nox"),
        ("point_sources.csv", "nox_t_per_year"),
    ]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "measures.toml").unlink()
    (tmp_path / "point_sources.csv").unlink()
    assert [Path(problem.file).name for problem in refused(tmp_path)] == ["measures.toml", "point_sources.csv"]


def test_problems_with_a_set_value_are_placed_at_the_setting(tmp_path: Path) -> None:
    write(tmp_path)
    settings: tuple[Setting, ...] = (
        ("discount_rate", 5),
        ("requirement.nox-total.amount", 60),
        ("requirement.nox-totl.amount", "60 t/yr"),
        ("prise_year", 2020),
        ("inventory.point_source", "a.csv"),
    )
    assert places(tmp_path, *settings) == [
        ("--set", "requirement.nox-totl"),
        ("--set", "discount_rate"),
        ("--set", "requirement.nox-total.amount"),
        ("--set", "prise_year"),
        ("--set", "inventory.point_source"),
    ]


def test_a_scenario_without_inventory_and_catalogue_says_both(tmp_path: Path) -> None:
    write(tmp_path, scenario=SCENARIO.replace("[inventory]", "[inventroy]").replace("[measures]", "[mesures]"))
    assert places(tmp_path) == [
        ("scenario.toml", "inventory"),
        ("scenario.toml", "measures"),
        ("scenario.toml", "inventroy"),
        ("scenario.toml", "mesures"),
    ]


def test_an_inventory_of_no_known_sector_is_named(tmp_path: Path) -> None:
    write(tmp_path, scenario=SCENARIO.replace("point_sources =", "point_source ="))
    assert places(tmp_path) == [("scenario.toml", "inventory.point_source")]


def test_a_filter_may_hold_in_some_sectors_only() -> None:
    """Boilers have no industry: the filter covers VOCs lines only, and is no mistake."""
    forbid = {"kind": "forbid", "measures": ["voc-rto"], "where": {"industry": "foundry"}}
    assert load_bundle(find_scenario("huzhou-2023"), [("requirement.it", forbid)]).patches[0].key == "requirement.it"


def test_a_bad_inventory_still_lets_the_catalogue_be_checked(tmp_path: Path) -> None:
    scenario = SCENARIO.replace("[inventory]", "[inventory]\npoint_source = 3") + "[[requirement]]\n"
    scenario += 'id = "no"\nkind = "forbid"\nmeasures = ["srub"]\n'
    assert places(write(tmp_path, scenario=scenario, measures=MEASURES.replace("= 10\n", "= 0\n"))) == [
        ("scenario.toml", "inventory.point_source"),
        ("measures.toml", "measure.scrub.cost.lifetime_years"),
    ]


def test_money_of_another_year_needs_an_index(tmp_path: Path) -> None:
    write(tmp_path, scenario=SCENARIO.replace("price_year = 2023", "price_year = 2020"))
    assert places(tmp_path) == [("scenario.toml", "price_index"), ("scenario.toml", "price_index")]
    assert load(tmp_path, ("price_index", {"2020": 1.0, "2023": 1.04})).economics.price_index == {2020: 1.0, 2023: 1.04}


def test_a_default_price_of_another_year_is_refused(tmp_path: Path) -> None:
    side = '[[measure.side]]\nflow = "electricity_kwh_per_year"\namount = "1000 kWh/yr"\n'
    measures = MEASURES.replace("price_year = 2023", "price_year = 2020") + side
    write(tmp_path, scenario=SCENARIO.replace("price_year = 2023", "price_year = 2020"), measures=measures)
    assert places(tmp_path) == [("scenario.toml", "prices.electricity")]
