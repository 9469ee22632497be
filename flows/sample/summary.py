"""What was written, counted by the generator itself: the truth that a reader of the files has to arrive at."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Final

import polars as pl

from flows.sample.chain import stores
from flows.sample.dirt import BadRow
from flows.sample.exports import Delivery
from flows.sample.labels import indexed
from flows.sample.scale import Language, Scale, months_between
from flows.sample.texts import exponent
from flows.sample.write import Written, batches, sold
from transforms.tables import TOTAL

_NOTHING: Final = Decimal(0)
_TABLES: Final = ("sales", "clockings", "roster", "ratings")


@dataclass(frozen=True, slots=True)
class Control:
    """Control totals of one table; amounts are sums of net_amount, zero for tables without money.

    delivered = kept + quarantined + redelivered, in rows and in readable amounts. Superseded rows were kept first and
    replaced by a corrected file later: kept - superseded are the rows in force. Files that are byte by byte the same as
    an earlier one are not counted at all.
    """

    files: int = 0
    delivered_rows: int = 0
    kept_rows: int = 0
    quarantined_rows: int = 0
    redelivered_rows: int = 0
    superseded_rows: int = 0
    delivered_amount: Decimal = _NOTHING
    kept_amount: Decimal = _NOTHING
    quarantined_amount: Decimal = _NOTHING
    redelivered_amount: Decimal = _NOTHING
    superseded_amount: Decimal = _NOTHING


@dataclass(frozen=True, slots=True)
class SampleSummary:
    """What `write_sample` wrote.

    `files` in the order of their export times, `same_bytes` those among them that repeat an earlier file; `controls` by
    table; `net_sales` as `truth` gives it.
    """

    files: tuple[Path, ...]
    same_bytes: tuple[Path, ...]
    controls: Mapping[str, Control]
    bad_rows: tuple[BadRow, ...]
    net_sales: pl.DataFrame


def summary(written: Sequence[Written], scale: Scale, language: Language) -> SampleSummary:
    """Count what was written."""
    return SampleSummary(
        files=tuple(w.path for w in written),
        same_bytes=tuple(w.path for w in written if w.export.delivery is Delivery.RENAMED),
        controls=MappingProxyType({table: _control(written, table, language) for table in _TABLES}),
        bad_rows=tuple(row for w in written for row in w.bad),
        net_sales=truth(scale, language),
    )


def truth(scale: Scale, language: Language) -> pl.DataFrame:
    """Net sales by store and month straight from the generator, without any file.

    Returns:
        columns store_id (String), month (Date, its first day), net_amount (Decimal(38, 4), sales less returns, without
        voids), sorted by store and month; no row where a store sold nothing.

    """
    months = months_between(scale.first_day, scale.until)
    parts = [_net(sold(scale, language, month, batch), scale) for month in months for batch in batches(scale)]
    ids = {store.number: store.store_id for store in stores(scale)}
    return (
        pl.concat(parts)
        .select(indexed(ids, "store").alias("store_id"), "month", net_amount=_money(pl.col("net_amount"), language))
        .sort("store_id", "month")
    )


def _net(lines: pl.DataFrame, scale: Scale) -> pl.DataFrame:
    counted = lines.filter(pl.col("kind") != "void", pl.col("business_date") <= scale.until)
    return counted.group_by("store", month=pl.col("business_date").dt.truncate("1mo")).agg(pl.col("net_amount").sum())


def _money(smallest: pl.Expr, language: Language) -> pl.Expr:
    units = int(10 ** exponent(language))
    return (smallest.cast(TOTAL) / units).cast(TOTAL)


def _control(written: Iterable[Written], table: str, language: Language) -> Control:
    files = [w for w in written if w.export.table == table and w.export.delivery is not Delivery.RENAMED]
    new = [w for w in files if w.export.delivery is Delivery.FIRST]
    again = [w for w in files if w.export.delivery is not Delivery.FIRST]
    bad = [row for w in files for row in w.bad]
    changed = sum(w.changed_rows for w in again)
    changed_amount = sum(w.changed_amount for w in again)
    quarantined = sum((row.amount or _NOTHING for row in bad), _NOTHING)
    return Control(
        files=len(files),
        delivered_rows=sum(w.rows for w in files) + len(bad),
        kept_rows=sum(w.rows for w in new) + changed,
        quarantined_rows=len(bad),
        redelivered_rows=sum(w.rows for w in again) - changed,
        superseded_rows=changed,
        delivered_amount=_exact(sum(w.amount for w in files), language) + quarantined,
        kept_amount=_exact(sum(w.amount for w in new) + changed_amount, language),
        quarantined_amount=quarantined,
        redelivered_amount=_exact(sum(w.amount for w in again) - changed_amount, language),
        # The receipts were first rung up twofold.
        superseded_amount=_exact(2 * changed_amount, language),
    )


def _exact(smallest: int, language: Language) -> Decimal:
    return Decimal(smallest).scaleb(-exponent(language))
