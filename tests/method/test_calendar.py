"""Months and business days."""

from datetime import date, datetime, time

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.calendar import (
    add_months,
    business_date,
    business_day,
    days_in,
    days_of,
    first_of,
    last_day,
    last_months,
    month_of,
    parse_month,
    previous,
    same_month_last_year,
    together,
)
from transforms.problem import BadSite

moments = st.datetimes(datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2030-01-01"))
months = st.dates(date(1990, 1, 1), date(2090, 1, 1)).map(first_of)


def test_thirteen_months_reach_back_to_the_same_month_last_year() -> None:
    assert last_months(date(2026, 1, 1), 3) == (date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1))
    thirteen = last_months(date(2026, 7, 1))
    assert thirteen[0] == same_month_last_year(date(2026, 7, 1)) == date(2025, 7, 1)
    assert previous(date(2026, 1, 1)) == date(2025, 12, 1)


def test_a_leap_february_has_29_days() -> None:
    assert [days_in(date(year, 2, 1)) for year in (2023, 2024, 2100)] == [28, 29, 28]
    assert last_day(date(2024, 2, 1)) == days_of(date(2024, 2, 1))[-1] == date(2024, 2, 29)


@given(months, st.integers(-500, 500))
def test_months_are_added_and_taken_away_again(month: date, count: int) -> None:
    assert add_months(add_months(month, count), -count) == month
    assert len(days_of(month)) == (add_months(month, 1) - month).days == days_in(month)


def test_a_sale_after_midnight_belongs_to_the_evening_before() -> None:
    four = time(4)
    at = {text: datetime.fromisoformat(f"2026-07-02T{text}") for text in ("01:30", "03:59", "04:00")}
    assert business_day(at["01:30"], four) == business_day(at["03:59"], four) == date(2026, 7, 1)
    assert business_day(at["04:00"], four) == date(2026, 7, 2)


def test_a_column_of_days_is_read_as_months() -> None:
    days = pl.DataFrame({"day": [date(2026, 7, 1), date(2026, 7, 31), None]})
    assert days.select(month_of(pl.col("day")))["day"].to_list() == [date(2026, 7, 1), date(2026, 7, 1), None]


@given(st.lists(moments, max_size=20), st.times())
def test_a_column_and_a_moment_agree_on_the_business_day(drawn: list[datetime], starts: time) -> None:
    starts = starts.replace(microsecond=0)
    column = pl.DataFrame({"at": drawn}, schema={"at": pl.Datetime("us")})
    assert column.select(business_date(pl.col("at"), starts))["at"].to_list() == [
        business_day(at, starts) for at in drawn
    ]


def test_a_month_is_written_year_and_month() -> None:
    assert parse_month("2026-07") == date(2026, 7, 1)
    for text in ("2026-7", "07/2026", "2026-13", "2026-07-01", ""):
        with pytest.raises(BadSite, match="write year and month like 2026-07"):
            parse_month(text)


def test_months_are_cut_into_runs_without_a_gap_and_of_bounded_size() -> None:
    first, second, third, later = (date(2026, m, 1) for m in (1, 2, 3, 6))
    rows = {first: 60, second: 30, third: 30, later: 500}
    assert list(together([first, second, third, later], rows, 100)) == [[first, second], [third], [later]]
    assert list(together([], rows, 100)) == []
