"""Clockings and paired punches of every system -> one account of who was there.

* Where two systems report the same day of a person, and the same hours of it, one is believed: the one without an
  open punch, then the one with more time, then the one that came in pairs. Its rows say so (`two_systems`); what the
  other one has within an hour of them, or states without saying when, is left out. Hours of another time of that day,
  such as in another store, stay.
* A clocking that stands in an export twice, to the second, is one; what is stated without any punch may be two halves.
* An out that nobody punched is `auto_closed`: at a time of day that the site names, or one that shows itself. That is a
  minute at which at least five outs of three people of a store and month were recorded, to the same second, while in
  the ten minutes around it there was less than a tenth as many: people who leave are never that punctual. A clock that
  rounds (half of its ins stand on full five minutes) shows nothing of the kind.
"""

from datetime import timedelta
from typing import Final

import polars as pl

from transforms.attendance.pairing import SPELLS, spells
from transforms.attendance.rules import ShiftRules
from transforms.calendar import month_of
from transforms.tables import CLOCKINGS, Schema

# What every shift is made of: `two_systems`, `auto_closed` as above.
ATTENDED: Final = Schema({**SPELLS, "two_systems": pl.Boolean(), "auto_closed": pl.Boolean()})

_DAY: Final = ["employee_id", "business_date"]
_SOURCE: Final = ["_raw", "system"]
_CLOCK: Final = ["system", "store_id", "month"]
_NEAR: Final = timedelta(hours=1)
_AROUND: Final = 10
_BEGIN, _END = pl.coalesce("clock_in", "clock_out"), pl.coalesce("clock_out", "clock_in")


def attended(clockings: pl.LazyFrame, punches: pl.LazyFrame, trusted: pl.LazyFrame, rules: ShiftRules) -> pl.LazyFrame:
    """Tell each spell once: `clockings` (tables.CLOCKINGS) and `punches` (tables.PUNCHES) as ATTENDED."""
    nobodys = _BEGIN.is_null() | pl.col("employee_id").is_null()
    told = pl.struct(CLOCKINGS.content).is_first_distinct()
    given = clockings.sort("file_id", "row_no").filter(told | nobodys)
    given = given.with_columns(break_hours=pl.lit(None), odd=pl.lit(None), _raw=pl.lit(value=False))
    columns = [*(pl.col(name).cast(dtype) for name, dtype in SPELLS.items()), "_raw"]
    paired = spells(punches, trusted, rules).with_columns(_raw=pl.lit(value=True))
    return _with_auto_closed(_believed(pl.concat([f.select(columns) for f in (given, paired)])), rules)


def _believed(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Without what a less believed system says of the same hours."""
    lasts = (_END - _BEGIN).sum()
    sources = rows.group_by(*_DAY, *_SOURCE).agg(
        _open=(_BEGIN >= _END).any(), _lasts=lasts, _from=_BEGIN.min() - _NEAR, _to=_END.max() + _NEAR
    )
    several = sources.filter(pl.len().over(_DAY) > 1)
    ranked = several.sort("_open", pl.col("_lasts").dt.total_seconds() * -1, *_SOURCE)
    best = ranked.unique(_DAY, keep="first", maintain_order=True).select(
        *_DAY, "_from", "_to", _best=pl.struct(_SOURCE), _several=pl.lit(value=True)
    )
    told = rows.join(best, on=_DAY, how="left")
    other = pl.struct(_SOURCE) != pl.col("_best")
    near = (pl.col("_to") >= _BEGIN) & (pl.col("_from") <= _END)
    again = (pl.col("_several") & other & (near | _BEGIN.is_null())).fill_null(value=False)
    told = told.with_columns(_again=again).with_columns(_any=pl.col("_again").any().over(_DAY))
    kept = told.filter(~pl.col("_again"))
    return kept.with_columns(two_systems=(pl.col("_any") & ~other).fill_null(value=False)).drop(
        "_raw", "_from", "_to", "_best", "_several", "_again", "_any"
    )


def _with_auto_closed(rows: pl.LazyFrame, rules: ShiftRules) -> pl.LazyFrame:
    minute = pl.col("clock_out").dt.hour().cast(pl.Int32) * 60 + pl.col("clock_out").dt.minute()
    rows = rows.with_columns(month=month_of(pl.col("business_date")), _minute=minute)
    named = pl.col("_minute").is_in([at.hour * 60 + at.minute for at in rules.auto_close_at])
    shown = _punctual(rows).with_columns(_shown=pl.lit(value=True))
    joined = rows.join(shown, on=[*_CLOCK, "_minute"], how="left", nulls_equal=True)
    closed = pl.col("clock_out").is_not_null() & (named | pl.col("_shown").fill_null(value=False))
    return joined.with_columns(auto_closed=closed).select(ATTENDED.keys())


def _punctual(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The minutes of day (`_minute`), per system, store and month, at which a machine closes what people left open."""
    outs = rows.filter(pl.col("_minute").is_not_null())
    minutes = outs.group_by(*_CLOCK, "_minute").agg(
        _outs=pl.len(),
        _people=pl.col("employee_id").n_unique(),
        _seconds=pl.col("clock_out").dt.second().n_unique(),
    )
    offsets = pl.LazyFrame({"_by": [by for by in range(-_AROUND, _AROUND + 1) if by]}, schema={"_by": pl.Int32})
    around = minutes.select(*_CLOCK, pl.col("_minute"), "_outs").join(offsets, how="cross")
    around = around.with_columns(pl.col("_minute") + pl.col("_by"), _outs_near="_outs")
    near = around.group_by(*_CLOCK, "_minute").agg(_near=pl.col("_outs_near").sum())
    rounds = rows.group_by(_CLOCK).agg(_rounds=(pl.col("clock_in").dt.minute() % 5 == 0).mean())
    counted = minutes.join(near, on=[*_CLOCK, "_minute"], how="left", nulls_equal=True)
    found = counted.join(rounds, on=_CLOCK, nulls_equal=True).filter(
        pl.col("_outs") >= 5,  # noqa: PLR2004 - as the module says
        pl.col("_people") >= 3,  # noqa: PLR2004
        pl.col("_seconds") == 1,
        pl.col("_near").fill_null(0) * 10 < pl.col("_outs"),
        pl.col("_rounds") < 0.5,  # noqa: PLR2004
    )
    return found.select(*_CLOCK, "_minute")
