"""What numbers show where names do not: amounts, units, currencies, rows that are counted twice, and encodings."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from tests.exports.reader import every_profile, reasons, taken
from transforms.exports import Read, load_profiles
from transforms.exports.unknown.proposal import Proposal, propose
from transforms.problem import BadExport

NEEDED = "Store,Bill no,Date"
BILL = "Q1,{0},2026-10-31"


def lines(header: str, *cells: str) -> str:
    bills = (BILL.format(number) for number in range(1, 1 + len(cells)))
    return "\n".join([f"{NEEDED},{header}", *(f"{bill},{some}" for bill, some in zip(bills, cells, strict=True)), ""])


def proposed(content: str, decimals: int = 4) -> Proposal:
    return propose(content.encode(), "x.csv", decimals=decimals)


def read_by(toml: str, content: str | bytes) -> Read:
    return taken(content, profiles={**every_profile(), **load_profiles({}, {"own.toml": toml})})


def net(content: str, decimals: int = 4) -> Decimal:
    result = read_by(proposed(content, decimals).toml, content)
    assert (result.profile.name, result.rejected.height) == ("own", 0)
    return Decimal(result.rows.filter(pl.col("kind") != "void")["net_amount"].sum())


@pytest.mark.parametrize(
    ("content", "amount"),
    [
        (lines("Item,Qty,Price,Disc,Worth", "Tea,2,5,1,9", "Tea,3,5,0,15"), "24"),
        (lines("Item,Qty,Price,Tax,Value,Incl", "Tea,2,5,1,10,11", "Tea,3,5,1.5,15,16.5"), "25"),
        (lines("Item,Qty,Price,S.Chg,Tax,Amount", "Tea,2,5,1,1.1,12.1", "Tea,3,5,1.5,1.65,18.15"), "25"),
        (lines("Item,Sold Qty,Price,Sold Amount,Net amount", "Tea,2,5,10,10", "Tea,0,5,0,-5"), "5"),
        (lines("Item,Qty,Price,Void reason", "Tea,2,5,", "Tea,3,5,Wrong table"), "10"),
        (lines("Nhóm,Item,Qty,Price,Status", "Trà,Trà,2,5,Paid", "Phở,Phở,3,5,Paid"), "25"),
        (lines("Item,Qty,Price,Disc%,Amount", "Tea,2,5,10,9", "Tea,3,5,20,12", "Tea,1,5,50,2.5"), "23.5"),
        (lines("Item,Qty,Price,Discount,Amount", "Tea,2,5,10%,9", "Tea,3,5,20%,12", "Tea,1,5,50%,2.5"), "23.5"),
        (lines("Subtotal,CGST,SGST,Total", "100,9,9,118", "50,4.5,4.5,59"), "150"),
        (lines("Item,Qty,Price,Amount", "Tea,2,5,10.000000000000002", "Tea,3,5,14.999999999999998"), "25"),
    ],
)
def test_what_adds_up_is_taken_whatever_it_is_called(content: str, amount: str) -> None:
    assert net(content) == Decimal(amount)


@pytest.mark.parametrize(
    "header",
    [
        "Subtotal,Merchant Promo,Commission,Tax,Net Payout",
        "Giá trị đơn hàng,Khuyến mãi quán chịu,Phí hoa hồng,Thuế khấu trừ,Thực nhận",
    ],
)
def test_what_a_delivery_service_keeps_was_sold(header: str) -> None:
    content = lines(header, "100,-10,-22.5,-4.5,63", "200,0,-50,-10,140")
    assert net(content) == 290
    assert any("is what is left after" in said for said in proposed(content).undecided)


def test_an_amount_that_is_not_written_in_one_way_is_told() -> None:
    content = lines("Item,Qty,Price,Total amount", "Tea,2,5,9 or 10", "Tea,3,5,about 14", "Tea,1,5,5")
    assert any('"Total amount" is called as an amount is' in said for said in proposed(content).undecided)


def test_an_apostrophe_before_ids_is_not_part_of_them() -> None:
    content = "Store,Bill no,Date,Total\nQ1,'01,2026-10-31,5\nQ1,'02,2026-10-31,5\n"
    assert read_by(proposed(content).toml, content).rows["receipt_id"].to_list() == ["01", "02"]


@pytest.mark.parametrize(
    ("header", "cells", "amount"),
    [
        ("Item,Qty,Price,Discount,Total", ("Tea,2,5,4,21", "Pho,3,5,4,21"), 21),
        ("Item,Qty,Price,Order total", ("Tea,2,5,25", "Pho,3,5,25"), 25),
        ("Item,Qty,Price,Amount,Service charge,VAT,Bill total", ("Tea,2,5,10,1,2,28", "Pho,3,5,15,1,2,28"), 25),
    ],
)
def test_totals_of_receipts_show_what_their_lines_brought(header: str, cells: Sequence[str], amount: int) -> None:
    rows = [f"A1,2026-10-15,{cell}" for cell in cells]
    content = "\n".join([f"Bill No,Date,{header}", *rows, ""])
    assert net(content) == amount


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            lines("Item,Qty,item price", "Tea,2,10", "Tea,1,5", "Tea,3,15"),
            '"item price" grows with the quantity, so it is of the whole line',
        ),
        (
            lines("Category,Qty,Price", "Shoes,2,1200.34", "Shoes,3,1800.51", "Books,2,30.30", "Books,1,15.15"),
            '"Price" grows with the quantity, so it is of the whole line',
        ),
        (
            lines("Item,Qty,Price,A,B", "Tea,2,5,9,9.5", "Tea,3,5,14,14.5"),
            '"A", "B" may be what a row brought, and nothing shows it',
        ),
        (lines("Item,Qty,Voided qty,Price,Amount", "Tea,2,1,5,10", "Tea,3,0,5,15"), "states what was given back"),
        (lines("Total cents", "500", "400"), "counts in another unit"),
        (lines("Total,Discount", "100,10", "50,0"), 'do not show whether "Total" is before or after "Discount"'),
        (lines("Item,Qty,Price,Total (thousand)", "Tea,2,5,10", "Tea,3,5,15"), "counts in another unit"),
        (lines("Total,Currency", "5,USD", "100000,VND"), "has USD, VND: amounts of several currencies"),
        (
            lines("Item,Qty,Price,Amount (USD),Amount (VND)", "Tea,2,5,10,250000", "Tea,3,5,15,375000"),
            '"Amount (USD)" and "Amount (VND)" are in several currencies',
        ),
        (lines("ProductKey,OrderLineItem,Order quantity", "11,1,2", "12,2,3"), "list_price of each product"),
        ("ProductKey,ProductName,ProductCost\n11,Tea,2\n12,Cake,3\n", "If it lists products, people, stores or goals"),
    ],
)
def test_what_numbers_do_not_show_is_left_open(content: str, said: str) -> None:
    seen = proposed(content)
    assert any(said in sentence for sentence in seen.undecided)
    with pytest.raises(BadExport, match=r"does not say what .*net_amount is"):
        read_by(seen.toml, content)


@pytest.mark.parametrize(
    ("days", "first"),
    [
        (("05-20-22", "04-30-22"), date(2022, 5, 20)),
        (("20-05-22", "30-04-22"), None),  # or the 22nd of May 2020
        (("22-05-20", "22-05-21"), None),
    ],
)
def test_a_year_of_two_digits_may_stand_at_either_end(days: tuple[str, str], first: date | None) -> None:
    content = "Store,Bill no,Date,Net sales\n" + "".join(f"Q1,{n},{day},5\n" for n, day in enumerate(days))
    seen = proposed(content)
    told = [s for s in seen.undecided if "not written as days in one way" in s]
    assert (read_by(seen.toml, content).rows["business_date"][0] if not told else None) == first


def test_sales_without_a_receipt_are_told_how_each_may_be_one() -> None:
    content = "Store,Datetime,Item,Net sales\nQ1,2026-10-31 10:15:50.520,Tea,5\nQ1,2026-10-31 10:19:22.539,Tea,5\n"
    seen = proposed(content)
    [line] = [s for s in seen.undecided if "receipt_id" in s]
    own = re.findall('receipt_id = "[^"]+"', line)[0]
    assert read_by(seen.toml.replace("[derive]", f"[derive]\n{own}"), content).rows["receipt_id"].n_unique() == 2


def test_rows_that_repeat_those_of_their_receipt_are_told() -> None:
    parts = (("Sale", 3), ("Sale Line", 1), ("Sale Line", 2))
    rows = [f"Q1,{n},2026-10-31,{kind},{amount}" for n in range(1, 6) for kind, amount in parts]
    seen = proposed("\n".join([f"{NEEDED},Line Type,Total", *rows, ""]))
    assert any('Rows with "Sale" and with "Sale Line" in "Line Type" come to the same' in s for s in seen.undecided)


def test_a_later_file_in_another_currency_is_not_added_up() -> None:
    content = lines("Total,Currency", "5,USD", "7,USD")
    result = read_by(proposed(content).toml, content.replace("7,USD", "7,EUR"))
    assert reasons(result) == {3: (["bad_text"], "Currency")}


def test_a_currency_without_thousandths_shows_what_marks_mean() -> None:
    content = lines("Item,Qty,Price,Amount", "Trà,2,45.000,90.000", "Trà,1,45.000,45.000")
    assert net(content, decimals=2) == Decimal(135_000)
    with pytest.raises(BadExport, match="does not show whether"):
        net(content)


@pytest.mark.parametrize(
    ("encoding", "header", "row"),
    [
        ("cp932", "店舗名,伝票番号,会計日,商品名,数量,単価,小計", "渋谷店,1,2026-10-31,緑茶,2,45,90"),
        ("gb18030", "门店名称,订单号,营业日期,菜品名称,数量,单价,实收金额", "人民广场店,1,2026-10-31,绿茶,2,45,90"),
        ("cp1251", "Магазин,Чек,Дата,Товар,Количество,Цена,Сумма", "Центр,1,2026-10-31,Чай,2,45,90"),
        ("utf-8", "매장명,영수증번호,영업일자,상품명,수량,단가,실매출액", "강남,1,2026-10-31,녹차,2,45,90"),
    ],
)
def test_encodings_of_the_region_are_known_by_the_words_they_make(encoding: str, header: str, row: str) -> None:
    content = f"{header}\n{row}\n".encode(encoding)
    rows = read_by(propose(content, "x.csv").toml, content).rows
    assert rows.select("store_id", "product_name", "net_amount").rows() == [(*row.split(",")[0:4:3], Decimal(90))]


def test_the_name_of_a_time_zone_may_stand_behind_moments() -> None:
    content = "Store,Order ID,Order Date,Total\nQ1,1,31-Oct-2026 09:05 PM ICT,9\nQ1,2,30-Oct-2026 09:05 AM ICT,9\n"
    rows = read_by(proposed(content).toml, content).rows
    assert rows["sold_at"].dt.strftime("%d %H:%M").to_list() == ["31 21:05", "30 09:05"]


@pytest.mark.parametrize("flag", ["Voided", "Training", "Transaction type", "Payment status", "Trạng thái đơn hàng"])
def test_a_flag_that_is_not_known_keeps_a_table_from_being_anybodys(flag: str) -> None:
    with pytest.raises(BadExport, match="kpi profile FILE"):
        taken(lines(f"Total,{flag}", "5,Y"))
