"""Drivers: what a change in net sales or margin came from, in parts that add up exactly at every level.

Each leaf group (a store, or a department of one) is a product of links: how many of the next are there per one of the
last. A part is the link's Shapley value, which for a product is d_i x integral over t in [0, 1] of the product of all
other a_j + t d_j (Owen, 1972, along the diagonal; the same as Das Gupta, 1993): a polynomial, so Gauss-Legendre nodes
give it exactly, and zeros do no harm. Parts are rounded by largest remainder to the leaf's change, then summed.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from numpy.polynomial.legendre import leggauss

from transforms.driver_values import driver_values
from transforms.tables import TOTAL, Schema

# One row per leaf group and side. `calendar`: what the days of the month are worth against each other (31 days, or the
# sum of its weekdays' weights); `stores`: the same where it was open, else 0, as everything after it is made in days
# open; `priced`: this side's units at the prices of the before side (before: the same as `gross`), which tells mix
# from price. Null: not known; then the links go on without
# it. `clocked_share`: how much of net sales fell on days whose clockings came.
LEAVES: Final = Schema(
    {
        "leaf_id": pl.String(),
        "side": pl.String(),  # before | after
        "calendar": pl.Float64(),
        "stores": pl.Float64(),
        "headcount": pl.Float64(),
        "scheduled": TOTAL,
        "hours": TOTAL,
        "transactions": TOTAL,
        "units": TOTAL,
        "priced": TOTAL,
        "gross": TOTAL,
        "net": TOTAL,
        "margin": TOTAL,
        "clocked_share": pl.Float64(),
    }
)
# `part`: of the change, in money; all parts of a group and measure add up to `change`, after less before. `coverage`:
# the share of the group's turnover (both sides) in leaves where this driver could be told from the others; `before`,
# `after`: what the driver was in those (driver_values.COUNTS), null: it cannot be said.
DRIVERS: Final = Schema(
    {
        "level": pl.String(),
        "group_id": pl.String(),
        "measure": pl.String(),
        "driver": pl.String(),
        "part": TOTAL,
        "change": TOTAL,
        "coverage": pl.Float64(),
        "before": pl.Float64(),
        "after": pl.Float64(),
    }
)
MEASURES: Final = ("net", "margin")
LEAST_CLOCKED: Final = 0.95
# Links in their order, each named by how far back the last known link is: one, two, ..., further.
LINKS: Final = {
    "calendar": ("calendar", "calendar"),
    "stores": ("stores", "stores"),
    "headcount": ("headcount", "headcount"),
    "scheduled": ("hours_per_head", "scheduled_hours"),
    "hours": ("attendance", "worked_per_head", "labour_hours"),
    "transactions": ("transactions_per_hour", "transactions"),
    "units": ("units_per_transaction", "units"),
    "priced": ("mix", "mix"),
    "gross": ("price", "price_per_unit", "list_value_per_receipt", "list_value"),
    "net": (
        *("discount", "net_per_unit", "net_per_unit", "average_transaction_value", "sales_per_labour_hour"),
        "sales_value",
    ),
    "margin": ("margin_rate", "margin_rate"),
}
_HOURLY: Final = ("headcount", "scheduled", "hours")
# What headcount, its scheduled hours and attendance are parts of.
HOURS: Final = ("headcount", *LINKS["scheduled"], *LINKS["hours"])
TOLD_BY_HOURS: Final = "transactions_per_hour"  # wherever hours could be told
UNHEARD_OF: Final = 1e25  # a quotient by next to nothing: such a leaf's change cannot be told apart
_NODES, _WEIGHTS = ((leggauss(6)[0] + 1) / 2, leggauss(6)[1] / 2)  # on [0, 1]
Factors = npt.NDArray[np.float64]


def drivers(leaves: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Split each group's change from before to after into its drivers; DRIVERS, sorted.

    `leaves`: LEAVES; a side without a row was not there (every amount 0: a new or closed store is the driver `stores`).
    `members` (leaf_id, level, group_id): which groups each leaf adds up to. A measure that is not known on both sides
    of a leaf leaves that leaf out of it.
    """
    wide = _sides(leaves)
    parts = pl.concat([_parts(wide, measure) for measure in MEASURES])
    turnover = (
        parts.select("leaf_id", "measure", "turnover", "change")
        .unique(["leaf_id", "measure"])
        .join(members, on="leaf_id")
    )
    keys = ["level", "group_id", "measure"]
    totals = turnover.group_by(keys).agg(pl.col("change").sum(), whole=pl.col("turnover").sum())
    summed = (
        parts.join(members, on="leaf_id")
        .group_by(*keys, "driver")
        .agg(pl.col("part").sum(), covered=pl.col("turnover").sum())
    )
    share = pl.when(pl.col("whole") > 0).then(pl.col("covered") / pl.col("whole")).otherwise(1.0)
    values = driver_values(parts.select("leaf_id", "measure", "driver"), wide, members)
    told = summed.join(totals, on=keys).with_columns(coverage=share).join(values, on=[*keys, "driver"], how="left")
    return told.select(DRIVERS.keys()).sort(*keys, "driver")


def shapley(before: Factors, after: Factors) -> Factors:
    """Each factor's part in the change of their product; exact for up to twelve. All: rows x factors, Float64."""
    step = after - before
    values = before + _NODES[:, None, None] * step
    ahead = np.cumprod(np.insert(values[..., :-1], 0, 1, axis=-1), axis=-1)
    behind = np.cumprod(np.insert(values[..., :0:-1], 0, 1, axis=-1), axis=-1)[..., ::-1]
    return step * np.tensordot(_WEIGHTS, ahead * behind, axes=1)


def clocked_only(leaves: pl.DataFrame) -> pl.DataFrame:
    """`leaves` (LEAVES) with hours only where the clock told enough of them."""
    clocked = pl.col("hours").is_not_null() & (pl.col("clocked_share").fill_null(1.0) >= LEAST_CLOCKED)
    return leaves.with_columns(pl.when(clocked).then(name).alias(name) for name in _HOURLY)


def _sides(leaves: pl.DataFrame) -> pl.DataFrame:
    """One row per leaf: each amount before and after."""
    told = clocked_only(leaves)
    sides = [
        told.filter(side=side).select("leaf_id", *(pl.col(link).alias(f"{link}_{side}") for link in LINKS))
        for side in ("before", "after")
    ]
    wide = sides[0].join(sides[1], on="leaf_id", how="full", coalesce=True)
    there = [pl.col(f"net_{side}").is_not_null().alias(f"_{side}") for side in ("before", "after")]
    return wide.with_columns(there).with_columns(_absent(side, link) for side in ("before", "after") for link in LINKS)


def _absent(side: str, link: str) -> pl.Expr:
    """A leaf that was not there had nothing; its calendar is the other side's, for the days were there."""
    name, other = f"{link}_{side}", f"{link}_{'after' if side == 'before' else 'before'}"
    nothing = pl.col(other) if link == "calendar" else pl.when(pl.col(other).is_not_null()).then(0)
    return pl.when(f"_{side}").then(name).otherwise(nothing).cast(LEAVES[link]).alias(name)


def _parts(wide: pl.DataFrame, measure: str) -> pl.DataFrame:
    """leaf_id, measure, driver, part, change, turnover: one row per leaf and link that could be told."""
    links = [link for link in LINKS if measure == "margin" or link != "margin"]
    sides = ("before", "after")
    heads = (pl.col(f"headcount_{side}") * pl.col(f"calendar_{side}").fill_null(1) for side in sides)
    known = wide.filter(pl.all_horizontal(pl.col(f"{measure}_{side}").is_not_null() for side in sides))
    known = known.with_columns(heads)  # as many heads on every day, or the calendar would be theirs
    used = known.with_columns(_usable(link, measure).alias(f"_use_{link}") for link in links)
    factored = used.with_columns(_factor(links, at, side) for at in range(len(links)) for side in sides)
    settled = factored.with_columns(_settled(link, side) for link in links for side in sides)
    told = settled.with_columns(_shares(settled, links)).with_columns(_told(links, at) for at in range(len(links)))
    change = (pl.col(f"{measure}_after") - pl.col(f"{measure}_before")).cast(TOTAL)
    turnover = (pl.col("net_after").abs() + pl.col("net_before").abs()).cast(pl.Float64)
    tall = told.select(
        "leaf_id", change=change, turnover=turnover, told=pl.concat_list(f"_part_{link}" for link in links)
    )
    return _rounded(tall.explode("told").unnest("told").filter("used")).with_columns(measure=pl.lit(measure))


def _usable(link: str, measure: str) -> pl.Expr:
    """A link is known on both sides, and nothing comes out of nothing: returns alone have no receipts."""
    if link == measure:
        return pl.lit(value=True)
    sides = [
        pl.col(f"{link}_{side}").is_not_null()
        & ((pl.col(f"{link}_{side}") > 0) | ((pl.col(f"{link}_{side}") == 0) & (pl.col(f"{measure}_{side}") == 0)))
        for side in ("before", "after")
    ]
    return pl.all_horizontal(sides).fill_null(value=False)


def _factor(links: Sequence[str], at: int, side: str) -> pl.Expr:
    """So many of this link per one of the last usable; null: none of those, so that nothing can be said."""
    amount = pl.col(f"{links[at]}_{side}").cast(pl.Float64)
    lasts = [pl.when(f"_use_{link}").then(pl.col(f"{link}_{side}").cast(pl.Float64)) for link in reversed(links[:at])]
    last = pl.coalesce(*lasts, pl.lit(1.0))
    factor = pl.when(last != 0).then(amount / last)
    return pl.when(f"_use_{links[at]}").then(factor).otherwise(1.0).alias(f"_{side[0]}_raw_{links[at]}")


def _settled(link: str, side: str) -> pl.Expr:
    """Where a side cannot say how many per one, it is as on the other side: that is not what changed."""
    sides = (side, "after" if side == "before" else "before")
    return pl.coalesce(*(f"_{s[0]}_raw_{link}" for s in sides), pl.lit(1.0)).alias(f"_{side[0]}_{link}")


def _shares(settled: pl.DataFrame, links: Sequence[str]) -> list[pl.Series]:
    sides = ("_b_", "_a_")
    before, after = (settled.select(pl.col(f"{side}{link}") for link in links).to_numpy() for side in sides)
    with np.errstate(all="ignore"):
        shares = shapley(before, after)
    told = np.all(np.abs(shares) < UNHEARD_OF, axis=1, keepdims=True)
    return [
        pl.Series(f"_share_{link}", column) for link, column in zip(links, np.where(told, shares, 0).T, strict=True)
    ]


def _told(links: Sequence[str], at: int) -> pl.Expr:
    *near, far = LINKS[links[at]]
    known = [pl.col(f"_use_{link}") for link in reversed(links[:at])]
    name = pl.coalesce(*(pl.when(k).then(pl.lit(n)) for k, n in zip(known, near, strict=False)), pl.lit(far))
    told = pl.struct(driver=name, share=f"_share_{links[at]}", used=f"_use_{links[at]}")
    return told.alias(f"_part_{links[at]}")


def _rounded(tall: pl.DataFrame) -> pl.DataFrame:
    """Whole last units by largest remainder, in integers: each leaf's parts add up to its change."""
    unit = 10_000
    scaled = tall.with_columns(units=(pl.col("change") * unit).cast(pl.Int128), wished=pl.col("share") * unit)
    floored = scaled.with_columns(floor=pl.col("wished").floor().cast(pl.Int128))
    count, left = pl.len().over("leaf_id"), (pl.col("units") - pl.col("floor").sum().over("leaf_id"))
    place = (pl.col("wished") - pl.col("floor")).rank("ordinal", descending=True).over("leaf_id")
    spread = floored.with_columns(left=left, count=count.cast(pl.Int128), place=place.cast(pl.Int128))
    each = pl.col("left") // pl.col("count")
    over = (pl.col("place") <= pl.col("left") - each * pl.col("count")).cast(pl.Int128)
    part = ((pl.col("floor") + each + over).cast(TOTAL) / unit).cast(TOTAL)
    return spread.select("leaf_id", "driver", part.alias("part"), "change", "turnover")
