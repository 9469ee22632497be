"""Parquet -> CSV in which cells keep what they are."""

from datetime import date
from io import BytesIO

import polars as pl

from transforms.exports import marking
from transforms.exports.cells import NUMBER, SERIALS_FROM_1900
from transforms.problem import BadExport


def parquet_as_csv(content: bytes, name: str) -> tuple[bytes, date]:
    """The rows of a Parquet file as UTF-8, and the day 0 of serials.

    Of a timestamp with a zone the wall-clock time in that zone is taken. Raises BadExport for a damaged file and for
    columns that hold lists or records.
    """
    try:
        frame = pl.read_parquet(BytesIO(content))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise BadExport(
            f"{name} is a damaged Parquet file ({' '.join(str(error).split())[:100]}); export it again."
        ) from None
    nested = [column for column, dtype in frame.schema.items() if dtype.is_nested() or dtype in {pl.Binary, pl.Object}]
    if nested:
        raise BadExport(
            f"{name} has the column {nested[0]} of type {frame.schema[nested[0]]}; export text, numbers and dates."
        )
    return frame.select(_texts(column).alias(column.name) for column in frame).write_csv().encode(), SERIALS_FROM_1900


def _texts(cells: pl.Series) -> pl.Series:
    dtype = cells.dtype
    if dtype.is_float():
        return marking.numbers(cells)
    if dtype.is_integer() or dtype.is_decimal():
        return NUMBER + cells.cast(pl.String)
    if isinstance(dtype, pl.Datetime):
        told = marking.moments(cells.dt.replace_time_zone(None))
        return told if dtype.time_zone is None else told + cells.dt.to_string("%:z")
    if dtype == pl.Duration:
        return marking.durations(cells)
    if dtype in {pl.Date, pl.Time}:
        return marking.days_or_times(cells)
    return marking.truths(cells) if dtype == pl.Boolean else marking.texts(cells.cast(pl.String))
