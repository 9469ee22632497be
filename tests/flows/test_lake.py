"""The lake: each receipt once, the newest wins, and nothing that was committed is lost."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from deltalake import write_deltalake
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.lake import Lake
from tests.drawn import full
from transforms.restating import compare
from transforms.tables import CLOCKINGS, FACTS, SALES


def sales(drawing: str, file_id: str = "f1") -> pl.DataFrame:
    rows = full(drawing, SALES.columns)
    return rows.with_columns(file_id=pl.lit(file_id), row_no=pl.int_range(2, pl.len() + 2, dtype=pl.Int64))


MONDAY = """
    store_id | receipt_id | business_date | product_id | net_amount
    ---------+------------+---------------+------------+-----------
    HN01     | r1         | 2026-10-05    | latte      | 45_000
    HN01     | r1         | 2026-10-05    | latte      | 45_000
    HN01     | r2         | 2026-10-05    | tea        | 30_000
"""


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path)


def load(lake: Lake, rows: pl.DataFrame, file_id: str, table: str = "sales") -> tuple[int, int, int]:
    change = lake.restate(table, rows)
    lake.commit(table, change, file_id)
    return change.new.height, change.redelivered.height, change.superseded.height


def held(lake: Lake) -> dict[str, int]:
    frame = lake.rows("sales").group_by("receipt_id").agg(pl.col("net_amount").sum()).sort("receipt_id").collect()
    return {receipt: int(amount) for receipt, amount in frame.rows()}


def test_equal_lines_of_a_receipt_both_count(lake: Lake) -> None:
    assert load(lake, sales(MONDAY), "f1") == (3, 0, 0)
    assert held(lake) == {"r1": 90_000, "r2": 30_000}


def test_the_same_rows_in_another_order_change_nothing(lake: Lake) -> None:
    load(lake, sales(MONDAY), "f1")
    assert load(lake, sales(MONDAY, "f2").reverse(), "f2") == (0, 3, 0)
    assert held(lake) == {"r1": 90_000, "r2": 30_000}


def test_one_of_two_equal_lines_taken_off_a_receipt_is_a_correction(lake: Lake) -> None:
    load(lake, sales(MONDAY), "f1")
    assert load(lake, sales(MONDAY, "f2").tail(2), "f2") == (1, 1, 2)
    assert held(lake) == {"r1": 45_000, "r2": 30_000}


def test_a_corrected_receipt_replaces_the_old_one_and_leaves_its_neighbours(lake: Lake) -> None:
    load(lake, sales(MONDAY), "f1")
    corrected = """
        store_id | receipt_id | business_date | product_id | net_amount
        ---------+------------+---------------+------------+-----------
        HN01     | r2         | 2026-10-06    | tea        | 35_000
        HN01     | r3         | 2026-10-06    | tea        | 10_000
    """
    assert load(lake, sales(corrected, "f2"), "f2") == (2, 0, 1)
    assert held(lake) == {"r1": 90_000, "r2": 35_000, "r3": 10_000}


def test_the_same_receipt_number_of_another_store_is_another_receipt(lake: Lake) -> None:
    load(lake, sales(MONDAY), "f1")
    other = sales(MONDAY, "f2").with_columns(store_id=pl.lit("SG01"))
    assert load(lake, other, "f2") == (3, 0, 0)


def test_a_persons_day_is_replaced_as_a_whole(lake: Lake) -> None:
    drawing = """
        store_id | employee_id | business_date | clock_in         | clock_out
        ---------+-------------+---------------+------------------+-----------------
        HN01     | NV1         | 2026-10-05    | 2026-10-05 08:00 | 2026-10-05 12:00
        HN01     | NV1         | 2026-10-05    | 2026-10-05 13:00 |
    """
    rows = full(drawing, CLOCKINGS.columns).with_columns(file_id=pl.lit("a"), row_no=pl.int_range(2, dtype=pl.Int64))
    load(lake, rows, "a", "clockings")
    mended = rows.with_columns(file_id=pl.lit("b")).head(1)
    assert load(lake, mended, "b", "clockings") == (1, 0, 2)
    assert lake.rows("clockings").collect()["file_id"].to_list() == ["b"]


def test_a_corrected_day_of_a_month_sheet_leaves_the_other_days_of_its_row(lake: Lake) -> None:
    month = """
        employee_id | business_date | clock_in         | row_no
        ------------+---------------+------------------+-------
        E1          | 2026-10-05    | 2026-10-05 08:00 | 5
        E1          | 2026-10-06    | 2026-10-06 08:00 | 5
        E2          | 2026-10-06    | 2026-10-06 08:00 | 6
    """
    mended = """
        employee_id | business_date | clock_in         | row_no
        ------------+---------------+------------------+-------
        E1          | 2026-10-05    | 2026-10-05 08:30 | 5
        E2          | 2026-10-06    | 2026-10-06 08:30 | 6
    """
    for file_id, drawing in (("a", month), ("b", mended)):
        load(lake, full(drawing, CLOCKINGS.columns).with_columns(file_id=pl.lit(file_id)), file_id, "clockings")
    held = lake.rows("clockings").select("file_id", "employee_id", pl.col("business_date").dt.day()).collect()
    assert sorted(held.rows()) == [("a", "E1", 6), ("b", "E1", 5), ("b", "E2", 6)]


@pytest.mark.parametrize("again", [False, True])
def test_a_lake_of_before_a_column_was_added_is_read_and_written_on(tmp_path: Path, *, again: bool) -> None:
    header = "employee_id | business_date | clock_in | unpaid_hours | row_no"
    drawing = header + "\n---\nE1 | 2026-10-05 | 2026-10-05 08:00 | {} | 2"
    before = full(drawing.format(""), CLOCKINGS.columns).with_columns(file_id=pl.lit("a"))
    old = before.drop("stated_hours", "unpaid_hours")
    write_deltalake(tmp_path / "clockings", old, partition_by="business_date")
    newer = full(drawing.format("0.5"), CLOCKINGS.columns).with_columns(file_id=pl.lit("b"))
    newer = newer if again else newer.with_columns(employee_id=pl.lit("E2"))
    assert load(Lake(tmp_path), newer, "b", "clockings") == (1, 0, int(again))
    held = Lake(tmp_path).rows("clockings").sort("employee_id").collect()
    assert held["unpaid_hours"].to_list() == ([] if again else [None]) + [Decimal("0.5")]


def test_a_commit_is_known_by_its_file(lake: Lake) -> None:
    assert not lake.committed("sales", "f1")
    load(lake, sales(MONDAY), "f1")
    assert lake.committed("sales", "f1")
    assert not lake.committed("sales", "f2")


def test_facts_are_replaced_month_by_month(lake: Lake) -> None:
    drawing = """
        kpi       | level | group_id | month      | numerator | denominator | rows
        ----------+-------+----------+------------+-----------+-------------+-----
        net_sales | store | HN01     | 2026-09-01 | 10        |             | 1
        net_sales | store | HN01     | 2026-10-01 | 20        |             | 2
    """
    facts = full(drawing, FACTS)
    lake.replace_facts(facts, [date(2026, 9, 1), date(2026, 10, 1)])
    lake.replace_facts(facts.tail(1).with_columns(rows=pl.lit(7, pl.Int64)), [date(2026, 10, 1)])
    assert lake.facts().sort("month")["rows"].to_list() == [1, 7]


receipts = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["latte", "tea"]), st.integers(1, 3)), min_size=0, max_size=12
)


def _frame(lines: list[tuple[str, str, int]], file_id: str) -> pl.DataFrame:
    rows = [f"HN01 | {r} | 2026-10-05 | {p} | {a}" for r, p, a in lines]
    header = "store_id | receipt_id | business_date | product_id | net_amount\n---"
    return sales("\n".join([header, *rows]), file_id)


@given(receipts, receipts)
@settings(max_examples=80, deadline=None)
def test_after_a_delivery_every_receipt_reads_as_its_newest_delivery(
    old: list[tuple[str, str, int]], new: list[tuple[str, str, int]]
) -> None:
    before, after = _frame(old, "f1"), _frame(new, "f2")
    change = compare(SALES, before, after)
    stay = before.join(change.superseded.select("row_no"), on="row_no", how="anti")
    result = pl.concat([stay, change.new]).select("receipt_id", "product_id", "net_amount")
    lines = result.select("receipt_id", "product_id", pl.col("net_amount").cast(pl.Int64)).rows()
    renewed = {r for r, _, _ in new}
    assert sorted(lines) == sorted([line for line in old if line[0] not in renewed] + new)
    assert change.new.height + change.redelivered.height == len(new)
