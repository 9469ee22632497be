"""Exports of time clocks, one of each kind: which profile reads them, and what it reads."""

from pathlib import Path

import pytest

from tests.exports.clock_sheets import Export
from tests.exports.clocks import EXPORTS
from tests.exports.months import matrix
from tests.exports.reader import every_profile, reasons, taken
from transforms.exports import shipped_profiles
from transforms.problem import BadExport

ATTENDANCE = {"clockings", "punches", "roster", "absences"}
CLOCKS = [name for name, profile in every_profile().items() if profile.table in ATTENDANCE]


@pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS.keys())
def test_an_export_is_read_as_it_is_drawn(export: Export) -> None:
    result = taken(export.text, kind="attendance")
    assert result.profile.name == export.profile
    assert reasons(result) == {}
    assert result.rows.select(export.rows[0].keys()).to_dicts() == export.rows


@pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS.keys())
def test_exactly_one_profile_fits_an_export(export: Export) -> None:
    fitting = [name for name in CLOCKS if _fits(export.text, name)]
    assert fitting == [export.profile]


def test_every_clock_profile_that_is_shipped_is_tried() -> None:
    canonical = {f"canonical_{table}" for table in ("absences", "clockings", "hours", "punches", "roster")}
    drawn_elsewhere = canonical | {"toast_time_entries"}
    shipped = {file.removesuffix(".toml") for file in shipped_profiles()}
    assert {export.profile for export in EXPORTS.values()} == shipped & set(CLOCKS) - drawn_elsewhere


def _fits(text: str, profile: str) -> bool:
    try:
        taken(text, kind="attendance", profiles={profile: every_profile()[profile]})
    except BadExport as refusal:
        return "fits no profile" not in str(refusal) and "has no header line" not in str(refusal)
    return True


def test_what_stands_after_a_time_costs_its_line_and_no_other() -> None:
    text = EXPORTS["ZKTime, events"].text.replace("17:15,", "17:15 A1P1,")
    result = taken(text, kind="attendance")
    assert reasons(result) == {3: (["bad_date"], "Date/Time")}
    assert result.rows["row_no"].to_list() == [2]


def test_a_direction_that_no_profile_knows_is_rejected() -> None:
    text = EXPORTS["Hikvision"].text.replace("Check-in", "Check-im")
    assert reasons(taken(text, kind="attendance")) == {2: (["bad_text"], "Attendance Status")}


def test_one_damaged_line_of_a_log_without_header_is_rejected_alone() -> None:
    lines = [f"{who:>9}\t2026-03-05 08:15:00\t1\t0\t1\t0\r\n" for who in range(20)]
    lines[3], lines[9] = lines[3].replace("-03-05", "-03-45"), lines[9][:20] + "\r\n"
    result = taken("".join(lines), kind="attendance")
    assert reasons(result) == {4: (["bad_date"], "time"), 10: (["wrong_width"], None)}
    assert result.rows.height == 18


def test_a_log_without_header_of_which_half_is_damaged_is_not_recognised() -> None:
    with pytest.raises(BadExport, match=r"fits no profile|no header line"):
        taken(EXPORTS["attlog, four columns"].text.replace("\t1\t3", "\tx\t3"), kind="attendance")


def test_who_was_present_by_a_frappe_template_has_no_row() -> None:
    assert taken(EXPORTS["Frappe, attendance"].text, kind="attendance").ignored == 1


def test_a_real_dump_of_a_terminal_that_does_not_show_its_order_of_day_and_month(shared: Path) -> None:
    content = (shared / "attendance/agl_001/AGL_001_ampm.TXT").read_bytes()
    with pytest.raises(BadExport, match="does not show whether '03-05-2015 10:53:05AM' means 2015-05-03 or 2015-03-05"):
        taken(content, kind="attendance")
    result = taken(content.replace(b"05-05-2015", b"15-05-2015"), kind="attendance")
    assert (result.profile.name, result.rows.height, result.rejected.height) == ("zk_usb_text", 7, 0)
    assert result.rows["direction"].to_list() == ["in"] * 5 + ["out"] * 2
    assert str(result.rows["punched_at"][5]) == "2015-05-03 10:53:05"


def test_a_month_with_one_time_a_day_is_refused_as_it_may_be_hours() -> None:
    month = matrix(
        "Bảng chấm công tháng 02/2026\nMã nhân viên,Tên nhân viên," + ",".join(map(str, range(1, 32))),
        ("A,An", dict.fromkeys(range(1, 9), "7:58")),
    )
    with pytest.raises(
        BadExport, match="no day with two punches; '7:58' in row 3 may be a time of day or hours worked"
    ):
        taken(month, kind="attendance")


def test_a_roster_of_times_that_nobody_plans_is_refused() -> None:
    rows = (
        "Mã nhân viên,Ngày,Vào ca,Ra ca\nA,2026-03-05,07:53,17:06\nB,2026-03-05,08:00,17:00\nC,2026-03-05,07:58,17:00\n"
    )
    with pytest.raises(BadExport, match='"Vào ca" and "Ra ca" hold times such as 07:53 and 17:06 in row 2'):
        taken(rows, kind="attendance")
    both = (
        rows.replace("Ra ca\n", "Ra ca,Giờ vào,Giờ ra\n")
        .replace("0\n", "0,08:01,17:02\n")
        .replace("6\n", "6,08:01,17:02\n")
    )
    assert taken(both, kind="attendance").profile.name == "canonical_clockings"
