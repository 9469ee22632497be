"""Pay by KPI: what a score would pay by a curve, as a calculation for review and never as an order to pay.

A curve is piecewise linear between its points. Below the threshold (its first point) nothing is paid; from there on it
never falls and never jumps, and from its last point on it is capped. What one point more or less would pay is told
beside every payout, so that a cliff is seen before somebody falls off it.
"""

from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Final, Self

import polars as pl
from pydantic import Field, model_validator

from transforms.kpis.values import VALUE
from transforms.wording import Strict

_FEWEST: Final = 2
Share = Annotated[Decimal, Field(ge=0, le=10, max_digits=9, decimal_places=8)]
Points = Annotated[Decimal, Field(ge=0, le=1000, decimal_places=4)]


class Point(Strict):
    """At `score` points, `payout` of the variable pay is earned (1 = all of it)."""

    score: Points
    payout: Share


class Curve(Strict):
    """[pay] of scorecards.toml: points with rising scores and payouts that never fall; the first is the threshold."""

    points: tuple[Point, ...] = Field(min_length=_FEWEST)

    @model_validator(mode="after")
    def _rising(self) -> Self:
        for before, after in pairwise(self.points):
            if after.score <= before.score:
                raise ValueError(f"has a point at {after.score} after one at {before.score}; order them by score")
            if after.payout < before.payout:
                raise ValueError(f"pays less at {after.score} than at {before.score}; more points never pay less")
        return self


def payout(curve: Curve, score: pl.Expr) -> pl.Expr:
    """The share of the variable pay that `score` (VALUE) earns; null where there is no score.

    The threshold's own payout is the one step there may be: a first point of 0 makes the curve continuous everywhere.
    """
    first, last = curve.points[0], curve.points[-1]
    parts = [_between(score, before, after) for before, after in pairwise(curve.points)]
    return (
        pl.when(score < first.score)
        .then(pl.lit(Decimal(0), VALUE))
        .when(score >= last.score)
        .then(pl.lit(last.payout, VALUE))
        .otherwise(pl.coalesce(*parts))
        .cast(VALUE)
    )


def payouts(scores: pl.DataFrame, curve: Curve) -> pl.DataFrame:
    """`scores` (scorecards.SCORES) with `payout`, and `payout_below` and `payout_above`: of one point less and more."""
    score = pl.col("score")
    return scores.with_columns(
        payout=payout(curve, score), payout_below=payout(curve, score - 1), payout_above=payout(curve, score + 1)
    )


def _between(score: pl.Expr, before: Point, after: Point) -> pl.Expr:
    rise, run = after.payout - before.payout, after.score - before.score
    paid = pl.lit(before.payout, VALUE) + ((score - before.score) * pl.lit(rise, VALUE) / pl.lit(run, VALUE))
    # A quotient is rounded half up at its last decimal: it must not pass the next point.
    return pl.when(score < after.score).then(pl.min_horizontal(paid.cast(VALUE), pl.lit(after.payout, VALUE)))
