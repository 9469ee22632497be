"""Who was to work and who did, for one store and month: the roster, the punches, and who was there in each hour."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from flows.sample import stories
from flows.sample.chain import EVENING, MIDDLE, MORNING, Stint, Store, people_by_store
from flows.sample.scale import Scale, days_of, random_for

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

FIRST_HOUR: Final = 4  # hours of a business day run from 04:00 to 04:00
HOURS: Final = 24
CACHED_STORE_MONTHS: Final = 64

# Minutes after midnight of the business day, by shift.
_DAY_SHIFTS: Final = {MORNING: (405, 870), EVENING: (855, 1335), MIDDLE: (480, 1020)}
_NIGHT_SHIFTS: Final = {MORNING: (585, 1095), EVENING: (1065, 1575), MIDDLE: (720, 1260)}

_ABSENT_SHARE: Final = 0.04
_LATE_SHARE: Final = 0.055
_OFTEN_LATE: Final = 2.2
_OVERTIME_SHARE: Final = 0.1
_LOST_PUNCH_SHARE: Final = 0.01
_SWAP_SHARE: Final = 0.08
_TIMES: Final = ("scheduled_in", "scheduled_out", "clock_in", "clock_out")
_SEED = 3


@dataclass(frozen=True, slots=True)
class Attendance:
    """Person by day arrays of one store and month; times in minutes after midnight of the business day."""

    stints: tuple[Stint, ...]
    days: tuple[date, ...]
    rostered: Flags
    starts: Ints
    ends: Ints
    worked: Flags
    clock_in: Ints
    clock_out: Ints
    seen_in: Flags
    seen_out: Flags

    @property
    def present(self) -> Flags:
        """Person x day x hour: at work for the whole hour."""
        opens = (FIRST_HOUR + np.arange(HOURS)) * 60
        whole = (self.clock_in[..., None] <= opens) & (self.clock_out[..., None] >= opens + 60)
        return self.worked[..., None] & whole


@lru_cache(maxsize=CACHED_STORE_MONTHS)
def attendance(scale: Scale, store: Store, month: date) -> Attendance:
    """Roster and punches of one store in one whole month."""
    days = days_of(month)
    stints = tuple(s for s in people_by_store(scale)[store.number] if _overlaps(s, days[0], days[-1]))
    random = random_for(scale, _SEED, store.number, month.year, month.month)
    shape = (len(stints), len(days))
    rostered = _rostered(stints, days, store)
    starts, ends = _shifts(stints, days, store, random)
    clock_in, clock_out = _punches(stints, store, starts, ends, random)
    lost = random.random(shape)
    return Attendance(
        stints=stints,
        days=tuple(days),
        rostered=rostered,
        starts=starts,
        ends=ends,
        worked=rostered & (random.random(shape) >= _ABSENT_SHARE),
        clock_in=clock_in,
        clock_out=clock_out,
        seen_in=lost >= _LOST_PUNCH_SHARE * 0.3,
        seen_out=(lost < _LOST_PUNCH_SHARE * 0.3) | (lost >= _LOST_PUNCH_SHARE),
    )


def _overlaps(stint: Stint, first: date, last: date) -> bool:
    return stint.first <= last and (stint.last is None or stint.last >= first)


def _rostered(stints: tuple[Stint, ...], days: list[date], store: Store) -> Flags:
    """Six days a week while employed and the store is open."""
    number = np.array([s.number for s in stints], dtype=np.int64)[:, None]
    ordinal = np.array([d.toordinal() for d in days])
    first = np.array([s.first.toordinal() for s in stints], dtype=np.int64)[:, None]
    last = np.array([(s.last or date.max).toordinal() for s in stints], dtype=np.int64)[:, None]
    opened = np.array([d >= store.opened_on and not stories.closed_for_tet(d) for d in days])
    rostered: Flags = (first <= ordinal) & (ordinal <= last) & opened & ((ordinal + 3 * number) % 7 != 0)
    return rostered


def _shifts(
    stints: tuple[Stint, ...], days: list[date], store: Store, random: np.random.Generator
) -> tuple[Ints, Ints]:
    """Start and end of each person's shift; somebody now and then swaps mornings and evenings for a week."""
    weeks = np.array([d.isocalendar().week for d in days])
    _, week = np.unique(weeks, return_inverse=True)
    usual = np.array([s.shift for s in stints], dtype=np.int64)[:, None]
    swapped = (random.random((len(stints), 6)) < _SWAP_SHARE)[:, week] & (usual != MIDDLE)
    shift = np.where(swapped, 1 - usual, usual)
    times = _NIGHT_SHIFTS if store.night else _DAY_SHIFTS
    starts, ends = (np.array([times[s][side] for s in (MORNING, EVENING, MIDDLE)]) for side in (0, 1))
    return starts[shift], ends[shift]


def _punches(
    stints: tuple[Stint, ...], store: Store, starts: Ints, ends: Ints, random: np.random.Generator
) -> tuple[Ints, Ints]:
    shape = starts.shape
    habit = np.array([0.4 + 1.2 * (s.number * 7 % 11) / 10 for s in stints])[:, None]
    often = _OFTEN_LATE if store.number == stories.LATE_STORE else 1.0
    late = random.random(shape) < _LATE_SHARE * habit * often
    arrival = np.where(late, random.integers(6, 46, shape), random.integers(-12, 5, shape))
    longer = random.random(shape) < _OVERTIME_SHARE
    leaving = np.where(longer, random.integers(20, 91, shape), random.integers(-3, 13, shape))
    # The doors close behind the last shift at 03:00 at the latest: overtime never runs into the next business day.
    return starts + arrival, np.minimum(ends + leaving, 27 * 60)


def shifts(scale: Scale, store: Store, month: date) -> pl.DataFrame:
    """Roster and punches as rows, by person and day.

    Returns:
        columns store, number (Int64), business_date (Date), worked (Boolean), scheduled_in, scheduled_out, clock_in,
        clock_out (Datetime; null: the punch is missing).

    """
    own = attendance(scale, store, month)
    punched = pl.col("worked")
    return (
        _rostered_rows(own)
        .with_columns(store=pl.lit(store.number, pl.Int64), business_date=pl.lit(month) + pl.duration(days="day"))
        .with_columns(**{name: _at(name) for name in _TIMES})
        .with_columns(
            clock_in=pl.when(punched, pl.col("seen_in")).then("clock_in"),
            clock_out=pl.when(punched, pl.col("seen_out")).then("clock_out"),
        )
        .select("store", "number", "business_date", "worked", *_TIMES)
    )


def _rostered_rows(own: Attendance) -> pl.DataFrame:
    person, day = np.nonzero(own.rostered)
    cells = {name: getattr(own, name)[person, day] for name in ("worked", "seen_in", "seen_out")}
    times = (own.starts, own.ends, own.clock_in, own.clock_out)
    minutes = {name: values[person, day] for name, values in zip(_TIMES, times, strict=True)}
    number = np.array([s.number for s in own.stints], dtype=np.int64)[person]
    return pl.DataFrame({"number": number, "day": day, **cells, **minutes})


def _at(minutes: str) -> pl.Expr:
    return pl.col("business_date").cast(pl.Datetime("us")) + pl.duration(minutes=minutes)
