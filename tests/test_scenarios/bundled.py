"""What the tests of the bundled plans share."""

import pandas as pd

from scenarios.answering.result import RequirementResult, Result
from scenarios.reading.files import LIBRARY


def table_of(scenario: str, sector: str) -> pd.DataFrame:
    """Return a bundled inventory's table by source id, as it stands in the file."""
    return pd.read_csv(LIBRARY / scenario / f"{sector}.csv", encoding="utf-8-sig").set_index("source_id")


def by_id(answer: Result) -> dict[str, RequirementResult]:
    """Return the requirements' results by requirement id."""
    return {requirement.id: requirement for requirement in answer.requirements}


def check_proven(answer: Result, gap: float) -> None:
    """Hold an answer to a gap and to the agreement of its ledgers."""
    assert answer.status == "OPTIMAL"
    assert answer.gap is not None
    assert answer.gap <= gap
    assert answer.ledger is not None
    assert answer.ledger.agrees
