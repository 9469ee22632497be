"""Hours of the week that follow each other and lack, or waste, staff: what a roster can be changed by."""

from datetime import time
from typing import Final

import polars as pl

from transforms.tables import Schema

# One row per weekday, state and run of hours without a gap; `begins`, `ends`: clock hours, `ends` not included; `load`:
# receipts per staffed hour of the whole run; `hours`: a week, to add for the usual load (below zero: to spare).
SPANS: Final = Schema(
    {
        "group_id": pl.String(),
        "state": pl.String(),
        "weekday": pl.Int8(),
        "begins": pl.Int8(),
        "ends": pl.Int8(),
        "load": pl.Float64(),
        "hours": pl.Float64(),
    }
)
# One row a group: its worst understaffed run of one weekday, as SPANS has it, `usual`: its usual load, and `hours`: a
# week, to add on every weekday that lacks staff within those clock hours.
SHORTFALL: Final = Schema(
    {
        "group_id": pl.String(),
        "weekday": pl.Int8(),
        "begins": pl.Int8(),
        "ends": pl.Int8(),
        "load": pl.Float64(),
        "usual": pl.Float64(),
        "hours": pl.Float64(),
    }
)
_DAY: Final = 24
_RUN: Final = ("group_id", "state", "weekday", "run")


def spans(cells: pl.DataFrame, starts: time, most: int = 3) -> pl.DataFrame:
    """The `most` worst runs of each group and state, those with the most hours first; SPANS.

    `cells`: staffing.CELLS; `starts`: when the business day does, so that 23:00 and 00:00 follow each other.
    """
    named = cells.filter(pl.col("state").is_not_null()).with_columns(at=from_start(starts))
    ordered = named.sort("group_id", "state", "weekday", "at")
    runs = ordered.with_columns(run=pl.col("at") - pl.int_range(pl.len()).over("group_id", "state", "weekday"))
    whole = runs.group_by(_RUN, maintain_order=True).agg(
        begins=pl.col("hour").first(),
        ends=(pl.col("hour").last() + 1) % _DAY,
        load=pl.col("receipts").sum() / pl.col("staffed").sum(),
        hours=pl.col("hours").sum(),
    )
    worst = whole.with_columns(_off=pl.col("hours").abs()).sort(
        "group_id", "state", "_off", "weekday", "begins", descending=[False, True, True, False, False]
    )
    kept = worst.group_by("group_id", "state", maintain_order=True).head(most)
    return kept.select(SPANS.keys()).cast(pl.Schema(SPANS))


def shortfall(cells: pl.DataFrame, starts: time) -> pl.DataFrame:
    """Where each group lacks staff most, and how much over the whole week; SHORTFALL. `cells`, `starts`: as spans()."""
    short = cells.filter(state="understaffed")
    worst = spans(short, starts, most=1).drop("state", "hours")
    lasting = (pl.col("ends").cast(pl.Int64) - pl.col("begins") - 1) % _DAY + 1
    within = (pl.col("hour").cast(pl.Int64) - pl.col("begins")) % _DAY < lasting
    there = short.select("group_id", "hour", "hours", "usual").join(worst, on="group_id").filter(within)
    summed = there.group_by(worst.columns, maintain_order=True).agg(pl.col("hours").sum(), pl.col("usual").first())
    return summed.select(SHORTFALL.keys()).cast(pl.Schema(SHORTFALL))


def from_start(starts: time) -> pl.Expr:
    """The `hour` as hours since the business day started, by which hours are put in order (Int64)."""
    return (pl.col("hour").cast(pl.Int64) - starts.hour) % _DAY
