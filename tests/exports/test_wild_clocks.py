"""Clock exports of well-known shapes are read by what is proposed for them, or refused until a person decides."""

from decimal import Decimal

import polars as pl
import pytest

from tests.exports.reader import taken
from transforms.exports import load_profiles, shipped_profiles
from transforms.exports.unknown.proposal import Proposal, propose
from transforms.problem import BadExport


def proposed(content: str, name: str = "x") -> Proposal:
    return propose(content.encode(), f"{name}.csv")


# Name -> rows of the file, what is read of each punch: person, moment, direction.
PUNCHES: dict[str, tuple[str, list[tuple[str, str, str | None]]]] = {
    "words_for_directions": (
        (
            "Date,Full Name,Member Code,EntryType,Time\n"
            "2026-10-05,An,7,In,8:00 am\n2026-10-05,An,7,Break start,12:00 pm\n2026-10-05,Bo,8,Out,5:00 pm\n"
        ),
        [("7", "08:00", "in"), ("7", "12:00", "break_out"), ("8", "17:00", "out")],
    ),
    "the_only_time_beside_in_or_out": (
        (
            "Mã nhân viên,Ngày,Quét lúc,Kết quả\n"
            "7,30/10/2026,08:00:05,Check-In\n7,30/10/2026,17:02:10,Check-Out\n8,31/10/2026,08:01:00,Check-In\n"
        ),
        [("7", "08:00", "in"), ("7", "17:02", "out"), ("8", "08:01", "in")],
    ),
    "numbers_for_directions": (
        "user_id,timestamp,status,punch\n7,2026-10-05 08:00:00,1,0\n",
        [("7", "08:00", None)],
    ),
    "words_for_directions_and_another": (
        "EmpID,Date,time,inOrOut\n7,10/5/2026,8:00,i\n7,10/13/2026,16:00,o\n8,10/13/2026,16:30,0\n",
        [("7", "08:00", "in"), ("7", "16:00", "out"), ("8", "16:30", None)],
    ),
    "punches_of_which_the_first_has_no_number": (
        "Emp ID,Date,Jam,Jam 2,Jam 3\n7,2026-10-05,08:00,12:00,13:00\n8,2026-10-05,07:00,,\n",
        [("7", "08:00", None), ("7", "12:00", None), ("7", "13:00", None), ("8", "07:00", None)],
    ),
    "events_of_doors_that_are_nobodys": (
        (
            "Datetime,Event,User,T&A Mode\n2026-10-05 08:00:00,OK,7(An),Check In\n"
            "2026-10-13 16:00:00,OK,7(An),Check Out\n2026-10-13 16:30:00,Door unlocked,,\n"
        ),
        [("7(An)", "08:00", "in"), ("7(An)", "16:00", "out")],
    ),
    "a_day_in_a_cell": (
        "Mã NV,Họ tên,Ngày,Giờ chấm\n7,An,05/10/2026,07:55 12:01;13:02 17:30\n8,Bo,15/10/2026,07:55;17:30\n",
        [("7", "07:55", None), ("7", "12:01", None), ("7", "13:02", None), ("7", "17:30", None)],
    ),
}


@pytest.mark.parametrize("name", PUNCHES)
def test_punches_are_read_by_what_is_proposed(name: str) -> None:
    content, expected = PUNCHES[name]
    profiles = load_profiles({**shipped_profiles(), "own.toml": proposed(content, name).toml})
    result = taken(content, kind="attendance", profiles=profiles)
    nobodys = name.endswith("nobodys")
    assert (result.profile.name, result.profile.table, result.rejected.height) == ("own", "punches", nobodys)
    moment = result.rows["punched_at"].dt.strftime("%H:%M")
    rows = result.rows.select("employee_id", moment, "direction").rows()
    assert rows[: len(expected)] == expected


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (("i", "o", "0"), "0 is taken for neither in nor out: write it under in, out, break_out or break_in"),
        (("A", "B"), '"Status" (A, B) is not read: if it says in'),
    ],
)
def test_directions_that_are_not_known_are_asked_about(cells: tuple[str, ...], said: str) -> None:
    rows = "".join(f"7,2026-10-05 0{hour}:00:00,{cell}\n" for hour, cell in enumerate(cells))
    assert any(said in sentence for sentence in proposed(f"User ID,Timestamp,Status\n{rows}").undecided)


def test_a_person_above_days_and_blank_rows_whose_shifts_go_on_after_midnight() -> None:
    content = (
        "ID Number,Date,In,Out,In,Out\n102,10/24/2026,,,,\n,,,,,\n,10/25/2026, 7:31,15:26,,\n40,,,,,\n"
        ",10/25/2026,17:59,20:59,,\n,,,,,\n,10/25/2026,21:34, 2:24,,\n"
    )
    result = taken(content, kind="attendance", profiles=load_profiles({"own.toml": proposed(content).toml}))
    rows = result.rows.select("employee_id", pl.col("clock_in", "clock_out").dt.to_string("%d %H:%M")).rows()
    evening = [("40", "25 17:59", "25 20:59"), ("40", "25 21:34", "26 02:24")]
    assert rows == [("102", "25 07:31", "25 15:26"), *evening]


@pytest.mark.parametrize("cell", ["7h58p", "7h 58m", "7:58", "7.966667", "7,966667"])
def test_sheets_that_know_hours_only_are_read_to_them(cell: str) -> None:
    content = f'Mã NV;Họ tên;Ngày;Tổng giờ làm\n7;An;2026-10-05;"{cell}"\n7;An;2026-10-06;"{cell}"\n'
    seen = proposed(content)
    result = taken(content, kind="attendance", profiles=load_profiles({"own.toml": seen.toml}))
    assert result.rows["stated_hours"].to_list() == [Decimal("7.9667")] * 2
    assert any("nobody is late by them" in said for said in seen.undecided)


def test_rows_that_may_be_rejected_are_asked_about_and_left_out_as_is_said() -> None:
    content = "Emp ID,Date,In,Out,State\n7,2026-10-05,08:03,17:03,Approved\n7,2026-10-06,08:03,17:03,Rejected\n"
    seen = proposed(content)
    assert any('"State" is one of Approved, Rejected: if rows with' in said for said in seen.undecided)
    assert sum("State" in said for said in seen.undecided) == 1
    told = seen.toml.replace("[formats]", "[check]\nstate = \"State\"\n\n[ignore]\nstate = '^Rejected$'\n\n[formats]")
    result = taken(content, kind="attendance", profiles=load_profiles({"own.toml": told}))
    assert (result.rows.height, result.ignored) == (1, 1)


def test_units_in_brackets_are_no_part_of_a_name() -> None:
    content = "Emp ID,Date,Clock in,Clock out,Break duration (hours)\n7,2026-10-05,08:03,17:03,0.50\n"
    result = taken(content, kind="attendance", profiles=load_profiles({"own.toml": proposed(content).toml}))
    assert result.rows["unpaid_hours"].to_list() == [Decimal("0.5")]


def test_hours_of_several_kinds_add_up_as_is_said() -> None:
    content = "Emp ID,Date,Часы день,Часы ночь\n7,2026-10-05,8,2\n8,2026-10-15,8.5,\n"
    seen = proposed(content)
    [said] = [said for said in seen.undecided if "if hours are told by kinds, write" in said]
    derive, check = (
        said.split("write ")[1].split(", of those")[0].removesuffix(" under [check]").split(" under [derive], and ")
    )
    told = check.replace(" }, ", " }\n")
    profile = seen.toml.replace("[formats]", f"[check]\n{told}\n\n[derive]\n{derive}\n\n[formats]")
    result = taken(content, kind="attendance", profiles=load_profiles({"own.toml": profile}))
    assert result.rows["stated_hours"].to_list() == [Decimal(10), Decimal("8.5")]


def test_minutes_are_known_by_their_header_or_because_no_day_has_so_many_hours() -> None:
    for header in ("Worked minutes", "Duration"):
        content = f"Employee ID,Date,{header}\n7,2026-10-05,478\n"
        result = taken(content, kind="attendance", profiles=load_profiles({"own.toml": proposed(content).toml}))
        assert result.rows["stated_hours"].to_list() == [Decimal("7.9667")]


@pytest.mark.parametrize("header", ["Staff ID,Date,In,Note", "Staff ID,Date,Note,Out"])
def test_half_a_clocking_is_refused_until_the_other_half_is_named(header: str) -> None:
    content = f"{header}\n7,2026-10-05,08:03,17:00 x\n".replace(
        "Note,Out\n7,2026-10-05,08:03,17:00 x", "Note,Out\n7,2026-10-05,x,17:00"
    )
    with pytest.raises(BadExport, match="so nobody's hours could be told; name it under its"):
        taken(content, kind="attendance", profiles=load_profiles({"own.toml": proposed(content).toml}))


def test_spells_of_leave_are_read_by_what_is_proposed() -> None:
    content = "ID,Employee,From Date,To Date,Leave Type,Status\nL1,E7,2026-10-30,2026-11-01,Annual,Approved\n"
    seen = proposed(content)
    result = taken(content, kind="attendance", profiles=load_profiles({**shipped_profiles(), "own.toml": seen.toml}))
    assert result.rows.select("employee_id", pl.col("business_date").dt.day(), "excused").rows() == [
        ("E7", 30, True),
        ("E7", 31, True),
        ("E7", 1, True),
    ]
    assert any('"Status": Approved is leave that was agreed' in said for said in seen.undecided)
    silent = proposed(content.replace(",Status", "").replace(",Approved", ""))
    assert any("Nothing says what was agreed" in said for said in silent.undecided)
