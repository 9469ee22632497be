"""Scorecards: which KPIs count how much for whom, and what a group's month is worth."""

import tomllib
from collections.abc import Collection, Mapping
from decimal import Decimal
from itertools import chain
from typing import Annotated, Final, Literal, Self
from unicodedata import normalize

import polars as pl
from pydantic import Field, ValidationError, model_validator

from transforms.kpis.values import VALUE
from transforms.problem import BadSite
from transforms.tables import LEVELS, Schema
from transforms.wording import Strict, listed, sentences

# score: 100 = every KPI exactly on target; measured_weight: percent of the weights that could be measured.
SCORES: Final = Schema(
    {
        "level": pl.String(),
        "group_id": pl.String(),
        "month": pl.Date(),
        "score": VALUE,
        "band": pl.String(),
        "measured_weight": VALUE,
        "status": pl.String(),  # met | watch | missed | not_measured
    }
)
_HUNDRED: Final = Decimal(100)

_Weight = Annotated[Decimal, Field(gt=0, le=100, max_digits=7, decimal_places=4)]


class Card(Strict):
    """The weights of one level or position, in percent."""

    weights: dict[str, _Weight]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (total := sum(self.weights.values(), Decimal(0))) != _HUNDRED:
            raise ValueError(f"weights add up to {total.normalize():f}; they must add up to exactly 100: mend them")
        return self


class Rules(Strict):
    """How credit is given: at most `cap` a KPI; below its target but from `watch_from` on it is to be watched.

    `not_measured`: a KPI that could not be measured, or has no target, leaves its weight to the others (`re-weight`) or
    holds the whole score back (`hold`). It never counts as zero.
    """

    cap: Annotated[Decimal, Field(ge=1, le=10, decimal_places=4)] = Decimal("1.2")
    watch_from: Annotated[Decimal, Field(gt=0, le=1, decimal_places=4)] = Decimal("0.95")
    not_measured: Literal["re-weight", "hold"] = "re-weight"


class Band(Strict):
    """A name for every score from `start` on, up to the next band."""

    name: Annotated[str, Field(min_length=1)]
    start: Annotated[Decimal, Field(alias="from", ge=0, decimal_places=4)]


class Scorecards(Strict):
    """scorecards.toml: `levels` for groups, `positions` for people."""

    levels: dict[str, Card] = Field(default_factory=dict)
    positions: dict[str, Card] = Field(default_factory=dict)
    rules: Rules = Rules()
    bands: tuple[Band, ...] = ()

    @model_validator(mode="after")
    def _apart(self) -> Self:
        starts = [band.start for band in self.bands]
        if len(set(starts)) < len(starts):
            raise ValueError("has two bands with the same from; give each its own")
        return self


def read_scorecards(
    text: str, kpis: Collection[str], positions: Collection[str], file: str = "scorecards.toml"
) -> Scorecards:
    """Read scorecards.toml; raises BadSite naming file, key, what is wrong and what is allowed.

    `kpis` and `positions`: the ids that may be used.
    """
    try:
        # A weight of 33.3 is meant exactly.
        cards = Scorecards.model_validate(tomllib.loads(normalize("NFC", text), parse_float=Decimal))
    except tomllib.TOMLDecodeError as error:
        raise BadSite(f"{file}: this is not TOML ({error}); mend that line.") from None
    except ValidationError as error:
        raise BadSite("\n".join(f"{file}: {said}." for said in sentences(error, Scorecards))) from None
    _check_ids(f"{file}: levels", cards.levels, LEVELS[:-1])
    _check_ids(f"{file}: positions", cards.positions, positions)
    for name, card in chain(cards.levels.items(), cards.positions.items()):
        _check_ids(f"{file}: {name}.weights", card.weights, kpis)
    return cards


def weights(scorecards: Scorecards, groups: pl.DataFrame, positions: pl.DataFrame) -> pl.DataFrame:
    """The weights in force: kpi, level, group_id, month (null: every month), weight.

    `groups`: level, group_id. `positions` (groups.POSITIONS): a person is weighed by the position of that month.
    """
    levels = groups.select("level", "group_id").join(_cards(scorecards.levels, "level"), on="level")
    people = positions.join(_cards(scorecards.positions, "position"), on="position").with_columns(
        level=pl.lit("person")
    )
    columns = ["kpi", "level", "group_id", "month", "weight"]
    every = levels.with_columns(month=pl.lit(None, pl.Date))
    return pl.concat([every.select(columns), people.select(columns)])


def scores(judged: pl.DataFrame, scorecards: Scorecards) -> pl.DataFrame:
    """The weighted score of every group and month of `judged` (kpis.judge.JUDGED), as SCORES.

    The credit of a KPI is its attainment, from 0 up to the cap; the score is their mean, weighted by what could be
    measured, times 100, rounded half up to one decimal: the band is that of the number a reader sees.
    """
    rules = scorecards.rules
    counted = pl.when(pl.col("attainment").is_not_null()).then("weight")
    credit = counted * pl.col("attainment").clip(Decimal(0), rules.cap)
    summed = judged.group_by("level", "group_id", "month").agg(
        measured_weight=counted.sum(), all_weight=pl.col("weight").sum(), credit=credit.sum()
    )
    held = (pl.col("measured_weight") < pl.col("all_weight")) & (rules.not_measured == "hold")
    divisor = pl.when((pl.col("measured_weight") > 0) & ~held).then("measured_weight")
    score = (pl.col("credit") * 100 / divisor).round(1, mode="half_away_from_zero").cast(VALUE)
    scored = summed.with_columns(score=score, measured_weight=pl.col("measured_weight").cast(VALUE))
    banded = scored.with_columns(band=_band(scorecards.bands), status=_status(rules))
    return banded.select(SCORES.keys()).sort("level", "group_id", "month")


def _cards(cards: Mapping[str, Card], key: str) -> pl.DataFrame:
    rows = [(name, kpi, weight) for name, card in cards.items() for kpi, weight in card.weights.items()]
    return pl.DataFrame(rows, schema={key: pl.String, "kpi": pl.String, "weight": VALUE}, orient="row")


def _band(bands: tuple[Band, ...]) -> pl.Expr:
    falling = sorted(bands, key=lambda band: band.start, reverse=True)
    reached = [pl.when(pl.col("score") >= band.start).then(pl.lit(band.name)) for band in falling]
    return pl.coalesce(*reached, pl.lit(None, pl.String))


def _status(rules: Rules) -> pl.Expr:
    return (
        pl.when(pl.col("score").is_null())
        .then(pl.lit("not_measured"))
        .when(pl.col("score") >= 100)  # noqa: PLR2004
        .then(pl.lit("met"))
        .when(pl.col("score") >= rules.watch_from * 100)
        .then(pl.lit("watch"))
        .otherwise(pl.lit("missed"))
    )


def _check_ids(where: str, used: Collection[str], allowed: Collection[str]) -> None:
    for name in used:
        if name not in allowed:
            raise BadSite(f"{where}.{name} is not known; allowed are {listed(allowed)}.")
