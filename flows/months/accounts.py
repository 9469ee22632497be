"""The accounts behind a review: what was delivered for its stores and month, and what became of it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from typing import Final, TypeVar

import polars as pl

from flows.lake import Lake
from flows.ledger import Ledger
from flows.months.facts import tables
from flows.site import Site
from reports.review import Quality, Received, StoreDays, Totals
from transforms.attribution import applied, ruled
from transforms.calendar import add_months, last_day
from transforms.completeness import at_rest
from transforms.tables import TABLES

N = TypeVar("N", int, Decimal)
_STORE_DAY = ("store_id", "business_date")
# What is expected of a store every day that it is open, and the tables it is delivered in.
_SYSTEMS: Final = {"sales": ("sales",), "clockings": ("clockings", "punches")}


@dataclass(frozen=True)
class Accounts:
    """The accounts of one month; every frame is read once."""

    site: Site
    lake: Lake
    ledger: Ledger
    month: date

    def quality(self, stores: Collection[str] | None) -> Quality:
        """The data-quality statement for some stores; None: the whole chain, with what names no store."""
        control = self._control if stores is None else self._control.filter(pl.col("store_id").is_in(stores))
        held = control.filter(pl.col("outcome") == "quarantined").group_by("reason").agg(pl.col("rows").sum())
        held = held.filter(pl.col("rows") > 0)
        return Quality(
            totals=tuple(_totals(name, control.filter(pl.col("table_name") == name)) for name in _named(control)),
            reasons=tuple(held.sort("rows", "reason", descending=[True, False]).rows()),
            store_days_open=_of(self._open_days, stores).height,
            store_days_with_sales=_of(self._days["sales"], stores).height,
            store_days_with_attendance=_of(self._days["clockings"], stores).height,
            unattributed_amount=_sum(_of(self._apart, stores)["nobodys"]),
            voided_amount=_sum(_of(self._apart, stores)["voided"]),
            attribution=applied(self._ruled, stores),
            stores=tuple(_store_days(_of(self._received, stores))),
        )

    def covered(self) -> pl.DataFrame:
        """store_id, open_days, sales_days, attendance_days of every store."""
        named = {"open_days": "open", "sales_days": "sales", "attendance_days": "clockings"}
        return self._covered.select("store_id", **named)

    @cached_property
    def data_until(self) -> datetime:
        """The newest moment that the month's rows speak of."""
        sold = self._rows("sales").select(pl.max_horizontal(pl.col("sold_at").max(), _midnight())).collect().item()
        clocked = self._rows("clockings").select(pl.max_horizontal(pl.col("clock_out").max(), _midnight())).collect()
        punched = self._rows("punches").select(pl.max_horizontal(pl.col("punched_at").max(), _midnight())).collect()
        known = [at for at in (sold, clocked.item(), punched.item()) if at is not None]
        return max(known, default=datetime.combine(last_day(self.month), time()))

    @cached_property
    def _control(self) -> pl.DataFrame:
        """Control totals of the month."""
        return self.ledger.control(self.month)

    @cached_property
    def _days(self) -> dict[str, pl.DataFrame]:
        days = {name: pl.concat([self._rows(t).select(_STORE_DAY) for t in of]) for name, of in _SYSTEMS.items()}
        return {name: rows.unique().collect(engine="streaming") for name, rows in days.items()}

    @cached_property
    def _open_days(self) -> pl.DataFrame:
        days = pl.date_range(self.month, min(last_day(self.month), self._known_until), eager=True)
        stores = self.site.stores.select("store_id", "opened_on", "closed_on")
        every = stores.join(days.alias("business_date").to_frame(), how="cross").join(
            self._at_rest,
            left_on=["store_id", pl.col("business_date").dt.weekday()],
            right_on=["store_id", "weekday"],
            how="anti",
        )
        opened = pl.col("business_date") >= pl.col("opened_on").fill_null(date.min)
        expected = every.filter(opened, pl.col("business_date") <= pl.col("closed_on").fill_null(date.max))
        return pl.concat([expected.select(_STORE_DAY), *self._days.values()]).unique()

    @cached_property
    def _at_rest(self) -> pl.DataFrame:
        """The weekdays off of every store, by what came in this month and the two before."""
        lately = pl.col("month").is_between(add_months(self.month, -2), self.month)
        known = self.lake.days().filter(lately).select("business_date", store_id="store")
        return at_rest(pl.concat([known.select(_STORE_DAY), *self._days.values()]))

    @cached_property
    def _covered(self) -> pl.DataFrame:
        """Per store, the days it was open, of how many there are sales and attendance, and the days without."""
        days = self._open_days
        for name, rows in self._days.items():
            days = days.join(rows.with_columns(pl.lit(value=True).alias(name)), on=_STORE_DAY, how="left")
        day, counts = pl.col("business_date"), [pl.col(name).count() for name in self._days]
        missing = [day.filter(pl.col(name).is_null()).sort().alias(f"{name}_missing") for name in self._days]
        return days.group_by("store_id").agg(pl.len().alias("open"), *counts, *missing)

    @cached_property
    def _received(self) -> pl.DataFrame:
        """The same with the names of the stores, and how many files had rows of each; who lacks most first."""
        known = self._covered.join(self.site.stores.unique("store_id").select("store_id", "name"), on="store_id")
        for name, of in _SYSTEMS.items():
            came = self._control.filter(pl.col("table_name").is_in(of), pl.col("outcome") != "superseded")
            files = came.group_by("store_id").agg(pl.col("file_id").n_unique().alias(f"{name}_files"))
            known = known.join(files, on="store_id", how="left")
        off = self._at_rest.group_by("store_id").agg(pl.col("weekday").sort())
        known = known.join(off, on="store_id", how="left")
        lacking = 2 * pl.col("open") - pl.sum_horizontal(*_SYSTEMS)
        return known.sort(lacking, "store_id", descending=[True, False])

    @cached_property
    def _known_until(self) -> date:
        """A month still runs until something of a later day was delivered."""
        newest = max(self.lake.months("sales"), default=self.month)
        return date.max if newest > self.month else self.data_until.date()

    @cached_property
    def _apart(self) -> pl.DataFrame:
        """Per store, what stands apart: net sales that are nobody's, and voids that are no sales."""
        sales = self._placed["sales"]
        void = pl.col("kind") == "void"
        sums = {"nobodys": pl.col("person").is_null() & ~void, "voided": void}
        columns = {name: pl.col("net_amount").filter(which).sum() for name, which in sums.items()}
        return sales.group_by("store_id").agg(**columns).collect(engine="streaming")

    @cached_property
    def _placed(self) -> Mapping[str, pl.LazyFrame]:
        return tables(self.site, self.lake, self.month, last_day(self.month))

    @cached_property
    def _ruled(self) -> pl.DataFrame:
        return ruled(self._placed["sales"], self._placed["shifts"], self.site.people, self.month)

    def _rows(self, table: str) -> pl.LazyFrame:
        return self.lake.rows(table, self.month, last_day(self.month))


def _sum(amounts: pl.Series) -> Decimal:
    return Decimal(amounts.sum() or 0)


def _store_days(received: pl.DataFrame) -> Iterator[StoreDays]:
    for row in received.iter_rows(named=True):
        sales, attendance = (Received(row[f"{name}_files"] or 0, tuple(row[f"{name}_missing"])) for name in _SYSTEMS)
        yield StoreDays(row["name"], row["open"], sales, attendance, tuple(row["weekday"] or ()))


def _midnight() -> pl.Expr:
    return pl.col("business_date").max().cast(pl.Datetime("us"))


def _of(frame: pl.DataFrame, stores: Collection[str] | None) -> pl.DataFrame:
    return frame if stores is None else frame.filter(pl.col("store_id").is_in(stores))


def _named(control: pl.DataFrame) -> list[str]:
    seen = set(control["table_name"])
    return [name for name in TABLES if name in seen]


def _totals(table: str, control: pl.DataFrame) -> Totals:
    """Rows kept are those that count today: what a corrected export replaced is accounted for as superseded."""
    sums = control.group_by("outcome").agg(pl.col("rows").sum(), pl.col("amount").sum())
    rows = {outcome: count for outcome, count, _ in sums.rows()}
    amounts = {outcome: amount for outcome, _, amount in sums.rows()}
    counted = _account(rows, 0)
    valued = _account(amounts, Decimal(0)) if TABLES[table].amount else (None,) * len(counted)
    files = control.filter(pl.col("outcome") != "superseded")["file_id"].n_unique()
    return Totals(table, files, *counted, *valued)


def _account(parts: Mapping[str, N], nothing: N) -> tuple[N, N, N, N, N]:
    """Delivered = kept + quarantined + re-delivered + superseded; what came well since is superseded by it."""
    kept, held, again, old = (parts.get(name, nothing) for name in ("kept", "quarantined", "redelivered", "superseded"))
    mended = parts.get("mended", nothing)
    return kept + held + again + mended, kept - old, held, again, old + mended
