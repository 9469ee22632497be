"""What exports and data sets in the field are written like, read by what is proposed for them, or refused."""

from collections.abc import Sequence
from decimal import Decimal

import polars as pl
import pytest

from tests.exports.books import xlsx
from tests.exports.reader import of_site, taken
from transforms.exports import Read
from transforms.exports.unknown.proposal import Proposal, propose
from transforms.problem import BadExport


def proposed(lines: Sequence[str]) -> Proposal:
    return propose("\n".join(lines).encode(), "field.csv", decimals=2)


def by_proposal(lines: Sequence[str], kind: str = "attendance") -> Read:
    own = of_site(own=proposed(lines).toml)
    return taken("\n".join(lines), kind=kind, profiles=own, zone="Asia/Ho_Chi_Minh", name="field.csv")


def test_the_dot_of_an_abbreviated_currency_is_no_decimal_mark() -> None:
    lines = [
        "Receipt No,Date,Item Name,Qty,Rate,Amount",
        'A1,14/06/2026,Tea,2,"Rs. 720","Rs. 1,440"',
        "A2,15/06/2026,Tea,1,Rs.720,Rs.720",
    ]
    assert by_proposal(lines, "sales").rows["net_amount"].to_list() == [1440, 720]


@pytest.mark.parametrize(
    ("came", "told"),
    [
        ("2026-10-05 01:05:00 UTC", "08:05"),
        ("2026-10-05 08:05:00 GMT+7", "08:05"),
        ("2026-10-05 08:05 GMT 7", "08:05"),
        ("2026-10-05 08:05:00+07", "08:05"),
        ("Mon Oct 05 2026 08:05:00 GMT+0700 (Indochina Time)", "08:05"),
        ("05/Oct/2026 08:05", "08:05"),
    ],
)
def test_moments_are_told_in_the_time_of_the_site(came: str, told: str) -> None:
    lines = ["staff id,clock in,clock out", f"7,{came},{came.replace(':05', ':45', 1)}", f"8,{came},"]
    assert by_proposal(lines).rows["clock_in"].dt.strftime("%H:%M").to_list() == [told, told]


def test_seconds_are_known_as_no_day_has_so_many_minutes() -> None:
    lines = ["Employee ID,Date,Duration", "7,2026-10-05,28800", "8,2026-10-15,1800"]
    assert by_proposal(lines).rows["stated_hours"].to_list() == [8, Decimal("0.5")]
    assert any("in seconds" in said for said in proposed(lines).undecided)


@pytest.mark.parametrize("counts", [(20, 21, 22, 23, 24), (31, 28, 40, 28, 35)])
def test_how_many_invoices_a_day_had_is_no_number_of_an_invoice(counts: Sequence[int]) -> None:
    days = [f"{13 + at}/03/2026,{1000 + count},{count}" for at, count in enumerate(counts)]
    with pytest.raises(BadExport, match="does not say what receipt_id is"):
        by_proposal(["Ngày,Doanh thu,Số hóa đơn", *days], "sales")


def test_one_receipt_a_day_whose_numbers_follow_each_other_is_a_receipt() -> None:
    days = [f"{13 + at}/03/2026,{1000 + at},{501 + at}" for at in range(5)]
    assert by_proposal(["Date,Total,Receipt no", *days], "sales").rows["receipt_id"].len() == len(days)


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("Mã hóa đơn,Ngày,Giờ,Nhân viên,Tổng tiền", ("1,13/03/2026,8,An,120", "2,13/03/2026,9,Bo,90")),
        ("Receipt No,Date,Hour,Staff,Net Sales", ("R1,2026-10-15,8,An,100", "R2,2026-10-15,9,Bo,60")),
    ],
)
def test_the_hour_of_a_receipt_is_nobodys_work(header: str, rows: Sequence[str]) -> None:
    assert by_proposal([header, *rows], "sales").rows.height == len(rows)


def test_rows_that_say_that_they_are_leave_are_left_out() -> None:
    lines = ["Employee,Date,Start,End,Is Leave", "An,13/03/2026,8:01,17:02,No", "An,14/03/2026,8:00,16:00,Yes"]
    result = by_proposal(lines)
    assert (result.rows.height, result.ignored) == (1, 1)
    assert any('Rows with "Is Leave" Yes are leave' in said for said in proposed(lines).undecided)


def test_what_may_be_leave_is_asked() -> None:
    lines = ["Personalnummer;Datum;Lohnart;Stunden", "7;13.03.2026;200;8,25", "7;14.03.2026;400;8,00"]
    assert any('"Lohnart" is one of 200, 400: if any of these is leave' in said for said in proposed(lines).undecided)


def test_a_word_where_a_time_should_stand_is_no_punch() -> None:
    times = [f"An,2026-10-{day},8:01,17:02" for day in range(13, 25)]
    lines = ["Employee,Date,Clock In,Clock Out", *times, "An,2026-10-26,8:01,MISSING"]
    last = by_proposal(lines).rows[-1]
    assert last.select(pl.col("clock_in").is_not_null(), pl.col("clock_out").is_null()).row(0) == (True, True)
    assert any("'MISSING' in \"Clock Out\" is taken for no punch" in said for said in proposed(lines).undecided)


def test_text_of_fixed_width_is_refused_with_what_to_do() -> None:
    lines = ["Emp     Name         Date        In     Out", *["101     An Nguyen    13/03/2026  08:01  17:02"] * 3]
    with pytest.raises(BadExport, match="open it in a spreadsheet program as text of fixed width"):
        taken("\n".join(lines), kind="attendance")
    with pytest.raises(BadExport, match="as text of fixed width"):
        proposed(lines)


def test_a_profile_of_which_little_is_there_is_not_called_close() -> None:
    with pytest.raises(BadExport) as refusal:
        taken("Employee,Date,Clocked\nAn,2026-10-05,8:00\n", kind="attendance", profiles=None)
    assert "closest" not in str(refusal.value)
    assert "`kpi profile FILE` proposes one" in str(refusal.value)


def test_a_name_alone_in_its_row_says_whose_the_rows_below_are() -> None:
    lines = ["Ngày,Vào,Ra", "Lê An", "13/03/2026,8:01,17:02", "Trần Bình", "13/03/2026,8:05,", "14/03/2026,8:00,17:00"]
    assert by_proposal(lines).rows["employee_id"].to_list() == ["Lê An", "Trần Bình", "Trần Bình"]
    padded = [line if line.count(",") == len("io") else f"{line},," for line in lines]
    assert by_proposal(padded).rows["employee_id"].to_list() == ["Lê An", "Trần Bình", "Trần Bình"]


def test_outs_after_midnight_may_go_on_counting_hours_and_ins_may_not() -> None:
    lines = ["Employee,Date,Clock In,Clock Out", "An,2026-10-13,18:00,25:30", "Bo,2026-10-13,08:00,17:00"]
    out = by_proposal(lines).rows["clock_out"].dt.strftime("%d %H:%M")
    assert out.to_list() == ["14 01:30", "13 17:00"]
    later = taken(
        "\n".join([*lines, "An,2026-10-14,25:00,29:00"]), kind="attendance", profiles=of_site(own=proposed(lines).toml)
    )
    assert later.rejected["row_no"].to_list() == [4]


def test_a_chinese_weekday_says_that_the_year_comes_first() -> None:
    lines = ["姓名,日期,上班,下班", "安,26-03-12 星期四,08:01,17:02", "安,26-03-13 星期五,08:00,17:00"]
    assert by_proposal(lines).rows["business_date"].dt.strftime("%Y-%m-%d").to_list() == ["2026-03-12", "2026-03-13"]


def test_what_was_given_back_without_a_minus_may_be_the_sale_itself_and_is_asked() -> None:
    lines = [
        "Order Number,Order Status,Order Date,Item Name,Quantity,Item Cost",
        "1,Completed,2026-08-13 10:11,Tea,2,19",
        "2,Refunded,2026-08-14 10:11,Tea,1,19",
    ]
    assert any("themselves, given back later, and count for nothing" in said for said in proposed(lines).undecided)
    assert by_proposal(lines, "sales").rows["kind"].to_list() == ["sale", "void"]


OF_LINES = "Date,Bill No,Item,Qty,Price,Amount"


@pytest.mark.parametrize(
    "title", ["ĐVT: 1.000 đ", "BÁN HÀNG (ĐVT: nghìn đồng)", "Satuan: ribu", "Amounts in thousands"]
)
def test_amounts_in_thousands_are_not_read_as_they_stand(title: str) -> None:
    lines = [title, OF_LINES, "13/10/2026,1,Tea,2,35,70", "14/10/2026,2,Tea,1,35,35"]
    assert any("in another unit" in said for said in proposed(lines).undecided)
    with pytest.raises(BadExport, match="does not say what net_amount is"):
        by_proposal(lines, "sales")


def test_a_profile_made_without_such_a_title_does_not_read_a_later_file_that_has_one() -> None:
    lines = ["Bill No,Date,Total", "1,2026-10-15,90", "2,2026-10-16,45"]
    own = of_site(own=proposed(lines).toml)
    with pytest.raises(BadExport, match="its amounts are not in the currency itself"):
        taken("\n".join(["ĐVT: nghìn đồng,,", *lines]), profiles=own)


@pytest.mark.parametrize("title", ["Từ ngày 01/10/2026", "TRÀ SỮA 1000 VỊ", "Giảm 1.000 đ mỗi món"])
def test_other_titles_say_nothing_of_amounts(title: str) -> None:
    lines = [title, OF_LINES, "13/10/2026,1,Tea,2,35,70", "14/10/2026,2,Tea,1,35,35"]
    assert by_proposal(lines, "sales").rows["net_amount"].to_list() == [70, 35]
    assert not any("Above the header" in said for said in proposed(lines).undecided)


def test_the_tax_of_a_rate_in_brackets_is_taken_off_prices_that_hold_it() -> None:
    lines = [
        "Datum;Belegnummer;Name;Stückpreis;Anzahl;Endpreis (brutto);USt (19%);Endpreis (netto)",
        "13.10.2026;1;Tee;11,90;1;11,90;1,90;10,00",
        "14.10.2026;2;Tee;11,90;2;23,80;3,80;20,00",
    ]
    assert by_proposal(lines, "sales").rows["net_amount"].to_list() == [10, 20]


def test_a_column_that_is_called_net_and_states_another_amount_is_told() -> None:
    lines = [
        "Date,Bill No,Item,Qty,Price,Amount,Fiscal net",
        "2026-10-13,1,Tea,2,11,22,20",
        "2026-10-14,2,Tea,1,11,11,10",
    ]
    assert any('"Fiscal net" states 20 where net_amount comes to 22' in said for said in proposed(lines).undecided)


def test_a_list_of_what_was_not_sold_counts_for_nothing() -> None:
    lines = ["Date,Check,Item,Qty,Amount,Reason,Approved By", "2026-10-13,1,Pie,1,12,Spilt,Bo"]
    assert by_proposal(lines, "sales").rows["kind"].to_list() == ["void"]
    assert any("a list of what was not sold" in said for said in proposed(lines).undecided)
    named = propose(f"{OF_LINES}\n2026-10-13,1,Tea,2,35,70\n".encode(), "voids 2026-10.csv", decimals=2)
    assert 'always = "void"' in named.toml


def test_totals_of_each_day_are_no_rows() -> None:
    days = [
        "13/10/2026,1,Tea,2,35,70",
        "Cộng ngày 13/10,,,2,,70",
        "14/10/2026,2,Tea,1,35,35",
        "Total 14/10/2026,,,1,,35",
    ]
    result = by_proposal([OF_LINES, *days], "sales")
    assert (result.rows["net_amount"].to_list(), result.ignored) == ([70, 35], 2)


@pytest.mark.parametrize(
    ("came", "month"), [("05 Okt 2026", 10), ("5 Agustus 2026", 8), ("05 Mei 2026", 5), ("5 märz 2026", 3)]
)
def test_months_may_be_named_in_other_languages(came: str, month: int) -> None:
    result = by_proposal([OF_LINES, f"{came},1,Tea,2,35,70"], "sales")
    assert result.rows["business_date"].dt.month().to_list() == [month]


@pytest.mark.parametrize(
    ("header", "cells"),
    [("ship-state", "DELHI Goa"), ("item_type", "Fastfood Drinks"), ("transaction_type", "Cash Online")],
)
def test_what_can_be_no_return_is_not_asked_for(header: str, cells: str) -> None:
    one, other = cells.split(" ")
    lines = [f"{OF_LINES},{header}", f"2026-10-13,1,Tea,2,35,70,{one}", f"2026-10-14,2,Tea,1,35,35,{other}"]
    assert not any("a return or void" in said for said in proposed(lines).undecided)


def test_a_discount_that_is_called_the_bills_is_the_bills() -> None:
    lines = ["Date,Bill No,Item,Qty,Price,Bill Discount", "2026-10-13,1,Tea,2,10,10", "2026-10-13,1,Pie,1,50,10"]
    assert by_proposal(lines, "sales").rows["net_amount"].sum() == Decimal(60)


def test_sheets_that_are_called_as_stores_are_stores() -> None:
    rows = [("Bill No", "Date", "Item", "Qty", "Price", "Amount"), ("1", "2026-10-15", "Tea", 2, 35, 70)]
    book = xlsx({"Lê Lợi": rows, "Thủ Đức": rows})
    seen = propose(book, "x.xlsx", decimals=2)
    assert any('The sheets "Lê Lợi", "Thủ Đức" are taken for stores' in sentence for sentence in seen.undecided)
    assert taken(book, profiles=of_site(own=seen.toml), name="x.xlsx").rows["store_id"].to_list() == [
        "Lê Lợi",
        "Thủ Đức",
    ]


def test_one_line_that_goes_on_with_a_receipt_is_of_it() -> None:
    lines = [
        "Bill No,Date,Cashier,Item,Qty,Price,Amount",
        "1,2026-10-15,An,Tea,2,5,10",
        ",,,Pho,1,9,9",
        "2,2026-10-16,An,Tea,1,5,5",
    ]
    assert by_proposal(lines, "sales").rows["receipt_id"].to_list() == ["1", "1", "2"]


def test_a_line_of_another_moment_goes_on_with_no_receipt() -> None:
    lines = [
        "Date,Order ID,Item,Qty,Price,Total",
        "2026-10-15 09:05,1,Tea,1,5,5",
        "2026-10-15 09:15,2,Cake,1,9,9",
        "2026-10-15 09:45,,Cup,1,3,3",
        "2026-10-15 09:55,,Cup,1,3,3",
    ]
    assert by_proposal(lines, "sales").rows["receipt_id"].to_list() == ["1", "2"]


def test_one_line_of_another_moment_goes_on_with_a_receipt_as_all_do_and_is_told() -> None:
    lines = ["Date,Order ID,Item,Qty,Price,Total"]
    for at in range(1, 5):
        lines += [f"2026-10-15 09:0{at},{at},Tea,1,5,5", f"2026-10-15 09:{'59' if at == 3 else f'0{at}'},,Cake,1,9,9"]
    assert by_proposal(lines, "sales").rows["receipt_id"].to_list() == [*"11223344"]
    assert any("(the first of 2026-10-15 09:59) and count for" in said for said in proposed(lines).undecided)


def test_a_column_that_two_names_fit_is_asked_about_once() -> None:
    lines = ["Emp ID,Time,IO", "7,2026-10-30 08:00:00,A", "7,2026-10-31 17:00:00,B", "8,2026-10-31 17:05:00,B"]
    assert sum('"IO" (A, B) is not read' in said for said in proposed(lines).undecided) == 1


def test_a_sheet_whose_columns_have_no_names_of_their_own_is_refused_with_what_to_do() -> None:
    with pytest.raises(BadExport, match="write one above each column, such as employee_id"):
        proposed([",,Vào,Ra,Vào,Ra", "7,An,08:01,17:02,08:00,17:05", "8,Bo,08:11,17:12,08:10,17:15"])


def test_punches_behind_later_ones_of_their_day_are_of_the_next_morning() -> None:
    days = [("09:00", "17:00"), ("17:05", "01:30"), ("17:10", "02:30")]
    lines = ["Mã NV,Ngày công,Giờ", *(f"7,{13 + at}/10/2026,{time}" for at, pair in enumerate(days) for time in pair)]
    assert by_proposal(lines).rows["punched_at"].dt.day().to_list() == [13, 13, 14, 15, 15, 16]


def test_words_that_a_profile_does_not_know_are_told_with_what_to_do() -> None:
    rows = "HN01,2026-10-15 08:00,1,gift,5\nHN01,2026-10-15 08:00,2,sale,5\n"
    [note] = taken(f"store_id,sold_at,receipt_id,kind,net_amount\n{rows}").notes
    assert note.startswith('"kind" holds gift, which canonical_sales does not know, so 1 of 2 rows are rejected')


def test_sheets_that_may_be_stores_or_days_are_named() -> None:
    rows = [("Bill No", "Item", "Qty", "Price", "Amount"), ("1", "Tea", 2, 35, 70)]
    said = propose(xlsx({"Q1": rows, "Q3": rows}), "x.xlsx", decimals=2).undecided
    assert any('The sheets "Q1", "Q3" count as one store\'s' in sentence for sentence in said)
    assert any('if the sheets "Q1", "Q3" say it' in sentence for sentence in said)
