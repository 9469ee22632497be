"""The lake: Delta tables of typed rows, partitioned by business date, and of facts, partitioned by month.

delta-rs never syncs to disk, so every commit is followed by syncing its data files, its log entry and their folders
before anybody is told that the rows are safe.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import polars as pl
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake

from flows.disk import sync
from transforms.restating import Restatement, compare
from transforms.tables import FACTS, TABLES, empty

# A receipt that is delivered again is looked for, line by line, so many days around the dates of the new file.
NEAR: Final = timedelta(days=31)
# One row of a month sheet holds a person's whole month.
_ROW: Final = ("file_id", "row_no", "business_date")


class Lake:
    """The Delta tables of one site."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    # -- rows

    def rows(self, table: str, first: date | None = None, last: date | None = None) -> pl.LazyFrame:
        """The rows of `table` with business_date from `first` to `last` (both included)."""
        path = self._folder / table
        if not DeltaTable.is_deltatable(str(path)):
            return empty(TABLES[table].columns).lazy()
        frame = pl.scan_delta(str(path)).select(TABLES[table].columns.keys())
        day = pl.col("business_date")
        return frame.filter(day >= (first or date.min), day <= (last or date.max))

    def months(self, table: str) -> Mapping[date, int]:
        """How many rows each month has, by the table's log alone."""
        path = str(self._folder / table)
        if not DeltaTable.is_deltatable(path):
            return {}
        files = pl.DataFrame(DeltaTable(path).get_add_actions(flatten=True))
        month = pl.col("partition.business_date").dt.truncate("1mo")
        return dict(files.group_by(month).agg(pl.col("num_records").sum()).rows())

    def restate(
        self, table: str, rows: pl.DataFrame, *, damaged: bool = False, newer: Sequence[str] = ()
    ) -> Restatement:
        """Compare `rows` of one file with the lake (`transforms.restating`)."""
        held, files = rows.clear(), rows.clear().lazy()
        if rows.height:
            first, last = _first(rows["business_date"]) - NEAR, _last(rows["business_date"]) + NEAR
            files = self.rows(table, first, last)
            keys = rows.select(TABLES[table].key).unique().lazy()
            held = files.join(keys, on=TABLES[table].key, how="semi", nulls_equal=True).collect(engine="streaming")
        return compare(TABLES[table], held, rows, damaged=damaged, newer=newer, files=files)

    def commit(self, table: str, change: Restatement, file_id: str, attempt: int = 1) -> None:
        """Put a file's rows into the lake, once an attempt; they are on disk when this returns."""
        path = self._folder / table
        if change.new.is_empty() and change.superseded.is_empty():
            return
        if change.superseded.is_empty():
            rows, predicate = change.new, None
        else:
            rows, predicate = self._replacing(table, change)
        _write(path, rows, "business_date", predicate, [Transaction(app_id=file_id, version=attempt)])

    def committed(self, table: str, file_id: str, attempt: int = 1) -> bool:
        """Whether an attempt at a file reached the lake."""
        path = str(self._folder / table)
        return DeltaTable.is_deltatable(path) and (DeltaTable(path).transaction_version(file_id) or 0) >= attempt

    def _replacing(self, table: str, change: Restatement) -> tuple[pl.DataFrame, str]:
        dates = pl.concat([change.new["business_date"], change.superseded["business_date"]]).unique().sort()
        stay = (
            self.rows(table, _first(dates), _last(dates))
            .filter(pl.col("business_date").is_in(dates.implode()))
            .join(change.superseded.lazy(), on=list(_ROW), how="anti")
            .collect(engine="streaming")
        )
        quoted = ", ".join(f"'{d}'" for d in dates)
        return pl.concat([stay, change.new]), f"business_date IN ({quoted})"

    # -- facts

    def facts(self) -> pl.DataFrame:
        """Every fact that was measured, as `tables.FACTS`."""
        path = self._folder / "facts"
        if not DeltaTable.is_deltatable(str(path)):
            return empty(FACTS)
        return pl.scan_delta(str(path)).select(FACTS.keys()).collect()

    def replace_facts(self, facts: pl.DataFrame, months: Sequence[date]) -> None:
        """Replace the facts of `months`."""
        path = self._folder / "facts"
        quoted = ", ".join(f"'{m}'" for m in months)
        predicate = f"month IN ({quoted})" if DeltaTable.is_deltatable(str(path)) else None
        _write(path, facts.select(FACTS.keys()), "month", predicate)

    def versions(self) -> Mapping[str, int]:
        """The version of every table of rows."""
        paths = {name: str(self._folder / name) for name in TABLES}
        return {name: DeltaTable(path).version() for name, path in paths.items() if DeltaTable.is_deltatable(path)}


def _first(dates: pl.Series) -> date:
    return dates.min()  # type: ignore[return-value]


def _last(dates: pl.Series) -> date:
    return dates.max()  # type: ignore[return-value]


def _write(
    path: Path, rows: pl.DataFrame, partition: str, predicate: str | None, once: list[Transaction] | None = None
) -> None:
    commit = CommitProperties(app_transactions=once)
    if predicate is None:
        write_deltalake(path, rows, partition_by=partition, mode="append", commit_properties=commit)
    else:
        write_deltalake(
            path, rows, partition_by=partition, mode="overwrite", predicate=predicate, commit_properties=commit
        )
    _sync_commit(path)


def _sync_commit(path: Path) -> None:
    log = path / "_delta_log"
    newest = max(log.glob("*.json"))
    actions = [json.loads(line) for line in newest.read_text().splitlines()]
    added = [path / action["add"]["path"] for action in actions if "add" in action]
    checkpoints = [*log.glob("_last_checkpoint"), *sorted(log.glob("*.checkpoint.parquet"))[-1:]]
    for changed in (*added, newest, *checkpoints, *{file.parent for file in added}, log, path):
        sync(changed)
