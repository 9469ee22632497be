"""Scorecards: which KPIs count how much for whom, and what a group's month is worth."""

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Annotated, Final, Literal, Self
from unicodedata import normalize

import polars as pl
from pydantic import BeforeValidator, Field, ValidationError, model_validator

from transforms.calendar import months_frame
from transforms.identity import instead
from transforms.kpis.kpi import Kind, Kpi
from transforms.kpis.values import VALUE
from transforms.pay import Curve
from transforms.problem import BadSite
from transforms.tables import LEVELS, Schema, empty
from transforms.wording import Strict, sentences

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
        "held": pl.String(),  # why a score is held back though something was measured: hold | too-little | null
    }
)
_HUNDRED: Final = Decimal(100)
_CARDED: Final = tuple(level for level in LEVELS if level not in {"position", "person"})  # those have positions' cards


def _month(text: object) -> object:
    if isinstance(text, str) and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        raise ValueError(f"{text!r} is no month; write year and month like '2026-02'")
    return date.fromisoformat(f"{text}-01") if isinstance(text, str) else text


_Month = Annotated[date, BeforeValidator(_month)]
_Weight = Annotated[Decimal, Field(gt=0, le=100, max_digits=7, decimal_places=4)]


class Card(Strict):
    """The weights of one level or position, in percent."""

    weights: dict[str, _Weight]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (total := sum(self.weights.values(), Decimal(0))) != _HUNDRED:
            raise ValueError(f"weights add up to {total.normalize():f}; they must add up to exactly 100: mend them")
        return self


class Special(Card):
    """The weights of a situation, such as a new store or the Tet season: in force instead of the usual card.

    `situation` names it; it is about one level or position, from the month `from` up to `to` (both YYYY-MM, none: ever)
    and about `groups` (none: all of them): groups of that level, or people in that position. Of two in force at once
    the later one in the file counts.
    """

    situation: Annotated[str, Field(min_length=1)]
    level: str | None = None
    position: str | None = None
    groups: tuple[str, ...] = ()
    start: _Month = Field(date.min, alias="from")
    until: _Month = Field(date.max, alias="to")

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        if (self.level is None) == (self.position is None):
            raise ValueError("needs either a level or a position, and not both; write one of them")
        if self.until < self.start:
            raise ValueError(f"ends ({self.until:%Y-%m}) before it begins ({self.start:%Y-%m}); swap or mend them")
        return self


class Rules(Strict):
    """How credit is given: at most `cap` a KPI; below its target but from `watch_from` on it is to be watched.

    `not_measured`: a KPI that could not be measured, or has no target, leaves its weight to the others (`re-weight`) or
    holds the whole score back (`hold`). It never counts as zero. Of less than `least_measured` percent of the weights
    no score is told: a few KPIs do not speak for the others.
    """

    cap: Annotated[Decimal, Field(ge=1, le=10, decimal_places=4)] = Decimal("1.2")
    watch_from: Annotated[Decimal, Field(gt=0, le=1, decimal_places=4)] = Decimal("0.95")
    not_measured: Literal["re-weight", "hold"] = "re-weight"
    least_measured: Annotated[Decimal, Field(ge=0, le=100, decimal_places=4)] = Decimal(50)


class Band(Strict):
    """A name for every score from `start` on, up to the next band."""

    name: Annotated[str, Field(min_length=1)]
    start: Annotated[Decimal, Field(alias="from", ge=0, decimal_places=4)]


class Scorecards(Strict):
    """scorecards.toml: `levels` for groups, `positions` for people, `special` for situations; `pay` is optional."""

    levels: dict[str, Card] = Field(default_factory=dict)
    positions: dict[str, Card] = Field(default_factory=dict)
    special: tuple[Special, ...] = ()
    rules: Rules = Rules()
    pay: Curve | None = None
    bands: tuple[Band, ...] = ()

    @model_validator(mode="after")
    def _apart(self) -> Self:
        starts = [band.start for band in self.bands]
        if len(set(starts)) < len(starts):
            raise ValueError("has two bands with the same from; give each its own")
        return self


def read_scorecards(
    text: str,
    kpis: Collection[str],
    positions: Collection[str],
    groups: pl.DataFrame,
    file: str = "scorecards.toml",
) -> Scorecards:
    """Read scorecards.toml; raises BadSite naming file, key, what is wrong and what is allowed.

    `kpis` and `positions`: the ids that may be used; `groups`: level, group_id of every group there ever was.
    """
    try:
        # A weight of 33.3 is meant exactly.
        cards = Scorecards.model_validate(tomllib.loads(normalize("NFC", text), parse_float=Decimal))
    except tomllib.TOMLDecodeError as error:
        raise BadSite(f"{file}: this is not TOML ({error}); mend that line.") from None
    except ValidationError as error:
        raise BadSite("\n".join(f"{file}: {said}." for said in sentences(error, Scorecards))) from None
    _check_ids(f"{file}: levels", cards.levels, _CARDED)
    _check_ids(f"{file}: positions", cards.positions, positions)
    _check_ids(f"{file}: special.level", [s.level for s in cards.special if s.level], _CARDED)
    _check_ids(f"{file}: special.position", [s.position for s in cards.special if s.position], positions)
    for special in cards.special:
        _check_groups(f"{file}: {special.situation}.groups", special, groups)
    named = [(special.situation, special) for special in cards.special]
    for name, card in chain(named, cards.levels.items(), cards.positions.items()):
        _refuse_bradford(f"{file}: {name}.weights", card.weights)
        _check_ids(f"{file}: {name}.weights", card.weights, kpis)
    return cards


def weights(
    scorecards: Scorecards, groups: pl.DataFrame, positions: pl.DataFrame, months: Sequence[date]
) -> pl.DataFrame:
    """The weights in force: kpi, level, group_id, month, weight.

    `groups`: level, group_id. `positions` (groups.POSITIONS): a person is weighed by the position of that month, and a
    position as its people are. A card for a situation takes the place of the usual one as a whole.
    """
    here = groups.select("level", "group_id").join(months_frame(months), how="cross")
    people = positions.select(pl.lit("person").alias("level"), "group_id", "month", position="position")
    people = pl.concat([people, here.filter(level="position").with_columns(position="group_id")])
    cards = [_cards({name: card}, "level", 0) for name, card in scorecards.levels.items()]
    owned = [here.join(card, on="level") for card in cards]
    owned += [people.join(_cards({name: c}, "position", 0), on="position") for name, c in scorecards.positions.items()]
    owned += [_special(card, rank, here, people) for rank, card in enumerate(scorecards.special, 1)]
    columns = ["kpi", "level", "group_id", "month", "weight", "rank"]
    every = pl.concat([empty(_RANKED), *(part.select(columns) for part in owned)])
    newest = pl.col("rank") == pl.col("rank").max().over("level", "group_id", "month")
    return every.filter(newest).drop("rank")


def doses(weights: Mapping[str, Decimal], kpis: Mapping[str, Kpi]) -> Mapping[Kind, Decimal]:
    """How much of a card's `weights` is output, behaviour and competency, in percent."""
    return {kind: sum((w for k, w in weights.items() if kpis[k].kind is kind), Decimal(0)) for kind in Kind}


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
    known, whole = pl.col("measured_weight"), pl.col("all_weight")
    held = (
        pl.when(known == 0)
        .then(None)
        .when((known < whole) & (rules.not_measured == "hold"))
        .then(pl.lit("hold"))
        .when(known * 100 < whole * rules.least_measured)
        .then(pl.lit("too-little"))
    )
    divisor = pl.when((known > 0) & held.is_null()).then(known)
    score = (pl.col("credit") * 100 / divisor).round(1, mode="half_away_from_zero").cast(VALUE)
    scored = summed.with_columns(score=score, held=held, measured_weight=pl.col("measured_weight").cast(VALUE))
    banded = scored.with_columns(band=_band(scorecards.bands), status=_status(rules))
    return banded.select(SCORES.keys()).sort("level", "group_id", "month")


_RANKED: Final = Schema(
    {
        "kpi": pl.String(),
        "level": pl.String(),
        "group_id": pl.String(),
        "month": pl.Date(),
        "weight": VALUE,
        "rank": pl.Int32(),
    }
)


def _cards(cards: Mapping[str, Card], key: str, rank: int) -> pl.DataFrame:
    rows = [(name, kpi, weight, rank) for name, card in cards.items() for kpi, weight in card.weights.items()]
    schema = [(key, pl.String()), ("kpi", pl.String()), ("weight", VALUE), ("rank", pl.Int32())]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _special(card: Special, rank: int, here: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    key, name, rows = ("level", card.level, here) if card.level else ("position", card.position, people)
    dated = rows.filter(pl.col("month").is_between(card.start, card.until))
    chosen = dated.filter(pl.col("group_id").is_in(card.groups)) if card.groups else dated
    return chosen.join(_cards({name or "": card}, key, rank), on=key)


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


def _refuse_bradford(where: str, used: Collection[str]) -> None:
    for name in used:
        if "bradford" in name:
            raise BadSite(
                f"{where}.{name} is refused: the Bradford factor counts the ill against themselves, so it is shown as "
                "context and never part of a score; weigh attendance_rate or lost_time_rate instead."
            )


def _check_ids(where: str, used: Collection[str], allowed: Collection[str]) -> None:
    for name in used:
        if name not in allowed:
            raise BadSite(f"{where}.{name} is not known; {instead(name, allowed)}.")


def _check_groups(where: str, special: Special, groups: pl.DataFrame) -> None:
    """A situation of a group that is not there would reach nobody."""
    level, why = (special.level, "") if special.level else ("person", " (the groups of a position are people)")
    known = groups.filter(level=level)["group_id"].to_list()
    for name in special.groups:
        if name not in known:
            raise BadSite(f"{where}: no {level} is called {name!r}{why}; {instead(name, known)}.")
