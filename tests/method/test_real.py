"""A real chain's month: three outlets, April 2019, their published totals and goals."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from transforms.groups import GROUPS, POSITIONS, groups, place
from transforms.kpis.catalogue import shipped_catalogue
from transforms.kpis.judge import judge
from transforms.kpis.measure import measure
from transforms.measured import with_marks, with_returning, with_same_store
from transforms.scorecards import read_scorecards
from transforms.tables import LEVELS, MONEY, QUANTITY, empty
from transforms.target_table import parse_targets

KPIS = shipped_catalogue()
APRIL = date(2019, 4, 1)
GOALS = {"3": "18000", "5": "25000", "8": "22500"}
PEOPLE = pl.DataFrame(
    schema=dict.fromkeys(("employee_id", "position", "department", "store_id"), pl.String)
    | dict.fromkeys(("from_date", "to_date"), pl.Date)
)
STORES = pl.DataFrame(
    {"store_id": ["3", "5", "8"], "region": "nyc"},
    schema_overrides={"region": pl.String},
).with_columns(opened_on=pl.lit(None, pl.Date), closed_on=pl.lit(None, pl.Date))


@pytest.fixture(scope="module")
def sales(shared: Path) -> pl.LazyFrame:
    text = pl.scan_csv(shared / "sales/coffee_chain/201904 sales reciepts.csv", infer_schema=False)
    amount = pl.col("line_item_amount").cast(MONEY)
    return text.select(
        system=pl.lit("till"),
        store_id="sales_outlet_id",
        clocked=pl.lit(value=False),
        customer_id=pl.lit(None, pl.String),
        business_date=pl.col("transaction_date").str.to_date(),
        # The till starts its numbers anew every day.
        receipt_id=pl.concat_str("transaction_date", "transaction_id", separator="/"),
        kind=pl.lit("sale"),
        employee_id="staff_id",
        product_id="product_id",
        quantity=pl.col("quantity").cast(QUANTITY),
        gross_amount=amount,
        discount_amount=pl.lit(None, MONEY),
        net_amount=amount,
        cost_amount=pl.lit(None, MONEY),
    )


def marked(sales: pl.LazyFrame) -> pl.LazyFrame:
    nothing = pl.DataFrame(schema={"product_id": pl.String, "focus": pl.Boolean, "add_on": pl.Boolean})
    return with_returning(with_marks(with_same_store(sales, STORES), nothing), sales)


def test_the_published_totals_and_goals_of_a_real_month(sales: pl.LazyFrame) -> None:
    facts = measure(KPIS, {"sales": place(marked(sales), PEOPLE, STORES, "coffee")}, LEVELS)
    rows = [("net_sales", "store", store, "2019-01", "absolute", goal) for store, goal in GOALS.items()]
    columns = ("kpi", "level", "group", "from_month", "kind", "value")
    every = groups(STORES, PEOPLE, "coffee", APRIL)
    found = judge(
        facts,
        KPIS,
        targets=parse_targets(pl.DataFrame(rows, schema=columns, orient="row"), KPIS, every),
        scorecards=read_scorecards("", KPIS, [], empty(GROUPS)),
        groups=every,
        positions=pl.DataFrame(schema=dict(POSITIONS)),
        months=[APRIL],
    )
    net = dict(found.filter(kpi="net_sales").select("group_id", "actual").iter_rows())
    assert net == {
        "3": Decimal("77213.23"),
        "5": Decimal("76894.47"),
        "8": Decimal("79528.25"),
        "nyc": Decimal("233635.95"),
        "coffee": Decimal("233635.95"),
    }
    attained = found.filter(kpi="net_sales", level="store")["attainment"].round(4).to_list()
    assert attained == [Decimal("4.2896"), Decimal("3.0758"), Decimal("3.5346")]
    assert found.filter(kpi="discount_rate", level="chain")["reason"].to_list() == ["not_recorded"]
