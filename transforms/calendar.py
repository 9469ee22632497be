"""Months and business days. A month is the date of its first day; nothing here reads a clock."""

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time, timedelta

import holidays
import polars as pl


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


def business_date(at: pl.Expr, starts: time) -> pl.Expr:
    """The business day of a local moment (Datetime -> Date): before `starts` it is still the evening before."""
    return (at - timedelta(hours=starts.hour, minutes=starts.minute, seconds=starts.second)).dt.date()


def public_holidays(country: str, first: date, last: date) -> tuple[date, ...]:
    """The public holidays of a country (ISO 3166) from `first` to `last`."""
    known = holidays.country_holidays(country, years=range(first.year, last.year + 1))
    return tuple(sorted(day for day in known if first <= day <= last))


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
