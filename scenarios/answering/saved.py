"""An answer read back from its ``result.json``, for whoever shows or compares answers of earlier runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from scenarios.answering.result import CostSummary, Json, Ledger, Objective, RequirementResult, Result

type Part = type[CostSummary | Ledger | Objective | RequirementResult | Result]


def read_result(text: str) -> Result:
    """Return the answer that a ``result.json`` holds; `scenarios.answering.result.to_json` gives the same text again.

    Raises
    ------
    ValueError
        When the text is not JSON, or not of the shape of an answer: which keys are missing or unknown.

    """
    return result_of(json.loads(text))


def result_of(parsed: Json) -> Result:
    """Return the answer of a parsed ``result.json``. Raises ValueError as `read_result` does."""
    whole = _checked(Result, parsed, "result")
    cost, ledger = whole["cost"], whole["ledger"]
    parts = {
        "objective": Objective(**_checked(Objective, whole["objective"], "objective")),
        "cost": None if cost is None else CostSummary(**_checked(CostSummary, cost, "cost")),
        "ledger": None if ledger is None else Ledger(**_checked(Ledger, ledger, "ledger")),
        "requirements": [
            RequirementResult(**_checked(RequirementResult, item, f"requirements[{place}]"))
            for place, item in enumerate(whole["requirements"])
        ],
    }
    return Result(**{**whole, **parts})


def _checked(part: Part, found: object, at: str) -> dict[str, Any]:
    """Return the fields of a part, which must be all of them and no others."""
    if not isinstance(found, Mapping):
        raise ValueError(f"{at}: expected an object; found {type(found).__name__}")  # noqa: TRY004 - bad data, not a bug
    expected = {field.name for field in fields(part)}
    needed = {field.name for field in fields(part) if "if_any" not in field.metadata}
    problems = [
        f"{what} {', '.join(map(repr, sorted(map(str, names))))}"
        for what, names in (("missing", needed - set(found)), ("unknown", set(found) - expected))
        if names
    ]
    if problems:
        raise ValueError(f"{at}: {'; '.join(problems)}")
    return dict(found)
