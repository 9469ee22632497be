"""Which quarantined rows came well with a later export."""

import polars as pl

from transforms.tables import Table, subject_of


def mended(table: Table, held_back: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of `held_back` whose receipt or person's day is among `rows` of a later file.

    What a later file says of a receipt or a person's day stands for the whole of it, so an older row that was kept out
    is settled by it. A receipt number is one in its store; a store or date that the quarantined row does not tell may
    be any, but then the subject must be one in `rows`.

    Args:
        table: whose rows they are.
        held_back: columns file_id, row_no, store_id, business_date, subject; unknown values are null.
        rows: the table's columns.

    Returns:
        columns file_id, row_no, business_date: one row of a sheet may be several days.

    """
    name = subject_of(table.name)
    came = rows.select("store_id", "business_date", subject=name).unique()
    stores = pl.col("store_id").n_unique().over("subject")
    paired = held_back.filter(pl.col("subject").is_not_null()).join(
        came.with_columns(stores=stores), on="subject", suffix="_came"
    )
    there = (pl.col("store_id") == pl.col("store_id_came")) | (pl.col("store_id").is_null() & (pl.col("stores") == 1))
    day = pl.col("business_date")
    then = (day == pl.col("business_date_came")) | (day.is_null() & pl.lit(name == "receipt_id"))
    return paired.filter(there & then).select("file_id", "row_no", "business_date").unique().sort(pl.all())
