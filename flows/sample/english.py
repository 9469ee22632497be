"""The English twin: Square item details, Toast time entries, roster and ratings, as those systems write them.

Every function returns text columns in the order of the export.
"""

from typing import Final

import polars as pl

from flows.sample.chain import people
from flows.sample.labels import (
    chosen,
    clock_code,
    customer_code,
    customer_name,
    dollars,
    employee_ids,
    indexed,
    person_name,
    receipt_code,
    spelled,
    store_names,
    till_people,
)
from flows.sample.scale import Scale
from flows.sample.texts import CHANNELS, POSITIONS, menu

_SQUARE: Final = (
    *("Date", "Time", "Time Zone", "Category", "Item", "Qty", "Price Point Name", "SKU", "Modifiers Applied"),
    *("Gross Sales", "Discounts", "Net Sales", "Tax", "Transaction ID", "Payment ID", "Device Name", "Notes"),
    *("Details", "Event Type", "Location", "Dining Option", "Customer ID", "Customer Name", "Customer Reference ID"),
    *("Unit", "Count", "GTIN", "Itemization Type", "Commission", "Employee", "Fulfillment Note", "Channel", "Token"),
    *("Card Brand", "PAN Suffix"),
)
_TOAST: Final = (
    *("Location", "Job Id", "Job GUID", "Job Code", "Job Title", "Employee Id", "Employee GUID"),
    *("Employee External Id", "Employee", "In Date", "Out Date", "Auto Clock-out", "Total Hours", "Unpaid Break Time"),
    *("Paid Break Time", "Payable Hours", "Cash Tips Declared", "Non Cash Tips", "Total Gratuity", "Total Tips"),
    *("Tips Withheld", "Wage", "Regular Hours", "Overtime Hours", "Regular Pay", "Overtime Pay", "Total Pay"),
)
_NO_MONEY: Final = ("Cash Tips Declared", "Non Cash Tips", "Total Gratuity", "Total Tips", "Tips Withheld")
_FULL_DAY: Final = 8.0


def sales(lines: pl.DataFrame, scale: Scale) -> pl.DataFrame:
    """Square's item details, all 35 columns. A cancelled basket was never paid, so Square does not list it."""
    cells = _event_cells(scale) | _item_cells()
    return lines.filter(pl.col("kind") != "void").select(
        **{name: cells.get(name, pl.lit(None, pl.String)).alias(name) for name in _SQUARE}
    )


def _event_cells(scale: Scale) -> dict[str, pl.Expr]:
    card = pl.col("payment") == 1
    return {
        "Date": pl.col("sold_at").dt.strftime("%Y-%m-%d"),
        "Time": pl.col("sold_at").dt.strftime("%H:%M:%S"),
        "Time Zone": pl.lit("Hanoi"),
        "Transaction ID": receipt_code("TX"),
        "Payment ID": receipt_code("PM"),
        "Device Name": pl.lit("Till 1"),
        "Event Type": pl.when(kind="return").then(pl.lit("Refund")).otherwise(pl.lit("Payment")),
        "Location": store_names(scale, "en", till=True),
        "Dining Option": chosen(CHANNELS["en"], pl.col("channel")),
        "Customer ID": customer_code(),
        "Customer Name": customer_name("en"),
        "Employee": indexed(till_people(scale, "en"), "number"),
        "Channel": store_names(scale, "en", till=True),
        "Card Brand": pl.when(card).then(pl.lit("Visa")).otherwise(pl.lit(None, pl.String)),
        "PAN Suffix": pl.when(card)
        .then((pl.col("receipt") * 7919 % 9000 + 1000).cast(pl.String))
        .otherwise(pl.lit(None, pl.String)),
    }


def _item_cells() -> dict[str, pl.Expr]:
    products, product = menu("en"), pl.col("product")
    return {
        "Category": chosen(tuple(p.category for p in products), product),
        "Item": chosen(tuple(p.name for p in products), product),
        "Qty": pl.format("{}.0", "quantity"),
        "Price Point Name": pl.lit("Regular"),
        "SKU": chosen(tuple(p.product_id for p in products), product),
        "Gross Sales": dollars(pl.col("gross_amount")),
        "Discounts": dollars(-pl.col("discount_amount")),
        "Net Sales": dollars(pl.col("net_amount")),
        "Tax": pl.lit("$0.00"),
        "Unit": pl.lit("ea"),
        "Count": pl.col("quantity").cast(pl.String),
        "Itemization Type": pl.lit("Physical Good"),
    }


def clock(shifts: pl.DataFrame, scale: Scale) -> pl.DataFrame:
    """Toast's time entries, all 27 columns. Who forgets to clock out is clocked out at 04:00 by the system."""
    worked = shifts.filter("worked").with_columns(
        # Toast cannot record a shift without its beginning: a forgotten one is entered by the manager as planned.
        clock_in=pl.coalesce("clock_in", "scheduled_in"),
        clock_out=pl.coalesce("clock_out", pl.col("business_date").cast(pl.Datetime("us")) + pl.duration(hours=28)),
        auto=pl.col("clock_out").is_null(),
    )
    hours = (pl.col("clock_out") - pl.col("clock_in")).dt.total_minutes() / 60
    cells = _person_cells(scale) | _hour_cells(hours) | {name: pl.lit("0.00") for name in _NO_MONEY}
    return worked.select(**{name: cells.get(name, pl.lit(None, pl.String)).alias(name) for name in _TOAST})


def _person_cells(scale: Scale) -> dict[str, pl.Expr]:
    stints = {stint.number: stint for stint in people(scale)}
    last_first = {number: _last_first(person_name(stint, "en")) for number, stint in stints.items()}
    positions = {number: stint.position for number, stint in stints.items()}
    return {
        "Location": store_names(scale, "en", till=False),
        "Job Code": indexed(positions, "number"),
        "Job Title": indexed({number: POSITIONS[p]["en"] for number, p in positions.items()}, "number"),
        "Employee Id": indexed({number: clock_code(number) for number in stints}, "number"),
        "Employee External Id": employee_ids(scale),
        "Employee": indexed(last_first, "number"),
        "In Date": _toast_time("clock_in"),
        "Out Date": _toast_time("clock_out"),
        "Auto Clock-out": pl.when("auto").then(pl.lit("Yes")).otherwise(pl.lit("No")),
    }


def _hour_cells(hours: pl.Expr) -> dict[str, pl.Expr]:
    regular, extra = hours.clip(upper_bound=_FULL_DAY), (hours - _FULL_DAY).clip(lower_bound=0)
    return {
        "Total Hours": _decimal(hours),
        "Unpaid Break Time": pl.lit("0.00"),
        "Paid Break Time": pl.lit("0.00"),
        "Payable Hours": _decimal(hours),
        "Regular Hours": _decimal(regular),
        "Overtime Hours": _decimal(extra),
    }


def _decimal(hours: pl.Expr) -> pl.Expr:
    hundredths = (hours * 100).round().cast(pl.Int64)
    return pl.format("{}.{}", hundredths // 100, (hundredths % 100).cast(pl.String).str.zfill(2))


def _last_first(name: str) -> str:
    *given, family = spelled(name, "en").split(" ")
    return f"{family}, {' '.join(given)}"


def _toast_time(at: str) -> pl.Expr:
    return pl.col(at).dt.strftime("%-m/%-d/%y %-I:%M %p")


def roster(shifts: pl.DataFrame, scale: Scale) -> pl.DataFrame:
    """The planned shifts of a month."""
    return shifts.select(
        employee_id=employee_ids(scale),
        store_id=store_names(scale, "en", till=False),
        date=pl.col("business_date").cast(pl.String),
        shift_start=pl.col("scheduled_in").dt.strftime("%H:%M"),
        shift_end=pl.col("scheduled_out").dt.strftime("%H:%M"),
    )


def ratings(rated: pl.DataFrame, scale: Scale) -> pl.DataFrame:
    """The skills of a month, in points."""
    return rated.select(
        date=pl.col("date").cast(pl.String),
        employee_id=employee_ids(scale),
        measure="measure",
        value=pl.col("value").cast(pl.String),
    )
