"""What rows say, as one number: by it receipts, and days of people, are the same whatever the order of their rows."""

from collections.abc import Collection, Sequence

import polars as pl

_ROW = "__row"


def signatures(rows: pl.DataFrame, content: Collection[str], by: Sequence[str], **more: pl.Expr) -> pl.DataFrame:
    """For each key `by`: `signature` (UInt64) of its rows' `content`, `count` (UInt32) of them, and `more`."""
    hashed = rows.with_columns(pl.struct(content).hash().alias(_ROW))
    return hashed.group_by(by).agg(signature=pl.col(_ROW).sort().implode().hash().first(), count=pl.len(), **more)
