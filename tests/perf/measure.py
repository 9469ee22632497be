"""KPI measurement against the same SQL in DuckDB, over generated lines: python -m tests.perf.measure [million lines].

Both read the same Parquet files and produce numerator and denominator of every KPI of `sales`, by level, group and
month. The figures of both are compared before the costs are printed.
"""

import sys
import tempfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from flows.facts import MOST_ROWS
from reports.sections import standings
from tests.perf.contest import contest
from transforms.calendar import together
from transforms.kpis.catalogue import shipped_catalogue
from transforms.kpis.kpi import Kpi
from transforms.kpis.measure import facts_of, kept
from transforms.tables import LEVELS, MEMBER, SALES

MILLION = 1_000_000
STORES, PEOPLE, PRODUCTS, MONTHS = 200, 3000, 400, 12


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
            "employee_id": person,
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
        chain=pl.lit("chain"),
        region=pl.format("R{}", pl.col("store") % 8),
        store=pl.format("S{}", "store"),
        department=pl.format("S{}.D{}", "store", pl.col("employee_id") % 3),
        position=pl.format("J{}", pl.col("employee_id") % 6),
        person=pl.format("P{}", "employee_id"),
        member=pl.format("S{}/P{}", "store", "employee_id"),
        store_id=pl.format("S{}", "store"),
        employee_id=pl.format("P{}", "employee_id"),
        receipt_id=pl.format("{}-{}", "store", "receipt"),
        product_id=pl.format("SKU{}", "product_id"),
        kind=pl.when("returned").then(pl.lit("return")).otherwise(pl.lit("sale")),
        quantity=(pl.col("quantity") * sign).cast(money),
        gross_amount=(pl.col("gross_amount") * sign).cast(money),
        discount_amount=(pl.col("discount_amount") * sign).cast(money),
        net_amount=((pl.col("gross_amount") - pl.col("discount_amount")) * sign).cast(money),
        cost_amount=(pl.col("gross_amount") * sign * 0.35).round(0).cast(money),
    )


def ours(folder: str) -> Callable[[], object]:
    """Our measurement, in the runs of months in which a night would do it."""
    kpis = sales_kpis()
    files = {date(2026, month, 1): f"{folder}/{month:02}.parquet" for month in range(1, MONTHS + 1)}
    rows = {month: pl.scan_parquet(path).select(pl.len()).collect().item() for month, path in files.items()}

    def run() -> object:
        runs = together(list(files), rows, MOST_ROWS)
        measured = [facts for some in runs for facts in _night(kpis, [files[m] for m in some])]
        return checked([row for facts in measured for row in facts.select(*FACT, "numerator", "denominator").rows()])

    return run


def _night(kpis: dict[str, Kpi], files: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """As flows.facts measures: every KPI at every level, and by member what a table of people shows."""
    read = kept(kpis, {"sales": pl.scan_parquet(files)}, (*LEVELS, MEMBER))
    return facts_of(kpis, read, LEVELS), facts_of(_by_member(kpis), read, (MEMBER,))


def _by_member(kpis: dict[str, Kpi]) -> dict[str, Kpi]:
    return {name: kpi for name, kpi in kpis.items() if name in standings.PEOPLE}


def duckdb_sql(folder: str) -> Callable[[], object]:
    """The same aggregates as SQL text, one query a level."""
    import duckdb

    asked = {**dict.fromkeys(LEVELS, sales_kpis()), MEMBER: _by_member(sales_kpis())}

    def run() -> object:
        found = []
        for level, named in asked.items():
            kpis = list(named.values())
            sums = ", ".join(
                f"CAST({s.sql if s else 'NULL'} AS DECIMAL(38,4)) AS c{i}_{j}"
                for i, k in enumerate(kpis)
                for j, s in enumerate((k.numerator, k.below))
            )
            query = f"SELECT {level}, month, {sums} FROM '{folder}/*.parquet' GROUP BY {level}, month"
            for row in duckdb.execute(query).fetchall():
                found += [(k.id, level, *row[:2], row[2 + 2 * i], row[3 + 2 * i]) for i, k in enumerate(kpis)]
        return checked(found)

    return run


FACT = ("kpi", "level", "group_id", "month")


def checked(facts: list[tuple[object, ...]]) -> tuple[int, str]:
    """How many facts, and a total over all of them: equal totals mean equal answers."""
    return len(facts), str(sum(Decimal(str(v)) for f in facts for v in f[4:] if v is not None))


def sales_kpis() -> dict[str, Kpi]:
    """The shipped KPIs that only need sales."""
    return {i: k for i, k in shipped_catalogue().items() if _tables(k) == {"sales"}}


def _tables(kpi: Kpi) -> set[str]:
    return {part.table for part in kpi.sums}


def main(millions: float) -> None:
    """Generate, contend, compare."""
    with tempfile.TemporaryDirectory() as folder:
        for month in range(1, MONTHS + 1):
            lines(month, int(millions * MILLION / MONTHS)).write_parquet(Path(folder) / f"{month:02}.parquet")
        size = f"{millions:g} M sale lines, {STORES} stores, {PEOPLE} people"
        title = f"{size}, {len(sales_kpis())} KPIs at {len(LEVELS)} levels and by member"
        costs = contest(title, {"ours": partial(ours, folder), "DuckDB, the same SQL": partial(duckdb_sql, folder)})
    answers = {cost.answer for cost in costs.values()}
    sys.stdout.write("the answers are equal\n" if len(answers) == 1 else f"THE ANSWERS DIFFER: {answers}\n")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10)
