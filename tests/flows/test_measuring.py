"""Measuring months: which of them are measured again, and what a person did in each store."""

from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import polars as pl
import pytest

from flows.console import PlainTeller
from flows.lake import Lake
from flows.ledger import Ledger
from flows.months.compose import compose
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


def test_a_persons_sales_of_days_she_did_not_clock_are_not_divided_by_the_hours_of_others(site: Path) -> None:
    days = [date(2026, 10, 5), date(2026, 10, 6)]
    deliver(site, "sales/a.csv", [sale("HN02", day, f"r{day}", 600, person="NV1") for day in days])
    hours = ["HN02,NV1,2026-10-05,6", "HN02,NV2,2026-10-05,6", "HN02,NV2,2026-10-06,6"]
    deliver(site, "attendance/a.csv", hours, "store_id,employee_id,date,worked_hours")
    night(site)
    facts = Lake(site / "lake").facts().filter(kpi="sales_per_labour_hour")
    sums = facts.select("group_id", pl.col("numerator", "denominator").cast(pl.Int64)).rows()
    assert {group: (sold, worked) for group, sold, worked in sums if worked} == {
        **dict.fromkeys(("tiny", "north", "HN02"), (1200, 18)),
        "HN02.bar": (1200, 18),
        "barista": (600, 18),
        "NV1": (600, 6),
        "HN02/NV1": (600, 6),
        "NV2": (None, 12),
        "HN02/NV2": (None, 12),
    }


def test_a_department_shows_what_a_person_did_while_she_stood_in_it(site: Path) -> None:
    toml, people = site / "kpi.toml", site / "people.csv"
    toml.write_text(
        toml.read_text("utf-8").replace("[positions]", 'till = { vi = "Thu ngân", en = "Till" }\n[positions]'), "utf-8"
    )
    text = people.read_text("utf-8").replace("HN01,2023-01-01,,1", "HN01,2023-01-01,2026-10-10,1")
    people.write_text(f"{text}NV1,Ánh,barista,till,HN01,2026-10-11,,\n", "utf-8")
    deliver(site, "sales/a.csv", [sale("HN01", date(2026, 10, day), f"r{day}", 10 * day) for day in (5, 15, 20)])
    night(site)
    found = compose(load_site(site), Lake(site / "lake"), Ledger(site / "ledger.db"), date(2026, 10, 1), ())
    sold = {view.group.id: [int(who.values["net_sales"] or 0) for who in view.people] for view in found}
    assert (sold["HN01.bar"], sold["HN01.till"], sold["HN01"]) == ([50], [350], [400])
