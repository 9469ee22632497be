"""What was sold and worked on each day of a month, by group."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

import polars as pl

from flows.lake import Lake
from reports.review import Day

# The lake keeps days by store, so there are none of departments, positions and persons.
KEPT: Final = frozenset(("chain", "region", "store"))


@dataclass(frozen=True)
class DaySums:
    """The days of one month; read once."""

    lake: Lake
    month: date

    def of(self, group: Mapping[str, str], stores: Collection[str] | None) -> tuple[Day, ...]:
        """The days of a group of these stores, None being all; none of a level whose days are not kept apart."""
        if group["level"] not in KEPT:
            return ()
        shown = self._days if stores is None else self._days.filter(pl.col("store").is_in(list(stores)))
        sums = shown.group_by("business_date").agg(_known("net_sales"), _known("worked_hours"))
        return tuple(Day(*row) for row in sums.sort("business_date").rows())

    @cached_property
    def _days(self) -> pl.DataFrame:
        return self.lake.days().filter(month=self.month)


def _known(name: str) -> pl.Expr:
    """The sum, null of nothing."""
    return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum())
