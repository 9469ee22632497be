"""Net sales of one month on days that may be compared, for stores and the groups above them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

import polars as pl

from flows.lake import Lake
from flows.months.facts import facts_between
from flows.site import Site
from reports.fairness import Compared, Comparison, Market, Pace
from transforms.calendar import add_months, last_day
from transforms.kpis.judge import Running
from transforms.periods import (
    BASES,
    against_others,
    calendar_effect,
    compare,
    known_since,
    of_groups,
    opened_midway,
    pace,
    same_stores,
    window,
)

SOLD: Final = "net_sales"
_LEVELS: Final = ("chain", "region", "store")


@dataclass(frozen=True)
class Comparing:
    """One month beside the year before."""

    site: Site
    lake: Lake
    month: date
    today: date | None = None  # None: not known

    def of(self, level: str, stores: Collection[str], target: Decimal | None) -> Comparison | None:
        """The comparison of a group of `stores`; None below stores, or where there is nothing to compare.

        `target`: of the whole of a month that runs.
        """
        known = self._fair if level == "store" else self._compared
        mine = known.filter(pl.col("store").is_in(list(stores)))
        if level not in _LEVELS or mine["now"].drop_nulls().is_empty():
            return None
        rows = self._rows(mine)
        running = None if self.until is None or target is None else self._pace(stores, target, self.until)
        if running is None and all(row.growth is None for row in rows):
            return None
        traded = mine.filter(basis="calendar").drop_nulls("now")["store"].to_list()
        same = sum(store in self._same for store in traded)
        market = self._market.get(traded[0]) if level == "store" and "weekday" in self._bases else None
        return Comparison(rows, self.until, len(traded), same, running, market)

    @cached_property
    def until(self) -> date | None:
        """The newest day there is of a month that still runs; None: it is whole, or over without its last days."""
        if self.today is not None and self.today > last_day(self.month):
            return None
        newest = self.lake.days().drop_nulls(SOLD)["business_date"].max()
        return newest if isinstance(newest, date) and newest < last_day(self.month) else None

    @cached_property
    def _days(self) -> pl.DataFrame:
        """This month and, a year before it, its neighbours too: days of the week and Tet lie over their edges."""
        near = pl.col("month").is_between(add_months(self.month, -14), add_months(self.month, -10))
        return self.lake.days().filter(near | (pl.col("month") == self.month)).drop_nulls(SOLD)

    @cached_property
    def _compared(self) -> pl.DataFrame:
        return compare(self._days, SOLD, self.month, until=self.until)

    @cached_property
    def _fair(self) -> pl.DataFrame:
        """The same of stores by themselves: without a year before in whose midst they opened."""
        late = pl.col("store").is_in(opened_midway(self.site.stores, add_months(self.month, -12)))
        return self._compared.with_columns(pl.when(~late).then(name).alias(name) for name in ("before", "growth"))

    @cached_property
    def _same(self) -> frozenset[str]:
        return frozenset(same_stores(self.site.stores, self.month))

    @cached_property
    def _market(self) -> Mapping[str, Market]:
        rows = against_others(self._fair.filter(basis="weekday")).drop_nulls().rows(named=True)
        return {row["store"]: Market(row["market_growth"], row["adjusted_growth"]) for row in rows}

    @cached_property
    def _bases(self) -> tuple[str, ...]:
        """Those whose year before is known whole; Tet is told apart only in the months that it moves."""
        windows = {basis: window(self.month, basis, self.until) for basis in BASES}
        told = (b for b in BASES if b != "tet" or not windows["tet"].equals(windows["weekday"]))
        firsts = {basis: windows[basis]["before"].min() for basis in told}
        return tuple(b for b, first in firsts.items() if isinstance(first, date) and known_since(self.oldest, first))

    @cached_property
    def oldest(self) -> date | None:
        """The first day of the history."""
        oldest = self.lake.days().drop_nulls(SOLD)["business_date"].min()
        return oldest if isinstance(oldest, date) else None

    def _rows(self, mine: pl.DataFrame) -> tuple[Compared, ...]:
        whole = _together(mine)
        same = _by_basis(_together(mine.filter(pl.col("store").is_in(list(self._same)))), "growth")
        effects = _by_basis(calendar_effect(whole), "calendar_effect")
        rows: dict[str, Any] = {row["basis"]: row for row in whole.drop("store").rows(named=True)}
        return tuple(
            Compared(**rows[basis], same_stores=same.get(basis), calendar_effect=effects.get(basis))
            for basis in self._bases
            if basis in rows
        )

    @cached_property
    def running(self) -> Running | None:
        """By what a month that still runs is judged; None: it is whole."""
        if self.until is None:
            return None
        earlier = add_months(self.month, -12)
        before = facts_between(self.site, self.lake, earlier, earlier.replace(day=self.until.day))
        return Running(self.month, before, Decimal(self._paced(self._days, Decimal(1), self.until)["due"] or 1))

    def _pace(self, stores: Collection[str], target: Decimal, until: date) -> Pace | None:
        row = self._paced(self._days.filter(pl.col("store").is_in(list(stores))), target, until)
        known = row["actual"] is not None and row["pace"] is not None
        return Pace(row["actual"], row["due"], target, row["pace"]) if known else None

    def _paced(self, days: pl.DataFrame, target: Decimal, until: date) -> Mapping[str, Any]:
        """`days` of a group, together."""
        set_out = pl.DataFrame({"store": ["group"], "target": [target]}, schema_overrides={"target": pl.Decimal(38, 8)})
        mine = days.with_columns(store=pl.lit("group"))
        return pace(mine, SOLD, set_out, self.month, until, weekdays=self._weekdays).row(0, named=True)

    @cached_property
    def _weekdays(self) -> Mapping[int, int]:
        """What each day of the week weighs: its average sales of last year's month; all alike where there are none."""
        days = self._days.filter(month=add_months(self.month, -12))
        older = days.group_by("business_date").agg(pl.col(SOLD).sum())
        weekday = pl.col("business_date").dt.weekday()
        weighed = older.group_by(weekday.alias("weekday")).agg(pl.col(SOLD).cast(pl.Float64).mean().clip(0).round())
        return {day: int(weight) for day, weight in weighed.rows()} or dict.fromkeys(range(1, 8), 1)


def _together(compared: pl.DataFrame) -> pl.DataFrame:
    members = compared.select("store").unique().with_columns(group=pl.lit("group"))
    return of_groups(compared, members)


def _by_basis(rows: pl.DataFrame, value: str) -> dict[str, Any]:
    return dict(rows.select("basis", value).rows())
