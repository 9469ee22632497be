"""The ledger: what it has said stands, and says it once."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from flows.ledger import CLAIMED, CONTROL, LOADED, REFUSED, FileEntry, Ledger
from tests.drawn import full

NOW = datetime(2026, 11, 1, 2, 30, tzinfo=UTC)
TOTALS = """
    table_name | store_id | month      | outcome     | reason   | rows | amount
    -----------+----------+------------+-------------+----------+------+--------
    sales      | HN01     | 2026-10-01 | kept        |          | 10   | 1_000.5
    sales      | HN01     | 2026-09-01 | redelivered |          | 3    | 300
    sales      |          |            | quarantined | bad_date | 1    | 99.25
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.db")


def claim(ledger: Ledger, file_id: str = "abc", name: str = "sales/a.csv") -> FileEntry:
    return ledger.claim(file_id, name=name, folder="sales", size=10, archived=f"archive/{file_id}", at=NOW)


def settle(ledger: Ledger, state: str = LOADED) -> None:
    control = full(TOTALS, CONTROL)
    ledger.settle("abc", state, table="sales", profile="p", sentence=None, control=control)


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
    ledger.settle("abc", LOADED, table="sales", profile="p", sentence=None, control=clean)
    assert claim(ledger).state == LOADED
    assert ledger.unfinished() == []


def test_control_totals_come_back_exactly(ledger: Ledger) -> None:
    claim(ledger)
    settle(ledger)
    totals = ledger.control(date(2026, 10, 1))
    assert totals["amount"].sum() == Decimal("1399.75")
    assert totals.drop("file_id").sort("rows").equals(full(TOTALS, CONTROL).sort("rows"))
    assert ledger.control(date(2026, 8, 1)).is_empty()


def test_only_months_that_gained_or_lost_rows_are_measured_again(ledger: Ledger) -> None:
    claim(ledger)
    settle(ledger)
    assert ledger.dirty_months() == [date(2026, 10, 1)]
    ledger.measured(ledger.dirty_months(), "v1")
    assert ledger.dirty_months() == []
    assert ledger.months() == {date(2026, 10, 1): "v1"}


def test_settling_twice_counts_once(ledger: Ledger) -> None:
    claim(ledger)
    settle(ledger)
    settle(ledger)
    assert ledger.control(date(2026, 9, 1))["rows"].sum() == 14


def test_what_is_said_together_is_said_at_once_or_not_at_all(ledger: Ledger) -> None:
    claim(ledger)
    bad = full(TOTALS, CONTROL).with_columns(outcome=pl.lit(None, pl.String))
    with pytest.raises(Exception, match="NOT NULL"):
        ledger.settle("abc", LOADED, table="sales", profile="p", sentence=None, control=bad)
    assert [e.state for e in ledger.unfinished()] == [CLAIMED]
    assert ledger.dirty_months() == []


def test_an_issued_review_is_found_again(ledger: Ledger) -> None:
    month = date(2026, 10, 1)
    assert ledger.issued(month, "store", "HN01", "vi") is None
    ledger.issue(month, "store", "HN01", "vi", content_key="k", path="reviews/x.pdf", sha256="s")
    assert ledger.issued(month, "store", "HN01", "vi") == ("k", "reviews/x.pdf", "s")
    assert ledger.issued(month, "store", "HN01", "en") is None
