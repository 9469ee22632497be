"""The account of one file: every row by store-day and outcome, and what it did to the rows of other files."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from flows.ledger import FileEntry
from flows.settlement import CONTROL, HELD_BACK
from flows.site import Site
from transforms.restating import Restatement
from transforms.tables import TOTAL, Table

_BY: Final = ("table_name", "store_id", "business_date", "month")


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
    table: Table, change: Restatement, held_back: pl.DataFrame, quarantined: pl.DataFrame, file_id: str
) -> pl.DataFrame:
    """The control totals of a file (`CONTROL`), by store-day."""
    parts = {
        "kept": pl.concat([change.new, change.confirmed]),
        "redelivered": change.redelivered,
        "superseded": change.superseded.filter(pl.col("file_id") != file_id),
    }
    counted = [_rows(table, name, rows) for name, rows in parts.items()]
    return pl.concat([_sums(table, "quarantined", held_back.with_columns(store_id=quarantined["store_id"])), *counted])


def carried(
    table: Table, totals: pl.DataFrame, change: Restatement, before: pl.DataFrame, file_id: str
) -> pl.DataFrame:
    """The account (`CONTROL`) of a file that is read again, after the account of an earlier attempt.

    What it brought then and a newer file replaced since was kept and is counted there as superseded, though by now the
    lake holds the newer rows. What it superseded in all is what makes its account come to what the lake gained by it.
    """
    if before.is_empty():
        return totals
    own = change.superseded.filter(pl.col("file_id") == file_id)
    still = _rows(table, "kept", pl.concat([change.confirmed, own]))
    gone = _summed(_of(before, "kept"), _of(still, "kept", -1)).filter(pl.col("rows") > 0)
    again = _of(totals, "redelivered").select(*_BY, most="rows")
    gone = gone.join(again, on=list(_BY), nulls_equal=True).filter(pl.col("rows") <= pl.col("most"))
    kept = _summed(_of(totals, "kept"), gone.select(*_BY, "rows", "amount"))
    redelivered = _summed(_of(totals, "redelivered"), _negative(gone.select(*_BY, "rows", "amount")))
    gained = [_of(_rows(table, "new", change.new), "new"), _of(_rows(table, "old", change.superseded), "old", -1)]
    superseded = _summed(kept, _of(before, "kept", -1), _of(before, "superseded"), *map(_negative, gained))
    named = {"kept": kept, "redelivered": redelivered, "superseded": superseded}
    parts = [frame.with_columns(outcome=pl.lit(name), reason=pl.lit(None)) for name, frame in named.items()]
    rest = totals.filter(pl.col("outcome") == "quarantined")
    return pl.concat([rest, *(frame.select(CONTROL.names()).cast(CONTROL) for frame in parts)])


def _of(control: pl.DataFrame, outcome: str, sign: int = 1) -> pl.DataFrame:
    rows = control.filter(pl.col("outcome") == outcome).select(*_BY, "rows", "amount")
    return rows if sign > 0 else _negative(rows)


def _negative(sums: pl.DataFrame) -> pl.DataFrame:
    return sums.with_columns(-pl.col("rows", "amount"))


def _summed(*parts: pl.DataFrame) -> pl.DataFrame:
    sums = pl.concat(parts).group_by(_BY).agg(pl.col("rows", "amount").sum())
    return sums.filter((pl.col("rows") != 0) | (pl.col("amount") != 0)).sort(_BY)


def replaced(change: Restatement, file_id: str) -> pl.DataFrame:
    """How many rows of which other files a file replaced: (file_id, rows), most first."""
    others = change.superseded.filter(pl.col("file_id") != file_id)
    return (
        others.group_by("file_id").agg(rows=pl.len().cast(pl.Int64)).sort("rows", "file_id", descending=[True, False])
    )


def _about(rows: pl.DataFrame) -> date | None:
    """The month of most rows."""
    months = (
        rows["business_date"].drop_nulls().dt.truncate("1mo").value_counts(name="rows").sort("rows", "business_date")
    )
    return None if months.is_empty() else months["business_date"][-1]


def _rows(table: Table, outcome: str, rows: pl.DataFrame) -> pl.DataFrame:
    money = pl.col(table.amount) if table.amount else pl.lit(0)
    month = pl.col("business_date").dt.truncate("1mo")
    named = rows.select("store_id", "business_date", month=month, reason=pl.lit(None, pl.String), amount=money)
    return _sums(table, outcome, named)


def _sums(table: Table, outcome: str, rows: pl.DataFrame) -> pl.DataFrame:
    return (
        rows.group_by("store_id", "business_date", "month", "reason")
        .agg(rows=pl.len(), amount=pl.col("amount").cast(TOTAL).sum())
        .with_columns(outcome=pl.lit(outcome), table_name=pl.lit(table.name))
        .select(pl.col(name).cast(dtype) for name, dtype in CONTROL.items())
        .sort("store_id", "business_date", "month", "reason")
    )
