"""Hours that an export states beside ins and outs, compared with these: neither is preferred without a word."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from transforms.exports.durations import read_hours, unit
from transforms.exports.sheet import Sheet

TOTAL: Final = "total_hours"  # the column of a profile's [check]
_NEAR: Final = 1.5  # minutes: of a stated time the seconds are cut, or rounded to hundredths of an hour
_MOSTLY: Final = 0.8
_FEWEST: Final = 2  # rows
_DAYS: Final = 1.0  # a spreadsheet may hand over durations as parts of a day
_A_DAY: Final = 24


def backwards(sheet: Sheet) -> Iterator[str]:
    """A sentence on outs before their ins: of moments with a day nothing else can be read."""
    odd = sheet.frame.filter(pl.col("clock_out") < pl.col("clock_in"))
    if odd.height:
        row_no, came, went = odd.select("row_no", "clock_in", "clock_out").row(0)
        yield (
            f"{odd.height} of {sheet.frame.height} rows go before they come (row {row_no}: {came:%Y-%m-%d %H:%M} to "
            f"{went:%Y-%m-%d %H:%M}): they have no hours; export nights with the day on which they end."
        )


def hours_compared(sheet: Sheet) -> Iterator[str]:
    """Sentences on stated hours that are others than from in to out, of what `attendance.clockings` hands back."""
    rows = _compared(sheet) if sheet.has(TOTAL) else pl.DataFrame(schema={"apart": pl.Float64})
    apart = rows.filter(pl.col("apart").abs() > _NEAR)
    less = apart["apart"].round().mode().sort()[0] if apart.height else 0
    alike = apart.filter((pl.col("apart") - less).abs() <= _NEAR)
    header = sheet.layout.header_of(TOTAL)
    if less > 0 and alike.height >= max(_FEWEST, _MOSTLY * apart.height):
        yield (
            f'"{header}" is {less:.0f} minutes less than the time from in to out in {_some(alike, rows)}, as if a '
            f"break were taken off: {_COUNTED}; if it is unpaid, write unpaid_break_minutes and "
            f"unpaid_break_after_hours under [attendance] of kpi.toml."
        )
        apart = apart.join(alike, on="row_no", how="anti")
    if apart.height:
        yield f'"{header}" differs from the time from in to out in {_some(apart, rows)}: {_COUNTED}.'


_COUNTED: Final = "the hours from in to out are counted"


def _some(apart: pl.DataFrame, rows: pl.DataFrame) -> str:
    row_no, clocked, stated = apart.select("row_no", "clocked", "stated").row(0)
    shown = f"row {row_no} states {_hours(stated)}, and lasts {_hours(clocked)}"
    return f"{apart.height} of {rows.height} rows ({shown})"


def _compared(sheet: Sheet) -> pl.DataFrame:
    """Rows of the export with both: row_no, minutes clocked and stated, and by how many more are clocked."""
    lasts = (pl.col("clock_out") - pl.col("clock_in")).dt.total_seconds() / 60
    unpaid = pl.col("unpaid_hours").fill_null(0).cast(pl.Float64) * 60
    frame = sheet.frame.with_columns(stated=pl.lit(_stated(sheet)), clocked=lasts - unpaid).filter(~sheet.flawed)
    whole = frame.group_by("row_no", "employee_id", "business_date", maintain_order=True).agg(
        pl.col("clocked").sum(), pl.col("stated").first(), open=pl.col("clocked").is_null().any()
    )
    # A total of the day may stand in each of its rows, or in the last one.
    of_day = pl.col("clocked").sum() - pl.col("stated").max()
    by_day = of_day.over("employee_id", "business_date")
    apart = pl.when(by_day.abs() <= _NEAR).then(0.0).otherwise(pl.col("clocked") - pl.col("stated"))
    return whole.with_columns(apart=apart).filter(~pl.col("open"), pl.col("stated") > 0, pl.col("clocked") > 0)


def _stated(sheet: Sheet) -> pl.Series:
    """Minutes, null where a cell states none."""
    cells, header = sheet.frame[TOTAL].cast(pl.String), sheet.layout.header_of(TOTAL) or ""
    hours = read_hours(cells, unit(header, cells)).cast(pl.Float64)
    parts = cells.str.contains("[.]").any() and (hours.drop_nulls() < _DAYS).all() and bool(hours.is_not_null().any())
    return hours * (_A_DAY if parts else 1) * 60


def _hours(minutes: float) -> str:
    return f"{minutes // 60:.0f}:{minutes % 60:02.0f}"
