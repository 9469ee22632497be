"""Clockings and roster -> shifts."""

from datetime import datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.drawn import frame, full
from tests.method.worlds import clockings, roster
from transforms.attendance import ShiftRules, shifts, with_clocked
from transforms.tables import CLOCKINGS, ROSTER, SALES, SHIFTS

RULES = ShiftRules(late_after_minutes=5, longest_shift_hours=16)
PLANNED = "store_id | employee_id | business_date | scheduled_in | scheduled_out\n---\n"
PUNCHED = "store_id | employee_id | business_date | clock_in | clock_out\n---\n"


def lines(header: str, *rows: str) -> str:
    """Rows of an and the 5th of January: `in - out` as hours and minutes; a day further is `+`."""
    return header + "\n".join(f"q1 | an | 2026-01-05 | {_times(row)}" for row in rows)


def _times(row: str) -> str:
    return " | ".join(_moment(part.strip()) for part in row.split("-"))


def _moment(text: str) -> str:
    return text and f"2026-01-0{6 if text.startswith('+') else 5} {text.lstrip('+')}"


def seen(planned: list[str], punched: list[str]) -> pl.DataFrame:
    punches = full(lines(PUNCHED, *punched), CLOCKINGS.columns)
    plan = full(lines(PLANNED, *planned), ROSTER.columns)
    found = shifts(punches.lazy(), plan.lazy(), RULES).collect(engine="streaming")
    assert found.schema == dict(SHIFTS)
    return found.sort(pl.coalesce("clock_in", "clock_out", "scheduled_in"), -pl.col("worked_hours"))


def expect(found: pl.DataFrame, drawing: str) -> None:
    expected = frame(drawing, {**SHIFTS, "scheduled_in": pl.String(), "clock_in": pl.String()})
    shown = found.with_columns(pl.col("scheduled_in", "clock_in").dt.strftime("%H:%M"))
    assert_frame_equal(shown.select(expected.columns), expected)


def test_an_ordinary_day() -> None:
    expect(
        seen(["08:00 - 16:00"], ["07:58 - 16:30"]),
        """
        scheduled_in | clock_in | scheduled_hours | worked_hours | overtime_hours | late_minutes | status | flags
        -------------+----------+-----------------+--------------+----------------+--------------+--------+------
        08:00        | 07:58    | 8               | 8.5333       | 0.5333         | 0            | worked |
        """,
    )


@pytest.mark.parametrize(("came", "late"), [("08:05", 0), ("08:06", 6), ("07:00", 0), ("09:30", 90)])
def test_late_is_beyond_the_grace_and_then_counts_in_full(came: str, late: int) -> None:
    assert seen(["08:00 - 16:00"], [f"{came} - 16:00"])["late_minutes"].to_list() == [late]


def test_a_night_shift_crosses_midnight() -> None:
    expect(
        seen(["22:00 - +06:00"], ["22:10 - +05:30"]),
        """
        scheduled_in | clock_in | worked_hours | overtime_hours | late_minutes | early_leave_minutes | status
        -------------+----------+--------------+----------------+--------------+---------------------+-------
        22:00        | 22:10    | 7.3333       | 0              | 10           | 30                  | worked
        """,
    )


def test_a_break_makes_two_clockings_of_one_attendance() -> None:
    expect(
        seen(["08:00 - 17:00"], ["08:00 - 12:00", "13:00 - 18:30"]),
        """
        scheduled_in | clock_in | worked_hours | overtime_hours | late_minutes | early_leave_minutes | status
        -------------+----------+--------------+----------------+--------------+---------------------+-------
        08:00        | 08:00    | 4            | 0.5            | 0            | 0                   | worked
                     | 13:00    | 5.5          | 0              |              |                     | worked
        """,
    )


def test_of_two_rostered_shifts_the_nearest_is_attended_and_the_other_missed() -> None:
    expect(
        seen(["08:00 - 12:00", "17:00 - 21:00"], ["17:02 - 21:00"]),
        """
        scheduled_in | clock_in | worked_hours | late_minutes | status
        -------------+----------+--------------+--------------+-------
        08:00        |          | 0            |              | absent
        17:00        | 17:02    | 3.9667       | 0            | worked
        """,
    )


def test_who_works_through_two_shifts_attended_both_and_has_only_the_rest_as_overtime() -> None:
    expect(
        seen(["08:00 - 12:00", "13:00 - 17:00"], ["08:00 - 17:30"]),
        """
        scheduled_in | clock_in | worked_hours | overtime_hours | late_minutes | early_leave_minutes | status
        -------------+----------+--------------+----------------+--------------+---------------------+-------
        08:00        | 08:00    | 9.5          | 1.5            | 0            | 0                   | worked
        13:00        |          | 0            | 0              | 0            | 0                   | worked
        """,
    )


def test_leaving_a_little_late_does_not_attend_the_next_shift() -> None:
    assert seen(["08:00 - 12:00", "12:00 - 16:00"], ["08:00 - 12:03"])["status"].to_list() == ["worked", "absent"]


def test_a_missing_punch_has_no_hours() -> None:
    found = seen(["08:00 - 12:00", "17:00 - 21:00"], ["08:07 -", "- 21:00", "12:00 - 12:00"])
    assert found["status"].to_list() == ["open", "open", "open"]
    expect(
        found,
        """
        scheduled_in | clock_in | worked_hours | overtime_hours | late_minutes | early_leave_minutes | flags
        -------------+----------+--------------+----------------+--------------+---------------------+-----------
        08:00        | 08:07    |              |                | 7            |                     | open_punch
                     | 12:00    |              |                |              |                     | open_punch
        17:00        |          |              |                |              |                     | open_punch
        """,
    )


def test_a_forgotten_out_is_not_counted_as_hours_nor_against_the_next_day() -> None:
    found = seen([], ["08:00 - +07:00", "+08:00 - +16:00"])
    expect(
        found,
        """
        clock_in | worked_hours | overtime_hours | status      | flags
        ---------+--------------+----------------+-------------+---------
        08:00    |              |                | unscheduled | too_long
        08:00    | 8            | 0              | unscheduled |
        """,
    )


def test_overlapping_clockings_are_counted_once() -> None:
    expect(
        seen([], ["08:00 - 12:00", "08:00 - 12:00", "09:00 - 10:00", "11:00 - 13:00"]),
        """
        clock_in | worked_hours | status      | flags
        ---------+--------------+-------------+--------
        08:00    | 4            | unscheduled |
        09:00    | 0            | unscheduled | overlap
        11:00    | 1            | unscheduled | overlap
        """,
    )


def test_clockings_of_nobody_known_do_not_overlap_each_other() -> None:
    punches = full(lines(PUNCHED, "08:00 - 12:00", "08:00 - 12:00"), CLOCKINGS.columns).with_columns(
        employee_id=pl.lit(None, pl.String)
    )
    found = shifts(punches.lazy(), full(PLANNED, ROSTER.columns).lazy(), RULES).collect()
    assert found["worked_hours"].to_list() == [4, 4]


def test_absence_needs_attendance_of_that_store_and_day() -> None:
    drawing = """
        store_id | employee_id | business_date | scheduled_in     | scheduled_out
        ---------+-------------+---------------+------------------+-----------------
        q1       | binh        | 2026-01-05    | 2026-01-05 08:00 | 2026-01-05 16:00
        q1       | binh        | 2026-01-06    | 2026-01-06 08:00 | 2026-01-06 16:00
        q3       | chi         | 2026-01-05    | 2026-01-05 08:00 | 2026-01-05 16:00
        """
    punches = full(lines(PUNCHED, "08:00 - 12:00"), CLOCKINGS.columns)
    found = shifts(punches.lazy(), full(drawing, ROSTER.columns).lazy(), RULES).collect()
    unclocked = found.filter(pl.col("clock_in").is_null()).sort("store_id", "business_date")
    assert unclocked.select("status", "worked_hours").rows() == [
        ("absent", Decimal(0)),
        ("not_recorded", None),
        ("not_recorded", None),
    ]


def test_a_shift_worked_in_another_store_is_attended_and_its_hours_stay_there() -> None:
    plan = full(lines(PLANNED, "08:00 - 16:00"), ROSTER.columns).with_columns(store_id=pl.lit("hk"))
    punches = full(lines(PUNCHED, "08:00 - 16:00"), CLOCKINGS.columns)
    row = shifts(punches.lazy(), plan.lazy(), RULES).collect().row(0, named=True)
    assert (row["store_id"], row["status"], row["worked_hours"]) == ("q1", "worked", 8)


@settings(max_examples=25)
@given(clockings, roster)
def test_every_clocking_and_every_rostered_shift_stands_in_exactly_one_row(
    punches: pl.DataFrame, plan: pl.DataFrame
) -> None:
    found = shifts(punches.lazy(), plan.lazy(), RULES).collect()
    clocked = ("store_id", "employee_id", "business_date", "clock_in", "clock_out")
    planned = ("employee_id", "business_date", "scheduled_in", "scheduled_out")
    # A punch drawn without any time is open as well; a rostered shift without a clocking never is.
    rows = found.filter(pl.col("status").is_in(["open", "unscheduled"]) | pl.col("clock_in").is_not_null())
    twice = pl.col("employee_id").is_not_null() & pl.coalesce("clock_in", "clock_out").is_not_null()
    once = punches.filter(~twice | pl.struct(clocked).is_first_distinct())
    assert rows.select(clocked).sort(clocked).equals(once.select(clocked).sort(clocked))
    scheduled = found.filter(pl.col("scheduled_in").is_not_null())
    assert (
        scheduled.select(planned)
        .sort(planned)
        .equals(plan.unique(["store_id", *planned]).select(planned).sort(planned))
    )


@settings(max_examples=25)
@given(clockings, roster)
def test_hours_are_neither_lost_nor_counted_twice(punches: pl.DataFrame, plan: pl.DataFrame) -> None:
    found = shifts(punches.lazy(), plan.lazy(), RULES).collect()
    spells = [
        (employee or f"nobody {n}", begin, end)
        for n, (employee, begin, end) in enumerate(punches.select("employee_id", "clock_in", "clock_out").rows())
        if begin and end and timedelta(0) < end - begin <= timedelta(hours=16)
    ]
    exact = Decimal(_seconds_of_union(spells)) / 3600
    worked = sum(found["worked_hours"].drop_nulls(), Decimal(0))
    assert abs(worked - exact) <= Decimal("0.00005") * max(1, len(spells))
    assert found.filter(pl.col("overtime_hours") < 0).is_empty()
    assert sum(found["overtime_hours"].drop_nulls(), Decimal(0)) <= worked


@settings(max_examples=25)
@given(clockings, roster, st.integers(0, 1000))
def test_the_order_of_rows_does_not_matter(punches: pl.DataFrame, plan: pl.DataFrame, seed: int) -> None:
    mixed, replanned = (rows.sample(fraction=1, shuffle=True, seed=seed) for rows in (punches, plan))
    straight = shifts(punches.lazy(), plan.lazy(), RULES).collect()
    shuffled = shifts(mixed.lazy(), replanned.lazy(), RULES).collect()
    assert_frame_equal(shuffled, straight, check_row_order=False)


def _seconds_of_union(spells: list[tuple[str, datetime, datetime]]) -> int:
    total, until = 0, dict[str, datetime]()
    for who, begin, end in sorted(spells):
        start = max(begin, until.get(who, begin))
        total += max(0, int((end - start).total_seconds()))
        until[who] = max(end, until.get(who, end))
    return total


def test_sales_know_whether_their_stores_day_was_clocked_and_their_sellers() -> None:
    sold = full(
        """
        store_id | employee_id | business_date
        ---------+-------------+--------------
        q1       | an          | 2026-01-05
        q1       | binh        | 2026-01-05
        q1       |             | 2026-01-05
        q1       | an          | 2026-01-06
        q3       | an          | 2026-01-05
        """,
        SALES.columns,
    )
    punches = "q1 | an | 2026-01-05\nq1 | chi | 2026-01-05"
    punched = full(f"store_id | employee_id | business_date\n---\n{punches}", CLOCKINGS.columns)
    found = with_clocked(sold.lazy().with_row_index(), punched.lazy()).collect().sort("index")
    told = {name: found[name].to_list() for name in ("clocked", "clocked_self", "clocked_here")}
    assert told == {
        "clocked": [True, True, True, False, False],
        "clocked_self": [True, False, False, False, True],
        "clocked_here": [True, False, False, False, False],
    }
