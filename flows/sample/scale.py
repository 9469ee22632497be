"""How large a sample is, and the seeds that make any part of it reproducible by itself."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

import numpy as np

from transforms.problem import BadSite

Language = Literal["vi", "en"]

FEWEST_PEOPLE_PER_STORE: Final = 5  # a manager, and one person at the till and at the bar in each of two shifts


@dataclass(frozen=True, slots=True)
class Scale:
    """The size of a sample; two equal scales give the same bytes.

    `people` are the posts filled at a time: leavers come on top. `months` are counted back from the month of `until`,
    the last day of the sample; its last `nights` days come as nightly files, those before as monthly files.
    `receipts_per_day` is the average of a store. Raises BadSite where the numbers make no chain.
    """

    stores: int = 6
    people: int = 60
    months: int = 26
    seed: int = 20261031
    until: date = date(2026, 10, 31)
    nights: int = 21
    receipts_per_day: int = 70

    def __post_init__(self) -> None:
        """Refuse what makes no chain."""
        for name, allowed in (
            ("stores", range(1, 1001)),
            ("months", range(1, 121)),
            ("receipts_per_day", range(1, 2001)),
        ):
            if (value := getattr(self, name)) not in allowed:
                raise BadSite(f"sample: {name} is {value}; choose from {allowed.start} to {allowed.stop - 1}")
        if self.people < self.stores * FEWEST_PEOPLE_PER_STORE:
            needed = self.stores * FEWEST_PEOPLE_PER_STORE
            raise BadSite(f"sample: {self.people} people cannot run {self.stores} stores; choose at least {needed}")
        if self.nights < 0 or self.first_night < self.first_day:
            raise BadSite(f"sample: nights is {self.nights}; choose from 0 to the days of {self.months} months")

    @property
    def first_day(self) -> date:
        """The first day with data."""
        return self.month_ago(self.months - 1)

    @property
    def first_night(self) -> date:
        """The first day that comes as a nightly file."""
        return self.until - timedelta(days=self.nights - 1)

    def month_ago(self, months: int) -> date:
        """The first day of the month so many months before that of `until`."""
        return add_months(self.until, -months)


def add_months(day: date, months: int) -> date:
    """The first day of the month `months` after that of `day`."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, 1)


def month_end(day: date) -> date:
    """The last day of the month of `day`."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_between(first: date, last: date) -> Iterator[date]:
    """The first days of the months from that of `first` to that of `last`."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = add_months(month, 1)


def days_of(month: date) -> list[date]:
    """Every day of the month of `month`."""
    return [month.replace(day=day) for day in range(1, month_end(month).day + 1)]


def random_for(scale: Scale, *part: int) -> np.random.Generator:
    """Random numbers of one part: the same whatever else is or is not generated."""
    return np.random.default_rng([scale.seed, *part])
