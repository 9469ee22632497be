"""The ledger: what was delivered, what became of it, what has to be measured and what was issued.

SQLite in WAL mode with synchronous=FULL: what it has said survives a kill and a power cut.
"""

import errno
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import polars as pl

from transforms.tables import TOTAL

CLAIMED, PREPARED, LOADED, REFUSED = "claimed", "prepared", "loaded", "refused"

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS files (
    seq INTEGER PRIMARY KEY, file_id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, folder TEXT NOT NULL,
    size INTEGER NOT NULL, archived TEXT NOT NULL, claimed_at TEXT NOT NULL, state TEXT NOT NULL,
    table_name TEXT, profile TEXT, result TEXT, sentence TEXT, attempt INTEGER NOT NULL DEFAULT 1);
CREATE VIEW IF NOT EXISTS entries AS
    SELECT seq, file_id, name, folder, archived, state, table_name, profile, sentence, attempt FROM files;
CREATE TABLE IF NOT EXISTS deliveries (file_id TEXT NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS control (
    file_id TEXT NOT NULL, table_name TEXT NOT NULL, store_id TEXT, month TEXT, outcome TEXT NOT NULL,
    reason TEXT, rows INTEGER NOT NULL, amount TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS control_file ON control (file_id);
CREATE INDEX IF NOT EXISTS control_month ON control (month);
CREATE TABLE IF NOT EXISTS months (month TEXT PRIMARY KEY, dirty INTEGER NOT NULL, version TEXT);
CREATE TABLE IF NOT EXISTS facts_about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS reviews (
    month TEXT NOT NULL, level TEXT NOT NULL, group_id TEXT NOT NULL, language TEXT NOT NULL,
    content_key TEXT NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL,
    PRIMARY KEY (month, level, group_id, language));
"""

_CONTROL: dict[str, pl.DataType | type[pl.DataType]] = {
    "table_name": pl.String,
    "store_id": pl.String,
    "month": pl.Date,
    "outcome": pl.String,  # kept | quarantined | redelivered | superseded
    "reason": pl.String,  # of a quarantined row; null otherwise
    "rows": pl.Int64,
    "amount": TOTAL,
}
CONTROL: Final = pl.Schema(_CONTROL)


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One delivered file as the ledger knows it."""

    seq: int
    file_id: str
    name: str
    folder: str
    archived: str
    state: str
    table: str | None
    profile: str | None
    sentence: str | None
    attempt: int = 1


class Ledger:
    """The ledger of one site."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None, timeout=60)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Everything said inside is said at once, or not at all."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as fault:
            raise OSError(errno.EIO, str(fault), "ledger.db") from fault
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # -- files

    def claim(self, file_id: str, *, name: str, folder: str, size: int, archived: str, at: datetime) -> FileEntry:
        """Note a delivery; the same bytes are claimed once, under their first name.

        Bytes that were refused, or had rows kept out, are tried again: the site may have learnt to read them since.
        """
        again = (
            "UPDATE files SET state = ?1, attempt = attempt + 1 WHERE file_id = ?2 AND (state = ?3 OR state = ?4 "
            "AND EXISTS (SELECT 1 FROM control WHERE file_id = ?2 AND outcome = 'quarantined'))"
        )
        with self.together():
            self._db.execute(
                "INSERT OR IGNORE INTO files (file_id, name, folder, size, archived, claimed_at, state) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (file_id, name, folder, size, archived, at.isoformat(), CLAIMED),
            )
            self._db.execute(again, (CLAIMED, file_id, REFUSED, LOADED))
            self._db.execute("INSERT INTO deliveries VALUES (?, ?, ?)", (file_id, name, at.isoformat()))
        return self.file(file_id)

    def file(self, file_id: str) -> FileEntry:
        """The entry of one file."""
        row = self._db.execute("SELECT * FROM entries WHERE file_id = ?", (file_id,)).fetchone()
        return FileEntry(*row)

    def unfinished(self) -> list[FileEntry]:
        """Files that were claimed but neither loaded nor refused, in the order of their arrival."""
        query = "SELECT * FROM entries WHERE state IN (?, ?) ORDER BY seq"
        return [FileEntry(*row) for row in self._db.execute(query, (CLAIMED, PREPARED))]

    def prepare(self, file_id: str, result: Mapping[str, Any]) -> None:
        """Note what is about to be committed to the lake, so that a run after a crash can finish it."""
        self._db.execute(
            "UPDATE files SET state = ?, result = ? WHERE file_id = ?", (PREPARED, json.dumps(result), file_id)
        )

    def prepared(self, file_id: str) -> dict[str, Any]:
        """What `prepare` noted."""
        (result,) = self._db.execute("SELECT result FROM files WHERE file_id = ?", (file_id,)).fetchone()
        return dict(json.loads(result))

    def settle(
        self,
        file_id: str,
        state: str,
        *,
        table: str | None,
        profile: str | None,
        sentence: str | None,
        control: pl.DataFrame,
    ) -> None:
        """Say what became of a file, with its control totals; its months are to be measured again."""
        with self.together():
            self._db.execute(
                "UPDATE files SET state = ?, table_name = ?, profile = ?, sentence = ?, result = NULL "
                "WHERE file_id = ?",
                (state, table, profile, sentence, file_id),
            )
            self._db.execute("DELETE FROM control WHERE file_id = ?", (file_id,))
            self._db.executemany(
                "INSERT INTO control VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                ((file_id, *_texts(row)) for row in control.select(CONTROL.names()).iter_rows()),
            )
            touched = control.filter(pl.col("outcome").is_in(["kept", "superseded"]))["month"].drop_nulls().unique()
            self._db.executemany(
                "INSERT INTO months (month, dirty) VALUES (?, 1) ON CONFLICT (month) DO UPDATE SET dirty = 1",
                ((month.isoformat(),) for month in touched),
            )

    def control(self, month: date) -> pl.DataFrame:
        """The control totals (file_id and CONTROL) of every file that has rows in `month`, all of each file's."""
        query = "SELECT * FROM control WHERE file_id IN (SELECT file_id FROM control WHERE month = ?)"
        rows = self._db.execute(query, (month.isoformat(),)).fetchall()
        text = pl.DataFrame(rows, schema={"file_id": pl.String, **_AS_TEXT}, orient="row")
        return text.with_columns(pl.col("month").str.to_date("%Y-%m-%d"), pl.col("amount").cast(TOTAL))

    # -- months

    def dirty_months(self) -> list[date]:
        """The months whose rows changed since they were measured."""
        rows = self._db.execute("SELECT month FROM months WHERE dirty = 1 ORDER BY month")
        return [date.fromisoformat(month) for (month,) in rows]

    def measured(self, months: list[date], version: str) -> None:
        """The facts of `months` stand, measured from the rows that `version` names."""
        with self.together():
            self._db.executemany(
                "UPDATE months SET dirty = 0, version = ? WHERE month = ?", ((version, m.isoformat()) for m in months)
            )

    def months(self) -> dict[date, str]:
        """The measured months and the version of the rows that each was measured from."""
        rows = self._db.execute("SELECT month, version FROM months WHERE version IS NOT NULL ORDER BY month")
        return {date.fromisoformat(month): version for month, version in rows}

    def configured(self, fingerprint: str) -> None:
        """Note how the site measures; where that changed, every month is to be measured again."""
        with self.together():
            known = self._db.execute("SELECT value FROM facts_about WHERE name = 'configuration'").fetchone()
            if known != (fingerprint,):
                self._db.execute("UPDATE months SET dirty = 1")
                self._db.execute("INSERT OR REPLACE INTO facts_about VALUES ('configuration', ?)", (fingerprint,))

    # -- reviews

    def issued(self, month: date, level: str, group_id: str, language: str) -> tuple[str, str, str] | None:
        """(content key, path, sha256) of a review that was rendered before."""
        query = "SELECT content_key, path, sha256 FROM reviews WHERE (month, level, group_id, language) = (?, ?, ?, ?)"
        row: tuple[str, str, str] | None = self._db.execute(
            query, (month.isoformat(), level, group_id, language)
        ).fetchone()
        return row

    def issue(
        self, month: date, level: str, group_id: str, language: str, *, content_key: str, path: str, sha256: str
    ) -> None:
        """Note a rendered review."""
        self._db.execute(
            "INSERT OR REPLACE INTO reviews VALUES (?, ?, ?, ?, ?, ?, ?)",
            (month.isoformat(), level, group_id, language, content_key, path, sha256),
        )


_AS_TEXT: Final = {name: pl.String if dtype in (pl.Date, TOTAL) else dtype for name, dtype in CONTROL.items()}


def _texts(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(str(v) if isinstance(v, date | Decimal) else v for v in row)
