"""Typed columns of a time-clock export, a roster or a list of absences -> columns of their tables."""

from collections.abc import Collection
from datetime import time, timedelta
from typing import Final

import polars as pl

from transforms.calendar import business_date
from transforms.exports.derived import with_derived
from transforms.exports.sheet import Sheet
from transforms.exports.stacked import LONGEST_CELL
from transforms.problem import BadExport
from transforms.tables import ABSENCES, CLOCKINGS, HOURS, PUNCHES, ROSTER

_LONGEST_SPELL: Final = timedelta(days=366)
_FEW: Final = 3  # pairs
_GRID: Final = 5  # minutes: plans are made in these
_A_DAY: Final = 86_400  # seconds
_ONE_ROW: Final = timedelta(hours=LONGEST_CELL)  # from the first to the last of what one row of a sheet holds of a day


def clockings(sheet: Sheet, day_starts: time) -> Sheet:
    """Work out business_date, clock_in and clock_out; a punch that is missing stays null.

    Raises BadExport if the profile takes but one of the two, or neither them nor hours.
    """
    taken = {name for name in ("clock_in", "clock_out") if sheet.has(name) or name in sheet.profile.derive}
    stated = sheet.has("stated_hours") or "stated_hours" in sheet.profile.derive
    if len(taken) == 1 or not (taken or stated):
        raise BadExport(_without_ends(sheet, taken))
    _refuse_half_days(sheet)
    sheet = with_derived(_pairs(_with_break(sheet), "clock_in", "clock_out", day_starts), CLOCKINGS.columns)
    return sheet.with_needed("employee_id", "business_date")


def punches(sheet: Sheet, day_starts: time) -> Sheet:
    """Work out business_date, and punched_at where the export keeps day and time apart."""
    if not (sheet.has("punched_at") or "punched_at" in sheet.profile.derive or sheet.has("punched_time")):
        raise BadExport(
            f"{sheet.layout.name}: the profile {sheet.profile.name} takes no column for punched_at or punched_time, so "
            f"nobody's hours could be told; name it under its [columns]."
        )
    apart = pl.col("punched_date").dt.combine(pl.col("punched_time"))
    sheet = sheet.with_columns(punched_at=pl.coalesce("punched_at", apart))
    if sheet.has("punched_time") and sheet.frame["row_no"].is_duplicated().any():
        moved = pl.col("punched_at") + _after_midnight("punched_at", "punched_at", "punched_date")
        sheet = sheet.with_columns(punched_at=moved)
    sheet = with_derived(sheet, PUNCHES.columns)
    _refuse_halves_of_days(sheet)
    sheet = sheet.with_columns(business_date=business_date(pl.col("punched_at"), day_starts))
    sources = {"punched_at": ("punched_at", "punched_date")}
    return sheet.with_needed("employee_id", "punched_at", sources=sources)


def absences(sheet: Sheet) -> Sheet:
    """Absences as they are agreed or noted; a spell ends with `last_date`, which `each_day` reads.

    Flaws: bad_date for a spell that ends before it begins, or lasts for longer than a year; bad_number for one that
    has hours, as nothing says how many of them are of which day.
    """
    sheet = sheet.with_columns(**{name: pl.col(name).cast(pl.Date) for name in ("business_date", "last_date")})
    spell = pl.col("last_date") - pl.col("business_date")
    sheet = sheet.with_flaw("bad_date", "last_date", ~spell.is_between(timedelta(0), _LONGEST_SPELL))
    sheet = sheet.with_flaw("bad_number", "hours", (spell > timedelta(0)) & pl.col("hours").is_not_null())
    return with_derived(sheet, ABSENCES.columns).with_needed("employee_id", "business_date")


def each_day(rows: pl.DataFrame) -> pl.DataFrame:
    """Spells of absence -> one row a day, in the order of the file."""
    days = pl.date_ranges("business_date", pl.coalesce("last_date", "business_date"))
    return rows.with_columns(business_date=days).explode("business_date")


def roster(sheet: Sheet, day_starts: time) -> Sheet:
    """Work out business_date, scheduled_in and scheduled_out.

    Raises BadExport where most of the times are such as clocks record and nobody plans.
    """
    sheet = with_derived(_pairs(sheet, "scheduled_in", "scheduled_out", day_starts), ROSTER.columns)
    _refuse_punches(sheet)
    return sheet.with_needed("employee_id", "scheduled_in", "scheduled_out", "business_date")


def _without_ends(sheet: Sheet, taken: Collection[str]) -> str:
    lacking = "clock_out" if "clock_in" in taken else "clock_in" if taken else "clock_in, clock_out or stated_hours"
    return (
        f"{sheet.layout.name}: the profile {sheet.profile.name} takes no column for {lacking}, so nobody's hours could "
        f"be told; name it under its [columns], or let the table be punches."
    )


def _refuse_punches(sheet: Sheet) -> None:
    odd = pl.any_horizontal(pl.col(name).dt.minute() % _GRID != 0 for name in ("scheduled_in", "scheduled_out"))
    strange = sheet.frame.filter(odd)
    if strange.height * 2 > sheet.frame.height:
        row_no, begins, ends = strange.select("row_no", "scheduled_in", "scheduled_out").row(0)
        headers = '" and "'.join(str(sheet.layout.header_of(name)) for name in ("scheduled_in", "scheduled_out"))
        raise BadExport(
            f'{sheet.layout.name}: "{headers}" hold times such as {begins:%H:%M} and {ends:%H:%M} in row {row_no}, '
            f"which a clock records and nobody plans; if these are clockings, add a profile that says so: "
            f"`kpi profile FILE` proposes one."
        )


def _refuse_half_days(sheet: Sheet) -> None:
    """Times of twelve hours without a.m. and p.m.: all are from 1:00 to 12:59, and people go before they come."""
    ends = ("clock_in", "clock_out")
    if any(sheet.frame.schema[name] != pl.Time for name in ends):
        return
    whole = sheet.frame.select("row_no", *ends).drop_nulls()
    _refuse_backward(whole, sheet.layout.name)


def _refuse_halves_of_days(sheet: Sheet) -> None:
    """The same of punches that say in and out: of each person's day, the first in and the last out."""
    side, time_ = pl.col("direction"), pl.col("punched_at").dt.time()
    days = sheet.frame.group_by("employee_id", day=pl.col("punched_at").dt.date(), maintain_order=True).agg(
        pl.col("row_no").first(), clock_in=time_.filter(side == "in").min(), clock_out=time_.filter(side == "out").max()
    )
    _refuse_backward(days.select("row_no", "clock_in", "clock_out").drop_nulls(), sheet.layout.name)


def _refuse_backward(whole: pl.DataFrame, name: str) -> None:
    ends = ("clock_in", "clock_out")
    backward = whole.filter(pl.col("clock_out") < pl.col("clock_in"))
    proven = whole.filter(pl.any_horizontal(~pl.col(name).dt.hour().is_between(1, 12) for name in ends))
    if backward.height * 2 > whole.height >= _FEW and proven.is_empty():
        row_no, came, went = backward.row(0)
        raise BadExport(
            f"{name} has no time after 12:59, and row {row_no} goes from {came:%H:%M} to {went:%H:%M}: "
            f"the times seem to lack a.m. and p.m.; export them with these, or of 24 hours."
        )


def _with_break(sheet: Sheet) -> Sheet:
    """With a break that was punched as unpaid, unless the export says itself how long it was."""
    if sheet.has("unpaid_hours") or not (sheet.has("break_out") and sheet.has("break_in")):
        return sheet
    out, back = (pl.col(name).cast(pl.Time) for name in ("break_out", "break_in"))
    seconds = (back - out).dt.total_seconds() % _A_DAY
    return sheet.with_columns(unpaid_hours=(seconds.cast(HOURS) / 3600).cast(HOURS))


def _pairs(sheet: Sheet, into: str, out: str, day_starts: time) -> Sheet:
    # A time without a day ends on the next one if it is before its beginning, or alone and before the day starts: the
    # sheet's day is the one worked on. A moment says itself when it is.
    sheet = sheet.with_columns(business_date=pl.col("business_date").cast(pl.Date))  # a moment, where days have times
    dayless = sheet.frame.schema[out] == pl.Time and not sheet.has(f"{out}_date")
    sheet = _with_day(_with_day(sheet, into), out)
    alone = pl.col(into).is_null() & (pl.col(out).dt.time() < day_starts)
    overnight = pl.lit(dayless) & (alone | (pl.col(out) < pl.col(into)))
    later = pl.when(overnight).then(pl.col(out).dt.offset_by("1d")).otherwise(pl.col(out))
    sheet = sheet.with_columns(**{out: later})
    if dayless and sheet.frame["row_no"].is_duplicated().any():
        moved = {name: pl.col(name) + _after_midnight(into, out, "business_date") for name in (into, out)}
        sheet = sheet.with_columns(**moved)
    moment = pl.coalesce(into, out)
    return sheet.with_columns(business_date=pl.coalesce(business_date(moment, day_starts), "business_date"))


def _after_midnight(into: str, out: str, day: str) -> pl.Expr:
    """By how much what stands further right in one row of a sheet is later than its day: what goes back is of the next.

    Where that lasted longer than anybody works, the columns are in another order, and all is of the one day.
    """
    begins, ends = pl.coalesce(into, out), pl.coalesce(out, into)
    row = ["row_no", day]
    back = (begins < ends.shift(1).over(row)).fill_null(value=False)
    days = back.cast(pl.Int64).cum_sum().over(row)
    lasted = (ends + pl.duration(days=days)).max().over(row) - begins.first().over(row)
    return pl.when(lasted <= _ONE_ROW).then(pl.duration(days=days)).otherwise(pl.duration(days=0))


def _with_day(sheet: Sheet, column: str) -> Sheet:
    if sheet.frame.schema[column] != pl.Time:
        return sheet
    if not sheet.has("business_date"):
        raise BadExport(
            f'{sheet.layout.name}: the column "{sheet.layout.header_of(column)}" holds times without a day, '
            f"and there is no column with the day; export it with dates."
        )
    day = f"{column}_date" if sheet.has(f"{column}_date") else "business_date"
    return sheet.with_columns(**{column: pl.col(day).dt.combine(pl.col(column))})
