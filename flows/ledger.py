"""The ledger: what was delivered, what became of it, what has to be measured and what was issued.

SQLite in WAL mode with synchronous=FULL: what it has said survives a kill and a power cut.
"""

import errno
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import polars as pl

from flows.ledger_schema import HELD_OUT, statements
from flows.settlement import CONTROL, HELD_BACK, MENDED, REPLACED, Settlement, from_json

CLAIMED, PREPARED, LOADED, REFUSED = "claimed", "prepared", "loaded", "refused"


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
    claimed_at: str = ""

    @property
    def month(self) -> date:
        """The month it was delivered in."""
        return date.fromisoformat(self.claimed_at[:10]).replace(day=1)


class Ledger:
    """The ledger of one site."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _told(path):
            self._db = sqlite3.connect(path, isolation_level=None, timeout=60)
            [(version,)] = self._db.execute("PRAGMA user_version")
            columns = self._db.execute(
                "SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c"
            )
            self._db.executescript(statements(path, version, [name for (name,) in columns]))
        self._path = path

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Everything said inside is said at once, or not at all; what is within another is part of that."""
        if self._db.in_transaction:
            yield
            return
        with _told(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def asked(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What the ledger answers; rooms that keep tables of their own in it ask and say through here."""
        with _told(self._path):
            return self._db.execute(query, values).fetchall()

    def say(self, statement: str, *values: object) -> None:
        """Have one statement stand, by itself or with what else is said `together`."""
        with _told(self._path):
            self._db.execute(statement, values)

    # -- files

    def claim(self, file_id: str, *, name: str, folder: str, size: int, archived: str, at: datetime) -> FileEntry:
        """Note a delivery; the same bytes are claimed once, under their first name.

        Bytes that were refused, or had rows kept out, are tried again: the site may have learnt to read them since.
        What was refused is known by its new name: it may lie in the right folder now.
        """
        moved = "UPDATE files SET name = ?, folder = ? WHERE file_id = ? AND state = ?"
        again = (
            "UPDATE files SET state = ?1, attempt = attempt + 1 WHERE file_id = ?2 AND (state = ?3 OR state = ?4 "  # noqa: S608
            f"AND {HELD_OUT})"
        )
        with self.together():
            self._db.execute(
                "INSERT OR IGNORE INTO files (file_id, name, folder, size, archived, claimed_at, state) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (file_id, name, folder, size, archived, at.isoformat(), CLAIMED),
            )
            self._db.execute(moved, (name, folder, file_id, REFUSED))
            self._db.execute(again, (CLAIMED, file_id, REFUSED, LOADED))
            self._db.execute("INSERT INTO deliveries VALUES (?, ?, ?)", (file_id, name, at.isoformat()))
        return self.file(file_id)

    def file(self, file_id: str) -> FileEntry:
        """The entry of one file."""
        [row] = self.asked("SELECT * FROM entries WHERE file_id = ?", file_id)
        return FileEntry(*row)

    def files(self) -> list[FileEntry]:
        """Every file that was delivered, in the order of arrival."""
        return [FileEntry(*row) for row in self.asked("SELECT * FROM entries ORDER BY seq")]

    def unfinished(self) -> list[FileEntry]:
        """Files that were claimed but neither loaded nor refused, in the order of their arrival."""
        query = "SELECT * FROM entries WHERE state IN (?, ?) ORDER BY seq"
        return [FileEntry(*row) for row in self.asked(query, CLAIMED, PREPARED)]

    def newer(self, entry: FileEntry, table: str) -> list[str]:
        """The files of `table` that arrived after `entry`, those among them that are about to be read again."""
        query = "SELECT file_id FROM files WHERE seq > ? AND table_name = ? ORDER BY seq"
        return [file_id for (file_id,) in self.asked(query, entry.seq, table)]

    def reopen(self, *, everything: bool = False) -> list[FileEntry]:
        """Have every file that was refused, or had rows kept out or of no store, tried again; or `everything`."""
        which = "1" if everything else f"state = '{REFUSED}' OR state = '{LOADED}' AND {HELD_OUT}"
        with self.together():
            for table in ("control", "held_back", "replacements") if everything else ():
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608
            self._db.execute(f"UPDATE files SET state = ?, attempt = attempt + 1 WHERE {which}", (CLAIMED,))  # noqa: S608
        return self.unfinished()

    def prepare(self, file_id: str, settlement: Settlement) -> None:
        """Note what is about to be committed to the lake, so that a run after a crash can finish it."""
        with self.together():
            self._db.execute(
                "UPDATE files SET state = ?, result = ? WHERE file_id = ?", (PREPARED, settlement.as_json(), file_id)
            )

    def settlement(self, file_id: str) -> Settlement:
        """What `prepare` noted, or `settle` said last."""
        [(text,)] = self.asked("SELECT result FROM files WHERE file_id = ?", file_id)
        return from_json(text)

    def settle(self, file_id: str, settlement: Settlement) -> None:
        """Say what became of a file; its months, and those it changed, are to be measured again."""
        control = settlement.control
        with self.together():
            accounts = (settlement, replace(settlement, control=self.account(file_id)))
            named = (settlement.state, settlement.table, settlement.profile, settlement.sentence)
            said = "UPDATE files SET state = ?, table_name = ?, profile = ?, sentence = ?, result = ? WHERE file_id = ?"
            self._db.execute(said, (*named, settlement.as_json(), file_id))
            self._db.execute("INSERT OR REPLACE INTO untold VALUES (?)", (file_id,))
            mended = self.asked(_MENDED, file_id)
            for table, column in (("control", "file_id"), ("held_back", "file_id"), ("replacements", "by_id")):
                self._db.execute(f"DELETE FROM {table} WHERE {column} = ?", (file_id,))  # noqa: S608
            self._put("control", (file_id,), control.select(CONTROL.names()))
            self._put("held_back", (), settlement.held_back.select(HELD_BACK.names()), (None,))
            self._put("replacements", (file_id,), settlement.replaced.select(REPLACED.names()))
            self._db.executemany(_MENDED_BY, mended)
            self._mend(file_id, settlement.mended)
            self._db.executemany(
                "INSERT INTO months (month, dirty) VALUES (?, 1) ON CONFLICT (month) DO UPDATE SET dirty = 1",
                ((month.isoformat(),) for account in accounts for month in account.touched),
            )
            beside = ((month.isoformat(),) for account in accounts for month in account.next_to)
            self._db.executemany("UPDATE months SET dirty = 1 WHERE month = ?", beside)

    def _put(self, table: str, before: tuple[Any, ...], rows: pl.DataFrame, after: tuple[Any, ...] = ()) -> None:
        places = ", ".join("?" * (len(before) + rows.width + len(after)))
        texts = ((*before, *_texts(row), *after) for row in rows.iter_rows())
        self._db.executemany(f"INSERT INTO {table} VALUES ({places})", texts)  # noqa: S608

    def _mend(self, file_id: str, mended: pl.DataFrame) -> None:
        self._db.execute("UPDATE held_back SET mended_by = NULL WHERE mended_by = ?", (file_id,))
        self._db.executemany(_MENDED_BY, ((file_id, *_texts(row)) for row in mended.select(MENDED.names()).rows()))

    # -- accounts

    def control(self, month: date) -> pl.DataFrame:
        """The control totals (file_id and CONTROL) of `month`, from every file.

        A quarantined row that came well with a later file is `mended`: its own quarantine is taken back by a negative.
        """
        mended = "FROM held_back JOIN files USING (file_id) WHERE held_back.month = ?1 AND mended_by IS NOT NULL"
        of_row = "file_id, table_name, store_id, business_date, month"
        query = (
            f"SELECT * FROM control WHERE month = ?1 "  # noqa: S608
            f"UNION ALL SELECT {of_row}, 'mended', NULL, 1, coalesce(amount, '0') {mended} "
            f"UNION ALL SELECT {of_row}, 'quarantined', reason, -1, "
            f"CASE WHEN amount LIKE '-%' THEN substr(amount, 2) ELSE '-' || coalesce(amount, '0') END {mended}"
        )
        return _frame(self.asked(query, month.isoformat()), {"file_id": pl.String, **CONTROL})

    def counted(self) -> pl.DataFrame:
        """The rows and money that count, by the accounts of all files: (table_name, month, rows, amount)."""
        query = "SELECT * FROM control WHERE outcome IN ('kept', 'superseded')"
        sign = pl.when(pl.col("outcome") == "kept").then(1).otherwise(-1)
        every = _frame(self.asked(query), {"file_id": pl.String, **CONTROL})
        return every.group_by("table_name", "month").agg((pl.col("rows", "amount") * sign).sum())

    def account(self, file_id: str) -> pl.DataFrame:
        """The control totals of one file, as `CONTROL`."""
        query = "SELECT * FROM control WHERE file_id = ?"
        return _frame(self.asked(query, file_id), {"file_id": pl.String, **CONTROL}).drop("file_id")

    def held_back(self, entry: FileEntry, table: str) -> pl.DataFrame:
        """The quarantined rows (`HELD_BACK`) that `entry`, which arrived later, may bring well."""
        query = (
            "SELECT h.file_id, row_no, store_id, business_date, month, reason, subject, amount "
            "FROM held_back h JOIN files f USING (file_id) WHERE f.table_name = ? AND f.seq < ? "
            "AND (mended_by IS NULL OR mended_by = ?)"
        )
        return _frame(self.asked(query, table, entry.seq, entry.file_id), HELD_BACK)

    def replacements(self, file_id: str) -> list[tuple[str, str, int]]:
        """(file_id that replaced, file_id replaced, rows) wherever `file_id` is one of them."""
        query = "SELECT by_id, file_id, rows FROM replacements WHERE by_id = ?1 OR file_id = ?1 ORDER BY by_id, file_id"
        return self.asked(query, file_id)

    def mended(self, file_id: str) -> list[tuple[str, int]]:
        """(file_id that mended, rows) for the quarantined rows of a file that came well since."""
        query = "SELECT mended_by, count(*) FROM held_back WHERE file_id = ? AND mended_by IS NOT NULL GROUP BY 1"
        return self.asked(query, file_id)

    def untold(self) -> list[FileEntry]:
        """Files whose end no summary has told yet."""
        query = "SELECT entries.* FROM entries JOIN untold USING (file_id) WHERE state IN (?, ?) ORDER BY seq"
        return [FileEntry(*row) for row in self.asked(query, LOADED, REFUSED)]

    def told(self) -> None:
        """Everything that has ended was told."""
        with self.together():
            ended = "SELECT file_id FROM files WHERE state IN (?, ?)"
            self._db.execute(f"DELETE FROM untold WHERE file_id IN ({ended})", (LOADED, REFUSED))  # noqa: S608

    # -- months

    def dirty_months(self) -> list[date]:
        """The months whose rows changed since they were measured."""
        rows = self.asked("SELECT month FROM months WHERE dirty = 1 ORDER BY month")
        return [date.fromisoformat(month) for (month,) in rows]

    def measured(self, versions: Mapping[date, str]) -> None:
        """The facts of months stand, each measured from the rows that its version names."""
        with self.together():
            rows = ((version, month.isoformat()) for month, version in versions.items())
            self._db.executemany("UPDATE months SET dirty = 0, version = ? WHERE month = ?", rows)

    def months(self) -> dict[date, str]:
        """The measured months and the version of the rows that each was measured from."""
        rows = self.asked("SELECT month, version FROM months WHERE version IS NOT NULL ORDER BY month")
        return {date.fromisoformat(month): version for month, version in rows}

    def configured(self, fingerprint: str) -> None:
        """Note how the site measures; where that changed, every month is to be measured again."""
        with self.together():
            known = self._db.execute("SELECT value FROM facts_about WHERE name = 'configuration'").fetchone()
            if known != (fingerprint,):
                self._db.execute("UPDATE months SET dirty = 1")
                self._db.execute("INSERT OR REPLACE INTO facts_about VALUES ('configuration', ?)", (fingerprint,))


_MENDED: Final = "SELECT mended_by, file_id, row_no, business_date FROM held_back WHERE file_id = ? AND mended_by <> ''"
_MENDED_BY: Final = "UPDATE held_back SET mended_by = ? WHERE (file_id, row_no) = (?, ?) AND business_date IS ?"


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What SQLite cannot do is told like any fault of a disk; a misuse of ours stays a traceback."""
    try:
        yield
    except (sqlite3.OperationalError, sqlite3.DatabaseError) as fault:
        if isinstance(fault, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise
        raise OSError(errno.EIO, f"the ledger cannot be used ({fault})", str(path)) from fault


def _frame(rows: list[tuple[Any, ...]], schema: Mapping[str, Any]) -> pl.DataFrame:
    typed = pl.Schema(schema)
    plain = {name: pl.String if dtype == pl.Date or dtype.is_decimal() else dtype for name, dtype in typed.items()}
    text = pl.DataFrame(rows, schema=plain, orient="row")
    dates = [pl.col(name).str.to_date("%Y-%m-%d") for name, dtype in typed.items() if dtype == pl.Date]
    return text.with_columns(dates).cast(dict(typed))  # type: ignore[arg-type]


def _texts(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(str(v) if isinstance(v, date | Decimal) else v for v in row)
