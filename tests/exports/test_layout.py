"""Which profile reads a file, and where its columns are."""

import pytest

from tests.exports.reader import every_profile, of_site, taken
from transforms.problem import BadExport

ROWS = "Q1{d}HD1{d}2026-01-05{d}45000\n"
HEADER = "store_id{d}receipt_id{d}sold_date{d}net_amount\n"


@pytest.mark.parametrize("d", [",", ";", "\t", "|"])
def test_the_header_shows_the_delimiter(d: str) -> None:
    assert taken((HEADER + ROWS).format(d=d)).rows["receipt_id"].to_list() == ["HD1"]


@pytest.mark.parametrize("line", ["sep={d}\n", "SEP={d}\r\n", '"sep={d}"\r\n', "\ufeffsep={d} \n"])
@pytest.mark.parametrize("d", [",", ";", "\t", "|"])
def test_an_instruction_to_spreadsheets_is_no_row(line: str, d: str) -> None:
    result = taken((line + HEADER + ROWS + "Q1{d}HD2{d}2026-01-05{d}x\n").format(d=d))
    assert result.rows["row_no"].to_list() == [2]
    assert result.rejected["row_no"].to_list() == [3]


@pytest.mark.parametrize("titles", [0, 1, 3, 49])
def test_titles_may_stand_above_the_header(titles: int) -> None:
    text = "BÁO CÁO BÁN HÀNG, tháng 1\n" * titles + (HEADER + ROWS).format(d=",")
    assert taken(text).rows["row_no"].to_list() == [titles + 2]


def test_a_header_below_row_fifty_is_not_looked_for() -> None:
    with pytest.raises(BadExport, match="fits no profile"):
        taken("Báo cáo,\n" * 50 + (HEADER + ROWS).format(d=","))


def test_columns_are_found_by_name_in_any_order_and_spelling() -> None:
    text = "NET_AMOUNT (*),ghi chú,  Mã   Hóa Đơn ,ngày bán,chi nhánh\n45000,x,HD1,05/01/2026,Q1\n"
    rows = taken(text).rows.select("store_id", "receipt_id", "net_amount")
    assert [tuple(map(str, row)) for row in rows.rows()] == [("Q1", "HD1", "45000.0000")]


def test_a_duplicated_needed_header_is_refused() -> None:
    text = "store_id,receipt_id,sold_date,net_amount,Net_Amount\nQ1,HD1,2026-01-05,1,2\n"
    with pytest.raises(BadExport, match=r"has the column net_amount 2 times in row 1.*canonical_sales"):
        taken(text)


def test_a_duplicated_header_nobody_needs_is_none_of_our_business() -> None:
    text = "store_id,receipt_id,sold_date,net_amount,note,note\nQ1,HD1,2026-01-05,1,2,3\n"
    assert taken(text).rows.height == 1


def test_a_missing_column_is_named_with_what_is_near_it() -> None:
    text = "Mã hóa đơn;Thời gian;Trạng thái;Mã hàng;Số lượng;Đơn giá;Thành tiền;Chi nhanh;Giảm giá hóa đơn\n"
    with pytest.raises(BadExport, match=r'no column Chi nhánh \(near it: "Chi nhanh"\), which the profile kiotviet'):
        taken(text)


def test_one_of_several_optional_columns_may_be_needed() -> None:
    text = "date,measure,value\n2026-01-05,service_skill,80\n"
    with pytest.raises(BadExport, match=r"no column employee_id / .* which the profile canonical_ratings needs"):
        taken(text, kind="ratings")


def test_an_unknown_header_names_the_closest_profile_and_what_it_lacks() -> None:
    with pytest.raises(BadExport) as refusal:
        taken("store_id,receipt_id,when,net_amount\nQ1,1,2,3\n")
    assert 'its header in row 1 is "store_id", "receipt_id", "when", "net_amount"' in str(refusal.value)
    assert 'the closest profile, canonical_sales, also needs "sold_at"' in str(refusal.value)


def test_a_profile_that_its_headers_exclude_is_not_the_closest() -> None:
    profiles = of_site(
        plain=MINIMAL.format(system="plain", headers='["who", "day"]\nnot_with = ["shift"]'),
        shifted=MINIMAL.format(system="shifted", headers='["who", "day", "shift", "what"]'),
    )
    with pytest.raises(BadExport, match='the closest profile, shifted, also needs "what"'):
        taken("who,day,shift,points\nA,2026-01-05,early,80\n", kind="ratings", profiles=profiles)


def test_an_export_that_lacks_one_name_of_a_systems_is_not_read_as_a_plain_table() -> None:
    profiles = of_site(
        plain=MINIMAL.format(system="plain", headers='["who", "day"]'),
        till=MINIMAL.format(system="till", headers='["who", "day", "what", "state"]'),
    )
    with pytest.raises(BadExport, match=r"looks like an export of till \(till\) without the column state"):
        taken("who,day,what,points\nA,2026-01-05,care,80\n", kind="ratings", profiles=profiles)


@pytest.mark.parametrize(
    ("header", "row", "unread"),
    [
        (
            "employee_id,date,worked_hours",
            "NV1,2026-10-13,8",
            "leave_type|approval_status|is_approved|pay code|absence",
        ),
        ("employee_id,date,shift_start,shift_end", "NV1,2026-10-13,08:00,16:00", "status|break_minutes|is_deleted"),
        ("employee_id,date,excused", "NV1,2026-10-13,yes", "Nửa ngày|half_day|state"),
        (
            "employee_id,clock_in,clock_out",
            "NV1,2026-10-13 08:00,2026-10-13 16:00",
            "lunch_minutes|total_break_minutes|breaktime|is_void|punch_status|rejected|Giờ nghỉ trưa",
        ),
    ],
)
def test_a_plain_table_beside_what_may_change_its_rows_is_not_read(header: str, row: str, unread: str) -> None:
    assert taken(f"{header},note,position\n{row},x,bar\n", kind="attendance").rows.height == 1
    for name in unread.split("|"):
        with pytest.raises(BadExport, match=f'which does not know what "{name}" says of a row'):
            taken(f"{header},{name}\n{row},x\n", kind="attendance")


def test_a_part_of_a_day_is_no_day_of_leave() -> None:
    spells = "NV1,2026-10-13,2026-10-14,yes,2\nNV2,2026-10-13,2026-10-13,yes,0.5\n"
    result = taken(f"employee_id,from_date,to_date,excused,days\n{spells}", kind="attendance")
    assert result.rows["employee_id"].to_list() == ["NV1", "NV1"]
    assert result.rejected["row_no"].to_list() == [3]


def test_a_file_without_any_header_is_refused() -> None:
    with pytest.raises(BadExport, match="has no header line in its first 50 rows"):
        taken("hello\nworld\n")


def test_a_file_in_the_wrong_folder_is_sent_to_the_right_one() -> None:
    with pytest.raises(BadExport, match=r"is an export of sales \(canonical_sales\)"):
        taken((HEADER + ROWS).format(d=","), kind="attendance")


MINIMAL = """
system = "{system}"
table = "ratings"
recognised_by = {headers}
[columns]
employee_id = "who"
business_date = "day"
measure = "what"
value = "points"
[formats]
dates = ["%Y-%m-%d"]
"""


def test_the_most_specific_profile_wins() -> None:
    profiles = of_site(
        wide=MINIMAL.format(system="wide", headers='["who", "day"]'),
        narrow=MINIMAL.format(system="narrow", headers='["who", "day", "what"]'),
    )
    result = taken("who,day,what,points\nA,2026-01-05,care,80\n", kind="ratings", profiles=profiles)
    assert result.profile.name == "narrow"
    assert result.rows["system"].to_list() == ["narrow"]


def test_a_tie_is_refused_naming_both() -> None:
    profiles = of_site(
        one=MINIMAL.format(system="one", headers='["who", "day"]'),
        two=MINIMAL.format(system="two", headers='["who", "what"]'),
    )
    with pytest.raises(BadExport, match="fits the profiles one and two equally well"):
        taken("who,day,what,points\nA,2026-01-05,care,80\n", kind="ratings", profiles=profiles)


def test_no_two_shipped_profiles_claim_one_header() -> None:
    profiles = every_profile().values()
    # A layout asks for more than names; test_clocks tries each of those against every export.
    spelt = [{any_of[0] for any_of in profile.recognised_by} for profile in profiles if profile.layout is None]
    assert not any(a < b or a > b or a == b for n, a in enumerate(spelt) for b in spelt[n + 1 :])
