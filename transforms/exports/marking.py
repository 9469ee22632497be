"""Columns of workbooks and Parquet files -> text in which each cell keeps what it is, marked as `cells` says."""

from decimal import Decimal
from typing import Final

import polars as pl

from transforms.exports.cells import MOMENT, NUMBER
from transforms.exports.distinct import by_distinct

_EXACT: Final = 10**15  # a spreadsheet keeps 15 digits
_NOISE: Final = 2000  # microseconds


def texts(cells: pl.Series) -> pl.Series:
    """Text -> trimmed text in NFC without marks, null where nothing is left."""
    trimmed = cells.str.strip_chars()
    if (trimmed.str.len_bytes() != trimmed.str.len_chars()).any():
        trimmed = by_distinct(
            trimmed, lambda some: some.str.normalize("NFC").str.replace_all(f"[{NUMBER}{MOMENT}]", "")
        )
    return trimmed.set(trimmed == "", None)


def numbers(cells: pl.Series) -> pl.Series:
    """Float64 or integers -> marked text of as many digits as a spreadsheet shows."""
    number = cells.cast(pl.Float64)
    whole = (number == number.round()) & (number.abs() < _EXACT)
    exact = number.set(~whole, None).cast(pl.Int64).cast(pl.String)
    if whole.all():
        return NUMBER + exact
    rounded = number.round_sig_figs(15).cast(pl.String)
    return NUMBER + exact.zip_with(whole.fill_null(value=True), _without_exponents(rounded))


def _without_exponents(texts: pl.Series) -> pl.Series:
    scientific = texts.filter(texts.str.contains("e", literal=True)).unique()
    return texts.replace(scientific, [f"{Decimal(text):f}" for text in scientific])


def moments(cells: pl.Series) -> pl.Series:
    """Datetime -> marked ISO text, to the second where only noise is below it."""
    # Serials are binary fractions of a day: 18:05 may come back as 18:04:59.999.
    near = cells.dt.round("1s")
    off = (cells - near).dt.total_microseconds().abs()
    near = near.zip_with(off <= _NOISE, cells).cast(pl.Datetime("us"))
    return MOMENT + near.cast(pl.String).str.strip_suffix(".000000")


def durations(cells: pl.Series) -> pl.Series:
    """Duration -> marked text of hours (also above 24), minutes and seconds."""
    seconds = (cells.dt.total_milliseconds() / 1000).round().cast(pl.Int64)
    parts = pl.DataFrame({"h": seconds // 3600, "m": seconds // 60 % 60, "s": seconds % 60})
    two = [pl.col(part).cast(pl.String).str.zfill(2) for part in parts.columns]
    return parts.select(pl.lit(MOMENT) + pl.concat_str(two, separator=":")).to_series()


def truths(cells: pl.Series) -> pl.Series:
    """Boolean -> TRUE or FALSE."""
    return cells.cast(pl.String).str.to_uppercase()


def days_or_times(cells: pl.Series) -> pl.Series:
    """Date or Time -> marked ISO text."""
    return MOMENT + cells.cast(pl.String)
