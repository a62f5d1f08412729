"""`result.json` held to what outside checks rely on: keys, types, and the arithmetic between its parts.

Written from the contract alone: nothing here reads the dataclasses that make the file.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from scenarios.answering.result import Result, to_json

TEXT, NUMBER, FLAG, ROWS, TABLE = (str,), (int, float), (bool,), (list,), (dict,)
MAYBE = (type(None),)

type Kinds = Mapping[str, tuple[type, ...]]

ANSWER: Kinds = {
    **dict.fromkeys(("scenario", "mode", "status"), TEXT),
    "title": TABLE,
    **dict.fromkeys(("years", "requirements", "tasks", "emissions", "repairs"), ROWS),
    **dict.fromkeys(("objective", "provenance"), TABLE),
    **dict.fromkeys(("cost", "ledger"), TABLE + MAYBE),
    **dict.fromkeys(("bound", "gap"), NUMBER + MAYBE),
}
OBJECTIVE: Kinds = {"value": NUMBER, "unit": TEXT, "what": TEXT}
COST: Kinds = {
    **dict.fromkeys(("annual_cny", "capital_cny", "present_value_cny"), NUMBER),
    **dict.fromkeys(("by_year", "by_district", "by_sector", "by_payer"), ROWS),
}
REQUIREMENT: Kinds = {
    **dict.fromkeys(("id", "kind", "metric", "sense", "unit"), TEXT),
    "pollutant": TEXT + MAYBE,
    "scope": TABLE,
    "year": NUMBER,
    **dict.fromkeys(("asked", "reached", "reachable", "reachable_alone", "slack", "marginal_cost"), NUMBER + MAYBE),
    "met": FLAG + MAYBE,
}
TASK: Kinds = {
    **dict.fromkeys(("task_id", "source_id", "source_name", "district", "sector", "due"), TEXT),
    **dict.fromkeys(("lead_unit", "support_units"), TEXT),
    **dict.fromkeys(("share", "start_year", "capital_cny", "annual_cost_cny"), NUMBER),
    **dict.fromkeys(("measures", "cites"), ROWS),
    **dict.fromkeys(("reduction_t_per_year", "accountable_t_per_year", "cost_per_t"), TABLE),
}
EMISSION: Kinds = {
    **dict.fromkeys(("district", "sector", "pollutant"), TEXT),
    "year": NUMBER,
    **dict.fromkeys(("base_t_per_year", "without_plan_t_per_year", "with_plan_t_per_year"), NUMBER),
}
PROVENANCE: Kinds = {
    **dict.fromkeys(("versions", "seconds"), TABLE),
    "inputs": ROWS,
    "engine": TEXT,
    **dict.fromkeys(("seed", "gap_asked"), NUMBER),
}
STAGES = {"read", "options", "compile", "solve", "evaluate"}
STATUSES = {"OPTIMAL", "FEASIBLE", "INFEASIBLE", "NO_ANSWER"}
ROUNDING = 1e-9
"""The file holds twelve digits; sums of a few thousand of them keep nine."""


def check_contract(answer: Result) -> None:
    """Hold an answered plan, as it is written, to the contract."""
    found = json.loads(to_json(answer))
    assert list(_wrong(found)) == []
    assert found["status"] in STATUSES
    _check_bound(found)
    _check_cost(found)
    for requirement in found["requirements"]:
        _check_requirement(requirement)
    _check_tasks(found)
    _check_reductions(found)
    assert found["ledger"]["agrees"] is True
    assert 0.0 <= found["ledger"]["max_relative_difference"] <= 1e-6


def _wrong(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield each key that is missing or holds another type than it should."""
    parts = [("", ANSWER, [found]), ("objective", OBJECTIVE, [found["objective"]]), ("cost", COST, [found["cost"]])]
    parts += [("requirements", REQUIREMENT, found["requirements"]), ("tasks", TASK, found["tasks"])]
    parts += [("emissions", EMISSION, found["emissions"]), ("provenance", PROVENANCE, [found["provenance"]])]
    for name, kinds, rows in parts:
        assert rows, f"{name} is empty, so nothing of it would be checked"
        yield from (
            f"{name}[{number}].{key}: {row.get(key, 'missing')!r}"
            for number, row in enumerate(rows)
            for key, kind in kinds.items()
            if key not in row or type(row[key]) not in kind
        )
    if not found["provenance"]["seconds"].keys() >= STAGES:
        yield f"provenance.seconds: {sorted(found['provenance']['seconds'])}"
    for file in found["provenance"]["inputs"]:
        if not (file["name"] and re.fullmatch("[0-9a-f]{64}", file["sha256"])):
            yield f"provenance.inputs: {file}"


def _check_bound(found: Mapping[str, Any]) -> None:
    """The gap is that of the stated bound: |objective - bound| / |objective|, and the bound is on the good side."""
    value, bound = found["objective"]["value"], found["bound"]
    assert found["gap"] == pytest.approx(abs(value - bound) / abs(value), rel=1e-6, abs=1e-12)
    assert bound <= value * (1 + ROUNDING) if value > 0 else bound <= value + ROUNDING * abs(value)
    total = "annual_cny" if len(found["years"]) == 1 else "present_value_cny"
    assert value == pytest.approx(found["cost"][total], rel=ROUNDING)
    assert found["objective"]["unit"] == ("CNY/yr" if len(found["years"]) == 1 else "CNY")


def _check_cost(found: Mapping[str, Any]) -> None:
    """Districts, sectors and payers add up to the totals; years to the present value, each discounted to the first."""
    cost = found["cost"]
    for table in ("by_district", "by_sector", "by_payer"):
        for name in ("annual_cny", "capital_cny", "present_value_cny"):
            values = [row[name] for row in cost[table]]
            assert sum(values) == pytest.approx(cost[name], rel=ROUNDING, abs=ROUNDING * sum(map(abs, values)))
    rate, first = found["provenance"]["discount_rate"], found["years"][0]
    discounted = [row["annual_cny"] / (1 + rate) ** (row["year"] - first) for row in cost["by_year"]]
    assert [row["year"] for row in cost["by_year"]] == found["years"]
    assert sum(discounted) == pytest.approx(cost["present_value_cny"], rel=ROUNDING)
    assert cost["by_year"][-1]["annual_cny"] == pytest.approx(cost["annual_cny"], rel=ROUNDING)


def _check_requirement(row: Mapping[str, Any]) -> None:
    """What is met, and by how much, follows from what is asked and reached."""
    asked, reached = row["asked"], row["reached"]
    if asked is None or reached is None:
        assert row["slack"] is None
        assert not row["met"]
        return
    surplus = {">=": reached - asked, "<=": asked - reached, "=": -abs(reached - asked)}[row["sense"]]
    assert row["slack"] == pytest.approx(surplus, rel=1e-6, abs=1e-6 * max(1.0, abs(asked)))
    room = row["tolerance"] * abs(asked) + 1e-6 * max(1.0, abs(asked))
    assert row["met"] is (surplus >= -room), row["row"]


def _check_tasks(found: Mapping[str, Any]) -> None:
    """Tasks add up to the cost of the plan; each differs from "as is" and costs per tonne what it says."""
    tasks, cost = found["tasks"], found["cost"]
    assert len({task["task_id"] for task in tasks}) == len(tasks)
    for name, total in (("annual_cost_cny", "annual_cny"), ("capital_cny", "capital_cny")):
        values = [task[name] for task in tasks]
        assert sum(values) == pytest.approx(cost[total], rel=ROUNDING, abs=ROUNDING * sum(map(abs, values)))
    for key in ("district", "sector"):
        for row in cost[f"by_{key}"]:
            values = [task["annual_cost_cny"] for task in tasks if task[key] == row[key]]
            assert sum(values) == pytest.approx(row["annual_cny"], rel=ROUNDING, abs=ROUNDING * sum(map(abs, values)))
    for task in tasks:
        assert task["measures"]
        assert 0.0 < task["share"] <= 1.0
        assert task["start_year"] in found["years"]
        for pollutant, price in task["cost_per_t"].items():
            assert price * task["reduction_t_per_year"][pollutant] == pytest.approx(task["annual_cost_cny"], rel=1e-6)


def _check_reductions(found: Mapping[str, Any]) -> None:
    """What the emissions say is less in the last year is what the tasks of the district and sector remove there."""
    less: dict[tuple[str, ...], float] = defaultdict(float)
    size: dict[tuple[str, ...], float] = defaultdict(float)
    for row in found["emissions"]:
        if row["year"] == found["years"][-1]:
            key = (row["district"], row["sector"], row["pollutant"])
            less[key] += row["without_plan_t_per_year"] - row["with_plan_t_per_year"]
            size[key] += row["without_plan_t_per_year"]
    for task in found["tasks"]:
        for pollutant, tonnes in task["reduction_t_per_year"].items():
            less[task["district"], task["sector"], pollutant] -= tonnes
    assert {key: value for key, value in less.items() if abs(value) > 1e-8 * max(size[key], 1.0)} == {}
