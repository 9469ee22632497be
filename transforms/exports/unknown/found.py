"""How what a row brought comes about in an unknown export."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

NEAR: Final = "0.01"
_PROVEN: Final = 0.98  # of the rows; those that do not add up are rejected when the file is read


@dataclass(frozen=True, slots=True)
class Net:
    """How net_amount comes about: from one column, or by `sql` over the columns `used` (name in the profile -> place).

    What rows prove is guarded by `sql`: those of later files that do not add up are rejected. `spread` are amounts of
    whole receipts and what their lines share them by. `doubt` is a sentence, or "".
    """

    sql: str = ""
    used: Mapping[str, int] = field(default_factory=dict)
    column: int | None = None
    doubt: str = ""
    spread: Mapping[str, str] = field(default_factory=dict)


def holds(there: pl.DataFrame, test: pl.Expr) -> bool:
    """Whether `test` is so of nearly all rows that have what it asks about."""
    held = there.select(test).to_series().drop_nulls()
    return held.len() > 0 and held.sum() >= _PROVEN * held.len()


def adds_up(total: pl.Series, tax: pl.Series, with_tax: pl.Series) -> bool:
    """Whether a total and its tax come to what is with it."""
    three = pl.DataFrame({"total": total, "tax": tax, "sum": with_tax})
    return holds(three, pl.sql_expr(f"ABS(total + tax - sum) <= {NEAR}"))


def is_there(numbers: pl.Series) -> bool:
    """Whether any number is other than 0: nothing is proven by nothing."""
    return bool((numbers != 0).any())
