"""The timeline: when each file was settled and each month measured, and which versions of the lake that made.

Moments are kept in UTC. The version of a table that is not there yet is -1; one that nobody noted is null.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

import polars as pl

from flows.lake import Lake
from flows.ledger import FileEntry, Ledger
from flows.settlement import from_json

# A row a file, table, month and store; `at`: when it was settled; `rows` that came with it, `replaced` ones of others.
TOUCHED: Final = pl.Schema(
    {
        "at": pl.String(),
        "file_id": pl.String(),
        "table_name": pl.String(),
        "month": pl.Date(),
        "store_id": pl.String(),
        "rows": pl.Int64(),
        "replaced": pl.Int64(),
    }
)
_BY: Final = ("table_name", "month", "store_id")
_EVER: Final = 1 << 62
_NEWEST: Final = "SELECT n, result FROM settlings WHERE file_id = ? AND n <= ? ORDER BY n DESC LIMIT 1"
_TOUCHED: Final = """
    SELECT s.at, file_id, c.table_name, month, store_id, sum(rows * (outcome = 'kept')),
        sum(rows * (outcome = 'superseded'))
    FROM control c JOIN (SELECT file_id, max(n) AS n, at FROM settlings WHERE n > ?1 GROUP BY file_id) s USING (file_id)
    WHERE month IN (SELECT value FROM json_each(?2)) AND outcome IN ('kept', 'superseded')
    GROUP BY s.n, file_id, c.table_name, month, store_id ORDER BY s.n, c.table_name, month, store_id"""


@dataclass(frozen=True, slots=True)
class Timeline:
    """What the ledger knows of when."""

    ledger: Ledger

    def settled(self, entry: FileEntry, table: str | None, lake: Lake, now: datetime) -> None:
        """A file was loaded or refused; it stays where it was if it was read again with the same account and rows."""
        version = lake.version(table) if table else -1
        before = self.ledger.asked(_NEWEST, entry.file_id, _EVER)
        same = before and before[0][1] and _change(self.ledger.account(entry.file_id), before[0][1]).is_empty()
        if same and not self._rewritten(before[0][0], entry, table, lake):
            self.ledger.say("UPDATE settlings SET result = NULL WHERE n = ?", before[0][0])
            if self.lake_since():
                self.ledger.say(
                    "UPDATE settlings SET version = coalesce(version, ?) WHERE n = ?", version, before[0][0]
                )
            return
        said = "INSERT INTO settlings (at, file_id, table_name, version) VALUES (?, ?, ?, ?)"
        self.ledger.say(said, stamp(now), entry.file_id, table, version)

    def _rewritten(self, n: int, entry: FileEntry, table: str | None, lake: Lake) -> bool:
        """Whether a file's rows are others since settling number `n`; in a lake made anew all are the same again."""
        [(noted,)] = self.ledger.asked("SELECT version FROM settlings WHERE n = ?", n)
        return noted is not None and table is not None and lake.committed(table, entry.file_id, entry.attempt)

    def measured(self, versions: Mapping[date, str], lake: Lake, now: datetime) -> None:
        """The facts of months were measured from rows of `versions`."""
        made = (lake.version("facts"), lake.version("days"))
        for month, version in versions.items():
            said = "INSERT INTO measurings (at, month, version, facts, days) VALUES (?, ?, ?, ?, ?)"
            self.ledger.say(said, stamp(now), month.isoformat(), version, *made)

    def now(self) -> int:
        """The number of the newest settling."""
        [(n,)] = self.ledger.asked("SELECT coalesce(max(n), 0) FROM settlings")
        return int(n)

    def made_anew(self, now: datetime) -> None:
        """The lake begins anew: no version of before is there any more."""
        with self.ledger.together():
            self.ledger.say("UPDATE settlings SET version = NULL")
            self.ledger.say("UPDATE measurings SET facts = NULL, days = NULL")
            self.ledger.say("INSERT OR REPLACE INTO facts_about VALUES ('lake_since', ?)", stamp(now))

    def lake_since(self) -> str:
        """The moment before which no version of the lake is there any more; empty: there is none such."""
        known = self.ledger.asked("SELECT value FROM facts_about WHERE name = 'lake_since'")
        return str(known[0][0]) if known else ""

    def touched(self, since: int, months: Iterable[date]) -> pl.DataFrame:
        """What the files that were settled after settling number `since` changed in `months`, as TOUCHED.

        Of a file that was read again only what is others than before; all of it, where its rows differ though as many.
        """
        wanted = json.dumps([month.isoformat() for month in months])
        rows = self.ledger.asked(_TOUCHED, since, wanted)
        today = pl.DataFrame(rows, schema={**TOUCHED, "month": pl.String}, orient="row")
        today = today.with_columns(pl.col("month").str.to_date("%Y-%m-%d"))
        return pl.concat([self._less_before(part, since) for part in today.partition_by("file_id")] or [today])

    def _less_before(self, today: pl.DataFrame, since: int) -> pl.DataFrame:
        at, file_id = today.row(0)[:2]
        known = self.ledger.asked(_NEWEST, file_id, since)
        if not (known and known[0][1]):
            return today
        before = _counted(from_json(known[0][1]).control, -1).filter(pl.col("month").is_in(today["month"].implode()))
        named = before.with_columns(at=pl.lit(at), file_id=pl.lit(file_id)).select(TOUCHED.names())
        if _change(self.ledger.account(file_id), known[0][1]).is_empty():
            return today
        return _moved(pl.concat([today, named]), ("at", "file_id", *_BY))


def _change(account: pl.DataFrame, before: str) -> pl.DataFrame:
    """What an account counts otherwise than the settlement of before did."""
    return _moved(pl.concat([_counted(account, 1), _counted(from_json(before).control, -1)]), _BY)


def _moved(parts: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    sums = parts.group_by(by).agg(pl.col("rows", "replaced").sum())
    return sums.filter((pl.col("rows") != 0) | (pl.col("replaced") != 0)).sort(by)


def _counted(control: pl.DataFrame, sign: int) -> pl.DataFrame:
    outcome, rows = pl.col("outcome"), pl.col("rows") * sign
    counting = control.filter(outcome.is_in(["kept", "superseded"]))
    sums = {"rows": rows.filter(outcome == "kept").sum(), "replaced": rows.filter(outcome == "superseded").sum()}
    return counting.group_by(_BY).agg(**sums)


def stamp(moment: datetime) -> str:
    """A moment as the timeline writes it."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")
