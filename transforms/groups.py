"""Who a row belongs to: chain, region, store, department, position and person, on the day it happened."""

from datetime import date, timedelta
from typing import Final

import polars as pl

from transforms.calendar import last_day, month_of, months_frame
from transforms.tables import LEVELS, Schema, empty

_DAY = timedelta(days=1)
BETWEEN: Final = "/"  # a store and a person in the id of a member
# `region`, `store`, `department`, `position`: the groups it stands in, itself included; null above it.
_STANDS_IN: Final = ("region", "store", "department", "position")
GROUPS: Final = Schema(dict.fromkeys(("level", "group_id", "parent_level", "parent_id", *_STANDS_IN), pl.String()))
POSITIONS: Final = Schema({"group_id": pl.String(), "month": pl.Date(), "position": pl.String()})


def place(
    frame: pl.LazyFrame, people: pl.DataFrame, stores: pl.DataFrame, chain_id: str, at: str = "business_date"
) -> pl.LazyFrame:
    """Add `month` and one group id per level of LEVELS to the rows of `frame` (store_id, employee_id, `at`).

    `people`: employee_id, position, department, store_id, from_date, to_date (null: still there), one row per stint.
    `stores`: store_id, region. A person counts only on days employed: what is sold under a leaver's name stays with the
    store but belongs to nobody, and so does what is done under an account that `people` calls `shared` (Boolean, may be
    left out). A department is the person's of that day in the row's store, `<store>.<department>`, a position the
    person's of that day. `member` is what a person did in the row's store, `<store>/<person>`, `part` what one who
    `changed` departments did in that of the day, `<department>/<person>`, null for others, and `home` the store where
    the person is employed that day.
    A row without a store (a rating of a person) belongs to the store that person works in. Never adds or drops a row.
    """
    known = stores.lazy().select(pl.col("store_id").alias("store"), "region").unique("store")
    held = stints(people)
    stint = held.lazy()
    part = pl.concat_str(_department("store", "_department"), "person", separator=BETWEEN)
    placed = frame.join(_days(frame, stint, at), on=["employee_id", at], how="left")
    return (
        placed.with_columns(store=pl.coalesce("store_id", "_store"), chain=pl.lit(chain_id), month=month_of(pl.col(at)))
        .join(known.with_columns(_known=pl.lit(value=True)), on="store", how="left")
        .with_columns(store=pl.when("_known").then("store"), person=pl.when("_employed").then("employee_id"))
        .with_columns(
            department=_department("store", "_department"),
            position="_position",
            member=pl.concat_str("store", "person", separator=BETWEEN),
            part=pl.when(pl.col("employee_id").is_in(_several_departments(held))).then(part),
            home="_store",
        )
        .drop("_known", "_employed", "_department", "_position", "_store")
    )


def stints(people: pl.DataFrame) -> pl.DataFrame:
    """The stints of `people` without overlap: employee_id, store_id, department, position, first, last (null: open).

    Where two overlap, the one begun later counts: one person stands in one place a day, whatever the list says. An
    account that several people share is no person.
    """
    people = people.filter(~pl.col("shared")) if "shared" in people.columns else people
    starts = people.select("employee_id", first="from_date")
    ends = people.filter(pl.col("to_date").is_not_null()).select("employee_id", first=pl.col("to_date") + _DAY)
    pieces = pl.concat([starts, ends]).unique().sort("employee_id", "first")
    pieces = pieces.with_columns(last=pl.col("first").shift(-1).over("employee_id") - _DAY)
    held = pieces.join(people, on="employee_id").filter(
        pl.col("from_date") <= pl.col("first"), (pl.col("to_date") >= pl.col("first")).fill_null(value=True)
    )
    newest = held.sort("employee_id", "first", "from_date", "store_id").unique(
        ["employee_id", "first"], keep="last", maintain_order=True
    )
    return newest.select("employee_id", "store_id", "department", "position", "first", "last")


def changed(people: pl.DataFrame) -> list[str]:
    """Who of `people` has stood in more than one department, whenever that was."""
    return _several_departments(stints(people))


def _several_departments(held: pl.DataFrame) -> list[str]:
    several = held.group_by("employee_id").agg(pl.col("department").n_unique() > 1)
    return several.filter("department")["employee_id"].sort().to_list()


def groups(stores: pl.DataFrame, people: pl.DataFrame, chain_id: str, month: date | None = None) -> pl.DataFrame:
    """Every group that was there in `month` (None: ever), as GROUPS, chain first.

    `stores` also holds opened_on and closed_on (null: since ever, still open). A person stands under the department (or
    store, without one) of the last stint of the month, and in its position.
    """
    shops = _stores(stores, month)
    held = _held(people, month).join(shops.select(store_id="store", region="region"), on="store_id", how="left")
    department = _department("store_id", "department")
    placed = held.select("employee_id", "region", "position", "last", store="store_id", department=department)
    parts = [
        pl.DataFrame({"level": ["chain"], "group_id": [chain_id]}),
        _under("region", "chain", shops.select("region").drop_nulls().unique(), pl.lit(chain_id)),
        _under("store", "region", shops, pl.col("region")),
        _under("department", "store", _departments(placed), pl.col("store")),
        _under("position", "chain", placed.select("position").drop_nulls().unique(), pl.lit(chain_id)),
        _persons(placed),
    ]
    every = pl.concat([empty(GROUPS), *parts], how="diagonal").select(GROUPS.keys())
    return every.sort(pl.col("level").cast(pl.Enum(LEVELS)), "group_id")


def positions(people: pl.DataFrame, months: tuple[date, ...]) -> pl.DataFrame:
    """Each person's position in each month, that of the month's last stint; POSITIONS."""
    months_of = months_frame(months).with_columns(end=pl.col("month").dt.month_end())
    held = stints(people).join(months_of, how="cross").filter(_within(pl.col("month"), pl.col("end")))
    newest = held.sort("first").group_by("employee_id", "month").agg(pl.col("position").last())
    return newest.select(group_id="employee_id", month="month", position="position").sort("group_id", "month")


def _days(frame: pl.LazyFrame, stint: pl.LazyFrame, at: str) -> pl.LazyFrame:
    """One row per person and day at hand: a hash join streams, a join by order would sort the month's sales."""
    span = frame.select(_from=pl.col(at).min(), _to=pl.col(at).max())
    clipped = stint.join(span, how="cross").with_columns(
        pl.max_horizontal("first", "_from").alias("_from"), pl.min_horizontal("last", "_to").alias("_to")
    )
    day = pl.date_ranges("_from", "_to").alias(at)
    days = clipped.filter(pl.col("_from") <= pl.col("_to")).with_columns(day).explode(at)
    told = {"_store": "store_id", "_department": "department", "_position": "position"}
    return days.select("employee_id", at, **told, _employed=pl.lit(value=True))


def _department(store: str, department: str) -> pl.Expr:
    return pl.concat_str(store, department, separator=".")


def _stores(stores: pl.DataFrame, month: date | None) -> pl.DataFrame:
    known = stores.unique("store_id", maintain_order=True)
    if month is not None:
        opened = (pl.col("opened_on") <= last_day(month)).fill_null(value=True)
        known = known.filter(opened, (pl.col("closed_on") >= month).fill_null(value=True))
    return known.select(store="store_id", region="region")


def _held(people: pl.DataFrame, month: date | None) -> pl.DataFrame:
    held = stints(people)
    return held if month is None else held.filter(_within(pl.lit(month), pl.lit(last_day(month))))


def _within(first: pl.Expr, last: pl.Expr) -> pl.Expr:
    return (pl.col("first") <= last) & (pl.col("last") >= first).fill_null(value=True)


def _under(level: str, parent_level: str, rows: pl.DataFrame, parent: pl.Expr) -> pl.DataFrame:
    named = rows.with_columns(level=pl.lit(level), group_id=pl.col(level), parent_id=parent)
    return named.with_columns(parent_level=pl.when(pl.col("parent_id").is_not_null()).then(pl.lit(parent_level)))


def _departments(placed: pl.DataFrame) -> pl.DataFrame:
    return placed.select("region", "store", "department").drop_nulls().unique()


def _persons(placed: pl.DataFrame) -> pl.DataFrame:
    newest = placed.sort("employee_id", pl.col("last").fill_null(date.max)).unique(
        "employee_id", keep="last", maintain_order=True
    )
    parent_level = pl.when(pl.col("department").is_null()).then(pl.lit("store")).otherwise(pl.lit("department"))
    return newest.drop("last").select(
        pl.lit("person").alias("level"),
        pl.col("employee_id").alias("group_id"),
        parent_level.alias("parent_level"),
        pl.coalesce("department", "store").alias("parent_id"),
        *_STANDS_IN,
    )
