"""Signals: process behaviour charts (XmR) of every KPI and group, in one pass.

A month is a signal only if it lies where the routine variation of its own history does not reach (Wheeler, 1993):

* natural process limits: mean ± 3/d2 x mean moving range, d2 = 2/sqrt(pi); the limit of the moving ranges is D4 = 1 +
  3 d3/d2 times their mean, d3 = sqrt(2 - 4/pi): 2.65868 and 3.26653 for ranges of two.
* three rules, in order of strength: `outside` a limit; three of four successive points nearer a limit than the mean
  (`three_of_four`); eight successive points on one side of the mean (`run_of_eight`).
* limits rest on the first points of a phase: `trial` below TRIAL of them, `set` while they still come in, `frozen` at
  BASELINE. A new phase begins only where a dated cause says so, never because the figures moved.
* what grows is charted as its ratio to the comparable period a year earlier (seasons.py), so that steady growth, season
  and Tet lie within the limits; those are told in the KPI's unit, as so many times that period.
* a share p is charted as arcsin(sqrt(p)) and its limits are told as shares again: it cannot leave 0 to 1, and one that
  is small (returns, overtime) has months far above its mean and none far below, which equal limits would call signals.
  There counting n alone spreads it by 1 / (2 sqrt(n)) (Anscombe, 1948); it is never judged by less than three of those
  (the p chart; Laney, 2002, joins the two likewise).
* figures that mostly stay the same from month to month (one leaver a year) are too coarse for limits: no signal.
"""

from collections.abc import Collection
from math import pi, sqrt
from typing import Final

import polars as pl

from transforms.kpis.kpi import Better
from transforms.seasons import SERIES, with_comparable
from transforms.tables import Schema

D2: Final = 2 / sqrt(pi)
SIGMAS: Final = 3
LIMIT: Final = SIGMAS / D2
RANGE_LIMIT: Final = 1 + 3 * sqrt(2 - 4 / pi) / D2
TRIAL: Final = 12
BASELINE: Final = 24
RUN: Final = 8
OUTSIDE, THREE_OF_FOUR, RUN_OF_EIGHT = RULES = ("outside", "three_of_four", "run_of_eight")

# Why limits were set anew: from `month` on; a null kpi, level or group_id means all of them.
CAUSES: Final = Schema(
    {"kpi": pl.String(), "level": pl.String(), "group_id": pl.String(), "month": pl.Date(), "cause": pl.String()}
)
# One row per measured month. `expected`, `lower`, `upper`: in the KPI's unit, null where nothing is comparable;
# `point`: 1, 2, ... of those comparable within its phase, `points`: those of the phase known so far; `moving_range`,
# `range_limit`: of what is charted (a ratio where `seasonal`; what stands for a share); `rule`: the strongest that
# the month breaks, null: routine variation; `side`: of the mean, "higher" or "lower", null where there is no rule;
# `basis`: trial (also of a month that is comparable with none) | set | frozen; `seasonal`: charted as its ratio to the
# comparable period.
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
_PHASE: Final = (*SERIES, "phase", "base_phase")


def signals(
    values: pl.DataFrame,
    causes: pl.DataFrame | None = None,
    growing: Collection[str] = (),
    *,
    tet: bool = False,
) -> pl.DataFrame:
    """Chart `values` (kpi, level, group_id, month, value: any number or null); SIGNALS, sorted by series and month.

    Give the whole history: phases begin with its first month. `values` may have `trials` (any number), what a share is
    counted of. `causes`: CAUSES; `growing`, `tet`: see seasons. A cause also parts what is compared across it.
    """
    trials = pl.col("trials") if "trials" in values.columns else pl.lit(None)
    measured = values.select(*SERIES, "month", pl.col("value").cast(pl.Float64), trials=trials.cast(pl.Float64)).filter(
        pl.col("value").is_finite()
    )
    compared = with_comparable(_with_phase(measured, causes), growing, tet=tet)
    points = _numbered(compared.filter(pl.col("base").is_not_null()))
    charted = points.join(_limits(points), on=_PHASE, how="left", nulls_equal=True, maintain_order="left")
    bare = compared.filter(pl.col("base").is_null()).with_columns(basis=pl.lit("trial"))
    every = pl.concat([_ruled(charted), bare], how="diagonal")
    told = every.with_columns(seasonal=pl.col("kpi").is_in(list(growing)))
    return told.select(SIGNALS.keys()).cast(pl.Schema(SIGNALS)).sort(*SERIES, "month")


def assurance(signals: pl.DataFrame, targets: pl.DataFrame, better: pl.DataFrame) -> pl.DataFrame:
    """What the limits promise of a target (NHS "Making data count"): kpi, level, group_id, month, target, assurance.

    `targets`: kpi, level, group_id, month, target (any number); `better`: kpi, better (Better). consistently_meets: the
    whole routine range is on the good side of it; cannot_reach: none of it, so only another way of working will;
    hit_and_miss: it lies within. No row without target, none on trial limits, and none where a signal says that the
    routine is another by now: only what holds for the routine and is borne out by the signal is still promised.
    """
    known = signals.filter(pl.col("basis") != "trial").join(targets, on=[*SERIES, "month"]).join(better, on="kpi")
    aim = pl.col("target").cast(pl.Float64)
    higher = pl.col("better") == Better.HIGHER.value
    meets = pl.when(higher).then(pl.col("lower") >= aim).otherwise(pl.col("upper") <= aim)
    never = pl.when(higher).then(pl.col("upper") < aim).otherwise(pl.col("lower") > aim)
    told = pl.when(meets).then(pl.lit("consistently_meets")).when(never).then(pl.lit("cannot_reach"))
    judged = known.filter(aim.is_not_null()).with_columns(target=aim, assurance=told.otherwise(pl.lit("hit_and_miss")))
    borne_out = pl.when(pl.col("side") == pl.col("better")).then(meets).otherwise(never)
    return judged.filter(pl.col("rule").is_null() | borne_out).select(*SERIES, "month", "target", "assurance")


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


def _numbered(points: pl.DataFrame) -> pl.DataFrame:
    """Add flat (the value without growth and season), share, charted, point and moving_range."""
    ordered = points.sort(*SERIES, "month")
    begins = pl.any_horizontal(pl.col(key).ne_missing(pl.col(key).shift()) for key in _PHASE)
    row = pl.int_range(pl.len(), dtype=pl.UInt32)
    first = pl.when(begins).then(row).forward_fill()
    flat = (pl.col("value") + pl.col("rest")) / pl.col("base")
    told = ordered.with_columns(flat=flat, point=row - first + 1).with_columns(share=_is_share())
    charted = told.with_columns(charted=_spread_alike("flat"))
    return charted.with_columns(moving_range=pl.when(pl.col("point") > 1).then(pl.col("charted").diff().abs()))


def _is_share() -> pl.Expr:
    """Whether the months that limits rest on are counted of something, as a part of it."""
    part = pl.col("trials").is_not_null() & pl.col("value").is_between(0, 1)
    return (part | (pl.col("point") > BASELINE)).all().over(_PHASE)


def _spread_alike(column: str) -> pl.Expr:
    """A share on the scale on which it spreads alike around any mean; what is beyond none or all goes on as it is."""
    within = pl.col(column).clip(0, 1)
    return pl.when("share").then(within.sqrt().arcsin() + pl.col(column) - within).otherwise(column)


def _limits(points: pl.DataFrame) -> pl.DataFrame:
    """mean, mean and median moving range of each phase's first BASELINE points."""
    base = pl.col("point") <= BASELINE
    found = points.group_by(_PHASE, maintain_order=True).agg(
        share=pl.col("share").first(),
        mean=pl.col("flat").filter(base).mean(),
        mean_range=pl.col("moving_range").filter(base).mean(),
        median_range=pl.col("moving_range").filter(base).median(),
        points=pl.len().cast(pl.UInt32),
    )
    return found.with_columns(mean=_spread_alike("mean")).drop("share")


def _ruled(charted: pl.DataFrame) -> pl.DataFrame:
    marked = charted.with_columns(_width=_width()).with_columns(_marks())
    tested = marked.with_columns(_near=_of_last("_far", 4, 3), _run=_of_last("_side", RUN, RUN))
    broken = pl.coalesce(
        pl.when(pl.col(column) != 0).then(pl.lit(rule))
        for rule, column in zip(RULES, ("_beyond", "_near", "_run"), strict=True)
    )
    mean, width = pl.col("mean"), pl.col("_width")
    return tested.with_columns(
        expected=_in_unit(mean),
        lower=_in_unit(mean - width),
        upper=_in_unit(mean + width),
        range_limit=RANGE_LIMIT * pl.col("mean_range"),
        rule=pl.when(pl.col("median_range") > 0).then(broken),
        basis=_basis(),
    ).with_columns(side=pl.when(pl.col("rule").is_not_null()).then(_side_name()))


def _width() -> pl.Expr:
    """From the mean to a limit, at least what counting so many trials allows."""
    counted = pl.when(pl.col("share"), pl.col("trials") > 0).then(SIGMAS / (2 * pl.col("trials").sqrt()))
    return pl.max_horizontal(LIMIT * pl.col("mean_range"), counted)


def _marks() -> list[pl.Expr]:
    """On which side of the mean, of half the way to a limit, and of the limit: 1 above, -1 below, 0 neither."""
    charted, mean, width = pl.col("charted"), pl.col("mean"), pl.col("_width")
    off = (charted - mean).abs()
    reached = {"_side": off > 1e-9 * mean.abs(), "_far": off > width / 2, "_beyond": off > width * (1 + 1e-9)}
    return [pl.when(far).then((charted - mean).sign()).otherwise(0.0).alias(name) for name, far in reached.items()]


def _in_unit(charted: pl.Expr) -> pl.Expr:
    share = charted.clip(0, pi / 2).sin() ** 2
    return pl.when("share").then(share).otherwise(charted * pl.col("base") - pl.col("rest"))


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
