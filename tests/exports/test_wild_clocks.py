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
    assert (result.profile.name, result.profile.table, result.rejected.height) == ("own", "punches", 0)
    moment = result.rows["punched_at"].dt.strftime("%H:%M")
    rows = result.rows.select("employee_id", moment, "direction").rows()
    assert rows[: len(expected)] == expected


@pytest.mark.parametrize("cell", ["7h58p", "7h 58m", "7:58", "7.966667", "7,966667"])
def test_sheets_that_know_hours_only_are_read_to_them(cell: str) -> None:
    content = f'Mã NV;Họ tên;Ngày;Tổng giờ làm\n7;An;2026-10-05;"{cell}"\n7;An;2026-10-06;"{cell}"\n'
    seen = proposed(content)
    result = taken(content, kind="attendance", profiles=load_profiles({"own.toml": seen.toml}))
    assert result.rows["stated_hours"].to_list() == [Decimal("7.9667")] * 2
    assert any("nobody is late by them" in said for said in seen.undecided)


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
