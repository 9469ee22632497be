"""Tables that people make themselves: the words they use, and totals that may mean two things."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.drawn import frame
from tests.exports.reader import reasons, taken
from transforms.problem import BadExport
from transforms.tables import SALES


def test_a_vietnamese_table_of_lines() -> None:
    result = taken(
        "Ngày;Cửa hàng;Số hóa đơn;Thu ngân;Tên món;SL;Đơn giá;Chiết khấu;Thành tiền\n"
        "31/10/2026 18:05;Quận 1;'00012;An;Cà phê;2;1.030.000 ₫;5.000 ₫;2.055.000\u00a0₫\n"
        "31/10/2026 18:09;Quận 1;'00013;An;Trà;-1;45.000 ₫;;45.000-\n"
    )
    drawing = """
    receipt_id | line_no | kind   | employee_id | product_name | quantity | gross_amount | discount_amount | net_amount
    -----------+---------+--------+-------------+--------------+----------+--------------+-----------------+-----------
    00012      |       1 | sale   | An          | Cà phê       |        2 |    2_060_000 |           5_000 |  2_055_000
    00013      |       1 | return | An          | Trà          |       -1 |      -45_000 |               0 |    -45_000
    """
    columns = frame(drawing, SALES.columns).columns
    assert result.rejected.is_empty()
    assert result.rows.select(columns).to_dicts() == frame(drawing, SALES.columns).to_dicts()
    assert result.rows["sold_at"].to_list()[0] == datetime.fromisoformat("2026-10-31 18:05")


def test_a_table_of_receipts_marks_them_as_whole() -> None:
    rows = taken("Date,Branch,Order No,Amount\n2026-10-31,Q1,1,90\n2026-10-31,Q1,2,-4.5\n").rows
    assert rows.select("line_no", "kind", "net_amount").rows() == [
        (0, "sale", Decimal(90)),
        (0, "return", Decimal("-4.5")),
    ]


def test_a_total_that_stands_on_several_lines_of_a_receipt_is_not_counted_on_each() -> None:
    result = taken("Date,Branch,Order No,Staff,Total\n2026-10-31,Q1,1,An,90\n2026-10-31,Q1,1,An,90\n")
    assert reasons(result) == {row: (["does_not_add_up"], "Total") for row in (2, 3)}


@pytest.mark.parametrize(
    ("columns", "cells"),
    [
        ("Qty,Unit price,Total", "2,10,21"),  # 21 with tax
        ("Qty,Discount,Total", "2,1,20"),  # before or after the discount
        ("Qty,Tax,Total", "2,1,20"),  # with or without the tax
        ("Qty,Total", "2,20"),  # of the line or of its receipt
        ("SL;Đơn giá;Giảm giá;Thành tiền".replace(";", ","), "2,10,1,20"),
    ],
)
def test_a_total_that_may_mean_two_things_is_rejected(columns: str, cells: str) -> None:
    result = taken(f"Date,Branch,Order No,{columns}\n2026-10-31,Q1,1,{cells}\n")
    assert list(reasons(result)[2][0]) == ["does_not_add_up"]


@pytest.mark.parametrize(
    ("columns", "cells"),
    [("Qty,Unit price,Total", "2,10,20"), ("Qty,Unit price,Discount,Total", "2,10.5,1,20"), ("SL,Thành tiền", "2,20")],
)
def test_a_total_that_its_row_proves_counts(columns: str, cells: str) -> None:
    assert taken(f"Date,Branch,Order No,{columns}\n2026-10-31,Q1,1,{cells}\n").rows["net_amount"].to_list() == [20]


def test_a_status_decides_what_counts() -> None:
    result = taken(
        "Date,Branch,Order No,Status,Amount\n2026-10-31,Q1,1,Completed,9\n2026-10-31,Q1,2,Đã hủy,9\n"
        "2026-10-31,Q1,3,Draft,9\n"
    )
    assert result.rows["kind"].to_list() == ["sale", "void"]
    assert reasons(result)[4][0] == ["unknown_kind"]


def test_an_english_date_must_show_its_order_and_a_vietnamese_one_has_one() -> None:
    with pytest.raises(BadExport, match="2026-02-01 or 2026-01-02"):
        taken("Date,Branch,Order No,Amount\n01/02/2026,Q1,1,9\n")
    assert taken("Ngày,Branch,Order No,Amount\n01/02/2026,Q1,1,9\n").rows["business_date"].to_list() == [
        date(2026, 2, 1)
    ]
    proven = taken("Date,Branch,Order No,Amount\n01/02/2026,Q1,1,9\n01/31/2026,Q1,2,9\n").rows
    assert proven["business_date"].to_list() == [date(2026, 1, 2), date(2026, 1, 31)]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1.234.567,50 ₫", "1234567.5"),
        ("1 234 567,50", "1234567.5"),
        ("1\u202f234\u202f567,50\u00a0₫", "1234567.5"),
        ("1\u2009234\u2009567.50", "1234567.5"),
        ("1,234,567.50 VND", "1234567.5"),
        ("-$9.00", "-9"),
        ("($9.00)", "-9"),
        ("9.00-", "-9"),
        ("$-9.00", "-9"),
        ("−9,00", "-9"),
    ],
)
def test_money_in_the_writings_of_the_world(cell: str, value: str) -> None:
    text = f"Ngày;Cửa hàng;Số hóa đơn;Thực thu\n31/10/2026;Q1;1;{cell}\n"
    assert taken(text).rows["net_amount"].to_list() == [Decimal(value)]


def test_a_table_that_says_it_counts_thousands_is_refused() -> None:
    content = "ĐVT: 1.000 đ,,,\nNgày,Cửa hàng,Số hóa đơn,Doanh thu\n31/10/2026,Q1,1,90\n"
    with pytest.raises(BadExport, match=r'above its header stands "ĐVT: 1.000 đ"'):
        taken(content)
