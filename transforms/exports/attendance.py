"""Typed columns of a time-clock export or a roster -> columns of the tables `clockings` and `roster`."""

from datetime import time

import polars as pl

from transforms.exports.days import business_date
from transforms.exports.sheet import Sheet
from transforms.problem import BadExport


def clockings(sheet: Sheet, day_starts: time) -> Sheet:
    """Work out business_date, clock_in and clock_out; a punch that is missing stays null."""
    return _pairs(sheet, "clock_in", "clock_out", day_starts).with_needed("employee_id", "business_date")


def roster(sheet: Sheet, day_starts: time) -> Sheet:
    """Work out business_date, scheduled_in and scheduled_out."""
    sheet = _pairs(sheet, "scheduled_in", "scheduled_out", day_starts)
    return sheet.with_needed("employee_id", "scheduled_in", "scheduled_out", "business_date")


def _pairs(sheet: Sheet, into: str, out: str, day_starts: time) -> Sheet:
    # A time without a day ends on the next one if it is before its beginning; a moment says itself when it is.
    overnight = sheet.frame.schema[out] == pl.Time
    sheet = _with_day(_with_day(sheet, into), out)
    later = pl.when(pl.lit(overnight) & (pl.col(out) < pl.col(into))).then(pl.col(out).dt.offset_by("1d"))
    sheet = sheet.with_columns(**{out: later.otherwise(pl.col(out))})
    moment = pl.coalesce(into, out)
    return sheet.with_columns(business_date=pl.coalesce(business_date(moment, day_starts), "business_date"))


def _with_day(sheet: Sheet, column: str) -> Sheet:
    if sheet.frame.schema[column] != pl.Time:
        return sheet
    if not sheet.has("business_date"):
        raise BadExport(
            f'{sheet.layout.name}: the column "{sheet.layout.header_of(column)}" holds times without a day, '
            f"and there is no column with the day; export it with dates."
        )
    return sheet.with_columns(**{column: pl.col("business_date").dt.combine(pl.col(column))})
