"""Leaves of the drivers: what counts, what is known, and parts that add up to the change of net sales."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from tests.drawn import frame, full
from transforms.drivers import drivers
from transforms.leaves import leaves
from transforms.tables import FACTS, TABLES

BEFORE, AFTER = date(2025, 10, 1), date(2026, 10, 1)
SALES = """
    store_id | business_date | receipt_id | kind   | product_id | quantity | gross_amount | net_amount | cost_amount
    ---------+---------------+------------+--------+------------+----------+--------------+------------+------------
    q1       | 2025-10-01    | 1          | sale   | latte      | 2        | 100          | 90         | 30
    q1       | 2025-10-01    | 2          | void   | latte      | 9        | 900          | 900        | 135
    q1       | 2026-10-07    | 3          | sale   | latte      | 3        | 180          | 160        | 45
    q1       | 2026-10-07    | 3          | sale   | cake       | 1        | 40           | 40         | 20
    q1       | 2026-10-07    | 4          | return | cake       | -1       | -40          | -40        | -20
    q3       | 2026-10-07    | 5          | sale   | latte      | 1        |              | 70         |
"""
HOURS = """
    kpi                   | level | group_id | month      | numerator | denominator
    ----------------------+-------+----------+------------+-----------+------------
    net_sales             | store | q1       | 2026-10-01 | 160       |
    sales_per_labour_hour | store | q1       | 2026-10-01 | 120       | 8
    lost_time_rate        | store | q1       | 2026-10-01 | 1         | 10
    turnover              | store | q1       | 2026-10-01 | 0         | 62
"""


STORES = {"store_id": pl.String(), "opened_on": pl.Date(), "closed_on": pl.Date()}


def found(stores: str = "store_id | opened_on | closed_on\n---\nq1 | 2025-10-01 | 2026-10-31") -> pl.DataFrame:
    sales = full(SALES, TABLES["sales"].columns).lazy()
    return leaves(sales, full(HOURS, FACTS), BEFORE, AFTER, frame(stores, STORES))


def test_voids_do_not_count_and_units_are_priced_as_they_were_before() -> None:
    told = found().select("leaf_id", "side", "transactions", "units", "priced", "gross", "net").rows()
    assert told == [
        ("q1", "after", 1, 3, 150, 180, 160),  # latte at 50 as before; the cake was sold and came back
        ("q1", "before", 1, 2, 100, 100, 90),
        ("q3", "after", 1, 1, None, None, 70),  # an amount that is not there is not known
    ]


def test_receipts_of_two_systems_with_one_number_are_two_transactions() -> None:
    drawn = "system | store_id | business_date | receipt_id | kind\n---\n"
    rows = "till | q1 | 2025-10-01 | 1 | sale\napp | q1 | 2025-10-01 | 1 | sale\napp | q1 | 2025-10-01 | 1 | sale"
    sales = full(drawn + rows, TABLES["sales"].columns).lazy()
    told = leaves(sales, full(HOURS, FACTS), BEFORE, AFTER, frame("store_id | opened_on | closed_on\n---", STORES))
    assert told["transactions"].to_list() == [2]


def test_hours_and_how_much_of_the_sales_they_cover_come_from_the_facts() -> None:
    """Sixty-two days of employment are two heads in October; ten hours were rostered, eight worked."""
    assert found().filter(leaf_id="q1").select("side", "headcount", "scheduled", "hours", "clocked_share").rows() == [
        ("after", 2, Decimal(10), Decimal(8), 0.75),
        ("before", None, None, None, None),
    ]


def test_a_margin_is_known_where_every_line_has_its_cost() -> None:
    assert found().select("leaf_id", "side", "margin").rows() == [
        ("q1", "after", 115),
        ("q1", "before", 60),
        ("q3", "after", None),
    ]


def test_a_weekday_is_worth_what_it_sells_on_average() -> None:
    worth = dict(found().filter(leaf_id="q1").select("side", "calendar").rows())
    assert worth == {"before": 160.0, "after": 160.0}  # both days are Wednesdays: 90 and 230


@pytest.mark.parametrize(
    ("stores", "told"),
    [
        ("q1 | 2025-10-02 |", (0.0, 160.0)),
        ("q1 | 2020-01-01 | 2026-10-06", (160.0, 0.0)),
        ("q1 | |\nq3 | 2025-10-15 |", (160.0, 160.0)),
    ],
)
def test_of_a_store_that_opened_or_closed_midway_the_days_open_are_worth(
    stores: str, told: tuple[float, float]
) -> None:
    leaf = found(f"store_id | opened_on | closed_on\n---\n{stores}").filter(leaf_id="q1").sort("side", descending=True)
    assert leaf["calendar"].to_list() == [160.0, 160.0]
    assert tuple(leaf["stores"]) == told


def test_the_parts_add_up_to_the_change() -> None:
    members = {name: pl.String() for name in ("leaf_id", "level", "group_id")}
    told = drivers(found(), frame("leaf_id | level | group_id\n---\nq1 | chain | c\nq3 | chain | c", members))
    net = told.filter(measure="net")
    assert net["part"].sum() == net["change"][0] == 160 + 70 - 90
    assert dict(net.select("driver", "part").rows())["calendar"] == 0
