"""Time a thousand drawn worlds of the Zhejiang plan (15 000 sources), and how peak memory grows; run by ``make bench``.

The plan is solved first, which is not timed. Time is this process's CPU time, so that other work on the machine counts
little. Allowed are 60 seconds.
"""

import resource
import sys
from time import process_time

from optimizer import Settings
from scenarios.answering.solving import solution_of
from scenarios.compiling.compile import compile_scenario, options_of
from scenarios.reading.files import find_scenario, load_bundle
from scenarios.risk.draws import Sampling
from scenarios.risk.frame import frame_of
from scenarios.risk.outcome import outcomes
from scenarios.risk.risk import risk_of

SCENARIO = "zhejiang-2019"
SAMPLES = 1000
SECONDS_ALLOWED = 60.0
KIB_PER_GIB = 2**20


def main() -> int:
    """Print seconds and memory; 1 when it took longer than allowed."""
    bundle = load_bundle(find_scenario(SCENARIO))
    compiled = compile_scenario(bundle, options_of(bundle))
    level = solution_of(bundle, compiled, Settings(gap=1e-3)).level
    if level is None:
        print(f"{SCENARIO} has no plan")
        return 1
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_GIB
    begin = process_time()
    frame = frame_of(bundle, compiled, level)
    drawn = outcomes(frame, Sampling(), SAMPLES)
    sampled = process_time() - begin
    found = risk_of(frame, drawn, Sampling())
    seconds = process_time() - begin
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_GIB
    print(f"{SCENARIO}: {bundle.inventory.size:,} sources, {found.numbers} numbers, {SAMPLES} samples")
    print(f"{sampled:.1f} s to draw and add up, {seconds:.1f} s CPU with shares (allowed {SECONDS_ALLOWED:.0f})")
    print(f"peak memory {before:.2f} GiB before, {after:.2f} GiB after")
    print(f"all requirements together: {found.together.probability:.3f}")
    return int(seconds > SECONDS_ALLOWED)


if __name__ == "__main__":
    sys.exit(main())
