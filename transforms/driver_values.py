"""What each driver was on both sides, as a manager counts it: 12.1 receipts an hour, now 11.8.

A value of a group is a sum over its leaves divided by another; its amount in money is the sum of what the value of each
leaf did. So a value of several stores may rise where its amount falls.
"""

from collections.abc import Mapping
from typing import Final

import polars as pl

# Driver -> the amount it counts, and the amount it is told per one of; None: it is the amount itself.
COUNTS: Final[Mapping[str, tuple[str, str | None]]] = {
    "calendar": ("calendar", "usual"),
    "stores": ("open", None),
    "headcount": ("headcount", None),
    "hours_per_head": ("scheduled", "headcount"),
    "scheduled_hours": ("scheduled", None),
    "attendance": ("hours", "scheduled"),
    "worked_per_head": ("hours", "headcount"),
    "labour_hours": ("hours", None),
    "transactions_per_hour": ("transactions", "hours"),
    "transactions": ("transactions", None),
    "units_per_transaction": ("units", "transactions"),
    "units": ("units", None),
    "mix": ("priced", "units"),
    "price": ("gross", "priced"),
    "price_per_unit": ("gross", "units"),
    "list_value_per_receipt": ("gross", "transactions"),
    "list_value": ("gross", None),
    "discount": ("taken", "gross"),
    "net_per_unit": ("net", "units"),
    "average_transaction_value": ("net", "transactions"),
    "sales_per_labour_hour": ("net", "hours"),
    "sales_value": ("net", None),
    "margin_rate": ("margin", "net"),
}
# Driver -> the KPI that measures it.
MEASURED_BY: Final[Mapping[str, str]] = {
    "transactions": "transactions",
    "transactions_per_hour": "transactions_per_labour_hour",
    "units_per_transaction": "units_per_transaction",
    "discount": "discount_rate",
    "average_transaction_value": "average_transaction_value",
    "sales_per_labour_hour": "sales_per_labour_hour",
    "sales_value": "net_sales",
    "margin_rate": "gross_margin_rate",
}
SIDES: Final = ("before", "after")
_GROUP: Final = ("level", "group_id")
_KEYS: Final = (*_GROUP, "measure", "driver")
_ALL: Final = 0.9995  # of the turnover, as printed


def driver_values(told: pl.DataFrame, wide: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """level, group_id, measure, driver, before, after (Float64): over the leaves of each group that tell the driver.

    All but `stores` is told of leaves that were there on both sides: what the others did is `stores`. `told`: leaf_id,
    measure, driver; `wide`: leaf_id, whether it was there (_before, _after), and each amount of drivers.LEAVES as
    <amount>_before and _after; `members`: leaf_id, level, group_id. Null where nothing can be divided.
    """
    counts = pl.DataFrame(
        [(driver, *counted) for driver, counted in COUNTS.items()], schema=["driver", "counted", "per"], orient="row"
    )
    stayed = wide.select("leaf_id", stayed=pl.col("_before") & pl.col("_after"))
    named = told.join(counts, on="driver").join(stayed, on="leaf_id")
    counted = named.filter(pl.col("stayed") | (pl.col("driver") == "stores"))
    asked = counted.join(members, on="leaf_id")
    tall = _amounts(wide)
    for role in ("counted", "per"):
        sides = tall.rename({side: f"{role}_{side}" for side in SIDES})
        asked = asked.join(sides, left_on=["leaf_id", role], right_on=["leaf_id", "amount"], how="left")
    sums = (pl.col(f"{role}_{side}").sum() for role in ("counted", "per") for side in SIDES)
    divided = pl.all_horizontal(pl.col(f"per_{side}").is_not_null() for side in SIDES)
    whole = asked.filter(pl.col("per").is_null() | divided)
    grouped = whole.group_by(*_KEYS, "per").agg(sums)
    return grouped.select(*_KEYS, *(_value(side).alias(side) for side in SIDES))


def as_judged(told: pl.DataFrame, judged: pl.DataFrame, *, planned: bool) -> pl.DataFrame:
    """`told` (drivers.DRIVERS) with the values of KPIs where one measures a driver that all of the turnover tells.

    What a KPI counts may be a little other than what a driver does (no returns, only the days whose clockings came): a
    review prints one figure for both; not of what is counted where a store opened or closed. What was planned lies as
    far from it as from what the driver counts. `judged`: kpis.judge.JUDGED of one month.
    """
    kpis = pl.DataFrame(list(MEASURED_BY.items()), schema=["driver", "kpi"], orient="row")
    figures = judged.select("kpi", *_GROUP, *(pl.col(name).cast(pl.Float64) for name in ("same_period", "actual")))
    both = told.join(kpis, on="driver", how="left").join(figures, on=["kpi", *_GROUP], how="left")
    aimed = pl.col("before") * pl.col("actual") / pl.when(pl.col("after") != 0).then("after")
    before = aimed if planned else pl.col("same_period")
    moved = (pl.col("part").filter(driver="stores") != 0).any().over(_KEYS[:-1])
    counted = pl.col("driver").is_in([driver for driver, (_, per) in COUNTS.items() if per is None])
    known = (pl.col("coverage") >= _ALL) & ~(moved & counted) & before.is_not_null() & pl.col("actual").is_not_null()
    values = {"before": before, "after": pl.col("actual")}
    tied = (pl.when(known).then(value).otherwise(name).alias(name) for name, value in values.items())
    return both.with_columns(tied).select(told.columns)


def _amounts(wide: pl.DataFrame) -> pl.DataFrame:
    """leaf_id, amount, before, after: one row per leaf and amount, those that only values are told of among them."""
    more = [
        expression.alias(f"{name}_{side}")
        for side in SIDES
        for name, expression in {
            "usual": pl.col("calendar_before"),
            "open": _over(f"stores_{side}", f"calendar_{side}"),
            "taken": pl.col(f"gross_{side}") - pl.col(f"net_{side}"),
        }.items()
    ]
    every = wide.with_columns(more).select("leaf_id", pl.selectors.ends_with(*(f"_{side}" for side in SIDES)))
    tall = every.cast({pl.selectors.numeric(): pl.Float64}).unpivot(pl.selectors.numeric(), index="leaf_id")
    parts = pl.col("variable").str.extract_groups(r"^(?<amount>.+)_(?<side>before|after)$")
    split = tall.with_columns(parts).unnest("variable")
    both = (pl.col("value").filter(side=side).first().alias(side) for side in SIDES)
    return split.group_by("leaf_id", "amount").agg(both)


def _value(side: str) -> pl.Expr:
    per = pl.col(f"per_{side}")
    return pl.when(pl.col("per").is_null()).then(f"counted_{side}").otherwise(_over(f"counted_{side}", per))


def _over(above: str, below: str | pl.Expr) -> pl.Expr:
    divisor = (pl.col(below) if isinstance(below, str) else below).cast(pl.Float64)
    return pl.col(above).cast(pl.Float64) / pl.when(divisor > 0).then(divisor)
