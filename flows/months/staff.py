"""Staff beside demand: the hours of the week of every store, and what targets ask for; worked out once for all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

import polars as pl

from flows.lake import Lake
from flows.months.facts import sales, tables
from flows.site import Site
from reports.findings import Cell, Estimate, Lost, Need, Span, Staffed, Week
from reports.review import Figure
from transforms.calendar import add_months, last_day
from transforms.coverage import from_start, spans, thinned
from transforms.staffing import ELASTICITIES, Elasticity, Staffing, Terms, cells, elasticity, staffing
from transforms.staffing import Need as Needed

# So many months of a weekday's hour tell routine from chance; a single one has four or five of each.
MONTHS: Final = 3
_PER_MONTH: Final = 365.25 / 12  # days
_ONE: Final = Decimal(1)
_TELLING: Final = 12  # store-months, with fewer an elasticity is not even told as unsure
_PAID_BY: Final = "sales_per_labour_hour"
Key = tuple[str, str]


@dataclass(frozen=True)
class Staff:
    """The staff of one month and the two before, beside the year before; hours of the week are told of stores."""

    site: Site
    lake: Lake
    month: date

    def week(self, key: Key) -> Week | None:
        """None where no hour of the week is sure."""
        return self._weeks.get(key[1]) if key[0] == "store" else None

    def staffed(self, key: Key, figures: Iterable[Figure]) -> Staffed | None:
        """None where the target of net sales is met, or nothing is known of hours."""
        known = {figure.kpi.id: figure for figure in figures}
        sales, hours = known.get("net_sales"), self._hours.get(key)
        if sales is None or sales.actual is None or sales.target is None or hours is None:
            return None
        terms = self._terms(known)
        found = staffing(sales.actual, hours, sales.target, terms, self._elasticities)
        return None if found is None else self._told(found, sales.actual, sales.target, hours, terms)

    def shortest(self) -> pl.DataFrame:
        """Which hours of stores lost staff, and guests, as proposals take it: level, group_id, short_* and usual_*.

        Staffed hours are a day's, all else is a month's, in whole numbers; short_people: full-time posts.
        """
        monthly = ((pl.col("usual_staffed") - pl.col("staffed")) * _PER_MONTH).round()
        return self._thinned.select(
            "group_id",
            "usual_staffed",
            level=pl.lit("store"),
            short_hour=pl.col("begins").cast(pl.Float64),
            short_until=pl.col("ends").cast(pl.Float64),
            short_staffed="staffed",
            short_receipts=(pl.col("receipts") * _PER_MONTH).round(),
            usual_receipts=(pl.col("usual_receipts") * _PER_MONTH).round(),
            short_hours=monthly,
            short_people=monthly / float(self.site.settings.staffing.contract_hours),
        )

    @property
    def elasticity(self) -> float:
        """Percent of sales that one percent of hours brings: the chain's own, or the middle of those assumed."""
        return self._elasticities[1]

    # -- what is worked out once

    @property
    def _first(self) -> date:
        return add_months(self.month, 1 - MONTHS)

    @cached_property
    def _cells(self) -> pl.DataFrame:
        return self._of_week(self._first, self.month)

    @cached_property
    def _thinned(self) -> pl.DataFrame:
        before = self._of_week(add_months(self._first, -12), add_months(self.month, -12))
        return thinned(self._cells, before, self.site.settings.organisation.business_day_starts)

    def _of_week(self, first: date, last: date) -> pl.DataFrame:
        """The hours of the week (staffing.CELLS) of the months from `first` to `last`."""
        read = tables(self.site, self.lake, first, last_day(last))
        keys = ("store_id", "business_date")
        receipts = sales(self.site, self.lake, first, last_day(last)).filter(kind="sale")
        # A receipt that is delivered in lines is one guest, at the time of its first line.
        guests = receipts.group_by("store_id", "system", "receipt_id").agg(pl.col("business_date", "sold_at").min())
        present = read["shifts"].select(*keys, "clock_in", "clock_out")
        return cells(guests.rename({"store_id": "group_id"}), present.rename({"store_id": "group_id"}))

    @cached_property
    def _weeks(self) -> Mapping[str, Week]:
        starts = self.site.settings.organisation.business_day_starts
        runs = spans(self._cells, starts).partition_by("group_id", as_dict=True)
        hours = self._cells.sort("group_id", from_start(starts), "weekday").partition_by("group_id", as_dict=True)
        lost = {row["group_id"]: _lost(row) for row in self._thinned.iter_rows(named=True)}
        told = {str(g): self._week(part, runs.get((g,)), lost.get(g)) for (g,), part in hours.items()}
        return {group: week for group, week in told.items() if week.spans or week.lost}

    def _week(self, hours: pl.DataFrame, runs: pl.DataFrame | None, lost: Lost | None) -> Week:
        shown = tuple(
            Cell(row["weekday"], row["hour"], _known(row["load"]), row["state"]) for row in hours.iter_rows(named=True)
        )
        unstaffed = int(hours.filter(state="unstaffed")["receipts"].sum())
        found = () if runs is None else tuple(_span(row) for row in runs.iter_rows(named=True))
        return Week(self._first, last_day(self.month), _exact(hours["usual"][0]), shown, found, lost, unstaffed)

    @cached_property
    def _worked(self) -> pl.DataFrame:
        facts = self.lake.facts().filter(pl.col("kpi") == _PAID_BY, pl.col("month") <= self.month)
        return facts.drop_nulls(["numerator", "denominator"])

    @cached_property
    def _hours(self) -> Mapping[Key, Decimal]:
        rows = self._worked.filter(month=self.month).select("level", "group_id", "denominator").rows()
        return {(level, group): hours for level, group, hours in rows}

    @cached_property
    def _history(self) -> Elasticity | None:
        stores = self._worked.filter(level="store")
        return elasticity(stores.select("group_id", "month", net="numerator", hours="denominator"))

    @property
    def _elasticities(self) -> tuple[float, ...]:
        """The chain's own with its uncertainty (95 %), else those of other chains."""
        own = self._history
        if own is None or not own.usable:
            return ELASTICITIES
        return (min(1.0, own.value + 2 * own.error), own.value, max(0.1, own.value - 2 * own.error))

    def _terms(self, known: Mapping[str, Figure]) -> Terms:
        rules = self.site.settings.staffing
        attended = known["attendance_rate"].actual if "attendance_rate" in known else None
        absence = Decimal(0) if attended is None else min(max(_ONE - attended, Decimal(0)), Decimal("0.5"))
        margin = known["gross_margin_rate"].actual if "gross_margin_rate" in known else None
        return Terms(rules.contract_hours, absence, rules.hourly_cost, margin if margin and margin > 0 else None)

    def _told(self, found: Staffing, sales: Decimal, target: Decimal, hours: Decimal, terms: Terms) -> Staffed:
        ranges = (_need(Decimal(str(round(e, 4))), need) for e, need in found.ranges.items())
        return Staffed(
            sales=sales,
            target=target,
            hours=hours,
            contract_hours=terms.contract_hours,
            needs=(_need(_ONE, found.least), *ranges),
            own=self._history is not None and self._history.usable,
            lift=_exact(found.lift),
            three_levers=_exact(found.three_levers),
            break_even=None if found.break_even is None else _exact(found.break_even),
            estimate=None if self._history is None or self._history.rows < _TELLING else _estimate(self._history),
        )


def _need(at: Decimal, need: Needed) -> Need:
    cost = None if need.cost is None else _exact(need.cost)
    return Need(at, _exact(need.hours), _exact(need.fte), need.hires, cost)


def _estimate(own: Elasticity) -> Estimate:
    return Estimate(_exact(own.value), _exact(own.error), own.rows)


def _lost(row: Mapping[str, Any]) -> Lost:
    told = ("staffed", "usual_staffed", "receipts", "usual_receipts", "deviation")
    return Lost(row["begins"], row["ends"], **{name: _exact(row[name]) for name in told})


def _span(row: Mapping[str, Any]) -> Span:
    plain = {name: row[name] for name in ("state", "weekday", "begins", "ends")}
    return Span(**plain, load=_known(row["load"]), hours=_exact(row["hours"]))


def _known(value: float | None) -> Decimal | None:
    return None if value is None else _exact(value)


def _exact(value: Decimal | float) -> Decimal:
    return Decimal(str(round(value, 8)))
