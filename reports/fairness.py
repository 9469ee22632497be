"""What makes figures fair to judge by, and what only a person's own review says: parts of the view model."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.findings import Value
from transforms.kpis.kpi import Kpi, Text


@dataclass(frozen=True, slots=True)
class Compared:
    """Net sales beside those of comparable days of the year before; a basis of transforms.periods."""

    basis: str  # calendar | weekday | tet
    days: int  # of this year
    now: Value
    before: Value
    growth: Value
    same_stores: Value  # growth of the stores open throughout both months
    calendar_effect: Value  # what the calendar alone adds to the growth of the calendar month


@dataclass(frozen=True, slots=True)
class Pace:
    """A month that still runs, against the part of its target that the days so far weigh."""

    actual: Decimal
    due: Decimal
    target: Decimal  # of the whole month
    share: Decimal  # actual / due


@dataclass(frozen=True, slots=True)
class Market:
    """A store's growth read beside that of all the others together, on the same days of the week."""

    growth: Decimal  # of the others
    adjusted: Decimal  # the store's own, with theirs taken out


@dataclass(frozen=True, slots=True)
class Comparison:
    """Net sales of the month on days that may be compared."""

    rows: tuple[Compared, ...]
    until: date | None  # the last day there is of a month that still runs; None: it is whole
    stores: int
    same_stores: int
    pace: Pace | None = None
    market: Market | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A rate beyond its routine limits on the bad side while sales are up: was the growth bought?"""

    kpi: Kpi
    actual: Decimal
    lower: Decimal
    upper: Decimal


@dataclass(frozen=True, slots=True)
class Payout:
    """Shares of the variable pay that the score would earn, and one point less and more: a calculation for review."""

    share: Decimal
    below: Decimal
    above: Decimal


@dataclass(frozen=True, slots=True)
class Absence:
    """Spells and shifts missed in so many months; the Bradford factor is context, and part of no score."""

    months: int
    spells: int
    shifts: int

    @property
    def bradford(self) -> int:
        """Spells squared times shifts missed."""
        return self.spells**2 * self.shifts


@dataclass(frozen=True, slots=True)
class Workplace:
    """What a person did in one store."""

    store: Text
    net_sales: Value
    worked_hours: Value


@dataclass(frozen=True, slots=True)
class Personal:
    """What only the review of one person has."""

    peers: int  # people behind the averages of her position; 0: too few, none is shown
    workplaces: tuple[Workplace, ...]  # where she worked, if in more than one store
    absence: Absence | None
    payout: Payout | None  # None: no curve, no score, or not for her to see
