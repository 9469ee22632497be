"""Clock sheets as public examples show them: read by what is proposed, or refused with what to do about it."""

import polars as pl
import pytest

from tests.exports.reader import proposed, taken
from transforms.exports import Read, load_profiles, shipped_profiles
from transforms.problem import BadExport

TITLE = "Từ ngày 01/09/2026 đến ngày 07/09/2026\n"
DAYS = "1,2,3,4,5,6,7"


def read(content: str) -> Read:
    profiles = load_profiles({**shipped_profiles(), "own.toml": proposed(content).toml})
    return taken(content, kind="attendance", profiles=profiles)


def clocked(result: Read) -> list[tuple[str, str | None, str | None]]:
    times = (pl.col(end).dt.to_string("%d %H:%M") for end in ("clock_in", "clock_out"))
    rows: list[tuple[str, str | None, str | None]] = result.rows.select("employee_id", *times).rows()
    return rows


LINES = f"""{TITLE}STT,Mã NV,Họ tên,,{DAYS}
1,NV1,An,Giờ vào,07:58,08:01,,,,,
2,NV1,An,Giờ ra,17:02,,,,,,
3,NV2,Bình,Giờ vào,21:58,P,,,,,
4,,,Giờ ra,06:03,,05:00,,,,
Tổng,,,,2,1,1,,,,
"""


def test_lines_of_ins_above_lines_of_outs_are_pairs() -> None:
    result = read(LINES)
    assert clocked(result) == [
        ("NV1", "01 07:58", "01 17:02"),
        ("NV1", "02 08:01", None),
        ("NV2", "01 21:58", "02 06:03"),
        ("NV2", None, "03 05:00"),
    ]
    assert any("nights stand under the day they began" in said for said in proposed(LINES).undecided)


def test_a_line_of_times_that_says_neither_in_nor_out_is_not_lost() -> None:
    other = LINES.replace("Tổng,,,,2", "5,NV2,Bình,Tăng ca,1:30")
    with pytest.raises(BadExport, match="row 7 holds '1:30', and says neither in nor out"):
        read(other)


def test_outs_of_another_person_close_nobodys_ins() -> None:
    result = read(LINES.replace("2,NV1,An,Giờ ra", "2,NV3,Chi,Giờ ra"))
    assert clocked(result)[:3] == [("NV1", "01 07:58", None), ("NV1", "02 08:01", None), ("NV3", None, "01 17:02")]


@pytest.mark.parametrize(
    "line", ["{who},2026-10-{day:02},09:20,18:01,13:32,NON", "NV{who},{day:02}/10/2026,22:28,06:00"]
)
def test_several_times_without_a_header_are_refused(line: str) -> None:
    content = "\n".join(line.format(who=who, day=day) for day in range(1, 25) for who in (7, 8))
    with pytest.raises(BadExport, match=r"no header line, and . times in each line .*write a line of names above it"):
        proposed(content)


def test_who_has_one_name_only_is_not_rejected() -> None:
    rows = "Date,First Name,Last Name,Hours\n2026-10-05,An,,7.5\n2026-10-05,Bo,Lee,8\n"
    assert read(rows).rows["employee_id"].to_list() == ["An", "Bo Lee"]


def test_the_order_of_day_and_month_is_that_of_the_columns_that_show_it() -> None:
    content = (
        "Mã NV,Ngày,Giờ vào,Giờ ra\n7,13/09/2026,21:00 13/09/2026,\n7,01/09/2026,08:00 01/09/2026,17:02 01/09/2026\n"
    )
    assert clocked(read(content))[1] == ("7", "01 08:00", "01 17:02")
    assert any(
        'the order of day and month of "Ngày"; see that it is so' in said for said in proposed(content).undecided
    )
    months = content.replace("Mã NV", "Since,Mã NV").replace("\n7", "\n20-Aug-2020,7").replace("13/", "03/")
    assert any("does not show its order" in said for said in proposed(months).undecided)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "Mã NV,Họ tên,Ngày công,Vắng,Lễ\nNV1,An,24,1,1\nNV2,Bo,26,0,1\n",
            "of a person's week or month cannot be read",
        ),
        ("Staff ID,Week_Ending,Hours_Worked\n7,2026-10-11,36\n8,2026-10-11,20\n", "No row is of one day"),
        ("Staff ID,Date,Hours\n7,2026-10-11,36\n8,2026-10-11,20\n", "more hours than a day has (36, 20)"),
        (
            "Staff ID,Date,Hours\n7,2026-10-11,240\n8,2026-10-11,180\n",
            'if they are minutes of a day, write type = "min',
        ),
        ("Staff,Date,Hours,Total\nAn,2026-10-11,x,$8.00\nBo,2026-10-11,2,$9.00\n", "is not written as hours"),
        ("Staff ID,Date,In,Out,OT In\n7,2026-10-05,08:00,17:00,18:00\n", '"OT In" is not read: if people work'),
        ("Staff ID,Date,In,Out\n7,2026-10-05,08:03,\n7,2026-10-05,,17:01\n", "No row has both an in and an out"),
        ("Staff,Start Date,End Date,Total Hours\nAn,2026-10-05,2026-10-11,20\n", "No row is of one day"),
        ("Staff,Pay Date,Hours\nAn,2026-10-16,20\n", "No row is of one day"),
        ("Staff,Date,Hours,To\nAn,2026-10-16,8,2026-10-16\n", '"To" is not read: if any row is of several days'),
        (
            "Staff,Date,Hours\nAn,2026-10-05,8.30\nAn,2026-10-06,7.45\nBo,2026-10-06,8.15\n",
            "8.30 is taken for a decimal",
        ),
        ("Mã NV,Ngày,Giờ vào,Giờ ra\n7,2026-10-11,8h sáng,5h chiều\n", "export it as 17:30"),
        ('Staff,Date,Punch Records\nAn,2026-10-05,"08:03(in),17:04(out)"\n', "holds ins and outs: export each"),
        ("Staff ID,In,Out\n7,08:03,17:01\n", "if none holds days, export the day of each row, too"),
        ("Date,In,Out\n2026-10-05,08:03,17:01\n", "of one person's file, write their id as employee_id"),
        ("Mã NV,Ngày,Vào,Ra\n7,1,08:03,17:01\n7,2,08:03,17:01\n", '"Ngày" (1, 2) lacks its month and year'),
        ("Data;Entrada 1;Saida 1\n05/10/2026;08:03;17:01\n", "No column says whose rows these are"),
        ("Staff ID,Date,Hours,Art\n7,2026-10-05,8,Urlaub\n8,2026-10-05,8,-/-\n", '"Art" is one of -/-, Urlaub'),
    ],
)
def test_what_is_missing_is_said_so_that_it_can_be_mended(content: str, said: str) -> None:
    assert any(said in sentence for sentence in proposed(content).undecided)


def test_a_person_in_a_title_ends_where_the_next_thing_is_named() -> None:
    title = "Nhân viên: Nguyễn Văn A   |   Phòng ban: Bếp   |   Chi nhánh: Quận 1\n"
    content = f"{title}Ngày,Thứ,Vào,Ra,Trạng thái\n01/09/2026,T3,07:58,17:05,Đúng giờ\n14/09/2026,T2,08:00,,Thiếu\n"
    assert clocked(read(content))[0] == ("Nguyễn Văn A", "01 07:58", "01 17:05")


# Header, first row -> what is read of it.
NAMES = {
    "営業日,従業員コード,名前,休憩時間,出勤打刻,退勤打刻\n2026-10-15,7,An,01:00,2026-10-15 22:03,2026-10-16 07:00": (
        "7",
        "15 22:03",
        "16 07:00",
    ),
    "No,ID Pegawai,Tanggal Absen,Scan Masuk,Scan Pulang\n1,7,2026-10-15,07:33,16:30": ("7", "15 07:33", "15 16:30"),
    "emp,employee_biometric_id,biometric_date,in_time,out_time\n1,7,10/15/26,02:08:00 PM,02:11:39 AM": (
        "7",
        "15 14:08",
        "16 02:11",
    ),
    "Employee,Checked on,Check in,Check out\nAn,2026-10-15,07:33,16:30": ("An", "15 07:33", "15 16:30"),
}


@pytest.mark.parametrize("content", NAMES)
def test_names_of_other_systems_are_known(content: str) -> None:
    assert clocked(read(f"{content}\n")) == [NAMES[content]]


def test_weekdays_prove_the_order_of_day_and_month() -> None:
    content = "Mã NV,Ngày,Thứ,Vào,Ra\n7,01/09/2026,T3,07:58,17:05\n7,03/09/2026,T5,08:00,17:03\n"
    assert clocked(read(content)) == [("7", "01 07:58", "01 17:05"), ("7", "03 08:00", "03 17:03")]
    for unproven in (content.replace("T5", "T6"), content.replace("T3", "Ba1")):
        assert any("does not show its order" in said for said in proposed(unproven).undecided)


def test_leave_is_agreed_as_its_status_says() -> None:
    content = (
        "Mã NV,Từ ngày,Đến ngày,Trạng thái\n7,01/09/2026,02/09/2026,Đã duyệt\n8,13/09/2026,13/09/2026,Từ chối\n"
        "9,13/09/2026,13/09/2026,Chờ duyệt\n"
    )
    absent = read(content).rows.select("employee_id", pl.col("business_date").dt.day(), "excused").rows()
    assert absent == [("7", 1, True), ("7", 2, True), ("9", 13, False)]
    assert any("Từ chối is no leave; the rest was not agreed" in said for said in proposed(content).undecided)


def test_a_quote_before_an_id_is_none_of_it() -> None:
    content = "Person ID,Name,Time\n'7,An,2026-10-15 08:01:02\n'7,An,2026-10-15 17:01:02\n"
    assert read(content).rows["employee_id"].to_list() == ["7", "7"]


def test_outs_that_the_system_made_are_asked_about() -> None:
    content = "Staff ID,Date,In,Out,Auto Clock Out\n7,2026-10-05,08:31,23:59,Yes\n7,2026-10-06,08:31,17:02,No\n"
    assert any("auto_close_at under [attendance]" in said for said in proposed(content).undecided)


@pytest.mark.parametrize("line", ["{number:09}301022019{number:04}016678046391", "0{number:021}"])
def test_columns_that_run_together_are_said_to(line: str) -> None:
    content = "\n".join(line.format(number=number) for number in range(730, 760))
    with pytest.raises(BadExport, match="nothing between its columns"):
        proposed(content)
    with pytest.raises(BadExport, match="nothing between its columns"):
        taken(content, kind="attendance")
