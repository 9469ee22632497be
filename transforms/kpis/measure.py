"""Measure KPIs: one numerator and one denominator per KPI, level, group and month."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Final

import polars as pl

from transforms.calendar import month_of
from transforms.kpis.aggregate import counted, distinct_of, total
from transforms.kpis.kpi import Kpi, Sum
from transforms.tables import FACTS, TOTAL, empty

KEYS = ("level", "group_id", "month")
DAY: Final = ("store", "business_date")
ROWS = "rows"
Totals = Mapping[str, pl.DataFrame]  # table -> level, group_id, month, rows, one column per SQL text


def measure(kpis: Mapping[str, Kpi], tables: Mapping[str, pl.LazyFrame], levels: Sequence[str]) -> pl.DataFrame:
    """Measure `kpis` over `tables` (of measured.MEASURED; one that is not given has no rows).

    Each table carries `month` (Date) and, per level of `levels`, a String column of that name with the group's id; null
    means that the row belongs to no group of that level, and it is left out there. Distinct counts are therefore taken
    anew at every level. Returns tables.FACTS, sorted. A fact exists where the numerator's or the denominator's table
    has a row; `rows` counts the numerator's (0: it had none, and the numerator is null). What is worked out from
    another KPI has no facts.
    """
    return facts_of(kpis, kept(kpis, tables, levels), levels)


def kept(
    kpis: Mapping[str, Kpi], tables: Mapping[str, pl.LazyFrame], levels: Sequence[str]
) -> Mapping[str, pl.DataFrame]:
    """Read each of `tables` once: the group ids, month, day and what is summed or, as a number, counted distinctly."""
    needed = _sqls(list(kpis.values()))
    return {table: _keyed(tables[table], sqls, levels) for table, sqls in needed.items() if table in tables}


def facts_of(kpis: Mapping[str, Kpi], rows: Mapping[str, pl.DataFrame], levels: Sequence[str]) -> pl.DataFrame:
    """The facts of what was `kept`, all levels at once; tables.FACTS."""
    summed = [kpi for kpi in kpis.values() if kpi.sums]
    needed = {table: sqls for table, sqls in _sqls(summed).items() if table in rows}
    plans = [_plan(rows[table].lazy(), level, sqls) for (table, sqls), level in product(needed.items(), levels)]
    found = iter(pl.collect_all(plans, engine="streaming"))
    totals = {table: pl.concat(islice(found, len(levels))) for table in needed}
    facts = [fact for kpi in summed for fact in _facts(kpi, totals)]
    return pl.concat([empty(FACTS), *facts]).sort("kpi", *KEYS)


def days_of(rows: Mapping[str, pl.DataFrame], sums: Mapping[str, Sum]) -> pl.DataFrame:
    """What was `kept`, by store and day: store, business_date, month and each of `sums` (name -> a sum of a KPI).

    Only what adds up; null where that table has no row of the day. It adds up over any window of days.
    """
    days = pl.DataFrame(schema={"store": pl.String, "business_date": pl.Date})
    for table in sorted({part.table for part in sums.values()} & rows.keys()):
        added = [total(part.sql).alias(name) for name, part in sums.items() if part.table == table]
        found = (
            rows[table].lazy().filter(pl.col("store").is_not_null()).group_by(DAY).agg(added).cast({"store": pl.String})
        )
        days = days.join(found.collect(engine="streaming"), on=DAY, how="full", coalesce=True)
    missing = [pl.lit(None, TOTAL).alias(name) for name in sums if name not in days.columns]
    month = month_of(pl.col("business_date"))
    return days.with_columns(missing).select(*DAY, month.alias("month"), *sums).sort(DAY)


def _sqls(kpis: Sequence[Kpi]) -> dict[str, list[str]]:
    sums = [part for kpi in kpis for part in kpi.sums]
    return {table: list(dict.fromkeys(s.sql for s in sums if s.table == table)) for table in {s.table for s in sums}}


def _keyed(table: pl.LazyFrame, sqls: Sequence[str], levels: Sequence[str]) -> pl.DataFrame:
    """Only what is summed, worked out once for all levels, with groups and what is counted distinctly numbered.

    Numbers are counted in a third of the time of texts, and take a quarter of the memory. Left lazy, every level would
    match shifts and people anew.
    """
    distinct = {sql: counted(of) for sql in sqls if (of := distinct_of(sql)) is not None}
    summed = {name for sql in sqls if sql not in distinct for name in total(sql).meta.root_names()}
    texts = dict.fromkeys(text for _, text in distinct.values())
    columns = {*levels, "month", "business_date"} & set(table.collect_schema().names())
    numbered = table.with_columns(_number(text).alias(text) for text in texts)
    masked = (_where(condition, text).alias(sql) for sql, (condition, text) in distinct.items())
    grouped = (_categories(pl.col(level)) for level in levels if level in columns)
    return numbered.select(*grouped, *sorted((columns | summed) - {*levels}), *masked).collect(engine="streaming")


def _number(sql: str) -> pl.Expr:
    return _categories(pl.sql_expr(sql).cast(pl.String)).to_physical()


def _categories(text: pl.Expr) -> pl.Expr:
    # Of its own, so that they are freed with the frame.
    return text.cast(pl.Categorical(pl.Categories.random()))


def _where(condition: str | None, text: str) -> pl.Expr:
    return pl.col(text) if condition is None else pl.when(pl.sql_expr(condition)).then(pl.col(text))


def _aggregate(sql: str) -> pl.Expr:
    if distinct_of(sql) is None:
        return total(sql).alias(sql)
    return pl.col(sql).drop_nulls().n_unique().cast(TOTAL).alias(sql)


def _plan(table: pl.LazyFrame, level: str, sqls: Sequence[str]) -> pl.LazyFrame:
    groups = table.filter(pl.col(level).is_not_null(), pl.col("month").is_not_null())
    totals = groups.group_by(pl.col(level).alias("group_id"), "month").agg(
        pl.len().cast(pl.Int64).alias(ROWS), *(_aggregate(sql) for sql in sqls)
    )
    return totals.cast({"group_id": pl.String}).with_columns(level=pl.lit(level))


def _facts(kpi: Kpi, totals: Totals) -> Iterator[pl.DataFrame]:
    both = _joined(kpi, totals)
    if both is not None:
        yield both.select(pl.lit(kpi.id).alias("kpi"), *KEYS, "numerator", "denominator", ROWS)


def _joined(kpi: Kpi, totals: Totals) -> pl.DataFrame | None:
    above = _column(kpi.numerator, totals, "numerator")
    below = _column(kpi.below, totals, "denominator")
    if above is None:
        return below if below is None else below.with_columns(numerator=_nothing(), rows=pl.lit(0, pl.Int64))
    if below is None:
        return above.with_columns(denominator=_nothing())
    joined = above.join(below.drop(ROWS), on=KEYS, how="full", coalesce=True)
    return joined.with_columns(pl.col(ROWS).fill_null(0))


def _column(sums: Sum | None, totals: Totals, name: str) -> pl.DataFrame | None:
    found = None if sums is None else totals.get(sums.table)
    return None if found is None or sums is None else found.select(*KEYS, ROWS, pl.col(sums.sql).alias(name))


def _nothing() -> pl.Expr:
    return pl.lit(None, FACTS["numerator"])
