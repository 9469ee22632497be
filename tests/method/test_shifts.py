"""What the site decides about shifts: doubtful hours, breaks, usual shifts, absence, holidays, two systems."""

from datetime import date, datetime, time
from decimal import Decimal

import polars as pl
import pytest

from tests.drawn import frame, full
from tests.method.punchlogs import punches
from tests.method.worlds import PEOPLE_SCHEMA
from transforms.attendance import FlaggedHours, ShiftRules, UsualShift, shifts
from transforms.tables import ABSENCES, CLOCKINGS, ROSTER

NO_ROSTER = "store_id | employee_id | business_date | scheduled_in | scheduled_out\n---\n"
NO_CLOCKING = "store_id | employee_id | clock_in | clock_out\n---\n"
DAY = date(2026, 1, 5)  # a Monday
Spans = dict[str, str]  # who -> "08:00-17:00", on the 5th; `+06:00` is the day after, an empty side is not known


def moment(text: str) -> str | None:
    return f"2026-01-0{6 if text.startswith('+') else 5} {text.lstrip('+')}" if text else None


def spans(drawn: Spans, columns: tuple[str, str], schema: dict[str, pl.DataType], **more: str) -> pl.LazyFrame:
    rows = [
        f"q1 | {who.rstrip('*')} | {DAY} | {moment(begin) or ''} | {moment(end) or ''}"
        for who, span in drawn.items()
        for begin, end in (part.split("-") for part in span.split())
    ]
    text = f"store_id | employee_id | business_date | {' | '.join(columns)}\n---\n" + "\n".join(rows)
    return full(text, schema).with_columns(**{name: pl.lit(value) for name, value in more.items()}).lazy()


def clocked(drawn: Spans, system: str = "clock") -> pl.LazyFrame:
    return spans(drawn, ("clock_in", "clock_out"), dict(CLOCKINGS.columns), system=system)


def planned(drawn: Spans) -> pl.LazyFrame:
    return spans(drawn, ("scheduled_in", "scheduled_out"), dict(ROSTER.columns))


def punched(drawn: dict[str, str]) -> pl.LazyFrame:
    """Who -> moments, without direction."""
    return punches(
        [
            {"employee_id": who, "punched_at": datetime.strptime(str(moment(at)), "%Y-%m-%d %H:%M")}  # noqa: DTZ007
            for who, times in drawn.items()
            for at in times.split()
        ]
    ).lazy()


def absent(drawing: str) -> pl.LazyFrame:
    said = full("employee_id | business_date | excused | hours\n---\n" + drawing, _SAID).lazy()
    return said.with_columns(pl.col("excused") == "true")


_SAID = {**ABSENCES.columns, "excused": pl.String()}


def shown(result: pl.LazyFrame, *columns: str) -> list[tuple[object, ...]]:
    return result.collect().sort("employee_id", "clock_in", "scheduled_in").select(columns).rows()


@pytest.mark.parametrize(
    ("policy", "hours"), [("count", Decimal(20)), ("cap_at_schedule", Decimal(9)), ("leave_out", None)]
)
def test_hours_of_a_forgotten_out_count_as_the_site_says(policy: FlaggedHours, hours: Decimal | None) -> None:
    rules = ShiftRules(too_long_hours=policy)
    result = shifts(clocked({"an": "08:00-+04:00"}), planned({"an": "08:00-17:00"}), rules)
    assert shown(result, "worked_hours", "flags", "status") == [(hours, ["too_long"], "worked")]


@pytest.mark.parametrize(
    ("out", "told"),
    [("06:00", [(DAY, "open")]), ("14:00", [(DAY, "not_recorded"), (date(2026, 1, 6), "open")])],
)
def test_an_out_alone_after_the_cut_off_ends_the_night_before(out: str, told: list[tuple[date, str]]) -> None:
    drawn = f"store_id | employee_id | business_date | clock_out\n---\nq1 | an | 2026-01-06 | 2026-01-06 {out}"
    result = shifts(full(drawn, CLOCKINGS.columns).lazy(), planned({"an": "22:00-+06:00"}), ShiftRules())
    assert sorted(shown(result, "business_date", "status")) == told


def test_without_a_schedule_there_is_nothing_to_cap_at() -> None:
    result = shifts(clocked({"an": "08:00-+04:00"}), planned({}), ShiftRules(too_long_hours="cap_at_schedule"))
    assert shown(result, "worked_hours") == [(None,)]


def test_a_time_at_which_a_machine_clocks_out_is_named_by_the_site() -> None:
    rules = ShiftRules(auto_close_at=(time(4),), auto_closed_hours="cap_at_schedule")
    result = shifts(clocked({"an": "17:05-+04:00", "binh": "17:05-+01:30"}), planned({"an": "17:00-+01:00"}), rules)
    assert shown(result, "worked_hours", "flags") == [(Decimal("7.9167"), ["auto_closed"]), (Decimal("8.4167"), [])]


def test_a_machine_that_clocks_out_gives_itself_away() -> None:
    # Six nights: two people leave when they leave, four are clocked out at 04:00 sharp.
    rows = [
        f"q1 | nv{n} | 2026-01-{day:02} | 2026-01-{day:02} 17:0{n} | 2026-01-{day + 1:02} {out}"
        for day in range(5, 11)
        for n, out in enumerate(["00:1" + str(day % 10), "01:2" + str(day % 7), *["04:00"] * 4])
    ]
    header = "store_id | employee_id | business_date | clock_in | clock_out\n---\n"
    clockings = full(header + "\n".join(rows), CLOCKINGS.columns).lazy()
    result = shifts(clockings, planned({}), ShiftRules(auto_closed_hours="leave_out")).collect()
    closed = result.filter(pl.col("flags").list.contains("auto_closed"))
    assert (closed.height, closed["worked_hours"].null_count()) == (24, 24)
    assert closed["clock_out"].dt.hour().unique().to_list() == [4]


def test_a_clock_that_rounds_clocks_nobody_out() -> None:
    rows = [
        f"q1 | nv{n} | 2026-01-{day:02} | 2026-01-{day:02} 08:00 | 2026-01-{day:02} 17:00"
        for day in range(5, 11)
        for n in range(4)
    ]
    header = "store_id | employee_id | business_date | clock_in | clock_out\n---\n"
    result = shifts(full(header + "\n".join(rows), CLOCKINGS.columns).lazy(), planned({}), ShiftRules()).collect()
    assert result["flags"].list.len().sum() == 0


@pytest.mark.parametrize(
    ("worked", "hours", "pause"),
    [
        ("08:00-17:00", [Decimal(8)], [Decimal(1)]),
        ("08:00-12:00 13:00-17:00", [Decimal(4), Decimal(4)], [None, None]),
        ("08:00-14:00", [Decimal(6)], [None]),
    ],
)
def test_a_break_is_owed_where_none_was_taken(worked: str, hours: list[Decimal], pause: list[Decimal | None]) -> None:
    rules = ShiftRules(unpaid_break_after_hours=Decimal(6), unpaid_break_minutes=60)
    result = shifts(clocked({"an": worked}), planned({}), rules)
    assert shown(result, "worked_hours", "break_hours") == list(zip(hours, pause, strict=True))


USUAL = (
    UsualShift("morning", time(6), time(14)),
    UsualShift("evening", time(14), time(22), stores=("q1",)),
    UsualShift("night", time(22), time(6)),
    UsualShift("weekend", time(10), time(19), weekdays=(6, 7)),
)


@pytest.mark.parametrize(
    ("worked", "late", "early"),
    [
        ("06:10-14:00", [10], [0]),
        ("13:50-21:30", [0], [30]),
        ("22:20-+06:00", [20], [0]),
        ("06:00-10:00 10:30-14:00", [0, None], [0, None]),
        ("06:00-10:00 18:00-22:00", [0, 240], [240, 0]),
    ],
)
def test_without_a_roster_the_usual_shift_says_who_is_late(
    worked: str, late: list[int | None], early: list[int | None]
) -> None:
    result = shifts(clocked({"an": worked}), planned({}), ShiftRules(usual=USUAL))
    expected = [(*pair, "unscheduled", ["no_roster"], None) for pair in zip(late, early, strict=True)]
    found = shown(result, "late_minutes", "early_leave_minutes", "status", "flags", "scheduled_in")
    assert found == expected


def test_usual_shifts_are_not_asked_where_the_store_keeps_a_roster() -> None:
    result = shifts(clocked({"an": "06:10-14:00"}), planned({"binh": "06:00-14:00"}), ShiftRules(usual=USUAL))
    assert shown(result, "late_minutes", "status", "flags") == [(None, "unscheduled", []), (None, "absent", [])]


def test_usual_shifts_may_be_those_of_a_position() -> None:
    usual = (
        UsualShift("bar", time(9), time(17), positions=("barista",)),
        UsualShift("till", time(6), time(14), positions=("cashier",)),
    )
    people = frame(
        """
        employee_id | position | department | store_id | from_date  | to_date
        an          | barista  | bar        | q1       | 2025-01-01 |
        chi         | cashier  | till       | q1       | 2025-01-01 |
        """.replace("to_date\n", "to_date\n        ---\n"),
        PEOPLE_SCHEMA,
    )
    rows = clocked({"an": "09:10-17:00", "chi": "09:10-17:00", "dung": "09:10-17:00"})
    result = shifts(rows, planned({}), ShiftRules(usual=usual), people=people)
    assert shown(result, "late_minutes") == [(10,), (190,), (None,)]


def test_absence_is_excused_or_not_and_never_says_why() -> None:
    plan = planned(dict.fromkeys(["an", "binh", "chi", "dung", "em"], "08:00-16:00"))
    noted = absent(
        f"""an   | {DAY} | true  |
        binh | {DAY} | false |
        chi  | {DAY} | true  | 4
        dung | {DAY} | true  | 8"""
    )
    noted = pl.concat([noted, noted.with_columns(system=pl.lit("another"))])
    result = shifts(clocked({"em": "08:00-16:00"}), plan, ShiftRules(), absences=noted)
    assert shown(result, "status") == [("on_leave",), ("absent",), ("absent",), ("on_leave",), ("worked",)]
    assert "reason" not in ABSENCES.columns


def test_who_was_noted_absent_is_absent_though_nobody_clocked() -> None:
    result = shifts(clocked({}), planned({"an": "08:00-16:00"}), ShiftRules(), absences=absent(f"an | {DAY} | false |"))
    assert shown(result, "status") == [("absent",)]


def test_coming_late_by_agreement_is_not_late() -> None:
    noted = absent(f"an | {DAY} | true | 2")
    result = shifts(clocked({"an": "10:00-16:00"}), planned({"an": "08:00-16:00"}), ShiftRules(), absences=noted)
    assert shown(result, "late_minutes", "status", "worked_hours") == [(None, "worked", Decimal(6))]


@pytest.mark.parametrize(
    ("came", "status"),
    [({}, "holiday"), ({"binh": "08:00-16:00"}, "holiday"), (dict.fromkeys(["binh", "chi"], "08:00-16:00"), "absent")],
)
def test_a_public_holiday_is_no_absence_unless_the_store_worked(came: Spans, status: str) -> None:
    plan = planned(dict.fromkeys(["an", "binh", "chi", "dung"], "08:00-16:00"))
    result = shifts(clocked(came), plan, ShiftRules(), holidays=[DAY])
    assert shown(result.filter(pl.col("employee_id") == "an"), "status") == [(status,)]


def test_of_two_systems_the_one_without_an_open_punch_is_believed() -> None:
    result = shifts(clocked({"an": "08:01-"}), planned({}), ShiftRules(), punches=punched({"an": "08:00 17:00"}))
    assert shown(result, "worked_hours", "flags") == [(Decimal(9), ["two_systems"])]
    both = pl.concat([clocked({"an": "08:00-17:00"}, "a"), clocked({"an": "08:05-17:01"}, "b")])
    assert shown(shifts(both, planned({}), ShiftRules()), "worked_hours", "flags") == [(Decimal(9), ["two_systems"])]


def test_two_systems_in_two_stores_at_other_hours_both_count() -> None:
    both = pl.concat([clocked({"an": "08:00-12:00"}, "a"), clocked({"an": "14:00-18:00"}, "b")])
    result = shifts(both, planned({}), ShiftRules())
    assert shown(result, "worked_hours", "flags") == [(Decimal(4), []), (Decimal(4), [])]


@pytest.mark.parametrize(
    ("at", "late", "status"),
    [("22:10", [10], ["running"]), ("+06:10", [None], ["open"])],
)
def test_a_lone_punch_begins_or_ends_the_shift_it_is_nearer_to(
    at: str, late: list[int | None], status: list[str]
) -> None:
    result = shifts(clocked({}), planned({"an": "22:00-+06:00"}), ShiftRules(), punches=punched({"an": at}))
    assert [list(column) for column in zip(*shown(result, "late_minutes", "status"), strict=True)] == [late, status]


def test_nobody_knows_when_an_odd_run_of_punches_began() -> None:
    rows = punched({"an": "12:00 13:00 17:00"})
    result = shifts(clocked({}), planned({"an": "08:00-17:00"}), ShiftRules(), punches=rows)
    assert shown(result, "late_minutes", "worked_hours", "status") == [(None, None, "running")]


def test_lost_time_is_what_acas_publishes() -> None:
    # ACAS: 124 hours lost of 1,550 are 8 % of lost time.
    hours = {"lost": 124, "worked": 1426}
    begin = datetime(2026, 1, 5)  # noqa: DTZ001
    rows = [
        {"store_id": "q1", "employee_id": f"{what}{n}", "business_date": DAY, "scheduled_in": begin}
        | {"scheduled_out": begin.replace(hour=1)}
        for what, count in hours.items()
        for n in range(count)
    ]
    plan = pl.DataFrame(rows).lazy()
    missing = [name for name in ROSTER.columns if name not in plan.collect_schema()]
    plan = plan.with_columns(**{name: pl.lit(None, ROSTER.columns[name]) for name in missing})
    plan = plan.select(pl.col(name).cast(dtype) for name, dtype in ROSTER.columns.items())
    came = plan.filter(pl.col("employee_id").str.starts_with("worked"))
    came = came.rename({"scheduled_in": "clock_in", "scheduled_out": "clock_out"})
    came = pl.concat([full(NO_CLOCKING, CLOCKINGS.columns).lazy(), came], how="diagonal")
    result = shifts(came, plan, ShiftRules()).collect()
    lost = result.filter(pl.col("status").is_in(["absent", "on_leave"]))["scheduled_hours"].sum()
    assert Decimal(lost) / Decimal(result["scheduled_hours"].sum()) == Decimal("0.08")


def sheet(drawing: str, system: str = "sheet") -> pl.LazyFrame:
    header = "store_id | employee_id | business_date | clock_in | clock_out | stated_hours | unpaid_hours\n---\n"
    return full(header + drawing, CLOCKINGS.columns).with_columns(system=pl.lit(system)).lazy()


def test_hours_that_are_stated_without_punches_count_and_say_nothing_of_lateness() -> None:
    result = shifts(sheet("q1 | an | 2026-01-05 | | | 9.5 |"), planned({"an": "08:00-17:00"}), ShiftRules())
    columns = ("worked_hours", "status", "late_minutes", "early_leave_minutes", "overtime_hours", "flags")
    assert shown(result, *columns) == [(Decimal("9.5"), "worked", None, None, Decimal("0.5"), [])]


@pytest.mark.parametrize(
    ("unpaid", "worked", "paused"), [("0.5", "8.5", "0.5"), ("0", "8", "1"), ("", "8", "1"), ("12", "0", "9")]
)
def test_a_break_that_the_export_has_is_taken_off_and_no_other_is_owed(unpaid: str, worked: str, paused: str) -> None:
    rows = sheet(f"q1 | an | 2026-01-05 | 2026-01-05 08:00 | 2026-01-05 17:00 | | {unpaid}")
    rules = ShiftRules(unpaid_break_after_hours=Decimal(6), unpaid_break_minutes=60)
    assert shown(shifts(rows, planned({}), rules), "worked_hours", "break_hours") == [
        (Decimal(worked), Decimal(paused))
    ]


def test_hours_of_a_sheet_are_not_counted_beside_the_punches_of_that_day() -> None:
    rows = pl.concat([sheet("q1 | an | 2026-01-05 | | | 9 |"), clocked({"an": "08:00-17:00"})], how="diagonal")
    assert shown(shifts(rows, planned({}), ShiftRules()), "worked_hours", "flags") == [(Decimal(9), ["two_systems"])]
