"""Frames drawn as tables: an empty cell is a null, `_` may group digits, a list is written `a+b`."""

from collections.abc import Mapping

import polars as pl


def frame(drawing: str, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Read a table drawn with `|` between cells and a rule of dashes below its header.

    Columns take their dtypes from `schema`; those of `schema` that are not drawn are left out.
    """
    header, _, *lines = [line.strip() for line in drawing.strip().splitlines()]
    names = [name.strip() for name in header.split("|")]
    rows = [[cell.strip() or None for cell in line.split("|")] for line in lines]
    text = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    return text.select(_typed(name, pl.Schema(schema)[name]) for name in names)


def full(drawing: str, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """The same, with the columns that are not drawn as nulls, in the order of `schema`."""
    drawn = frame(drawing, schema)
    missing = {name: pl.lit(None, dtype) for name, dtype in schema.items() if name not in drawn.columns}
    return drawn.with_columns(**missing).select(schema.keys())


def _typed(name: str, dtype: pl.DataType) -> pl.Expr:
    cell = pl.col(name)
    if dtype == pl.List(pl.String):
        return cell.fill_null("").str.split("+").list.filter(pl.element() != "")
    if dtype == pl.Date:
        return cell.str.to_date("%Y-%m-%d")
    if dtype == pl.Datetime:
        return cell.str.to_datetime("%Y-%m-%d %H:%M", time_unit="us")
    if dtype == pl.Boolean:
        return cell.replace_strict({"true": True, "false": False}, return_dtype=pl.Boolean)
    if dtype.is_numeric():
        return cell.str.replace_all("_", "").cast(dtype)
    return cell.cast(dtype)
