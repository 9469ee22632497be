"""One row of a sheet holds all of a day's work: what goes back in time further right is of the next morning."""

import pytest

from tests.exports.reader import read_as_proposed, reasons

NIGHT = ["15 20:03", "16 01:00", "16 01:30", "16 06:09"]
APART = ["15 08:03", "15 11:30", "15 20:00", "15 23:10"]


@pytest.mark.parametrize(
    ("header", "between", "cells"),
    [
        ("Vào 1,Ra 1,Vào 2,Ra 2", ",", NIGHT),
        ("Chấm 1,Chấm 2,Chấm 3,Chấm 4", ",", NIGHT),
        ("Giờ chấm", " ", NIGHT),
        ("Vào 1,Ra 1,Vào 2,Ra 2", ",", APART),
        ("Giờ chấm", " ", APART),
    ],
)
def test_a_night_goes_on_on_the_next_day(header: str, between: str, cells: list[str]) -> None:
    result = read_as_proposed(f"Mã NV,Ngày,{header}\nNV1,15/10/2026,{between.join(cell[3:] for cell in cells)}\n")
    ends = [name for name in ("clock_in", "clock_out", "punched_at") if name in result.rows.columns]
    assert [f"{at:%d %H:%M}" for row in result.rows.select(ends).rows() for at in row] == cells


def test_pairs_in_another_order_are_all_of_their_day() -> None:
    result = read_as_proposed("Mã NV,Ngày,Vào 1,Ra 1,Vào 2,Ra 2\nNV1,15/10/2026,17:00,22:00,08:00,11:30\n")
    assert [f"{at:%d %H:%M}" for at in result.rows["clock_in"]] == ["15 17:00", "15 08:00"]


def test_punches_that_go_back_for_longer_than_a_night_are_none() -> None:
    rows = "NV1,15/10/2026,07:58 17:04\nNV1,16/10/2026,17:05 07:58\nNV1,17/10/2026,08:01 17:00\n"
    assert reasons(read_as_proposed(f"Mã NV,Ngày,Giờ chấm\n{rows}")) == {3: (["bad_time"], "punched_time")}
