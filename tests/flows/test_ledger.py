"""The ledger: what it has said stands, and says it once."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from flows.ledger import CLAIMED, LOADED, REFUSED, FileEntry, Ledger
from flows.months.editions import Edition, Editions
from flows.settlement import CONTROL, HELD_BACK, Settlement
from tests.drawn import full

NOW = datetime(2026, 11, 1, 2, 30, tzinfo=UTC)
TOTALS = """
    table_name | store_id | month      | outcome     | reason   | rows | amount
    -----------+----------+------------+-------------+----------+------+--------
    sales      | HN01     | 2026-10-01 | kept        |          | 10   | 1_000.5
    sales      | HN01     | 2026-09-01 | redelivered |          | 3    | 300
    sales      |          | 2026-10-01 | quarantined | bad_date | 1    | 99.25
"""
HELD = """
    file_id | row_no | store_id | month      | reason   | subject | amount
    --------+--------+----------+------------+----------+---------+-------
    abc     | 7      |          | 2026-10-01 | bad_date | r7      | 99.25
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.db")


def claim(ledger: Ledger, file_id: str = "abc", name: str = "sales/a.csv") -> FileEntry:
    return ledger.claim(file_id, name=name, folder="sales", size=10, archived=f"archive/{file_id}", at=NOW)


def settle(ledger: Ledger, state: str = LOADED) -> None:
    control, held_back = full(TOTALS, CONTROL), full(HELD, HELD_BACK)
    ledger.settle("abc", Settlement(state, "sales", "p", control=control, held_back=held_back))


def test_the_same_bytes_are_claimed_once_under_their_first_name(ledger: Ledger) -> None:
    first, second = claim(ledger), claim(ledger, name="sales/renamed.csv")
    assert (first.seq, first.name) == (second.seq, second.name) == (1, "sales/a.csv")
    assert [e.file_id for e in ledger.unfinished()] == ["abc"]


def test_a_file_may_be_tried_again_until_all_its_rows_are_in(ledger: Ledger) -> None:
    claim(ledger)
    settle(ledger, REFUSED)
    assert claim(ledger).state == CLAIMED
    settle(ledger)
    assert claim(ledger).state == CLAIMED, "rows were kept out of it"
    clean = full(TOTALS, CONTROL).filter(pl.col("outcome") != "quarantined")
    ledger.settle("abc", Settlement(LOADED, "sales", "p", control=clean))
    assert claim(ledger).state == LOADED
    assert ledger.unfinished() == []


def test_control_totals_come_back_exactly(ledger: Ledger) -> None:
    claim(ledger)
    settle(ledger)
    totals = ledger.control(date(2026, 10, 1))
    assert totals["amount"].sum() == Decimal("1099.75")
    assert ledger.account("abc").sort("rows").equals(full(TOTALS, CONTROL).sort("rows"))
    assert ledger.control(date(2026, 8, 1)).is_empty()


def test_only_months_that_gained_or_lost_rows_are_measured_again(ledger: Ledger) -> None:
    claim(ledger)
    settle(ledger)
    assert ledger.dirty_months() == [date(2026, 10, 1)]
    ledger.measured(dict.fromkeys(ledger.dirty_months(), "v1"))
    assert ledger.dirty_months() == []
    assert ledger.months() == {date(2026, 10, 1): "v1"}


def test_settling_twice_counts_once(ledger: Ledger) -> None:
    claim(ledger)
    settle(ledger)
    settle(ledger)
    assert ledger.control(date(2026, 10, 1))["rows"].sum() == 11


def test_what_is_said_together_is_said_at_once_or_not_at_all(ledger: Ledger) -> None:
    claim(ledger)
    bad = full(TOTALS, CONTROL).with_columns(outcome=pl.lit(None, pl.String))
    with pytest.raises(Exception, match="NOT NULL"):
        ledger.settle("abc", Settlement(LOADED, "sales", "p", control=bad))
    assert [e.state for e in ledger.unfinished()] == [CLAIMED]
    assert ledger.dirty_months() == []


def test_the_newest_revision_of_an_issued_file_is_found(ledger: Ledger) -> None:
    month, editions = date(2026, 10, 1), Editions(ledger)
    assert editions.find(month, "store", "HN01", "vi", "pdf") is None
    first = Edition(month, "store", "HN01", 1, "vi", "pdf", "k", "reviews/x.pdf", "s", "2026-11-03T06:00:00+07:00")
    second, sheet = replace(first, revision=2, content_key="k2"), replace(first, format="xlsx")
    for edition in (first, second, sheet):
        editions.issue(edition)
    assert editions.newest(month) == [second, sheet]
    assert editions.find(month, "store", "HN01", "vi", "pdf") == second
    assert editions.find(month, "store", "HN01", "en", "pdf") is None


def test_a_quarantined_row_that_came_well_with_a_later_file_is_no_longer_held_back(ledger: Ledger) -> None:
    claim(ledger)
    settle(ledger)
    later = claim(ledger, "def", "sales/b.csv")
    waiting = ledger.held_back(later, "sales")
    assert waiting.equals(full(HELD, HELD_BACK))
    for _ in range(2):
        ledger.settle("def", Settlement(LOADED, "sales", "p", mended=waiting))
    totals = ledger.control(date(2026, 10, 1)).group_by("outcome").agg(pl.col("rows", "amount").sum()).sort("outcome")
    assert totals["outcome"].to_list() == ["kept", "mended", "quarantined"]
    assert totals["rows"].to_list() == [10, 1, 0]
    assert totals["amount"].to_list() == [Decimal("1000.5"), Decimal("99.25"), 0]
    assert claim(ledger).state == LOADED, "nothing of it is kept out any more"


def test_a_damaged_ledger_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(OSError, match="the ledger cannot be used"):
        Ledger(tmp_path / "ledger.db")
