"""HiGHS with the tolerances this package promises, whoever builds its model."""

from __future__ import annotations

import highspy

OPTIONS: dict[str, float] = {
    "primal_feasibility_tolerance": 1e-9,
    "mip_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-9,
    # entries below this are dropped; the default, 1e-9, is as large as the tolerance on a whole row
    "small_matrix_value": 1e-12,
}

SEARCH: dict[str, float | bool] = {
    # share of the work that goes into finding plans
    "mip_heuristic_effort": 0.3,
    # trials after which what is known of a branch is trusted
    "mip_pscost_minreliable": 1,
    # whether to start again where some columns have gone at the root
    "mip_allow_restart": False,
}
"""How HiGHS searches. Its own (0.05, 8, True) take 1.3 to 4 times as long to prove plans of 600 to 1000 groups with 18
and 48 rows to 1e-4 and 1e-3, five problems, processor time."""


def new_highs(*, time_limit_s: float | None) -> highspy.Highs:
    """Return an empty, silent HiGHS, which works on one thread: so the answer is the same on every machine."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)  # noqa: FBT003 - HiGHS takes the value second
    highs.setOptionValue("threads", 1)
    if time_limit_s is not None:
        highs.setOptionValue("time_limit", time_limit_s)
    for name, value in OPTIONS.items():
        highs.setOptionValue(name, value)
    return highs


def version() -> str:
    """Return the version of HiGHS."""
    return str(highspy.Highs().version())  # type: ignore[no-untyped-call]


def claim_thread() -> None:
    """Let runs on this thread of the process be made with one thread of HiGHS.

    HiGHS keeps a pool of threads and refuses to run with another number than it was made for, which a run of an empty
    model finds out.
    """
    probe = new_highs(time_limit_s=None)
    if probe.run() == highspy.HighsStatus.kError:
        highspy.Highs.resetGlobalScheduler(True)  # noqa: FBT003 - HiGHS takes it so
