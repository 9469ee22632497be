"""Typed columns of a time-clock export, a roster or a list of absences -> columns of their tables."""

from datetime import time

import polars as pl

from transforms.calendar import business_date
from transforms.exports.derived import with_derived
from transforms.exports.sheet import Sheet
from transforms.problem import BadExport
from transforms.tables import ABSENCES, CLOCKINGS, PUNCHES, ROSTER


def clockings(sheet: Sheet, day_starts: time) -> Sheet:
    """Work out business_date, clock_in and clock_out; a punch that is missing stays null."""
    sheet = with_derived(_pairs(sheet, "clock_in", "clock_out", day_starts), CLOCKINGS.columns)
    return sheet.with_needed("employee_id", "business_date")


def punches(sheet: Sheet, day_starts: time) -> Sheet:
    """Work out business_date, and punched_at where the export keeps day and time apart."""
    punched_at = pl.coalesce("punched_at", pl.col("punched_date").dt.combine(pl.col("punched_time")))
    sheet = with_derived(sheet.with_columns(punched_at=punched_at), PUNCHES.columns)
    sheet = sheet.with_columns(business_date=business_date(pl.col("punched_at"), day_starts))
    sources = {"punched_at": ("punched_at", "punched_date")}
    return sheet.with_needed("employee_id", "punched_at", sources=sources)


def absences(sheet: Sheet) -> Sheet:
    """Absences as they are agreed or noted."""
    return with_derived(sheet, ABSENCES.columns).with_needed("employee_id", "business_date")


def roster(sheet: Sheet, day_starts: time) -> Sheet:
    """Work out business_date, scheduled_in and scheduled_out."""
    sheet = with_derived(_pairs(sheet, "scheduled_in", "scheduled_out", day_starts), ROSTER.columns)
    return sheet.with_needed("employee_id", "scheduled_in", "scheduled_out", "business_date")


def _pairs(sheet: Sheet, into: str, out: str, day_starts: time) -> Sheet:
    # A time without a day ends on the next one if it is before its beginning, or alone and before the day starts: the
    # sheet's day is the one worked on. A moment says itself when it is.
    dayless = sheet.frame.schema[out] == pl.Time
    sheet = _with_day(_with_day(sheet, into), out)
    alone = pl.col(into).is_null() & (pl.col(out).dt.time() < day_starts)
    overnight = pl.lit(dayless) & (alone | (pl.col(out) < pl.col(into)))
    later = pl.when(overnight).then(pl.col(out).dt.offset_by("1d")).otherwise(pl.col(out))
    sheet = sheet.with_columns(**{out: later})
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
