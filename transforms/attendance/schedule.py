"""What was to be worked: rostered shifts, and the usual shifts of stores that keep no roster."""

from datetime import timedelta
from typing import Final

import polars as pl

from transforms.attendance.rules import ShiftRules
from transforms.groups import stints
from transforms.tables import AT

_DAY: Final = ("employee_id", "business_date")
_SHIFT: Final = ("_shift", "scheduled_in", "scheduled_out", "scheduled_hours", "rostered")
_PAUSE: Final = timedelta(hours=3)
_MATCHED: Final = ("store_id", *_DAY, "scheduled_in", "scheduled_out")


def nearest(rows: pl.LazyFrame, plan: pl.LazyFrame) -> pl.LazyFrame:
    """The shift of each spell that has one: _punch, _planned_date, _leaves and the columns of its shift.

    `_leaves`: a lone punch without direction that is nearer to the end. Such a punch, and an out alone, may end
    the night shift of the day before.
    """
    lone = pl.col("odd") == 1
    spells = rows.select("_punch", *_DAY, "clock_in", "clock_out", lone=lone.fill_null(value=False))
    planned = plan.select(*_DAY, *_SHIFT).with_columns(_planned_date="business_date")
    morning = planned.with_columns(pl.col("business_date") + timedelta(days=1))
    alone = spells.filter(pl.col("lone") | pl.col("clock_in").is_null()).join(morning, on=_DAY)
    after = alone.filter(pl.coalesce("clock_in", "clock_out") <= pl.col("scheduled_out") + _PAUSE)
    pairs = pl.concat([spells.join(planned, on=_DAY), after])
    begins, ends = pl.col("clock_in") - pl.col("scheduled_in"), pl.col("clock_out") - pl.col("scheduled_out")
    leaves = (pl.col("clock_in") - pl.col("scheduled_out")).abs()
    pairs = pairs.with_columns(_leaves=pl.col("lone") & (leaves < begins.abs()))
    apart = pl.when("_leaves").then(leaves).otherwise(pl.coalesce(begins, ends).abs())
    ordered = pairs.sort(apart, "scheduled_in", "_shift", nulls_last=True)
    found = ordered.unique("_punch", keep="first", maintain_order=True)
    return found.select("_punch", "_planned_date", "_leaves", *_SHIFT)


def usual_shifts(
    rows: pl.LazyFrame, roster: pl.LazyFrame, people: pl.DataFrame | None, rules: ShiftRules
) -> pl.LazyFrame:
    """The usual shift of each attendance on store-days without any roster: store_id to scheduled_out of tables.ROSTER.

    An attendance is what lies between pauses of more than three hours; of the usual shifts that it overlaps, its begin
    and end are nearest to this one's. `rows` are spells, `people` has the stints of `groups.stints`.
    """
    unplanned = rows.join(
        roster.select("store_id", "business_date").unique(), on=["store_id", "business_date"], how="anti"
    )
    pairs = _positioned(_attendances(unplanned), people).join(_usual(rules), how="cross").filter(_applies())
    pairs = pairs.with_columns(_moment("begins", rules), _moment("ends", rules))
    early = pl.col("scheduled_out") <= pl.col("scheduled_in")
    pairs = pairs.with_columns(scheduled_out=pl.col("scheduled_out") + pl.when(early).then(_A_DAY).otherwise(_NONE))
    begins, ends = pl.col("came") - pl.col("scheduled_in"), pl.col("went") - pl.col("scheduled_out")
    overlaps = (pl.col("came") < pl.col("scheduled_out")) & (pl.col("went") > pl.col("scheduled_in"))
    near = pairs.filter(overlaps).sort(begins.abs() + ends.abs(), "scheduled_in", "scheduled_out", "name")
    return near.unique([*_DAY, "part"], keep="first", maintain_order=True).select(_MATCHED).unique()


_A_DAY, _NONE = timedelta(days=1), timedelta(0)


def _attendances(rows: pl.LazyFrame) -> pl.LazyFrame:
    begin, end = pl.coalesce("clock_in", "clock_out"), pl.coalesce("clock_out", "clock_in")
    timed = rows.filter(begin.is_not_null()).sort(*_DAY, begin, end)
    new = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in _DAY)
    apart = (begin - end.shift(1) > _PAUSE).fill_null(value=True)
    parts = timed.with_columns(part=(new | apart).cum_sum(), begin=begin, end=end)
    return parts.group_by(*_DAY, "part").agg(
        pl.col("store_id").first(), came=pl.col("begin").min(), went=pl.col("end").max()
    )


def _positioned(rows: pl.LazyFrame, people: pl.DataFrame | None) -> pl.LazyFrame:
    if people is None:
        return rows.with_columns(position=pl.lit(None, pl.String))
    held = stints(people).lazy().select("employee_id", "position", "first", "last")
    days = rows.select(_DAY).unique().join(held, on="employee_id")
    days = days.filter(
        pl.col("business_date") >= pl.col("first"),
        (pl.col("business_date") <= pl.col("last")).fill_null(value=True),
    )
    return rows.join(days.select(*_DAY, "position"), on=_DAY, how="left")


def _usual(rules: ShiftRules) -> pl.LazyFrame:
    names = ("name", "begins", "ends", "weekdays", "positions", "stores")
    schema = {
        "name": pl.String(),
        "begins": pl.Time(),
        "ends": pl.Time(),
        "weekdays": pl.List(pl.Int8),
        "positions": pl.List(pl.String),
        "stores": pl.List(pl.String),
    }
    rows = [[list(v) if isinstance(v := getattr(s, n), tuple) else v for n in names] for s in rules.usual]
    return pl.LazyFrame(rows, schema=schema, orient="row")


def _applies() -> pl.Expr:
    facts = {
        "weekdays": pl.col("business_date").dt.weekday(),
        "positions": pl.col("position"),
        "stores": pl.col("store_id"),
    }
    every = [(pl.col(name).list.len() == 0) | pl.col(name).list.contains(fact) for name, fact in facts.items()]
    return pl.all_horizontal(every).fill_null(value=False)


def _moment(name: str, rules: ShiftRules) -> pl.Expr:
    """A time of the business day: before the day starts it is the next calendar day's."""
    moment = pl.col("business_date").dt.combine(pl.col(name)).cast(AT)
    begins_late = pl.col("begins") < rules.day_starts
    column = {"begins": "scheduled_in", "ends": "scheduled_out"}[name]
    return (moment + pl.when(begins_late).then(_A_DAY).otherwise(_NONE)).alias(column)
