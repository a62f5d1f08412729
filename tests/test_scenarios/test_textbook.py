"""A published problem with known fractions, optimum and shadow prices, through the command line.

Hillier and Lieberman, Introduction to Operations Research (10th ed., McGraw-Hill 2015), section 3.4, "Controlling air
pollution": a steel works has two kinds of furnace and three methods for each; a method may be used in part, and its
effect and cost are proportional to the part. At full use (million pounds a year, million dollars a year):

                     blast furnaces                  open hearths            asked
                 stacks  filters  fuels        stacks  filters  fuels
    particulates   12      25      17             9      20      13            60
    sulphur oxides 35      18      56            42      31      49           150
    hydrocarbons   37      28      29            53      24      20           125
    cost            8       7      11            10       6       9

The book's answer is (1, 0.623, 0.343, 1, 0.048, 1) at 32.16 with shadow prices 0.111, 0.127 and 0.069. By hand: with
x1 = x4 = x6 = 1 the three requirements, all binding, leave

     9 x2 + 25 x3 + 17 x5 = 15,   42 x2 + 18 x3 + 56 x5 = 35,   53 x2 + 28 x3 + 29 x5 = 44,

with determinant 38110, so x2 = 23731/38110, x3 = 1309/3811, x5 = 49/1030; the cost is 8 + 6 + 9 + 10 x2 + 7 x3 + 11 x5
= 1225413/38110. The prices solve the transposed system against 10, 7, 11: 2116/19055, 4833/38110, 1321/19055. All
other methods pass: 8 < 12 y1 + 35 y2 + 37 y3 = 8.336, 6 < 20 y1 + 31 y2 + 24 y3 = 7.816, 9 < 13 y1 + 49 y2 + 20 y3 =
9.044, so they are used in full. Below a million pounds is a tonne, and a million dollars a million CNY.
"""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from scenarios.cli import app

METHODS = {
    "stacks-blast": (12, 35, 37, 8),
    "stacks-hearth": (9, 42, 53, 10),
    "filters-blast": (25, 18, 28, 7),
    "filters-hearth": (20, 31, 24, 6),
    "fuels-blast": (17, 56, 29, 11),
    "fuels-hearth": (13, 49, 20, 9),
}
ASKED = {"pm": 60, "so2": 150, "vocs": 125}
SHARES = {
    "stacks-blast": Fraction(1),
    "stacks-hearth": Fraction(23731, 38110),
    "filters-blast": Fraction(1309, 3811),
    "filters-hearth": Fraction(1),
    "fuels-blast": Fraction(49, 1030),
    "fuels-hearth": Fraction(1),
}
COST = Fraction(1225413, 38110)
PRICES = {"pm": Fraction(2116, 19055), "so2": Fraction(4833, 38110), "vocs": Fraction(1321, 19055)}

SCENARIO = """schema = 1
id = "steel-works"
title = { zh = "钢铁厂", en = "Steel works" }
jurisdiction = "Textbook"
base_year = 2024
years = [2025]
discount_rate = 0.05
price_year = 2023
decision_date = 2024-01-01
basis = "inventory"
credit = "full_year"
mode = "least_cost"
[inventory]
point_sources = "point_sources.csv"
[measures]
files = ["measures.toml"]
"""
REQUIREMENT = '[[requirement]]\nid = "{0}"\nkind = "reduce"\npollutant = "{0}"\namount = "{1} t/yr"\n'
MEASURE = """[[measure]]
id = "{0}"
sector = "point_sources"
slot = "method"
name = {{ zh = "{0}", en = "{0}" }}
where = {{ source_class = ["{0}"] }}
divisible = true
removes = {{ pm = 1.0, so2 = 1.0, vocs = 1.0 }}
lead_time_months = 6
[measure.cost]
price_year = 2023
annual = "{1}e6 CNY/yr"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One source for each method at each furnace, which holds what the method can remove."""
    made = tmp_path_factory.mktemp("steel")
    text = SCENARIO + "".join(REQUIREMENT.format(name, amount) for name, amount in ASKED.items())
    (made / "scenario.toml").write_text(text, encoding="utf-8")
    lines = ["source_id,name,district,source_class,pm_t_per_year,so2_t_per_year,vocs_t_per_year"]
    lines += [f"{name},{name},Works,{name},{pm},{so2},{vocs}" for name, (pm, so2, vocs, _) in METHODS.items()]
    (made / "point_sources.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    measures = "".join(MEASURE.format(name, cost) for name, (*_, cost) in METHODS.items())
    (made / "measures.toml").write_text(measures, encoding="utf-8")
    return made


def answer(*arguments: object) -> dict[str, Any]:
    done = CliRunner().invoke(app, [*map(str, arguments), "--json"])
    assert done.exit_code == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_fractions_optimum_and_prices_are_the_book_s(folder: Path, tmp_path: Path) -> None:
    found = answer("plan", folder, "--out", tmp_path)
    shares = {task["source_id"]: task["share"] for task in found["tasks"]}
    assert shares == {name: pytest.approx(float(share), rel=1e-6) for name, share in SHARES.items()}
    assert found["objective"]["value"] == pytest.approx(float(COST) * 1e6, rel=1e-6)
    prices = {item["id"]: item["marginal_cost"] for item in found["requirements"]}
    assert prices == {name: pytest.approx(float(price) * 1e6, rel=1e-6) for name, price in PRICES.items()}
    # as printed in the book, to its three digits
    assert [round(shares[name], 3) for name in METHODS] == [1.0, 0.623, 0.343, 1.0, 0.048, 1.0]


def test_one_tonne_more_or_less_costs_the_price_where_methods_are_divisible(folder: Path) -> None:
    """Within 0.1 % of what is asked the same methods stay in part use, so both sides equal the price."""
    found = answer("explain", folder, "--step", "0.001", "--gap", "0")
    for item in found["marginal"]:
        price = pytest.approx(float(PRICES[item["row"]]) * 1e6, rel=1e-6)
        assert (item["marginal_up"], item["marginal_down"], item["lp_price"]) == (price, price, price)
