"""Small chains drawn by Hypothesis: two regions, three stores, four people, a month and a half."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
from hypothesis import strategies as st

from tests.drawn import frame
from transforms.tables import CLOCKINGS, RATINGS, ROSTER, SOLD, Schema

FIRST = date(2026, 1, 20)
STORES = frame(
    """
    store_id | region | opened_on  | closed_on
    ---------+--------+------------+-----------
    q1       | south  | 2020-01-01 |
    q3       | south  |            | 2026-01-25
    hk       | north  | 2026-02-10 |
    """,
    {"store_id": pl.String(), "region": pl.String(), "opened_on": pl.Date(), "closed_on": pl.Date()},
)
PRODUCTS = pl.DataFrame({"product_id": ["tea", "cake"], "focus": [True, False], "add_on": [False, True]})
PEOPLE_SCHEMA = {
    "employee_id": pl.String(),
    "position": pl.String(),
    "department": pl.String(),
    "store_id": pl.String(),
    "from_date": pl.Date(),
    "to_date": pl.Date(),
}
PEOPLE = frame(
    """
    employee_id | position      | department | store_id | from_date  | to_date
    ------------+---------------+------------+----------+------------+-----------
    an          | barista       | bar        | q1       | 2025-01-01 | 2026-01-31
    an          | shift_leader  | bar        | hk       | 2026-02-01 |
    binh        | cashier       | till       | q1       | 2026-01-22 | 2026-02-15
    chi         | store_manager |            | q3       | 2025-06-01 |
    dung        | barista       | bar        | q3       | 2025-01-01 | 2026-01-21
    """,
    PEOPLE_SCHEMA,
)

days = st.integers(0, 44).map(lambda n: FIRST + timedelta(days=n))
people = st.sampled_from(["an", "binh", "chi", "dung", "stranger", None])
stores = st.sampled_from(["q1", "q3", "hk"])
money = st.decimals(min_value=-9999, max_value=99999, places=4)
maybe_money = st.none() | money


def table(schema: Schema, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """`rows` as a frame of `schema`; what they do not name is null, row_no counts them."""
    full = [dict.fromkeys(schema) | {"row_no": number} | row for number, row in enumerate(rows)]
    return pl.DataFrame(full, schema=dict(schema), orient="row")


_sale = st.fixed_dictionaries(
    {
        "clocked": st.booleans(),
        "system": st.sampled_from(["till", "app"]),
        "store_id": stores,
        "employee_id": people,
        "business_date": days,
        "customer_id": st.sampled_from([None, "lan", "mai"]),
        "receipt_id": st.sampled_from(["r1", "r2", "r3", "r4"]),
        "kind": st.sampled_from(["sale", "sale", "return", "void"]),
        "product_id": st.sampled_from(["tea", "cake", None]),
        "quantity": st.none() | st.decimals(min_value=-3, max_value=9, places=2),
        "gross_amount": money,
        "discount_amount": st.sampled_from([None, Decimal(0), Decimal("1.5000")]),
        "net_amount": money,
        "cost_amount": maybe_money,
    }
)
_rating = st.fixed_dictionaries(
    {
        "store_id": st.none() | stores,
        "employee_id": people,
        "business_date": days,
        "measure": st.sampled_from(["service_skill", "labour_cost_amount", "certified", "smile"]),
        "value": maybe_money,
    }
)


def _moments(start: datetime, punches: tuple[int | None, int | None]) -> tuple[datetime | None, datetime | None]:
    came, went = punches
    begin = None if came is None else start + timedelta(seconds=came)
    return begin, None if went is None else start + timedelta(seconds=went)


@st.composite
def _spells(draw: st.DrawFn, columns: tuple[str, str], seconds: st.SearchStrategy[int | None]) -> dict[str, Any]:
    day = draw(days)
    start = datetime.combine(day, datetime.min.time())
    begin, end = _moments(start, (draw(seconds), draw(seconds)))
    row = {"store_id": draw(stores), "employee_id": draw(people), "business_date": day}
    return row | {columns[0]: begin, columns[1]: end}


_punch = st.none() | st.integers(6 * 3600, 34 * 3600)
_planned = st.integers(12, 60).map(lambda half_hours: half_hours * 1800)

sales = st.lists(_sale, max_size=25).map(lambda rows: table(SOLD, rows))
ratings = st.lists(_rating, max_size=8).map(lambda rows: table(RATINGS.columns, rows))
clockings = st.lists(_spells(("clock_in", "clock_out"), _punch), max_size=15).map(
    lambda rows: table(CLOCKINGS.columns, rows)
)
roster = st.lists(
    _spells(("scheduled_in", "scheduled_out"), _planned).filter(lambda row: row["scheduled_in"] < row["scheduled_out"]),
    max_size=15,
).map(lambda rows: table(ROSTER.columns, rows))
