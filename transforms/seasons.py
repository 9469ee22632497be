"""Take the season out of monthly figures, so that a month is compared with what its season lets expect."""

from collections.abc import Sequence
from typing import Final

import polars as pl

SERIES: Final = ("kpi", "level", "group_id")
LEAST_MONTHS: Final = 24
CALMER: Final = 0.95  # chance alone calms every third chart a little
_YEAR: Final = 12


def with_season(values: pl.DataFrame, seasons: pl.DataFrame | None = None) -> pl.DataFrame:
    """Add `effect`, `lost` and `seasonal` to `values` (kpi, level, group_id, month, value Float64; no nulls).

    `effect` (Float64): how many times its usual level a KPI stands at in the season of that month; 1 where no season is
    taken out. `lost` (Float64): how much wider the scatter of value / effect is in truth, as part of it went into the
    estimate: sqrt(n / (n - 1)) with n ratios behind each effect. `seasonal` (Boolean): whether one was taken out.

    Effects are multiplicative, per KPI and level: the median, over groups and years, of each month's ratio to its
    group's own level, which grows with the median of the ratios to the same season a year earlier. They count where a
    series has LEAST_MONTHS months, all above zero, and where they make the charts of the level calmer.
    `seasons` (month Date, season Int8) says which months compare, e.g. those with Tet; default: month of the year.
    """
    numbered = _with_key(values, seasons)
    ratios = _ratios(numbered)
    effects = ratios.group_by("kpi", "level", "season").agg(effect=pl.col("ratio").median(), ratios=pl.len())
    usable = ratios.select(SERIES).unique().with_columns(long=pl.lit(value=True))
    joined = numbered.join(usable, on=SERIES, how="left").join(
        _balanced(effects), on=["kpi", "level", "season"], how="left"
    )
    known = joined.with_columns(known=pl.col("long") & pl.col("effect").is_not_null() & (pl.col("ratios") > 1))
    return _where_calmer(known.with_columns(pl.col("known").fill_null(value=False)), values.columns)


def _with_key(values: pl.DataFrame, seasons: pl.DataFrame | None) -> pl.DataFrame:
    ordered = values.sort(*SERIES, "month").with_columns(
        at=(pl.col("month").dt.year().cast(pl.Int32) * _YEAR + pl.col("month").dt.month()).cast(pl.Float64)
    )
    if seasons is None:
        return ordered.with_columns(season=pl.col("month").dt.month())
    told = ordered.join(seasons.select("month", "season"), on="month", how="left")
    return told.with_columns(pl.coalesce("season", pl.col("month").dt.month()).cast(pl.Int8))


def _ratios(values: pl.DataFrame) -> pl.DataFrame:
    """Each month's value over its group's own level, for series long enough."""
    positive = values.with_columns(log=pl.when(pl.col("value") > 0).then(pl.col("value").log()))
    series = positive.group_by(SERIES).agg(n=pl.len(), all_above=pl.col("log").is_not_null().all())
    enough = series.filter(pl.col("all_above"), pl.col("n") >= LEAST_MONTHS).select(SERIES)
    kept = positive.join(enough, on=SERIES, how="semi")
    level = pl.col("log") - pl.col("growth") * pl.col("at")
    grown = kept.join(_growths(kept), on=SERIES).with_columns(flat=level)
    middle = grown.group_by(SERIES).agg(middle=pl.col("flat").median())
    return grown.join(middle, on=SERIES).with_columns(ratio=(pl.col("flat") - pl.col("middle")).exp())


def _growths(kept: pl.DataFrame) -> pl.DataFrame:
    """The monthly growth of each series: the median of its ratios to the same season one year earlier."""
    earlier = kept.select(*SERIES, "season", pl.col("at") + _YEAR, before="log")
    # A season that moves (Tet) lies eleven to thirteen months back; the growth needs only whole years.
    pairs = kept.join(earlier, on=[*SERIES, "at"], suffix="_before")
    change = pl.col("log") - pl.col("before")
    same = pl.col("season") == pl.col("season_before")
    growth = pl.coalesce(change.filter(same).median(), pl.lit(0.0)) / _YEAR
    return pairs.group_by(SERIES).agg(growth=growth)


def _balanced(effects: pl.DataFrame) -> pl.DataFrame:
    """Effects whose mean over the seasons is 1, so that a year's sum stays what it was."""
    return effects.with_columns(pl.col("effect") / pl.col("effect").mean().over("kpi", "level"))


def _where_calmer(values: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Keep the effects of a KPI and level only if the moving ranges become smaller by them, what was lost added."""
    n = pl.col("ratios")
    offered = values.with_columns(
        effect=pl.when("known").then("effect").otherwise(1.0),
        lost=pl.when("known").then((n / (n - 1)).sqrt()).otherwise(1.0),
    )
    same = pl.all_horizontal(pl.col(key) == pl.col(key).shift() for key in SERIES)
    plain, calm = pl.col("value"), pl.col("value") / pl.col("effect")
    scale = pl.col("value").abs().mean().over(SERIES)
    before, after = (pl.when(same).then(column.diff().abs()) / scale for column in (plain, calm))
    better = ((after * pl.col("lost")).mean() < CALMER * before.mean()).over("kpi", "level").fill_null(value=False)
    judged = offered.with_columns(seasonal=pl.col("known") & better)
    kept = (pl.when("seasonal").then(name).otherwise(1.0).alias(name) for name in ("effect", "lost"))
    return judged.with_columns(kept).select(*columns, "effect", "lost", "seasonal")
