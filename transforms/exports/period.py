"""Days written without month or year, and the period in a sheet's title that says which they are."""

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from transforms.problem import BadExport

_MONTHS: Final = (
    *("jan(?:uary)?", "feb(?:ruary)?", "mar(?:ch)?", "apr(?:il)?", "may", "june?", "july?", "aug(?:ust)?"),
    *("sept?(?:ember)?", "oct(?:ober)?", "nov(?:ember)?", "dec(?:ember)?"),
)
_DIRECTIVES: Final = {
    "%d": r"([0-9]{1,2})",
    "%m": r"([0-9]{1,2})",
    "%B": rf"\b({'|'.join(_MONTHS)})",
    "%Y": r"((?:19|20)[0-9]{2})",
}
_TOKENS: Final = re.compile(r"%[dmBY]|\s+|[^%\s]+")
_NO_DAY: Final = r"(?:^|month of|[^\W\d_]{3})[\s:,(-]*"  # before a month's name: that of "5th April 2026" is of one day
_OF_THE_SHEET: Final = r"(?i)\b(print|export|generat|creat|revis|valid|approv|due|until|issued|updat).*"
_YMD: Final = r"^((?:19|20)[0-9]{2})[-/]?([0-9]{2})[-/]?([0-9]{2})(?:[T ]00:00(?::00)?(?:\.0+)?)?$"
_DMY: Final = r"^([0-9]{1,2})(?:[/-]([0-9]{1,2})(?:[/-]((?:19|20)[0-9]{2}))?)?$"


@dataclass(frozen=True, slots=True)
class Period:
    """The days a sheet is about, both included."""

    first: date
    last: date

    def __str__(self) -> str:
        """As a sheet's title says it."""
        return f"{self.first:%d/%m/%Y} - {self.last:%d/%m/%Y}"


def period_in(titles: pl.Series, formats: Sequence[str], name: str) -> Period | None:
    """The one period that `titles` name, by the first of `formats` that any of them has.

    A format says two days, or a month. Raises BadExport if titles differ, or name a day that is none.
    """
    for text in formats:
        named = titles.str.replace(_OF_THE_SHEET, "") if "%B" in text else titles
        found = named.str.extract_groups(_pattern(text)).struct.unnest().drop_nulls().unique()
        if found.height:
            return _only(found, _TOKENS.findall(text), name)
    return None


def as_days(texts: pl.Series, period: Period | None) -> pl.Series:
    """Text like 2026-01-05, 20260105, 05/01/2026, 05/01 or 5 -> Date; null where it is none, or not of the period."""
    numbers = pl.DataFrame({"text": texts}).with_row_index("at").with_columns(_numbers(pl.col("text")))
    if period is None:
        return numbers.select(_date("year", "month", "day")).to_series()
    held = pl.DataFrame({"date": pl.date_range(period.first, period.last, eager=True)})
    one, other = pl.col("date").dt, pl.col
    fits = [
        other("day") == one.day().cast(pl.Int32),
        other("month").is_null() | (other("month") == one.month().cast(pl.Int32)),
        other("year").is_null() | (other("year") == one.year()),
    ]
    found = numbers.join_where(held, *fits).group_by("at").agg(pl.col("date").first(), times=pl.len())
    single = found.filter(pl.col("times") == 1).select("at", "date")
    return numbers.join(single, on="at", how="left", maintain_order="left")["date"]


def completed(texts: pl.Series, period: Period | None, subject: str) -> pl.Series:
    """Days as yyyy-MM-dd; what is no day at all stays as it is.

    Raises BadExport, beginning with `subject`, for a day without month and year that no period completes, and for one
    that is not in the period, or in it twice.
    """
    days = as_days(texts, period)
    lost = pl.DataFrame({"text": texts, "day": days}).filter(_means_a_day(period) & pl.col("day").is_null())
    if lost.height:
        raise BadExport(_unfit(lost["text"][0], period, subject))
    return days.dt.to_string("%Y-%m-%d").zip_with(days.is_not_null(), texts)


def _means_a_day(period: Period | None) -> pl.Expr:
    """Whether a text asks for the period: 45/01/2026 is no day whatever the period is."""
    numbers = pl.struct(_numbers(pl.col("text"))).struct
    day, month, year = (numbers.field(name) for name in ("day", "month", "year"))
    possible = day.is_between(1, 31) & (month.is_null() | month.is_between(1, 12))
    return possible & (year.is_null() if period is None else pl.lit(value=True))


def _unfit(text: str, period: Period | None, subject: str) -> str:
    if period is None:
        return (
            f"{subject} holds the day {text!r} without month and year, and no title above it names the period; export "
            f"it with full dates, or with its title rows."
        )
    return f"{subject} holds the day {text!r}, which is not one single day of {period}, the period in its title."


def _pattern(text: str) -> str:
    tokens = _TOKENS.findall(text)
    return "(?i)" + (_NO_DAY if tokens[0] == "%B" else "") + "".join(map(_regex, tokens))


def _regex(token: str) -> str:
    return r"\s*" if token.isspace() else _DIRECTIVES.get(token) or re.escape(token)


def _only(found: pl.DataFrame, tokens: Sequence[str], name: str) -> Period:
    directives = [token for token in tokens if token in _DIRECTIVES]
    periods = {_period(directives, row, name) for row in found.rows()}
    if len(periods) > 1:
        listed = " and ".join(sorted(map(str, periods)))
        raise BadExport(f"{name} names several periods ({listed}); export one period a file.")
    return periods.pop()


def _period(directives: Sequence[str], numbers: Sequence[str], name: str) -> Period:
    try:
        first, *last = _days(directives, list(map(_number, numbers)))
        return Period(first, last[0] if last else first.replace(day=calendar.monthrange(first.year, first.month)[1]))
    except ValueError as error:
        written = "/".join(numbers)
        raise BadExport(f"{name} names the period {written}, which does not exist; correct its title.") from error


def _number(written: str) -> int:
    """That of a day, a year, or a month that may be named."""
    named = (number for number, name in enumerate(_MONTHS, 1) if re.fullmatch(name, written, re.IGNORECASE))
    return int(written) if written.isdigit() else next(named)


def _days(directives: Sequence[str], numbers: Sequence[int]) -> Iterator[date]:
    parts: dict[str, int] = {}
    for directive, number in zip(directives, numbers, strict=True):
        parts["%m" if directive == "%B" else directive] = number
        if {"%m", "%Y"} <= parts.keys() and ("%d" in parts) == ("%d" in directives):
            yield date(parts["%Y"], parts["%m"], parts.get("%d", 1))
            parts = {}


def _numbers(text: pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    year = pl.coalesce(text.str.extract(_YMD, 1), text.str.extract(_DMY, 3)).cast(pl.Int32)
    month = pl.coalesce(text.str.extract(_YMD, 2), text.str.extract(_DMY, 2)).cast(pl.Int32)
    day = pl.coalesce(text.str.extract(_YMD, 3), text.str.extract(_DMY, 1)).cast(pl.Int32)
    return year.alias("year"), month.alias("month"), day.alias("day")


def _date(year: str, month: str, day: str) -> pl.Expr:
    written = pl.format("{}-{}-{}", *(pl.col(name).cast(pl.String).str.zfill(2) for name in (year, month, day)))
    return written.str.to_date("%Y-%m-%d", strict=False)
