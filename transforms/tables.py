"""The canonical tables: columns, dtypes, units and keys. Every room reads them from here.

Column names carry their unit: ``_amount`` money in the site's currency, ``_hours``, ``_minutes``, ``_id``,
``_date`` (a business date), ``_at`` (local wall-clock time of the site). Money and hours are decimals, never floats:
sums are exact and do not depend on the order of rows.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import polars as pl

MONEY: Final = pl.Decimal(18, 4)
QUANTITY: Final = pl.Decimal(18, 4)
HOURS: Final = pl.Decimal(18, 4)
TOTAL: Final = pl.Decimal(38, 4)
AT: Final = pl.Datetime("us")

Schema = MappingProxyType[str, pl.DataType]


def _schema(**columns: pl.DataType | type[pl.DataType]) -> Schema:
    return MappingProxyType(dict(pl.Schema(columns)))


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the lake.

    `columns` are its columns and dtypes; `key` names what a later file replaces as a whole (a receipt, a person's
    day); `amount` is the column whose control total is kept, if it has one.
    """

    name: str
    columns: Schema
    key: tuple[str, ...]
    amount: str | None = None

    @property
    def content(self) -> tuple[str, ...]:
        """The columns that say what happened, without those that say where a row was read or in which order."""
        return tuple(c for c in self.columns if c not in {"file_id", "row_no", "line_no"})


SALES = Table(
    "sales",
    _schema(
        system=pl.String,
        store_id=pl.String,
        business_date=pl.Date,
        sold_at=AT,
        receipt_id=pl.String,
        line_no=pl.Int32,  # 0: the export knows receipts only, and this row is a whole one
        kind=pl.String,  # sale | return | void
        employee_id=pl.String,
        customer_id=pl.String,
        channel=pl.String,
        product_id=pl.String,
        product_name=pl.String,
        category=pl.String,
        quantity=QUANTITY,
        gross_amount=MONEY,
        discount_amount=MONEY,
        net_amount=MONEY,
        tax_amount=MONEY,
        cost_amount=MONEY,
        file_id=pl.String,
        row_no=pl.Int64,
    ),
    key=("system", "store_id", "receipt_id"),
    amount="net_amount",
)

CLOCKINGS = Table(
    "clockings",
    _schema(
        system=pl.String,
        store_id=pl.String,
        employee_id=pl.String,
        business_date=pl.Date,
        clock_in=AT,
        clock_out=AT,
        stated_hours=HOURS,  # worked, by a sheet that knows no punches
        unpaid_hours=HOURS,  # of the time from in to out: breaks, as the export has them
        file_id=pl.String,
        row_no=pl.Int64,
    ),
    key=("system", "store_id", "employee_id", "business_date"),
)

# Raw logs overlap and grow: each punch stands for itself, and a log that lacks one does not take it back.
PUNCHES = Table(
    "punches",
    _schema(
        system=pl.String,
        store_id=pl.String,
        employee_id=pl.String,
        business_date=pl.Date,  # of the moment alone; pairing may move a punch to the day before
        punched_at=AT,
        direction=pl.String,  # in | out | break_out | break_in | null: the clock does not say
        device=pl.String,
        file_id=pl.String,
        row_no=pl.Int64,
    ),
    key=("system", "store_id", "employee_id", "punched_at"),
)

ROSTER = Table(
    "roster",
    _schema(
        system=pl.String,
        store_id=pl.String,
        employee_id=pl.String,
        business_date=pl.Date,
        scheduled_in=AT,
        scheduled_out=AT,
        file_id=pl.String,
        row_no=pl.Int64,
    ),
    key=("system", "store_id", "employee_id", "business_date"),
)

# Why somebody was away is nobody's business here: only whether it was agreed.
ABSENCES = Table(
    "absences",
    _schema(
        system=pl.String,
        store_id=pl.String,
        employee_id=pl.String,
        business_date=pl.Date,
        excused=pl.Boolean,
        hours=HOURS,  # null: the whole day
        file_id=pl.String,
        row_no=pl.Int64,
    ),
    key=("system", "store_id", "employee_id", "business_date"),
)

RATINGS = Table(
    "ratings",
    _schema(
        system=pl.String,
        store_id=pl.String,
        employee_id=pl.String,
        business_date=pl.Date,
        measure=pl.String,
        value=TOTAL,
        file_id=pl.String,
        row_no=pl.Int64,
    ),
    key=("system", "store_id", "employee_id", "business_date", "measure"),
)

TABLES: Final = MappingProxyType({t.name: t for t in (SALES, CLOCKINGS, PUNCHES, ROSTER, ABSENCES, RATINGS)})

# Sales as they are measured. Sales of a day whose clockings never came must not be divided by the hours of other days.
SOLD: Final = _schema(**SALES.columns, clocked=pl.Boolean)  # clocked: anybody's clocking of that store's day is there

# Derived from clockings, punches, roster, absences when a month is measured; never stored.
SHIFTS: Final = _schema(
    store_id=pl.String,
    employee_id=pl.String,
    business_date=pl.Date,
    scheduled_in=AT,  # as rostered; null where there is no roster, though usual shifts say who is late
    scheduled_out=AT,
    clock_in=AT,
    clock_out=AT,
    scheduled_hours=HOURS,
    worked_hours=HOURS,
    break_hours=HOURS,  # unpaid: punched before it, or taken off it; null: none is known
    overtime_hours=HOURS,
    late_minutes=pl.Int32,
    early_leave_minutes=pl.Int32,
    # worked | absent | on_leave (agreed) | holiday | unscheduled | open (a punch is missing)
    # | running (its out may not be delivered yet) | not_recorded (no clocking came)
    status=pl.String,
    flags=pl.List(pl.String),  # open_punch, running, too_long, auto_closed, overlap, two_systems, no_roster
    file_id=pl.String,
    row_no=pl.Int64,
)

# A position is a group of the whole chain: its people, wherever they work.
LEVELS: Final = ("chain", "region", "store", "department", "position", "person")
# Rows of tables of people, and never groups of their own: what a person did in one store, and what one who has changed
# departments did in one of them.
MEMBER: Final = "member"
PART: Final = "part"

# A quotient is never stored: facts add up over groups and months by adding numerators and denominators.
FACTS: Final = _schema(
    kpi=pl.String,
    level=pl.String,
    group_id=pl.String,
    month=pl.Date,  # its first day
    numerator=TOTAL,
    denominator=TOTAL,  # null: no row of the denominator's table
    rows=pl.Int64,
)

# What could not be taken in, kept as a person needs it to mend the source.
QUARANTINE: Final = _schema(
    file_id=pl.String,
    row_no=pl.Int64,  # as a spreadsheet shows the file
    reasons=pl.List(pl.String),  # codes, explained in each language by reports/locales
    column=pl.String,  # of the export, where one cell is to blame
    original=pl.String,
    subject=pl.String,  # the receipt or the person that it is about; null: not readable
    store_id=pl.String,
    business_date=pl.Date,
    amount=MONEY,  # null: not readable
)


def empty(schema: Schema) -> pl.DataFrame:
    """No rows, with the columns and dtypes of `schema`."""
    return pl.DataFrame(schema=dict(schema))


def subject_of(table: str) -> str:
    """The column of `table` that says which receipt or person a row is about."""
    return "receipt_id" if "receipt_id" in TABLES[table].columns else "employee_id"
