"""What a person should know of the days of a file's receipts: days long past that grow, receipts that change days."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Final

import polars as pl

from transforms.calendar import exchanged
from transforms.restating import Restatement
from transforms.tables import Table

_PAST: Final = timedelta(days=7)  # before the newest month held: exports overlap by days, not by weeks
_GROWN: Final = 0.5
_MOSTLY: Final = 0.9
_FEWEST: Final = 10  # receipts


def moved_days(table: Table, change: Restatement) -> Iterator[str]:
    """A sentence on receipts that a file tells of other days than the files before it."""
    key = list(table.key)
    then, now = (rows.select(*key, "business_date").unique() for rows in (change.superseded, change.new))
    gone, come = (
        one.join(other, on=[*key, "business_date"], how="anti", nulls_equal=True).rename({"business_date": name})
        for one, other, name in ((then, now, "then"), (now, then, "now"))
    )
    both = gone.join(come, on=key, nulls_equal=True).unique(key, keep="first")
    if both.is_empty():
        return
    before, after = both.select("then", "now").sort(pl.all()).row(0)
    why = " with day and month exchanged, as a spreadsheet program may have done" if _all_are(both) else ""
    yield (
        f"moves {both.height} receipts to other days (as from {before} to {after}){why}: the newer export counts; if "
        f"the one before was right, deliver it packed as ZIP, so that it is the newer one."
    )


def _all_are(both: pl.DataFrame) -> bool:
    """Whether day and month of nearly all receipts are exchanged; after midnight business days are others."""
    then, now = pl.col("then").dt, pl.col("now").dt
    alike = (then.day() == now.month()) & (then.month() == now.day()) & (then.year() == now.year())
    return bool(both.select(alike.mean() >= _MOSTLY).item())


def grown_days(days: pl.DataFrame, months: Collection[date]) -> Iterator[str]:
    """A sentence on store-days that were told long ago, and of which a file brings half as many receipts anew.

    `days` has store_id, business_date, held and receipts (their numbers before and with the file), `months` are those
    held.
    """
    held, added = pl.col("held"), pl.col("receipts") - pl.col("held")
    past = pl.col("business_date") < max(months) - _PAST if months else pl.lit(value=False)
    grown = days.filter(past, held >= _FEWEST, added >= _GROWN * held).sort("store_id", "business_date")
    if grown.is_empty():
        return
    store, day, before, more = grown.select("store_id", "business_date", "held", added.alias("added")).row(0)
    other = exchanged(day)
    mistaken = f"; are they of {other}?" if other not in {None, day} else ""
    yield (
        f"adds half as much or more to {grown.height} store-days that were told long ago (as {more} to {before} "
        f"receipts of {store} on {day}{mistaken}): all of them count; see that their days are right."
    )
