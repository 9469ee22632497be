"""The lake: Delta tables of typed rows, partitioned by business date, and of facts, partitioned by month.

delta-rs never syncs to disk, so every commit is followed by syncing its data files, its log entry and their folders
before anybody is told that the rows are safe.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import polars as pl
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, Transaction, write_deltalake

from flows.delta import at_version, whole
from flows.disk import sync
from flows.receipt_index import ReceiptIndex
from transforms.astray import told_apart
from transforms.calendar import last_day
from transforms.elsewhere import Elsewhere, days_elsewhere, receipts_elsewhere
from transforms.measured import DAYS
from transforms.restating import Restatement, compare
from transforms.tables import FACTS, TABLES, Schema, empty

# A receipt that is delivered again is looked for, line by line, so many days around the dates of the new file.
NEAR: Final = timedelta(days=31)
# Left to itself, delta-rs forgets versions of more than thirty days ago when it writes a checkpoint.
_REMEMBER: Final = PostCommitHookProperties(cleanup_expired_logs=False)
# One row of a month sheet holds a person's whole month.
_ROW: Final = ("file_id", "row_no", "business_date")


class Lake:
    """The Delta tables of one site; with `versions` (table -> version, -1: not there yet) as of then, to read."""

    def __init__(self, folder: Path, versions: Mapping[str, int] | None = None) -> None:
        self._folder = folder
        self._opened: dict[str, DeltaTable] = {}
        self._versions = versions

    # -- rows

    def rows(self, table: str, first: date | None = None, last: date | None = None) -> pl.LazyFrame:
        """The rows of `table` with business_date from `first` to `last` (both included)."""
        opened = self._table(table)
        if opened is None:
            return empty(TABLES[table].columns).lazy()
        columns, held = TABLES[table].columns, {field.name for field in opened.schema().fields}
        # A lake of an earlier version lacks the columns that were added since.
        later = {name: pl.lit(None, dtype) for name, dtype in columns.items() if name not in held}
        frame, day = pl.scan_delta(opened).with_columns(**later).select(columns.keys()), pl.col("business_date")
        return frame.filter(day >= (first or date.min), day <= (last or date.max))

    def months(self, table: str) -> Mapping[date, int]:
        """How many rows each month has, by the table's log alone."""
        return self._by_month(table, pl.col("num_records").sum())

    def restate(
        self,
        table: str,
        rows: pl.DataFrame,
        *,
        kept_out: pl.Series | None = None,
        newer: Sequence[str] = (),
        stores: pl.Series | None = None,
        homed: pl.Series | None = None,
    ) -> Restatement:
        """Compare `rows` of one file with the lake (`transforms.restating`).

        For receipts held on other days, or in a store that is none of `stores` any more, see `transforms.astray`; for
        those of another store, and days of people, `transforms.elsewhere`. `homed` are the numbers of rows whose people
        were placed where they are employed; None: rows are not of people's days.
        """
        found = self._found(table, rows)
        if rows.is_empty() or (found is not None and found.is_empty()):
            return compare(TABLES[table], rows.clear(), rows)
        files = self.rows(table, *_around(rows))
        keys = rows.select(TABLES[table].key).unique().lazy()
        held = files.join(keys, on=TABLES[table].key, how="semi", nulls_equal=True).collect(engine="streaming")
        far = rows.clear() if found is None else self._astray(table, rows, found, stores)
        near = held.clear() if found is None else held.join(rows, on=[*TABLES[table].key, "business_date"], how="anti")
        own = held.join(near, on=list(_ROW), how="anti")
        apart = told_apart(TABLES[table], near, far, rows, own)
        held = pl.concat([own, apart.moved])
        others, there = self._elsewhere(table, rows, found, homed)
        late = rows.join(there.outdated(TABLES[table], others, newer), on=TABLES[table].key, how="semi")
        mine = rows.join(late, on=list(_ROW), how="anti")
        change = compare(TABLES[table], held, mine, kept_out=kept_out, newer=newer, files=files)
        renamed = apart.renamed.filter(~pl.col("file_id").is_in(list(newer)))
        gone = pl.concat([change.superseded, renamed])
        more = pl.concat([change.completed, apart.open.join(change.new, on=apart.open.columns, how="semi")])
        change = replace(change, superseded=gone, completed=more.unique(), reused=apart.reused)
        return there.told(change, there.older(TABLES[table], others, newer), late)

    def without(self, table: str, change: Restatement, file_id: str, dates: pl.Series) -> Restatement:
        """`change`, and that the rows go which an earlier reading of the file brought on `dates` and this one has not.

        The site may have named a store otherwise since, so that they lie under keys that the file has no more.
        """
        held = self.on(table, dates).filter(pl.col("file_id") == file_id) if dates.len() else None
        if held is None:
            return change
        for known in (change.confirmed, change.superseded):
            held = held.join(known.lazy(), on=list(_ROW), how="anti")
        return replace(change, superseded=pl.concat([change.superseded, held.collect(engine="streaming")]))

    def on(self, table: str, dates: pl.Series) -> pl.LazyFrame:
        """The rows of `table` on `dates`."""
        day = pl.col("business_date")
        return self.rows(table, _first(dates), _last(dates)).filter(day.is_in(dates.unique().implode()))

    def _found(self, table: str, rows: pl.DataFrame) -> pl.DataFrame | None:
        """Where receipts of `rows` may be held, whenever that was (`ReceiptIndex.find`); None for other tables."""
        if "receipt_id" not in TABLES[table].columns:
            return None
        index = ReceiptIndex(self._folder / f"{table}-receipts", lambda month: self.rows(table, month, last_day(month)))
        return index.find(self._by_month(table, pl.col("path").sort()), rows)

    def _astray(self, table: str, rows: pl.DataFrame, found: pl.DataFrame, stores: pl.Series | None) -> pl.DataFrame:
        """Held rows of the receipts of `rows` that lie far from their dates, or in a store that is none of `stores`."""
        homeless = pl.lit(value=False) if stores is None else ~pl.col("store_id").is_in(stores.implode())
        far = ~pl.col("business_date").is_between(*_around(rows))
        wanted = found.filter(homeless | (far & (pl.col("store_id") == pl.col("sought_for"))))
        if wanted.is_empty():
            return rows.clear()
        receipts = rows.lazy().select("system", "receipt_id").unique()
        held = self.on(table, wanted["business_date"]).filter(homeless | far)
        return held.join(receipts, on=receipts.collect_schema().names(), how="semi").collect(engine="streaming")

    def _elsewhere(
        self, table: str, rows: pl.DataFrame, found: pl.DataFrame | None, homed: pl.Series | None
    ) -> tuple[pl.DataFrame, Elsewhere]:
        """Rows of other files that `rows` may tell again under another store, and which do."""
        known, days = TABLES[table], rows["business_date"].unique()
        if found is None and homed is None:
            days = days.clear()
        if found is not None:
            elsewhere = found.filter(pl.col("store_id") != pl.col("sought_for"))
            days = days.filter(days.is_in(elsewhere["business_date"].implode()))
        files = self.on(table, days).filter(~pl.col("file_id").is_in(rows["file_id"].unique().implode()))
        keys = rows.lazy().select(name for name in known.key if name != "store_id").unique()
        others = files.join(keys, on=keys.collect_schema().names(), how="semi", nulls_equal=True)
        held = rows.clear() if days.is_empty() else others.collect(engine="streaming")
        if found is not None:
            return held, receipts_elsewhere(known, held, rows)
        return held, days_elsewhere(known, held, rows, rows.filter(_numbered(homed)))

    def _by_month(self, table: str, what: pl.Expr) -> dict[date, Any]:
        """What there is of the table's data files by month, by its log alone."""
        opened = self._table(table)
        if opened is None:
            return {}
        files = pl.DataFrame(opened.get_add_actions(flatten=True))
        return dict(files.group_by(pl.col("partition.business_date").dt.truncate("1mo")).agg(what).rows())

    def commit(self, table: str, change: Restatement, file_id: str, attempt: int = 1) -> None:
        """Put a file's rows into the lake, once an attempt; they are on disk when this returns."""
        if change.new.is_empty() and change.superseded.is_empty():
            return
        if change.superseded.is_empty():
            rows, predicate = change.new, None
        else:
            rows, predicate = self._replacing(table, change)
        self._write(table, rows, "business_date", predicate, [Transaction(app_id=file_id, version=attempt)])

    def committed(self, table: str, file_id: str, attempt: int = 1) -> bool:
        """Whether an attempt at a file reached the lake."""
        opened = self._table(table)
        return opened is not None and (opened.transaction_version(file_id) or 0) >= attempt

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

    def check(self) -> None:
        """Raise BrokenLake if a power cut or a lost file has damaged a table."""
        for name in (*TABLES, "facts", "days"):
            self._table(name)

    # -- facts

    def facts(self) -> pl.DataFrame:
        """Every fact that was measured, as `tables.FACTS`."""
        return self._measured("facts", FACTS)

    def replace_facts(self, facts: pl.DataFrame, months: Sequence[date]) -> None:
        """Replace the facts of `months`."""
        self._replace("facts", facts.select(FACTS.keys()), months)

    def days(self) -> pl.DataFrame:
        """What was sold and worked by store and day, as `measured.DAYS`."""
        return self._measured("days", DAYS)

    def replace_days(self, days: pl.DataFrame, months: Sequence[date]) -> None:
        """Replace the days of `months`."""
        self._replace("days", days.select(DAYS.keys()), months)

    def _measured(self, name: str, schema: Schema) -> pl.DataFrame:
        opened = self._table(name)
        return empty(schema) if opened is None else pl.scan_delta(opened).select(schema.keys()).collect()

    def _replace(self, name: str, rows: pl.DataFrame, months: Sequence[date]) -> None:
        quoted = ", ".join(f"'{m}'" for m in months)
        self._write(name, rows, "month", f"month IN ({quoted})" if self._table(name) else None)

    # -- tables

    def _table(self, name: str) -> DeltaTable | None:
        """The table as it is now; it is opened once, which costs more than reading most of what is asked of it."""
        path = self._folder / name
        if self._versions is not None:
            return self._table_then(path, self._versions.get(name, -1))
        newest = max((path / "_delta_log").glob("[0-9]*.json"), default=None)
        if newest is None:
            return None
        if name not in self._opened:
            self._opened[name] = whole(path, newest)
        elif self._opened[name].version() != int(newest.stem):
            self._opened[name].update_incremental()
        return self._opened[name]

    def _table_then(self, path: Path, version: int) -> DeltaTable | None:
        if path.name not in self._opened and version >= 0:
            self._opened[path.name] = at_version(path, version)
        return self._opened.get(path.name)

    # -- versions

    def version(self, name: str) -> int:
        """The version of a table; -1: it is not there."""
        opened = self._table(name)
        return -1 if opened is None else opened.version()

    def version_before(self, name: str, moment: datetime) -> int:
        """The version that the commits before `moment` made, by their own clocks; -1: there was none."""
        opened, until = self._table(name), moment.timestamp() * 1000
        commits = [] if opened is None else opened.history()
        return max((c["version"] for c in commits if c.get("timestamp", until) < until), default=-1)

    def vacuum(self, days: int) -> int:
        """Delete the data files that no version of the last `days` days needs; how many those were."""
        opened = [table for name in (*TABLES, "facts", "days") if (table := self._table(name)) is not None]
        return sum(len(table.vacuum(days * 24, dry_run=False, enforce_retention_duration=False)) for table in opened)

    def _write(
        self,
        name: str,
        rows: pl.DataFrame,
        partition: str,
        predicate: str | None,
        once: list[Transaction] | None = None,
    ) -> None:
        path, commit = self._folder / name, CommitProperties(app_transactions=once)
        how: dict[str, Any] = {"partition_by": partition, "commit_properties": commit}
        how |= {"mode": "append"} if predicate is None else {"mode": "overwrite", "predicate": predicate}
        opened = self._table(name)
        held = rows.columns if opened is None else [field.name for field in opened.schema().fields]
        how |= {"schema_mode": "merge"} if set(rows.columns) - set(held) else {}
        write_deltalake(opened or path, rows, post_commithook_properties=_REMEMBER, **how)
        _sync_commit(path)


def _around(rows: pl.DataFrame) -> tuple[date, date]:
    return _first(rows["business_date"]) - NEAR, _last(rows["business_date"]) + NEAR


def _numbered(row_nos: pl.Series | None) -> pl.Expr:
    return pl.lit(value=False) if row_nos is None else pl.col("row_no").is_in(row_nos.implode())


def _first(dates: pl.Series) -> date:
    return dates.min()  # type: ignore[return-value]


def _last(dates: pl.Series) -> date:
    return dates.max()  # type: ignore[return-value]


def _sync_commit(path: Path) -> None:
    log = path / "_delta_log"
    newest = max(log.glob("*.json"))
    actions = [json.loads(line) for line in newest.read_text().splitlines()]
    added = [path / action["add"]["path"] for action in actions if "add" in action]
    checkpoints = [*log.glob("_last_checkpoint"), *sorted(log.glob("*.checkpoint.parquet"))[-1:]]
    for changed in (*added, newest, *checkpoints, *{file.parent for file in added}, log, path):
        sync(changed)
