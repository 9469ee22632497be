"""Sheets that are not plain tables: what was clocked is what is read, or it is said that it is not."""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exports.clocks import EXPORTS
from tests.exports.reader import every_profile, reasons, taken
from transforms.exports import Read
from transforms.exports.grid import MARKS
from transforms.exports.layout import Layout, recognise
from transforms.exports.text import Text
from transforms.problem import BadExport

Clocking = tuple[str, date, time, time]  # who, on which day, in, out (on the next day if it is earlier)
Sheet = list[list[str]]
FIRST = date(2026, 1, 1)
DAYS = 31


def _clocking(who: str, day: int, into: int, out: int) -> Clocking:
    return who, FIRST + timedelta(days=day), time(into // 60, into % 60), time(out // 60 % 24, out % 60)


def _of_24_hours(rows: Sequence[Clocking]) -> bool:
    """06:00 to 01:00, day after day, may as well be 13:00: such sheets are refused (see test_attendance)."""
    return any(not 1 <= out.hour <= 12 for *_, out in rows)


clockings = (
    st.dictionaries(
        st.tuples(st.sampled_from(["NV1", "NV2", "NV3"]), st.integers(0, DAYS - 1)),
        st.tuples(st.integers(6 * 60, 12 * 60), st.integers(13 * 60, 29 * 60)),
        min_size=1,
        max_size=12,
    )
    .map(lambda drawn: [_clocking(*key, *minutes) for key, minutes in sorted(drawn.items())])
    .filter(_of_24_hours)
)


def _people(rows: Sequence[Clocking]) -> list[str]:
    return sorted({who for who, *_ in rows})


def _hm(at: time) -> str:
    return f"{at.hour}:{at.minute:02}"


def month(rows: Sequence[Clocking]) -> Sheet:
    lower = ["", "", "", "", "", "", *["Vào", "Ra"] * DAYS]
    upper = ["STT", "Mã nhân viên", "Tên nhân viên", "Chức danh", "Chi nhánh", "Ca"]
    sheet = [["Tháng 01/2026"], [*upper, *(cell for day in range(1, DAYS + 1) for cell in (str(day), ""))], lower]
    for number, who in enumerate(_people(rows), 1):
        held = {day.day: (_hm(into), _hm(out)) for one, day, into, out in rows if one == who}
        pairs = [cell for day in range(1, DAYS + 1) for cell in held.get(day, ("", ""))]
        sheet.append([str(number), who, f"Tên {who}", "Pha chế", "Q1", "Ca 1", *pairs])
    return sheet


def blocks(rows: Sequence[Clocking]) -> Sheet:
    sheet = [["Từ ngày 01/01/2026 đến ngày 31/01/2026"]]
    for who in _people(rows):
        sheet += [[f"Mã nhân viên: {who} Tên nhân viên: {who} Phòng ban: Q1"], ["Chi tiết"]]
        sheet += [["Ngày", "Thứ", "1", "", "2", "", "Ký hiệu"], ["", "", "Vào", "Ra", "Vào", "Ra", ""]]
        own = [row for row in rows if row[0] == who]
        sheet += [[f"{day:%d/%m}", "Hai", "", "", _hm(into), _hm(out), "X"] for _, day, into, out in own]
        sheet += [["Tổng cộng", "", "", "", "", "", "1"]]
    return sheet


def side_by_side(rows: Sequence[Clocking]) -> Sheet:
    header = ["STT", "Mã N.Viên", "Tên N.Viên", "Ngày", "Thứ", "Vào 1", "Ra 1", "Vào 2", "Ra 2", "Tổng giờ"]
    lines = [
        ["1", who, who, f"{day:%d/%m/%Y}", "Hai", _hm(into), _hm(out), "", "", "8:00"] for who, day, into, out in rows
    ]
    return [["CHI TIẾT"], header, *lines]


def timecards(rows: Sequence[Clocking]) -> Sheet:
    sheet = []
    for who in _people(rows):
        sheet += [["Pay Period", "", "", "20260101-20260131"], ["Employee", "", "", f"Jo ({who})"]]
        sheet += [["Date", "", "IN", "OUT", "Work Time", "Daily Total", "Note"]]
        own = [row for row in rows if row[0] == who]
        sheet += [["MON", f"{day:%Y%m%d}", _hm(into), _hm(out), "8:00", "8:00", ""] for _, day, into, out in own]
        sheet += [["Total Hours", "", "", "", "", "8.00", ""]]
    return sheet


LAYOUTS: Mapping[str, Callable[[Sequence[Clocking]], Sheet]] = {
    "month": month,
    "blocks": blocks,
    "side by side": side_by_side,
    "timecards": timecards,
}
each_layout = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())


def written(sheet: Sheet) -> str:
    text = io.StringIO()
    width = max(map(len, sheet))
    csv.writer(text, lineterminator="\n").writerows([*row, *[""] * (width - len(row))] for row in sheet)
    return text.getvalue()


def read_back(result: Read) -> list[tuple[str, datetime, datetime]]:
    return sorted(result.rows.select("employee_id", "clock_in", "clock_out").rows())


def meant(rows: Sequence[Clocking]) -> list[tuple[str, datetime, datetime]]:
    night = timedelta(days=1)
    pairs = [(who, datetime.combine(day, into), datetime.combine(day, out)) for who, day, into, out in rows]
    return sorted((who, into, out if out >= into else out + night) for who, into, out in pairs)


@each_layout
@given(rows=clockings)
@settings(max_examples=10)
def test_what_was_clocked_is_read_whatever_the_layout(
    layout: Callable[[Sequence[Clocking]], Sheet], rows: Sequence[Clocking]
) -> None:
    result = taken(written(layout(rows)), kind="attendance")
    assert reasons(result) == {}
    assert read_back(result) == meant(rows)


@each_layout
@given(rows=clockings, data=st.data())
@settings(max_examples=10)
def test_blank_rows_blank_columns_and_titles_change_nothing(
    layout: Callable[[Sequence[Clocking]], Sheet], rows: Sequence[Clocking], data: st.DataObject
) -> None:
    sheet = layout(rows)
    width = max(map(len, sheet))
    sheet = [[*row, *[""] * (width - len(row))] for row in sheet]
    at = data.draw(st.sampled_from([0, width]))
    sheet = [[*row[:at], "", *row[at:]] for row in sheet]
    for row in data.draw(st.lists(st.integers(0, len(sheet)), max_size=3)):
        sheet.insert(row, [])
    sheet.insert(0, ["Quán cà phê"])
    assert read_back(taken(written(sheet), kind="attendance")) == meant(rows)


@each_layout
@given(rows=clockings, data=st.data())
@settings(max_examples=20)
def test_one_damaged_cell_loses_and_changes_no_other_row(
    layout: Callable[[Sequence[Clocking]], Sheet], rows: Sequence[Clocking], data: st.DataObject
) -> None:
    sheet = layout(rows)
    filled = [
        (r, c) for r, cells in enumerate(sheet) for c, cell in enumerate(cells) if re.search("[0-9]|Vào|Ra", cell)
    ]
    row, column = data.draw(st.sampled_from(filled))
    sheet[row][column] = data.draw(st.sampled_from(["#REF!", "x", "99:99", '"', "99/99"]))
    try:
        result = taken(written(sheet), kind="attendance")
    except BadExport:
        return
    # An id may read as any text; whether it is anybody's the gate knows.
    ours = {pair[1:] for pair in meant(rows)}
    assert {pair[1:] for pair in read_back(result)} <= ours
    assert result.delivered >= len(rows)


def _unfolded(text: str) -> Layout:
    return recognise([Text(text.encode())], "sheet", list(every_profile().values()), [])


UNFOLDED = ["NGTeco", "Wise Eye", "blocks", "KiotViet month", "month, stacked punches"]


@pytest.mark.parametrize("name", UNFOLDED)
def test_a_workbooks_cells_keep_what_they_are(name: str) -> None:
    plain = _unfolded(EXPORTS[name].text)
    cells = list(csv.reader(io.StringIO(EXPORTS[name].text)))
    marked = _unfolded(written([[_marked(cell) for cell in row] for row in cells]))
    assert plain.unfolded is not None
    assert marked.unfolded is not None
    bare = marked.unfolded.cells.select("row_no", pl.exclude("row_no").str.strip_chars(MARKS))
    assert bare.to_dicts() == plain.unfolded.cells.to_dicts()
    clocked = {"Vào", "IN", "punched_time"} & set(marked.unfolded.names)
    assert marked.unfolded.cells[clocked.pop()].drop_nulls().str.starts_with(MARKS[1]).any()


def _marked(cell: str) -> str:
    if re.fullmatch("[0-9]{1,2}:[0-9]{2}", cell):
        return MARKS[1] + cell
    return MARKS[0] + cell if re.fullmatch(r"[0-9]+(\.[0-9]+)?", cell) else cell


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("blocks", "Từ ngày 20/12/2025 đến ngày 19/01/2026", "", "day '31/12' without month and year"),
        ("blocks", "Từ ngày 20/12/2025 đến ngày 19/01/2026", "Tháng 01/2026", "'31/12', which is not one single day"),
        ("blocks", "đến ngày 19/01/2026", "đến ngày 19/01/2027", "'31/12', which is not one single day"),
        ("blocks", "đến ngày 19/01/2026", "đến ngày 31/02/2026", "which does not exist; correct its title"),
        ("KiotViet month", "01/03/2026 đến ngày 31/03/2026", "01/02/2026 đến ngày 28/02/2026", "holds the day '31'"),
        ("KiotViet month", "Ca,1,,2,,3,", "Ca,1,,2,,2,", "several times in its header in row 3"),
        ("KiotViet month", "Ca,1,,2,,3,", "Ca,1,,4,,3,", "several times in its header in row 3"),
        ("KiotViet month", "Vào,Ra,Vào,Ra,", "Vào,Ra,Vào,R,", "not all of Vào, Ra for it"),
        ("KiotViet month", ",31,,Tổng công", ",x,,Tổng công", "the column 'x Vào' holds '06:01' in row 5"),
        ("Wise Eye", "Vào 2,Ra 2", "Vào II,Ra II", "the column 'Vào II' holds '13:00' in row 3"),
        (
            "NGTeco",
            "Pay Period,,,20250825-20250831,,,\nEmployee,,,Al",
            "Pay Period,,,20250801-20250807\n,,,Al",
            "several periods",
        ),
    ],
)
def test_what_a_sheet_leaves_open_is_refused(name: str, old: str, new: str, said: str) -> None:
    assert old in EXPORTS[name].text
    with pytest.raises(BadExport, match=said):
        taken(EXPORTS[name].text.replace(old, new), kind="attendance")


def test_a_cell_whose_punches_do_not_ascend_is_rejected_alone() -> None:
    text = EXPORTS["month, stacked punches"].text.replace("06:00 22:00", "22:00 12:00")
    assert reasons(taken(text, kind="attendance")) == {3: (["bad_time"], "punched_time")}


def test_an_employee_whose_block_cannot_be_read_is_not_taken_for_the_one_before() -> None:
    result = taken(EXPORTS["blocks"].text.replace("Mã nhân viên: B12", "Mã: B12"), kind="attendance")
    assert reasons(result) == {21: (["missing_value"], "Mã nhân viên")}


def test_a_page_may_repeat_the_header() -> None:
    text = EXPORTS["Wise Eye"].text
    header = text.splitlines()[1]
    result = taken(text.replace("\n2,", f"\n{header}\n2,"), kind="attendance")
    assert result.rows["row_no"].to_list() == [3, 3, 5]
