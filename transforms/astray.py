"""Receipts of a file against those of the same number that are held on other days, or in a store that is no more.

Tills begin their numbers anew, each day or year, and dates are corrected. Of two days, it is one receipt where the
lines are the same at the same time of day; and, unless other numbers of that store show in the same file that it uses
them again, where only the lines are the same, or one of the two is void or of no amount. Else both count, and it is
told.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from transforms.measured import SITTING
from transforms.signatures import signatures
from transforms.tables import Table

_WHEN: Final = frozenset({"sold_at", "business_date"})
_STORE: Final = ("system", "store_id")
_MIDNIGHT: Final = pl.time(0, 0)  # of an export that knows days only


@dataclass(frozen=True, slots=True)
class ToldApart:
    """Rows held on other days than a file's receipts of the same number are of, or in stores that are no more.

    `moved` are rows of a receipt that has but another date now, `renamed` those of one whose store is called otherwise,
    `reused` the keys of receipts whose number was simply used again, `open` those of receipts that stayed open past
    the end of their business day, of which the rows are another part.
    """

    moved: pl.DataFrame
    renamed: pl.DataFrame
    reused: pl.DataFrame
    open: pl.DataFrame


def told_apart(
    table: Table, near: pl.DataFrame, far: pl.DataFrame, rows: pl.DataFrame, own: pl.DataFrame | None = None
) -> ToldApart:
    """Which of the held rows are the receipts of `rows`; only those `near` in time may be cancelled by another day.

    What is held (`own`) of a number on the very day that `rows` have it of is that receipt, and another day's is none.
    """
    astray = pl.concat([near, far])
    if astray.is_empty():
        return ToldApart(astray, astray, astray.select(table.key), astray.select(table.key))
    here = astray.join(rows, on=list(table.key), how="semi", nulls_equal=True)
    day = [*table.key, "business_date"]
    mine = rows if own is None else rows.join(own, on=list(table.key), how="anti", nulls_equal=True)
    surely = _same(table, here, mine, day, timed=True)
    maybe = pl.concat([_same(table, here, mine, day), _cancelled(table, near, mine, day)]).unique()
    others = here.select(day).unique().join(pl.concat([surely, maybe]), on=day, how="anti", nulls_equal=True)
    sure = pl.concat([surely, maybe.join(others, on=list(_STORE), how="anti", nulls_equal=True)])
    moved = here.join(sure, on=day, how="semi", nulls_equal=True)
    left = _not_given_back(table, here.join(moved, on=day, how="anti", nulls_equal=True), rows)
    still_open = _within_a_sitting(table, left, rows)
    again = _lines_again(table, left, rows)
    still_open = still_open.join(again, on=list(table.key), how="anti", nulls_equal=True)
    reused = left.join(still_open, on=list(table.key), how="anti", nulls_equal=True).select(table.key).unique()
    return ToldApart(moved, _renamed(table, astray, rows), reused, still_open)


def _not_given_back(table: Table, held: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Without sales that `rows` give back under their number, and the other way round."""
    given = (pl.col("kind") == "return").alias("__given")
    mine = rows.select(*table.key, given).unique()
    return held.with_columns(given).join(mine, on=mine.columns, how="semi", nulls_equal=True).drop("__given")


def _lines_again(table: Table, held: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The keys of `held` receipts of which `rows` tell a line again: they are no other part of it."""
    same = [*table.key, *(name for name in table.content if name not in {*table.key, *_WHEN})]
    return held.join(rows, on=same, how="semi", nulls_equal=True).select(table.key).unique()


def _within_a_sitting(table: Table, held: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The keys of `held` receipts with a line at most SITTING from the lines that `rows` have of that number."""
    span = rows.group_by(table.key).agg(begins=pl.col("sold_at").min(), ends=pl.col("sold_at").max())
    both = held.join(span, on=list(table.key), nulls_equal=True)
    near = pl.col("sold_at").is_between(pl.col("begins") - SITTING, pl.col("ends") + SITTING)
    return both.filter(near).select(table.key).unique()


def _renamed(table: Table, astray: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of stores that `rows` have not, whose lines they have under another."""
    elsewhere = {"store_id", *_WHEN}
    theirs = astray.join(rows, on="store_id", how="anti")
    lines = _lines(table, rows, table.key, elsewhere), _lines(table, theirs, table.key, elsewhere)
    same = [*(name for name in table.key if name != "store_id"), "signature", "count"]
    return theirs.join(lines[1].join(lines[0], on=same, how="semi", nulls_equal=True), on=list(table.key), how="semi")


def _same(
    table: Table, held: pl.DataFrame, rows: pl.DataFrame, day: Sequence[str], *, timed: bool = False
) -> pl.DataFrame:
    """The receipts (`day`) of `held` whose lines `rows` have; `timed`: at the same time of day, where it is known."""
    known = pl.col("sold_at").dt.time() != _MIDNIGHT
    frames = [f.filter(known) if timed else f for f in (held, rows)]
    with_time = [f.with_columns(__time=pl.col("sold_at").dt.time()) if timed else f for f in frames]
    theirs, mine = (_lines(table, f, day, _WHEN, ["__time"] if timed else []) for f in with_time)
    return theirs.join(mine, on=[*table.key, "signature", "count"], how="semi", nulls_equal=True).select(day)


def _cancelled(table: Table, held: pl.DataFrame, rows: pl.DataFrame, day: Sequence[str]) -> pl.DataFrame:
    """The receipts (`day`) of `held` of which `rows` are void or of no amount, or that are so themselves."""
    nothing = ((pl.col("kind") == "void") | (pl.col(str(table.amount)) == 0)).all()
    theirs, mine = (f.group_by(day).agg(nothing=nothing.fill_null(value=False)) for f in (held, rows))
    both = theirs.join(mine.drop("business_date"), on=list(table.key), nulls_equal=True, suffix="_of_rows")
    return both.filter(pl.col("nothing") | pl.col("nothing_of_rows")).select(day).unique()


def _lines(
    table: Table, rows: pl.DataFrame, by: Sequence[str], without: Collection[str], more: Sequence[str] = ()
) -> pl.DataFrame:
    return signatures(rows, [*(name for name in table.content if name not in without), *more], by)
