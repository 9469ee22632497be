"""The KPIs by example, one drawn table each; and against another engine, over drawn chains."""

from decimal import Decimal
from pathlib import Path
from typing import Final

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from polars.testing import assert_frame_equal

from tests.drawn import full
from tests.method.worlds import PEOPLE, STORES, clockings, ratings, roster, sales
from transforms.attendance import ShiftRules, shifts
from transforms.groups import place
from transforms.kpis.catalogue import shipped_catalogue
from transforms.kpis.measure import measure
from transforms.kpis.values import values
from transforms.tables import FACTS, LEVELS, RATINGS, SALES, SHIFTS, TOTAL

KPIS = shipped_catalogue()
SCHEMAS: Final = {"sales": SALES.columns, "shifts": SHIFTS, "ratings": RATINGS.columns}
ADDITIVE = [
    kpi.id
    for kpi in KPIS.values()
    if kpi.numerator and all("DISTINCT" not in s.sql for s in (kpi.numerator, kpi.denominator) if s)
]

TWO_RECEIPTS = """
    receipt_id | kind   | employee_id | product_id | quantity | gross_amount | discount_amount | net_amount| cost_amount
    -----------+--------+-------------+------------+----------+--------------+-----------------+------------+-----------
    r1         | sale   | an          | tea        | 2        | 60_000       | 0               | 60_000     | 20_000
    r1         | sale   | an          | cake       | 1        | 40_000       | 10_000          | 30_000     |
    r2         | sale   | binh        | tea        | 1        | 30_000       | 0               | 30_000     | 10_000
    r3         | return | binh        | tea        | -1       | -30_000      | 0               | -30_000    | -10_000
    r4         | void   | an          | cake       | 5        | 200_000      | 0               | 200_000    | 50_000
    """
SHIFT = """
    scheduled_in     | clock_in         | worked_hours | overtime_hours | late_minutes | status
    -----------------+------------------+--------------+----------------+--------------+-------------
    2026-01-05 08:00 | 2026-01-05 08:00 | 8            | 0              | 0            | worked
    2026-01-06 08:00 | 2026-01-06 08:10 | 9            | 1              | 10           | worked
    2026-01-07 08:00 |                  | 0            | 0              |              | absent
    2026-01-08 08:00 |                  |              |                |              | not_recorded
    2026-01-09 08:00 | 2026-01-09 08:00 |              |                | 0            | open
                     | 2026-01-10 08:00 | 3            | 0              |              | unscheduled
    """
VOIDS = """
    receipt_id | kind | net_amount
    -----------+------+-----------
    r1         | void | 60_000
    """
RETURNS = """
    receipt_id | kind   | quantity | net_amount
    -----------+--------+----------+-----------
    r1         | return | -1       | -60_000
    """
BARE = """
    receipt_id | kind | net_amount
    -----------+------+-----------
    r1         | sale | 60_000
    """
RATED = """
    measure       | value
    --------------+------
    service_skill | 80
    service_skill | 91
    service_skill |
    smile         | 10
    """


def one_store(drawing: str, table: str) -> pl.LazyFrame:
    rows = full(drawing, SCHEMAS[table])
    placed = {"month": pl.date(2026, 1, 1), "store": pl.lit("q1")}
    if table == "sales":
        placed["clocked"] = pl.lit(value=True)
    return rows.with_columns(pl.lit("q1").alias("store_id"), **placed).lazy()


def measured(kpi: str, **drawn: str) -> tuple[object, ...]:
    """Numerator, denominator, value, reason of one store's month."""
    tables = {name: one_store(drawing, name) for name, drawing in drawn.items()}
    facts = measure({kpi: KPIS[kpi]}, tables, ["store"])
    (fact,), (value,) = facts.rows(named=True), values(facts, KPIS).filter(kpi=kpi).rows(named=True)
    return fact["numerator"], fact["denominator"], value["value"], value["reason"]


@pytest.mark.parametrize(
    ("kpi", "numerator", "denominator", "value"),
    [
        ("net_sales", 90_000, None, "90000"),
        ("transactions", 2, None, "2"),
        ("average_transaction_value", 90_000, 2, "45000"),
        ("units_per_transaction", 4, 2, "2"),
        ("sales_per_labour_hour", 90_000, 20, "4500"),
        ("transactions_per_labour_hour", 2, 20, "0.1"),
        ("gross_margin_rate", 40_000, 60_000, "0.66666667"),
        ("discount_rate", 10_000, 130_000, "0.07692308"),
        ("return_rate", 30_000, 120_000, "0.25"),
        ("attendance_rate", 3, 4, "0.75"),
        ("lateness_rate", 1, 3, "0.33333333"),
        ("overtime_share", 1, 20, "0.05"),
        ("missing_punch_rate", 1, 4, "0.25"),
        ("full_price_share", 3, 4, "0.75"),
        ("product_range_sold", 3, 2, "1.5"),
        ("service_skill", 171, 2, "85.5"),
    ],
)
def test_each_kpi_by_example(kpi: str, numerator: int, denominator: int | None, value: str) -> None:
    found = measured(kpi, sales=TWO_RECEIPTS, shifts=SHIFT, ratings=RATED)
    assert found == (numerator, denominator, Decimal(value), None)


@pytest.mark.parametrize(
    ("kpi", "drawn", "expected"),
    [
        ("net_sales", {"sales": VOIDS}, (0, None, 0, None)),
        ("transactions", {"sales": VOIDS}, (0, None, 0, None)),
        ("average_transaction_value", {"sales": VOIDS}, (0, 0, None, "zero_denominator")),
        ("average_transaction_value", {"sales": RETURNS}, (-60_000, 0, None, "zero_denominator")),
        ("units_per_transaction", {"sales": BARE}, (None, 1, None, "not_recorded")),
        ("gross_margin_rate", {"sales": BARE}, (None, None, None, "not_recorded")),
        ("discount_rate", {"sales": BARE}, (None, None, None, "not_recorded")),
        ("full_price_share", {"sales": BARE}, (None, None, None, "not_recorded")),
        ("return_rate", {"sales": BARE}, (0, 60_000, 0, None)),
        ("return_rate", {"sales": RETURNS}, (60_000, 0, None, "zero_denominator")),
        ("sales_per_labour_hour", {"sales": BARE}, (60_000, None, None, "no_attendance")),
        ("sales_per_labour_hour", {"shifts": SHIFT}, (None, 20, None, "no_sales")),
        ("service_skill", {"ratings": "measure | value\n---\nsmile | 10"}, (None, 0, None, "zero_denominator")),
        ("product_range_sold", {"sales": BARE}, (0, 0, None, "zero_denominator")),
        (
            "gross_margin_rate",
            {"sales": "kind | net_amount | cost_amount\n---\nreturn | -10 | -4"},
            (-6, -10, None, "negative_denominator"),
        ),
    ],
)
def test_what_cannot_be_measured_says_why(kpi: str, drawn: dict[str, str], expected: tuple[object, ...]) -> None:
    assert measured(kpi, **drawn) == expected


def test_a_receipt_number_used_in_two_stores_is_two_transactions() -> None:
    both = pl.concat([one_store(BARE, "sales"), one_store(BARE, "sales").with_columns(store_id=pl.lit("q3"))])
    facts = measure(KPIS, {"sales": both.with_columns(chain=pl.lit("sx"))}, ["chain"])
    assert facts.filter(kpi="transactions")["numerator"].to_list() == [2]


def test_rows_that_belong_to_no_group_of_a_level_are_left_out_there() -> None:
    rows = one_store(TWO_RECEIPTS, "sales").with_columns(
        person=pl.when(pl.col("employee_id") == "an").then("employee_id")
    )
    facts = measure({"net_sales": KPIS["net_sales"]}, {"sales": rows}, ["store", "person"])
    assert facts.select("level", "group_id", "numerator", "rows").rows() == [
        ("person", "an", 90_000, 3),
        ("store", "q1", 90_000, 5),
    ]


def test_no_table_gives_no_facts() -> None:
    assert measure(KPIS, {}, LEVELS).equals(pl.DataFrame(schema=dict(FACTS)))


def world(
    sold: pl.DataFrame, clocked: pl.DataFrame, planned: pl.DataFrame, rated: pl.DataFrame
) -> dict[str, pl.LazyFrame]:
    frames = {"sales": sold.lazy(), "shifts": shifts(clocked.lazy(), planned.lazy(), ShiftRules())}
    return {name: place(rows, PEOPLE, STORES, "sx") for name, rows in (frames | {"ratings": rated.lazy()}).items()}


def by_duckdb(tables: dict[str, pl.LazyFrame], folder: Path) -> pl.DataFrame:
    with duckdb.connect() as engine:
        for name, rows in tables.items():
            rows.collect().write_parquet(folder / f"{name}.parquet")
            engine.execute(f"CREATE OR REPLACE VIEW {name} AS FROM '{folder / name}.parquet'")
        facts = [fact for kpi in KPIS for level in LEVELS for fact in _facts_by_duckdb(engine, kpi, level)]
    return pl.DataFrame(facts, schema=dict(FACTS), orient="row").sort("kpi", "level", "group_id", "month")


def _facts_by_duckdb(engine: duckdb.DuckDBPyConnection, name: str, level: str) -> list[tuple[object, ...]]:
    kpi = KPIS[name]
    if kpi.numerator is None:
        return []
    above = _grouped(kpi.numerator.table, kpi.numerator.sql, level)
    below = _grouped(kpi.denominator.table, kpi.denominator.sql, level) if kpi.denominator else f"({above}) LIMIT 0"
    return engine.execute(
        f"SELECT '{name}', '{level}', group_id, month, a.total, {'b.total' if kpi.denominator else 'NULL'},"
        f" coalesce(a.n, 0) FROM ({above}) a FULL JOIN ({below}) b USING (group_id, month)"
    ).fetchall()


def _grouped(table: str, sql: str, level: str) -> str:
    total = f"CAST({sql} AS DECIMAL(38, {TOTAL.scale})) AS total"
    chosen = f"SELECT {level} AS group_id, month, {total}, COUNT(*) AS n FROM {table}"
    return f"{chosen} WHERE {level} IS NOT NULL GROUP BY ALL"


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(sales, clockings, roster, ratings)
def test_another_sql_engine_gives_the_same_facts_to_the_last_decimal(
    tmp_path: Path, sold: pl.DataFrame, clocked: pl.DataFrame, planned: pl.DataFrame, rated: pl.DataFrame
) -> None:
    tables = world(sold, clocked, planned, rated)
    assert_frame_equal(measure(KPIS, tables, LEVELS), by_duckdb(tables, tmp_path))


@settings(max_examples=15, deadline=None)
@given(sales, clockings, roster, ratings)
def test_facts_of_stores_add_up_to_regions_and_to_the_chain(
    sold: pl.DataFrame, clocked: pl.DataFrame, planned: pl.DataFrame, rated: pl.DataFrame
) -> None:
    placed = {
        name: rows.filter(pl.col("store").is_not_null()) for name, rows in world(sold, clocked, planned, rated).items()
    }
    facts = measure(KPIS, placed, ["chain", "region", "store"])
    additive = facts.filter(pl.col("kpi").is_in(ADDITIVE))
    region = STORES.select(group_id="store_id", above="region")
    for level, parents in (("region", region), ("chain", region.with_columns(above=pl.lit("sx")))):
        stores = additive.filter(level="store").join(parents, on="group_id")
        added = stores.group_by("kpi", "month", group_id="above").agg(
            *(_sum_or_null(name) for name in ("numerator", "denominator")), pl.col("rows").sum()
        )
        own = additive.filter(level=level).select(added.columns)
        assert_frame_equal(added.cast(own.schema), own, check_row_order=False)


def _sum_or_null(name: str) -> pl.Expr:
    return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name)
