"""How long something took, as time clocks write it: 7:58, 7h58p, 7.97 or 7,97 hours; or so many minutes or seconds."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Literal

import polars as pl

from transforms.exports.vocabulary import simple
from transforms.tables import HOURS

Unit = Literal["hours", "minutes", "seconds"]
UNITS: Final[Mapping[Unit, int]] = {"hours": 3600, "minutes": 60, "seconds": 1}  # of seconds
_A_DAY: Final = 86_400
_A_BREAK: Final = 6 * 3_600
_AN_HOUR: Final = 60  # minutes
_SEVERAL: Final = 3
_A_MONTH: Final = 300  # hours that somebody works at most
_CLOCK: Final = r"^([0-9]{1,3}):([0-5][0-9])(?::([0-5][0-9])(?:\.[0-9]+)?)?$"
_WORDS: Final = (
    r"^(?i:([0-9]{1,3}) ?(?:h|hr|hrs|hours?|giờ|g)\.?)? ?(?i:([0-9]{1,3}) ?(?:m|p|ph|min|mins|minutes?|phút|')?\.?)?$"
)
_NUMBER: Final = r"^([0-9]{1,5})(?:[.,]([0-9]{1,15}))?$"
WRITTEN_OUT: Final = (  # what can be nothing else: 7h58p, 8 giờ, 7.966666667
    r"(?i)^(?:[0-9]{1,3} ?(?:hrs?|hours?|giờ|h|g) ?(?:[0-9]{1,2} ?(?:mins?|phút|ph|m|p|')?)?|"
    r"[0-9]{1,2}[.,][0-9]{5,15})$"
)


def read_hours(cells: pl.Series, of: Unit) -> pl.Series:
    """Text -> hours, Decimal(18, 4), rounded half up; null where the cell is no duration.

    A plain number is `of` this unit; whatever its decimal mark, hours of a day have no groups.
    """
    cell = pl.col("cell").cast(pl.String).str.strip_chars()
    number = cell.str.extract_groups(_NUMBER).struct
    plain = pl.concat_str(number.field("1"), pl.lit("."), number.field("2").fill_null("0").str.slice(0, 9))
    clock, words = (cell.str.extract_groups(pattern).struct for pattern in (_CLOCK, _WORDS))
    of_clock = _seconds(clock.field("1"), clock.field("2"), clock.field("3"))
    of_words = pl.when(cell.str.contains("[^0-9]")).then(
        _seconds(words.field("1"), words.field("2"), pl.lit(None, pl.String))
    )
    of_number = plain.cast(pl.Decimal(24, 9), strict=False) * UNITS[of]
    written = pl.when(number.field("1").is_not_null()).then(of_number).otherwise(pl.coalesce(of_clock, of_words))
    return cells.to_frame("cell").select((written / 3600).cast(HOURS, strict=False)).to_series()


def _seconds(hours: pl.Expr, minutes: pl.Expr, seconds: pl.Expr) -> pl.Expr:
    parts = [part.cast(pl.Int64).fill_null(0) for part in (hours, minutes, seconds)]
    some = hours.is_not_null() | minutes.is_not_null()
    return pl.when(some).then(parts[0] * 3600 + parts[1] * 60 + parts[2]).cast(pl.Decimal(24, 9))


def unit(header: str, values: pl.Series, *, of_a_break: bool = False) -> Unit:
    """What plain numbers are of: by the header, or because no day, or break, has so many hours, or no day minutes."""
    named = next((of for of, names in _NAMED.items() if re.search(names, simple(header))), None)
    number = _most(values)
    whole = not values.cast(pl.String).str.contains("[.,]").any()  # minutes have no halves
    longest = {"hours": _A_BREAK if of_a_break and whole else _A_DAY}
    fitting = [of for of, each in UNITS.items() if number * each <= longest.get(of, _A_DAY)]
    likely = fitting[0] if fitting else "seconds"
    return named or ("hours" if not of_a_break and are_of_many_days(header, values) else likely)


def are_of_many_days(header: str, values: pl.Series) -> bool:
    """Whether they are called hours, and are more than a day has, but no more than somebody works in a month."""
    return are_called_hours(header) and _A_DAY < _most(values) * UNITS["hours"] <= _A_MONTH * UNITS["hours"]


def may_be_minutes(values: pl.Series) -> bool:
    """Whether what stands behind the mark may be minutes: 8.30, 7.45, 8.15, and never 60 or more."""
    behind = values.cast(pl.String).str.extract(r"^[0-9]{1,2}[.,]([0-9]{2})$").drop_nulls().cast(pl.Int64).unique()
    return behind.len() >= _SEVERAL and bool((behind < _AN_HOUR).all()) and bool((behind % 25 != 0).any())


def are_called_hours(header: str) -> bool:
    """Whether a column of that name is of hours."""
    return _HOURS.search(simple(header)) is not None


def _most(values: pl.Series) -> Decimal:
    most = read_hours(values.filter(values.cast(pl.String).str.contains(_NUMBER)), "seconds").max()
    return most * UNITS["hours"] if isinstance(most, Decimal) else Decimal(0)


_HOURS: Final = re.compile(r"\b(hours?|hrs?|stunden|horas|heures|gio|ore|jam|часы)\b")
_NAMED: Final[Mapping[Unit, str]] = {
    "minutes": r"\b(minutes?|mins?|phut)\b",
    "seconds": r"\b(seconds?|secs?|giay)\b",
}
