"""What a file tells over again.

Two equal lines of a receipt are two of the same drink: one receipt in eighty of real coffee shops has nothing but such.
Where a file has each line twice (or n times) of five receipts or more, and of half of a store's day, each time with
other receipts between, the rows are there twice: pasted in again, or on two sheets. They count once. Where equal lines
stand together, of fewer receipts, or of a fifth of a day, nobody can know, and it is told. So are hours, leave and
ratings that are stated twice throughout: a day may have two halves of four hours each.
"""

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import polars as pl

from transforms.signatures import ROW, with_row
from transforms.tables import SALES, Table, subject_of

_DAY: Final = ("system", "store_id", "business_date")
_RECEIPT: Final = (*_DAY, "receipt_id")
_PLACE: Final = "__place"
_ENOUGH: Final = 5
_SOME: Final = 3
_HALF: Final = 0.5
_A_FIFTH: Final = 0.2
_STATED: Final = MappingProxyType({"clockings": "stated_hours", "absences": "hours", "ratings": "value"})


@dataclass(frozen=True, slots=True)
class Once:
    """A file's rows, each counted once: `rows` to count, and `again` those that only tell them over again.

    `doubtful` (store_id, business_date, repeated, of) are store-days of which `repeated` of their receipts may be told
    over again; `stated` the receipts' or people's ids whose values, one and all, are.
    """

    rows: pl.DataFrame
    again: pl.DataFrame
    doubtful: pl.DataFrame = field(default_factory=pl.DataFrame)
    stated: pl.Series = field(default_factory=pl.Series)


def once(table: Table, rows: pl.DataFrame) -> Once:
    """Find what `rows` of one file tell over again."""
    if table.name != SALES.name:
        return Once(rows, rows.clear(), stated=_stated(table, rows))
    suspects = _suspects(table, rows)
    if suspects.is_empty():
        return Once(rows, rows.clear())
    receipts = _repeated(suspects)
    throughout = suspects.height == rows.height and receipts["apart"].all() and receipts.height >= _ENOUGH
    days = receipts.group_by(_DAY).agg(pl.col("repeated", "apart").sum(), of=pl.len())
    share = pl.col("repeated") / pl.col("of")
    sure = days.filter((pl.col("apart") >= _ENOUGH) & (pl.col("apart") >= _HALF * pl.col("of")) | throughout)
    doubt = ((share == 1) & (pl.col("of") > 1)) | ((share >= _A_FIFTH) & (pl.col("repeated") >= _SOME))
    doubtful = days.join(sure, on=list(_DAY), how="anti").filter(doubt)
    once_only = receipts.filter("apart").join(sure, on=list(_DAY), how="semi")
    again = pl.int_range(rows.height, eager=True).is_in(_told_before(suspects, once_only).implode())
    return Once(
        rows.filter(~again),
        rows.filter(again),
        doubtful.select("store_id", "business_date", "repeated", "of").sort(pl.all()),
    )


def _suspects(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows, with their place, of store-days of which a fifth looks alike; to compare all columns costs more."""
    alike = pl.struct("store_id", "business_date", "receipt_id", "product_id", "net_amount").hash().is_duplicated()
    days = rows.select(*_DAY, alike=alike).group_by(_DAY).agg(pl.col("alike").mean() >= _A_FIFTH).filter("alike")
    some = rows.with_row_index(_PLACE).join(days, on=list(_DAY), how="semi", maintain_order="left")
    return with_row(some, table.content)


def _repeated(suspects: pl.DataFrame) -> pl.DataFrame:
    """Each receipt: how often (`times`) those of its store-day are told that are, and whether it is `repeated` so.

    It is `apart` if other receipts stand between: pieces of one sale stand together.
    """
    least, run = pl.col("least"), pl.struct(_RECEIPT).rle_id()
    runs = suspects.select(*_RECEIPT, run=run).group_by(_RECEIPT).agg(runs=pl.col("run").n_unique())
    lines = suspects.group_by(*_RECEIPT, ROW).agg(count=pl.len())
    known = lines.with_columns(least=pl.col("count").min().over(_RECEIPT))
    known = known.with_columns(times=least.filter(least > 1).min().over(_DAY))
    even = (pl.col("count") % pl.col("times") == 0).all() & (least > 1).all()
    found = known.group_by(_RECEIPT).agg(pl.col("times").first(), repeated=even.fill_null(value=False))
    told = found.join(runs, on=list(_RECEIPT), nulls_equal=True)
    return told.with_columns(apart=pl.col("repeated") & (pl.col("runs") >= pl.col("times")))


def _told_before(suspects: pl.DataFrame, repeated: pl.DataFrame) -> pl.Series:
    """The places of rows of `repeated` receipts that stand above already as often as they count."""
    seen, count = pl.int_range(pl.len()).over(ROW), pl.len().over(ROW)
    known = suspects.join(repeated, on=list(_RECEIPT), maintain_order="left")
    return known.filter(seen >= count // pl.col("times"))[_PLACE]


def _stated(table: Table, rows: pl.DataFrame) -> pl.Series:
    name = subject_of(table.name)
    stated = rows.filter(pl.col(_STATED[table.name]).is_not_null()) if table.name in _STATED else rows.clear()
    counts = stated.group_by(table.content).agg(count=pl.len())
    least = counts["count"].min()
    twice = counts.height >= _ENOUGH and isinstance(least, int) and least > 1 and (counts["count"] % least == 0).all()
    return counts[name].unique().sort() if twice else rows.clear()[name]


def numbered_by_day(rows: pl.DataFrame) -> pl.DataFrame:
    """Number the lines of receipts (tables.SALES), which the export does not number itself, from 1 on each day.

    Where a till begins its numbers anew, the second day's receipt is another one, and goes on with no lines.
    """
    if rows["business_date"].n_unique() <= 1:
        return rows
    days = rows.group_by(_RECEIPT).agg(low=pl.col("line_no").min())
    several = pl.struct("system", "store_id", "receipt_id").is_duplicated()
    anew = days.filter(several & (pl.col("low") > 1))
    if anew.is_empty():
        return rows
    known = rows.join(anew, on=list(_RECEIPT), how="left", nulls_equal=True, maintain_order="left")
    return known.with_columns(pl.col("line_no") - pl.col("low").fill_null(1) + 1).drop("low")
