"""Receipts of a number that is held on another day: a correction of the date, or a till that numbers anew."""

from typing import Final

import polars as pl
import pytest

from tests.drawn import full
from transforms.astray import told_apart
from transforms.tables import SALES

HELD: Final = """
    receipt_id | sold_at          | kind | product_id | net_amount
    -----------+------------------+------+------------+-----------
    r1         | 2026-10-05 09:00 | sale | tea        | 30
    r1         | 2026-10-05 09:00 | sale | cake       | 20
    r2         | 2026-10-05 09:10 | sale | tea        | 30
"""
HEADER: Final = "receipt_id | sold_at | kind | product_id | net_amount\n---\n"


def rows(drawing: str, file_id: str) -> pl.DataFrame:
    drawn = full(drawing, SALES.columns).with_columns(store_id=pl.lit("q1"), system=pl.lit("till"))
    return drawn.with_columns(
        business_date=pl.col("sold_at").dt.date(),
        file_id=pl.lit(file_id),
        row_no=pl.int_range(pl.len(), dtype=pl.Int64),
    )


@pytest.mark.parametrize(
    ("later", "moved", "reused"),
    [
        (["r2 | 2026-10-06 09:10 | sale | tea | 30"], ["r2"], []),  # its date was corrected
        (["r2 | 2026-10-06 14:00 | sale | tea | 30"], ["r2"], []),
        (["r2 | 2026-10-06 14:00 | sale | tea | 30", "r1 | 2026-10-06 14:10 | sale | tea | 35"], [], ["r1", "r2"]),
        (["r2 | 2026-10-06 09:10 | sale | tea | 30", "r1 | 2026-10-06 14:10 | sale | tea | 35"], ["r2"], ["r1"]),
        (["r2 | 2026-10-06 00:00 | sale | tea | 30", "r1 | 2026-10-06 00:00 | sale | tea | 35"], [], ["r1", "r2"]),
        (["r2 | 2026-10-06 14:00 | return | tea | -30"], [], []),
        (["r2 | 2026-10-06 14:00 | void | tea | 30"], ["r2"], []),
        (["r2 | 2026-10-06 14:00 | sale | tea | 0"], ["r2"], []),
        (["r2 | 2026-10-06 14:00 | void | tea | 30", "r1 | 2026-10-06 14:10 | sale | tea | 35"], [], ["r1", "r2"]),
        (["r1 | 2026-10-06 09:00 | sale | tea | 30"], [], ["r1"]),
        (["r3 | 2026-10-06 09:00 | sale | tea | 30"], [], []),
        (["r1 | 2026-10-06 00:10 | sale | gin | 30"], [], ["r1"]),
    ],
)
def test_of_two_days_it_is_one_receipt_only_where_that_is_shown(
    later: list[str], moved: list[str], reused: list[str]
) -> None:
    held, came = rows(HELD, "a"), rows(HEADER + "\n".join(later), "b")
    found = told_apart(SALES, held, held.clear(), came)
    assert sorted(set(found.moved["receipt_id"])) == moved
    assert found.reused["receipt_id"].sort().to_list() == reused
    again = told_apart(SALES, held.clear(), held, came)
    assert found.moved.equals(again.moved) or "void" in str(later) or "| 0" in later[0], "however far it lies"


@pytest.mark.parametrize(("hour", "still_open"), [("02:00", ["r1"]), ("08:00", [])])
def test_a_receipt_that_stays_open_past_the_end_of_the_day_is_no_number_used_again(
    hour: str, still_open: list[str]
) -> None:
    held = rows(HEADER + "r1 | 2026-10-05 23:00 | sale | tea | 30", "a")
    found = told_apart(SALES, held, held.clear(), rows(HEADER + f"r1 | 2026-10-06 {hour} | sale | gin | 30", "b"))
    assert found.open["receipt_id"].to_list() == still_open
    assert found.reused["receipt_id"].to_list() == (["r1"] if not still_open else [])


def test_a_line_that_comes_again_within_hours_is_told_and_never_added_as_another_part() -> None:
    held = rows(HEADER + "r1 | 2026-10-05 23:50 | sale | tea | 30", "a")
    came = rows(HEADER + "r1 | 2026-10-06 00:20 | sale | tea | 30\nr1 | 2026-10-06 00:20 | sale | gin | 90", "b")
    found = told_apart(SALES, held, held.clear(), came)
    assert (found.open.height, found.reused["receipt_id"].to_list()) == (0, ["r1"])
