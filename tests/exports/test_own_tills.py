"""Sales of tills that a site describes by a profile of its own: receipts, kinds, products and results."""

import re
from decimal import Decimal

import polars as pl
import pytest

from tests.drawn import frame
from tests.exports.reader import of_site, proposed, read_as_proposed, reasons, taken
from transforms.problem import BadExport, BadSite
from transforms.tables import MONEY

TILL = """
system = "till"
table = "sales"
recognised_by = ["no", "day", "sum"]
receipt_scope = "day"
[columns]
receipt_id = { header = "no", required = true }
sold_date = { header = "day", required = true }
product_id = { header = "what", optional = true }
quantity = { header = "qty", optional = true }
net_amount = { header = "sum", required = true }
[derive]
store_id = "'S1'"
[formats]
dates = ["%Y-%m-%d"]
"""


def test_a_till_that_starts_numbering_again_each_day_keeps_its_receipts_apart() -> None:
    rows = taken("no,day,sum\n1,2026-01-05,2\n1,2026-01-05,3\n1,2026-01-06,4\n", profiles=of_site(till=TILL)).rows
    assert rows["receipt_id"].to_list() == ["2026-01-05#1", "2026-01-05#1", "2026-01-06#1"]
    assert rows["line_no"].to_list() == [1, 2, 1]
    assert rows["store_id"].to_list() == ["S1"] * 3


def test_lines_are_numbered_by_receipt_even_if_receipts_stand_mixed() -> None:
    text = "no,day,sum\n1,2026-01-05,2\n2,2026-01-05,3\n1,2026-01-05,4\n1,2026-01-05,5\n2,2026-01-05,6\n"
    assert taken(text, profiles=of_site(till=TILL)).rows["line_no"].to_list() == [1, 1, 2, 3, 2]


def test_an_export_of_returns_gives_them_a_minus() -> None:
    returns = TILL + '[kind]\nalways = "return"\nreturns_are_positive = true\n'
    rows = taken("no,day,sum,qty\nTH1,2026-01-05,40,2\n", profiles=of_site(till=returns)).rows
    assert rows.select("kind", "quantity", "net_amount").rows() == [("return", Decimal(-2), Decimal(-40))]


def test_a_prefix_of_the_receipt_tells_returns_apart() -> None:
    profiles = of_site(till=TILL + '[kind]\nprefix = { return = "C" }\n')
    rows = taken("no,day,sum\nC1,2026-01-05,-4\n2,2026-01-05,4\n", profiles=profiles).rows
    assert rows["kind"].to_list() == ["return", "sale"]


PRODUCTS = """
    product_id | product_name | category | list_price | unit_cost
    -----------+--------------+----------+------------+----------
    CF         | Cà phê       | Drinks   |     30_000 |     9_000
    TR         | Trà          | Drinks   |            |
"""


@pytest.fixture(name="products")
def _products() -> pl.DataFrame:
    texts = dict.fromkeys(("product_id", "product_name", "category"), pl.String())
    return frame(PRODUCTS, {**texts, "list_price": MONEY, "unit_cost": MONEY})


def test_products_give_names_and_cost_that_the_export_leaves_out(products: pl.DataFrame) -> None:
    text = "no,day,sum,what,qty\n1,2026-01-05,60000,CF,2\n2,2026-01-05,5,XX,1\n3,2026-01-05,5,TR,1\n"
    rows = taken(text, profiles=of_site(till=TILL), products=products).rows
    assert rows.select("product_name", "category", "cost_amount").rows() == [
        ("Cà phê", "Drinks", Decimal(18_000)),
        (None, None, None),
        ("Trà", "Drinks", None),
    ]


def test_without_its_list_price_a_line_cannot_be_worked_out(products: pl.DataFrame) -> None:
    priced = TILL.replace("[derive]", '[derive]\ngross_amount = "quantity * list_price"')
    text = "no,day,sum,what,qty\n1,2026-01-05,60000,CF,2\n2,2026-01-05,5,XX,1\n3,2026-01-05,5,TR,1\n"
    result = taken(text, profiles=of_site(till=priced), products=products)
    assert result.rows["gross_amount"].to_list() == [Decimal(60_000)]
    assert list(reasons(result).values()) == [(["unknown_product"], "what")] * 2
    with pytest.raises(BadExport, match=r"the site has no products; add products.csv"):
        taken(text, profiles=of_site(till=priced))


def test_a_product_that_is_there_twice_would_double_its_sales(products: pl.DataFrame) -> None:
    with pytest.raises(BadSite, match="product_id 'CF' more than once"):
        taken("no,day,sum,what\n1,2026-01-05,1,CF\n", profiles=of_site(till=TILL), products=pl.concat([products] * 2))


def test_a_result_that_has_no_room_is_rejected() -> None:
    big = TILL.replace("[derive]", '[derive]\ngross_amount = "quantity * net_amount"')
    result = taken("no,day,sum,qty\n1,2026-01-05,9999999999,9999999999\n", profiles=of_site(till=big))
    assert reasons(result) == {2: (["bad_number"], None)}


TOTALS = '[ignore]\nproduct_id = "^Total$"\n'
STATED = TILL.replace("[columns]", f'{TOTALS}[columns]\nkind = "state"') + (
    '[kind.values]\nsale = ["ok"]\nvoid = ["void"]\nreturn = ["back"]\n'
)


@pytest.mark.parametrize(("total", "rows"), [("60", 60), ("50", 50), ("40", 40), ("55", 50)])
def test_a_total_may_leave_out_voids_and_take_off_what_was_given_back(total: str, rows: int) -> None:
    sold = "1,2026-01-05,45,A,ok\n2,2026-01-05,10,A,void\n3,2026-01-05,5,A,back\n"
    result = taken(f"no,day,sum,what,state\n{sold},,{total},Total,\n", profiles=of_site(till=STATED))
    assert [(own.header, own.total, own.rows) for own in result.stated] == [("sum", Decimal(total), Decimal(rows))]


def test_a_total_of_what_money_is_worked_out_from_is_compared_too() -> None:
    paid = '[check]\npaid = { header = "sum", type = "number" }\n[derive]\nnet_amount = "paid"'
    worked_out = TILL.replace('net_amount = { header = "sum", required = true }', TOTALS).replace("[derive]", paid)
    text = "no,day,sum,what,qty\n1,2026-01-05,45,A,2\n,,44,Total,2\n"
    result = taken(text, profiles=of_site(till=worked_out))
    assert {own.header: own.rows - own.total for own in result.stated} == {"sum": Decimal(1), "qty": Decimal(0)}


DAILY = "Date,Time,Store,Receipt No,Item,Qty,Price,Amount,Receipt discount\n" + "".join(
    f"2026-10-0{day},08:{number:02},HN01,{number},{item},{quantity},{price},{price * quantity},{number % 3}\n"
    for day in (1, 2, 3)
    for number in range(1, 7)
    for item, quantity, price in (("Tea", 1, 10), ("Milk", day, 20))
)


@pytest.mark.parametrize("day", ["2026-10-0", "Oct 1"])
def test_numbers_of_receipts_that_begin_anew_each_day_are_told_and_their_discounts_shared(day: str) -> None:
    text = re.sub("2026-10-0(.)", rf"{day}\1" + (" 2026" if day == "Oct 1" else ""), DAILY)
    proposal, result = proposed(text), read_as_proposed(text, kind="sales")
    assert 'receipt_scope = "day"' in proposal.toml
    assert any('"Receipt No" come again on other days' in said for said in proposal.undecided)
    assert result.rows["receipt_id"].n_unique() == 18
    assert result.rows["net_amount"].sum() == 18 * 10 + 6 * 20 * (1 + 2 + 3) - 3 * 2 * (0 + 1 + 2)


IN_DOUBT = """
    Receipt discount|Discount %|Discount (VND)|discount_amt|disc %|line_discount_amt|promo|Giảm|Giảm %|Tiền CK|Tiền KM
    Số tiền giảm|Giảm giá đơn hàng|coupon_value|tip_amount|Tips|service_fee|Delivery|Ship
    packaging fee|vat_total|Thuế GTGT (8%)|deposit
"""


@pytest.mark.parametrize("unread", [name.strip() for name in IN_DOUBT.replace("\n", "|").split("|") if name.strip()])
def test_a_plain_table_beside_what_may_change_its_amounts_is_not_read(unread: str) -> None:
    plain = "Store,Receipt No,Date,{}{}\nHN01,1,2026-10-13,10{}\n"
    assert taken(plain.format("Revenue", ",Coupon code", ",X1")).rows.height == 1
    assert taken(plain.format("Net amount", f",{unread}", ",2")).rows.height == 1
    with pytest.raises(BadExport, match=r"the profile canonical_sales, which does not know what .* says of a row"):
        taken(plain.format("Revenue", f",{unread}", ",2"))


@pytest.mark.parametrize(
    "unread", ["is_void", "Is Returned", "return qty", "refunded_amount", "SL trả", "exchange rate"]
)
def test_rows_that_may_not_count_are_in_doubt_beside_any_amount(unread: str) -> None:
    text = f"Store,Receipt No,Date,Net amount,delivery address,{unread}\nHN01,1,2026-10-13,10,x,1\n"
    with pytest.raises(BadExport, match=f'what "{unread}" says of a row'):
        taken(text)


@pytest.mark.parametrize("amounts", ["same", "each"])
def test_what_stands_alike_on_all_lines_whatever_their_quantities_is_the_receipts(amounts: str) -> None:
    lines = [
        f"R{number},HN01,2026-10-13,{item},{quantity},{quantity * 10 if amounts == 'each' else number * 30}\n"
        for number in range(1, 7)
        for item, quantity in (("Tea", 1), ("Milk", 2))
    ]
    text = "Receipt,Store,Date,Item,Qty,Revenue\n" + "".join(lines)
    if amounts == "each":
        assert taken(text).rows["net_amount"].sum() == 6 * 30
    else:
        told = r'"Revenue" is the same on every line of 6 receipts \(the first: rows 2 and 3\), whatever its quantity'
        for among in ("", "R9,HN01,2026-10-13,Free,3,0\n"):
            with pytest.raises(BadExport, match=told):
                taken(text + among)


def test_where_only_products_show_whose_an_amount_is_it_is_told() -> None:
    lines = "".join(f"R{n},HN01,2026-10-13,{item},{n * 30}\n" for n in range(1, 7) for item in ("Tea", "Milk"))
    [note] = taken(f"Receipt,Store,Date,Item,Revenue\n{lines}").notes
    assert note.startswith('"Revenue" is the same on every line of 6 receipts (the first: rows 2 and 3): if it is')


def test_lines_of_one_amount_that_prices_prove_are_lines() -> None:
    lines = "".join(f"R{n},HN01,2026-10-13,1,50,50\nR{n},HN01,2026-10-13,2,25,50\n" for n in range(1, 8))
    assert taken(f"Receipt,Store,Date,Qty,Price,Revenue\n{lines}").rows.height == 14


TWO_TILLS = "no,day,at,till,sum\n" + "".join(
    f"{number},2026-10-13,{8 + till}:{number:02},{till},{amount}\n"
    for till in (1, 2)
    for number in range(1, 6)
    for amount in (number, 10)
)
OF_ONE_NUMBER = (
    TILL.replace("product_id =", 'sold_time = { header = "at" }\nproduct_id =').replace(
        "[derive]", '[check]\ntill = { header = "till", type = "text" }\n[derive]'
    )
    + 'times = ["%H:%M"]\n'
)
APART = OF_ONE_NUMBER.replace("[derive]", "[derive]\nreceipt_id = \"till || '-' || receipt_id\"")


def test_tills_that_number_alike_are_told_until_a_profile_tells_them_apart() -> None:
    alike, apart = (taken(TWO_TILLS, profiles=of_site(till=till)) for till in (OF_ONE_NUMBER, APART))
    assert [receipts.rows["receipt_id"].n_unique() for receipts in (alike, apart)] == [5, 10]
    assert alike.notes[0].startswith("5 of 5 receipts have lines of several moments of a day")
    assert "row 2 at 09:01, row 12 at 10:01" in alike.notes[0]
    assert apart.notes == ()


def test_a_table_that_orders_again_is_one_receipt() -> None:
    again = TWO_TILLS.replace("10:05,2,10", "10:06,2,10")
    assert taken(again, profiles=of_site(till=OF_ONE_NUMBER)).notes == ()
