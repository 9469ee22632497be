"""What a KPI is: two sums, how to read their quotient, and the answers to seven questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

Text = Mapping[str, str]  # language -> text


class Kind(StrEnum):
    """Results, how the work is done, or the causes of both."""

    OUTPUT = "output"
    BEHAVIOUR = "behaviour"
    COMPETENCY = "competency"


class Unit(StrEnum):
    """What one KPI value counts."""

    MONEY = "money"
    MONEY_PER_HOUR = "money_per_hour"
    MONEY_PER_TRANSACTION = "money_per_transaction"
    COUNT = "count"
    UNITS_PER_TRANSACTION = "units_per_transaction"
    TRANSACTIONS_PER_HOUR = "transactions_per_hour"
    SHARE = "share"  # 0.97 is shown as 97 %
    HOURS = "hours"
    MINUTES = "minutes"
    POINTS = "points"


class Better(StrEnum):
    """Which way is good."""

    HIGHER = "higher"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class Sum:
    """An SQL aggregate over one table of the lake (or the derived ``shifts``)."""

    table: str
    sql: str


@dataclass(frozen=True, slots=True)
class Answers:
    """The seven questions every KPI answers."""

    objective: Text  # what is the goal?
    why: Text  # why does it matter?
    measured_by: Text  # how is it measured?
    levers: Mapping[str, tuple[str, ...]]  # what moves it? language -> levers
    owner: str  # who owns it? a position
    reached_when: Text  # how do we know it is reached?
    reviewed: str  # when? "monthly"


@dataclass(frozen=True, slots=True)
class Kpi:
    """One KPI of the catalogue.

    `numerator` / `denominator` are divided once, where a reader sees the value. With `growth_of` set there are no sums
    of its own: the value is the growth of that KPI's numerator on the same month last year.
    """

    id: str
    kind: Kind
    unit: Unit
    better: Better
    decimals: int | None  # None: as many as the currency has
    numerator: Sum | None
    denominator: Sum | None
    growth_of: str | None
    name: Text
    answers: Answers
