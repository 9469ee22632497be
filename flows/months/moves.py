"""What net sales and margin came from: since the same month last year, and towards the targets of their drivers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Final

import polars as pl

from flows.lake import Lake
from flows.months.facts import sales
from flows.site import Site
from reports.findings import Moved, Part, Value
from transforms.calendar import add_months, last_day
from transforms.driver_values import as_judged
from transforms.drivers import LEAVES, drivers
from transforms.leaves import leaves
from transforms.planned import AIMS, BEYOND, planned

SPLIT: Final = {"net": "net_sales", "margin": "gross_margin"}  # what is split into drivers
Key = tuple[str, str]
_Measured = tuple[str, str, str]  # level, group, measure
_UNKNOWN: Final = (None, None, None)


@dataclass(frozen=True)
class Moves:
    """The drivers of one month; `facts` up to it, `judged`: kpis.judge.JUDGED of it."""

    site: Site
    lake: Lake
    month: date
    facts: pl.DataFrame
    judged: pl.DataFrame

    def moved(self, key: Key, measure: str) -> Moved | None:
        """Why a `measure` is another than last year; None unless the parts add up to the change that was judged."""
        parts, (before, after, target) = self._parts.get((*key, measure)), self._stood.get((*key, measure), _UNKNOWN)
        if parts is None or before is None or after is None or after - before != _sum(parts):
            return None
        return Moved(before, after, parts, target)

    def aimed(self, key: Key, measure: str) -> Moved | None:
        """Why a `measure` is another than its target, by what was planned of each driver; None if nothing was."""
        parts, (_, after, target) = self._planned_parts.get((*key, measure)), self._stood.get((*key, measure), _UNKNOWN)
        if parts is None or after is None or target is None or key not in self._aimed:
            return None
        if after != self._came.get((*key, measure)):
            return None
        return Moved(target, after, (*parts, Part(BEYOND, after - target - _sum(parts), Decimal(1))))

    @cached_property
    def drivers(self) -> pl.DataFrame:
        """What came of each driver since last year: drivers.DRIVERS."""
        return drivers(self._leaves, self.members)

    @cached_property
    def members(self) -> pl.DataFrame:
        """The groups above each store, those of stores that have closed since as well: leaf_id, level, group_id."""
        stores = self.site.stores.unique("store_id").select(
            leaf_id="store_id", chain=pl.lit(self.site.settings.organisation.id), region="region", store="store_id"
        )
        tall = stores.unpivot(index="leaf_id", variable_name="level", value_name="group_id").drop_nulls()
        return tall.select("leaf_id", "level", "group_id")

    # -- what is worked out once

    @cached_property
    def _leaves(self) -> pl.DataFrame:
        before = add_months(self.month, -12)
        months = [sales(self.site, self.lake, month, last_day(month)) for month in (before, self.month)]
        return leaves(pl.concat(months), self.facts, before, self.month, self.site.stores)

    @cached_property
    def _stood(self) -> Mapping[_Measured, tuple[Value, Value, Value]]:
        """The same month last year, this one and its target of what is split."""
        measures = pl.DataFrame({"measure": list(SPLIT), "kpi": list(SPLIT.values())})
        judged = self.judged.filter(month=self.month).join(measures, on="kpi")
        rows = judged.select("level", "group_id", "measure", "same_period", "actual", "target").rows()
        return {(level, group, measure): (before, after, aim) for level, group, measure, before, after, aim in rows}

    @cached_property
    def _aims(self) -> pl.DataFrame:
        """The stores' targets of the month beside their values: planned.AIMS."""
        stores = self.judged.filter(pl.col("target").is_not_null(), level="store", month=self.month)
        return stores.select("kpi", "target", "actual", leaf_id="group_id").select(AIMS.keys()).cast(pl.Schema(AIMS))

    @cached_property
    def _aimed(self) -> Collection[Key]:
        """The groups with a store of which a target plans another driver than last year does."""
        bare = planned(self._leaves, self._aims.filter(kpi=SPLIT["net"]))
        own = self._plan.join(bare, on=list(LEAVES), how="anti", nulls_equal=True)
        return set(self.members.join(own, on="leaf_id", how="semi").select("level", "group_id").rows())

    @cached_property
    def _plan(self) -> pl.DataFrame:
        return planned(self._leaves, self._aims)

    @cached_property
    def _came(self) -> Mapping[_Measured, Value]:
        """What the leaves of each group sold and earned in the month."""
        came = self._leaves.filter(side="after").join(self.members, on="leaf_id")
        sums = came.group_by("level", "group_id").agg(pl.col(measure).sum() for measure in SPLIT)
        return {(*row[:2], m): row[2 + n] for row in sums.rows() for n, m in enumerate(SPLIT)}

    @cached_property
    def _parts(self) -> Mapping[_Measured, tuple[Part, ...]]:
        return _by_measure(as_judged(self.drivers, self.judged.filter(month=self.month), planned=False))

    @cached_property
    def _planned_parts(self) -> Mapping[_Measured, tuple[Part, ...]]:
        told = drivers(self._plan, self.members)
        return _by_measure(as_judged(told, self.judged.filter(month=self.month), planned=True))


def _by_measure(told: pl.DataFrame) -> Mapping[_Measured, tuple[Part, ...]]:
    found: dict[_Measured, tuple[Part, ...]] = {}
    for row in told.iter_rows(named=True):
        key = row["level"], row["group_id"], row["measure"]
        coverage, before, after = (_exact(row[name]) for name in ("coverage", "before", "after"))
        part = Part(row["driver"], row["part"], coverage or Decimal(0), before, after)
        found[key] = (*found.get(key, ()), part)
    return found


def _exact(value: float | None) -> Value:
    return None if value is None else Decimal(str(round(value, 8)))


def _sum(parts: Collection[Part]) -> Decimal:
    return sum((part.amount for part in parts), Decimal(0))
