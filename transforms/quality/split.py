"""The rows that keep every rule, and those that do not, with their reasons."""

from collections.abc import Mapping

import polars as pl


def split(rows: pl.DataFrame, broken: Mapping[str, pl.Expr]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split `rows` by conditions (reason -> true for the rows that break a rule).

    Returns the kept rows, and the others with one more column: `reasons`, List(String), every reason that applies in
    the order of `broken`. The order of rows is kept.
    """
    if not broken:
        return rows, rows.clear().with_columns(reasons=pl.lit(None, pl.List(pl.String)))
    flags = rows.select(**broken)
    any_broken = flags.select(pl.any_horizontal(pl.all())).to_series()
    if not any_broken.any():  # to filter would be to copy every row
        return rows, rows.clear().with_columns(reasons=pl.lit(None, pl.List(pl.String)))
    return rows.filter(~any_broken), rows.filter(any_broken).hstack(_reasons(flags.filter(any_broken)))


def _reasons(flags: pl.DataFrame) -> pl.DataFrame:
    """Write the lists once for each pattern of broken rules: rows are many, patterns few."""
    told = pl.concat_list(pl.when(name).then(pl.lit(name)) for name in flags.columns).list.drop_nulls()
    patterns = flags.unique().with_columns(reasons=told)
    return flags.join(patterns, on=flags.columns, how="left", maintain_order="left").select("reasons")
