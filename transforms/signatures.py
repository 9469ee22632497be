"""What rows say, as one number: by it receipts, and days of people, are the same whatever the order of their rows."""

from collections.abc import Collection, Sequence
from typing import Final

import polars as pl

from transforms.identity import unpadded

ROW: Final = "__row"


def with_row(rows: pl.DataFrame, content: Collection[str]) -> pl.DataFrame:
    """Add what each row says: ROW (UInt64), of its `content`; codes of products say the same without leading zeros."""
    told = (unpadded(pl.col(name)) if name == "product_id" else pl.col(name) for name in content)
    return rows.with_columns(pl.struct(told).hash().alias(ROW))


def signatures(rows: pl.DataFrame, content: Collection[str], by: Sequence[str], **more: pl.Expr) -> pl.DataFrame:
    """For each key `by`: `signature` (UInt64) of its rows' `content`, `count` (UInt32) of them, and `more`."""
    hashed = with_row(rows, content)
    return hashed.group_by(by).agg(signature=pl.col(ROW).sort().implode().hash().first(), count=pl.len(), **more)
