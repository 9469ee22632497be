"""The generated chain through the whole road, in both twins: the generator's own truth comes out, and its stories."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from flows.console import PlainTeller
from flows.lake import Lake
from flows.ledger import Ledger
from flows.months.compose import compose
from flows.months.facts import tables
from flows.nightly import Night, nightly
from flows.sample import SampleSummary, Scale, write_night, write_sample
from flows.site import load_site
from reports.review import Review
from tests.method.test_measure_whole import by_duckdb
from transforms.calendar import last_day
from transforms.tables import LEVELS

SCALE = Scale(months=15, receipts_per_day=12)
OCTOBER = date(2026, 10, 1)
NOW = datetime(2026, 11, 1, 2, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
OUTCOMES = ("kept", "quarantined", "redelivered", "superseded")


@dataclass(frozen=True)
class Road:
    folder: Path
    summary: SampleSummary
    night: Night
    reviews: dict[str, Review]

    @property
    def lake(self) -> Lake:
        return Lake(self.folder / "lake")


@pytest.fixture(scope="module", params=["vi", "en"])
def road(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Road:
    folder = tmp_path_factory.mktemp(f"road_{request.param}")
    summary = write_sample(folder, SCALE, request.param)
    return Road(folder, summary, take_in(folder), composed(folder))


def take_in(folder: Path) -> Night:
    return nightly(load_site(folder), now=NOW, teller=PlainTeller(StringIO()))


def composed(folder: Path) -> dict[str, Review]:
    views = compose(load_site(folder), Lake(folder / "lake"), Ledger(folder / "ledger.db"), OCTOBER)
    return {view.group.id: view for view in views}


def value(view: Review, kpi: str, month: int = -1) -> Decimal:
    found = next(f.history[month] for f in view.figures if f.kpi.id == kpi)
    assert found is not None
    return found


def told(road: Road, table: str) -> Iterator[int | Decimal]:
    outcomes = [o for o in road.night.outcomes if o.table == table]
    for name in OUTCOMES:
        yield sum(o.rows(name) for o in outcomes)
        yield sum((o.amount(name) for o in outcomes), Decimal(0))


def test_another_sql_engine_measures_the_sample_to_the_last_decimal(road: Road, tmp_path: Path) -> None:
    read = tables(load_site(road.folder), road.lake, OCTOBER, last_day(OCTOBER))
    found = road.lake.facts().filter(pl.col("month") == OCTOBER, pl.col("level").is_in(LEVELS))
    assert_frame_equal(found, by_duckdb(dict(read), tmp_path), check_row_order=False)


@pytest.mark.parametrize("table", ["sales", "clockings", "roster", "ratings"])
def test_the_accounts_are_the_generators_own(road: Road, table: str) -> None:
    control = road.summary.controls[table]
    expected = [getattr(control, f"{name}_{what}") for name in OUTCOMES for what in ("rows", "amount")]
    assert list(told(road, table)) == expected


def test_net_sales_per_store_and_month_are_the_generators_truth(road: Road) -> None:
    facts = road.lake.facts().filter(kpi="net_sales", level="store")
    measured = facts.select(store_id="group_id", month="month", net_amount="numerator")
    keys = ["store_id", "month"]
    assert measured.sort(keys).rows() == road.summary.net_sales.sort(keys).rows()


def test_every_planted_bad_row_is_quarantined_with_its_reason_and_nothing_else(road: Road) -> None:
    planted = sorted((row.table, Path(row.file).name, row.row, row.reason) for row in road.summary.bad_rows)
    found = []
    for path in (road.folder / "quarantine").rglob("*.csv"):
        # The export's own header stands above the rows.
        for file, row, *_, codes in pl.read_csv(path, infer_schema=False).slice(1).rows():
            found.append((path.parent.name, Path(file).name, int(row), codes))
    assert sorted(found) == planted


def test_the_bytes_delivered_twice_are_told(road: Road) -> None:
    assert len(road.night.taken.again) == len(road.summary.same_bytes) == 1


def test_the_store_short_of_evening_staff_sells_less_in_the_evening(road: Road) -> None:
    def share(store: str, month: date) -> float:
        rows = road.lake.rows("sales", month, month.replace(day=31)).filter(pl.col("store_id") == store)
        evening = pl.col("sold_at").dt.hour() >= 17
        return float(
            rows.select(pl.col("net_amount").filter(evening).sum() / pl.col("net_amount").sum()).collect().item()
        )

    assert share("S001", OCTOBER) < 0.8 * share("S001", OCTOBER.replace(year=2025))
    assert share("S003", OCTOBER) > 0.9 * share("S003", OCTOBER.replace(year=2025))


def test_the_store_that_buys_growth_doubles_its_discounts(road: Road) -> None:
    discounted = road.reviews["S002"]
    assert value(discounted, "discount_rate") > Decimal("1.6") * value(discounted, "discount_rate", 0)
    assert value(discounted, "gross_margin_rate") < value(discounted, "gross_margin_rate", 0)


def test_tet_moves_growth_from_february_to_january(road: Road) -> None:
    sales = next(f.history for f in road.reviews["song_xanh"].figures if f.kpi.id == "net_sales")
    january, february = sales[-10], sales[-9]
    assert january is not None
    assert february is not None
    assert february / 28 < january / 31


def test_the_new_store_has_no_growth_and_says_why(road: Road) -> None:
    growth = next(f for f in road.reviews["S005"].figures if f.kpi.id == "sales_growth")
    assert (growth.actual, growth.reason) == (None, "no_same_period")


def test_night_sales_belong_to_the_evening_before(road: Road) -> None:
    night = road.lake.rows("sales").filter(pl.col("store_id") == "S004", pl.col("sold_at").dt.hour() < 2).collect()
    assert night.height > 0
    assert (night["sold_at"].dt.date() - night["business_date"]).dt.total_days().unique().to_list() == [1]


def test_the_leavers_sales_are_told_as_nobodys(road: Road) -> None:
    amounts = {
        group: view.quality.unattributed_amount for group, view in road.reviews.items() if re.match(r"S\d+$", group)
    }
    assert {group for group, amount in amounts.items() if amount} == {"S006"}


def test_three_days_without_attendance_are_told(road: Road) -> None:
    missing = {
        group: view.quality.store_days_open - view.quality.store_days_with_attendance
        for group, view in road.reviews.items()
        if view.group.level == "store"
    }
    assert {group: days for group, days in missing.items() if days} == {"S003": 3}


def test_one_more_night_touches_its_month_and_the_one_whose_last_night_may_end_in_it(road: Road) -> None:
    written = write_night(road.folder, SCALE, "vi" if "vi" in road.folder.name else "en", date(2026, 11, 1))
    night = take_in(road.folder)
    assert len(night.outcomes) == len(written) >= 2
    assert night.months == [date(2026, 10, 1), date(2026, 11, 1)]
    assert not night.refused


def test_the_evening_that_lacks_staff_is_named(road: Road) -> None:
    week = road.reviews["S001"].week
    assert week is not None
    worst, *_ = (span for span in week.spans if span.state == "understaffed")
    assert worst.begins in range(15, 20)
    assert worst.ends > 18
    assert worst.hours > 0
    assert {view.group.level for view in road.reviews.values() if view.week} == {"store"}


def test_what_was_agreed_is_followed_up(road: Road) -> None:
    found = {key: [(a.kpi, a.state) for a in view.followed] for key, view in road.reviews.items() if view.followed}
    assert found == {
        "S001": [("net_sales", "open")],
        "S002": [("discount_rate", "late")],
        "S003": [("lateness_rate", "done")],
    }
    shown = {figure.kpi.id for figure in road.reviews["S003"].figures}
    assert "lateness_rate" in shown


def test_a_missed_target_is_told_in_people(road: Road) -> None:
    for view in road.reviews.values():
        sales = next((figure for figure in view.figures if figure.kpi.id == "net_sales"), None)
        if view.staffed is not None and sales is not None:
            assert (view.staffed.sales, view.staffed.target) == (sales.actual, sales.target)
            assert view.staffed.sales < view.staffed.target
            hours = [need.hours for need in view.staffed.needs]
            assert hours == sorted(hours)
    assert any(view.staffed for view in road.reviews.values())
