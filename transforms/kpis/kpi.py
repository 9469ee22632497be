"""What a KPI is: two sums, how to read their quotient, and the answers to seven questions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
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
    MONEY_PER_FTE = "money_per_fte"  # of one full-time month
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
    RANGE = "range"  # neither too little nor too much


@dataclass(frozen=True, slots=True)
class Sum:
    """An SQL aggregate over one table of measured.MEASURED."""

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
    """One KPI of the catalogue; of `numerator`, `growth_of` and `attainment_of` exactly one is set.

    * `numerator` / `denominator` are divided once, where a reader sees the value.
    * `numerator` with a `base`: its growth on the `base` of the same month last year.
    * `growth_of`: the growth of that KPI's numerator on the same month last year.
    * `attainment_of`: that KPI's value divided by its target.
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
    base: Sum | None = None
    attainment_of: str | None = None
    source: str = ""  # where the formula comes from

    @property
    def below(self) -> Sum | None:
        """The sum that stands in a fact's denominator: what is divided by, now or in a year."""
        return self.denominator or self.base

    @property
    def sums(self) -> tuple[Sum, ...]:
        """Every sum that is measured for it."""
        return tuple(part for part in (self.numerator, self.below) if part is not None)

    @property
    def grows(self) -> bool:
        """Whether its value is a growth: 0.2 for a fifth more than last year."""
        return self.growth_of is not None or self.base is not None

    @property
    def based_on(self) -> str | None:
        """The KPI it is worked out from, if it has no sums of its own."""
        return self.growth_of or self.attainment_of

    def asking(self, mark: str) -> "Kpi":
        """The same, with `mark` (a column of sales) wherever its sums ask whether a store's day was `clocked`."""

        def told(part: Sum | None) -> Sum | None:
            return part and Sum(part.table, re.sub(r"\bclocked\b", mark, part.sql))

        return replace(self, numerator=told(self.numerator), denominator=told(self.denominator), base=told(self.base))
