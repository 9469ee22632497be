"""Exports of well-known shapes: the profile that is proposed for each reads it to the right totals, or says why not."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from tests.exports.reader import taken
from transforms.exports import load_profiles, shipped_profiles
from transforms.exports.unknown.proposal import Proposal, propose
from transforms.exports.vocabulary import simple
from transforms.problem import BadExport

# Name -> table that must be proposed, rows of the file, net amount (sales) or hours, quantity, first day.
SALES: dict[str, tuple[str, str, str, date]] = {
    "coffee": (
        (
            "transaction_id,transaction_date,transaction_time,transaction_qty,store_id,unit_price,product_detail\n"
            "1,2023-01-01,07:06:11,2,5,3,Ethiopia Rg\n2,2023-01-13,07:08:56,2,8,3.1,Spicy Eye Opener\n"
        ),
        "12.2",
        "4",
        date(2023, 1, 1),
    ),
    "supermarket": (
        (
            "Invoice ID,Branch,Product line,Unit price,Quantity,Tax 5%,Total,Date,Time,cogs,gross income,Rating\n"
            "750-67,A,Beauty,74.69,7,26.1415,548.9715,1/5/2019,13:08,522.83,26.1415,9.1\n"
            "226-31,C,Phones,15.28,5,3.82,80.22,3/28/2019,10:29,76.4,3.82,9.6\n"
        ),
        "599.23",
        "12",
        date(2019, 1, 5),
    ),
    "pizza": (
        (
            "order_details_id,order_id,pizza_id,quantity,order_date,order_time,unit_price,total_price,pizza_name\n"
            "1,1,hawaiian,1,1/1/2015,11:38:36,13.25,13.25,Hawaiian\n2,2,cheese,2,13/1/2015,11:57:40,18.5,37,Cheese\n"
        ),
        "50.25",
        "3",
        date(2015, 1, 1),
    ),
    "online_retail": (
        (
            "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
            "536365,85123A,HOLDER,6,12/1/2010 8:26,2.55,17850,UK\nC536379,D,Discount,-1,12/13/2010 9:41,27.5,14527,UK\n"
        ),
        "-12.2",
        "5",
        date(2010, 12, 1),
    ),
    "clover": (
        (
            "Line Item Date,Order ID,Item Name,Per Unit Quantity,Item Revenue,Discounts,Tax Amount,Item Total,Void\n"
            "05-Oct-2026 09:12 AM,A1,Tea,1,4.50,0,0.40,4.90,No\n05-Oct-2026 01:15 PM,A2,Tea,2,9.00,1.00,0.70,8.70,No\n"
        ),
        "12.5",
        "3",
        date(2026, 10, 5),
    ),
    "lightspeed": (
        (
            "Date,Receipt,Quantity,Subtotal,Sales Tax,Discount,Total,Details,Register,User,Status\n"
            "2026-10-05 09:12:11,1001,2,80.00,8.00,0,88.00,Tea,Main,Ann,CLOSED\n"
        ),
        "80",
        "2",
        date(2026, 10, 5),
    ),
    "sapo": (
        (
            "Mã đơn hàng,Ngày tạo đơn,Chi nhánh,Mã SKU,Tên sản phẩm,Số lượng,Đơn giá,Chiết khấu sản phẩm,Thành tiền,"
            "Trạng thái đơn hàng,Nguồn\n"
            "S1,05/10/2026 09:15,Q1,SP1,Trà,2,45.000,0,90.000,Hoàn thành,POS\n"
            "S2,15/10/2026 10:15,Q1,SP2,Cà phê,1,35.000,5.000,30.000,Hoàn thành,Facebook\n"
        ),
        "120000",
        "3",
        date(2026, 10, 5),
    ),
    "ipos": (
        (
            "STT,Mã cửa hàng,Ngày,Giờ vào,Giờ ra,Số hóa đơn,Thu ngân,Tên món,SL,Đơn giá,Thành tiền,Giảm giá,VAT,"
            "Tổng thanh toán\n"
            "1,CH01,05/10/2026,11:05,12:10,HD1,Thu,Phở,2,65.000,130.000,0,10.400,140.400\n"
            "2,CH01,25/10/2026,11:05,12:10,HD2,Thu,Phở,1,65.000,65.000,6.500,4.680,63.180\n"
        ),
        "188500",
        "3",
        date(2026, 10, 5),
    ),
}
# The person's answer where the cells leave something open: what she strikes from the proposal.
DECIDED = dict.fromkeys(
    ("sapo", "ipos"),
    ('{ decimal = ".", group = "," }, { decimal = ",", group = "." }', '{ decimal = ",", group = "." }'),
)


def proposed(content: str, name: str = "x") -> Proposal:
    return propose(content.encode(), f"{name}.csv")


@pytest.mark.parametrize("name", SALES)
def test_sales_are_read_to_their_totals_by_what_is_proposed(name: str) -> None:
    content, net, quantity, first = SALES[name]
    toml = proposed(content, name).toml.replace(*DECIDED.get(name, ("", "")))
    profiles = load_profiles({**shipped_profiles(), "own.toml": toml})
    result = taken(content, profiles=profiles)
    assert (result.profile.name, result.rejected.height) == ("own", 0)
    assert (result.rows["net_amount"].sum(), result.rows["quantity"].sum()) == (Decimal(net), Decimal(quantity))
    assert result.rows["business_date"][0] == first


@pytest.mark.parametrize("name", sorted(DECIDED))
def test_what_numbers_do_not_show_is_said_and_not_guessed(name: str) -> None:
    seen = proposed(SALES[name][0], name)
    assert any(re.search(r"\([0-9.]+ is [0-9.]+ or [0-9]+\)", said) for said in seen.undecided)
    with pytest.raises(BadExport, match="does not show whether"):
        taken(SALES[name][0], profiles=load_profiles({"own.toml": seen.toml}))


def test_both_readings_of_a_day_are_shown_and_neither_is_taken() -> None:
    content = "Order ID,Order Date,Product Name,Sales,Quantity,Discount\nCA-1,11/8/2016,Chair,261.96,2,0.2\n"
    seen = proposed(content)
    assert any("11/8/2016 is 2016-08-11 or 2016-11-08" in said for said in seen.undecided)
    assert any('"Sales" is taken for net_amount by its name only' in said for said in seen.undecided)
    with pytest.raises(BadExport, match="does not show whether '11/8/2016'"):
        taken(content, profiles=load_profiles({"own.toml": seen.toml}))


def test_a_later_file_that_does_not_add_up_is_not_read_wrongly() -> None:
    content = SALES["pizza"][0]
    profiles = load_profiles({"own.toml": proposed(content).toml})
    later = taken(content.replace(",37,", ",30,"), profiles=profiles)
    assert later.rejected["reasons"].to_list() == [["does_not_add_up"]]
    assert later.rows["net_amount"].sum() == Decimal("13.25")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('date,ticket,article,Quantity,unit_price\n2021-01-02,T1,PAIN,1.0,"0,90 €"\n', "not all written in one way"),
        ("Date,Bill No,Item,Qty,Price,Total\n2026-10-05,1,Tea,2,5,11\n", "No column is known to be net_amount"),
        ("Date,Bill No,Item,Total\n2026-10-05,1,Tea,11\n2026-10-05,1,Cake,11\n", "the same on all lines"),
        ("Date,Bill No,Item,Sales,Status\n2026-10-05,1,Tea,2,Open\n2026-10-05,2,Tea,2,Void\n", "is one of Open, Void"),
        (
            "Date,Bill No,Item,Qty,Price,Discount,Total\n2026-10-05,1,Tea,2,5,0.2,8\n",
            "No column is known to be net_amount",
        ),
        (
            "Staff ID,Date,Start,End,Mealbreak\n7,2026-10-05,08:03,17:00,00:30\n",
            '"Mealbreak", in hours, is taken off the hours from in to out; strike it under [columns] if it is paid.',
        ),
        (
            "Staff ID,Date,Start,End\n7,2026-10-05,08:00,17:00\n8,2026-10-05,09:00,18:15\n",
            'if this is a roster, table = "roster"',
        ),
        ("Staff ID,Date,Start,End\n7,46300,08:03,17:00\n", "a spreadsheet's number of a day"),
        (
            "Ann,,\nDate,In,Out\n2026-10-05,08:03,17:00\nBob,,\nDate,In,Out\n2026-10-05,08:03,17:00\n",
            "The header stands 2 times",
        ),
        (
            ",,Staff ID,Date,In,Out\n,,7,2026-10-05,08:03,17:00\n" + ",,,2026-10-06,08:03,17:00\n" * 2,
            "strike fill_down",
        ),
        (
            "Date,Bill No,Item,Qty,Price,Brought\n" + "2026-10-05,1,Tea,2,5,10\n" * 9 + "2026-10-05,2,Tea,2,5,8\n",
            '"Brought"',
        ),
        ("ID,Absenteeism hours,Age\n7,4,30\n", "No column is known to be clock_in"),
        ("Employee ID,Date,Hours,Minutes\n7,2026-10-05,7,58\n", "Hours stand apart from their minutes"),
        ("Employee ID,Date,In 1,Out 1\n7,01/02/2026,08:00,12:00\n", "does not show its order of day and month"),
    ],
)
def test_what_is_not_proven_is_left_open(content: str, said: str) -> None:
    assert any(said in sentence for sentence in proposed(content).undecided)


@pytest.mark.parametrize(
    ("names", "written"),
    [
        (["EmployeeID", "employee_id", "Employee-ID", "Employee ID "], "employee id"),
        (["Mã NV", "mã nv", "MA NV", "Mã_NV"], "ma nv"),
        (["Đơn giá", "don gia"], "don gia"),
        (["AC-No."], "ac no"),
    ],
)
def test_spellings_of_one_name_are_one(names: Sequence[str], written: str) -> None:
    assert {simple(name) for name in names} == {written}


def test_the_refusal_of_an_unknown_file_says_where_to_go() -> None:
    with pytest.raises(BadExport, match=r"fits no profile.*`kpi profile FILE` proposes one"):
        taken(SALES["clover"][0], profiles=load_profiles(shipped_profiles()))


def test_rows_of_days_and_numbers_without_names_are_no_header() -> None:
    with pytest.raises(BadExport, match="has no header line in its first rows; export it with column names"):
        proposed("2026-05-15,kasiyer1,1002,1,35000\n2026-05-18,kasiyer1,1003,2,3000\n2026-05-19,admin,1001,1,450\n")


def test_a_proposal_that_knows_no_column_is_refused_until_somebody_names_them() -> None:
    content = "ID,Absenteeism hours,Age\n7,4,30\n"
    with pytest.raises(BadExport, match=r"the profile own takes no column of it; name them under its \[columns\]"):
        taken(content, kind="attendance", profiles=load_profiles({"own.toml": proposed(content).toml}))
