"""What the operator decides about attendance, as the site's kpi.toml says it."""

from dataclasses import dataclass
from datetime import time, timedelta
from decimal import Decimal
from typing import Literal

FlaggedHours = Literal["count", "cap_at_schedule", "leave_out"]


@dataclass(frozen=True, slots=True)
class UsualShift:
    """A shift as people of some stores and positions usually work it; empty: all stores, positions, weekdays.

    `weekdays` are ISO numbers (1: Monday). One that ends before it begins ends on the next day.
    """

    name: str
    begins: time
    ends: time
    weekdays: tuple[int, ...] = ()
    positions: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShiftRules:
    """How punches and clockings are read as shifts."""

    late_after_minutes: int = 5
    longest_shift_hours: int = 16
    repeat_within_seconds: int = 60
    punched_breaks_paid: bool = False
    unpaid_break_after_hours: Decimal = Decimal(0)  # of work without a pause; 0: no break is taken off
    unpaid_break_minutes: int = 0
    too_long_hours: FlaggedHours = "leave_out"
    auto_closed_hours: FlaggedHours = "count"
    auto_close_at: tuple[time, ...] = ()
    usual: tuple[UsualShift, ...] = ()
    day_starts: time = time(0)
    zone: str | None = None  # IANA, of a site whose clocks are put forward and back

    @property
    def longest(self) -> timedelta:
        """The longest shift."""
        return timedelta(hours=self.longest_shift_hours)
