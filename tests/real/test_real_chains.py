"""Real chains through sites of their own: their published totals, their damaged rows, their own targets."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path

import polars as pl
import pytest

from flows.console import PlainTeller
from flows.lake import Lake
from flows.ledger import Ledger
from flows.months.compose import compose
from flows.nightly import Night, nightly
from flows.review import Asked, review
from flows.site import load_site
from reports.review import Review, Status
from tests.real.sites import adventure_works, coffee_chain, drop

APRIL = date(2019, 4, 1)
NOW = datetime(2019, 7, 1, 3, tzinfo=UTC)
QUIET = PlainTeller(StringIO())
CLEAN, DIRTY = "201904 sales reciepts.csv", "201904 sales reciepts.DIRTY_student_copy.csv"


def take_in(folder: Path) -> Night:
    return nightly(load_site(folder), now=NOW, teller=QUIET)


def composed(folder: Path, month: date) -> dict[str, Review]:
    views = compose(load_site(folder), Lake(folder / "lake"), Ledger(folder / "ledger.db"), month, today=NOW.date())
    return {view.group.id: view for view in views}


def figure(view: Review, kpi: str) -> tuple[Decimal | None, Decimal | None, Status]:
    found = next(f for f in view.figures if f.kpi.id == kpi)
    return found.actual, found.target, found.status


def totals(night: Night) -> dict[str, tuple[int, Decimal]]:
    control = pl.concat([o.settled.control for o in night.outcomes])
    summed = control.group_by("outcome").agg(pl.col("rows").sum(), pl.col("amount").sum())
    return {outcome: (rows, amount) for outcome, rows, amount in summed.rows()}


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> tuple[Path, Night]:
    data = shared / "sales" / "coffee_chain"
    folder = coffee_chain(tmp_path_factory.mktemp("clean"), data)
    drop(folder, data / CLEAN)
    return folder, take_in(folder)


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> tuple[Path, Night]:
    data = shared / "sales" / "coffee_chain"
    folder = coffee_chain(tmp_path_factory.mktemp("dirty"), data)
    drop(folder, data / DIRTY)
    return folder, take_in(folder)


def test_the_coffee_chains_clean_month_is_taken_in_whole(clean: tuple[Path, Night]) -> None:
    assert totals(clean[1]) == {"kept": (49_894, Decimal("233635.95"))}


def test_its_outlets_stand_against_their_own_targets(clean: tuple[Path, Night]) -> None:
    views = composed(clean[0], APRIL)
    assert figure(views["3"], "net_sales") == (Decimal("77213.23"), Decimal(18_000), Status.MET)
    assert figure(views["5"], "net_sales") == (Decimal("76894.47"), Decimal(25_000), Status.MET)
    assert figure(views["8"], "net_sales") == (Decimal("79528.25"), Decimal(22_500), Status.MET)
    assert figure(views["coffee_chain"], "net_sales")[0] == Decimal("233635.95")
    assert views["3"].quality.totals[0].kept_amount == Decimal("77213.23")


def test_a_receipt_number_that_tills_reuse_daily_is_another_receipt(clean: tuple[Path, Night], shared: Path) -> None:
    rows = pl.read_csv(shared / "sales" / "coffee_chain" / CLEAN, infer_schema=False)
    receipts = rows.select("transaction_id", "transaction_date", "sales_outlet_id").n_unique()
    assert figure(composed(clean[0], APRIL)["coffee_chain"], "transactions")[0] == receipts


def test_its_damaged_twin_loses_no_row(dirty: tuple[Path, Night]) -> None:
    assert totals(dirty[1]) == {"kept": (49_882, Decimal("233581.60")), "quarantined": (12, Decimal("54.35"))}
    [kept_out] = (dirty[0] / "quarantine" / "sales").glob("*.csv")
    rows = pl.read_csv(kept_out, infer_schema=False).slice(1)
    assert rows["Row"].cast(int).to_list() == [4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 18, 19]
    assert rows["Reason"].null_count() == rows["Row as delivered"].null_count() == 0


def test_the_damage_is_told_in_the_review(dirty: tuple[Path, Night]) -> None:
    quality = composed(dirty[0], APRIL)["coffee_chain"].quality
    assert quality.totals[0].quarantined_rows == sum(rows for _, rows in quality.reasons) == 12
    assert quality.totals[0].delivered_amount == Decimal("233635.95")


def test_the_clean_copy_after_the_damaged_one_mends_it_and_counts_nothing_twice(tmp_path: Path, shared: Path) -> None:
    data = shared / "sales" / "coffee_chain"
    folder = coffee_chain(tmp_path, data)
    drop(folder, data / DIRTY, "1.csv")
    take_in(folder)
    drop(folder, data / CLEAN, "2.csv")
    take_in(folder)
    rows = Lake(folder / "lake").rows("sales").select(pl.len(), pl.col("net_amount").sum()).collect()
    assert rows.row(0) == (49_894, Decimal("233635.95"))


def test_a_review_of_the_coffee_chain_is_printed(clean: tuple[Path, Night]) -> None:
    reviewed = review(load_site(clean[0]), Asked(APRIL, ["coffee_chain", "8"], formats=["pdf"]), teller=QUIET)
    assert [p.name for p in reviewed.rendered] == ["chain-coffee_chain.en.pdf", "person-8.en.pdf", "store-8.en.pdf"]
    assert not reviewed.faults


@pytest.fixture(scope="module")
def bicycles(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Path:
    data = shared / "sales" / "adventureworks"
    folder = adventure_works(tmp_path_factory.mktemp("bicycles"), data)
    for year in (2017, 2018, 2019):
        drop(folder, data / f"AdventureWorks_Sales_{year}.csv")
    take_in(folder)
    return folder


def test_adventure_works_revenue_and_profit_add_up(bicycles: Path) -> None:
    rows = Lake(bicycles / "lake").rows("sales")
    summed = rows.select(pl.len(), pl.col("net_amount").sum(), pl.col("cost_amount").sum()).collect()
    lines, revenue, cost = summed.row(0)
    assert (lines, round(revenue, 2), round(revenue - cost, 2)) == (
        56_046,
        Decimal("24914586.82"),
        Decimal("10457715.43"),
    )


def test_growth_on_the_same_period_last_year_comes_out_by_territory(bicycles: Path, shared: Path) -> None:
    expected = _growth_by_hand(shared / "sales" / "adventureworks", "2018-06", "2019-06")
    views = composed(bicycles, date(2019, 6, 1))
    found = {t: figure(views[t], "sales_growth")[0] for t in expected}
    assert {t: round(g, 6) for t, g in found.items() if g is not None} == expected


def _growth_by_hand(data: Path, before: str, after: str) -> dict[str, Decimal]:
    """The same arithmetic in the standard library's decimals."""
    products = pl.read_csv(data / "AdventureWorks_Products.csv", infer_schema=False)
    prices = {key: Decimal(price) for key, price in products.select("ProductKey", "ProductPrice").rows()}
    sums: dict[tuple[str, str], Decimal] = {}
    for year in (2018, 2019):
        rows = pl.read_csv(data / f"AdventureWorks_Sales_{year}.csv", infer_schema=False)
        columns = ("OrderDate", "TerritoryKey", "ProductKey", "OrderQuantity")
        for day, territory, product, quantity in rows.select(columns).rows():
            month, _, of_year = day.split("/")
            key = (territory, f"{of_year}-{int(month):02}")
            sums[key] = sums.get(key, Decimal(0)) + prices[product] * int(quantity)
    both = [t for t, month in sums if month == after and (t, before) in sums]
    return {t: round(sums[t, after] / sums[t, before] - 1, 6) for t in both}
