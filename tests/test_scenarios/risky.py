"""Small scenarios whose numbers have ranges: kilns with one scrubber, kilns with two measures, coal boilers."""

from model.sector import FloatArray
from optimizer import Settings
from scenarios.answering.solving import solution_of
from scenarios.compiling.compile import Compiled, compile_scenario, options_of
from scenarios.reading.bundle import Bundle
from scenarios.risk.frame import Frame, frame_of
from tests.test_scenarios.stacks import SCRUB

EXACT = Settings(gap=0.0)
CLOSE = Settings(gap=1e-2)

HEADINGS = "source_id,name,district,source_class,nox_t_per_year,so2_t_per_year\n"
SURE_REMOVAL = "removes = { nox = 0.8, so2 = 0.1 }"
SCRUB_BETWEEN = SCRUB.replace(
    SURE_REMOVAL,
    "removes = { nox = { value = 0.8, low = 0.5, high = 0.9 }, so2 = { value = 0.1, low = 0, high = 0.3 } }",
)
"""The scrubber of the two stacks with a removal between 0.5 and 0.9."""

POLISH_BETWEEN = """
[[measure]]
id = "polish"
sector = "point_sources"
slot = "polishing"
name = { zh = "深度治理", en = "Polishing" }
removes = { nox = { value = 0.5, low = 0.2, high = 0.6 } }
lead_time_months = 6
[measure.cost]
price_year = 2023
capital = { value = 900000, low = 500000, high = 2000000, unit = "CNY" }
lifetime_years = 10
"""


def kilns(count: int) -> str:
    """Kilns of 20, 27, 34, 41, 48 and again 20 t of NOx, with half as much SO2, in two districts."""
    rows = [
        f"K{number:03},Kiln {number},{'East' if number % 2 else 'West'},kiln,{20 + 7 * (number % 5)},{10 + number % 7}"
        for number in range(count)
    ]
    return HEADINGS + "\n".join(rows) + "\n"


def boilers(count: int) -> str:
    """Coal boilers of 10 to 60 t/h that state neither fuel nor factor, so that both follow from the catalogue."""
    rows = [
        f"B{number:03},Boiler {number},{'East' if number % 2 else 'West'},coal,{10 + 5 * (number % 11)},3500"
        for number in range(count)
    ]
    return "source_id,name,district,fuel,capacity_t_per_h,full_load_hours_per_year\n" + "\n".join(rows) + "\n"


def planned(bundle: Bundle, *, settings: Settings = EXACT) -> tuple[Compiled, FloatArray]:
    """The scenario compiled, and the choices of its least-cost plan."""
    compiled = compile_scenario(bundle, options_of(bundle))
    level = solution_of(bundle, compiled, settings).level
    assert level is not None
    return compiled, level


def framed(bundle: Bundle, *, settings: Settings = EXACT) -> tuple[Compiled, Frame]:
    """The scenario compiled, and its least-cost plan."""
    compiled, level = planned(bundle, settings=settings)
    return compiled, frame_of(bundle, compiled, level)
