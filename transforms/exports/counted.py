"""Moments that are written as a count: of seconds since 1970 (in UTC), or of days, as spreadsheets count them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import polars as pl

_SECOND: Final = 1_000_000  # microseconds
_DAY: Final = 86_400
_SERIAL_OF_1970: Final = 25_569
_FRACTION: Final = r"[.,][0-9]{1,15}"


@dataclass(frozen=True, slots=True)
class Count:
    """One way of counting: what a cell looks like, how many seconds a unit lasts, and what it says."""

    pattern: str
    unit: float
    since_1970: int  # units
    has_day: bool = True
    has_time: bool = True

    def read(self, cell: pl.Expr) -> pl.Expr:
        """Text -> Datetime("us"), Date or Time, to the second."""
        units = cell.str.replace(",", ".", literal=True).cast(pl.Float64) - self.since_1970
        at = ((units * self.unit).round().cast(pl.Int64) * _SECOND).cast(pl.Datetime("us"))
        if not self.has_time:
            return at.cast(pl.Date)
        return at if self.has_day else at.cast(pl.Time)


EPOCHS: Final = ("epoch seconds", "epoch milliseconds")
# From 2001 on in seconds, and from 1982 to 2064 in days: what is farther is another number.
COUNTS: Final[Mapping[str, Count]] = MappingProxyType(
    {
        EPOCHS[0]: Count(r"1[0-9]{9}(?:\.[0-9]{1,6})?", 1, 0),
        EPOCHS[1]: Count("1[0-9]{12}", 0.001, 0),
        "serial": Count(rf"[345][0-9]{{4}}(?:{_FRACTION})?", _DAY, _SERIAL_OF_1970),
        "serial day": Count("[345][0-9]{4}", _DAY, _SERIAL_OF_1970, has_time=False),
        "serial time": Count(rf"0?{_FRACTION}|0", _DAY, 0, has_day=False),
    }
)
EPOCH: Final = "^1(?:[0-9]{9}|[0-9]{12})(?:[.][0-9]{1,6})?$"
