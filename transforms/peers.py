"""Stores beside each other: whose share of counts lies beyond chance and beyond what sets stores apart anyway."""

from datetime import date
from typing import Final

import polars as pl

from transforms.calendar import last_months
from transforms.signals import SIGMAS
from transforms.tables import Schema

MONTHS: Final = 3
LEAST_STORES: Final = 5
LEAST_RATIO: Final = 1.5
_MEDIAN_SQUARE: Final = 0.4549  # of a standard normal deviate: the median of chi-squared with one degree of freedom
# `lately`: the store's share in MONTHS; `median`: that of the store in the middle; `deviation`: in standard deviations.
BEYOND: Final = Schema(
    {
        "level": pl.String(),
        "group_id": pl.String(),
        "lately": pl.Float64(),
        "median": pl.Float64(),
        "deviation": pl.Float64(),
    }
)


def beyond_peers(facts: pl.DataFrame, kpi: str, month: date) -> pl.DataFrame:
    """The stores whose `kpi`, a share of counts that should be low, is beyond that of the others; BEYOND.

    `facts`: tables.FACTS. A funnel plot (Spiegelhalter, 2005): the share of the MONTHS up to `month` lies three
    standard deviations above that of the store in the middle, and half as much again. Where stores differ more than
    chance makes them, the deviation is divided by how much more (his factor, from the median square, which no single
    store moves). Fewer than LEAST_STORES have no middle.
    """
    here = facts.filter(pl.col("month").is_in(last_months(month, MONTHS)), level="store", kpi=kpi)
    counts = here.group_by("level", "group_id").agg(pl.col("numerator", "denominator").cast(pl.Float64).sum())
    known = counts.filter(pl.col("denominator") > 0).with_columns(lately=pl.col("numerator") / pl.col("denominator"))
    centred = known.with_columns(median=pl.col("lately").median()).filter(pl.col("median").is_between(0, 1, "none"))
    spread = (pl.col("median") * (1 - pl.col("median")) / pl.col("denominator")).sqrt()
    charted = centred.with_columns(deviation=(pl.col("lately") - pl.col("median")) / spread)
    wider = ((pl.col("deviation") ** 2).median() / _MEDIAN_SQUARE).clip(1.0).sqrt()
    judged = charted.with_columns(pl.col("deviation") / wider).filter(
        pl.len() >= LEAST_STORES, pl.col("deviation") >= SIGMAS, pl.col("lately") >= LEAST_RATIO * pl.col("median")
    )
    return judged.select(BEYOND.keys()).sort("group_id")
