"""A small answer made by hand: three tasks in two districts, one requirement; and short ways to change it."""

from typing import Any

from scenarios.answering.result import CostSummary, Ledger, Objective, RequirementResult, Result


def task(number: int, **changes: object) -> dict[str, Any]:
    """Return a task of 1.2 million CNY that takes 40 t of NOx a year at 250 000 CNY a year, of which 90 000 run it."""
    return {
        "task_id": f"T{number:05d}",
        "source_id": f"B-{number:03d}",
        "source_name": "城东热电厂1号锅炉",
        "district": "东区",
        "sector": "coal_boilers",
        "measures": ["boiler-scr"],
        "measure_names": {"zh": "选择性催化还原", "en": "Selective catalytic reduction"},
        "content": {"zh": "建设脱硝反应器和氨水系统", "en": "Reactor and ammonia supply"},
        "share": 1.0,
        "start_year": 2025,
        "due": "2025-12-31",
        "capital_cny": 1_200_000.0,
        "annual_cost_cny": 250_000.0,
        "operating_cost_cny": 90_000.0,
        "reduction_t_per_year": {"nox": 40.0, "vocs": 0.0, "tp": 0.0},
        "accountable_t_per_year": {"nox": 20.0, "vocs": 0.0, "tp": 0.0},
        "cost_per_t": {"nox": 6_250.0},
        "lead_unit": "东区人民政府",
        "support_units": "市生态环境局",
        "is_decided": False,
        "serves": ["nox-total"],
        "cites": [{"zh": "示例市2025年计划 三.1", "en": "Example plan 2025 三.1"}],
        "references": ["CB10"],
    } | changes


def requirement(**changes: object) -> RequirementResult:
    """Return a NOx requirement of 60 t/yr that is reached with 65."""
    fields: dict[str, Any] = {
        "id": "nox-total",
        "row": "nox-total",
        "kind": "reduce",
        "pollutant": "nox",
        "metric": "reduction",
        "scope": {},
        "year": 2025,
        "basis": "inventory",
        "sense": ">=",
        "asked": 60.0,
        "asked_text": "60 t/yr",
        "tolerance": 0.0,
        "reached": 65.0,
        "reachable": 118.5,
        "reachable_alone": 120.25,
        "unit": "t/yr",
        "met": True,
        "slack": 5.0,
        "marginal_cost": 6_250.0,
        "is_assumed": True,
        "cites": [
            {
                "document": {"zh": "示例市2025年计划", "en": "Example plan 2025"},
                "clause": "三.1",
                "summary": {"zh": "氮氧化物减排六十吨。", "en": "Sixty tonnes less NOx."},
            }
        ],
        "note": {"zh": "吨位为假设。", "en": "The tonnage is assumed."},
    }
    return RequirementResult(**(fields | changes))


TASKS = (
    task(1),
    task(
        2,
        source_name="东湖涂装厂",
        sector="voc_lines",
        measures=["voc-rto", "voc-enclosure"],
        measure_names={"zh": "密闭收集；蓄热燃烧", "en": "Enclosure; thermal oxidiser"},
        content={"zh": "车间密闭；建设蓄热燃烧装置", "en": "Enclosed hall; regenerative oxidiser"},
        capital_cny=3_000_000.0,
        annual_cost_cny=700_000.0,
        operating_cost_cny=250_000.0,
        reduction_t_per_year={"nox": -0.5, "vocs": 35.0, "tp": 0.0},
        accountable_t_per_year={"nox": -0.25, "vocs": 17.5, "tp": 0.0},
        cost_per_t={"vocs": 20_000.0},
        is_decided=True,
        cites=[
            {"zh": "示例市2025年计划 三.1", "en": "Example plan 2025 三.1"},
            {"zh": "示例市2025年计划 三.2", "en": "Example plan 2025 三.2"},
        ],
    ),
    task(
        3,
        district="西区",
        source_name='=HYPERLINK("http://x")',
        lead_unit="西区人民政府",
        reduction_t_per_year={"nox": 25.5, "vocs": 0.0, "tp": 0.125},
        accountable_t_per_year={"nox": 12.75, "vocs": 0.0, "tp": 0.0625},
        capital_cny=654_321.0,
        annual_cost_cny=100_000.5,
        operating_cost_cny=1_234.5,
        cost_per_t={"nox": 3_921.588, "tp": 800_004.0},
        share=0.4,
    ),
)
"""NOx 40 - 0.5 + 25.5 = 65 t; VOCs 35 t; TP 0.125 t. Capital 120 + 300 + 65.4321 = 485.4321 万元, yearly cost
25 + 70 + 10.00005 = 105.00005 万元, of which running 9 + 25 + 0.12345 = 34.12345 万元."""


def emission(district: str, sector: str, pollutant: str, *tonnes: float) -> dict[str, Any]:
    """Return a row of emissions: of the base year, without the plan, with it."""
    base, without, after = tonnes
    return {
        "year": 2025,
        "district": district,
        "sector": sector,
        "pollutant": pollutant,
        "base_t_per_year": base,
        "without_plan_t_per_year": without,
        "with_plan_t_per_year": after,
    }


EMISSIONS = (
    emission("东区", "coal_boilers", "nox", 200.0, 220.0, 180.0),
    emission("东区", "voc_lines", "nox", 0.0, 0.0, 0.5),
    emission("东区", "voc_lines", "vocs", 100.0, 110.0, 75.0),
    emission("西区", "coal_boilers", "nox", 50.0, 55.0, 29.5),
    emission("西区", "coal_boilers", "tp", 0.5, 0.5, 0.375),
)


def shares(key: str, *rows: tuple[object, float, float]) -> list[dict[str, Any]]:
    return [
        {key: name, "annual_cny": annual, "capital_cny": capital, "present_value_cny": annual}
        for name, annual, capital in rows
    ]


COST = CostSummary(
    annual_cny=1_050_000.5,
    capital_cny=4_854_321.0,
    present_value_cny=1_050_000.5,
    by_year=shares("year", (2025, 1_050_000.5, 4_854_321.0)),
    by_district=shares("district", ("东区", 950_000.0, 4_200_000.0), ("西区", 100_000.5, 654_321.0)),
    by_sector=shares("sector", ("coal_boilers", 350_000.5, 1_854_321.0), ("voc_lines", 700_000.0, 3_000_000.0)),
    by_payer=shares("payer", ("county", 50_000.5, 354_321.0), ("enterprise", 1_000_000.0, 4_500_000.0)),
)

PENDING = requirement(
    id="cod-from-above",
    row="cod-from-above",
    pollutant="cod",
    asked=None,
    asked_text="pending",
    reached=0.0,
    reachable=3.0,
    reachable_alone=3.0,
    met=None,
    slack=None,
    marginal_cost=None,
    is_assumed=False,
    cites=[],
    note=None,
)


ASSUMPTIONS = [
    {
        "id": "growth",
        "text": {"zh": "产量年增百分之四。", "en": "Activity grows by 4 % a year."},
        "value": 0.04,
        "cites": [{"zh": "本情景", "en": "this scenario"}],
    },
    {
        "id": "price-coal",
        "text": {"zh": "价格：coal", "en": "Price of coal"},
        "value": "900 CNY/t",
        "is_default": True,
        "cites": [{"zh": "F270", "en": "F270"}],
    },
]

PROVENANCE = {
    "inputs": [{"name": "scenario.toml", "sha256": "ab" * 32}, {"name": "boilers.csv", "sha256": "cd" * 32}],
    "bases": ["base-2024"],
    "patches": [{"key": "discount_rate", "value": "0.05"}],
    "versions": {"jianpai": "0.1.0", "highspy": "1.15.0"},
    "engine": "milp 1.15.0",
    "seed": 0,
    "gap_asked": 1e-4,
    "discount_rate": 0.05,
    "price_year": 2023,
    "seconds": {"solve": 0.5},
    "date": "2025-01-01T00:00:00+00:00",
}


def hand_made(**changes: object) -> Result:
    fields: dict[str, Any] = {
        "scenario": "example-2025",
        "title": {"zh": "示例市2025年减排任务", "en": "Example city, tasks of 2025"},
        "jurisdiction": {"zh": "示例市", "en": "Example city"},
        "districts": [],
        "columns": [],
        "mode": "least_cost",
        "years": [2025],
        "status": "OPTIMAL",
        "says": {"zh": "最小费用方案，全部要求均满足。", "en": "The least-cost plan; every requirement is met."},
        "is_illustrative": False,
        "illustrative": None,
        "objective": Objective(1_050_000.5, "CNY/yr", "annual cost of the last plan year"),
        "bound": 1_050_000.0,
        "gap": 4.76e-7,
        "cost": COST,
        "requirements": [requirement()],
        "tasks": list(TASKS),
        "emissions": list(EMISSIONS),
        "repairs": [],
        "ledger": Ledger(agrees=True, max_relative_difference=3.1e-16),
        "assumptions": ASSUMPTIONS,
        "notes": [{"zh": "清单按国标码读入。", "en": "The inventory was read as GBK."}],
        "provenance": PROVENANCE,
    }
    return Result(**(fields | changes))


def infeasible() -> Result:
    """Return an answer without a plan: two hundred tonnes asked, 120.25 to be had."""
    return hand_made(
        status="INFEASIBLE",
        says={"zh": "不可行。", "en": "Infeasible."},
        objective=Objective(None, "CNY/yr", "annual cost of the last plan year"),
        bound=None,
        gap=None,
        cost=None,
        requirements=[requirement(asked=200.0, reached=None, reachable=None, met=None, slack=None)],
        tasks=[],
        emissions=[],
        ledger=None,
    )
