"""Receipts that come for other days than before, or for days long past: they count, and it is told."""

import gzip
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

from flows.console import PlainTeller
from flows.nightly import nightly
from flows.site import load_site
from flows.summary import night_lines
from tests.flows.chain import deliver, sale, small_site

NOW = datetime(2026, 11, 1, 2, 30, tzinfo=UTC)
OCTOBER, MAY = date(2026, 10, 5), date(2026, 5, 10)


def night(site: Path, name: str = "", letter: str = "", day: date = MAY) -> str:
    if name:
        deliver(site, f"sales/{name}.csv", [sale("HN01", day, f"{letter}{n}", 1_000 + n) for n in range(12)])
    loaded = load_site(site)
    return "\n".join(night_lines(loaded, nightly(loaded, now=NOW, teller=PlainTeller(StringIO()))))


def test_days_that_a_spreadsheet_program_exchanged_in_one_night_are_told(tmp_path: Path) -> None:
    site = small_site(tmp_path / "site")
    assert " ! " not in night(site, "may", "m", MAY)
    assert " ! " not in night(site, "october", "o", OCTOBER), "the newest day may grow"
    assert "12 to 12 receipts of HN01 on 2026-05-10; are they of 2026-10-05?" in night(site, "late", "x", MAY)
    moved = night(site, "exchanged", "o", MAY)
    assert "moves 12 receipts to other days (as from 2026-10-05 to 2026-05-10) with day and month exchanged" in moved
    [first] = (site / "archive" / "exports").glob("**/*october.csv")
    (site / "inbox" / "sales" / "october.csv.gz").write_bytes(gzip.compress(first.read_bytes()))
    assert "moves 12 receipts to other days (as from 2026-05-10 to 2026-10-05)" in night(site), "it was right before"
