"""Measure KPIs: one numerator and one denominator per KPI, level, group and month."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import polars as pl

from transforms.kpis.aggregate import distinct_of, total
from transforms.kpis.kpi import Kpi, Sum
from transforms.tables import FACTS, TOTAL, empty

KEYS = ("group_id", "month")
ROWS = "rows"
Totals = Mapping[tuple[str, str], pl.DataFrame]  # (table, level) -> group_id, month, rows, one column per SQL text


def measure(kpis: Mapping[str, Kpi], tables: Mapping[str, pl.LazyFrame], levels: Sequence[str]) -> pl.DataFrame:
    """Measure `kpis` over `tables` (`sales`, `shifts`, `ratings`; one that is not given has no rows).

    Each table carries `month` (Date) and, per level of `levels`, a String column of that name with the group's id; null
    means that the row belongs to no group of that level, and it is left out there. Distinct counts are therefore taken
    anew at every level. Returns tables.FACTS, sorted. A fact exists where the numerator's or the denominator's table
    has a row; `rows` counts the numerator's (0: it had none, and the numerator is null). A growth has no facts.
    """
    summed = [kpi for kpi in kpis.values() if kpi.numerator is not None]
    needed = {table: sqls for table, sqls in _sqls(summed).items() if table in tables}
    keyed = {table: _keyed(tables[table], sqls, levels).lazy() for table, sqls in needed.items()}
    plans = {
        (table, level): _plan(keyed[table], level, sqls) for (table, sqls), level in product(needed.items(), levels)
    }
    totals = dict(zip(plans, pl.collect_all(plans.values(), engine="streaming"), strict=True))
    facts = [fact for kpi, level in product(summed, levels) for fact in _facts(kpi, level, totals)]
    return pl.concat([empty(FACTS), *facts]).sort("kpi", "level", *KEYS)


def _sqls(kpis: Sequence[Kpi]) -> dict[str, list[str]]:
    sums = [s for kpi in kpis for s in (kpi.numerator, kpi.denominator) if s is not None]
    return {table: list(dict.fromkeys(s.sql for s in sums if s.table == table)) for table in {s.table for s in sums}}


def _keyed(table: pl.LazyFrame, sqls: Sequence[str], levels: Sequence[str]) -> pl.DataFrame:
    """Only what is summed, worked out once for all levels, with what is counted distinctly numbered.

    Numbers are counted in a third of the time of texts. Left lazy, every level would match shifts and people anew.
    """
    counted = {sql: of for sql in sqls if (of := distinct_of(sql)) is not None}
    summed = {name for sql in sqls if sql not in counted for name in total(sql).meta.root_names()}
    numbers = (_number(of).alias(sql) for sql, of in counted.items())
    return table.select(*levels, "month", *sorted(summed - {"month", *levels}), *numbers).collect(engine="streaming")


def _number(sql: str) -> pl.Expr:
    # Categories of its own, so that they are freed with the frame.
    return pl.sql_expr(sql).cast(pl.String).cast(pl.Categorical(pl.Categories.random())).to_physical()


def _aggregate(sql: str) -> pl.Expr:
    if distinct_of(sql) is None:
        return total(sql).alias(sql)
    return pl.col(sql).drop_nulls().n_unique().cast(TOTAL).alias(sql)


def _plan(table: pl.LazyFrame, level: str, sqls: Sequence[str]) -> pl.LazyFrame:
    groups = table.filter(pl.col(level).is_not_null(), pl.col("month").is_not_null())
    return groups.group_by(pl.col(level).alias("group_id"), "month").agg(
        pl.len().cast(pl.Int64).alias(ROWS), *(_aggregate(sql) for sql in sqls)
    )


def _facts(kpi: Kpi, level: str, totals: Totals) -> Iterator[pl.DataFrame]:
    both = _joined(kpi, level, totals)
    if both is not None:
        yield both.select(
            pl.lit(kpi.id).alias("kpi"), pl.lit(level).alias("level"), *KEYS, "numerator", "denominator", ROWS
        )


def _joined(kpi: Kpi, level: str, totals: Totals) -> pl.DataFrame | None:
    above = _column(kpi.numerator, level, totals, "numerator")
    below = _column(kpi.denominator, level, totals, "denominator")
    if above is None:
        return below if below is None else below.with_columns(numerator=_nothing(), rows=pl.lit(0, pl.Int64))
    if below is None:
        return above.with_columns(denominator=_nothing())
    joined = above.join(below.drop(ROWS), on=KEYS, how="full", coalesce=True)
    return joined.with_columns(pl.col(ROWS).fill_null(0))


def _column(sums: Sum | None, level: str, totals: Totals, name: str) -> pl.DataFrame | None:
    found = None if sums is None else totals.get((sums.table, level))
    return None if found is None or sums is None else found.select(*KEYS, ROWS, pl.col(sums.sql).alias(name))


def _nothing() -> pl.Expr:
    return pl.lit(None, FACTS["numerator"])
