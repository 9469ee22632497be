"""Whether what the lake holds is what the accounts of all files come to, by table and month."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import polars as pl

from flows.lake import Lake
from flows.ledger import Ledger
from transforms.calendar import last_day
from transforms.tables import TABLES, TOTAL


def untied(lake: Lake, ledger: Ledger, months: Iterable[date]) -> list[str]:
    """Sentences on `months` in which the lake holds other than the accounts say."""
    every = sorted(set(months))
    if not every:
        return []
    accounts = pl.concat([ledger.control(month) for month in every])
    held = in_lake(lake, every[0], last_day(every[-1])).filter(pl.col("month").is_in(every))
    return [
        f"The accounts do not tie: {said} This is an error in KPI Review; 'kpi rebuild' makes the lake anew."
        for said in differences(counting(accounts), held, ("by the accounts", "in the lake"))
    ]


def counting(control: pl.DataFrame) -> pl.DataFrame:
    """What control totals (settlement.CONTROL) come to: (table_name, month, rows, amount)."""
    sign = pl.when(pl.col("outcome") == "kept").then(1).when(pl.col("outcome") == "superseded").then(-1).otherwise(0)
    return control.group_by("table_name", "month").agg((pl.col("rows", "amount") * sign).sum())


def in_lake(lake: Lake, first: date | None = None, last: date | None = None) -> pl.DataFrame:
    """What the lake holds from `first` to `last`: (table_name, month, rows, amount)."""
    frames = [
        lake.rows(name, first, last)
        .group_by(month=pl.col("business_date").dt.truncate("1mo"))
        .agg(
            rows=pl.len().cast(pl.Int64),
            amount=pl.col(table.amount).cast(TOTAL).sum() if table.amount else pl.lit(0, TOTAL),
        )
        .select(pl.lit(name).alias("table_name"), "month", "rows", "amount")
        for name, table in TABLES.items()
    ]
    return pl.concat(pl.collect_all(frames, engine="streaming"))


def differences(before: pl.DataFrame, after: pl.DataFrame, named: Sequence[str]) -> Iterator[str]:
    """Sentences on what two such totals have otherwise, called as `named`."""
    both = before.join(after, on=["table_name", "month"], how="full", coalesce=True, suffix="_now").fill_null(0)
    changed = (pl.col("rows") != pl.col("rows_now")) | (pl.col("amount") != pl.col("amount_now"))
    one, other = named
    for table, month, rows, amount, rows_now, amount_now in both.filter(changed).sort("table_name", "month").rows():
        yield f"{table} {month:%Y-%m}: {rows} rows and {amount} {one}, {rows_now} and {amount_now} {other}."
