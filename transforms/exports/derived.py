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


def worked_out(frame: pl.DataFrame, sql: str) -> pl.Series:
    """What `sql` is in each row of `frame`.

    Of a COALESCE whose first input has a value in every row only that input is computed.
    """
    whole = pl.sql_expr(sql)
    inputs = whole.meta.pop()[::-1]
    first = inputs[:1] if inputs and whole.meta.eq(pl.coalesce(inputs)) else []
    for expression in (*first, whole):
        result = frame.select(expression.alias("result")).to_series()
        if not result.has_nulls():
            break
    # A constant comes back as one cell.
    return result.new_from_index(0, frame.height) if result.len() != frame.height else result


def _derived(sheet: Sheet, name: str, sql: str) -> Sheet:
    try:
        result = worked_out(sheet.frame, sql)
    except pl.exceptions.PolarsError as error:
        raise BadExport(
            f"{sheet.layout.name}: {name} cannot be worked out as {sql!r} ({error}); correct derive.{name} of the "
            f"profile {sheet.profile.name}."
        ) from error
    fitting = result.cast(TABLES[sheet.profile.table].columns[name], strict=False)
    too_big = pl.lit(result.is_not_null() & fitting.is_null())
    return sheet.with_columns(**{name: pl.lit(fitting)}).with_flaw("bad_number", name, too_big)
