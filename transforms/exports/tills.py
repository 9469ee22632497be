"""Tills of a store that number their receipts alike: what would be one receipt is two."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from transforms.exports.money import RECEIPT
from transforms.exports.sheet import Sheet

_FEWEST: Final = 5  # lines that go on with a receipt, before it is believed that all its lines are of one moment
_NEARLY_ALL: Final = 0.95
_DAY: Final = (RECEIPT, "business_date")


def numbered_alike(sheet: Sheet) -> Iterator[str]:
    """A sentence on receipts of two moments of a day, where lines that stand together are of one moment."""
    begins = pl.col(RECEIPT).ne_missing(pl.col(RECEIPT).shift(1))
    lines = sheet.frame.filter(kind="sale").select("row_no", "receipt_id", *_DAY, "sold_at", begins=begins)
    firsts = lines.filter("begins")
    if firsts.height == firsts[RECEIPT].n_unique() or not _are_of_one_moment(lines):
        return
    moments = firsts.drop_nulls("sold_at").group_by(*_DAY, "sold_at", maintain_order=True).first()
    receipts = moments.group_by(_DAY, maintain_order=True).agg("receipt_id", "row_no", "sold_at")
    several = receipts.filter(pl.col("sold_at").list.len() > 1)
    if several.height:
        (receipt, *_), (row, other, *_), (at, later, *_) = several.select("receipt_id", "row_no", "sold_at").row(0)
        yield (
            f"{several.height} of {receipts.height} receipts have lines of several moments of a day ({receipt}: row "
            f"{row} at {at:%H:%M}, row {other} at {later:%H:%M}), each counted as one: if several tills of a store "
            f"number alike, let a profile of your own write the till into receipt_id under [derive]."
        )


def _are_of_one_moment(lines: pl.DataFrame) -> bool:
    """Whether lines that stand together are nearly always so, other than those of a table that orders again."""
    same = pl.col("sold_at").eq_missing(pl.col("sold_at").shift(1))
    goes_on = lines.select("begins", same=same).filter(~pl.col("begins"))["same"]
    return goes_on.len() >= _FEWEST and goes_on.sum() >= _NEARLY_ALL * goes_on.len()
