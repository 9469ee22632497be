"""How much of what there was did come: by days for stores and those above, by rows and hours for departments.

What proposals may say is capped by it; a group is known as far as the least of what it stands on. A store's weekdays
off are no missing days; sales that are nobody's are missing in every department; a shift without one of its punches has
no hours.
"""

from datetime import date, timedelta
from typing import Final

import polars as pl

from transforms.tables import Schema

# A share of what there was; null: not known. `attendance_coverage` counts hours.
COMPLETENESS: Final = Schema(
    {
        "level": pl.String(),
        "group_id": pl.String(),
        "sales_coverage": pl.Float64(),
        "attendance_coverage": pl.Float64(),
    }
)
_GROUP: Final = ("level", "group_id")
_FOUR_WEEKS: Final = timedelta(days=27)  # from the first day to the last
_WEEKDAYS: Final = pl.Series("weekday", range(1, 8), pl.Int8)


def at_rest(days: pl.DataFrame) -> pl.DataFrame:
    """The weekdays (1 = Monday) on which a store never is, though four weeks of it are known: store_id, weekday.

    `days`: store_id, business_date of whatever came in the last months.
    """
    span = pl.col("business_date").max() - pl.col("business_date").min()
    known = days.group_by("store_id").agg(span=span).filter(pl.col("span") >= _FOUR_WEEKS).select("store_id")
    seen = days.select("store_id", weekday=pl.col("business_date").dt.weekday()).unique()
    return known.join(_WEEKDAYS.to_frame(), how="cross").join(seen, on=["store_id", "weekday"], how="anti")


def completeness(stores: pl.DataFrame, members: pl.DataFrame, facts: pl.DataFrame, month: date) -> pl.DataFrame:
    """COMPLETENESS of stores, those above them and their departments.

    `stores`: store_id, open_days, sales_days, attendance_days; `members` (leaf_id, level, group_id): what each store
    adds up to, itself included; `facts`: tables.FACTS of the month, which sums by department and punches come from.
    """
    here = facts.filter(month=month)
    days = stores.join(members, left_on="store_id", right_on="leaf_id").group_by(_GROUP)
    counted = days.agg(pl.col("open_days", "sales_days", "attendance_days").sum())
    shares = (
        (pl.col(f"{data}_days") / pl.col("open_days")).alias(f"{data}_coverage") for data in ("sales", "attendance")
    )
    above = counted.select(*_GROUP, *shares)
    own = above.filter(level="store").select(store="group_id", sales="sales_coverage", attendance="attendance_coverage")
    below = _departments(here).join(own, on="store").join(_attributed(here), on="store", how="left")
    departments = below.select(
        *_GROUP,
        sales_coverage=pl.min_horizontal("sales", "attributed"),
        attendance_coverage="attendance",
    )
    every = pl.concat([above, departments]).join(_punched(here), on=_GROUP, how="left")
    hours = pl.min_horizontal("attendance_coverage", "punched")
    return every.with_columns(attendance_coverage=hours).select(COMPLETENESS.keys()).sort(_GROUP)


def _departments(facts: pl.DataFrame) -> pl.DataFrame:
    groups = facts.filter(level="department").select(_GROUP).unique()
    return groups.with_columns(store=pl.col("group_id").str.replace(r"\.[^.]*$", ""))


def _attributed(facts: pl.DataFrame) -> pl.DataFrame:
    """store, attributed: how much of a store's net sales is some department's; returns may make it more than all."""
    sold = facts.filter(kpi="net_sales").with_columns(sum=pl.col("numerator").cast(pl.Float64))
    theirs = sold.filter(level="department").with_columns(store=pl.col("group_id").str.replace(r"\.[^.]*$", ""))
    whole = sold.filter(pl.col("sum") > 0, level="store").select(store="group_id", whole="sum")
    shares = theirs.group_by("store").agg(pl.col("sum").sum()).join(whole, on="store")
    return shares.select("store", attributed=(pl.col("sum") / pl.col("whole")).clip(0, 1))


def _punched(facts: pl.DataFrame) -> pl.DataFrame:
    """level, group_id, punched: the share of shifts that lack no punch, and so have hours."""
    rates = facts.filter(pl.col("denominator") > 0, kpi="missing_punch_rate")
    missing = pl.col("numerator").cast(pl.Float64) / pl.col("denominator").cast(pl.Float64)
    return rates.select(*_GROUP, punched=(1 - missing).clip(0, 1))
