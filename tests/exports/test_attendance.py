"""Clockings, rosters and ratings by example."""

from datetime import date
from decimal import Decimal

import pytest

from tests.drawn import frame
from tests.exports.reader import of_site, reasons, taken
from transforms.exports import Read
from transforms.problem import BadExport
from transforms.tables import CLOCKINGS, ROSTER, TABLES


def assert_rows(result: Read, drawing: str) -> None:
    drawn = frame(drawing, TABLES[result.profile.table].columns)
    assert result.rows.select(drawn.columns).equals(drawn)


FLAT = """CHI TIẾT CHẤM CÔNG
Từ ngày 01/01/2026 đến ngày 31/01/2026
Mã N.Viên;Tên nhân viên;Phòng ban;Chức vụ;Ngày;Thứ;Vào;Ra
'00012;An;Q1;Pha chế;05/01/2026;Hai;7:53;12:01
'00012;An;Q1;Pha chế;05/01/2026;Hai;13:00;17:02
00403;Bình;;Bảo vệ;05/01/2026;Hai;22:00;6:05
403;Chi;Q1;Thu ngân;06/01/2026;Ba;--:--;17:30
403;Chi;Q1;Thu ngân;07/01/2026;Tư;8:00;--:--
403;Chi;Q1;Thu ngân;08/01/2026;Năm;--:--;--:--
"""


def test_a_flat_clock_sheet_gives_one_clocking_a_pair() -> None:
    result = taken(FLAT, kind="attendance")
    assert_rows(
        result,
        """
        store_id | employee_id | business_date | clock_in         | clock_out        | row_no
        ---------+-------------+---------------+------------------+------------------+-------
        Q1       | 00012       | 2026-01-05    | 2026-01-05 07:53 | 2026-01-05 12:01 |      4
        Q1       | 00012       | 2026-01-05    | 2026-01-05 13:00 | 2026-01-05 17:02 |      5
                 | 00403       | 2026-01-05    | 2026-01-05 22:00 | 2026-01-06 06:05 |      6
        Q1       | 403         | 2026-01-06    |                  | 2026-01-06 17:30 |      7
        Q1       | 403         | 2026-01-07    | 2026-01-07 08:00 |                  |      8
        """,
    )
    assert (result.rejected.height, result.ignored) == (0, 1)


def test_a_damaged_punch_is_rejected_not_taken_for_a_missing_one() -> None:
    result = taken(FLAT.replace("17:30", "17h30").replace("06/01/2026", "06/01/2026 "), kind="attendance")
    assert reasons(result) == {7: (["bad_date"], "Ra")}
    assert result.rejected["business_date"].to_list() == [date(2026, 1, 6)]


TOAST_SHORT = "Location,Employee,Job Title,In Date,Out Date,Total Hours,Unpaid Break Time,Paid Break Time,Payable Hours"
TOAST_LONG = (
    "Location,Job Id,Job GUID,Job Code,Job Title,Employee Id,Employee GUID,Employee External Id,Employee,In Date,"
    "Out Date,Auto Clock-out,Total Hours,Unpaid Break Time,Paid Break Time,Payable Hours,Cash Tips Declared,"
    "Non Cash Tips,Total Gratuity,Total Tips,Tips Withheld,Wage,Regular Hours,"
    "Overtime Hours,Regular Pay,Overtime Pay,Total Pay"
)


def test_toast_time_entries_in_the_short_build() -> None:
    result = taken(
        f'{TOAST_SHORT}\nMain,"Doe, Jo",Server,1/5/26 4:55 PM,1/6/26 1:10 AM,8.25,0,0,8.25\n', kind="attendance"
    )
    assert_rows(
        result,
        """
        system | store_id | employee_id | business_date | clock_in         | clock_out
        -------+----------+-------------+---------------+------------------+-----------------
        toast  | Main     | Doe, Jo     | 2026-01-05    | 2026-01-05 16:55 | 2026-01-06 01:10
        """,
    )


def test_toast_time_entries_in_the_long_build_know_the_id() -> None:
    row = ',J,G,C,Server,77,GUID,X,"Doe, Jo",1/5/26 4:55 PM,,No,' + "," * 14
    result = taken(f"{TOAST_LONG}\nMain{row}\n", kind="attendance")
    assert result.rows["employee_id"].to_list() == ["77"]
    assert result.rows["clock_out"].to_list() == [None]


@pytest.mark.parametrize("forgot", ["Yes", "yes", "TRUE"])
def test_who_was_clocked_out_by_toast_has_an_open_punch(forgot: str) -> None:
    row = ',J,G,C,Server,77,GUID,X,"Doe, Jo",1/5/26 4:55 PM,1/6/26 4:00 AM,{},' + "," * 14
    sheet = "\n".join([TOAST_LONG, f"Main{row}".format(forgot), f"Main{row}".format("No"), f"Main{row}".format("")])
    assert_rows(
        taken(sheet, kind="attendance"),
        """
        employee_id | business_date | clock_in         | clock_out        | row_no
        ------------+---------------+------------------+------------------+-------
        77          | 2026-01-05    | 2026-01-05 16:55 |                  |      2
        77          | 2026-01-05    | 2026-01-05 16:55 | 2026-01-06 04:00 |      3
        77          | 2026-01-05    | 2026-01-05 16:55 | 2026-01-06 04:00 |      4
        """,
    )


@pytest.mark.parametrize(
    "text",
    [
        "employee_id,store_id,date,shift_start,shift_end\nE1,Q1,2026-01-05,22:00,06:00\nE1,Q1,2026-01-06,,\n",
        "Mã nhân viên;Chi nhánh;Ngày;Vào ca;Ra ca\nE1;Q1;05/01/2026;22:00;06:00\n",
        "employee_id,store_id,shift_start,shift_end\nE1,Q1,2026-01-05 22:00,2026-01-06 06:00\n",
    ],
)
def test_a_roster_in_either_language_with_times_or_moments(text: str) -> None:
    result = taken(text, kind="attendance")
    assert result.rows.columns == list(ROSTER.columns)
    assert_rows(
        result,
        """
        system    | store_id | employee_id | business_date | scheduled_in     | scheduled_out
        ----------+----------+-------------+---------------+------------------+-----------------
        canonical | Q1       | E1          | 2026-01-05    | 2026-01-05 22:00 | 2026-01-06 06:00
        """,
    )


def test_half_a_shift_in_a_roster_is_rejected() -> None:
    text = "employee_id,date,shift_start,shift_end\nE1,2026-01-05,22:00,\n"
    assert reasons(taken(text, kind="attendance")) == {2: (["missing_value"], "shift_end")}


def test_canonical_clockings_keep_open_punches_and_the_business_day() -> None:
    text = "employee_id,clock_in,clock_out\nE1,2026-01-06 01:30,2026-01-06 08:00\nE2,,2026-01-06 08:00\n"
    result = taken(text, kind="attendance")
    assert result.rows.columns == list(CLOCKINGS.columns)
    assert result.rows["business_date"].to_list() == [date(2026, 1, 5), date(2026, 1, 6)]


def test_times_without_a_day_anywhere_refuse_the_file() -> None:
    with pytest.raises(BadExport, match=r'column "clock_in" holds times without a day'):
        taken("employee_id,clock_in,clock_out\nE1,7:53,17:02\n", kind="attendance")


@pytest.mark.parametrize(
    "text",
    [
        "date,employee_id,measure,value\n2026-01-05,E1,service_skill,87.5\n2026-01-05,,service_skill,1\n",
        "Ngày;Mã nhân viên;Tiêu chí;Điểm\n05/01/2026;E1;service_skill;87.5\n05/01/2026;;service_skill;1\n",
    ],
)
def test_ratings_need_somebody_or_a_store(text: str) -> None:
    result = taken(text, kind="ratings")
    row = result.rows.select("employee_id", "store_id", "business_date", "measure", "value").row(0)
    assert row == ("E1", None, date(2026, 1, 5), "service_skill", Decimal("87.5"))
    assert [why for why, _ in reasons(result).values()] == [["missing_value"]]


def test_an_out_after_midnight_without_its_in_belongs_to_the_day_of_the_sheet() -> None:
    header = "\n".join(FLAT.splitlines()[:3])
    sheet = f"{header}\n403;Chi;Q1;Thu ngân;10/01/2026;Bảy;17:41;2:16\n403;Chi;Q1;Thu ngân;11/01/2026;CN;--:--;2:14\n"
    assert_rows(
        taken(sheet, kind="attendance"),
        """
        employee_id | business_date | clock_in         | clock_out
        ------------+---------------+------------------+-----------------
        403         | 2026-01-10    | 2026-01-10 17:41 | 2026-01-11 02:16
        403         | 2026-01-11    |                  | 2026-01-12 02:14
        """,
    )


EITHER = {
    "clockings": "employee_id,date,clock_in,clock_out\nE1,{},8:00,17:00\n",
    "shifts": "employee_id,clock_in,clock_out\nE1,{0} 8:00,{0} 17:00\n",
    "punches": "employee_id,punched_at\nE1,{} 8:00\n",
    "roster": "employee_id,date,shift_start,shift_end\nE1,{},8:00,17:00\n",
    "absences": "employee_id,date,excused\nE1,{},yes\n",
}


@pytest.mark.parametrize("text", EITHER.values(), ids=EITHER)
def test_under_english_names_a_day_must_show_its_order(text: str) -> None:
    """10/25/2026 can only be October; 05/10/2026 may be May, and nobody is asked to believe either."""
    for cell in ("10/25/2026", "25/10/2026", "2026-10-25"):
        assert taken(text.format(cell), kind="attendance").rows["business_date"].to_list() == [date(2026, 10, 25)]
    with pytest.raises(BadExport, match=r"2026-10-05 or 2026-05-10|2026-05-10 or 2026-10-05"):
        taken(text.format("05/10/2026"), kind="attendance")


def test_under_vietnamese_names_the_day_comes_first() -> None:
    text = "Mã nhân viên,Ngày,Giờ vào,Giờ ra\nE1,05/10/2026,8:00,17:00\n"
    assert taken(text, kind="attendance").rows["business_date"].to_list() == [date(2026, 10, 5)]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("2026-01-05T17:30:00Z", "2026-01-06 00:30"),
        ("2026-01-05T17:30:00.250+00:00", "2026-01-06 00:30"),
        ("2026-01-06T00:30:00+0700", "2026-01-06 00:30"),
        ("2026-01-05T12:30:00-05:00", "2026-01-06 00:30"),
        ("2026-01-06T00:30:00", "2026-01-06 00:30"),
        ("2026-01-05 17:30:00+00", "2026-01-06 00:30"),
    ],
)
def test_a_moment_that_says_its_offset_is_told_in_the_time_of_the_site(written: str, told: str) -> None:
    export = f"employee_id,punched_at\nan,{written}\n"
    rows = taken(export, kind="attendance", zone="Asia/Ho_Chi_Minh").rows
    assert rows["punched_at"].dt.strftime("%Y-%m-%d %H:%M").to_list() == [told]
    assert rows["business_date"].to_list() == [date(2026, 1, 5)]


def test_a_spell_of_absence_is_every_day_of_it() -> None:
    header = "employee_id,from_date,to_date,excused,hours\n"
    spells = (
        "an,2026-01-30,2026-02-01,yes,\nan,2026-02-13,,no,4\nbinh,2026-01-09,2026-01-08,yes,\n"
        "binh,2026-01-08,2026-01-13,yes,8\n"
    )
    result = taken(header + spells, kind="attendance")
    assert_rows(
        result,
        """
        employee_id | business_date | excused | hours | row_no
        ------------+---------------+---------+-------+-------
        an          | 2026-01-30    | true    |       |      2
        an          | 2026-01-31    | true    |       |      2
        an          | 2026-02-01    | true    |       |      2
        an          | 2026-02-13    | false   | 4     |      3
        """,
    )
    assert reasons(result) == {4: (["bad_date"], "to_date"), 5: (["bad_number"], "hours")}


def test_times_of_twelve_hours_without_their_half_of_the_day_are_refused() -> None:
    rows = [f"NV1,{day:02}/10/2026,08:01,05:04" for day in range(1, 4)]
    with pytest.raises(
        BadExport, match=r"no time after 12:59, and row 2 goes from 08:01 to 05:04: .* lack a.m. and p.m."
    ):
        taken("\n".join(["Mã nhân viên,Ngày,Giờ vào,Giờ ra", *rows]), kind="attendance")
    for night in ("22:00,06:00", "06:00,0:00"):
        nights = "\n".join(["Mã nhân viên,Ngày,Giờ vào,Giờ ra", *rows, f"NV1,09/10/2026,{night}"]) + "\n"
        assert taken(nights, kind="attendance").rows.height == 4


def test_an_out_before_its_in_is_told() -> None:
    rows = "employee_id,clock_in,clock_out\nNV1,2026-10-15 22:00,2026-10-15 06:00\n"
    [note] = taken(rows, kind="attendance").notes
    assert note.startswith("1 of 1 rows go before they come (row 2: 2026-10-15 22:00 to 2026-10-15 06:00)")


def test_punches_without_a_time_are_refused() -> None:
    own = """
    system = "x"
    table = "punches"
    recognised_by = ["who", "day"]
    [columns]
    employee_id = "who"
    punched_date = "day"
    [formats]
    dates = ["%Y-%m-%d"]
    """
    with pytest.raises(BadExport, match="the profile x takes no column for punched_at or punched_time"):
        taken("who,day\n7,2026-10-15\n", kind="attendance", profiles=of_site(x=own))
