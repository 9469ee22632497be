"""Workbooks: cells keep what they are, several sheets are one delivery, and nothing is read that is not there."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal

import polars as pl
import pytest

from tests.exports.books import Error, ods, xlsx
from tests.exports.reader import of_site, reasons, taken
from transforms.exports import Read, sheet_of
from transforms.exports.stated import Stated
from transforms.problem import BadExport

TILL = """
system = "till"
table = "sales"
recognised_by = ["store", "no", "day", "sum"]
ignore = { store_id = "^Tổng" }
[columns]
store_id = { header = "store", required = true }
receipt_id = { header = "no", required = true }
sold_date = { header = "day", required = true }
quantity = { header = "qty", optional = true, decimals = 2 }
net_amount = { header = "sum", required = true, decimals = 2 }
product_name = { header = "name", optional = true }
[formats]
dates = ["%d/%m/%Y", "%m/%d/%Y"]
numbers = [{ decimal = ",", group = "." }, { decimal = ".", group = "," }]
"""
CLOCK = """
system = "clock"
table = "clockings"
recognised_by = ["who", "day", "in", "out"]
[columns]
employee_id = "who"
business_date = "day"
clock_in = "in"
clock_out = "out"
[formats]
dates = ["%d/%m/%Y"]
times = ["%H:%M"]
"""
HEADER = ("store", "no", "day", "qty", "sum", "name")
DAY = date(2026, 1, 5)


def read_book(content: bytes, kind: str = "sales", **profiles: str) -> Read:
    return taken(content, kind=kind, profiles=of_site(**(profiles or {"till": TILL})), name="bán.xls")


def book(*rows: Sequence[object], **options: bool) -> bytes:
    return xlsx({"Bán": [HEADER, *rows]}, **options)  # type: ignore[arg-type]


def test_number_cells_are_numbers_whatever_the_marks_and_text_is_text() -> None:
    result = read_book(
        book(
            ("00403", "0012", DAY, 1.25, 30.5, "Trà"),
            (403, 17, DAY, 0.1 + 0.2, 1234567.875, "Bánh\nmì, to"),
            ("Q1", "3", DAY, 2, 1e6 / 3, 42),
        )
    )
    assert result.rows.select("store_id", "receipt_id", "quantity", "net_amount", "product_name").rows() == [
        ("00403", "0012", Decimal("1.25"), Decimal("30.5"), "Trà"),
        ("403", "17", Decimal("0.3"), Decimal("1234567.875"), "Bánh\nmì, to"),
        ("Q1", "3", Decimal(2), Decimal("333333.3333"), "42"),
    ]
    assert set(result.rows["business_date"]) == {DAY}


@pytest.mark.parametrize("from_1904", [False, True])
def test_dates_are_dates_without_proof_and_serials_are_dates_where_all_are_plausible(from_1904: bool) -> None:
    origin = date(1904, 1, 1) if from_1904 else date(1899, 12, 30)
    serials = [(date(2026, 1, day) - origin).days for day in (5, 6)]
    dates = read_book(book(*(("Q1", "1", date(2026, 1, day), 1, 9, None) for day in (5, 6)), from_1904=from_1904))
    numbers = read_book(book(*(("Q1", "1", serial, 1, 9, None) for serial in serials), from_1904=from_1904))
    assert dates.rows["business_date"].to_list() == [date(2026, 1, 5), date(2026, 1, 6)]
    assert numbers.rows["business_date"].to_list() == [date(2026, 1, 5), date(2026, 1, 6)]
    implausible = read_book(book(("Q1", "1", serials[0], 1, 9, None), ("Q1", "2", 7, 1, 9, None)))
    assert reasons(implausible)[3] == (["bad_date"], "day")


def test_days_that_a_spreadsheet_program_has_exchanged_are_refused() -> None:
    mixed = book(("Q1", "1", date(2026, 2, 1), 1, 9, None), ("Q1", "2", "18/01/2026", 1, 9, None))
    with pytest.raises(
        BadExport, match="the text '18/01/2026' beside cells that are dates, none of them after the 12th"
    ):
        read_book(mixed)
    whole = book(("Q1", "1", date(2026, 1, 17), 1, 9, None), ("Q1", "2", "18/01/2026", 1, 9, None))
    assert read_book(whole).rows["business_date"].to_list() == [date(2026, 1, 17), date(2026, 1, 18)]


def test_one_day_of_several_months_is_days_of_one_month_exchanged() -> None:
    exchanged = book(*(("Q1", f"{n}", date(2026, n, 10), 1, 9, None) for n in (1, 2, 3)))
    with pytest.raises(BadExport, match="to 2026-03-10: these are days of one month, 2026-10-01 to 2026-10-03"):
        read_book(exchanged)
    apart = book(*(("Q1", f"{n}", date(2026, n, 9 + n), 1, 9, None) for n in (1, 2, 3)))
    assert read_book(apart).rows.height == 3
    for stray in (1, 9):
        days = [date(2026, 1, 10)] * 60 + [date(2026, 2, 10)] * stray
        held = book(*(("Q1", f"{n}", day, 1, 9, None) for n, day in enumerate(days)))
        assert read_book(held).rows.height == 60 + stray, "a night after the end of an old bill"


@pytest.mark.parametrize(("text", "is_cut"), [("1.588.000", True), ("1.588", False), ("1588000", False)])
def test_thousands_beside_numbers_that_were_cut_to_decimals_are_refused(text: str, is_cut: bool) -> None:
    """A program that does not know the mark reads 66.500 as 66.5, and leaves 1.588.000 as text."""
    content = book(("Q1", "1", DAY, 1, text, None), *(("Q1", f"{n}", DAY, 1, 66.5, None) for n in range(2, 5)))
    if is_cut:
        with pytest.raises(BadExport, match=r"'1.588.000' beside cells that are numbers, none of them above 999"):
            read_book(content)
    else:
        result = read_book(content, till=TILL.replace('{ decimal = ",", group = "." }, ', ""))
        assert result.rows.height + result.rejected.height == 4


def test_text_within_number_columns_still_proves_its_marks() -> None:
    result = read_book(book(("Q1", "1", DAY, 1, "1.234,5", None), ("Q1", "2", DAY, 1, 90.5, None)))
    assert result.rows["net_amount"].to_list() == [Decimal("1234.5"), Decimal("90.5")]
    doubtful = book(("Q1", "1", DAY, 1, "90.000", None), ("Q1", "2", DAY, 1, 90.5, None))
    with pytest.raises(BadExport, match="does not show whether"):
        read_book(doubtful, till=TILL.replace(", decimals = 2", ""))


def test_error_cells_are_rejected_not_empty() -> None:
    result = read_book(
        book(
            ("Q1", "1", DAY, Error("#N/A"), 9, None),
            ("Q1", "2", DAY, 1, Error("#REF!"), None),
            ("Q1", "3", Error("#VALUE!"), 1, 9, None),
            ("Q1", "4", DAY, date(2026, 1, 1), 9, None),
            ("Q1", "5", DAY, 1, 9, None),
        )
    )
    assert result.rows["receipt_id"].to_list() == ["5"]
    assert reasons(result) == {
        2: (["bad_number"], "qty"),
        3: (["bad_number"], "sum"),
        4: (["bad_date"], "day"),
        5: (["bad_number"], "qty"),
    }
    assert result.rejected["original"][0] == "Q1,1,2026-01-05,#N/A,9,"


def test_titles_over_merged_cells_and_rows_as_the_spreadsheet_shows_them() -> None:
    titled = xlsx({"Bán": [("BÁO CÁO",), (), HEADER, ("Q1", "1", DAY, 1, 9, None)]}, merged="A1:F1")
    result = read_book(titled)
    assert result.rows["row_no"].to_list() == [4]
    assert result.notes == ()


def test_punches_as_times_moments_and_durations() -> None:
    rows = [
        ("who", "day", "in", "out"),
        (7, DAY, time(8, 0), time(17, 30)),
        (7, DAY, timedelta(hours=8, minutes=5), timedelta(hours=31)),
        (7, DAY, 0.25, 0.75),
        (7, DAY, "06:30", "15:00"),
    ]
    result = read_book(xlsx({"Công": rows}), kind="attendance", clock=CLOCK)
    assert result.rows.select(pl.col("clock_in", "clock_out").dt.to_string("%d %H:%M")).rows() == [
        ("05 08:00", "05 17:30"),
        ("05 06:00", "05 18:00"),
        ("05 06:30", "05 15:00"),
    ]
    assert reasons(result) == {3: (["bad_date"], "out")}


def test_sheets_of_one_profile_are_one_delivery_and_the_rest_is_named() -> None:
    one, other = ("Q1", "1", DAY, 1, 9, None), ("Q1", "1", DAY, "?", 9, None)
    short = ("store", "no", "day", "sum", "qty")
    content = xlsx(
        {
            "Ghi chú": [("Xin chào", "các bạn")],
            "T1": [HEADER, one],
            "T2": [short, ("Q2", "2", DAY, 7, 1)],
            "T3": [HEADER, other],
            "Cũ": [HEADER, one],
        },
        hidden=["Cũ"],
    )
    result = read_book(content)
    assert result.rows.select("store_id", "net_amount", "row_no").rows() == [("Q1", 9, 2), ("Q2", 7, 1_000_000_002)]
    assert [sheet_of(row_no, result.sheets) for row_no in result.rejected["row_no"]] == [("T3", 2)]
    assert result.originals([1_000_000_002])["original"].to_list() == ["Q2,2,2026-01-05,7,1"]
    assert "Ghi chú" in result.notes[0]
    assert "the hidden sheet Cũ was not read" in result.notes[1]


def test_a_receipt_over_two_sheets_is_one_receipt() -> None:
    result = read_book(xlsx({"A": [HEADER, ("Q1", "1", DAY, 1, 9, None)], "B": [HEADER, ("Q1", "1", DAY, 2, 8, None)]}))
    assert result.rows["line_no"].to_list() == [1, 2]


def test_sheets_of_two_profiles_are_refused() -> None:
    other = TILL.replace('"sum"', '"amount"')
    content = xlsx(
        {"A": [HEADER, ("Q1", "1", DAY, 1, 9, None)], "B": [("store", "no", "day", "amount"), ("Q1", "1", DAY, 9)]}
    )
    with pytest.raises(BadExport, match=r"A\" is an export of till, but B in the same file is one of other"):
        read_book(content, till=TILL, other=other)


def test_what_a_totals_row_states_can_be_compared() -> None:
    result = read_book(
        book(("Q1", "1", DAY, 1, 9, None), ("Tổng", None, None, 3, 99.5, None), ("Tổng cộng", "", "", 1, 9.5, None))
    )
    assert (result.ignored, result.stated) == (
        2,
        (Stated("qty", Decimal(1), Decimal(1)), Stated("sum", Decimal("9.5"), Decimal(9))),
    )


def test_totals_of_several_sheets_are_added_up_if_all_have_some() -> None:
    rows = [HEADER, ("Q1", "1", DAY, 1, 9, None)]
    both = xlsx({"A": [*rows, ("Tổng", "", "", 1, 9, None)], "B": [*rows, ("Tổng", "", "", 1, 7.5, None)]})
    assert [own.total for own in read_book(both).stated] == [Decimal(2), Decimal("16.5")]
    assert read_book(xlsx({"A": [*rows, ("Tổng", "", "", 1, 9, None)], "B": rows})).stated == ()


def test_an_open_document() -> None:
    content = ods([HEADER, ("00403", "1", ("2026-01-05",), 1.5, 9, "Trà"), (403, 2, ("2026-01-06",), 1, 1e6, "x")])
    rows = read_book(content).rows.select("store_id", "business_date", "quantity", "net_amount").rows()
    assert rows == [
        ("00403", DAY, Decimal("1.5"), Decimal(9)),
        ("403", date(2026, 1, 6), Decimal(1), Decimal(1_000_000)),
    ]


def test_an_empty_workbook_is_refused_in_a_sentence() -> None:
    with pytest.raises(BadExport, match=r"^bán\.xls is empty"):
        read_book(xlsx({"Bán": []}))
