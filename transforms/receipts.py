"""What a file tells over again.

Two equal lines of a receipt are two of the same drink. But where each line of every receipt of a store's day stands in
a file twice (or n times), the rows are there twice: pasted in again, or on two sheets. Of five receipts or more that is
no chance, and they count once; of fewer, or where it is so of a fifth of them, nobody can know, and it is told. So are
hours, leave and ratings that are stated twice throughout: a day may well have two halves of four hours each.
"""

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import polars as pl

from transforms.signatures import ROW, with_row
from transforms.tables import SALES, Table, subject_of

_DAY: Final = ("system", "store_id", "business_date")
_PLACE: Final = "__place"
_ENOUGH: Final = 5
_SOME: Final = 3
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
    days = _days(suspects.group_by(*_DAY, "receipt_id", ROW).agg(count=pl.len()))
    throughout = suspects.height == rows.height and days["whole"].all() and days["of"].sum() >= _ENOUGH
    sure = days.filter(pl.col("whole") & ((pl.col("of") >= _ENOUGH) | throughout))
    share = pl.col("repeated") / pl.col("of")
    doubt = ((share == 1) & (pl.col("of") > 1)) | ((share >= _A_FIFTH) & (pl.col("repeated") >= _SOME))
    doubtful = days.join(sure, on=list(_DAY), how="anti").filter(doubt)
    again = pl.int_range(rows.height, eager=True).is_in(_told_before(suspects, sure).implode())
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


def _days(lines: pl.DataFrame) -> pl.DataFrame:
    """Store-days: whether each line stands there equally often (`times`, and `whole`), and of how many receipts."""
    receipts = lines.group_by(*_DAY, "receipt_id").agg(pl.col("count"), least=pl.col("count").min())
    least = pl.col("least").min()
    return receipts.group_by(_DAY).agg(
        times=least,
        whole=(least > 1) & (pl.col("count").explode() % least == 0).all(),
        repeated=(pl.col("least") > 1).sum(),
        of=pl.len(),
    )


def _told_before(suspects: pl.DataFrame, sure: pl.DataFrame) -> pl.Series:
    """The places of rows of `sure` days that stand above already as often as they count."""
    seen, count = pl.int_range(pl.len()).over(ROW), pl.len().over(ROW)
    known = suspects.join(sure, on=list(_DAY), maintain_order="left")
    return known.filter(seen >= count // pl.col("times"))[_PLACE]


def _stated(table: Table, rows: pl.DataFrame) -> pl.Series:
    name = subject_of(table.name)
    stated = rows.filter(pl.col(_STATED[table.name]).is_not_null()) if table.name in _STATED else rows.clear()
    counts = stated.group_by(table.content).agg(count=pl.len())
    least = counts["count"].min()
    twice = counts.height >= _ENOUGH and isinstance(least, int) and least > 1 and (counts["count"] % least == 0).all()
    return counts[name].unique().sort() if twice else rows.clear()[name]
