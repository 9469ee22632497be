"""Control totals: what a file delivered against what became of it."""

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from transforms.tables import TOTAL


@dataclass(frozen=True, slots=True)
class Delivered:
    """What the reader counted in a file: rows, records that are none (totals, footers), and money where it is read.

    `unreadable` rows have no readable amount, so `amount` (site's currency) is that of the others.
    """

    rows: int
    ignored: int = 0
    amount: Decimal = Decimal(0)
    unreadable: int = 0


def delivered(rows: pl.DataFrame, rejected: pl.DataFrame, *, amount: str | None, ignored: int) -> Delivered:
    """Count what was read: `rows` with the column `amount` (null for none), and `rejected` as `tables.QUARANTINE`."""
    count = rows.height + rejected.height
    if amount is None:
        return Delivered(count, ignored)
    money = pl.concat([rows[amount].cast(TOTAL), rejected["amount"].cast(TOTAL)])
    return Delivered(count, ignored, Decimal(money.sum() or 0), money.null_count())


def imbalance(came: Delivered, control: pl.DataFrame) -> tuple[int, Decimal]:
    """Rows and money that were delivered and are in none of kept, quarantined and redelivered; (0, 0) if all are.

    `control` has the columns outcome (String), rows (Int64) and amount (Decimal).
    """
    parts = control.filter(pl.col("outcome").is_in(["kept", "quarantined", "redelivered"]))
    return came.rows - int(parts["rows"].sum()), came.amount - Decimal(parts["amount"].sum() or 0)


def in_two_systems(days: pl.DataFrame) -> pl.DataFrame:
    """Store-days that two systems sum to the same: one till, delivered twice under two names.

    Args:
        days: columns store_id, system (String), business_date (Date), receipts (integer), amount (Decimal).

    Returns:
        columns store_id, business_date, systems (List(String), sorted), amount; sorted. Days of nothing are left out.

    """
    return (
        days.filter(pl.col("amount") != 0)
        .group_by("store_id", "business_date", "receipts", "amount")
        .agg(systems=pl.col("system").unique().sort())
        .filter(pl.col("systems").list.len() > 1)
        .select("store_id", "business_date", "systems", "amount")
        .sort("store_id", "business_date", "amount")
    )
