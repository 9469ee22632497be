"""Months and business days. A month is the date of its first day; nothing here reads a clock."""

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import holidays
import polars as pl

MONTHS: Final = 12  # of a year


def first_of(day: date) -> date:
    """The month of `day`."""
    return day.replace(day=1)


def add_months(month: date, months: int) -> date:
    """The month so many months later (earlier, if negative)."""
    year, index = divmod(month.year * 12 + month.month - 1 + months, 12)
    return date(year, index + 1, 1)


def previous(month: date) -> date:
    """The month before."""
    return add_months(month, -1)


def last_months(month: date, count: int = 13) -> tuple[date, ...]:
    """The `count` months up to `month`, oldest first; thirteen reach back to the same month last year."""
    return tuple(add_months(month, back) for back in range(1 - count, 1))


def days_in(month: date) -> int:
    """How many days the month has."""
    return monthrange(month.year, month.month)[1]


def last_day(month: date) -> date:
    """Its last day."""
    return month.replace(day=days_in(month))


def clocks_change(zone: str) -> bool:
    """Whether the clocks of an IANA zone are put forward and back, in this century."""
    known, years, quarters = ZoneInfo(zone), range(2001, 2051), (1, 4, 7, 10)
    return len({known.utcoffset(datetime(year, month, 1)) for year in years for month in quarters}) > 1  # noqa: DTZ001


def elapsed(since: pl.Expr, until: pl.Expr, zone: str | None) -> pl.Expr:
    """How long it was between two local moments (Datetime -> Duration), in a `zone` whose clocks change; None: none do.

    A moment of the hour that comes twice is of its first time; of one that is left out, the clock was not put forward.
    """
    wall = until - since
    return wall if zone is None else wall + _ahead(since, zone) - _ahead(until, zone)


def _ahead(at: pl.Expr, zone: str) -> pl.Expr:
    """How far local time is ahead of UTC."""
    known = [
        moment.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        for moment in (at, at - timedelta(hours=1))
    ]
    return pl.coalesce(moment.dt.base_utc_offset() + moment.dt.dst_offset() for moment in known)


def business_date(at: pl.Expr, starts: time) -> pl.Expr:
    """The business day of a local moment (Datetime -> Date): before `starts` it is still the evening before."""
    return (at - timedelta(hours=starts.hour, minutes=starts.minute, seconds=starts.second)).dt.date()


def public_holidays(country: str, first: date, last: date) -> tuple[date, ...]:
    """The public holidays of a country (ISO 3166) from `first` to `last`."""
    known = holidays.country_holidays(country, years=range(first.year, last.year + 1))
    return tuple(sorted(day for day in known if first <= day <= last))


def exchanged(day: date) -> date | None:
    """The day with day and month exchanged; None after the 12th, where there is none."""
    return day.replace(month=day.day, day=day.month) if day.day <= MONTHS else None


def month_of(day: pl.Expr) -> pl.Expr:
    """The month of a Date column."""
    return day.dt.truncate("1mo")


def months_frame(months: Sequence[date]) -> pl.DataFrame:
    """`months` as one column, `month`."""
    return pl.DataFrame({"month": list(months)}, schema={"month": pl.Date})


def together(months: Sequence[date], rows: Mapping[date, int], most: int) -> Iterator[list[date]]:
    """Cut `months`, in their order, into runs without a gap that have at most `most` rows, or are one month."""
    run: list[date] = []
    for month in months:
        fits = sum(rows.get(m, 0) for m in (*run, month)) <= most
        if run and not (fits and month == add_months(run[-1], 1)):
            yield run
            run = []
        run.append(month)
    if run:
        yield run
