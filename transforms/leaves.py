"""Leaves: what each store sold, earned and worked in two months, as the drivers of the change between them take it."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl

from transforms.calendar import days_in, last_day, month_of
from transforms.drivers import LEAVES
from transforms.tables import TOTAL

_LEAF: Final = ("leaf_id", "side")
_PRODUCT: Final = ("leaf_id", "product_id")
_SUMS: Final = ("quantity", "gross_amount", "net_amount", "margin")


def leaves(sales: pl.LazyFrame, facts: pl.DataFrame, before: date, after: date, stores: pl.DataFrame) -> pl.DataFrame:
    """One row per store and month with sales; LEAVES.

    `sales`: tables.SALES rows of the two months, `before` and `after` (their first days); voided ones do not count.
    `facts`: tables.FACTS, which heads and hours come from. A sum whose column is empty in any row is not known, so
    margin is told where every line has its cost. Units are priced as that store sold that product before, at their own
    price where it did not. A day is worth what its weekday sold on average in both months. `stores`: store_id,
    opened_on, closed_on (null: since ever, still open); of one that opened midway only the days since then are worth.
    """
    side = pl.when(month_of(pl.col("business_date")) == after).then(pl.lit("after")).otherwise(pl.lit("before"))
    earned = pl.col("net_amount") - pl.col("cost_amount")
    sold = sales.filter(pl.col("kind") != "void").with_columns(leaf_id="store_id", side=side, margin=earned)
    receipt = pl.when(pl.col("kind") == "sale").then("receipt_id")
    plans = (
        sold.group_by(*_LEAF, "product_id").agg(_whole(name) for name in _SUMS),
        sold.group_by(*_LEAF, "system").agg(_sales=receipt.drop_nulls().n_unique()),
        sold.group_by("business_date", "side").agg(pl.col("net_amount").cast(TOTAL).sum()),
    )
    products, receipts, days = pl.collect_all(plans)
    worth = _worth(days)
    calendar = worth.group_by("side").agg(calendar=pl.col("worth").sum())
    receipts = receipts.group_by(_LEAF).agg(transactions=pl.col("_sales").sum())
    found = _priced(products).join(receipts, on=_LEAF).join(calendar, on="side")
    hours = pl.concat([_hours(facts, month, name) for month, name in ((before, "before"), (after, "after"))])
    opened = _part_open(worth, stores, {"before": before, "after": after})
    told = found.join(hours, on=_LEAF, how="left").join(opened, on=_LEAF, how="left")
    told = told.with_columns(stores=pl.coalesce("open", "calendar"))
    return told.select(LEAVES.keys()).cast(pl.Schema(LEAVES)).sort(_LEAF)


def _whole(name: str) -> pl.Expr:
    """The sum of a column that no row leaves empty."""
    column = pl.col(name)
    return pl.when(column.is_not_null().all()).then(column.cast(TOTAL).sum()).alias(name)


def _priced(products: pl.DataFrame) -> pl.DataFrame:
    """units, priced, gross, net and margin of each leaf."""
    quantity, gross = (pl.col(name).cast(pl.Float64) for name in ("quantity", "gross_amount"))
    usual = products.filter(pl.col("side") == "before", quantity > 0).select(*_PRODUCT, price=gross / quantity)
    at_before = products.join(usual, on=_PRODUCT, how="left", nulls_equal=True).with_columns(
        priced=pl.when((pl.col("side") == "before") | pl.col("price").is_null())
        .then("gross_amount")
        .otherwise((pl.col("price") * quantity).cast(TOTAL))
    )
    sums = zip(("units", "priced", "gross", "net", "margin"), ("quantity", "priced", *_SUMS[1:]), strict=True)
    return at_before.group_by(_LEAF).agg(_whole(column).alias(name) for name, column in sums)


def _worth(days: pl.DataFrame) -> pl.DataFrame:
    """business_date, side, worth: what its weekday sells on average."""
    weekday = pl.col("business_date").dt.weekday()
    worth = pl.col("net_amount").cast(pl.Float64).mean().over(weekday)
    return days.select("business_date", "side", worth=worth)


def _part_open(worth: pl.DataFrame, stores: pl.DataFrame, months: Mapping[str, date]) -> pl.DataFrame:
    """leaf_id, side, open: what its days are worth, of a store that was open in a part of the month only."""
    ends = [(side, month, last_day(month)) for side, month in months.items()]
    sides = pl.DataFrame(ends, schema={"side": pl.String, "first": pl.Date, "last": pl.Date}, orient="row")
    spans = stores.unique("store_id").select("opened_on", "closed_on", leaf_id="store_id").join(sides, how="cross")
    opened = pl.col("opened_on").is_between(pl.col("first"), pl.col("last"), "right")
    closed = pl.col("closed_on").is_between(pl.col("first"), pl.col("last"), "left")
    part = spans.filter((opened | closed).fill_null(value=False)).join(worth, on="side")
    day = pl.col("business_date")
    there = (day >= pl.col("opened_on").fill_null(date.min)) & (day <= pl.col("closed_on").fill_null(date.max))
    return part.group_by(_LEAF).agg(open=pl.col("worth").filter(there).sum())


def _hours(facts: pl.DataFrame, month: date, side: str) -> pl.DataFrame:
    """leaf_id, side, headcount, scheduled, hours, clocked_share of the stores of `month`."""
    here = facts.filter(level="store", month=month)
    sold = here.filter(kpi="net_sales").select("group_id", sold="numerator")
    heads = here.filter(kpi="turnover").select("group_id", headcount=pl.col("denominator") / days_in(month))
    rostered = here.filter(kpi="lost_time_rate").select("group_id", scheduled="denominator")
    clocked = here.filter(kpi="sales_per_labour_hour").join(sold, on="group_id")
    for also in (heads, rostered):
        clocked = clocked.join(also, on="group_id", how="left")
    every = pl.col("sold").cast(pl.Float64)
    share = pl.when(every > 0).then(pl.col("numerator").cast(pl.Float64) / every)
    known = {"headcount": pl.col("headcount").cast(pl.Float64), "hours": pl.col("denominator"), "clocked_share": share}
    return clocked.select("scheduled", leaf_id="group_id", side=pl.lit(side), **known)
