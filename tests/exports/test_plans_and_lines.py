"""Months on a sheet that are plans, or have several lines a person; and what in them is no person's line."""

import polars as pl
import pytest

from tests.exports.reader import proposed, read_as_proposed
from transforms.exports import Read
from transforms.problem import BadExport

DAYS = "1,2,3,4,5,6,7"
SHIFTS = "NV1,S,S,C,OFF,S,S,S\nNV2,C,C,S1,C,OFF,C,C\n"
LEGEND = "Ghi chú,S: ca sáng 8h - 16h; C: 14:00-22:00\nS1,07:30,11:30\n"
ROUND = "NV1,08:00-16:00,08:00-16:00,14:00-22:00,OFF,,,\nNV2,22:00-06:00,,,,,,08:00-16:00\n"
HOURS = "NV1,HC,8,8,8,,8,8,\n,TC,1.5,,,,0.5,,\nNV2,HC,8,8,8,,8,8,\n,Đi muộn,,3,,,,,\n"


def scheduled(result: Read) -> list[str]:
    ends = result.rows.select("employee_id", "scheduled_in", "scheduled_out").rows()
    return [f"{who} {begins:%d %H:%M} {ends:%d %H:%M}" for who, begins, ends in ends]


def test_codes_of_shifts_are_what_the_legend_says() -> None:
    content = f"LỊCH LÀM VIỆC\nTháng 10/2026\nMã NV,{DAYS}\n{SHIFTS}{LEGEND}"
    result = read_as_proposed(content)
    assert result.profile.table == "roster"
    assert result.rejected.is_empty()
    assert scheduled(result)[:3] == ["NV1 01 08:00 01 16:00", "NV1 02 08:00 02 16:00", "NV1 03 14:00 03 22:00"]
    assert "NV2 03 07:30 03 11:30" in scheduled(result)
    assert any(
        "By the sheet's legend S is 08:00-16:00, C is 14:00-22:00" in said for said in proposed(content).undecided
    )


def test_codes_that_nothing_explains_are_no_hours() -> None:
    with pytest.raises(BadExport, match="do not say how long anybody was there"):
        proposed(f"LỊCH LÀM VIỆC\nTháng 10/2026\nMã NV,{DAYS}\n{SHIFTS}")


@pytest.mark.parametrize(
    ("title", "cells", "table"),
    [
        ("Lịch phân ca", ROUND, "roster"),
        ("", ROUND, "roster"),
        ("Bảng chấm công", ROUND, "clockings"),
        ("", ROUND.replace("16:00", "16:01"), "clockings"),
    ],
)
def test_times_on_five_minutes_are_a_plan_unless_a_title_says_that_they_were_clocked(
    title: str, cells: str, table: str
) -> None:
    result = read_as_proposed(f"{title}\nTháng 10/2026\nMã NV,{DAYS}\n{cells}")
    assert (result.profile.table, result.rows.height) == (table, 5)


def test_overtime_below_usual_hours_is_added_and_other_lines_are_left_out() -> None:
    content = f"Tháng 10/2026\nMã NV,Loại,{DAYS}\n{HOURS}"
    result = read_as_proposed(content)
    assert result.rejected.is_empty()
    hours = result.rows.filter(pl.col("business_date").dt.day() == 1).group_by("employee_id").agg(sum="stated_hours")
    assert {who: float(sum(some)) for who, some in hours.rows()} == {"NV1": 9.5, "NV2": 8.0}
    said = "\n".join(proposed(content).undecided)
    assert "HC, TC" in said
    assert "Lines of Đi muộn are left out" in said


@pytest.mark.parametrize("lines", [HOURS.replace("HC", "A").replace("TC", "B"), HOURS.replace("TC", "HC")])
def test_lines_of_which_nothing_says_that_they_are_hours_are_refused(lines: str) -> None:
    with pytest.raises(BadExport, match="name them in a column, such as HC and TC"):
        proposed(f"Tháng 10/2026\nMã NV,Loại,{DAYS}\n{lines}")


def test_a_row_of_weekdays_is_nobodys() -> None:
    result = read_as_proposed(
        f"Tháng 10/2026\nMã NV,{DAYS}\n,T5,T6,T7,CN,T2,T3,T4\nNV1,8,7.5,,,8,8,8\nNV2,8,8,8,,8,8,\n"
    )
    assert (result.rows.height, result.rejected.height) == (10, 0)


def test_what_adds_up_to_its_total_is_how_long_somebody_was_there() -> None:
    result = read_as_proposed(f"Tháng 10/2026\nMã NV,{DAYS},Tổng\nNV1,8:30,7:45,,,,,,16:15\nNV2,,,12:00,,,,,12:00\n")
    assert [float(hours) for hours in result.rows["stated_hours"]] == [8.5, 7.75, 12.0]


def test_ins_and_outs_stand_below_each_day() -> None:
    days = ",".join(f"{day},," for day in range(1, 7)).replace(",,", ",")
    content = f"Tháng 10/2026\nMã NV,{days}\n{',Vào,Ra' * 6}\nNV1,08:01,17:02,22:00,06:03{',' * 8}\n"
    result = read_as_proposed(content)
    assert [f"{at:%d %H:%M}" for at in result.rows["clock_out"]] == ["01 17:02", "03 06:03"]


def test_a_table_of_shifts_with_names_is_a_plan_and_clocked_minutes_are_none() -> None:
    header = "Mã NV,Ngày,Tên ca,Giờ bắt đầu,Giờ kết thúc\n"
    planned = f"{header}NV1,15/10/2026,Ca sáng,08:00,16:00\nNV2,15/10/2026,Ca chiều,14:00,22:00\n"
    assert read_as_proposed(planned).profile.table == "roster"
    assert any("nobody has worked by it" in said for said in proposed(planned).undecided)
    assert read_as_proposed(planned.replace("16:00", "16:02")).profile.table == "clockings"


def test_days_without_their_year_are_of_the_month_in_the_title() -> None:
    rows = "NV1,01/10,T5,08:01,17:02\nNV1,02/10,T6,08:00,17:05\n"
    result = read_as_proposed(f"Bảng công chi tiết\nTháng 10/2026\nMã NV,Ngày,Thứ,Vào,Ra\n{rows}Tổng,,,,\n")
    assert [f"{at:%m-%d %H:%M}" for at in result.rows["clock_in"]] == ["10-01 08:01", "10-02 08:00"]
    assert result.rejected.is_empty()


def test_people_may_be_called_as_shifts_and_footers_are() -> None:
    people = "STT,Mã NV,1,2,3,4,5,6\n,S,S,S,C,C,S,S\n,Trang Nguyễn,C,C,S,S,C,C\nTrang 1/2,,,,,,,\n"
    result = read_as_proposed(f"Lịch làm việc\nTháng 10/2026\n{people}{LEGEND}")
    assert result.rows["employee_id"].unique().sort().to_list() == ["S", "Trang Nguyễn"]
    assert result.rows.height == 12
