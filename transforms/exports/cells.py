"""Cells of workbooks and Parquet files say themselves what they are: how they say it within text, and what it means.

A number cell is NUMBER and plain decimal text, a date, time or duration MOMENT and its ISO text; all else is text.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from transforms.exports.distinct import by_distinct
from transforms.exports.moments import needed_of, read_moments
from transforms.exports.resaved import refuse_half_exchanged
from transforms.tables import AT, MONEY

# Private-use characters: no text means anything by them, and those that cells hold are dropped on the way in.
NUMBER: Final = "\ue000"
MOMENT: Final = "\ue001"
SERIALS_FROM_1900: Final = date(1899, 12, 30)  # as if 1900 had been a leap year, for days after February 1900
SERIALS_FROM_1904: Final = date(1904, 1, 1)
_PLAUSIBLE_DAYS: Final = (date(1990, 1, 1), date(2100, 1, 1))
_DAY: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MOMENT_FORMAT: Final = "%Y-%m-%d %H:%M:%S%.f"
_OFFSET: Final = r"[+-][0-9]{2}:[0-9]{2}$"  # of Parquet's moments that know their zone
_SECONDS: Final = 86_400


def bare(cell: pl.Expr) -> pl.Expr:
    """The text of cells, whatever they are."""
    return cell.cast(pl.String).str.strip_chars_start(NUMBER + MOMENT)


def only(cells: pl.Series, mark: str) -> pl.Series:
    """The cells of one mark without it, the others null."""
    return cells.set(~cells.str.starts_with(mark), None).str.strip_prefix(mark)


def written(cells: pl.Series) -> pl.Series:
    """The cells that are text, the others null."""
    return by_distinct(cells, lambda some: some.set(some.str.contains(f"^[{NUMBER}{MOMENT}]"), None))


def number_cells(cells: pl.Series) -> pl.Series:
    """Number cells -> Decimal(18, 4), rounded to the last decimal there; null for others and where there is no room."""
    return only(cells, NUMBER).cast(MONEY, strict=False)


def percent_cells(cells: pl.Series) -> pl.Series:
    """Number cells of a column of percents -> Decimal(18, 4), 0.125 for 12.5 %.

    A spreadsheet keeps 12.5 % as 0.125; a column with any number above 1 was written in percents throughout.
    """
    numbers = only(cells, NUMBER).cast(pl.Float64, strict=False)
    hundredths = (numbers.abs() > 1).any()
    return (numbers / 100 if hundredths else numbers).cast(MONEY, strict=False)


def moment_cells(cells: pl.Series, type_: str, serials_from: date) -> pl.Series:
    """Date cells, and numbers that are the serials of days or times, as `type_`: Date, Time, or Datetime("us") or Time.

    `serials_from` is the day 0 of the workbook. Numbers are read only where all those of the column are plausible.
    """
    iso, serial = only(cells, MOMENT).str.replace(_OFFSET, ""), only(cells, NUMBER).cast(pl.Float64, strict=False)
    format_ = needed_of(_MOMENT_FORMAT, iso)
    moments = iso.set(~iso.str.contains(_DAY), None).str.to_datetime(format_, strict=False, cache=False)
    days = iso.set(~iso.str.contains(_DAY + "$"), None).str.to_date("%Y-%m-%d", strict=False).cast(AT)
    at = pl.select(pl.coalesce(moments.cast(AT), days, _moments_of(serial, serials_from))).to_series()
    if type_ == "date":
        return at.dt.date()
    if type_ != "time" and at.count() == cells.count():
        return at
    clock = iso.set(~iso.str.contains("^[0-9]{2}:"), None).str.to_time("%H:%M:%S%.f", strict=False)
    times = pl.select(pl.coalesce(clock, _times_of(serial))).to_series()
    if type_ == "time":
        return pl.select(pl.coalesce(times, at.dt.time())).to_series()
    return at if at.count() >= times.count() else times


def read_moments_of_cells(
    cells: pl.Series, type_: str, formats: Sequence[str], subject: str, serials_from: date
) -> pl.Series:
    """Read a column of typed cells in which some may be text: these as `read_moments` reads them.

    Raises BadExport, beginning with `subject`, if the text is ambiguous, or if a spreadsheet program has evidently
    taken some days for others (see `resaved`).
    """
    typed, texts = moment_cells(cells, type_, serials_from), written(cells)
    if not texts.count():
        return typed
    read = read_moments(texts, formats, subject)
    if read.dtype != typed.dtype:
        return read if read.count() > typed.count() else typed
    refuse_half_exchanged(typed, read, texts, subject)
    return typed.zip_with(typed.is_not_null(), read)


def _moments_of(serial: pl.Series, serials_from: date) -> pl.Series:
    first, end = ((day - serials_from).days for day in _PLAUSIBLE_DAYS)
    if not serial.is_between(first, end).all():
        serial = serial.clear(serial.len())
    seconds = (serial * _SECONDS).round().cast(pl.Int64)
    return pl.select(pl.lit(serials_from).cast(AT) + pl.duration(seconds=pl.lit(seconds))).to_series().cast(AT)


def _times_of(serial: pl.Series) -> pl.Series:
    if not serial.is_between(0, 1, closed="left").all():
        serial = serial.clear(serial.len())
    return ((serial * _SECONDS).round().cast(pl.Int64) * 1_000_000_000).cast(pl.Time, strict=False)
