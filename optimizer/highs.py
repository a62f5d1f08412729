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


def new_highs(*, time_limit_s: float | None, threads: int) -> highspy.Highs:
    """Return an empty, silent HiGHS."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)  # noqa: FBT003 - HiGHS takes the value second
    highs.setOptionValue("threads", threads)
    if time_limit_s is not None:
        highs.setOptionValue("time_limit", time_limit_s)
    for name, value in OPTIONS.items():
        highs.setOptionValue(name, value)
    return highs


def version() -> str:
    """Return the version of HiGHS."""
    return str(highspy.Highs().version())  # type: ignore[no-untyped-call]


def claim_threads(threads: int) -> None:
    """Let the next run use this many threads.

    HiGHS keeps one pool of threads in a process and refuses to run with another number; a run of an empty model finds
    out. The pool is not changed while another thread of the process solves: keep to one number there.
    """
    probe = new_highs(time_limit_s=None, threads=threads)
    if probe.run() == highspy.HighsStatus.kError:
        highspy.Highs.resetGlobalScheduler(True)  # noqa: FBT003 - HiGHS takes it so
