"""A large export is taken in portions, and comes to what it comes to as a whole."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from flows.ledger import Ledger
from tests.flows.chain import deliver, month_of_sales, sale, small_site
from tests.flows.test_nightly import DAY, held, run, waiting

OCTOBER, ROW = date(2026, 10, 1), ["file_id", "row_no"]
IN_PORTIONS = "settle_seconds = 0\nportion_mb = 0.001\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return in_portions(small_site(tmp_path / "site"))


def in_portions(site: Path) -> Path:
    config = site / "kpi.toml"
    config.write_text(config.read_text(encoding="utf-8").replace("settle_seconds = 0\n", IN_PORTIONS), encoding="utf-8")
    return site


def rows(site: Path) -> pl.DataFrame:
    return held(site).drop(ROW).sort(pl.all())


def files(site: Path) -> list[str]:
    ledger = Ledger(site / "ledger.db")
    return [entry.name for entry in ledger.files()]


def test_portions_come_to_the_whole(site: Path, tmp_path: Path) -> None:
    whole = small_site(tmp_path / "whole")
    for each in (site, whole):
        month_of_sales(each, OCTOBER)
    (_, told), (_, as_one) = run(site), run(whole)
    assert rows(site).equals(rows(whole))
    assert "rows: 124 delivered = 124 kept + 0 quarantined + 0 re-delivered" in told
    assert "rows: 124 delivered = 124 kept + 0 quarantined + 0 re-delivered" in as_one
    assert waiting(site) == []
    of = len(files(site))
    assert files(site) == [f"sales/2026-10.{number}-of-{of}.csv" for number in range(1, of + 1)]
    assert of > 5


def test_the_same_export_again_is_known_and_what_was_added_is_all_that_is_new(site: Path) -> None:
    month_of_sales(site, OCTOBER)
    run(site)
    first = held(site).height
    path = month_of_sales(site, OCTOBER)
    with path.open("a", encoding="utf-8") as file:
        file.write(sale("HN01", DAY, "late", 50_000) + "\n")
    night, told = run(site)
    assert held(site).height == first + 1
    assert waiting(site) == []
    assert sum(outcome.rows("kept") for outcome in night.outcomes) == 1
    assert "1 kept" in told


def test_an_export_whose_receipts_are_scattered_is_taken_whole(site: Path) -> None:
    lines = [sale("HN01", DAY, f"R{n}", 1000, product=p) for p in ("latte", "mocha") for n in range(60)]
    deliver(site, "sales/scattered.csv", lines)
    run(site)
    assert files(site) == ["sales/scattered.csv"]
    assert held(site)["line_no"].value_counts().sort("line_no").rows() == [(1, 60), (2, 60)]


def test_a_bad_portion_is_told_and_the_others_count(site: Path) -> None:
    lines = [sale("HN01", DAY, f"R{n}", 1000) for n in range(60)]
    lines[30] = lines[30].replace("HN01", "HN1O")
    deliver(site, "sales/typo.csv", lines)
    _, told = run(site)
    assert "60 delivered = 59 kept + 1 quarantined" in told
    assert "typo.2-of-4.csv: unknown store 'HN1O'" in told
