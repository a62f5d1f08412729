import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.files import bundled_text
from model.unit_registry import parsed
from model.unit_table import line_of, unit_table
from model.units import QuantityError, amount, convert, is_same_kind, is_unit, quantity


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("60 t/yr", "t/yr", 60.0),
        ("60t/yr", "t/yr", 60.0),
        ("1.5 万吨/年", "t/yr", 15_000.0),
        ("2 吨/年", "t/yr", 2.0),
        ("2 kt/yr", "t/yr", 2_000.0),
        ("1 公斤/日", "t/yr", 0.365),
        ("100 千克/天", "t/yr", 36.5),
        ("1.2e6 CNY", "CNY", 1_200_000.0),
        ("3 亿元", "CNY", 300_000_000.0),
        ("0.1 万元", "CNY", 1_000.0),
        ("7 元", "CNY", 7.0),
        ("-5 CNY/kg", "CNY/kg", -5.0),
        ("-5 CNY/kg", "CNY/t", -5_000.0),
        ("−5 CNY/kg", "CNY/kg", -5.0),
        ("50 万元/年", "CNY/yr", 500_000.0),
        ("30 %", "", 0.3),
        ("30%", "%", 30.0),
        ("2 ‰", "%", 0.2),
        ("4 %/yr", "1/yr", 0.04),
        ("0.04 1/yr", "1/yr", 0.04),
        ("50 mg/m3", "mg/m3", 50.0),
        ("50 mg/m³", "mg/m3", 50.0),
        ("50 mg/Nm3", "mg/m3", 50.0),
        ("0.3 毫克/升", "mg/L", 0.3),
        ("0.3 mg/L", "mg/m3", 300.0),
        ("2 万立方米/日", "m3/d", 20_000.0),
        ("35 蒸吨/小时", "t/h", 35.0),
        ("60 公里", "km", 60.0),
        ("739.52 km", "km", 739.52),
        ("0.65 元/千瓦时", "CNY/kWh", 0.65),
        ("1 GJ", "kWh", 1e9 / 3.6e6),
        ("3000 CNY/(m3/d)", "CNY/(m3/d)", 3_000.0),
        ("2 亿立方米", "m3", 2e8),
        ("15 亩", "ha", 1.0),
        ("６０ ｔ／ｙｒ", "t/yr", 60.0),
        ("３０％", "", 0.3),
    ],
)
def test_an_amount_is_converted_exactly(text: str, unit: str, value: float) -> None:
    """1 kg/d is 1 x 365 / 1000 = 0.365 t/yr and 15 mu are 15 x 10000 / 15 m2 = 1 ha, to the last bit."""
    assert quantity(text, unit) == value


@given(st.decimals(min_value="-1e9", max_value="1e9", allow_nan=False, places=4))
def test_ten_thousand_yuan_is_ten_thousand_times_the_digits(number: object) -> None:
    assert quantity(f"{number} 万元", "CNY") == float(Fraction(str(number)) * 10_000)


@given(st.floats(min_value=1e-6, max_value=1e9))
def test_tonnes_a_year_survive_the_way_to_kilograms_a_day_and_back(value: float) -> None:
    """ACCOUNTING invariant 9; a daily figure is 1000 / 365 of the yearly one."""
    daily = convert(value, "t/yr", "kg/d")
    assert daily == pytest.approx(value * 1000 / 365, rel=1e-15)
    assert convert(daily, "kg/d", "t/yr") == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    "text", ["60", "1.2e6", "3,000", "1,5 t/yr", "", "t/yr", "about 60 t/yr", "nan t/yr", "inf CNY"]
)
def test_what_is_not_a_number_with_a_unit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected an amount in t/yr, such as '60 t/yr'; found"):
        quantity(text, "t/yr")


def test_a_bare_number_says_that_the_unit_is_missing() -> None:
    with pytest.raises(ValueError, match=r"a bare number where a unit is needed.*'3 亿元'.*found '300000000'"):
        quantity("300000000", "CNY")


@pytest.mark.parametrize(("text", "near"), [("60 ton/yr", "'t"), ("60 T/yr", ""), ("60 mt/yr", ""), ("3 yuan/t", "")])
def test_an_unknown_unit_is_refused_by_name(text: str, near: str) -> None:
    """A ton may be short, long or metric, and mt a megatonne or a metric tonne: neither is guessed."""
    with pytest.raises(ValueError, match=f"unknown unit .*{near}"):
        quantity(text, "t/yr")


def test_an_unknown_unit_suggests_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"did you mean .tonnes."):
        quantity("60 tonns/yr", "t/yr")


@pytest.mark.parametrize(("text", "unit"), [("60 t", "t/yr"), ("30 %", "t/yr"), ("60 t/yr", "%"), ("3 亿元", "CNY/yr")])
def test_another_dimension_is_refused(text: str, unit: str) -> None:
    with pytest.raises(ValueError, match=r"a unit of another kind; expected an amount in .*; found"):
        quantity(text, unit)


@pytest.mark.parametrize(
    "text", ["6 t**2", "6 t^2", "6 t/2", "6 (t", "6 t//yr", "6 *t", "6 2", "6 t,yr", "6 t;yr", "6 /"]
)
def test_a_unit_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(QuantityError, match=r"not a unit|not a number with a unit|a bare number"):
        quantity(text, "t/yr")


@pytest.mark.parametrize("text", ["1e999 t/yr", "1e999999999 t/yr", "9" * 1000 + " t/yr"])
def test_a_number_beyond_computing_is_refused_at_once(text: str) -> None:
    with pytest.raises(QuantityError):
        quantity(text, "t/yr")


def test_an_amount_takes_the_first_unit_it_fits() -> None:
    assert amount("30 %", "t/yr", "%").value == 30.0
    assert amount(" 30 kg/yr ", "t/yr", "%").value == 0.03
    assert amount(" 30 kg/yr ", "t/yr", "%").text == "30 kg/yr"
    assert amount("30 %", "t/yr", "").unit == ""


def test_a_refused_amount_names_every_unit_that_would_do() -> None:
    with pytest.raises(ValueError, match="expected an amount in t/yr or %, such as '60 t/yr'"):
        amount("60 km", "t/yr", "%")


def test_a_problem_can_be_said_in_chinese() -> None:
    with pytest.raises(QuantityError) as refused:
        quantity("60", "km")
    assert refused.value.what.zh == "数值缺少单位"
    assert refused.value.expected == "an amount in km, such as '12.5 km'"


def test_numbers_are_converted_like_texts() -> None:
    assert convert(8.0, "CNY/kg", "CNY/t") == 8_000.0
    assert convert(80.0, "%", "") == 0.8


def test_units_can_be_asked_about() -> None:
    assert is_unit("CNY/(m3/d)")
    assert is_unit("")
    assert not is_unit("furlong")
    assert is_same_kind("kg/d", "t/yr")
    assert not is_same_kind("kg", "t/yr")


def test_importing_reads_nothing_and_common_texts_load_no_pint() -> None:
    code = """
import sys
import model.units as u
assert u._table.cache_info().currsize == 0
assert u.quantity("3 亿元", "CNY") == 3e8
assert "pint" not in sys.modules
assert u.quantity("3 斤", "kg") == 1.5
assert "pint" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_text_of_the_table_is_what_pint_reads() -> None:
    table = unit_table(bundled_text("unit_texts.csv"))
    assert table == {text: parsed(text) for text in table}


def test_a_line_of_the_table_by_hand() -> None:
    """1 kg/d is 1e-3 t over 86 400 s."""
    assert line_of("kg/d", parsed("kg/d")) == "kg/d;1/86400000;[mass] 1 [time] -1"
    assert unit_table("# x\nkg/d;1/86400000;[mass] 1 [time] -1\n") == {"kg/d": parsed("kg/d")}
