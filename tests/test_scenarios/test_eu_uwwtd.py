"""Real plants: EEA Waterbase on urban wastewater (UWWTD v6), 8 598 plants with measured phosphorus in and out.

The same question is asked twice: of the product through its command line, and of an integer model written here on
HiGHS from the raw file, which knows the catalogue's numbers but shares no code with the product.

Assumptions, stated because the file has loads [t/yr] and sizes [population equivalents, PE] but no flow: 0.2 m3 per PE
and day; a plant without nitrogen removal is conventional activated sludge; a sand filter that is not reported is not
there. The Chinese unit costs stand in for the plants' own.
"""

import csv
import json
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

type Floats = NDArray[np.float64]
type Key = frozenset[str]

ROOT = Path(__file__).resolve().parents[2]
RAW = ROOT.parent / "shared" / "domain" / "data" / "eu_uwwtd" / "DERIVED_uwwtd_p_loads_clean.csv"
CATALOGUE = ROOT / "model" / "data" / "measures" / "wastewater_plants.toml"

M3_PER_PE_AND_DAY = 0.2
DISCOUNT_RATE = 0.05
ELECTRICITY_CNY_PER_KWH = 0.65
REDUCTION = 0.30
GAP = 1e-4
MOST_SECONDS = 20.0
FLOOR_MG_PER_L = 0.05
P_STEP = 0.445
FILTER = 0.694
LOST_LETTER = r"[\x00-\x1f\x7f-\x9f]"
"""Control characters that stand in the file where Polish letters stood; the product refuses them."""
NOT_OFFERED = ("wwtp-denitrifying-filter", "wwtp-reverse-osmosis", "wwtp-reuse")
"""Measures for nitrogen, for the limit of technology and for water: not for a phosphorus target."""

SCENARIO = f"""
schema = 1
id = "eu-phosphorus"
title = {{ zh = "欧洲污水处理厂总磷", en = "Phosphorus of European treatment plants" }}
jurisdiction = "Plants reported to EEA Waterbase"
base_year = 2016
years = [2020]
discount_rate = {DISCOUNT_RATE}
price_year = 2023
decision_date = 2017-01-01
basis = "inventory"
credit = "full_year"
mode = "least_cost"

[prices]
electricity = "{ELECTRICITY_CNY_PER_KWH} CNY/kWh"

[inventory]
wastewater_plants = "plants.csv"

[measures]
bundled = true

[[requirement]]
id = "tp"
kind = "reduce"
pollutant = "tp"
amount = "{REDUCTION:.0%}"

[[requirement]]
id = "not-offered"
kind = "forbid"
measures = {json.dumps(NOT_OFFERED)}
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not RAW.is_file(), reason="the plants' file is not here"),
]


@cache
def raw() -> pd.DataFrame:
    return pd.read_csv(RAW, keep_default_na=False, na_values=[""])


def inventory() -> pd.DataFrame:
    """The raw file as a planner would hand it in: concentration [g/m3] = load [t/yr] * 1e6 / flow [m3/yr]."""
    plants = raw()
    flow = plants["uwwLoadEnteringUWWTP"] * M3_PER_PE_AND_DAY
    return pd.DataFrame(
        {
            "source_id": plants["rptMStateKey"] + "-" + plants["uwwCode"].str.strip(),
            "name": plants["uwwName"].str.replace(LOST_LETTER, "", regex=True),
            "district": plants["rptMStateKey"],
            "plant_type": "municipal",
            "process_type": np.where(plants["uwwNRemoval"] == 0, "conventional", "other"),
            "capacity_m3_per_day": plants["uwwCapacity"] * M3_PER_PE_AND_DAY,
            "flow_m3_per_day": flow,
            "influent_tp_mg_per_l": plants["uwwPIncoming"] * 1e6 / (flow * 365),
            "effluent_tp_mg_per_l": plants["uwwPDischarge"] * 1e6 / (flow * 365),
            "has_p_removal": plants["uwwPRemoval"],
            "has_filtration": plants["uwwSandFiltration"].fillna(0),
        }
    )


@dataclass(frozen=True)
class Plants:
    """What the model here needs of the raw file; arrays of shape (plant,)."""

    size: Floats
    volume: Floats
    measured: Floats
    has_p_step: NDArray[np.bool_]
    has_filter: NDArray[np.bool_]
    has_nitrogen_removal: NDArray[np.bool_]

    @classmethod
    def read(cls) -> "Plants":
        with RAW.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))

        def number(name: str) -> Floats:
            return np.array([float(row[name] or 0) for row in rows])

        volume = number("uwwLoadEnteringUWWTP") * 365 / 5
        return cls(
            size=number("uwwCapacity") / 5,
            volume=volume,
            measured=number("uwwPDischarge") / volume * 1e6,
            has_p_step=number("uwwPRemoval") == 1,
            has_filter=number("uwwSandFiltration") == 1,
            has_nitrogen_removal=number("uwwNRemoval") == 1,
        )


@cache
def numbers() -> dict[str, dict[str, Any]]:
    return {entry["id"]: entry for entry in tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))["measure"]}


def yearly_cost(measure: str, plants: Plants) -> Floats:
    """Annuity of the works and their running [CNY/yr]."""
    cost = numbers()[measure]["cost"]
    years = float(cost["lifetime_years"]["value"])
    annuity: float = DISCOUNT_RATE / (1 - (1 + DISCOUNT_RATE) ** -years)
    power: float = sum(
        side["amount"]["value"]
        for side in numbers()[measure].get("side", [])
        if side["flow"] == "electricity_kwh_per_year"
    )
    per_m3 = float(cost["variable"]["value"]) + power * ELECTRICITY_CNY_PER_KWH
    price = float(cost["capital"]["value"])
    return price * annuity * plants.size + per_m3 * plants.volume


def upgrades(plants: Plants) -> dict[str, tuple[NDArray[np.bool_], float]]:
    """Standard upgrades: where each is for, and the limit it reaches."""
    classes = {
        "wwtp-grade-2-to-1b": (1.0, 3.0),
        "wwtp-1b-to-1a": (0.5, 1.0),
        "wwtp-1a-to-clean-discharge": (0.3, 0.5),
    }
    return {
        name: ((limit < plants.measured) & (plants.measured <= worst), limit)
        for name, (limit, worst) in classes.items()
    }


def steps(plants: Plants) -> dict[tuple[str, ...], tuple[NDArray[np.bool_], Floats]]:
    """What may be done to the treatment itself: where, and which part of the measured phosphorus then passes."""

    def removes(measure: str, slot: str) -> float:
        return float(numbers()[measure]["set"][f"{slot}_tp_removal_fraction"]["value"])

    had_process: Floats = np.where(plants.has_p_step, P_STEP, 0.0)
    had_filter: Floats = np.where(plants.has_filter, FILTER, 0.0)
    everywhere = np.ones_like(plants.has_filter)
    process = {
        "": (everywhere, 0.0),
        "wwtp-chemical-dosing": (
            ~plants.has_p_step & (plants.measured > 0.72),
            removes("wwtp-chemical-dosing", "process"),
        ),
        "wwtp-a2o": (~plants.has_nitrogen_removal, removes("wwtp-a2o", "process")),
    }
    polishing = {"": (everywhere, 0.0)} | {
        name: (~plants.has_filter, removes(name, "polishing"))
        for name in ("wwtp-magnetic-coagulation", "wwtp-filtration")
    }

    def passing(first: float, second: float) -> Floats:
        before = (1 - had_process) * (1 - had_filter)
        after: Floats = (1 - np.maximum(had_process, first)) * (1 - np.maximum(had_filter, second))
        return after / before

    found = {
        tuple(name for name in names if name): (process[names[0]][0] & polishing[names[1]][0], passing(*removal))
        for names in product(process, polishing)
        for removal in [(process[names[0]][1], polishing[names[1]][1])]
    }
    membranes = passing(removes("wwtp-mbr", "process"), removes("wwtp-mbr", "polishing"))
    return found | {("wwtp-mbr",): (everywhere, membranes)}


@dataclass(frozen=True)
class Choices:
    """Every package: its measures, and cost [CNY/yr] and phosphorus left [t/yr], shape (package, plant).

    Where a package is not to be had its cost is infinite. The first package is to leave the plant as it is.
    """

    keys: tuple[Key, ...]
    cost: Floats
    left: Floats


@cache
def choices() -> Choices:
    plants = Plants.read()
    everything = {names: (where, plants.measured * passing) for names, (where, passing) in steps(plants).items()} | {
        (name,): (where, np.minimum(plants.measured, limit)) for name, (where, limit) in upgrades(plants).items()
    }
    operation = numbers()["wwtp-operation"]["set"]["operation_tp_removal_fraction"]["value"]
    keys, cost, left = [], [], []
    for extra, (names, (where, level)) in product(((), ("wwtp-operation",)), everything.items()):
        after = np.maximum(level * (1 - operation if extra else 1), np.minimum(plants.measured, FLOOR_MG_PER_L))
        priced = [yearly_cost(name, plants) for name in (*names, *extra)]
        keys.append(frozenset((*names, *extra)))
        cost.append(np.where(where, np.sum([np.zeros_like(after), *priced], axis=0), np.inf))
        left.append(after * plants.volume / 1e6)
    return Choices(tuple(keys), np.array(cost), np.array(left))


def worthwhile(offered: Choices) -> NDArray[np.bool_]:
    """Packages that no other of the plant equals in both cost and phosphorus, shape (package, plant)."""
    order = np.lexsort((offered.left, offered.cost), axis=0)
    left = np.take_along_axis(offered.left, order, axis=0)
    best = np.vstack([np.full((1, left.shape[1]), np.inf), np.minimum.accumulate(left, axis=0)[:-1]])
    keep = np.zeros(left.shape, dtype=np.bool_)
    np.put_along_axis(keep, order, left < best, axis=0)
    return keep & np.isfinite(offered.cost)


@dataclass(frozen=True)
class Answer:
    cost: float
    bound: float
    left: float


@cache
def independent() -> Answer:
    """Min sum c x; one package per plant; sum of phosphorus left at most 70 % of today's; x binary."""
    offered = choices()
    plant, package = np.nonzero(worthwhile(offered).T)
    cost, left = offered.cost[package, plant] / 1e6, offered.left[package, plant]
    count, plants = len(plant), offered.left.shape[1]
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = count, plants + 1
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, np.zeros(count), np.ones(count)
    today = offered.left[0].sum()
    model.row_lower_ = np.append(np.ones(plants), -highspy.kHighsInf)
    model.row_upper_ = np.append(np.ones(plants), (1 - REDUCTION) * today)
    matrix = model.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kColwise
    matrix.start_ = np.arange(0, 2 * count + 1, 2)
    matrix.index_ = np.column_stack([plant, np.full(count, plants)]).ravel()
    matrix.value_ = np.column_stack([np.ones(count), left]).ravel()
    model.integrality_ = [highspy.HighsVarType.kInteger] * count
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    solver.setOptionValue("presolve", "off")  # twice as fast here
    solver.setOptionValue("mip_rel_gap", GAP)
    solver.passModel(model)
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    chosen = np.array(solver.getSolution().col_value) > 0.5
    info = solver.getInfo()
    return Answer(float(cost[chosen].sum() * 1e6), info.mip_dual_bound * 1e6, float(left[chosen].sum()))


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the command line answers."""
    folder = tmp_path_factory.mktemp("eu")
    inventory().to_csv(folder / "plants.csv", index=False)
    (folder / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    command = ["plan", str(folder / "scenario.toml"), "--out", str(folder / "out"), "--gap", str(GAP)]
    call = f"import sys; from scenarios.cli import main; sys.argv[1:] = {command!r}; main()"
    answer = subprocess.run([sys.executable, "-c", call], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    result: dict[str, Any] = json.loads((folder / "out" / "result.json").read_text(encoding="utf-8"))
    return result


def test_file_is_the_one_described() -> None:
    """8 598 plants that let 31 821 of 136 176 t phosphorus pass."""
    plants = raw()
    assert len(plants) == 8598
    assert plants["uwwPDischarge"].sum() == 31_821
    assert plants["uwwPIncoming"].sum() == 136_176
    assert inventory()["source_id"].is_unique


def test_filter_of_one_plant_by_hand() -> None:
    """Bruxelles-sud, 20 t, phosphorus step but no filter; 360 000 PE are 72 000 m3/d, 347 250 PE 25 349 250 m3/yr.

    28.8 million CNY x 0.0802426 (5 %, 20 years) + 25 349 250 x (0.124 + 0.04 x 0.65) = 2 310 987 + 3 802 388 CNY/yr,
    and 20 x 0.306 = 6.12 t pass.
    """
    offered = choices()
    place = offered.keys.index(frozenset({"wwtp-filtration"}))
    assert raw()["uwwName"][0] == "Bruxelles-sud"
    assert offered.cost[place, 0] == pytest.approx(6_113_374, rel=1e-6)
    assert offered.left[place, 0] == pytest.approx(6.12, rel=1e-12)


def test_independent_model_is_solved_to_its_gap() -> None:
    answer = independent()
    assert answer.bound <= answer.cost <= answer.bound + GAP * abs(answer.cost)
    assert answer.left <= (1 - REDUCTION) * 31_821 * (1 + 1e-9)


def test_product_meets_the_target_within_its_gap_and_time(plan: dict[str, Any]) -> None:
    assert plan["status"] == "OPTIMAL"
    assert plan["gap"] <= GAP
    assert plan["ledger"]["agrees"]
    assert [requirement["met"] for requirement in plan["requirements"] if requirement["id"] == "tp"] == [True]
    assert sum(plan["provenance"]["seconds"].values()) < MOST_SECONDS


def test_objectives_agree_within_the_two_gaps(plan: dict[str, Any]) -> None:
    """Each cost is at most its own gap above the one true optimum, and each bound is below it."""
    ours, theirs = independent(), plan["objective"]["value"]
    assert theirs == pytest.approx(ours.cost, rel=2 * GAP)
    assert ours.bound <= theirs * (1 + 1e-9)
    assert plan["bound"] <= ours.cost * (1 + 1e-9)


def test_plan_priced_from_the_raw_file_gives_the_totals_reported(plan: dict[str, Any]) -> None:
    offered = choices()
    place = {key: number for number, key in enumerate(offered.keys)}
    plant = {source: number for number, source in enumerate(inventory()["source_id"])}
    chosen = np.zeros(len(plant), dtype=np.intp)
    for task in plan["tasks"]:
        chosen[plant[task["source_id"]]] = place[frozenset(task["measures"])]
    picked = chosen, np.arange(len(plant))
    left = sum(row["with_plan_t_per_year"] for row in plan["emissions"] if row["pollutant"] == "tp")
    assert offered.cost[picked].sum() == pytest.approx(plan["cost"]["annual_cny"], rel=1e-6)
    assert offered.left[picked].sum() == pytest.approx(left, rel=1e-6)
