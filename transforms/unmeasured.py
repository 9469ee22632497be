"""Scored KPIs that nothing delivered can measure: such a KPI holds the letters back, so it is told beforehand."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

import polars as pl

from transforms.calendar import add_months
from transforms.kpis.kpi import Kpi
from transforms.scorecards import Scorecards


def unmeasured(
    cards: Scorecards, levels: Collection[str], kpis: Mapping[str, Kpi], facts: pl.DataFrame, month: date
) -> Iterator[tuple[Kpi, Sequence[str]]]:
    """Each KPI on a card of the reviewed `levels` of which none of these has a value in `month`, and their keys.

    `facts`: tables.FACTS. A growth needs the month a year before as well, an attainment the KPI that it is of. One
    group with a value is enough: then those without one give its weight to their other KPIs.
    """
    now, before = (_valued(kpis, facts.filter(month=when)) for when in (month, add_months(month, -12)))
    keys, places = defaultdict[str, list[str]](list), defaultdict[str, set[str]](set)
    for key, weights, place in _cards(cards, levels):
        for name in weights:
            keys[name].append(key)
            places[name].add(place)
    for name, where in places.items():
        kpi = kpis[name]
        found = now[kpi.based_on or name] & (before[kpi.growth_of] if kpi.growth_of else where)
        if not found & where:
            yield kpi, keys[name]


def _cards(cards: Scorecards, levels: Collection[str]) -> Iterator[tuple[str, Collection[str], str]]:
    """Each usual card that is reviewed: its key, its KPIs, and whose facts are meant by it."""
    yield from ((f"levels.{level}", card.weights, level) for level, card in cards.levels.items() if level in levels)
    if {"position", "person"} & set(levels):
        yield from ((f"positions.{name}", card.weights, f"position {name}") for name, card in cards.positions.items())


def _valued(kpis: Mapping[str, Kpi], facts: pl.DataFrame) -> defaultdict[str, set[str]]:
    """KPI -> the places that have a value of it."""
    alone = [kpi.id for kpi in kpis.values() if kpi.below is None]
    whole = pl.col("kpi").is_in(alone) & pl.col("numerator").is_not_null()
    place = pl.when(level="position").then(pl.format("position {}", "group_id")).otherwise("level")
    valued = facts.filter(whole | (pl.col("denominator") != 0)).group_by("kpi").agg(place.unique())
    return defaultdict(set, ((kpi, set(places)) for kpi, places in valued.iter_rows()))
