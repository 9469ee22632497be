"""The view model of one group's monthly review: everything its document shows, and nothing else.

It is the same for every output format and language: names are given per language, values are exact decimals in the
KPI's own unit (a share of 97 % is 0.97), and a value that could not be measured is None, never 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from transforms.kpis.kpi import Kpi, Text
from transforms.sentences import Sentence

Value = Decimal | None


class Status(StrEnum):
    """How a KPI stands against its target."""

    MET = "met"
    WATCH = "watch"
    MISSED = "missed"
    NO_TARGET = "no_target"
    NOT_MEASURED = "not_measured"


@dataclass(frozen=True, slots=True)
class Group:
    """A group that is reviewed, or a line of one: a chain, region, store, department or person."""

    level: str
    id: str
    name: Text
    parents: tuple[Text, ...] = ()  # names from the chain down
    manager: str | None = None


@dataclass(frozen=True, slots=True)
class Charted:
    """A month of a KPI on its process behaviour chart; limits in the KPI's unit, without a rule: routine variation."""

    rule: str | None  # outside | three_of_four | run_of_eight
    side: str | None  # higher | lower than the mean
    lower: Decimal
    upper: Decimal


@dataclass(frozen=True, slots=True)
class Figure:
    """One KPI of one group in the month under review, and its 13 months up to it (oldest first)."""

    kpi: Kpi
    actual: Value
    target: Value
    same_period: Value  # the same month last year
    attainment: Value  # 1 = exactly on target, in the KPI's direction, uncapped
    status: Status
    weight: Value  # percent of the score; None: shown, not scored
    reason: str | None  # why it was not measured: a key of the locales
    history: tuple[Value, ...]
    targets: tuple[Value, ...]
    last_year: tuple[Value, ...]  # the same 13 months a year before
    charted: Charted | None = None  # None: too little history

    @property
    def variance(self) -> Value:
        """Actual less target, in the KPI's unit."""
        return None if self.actual is None or self.target is None else self.actual - self.target


@dataclass(frozen=True, slots=True)
class Score:
    """The weighted score of a group: 100 = every KPI exactly on target."""

    value: Value
    band: str | None
    previous: Value  # last month's
    measured_weight: Decimal  # percent of the weights that could be measured; the rest is re-weighted or held
    policy: str  # re-weight | hold | too-little


@dataclass(frozen=True, slots=True)
class Member:
    """A part of the group (region, store, department or person) as one row of a table."""

    group: Group
    position: Text | None  # people only
    values: Mapping[str, Value]  # kpi id -> value
    score: Value
    status: Status


@dataclass(frozen=True, slots=True)
class Totals:
    """Rows and money of one table, as far as they concern this group and month."""

    table: str
    files: int
    delivered_rows: int
    kept_rows: int
    quarantined_rows: int
    redelivered_rows: int
    superseded_rows: int  # kept once, later replaced by a corrected export
    delivered_amount: Value
    kept_amount: Value
    quarantined_amount: Value
    redelivered_amount: Value
    superseded_amount: Value


@dataclass(frozen=True, slots=True)
class Quality:
    """What the figures stand on."""

    totals: tuple[Totals, ...]
    reasons: tuple[tuple[str, int], ...]  # quarantine reason -> rows, most first
    store_days_open: int  # store-days with sales or expected ones
    store_days_with_sales: int
    store_days_with_attendance: int
    unattributed_amount: Value  # net sales of nobody employed that day; counted for the store, not for a person
    voided_amount: Value  # kept as delivered, but no part of net sales


@dataclass(frozen=True, slots=True)
class Alarms:
    """How many of the charts shown give a signal, and how many would by chance alone."""

    charts: int
    expected: Decimal
    found: int


@dataclass(frozen=True, slots=True)
class Part:
    """What one driver did to net sales, in money; `coverage`: the share of the turnover it could be told in."""

    driver: str
    amount: Decimal
    coverage: Decimal


@dataclass(frozen=True, slots=True)
class Moved:
    """Net sales of the same period last year and now, and the parts that add up to their difference."""

    before: Decimal
    after: Decimal
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to change, from a rule of proposals/rules.toml; `effect`: expected, money a month."""

    id: str
    rule: str
    kpi: str
    owner: str
    due: date
    effect: Value
    evidence: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the month; what was not delivered is None."""

    day: date
    net_sales: Value
    worked_hours: Value


@dataclass(frozen=True, slots=True)
class Organisation:
    """Whose review it is."""

    name: str
    currency: str  # ISO 4217
    country: str


@dataclass(frozen=True, slots=True)
class Review:
    """One group's month."""

    organisation: Organisation
    group: Group
    month: date  # its first day
    figures: tuple[Figure, ...]  # by kind, then by weight
    score: Score
    months: tuple[date, ...]  # the 13 months of every history
    members: tuple[Member, ...]  # the groups below, best score first
    people: tuple[Member, ...]
    quality: Quality
    data_until: datetime  # the newest sale or clocking in it
    data_version: str  # identifies the rows it was measured from
    revision: int = 1
    story: tuple[Sentence, ...] = ()  # result, reason, next step
    alarms: Alarms | None = None
    moved: Moved | None = None
    proposals: tuple[Proposal, ...] = ()  # the largest effect first
    days: tuple[Day, ...] = ()  # of the month; none of a department, whose days are not kept apart
