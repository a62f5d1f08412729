"""What the engines claim, judged on every kind of problem; thousands: ``tests/bench/check_certificates.py``."""

import pytest

from tests.bench.check_certificates import verdicts


@pytest.mark.parametrize("first", range(100_000, 100_210, 70))
def test_no_claim_is_false(first: int) -> None:
    """70 problems each, both engines: bound <= least cost <= cost, gaps as stated, infeasible with its proof."""
    found = list(verdicts(range(first, first + 70)))
    assert [verdict for verdict in found if verdict.false_claims] == []
    assert len({(verdict.kind, verdict.status) for verdict in found}) >= 10
