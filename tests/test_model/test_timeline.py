from datetime import date
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.inventory import Inventory
from model.timeline import (
    Growth,
    GrowthRate,
    Timeline,
    activity_factors,
    credited_share,
    due_date,
    earliest_start_year,
    months_in_service,
    ready_date,
)
from tests.test_model import toy


def timeline(decided: date, credit: Literal["full_year", "months"] = "months") -> Timeline:
    return Timeline(2022, (2023, 2024, 2025), decided, credit)


@pytest.mark.parametrize(
    ("decided", "lead", "ready"),
    [
        (date(2023, 1, 1), 8, "2023-09-01"),
        (date(2023, 1, 15), 6, "2023-07-15"),
        (date(2023, 1, 31), 1, "2023-02-28"),
        (date(2023, 12, 31), 2, "2024-02-29"),
        (date(2023, 3, 1), 0, "2023-03-01"),
        (date(2023, 1, 1), 1.5, "2023-02-17"),
    ],
)
def test_lead_time_is_counted_by_the_calendar(decided: date, lead: float, ready: str) -> None:
    """Half a month is 15.21875 days, rounded up to 16: 1 February + 16 days = 17 February."""
    assert ready_date(timeline(decided), [lead])[0] == np.datetime64(ready)


def test_a_measure_can_start_in_the_year_it_is_ready() -> None:
    """Decided on 1 July 2023: 5 months end on 1 December 2023, 6 on 1 January 2024, 18 on 1 January 2025."""
    assert earliest_start_year(timeline(date(2023, 7, 1)), np.array([0, 5, 6, 18])).tolist() == [2023, 2023, 2024, 2025]


def test_only_whole_months_in_service_count() -> None:
    """Ready 1 September: September to December, 4 months. Ready 2 September: 3. Next year: all 12. Year before: 0."""
    first, second = timeline(date(2023, 1, 1)), timeline(date(2023, 1, 2))
    months = [
        months_in_service(ready_date(plan, 8), year).item()
        for plan, year in [(first, 2023), (second, 2023), (first, 2024)]
    ]
    assert [*months, months_in_service(ready_date(first, 8), 2022).item()] == [4, 3, 12, 0]


def test_credit_by_months_is_twelfths_in_the_start_year_only() -> None:
    """Ready on 1 September 2023, started 2023: nothing in 2022, 4/12 in 2023 (full-year credit would say 1), then 1."""
    plan = timeline(date(2023, 1, 1))
    share = credited_share(plan, ready_date(plan, np.full(3, 8.0)), 2023, np.array([2022, 2023, 2024]))
    assert share.tolist() == pytest.approx([0, 4 / 12, 1])


def test_full_year_credit_counts_the_whole_start_year() -> None:
    plan = timeline(date(2023, 1, 1), "full_year")
    share = credited_share(plan, ready_date(plan, [8.0]), np.array([2023, 2024]), 2023)
    assert share.tolist() == [1, 0]


@given(st.dates(date(2020, 1, 1), date(2024, 12, 31)), st.floats(0, 60), st.integers(0, 5))
def test_the_first_possible_year_has_fewer_than_all_months_unless_ready_on_its_first_day(
    decided: date, lead: float, later: int
) -> None:
    plan = timeline(decided)
    start = int(earliest_start_year(plan, lead)) + later
    months = int(months_in_service(ready_date(plan, lead), start))
    is_ready_before = ready_date(plan, lead) <= np.datetime64(f"{start}-01-01")
    assert (months == 12) == bool(is_ready_before)


def test_tasks_of_a_year_are_due_on_its_last_day_when_the_whole_year_counts() -> None:
    plan = timeline(date(2023, 1, 1), "full_year")
    due = due_date(plan, ready_date(plan, [2.0, 20.0]), np.array([2023, 2025]))
    assert due.astype(str).tolist() == ["2023-12-31", "2025-12-31"]
    assert due_date(plan, ready_date(plan, [2.0, 3.0]), 2024).astype(str).tolist() == ["2024-12-31"] * 2


def test_with_credit_by_months_a_task_is_due_when_it_can_be_ready_or_as_its_year_begins() -> None:
    plan = timeline(date(2023, 1, 1))
    due = due_date(plan, ready_date(plan, [8.0, 8.0]), np.array([2023, 2025]))
    assert due.astype(str).tolist() == ["2023-09-01", "2025-01-01"]


@pytest.mark.parametrize("years", [(), (2024, 2023), (2023, 2023)])
def test_plan_years_increase(years: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="years"):
        Timeline(2022, years, date(2023, 1, 1), "months")


WORLD = toy.inventory(
    boilers=[{"district": "East"}, {"district": "West"}], tanks=[{"district": "East"}, {"district": "West"}]
)


def test_the_most_specific_growth_rate_wins() -> None:
    """Sector and district before sector, sector before district, district before all; here 2024 is one year on."""
    growth = Growth(
        (
            GrowthRate("boilers", "East", 0.04),
            GrowthRate(None, None, 0.01),
            GrowthRate("boilers", None, 0.03),
            GrowthRate(None, "East", 0.02),
        )
    )
    factors = activity_factors(WORLD, growth, 2023, [2024])
    assert factors[0].tolist() == pytest.approx([1.04, 1.03, 1.02, 1.01])


def test_growth_compounds_from_the_base_year() -> None:
    """5 % a year from 2020: 1 in 2020, 1.05^3 = 1.157625 in 2023; simple interest would say 1.15."""
    factors = activity_factors(WORLD, Growth((GrowthRate("tanks", None, 0.05),)), 2020, [2020, 2023])
    assert factors.shape == (2, 4)
    assert factors[:, 2].tolist() == pytest.approx([1, 1.157625], rel=1e-12)
    assert factors[:, 0].tolist() == [1, 1]


def test_no_growth_is_stated_no_growth_happens() -> None:
    assert (activity_factors(WORLD, Growth(), 2020, [2035]) == 1).all()


def test_two_rates_for_the_same_sources_are_refused() -> None:
    with pytest.raises(ValueError, match="several"):
        Growth((GrowthRate("tanks", None, 0.05), GrowthRate("tanks", None, 0.06)))


def test_activity_cannot_shrink_below_nothing() -> None:
    with pytest.raises(ValueError, match="above -1"):
        Growth((GrowthRate(None, None, -1.0),))


def test_a_sector_without_sources_grows_nowhere() -> None:
    empty = Inventory({"boilers": WORLD.tables["boilers"].iloc[:0]})
    assert activity_factors(empty, Growth((GrowthRate("boilers", "East", 0.1),)), 2020, [2021]).shape == (1, 0)
