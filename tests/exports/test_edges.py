"""Files at the edge: nothing right in them, one row, odd lines."""

import pytest

from tests.exports.clocks import EXPORTS
from tests.exports.examples import TILLS
from tests.exports.reader import every_profile, reasons, taken
from transforms.tables import QUARANTINE, TABLES

SMALL = {
    "canonical_clockings": ("attendance", "employee_id,clock_in,clock_out", "E1,2026-01-05 08:00,2026-01-05 17:00"),
    "canonical_hours": ("attendance", "employee_id,date,worked_hours", "E1,2026-01-05,8.25"),
    "canonical_absences": ("attendance", "employee_id,date,excused", "E1,2026-01-05,yes"),
    "canonical_punches": ("attendance", "employee_id,punched_at", "E1,2026-01-05 08:00"),
    "canonical_roster": ("attendance", "employee_id,date,shift_start,shift_end", "E1,2026-01-05,08:00,17:00"),
    "canonical_ratings": ("ratings", "employee_id,date,measure,value", "E1,2026-01-05,care,80"),
    **TILLS,
    "toast_time_entries": (
        "attendance",
        "Location,Employee,Job Title,In Date,Out Date,Total Hours,Payable Hours",
        "Main,Jo,Server,1/5/26 4:55 PM,1/5/26 9:00 PM,4.08,4.08",
    ),
    "vn_clock_flat": ("attendance", "Mã N.Viên,Ngày,Vào,Ra", "12,05/01/2026,7:53,17:02"),
}
each = pytest.mark.parametrize("name", sorted(SMALL))


def test_every_shipped_profile_has_a_small_example() -> None:
    refused = {"toast_voids", "toast_discounts"}
    own = refused | {"adventureworks", "coffee_chain", "dirty_cafe", "online_retail", "supermarket"}
    assert set(SMALL) | {export.profile for export in EXPORTS.values()} == set(every_profile()) - own


@each
def test_one_row_is_read_by_its_profile_into_its_table(name: str) -> None:
    kind, header, row = SMALL[name]
    result = taken(f"{header}\n{row}\n", kind=kind)
    assert (result.profile.name, result.rows.height, result.rejected.height) == (name, 1, 0)
    assert dict(result.rows.schema) == dict(TABLES[result.profile.table].columns)
    assert result.rows.select("system", "file_id", "row_no").row(0) == (result.profile.system, "f1", 2)


@each
def test_a_file_with_nothing_but_damage_is_read_to_the_end(name: str) -> None:
    kind, header, row = SMALL[name]
    result = taken(f"{header}\n{row},more\nless\n", kind=kind)
    assert dict(result.rows.schema) == dict(TABLES[result.profile.table].columns)
    assert dict(result.rejected.schema) == dict(QUARANTINE)
    assert (result.rows.height, reasons(result)) == (0, {2: (["wrong_width"], None), 3: (["wrong_width"], None)})


@each
def test_a_row_of_nonsense_beside_a_sound_one_is_rejected_with_a_reason(name: str) -> None:
    kind, header, row = SMALL[name]
    nonsense = ",".join("?" * len(header.split(",")))
    result = taken(f"{header}\n{nonsense}\n{row}\n", kind=kind)
    assert result.rows["row_no"].to_list() == [3]
    (why, blamed), *others = reasons(result).values()
    assert why
    assert blamed in header.split(",")
    assert not others


@each
def test_damage_does_not_change_what_is_read_of_the_sound_rows(name: str) -> None:
    kind, header, row = SMALL[name]
    alone = taken(f"{header}\n\n{row}\n", kind=kind).rows
    beside = taken(f"{header}\nbroken\n{row}\n", kind=kind).rows
    assert alone.equals(beside)


def test_carriage_returns_doubled_on_the_way_do_no_harm() -> None:
    kind, header, row = SMALL["canonical_sales"]
    assert taken(f"{header}\r\r\n{row}\r\r\n", kind=kind).rows.height == 1


def test_a_line_break_of_another_kind_within_a_line_is_part_of_its_cell() -> None:
    text = "store_id,receipt_id,sold_date,net_amount,product_name\nQ1,1,2026-01-05,5,Trà\u2028đá\n"
    assert taken(text).rows["product_name"].to_list() == ["Trà\u2028đá"]
