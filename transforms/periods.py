"""Periods that may be compared, and how much of a growth the calendar alone explains.

Contract: `days` is store, business_date and one column per sum that adds up (kpis.measure.days_of). A window names, for
every day of a month, the day of the year before that it is compared with:

* calendar: the same day of the month; of whole months all days count, a 29 February too.
* weekday: 364 days before, the same day of the week.
* tet: as far from Tet's first day as it is this year, within TET_DAYS of it; the same day of the week elsewhere.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Final

import holidays
import polars as pl

from transforms.calendar import days_in, last_day, month_of
from transforms.kpis.values import VALUE
from transforms.measured import with_same_store
from transforms.tables import Schema

BASES: Final = ("calendar", "weekday", "tet")
TET_DAYS: Final = range(-21, 15)  # the weeks of buying before Tet, and the quiet ones after it
_AT_REST: Final = timedelta(days=3)
_WEEKS_OF_A_YEAR: Final = timedelta(days=364)
WINDOW: Final = Schema({"business_date": pl.Date(), "before": pl.Date()})  # either may be null: a 29 February
COMPARED: Final = Schema(
    {
        "store": pl.String(),
        "basis": pl.String(),
        "days": pl.UInt32(),  # of this year that are compared: with the same days only
        "now": VALUE,
        "before": VALUE,
        "growth": VALUE,
    }
)


def known_since(oldest: date | None, first: date) -> bool:
    """Whether a period from `first` on is known whole, where `oldest` is the oldest day: a chain may rest at first."""
    return oldest is not None and oldest <= first + _AT_REST


def whole_months(facts: pl.DataFrame, oldest: date | None, kept_from: date) -> pl.DataFrame:
    """`facts` (tables.FACTS) without the month in which data began, unless at its beginning, or from `kept_from` on.

    Beside a part of a month any growth is too large, and no limits are to rest on it.
    """
    if oldest is None or known_since(oldest, oldest.replace(day=1)):
        return facts
    return facts.filter((pl.col("month") != oldest.replace(day=1)) | (pl.col("month") >= kept_from))


def whole_openings(facts: pl.DataFrame, stores: pl.DataFrame, kept_from: date) -> pl.DataFrame:
    """`facts` (tables.FACTS) without the month in which a store opened midway, of it and its departments.

    Beside a part of a month any growth is too large; from `kept_from` on they stay. `stores`: store_id, opened_on.
    """
    opened = _midway(stores).filter(pl.col("month") < kept_from)
    store = pl.when(pl.col("level") == "store").then("group_id")
    department = pl.when(pl.col("level") == "department").then(pl.col("group_id").str.replace(r"\.[^.]*$", ""))
    placed = facts.with_columns(_store=pl.coalesce(store, department))
    return placed.join(opened, on=["_store", "month"], how="anti").drop("_store")


def opened_midway(stores: pl.DataFrame, month: date) -> list[str]:
    """The stores that opened in the midst of `month`: no year to grow from; `stores`: store_id, opened_on."""
    return _midway(stores).filter(month=month)["_store"].sort().to_list()


def _midway(stores: pl.DataFrame) -> pl.DataFrame:
    month = month_of(pl.col("opened_on"))
    return stores.filter(pl.col("opened_on") > month + _AT_REST).select(_store="store_id", month=month).unique()


@cache
def tet(year: int) -> date:
    """The first day of the lunar new year in Vietnam."""
    days = holidays.country_holidays("VN", years=year, language="en_US")
    return next(day for day, name in sorted(days.items()) if name == "Lunar New Year")


def window(month: date, basis: str, until: date | None = None) -> pl.DataFrame:
    """The days of `month`, up to `until`, each beside the day it is compared with; WINDOW."""
    end = min(until or last_day(month), last_day(month))
    pairs: list[tuple[date | None, date | None]] = [(day, _before(day, basis)) for day in _days(month, end)]
    if basis == "calendar" and end == last_day(month):
        older, known = _year_before(month), {before for _, before in pairs}
        pairs += [(None, day) for day in _days(older, last_day(older)) if day not in known]
    else:
        pairs = [(day, before) for day, before in pairs if before is not None]
    return pl.DataFrame(pairs, schema=dict(WINDOW), orient="row")


def compare(days: pl.DataFrame, sums: str, month: date, *, until: date | None = None) -> pl.DataFrame:
    """Each store's `sums` of `month`, up to `until`, beside the comparable days of the year before, as COMPARED.

    A running month is compared with the same days only. No growth where nothing stands to grow from.
    """
    return pl.concat([_compared(days, sums, window(month, basis, until), basis) for basis in BASES]).sort(
        "store", "basis"
    )


def of_groups(compared: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """`compared` (COMPARED) of the stores of each group together, as COMPARED with the group's id in `store`.

    `members`: store, group. All the stores' sums count, also of one that opened or closed between the two years: what
    each side has is added up, and its growth told anew. For a growth of the same stores give those only.
    """
    sums = (pl.when(pl.col(n).count() > 0).then(pl.col(n).sum()).alias(n) for n in ("now", "before"))
    joined = compared.join(members, on="store").group_by("group", "basis").agg(pl.col("days").max(), *sums)
    named = joined.with_columns(growth=_growth()).rename({"group": "store"})
    return named.select(COMPARED.keys()).sort("store", "basis")


def same_stores(stores: pl.DataFrame, month: date) -> list[str]:
    """The stores open throughout `month` and the same month a year before; `stores` as in measured.with_same_store."""
    asked = stores.lazy().select("store_id").unique().with_columns(business_date=pl.lit(month))
    return with_same_store(asked, stores).filter("same_store").collect()["store_id"].sort().to_list()


def calendar_effect(compared: pl.DataFrame) -> pl.DataFrame:
    """How much the calendar alone adds to a growth: store, basis, calendar_effect = (1 + calendar) / (1 + basis) - 1.

    Sales of +10 % by the calendar and +4 % day for day of the week owe the calendar +5.8 %.
    """
    plain = compared.filter(basis="calendar").select("store", plain="growth")
    joined = compared.filter(pl.col("basis") != "calendar").join(plain, on="store")
    aligned = 1 + pl.col("growth")
    effect = (1 + pl.col("plain")) / pl.when(aligned != 0).then(aligned) - 1
    return joined.select("store", "basis", calendar_effect=effect.cast(VALUE))


def pace(
    days: pl.DataFrame, sums: str, targets: pl.DataFrame, month: date, until: date, *, weekdays: Mapping[int, int]
) -> pl.DataFrame:
    """How a running month stands on `until`: store, actual, due and pace (actual / due).

    `targets`: store, target (of the whole month). Due is the part of it that the days so far weigh; `weekdays` gives
    the weight of each ISO weekday (1 = Monday), 0 where the store is closed, for instance from last year's sales.
    """
    weight = [weekdays.get((month + timedelta(days=n)).isoweekday(), 0) for n in range(days_in(month))]
    passed, whole = sum(weight[: (until - month).days + 1]), sum(weight)
    sold = days.filter(pl.col("business_date").is_between(month, until)).group_by("store")
    actual = sold.agg(actual=pl.col(sums).sum().cast(VALUE))
    due = (pl.col("target") * passed / whole).cast(VALUE) if whole else pl.lit(None, VALUE)
    found = targets.join(actual, on="store", how="left").with_columns(due=due)
    share = pl.col("actual") / pl.when(pl.col("due") > 0).then("due")
    return found.select("store", "actual", "due", pace=share.cast(VALUE)).sort("store")


def against_others(compared: pl.DataFrame) -> pl.DataFrame:
    """Each store's growth beside that of all the others together: store, basis, market_growth, adjusted_growth.

    The store itself is left out, so that it cannot drag the market it is measured by. `adjusted_growth` is
    (1 + growth) / (1 + market_growth) - 1; null for a store alone. Only stores with both years take part.
    """
    both = compared.filter(pl.col("growth").is_not_null())
    now, before = (pl.col(name).sum().over("basis") - pl.col(name) for name in ("now", "before"))
    market = (now / pl.when(before > 0).then(before)).cast(VALUE)
    adjusted = (1 + pl.col("growth")) / pl.when(pl.col("_market") > 0).then("_market") - 1
    return both.with_columns(_market=market).select(
        "store", "basis", market_growth=pl.col("_market") - 1, adjusted_growth=adjusted.cast(VALUE)
    )


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1)


def _before(day: date, basis: str) -> date | None:
    year = day.year - 1
    if basis == "calendar":
        return _year_before(day) if (day.month, day.day) != (2, 29) else None
    if basis == "tet" and (offset := (day - tet(day.year)).days) in TET_DAYS:
        return tet(year) + timedelta(days=offset)
    return day - _WEEKS_OF_A_YEAR


def _compared(days: pl.DataFrame, sums: str, pairs: pl.DataFrame, basis: str) -> pl.DataFrame:
    amounts = days.select("store", "business_date", amount=pl.col(sums).cast(VALUE)).drop_nulls()
    now = amounts.join(pairs, on="business_date").group_by("store").agg(now=pl.col("amount").sum())
    older = amounts.join(pairs.select(business_date="before"), on="business_date").group_by("store")
    both = now.join(older.agg(before=pl.col("amount").sum()), on="store", how="full", coalesce=True)
    told = pl.lit(pairs["business_date"].count(), pl.UInt32)
    return both.with_columns(basis=pl.lit(basis), days=told, growth=_growth()).select(COMPARED.keys())


def _growth() -> pl.Expr:
    return (pl.col("now") / pl.when(pl.col("before") > 0).then("before") - 1).cast(VALUE)
