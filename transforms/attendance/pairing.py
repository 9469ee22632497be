"""Raw punches -> spells of work, an in and an out each.

* Punches of one person within the repeat window are one punch: the first moment counts, and the last direction.
* What a clock says of direction counts only where it has earned it: of the punches of a system, store and month that
  are said to begin work, and of those said to end it, four in five meet their opposite next. An in is then paired with
  the out that comes next, if within the longest shift; any other punch stays open. A break that is punched is no work,
  unless the site pays it. Direction columns that are always 0 or 255, or mere noise, do not earn it.
* Elsewhere a run of punches alternates, in and out. A run ends at a rest: a gap beyond the longest shift, or one of ten
  hours and more that is longer than the gaps on both sides. A gap over the business day's cut-off weighs three hours
  more, so the cut-off decides where nothing else does, and a night from 22:00 to 06:00 is still found though the
  cut-off lies inside. Two days and nights without a rest are cut at the cut-off.
* An odd run lacks a punch, and nobody knows which: it is cut at a rest of ten hours, though only one of its sides be
  shorter; what stays odd is one open spell, without hours. Hours are never guessed.
* A spell belongs to the store of its in and to the business date on which work began: a pause of up to three hours does
  not begin it anew.
* Everything depends on punches within MARGIN only: a month's spells are the same, whichever months are read with it.
"""

from datetime import timedelta
from typing import Final

import polars as pl

from transforms.attendance.rules import ShiftRules
from transforms.calendar import month_of
from transforms.tables import CLOCKINGS, HOURS, Schema

# Clockings, with what pairing alone can know. `odd`: so many punches of an odd run; null for a pair, and where the
# clock itself said in or out.
SPELLS: Final = Schema({**CLOCKINGS.columns, "break_hours": HOURS, "odd": pl.UInt32()})
MARGIN: Final = timedelta(days=4)  # a run of two days, and the longest shift that may be set on both sides

_EARNED: Final = 0.8
_REST: Final = timedelta(hours=10)
_OVER_CUT_OFF: Final = timedelta(hours=3)
_PAUSE: Final = timedelta(hours=3)
_LONGEST_RUN: Final = timedelta(hours=48)
_CLOCK: Final = ["system", "store_id", "month"]
_BREAKS: Final = ("break_out", "break_in")
_OF_CLOCKINGS: Final = frozenset({"clock_in", "clock_out", "stated_hours", "unpaid_hours"})  # punches have none
_START, _END = pl.col("direction").is_in(["in", "break_in"]), pl.col("direction").is_in(["out", "break_out"])


def trusted_clocks(punches: pl.LazyFrame, rules: ShiftRules) -> pl.LazyFrame:
    """Say which clocks' directions can be relied on: system, store_id (String), month (Date), one row each.

    `punches` are tables.PUNCHES, of whole months.
    """
    rows = _single(_known(punches).with_columns(month=month_of(pl.col("business_date"))), rules, "month")
    follows = _same("employee_id", "month")
    within = pl.col("punched_at").shift(-1) - pl.col("punched_at") <= rules.longest
    begins, ends = _START & follows, _END.shift(-1) & follows
    counted = rows.with_columns(_begins=begins, _ends=ends, _met=begins & ends & within, _said=_START | _END)
    sums = counted.group_by(_CLOCK).agg(pl.col("_begins", "_ends", "_met").sum(), pl.col("_said").mean())
    met = pl.min_horizontal(pl.col("_met") / pl.col("_begins"), pl.col("_met") / pl.col("_ends"))
    return sums.filter(pl.col("_met") > 0, met >= _EARNED, pl.col("_said") >= _EARNED).select(_CLOCK)


def spells(punches: pl.LazyFrame, trusted: pl.LazyFrame, rules: ShiftRules) -> pl.LazyFrame:
    """Pair `punches` (tables.PUNCHES) into SPELLS; `trusted` are the clocks of `trusted_clocks`."""
    rows = _single(_with_trust(_known(punches), trusted), rules, "trusted")
    if rules.punched_breaks_paid:
        rows = rows.filter(~(pl.col("trusted") & pl.col("direction").is_in(_BREAKS)))
    return _dated(_paired(_runs(_gaps(rows, rules)), rules)).select(
        pl.col(name).cast(dtype) for name, dtype in SPELLS.items()
    )


def _known(punches: pl.LazyFrame) -> pl.LazyFrame:
    return punches.filter(pl.col("employee_id").is_not_null(), pl.col("punched_at").is_not_null())


def _with_trust(punches: pl.LazyFrame, trusted: pl.LazyFrame) -> pl.LazyFrame:
    """A person's day is read in one way: by directions only if each of its punches can be relied on."""
    marked = punches.with_columns(month=month_of(pl.col("business_date"))).join(
        trusted.with_columns(_trusted=pl.lit(value=True)), on=_CLOCK, how="left", nulls_equal=True
    )
    reliable = (pl.col("_trusted") & (_START | _END)).fill_null(value=False)
    return marked.with_columns(trusted=reliable.all().over("employee_id", "business_date"))


def _single(punches: pl.LazyFrame, rules: ShiftRules, lane: str) -> pl.LazyFrame:
    """In order of person, `lane` and moment, without repeats."""
    order = ["punched_at", "direction", "store_id", "system", "device", "file_id", "row_no"]
    rows = punches.sort("employee_id", lane, *order)
    window = timedelta(seconds=rules.repeat_within_seconds)
    apart = pl.col("punched_at").diff() > window
    rows = rows.with_columns(_press=(apart | ~_same("employee_id", lane).shift(1)).fill_null(value=True).cum_sum())
    firsts = pl.all().exclude("_press", "direction").first()
    pressed = rows.group_by("_press", maintain_order=True).agg(firsts, pl.col("direction").drop_nulls().last())
    return pressed.sort("_press")


def _same(*columns: str) -> pl.Expr:
    """Whether the next row is of the same."""
    return pl.all_horizontal(pl.col(name) == pl.col(name).shift(-1) for name in columns).fill_null(value=False)


def _gaps(rows: pl.LazyFrame, rules: ShiftRules) -> pl.LazyFrame:
    """Add `gap` to the next punch, null after the last one, and `weight`, null where it cannot be work."""
    gap = pl.when(_same("employee_id", "trusted")).then(pl.col("punched_at").shift(-1) - pl.col("punched_at"))
    over = pl.col("business_date") != pl.col("business_date").shift(-1)
    rows = rows.with_columns(gap=gap, over=over.fill_null(value=True))
    weight = pl.col("gap") + pl.when("over").then(_OVER_CUT_OFF).otherwise(timedelta(0))
    return rows.with_columns(weight=pl.when(weight <= rules.longest).then(weight))


def _runs(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Add `rest` (the run ends here), `run`, `punches` (so many in it) and `place` (from 0)."""
    weight = pl.col("weight")
    higher = (weight > weight.shift(1)) & (weight > weight.shift(-1))
    rows = _numbered(rows, weight.is_null() | ((weight >= _REST) & higher))
    length = pl.col("punched_at").max().over("run") - pl.col("punched_at").min().over("run")
    rows = _numbered(rows, pl.col("rest") | ((length > _LONGEST_RUN) & pl.col("over")))
    inner = pl.when(~pl.col("rest")).then(weight).fill_null(timedelta(0))
    highest = (weight > inner.shift(1)) & (weight > inner.shift(-1))
    odd = pl.len().over("run") % 2 == 1
    rows = _numbered(rows, pl.col("rest") | (odd & (weight >= _REST) & highest))
    place = pl.int_range(pl.len()).over("run")
    return rows.with_columns(punches=pl.len().over("run"), place=place)


def _numbered(rows: pl.LazyFrame, rest: pl.Expr) -> pl.LazyFrame:
    rows = rows.with_columns(rest=rest.fill_null(value=False))
    return rows.with_columns(run=pl.col("rest").shift(1).fill_null(value=True).cum_sum())


def _paired(rows: pl.LazyFrame, rules: ShiftRules) -> pl.LazyFrame:
    """One row a spell, with clock_in, clock_out, break_hours and odd."""
    said = _START & _END.shift(-1) & (pl.col("gap") <= rules.longest)
    even = pl.col("punches") % 2 == 0
    begins = pl.when("trusted").then(said).otherwise(even & (pl.col("place") % 2 == 0)).fill_null(value=False)
    rows = rows.with_columns(begins=begins, pause=_pause())
    rows = rows.with_columns(ends=pl.col("begins").shift(1).fill_null(value=False), next=pl.col("punched_at").shift(-1))
    came = pl.col("begins") | ~pl.col("trusted") | _START
    left = pl.when("begins").then("next").when(~came).then("punched_at")
    alone = pl.when("trusted").then(~pl.col("ends")).otherwise((pl.col("place") == 0) & ~even)
    return rows.filter(pl.col("begins") | alone).select(
        *(name for name in CLOCKINGS.columns if name not in _OF_CLOCKINGS),
        *(pl.lit(None, HOURS).alias(name) for name in ("stated_hours", "unpaid_hours")),
        clock_in=pl.when(came).then("punched_at"),
        clock_out=left,
        break_hours=pl.when("begins").then("pause"),
        odd=pl.when(~pl.col("begins") & ~pl.col("trusted")).then("punches"),
    )


def _pause() -> pl.Expr:
    """The break, in hours, that ended with this punch, where both its punches say so."""
    punched = pl.col("trusted") & (pl.col("direction") == "break_in") & (pl.col("direction").shift(1) == "break_out")
    seconds = pl.col("gap").shift(1).dt.total_seconds().cast(HOURS)
    return pl.when(punched).then((seconds / 3600).cast(HOURS))


def _dated(rows: pl.LazyFrame) -> pl.LazyFrame:
    moment = pl.coalesce("clock_in", "clock_out")
    rows = rows.sort("employee_id", moment)
    soon = moment - pl.coalesce("clock_out", "clock_in").shift(1) <= _PAUSE
    anew = ~(soon & _same("employee_id").shift(1)).fill_null(value=False)
    began = pl.col("business_date").first().over("_work")
    evening = began == pl.col("business_date") - timedelta(days=1)
    return rows.with_columns(_work=anew.cum_sum()).with_columns(
        business_date=pl.when(evening).then(began).otherwise("business_date")
    )
