"""Shops online and readers of cards: orders filled down, what is paid out, and money in several currencies."""

from decimal import Decimal

import pytest

from tests.exports.examples import TILLS
from tests.exports.reader import assert_rows, reasons, taken
from transforms.problem import BadExport

SHOPIFY = TILLS["shopify_orders"][1]


def test_shopify_orders_are_filled_down_and_never_into_another_order() -> None:
    assert_rows(
        taken(
            f"{SHOPIFY}\n"
            "#1,a@b.c,paid,27.00,5.00,2.00,34.00,3.00,2026-01-05 10:15:00 -0400,2,Tea,10.00,T,,0.00\n"
            "#1,,,,,,,,,1,Cup,10.00,C,,\n"
            "#2,,refunded,10.00,5.00,0.00,15.00,0.00,2026-01-05 11:00:00 -0400,1,Tea,10.00,T,,15.00\n"
            "#3,x@b.c,partially_refunded,20.00,0.00,2.00,22.00,0.00,2026-01-05 12:00:00 -0400,1,Tea,10.00,T,,11.00\n"
            "#3,,,,,,,,,1,Cup,10.00,C,,\n"
            "#4,,paid,10.00,0.00,0.00,10.00,0.00,2026-01-05 12:00:00 -0400,1,Tea,10.00,T,2026-01-06 09:00:00 -0400,\n"
            "#5,x@b.c,voided,10.00,0.00,0.00,10.00,0.00,2026-01-05 12:00:00 -0400,1,Tea,10.00,T,,\n"
            "#6,x@b.c,paid,10.00,0.00,0.00,10.00,5.00,2026-01-05 12:00:00 -0400,1,Tea,10.00,T,,\n"
        ),
        """
        receipt_id | kind | customer_id | product_id | sold_at          | gross_amount | discount_amount | net_amount
        -----------+------+-------------+------------+------------------+--------------+-----------------+-----------
        #1         | sale | a@b.c       | T          | 2026-01-05 10:15 |           20 |               2 |         18
        #1         | sale | a@b.c       | C          | 2026-01-05 10:15 |           10 |               1 |          9
        #2         | void |             | T          | 2026-01-05 11:00 |           10 |               0 |         10
        #3         | sale | x@b.c       | T          | 2026-01-05 12:00 |            5 |               0 |          5
        #3         | sale | x@b.c       | C          | 2026-01-05 12:00 |            5 |               0 |          5
        #4         | void |             | T          | 2026-01-05 12:00 |           10 |               0 |         10
        #5         | void | x@b.c       | T          | 2026-01-05 12:00 |           10 |               0 |         10
        #6         | sale | x@b.c       | T          | 2026-01-05 12:00 |           10 |               0 |         10
        """,
    )


def test_shopify_orders_whose_money_is_not_understood_are_rejected() -> None:
    result = taken(
        f"{SHOPIFY}\n"
        "#1,a@b.c,partially_refunded,10.00,5.00,0.00,15.00,0.00,2026-01-05 10:15:00 -0400,1,Tea,10.00,T,,3.00\n"
        "#2,a@b.c,paid,8.00,0.00,0.00,8.00,1.00,2026-01-05 10:15:00 -0400,1,Tea,10.00,T,,\n"
        "#3,a@b.c,paid,20.00,0.00,0.00,20.00,0.00,2026-01-05 10:15:00 -0400,1,Tea,10.00,T,,,\n"
        "#3,,,,,,,,,1,Cup,10.00,C,,\n"
        "#4,a@b.c,paid,10.00,0.00,0.00,10.00,0.00,2026-01-05 10:15:00 -0400,1,Tea,10.00,T,,\n"
    )
    assert result.rows["receipt_id"].to_list() == ["#4"]
    assert {row: why for row, (why, _) in reasons(result).items()} == {
        2: ["does_not_add_up"],
        3: ["does_not_add_up"],
        4: ["wrong_width"],
        5: ["missing_value", "unknown_kind"],
    }


def test_what_sums_up_an_order_of_ebay_is_no_line_of_it() -> None:
    assert_rows(
        taken(
            "\n"
            "Sales Record Number,Order Number,Item Number,Item Title,Quantity,Sold For,Total Price,Sale Date\n"
            ",,,,,,,\n"
            '101,,4001,Lamp,1,"AU $1,090.00","AU $1,099.00",26-May-26\n'
            "102,12-4,,,3,AU $28.00,AU $31.00,25-May-26\n"
            "102,12-4,4002,Cup,2,AU $6.50,,25-May-26\n"
            "102,12-4,4003,Tea,1,AU $15.00,,25-May-26\n"
            "\n"
            "2,record(s) downloaded,\n"
            "Seller ID : jo\n"
        ),
        """
        store_id | receipt_id | business_date | line_no | product_name | quantity | net_amount
        ---------+------------+---------------+---------+--------------+----------+-----------
        eBay     | 101        | 2026-05-26    |       1 | Lamp         |        1 |      1_090
        eBay     | 102        | 2026-05-25    |       1 | Cup          |        2 |         13
        eBay     | 102        | 2026-05-25    |       2 | Tea          |        1 |         15
        """,
    )


def test_what_sumup_pays_out_is_no_sale() -> None:
    header = TILLS["sumup_transactions"][1]
    result = taken(
        f"{header}\n2026-01-05 10:00:00,T1,Umsatz,Erfolgreich,8.00,7.80,0.20,0.0\n"
        "2026-01-05 10:00:05,T1,Auszahlung,Gezahlt,8.00,,,\n"
        "2026-01-05 10:05:00,T2,Umsatz,Fehlgeschlagen,8.00,7.80,0.20,0.0\n"
        "2026-01-05 10:10:00,T3,Umsatz,Erfolgreich,8.00,7.00,0.20,0.0\n"
        "2026-01-05 10:15:00,T4,Rückerstattung,Erfolgreich,8.00,7.80,0.20,0.0\n"
    )
    assert (result.rows["net_amount"].to_list(), result.ignored) == ([Decimal("7.8")], 1)
    assert [why for why, _ in reasons(result).values()] == [["unknown_kind"], ["does_not_add_up"], ["unknown_kind"]]
    assert [note.split(", which")[0] for note in result.notes] == [
        '"Zahlungsart" holds Rückerstattung',
        '"Status" holds Fehlgeschlagen',
    ]


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("ebay_orders", "102,12-4,,Lamp,1,£8.00,£8.00,Jan-05-26"),
        ("sumup_sales", "a@b.c,05.01.26,10:00,Sales,T2,S2,2,Tea,EUR,8.00,7.80,0.20"),
    ],
)
def test_what_is_in_another_currency_than_the_first_row_is_rejected(name: str, row: str) -> None:
    _, header, first = TILLS[name]
    result = taken(f"{header}\n{first}\n{row}\n")
    assert (result.rows.height, result.ignored) == (1, 0)
    assert [why for why, _ in reasons(result).values()] == [["does_not_add_up"]]


@pytest.mark.parametrize("unread", ["Refund Amount", "Order Status"])
def test_orders_of_ebay_that_may_be_given_back_or_cancelled_are_not_read_in_full(unread: str) -> None:
    _, header, row = TILLS["ebay_orders"]
    with pytest.raises(BadExport, match=r"does not know what .* says of a row"):
        taken(f"{header},{unread}\n{row},x\n")
