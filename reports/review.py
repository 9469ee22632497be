"""The view model of one group's monthly review: everything its document shows, and nothing else.

It is the same for every output format and language: names are given per language, values are exact decimals in the
KPI's own unit (a share of 97 % is 0.97), and a value that could not be measured is None, never 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from reports.face import HOUSE, Face
from reports.fairness import Comparison, Pair, Personal
from reports.findings import Alarms, Followed, Moved, Proposal, Staffed, Value, Week
from transforms.attribution import Applied
from transforms.kpis.kpi import Kpi, Text
from transforms.sentences import Sentence


class Status(StrEnum):
    """How a KPI stands against its target."""

    MET = "met"
    WATCH = "watch"
    MISSED = "missed"
    NO_TARGET = "no_target"
    NOT_MEASURED = "not_measured"


@dataclass(frozen=True, slots=True)
class Group:
    """A group that is reviewed, or a line of one: a chain, region, store, department, position or person."""

    level: str
    id: str
    name: Text
    parents: tuple[Text, ...] = ()  # names from the chain down
    manager: str | None = None
    position: Text | None = None  # of a person


@dataclass(frozen=True, slots=True)
class Point:
    """One month on a process behaviour chart; mean and limits hold for its season, all in the KPI's unit."""

    month: date
    value: Decimal
    expected: Decimal  # the mean
    lower: Decimal
    upper: Decimal
    rule: str | None
    side: str | None


@dataclass(frozen=True, slots=True)
class Charted:
    """A month of a KPI on its process behaviour chart; limits in the KPI's unit, without a rule: routine variation."""

    rule: str | None  # outside | three_of_four | run_of_eight
    side: str | None  # higher | lower than the mean
    lower: Decimal
    upper: Decimal
    points: tuple[Point, ...] = ()  # the measured months of the last 24, oldest first; of charts that are drawn
    assurance: str | None = None  # of its target: consistently_meets | hit_and_miss | cannot_reach


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
    peers: Value = None  # the average of the person's position

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
    history: tuple[Value, ...] = ()  # net sales of the review's 13 months


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
class Received:
    """What came of one store from one system: files with rows of it, and the days of which nothing came."""

    files: int
    missing: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class StoreDays:
    """The days that were expected of a store, those it was open, and what was received of them."""

    store: str
    open: int
    sales: Received
    attendance: Received
    at_rest: tuple[int, ...] = ()  # weekdays (1 = Monday) taken as off: nothing came of them for months

    @property
    def missing(self) -> int:
        """Of how many days sales or attendance are missing, each counted."""
        return len(self.sales.missing) + len(self.attendance.missing)


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
    attribution: tuple[Applied, ...] = ()  # the rules by which rows became somebody's where that was not plain
    stores: tuple[StoreDays, ...] = ()  # the one that lacks most first

    @property
    def kept_share(self) -> Value:
        """How much of the money that came for the first time could be counted."""
        kept = sum((totals.kept_amount or Decimal(0) for totals in self.totals), Decimal(0))
        out = sum((totals.quarantined_amount or Decimal(0) for totals in self.totals), Decimal(0))
        return kept / (kept + out) if kept + out else None


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
    id: str = ""
    face: Face = HOUSE
    sign_off: tuple[Text, ...] = ()  # who signs below, one line each
    archival: bool = False  # whether its PDFs are PDF/A-3 and carry their workbooks


@dataclass(frozen=True, slots=True)
class Change:
    """One value that is others than in the revision before; of a KPI, or without one of the score."""

    of: Text | None  # a part or a person of the group; None: the group itself
    kpi: Kpi | None
    what: str  # actual | target | same_period | score
    before: Value
    after: Value
    status: tuple[Status, Status] | None = None  # before, after: where the judgement is another
    bands: tuple[str | None, str | None] | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """A file that came since the revision before, and what of its rows bears on the group."""

    file: str
    arrived: date
    months: tuple[date, ...]
    rows: int  # that count
    replaced: int  # rows of other files


@dataclass(frozen=True, slots=True)
class Changes:
    """What is others than in the revision before, and why; `redefined`: the site's files that were changed since."""

    since: int  # that revision
    values: tuple[Change, ...]
    causes: tuple[Cause, ...]
    redefined: tuple[str, ...] = ()


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
    moved: Moved | None = None  # net sales
    margin: Moved | None = None  # gross margin, where every line has its cost
    aimed: Moved | None = None  # net sales from the target on, where drivers were planned
    aimed_margin: Moved | None = None
    proposals: tuple[Proposal, ...] = ()  # the largest effect first
    followed: tuple[Followed, ...] = ()
    week: Week | None = None
    staffed: Staffed | None = None
    comparison: Comparison | None = None  # of stores and above
    pairs: tuple[Pair, ...] = ()
    personal: Personal | None = None  # of a person
    changes: Changes | None = None  # of a revision after the first
    as_of: date | None = None  # as the month was known at the end of that day; never issued
    ranked: tuple[Member, ...] = ()  # every store, best score first, of a chain whose groups below are its regions
    days: tuple[Day, ...] = ()  # of the month; none of a department, whose days are not kept apart
