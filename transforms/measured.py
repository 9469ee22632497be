"""The tables that KPIs are measured over: those of the lake, with the columns that follow from more than one row.

* `receipt_id` is of one day: many tills begin their numbers anew, each day or year. A receipt that is still open when
  its business day ends, and has its next line within SITTING, is of the day on which it began.
* `same_store`: the store was open in the whole month of the row and in the whole same month a year before, so its
  sales may be compared; `base_store`: the same, asked a year ahead, for the sales that next year is compared with.
* `came_back`: the customer had bought on an earlier day, at most RETURNS_WITHIN before; null: nobody known.
* `focus`, `add_on`: so marked in the product list; null where it marks nothing.
* `adhered_hours`: how long the person was there while rostered, at most the rostered length; null: not known.
* `absence_begins`: the first shift missed of those missed one after the other, counted anew each month.
"""

from datetime import date, time, timedelta
from types import MappingProxyType
from typing import Final

import polars as pl

from transforms.calendar import elapsed, month_of
from transforms.groups import stints
from transforms.tables import HOURS, RATINGS, SHIFTS, SOLD, TOTAL, Schema

SITTING: Final = timedelta(hours=6)
RETURNS_WITHIN: Final = timedelta(days=90)
_DAY: Final = timedelta(days=1)
_SOLD: Final = dict.fromkeys(("came_back", "same_store", "base_store", "focus", "add_on"), pl.Boolean())
# One row per person and day employed. `leaves`: the last day with the company; `month_days`: days of that month, by
# which leavers and days are brought to one average head count.
STAFF: Final = Schema(
    {
        "store_id": pl.String(),
        "employee_id": pl.String(),
        "business_date": pl.Date(),
        "leaves": pl.Boolean(),
        "month_days": pl.Int32(),
    }
)
# What adds up over days, so that any window of them can be compared (periods.compare).
DAYS: Final = Schema(
    {
        "store": pl.String(),
        "business_date": pl.Date(),
        "month": pl.Date(),
        "net_sales": TOTAL,
        "worked_hours": TOTAL,
    }
)
MEASURED: Final = MappingProxyType(
    {
        "sales": Schema({**SOLD, **_SOLD}),
        "shifts": Schema({**SHIFTS, "adhered_hours": HOURS, "absence_begins": pl.Boolean()}),
        "ratings": RATINGS.columns,
        "staff": STAFF,
    }
)


def with_receipts_of_days(sales: pl.LazyFrame, day_starts: time) -> pl.LazyFrame:
    """Name receipts anew by the business day on which they began; days begin at `day_starts`."""
    key = ["system", "store_id", "receipt_id", "business_date"]
    ends = pl.col("business_date").dt.offset_by("1d").dt.combine(day_starts)
    open_ = sales.filter(ends - pl.col("sold_at") < SITTING).with_columns(pl.col("business_date") + _DAY)
    joined = sales.join(open_.group_by(key).agg(_open=pl.col("sold_at").max()), on=key, how="left", nulls_equal=True)
    goes_on = (pl.col("sold_at") - pl.col("_open") < SITTING).fill_null(value=False)
    began = pl.col("business_date").to_physical() - goes_on.cast(pl.Int32)
    return joined.with_columns(receipt_id=pl.concat_str("receipt_id", began, separator="#")).drop("_open")


def with_same_store(sales: pl.LazyFrame, stores: pl.DataFrame) -> pl.LazyFrame:
    """Add `same_store` and `base_store`; `stores`: store_id, opened_on, closed_on (its last day; null: still open)."""
    opened, closed = pl.col("opened_on"), pl.col("closed_on")
    whole_from = month_of(opened - _DAY).dt.offset_by("1mo").fill_null(date.min)
    whole_until = month_of(closed + _DAY)
    spans = stores.unique("store_id").select(
        "store_id",
        _from=whole_from,
        _same_from=pl.when(opened.is_null()).then(whole_from).otherwise(whole_from.dt.offset_by("1y")),
        _until=whole_until.fill_null(date.max),
        _base_until=whole_until.dt.offset_by("-1y").fill_null(date.max),
    )
    day = pl.col("business_date")
    joined = sales.join(spans.lazy(), on="store_id", how="left")
    same, base = (
        (day >= pl.col(since)).and_(day < pl.col(until)).fill_null(value=False)
        for since, until in (("_same_from", "_until"), ("_from", "_base_until"))
    )
    return joined.with_columns(same_store=same, base_store=base).drop("_from", "_same_from", "_until", "_base_until")


def with_marks(sales: pl.LazyFrame, products: pl.DataFrame) -> pl.LazyFrame:
    """Add `focus` and `add_on` of `products` (product_id, focus, add_on); what is not listed is neither."""
    marks = ("focus", "add_on")
    used = [mark for mark in marks if products[mark].any()]
    joined = sales.join(products.lazy().select("product_id", *used), on="product_id", how="left") if used else sales
    return joined.with_columns(
        **{mark: pl.col(mark).fill_null(value=False) if mark in used else pl.lit(None, pl.Boolean) for mark in marks}
    )


def with_returning(sales: pl.LazyFrame, bought: pl.LazyFrame) -> pl.LazyFrame:
    """Add `came_back`; `bought`: customer_id, business_date, kind of the same sales and of RETURNS_WITHIN before."""
    key = ["customer_id", "business_date"]
    days = bought.filter(pl.col("customer_id").is_not_null(), pl.col("kind") == "sale").select(key).unique()
    before = pl.col("business_date").shift(1).over("customer_id", order_by="business_date")
    again = (pl.col("business_date") - before <= RETURNS_WITHIN).fill_null(value=False)
    return sales.join(days.with_columns(came_back=again), on=key, how="left")


def with_adherence(shifts: pl.LazyFrame, zone: str | None = None) -> pl.LazyFrame:
    """Add `adhered_hours` and `absence_begins` to shifts (tables.SHIFTS) of a `zone` whose clocks change."""
    there = shifts.join(_overlaps(shifts, zone), on=_ROSTERED, how="left")
    adhered = pl.when(pl.col("status") == "absent").then(pl.lit(0, HOURS)).when(_ATTENDED).then("_overlap")
    return there.with_columns(adhered_hours=adhered.cast(HOURS), absence_begins=_begins()).drop("_overlap")


def staff(people: pl.DataFrame, first: date, last: date) -> pl.LazyFrame:
    """Who was employed on each day from `first` to `last`, as STAFF; `people` as in groups.place."""
    held = stints(people).with_columns(_next=pl.col("first").shift(-1).over("employee_id"))
    goes = pl.col("last").is_not_null() & (pl.col("_next") != pl.col("last") + _DAY).fill_null(value=True)
    clipped = held.with_columns(
        _goes=goes, _from=pl.max_horizontal("first", pl.lit(first)), _to=pl.min_horizontal("last", pl.lit(last))
    ).filter(pl.col("_from") <= pl.col("_to"))
    days = clipped.lazy().with_columns(business_date=pl.date_ranges("_from", "_to")).explode("business_date")
    day = pl.col("business_date")
    leaves = (pl.col("_goes") & (day == pl.col("last"))).fill_null(value=False)
    month_days = day.dt.days_in_month().cast(pl.Int32)
    return days.with_columns(leaves=leaves, month_days=month_days).select(STAFF.keys())


_ROSTERED: Final = ("employee_id", "business_date", "scheduled_in", "scheduled_out")
_ATTENDED = (pl.col("status") == "worked") & pl.col("scheduled_in").is_not_null()


def _overlaps(shifts: pl.LazyFrame, zone: str | None) -> pl.LazyFrame:
    """How much of each rostered shift the person's clockings of that day cover: _ROSTERED, _overlap."""
    rostered = shifts.filter(_ATTENDED).select(_ROSTERED).unique()
    clocked = shifts.filter(pl.col("worked_hours") > 0, pl.col("clock_in").is_not_null())
    pairs = rostered.join(clocked.select(*_ROSTERED[:2], "clock_in", "clock_out"), on=_ROSTERED[:2])
    begin, end = pl.max_horizontal("clock_in", "scheduled_in"), pl.min_horizontal("clock_out", "scheduled_out")
    planned = elapsed(pl.col("scheduled_in"), pl.col("scheduled_out"), zone)
    both, most = elapsed(begin, end, zone).dt.total_seconds().clip(0), planned.dt.total_seconds()
    seconds = pl.min_horizontal(both.sum(), most.first())
    return pairs.group_by(_ROSTERED).agg(_overlap=(seconds.cast(HOURS) / 3600).cast(HOURS))


def _begins() -> pl.Expr:
    absent = pl.col("status") == "absent"
    counted = pl.col("scheduled_in").is_not_null() & pl.col("status").is_in(["worked", "open", "running", "absent"])
    order = ["business_date", "scheduled_in"]
    person = ["employee_id", month_of(pl.col("business_date"))]
    before = pl.when(counted).then(absent).forward_fill().shift(1).over(person, order_by=order)
    return counted & absent & ~before.fill_null(value=False)
