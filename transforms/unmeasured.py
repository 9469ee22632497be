"""Scored KPIs that nothing delivered can measure: such a KPI holds the letters back, so it is told beforehand."""

from collections.abc import Iterator, Mapping
from datetime import date

import polars as pl

from transforms.calendar import add_months
from transforms.kpis.kpi import Kpi
from transforms.scorecards import Scorecards


def unmeasured(
    cards: Scorecards, kpis: Mapping[str, Kpi], facts: pl.DataFrame, month: date
) -> Iterator[tuple[str, Kpi]]:
    """Each KPI on a card of which no group had a value in `month`: the card's key in scorecards.toml, and the KPI.

    `facts`: tables.FACTS. A growth needs the month a year before as well, an attainment the KPI that it is of.
    """
    now, before = (_valued(kpis, facts.filter(month=when)) for when in (month, add_months(month, -12)))
    for key, card, place in _cards(cards):
        for kpi in (kpis[name] for name in card):
            base = kpi.based_on or kpi.id
            if (base, place) not in now or (kpi.growth_of and (base, place) not in before):
                yield key, kpi


def _cards(cards: Scorecards) -> Iterator[tuple[str, Mapping[str, object], str]]:
    """Each usual card: its key, its weights, and whose facts are meant by it."""
    yield from ((f"levels.{level}", card.weights, level) for level, card in cards.levels.items())
    yield from ((f"positions.{name}", card.weights, f"position {name}") for name, card in cards.positions.items())


def _valued(kpis: Mapping[str, Kpi], facts: pl.DataFrame) -> set[tuple[str, str]]:
    alone = [kpi.id for kpi in kpis.values() if kpi.below is None]
    whole = pl.col("kpi").is_in(alone) & pl.col("numerator").is_not_null()
    place = pl.when(level="position").then(pl.format("position {}", "group_id")).otherwise("level")
    return set(facts.filter(whole | (pl.col("denominator") != 0)).select("kpi", place).unique().rows())
