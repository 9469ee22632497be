"""What a review says beyond its figures: what moved, what is proposed, what came of it, what staff it asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from transforms.kpis.kpi import Text

Value = Decimal | None


@dataclass(frozen=True, slots=True)
class Alarms:
    """How many of the charts shown give a signal, and how many would by chance alone."""

    charts: int
    expected: Decimal
    found: int


@dataclass(frozen=True, slots=True)
class Part:
    """What one driver did, in money; `coverage`: the share of the turnover it could be told in.

    `before`, `after`: what the driver was, in its own unit (transforms/driver_values.py).
    """

    driver: str
    amount: Decimal
    coverage: Decimal
    before: Value = None
    after: Value = None


@dataclass(frozen=True, slots=True)
class Moved:
    """Net sales or gross margin of the same period last year and now, and the parts that add up to their difference.

    Of what was aimed at, `before` is the target.
    """

    before: Decimal
    after: Decimal
    parts: tuple[Part, ...]
    target: Value = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to change, from a rule of proposals/rules.toml; `effect`: expected, money a month.

    `of`: the store that asks for it, in the review of a group above it; `place` and `manager`: how that is called.
    """

    id: str
    rule: str
    kpi: str
    owner: str
    due: date
    effect: Value
    evidence: Mapping[str, Decimal]
    of: str | None = None
    place: Text | None = None
    manager: str | None = None


@dataclass(frozen=True, slots=True)
class Followed:
    """An agreed action and what came of it; see transforms/actions.py."""

    id: str | None
    kpi: str
    what: str
    owner: str
    due: date
    done: date | None
    state: str  # done | late | open on the last day of the month under review
    before: Value  # the KPI in the last whole month before it was done
    after: Value  # and in the newest whole one since
    verdict: str | None  # signal | no_signal | too_early, of what is done
    side: str | None  # higher | lower, of a signal


@dataclass(frozen=True, slots=True)
class Cell:
    """One hour of the week; `load`: receipts per staffed hour, None where nobody was clocked in."""

    weekday: int  # 1 = Monday, of the business day
    hour: int
    load: Value
    state: str | None  # understaffed | overstaffed | unstaffed


@dataclass(frozen=True, slots=True)
class Span:
    """Hours of one weekday that follow each other and lack (or waste) staff, or have receipts and none at all."""

    state: str
    weekday: int
    begins: int
    ends: int  # the hour it ends at
    load: Value
    hours: Decimal  # a week, to add for the usual load; below zero: to spare


@dataclass(frozen=True, slots=True)
class Lost:
    """Hours of the day that lost staff since a year before, and beyond chance guests; see transforms/coverage.py."""

    begins: int
    ends: int  # the hour they end at
    staffed: Decimal  # hours a day
    usual_staffed: Decimal  # a year before
    receipts: Decimal  # a day
    usual_receipts: Decimal  # a year before, times what the other hours made of theirs since
    deviation: Decimal  # in standard deviations of the counts, below zero


@dataclass(frozen=True, slots=True)
class Week:
    """Demand beside staff by hour of the week, over `first` to `last`."""

    first: date
    last: date
    usual: Decimal  # the group's median load
    cells: tuple[Cell, ...]
    spans: tuple[Span, ...]  # the worst of each state first
    lost: Lost | None = None
    unstaffed: int = 0  # receipts of hours in which nobody was clocked in


@dataclass(frozen=True, slots=True)
class Need:
    """Hours a month, full-time equivalents and whole hires beyond today's; `cost` a month, None: wage unknown."""

    elasticity: Decimal  # percent of sales that one percent of hours brings; 1: at today's sales per labour hour
    hours: Decimal
    fte: Decimal
    hires: int
    cost: Value


@dataclass(frozen=True, slots=True)
class Estimate:
    """Percent of sales that one percent of hours brings, by the chain's own history; `error`: a standard error."""

    elasticity: Decimal
    error: Decimal
    rows: int  # store-months


@dataclass(frozen=True, slots=True)
class Staffed:
    """What the target of net sales asks of staff; see transforms/staffing.py."""

    sales: Decimal
    target: Decimal
    hours: Decimal  # worked
    contract_hours: Decimal  # paid hours of a full-time month
    needs: tuple[Need, ...]  # the lower bound first
    own: bool  # whether the elasticities are of the chain's own history
    lift: Decimal  # of receipts per hour or of the basket, with today's hours
    three_levers: Decimal  # of hours, pace and basket each
    break_even: Value  # sales that one more hour must bring
    estimate: Estimate | None = None  # also where it is not sure enough to be used
