"""What the engines claim, judged on every kind of problem; thousands: ``tests/bench/check_certificates.py``."""

import pytest

from tests.bench.check_certificates import verdicts


@pytest.mark.parametrize("first", range(100_000, 100_210, 70))
def test_no_claim_is_false(first: int) -> None:
    """70 problems each, both engines: bound <= least cost <= cost, gaps as stated, infeasible with its proof."""
    found = list(verdicts(range(first, first + 70)))
    assert [verdict for verdict in found if verdict.false_claims] == []
    assert len({(verdict.kind, verdict.status) for verdict in found}) >= 10


@pytest.mark.parametrize("seed", [702_480, 702_497])
def test_what_was_false_once_is_so_no_more(seed: int) -> None:
    """A gap of a plan of cost 0, told against fewer options than there are; a plan that HiGHS's presolve loses."""
    assert [verdict.false_claims for verdict in verdicts(range(seed, seed + 1))] == [(), ()]
