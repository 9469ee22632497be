"""Clockings and roster -> shifts: who was there, for how long, how late.

How one clocking is read:

* An in and a later out are hours worked; of clockings that overlap, the time already counted is left out and the later
  one is flagged `overlap`. Hours are whole seconds / 3600, rounded half up to four decimals.
* A punch that is missing, or an out that is not after its in, leaves the shift `open` (flag `open_punch`); more than
  the longest shift is a forgotten out (flag `too_long`). Neither has hours: null, never a guess.
* It belongs to that day's rostered shift of that person whose begin is nearest (its end, if only the out is known),
  whatever store it was in. Several clockings of one shift (a break) are one attendance: the first carries the schedule.
* A rostered shift without a clocking of its own was attended if another clocking of that day covers at least half of it
  (someone worked through); otherwise it is `absent`, unless nobody at all clocked in that store that day: then the
  attendance was not delivered, and it is `not_recorded`.
* Late is more than the grace after the scheduled begin, in whole minutes, and then counts in full. Overtime is what all
  clockings of a shift last beyond what was scheduled for them, never below zero; an unscheduled shift has none.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final

import polars as pl

from transforms.tables import HOURS, SHIFTS

_DAY: Final = ("employee_id", "business_date")
_COUNTS = pl.col("worked_hours").is_not_null()
_NONE_HOURS = pl.lit(0, HOURS)
_SCHEDULED = pl.col("_shift").is_not_null()


@dataclass(frozen=True, slots=True)
class ShiftRules:
    """What the operator decides about shifts."""

    late_after_minutes: int = 5
    longest_shift_hours: int = 16


def shifts(clockings: pl.LazyFrame, roster: pl.LazyFrame, rules: ShiftRules) -> pl.LazyFrame:
    """Match `clockings` (tables.CLOCKINGS) with `roster` (tables.ROSTER) into tables.SHIFTS.

    Every clocking is one row, every rostered shift stands (scheduled_in) in exactly one row.
    """
    punches = _hours(_numbered(clockings, "_punch"), rules)
    rostered = _numbered(roster, "_shift").with_columns(scheduled_hours=_spent("scheduled_in", "scheduled_out"))
    matched = punches.join(_nearest(punches, rostered), on="_punch", how="left")
    unattended = rostered.join(matched.select("_shift"), on="_shift", how="anti")
    covered = _covered(unattended, matched)
    worked = _clocked(matched.join(_also(covered), on="_shift", how="left"), rules)
    return pl.concat([worked, _unclocked(unattended.join(covered, on="_shift", how="left"), clockings, rules)])


def with_clocked(sales: pl.LazyFrame, clockings: pl.LazyFrame) -> pl.LazyFrame:
    """Add `clocked` to sales (tables.SOLD): whether any clocking of that store's business date was delivered."""
    day = ["store_id", "business_date"]
    days = clockings.select(day).unique().with_columns(clocked=pl.lit(value=True))
    return sales.join(days, on=day, how="left").with_columns(pl.col("clocked").fill_null(value=False))


def _numbered(frame: pl.LazyFrame, name: str) -> pl.LazyFrame:
    """Numbered in an order of its own: a lazy frame read twice may come in two orders, and one row of an export may
    hold a whole month, so neither position nor row_no names a row.
    """
    return frame.sort(frame.collect_schema().names()).with_row_index(name)


def _hours(punches: pl.LazyFrame, rules: ShiftRules) -> pl.LazyFrame:
    """Add worked_hours (null: they do not count) and flags."""
    begin, end = pl.col("clock_in"), pl.col("clock_out")
    is_open = (end <= begin).fill_null(value=True)
    too_long = ~is_open & (end - begin > timedelta(hours=rules.longest_shift_hours))
    counted_until = pl.when(~is_open & ~too_long).then(end).cum_max().forward_fill().shift(1)
    order = ["clock_in", "clock_out", "_punch"]
    before = pl.when(pl.col("employee_id").is_not_null()).then(counted_until.over("employee_id", order_by=order))
    flagged = punches.with_columns(_open=is_open, _too_long=too_long, _before=before)
    overlap = ~pl.col("_open") & ~pl.col("_too_long") & (pl.col("_before") > begin).fill_null(value=False)
    hours = _spent(pl.max_horizontal("clock_in", "_before"), "clock_out")
    return flagged.with_columns(
        worked_hours=pl.when(~pl.col("_open") & ~pl.col("_too_long")).then(hours),
        flags=_flags(open_punch=pl.col("_open"), too_long=pl.col("_too_long"), overlap=overlap),
    )


def _nearest(punches: pl.LazyFrame, rostered: pl.LazyFrame) -> pl.LazyFrame:
    """The rostered shift of each clocking that has one: _punch, _shift and its schedule."""
    schedule = ("_shift", "scheduled_in", "scheduled_out", "scheduled_hours")
    pairs = punches.select("_punch", *_DAY, "clock_in", "clock_out").join(rostered.select(*_DAY, *schedule), on=_DAY)
    apart = pl.coalesce(pl.col("clock_in") - pl.col("scheduled_in"), pl.col("clock_out") - pl.col("scheduled_out"))
    nearest = pairs.sort(apart.abs(), "scheduled_in", "_shift", nulls_last=True)
    return nearest.unique("_punch", keep="first", maintain_order=True).select("_punch", *schedule)


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


def _clocked(matched: pl.LazyFrame, rules: ShiftRules) -> pl.LazyFrame:
    begun = pl.coalesce("clock_in", "clock_out")
    first = (pl.col("_punch") == pl.col("_punch").sort_by(begun, "_punch").first().over("_shift")) & _SCHEDULED
    whole = _COUNTS.all().over("_shift")
    went = pl.when(whole).then(pl.col("clock_out").max().over("_shift"))
    over = pl.col("worked_hours").sum().over("_shift") - pl.col("scheduled_hours") - pl.col("_also").fill_null(0)
    status = pl.when("_open").then(pl.lit("open")).when(_SCHEDULED).then(pl.lit("worked"))
    return matched.with_columns(
        status=status.otherwise(pl.lit("unscheduled")),
        late_minutes=pl.when(first).then(_late(pl.col("clock_in"), rules)),
        early_leave_minutes=pl.when(first).then(_minutes(went, pl.col("scheduled_out"))),
        overtime_hours=pl.when(first & _COUNTS.any().over("_shift"))
        .then(over.clip(Decimal(0)))
        .when(_COUNTS)
        .then(_NONE_HOURS),
        **{name: pl.when(first).then(name) for name in ("scheduled_in", "scheduled_out", "scheduled_hours")},
    ).select(_columns())


def _unclocked(unattended: pl.LazyFrame, clockings: pl.LazyFrame, rules: ShiftRules) -> pl.LazyFrame:
    delivered = clockings.select("store_id", "business_date").unique().with_columns(_delivered=pl.lit(value=True))
    attended = pl.col("_came").is_not_null()
    known = attended | pl.col("_delivered").is_not_null()
    status = pl.when(attended).then(pl.lit("worked")).when(known).then(pl.lit("absent"))
    return (
        unattended.join(delivered, on=["store_id", "business_date"], how="left")
        .with_columns(
            status=status.otherwise(pl.lit("not_recorded")),
            worked_hours=pl.when(known).then(_NONE_HOURS),
            overtime_hours=pl.when(known).then(_NONE_HOURS),
            late_minutes=_late(pl.col("_came"), rules),
            early_leave_minutes=_minutes(pl.col("_went"), pl.col("scheduled_out")),
            clock_in=pl.lit(None),
            clock_out=pl.lit(None),
            flags=_flags(),
        )
        .select(_columns())
    )


def _late(came: pl.Expr, rules: ShiftRules) -> pl.Expr:
    minutes = _minutes(pl.col("scheduled_in"), came)
    return pl.when(minutes > rules.late_after_minutes).then(minutes).when(minutes.is_not_null()).then(0)


def _minutes(since: pl.Expr, until: pl.Expr) -> pl.Expr:
    """Whole minutes, never below zero."""
    return (until - since).dt.total_minutes().clip(0)


def _spent(since: pl.Expr | str, until: str) -> pl.Expr:
    begin = pl.col(since) if isinstance(since, str) else since
    # Polars rounds a decimal division half up to the scale of its left side.
    return ((pl.col(until) - begin).dt.total_seconds().clip(0).cast(HOURS) / 3600).cast(HOURS)


def _flags(**flags: pl.Expr) -> pl.Expr:
    named = [pl.when(flag).then(pl.lit(name)) for name, flag in flags.items()]
    return pl.concat_list(*named, pl.lit(None, pl.String)).list.drop_nulls()


def _columns() -> list[pl.Expr]:
    return [pl.col(name).cast(dtype) for name, dtype in SHIFTS.items()]
