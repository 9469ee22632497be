"""What a newer roster or clocking sheet of somebody no longer lists, and still counts."""

from typing import Final

import polars as pl

_PERSON: Final = ("system", "store_id", "employee_id")
PERSON_DAY: Final = (*_PERSON, "business_date")  # the key of tables whose sheets tell whole days of people


def unlisted(held: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Days of `held` that `rows`, which tell other days of that person in that store again, pass over.

    Both have system, store_id, employee_id and business_date. Only days between the first and the last that `rows` name
    of that person there: a sheet says nothing of the time before and after. Nor does one of days that nobody knew yet.
    Returns (store_id, employee_id, business_date), sorted, each once.
    """
    day = pl.col("business_date")
    known = rows.drop_nulls("employee_id").select(PERSON_DAY).unique()
    spans = known.group_by(_PERSON).agg(begins=day.min(), ends=day.max())
    within = held.join(spans, on=_PERSON).filter(day.is_between("begins", "ends"))
    marked = within.join(known.with_columns(again=pl.lit(value=True)), on=PERSON_DAY, how="left")
    some = marked.filter(pl.col("again").any().over(_PERSON) & pl.col("again").is_null())
    return some.select("store_id", "employee_id", "business_date").unique().sort(pl.all())
