"""The lake: Delta tables of typed rows, partitioned by business date, and of facts, partitioned by month.

delta-rs never syncs to disk, so every commit is followed by syncing its data files, its log entry and their folders
before anybody is told that the rows are safe.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import polars as pl
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake

from flows.disk import sync
from transforms.measured import DAYS
from transforms.tables import FACTS, TABLES, Table, empty

# A receipt or a person's day that is delivered again is looked for so many days around the dates of the new file.
RESTATED_WITHIN: Final = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Restatement:
    """A file's rows against the rows that the lake already holds.

    All frames have the table's columns: `new` rows to add, `redelivered` rows of the file that change nothing,
    `confirmed` ones that are in the lake from an earlier try of this very file, and `superseded` rows of the lake that
    newer ones replace.
    """

    new: pl.DataFrame
    redelivered: pl.DataFrame
    confirmed: pl.DataFrame
    superseded: pl.DataFrame


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

    def restate(self, table: str, rows: pl.DataFrame, *, damaged: bool = False) -> Restatement:
        """Compare `rows` with the lake: each receipt or person's day counts once, and the newest wins.

        Of a `damaged` file, of which rows were kept out, a receipt that only lost lines is no correction.
        """
        if rows.is_empty():
            return Restatement(rows, rows, rows, rows)
        dates = rows["business_date"]
        first, last = _first(dates) - RESTATED_WITHIN, _last(dates) + RESTATED_WITHIN
        keys = rows.select(TABLES[table].key).unique()
        held = (
            self.rows(table, first, last)
            .join(keys.lazy(), on=TABLES[table].key, how="semi", nulls_equal=True)
            .collect(engine="streaming")
        )
        return compare(TABLES[table], held, rows, damaged=damaged)

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
            .join(change.superseded.lazy().select("file_id", "row_no"), on=["file_id", "row_no"], how="anti")
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

    def days(self) -> pl.DataFrame:
        """What was sold and worked by store and day, as `measured.DAYS`."""
        path = self._folder / "days"
        if not DeltaTable.is_deltatable(str(path)):
            return empty(DAYS)
        return pl.scan_delta(str(path)).select(DAYS.keys()).collect()

    def replace_days(self, days: pl.DataFrame, months: Sequence[date]) -> None:
        """Replace the days of `months`."""
        path = self._folder / "days"
        quoted = ", ".join(f"'{m}'" for m in months)
        predicate = f"month IN ({quoted})" if DeltaTable.is_deltatable(str(path)) else None
        _write(path, days.select(DAYS.keys()), "month", predicate)

    def versions(self) -> Mapping[str, int]:
        """The version of every table of rows."""
        paths = {name: str(self._folder / name) for name in TABLES}
        return {name: DeltaTable(path).version() for name, path in paths.items() if DeltaTable.is_deltatable(path)}


def compare(table: Table, held: pl.DataFrame, rows: pl.DataFrame, *, damaged: bool = False) -> Restatement:
    """Split `rows` into new and re-delivered ones, and find the `held` ones they replace.

    A key (receipt, person's day) whose rows are the same in both, in any order, is a re-delivery; equal rows within
    a key are counted, so two of the same drink on one receipt stay two.
    """
    mine, theirs = (_signatures(table, frame) for frame in (rows, held))
    same = mine.join(theirs, on=[*table.key, "signature", "count"], how="semi", nulls_equal=True).select(table.key)
    if damaged:
        same = pl.concat([same, _shrunk(table, held, rows)]).unique()
    own = _semi(held, rows.select("file_id").unique(), ["file_id"]).select(table.key).unique()
    known = _semi(rows, same, table.key)
    return Restatement(
        new=_anti(rows, same, table.key),
        redelivered=_anti(known, own, table.key),
        confirmed=_semi(known, own, table.key),
        superseded=_anti(_semi(held, mine, table.key), same, table.key),
    )


def _signatures(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    hashed = rows.select(*table.key, __row=pl.struct(table.content).hash())
    return hashed.group_by(table.key).agg(signature=pl.col("__row").sort().implode().hash().first(), count=pl.len())


def _shrunk(table: Table, held: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The keys whose rows are all among the held ones of that key."""
    mine, theirs = (f.group_by(table.content).agg(count=pl.len()) for f in (rows, held))
    found = mine.join(theirs, on=list(table.content), how="left", nulls_equal=True, suffix="_held")
    within = (pl.col("count") <= pl.col("count_held").fill_null(0)).all()
    return found.group_by(table.key).agg(within=within).filter("within").select(table.key)


def _semi(rows: pl.DataFrame, keys: pl.DataFrame, on: Sequence[str]) -> pl.DataFrame:
    return rows.join(keys, on=list(on), how="semi", nulls_equal=True)


def _anti(rows: pl.DataFrame, keys: pl.DataFrame, on: Sequence[str]) -> pl.DataFrame:
    return rows.join(keys, on=list(on), how="anti", nulls_equal=True)


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
