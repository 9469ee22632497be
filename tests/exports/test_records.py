"""Records are split strictly: nothing is shifted, padded or swallowed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exports.reader import reasons, taken

HEADER = "store_id,receipt_id,sold_date,net_amount,product_name"


def sale(number: int, name: str = "Trà") -> str:
    return f"Q1,HD{number},2026-01-05,{number},{name}"


def lines(*rows: str) -> str:
    return "\n".join([HEADER, *rows]) + "\n"


@pytest.mark.parametrize(
    ("damaged", "why"),
    [
        (sale(2) + ",", "wrong_width"),
        ("Q1,HD2,2026-01-05,2", "wrong_width"),
        ("garbage", "wrong_width"),
        (sale(2, '"Trà'), "bad_quotes"),
        (sale(2, 'Bánh 12" to'), "bad_quotes"),
        (sale(2, '"Trà" đá'), "bad_quotes"),
        (sale(2, '"Trà""'), "bad_quotes"),
        ('"Q1,HD2,2026-01-05,2,Trà', "bad_quotes"),
    ],
)
@pytest.mark.parametrize("around", ["Trà", '"Trà, ""đá"""'])
def test_a_damaged_record_costs_itself_only(damaged: str, why: str, around: str) -> None:
    result = taken(lines(sale(1, around), damaged, sale(3, around), sale(4)))
    assert result.rows["receipt_id"].to_list() == ["HD1", "HD3", "HD4"]
    assert reasons(result) == {3: ([why], None)}
    assert result.rejected["original"].to_list() == [damaged]


def test_cells_may_hold_delimiters_quotes_and_newlines() -> None:
    result = taken(lines(sale(1, '"Trà, ""đá""\nnhiều\n\nđường"'), sale(2), sale(3, '""'), sale(4, '""""')))
    names = result.rows["product_name"].to_list()
    assert names == ['Trà, "đá"\nnhiều\n\nđường', "Trà", None, '"']
    assert result.rows["row_no"].to_list() == [2, 3, 4, 5]


def test_a_cell_with_newlines_and_a_damaged_one_live_side_by_side() -> None:
    result = taken(lines(sale(1, '"a\nb"'), sale(2, '"open'), sale(3, '"c\nd"'), sale(4, 'x"y'), sale(5, '"e"')))
    assert result.rows["product_name"].to_list() == ["a\nb", "c\nd", "e"]
    assert {row: why for row, (why, _) in reasons(result).items()} == {3: ["bad_quotes"], 5: ["bad_quotes"]}


def test_quotation_marks_broken_all_over_cost_these_lines_only() -> None:
    broken = [sale(number, f'"a{number}') for number in range(60)]
    result = taken(lines(sale(100), *broken, sale(101), sale(102, '"x\ny"')))
    assert result.rows["receipt_id"].to_list() == ["HD100", "HD101", "HD102"]
    assert result.rejected["original"].to_list() == broken


def test_blank_records_and_repeated_headers_are_no_rows_but_count_as_rows_of_the_sheet() -> None:
    result = taken(lines(sale(1), "", ",,,,", HEADER, sale(2), ' , ,"",,', "", ""))
    assert result.rows["row_no"].to_list() == [2, 6]
    assert result.delivered == 2


def test_totals_and_footers_that_the_profile_names_are_no_rows() -> None:
    text = (
        "CHI TIẾT CHẤM CÔNG,,,\nMã N.Viên,Ngày,Vào,Ra\n12,05/01/2026,7:53,17:02\n"
        "Tổng cộng,,,9.2\nNgười lập biểu\n12,06/01/2026,--:--,--:--\n"
    )
    result = taken(text, kind="attendance")
    assert (result.rows["row_no"].to_list(), result.rejected.height, result.ignored) == ([3], 0, 3)


def test_the_original_of_any_row_can_be_had_back() -> None:
    result = taken(lines(sale(1), sale(2, '"a\nb"'), sale(3)))
    assert result.originals([3, 4]).rows() == [(3, sale(2, '"a\nb"')), (4, sale(3))]
    assert result.originals(result.rows["row_no"]).height == 3


@given(st.lists(st.text(alphabet='a,"\n', max_size=12), min_size=1, max_size=12))
def test_every_line_is_a_row_or_a_rejected_one(noise: list[str]) -> None:
    text = lines(*(f"{sale(number)}{tail}" for number, tail in enumerate(noise)), sale(99))
    result = taken(text)
    kept = result.originals([*result.rows["row_no"], *result.rejected["row_no"]])
    wanted = [line for line in text.splitlines()[1:] if line.strip(' ,"\t')]
    found = "\n".join(kept["original"]).splitlines()
    assert [line for line in found if line.strip(' ,"\t')] == wanted
