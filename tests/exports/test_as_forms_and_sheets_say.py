"""Forms, merged days, hours after midnight, and terminals whose lines differ: as they are met."""

import pytest

from tests.exports.reader import proposed, read_as_proposed, reasons, taken
from transforms.problem import BadExport


def test_what_people_answer_in_a_form_are_punches() -> None:
    result = read_as_proposed(
        "Dấu thời gian,Họ và tên,Vào hay ra?\n15/10/2026 7:58:03,An,Check in\n15/10/2026 17:05:00,An,Check out\n"
    )
    assert result.rows["direction"].to_list() == ["in", "out"]


def test_when_a_form_was_filled_is_no_punch_beside_times_that_were_typed() -> None:
    result = read_as_proposed(
        "Dấu thời gian,Họ và tên,Ngày làm việc,Giờ vào ca,Giờ ra ca\n"
        "15/10/2026 17:11:00,An,15/10/2026,08:01:00,17:04:00\n16/10/2026 17:13:09,An,16/10/2026,08:07:00,17:06:00\n"
    )
    assert [f"{at:%d %H:%M}" for at in result.rows["clock_in"]] == ["15 08:01", "16 08:07"]


def test_a_day_that_stands_on_the_first_of_its_rows_is_that_of_those_below() -> None:
    rows = "15/10/2026,A,08:01,17:00\n,B,09:00,18:02\n16/10/2026,A,08:00,17:01\n,B,09:00,18:00\n"
    content = f"Ngày,Mã NV,Giờ vào,Giờ ra\n{rows}"
    assert read_as_proposed(content).rows["business_date"].dt.day().to_list() == [15, 15, 16, 16]
    assert any('"Ngày": empty cells are taken for what stands above' in said for said in proposed(content).undecided)


def test_the_morning_of_a_punch_is_asked_for() -> None:
    said = proposed("Mã NV,Ngày công,Giờ chấm\nA,15/10/2026,18:06\nA,15/10/2026,02:05\nB,15/10/2026,08:00\n").undecided
    assert any("02:05 is the morning of that day: if it is the day on which a shift began" in one for one in said)


@pytest.mark.parametrize(("out", "left"), [("24:00", "16 00:00"), ("30:03", "16 06:03")])
def test_hours_go_on_after_midnight(out: str, left: str) -> None:
    rows = f"A,2026-10-15,22:00,{out}\nB,2026-10-15,08:00,17:00\n"
    [went, _] = read_as_proposed(f"社員番号,日付,出勤,退勤\n{rows}").rows["clock_out"]
    assert f"{went:%d %H:%M}" == left


def test_two_zones_of_time_are_two_pairs() -> None:
    result = read_as_proposed(
        "Exception Statistic\nID,Name,Date,First time zone,,Second time zone,\n,,,On-duty,Off-duty,On-duty,Off-duty\n"
        "1,An,2026-10-15,07:58,12:01,13:02,17:03\n1,An,2026-10-16,07:59,12:00,13:00,17:01\n"
    )
    assert (result.profile.table, result.rows.height) == ("clockings", 4)


def test_terminals_may_end_their_lines_with_a_tab_and_twelve_hours_may_be_named_in_vain() -> None:
    log = (
        "No\tMchn\tEnNo\t\tName\t\tMode\tIOMd\tDateTime\t\n000001\t1\t000000002\tAn\t1\t0\t2026/10/15  07:56:00\t\n"
        "000002\t1\t000000002\tAn\t1\t0\t2026/10/15  17:03:00\t\n"
    )
    assert taken(log, kind="attendance").rows.height == 2
    named = (
        "Department,Name,No.,Date/Time,Status,Location ID\nBar,An,2,15/10/2026 7:56 A12P12,C/In,1\n"
        "Bar,An,2,15/10/2026 17:03 A12P12,C/Out,1\n"
    )
    result = taken(named, kind="attendance")
    assert reasons(result) == {}
    assert [f"{at:%H:%M}" for at in result.rows["punched_at"]] == ["07:56", "17:03"]


def test_punches_that_go_before_they_come_lack_their_half_of_the_day() -> None:
    rows = "".join(f"A,2026-10-{d} 08:01,IN\nA,2026-10-{d} 05:04,OUT\n" for d in (13, 14, 15))
    with pytest.raises(BadExport, match="has no time after 12:59, and row 2 goes from 08:01 to 05:04"):
        taken(f"employee_id,punched_at,direction\n{rows}".replace("IN", "in").replace("OUT", "out"), kind="attendance")
