"""Sales: money of a line, kinds, receipts and business days, by example."""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.drawn import frame
from tests.exports.reader import reasons, taken
from transforms.exports import Read
from transforms.exports.money import spread
from transforms.tables import MONEY, SALES

KIOTVIET = (
    "Chi nhánh;Mã hóa đơn;Thời gian;Người bán;Giảm giá hóa đơn;Trạng thái;"
    "Mã hàng;Tên hàng;Số lượng;Đơn giá;Giảm giá;Thành tiền"
)
AMOUNTS = ("receipt_id", "kind", "quantity", "gross_amount", "discount_amount", "net_amount")


def kiotviet(*rows: str) -> Read:
    return taken("\n".join([KIOTVIET, *rows]))


def assert_rows(result: Read, drawing: str, columns: Sequence[str] = AMOUNTS) -> None:
    assert result.rows.select(columns).equals(frame(drawing, SALES.columns).select(columns))


def test_an_invoice_discount_that_stands_on_every_line_is_counted_once() -> None:
    result = kiotviet(
        "Q1;HD1;05/01/2026 08:00;An;10,000;Hoàn thành;CF;Cà phê;2;30,000;2,500;55,000",
        "Q1;HD1;05/01/2026 08:00;An;10,000;Hoàn thành;TR;Trà;1;45,000;0;45,000",
        "Q1;HD2;05/01/2026 08:10;An;0;Đã hủy;TR;Trà;1;45,000;0;45,000",
    )
    assert_rows(
        result,
        """
        receipt_id | kind | quantity | gross_amount | discount_amount | net_amount
        -----------+------+----------+--------------+-----------------+-----------
        HD1        | sale |        2 |       60_000 |          10_500 |     49_500
        HD1        | sale |        1 |       45_000 |           4_500 |     40_500
        HD2        | void |        1 |       45_000 |               0 |     45_000
        """,
    )
    assert result.rows["line_no"].to_list() == [1, 2, 1]


def test_a_wide_build_reads_like_a_narrow_one() -> None:
    row = "Q1;HD1;05/01/2026 08:00:00.123;An;;Hoàn thành;CF;Cà phê;1;30,000;0;30,000"
    extra = [f"Cột {number}" for number in range(50)]
    header, cells = KIOTVIET.split(";"), row.split(";")
    wide = ";".join([*extra[:9], *header[:5], *extra[9:], *header[5:]])
    wide_row = ";".join([*extra[:9], *cells[:5], *extra[9:], *cells[5:]])
    assert taken(f"{wide}\n{wide_row}\n").rows.equals(kiotviet(row).rows)


@pytest.mark.parametrize(
    "damaged",
    [
        "Q1;HD1;05/01/2026 08:00;An;10,000;Hoàn thành;TR;Trà;1;45,000;0;45o000",
        "Q1;HD1;05/01/2026 08:00;An;10,000;Hoàn thành;TR;Trà;1;45,000;0;45,000;",
        'Q1;HD1;05/01/2026 08:00;An;10,000;Hoàn thành;TR;"Trà;1;45,000;0;45,000',
    ],
)
def test_a_discount_whose_shares_cannot_be_known_takes_its_receipt_along(damaged: str) -> None:
    whole = "Q1;HD1;05/01/2026 08:00;An;10,000;Hoàn thành;CF;Cà phê;2;30,000;2,500;55,000"
    other = "Q1;HD2;05/01/2026 08:10;An;5,000;Hoàn thành;TR;Trà;1;45,000;0;45,000"
    result = kiotviet(whole, damaged, other)
    assert result.rows["receipt_id"].to_list() == ["HD2"]
    assert reasons(result)[2] == (["incomplete_receipt"], "Giảm giá hóa đơn")


def test_a_damaged_line_of_a_receipt_without_discount_leaves_the_others() -> None:
    result = kiotviet(
        "Q1;HD1;05/01/2026 08:00;An;0;Hoàn thành;CF;Cà phê;1;30,000;0;30,000",
        "Q1;HD1;05/01/2026 08:00;An;0;Hoàn thành;TR;Trà;1;45,000;0;x",
    )
    assert result.rows["net_amount"].to_list() == [Decimal(30_000)]
    assert reasons(result) == {3: (["bad_number"], "Thành tiền")}


def test_lines_that_disagree_on_the_discount_of_their_receipt_are_rejected() -> None:
    result = kiotviet(
        "Q1;HD1;05/01/2026 08:00;An;10,000;Hoàn thành;CF;Cà phê;1;30,000;0;30,000",
        "Q1;HD1;05/01/2026 08:00;An;20,000;Hoàn thành;TR;Trà;1;45,000;0;45,000",
    )
    assert [why for why, _ in reasons(result).values()] == [["uneven_receipt"]] * 2


def test_thousands_in_vietnamese_writing_are_not_taken_for_decimals() -> None:
    result = kiotviet("Q1;HD1;05/01/2026 08:00;An;0;Hoàn thành;CF;Cà phê;1;30.000;0;30.000")
    assert result.rows["net_amount"].to_list() == [Decimal(30_000)]


def test_negative_quantities_are_returns_unless_the_invoice_is_void() -> None:
    result = kiotviet(
        "Q1;HD1;05/01/2026 08:00;An;0;Hoàn thành;CF;Cà phê;-2;39.000;4.000;-70.000",
        "Q1;HD1;05/01/2026 08:00;An;0;Hoàn thành;TR;Trà;1;45.000;0;45.000",
        "Q1;HD2;05/01/2026 08:00;An;0;Đã hủy;TR;Trà;-1;45.000;0;-45.000",
    )
    assert_rows(
        result,
        """
        receipt_id | kind   | quantity | gross_amount | discount_amount | net_amount
        -----------+--------+----------+--------------+-----------------+-----------
        HD1        | return |       -2 |      -78_000 |          -8_000 |    -70_000
        HD1        | sale   |        1 |       45_000 |               0 |     45_000
        HD2        | void   |       -1 |      -45_000 |               0 |    -45_000
        """,
    )


def test_a_stated_discount_is_taken_as_stated_even_if_the_line_does_not_add_up() -> None:
    result = kiotviet(
        "Q1;HD1;05/01/2026 08:00;An;0;Hoàn thành;CF;Cà phê;2;39.000;4.000;53.000",
        "Q1;HD2;05/01/2026 08:00;An;0;Hoàn thành;CF;Cà phê;2;39.000;;53.000",
    )
    assert_rows(
        result,
        """
        receipt_id | gross_amount | discount_amount | net_amount
        -----------+--------------+-----------------+-----------
        HD1        |       78_000 |           8_000 |     53_000
        HD2        |       78_000 |          25_000 |     53_000
        """,
        ("receipt_id", "gross_amount", "discount_amount", "net_amount"),
    )


@pytest.mark.parametrize(
    ("rate", "line_amount", "discount"),
    [("15", "66.300", 11_700), ("15 %", "66.300", 11_700), ("7", "72.541", 5_459), ("15", "53.000", 11_700)],
)
def test_a_discount_stated_as_a_rate_alone_may_be_rounded_but_not_more(
    rate: str, line_amount: str, discount: int
) -> None:
    text = f"{KIOTVIET}\nQ1;HD1;05/01/2026 08:00;An;0;Hoàn thành;CF;Cà phê;2;39.000;{rate};{line_amount}"
    assert taken(text.replace("Giảm giá;", "Giảm giá %;")).rows["discount_amount"].to_list() == [Decimal(discount)]


def test_an_unknown_status_is_rejected_not_sold() -> None:
    result = kiotviet(
        "Q1;HD1;05/01/2026 08:00;An;0;Phiếu tạm;CF;Cà phê;1;30,000;0;30,000",
        "Q1;HD2;05/01/2026 08:00;An;0;;CF;Cà phê;1;30,000;0;30,000",
    )
    assert list(reasons(result).values()) == [(["unknown_kind"], "Trạng thái")] * 2
    assert result.rejected["amount"].to_list() == [Decimal(30_000)] * 2


amounts = st.decimals(Decimal("-99999.9999"), Decimal("9999999.9999"), places=4)


@given(st.lists(st.tuples(amounts, st.lists(amounts, min_size=1, max_size=8)), min_size=1, max_size=6))
def test_shares_sum_exactly_and_are_fair(receipts: list[tuple[Decimal, list[Decimal]]]) -> None:
    rows = [(f"{number}", amount, weight) for number, (amount, weights) in enumerate(receipts) for weight in weights]
    drawn = pl.DataFrame(rows, schema={"receipt": pl.String, "amount": MONEY, "weight": MONEY}, orient="row")
    lines = drawn.sample(fraction=1, shuffle=True, seed=len(rows))
    shared = lines.with_columns(share=spread(lines, ["receipt"]))
    totals = shared.group_by("receipt", maintain_order=True).agg(pl.col("share").sum(), pl.col("amount").first())
    assert totals["share"].to_list() == totals["amount"].to_list()
    assert shared.drop("share").equals(lines)
    for row in shared.to_dicts():
        amount, weights = receipts[int(row["receipt"])]
        if sum(weights):
            exact = amount * row["weight"] / sum(weights)
            assert abs(row["share"] - exact) <= Decimal("0.0001") + abs(exact) * Decimal("1e-20")


SQUARE = "Date,Time,Time Zone,Category,Item,Qty,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Event Type,Location"


def test_square_discounts_and_refunds_take_our_signs() -> None:
    result = taken(
        f"{SQUARE}\n"
        '2026-01-05,22:00:00,Eastern,Hot,Latte,2.0,"$1,016.00",-$2.00,"$1,014.00",$1.00,T1,Payment,Main\n'
        "2026-01-06,01:30:00,Eastern,Hot,Latte,-1.0,-$8.00,$1.00,-$7.00,-$0.50,T2,Refund,Main\n"
    )
    assert_rows(
        result,
        """
        receipt_id | kind   | quantity | gross_amount | discount_amount | net_amount
        -----------+--------+----------+--------------+-----------------+-----------
        T1         | sale   |        2 |        1_016 |               2 |      1_014
        T2         | return |       -1 |           -8 |              -1 |         -7
        """,
    )
    assert result.rows["business_date"].to_list() == [date(2026, 1, 5)] * 2
    assert result.rows["sold_at"].to_list()[1] == datetime.fromisoformat("2026-01-06 01:30:00")


def test_square_sales_come_from_the_dining_option_else_the_channel() -> None:
    row = "2026-01-05,10:00:00,Eastern,Hot,Latte,1.0,$8.00,$0.00,$8.00,$0.00,T1,Payment,Main"
    both = f"{SQUARE},Dining Option,Channel\n{row},To Go,Main Register\n{row},,Online\n{row},,\n"
    assert taken(both).rows["channel"].to_list() == ["To Go", "Online", None]
    assert taken(f"{SQUARE},Channel\n{row},Online\n").rows["channel"].to_list() == ["Online"]


def test_a_sale_before_the_day_starts_belongs_to_the_evening_before() -> None:
    text = "store_id,receipt_id,sold_at,net_amount\nQ1,1,2026-02-01 03:59:59,1\nQ1,2,2026-02-01 04:00,1\n"
    assert taken(text).rows["business_date"].to_list() == [date(2026, 1, 31), date(2026, 2, 1)]
    assert taken(text, day_starts=time(0)).rows["business_date"].to_list() == [date(2026, 2, 1)] * 2


def test_without_a_time_the_day_is_the_business_day() -> None:
    rows = taken("store_id,receipt_id,sold_date,net_amount\nQ1,1,2026-02-01,1\n").rows
    assert rows.select("business_date", "sold_at").rows() == [(date(2026, 2, 1), None)]


def test_canonical_sales_fill_what_follows_from_the_rest() -> None:
    result = taken(
        "store_id,receipt_id,sold_date,quantity,gross_amount,discount_amount,net_amount\n"
        "Q1,1,2026-02-01,1,100,10,90\nQ1,2,2026-02-01,1,,10,90\nQ1,3,2026-02-01,-1,-100,,-90\n"
    )
    assert_rows(
        result,
        """
        receipt_id | kind   | quantity | gross_amount | discount_amount | net_amount
        -----------+--------+----------+--------------+-----------------+-----------
        1          | sale   |        1 |          100 |              10 |         90
        2          | sale   |        1 |          100 |              10 |         90
        3          | return |       -1 |         -100 |             -10 |        -90
        """,
    )


def test_a_row_that_lacks_what_every_sale_needs_is_rejected() -> None:
    text = "store_id,receipt_id,sold_date,net_amount\nQ1,1,,5\n,2,2026-02-01,5\nQ1,3,2026-02-01,\n"
    assert reasons(taken(text)) == {
        2: (["missing_value"], "sold_date"),
        3: (["missing_value"], "store_id"),
        4: (["missing_value"], "net_amount"),
    }
