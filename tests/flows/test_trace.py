"""From a figure to the files and rows it stands on, and from a file to where its rows went."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path

import polars as pl
import pytest

from flows.cli import main
from flows.console import PlainTeller
from flows.lake import Lake
from flows.nightly import nightly
from flows.site import load_site
from tests.flows.chain import deliver, sale, small_site

NOW = datetime(2026, 11, 1, 2, 30, tzinfo=UTC)
DAY = date(2026, 10, 5)
CLOCKED = "store_id,employee_id,clock_in,clock_out"
QUIET = PlainTeller(StringIO())


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return small_site(tmp_path / "site")


def night(site: Path) -> None:
    nightly(load_site(site), now=NOW, teller=QUIET)


def test_a_figure_is_traced_to_files_and_a_file_to_its_rows(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, amount in (("a", 1_000), ("b", 2_000)):
        deliver(site, f"sales/{name}.csv", [sale("HN01", DAY, "r1", amount)])
        night(site)
    assert main(["trace", str(site), "net_sales", "HN01", "2026-10"]) == 0
    figure = capsys.readouterr().out
    assert "sales/b.csv" in figure
    assert "sales/a.csv" not in figure
    assert main(["trace", str(site), "--file", "a.csv"]) == 0
    assert "replaced" in capsys.readouterr().out
    assert main(["trace", str(site), "--file", "z.csv"]) == 6
    assert main(["trace", str(site), "nonsense", "HN01", "2026-10"]) == 6
    assert main(["trace", str(site)]) == 2


def test_the_rows_behind_a_figure_come_to_its_fact_at_every_level(site: Path, tmp_path: Path) -> None:
    """A person's hours are her own, so NV1, who sold and did not clock, has no sales beside hours."""
    lines = [sale("HN01", DAY, f"r{n}", 500 * n, product=drink) for n in (1, 2, 3) for drink in ("tea", "latte")]
    deliver(site, "sales/a.csv", lines)
    deliver(site, "attendance/a.csv", [f"HN01,NV2,{DAY} 08:00:00,{DAY} 16:00:00"], CLOCKED)
    night(site)
    facts = Lake(site / "lake").facts().filter(month=DAY.replace(day=1))
    for kpi, group, *wanted in (
        ("sales_per_labour_hour", "HN01", 6_000, 8),
        ("sales_per_labour_hour", "NV1", 0, None),
        ("transactions", "HN01", 3, None),
        ("turnover", "HN02", 0, 31),
    ):
        rows = tmp_path / "rows" / kpi / group
        assert main(["trace", str(site), kpi, group, f"{DAY:%Y-%m}", "--rows", str(rows)]) == 0
        fact = facts.filter(kpi=kpi, group_id=group).select("numerator", "denominator").row(0)
        assert [added(rows, "numerator"), added(rows, "denominator")] == wanted == [*fact]
    assert set(pl.read_csv(tmp_path / "rows/transactions/HN01/numerator.csv")["receipt_id"]) == {"r1", "r2", "r3"}


def added(rows: Path, part: str) -> Decimal | None:
    if not (rows / f"{part}.csv").is_file():
        return None
    cells = pl.read_csv(rows / f"{part}.csv", infer_schema=False)[part].cast(pl.Decimal(18, 4))
    return None if cells.null_count() == cells.len() else Decimal(cells.sum())
