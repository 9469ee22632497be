"""Logs as time clocks really write them, beside what really happened."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import polars as pl

from tests.method.worlds import table
from transforms.calendar import business_date
from transforms.tables import PUNCHES

FIRST = date(2026, 1, 1)
CUT_OFF = time(4)
MINUTE = timedelta(minutes=1)

Spell = tuple[str, datetime, datetime]  # who, came, went

# Begin and end of the spells of one day, in hours.
PATTERNS = {
    "day": ((8, 17),),
    "lunch": ((8, 12), (13, 17)),
    "evening": ((14, 22.5),),
    "closing": ((17, 25.5),),
    "night": ((22, 30),),
    "night_with_break": ((22, 26), (26.5, 30)),
    "split": ((8, 12), (17, 21)),
    "twelve": ((7, 19),),
}


@dataclass(frozen=True, slots=True)
class Log:
    """`punches` as tables.PUNCHES; `truth` is every spell worked, `known` those of which both punches were written."""

    punches: pl.DataFrame
    truth: frozenset[Spell]
    known: frozenset[Spell]


def log(
    seed: int, *, people: int = 40, days: int = 59, lost: float = 0.08, directions: bool = False, repeats: float = 0.05
) -> Log:
    """A log with lost punches, repeats within a minute, useless or good directions, and rows out of order."""
    chance = random.Random(seed)
    truth = [spell for n in range(people) for spell in _person(chance, f"nv{n:03}", n, days)]
    kept = [(spell, chance.random() >= lost, chance.random() >= lost) for spell in truth]
    rows = [
        row
        for spell, came, went in kept
        for row in _written(chance, (spell, came, went), directions=directions, repeats=repeats)
    ]
    chance.shuffle(rows)
    return Log(punches(rows), frozenset(truth), frozenset(spell for spell, came, went in kept if came and went))


def punches(rows: list[dict[str, object]]) -> pl.DataFrame:
    """`rows` (employee_id, punched_at, ...) as tables.PUNCHES with their business dates."""
    dated = table(PUNCHES.columns, [{"system": "clock", "store_id": "q1"} | row for row in rows])
    return dated.with_columns(business_date=business_date(pl.col("punched_at"), CUT_OFF))


def _person(chance: random.Random, who: str, number: int, days: int) -> Iterator[Spell]:
    pattern = list(PATTERNS.values())[number % len(PATTERNS)]
    for day in range(days):
        if chance.random() < 0.8:
            midnight = datetime.combine(FIRST + timedelta(days=day), time())
            for begin, end in pattern:
                came, went = (_about(chance, midnight + timedelta(hours=hour)) for hour in (begin, end))
                yield who, came, went


def _about(chance: random.Random, moment: datetime) -> datetime:
    return moment + timedelta(seconds=int(chance.gauss(0, 300)))


def _written(
    chance: random.Random, kept: tuple[Spell, bool, bool], *, directions: bool, repeats: float
) -> Iterator[dict[str, object]]:
    (who, begin, end), came, went = kept
    for seen, moment, said in ((came, begin, "in"), (went, end, "out")):
        if seen:
            row = {"employee_id": who, "punched_at": moment, "direction": said if directions else "in"}
            yield row
            if chance.random() < repeats:
                yield row | {"punched_at": moment + timedelta(seconds=chance.randrange(60))}
