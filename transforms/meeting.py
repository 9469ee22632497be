"""Where two files meet in mid-receipt: a till that exports twice a day, a month that ends between two lines.

A later file adds to a receipt, instead of restating it, only where it goes on with the export's own line numbers, or
where the one file ends with this receipt, the other begins with it, they have no other in common, and they share none
of its products. Without times of sale nothing says where a file begins, so a receipt is restated.
"""

import polars as pl

from transforms.tables import Table


def merely_met(table: Table, held: pl.DataFrame, rows: pl.DataFrame, files: pl.LazyFrame) -> pl.DataFrame:
    """The parts of held receipts that `rows` of one other file add to.

    `held` and `rows` have the table's columns, `files` all rows of the held files. Returns the table's key and file_id.
    """
    parts = _parts(table, held.join(rows, on="file_id", how="anti")) if "line_no" in table.columns else pl.DataFrame()
    if parts.is_empty():
        return held.select(*table.key, "file_id").clear()
    mine = _parts(table, rows).drop("file_id")
    both = mine.join(parts, on=list(table.key), nulls_equal=True, suffix="_held")
    theirs = _spans(files.join(parts.lazy().select("file_id").unique(), on="file_id", how="semi"), rows)
    place = ["system", "store_id"]
    spanned = both.join(_spans(rows.lazy(), rows).drop("file_id", "common"), on=place, nulls_equal=True).join(
        theirs, on=[*place, "file_id"], nulls_equal=True, suffix="_held"
    )
    return spanned.filter(continuing() | (_adjoining() & _no_common_product())).select(*table.key, "file_id")


def continuing() -> pl.Expr:
    """Whether line numbers low..high go on where low_held..high_held end, or the other way round."""
    low, high, low_held, high_held = (pl.col(c) for c in ("low", "high", "low_held", "high_held"))
    goes_on = (low_held > 0) & (low > 0) & ((low == high_held + 1) | (high + 1 == low_held))
    return goes_on.fill_null(value=False)


def disjoint(table: Table, held: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The keys of receipts that are in both and share no product."""
    if "line_no" not in table.columns:
        return held.select(table.key).clear()
    theirs, mine = (frame.group_by(table.key).agg(products=pl.col("product_id").unique()) for frame in (held, rows))
    both = theirs.join(mine, on=list(table.key), nulls_equal=True, suffix="_held")
    return both.filter(_no_common_product()).select(table.key)


def _parts(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """Each receipt in each file: its lines, its place among the rows, its time and products."""
    return rows.group_by(*table.key, "file_id").agg(
        low=pl.col("line_no").min(),
        high=pl.col("line_no").max(),
        first=pl.col("row_no").min(),
        last=pl.col("row_no").max(),
        begins=pl.col("sold_at").min(),
        ends=pl.col("sold_at").max(),
        products=pl.col("product_id").unique(),
    )


def _spans(files: pl.LazyFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Each store in each file: its first and last row, its time, how many receipts, and how many common to `rows`."""
    receipts = rows.lazy().select("system", "store_id", "receipt_id").unique().with_columns(common=pl.lit(value=True))
    marked = files.join(receipts, on=["system", "store_id", "receipt_id"], how="left", nulls_equal=True)
    return (
        marked.group_by("file_id", "system", "store_id")
        .agg(
            top=pl.col("row_no").min(),
            bottom=pl.col("row_no").max(),
            opens=pl.col("sold_at").min(),
            closes=pl.col("sold_at").max(),
            several=pl.col("receipt_id").n_unique() > 1,
            common=pl.col("receipt_id").filter(pl.col("common")).n_unique(),
        )
        .collect()
    )


def _adjoining() -> pl.Expr:
    """Whether one file ends and the other begins with the receipt, and it is all they share.

    A file of one receipt may as well correct it.
    """
    alone = (pl.col("common") == 1) & pl.col("several") & pl.col("several_held")
    return alone & _opposite() & (_follows("", "_held") | _follows("_held", ""))


def _opposite() -> pl.Expr:
    """Whether the receipt is at the end of one file and at the beginning of the other, however they are sorted."""
    above, below = (
        {side: pl.col(f"{edge}{side}") == pl.col(f"{row}{side}") for side in ("", "_held")}
        for edge, row in (("first", "top"), ("last", "bottom"))
    )
    return (above[""] & below["_held"]) | (below[""] & above["_held"])


def _follows(later: str, earlier: str) -> pl.Expr:
    """Whether the later file opens with the receipt, not before the earlier one has closed with it."""
    opens, closes = pl.col(f"opens{later}"), pl.col(f"closes{earlier}")
    return (closes <= opens) & (pl.col(f"begins{later}") == opens) & (pl.col(f"ends{earlier}") == closes)


def _no_common_product() -> pl.Expr:
    mine, theirs = pl.col("products"), pl.col("products_held")
    unnamed = mine.list.contains(None, nulls_equal=True) | theirs.list.contains(None, nulls_equal=True)
    return ~unnamed & (mine.list.set_intersection(theirs).list.len() == 0)
