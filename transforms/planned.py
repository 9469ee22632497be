"""Planned leaves: what the targets of a store expected of each driver, beside what came.

A driver is compared as finely as it was planned. What was planned of it is, in this order:

* its own target: what came, times target / actual of the KPI that measures it, so that a driver and the scorecard
  judge it alike.
* what two targets divide to: hours are net sales / sales per labour hour, receipts net sales / average transaction
  value. A target of a product (average transaction value, sales per labour hour) spans its factors: those without a
  target of their own are not told apart.
* its value of the same month last year; hours and receipts as many a day open as then, for the days of this month.

Net sales as planned are the product of all this. It need not be the target of net sales: what lies between the two is
named beside the drivers, never spread over them.
"""

from typing import Final

import polars as pl

from transforms.drivers import LEAVES, UNHEARD_OF, clocked_only
from transforms.tables import Schema

# Targets and values of the stores in the month: what is planned of their drivers.
AIMS: Final = Schema({"leaf_id": pl.String(), "kpi": pl.String(), "target": pl.Float64(), "actual": pl.Float64()})
# KPI -> how far its target lies from what came, as a factor of the driver; of a share that is taken off, its rest.
AIMED: Final = (
    *("net_sales", "transactions", "average_transaction_value", "units_per_transaction", "sales_per_labour_hour"),
    *("transactions_per_labour_hour", "attendance_rate", "gross_margin_rate"),
)
TAKEN_OFF: Final = ("discount_rate", "lost_time_rate")
BEYOND: Final = "beyond_plan"  # the part between the target and the product of what was planned
_AMOUNTS: Final = tuple(name for name in LEAVES if name not in {"leaf_id", "side"})


def planned(leaves: pl.DataFrame, aims: pl.DataFrame) -> pl.DataFrame:
    """`leaves` (drivers.LEAVES) with what was planned in the place of what came before; LEAVES.

    `aims`: AIMS. A store that was not there last year is planned as far as its targets say; without a target of net
    sales, or of what makes them, it was not planned at all.
    """
    told = clocked_only(leaves)
    sides = {side: told.filter(side=side).drop("side") for side in ("before", "after")}
    days = pl.lit(_days(sides["after"]), pl.Float64)
    wide = (
        sides["after"]
        .join(sides["before"], on="leaf_id", how="full", coalesce=True, suffix="_before")
        .join(_gaps(aims), on="leaf_id", how="left")
        .with_columns(days=pl.when(pl.col("stores_before") > 0).then(days / pl.col("stores_before")))
    )
    steps = (_staff(), _hours(), _receipts(), _units(), _listed(), _sales())
    for step in steps:
        wide = wide.with_columns(**step)
    return pl.concat([_plan(wide, days), told.filter(side="after")])


def _days(after: pl.DataFrame) -> float | None:
    """What the days of the month are worth: the same for all stores, those that have closed as well."""
    return after["calendar"].drop_nulls().max()  # type: ignore[return-value]


def _gaps(aims: pl.DataFrame) -> pl.DataFrame:
    """leaf_id, and per KPI target / actual; null where either is missing or nothing can be divided."""
    target, actual = pl.col("target"), pl.col("actual")
    rest = pl.col("kpi").is_in(TAKEN_OFF)
    above, below = (pl.when(rest).then(1 - column).otherwise(column) for column in (target, actual))
    known = aims.filter(pl.col("kpi").is_in([*AIMED, *TAKEN_OFF]))
    told = known.with_columns(gap=pl.when(above > 0, below > 0).then(above / below))
    names = (pl.col("gap").filter(kpi=name).first().alias(f"_{name}") for name in (*AIMED, *TAKEN_OFF))
    return told.group_by("leaf_id").agg(names)


def _value(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Float64)


def _per(name: str, other: str, side: str = "") -> pl.Expr:
    """So many of `name` for one of `other`."""
    below = _value(f"{other}{side}")
    return pl.when(below > 0).then(_value(f"{name}{side}") / below)


def _of(name: str, *gaps: str) -> pl.Expr:
    """What came of `name`, times the gaps of its KPIs."""
    amount = _value(name)
    for gap in gaps:
        amount = amount * pl.col(f"_{gap}")
    return amount


def _staff() -> dict[str, pl.Expr]:
    came = _per("hours", "scheduled")
    attended = (came * pl.col(f"_{kpi}") for kpi in ("attendance_rate", "lost_time_rate"))
    return {"p_attended": pl.coalesce(*attended, _per("hours", "scheduled", "_before"))}


def _hours() -> dict[str, pl.Expr]:
    rostered = _value("scheduled_before") * pl.col("days") * pl.col("p_attended")
    divided = _of("hours", "net_sales") / pl.col("_sales_per_labour_hour")
    return {
        "p_hours": pl.coalesce(divided, rostered, _value("hours_before") * pl.col("days")),
        # Hours that two targets divide to say nothing of heads.
        "p_headcount": pl.when(divided.is_null()).then("headcount_before"),
    }


def _receipts() -> dict[str, pl.Expr]:
    """Sales per labour hour without more do not say how many receipts: then only their product is told."""
    hours = pl.col("p_hours")
    of_hours = hours * _per("transactions", "hours")
    spanned = pl.col("_sales_per_labour_hour").is_not_null() & hours.is_not_null()
    aimed = (
        _of("transactions", "transactions"),
        of_hours * pl.col("_transactions_per_labour_hour"),
        _of("transactions", "net_sales") / pl.col("_average_transaction_value"),
        of_hours * pl.col("_sales_per_labour_hour") / pl.col("_average_transaction_value"),
    )
    before = (hours * _per("transactions", "hours", "_before"), _value("transactions_before") * pl.col("days"))
    return {"p_transactions": pl.coalesce(*aimed, pl.when(~spanned).then(pl.coalesce(before))), "spanned": spanned}


def _units() -> dict[str, pl.Expr]:
    receipts, spans = pl.col("p_transactions"), pl.col("_average_transaction_value").is_not_null()
    own = receipts * _per("units", "transactions") * pl.col("_units_per_transaction")
    spanned = pl.col("spanned") | spans
    before = pl.when(~spanned).then(receipts * _per("units", "transactions", "_before"))
    return {"p_units": pl.coalesce(own, before), "spanned": spanned}


def _listed() -> dict[str, pl.Expr]:
    """Units at last year's mix and prices."""
    return {"p_gross": pl.when(~pl.col("spanned")).then(pl.col("p_units") * _per("gross", "units", "_before"))}


def _sales() -> dict[str, pl.Expr]:
    kept = pl.coalesce(_per("net", "gross") * pl.col("_discount_rate"), _per("net", "gross", "_before"))
    by_receipt = pl.col("p_transactions") * _per("net", "transactions") * pl.col("_average_transaction_value")
    by_hour = pl.col("p_hours") * _per("net", "hours") * pl.col("_sales_per_labour_hour")
    return {
        "p_net": pl.coalesce(
            by_receipt,
            by_hour,
            pl.col("p_gross") * kept,
            pl.col("p_units") * _per("net", "units", "_before"),
            pl.col("p_transactions") * _per("net", "transactions", "_before"),
            _value("net_before") * pl.col("days"),
            _of("net", "net_sales"),
        )
    }


def _plan(wide: pl.DataFrame, days: pl.Expr) -> pl.DataFrame:
    margin = pl.coalesce(_per("margin", "net") * pl.col("_gross_margin_rate"), _per("margin", "net", "_before"))
    there = pl.coalesce(pl.col("stores_before") * pl.col("days"), pl.col("stores"))
    amounts = {
        "calendar": days,
        "stores": there,
        "headcount": pl.col("p_headcount"),
        "scheduled": pl.col("p_hours") / pl.col("p_attended"),
        "hours": pl.col("p_hours"),
        "transactions": pl.col("p_transactions"),
        "units": pl.col("p_units"),
        "priced": pl.col("p_gross"),
        "gross": pl.coalesce("p_gross", pl.col("p_net") / (_per("net", "gross") * pl.col("_discount_rate"))),
        "net": pl.col("p_net"),
        "margin": pl.col("p_net") * margin,
        "clocked_share": pl.lit(1.0),
    }
    plan = wide.select("leaf_id", side=pl.lit("before"), **{name: amounts[name] for name in _AMOUNTS})
    return _exact(plan).filter(pl.col("net").is_not_null())


def _exact(plan: pl.DataFrame) -> pl.DataFrame:
    """Rounded to whole last units, as amounts are; a quotient by next to nothing is no plan."""
    sane = (pl.when(pl.col(name).abs() < UNHEARD_OF).then(pl.col(name).round(4)).alias(name) for name in _AMOUNTS)
    return plan.cast(dict.fromkeys(_AMOUNTS, pl.Float64)).with_columns(sane).cast(pl.Schema(LEAVES))
