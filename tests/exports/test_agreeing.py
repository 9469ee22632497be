"""Hours that an export states beside ins and outs are compared with them, and never taken without a word."""

import re
from collections.abc import Sequence

import pytest

from tests.exports.reader import taken
from transforms.exports import Read

HEADER = "Mã nhân viên,Ngày,Giờ vào,Giờ ra,Tổng giờ\n"


def stating(*rows: str) -> Read:
    """Rows as in, out and hours, of one day after the other."""
    lines = [f"NV1,{day:02}/10/2026,{row}" for day, row in enumerate(rows, 1)]
    return taken(HEADER + "\n".join(lines) + "\n", kind="attendance")


@pytest.mark.parametrize(
    "rows",
    [
        ("08:00,17:00,9", "08:00,17:00,9:00", "22:00,06:00,8"),
        ("08:00,17:01,9.02", "08:00,17:01,9h01p"),  # rounded
        ("08:00,,", "08:00,17:00,", ",17:00,8"),  # nothing to compare
        ("08:00,17:00,540", "08:00,17:00,540"),
        ("08:00,20:00,0.5", "08:00,20:00,0.5"),  # parts of a day
    ],
)
def test_hours_that_agree_need_no_word(rows: Sequence[str]) -> None:
    result = stating(*rows)
    assert (result.notes, result.rejected.height) == ((), 0)


def test_a_break_that_is_taken_off_throughout_is_named() -> None:
    [note] = stating(*["08:00,17:00,8"] * 4, "08:00,12:00,4").notes
    assert '"Tổng giờ" is 60 minutes less than the time from in to out in 4 of 5 rows' in note
    assert "(row 2 states 8:00, and lasts 9:00), as if a break were taken off" in note
    assert "the hours from in to out are counted; if it is unpaid, write unpaid_break_minutes" in note


def test_rows_that_differ_in_no_one_way_are_counted_and_one_is_shown() -> None:
    [note] = stating("08:00,17:00,9", "08:00,17:00,10", "08:00,17:00,7").notes
    assert '"Tổng giờ" differs from the time from in to out in 2 of 3 rows (row 3 states 10:00, and lasts 9:00)' in note


def test_beside_a_break_the_other_rows_are_named_too() -> None:
    notes = stating(*["08:00,17:00,8"] * 9, "08:00,17:00,12").notes
    assert [re.findall("[0-9]+ of 10 rows", note) for note in notes] == [["9 of 10 rows"], ["1 of 10 rows"]]


def test_a_total_of_the_day_in_each_of_its_rows_agrees() -> None:
    rows = "NV1,01/10/2026,08:00,12:00,8\nNV1,01/10/2026,13:00,17:00,8\nNV1,02/10/2026,08:00,12:00,\n"
    assert taken(f"{HEADER}{rows}NV1,02/10/2026,13:00,17:00,8\n", kind="attendance").notes == ()


def test_what_is_read_as_a_break_is_taken_off_first() -> None:
    rows = HEADER.replace("Tổng", "Giờ nghỉ,Tổng") + "NV1,01/10/2026,08:00,17:00,1,8\n"
    assert taken(rows, kind="attendance").notes == ()
