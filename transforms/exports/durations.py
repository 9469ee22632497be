"""How long something took, as time clocks write it: 7:58, 7h58p, 7h 58m, 7.97 or 7,97 hours; or a number of minutes."""

import re
from decimal import Decimal
from typing import Final

import polars as pl

from transforms.exports.vocabulary import simple
from transforms.tables import HOURS

_A_DAY: Final = 24
_CLOCK: Final = r"^([0-9]{1,3}):([0-5][0-9])(?::([0-5][0-9])(?:\.[0-9]+)?)?$"
_WORDS: Final = (
    r"^(?i:([0-9]{1,3}) ?(?:h|hr|hrs|hours?|giờ|g)\.?)? ?(?i:([0-9]{1,3}) ?(?:m|p|ph|min|mins|minutes?|phút|')?\.?)?$"
)
_NUMBER: Final = r"^([0-9]{1,5})(?:[.,]([0-9]{1,15}))?$"
WRITTEN_OUT: Final = (  # what can be nothing else: 7h58p, 8 giờ, 7.966666667
    r"(?i)^(?:[0-9]{1,3} ?(?:hrs?|hours?|giờ|h|g) ?(?:[0-9]{1,2} ?(?:mins?|phút|ph|m|p|')?)?|"
    r"[0-9]{1,2}[.,][0-9]{5,15})$"
)


def read_hours(cells: pl.Series, *, minutes: bool) -> pl.Series:
    """Text -> hours, Decimal(18, 4), rounded half up; null where the cell is no duration.

    A plain number is of hours, or of minutes with `minutes`; whatever its decimal mark, hours of a day have no groups.
    """
    cell = pl.col("cell").cast(pl.String).str.strip_chars()
    number = cell.str.extract_groups(_NUMBER).struct
    plain = pl.concat_str(number.field("1"), pl.lit("."), number.field("2").fill_null("0").str.slice(0, 9))
    clock, words = (cell.str.extract_groups(pattern).struct for pattern in (_CLOCK, _WORDS))
    of_clock = _seconds(clock.field("1"), clock.field("2"), clock.field("3"))
    of_words = pl.when(cell.str.contains("[^0-9]")).then(
        _seconds(words.field("1"), words.field("2"), pl.lit(None, pl.String))
    )
    of_number = plain.cast(pl.Decimal(24, 9), strict=False) * (60 if minutes else 3600)
    written = pl.when(number.field("1").is_not_null()).then(of_number).otherwise(pl.coalesce(of_clock, of_words))
    return cells.to_frame("cell").select((written / 3600).cast(HOURS, strict=False)).to_series()


def _seconds(hours: pl.Expr, minutes: pl.Expr, seconds: pl.Expr) -> pl.Expr:
    parts = [part.cast(pl.Int64).fill_null(0) for part in (hours, minutes, seconds)]
    some = hours.is_not_null() | minutes.is_not_null()
    return pl.when(some).then(parts[0] * 3600 + parts[1] * 60 + parts[2]).cast(pl.Decimal(24, 9))


def unit(header: str, values: pl.Series) -> str:
    """Whether plain numbers are hours or minutes: by the header, or because no day has so many hours."""
    most = read_hours(values, minutes=False).max()
    named = re.search(r"\b(minutes?|mins?|phut)\b", simple(header))
    return "minutes" if named or (isinstance(most, Decimal) and most > _A_DAY) else "hours"
