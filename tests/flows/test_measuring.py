"""Measuring months: which of them are measured again, and what a person did in each store."""

from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest

from flows.console import PlainTeller
from flows.lake import Lake
from flows.nightly import nightly
from flows.site import load_site
from tests.flows.chain import SALES_HEADER, deliver, sale, small_site

QUIET = PlainTeller(StringIO())
NOW = datetime(2026, 11, 1, 2, 30, tzinfo=UTC)


def bought(day: date, receipt: str, customer: str) -> str:
    return f"{sale('HN01', day, receipt, 50_000)},{customer}"


def night(site: Path) -> None:
    nightly(load_site(site), now=NOW, teller=QUIET)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return small_site(tmp_path / "site")


def returning(site: Path, month: date) -> tuple[int, int]:
    facts = Lake(site / "lake").facts().filter(kpi="repeat_customer_rate", level="chain", month=month)
    [row] = facts.select("numerator", "denominator").rows()
    return int(row[0]), int(row[1])


def test_late_sales_measure_the_months_again_in_which_their_customers_came_back(site: Path) -> None:
    header = f"{SALES_HEADER},customer_id"
    deliver(site, "sales/b.csv", [bought(date(2026, 8, 3), "b", "lan"), bought(date(2026, 8, 4), "c", "mai")], header)
    night(site)
    assert returning(site, date(2026, 8, 1)) == (0, 2)
    deliver(site, "sales/late.csv", [bought(date(2026, 6, 20), "a", "lan")], header)
    night(site)
    assert returning(site, date(2026, 8, 1)) == (1, 2)
