import pytest

from model.pollutants import POLLUTANTS, parse_pollutants
from model.text import Text


def test_the_three_pollutants_of_the_plans_come_first() -> None:
    assert list(POLLUTANTS)[:3] == ["nox", "vocs", "tp"]
    assert {"so2", "pm", "cod", "nh3n", "tn", "co2"} <= set(POLLUTANTS)


def test_a_pollutant_knows_how_it_is_printed_and_where_it_goes() -> None:
    tp = POLLUTANTS["tp"]
    assert (tp.title, tp.symbol, tp.unit, tp.medium) == (Text("总磷", "Total phosphorus"), "TP", "t/yr", "water")
    assert POLLUTANTS["nh3n"].symbol == "NH3-N"
    assert POLLUTANTS["nox"].flow == "nox_t_per_year"


def test_every_pollutant_is_air_or_water_and_named_in_both_languages() -> None:
    assert {pollutant.medium for pollutant in POLLUTANTS.values()} == {"air", "water"}
    assert all(pollutant.title.zh and pollutant.title.en for pollutant in POLLUTANTS.values())


def test_adding_one_is_a_line() -> None:
    text = "id,title_zh,title_en,symbol,unit,medium\nhg,汞,Mercury,Hg,t/yr,air\n"
    assert parse_pollutants(text)["hg"].title == Text("汞", "Mercury")


def test_an_id_stands_once() -> None:
    text = "id,title_zh,title_en,symbol,unit,medium\n" + "hg,汞,Mercury,Hg,t/yr,air\n" * 2
    with pytest.raises(ValueError, match="lists 'hg' twice"):
        parse_pollutants(text)
