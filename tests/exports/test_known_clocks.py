"""Exports of well-known clocks: the profile that is proposed for each reads it to the right hours."""

from datetime import date
from decimal import Decimal

import pytest

from tests.exports.reader import taken
from transforms.exports import load_profiles, shipped_profiles
from transforms.exports.unknown.proposal import propose

# Name -> rows of the file, hours between ins and outs, first day.
CLOCKINGS: dict[str, tuple[str, str, date]] = {
    "attendance_en": (
        "EmployeeID,Date,CheckIn,CheckOut,Status\nE1,2026-10-05,09:00:00,17:15:00,Present\nE1,2026-10-06,,,Absent\n",
        "8.25",
        date(2026, 10, 5),
    ),
    "deputy": (
        (
            "Employee,Employee Export Code,Location,Area,Date,Start,End,Mealbreak,Total Hours,Total Cost\n"
            "Ann,E001,Downtown,Front,05/10/2026,08:55,17:10,00:30,7.75,150.2\n"
            "Bob,E002,Downtown,Kitchen,15/10/2026,22:00,06:00,00:30,7.5,150.2\n"
        ),
        "16.25",
        date(2026, 10, 5),
    ),
    "biometric": (
        (
            "Emp No.,AC-No.,No.,Name,Date,Timetable,On duty,Off duty,Clock In,Clock Out,Late,Dept\n"
            "1,00001,,An,05/10/2026,Ca1,08:00,17:00,07:55,17:10,,BAR\n"
            "1,00001,,An,15/10/2026,Ca1,08:00,17:00,08:15,17:00,,BAR\n"
        ),
        "18",
        date(2026, 10, 5),
    ),
    "homebase": (
        (
            "Name,Clock In Date,Clock In Time,Clock Out Date,Clock Out Time,Payroll ID,Wage Rate,Location\n"
            '"Smith, Ann",October 5 2026,8:55am,October 5 2026,5:10pm,E001,15.00,Downtown\n'
        ),
        "8.25",
        date(2026, 10, 5),
    ),
    "wide_pairs": (
        (
            "Mã chấm công,Họ tên,Ngày,Giờ vào 1,Giờ ra 1,Giờ vào 2,Giờ ra 2,Tổng giờ\n"
            "00403,An,15/10/2026,08:00,12:00,13:00,17:15,8:15\n00403,An,05/10/2026,08:00,12:00,,,4:00\n"
        ),
        "12.25",
        date(2026, 10, 5),
    ),
    "pairs_of_which_the_first_has_no_number": (
        "Emp ID,Date,IN,OUT,IN (2),OUT (2)\n7,10/15/2026,08:00,12:00,13:00,17:15\n8,10/16/2026,08:00,12:00,,\n",
        "12.25",
        date(2026, 10, 15),
    ),
    "pairs_as_pandas_names_them": (
        "Emp ID,Date,Time In,Time Out,Time In.1,Time Out.1\n7,10/15/2026,08:00,12:00,13:00,17:15\n",
        "8.25",
        date(2026, 10, 15),
    ),
    "halves_of_the_day": (
        "Employee ID,Date,AM In,AM Out,PM In,PM Out,OT In,OT Out\n7,10/15/2026,08:00,12:00,13:00,17:15,18:00,19:00\n",
        "9.25",
        date(2026, 10, 15),
    ),
    "first_and_last_names": (
        (
            "First name,Last name,Clockin date,Clockin time,Clockout date,Clockout time,Unpaid breaks\n"
            "Ann,Ho,2026-10-05,22:00:00,2026-10-07,01:00:00,0.5\n"
        ),
        "27",
        date(2026, 10, 5),
    ),
    "shifts_with_sales": (
        (
            ",Location,Employee,Job Title,In Date,Shift Closed Date,Out Date,Hours,Total Sales\n"
            ",Q1,Ann Ho,Server,10/15/26 4:55 PM,10/16/26 1:05 AM,10/16/26 1:00 AM,8.08,120.50\n"
        ),
        "8.0833",
        date(2026, 10, 15),
    ),
    "called_as_a_plan": (
        "Mã nhân viên,Chi nhánh,Ngày,Vào ca,Ra ca,Giờ công\n7,Q1,15/10/2026,07:53,17:08,9.2\n",
        "9.25",
        date(2026, 10, 15),
    ),
    "spelt_times": (
        'Mã NV,Tên NV,Ngày công,Giờ vào,Giờ ra\n7,An,"Thứ 5, 15/10/2026",7h53,17h08\n',
        "9.25",
        date(2026, 10, 15),
    ),
    "bare_times": (
        "badge,work_date,start,finish\n7,20261015,0753,1708\n",
        "9.25",
        date(2026, 10, 15),
    ),
    "merged_names": (
        (
            "Employee ID,Name,Date,Clock In,Clock Out\n7,An,2026-10-05,08:00,12:00\n,,2026-10-06,08:00,-\n"
            ",,2026-10-07,08:00,-\n8,Bo,2026-10-06,08:00,12:15\nTotal,,,,\n"
        ),
        "8.25",
        date(2026, 10, 5),
    ),
    "bang_cong": (
        (
            "BẢNG CHẤM CÔNG THÁNG 10/2026\nMã NV,Họ và tên,Ngày,Thứ,Vào 1,Ra 1,Vào 2,Ra 2,Công,Tổng giờ\n"
            "NV1,An,05/10/2026,Hai,08:00,12:00,13:00,17:15,1,8.25\nNV1,An,15/10/2026,Năm,08:00,12:00,13:00,17:00,1,8\n"
        ),
        "16.25",
        date(2026, 10, 5),
    ),
}


@pytest.mark.parametrize("name", CLOCKINGS)
def test_clockings_are_read_to_their_hours_by_what_is_proposed(name: str) -> None:
    content, hours, first = CLOCKINGS[name]
    profiles = load_profiles({**shipped_profiles(), "own.toml": propose(content.encode(), "x.csv").toml})
    result = taken(content, kind="attendance", profiles=profiles)
    assert (result.profile.name, result.profile.table, result.rejected.height) == ("own", "clockings", 0)
    worked = (result.rows["clock_out"] - result.rows["clock_in"]).dt.total_minutes().sum()
    assert round(Decimal(worked) / 60, 4) == Decimal(hours)
    assert result.rows["business_date"].min() == first
