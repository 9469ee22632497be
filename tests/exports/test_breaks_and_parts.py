"""Breaks that are punched or stand in rows of their own, leave of a part of a day, and days that a database wrote."""

import polars as pl
import pytest

from tests.exports.reader import proposed, read_as_proposed, reasons


def test_a_punched_break_is_taken_off() -> None:
    content = (
        "Employee ID,Date,In,Lunch Out,Lunch In,Out\nNV1,2026-10-15,08:01,12:00,12:45,17:00\n"
        "NV1,2026-10-16,20:00,23:50,00:20,05:00\nNV1,2026-10-17,08:00,,,12:00\nNV1,2026-10-18,08:00,12:00,,17:00\n"
    )
    unpaid = read_as_proposed(content).rows["unpaid_hours"].cast(pl.Float64).to_list()
    assert unpaid == [0.75, 0.5, None, None]
    assert any('until "Lunch In" is taken off as a break' in said for said in proposed(content).undecided)


@pytest.mark.parametrize(("cells", "hours"), [((60, 30), [1, 0.5]), ((10, 15), [1 / 6, 0.25]), ((1, 0.5), [1, 0.5])])
def test_a_break_of_more_than_a_few_hours_is_of_minutes(cells: tuple[float, float], hours: list[float]) -> None:
    rows = "".join(f"NV1,{15 + n}/10/2026,08:01,17:02,{cell}\n" for n, cell in enumerate(cells))
    read = read_as_proposed(f"Mã NV,Ngày,Giờ vào,Giờ ra,Giờ nghỉ\n{rows}").rows["unpaid_hours"]
    assert read.cast(pl.Float64).to_list() == pytest.approx(hours, abs=0.001)


def test_rows_of_breaks_are_no_work() -> None:
    content = (
        "Empleado,Fecha,Tipo,Entrada,Salida\nAna,15/10/2026,Trabajo,08:01,12:02\nAna,15/10/2026,Pausa,12:02,12:47\n"
        "Ana,15/10/2026,Trabajo,12:47,17:00\n"
    )
    result = read_as_proposed(content)
    assert (result.rows.height, result.ignored) == (2, 1)
    assert any("Pausa are breaks, and left out" in said for said in proposed(content).undecided)


def test_breaks_and_refusals_in_words_of_others_are_not_passed_over() -> None:
    content = (
        "employee_id,date,clock_in,clock_out,break_minutes,status\nNV1,2026-10-13,08:00,17:00,60,Present\n"
        "NV2,2026-10-13,08:05,16:58,45,Late\nNV1,2026-10-14,08:01,16:50,30,Rejected\n"
    )
    assert read_as_proposed(content).rows["unpaid_hours"].cast(pl.Float64).to_list() == [1, 0.75, 0.5]
    assert any('"status" is one of Late, Present, Rejected: if rows' in said for said in proposed(content).undecided)


@pytest.mark.parametrize(
    ("header", "whole", "half"),
    [("Số ngày", "3", '"0,5"'), ("Days", "3.0", "0.5"), ("Half Day", "No", "First Half"), ("Nửa ngày", "0", "1")],
)
def test_leave_of_half_a_day_is_not_the_whole_one(header: str, whole: str, half: str) -> None:
    content = (
        f"Mã NV,Từ ngày,Đến ngày,{header},Trạng thái\nNV1,13/10/2026,15/10/2026,{whole},Đã duyệt\n"
        f"NV2,16/10/2026,16/10/2026,{half},Đã duyệt\n"
    )
    result = read_as_proposed(content)
    assert result.rows["business_date"].dt.day().to_list() == [13, 14, 15]
    assert reasons(result) == {3: (["bad_text"], header)}
    assert any("nothing says which hours of a day" in said for said in proposed(content).undecided)


def test_leave_from_one_moment_to_another_is_of_days() -> None:
    content = (
        "Mã NV,Loại nghỉ,Từ ngày,Đến ngày,Số ngày\nNV1,Phép,13/10/2026 08:00,14/10/2026 17:00,2\n"
        "NV2,Phép,16/10/2026 08:00,16/10/2026 12:00,0.5\n"
    )
    result = read_as_proposed(content)
    assert result.rows["business_date"].dt.day().to_list() == [13, 14]
    assert result.rejected.height == 1


def test_days_at_midnight_are_no_punches() -> None:
    rows = "NV1,15/10/2026 00:00,8\nNV1,16/10/2026 00:00,7.5\n"
    result = read_as_proposed(f"Employee ID,Date,Worked hours\n{rows}")
    assert (result.profile.table, float(result.rows["stated_hours"].sum())) == ("clockings", 15.5)


def test_lunch_beside_dinner_is_a_shift() -> None:
    rows = "NV1,2026-10-15,Lunch,11:01,15:02\nNV1,2026-10-15,Dinner,17:00,22:04\n"
    assert read_as_proposed(f"Employee ID,Date,Service,Clock In,Clock Out\n{rows}").rows.height == 2
