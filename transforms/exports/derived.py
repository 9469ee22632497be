"""Columns that a profile works out from others."""

from collections.abc import Container

import polars as pl

from transforms.exports.sheet import Sheet
from transforms.problem import BadExport
from transforms.tables import TABLES


def with_derived(sheet: Sheet, columns: Container[str]) -> Sheet:
    """Work out, one after the other, those of `columns` that the profile derives.

    Flaw: bad_number where a result has no room. Raises BadExport for an expression that cannot be computed.
    """
    for name, sql in sheet.profile.derive.items():
        if name in columns:
            sheet = _derived(sheet, name, sql)
    return sheet


def fills_gaps_of(name: str, sql: str) -> bool:
    """Whether what `sql` works out is the column `name` itself wherever that has a value."""
    whole = pl.sql_expr(sql)
    inputs = whole.meta.pop()[::-1]
    return bool(inputs) and inputs[0].meta.eq(pl.col(name)) and whole.meta.eq(pl.coalesce(inputs))


def _derived(sheet: Sheet, name: str, sql: str) -> Sheet:
    dtype, there = TABLES[sheet.profile.table].columns[name], sheet.frame[name]
    if there.dtype == dtype and not there.null_count() and fills_gaps_of(name, sql):
        return sheet
    try:
        result = sheet.frame.select(pl.sql_expr(sql).alias(name)).to_series()
    except pl.exceptions.PolarsError as error:
        raise BadExport(
            f"{sheet.layout.name}: {name} cannot be worked out as {sql!r} ({error}); correct derive.{name} of the "
            f"profile {sheet.profile.name}."
        ) from error
    # A constant comes back as one cell.
    result = result.new_from_index(0, sheet.frame.height) if result.len() != sheet.frame.height else result
    fitting = result.cast(dtype, strict=False)
    too_big = pl.lit(result.is_not_null() & fitting.is_null())
    return sheet.with_columns(**{name: pl.lit(fitting)}).with_flaw("bad_number", name, too_big)
