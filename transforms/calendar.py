"""Months and business days. A month is the date of its first day; nothing here reads a clock."""

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta

import polars as pl

from transforms.problem import BadSite


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


def same_month_last_year(month: date) -> date:
    """The month a reader compares with: the same one a year before."""
    return add_months(month, -12)


def last_months(month: date, count: int = 13) -> tuple[date, ...]:
    """The `count` months up to `month`, oldest first; thirteen reach back to the same month last year."""
    return tuple(add_months(month, back) for back in range(1 - count, 1))


def days_in(month: date) -> int:
    """How many days the month has."""
    return monthrange(month.year, month.month)[1]


def last_day(month: date) -> date:
    """Its last day."""
    return month.replace(day=days_in(month))


def days_of(month: date) -> tuple[date, ...]:
    """Its days, in order."""
    return tuple(first_of(month) + timedelta(days=day) for day in range(days_in(month)))


def parse_month(text: str) -> date:
    """Read `2026-07`; raises BadSite for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m").date() if len(text) == len("2026-07") else _refuse(text)  # noqa: DTZ007
    except ValueError:
        return _refuse(text)


def business_day(at: datetime, starts: time) -> date:
    """The business day of a local moment: before `starts` it is still the evening before."""
    return (at - _since_midnight(starts)).date()


def business_date(at: pl.Expr, starts: time) -> pl.Expr:
    """The same for a Datetime column; a Date."""
    return (at - _since_midnight(starts)).dt.date()


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


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)


def _refuse(text: str) -> date:
    raise BadSite(f"{text!r} is no month; write year and month like 2026-07.")
