"""The tables of the ledger, in SQL, and how a ledger of an older version becomes one of today."""

from collections.abc import Collection
from pathlib import Path
from typing import Final

from transforms.problem import Problem

VERSION: Final = 2
# That a file has rows which neither itself nor a later file has brought well, or that are of no store.
HELD_OUT: Final = """file_id IN (SELECT file_id FROM held_back WHERE mended_by IS NULL UNION SELECT file_id FROM control
    WHERE outcome = 'kept' AND store_id IS NULL AND table_name <> 'ratings')"""

SCHEMA: Final = """
PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
CREATE TABLE IF NOT EXISTS files (
    seq INTEGER PRIMARY KEY, file_id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, folder TEXT NOT NULL,
    size INTEGER NOT NULL, archived TEXT NOT NULL, claimed_at TEXT NOT NULL, state TEXT NOT NULL,
    table_name TEXT, profile TEXT, result TEXT, sentence TEXT, attempt INTEGER NOT NULL DEFAULT 1);
DROP VIEW IF EXISTS entries;
CREATE VIEW entries AS
    SELECT seq, file_id, name, folder, archived, state, table_name, profile, sentence, attempt, claimed_at FROM files;
CREATE TABLE IF NOT EXISTS deliveries (file_id TEXT NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS control (
    file_id TEXT NOT NULL, table_name TEXT NOT NULL, store_id TEXT, business_date TEXT, month TEXT,
    outcome TEXT NOT NULL, reason TEXT, rows INTEGER NOT NULL, amount TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS control_file ON control (file_id);
CREATE INDEX IF NOT EXISTS control_month ON control (month);
CREATE TABLE IF NOT EXISTS held_back (
    file_id TEXT NOT NULL, row_no INTEGER NOT NULL, store_id TEXT, business_date TEXT, month TEXT, reason TEXT,
    subject TEXT, amount TEXT, mended_by TEXT);
CREATE INDEX IF NOT EXISTS held_back_month ON held_back (month);
CREATE INDEX IF NOT EXISTS held_back_file ON held_back (file_id, row_no);
CREATE TABLE IF NOT EXISTS replacements (by_id TEXT NOT NULL, file_id TEXT NOT NULL, rows INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS replacements_by ON replacements (by_id);
CREATE TABLE IF NOT EXISTS untold (file_id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS months (month TEXT PRIMARY KEY, dirty INTEGER NOT NULL, version TEXT);
CREATE TABLE IF NOT EXISTS facts_about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS editions (
    month TEXT NOT NULL, level TEXT NOT NULL, group_id TEXT NOT NULL, revision INTEGER NOT NULL, language TEXT NOT NULL,
    format TEXT NOT NULL, content_key TEXT NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL, issued_at TEXT NOT NULL,
    PRIMARY KEY (month, level, group_id, revision, language, format));
CREATE TABLE IF NOT EXISTS letters (
    seq INTEGER PRIMARY KEY, letter_id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, month TEXT NOT NULL,
    address TEXT NOT NULL, name TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL, html TEXT NOT NULL,
    made_at TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, due_at TEXT NOT NULL, said TEXT);
CREATE TABLE IF NOT EXISTS letter_parts (
    letter_id TEXT NOT NULL, level TEXT NOT NULL, group_id TEXT NOT NULL, revision INTEGER NOT NULL,
    figures TEXT NOT NULL, PRIMARY KEY (letter_id, level, group_id));
CREATE TABLE IF NOT EXISTS letter_files (
    letter_id TEXT NOT NULL, level TEXT NOT NULL, group_id TEXT NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL,
    name TEXT NOT NULL, attached INTEGER NOT NULL, PRIMARY KEY (letter_id, path));
CREATE TABLE IF NOT EXISTS letter_events (
    letter_id TEXT NOT NULL, at TEXT NOT NULL, state TEXT NOT NULL, said TEXT NOT NULL);
CREATE VIEW IF NOT EXISTS sent_reviews AS
    SELECT l.month, p.level, p.group_id, p.revision, l.address AS recipient, l.state
    FROM letters l JOIN letter_parts p USING (letter_id);
CREATE TABLE IF NOT EXISTS runs (
    seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, month TEXT, whole INTEGER NOT NULL, began TEXT NOT NULL, ended TEXT,
    outcome TEXT, counts TEXT NOT NULL DEFAULT '{}');
CREATE TABLE IF NOT EXISTS notices (kind TEXT NOT NULL, day TEXT NOT NULL, PRIMARY KEY (kind, day));
CREATE TABLE IF NOT EXISTS settlings (
    n INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, file_id TEXT NOT NULL, table_name TEXT, version INTEGER,
    result TEXT);
CREATE INDEX IF NOT EXISTS settlings_file ON settlings (file_id);
CREATE TRIGGER IF NOT EXISTS settled_otherwise BEFORE UPDATE OF result ON files
    WHEN OLD.state = 'claimed' AND OLD.result IS NOT NULL BEGIN
    UPDATE settlings SET result = OLD.result WHERE n = (SELECT max(n) FROM settlings WHERE file_id = OLD.file_id);
END;
CREATE TABLE IF NOT EXISTS measurings (
    n INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, month TEXT NOT NULL, version TEXT NOT NULL,
    facts INTEGER, days INTEGER);
CREATE TABLE IF NOT EXISTS pins (
    month TEXT NOT NULL, level TEXT NOT NULL, group_id TEXT NOT NULL, revision INTEGER NOT NULL, names TEXT NOT NULL,
    path TEXT NOT NULL, sha256 TEXT NOT NULL, made_of TEXT NOT NULL, settled INTEGER NOT NULL, pinned_at TEXT NOT NULL,
    PRIMARY KEY (month, level, group_id, revision));
CREATE TABLE IF NOT EXISTS closings (month TEXT PRIMARY KEY, closed_at TEXT NOT NULL, made_of TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS pruned (month TEXT PRIMARY KEY, at TEXT NOT NULL, files INTEGER NOT NULL);
"""
# A ledger that had no version: what was issued stood in `reviews`, and nobody noted when a file was settled.
_FROM_0: Final = """
BEGIN IMMEDIATE;
{issued}
INSERT INTO settlings (at, file_id, table_name)
    SELECT '', file_id, table_name FROM files WHERE state IN ('loaded', 'refused') ORDER BY seq;
INSERT INTO measurings (at, month, version) SELECT '', month, version FROM months WHERE version IS NOT NULL;
PRAGMA user_version = 1;
COMMIT;
"""
# Up to version 1 a row of an export was held back once; one row of a sheet may be a whole month.
_FROM_1: Final = """
BEGIN IMMEDIATE;
CREATE TABLE held_rows (
    file_id TEXT NOT NULL, row_no INTEGER NOT NULL, store_id TEXT, business_date TEXT, month TEXT, reason TEXT,
    subject TEXT, amount TEXT, mended_by TEXT);
INSERT INTO held_rows SELECT * FROM held_back;
DROP TABLE held_back;
ALTER TABLE held_rows RENAME TO held_back;
CREATE INDEX held_back_month ON held_back (month);
CREATE INDEX held_back_file ON held_back (file_id, row_no);
PRAGMA user_version = 2;
COMMIT;
"""
_ISSUED: Final = """
INSERT OR IGNORE INTO editions
    SELECT month, level, group_id, 1, language, 'pdf', content_key, path, sha256, '' FROM reviews;
DROP TABLE reviews;
"""


class StrangeLedger(Problem):
    """The ledger was made by a version whose accounts cannot be carried over."""


def statements(path: Path, version: int, columns: Collection[str]) -> str:
    """What makes a ledger of `version` with `columns` (table.column; none: a new one) one of today.

    Raises:
        StrangeLedger: it is newer than this program, or older than the accounts by store-day.

    """
    if version == VERSION:
        return SCHEMA
    if version > VERSION:
        raise StrangeLedger(f"{path} was made by a newer KPI Review; install that version or a newer one.")
    if "files.seq" in columns and not {"files.attempt", "control.business_date"} <= set(columns):
        raise StrangeLedger(
            f"{path} was made by a KPI Review of before 0.2, whose accounts cannot be carried over; move ledger.db and "
            f"lake away and put the files of archive/exports into the inbox again."
        )
    from_0 = _FROM_0.format(issued=_ISSUED if "reviews.path" in columns else "") if version == 0 else ""
    return SCHEMA + from_0 + _FROM_1
