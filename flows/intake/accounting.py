"""The account of one file: every row by store-day and outcome, and what it did to the rows of other files."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import polars as pl

from flows.ledger import FileEntry
from flows.settlement import CONTROL, HELD_BACK
from flows.site import Site
from transforms.restating import Restatement
from transforms.tables import TOTAL, Table


@dataclass(frozen=True, slots=True)
class Bookkeeper:
    """Draws up the accounts of files, as of `today`."""

    site: Site
    today: date

    def held_back(self, entry: FileEntry, table: Table, quarantined: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
        """Quarantined rows as `HELD_BACK`; one without a possible date counts in the month that its file is about."""
        day, about = pl.col("business_date"), _about(kept) or _about(self._possible(quarantined)) or entry.month
        known = pl.col("store_id").is_in(self.site.stores["store_id"].implode())
        columns = {
            "file_id": pl.lit(entry.file_id),
            "store_id": pl.when(known).then("store_id"),
            "month": day.dt.truncate("1mo").fill_null(about),
            "reason": pl.col("reasons").list.first(),
            "amount": pl.col("amount") if table.amount else pl.lit(None),
        }
        rows = self._possible(quarantined).with_columns(**columns)
        return rows.select(pl.col(name).cast(dtype) for name, dtype in HELD_BACK.items())

    def _possible(self, quarantined: pl.DataFrame) -> pl.DataFrame:
        day = pl.col("business_date")
        possible = day.is_between(self.site.settings.quality.first_day, self.today)
        return quarantined.with_columns(pl.when(possible).then(day))


def control(
    table: Table, change: Restatement | None, held_back: pl.DataFrame, quarantined: pl.DataFrame
) -> pl.DataFrame:
    """The control totals of a file (`CONTROL`), by store-day; a refused file has no `change`."""
    named = held_back.with_columns(store_id=quarantined["store_id"])
    if change is None:
        return _sums(table, "quarantined", named)
    parts = {
        "kept": pl.concat([change.new, change.confirmed]),
        "redelivered": change.redelivered,
        "superseded": change.superseded.filter(~pl.col("file_id").is_in(_files(change.new))),
    }
    money = pl.col(table.amount) if table.amount else pl.lit(0)
    month = pl.col("business_date").dt.truncate("1mo")
    counted = [
        _sums(table, name, rows.select("store_id", "business_date", month=month, reason=pl.lit(None), amount=money))
        for name, rows in parts.items()
    ]
    return pl.concat([_sums(table, "quarantined", named), *counted])


def carried(table: Table, totals: pl.DataFrame, change: Restatement, before: pl.DataFrame) -> pl.DataFrame:
    """The account (`CONTROL`) of a file that is read again, after the account of an earlier attempt.

    What it replaced then stays replaced. What it brought then and a newer file replaced since was kept and is counted
    there as superseded, though by now the lake holds the newer rows.
    """
    if before.is_empty():
        return totals
    by = ["table_name", "store_id", "business_date", "month"]
    month = pl.col("business_date").dt.truncate("1mo")
    money = pl.col(table.amount) if table.amount else pl.lit(0)
    still = pl.concat([change.confirmed, change.superseded.filter(pl.col("file_id").is_in(_files(change.new)))])
    named = still.select("store_id", "business_date", month=month, reason=pl.lit(None, pl.String), amount=money)
    kept = _sums(table, "kept", named).select(*by, "rows", "amount")
    again = totals.filter(pl.col("outcome") == "redelivered").select(by)
    earlier = before.filter(pl.col("outcome") == "kept").select(*by, "rows", "amount")
    gone = (
        pl.concat([earlier, kept.with_columns(-pl.col("rows", "amount"))])
        .group_by(by)
        .agg(pl.col("rows", "amount").sum())
    )
    gone = gone.join(again, on=by, how="semi", nulls_equal=True).filter(pl.col("rows") > 0)
    none = pl.lit(None, pl.String).alias("reason")
    back = gone.with_columns(pl.lit("kept").alias("outcome"), none)
    less = gone.with_columns(-pl.col("rows", "amount"), pl.lit("redelivered").alias("outcome"), none)
    parts = [frame.select(CONTROL.names()).cast(CONTROL) for frame in (back, less)]
    return pl.concat([totals, before.filter(pl.col("outcome") == "superseded"), *parts])


def replaced(change: Restatement) -> pl.DataFrame:
    """How many rows of which other files a file replaced: (file_id, rows), most first."""
    others = change.superseded.filter(~pl.col("file_id").is_in(_files(change.new)))
    return (
        others.group_by("file_id").agg(rows=pl.len().cast(pl.Int64)).sort("rows", "file_id", descending=[True, False])
    )


def _files(rows: pl.DataFrame) -> Collection[str]:
    return rows["file_id"].unique().to_list()


def _about(rows: pl.DataFrame) -> date | None:
    """The month of most rows."""
    months = (
        rows["business_date"].drop_nulls().dt.truncate("1mo").value_counts(name="rows").sort("rows", "business_date")
    )
    return None if months.is_empty() else months["business_date"][-1]


def _sums(table: Table, outcome: str, rows: pl.DataFrame) -> pl.DataFrame:
    return (
        rows.group_by("store_id", "business_date", "month", "reason")
        .agg(rows=pl.len(), amount=pl.col("amount").cast(TOTAL).sum())
        .with_columns(outcome=pl.lit(outcome), table_name=pl.lit(table.name))
        .select(pl.col(name).cast(dtype) for name, dtype in CONTROL.items())
        .sort("store_id", "business_date", "month", "reason")
    )
