"""Months and business days."""

from datetime import date, datetime, time, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.drawn import full
from transforms.attendance import ShiftRules, shifts
from transforms.calendar import (
    add_months,
    business_date,
    clocks_change,
    days_in,
    elapsed,
    first_of,
    last_day,
    last_months,
    month_of,
    previous,
    together,
)
from transforms.measured import with_adherence
from transforms.tables import CLOCKINGS, ROSTER

moments = st.datetimes(datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2030-01-01"))
months = st.dates(date(1990, 1, 1), date(2090, 1, 1)).map(first_of)


def test_thirteen_months_reach_back_to_the_same_month_last_year() -> None:
    assert last_months(date(2026, 1, 1), 3) == (date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1))
    thirteen = last_months(date(2026, 7, 1))
    assert (len(thirteen), thirteen[0]) == (13, date(2025, 7, 1))
    assert previous(date(2026, 1, 1)) == date(2025, 12, 1)


def test_a_leap_february_has_29_days() -> None:
    assert [days_in(date(year, 2, 1)) for year in (2023, 2024, 2100)] == [28, 29, 28]
    assert last_day(date(2024, 2, 1)) == date(2024, 2, 29)


@given(months, st.integers(-500, 500))
def test_months_are_added_and_taken_away_again(month: date, count: int) -> None:
    assert add_months(add_months(month, count), -count) == month
    assert (add_months(month, 1) - month).days == days_in(month)


def business_days(moments: list[datetime], starts: time) -> list[date]:
    column = pl.DataFrame({"at": moments}, schema={"at": pl.Datetime("us")})
    return column.select(business_date(pl.col("at"), starts))["at"].to_list()


def test_a_sale_after_midnight_belongs_to_the_evening_before() -> None:
    at = [datetime.fromisoformat(f"2026-07-02T{text}") for text in ("01:30", "03:59", "04:00")]
    assert business_days(at, time(4)) == [date(2026, 7, 1), date(2026, 7, 1), date(2026, 7, 2)]


def test_a_column_of_days_is_read_as_months() -> None:
    days = pl.DataFrame({"day": [date(2026, 7, 1), date(2026, 7, 31), None]})
    assert days.select(month_of(pl.col("day")))["day"].to_list() == [date(2026, 7, 1), date(2026, 7, 1), None]


@given(st.lists(moments, max_size=20), st.times())
def test_a_business_day_begins_at_any_second(drawn: list[datetime], starts: time) -> None:
    starts = starts.replace(microsecond=0)
    after = timedelta(hours=starts.hour, minutes=starts.minute, seconds=starts.second)
    assert business_days(drawn, starts) == [(at - after).date() for at in drawn]


def test_months_are_cut_into_runs_without_a_gap_and_of_bounded_size() -> None:
    first, second, third, later = (date(2026, m, 1) for m in (1, 2, 3, 6))
    rows = {first: 60, second: 30, third: 30, later: 500}
    assert list(together([first, second, third, later], rows, 100)) == [[first, second], [third], [later]]
    assert list(together([], rows, 100)) == []


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        ("2026-10-24 22:00", "2026-10-25 06:00", 9),
        ("2026-03-28 22:00", "2026-03-29 06:00", 7),
        ("2026-07-01 22:00", "2026-07-02 06:00", 8),
        ("2026-10-25 01:00", "2026-10-25 02:30", 1.5),  # the first 02:30
        ("2026-03-29 02:30", "2026-03-29 08:00", 4.5),  # by a clock that was not put forward
    ],
)
def test_a_night_on_which_clocks_change_is_as_long_as_it_was(since: str, until: str, hours: float) -> None:
    begin, end = (pl.lit(datetime.fromisoformat(at)) for at in (since, until))
    assert pl.select(elapsed(begin, end, "Europe/Berlin").dt.total_seconds()).item() == hours * 3600
    assert [clocks_change(zone) for zone in ("Europe/Berlin", "Asia/Ho_Chi_Minh")] == [True, False]


def test_shifts_of_such_a_night_are_an_hour_longer() -> None:
    drawing = """
        store_id | employee_id | business_date | {0}              | {1}
        ---------+-------------+---------------+------------------+-----------------
        q1       | an          | 2026-10-24    | 2026-10-24 22:00 | 2026-10-25 06:00
    """
    come = full(drawing.format("clock_in", "clock_out"), CLOCKINGS.columns)
    plan = full(drawing.format("scheduled_in", "scheduled_out"), ROSTER.columns)
    zone = "Europe/Berlin"
    found = with_adherence(shifts(come.lazy(), plan.lazy(), ShiftRules(zone=zone)), zone).collect()
    assert found.select("worked_hours", "scheduled_hours", "adhered_hours", "overtime_hours").rows() == [(9, 9, 9, 0)]
