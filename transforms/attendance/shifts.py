"""Spells of work, the roster and absences -> shifts: who was there, for how long, how late."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Final

import polars as pl

from transforms.attendance.away import Away
from transforms.attendance.pairing import trusted_clocks
from transforms.attendance.rules import FlaggedHours, ShiftRules
from transforms.attendance.running import with_running
from transforms.attendance.schedule import nearest, usual_shifts
from transforms.attendance.sources import attended
from transforms.calendar import elapsed
from transforms.tables import ABSENCES, HOURS, PUNCHES, ROSTER, SHIFTS, empty

_DAY: Final = ("employee_id", "business_date")
_SCHEDULE: Final = ("scheduled_in", "scheduled_out", "scheduled_hours")
_COUNTS = pl.col("worked_hours").is_not_null()
_NONE_HOURS = pl.lit(0, HOURS)
_ROSTERED = pl.col("rostered").fill_null(value=False)


def shifts(
    clockings: pl.LazyFrame,
    roster: pl.LazyFrame,
    rules: ShiftRules,
    *,
    punches: pl.LazyFrame | None = None,
    trusted: pl.LazyFrame | None = None,
    absences: pl.LazyFrame | None = None,
    holidays: Collection[date] = (),
    people: pl.DataFrame | None = None,
) -> pl.LazyFrame:
    """Match who was there with `roster` (tables.ROSTER) into tables.SHIFTS; the package says by which rules.

    `clockings` are tables.CLOCKINGS, `punches` tables.PUNCHES, `trusted` the clocks of `trusted_clocks` (those of
    `punches` unless given), `absences` tables.ABSENCES, `holidays` public ones, `people` the site's stints, by whose
    positions usual shifts may differ. Every spell is one row; every rostered shift stands (scheduled_in) in one row.
    """
    punches = empty(PUNCHES.columns).lazy() if punches is None else punches
    trusted = trusted_clocks(punches, rules) if trusted is None else trusted
    rows = _once(_numbered(attended(clockings, punches, trusted, rules), "_punch"))
    plan = _once(_plan(rows, roster, people, rules))
    matched = _once(_hours(with_running(_matched(rows, plan), rules), rules))
    unattended = plan.filter("rostered").join(matched.select("_shift"), on="_shift", how="anti")
    covered = _covered(unattended, matched)
    away = Away(empty(ABSENCES.columns).lazy() if absences is None else absences, frozenset(holidays))
    worked = _clocked(matched.join(_also(covered), on="_shift", how="left"), away, rules)
    missed = away.missed(unattended.join(covered, on="_shift", how="left"), matched, plan)
    return pl.concat([worked, _unclocked(missed, rules)])


def with_clocked(sales: pl.LazyFrame, clockings: pl.LazyFrame) -> pl.LazyFrame:
    """Add `clocked` to sales (tables.SOLD): whether any clocking of that store's business date was delivered.

    And the same of the seller alone: `clocked_self` of that day, wherever it was, `clocked_here` in the sale's store.
    """
    day, own = ["store_id", "business_date"], ["employee_id", "business_date"]
    days = clockings.select(day).unique().with_columns(clocked=pl.lit(value=True))
    stores = clockings.group_by(own).agg(_stores=pl.col("store_id").drop_nulls().unique())
    told = sales.join(days, on=day, how="left").join(stores, on=own, how="left")
    here = pl.col("_stores").list.contains(pl.col("store_id"))
    marks = {"clocked": pl.col("clocked"), "clocked_self": pl.col("_stores").list.len() > 0, "clocked_here": here}
    return told.with_columns(**{name: mark.fill_null(value=False) for name, mark in marks.items()}).drop("_stores")


def _once(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Worked out here: what is read in five places would be planned and computed anew in each, and each within each."""
    return frame.collect(engine="streaming").lazy()


def _numbered(frame: pl.LazyFrame, name: str) -> pl.LazyFrame:
    """Numbered in an order of its own: a lazy frame read twice may come in two orders, and one row of an export may
    hold a whole month, so neither position nor row_no names a row.
    """
    return frame.sort(frame.collect_schema().names()).with_row_index(name)


def _plan(rows: pl.LazyFrame, roster: pl.LazyFrame, people: pl.DataFrame | None, rules: ShiftRules) -> pl.LazyFrame:
    """Every rostered shift, and what is usual where there is no roster, as the roster's columns with `rostered`."""
    # Planned twice for the same hours, by a file that holds its rows twice or by two systems, she is to come once.
    told = [name for name in ROSTER.content if name not in {"system", "store_id"}]
    once = roster.select(ROSTER.columns.keys()).sort("system", "file_id", "row_no").unique(told, keep="first")
    rostered = once.with_columns(rostered=pl.lit(value=True))
    if rules.usual:
        usual = usual_shifts(rows, roster, people, rules).with_columns(rostered=pl.lit(value=False))
        rostered = pl.concat([rostered, usual], how="diagonal")
    return _numbered(rostered, "_shift").with_columns(scheduled_hours=_spent("scheduled_in", "scheduled_out", rules))


def _matched(rows: pl.LazyFrame, plan: pl.LazyFrame) -> pl.LazyFrame:
    found = rows.join(nearest(rows, plan), on="_punch", how="left")
    leaves = pl.col("_leaves").fill_null(value=False)
    return found.with_columns(
        business_date=pl.coalesce("_planned_date", "business_date"),
        clock_in=pl.when(~leaves).then("clock_in"),
        clock_out=pl.when(leaves).then("clock_in").otherwise("clock_out"),
    )


def _hours(rows: pl.LazyFrame, rules: ShiftRules) -> pl.LazyFrame:
    """Add _open, _until (null: it does not count), worked_hours (likewise), break_hours and flags."""
    begin, end = pl.col("clock_in"), pl.col("clock_out")
    stated = pl.when(begin.is_null() & end.is_null()).then("stated_hours")
    is_open = (end <= begin).fill_null(value=True) & stated.is_null()
    too_long = ~is_open & (end - begin > rules.longest)
    auto = ~is_open & pl.col("auto_closed")
    rows = rows.with_columns(_open=is_open, _too_long=too_long, _auto=auto)
    until = pl.when(~pl.col("_open")).then(_until(rules))
    rows = rows.with_columns(_until=pl.when(until > begin).then(until))
    counted = pl.col("_until").cum_max().forward_fill().shift(1)
    order = ["clock_in", "clock_out", "_punch"]
    before = pl.when(pl.col("employee_id").is_not_null()).then(counted.over("employee_id", order_by=order))
    rows = rows.with_columns(_before=before)
    overlap = pl.col("_until").is_not_null() & (pl.col("_before") > begin).fill_null(value=False)
    hours = _spent(pl.max_horizontal("clock_in", "_before"), "_until", rules)
    flags = _flags(
        open_punch=pl.col("_open") & ~pl.col("_running"),
        running=pl.col("_running"),
        too_long=pl.col("_too_long"),
        auto_closed=pl.col("_auto"),
        overlap=overlap,
        two_systems=pl.col("two_systems"),
        no_roster=~pl.col("rostered"),
    )
    unpaid = pl.when(pl.col("unpaid_hours").is_not_null()).then(pl.min_horizontal("unpaid_hours", hours))
    rows = rows.with_columns(worked_hours=pl.coalesce(hours - unpaid.fill_null(0), stated), flags=flags)
    paused = pl.when(unpaid.is_not_null()).then(pl.col("break_hours").fill_null(0) + unpaid).otherwise("break_hours")
    return _less_breaks(rows.with_columns(break_hours=paused), rules)


def _until(rules: ShiftRules) -> pl.Expr:
    """Until when a spell counts: of two doubts the stricter policy holds."""
    doubts: list[tuple[str, FlaggedHours]] = [("_too_long", rules.too_long_hours), ("_auto", rules.auto_closed_hours)]
    out, capped = (
        pl.any_horizontal(pl.lit(value=False), *(pl.col(name) for name, policy in doubts if policy == which))
        for which in ("leave_out", "cap_at_schedule")
    )
    capped_end = pl.when(pl.col("scheduled_out").is_not_null()).then(pl.min_horizontal("clock_out", "scheduled_out"))
    return pl.when(capped & ~out).then(capped_end).when(~out).then("clock_out")


def _less_breaks(rows: pl.LazyFrame, rules: ShiftRules) -> pl.LazyFrame:
    if not rules.unpaid_break_minutes:
        return rows
    owed = pl.lit(rules.unpaid_break_minutes, HOURS) / 60
    unbroken = pl.col("unpaid_hours").fill_null(0) == 0
    owes = unbroken & pl.col("_until").is_not_null() & (pl.col("worked_hours") > rules.unpaid_break_after_hours)
    taken = pl.when(owes).then(owed.cast(HOURS)).otherwise(_NONE_HOURS)
    taken = pl.min_horizontal(taken, "worked_hours")
    paused = pl.when(taken > 0).then(pl.col("break_hours").fill_null(0) + taken).otherwise("break_hours")
    return rows.with_columns(worked_hours=pl.col("worked_hours") - taken, break_hours=paused)


def _covered(unattended: pl.LazyFrame, matched: pl.LazyFrame) -> pl.LazyFrame:
    """Shifts without a clocking of their own of which another clocking covers at least half: someone worked through.

    One row per _shift: _came, _went, and _host, the shift whose clocking it is.
    """
    hosts = matched.filter(_COUNTS).select(*_DAY, "clock_in", "clock_out", _host="_shift")
    begin, end = pl.max_horizontal("scheduled_in", "clock_in"), pl.min_horizontal("scheduled_out", "clock_out")
    half = (end - begin) * 2 >= pl.col("scheduled_out") - pl.col("scheduled_in")
    pairs = unattended.join(hosts, on=_DAY).filter(half & (end > begin))
    return pairs.group_by("_shift").agg(
        _came=pl.col("clock_in").min(),
        _went=pl.col("clock_out").max(),
        _host=pl.col("_host").min(),
        _covered_hours=pl.col("scheduled_hours").first(),
    )


def _also(covered: pl.LazyFrame) -> pl.LazyFrame:
    """What was scheduled beside a shift and worked on its clocking: _shift, _also (hours)."""
    return covered.group_by(_shift="_host").agg(_also=pl.col("_covered_hours").sum())


def _clocked(matched: pl.LazyFrame, away: Away, rules: ShiftRules) -> pl.LazyFrame:
    begun = pl.coalesce("clock_in", "clock_out")
    scheduled = pl.col("_shift").is_not_null()
    first = (pl.col("_punch") == pl.col("_punch").sort_by(begun, "_punch").first().over("_shift")) & scheduled
    whole = _COUNTS.all().over("_shift")
    went = pl.when(whole).then(pl.col("_until").max().over("_shift"))
    over = pl.col("worked_hours").sum().over("_shift") - pl.col("scheduled_hours") - pl.col("_also").fill_null(0)
    status = pl.when("_running").then(pl.lit("running")).when("_open").then(pl.lit("open"))
    status = status.when(_ROSTERED).then(pl.lit("worked"))
    # Of three punches of a day, the first may be any: late is only who is known to have come.
    came = pl.when(pl.col("odd").fill_null(1) == 1).then("clock_in")
    punctual = first & ~pl.col("partly_away").fill_null(value=False)
    return (
        away.partly(matched)
        .with_columns(
            status=status.otherwise(pl.lit("unscheduled")),
            late_minutes=pl.when(punctual).then(_late(came, rules)),
            early_leave_minutes=pl.when(punctual).then(_minutes(went, pl.col("scheduled_out"))),
            overtime_hours=pl.when(first & _COUNTS.any().over("_shift"))
            .then(over.clip(Decimal(0)))
            .when(_COUNTS)
            .then(_NONE_HOURS),
            **{name: pl.when(first & _ROSTERED).then(name) for name in _SCHEDULE},
        )
        .select(_columns())
    )


def _unclocked(missed: pl.LazyFrame, rules: ShiftRules) -> pl.LazyFrame:
    known = pl.col("status") != "not_recorded"
    return missed.with_columns(
        worked_hours=pl.when(known).then(_NONE_HOURS),
        overtime_hours=pl.when(known).then(_NONE_HOURS),
        break_hours=pl.lit(None),
        late_minutes=_late(pl.col("_came"), rules),
        early_leave_minutes=_minutes(pl.col("_went"), pl.col("scheduled_out")),
        clock_in=pl.lit(None),
        clock_out=pl.lit(None),
        flags=_flags(),
    ).select(_columns())


def _late(came: pl.Expr, rules: ShiftRules) -> pl.Expr:
    minutes = _minutes(pl.col("scheduled_in"), came)
    return pl.when(minutes > rules.late_after_minutes).then(minutes).when(minutes.is_not_null()).then(0)


def _minutes(since: pl.Expr, until: pl.Expr) -> pl.Expr:
    """Whole minutes, never below zero."""
    return (until - since).dt.total_minutes().clip(0)


def _spent(since: pl.Expr | str, until: str, rules: ShiftRules) -> pl.Expr:
    begin = pl.col(since) if isinstance(since, str) else since
    # Polars rounds a decimal division half up to the scale of its left side.
    seconds = elapsed(begin, pl.col(until), rules.zone).dt.total_seconds()
    return (seconds.clip(0).cast(HOURS) / 3600).cast(HOURS)


def _flags(**flags: pl.Expr) -> pl.Expr:
    named = [pl.when(flag).then(pl.lit(name)) for name, flag in flags.items()]
    return pl.concat_list(*named, pl.lit(None, pl.String)).list.drop_nulls()


def _columns() -> list[pl.Expr]:
    return [pl.col(name).cast(dtype) for name, dtype in SHIFTS.items()]
