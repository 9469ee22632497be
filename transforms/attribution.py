"""Whose figure a row is, where that is not plain, and how often each rule was needed: for a review to print."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

import polars as pl

from transforms.calendar import last_day
from transforms.groups import stints
from transforms.tables import TOTAL, Schema

# leaver: not employed that day; the store's, nobody's own. transfer: employed in several stores this month; each store
# has what was done there, the person both. borrowed: worked in another store than home; hours and sales count there,
# the head at home. shared: an account of several people; the store's, nobody's own. nameless: no employee was recorded.
RULES: Final = ("leaver", "transfer", "borrowed", "shared", "nameless")
_WHO: Final = ("store", "rule", "employee_id")
RULED: Final = Schema(
    {
        "store": pl.String(),
        "rule": pl.String(),
        "employee_id": pl.String(),  # null: nameless
        "net_amount": TOTAL,
        "worked_hours": TOTAL,
    }
)


@dataclass(frozen=True, slots=True)
class Applied:
    """One rule of RULES, and what it was applied to: people (or accounts), net sales, hours worked."""

    rule: str
    people: int
    net_amount: Decimal
    worked_hours: Decimal


def ruled(sales: pl.LazyFrame, shifts: pl.LazyFrame, people: pl.DataFrame, month: date) -> pl.DataFrame:
    """What each rule moved in `month`, by store and person, as RULED, worked out once for all stores.

    `sales` (tables.SOLD) and `shifts` (tables.SHIFTS) are placed (groups.place); `people` as there.
    """
    net = _ruled(sales.filter(pl.col("kind") != "void"), people, month, "net_amount")
    hours = _ruled(shifts, people, month, "worked_hours")
    both = net.join(hours, on=_WHO, how="full", coalesce=True, nulls_equal=True)
    return both.select(RULED.keys()).collect(engine="streaming").cast(dict(RULED))  # type: ignore[arg-type]


def applied(moved: pl.DataFrame, stores: Collection[str] | None = None) -> tuple[Applied, ...]:
    """The rules that were needed (`moved`: RULED), in the order of RULES; `stores` None: in the whole chain.

    Who moved may help out elsewhere as well, and so fall under two rules: what they moved does not add up.
    """
    mine = moved if stores is None else moved.filter(pl.col("store").is_in(list(stores)))
    both = mine.group_by("rule").agg(pl.col("employee_id").n_unique(), pl.col("net_amount", "worked_hours").sum())
    found = {row["rule"]: row for row in both.to_dicts()}
    return tuple(_applied(found[rule]) for rule in RULES if rule in found)


def _applied(row: dict[str, object]) -> Applied:
    people = 0 if row["rule"] == "nameless" else int(str(row["employee_id"]))
    amount, hours = (Decimal(str(row[name] or 0)) for name in ("net_amount", "worked_hours"))
    return Applied(str(row["rule"]), people, amount, hours)


def _ruled(rows: pl.LazyFrame, people: pl.DataFrame, month: date, amount: str) -> pl.LazyFrame:
    """One row per store, rule and person: _WHO and the sum of `amount`."""
    mine = rows.filter(pl.col("month") == month)
    who, own = pl.col("employee_id"), pl.col("person").is_not_null()
    shared = who.is_in(_shared(people))
    rules = {
        "leaver": who.is_not_null() & ~own & ~shared,
        "transfer": own & who.is_in(_transferred(people, month)),
        "borrowed": own & (pl.col("home") != pl.col("store")),
        "shared": shared,
        "nameless": who.is_null(),
    }
    named = [pl.when(holds).then(pl.lit(rule)) for rule, holds in rules.items()]
    listed = mine.select("store", "employee_id", amount, rule=pl.concat_list(named).list.drop_nulls())
    return listed.filter(pl.col("rule").list.len() > 0).explode("rule").group_by(_WHO).agg(pl.col(amount).sum())


def _shared(people: pl.DataFrame) -> list[str]:
    found = people.filter("shared") if "shared" in people.columns else people.clear()
    return found["employee_id"].unique().to_list()


def _transferred(people: pl.DataFrame, month: date) -> list[str]:
    held = stints(people).filter(pl.col("first") <= last_day(month), (pl.col("last") >= month).fill_null(value=True))
    several = held.group_by("employee_id").agg(pl.col("store_id").n_unique()).filter(pl.col("store_id") > 1)
    return several["employee_id"].to_list()
