"""Every rule of every suite, as drawn tables: the last column says why a row is quarantined; empty, it is kept.

Rows are drawn several to a rule, good and bad, so that no file is refused for having mostly bad ones.
"""

import polars as pl
import pytest

from tests.drawn import frame, full
from tests.quality.conftest import Judge
from transforms.quality import rules
from transforms.tables import TABLES

SALES = """
    store_id | business_date | receipt_id | kind   | employee_id | quantity | gross_amount | discount_amount | net_amount | reasons
    ---------+---------------+------------+--------+-------------+----------+--------------+-----------------+------------+--------
    q1       | 2026-02-01    | r1         | sale   | an          | 2        | 90_000       | 0               | 90_000     |
    q3       | 2026-03-01    | r2         | sale   |             | 1        | 45_000       | 5_000           | 40_000     |
    q1       | 2024-01-01    | r3         | return | binh        | -1       | -45_000      | 0               | -45_000    |
    q1       | 2026-02-01    | r4         | void   | an          | 1        | 45_000       | 0               | 45_000     |
    q1       | 2026-02-01    | r5         | sale   | an          | 1        |              |                 | 45_000     |
    q1       | 2026-02-01    | r5         | sale   | an          | 0        | 0            | 0               | 0          |
    q1       | 2026-02-01    | r6         | sale   | an          | 1        | 10.00        | 3.33            | 6.68       |
             | 2026-02-01    | r7         | sale   | an          | 1        | 45_000       | 0               | 45_000     | no_store
    q2       | 2026-02-01    | r8         | sale   | an          | 1        | 45_000       | 0               | 45_000     | unknown_store
    Q1       | 2026-02-01    | r8         | sale   | an          | 1        | 45_000       | 0               | 45_000     | unknown_store
    q1       | 2026-02-01    | r8         | sale   | chi         | 1        | 45_000       | 0               | 45_000     | unknown_employee
    q1       |               | r9         | sale   | an          | 1        | 45_000       | 0               | 45_000     | no_date
    q1       | 2026-03-02    | r9         | sale   | an          | 1        | 45_000       | 0               | 45_000     | future_date
    q1       | 2023-12-31    | r9         | sale   | an          | 1        | 45_000       | 0               | 45_000     | too_old
    q1       | 2026-02-01    |            | sale   | an          | 1        | 45_000       | 0               | 45_000     | no_receipt
    q1       | 2026-02-01    | r10        |        | an          | 1        | 45_000       | 0               | 45_000     | no_kind
    q1       | 2026-02-01    | r10        | Sale   | an          | 1        | 45_000       | 0               | 45_000     | unknown_kind
    q1       | 2026-02-01    | r11        | sale   | an          |          | 45_000       | 0               | 45_000     | no_quantity
    q1       | 2026-02-01    | r11        | sale   | an          | 1        | 45_000       | 0               |            | no_amount
    q1       | 2026-02-01    | r12        | return | an          | 1        | -45_000      | 0               | -45_000    | positive_return
    q1       | 2026-02-01    | r12        | return | an          | -1       | 45_000       | 0               | 45_000     | positive_return
    q1       | 2026-02-01    | r12        | return | an          |          | 45_000       | 0               | 45_000     | no_quantity+positive_return
    q1       | 2026-02-01    | r13        | sale   | an          | 1        | 10.00        | 3.33            | 6.69       | does_not_add_up
    q1       | 2026-02-01    | r13        | sale   | an          | 1        | 45_000       | 5_000           | 45_000     | does_not_add_up
    q2       | 2026-03-02    |            | other  | chi         |          | 45_000       | 5_000           | 45_000     | unknown_store+unknown_employee+future_date+no_receipt+unknown_kind+no_quantity+does_not_add_up
"""  # noqa: E501 - a row is a row

CLOCKINGS = """
    store_id | employee_id | business_date | clock_in         | clock_out        | stated_hours | unpaid_hours | reasons
    ---------+-------------+---------------+------------------+------------------+--------------+--------------+--------
    q1       | an          | 2026-02-01    | 2026-02-01 07:58 | 2026-02-01 16:03 |              |              |
             | binh        | 2026-03-01    | 2026-03-01 22:00 | 2026-03-02 06:00 |              |              |
    q1       | an          | 2026-02-02    | 2026-02-02 08:00 |                  |              |              |
    q1       | an          | 2026-02-03    |                  | 2026-02-04 02:00 |              |              |
    q1       | an          | 2026-02-04    | 2026-02-04 08:00 | 2026-02-05 08:00 |              |              |
    q2       | an          | 2026-02-01    | 2026-02-01 08:00 | 2026-02-01 16:00 |              |              | unknown_store
    q1       |             | 2026-02-01    | 2026-02-01 08:00 | 2026-02-01 16:00 |              |              | no_employee
    q1       | chi         | 2026-02-01    | 2026-02-01 08:00 | 2026-02-01 16:00 |              |              | unknown_employee
    q1       | an          |               | 2026-02-01 08:00 | 2026-02-01 16:00 |              |              | no_date
    q1       | an          | 2026-03-02    | 2026-03-02 08:00 | 2026-03-02 16:00 |              |              | future_date
    q1       | an          | 2000-01-01    | 2000-01-01 00:03 |                  |              |              | too_old
    q1       | an          | 2026-02-01    |                  |                  |              |              | no_punch
    q1       | an          | 2026-02-01    | 2026-02-01 16:00 | 2026-02-01 08:00 |              |              | out_before_in
    q1       | an          | 2026-02-01    | 2026-02-01 08:00 | 2026-02-01 08:00 |              |              | out_before_in
    q1       | an          | 2026-02-01    | 2026-02-01 08:00 | 2026-02-02 08:01 |              |              | impossible_shift
    q1       | an          | 2026-02-01    |                  | 2000-01-01 00:00 |              |              | punch_off_date
    q1       | an          | 2026-02-01    | 2026-02-09 08:00 |                  |              |              | punch_off_date
    q1       | an          | 2026-02-01    | 2026-02-01 08:00 | 2026-02-09 08:00 |              |              | impossible_shift+punch_off_date
    q1       | an          | 2026-02-01    |                  |                  | 7.9667       |              |
    q1       | an          | 2026-02-01    | 2026-02-01 08:00 | 2026-02-01 16:00 |              | 0.5          |
    q1       | an          | 2026-02-01    |                  |                  | 24.5         |              | impossible_hours
    q1       | an          | 2026-02-01    | 2026-02-01 08:00 | 2026-02-01 16:00 |              | 25           | impossible_hours
"""  # noqa: E501 - a row is a row

ROSTER = """
    store_id | employee_id | business_date | scheduled_in     | scheduled_out    | reasons
    ---------+-------------+---------------+------------------+------------------+--------
    q1       | an          | 2026-02-01    | 2026-02-01 08:00 | 2026-02-01 16:00 |
             | binh        | 2026-04-01    | 2026-04-01 22:00 | 2026-04-02 06:00 |
    q1       | an          | 2026-02-02    | 2026-02-02 08:00 | 2026-02-03 08:00 |
    q2       | an          | 2026-02-01    | 2026-02-01 08:00 | 2026-02-01 16:00 | unknown_store
    q1       |             | 2026-02-01    | 2026-02-01 08:00 | 2026-02-01 16:00 | no_employee
    q1       | chi         | 2026-02-01    | 2026-02-01 08:00 | 2026-02-01 16:00 | unknown_employee
    q1       | an          |               | 2026-02-01 08:00 | 2026-02-01 16:00 | no_date
    q1       | an          | 2023-02-01    | 2023-02-01 08:00 | 2023-02-01 16:00 | too_old
    q1       | an          | 2026-02-01    |                  | 2026-02-01 16:00 | no_schedule
    q1       | an          | 2026-02-01    | 2026-02-01 08:00 |                  | no_schedule
    q1       | an          | 2026-02-01    | 2026-02-01 16:00 | 2026-02-01 08:00 | out_before_in
    q1       | an          | 2026-02-01    | 2026-02-01 08:00 | 2026-02-03 08:00 | impossible_shift
"""

RATINGS = """
    store_id | employee_id | business_date | measure       | value  | reasons
    ---------+-------------+---------------+---------------+--------+--------
    q1       | an          | 2026-02-01    | service_skill | 82.5   |
    q1       | an          | 2026-02-01    | shoe_size     | 42     | unknown_measure
             | binh        | 2026-02-01    | service_skill | 0      |
    q3       |             | 2026-03-01    | cleanliness   | 100    |
             |             | 2026-02-01    | service_skill | 80     | no_subject
    q2       |             | 2026-02-01    | service_skill | 80     | unknown_store
             | chi         | 2026-02-01    | service_skill | 80     | unknown_employee
    q1       |             |               | service_skill | 80     | no_date
    q1       |             | 2026-03-02    | service_skill | 80     | future_date
    q1       |             | 2019-03-02    | service_skill | 80     | too_old
    q1       |             | 2026-02-01    |               | 80     | no_measure
    q1       |             | 2026-02-01    | service_skill |        | no_value
    q1       |             | 2026-02-01    | service_skill | 100.01 | off_scale
    q1       |             | 2026-02-01    | service_skill | -1     | off_scale
    q1       |             | 2026-02-01    | loss_amount   | -5000  |
    q1       |             | 2026-02-01    | guest_count   | 5000   |
"""

DRAWN = {"sales": SALES, "clockings": CLOCKINGS, "roster": ROSTER, "ratings": RATINGS}
OF_THE_BATCH = {"wrong_columns", "no_rows", "small_amounts"}
ONLY_WARNED = {"negative_sale", "large_amount"}


def drawn(table: str) -> pl.DataFrame:
    columns = dict(TABLES[table].columns)
    reasons = frame(DRAWN[table], columns | {"reasons": pl.List(pl.String)}).select("reasons")
    without = "\n".join(line.rpartition("|")[0] for line in DRAWN[table].strip().splitlines())
    return full(without, columns).with_columns(row_no=pl.int_range(pl.len())).hstack(reasons)


@pytest.mark.parametrize("table", DRAWN)
def test_each_row_is_kept_or_quarantined_with_all_its_reasons(gate: Judge, table: str) -> None:
    expected = drawn(table)
    good = pl.col("reasons").list.len() == 0

    judged = gate(table, expected.drop("reasons"))

    assert judged.kept.equals(expected.filter(good).drop("reasons"))
    assert judged.quarantined.to_dicts() == expected.filter(~good).to_dicts()
    assert judged.quarantined.schema == expected.schema
    assert judged.closed == ()


@pytest.mark.parametrize("table", DRAWN)
def test_no_rule_goes_undrawn(table: str) -> None:
    drawn_reasons = set(drawn(table)["reasons"].explode().drop_nulls())
    assert {reason for reason, _ in rules(table)} - drawn_reasons <= OF_THE_BATCH | ONLY_WARNED


def test_equal_lines_of_a_receipt_are_two_sales(gate: Judge) -> None:
    line = drawn("sales").head(1).drop("reasons")
    assert gate("sales", pl.concat([line, line])).kept.height == 2


WARNED = """
    store_id | business_date | receipt_id | kind | quantity | net_amount
    ---------+---------------+------------+------+----------+-----------
    q1       | 2026-02-01    | r1         | sale | 1        | 50_000_000
    q1       | 2026-02-01    | r2         | sale | 1        | 50_000_000.0001
    q1       | 2026-02-01    | r3         | sale | 1        | -20_000
    q1       | 2026-02-01    | r3         | sale | 1        | 20_000
"""


def test_what_is_only_odd_is_told_and_kept(gate: Judge) -> None:
    judged = gate("sales", full(WARNED, TABLES["sales"].columns))
    assert judged.kept.height == 4
    assert judged.closed == ()
    assert [(w.reason, w.observed, w.allowed) for w in judged.warnings] == [
        ("negative_sale", "1/4", "≤ 0/4"),
        ("large_amount", "1/4", "≤ 0/4"),
    ]


@pytest.mark.parametrize(
    ("amounts", "is_closed"),
    [
        ((66, 25, 31, 0, 42, 1_588_000), True),
        ((66, 25, 31, 42), False),  # too few to tell
        ((66_000, 200, 200, 25_000, 31_000), False),
        ((-45_000, -31_000, -25_000, 200, 200, 0, 0), False),
        ((0, 0), False),
    ],
)
def test_amounts_that_are_mostly_too_small_for_the_currency_refuse_the_file(
    gate: Judge, amounts: tuple[int, ...], is_closed: bool
) -> None:
    """Gifts and add-ons for nothing do not count, and neither does a sign."""
    lines = "\n".join(f"q1 | 2026-02-01 | r{n} | sale | 1 | {amount}" for n, amount in enumerate(amounts))
    rows = full(WARNED.partition("q1 ")[0] + lines, TABLES["sales"].columns)
    judged = gate("sales", rows, small_amount=1_000)
    assert [finding.reason for finding in judged.closed] == (["small_amounts"] if is_closed else [])
