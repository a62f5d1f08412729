"""The catalogue and factors shipped with the package hold together."""

import pytest

from model.catalogue import flow_names, parse_catalogue, parse_factors
from model.files import bundled_names, bundled_text
from model.measures import Catalogue, Measure
from model.sectors import SECTORS


def bundled(folder: str) -> dict[str, str]:
    return {name: bundled_text(name) for name in bundled_names(folder)}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    texts = bundled("measures")
    return parse_catalogue(texts, parse_factors(bundled("factors")), SECTORS, bundled=texts.keys())


def test_there_are_at_least_140_measures(catalogue: Catalogue) -> None:
    assert len(catalogue.measures) >= 140


def test_every_sector_with_a_formula_of_its_own_has_measures_for_each_slot(catalogue: Catalogue) -> None:
    for sector in SECTORS.values():
        filled = {slot for measure in catalogue.of_sector(sector.id) for slot in measure.slots}
        assert filled == set(sector.slots), sector.id


def test_every_measure_is_said_in_both_languages(catalogue: Catalogue) -> None:
    said = [text for measure in catalogue.measures.values() for text in (measure.name, measure.content)]
    assert all(text.zh and text.en for text in said)
    names = [(measure.sector, measure.name.zh) for measure in catalogue.measures.values()]
    assert sorted(names) == sorted(set(names))


def test_every_measure_costs_something_or_says_why_not(catalogue: Catalogue) -> None:
    def is_free(measure: Measure) -> bool:
        cost = measure.cost
        return not (cost.capital or cost.fixed or cost.variable or measure.side)

    assert [measure.id for measure in catalogue.measures.values() if is_free(measure) and not measure.note.en] == []


def test_prices_name_their_year() -> None:
    prices = parse_factors({"prices.toml": bundled_text("factors/prices.toml")})
    assert all(
        prices.number(name).price_year is not None for name in prices if name.startswith(("coal", "gas", "heat"))
    )


@pytest.mark.parametrize("sector", SECTORS)
def test_every_formula_runs_on_the_bundled_factors(sector: str) -> None:
    assert flow_names(SECTORS[sector], parse_factors(bundled("factors")))
