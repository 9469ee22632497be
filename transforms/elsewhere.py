"""Receipts, and days of people, that are held in one store and come again in another.

Two stores may number their receipts alike, so a number alone says nothing. That a receipt but has another store now is
proven where number, moment, seller and lines are the same, no other number that both stores have speaks against it, and
either its seller is known, who cannot have been in both, or several receipts agree. What is less sure is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from transforms.restating import Restatement
from transforms.signatures import signatures
from transforms.tables import Table

_RECEIPT: Final = ("system", "receipt_id")
_STORES: Final = ("system", "store_id", "store_held")
_MIDNIGHT: Final = pl.time(0, 0)  # of an export that knows days only


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Which keys of a file are held in another store: the table's key and `store_held`, Strings.

    `moved` ones are surely the same, `doubtful` ones may be.
    """

    moved: pl.DataFrame
    doubtful: pl.DataFrame

    def older(self, table: Table, held: pl.DataFrame, newer: Sequence[str]) -> pl.DataFrame:
        """The rows of `held` that the moved ones replace; none of files that are `newer`."""
        there = self.moved.drop("store_id").rename({"store_held": "store_id"})
        return held.filter(~_of(newer)).join(there, on=list(table.key), how="semi", nulls_equal=True)

    def outdated(self, table: Table, held: pl.DataFrame, newer: Sequence[str]) -> pl.DataFrame:
        """The moved keys that a file of `newer` has brought in the other store."""
        alone = _alone(table)
        since = held.filter(_of(newer)).select(*alone, store_held="store_id")
        return self.moved.join(since, on=[*alone, "store_held"], how="semi", nulls_equal=True).select(table.key)

    def told(self, change: Restatement, gone: pl.DataFrame, late: pl.DataFrame) -> Restatement:
        """`change`, and that `gone` rows of other stores are replaced and `late` ones of the file say nothing new."""
        return replace(
            change,
            superseded=pl.concat([change.superseded, gone]),
            redelivered=pl.concat([change.redelivered, late]),
            outdated=pl.concat([change.outdated, late.select(change.outdated.columns).unique()]),
            moved=self.moved,
            doubtful=self.doubtful,
        )


def receipts_elsewhere(table: Table, held: pl.DataFrame, rows: pl.DataFrame) -> Elsewhere:
    """Receipts of `rows` that are `held` in another store; what both stores have in `rows` themselves are two."""
    apart = held.join(rows, on=list(table.key), how="anti", nulls_equal=True)
    mine, theirs = _receipts(table, rows), _receipts(table, apart).rename({"store_id": "store_held"})
    both = mine.join(theirs, on=list(_RECEIPT), suffix="_held").filter(pl.col("store_id") != pl.col("store_held"))
    equal, timed = pl.col("signature") == pl.col("signature_held"), pl.col("begins").dt.time() != _MIDNIGHT
    alike = (pl.col("begins") == pl.col("begins_held")) & (timed | equal)
    judged = both.with_columns(
        alike=alike.fill_null(value=False),
        same=(equal & timed).fill_null(value=False),
        near=equal | (pl.col("amount") == pl.col("amount_held")),
    ).with_columns(known=pl.col("same") & pl.col("named"))
    agreed, several = pl.col("alike").all().over(_STORES), pl.col("same").sum().over(_STORES) > 1
    sure = agreed & (several | pl.col("known").any().over(_STORES))
    moved = judged.filter(sure & pl.col("same"))
    left = pl.col("alike") & (pl.col("known") | (agreed & (pl.col("near") | sure))) & ~(sure & pl.col("same"))
    keys = [*table.key, "store_held"]
    return Elsewhere(moved.select(keys), judged.filter(left).select(keys))


def days_elsewhere(table: Table, held: pl.DataFrame, rows: pl.DataFrame, homed: pl.DataFrame) -> Elsewhere:
    """Keys of `rows` that are `held` in another store, though nobody can have been in both.

    Of `homed` ones, whose store is where the person is employed, she has moved since, or her move was entered late: the
    hours lie where she was thought to be. Of the others, all she did there she did here, at the very same times; where
    only hours are stated, the same of them may have been worked in both. What `rows` have of both stores are two.
    """
    alone, keys = _alone(table), [*table.key, "store_held"]
    apart = held.join(rows, on=list(table.key), how="anti", nulls_equal=True)
    mine, theirs = (_days(table, frame) for frame in (rows, apart))
    theirs = theirs.rename({"store_id": "store_held"})
    both = mine.join(theirs, on=alone, suffix="_held", nulls_equal=True).filter(
        pl.col("store_id") != pl.col("store_held")
    )
    placed = both.join(homed, on=list(table.key), how="semi", nulls_equal=True)
    same = both.join(placed, on=keys, how="anti").filter(pl.col("signature") == pl.col("signature_held"))
    moved = pl.concat([placed, same.filter("timed")])
    return Elsewhere(moved.select(keys), same.filter(~pl.col("timed")).select(keys))


def _days(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """Each key: what was done, whatever clock it was told by, and whether its times are known."""
    times = [pl.col(name).is_not_null() for name in ("clock_in", "clock_out") if name in table.columns]
    told = [name for name in table.content if name not in {"store_id", "device", "direction"}]
    return signatures(rows, told, table.key, timed=pl.any_horizontal(*times, pl.lit(not times)).all())


def _receipts(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """Each receipt in each store: its moment, amount and lines, and whether its seller is known."""
    return signatures(
        rows,
        [name for name in table.content if name != "store_id"],
        table.key,
        begins=pl.col("sold_at").min(),
        amount=pl.col(str(table.amount)).sum(),
        named=pl.col("employee_id").is_not_null().all(),
    )


def _alone(table: Table) -> list[str]:
    return [name for name in table.key if name != "store_id"]


def _of(files: Sequence[str]) -> pl.Expr:
    return pl.col("file_id").is_in(list(files))
