"""Hours that follow each other and lack, waste or have lost staff: what a roster can be changed by."""

from datetime import time
from typing import Final

import polars as pl

from transforms.signals import SIGMAS
from transforms.tables import Schema

# One row per weekday, state and run of hours without a gap; `begins`, `ends`: clock hours, `ends` not included; `load`:
# receipts per staffed hour of the whole run, null where nobody was clocked in; `hours`: a week, to add for the usual
# load (below zero: to spare).
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
# One row a group: hours of the day that lost staff since a year before, and beyond chance guests with it. `begins`,
# `ends`: clock hours, `ends` not included; `staffed`: hours a day; `receipts`: a day; `usual_`: the same a year before,
# of receipts times what all other hours made of theirs since; `deviation`: in standard deviations of the counts.
THINNED: Final = Schema(
    {
        "group_id": pl.String(),
        "begins": pl.Int8(),
        "ends": pl.Int8(),
        "staffed": pl.Float64(),
        "usual_staffed": pl.Float64(),
        "receipts": pl.Float64(),
        "usual_receipts": pl.Float64(),
        "deviation": pl.Float64(),
    }
)
LEAST_UNSTAFFED: Final = 9  # receipts: three Poisson spreads above none
LEAST_LOSS: Final = 0.2  # of the staffed hours
LEAST_RISE: Final = 1.1  # of receipts per staffed hour: fewer guests alone do not ask for more staff
LEAST_DAYS: Final = 28
_DAY: Final = 24
_HALF: Final = 0.5
_RUN: Final = ("group_id", "state", "weekday", "run")


def spans(cells: pl.DataFrame, starts: time, most: int = 3) -> pl.DataFrame:
    """The `most` worst runs of each group and state, those with the most hours first; SPANS.

    `cells`: staffing.CELLS; `starts`: when the business day does, so that 23:00 and 00:00 follow each other. Hours
    without staff are a run where their receipts are more than the odd one after closing.
    """
    named = cells.filter(pl.col("state").is_not_null()).with_columns(at=from_start(starts))
    ordered = named.sort("group_id", "state", "weekday", "at")
    runs = ordered.with_columns(run=pl.col("at") - pl.int_range(pl.len()).over("group_id", "state", "weekday"))
    whole = runs.group_by(_RUN, maintain_order=True).agg(
        begins=pl.col("hour").first(),
        ends=(pl.col("hour").last() + 1) % _DAY,
        receipts=pl.col("receipts").sum(),
        staffed=pl.col("staffed").sum(),
        hours=pl.col("hours").sum(),
    )
    load = pl.when(pl.col("staffed") > 0).then(pl.col("receipts") / pl.col("staffed"))
    told = whole.with_columns(load=load).filter((pl.col("staffed") > 0) | (pl.col("receipts") >= LEAST_UNSTAFFED))
    worst = told.with_columns(_off=pl.col("hours").abs()).sort(
        "group_id", "state", "_off", "weekday", "begins", descending=[False, True, True, False, False]
    )
    kept = worst.group_by("group_id", "state", maintain_order=True).head(most)
    return kept.select(SPANS.keys()).cast(pl.Schema(SPANS))


def thinned(now: pl.DataFrame, before: pl.DataFrame, starts: time) -> pl.DataFrame:
    """Where hours that lost a fifth of their staff lost guests against all other hours; THINNED.

    `now`, `before`: staffing.CELLS of some months and of the same a year earlier; `starts`: as spans(). Hours are
    chosen by their staff (none of them has more than it needs on any weekday: nobody is to be hired for it) and judged
    by their guests, so that choosing cannot make the finding: the log of the ratio of
    two ratios lies three standard deviations below zero (Woolf, 1955; half a receipt is added to each count, Haldane,
    1956).
    """
    sides = [_by_hour(cells, side) for cells, side in ((now, "now"), (before, "before"))]
    both = sides[0].join(sides[1], on=["group_id", "hour"], how="full", coalesce=True)
    counts = ("receipts_now", "staffed_now", "receipts_before", "staffed_before")
    days = [pl.col(name).max().over("group_id") for name in ("days_now", "days_before")]
    hours = both.with_columns(pl.col(counts).fill_null(0), *days).with_columns(
        pl.col(name).sum().over("group_id").alias(f"all_{name}") for name in ("receipts_now", "receipts_before")
    )
    runs = _lost_runs(hours.filter(pl.min_horizontal("days_now", "days_before") >= LEAST_DAYS), starts)
    told = runs.with_columns(_deviation()).with_columns(
        staffed=pl.col("staffed_now") / pl.col("days_now"),
        usual_staffed=pl.col("staffed_before") / pl.col("days_before"),
        receipts=pl.col("receipts_now") / pl.col("days_now"),
        usual_receipts=pl.col("receipts_before") * _others_now() / _others_before() / pl.col("days_now"),
    )
    busier = pl.col("receipts_now") * pl.col("staffed_before") >= LEAST_RISE * (
        pl.col("receipts_before") * pl.col("staffed_now")
    )
    found = told.filter(pl.col("deviation") <= -SIGMAS, busier)
    return found.select(THINNED.keys()).cast(pl.Schema(THINNED)).sort("group_id")


def _by_hour(cells: pl.DataFrame, side: str) -> pl.DataFrame:
    """group_id, hour, receipts and staffed hours of all weekdays, and the group's business days."""
    days = (
        cells.group_by("group_id", "weekday").agg(pl.col("weeks").max()).group_by("group_id").agg(pl.col("weeks").sum())
    )
    spare = (pl.col("state") == "overstaffed").fill_null(value=False).any()
    summed = cells.group_by("group_id", "hour").agg(pl.col("receipts", "staffed").sum(), spare=spare)
    named = summed.join(days.rename({"weeks": "days"}), on="group_id")
    return named.rename({name: f"{name}_{side}" for name in ("receipts", "staffed", "days", "spare")})


def _lost_runs(hours: pl.DataFrame, starts: time) -> pl.DataFrame:
    """The run of hours of each group that lost most staff, none of them less than LEAST_LOSS of it."""
    daily = pl.col("staffed_now") * pl.col("days_before"), pl.col("staffed_before") * pl.col("days_now")
    needed = ~pl.col("spare_now").fill_null(value=False)
    lost = hours.filter(daily[0] <= (1 - LEAST_LOSS) * daily[1], daily[1] > 0, needed)
    ordered = lost.with_columns(at=from_start(starts)).sort("group_id", "at")
    ordered = ordered.with_columns(run=pl.col("at") - pl.int_range(pl.len()).over("group_id"))
    summed = ("receipts_now", "receipts_before", "staffed_now", "staffed_before")
    same = ("days_now", "days_before", "all_receipts_now", "all_receipts_before")
    runs = ordered.group_by("group_id", "run", maintain_order=True).agg(
        pl.col(summed).sum(),
        pl.col(same).first(),
        begins=pl.col("hour").first(),
        ends=(pl.col("hour").last() + 1) % _DAY,
    )
    size = pl.col("staffed_before") / pl.col("days_before") - pl.col("staffed_now") / pl.col("days_now")
    return runs.sort("group_id", size, descending=[False, True], maintain_order=True).unique(
        "group_id", keep="first", maintain_order=True
    )


def _others_now() -> pl.Expr:
    return pl.col("all_receipts_now") - pl.col("receipts_now") + _HALF


def _others_before() -> pl.Expr:
    return pl.col("all_receipts_before") - pl.col("receipts_before") + _HALF


def _deviation() -> pl.Expr:
    counts = (pl.col("receipts_now") + _HALF, _others_now(), pl.col("receipts_before") + _HALF, _others_before())
    logs = (counts[0] * counts[3] / (counts[1] * counts[2])).log()
    return (logs / sum((1 / count for count in counts), pl.lit(0.0)).sqrt()).alias("deviation")


def from_start(starts: time) -> pl.Expr:
    """The `hour` as hours since the business day started, by which hours are put in order (Int64)."""
    return (pl.col("hour").cast(pl.Int64) - starts.hour) % _DAY
