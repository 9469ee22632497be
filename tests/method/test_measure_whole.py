"""The KPIs over drawn chains: against another engine, and parts against the whole."""

from datetime import date
from pathlib import Path

import duckdb
import polars as pl
from hypothesis import HealthCheck, given, settings
from polars.testing import assert_frame_equal

from tests.method.worlds import FIRST, PEOPLE, PRODUCTS, STORES, clockings, ratings, roster, sales
from transforms.attendance import ShiftRules, shifts
from transforms.groups import BETWEEN, place, positions
from transforms.kpis.catalogue import shipped_catalogue
from transforms.kpis.measure import days_of, facts_of, kept, measure
from transforms.measured import staff, with_adherence, with_marks, with_returning, with_same_store
from transforms.tables import FACTS, LEVELS, MEMBER, RATINGS, TOTAL

KPIS = shipped_catalogue()
ADDITIVE = [kpi.id for kpi in KPIS.values() if kpi.sums and all("DISTINCT" not in s.sql for s in kpi.sums)]


def world(
    sold: pl.DataFrame, clocked: pl.DataFrame, planned: pl.DataFrame, rated: pl.DataFrame
) -> dict[str, pl.LazyFrame]:
    frames = {
        "sales": with_returning(with_marks(with_same_store(sold.lazy(), STORES), PRODUCTS), sold.lazy()),
        "shifts": with_adherence(shifts(clocked.lazy(), planned.lazy(), ShiftRules())),
        "ratings": rated.lazy(),
        "staff": staff(PEOPLE, FIRST, date(2026, 3, 5)),
    }
    return {name: place(rows, PEOPLE, STORES, "sx") for name, rows in frames.items()}


def by_duckdb(tables: dict[str, pl.LazyFrame], folder: Path) -> pl.DataFrame:
    with duckdb.connect() as engine:
        for name, rows in tables.items():
            rows.collect().write_parquet(folder / f"{name}.parquet")
            engine.execute(f"CREATE OR REPLACE TABLE {name} AS FROM '{folder / name}.parquet'")
        facts = [fact for kpi in KPIS for level in LEVELS for fact in _facts_by_duckdb(engine, kpi, level)]
    return pl.DataFrame(facts, schema=dict(FACTS), orient="row").sort("kpi", "level", "group_id", "month")


def _facts_by_duckdb(engine: duckdb.DuckDBPyConnection, name: str, level: str) -> list[tuple[object, ...]]:
    kpi = KPIS[name]
    if kpi.numerator is None:
        return []
    above = _grouped(kpi.numerator.table, kpi.numerator.sql, level)
    below = _grouped(kpi.below.table, kpi.below.sql, level) if kpi.below else f"({above}) LIMIT 0"
    return engine.execute(
        f"SELECT '{name}', '{level}', group_id, month, a.total, {'b.total' if kpi.below else 'NULL'},"
        f" coalesce(a.n, 0) FROM ({above}) a FULL JOIN ({below}) b USING (group_id, month)"
    ).fetchall()


def _grouped(table: str, sql: str, level: str) -> str:
    total = f"CAST({sql} AS DECIMAL(38, {TOTAL.scale})) AS total"
    chosen = f"SELECT {level} AS group_id, month, {total}, COUNT(*) AS n FROM {table}"
    return f"{chosen} WHERE {level} IS NOT NULL GROUP BY ALL"


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(sales, clockings, roster, ratings)
def test_another_sql_engine_gives_the_same_facts_to_the_last_decimal(
    tmp_path: Path, sold: pl.DataFrame, clocked: pl.DataFrame, planned: pl.DataFrame, rated: pl.DataFrame
) -> None:
    tables = world(sold, clocked, planned, rated)
    assert_frame_equal(measure(KPIS, tables, LEVELS), by_duckdb(tables, tmp_path))


@settings(max_examples=10, deadline=None)
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


@settings(max_examples=10, deadline=None)
@given(sales, clockings, roster, ratings)
def test_what_a_person_did_in_each_store_adds_up_to_the_person_and_people_to_their_positions(
    sold: pl.DataFrame, clocked: pl.DataFrame, planned: pl.DataFrame, rated: pl.DataFrame
) -> None:
    placed = {
        name: rows.filter(pl.col("store").is_not_null()) for name, rows in world(sold, clocked, planned, rated).items()
    }
    additive = measure(KPIS, placed, ["position", "person", MEMBER]).filter(pl.col("kpi").is_in(ADDITIVE))
    person = pl.col("group_id").str.split(BETWEEN).list.last()
    members = additive.filter(level=MEMBER).with_columns(above=person)
    held = positions(PEOPLE, tuple(additive["month"].unique())).rename({"position": "above"})
    people = additive.filter(level="person").join(held, on=["group_id", "month"])
    for level, parts in (("person", members), ("position", people)):
        added = parts.group_by("kpi", "month", group_id="above").agg(
            *(_sum_or_null(name) for name in ("numerator", "denominator")), pl.col("rows").sum()
        )
        own = additive.filter(level=level).select(added.columns)
        assert_frame_equal(added.cast(own.schema), own, check_row_order=False)


@settings(max_examples=10, deadline=None)
@given(sales, clockings, roster)
def test_days_add_up_to_the_month(sold: pl.DataFrame, clocked: pl.DataFrame, planned: pl.DataFrame) -> None:
    tables = world(sold, clocked, planned, pl.DataFrame(schema=dict(RATINGS.columns)))
    read = kept(KPIS, tables, LEVELS)
    net = KPIS["net_sales"].numerator
    assert net is not None
    days = days_of(read, {"net_sales": net}).drop_nulls("net_sales")
    months = days.group_by(group_id="store", month="month").agg(numerator=pl.col("net_sales").sum())
    facts = facts_of(KPIS, read, LEVELS).filter(kpi="net_sales", level="store").select(months.columns)
    assert_frame_equal(months.cast(facts.schema), facts, check_row_order=False)


def _sum_or_null(name: str) -> pl.Expr:
    return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name)
