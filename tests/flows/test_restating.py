"""What a later file makes of the receipts that are held: rest, correction, known, outdated."""

from typing import Final

import polars as pl
import pytest

from tests.drawn import full
from transforms.restating import Restatement, compare, lacking
from transforms.tables import SALES


def lines(drawing: str, file_id: str) -> pl.DataFrame:
    rows = full(drawing, SALES.columns).with_columns(
        system=pl.lit("till"), store_id=pl.coalesce("store_id", pl.lit("HN01")), file_id=pl.lit(file_id)
    )
    day = pl.coalesce("business_date", pl.col("sold_at").dt.date())
    numbered = pl.coalesce("line_no", (pl.int_range(pl.len()).over("receipt_id") + 1).cast(pl.Int32))
    return rows.with_columns(day, numbered, row_no=pl.int_range(2, pl.len() + 2, dtype=pl.Int64))


MORNING: Final = """
    receipt_id | sold_at          | product_id | net_amount
    -----------+------------------+------------+-----------
    r1         | 2026-10-05 09:00 | tea        | 30
    r2         | 2026-10-05 13:59 | latte      | 45
"""
AFTERNOON: Final = """
    receipt_id | sold_at          | product_id | net_amount
    -----------+------------------+------------+-----------
    r2         | 2026-10-05 14:01 | cake       | 20
    r3         | 2026-10-05 15:00 | tea        | 30
"""


def after(*files: pl.DataFrame) -> tuple[dict[str, int], list[Restatement]]:
    """The amounts of receipts once `files` came in their order, and what each was."""
    held, changes = files[0].clear(), list[Restatement]()
    for rows in files:
        change = compare(SALES, held, rows)
        stay = held.join(change.superseded, on=["file_id", "row_no"], how="anti")
        held, changes = pl.concat([stay, change.new]), [*changes, change]
    sums = held.group_by("receipt_id").agg(pl.col("net_amount").sum().cast(pl.Int64)).sort("receipt_id")
    return dict(sums.rows()), changes


def test_two_files_that_meet_in_mid_receipt_make_it_whole() -> None:
    amounts, changes = after(lines(MORNING, "a"), lines(AFTERNOON, "b"))
    assert amounts == {"r1": 30, "r2": 65, "r3": 30}
    assert changes[1].completed["receipt_id"].to_list() == ["r2"]


def test_the_halves_may_come_in_the_other_order_and_again() -> None:
    first, second = lines(MORNING, "a"), lines(AFTERNOON, "b")
    amounts, changes = after(second, first, lines(MORNING, "c"), lines(AFTERNOON, "d"))
    assert amounts == {"r1": 30, "r2": 65, "r3": 30}
    assert [change.new.height for change in changes] == [2, 2, 0, 0]
    assert changes[3].completed.is_empty()


def test_a_whole_day_replaces_both_halves_or_finds_them_the_same() -> None:
    whole = lines(MORNING, "c").vstack(lines(AFTERNOON, "c")).with_columns(row_no=pl.int_range(2, 6, dtype=pl.Int64))
    amounts, changes = after(lines(MORNING, "a"), lines(AFTERNOON, "b"), whole)
    assert (amounts, changes[2].new.height) == ({"r1": 30, "r2": 65, "r3": 30}, 0)
    mended = whole.filter(pl.col("product_id") != "cake")
    assert after(lines(MORNING, "a"), lines(AFTERNOON, "b"), mended)[0] == {"r1": 30, "r2": 45, "r3": 30}


def test_one_half_corrected_leaves_the_other() -> None:
    corrected = lines(MORNING.replace("45", "40"), "c")
    amounts, _ = after(lines(MORNING, "a"), lines(AFTERNOON, "b"), corrected)
    assert amounts == {"r1": 30, "r2": 60, "r3": 30}


@pytest.mark.parametrize(
    ("later", "amount"),
    [
        (AFTERNOON.replace("cake ", "latte"), 20),  # the same product: a correction
        (AFTERNOON.replace("14:01", "08:01"), 20),  # the files overlap
        (AFTERNOON.replace("r3 ", "r2 "), 50),  # a file of one receipt
    ],
)
def test_whatever_is_not_surely_the_rest_replaces(later: str, amount: int) -> None:
    amounts, changes = after(lines(MORNING, "a"), lines(later, "b"))
    assert amounts["r2"] == amount
    assert changes[1].superseded["receipt_id"].to_list() == ["r2"]


def test_a_receipt_that_came_with_wholly_other_lines_is_told() -> None:
    _, changes = after(lines(MORNING, "a"), lines(AFTERNOON.replace("14:01", "08:01"), "b"))
    assert changes[1].undecided["receipt_id"].to_list() == ["r2"]
    _, changes = after(lines(MORNING, "a"), lines(AFTERNOON.replace("cake ", "latte"), "b"))
    assert changes[1].undecided.is_empty()


def test_lines_that_go_on_in_the_exports_own_numbers_add_even_if_they_are_equal() -> None:
    numbered = """
        receipt_id | line_no | sold_at          | product_id | net_amount
        -----------+---------+------------------+------------+-----------
        r1         | {}      | 2026-10-05 09:00 | latte      | 45
    """
    one, two = lines(numbered.format(1), "a"), lines(numbered.format(2), "b")
    amounts, changes = after(one, two, two.with_columns(file_id=pl.lit("c")))
    assert (amounts, changes[2].redelivered.height) == ({"r1": 90}, 1)


WHOLE: Final = """
    receipt_id | line_no | sold_at          | net_amount
    -----------+---------+------------------+-----------
    r1         | 0       | 2026-10-05 09:00 | 30
    r2         | 0       | 2026-10-05 13:59 | 50
"""


@pytest.mark.parametrize("order", [(MORNING, WHOLE), (WHOLE, MORNING)])
def test_lines_count_and_whole_receipts_check_them(order: tuple[str, str]) -> None:
    amounts, changes = after(*(lines(drawing, name) for drawing, name in zip(order, "ab", strict=True)))
    assert amounts == {"r1": 30, "r2": 45}
    differing = changes[1].differing.select("store_id", "receipts", "whole_amount", "lines_amount").rows()
    assert [tuple(map(str, row)) for row in differing] == [("HN01", "1", "50.0000", "45.0000")]
    assert changes[1].undecided.is_empty()


def test_a_file_read_again_never_undoes_what_came_after_it() -> None:
    old, correction = lines(MORNING, "a"), lines(MORNING.replace("45", "40"), "b")
    change = compare(SALES, correction, old, newer=["b"])
    assert (change.new.height, change.redelivered.height, change.superseded.height) == (0, 2, 0)
    assert change.outdated["receipt_id"].to_list() == ["r2"]


DAY: Final = """
    receipt_id | sold_at          | product_id | net_amount
    -----------+------------------+------------+-----------
    r1         | 2026-10-05 09:00 | tea        | 30
    r2         | 2026-10-05 10:00 | latte      | 45
    r3         | 2026-10-05 11:00 | tea        | 35
    r4         | 2026-10-05 12:00 | tea        | 35
"""


def test_receipts_that_a_corrected_export_lacks_are_named() -> None:
    held, later = lines(DAY, "a"), lines(DAY, "b")
    assert lacking(SALES, held, later.filter(pl.col("receipt_id") != "r3"))["receipt_id"].to_list() == ["r3"]
    assert lacking(SALES, held, later).is_empty()
    assert lacking(SALES, held, later.filter(pl.col("receipt_id") == "r1")).is_empty(), "it ends before the others"
    two = later.filter(pl.col("receipt_id").is_in(["r1", "r4"]))
    assert lacking(SALES, held, two).is_empty(), "a correction of two receipts"
    assert lacking(SALES, pl.concat([held, held.with_columns(receipt_id=pl.lit("r9"))]), two.head(1)).height <= 1
