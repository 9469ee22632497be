"""Signals: process behaviour charts (XmR) of every KPI and group, in one pass.

A month is a signal only if it lies where the routine variation of its own history does not reach (Wheeler, 1993):

* natural process limits: mean ± 3/d2 x mean moving range, d2 = 2/sqrt(pi); the limit of the moving ranges is D4 = 1 +
  3 d3/d2 times their mean, d3 = sqrt(2 - 4/pi): 2.65868 and 3.26653 for ranges of two.
* three rules, in order of strength: `outside` a limit; three of four successive points nearer a limit than the mean
  (`three_of_four`); eight successive points on one side of the mean (`run_of_eight`).
* limits rest on the first points of a phase: `trial` below TRIAL of them, `set` while they still come in, `frozen` at
  BASELINE. A new phase begins only where a dated cause says so, never because the figures moved.
"""

from math import pi, sqrt
from typing import Final

import polars as pl

from transforms.kpis.kpi import Better
from transforms.seasons import SERIES, with_season
from transforms.tables import Schema

D2: Final = 2 / sqrt(pi)
LIMIT: Final = 3 / D2
RANGE_LIMIT: Final = 1 + 3 * sqrt(2 - 4 / pi) / D2
TRIAL: Final = 12
BASELINE: Final = 24
RUN: Final = 8
OUTSIDE, THREE_OF_FOUR, RUN_OF_EIGHT = RULES = ("outside", "three_of_four", "run_of_eight")

# Why limits were set anew: from `month` on; a null kpi, level or group_id means all of them.
CAUSES: Final = Schema(
    {"kpi": pl.String(), "level": pl.String(), "group_id": pl.String(), "month": pl.Date(), "cause": pl.String()}
)
# One row per measured month. `expected`, `lower`, `upper`: in the KPI's unit, its season put back;
# `point`: 1, 2, ... within its phase, `points`: those of the phase known so far; `moving_range`, `range_limit`: of
# the figures without their season; `rule`: the strongest that the month breaks, null: routine variation; `side`: of the
# mean, "higher" or "lower", null where there is no rule; `basis`: trial | set | frozen.
SIGNALS: Final = Schema(
    {
        **dict.fromkeys(SERIES, pl.String()),
        "month": pl.Date(),
        "value": pl.Float64(),
        "expected": pl.Float64(),
        "lower": pl.Float64(),
        "upper": pl.Float64(),
        "moving_range": pl.Float64(),
        "range_limit": pl.Float64(),
        "point": pl.UInt32(),
        "points": pl.UInt32(),
        "basis": pl.String(),
        "seasonal": pl.Boolean(),
        "rule": pl.String(),
        "side": pl.String(),
        "cause": pl.String(),
    }
)
_PHASE: Final = (*SERIES, "phase")


def signals(
    values: pl.DataFrame, causes: pl.DataFrame | None = None, seasons: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Chart `values` (kpi, level, group_id, month, value: any number or null); SIGNALS, sorted by series and month.

    Give the whole history: phases begin with its first month. `causes`: CAUSES; `seasons`: see seasons.with_season.
    """
    measured = values.select(*SERIES, "month", pl.col("value").cast(pl.Float64)).filter(pl.col("value").is_finite())
    phased = _numbered(_with_phase(with_season(measured, seasons), causes))
    charted = phased.join(_limits(phased), on=_PHASE, how="left", nulls_equal=True, maintain_order="left")
    return _ruled(charted).select(SIGNALS.keys()).cast(pl.Schema(SIGNALS))


def assurance(signals: pl.DataFrame, targets: pl.DataFrame, better: pl.DataFrame) -> pl.DataFrame:
    """What the limits promise of a target (NHS "Making data count"): kpi, level, group_id, month, target, assurance.

    `targets`: kpi, level, group_id, month, target (any number); `better`: kpi, better (Better). consistently_meets: the
    whole routine range is on the good side of it; cannot_reach: none of it, so only another way of working will;
    hit_and_miss: it lies within. No row without target, and none on trial limits.
    """
    known = signals.filter(pl.col("basis") != "trial").join(targets, on=[*SERIES, "month"]).join(better, on="kpi")
    aim = pl.col("target").cast(pl.Float64)
    higher = pl.col("better") == Better.HIGHER.value
    meets = pl.when(higher).then(pl.col("lower") >= aim).otherwise(pl.col("upper") <= aim)
    never = pl.when(higher).then(pl.col("upper") < aim).otherwise(pl.col("lower") > aim)
    told = pl.when(meets).then(pl.lit("consistently_meets")).when(never).then(pl.lit("cannot_reach"))
    judged = known.filter(aim.is_not_null()).with_columns(target=aim, assurance=told.otherwise(pl.lit("hit_and_miss")))
    return judged.select(*SERIES, "month", "target", "assurance")


def _with_phase(values: pl.DataFrame, causes: pl.DataFrame | None) -> pl.DataFrame:
    """Add `phase`, the month its limits begin with, and the `cause` for it; of several causes the newest counts."""
    plain = values.with_columns(phase=pl.lit(None, pl.Date), cause=pl.lit(None, pl.String))
    if causes is None or causes.is_empty():
        return plain
    series = values.select(SERIES).unique()
    pairs = series.join(causes.rename({key: f"_{key}" for key in SERIES}), how="cross").filter(
        pl.all_horizontal(pl.col(f"_{key}").is_null() | (pl.col(f"_{key}") == pl.col(key)) for key in SERIES)
    )
    dated = pairs.select(*SERIES, "month", "cause", phase="month").unique([*SERIES, "month"]).sort("month")
    phased = values.sort("month").join_asof(dated, on="month", by=SERIES, check_sortedness=False)
    return phased.sort(*SERIES, "month")


def _numbered(values: pl.DataFrame) -> pl.DataFrame:
    begins = pl.any_horizontal(pl.col(key).ne_missing(pl.col(key).shift()) for key in _PHASE)
    row = pl.int_range(pl.len(), dtype=pl.UInt32)
    first = pl.when(begins).then(row).forward_fill()
    calm = values.with_columns(flat=pl.col("value") / pl.col("effect"), point=row - first + 1)
    return calm.with_columns(moving_range=pl.when(pl.col("point") > 1).then(pl.col("flat").diff().abs()))


def _limits(values: pl.DataFrame) -> pl.DataFrame:
    """mean and mean moving range of each phase's first BASELINE points, with as much scatter as the season took."""
    base = pl.col("point") <= BASELINE
    return values.group_by(_PHASE, maintain_order=True).agg(
        mean=pl.col("flat").filter(base).mean(),
        mean_range=(pl.col("moving_range") * pl.col("lost")).filter(base).mean(),
        points=pl.len().cast(pl.UInt32),
    )


def _ruled(charted: pl.DataFrame) -> pl.DataFrame:
    flat, mean, width = pl.col("flat"), pl.col("mean"), LIMIT * pl.col("mean_range")
    # Equal figures differ in their last bit once their season is out.
    side = pl.when((flat - mean).abs() > 1e-9 * mean.abs()).then((flat - mean).sign()).otherwise(0.0)
    far = pl.when((flat - mean).abs() > width / 2).then(side).otherwise(0.0)
    beyond = pl.when((flat - mean).abs() > width * (1 + 1e-9)).then(side).otherwise(0.0)
    marked = charted.with_columns(_side=side, _far=far, _beyond=beyond)
    tested = marked.with_columns(_near=_of_last("_far", 4, 3), _run=_of_last("_side", RUN, RUN))
    broken = pl.coalesce(
        pl.when(pl.col(column) != 0).then(pl.lit(rule))
        for rule, column in zip(RULES, ("_beyond", "_near", "_run"), strict=True)
    )
    scattered = pl.col("mean_range") > 0
    return tested.with_columns(
        expected=mean * pl.col("effect"),
        lower=(mean - width) * pl.col("effect"),
        upper=(mean + width) * pl.col("effect"),
        range_limit=RANGE_LIMIT * pl.col("mean_range"),
        rule=pl.when(scattered).then(broken),
        basis=_basis(),
    ).with_columns(side=pl.when(pl.col("rule").is_not_null()).then(_side_name()))


def _of_last(column: str, last: int, least: int) -> pl.Expr:
    """The sign that at least `least` of a phase's `last` points have, this one among them; 0: neither."""
    points = [pl.when(pl.col("point") > back).then(pl.col(column).shift(back)).otherwise(0.0) for back in range(last)]
    high, low = (pl.sum_horizontal((p == sign).cast(pl.Int8) for p in points) for sign in (1.0, -1.0))
    here = pl.col(column)
    return pl.when((here > 0) & (high >= least) | (here < 0) & (low >= least)).then(here).otherwise(0.0)


def _side_name() -> pl.Expr:
    return pl.when(pl.col("_side") > 0).then(pl.lit("higher")).otherwise(pl.lit("lower"))


def _basis() -> pl.Expr:
    points = pl.col("points")
    return (
        pl.when(points < TRIAL)
        .then(pl.lit("trial"))
        .when(points < BASELINE)
        .then(pl.lit("set"))
        .otherwise(pl.lit("frozen"))
    )
