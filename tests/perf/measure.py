"""KPI measurement against the same SQL by hand: python -m tests.perf.measure [million sale lines] [months].

All read the same Parquet files and produce numerator and denominator of every KPI over sale lines and shifts, by level,
group and month: DuckDB and Polars by one query a level and table. There is a shift to 25 lines. The figures of all are
compared before the costs are printed.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np
import polars as pl

from flows.months.facts import MOST_ROWS
from reports.sections import standings
from tests.perf.contest import contest
from transforms.calendar import together
from transforms.kpis.catalogue import shipped_catalogue
from transforms.kpis.kpi import Kpi
from transforms.kpis.measure import facts_of, kept
from transforms.tables import LEVELS, MEMBER, SALES, SHIFTS

MILLION = 1_000_000
STORES, PEOPLE, PRODUCTS, MONTHS = 200, 3000, 400, 12
LINES_PER_SHIFT = 25
TABLES = ("sales", "shifts")


def placed() -> dict[str, pl.Expr]:
    """The group ids of a row of `person` and `store`, both numbers, and the ids it has of its own."""
    return {
        "chain": pl.lit("chain"),
        "region": pl.format("R{}", pl.col("store") % 8),
        "store": pl.format("S{}", "store"),
        "department": pl.format("S{}.D{}", "store", pl.col("person") % 3),
        "position": pl.format("J{}", pl.col("person") % 6),
        "person": pl.format("P{}", "person"),
        "member": pl.format("S{}/P{}", "store", "person"),
        "store_id": pl.format("S{}", "store"),
        "employee_id": pl.format("P{}", "person"),
    }


def lines(month: int, rows: int) -> pl.DataFrame:
    """One month of sale lines, each with its group ids."""
    rng = np.random.default_rng(month)
    person, product = rng.integers(0, PEOPLE, rows), rng.integers(0, PRODUCTS, rows)
    store, quantity = person % STORES, rng.integers(1, 4, rows)
    gross = quantity * (20 + product % 60) * 1000
    discount = np.where(rng.random(rows) < 0.1, gross // 10, 0)
    frame = pl.DataFrame(
        {
            "store": store,
            "receipt": rng.integers(0, rows // 2, rows),
            "person": person,
            "product_id": product,
            "quantity": quantity,
            "gross_amount": gross,
            "discount_amount": discount,
            "returned": rng.random(rows) < 0.01,
        }
    )
    sign = pl.when("returned").then(-1).otherwise(1)
    money = SALES.columns["net_amount"]
    return frame.select(
        month=pl.lit(date(2026, month, 1)),
        business_date=pl.lit(date(2026, month, 1)),
        clocked=pl.lit(value=True),
        same_store=pl.lit(value=True),
        base_store=pl.lit(value=True),
        came_back=pl.when(pl.col("receipt") % 3 == 0).then(pl.col("receipt") % 2 == 0),
        customer_id=pl.when(pl.col("receipt") % 3 == 0).then(pl.format("C{}", pl.col("receipt") % 5000)),
        focus=pl.col("product_id") % 9 == 0,
        add_on=pl.col("product_id") % 7 == 0,
        **placed(),
        receipt_id=pl.format("{}-{}", "store", "receipt"),
        product_id=pl.format("SKU{}", "product_id"),
        kind=pl.when("returned").then(pl.lit("return")).otherwise(pl.lit("sale")),
        quantity=(pl.col("quantity") * sign).cast(money),
        gross_amount=(pl.col("gross_amount") * sign).cast(money),
        discount_amount=(pl.col("discount_amount") * sign).cast(money),
        net_amount=((pl.col("gross_amount") - pl.col("discount_amount")) * sign).cast(money),
        cost_amount=(pl.col("gross_amount") * sign * 0.35).round(0).cast(money),
    )


def shifts(month: int, rows: int) -> pl.DataFrame:
    """One month of shifts, each with its group ids."""
    rng = np.random.default_rng(100 + month)
    person, state = rng.integers(0, PEOPLE, rows), rng.random(rows)
    late, early = rng.integers(0, 30, rows), rng.integers(0, 12, rows)
    frame = pl.DataFrame({"person": person, "store": person % STORES, "state": state, "late": late, "early": early})
    worked, hours, day = pl.col("state") < 0.94, SHIFTS["worked_hours"], pl.lit(date(2026, month, 1))
    begin = day.cast(pl.Datetime("us"))
    return frame.select(
        month=day,
        business_date=day,
        **placed(),
        status=pl.when(worked)
        .then(pl.lit("worked"))
        .when(pl.col("state") < 0.96)
        .then(pl.lit("open"))
        .otherwise(pl.lit("absent")),
        scheduled_in=begin,
        clock_in=pl.when(worked).then(begin),
        clock_out=pl.when(worked).then(begin),
        scheduled_hours=pl.lit(8).cast(hours),
        worked_hours=pl.when(worked).then(8 - pl.col("late") / 60).round(4).cast(hours),
        overtime_hours=pl.when(worked & (pl.col("early") == 0)).then(1.5).otherwise(0).cast(hours),
        adhered_hours=pl.when(worked).then(7.5).cast(hours),
        late_minutes=pl.when(worked).then("late").cast(pl.Int32),
        early_leave_minutes=pl.when(worked).then("early").cast(pl.Int32),
        absence_begins=~worked & (pl.col("late") > 9),
    )


def ours(folder: str, months: int) -> Callable[[], object]:
    """Our measurement, in the runs of months in which a night would do it."""
    kpis = measured_kpis()
    files = {month: path(folder, "sales", month) for month in range(1, months + 1)}
    rows = {date(2026, n, 1): pl.scan_parquet(file).select(pl.len()).collect().item() for n, file in files.items()}

    def run() -> object:
        runs = together(list(rows), rows, MOST_ROWS)
        measured = [facts for some in runs for facts in _night(kpis, folder, [month.month for month in some])]
        return checked([row for facts in measured for row in facts.select(*FACT, "numerator", "denominator").rows()])

    return run


def _night(kpis: dict[str, Kpi], folder: str, months: Sequence[int]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """As flows.months.facts measures: every KPI at every level, and by member what a table of people shows."""
    tables = {table: pl.scan_parquet([path(folder, table, month) for month in months]) for table in TABLES}
    read = kept(kpis, tables, (*LEVELS, MEMBER))
    return facts_of(kpis, read, LEVELS), facts_of(_by_member(kpis), read, (MEMBER,))


def _by_member(kpis: dict[str, Kpi]) -> dict[str, Kpi]:
    return {name: kpi for name, kpi in kpis.items() if name in standings.PEOPLE}


def duckdb_sql(folder: str) -> Callable[[], object]:
    """The same aggregates as SQL text."""
    import duckdb

    def ask(query: str, table: str) -> list[tuple[Any, ...]]:
        return duckdb.execute(query.replace(f"FROM {table} ", f"FROM '{folder}/{table}-*.parquet' ")).fetchall()

    return lambda: by_hand(ask)


def polars_sql(folder: str) -> Callable[[], object]:
    """The same SQL text, streamed by Polars."""

    def ask(query: str, table: str) -> list[tuple[Any, ...]]:
        rows = pl.scan_parquet(f"{folder}/{table}-*.parquet")
        return pl.SQLContext({table: rows}).execute(query).collect(engine="streaming").rows()

    return lambda: by_hand(ask)


def by_hand(ask: Callable[[str, str], list[tuple[Any, ...]]]) -> object:
    """Every fact from one query a level and table."""
    found = []
    for level in (*LEVELS, MEMBER):
        kpis = list((_by_member(measured_kpis()) if level == MEMBER else measured_kpis()).values())
        sums = {table: dict[tuple[Any, ...], dict[str, Any]]() for table in TABLES}
        for table in TABLES:
            wanted = list(dict.fromkeys(s.sql for kpi in kpis for s in kpi.sums if s.table == table))
            columns = ", ".join(f"CAST({sql} AS DECIMAL(38,4)) AS c{at}" for at, sql in enumerate(wanted))
            query = f"SELECT {level}, month, {columns} FROM {table} GROUP BY {level}, month"
            sums[table] = {row[:2]: dict(zip(wanted, row[2:], strict=True)) for row in ask(query, table)}
        found += [fact for kpi in kpis for fact in _facts(kpi, level, sums)]
    return checked(found)


def _facts(kpi: Kpi, level: str, sums: Mapping[str, Mapping[Any, Mapping[str, Any]]]) -> Iterator[tuple[Any, ...]]:
    for key in dict.fromkeys(key for part in kpi.sums for key in sums[part.table]):
        yield kpi.id, level, *key, *(s and sums[s.table].get(key, {}).get(s.sql) for s in (kpi.numerator, kpi.below))


FACT = ("kpi", "level", "group_id", "month")


def checked(facts: list[tuple[Any, ...]]) -> tuple[int, str]:
    """How many facts, and a total over all of them: equal totals mean equal answers."""
    return len(facts), str(sum(Decimal(str(v)) for f in facts for v in f[4:] if v is not None))


def measured_kpis() -> dict[str, Kpi]:
    """The shipped KPIs that need sale lines and shifts only."""
    return {i: k for i, k in shipped_catalogue().items() if k.sums and {part.table for part in k.sums} <= set(TABLES)}


def path(folder: str, table: str, month: int) -> str:
    """The Parquet file of one month."""
    return f"{folder}/{table}-{month:02}.parquet"


def main(millions: float, months: int) -> None:
    """Generate, contend, compare."""
    rows = int(millions * MILLION / months)
    with tempfile.TemporaryDirectory() as folder:
        for month in range(1, months + 1):
            lines(month, rows).write_parquet(path(folder, "sales", month))
            shifts(month, rows // LINES_PER_SHIFT).write_parquet(path(folder, "shifts", month))
        size = f"{millions:g} M sale lines and {rows * months // LINES_PER_SHIFT:,} shifts in {months} months"
        contenders: dict[str, Callable[[], object]] = {
            "ours": partial(ours, folder, months),
            "DuckDB, the same SQL": partial(duckdb_sql, folder),
            "Polars, the same SQL": partial(polars_sql, folder),
        }
        costs = contest(f"{size}; {len(measured_kpis())} KPIs at {len(LEVELS)} levels and by member", contenders)
    answers = {cost.answer for cost in costs.values()}
    sys.stdout.write("the answers are equal\n" if len(answers) == 1 else f"THE ANSWERS DIFFER: {answers}\n")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10, int(sys.argv[2]) if len(sys.argv) > 2 else MONTHS)
