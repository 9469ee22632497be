"""The columns that follow from more than one row."""

from datetime import date
from decimal import Decimal

import polars as pl

from tests.drawn import frame, full
from transforms.measured import MEASURED, STAFF, staff, with_adherence, with_marks, with_returning, with_same_store
from transforms.tables import SALES, SHIFTS

STORES = frame(
    """
    store_id | opened_on  | closed_on
    ---------+------------+-----------
    old      |            |
    young    | 2025-03-02 |
    leaving  | 2020-01-01 | 2026-04-29
    """,
    {"store_id": pl.String(), "opened_on": pl.Date(), "closed_on": pl.Date()},
)
BOUGHT = """
    receipt_id | kind   | customer_id | business_date
    -----------+--------+-------------+--------------
    r1         | sale   | lan         | 2026-01-01
    r2         | sale   | lan         | 2026-01-01
    r3         | sale   | lan         | 2026-04-01
    r4         | sale   | lan         | 2026-07-01
    r5         | sale   | mai         | 2026-04-01
    r6         | sale   |             | 2026-04-02
    """
ROSTERED = """
    employee_id | business_date | scheduled_in     | scheduled_out    | clock_in         | clock_out        | worked_hours | status
    ------------+---------------+------------------+------------------+------------------+------------------+--------------+-------
    an          | 2026-01-05    | 2026-01-05 08:00 | 2026-01-05 12:00 | 2026-01-05 09:00 | 2026-01-05 14:00 | 5            | worked
    an          | 2026-01-06    | 2026-01-06 08:00 | 2026-01-06 12:00 |                  |                  | 0            | absent
    an          | 2026-01-07    | 2026-01-07 08:00 | 2026-01-07 12:00 |                  |                  | 0            | absent
    an          | 2026-01-08    | 2026-01-08 08:00 | 2026-01-08 12:00 | 2026-01-08 08:00 |                  |              | open
    an          | 2026-01-09    | 2026-01-09 08:00 | 2026-01-09 12:00 |                  |                  | 0            | absent
    an          | 2026-02-01    | 2026-02-01 08:00 | 2026-02-01 12:00 |                  |                  | 0            | absent
    """  # noqa: E501


_MARKED = ("store_id", "business_date", "same_store", "base_store")


def test_a_store_is_compared_when_both_months_are_whole() -> None:
    days = [("old", "2026-03-31"), ("young", "2026-03-31"), ("young", "2026-04-01"), ("young", "2025-03-31")]
    days += [("young", "2025-04-01"), ("leaving", "2026-03-31"), ("leaving", "2026-04-01"), ("leaving", "2025-04-01")]
    sold = full("store_id | business_date\n---\n" + "\n".join(f"{s} | {d}" for s, d in days), SALES.columns)
    marked = with_same_store(sold.lazy(), STORES).collect()
    found = {(store, f"{day}"): marks for store, day, *marks in marked.select(*_MARKED).rows()}
    expected = [(True, True), (False, True), (True, True), (False, False)]
    expected += [(False, True), (True, False), (False, False), (True, False)]
    assert found == {day: list(marks) for day, marks in zip(days, expected, strict=True)}


def test_a_customer_comes_back_on_a_later_day_within_ninety() -> None:
    sold = full(BOUGHT, SALES.columns).lazy()
    found = with_returning(sold, sold).collect().sort("receipt_id")
    assert found["came_back"].to_list() == [False, False, True, False, False, None]


def test_marks_of_the_product_list_and_none_where_it_has_none() -> None:
    sold = full("product_id\n---\ntea\ncake\nunlisted", SALES.columns).lazy()
    listed = pl.DataFrame({"product_id": ["tea", "cake"], "focus": [True, False], "add_on": [False, False]})
    found = with_marks(sold, listed).collect().sort("product_id")
    assert found.select("product_id", "focus", "add_on").rows() == [
        ("cake", False, None),
        ("tea", True, None),
        ("unlisted", False, None),
    ]


def test_adherence_is_what_overlaps_and_spells_of_absence_begin_once() -> None:
    found = with_adherence(full(ROSTERED, SHIFTS).lazy()).collect().sort("business_date")
    assert found.schema == dict(MEASURED["shifts"])
    assert found["adhered_hours"].to_list() == [Decimal(3), 0, 0, None, 0, 0]
    assert found["absence_begins"].to_list() == [False, True, False, False, True, True]


def test_who_leaves_the_company_leaves_once_and_a_transfer_is_none() -> None:
    people = frame(
        """
        employee_id | position | department | store_id | from_date  | to_date
        ------------+----------+------------+----------+------------+-----------
        an          | barista  | bar        | q1       | 2025-01-01 | 2026-01-30
        an          | barista  | bar        | q3       | 2026-01-31 |
        binh        | barista  | bar        | q1       | 2026-01-30 | 2026-01-31
        """,
        {"employee_id": pl.String(), "position": pl.String(), "department": pl.String(), "store_id": pl.String()}
        | {"from_date": pl.Date(), "to_date": pl.Date()},
    )
    found = staff(people, date(2026, 1, 30), date(2026, 2, 1)).collect().sort("employee_id", "business_date")
    assert found.schema == dict(STAFF)
    assert found.select("store_id", "employee_id", pl.col("business_date").dt.day(), "leaves", "month_days").rows() == [
        ("q1", "an", 30, False, 31),
        ("q3", "an", 31, False, 31),
        ("q3", "an", 1, False, 28),
        ("q1", "binh", 30, False, 31),
        ("q1", "binh", 31, True, 31),
    ]
