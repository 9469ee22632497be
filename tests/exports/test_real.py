"""Real exports, against totals that were published or counted by other means."""

import csv
import tarfile
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from tests.exports.reader import reasons, taken
from transforms.exports import Read
from transforms.tables import MONEY, QUARANTINE, SALES

COFFEE = Path("sales/coffee_chain")


def of(result: Read, column: str = "net_amount") -> Decimal:
    total = result.rows[column].sum()
    assert isinstance(total, Decimal)
    return total


@pytest.fixture(scope="module")
def clean(shared: Path) -> Read:
    return taken((shared / COFFEE / "201904 sales reciepts.csv").read_bytes())


@pytest.fixture(scope="module")
def dirty(shared: Path) -> Read:
    return taken((shared / COFFEE / "201904 sales reciepts.DIRTY_student_copy.csv").read_bytes())


def test_the_clean_coffee_chain_is_read_whole(clean: Read) -> None:
    assert clean.rows.schema == pl.Schema(SALES.columns)
    assert (clean.rows.height, clean.rejected.height, of(clean)) == (49_894, 0, Decimal("233635.95"))
    assert clean.rows["business_date"].n_unique() == 29
    by_store = clean.rows.group_by("store_id").agg(pl.col("net_amount").sum()).sort("store_id")
    assert by_store.rows() == [
        ("3", Decimal("77213.23")),
        ("5", Decimal("76894.47")),
        ("8", Decimal("79528.25")),
    ]


def test_the_dirty_copy_loses_its_damaged_lines_and_no_others(dirty: Read, shared: Path) -> None:
    with (shared / COFFEE / "DIRTY_differences.csv").open(encoding="utf-8") as file:
        damage = [(int(row["file_line"]), row["column"]) for row in csv.DictReader(file)]
    assert dirty.rejected.schema == pl.Schema(QUARANTINE)
    assert dirty.rejected["row_no"].to_list() == sorted({line for line, _ in damage})
    assert {(row, column) for row, (_, column) in reasons(dirty).items()} <= set(damage)
    assert (dirty.rows.height, of(dirty)) == (49_882, Decimal("233581.60"))
    assert dirty.rejected["amount"].sum() == Decimal("54.35")


def test_the_dirty_copy_says_what_is_wrong(dirty: Read) -> None:
    assert reasons(dirty) == {
        4: (["bad_id"], "transaction_id"),
        5: (["bad_date"], "transaction_date"),
        6: (["missing_value"], "transaction_time"),
        7: (["bad_number"], "unit_price"),
        8: (["missing_value", "bad_number"], "transaction_id"),
        9: (["bad_date"], "transaction_date"),
        10: (["bad_id"], "product_id"),
        11: (["bad_number"], "unit_price"),
        13: (["missing_value"], "staff_id"),
        14: (["missing_value"], "line_item_id"),
        18: (["missing_value"], "product_id"),
        19: (["bad_id"], "transaction_id"),
    }


def test_the_dirty_copy_agrees_with_the_clean_one_on_every_row_it_keeps(clean: Read, dirty: Read) -> None:
    kept = clean.rows.filter(pl.col("row_no").is_in(dirty.rows["row_no"].implode()))
    assert kept.equals(dirty.rows)


def test_adventureworks_revenue_and_profit_come_from_the_price_list(shared: Path) -> None:
    folder = shared / "sales/adventureworks"
    products = pl.read_csv(folder / "AdventureWorks_Products.csv", infer_schema=False).select(
        product_id="ProductKey",
        product_name="ProductName",
        category="ProductSubcategoryKey",
        list_price=pl.col("ProductPrice").cast(MONEY),
        unit_cost=pl.col("ProductCost").cast(MONEY),
    )
    files = [taken(file.read_bytes(), products=products) for file in sorted(folder.glob("AdventureWorks_Sales_*.csv"))]
    sold = pl.concat(file.rows for file in files)
    assert (sold.height, sum(file.rejected.height for file in files)) == (56_046, 0)
    revenue = sold.select(pl.col("net_amount").sum()).item()
    assert revenue.quantize(Decimal("0.01")) == Decimal("24914586.82")
    profit = sold.select((pl.col("net_amount") - pl.col("cost_amount")).sum()).item()
    assert profit.quantize(Decimal("0.01")) == Decimal("10457715.43")
    assert sold["product_name"].null_count() == 0


def test_supermarket_net_is_the_cost_of_goods_column(shared: Path) -> None:
    result = taken((shared / "sales/supermarket/supermarket_sales.csv").read_bytes())
    assert (result.rows.height, result.rejected.height) == (1_000, 0)
    assert (of(result), of(result, "tax_amount")) == (Decimal("307587.38"), Decimal("15379.369"))


def test_dirty_cafe_markers_are_no_values(shared: Path) -> None:
    content = (shared / "sales/dirty_cafe/dirty_cafe_sales.csv").read_bytes()
    result = taken(content)
    with (shared / "sales/dirty_cafe/dirty_cafe_sales.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    nothing = {"", "ERROR", "UNKNOWN"}
    needed = ("Quantity", "Total Spent", "Transaction Date")
    whole = [row for row in rows if nothing.isdisjoint(row[name] for name in needed)]
    assert result.delivered == len(rows) == 10_002
    assert result.rows.height == len(whole)
    assert of(result) == sum(Decimal(row["Total Spent"]) for row in whole)


def test_online_retail_days_are_read_with_their_cancellations(shared: Path) -> None:
    archive = shared / "sales/online_retail/by_day_2010-12_to_2011-06.tar.gz"
    with tarfile.open(archive) as days:
        member = days.extractfile("by_day/2010-12-07.csv")
        assert member is not None
        content = member.read()
    rows = list(csv.DictReader(content.decode().splitlines()))
    result = taken(content)
    assert (result.rows.height, result.rejected.height) == (len(rows), 0)
    assert of(result) == sum(Decimal(row["Quantity"]) * Decimal(row["UnitPrice"]) for row in rows)
    returned = result.rows.filter(pl.col("kind") == "return")
    assert returned.height == sum(row["InvoiceNo"].startswith("C") for row in rows)
