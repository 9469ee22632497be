"""Sheets of unknown clocks that are drawn for people: a profile is proposed for them, and reads them."""

from decimal import Decimal

import polars as pl
import pytest

from tests.exports.months import matrix
from tests.exports.reader import proposed, taken
from transforms.exports import Read, load_profiles, shipped_profiles
from transforms.problem import BadExport

TABLES = {
    "id above": ("Employee: {name},,ID: {id},", "Date,In,Out,Total", "Subtotal,,,8:00"),
    "id in brackets": ("Employee: {name} ({id}),,,", "Date,Time In,Time Out,Hours", "Totals:,,,8:00"),
    "id in a cell of its own": ("Nhân viên:,{name},Mã:,{id}", "Ngày,Vào,Ra,Tổng", "Cộng,,,8:00"),
    "id behind its name": ("Mã NV: {id},,Họ tên: {name},", "Ngày,Giờ vào,Giờ ra,Công", "Tổng cộng,,,1"),
    "in punches": ("Employee ID {id},,,", "Date,In Punch,Out Punch,Daily Total", "Total,,,8:00"),
}
PEOPLE = {"E7": "Ann Ho", "E8": "Bob Le"}
DAYS = ",".join(map(str, range(1, 32)))
TITLE = f"BẢNG CHẤM CÔNG THÁNG 10/2026\nMã NV,Họ và tên,{DAYS}"


def read_as_proposed(content: str) -> Read:
    profiles = load_profiles({**shipped_profiles(), "own.toml": proposed(content).toml})
    result = taken(content, kind="attendance", profiles=profiles)
    assert result.profile.name == "own"
    return result


@pytest.mark.parametrize("name", TABLES)
def test_a_person_above_each_table_is_found(name: str) -> None:
    above, header, below = TABLES[name]
    rows = ("15/10/2026,08:01,17:04,9:03", "16/10/2026,22:00,06:00,8:00")
    content = "TIMESHEETS,,,\nPeriod: 15/10/2026 - 16/10/2026,,,\n" + "".join(
        "\n".join([above.format(id=id_, name=called), header, *rows, below, ",,,", ""])
        for id_, called in PEOPLE.items()
    )
    result = read_as_proposed(content)
    clocked = result.rows.select("employee_id", pl.col("clock_in", "clock_out").dt.to_string("%d %H:%M")).rows()
    assert result.rejected.is_empty()
    assert clocked == [
        (id_, *times) for id_ in PEOPLE for times in (("15 08:01", "15 17:04"), ("16 22:00", "17 06:00"))
    ]
    assert any("they stand above the tables (E7, E8)" in said for said in proposed(content).undecided)


@pytest.mark.parametrize(
    ("cell", "hours"), [("8.5", "8.5"), ("8,5", "8.5"), ("7h58p", "7.9667"), ("8", "8"), ("510", "8.5"), ("8 giờ", "8")]
)
def test_a_month_of_hours(cell: str, hours: str) -> None:
    quoted = f'"{cell}"' if "," in cell else cell
    content = matrix(TITLE, ("NV1,An", {1: quoted, 2: "P", 5: quoted}), ("NV2,Bình", {3: quoted, 4: quoted, 6: "1/2"}))
    with pytest.raises(BadExport, match=r"holds no times under its days.*`kpi profile FILE` proposes a profile"):
        taken(content, kind="attendance")
    result = read_as_proposed(content)
    worked = result.rows.select("employee_id", pl.col("business_date").dt.day(), "stated_hours").rows()
    assert worked == [(who, day, Decimal(hours)) for who, day in (("NV1", 1), ("NV1", 5), ("NV2", 3), ("NV2", 4))]
    assert result.rejected["reasons"].to_list() == [["bad_number"]]
    assert any(said.startswith("1/2 are no hours") for said in proposed(content).undecided)


@pytest.mark.parametrize(
    "content",
    [
        "Employee ID,Date,In,Out,In,Out\nE7,15/10/2026,08:00,12:00,13:00,17:00\nE7,16/10/2026,,,22:00,06:00\n",
        (
            "BẢNG CÔNG THÁNG 10/2026,,,,,,\nMã NV,Họ tên,Ngày,Sáng,,Chiều,\n,,,Vào,Ra,Vào,Ra\n"
            "E7,An,15/10/2026,08:00,12:00,13:00,17:00\nE7,An,16/10/2026,,,22:00,06:00\n"
        ),
    ],
)
def test_ins_and_outs_of_one_name_side_by_side(content: str) -> None:
    result = read_as_proposed(content)
    assert result.rejected.is_empty()
    assert result.rows.select(pl.col("clock_in", "clock_out").dt.to_string("%d %H:%M")).rows() == [
        ("15 08:00", "15 12:00"),
        ("15 13:00", "15 17:00"),
        ("16 22:00", "17 06:00"),
    ]


def test_days_without_their_year_take_it_from_the_title() -> None:
    blocks = "".join(
        f"Mã nhân viên: {who} Họ tên: An,,,\nNgày,Vào,Ra\n30/12,08:00,17:00\n02/01,22:00,06:00\n" for who in PEOPLE
    )
    result = read_as_proposed(f"Từ ngày 26/12/2026 đến ngày 25/01/2027,,\n{blocks}")
    days = result.rows.select("employee_id", pl.col("business_date").cast(pl.String)).rows()
    assert days == [(who, day) for who in PEOPLE for day in ("2026-12-30", "2027-01-02")]


@pytest.mark.parametrize(
    "title",
    [
        "March 2026",
        "Attendance for the month of March 2026",
        "MAR-2026 printed 5 April 2026",
        "Timesheet 03/2026",
        "Sheet of 1 March 2026 to 31 March 2026",
        "From 2026-03-01 to 2026-03-31",
    ],
)
def test_a_month_may_be_named_in_english(title: str) -> None:
    content = matrix(f"{title}\nID,Name,{DAYS}", ("7,An", {2: "08:00-17:00"}), ("8,Bo", {3: "08:01-17:02"}))
    clocked = read_as_proposed(content).rows.select("employee_id", pl.col("business_date").cast(pl.String)).rows()
    assert clocked == [("7", "2026-03-02"), ("8", "2026-03-03")]


@pytest.mark.parametrize("title", ["Printed 5 April 2026", "5th April 2026", "April 5, 2026", "Printed 01/04/2026"])
def test_the_day_of_printing_is_no_month(title: str) -> None:
    content = matrix(f"{title}\nID,Name,{DAYS}", ("7,An", {2: "08:00-17:00"}), ("8,Bo", {3: "08:01-17:02"}))
    with pytest.raises(BadExport, match="no title above it names the period"):
        read_as_proposed(content)


def test_whole_days_need_no_title() -> None:
    content = "Period: 03/01/2026 - 03/31/2026\nID,Name,Date,In,Out\n7,An,03/13/2026,08:03,17:03\n"
    assert read_as_proposed(content).rows["business_date"].cast(pl.String).to_list() == ["2026-03-13"]


def test_punches_of_one_name_side_by_side() -> None:
    rows = "E7,An,15/10/2026,08:00,12:00,\nE7,An,16/10/2026,22:00,,\nE7,An,17/10/2026,06:00,,08:00\n"
    punched = read_as_proposed(f"Mã NV,Tên,Ngày,Lần 1,Lần 2,Lần 3\n{rows}").rows["punched_at"]
    assert punched.dt.to_string("%d %H").to_list() == ["15 08", "15 12", "16 22", "17 06", "17 08"]


def test_midnight_in_and_out_is_nobody_there() -> None:
    content = "Employee ID,Date,First In,Last Out\nE7,2026-10-15,08:00,17:00\nE7,2026-10-16,00:00,00:00\n"
    assert read_as_proposed(content).rows["clock_in"].dt.to_string("%d %H:%M").to_list() == ["15 08:00"]
    assert any("00:00 is taken for no punch" in said for said in proposed(content).undecided)


def test_years_of_another_calendar_are_named() -> None:
    said = proposed("Employee ID,Date,In,Out\n7,01/10/2569,08:00,17:00\n").undecided
    assert any("in years of the Buddhist calendar: export it with years such as 2026" in sentence for sentence in said)


ISO_DAYS = ",".join(f"2026-10-0{day}" for day in range(1, 7))


def test_a_month_of_ins_and_outs_in_one_cell() -> None:
    cells = '08:01-12:00 13:00-17:00,Off,"22:00 - 06:00",09:00 ~,x9,08:00–16:00'
    result = read_as_proposed(f"Employee ID,{ISO_DAYS}\nE7,{cells}\nE8,,,,,,8h00-16h30\n")
    assert result.rows.select(pl.col("clock_in", "clock_out").dt.to_string("%d %H:%M")).rows() == [
        ("01 08:01", "01 12:00"),
        ("01 13:00", "01 17:00"),
        ("03 22:00", "04 06:00"),
        ("04 09:00", None),
        ("06 08:00", "06 16:00"),
        ("06 08:00", "06 16:30"),
    ]
    assert result.rejected["reasons"].to_list() == [["bad_date"]]


@pytest.mark.parametrize(
    ("days", "cell"),
    [
        (ISO_DAYS, "2026-10-0{} 08:00:00"),
        # A spreadsheet's, without days that nobody worked: its cells show which number is the day.
        ("01/10/2026,02/10/2026,03/10/2026,05/10/2026,06/10/2026,13/10/2026", "0{}/10/2026 08:00"),
    ],
)
def test_a_month_of_moments(days: str, cell: str) -> None:
    cells = ",".join(["NA", *(cell.format(day) for day in range(2, 7))])
    last = cells.replace(cell.format(6), cell.format(6).replace("06/", "13/"))
    rows = read_as_proposed(f"Employee ID,{days}\nE7,{cells}\nE8,{last}\n").rows
    punched = rows.filter(pl.col("employee_id") == "E7")["punched_at"]
    assert punched.dt.to_string("%d %H:%M").to_list() == [f"0{day} 08:00" for day in range(2, 7)]
    both = ",".join(["NA", *(f"0{day}/10/2026 08:00" for day in range(2, 7))])
    asked = "do not show their order of day and month"
    assert any(asked in said for said in proposed(f"Employee ID,{days}\nE7,{both}\nE8,{both}\n").undecided)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (matrix(TITLE, ("NV1,An", {1: "X", 2: "P"})), "X, P below its days do not say how long anybody was there"),
        (matrix(TITLE, ("NV1,An", {1: "1", 2: "0.5"})), "1, 0.5 below its days are days of work, not hours"),
        (matrix(TITLE, ("NV1,An", {1: "7:58", 2: "8:02"})), "7:58, 8:02 below its days may be times of a day or hours"),
        (f",{ISO_DAYS}\nAn,08:00-12:00,,,,,\n", "none says whose its lines are; name the column of people employee_id"),
    ],
)
def test_what_a_month_does_not_say_is_said(content: str, said: str) -> None:
    with pytest.raises(BadExport, match=said):
        proposed(content)
