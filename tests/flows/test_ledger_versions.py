"""A ledger of an older version is carried over, or refused in one sentence."""

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from flows.cli import main
from flows.ledger import Ledger
from flows.ledger_schema import VERSION, StrangeLedger
from flows.months.editions import Editions
from flows.timeline import Timeline
from tests.flows.chain import small_site

# As it was before editions, the timeline and versions.
BEFORE = """
CREATE TABLE files (
    seq INTEGER PRIMARY KEY, file_id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, folder TEXT NOT NULL,
    size INTEGER NOT NULL, archived TEXT NOT NULL, claimed_at TEXT NOT NULL, state TEXT NOT NULL,
    table_name TEXT, profile TEXT, result TEXT, sentence TEXT, attempt INTEGER NOT NULL DEFAULT 1);
CREATE TABLE control (
    file_id TEXT NOT NULL, table_name TEXT NOT NULL, store_id TEXT, business_date TEXT, month TEXT,
    outcome TEXT NOT NULL, reason TEXT, rows INTEGER NOT NULL, amount TEXT NOT NULL);
CREATE TABLE months (month TEXT PRIMARY KEY, dirty INTEGER NOT NULL, version TEXT);
CREATE TABLE reviews (
    month TEXT NOT NULL, level TEXT NOT NULL, group_id TEXT NOT NULL, language TEXT NOT NULL,
    content_key TEXT NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL,
    PRIMARY KEY (month, level, group_id, language));
INSERT INTO files VALUES (1, 'abc', 'sales/a.csv', 'sales', 9, 'archive/a', '2026-11-01', 'loaded', 'sales', 'p', '{}',
    NULL, 1);
INSERT INTO months VALUES ('2026-10-01', 0, 'v1');
INSERT INTO reviews VALUES ('2026-10-01', 'store', 'HN01', 'vi', 'k', 'reviews/2026-10/store-HN01.vi.pdf', 's');
"""
# Of version 1, a row of an export was held back once.
HELD_ONCE = """
CREATE TABLE held_back (
    file_id TEXT NOT NULL, row_no INTEGER NOT NULL, store_id TEXT, business_date TEXT, month TEXT, reason TEXT,
    subject TEXT, amount TEXT, mended_by TEXT, PRIMARY KEY (file_id, row_no));
CREATE INDEX held_back_month ON held_back (month);
INSERT INTO held_back VALUES ('abc', 7, 'HN01', '2026-10-05', '2026-10-01', 'bad_date', 'an', NULL, NULL);
PRAGMA user_version = 1;
"""
NEXT_DAY = "SELECT file_id, row_no, store_id, '2026-10-06', month, reason, subject, amount, mended_by FROM held_back;"
FIRST = """
CREATE TABLE files (seq INTEGER PRIMARY KEY, file_id TEXT NOT NULL UNIQUE, claimed_at TEXT NOT NULL, state TEXT);
CREATE TABLE control (file_id TEXT NOT NULL, month TEXT, outcome TEXT NOT NULL);
"""


def made(path: Path, script: str) -> Path:
    database = sqlite3.connect(path)
    database.executescript(script)
    database.close()
    return path


def version(path: Path) -> int:
    return int(sqlite3.connect(path).execute("PRAGMA user_version").fetchone()[0])


def test_a_new_ledger_has_todays_version(tmp_path: Path) -> None:
    Ledger(tmp_path / "ledger.db").close()
    assert version(tmp_path / "ledger.db") == VERSION


def test_what_was_issued_and_settled_before_is_carried_over_once(tmp_path: Path) -> None:
    path = made(tmp_path / "ledger.db", BEFORE)
    for _ in range(2):
        ledger = Ledger(path)
        [edition] = Editions(ledger).every(date(2026, 10, 1))
        assert (edition.group_id, edition.revision, edition.format, edition.sha256) == ("HN01", 1, "pdf", "s")
        assert ledger.asked("SELECT at, file_id, table_name, version FROM settlings") == [("", "abc", "sales", None)]
        assert ledger.asked("SELECT month, version FROM measurings") == [("2026-10-01", "v1")]
        assert not ledger.asked("SELECT 1 FROM sqlite_master WHERE name = 'reviews'")
        assert Timeline(ledger).now() == 1
        ledger.close()
    assert version(path) == VERSION


def test_rows_held_back_by_version_1_are_kept_and_may_be_held_back_for_each_day(tmp_path: Path) -> None:
    path = made(tmp_path / "ledger.db", BEFORE + HELD_ONCE)
    for times in (1, 2):
        ledger = Ledger(path)
        held = ledger.asked("SELECT file_id, row_no, business_date, reason FROM held_back ORDER BY business_date")
        assert held == [("abc", 7, f"2026-10-0{5 + day}", "bad_date") for day in range(times)]
        assert ledger.asked("SELECT file_id, state FROM entries") == [("abc", "loaded")]
        ledger.close()
        assert version(path) == VERSION
        made(path, f"INSERT INTO held_back {NEXT_DAY}")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (FIRST, r"before 0.2, .*; move ledger.db and lake away and put the files of archive/exports into the inbox"),
        (f"{BEFORE} PRAGMA user_version = 99;", "made by a newer KPI Review; install that version"),
    ],
)
def test_a_ledger_that_cannot_be_carried_over_is_refused_and_left_alone(
    tmp_path: Path, script: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    site = small_site(tmp_path / "site")
    path = made(site / "ledger.db", script)
    before = path.read_bytes()
    with pytest.raises(StrangeLedger, match=words):
        Ledger(path)
    assert main(["nightly", str(site)]) == 3
    assert "KPI Review" in capsys.readouterr().err
    assert path.read_bytes() == before
