"""Typed columns of a sales export -> columns of the table `sales`."""

import re
from collections.abc import Iterator, Mapping
from datetime import time
from types import MappingProxyType
from typing import Final

import polars as pl

from transforms.calendar import business_date
from transforms.exports.derived import with_derived
from transforms.exports.distinct import by_distinct
from transforms.exports.money import (
    RECEIPT,
    with_cost,
    with_products,
    with_receipt_amounts_spread,
    with_returns_negative,
    with_tax_within,
)
from transforms.exports.profile import RowKind
from transforms.exports.repeated import with_repeated_told
from transforms.exports.sheet import Sheet
from transforms.exports.units import tells_unit
from transforms.problem import BadExport
from transforms.tables import AT, SALES

_NEEDED: Final = ("store_id", "business_date", "receipt_id", "net_amount")
_AMOUNTS: Final = frozenset(name for name, dtype in SALES.columns.items() if dtype.is_decimal())
_WORDS: Final = SALES.columns.keys() - _AMOUNTS
_SOURCES: Final = MappingProxyType(
    {
        "business_date": ("business_date", "sold_at", "sold_date", "sold_on"),
        "net_amount": ("net_amount", "line_total", "total_amount"),
    }
)
_MOMENTS: Final = ("sold_at", "sold_date", "sold_on", "sold_time")
_THOUSAND: Final = re.compile("1000|1e3")
_OF_A_LINE: Final = ("product_id", "product_name", "quantity", "line_no")


def sales(sheet: Sheet, day_starts: time, products: pl.DataFrame | None, torn_cells: pl.Series) -> Sheet:
    """Work out every column of `sales` but system, file_id and row_no; other columns stand beside them.

    `torn_cells` are all cells of the records that could not be split reliably. Raises BadExport if the profile leaves
    open what every row needs.
    """
    _refuse_what_is_open(sheet)
    _refuse_thousands(sheet)
    sheet = with_derived(_with_days(sheet, day_starts), _WORDS)
    sheet = _with_receipt(_with_receipt_ids(_with_kind(sheet)))
    sheet = with_receipt_amounts_spread(sheet, torn_cells)
    sheet = _with_lines(_with_revisions(sheet))
    sheet = with_derived(with_products(with_tax_within(sheet), products), _AMOUNTS)
    sheet = _with_sums_checked(with_cost(with_returns_negative(sheet)))
    named = next(filter(None, map(sheet.layout.header_of, _SOURCES["net_amount"])), "net_amount")
    sheet = with_repeated_told(sheet, named)
    return sheet.with_needed(*_NEEDED, sources=_SOURCES)


def _refuse_what_is_open(sheet: Sheet) -> None:
    profile = sheet.profile
    said = {*profile.every_column, *profile.derive}
    open_ = [name for name in _NEEDED if said.isdisjoint({name, *_SOURCES.get(name, ())})]
    if open_:
        raise BadExport(
            f"{sheet.layout.name}: the profile {profile.name} does not say what {' and '.join(open_)} is, so no row "
            f"can be counted; name the column under its [columns], or work it out under [derive]."
        )


def _refuse_thousands(sheet: Sheet) -> None:
    """A profile may not have been made for a table above whose header such a unit stands."""
    known = any(map(_THOUSAND.search, sheet.profile.derive.values()))
    title = next(filter(tells_unit, () if known else sheet.layout.titles), None)
    if title:
        raise BadExport(
            f'{sheet.layout.name}: above its header stands "{title}", so its amounts are not in the currency itself; '
            f"export them in full, or let a profile of your own work net_amount out, times 1000 (`kpi profile FILE`)."
        )


def _with_sums_checked(sheet: Sheet) -> Sheet:
    """A profile gives no net amount where what it is worked out from contradicts itself."""
    sql = sheet.profile.derive.get("net_amount")
    known = [name for name in (pl.sql_expr(sql).meta.root_names() if sql else ()) if sheet.has(name)]
    if not known:
        return sheet
    needed = [name for name in known if sheet.profile.every_column[name].required] or known
    there = pl.all_horizontal(pl.col(name).is_not_null() for name in needed)
    return sheet.with_flaw(
        "does_not_add_up", needed[-1], pl.col("net_amount").is_null() & there & ~pl.lit(sheet.flawed)
    )


def _with_days(sheet: Sheet, day_starts: time) -> Sheet:
    moment, day, hour = (_of_type(sheet, dtype) for dtype in (AT, pl.Date(), pl.Time()))
    sold_at = pl.coalesce(moment, day.dt.combine(hour))
    business_day = pl.coalesce("business_date", business_date(sold_at, day_starts), day)
    return sheet.with_columns(sold_at=sold_at, business_date=business_day)


def _of_type(sheet: Sheet, dtype: pl.DataType) -> pl.Expr:
    """What the columns about the sale's moment say of that type: a day may be written with its time, or without."""
    return pl.coalesce(*(name for name in _MOMENTS if sheet.frame.schema[name] == dtype), pl.lit(None, dtype))


def _with_kind(sheet: Sheet) -> Sheet:
    kinds = sheet.profile.kind
    if kinds.always:
        return sheet.with_columns(kind=pl.lit(kinds.always))
    if sheet.has("kind") or "kind" in sheet.profile.derive:
        said = sheet.frame["kind"].fill_null("")
        sheet = sheet.with_columns(kind=pl.lit(_named(said, kinds.by_value)))
        unknown = said.set(sheet.frame["kind"].is_not_null(), None)
        for teller, words in _tellers(sheet, unknown):
            sheet = sheet.with_unknown("unknown_kind", teller, words, "kind.values")
    else:
        sheet = sheet.with_columns(kind=_kind_by_prefix(kinds.prefix))
    if kinds.negative_quantity_is_return:
        taken_back = (pl.col("kind") == "sale") & (pl.col("quantity") < 0)
        return sheet.with_columns(kind=pl.when(taken_back).then(pl.lit("return")).otherwise("kind"))
    return sheet


def _tellers(sheet: Sheet, unknown: pl.Series) -> Iterator[tuple[str, pl.Series]]:
    """The columns of the export in which `unknown` words stand, and which of them stand there."""
    derived = sheet.profile.derive.get("kind")
    names = [name for name in (pl.sql_expr(derived).meta.root_names() if derived else ()) if sheet.has(name)]
    for name in names:
        if name != "kind" and sheet.frame.schema[name] == pl.String:
            here = (sheet.frame[name] == unknown).fill_null(value=False)
            yield name, unknown.set(~here, None)
            unknown = unknown.set(here, None)
    yield "kind", unknown


def _named(cells: pl.Series, kinds: Mapping[str, str]) -> pl.Series:
    def named(some: pl.Series) -> pl.Series:
        return some.str.to_lowercase().replace_strict(kinds, default=None, return_dtype=pl.String)

    told = cells.unique()
    # Mostly all are named so already.
    return cells if told.equals(named(told)) else by_distinct(cells, named)


def _kind_by_prefix(prefixes: Mapping[RowKind, str]) -> pl.Expr:
    kind: pl.Expr = pl.lit("sale")
    for named, prefix in prefixes.items():
        kind = pl.when(pl.col("receipt_id").str.starts_with(prefix)).then(pl.lit(named)).otherwise(kind)
    return kind


def _with_receipt_ids(sheet: Sheet) -> Sheet:
    if sheet.profile.receipt_scope == "store":
        return sheet
    # Where the till starts numbering again each day, the id alone would merge receipts.
    days = sheet.frame["business_date"].drop_nulls().unique()
    day = pl.col("business_date").replace_strict(days, days.dt.strftime("%Y-%m-%d"), default=None)
    return sheet.with_columns(receipt_id=pl.concat_str(day, pl.lit("#"), "receipt_id"))


def _with_receipt(sheet: Sheet) -> Sheet:
    # To group by one number, the row where a receipt begins, costs a fraction of grouping by two texts; and lines of a
    # receipt mostly follow each other.
    keys = sheet.frame.select("row_no", "store_id", "receipt_id")
    begins = pl.any_horizontal(pl.col(key).ne_missing(pl.col(key).shift(1)) for key in ("store_id", "receipt_id"))
    begin = keys.select(begins | (pl.int_range(pl.len()) == 0)).to_series()
    runs = keys.filter(begin)
    apart = runs["receipt_id"].n_unique() == runs.height
    of_receipt = pl.col("row_no") if apart else pl.col("row_no").first().over("store_id", "receipt_id")
    first = runs.select(of_receipt).to_series()
    receipt = first.gather(begin.cum_sum() - 1)
    # Polars ranks, and groups by, what it is told to be in order at half the cost.
    return sheet.with_columns(**{RECEIPT: pl.lit(receipt.set_sorted() if receipt.is_sorted() else receipt)})


def _with_revisions(sheet: Sheet) -> Sheet:
    """Receipts under the id they had before they were edited; what an edited one replaces is void."""
    pattern = sheet.profile.revision
    if pattern is None or not sheet.frame["receipt_id"].str.contains(pattern).any():
        return sheet
    suffix = pl.col("receipt_id").str.extract(f"({pattern})").fill_null("")
    sheet = sheet.with_columns(revision=suffix, receipt_id=pl.col("receipt_id").str.replace(pattern, ""))
    replaced = (pl.col("kind") != "void") & (
        pl.col("revision") < pl.col("revision").max().over("store_id", "receipt_id")
    )
    return _with_receipt(sheet.with_columns(kind=pl.when(replaced).then(pl.lit("void")).otherwise("kind")))


def _with_lines(sheet: Sheet) -> Sheet:
    if _lists_receipts(sheet):
        return sheet.with_columns(line_no=pl.lit(0, pl.Int32))
    if sheet.has("line_no"):
        return sheet
    # Both ranks are of the whole export; counting within each receipt takes fifteen times as long.
    appearance = pl.col(RECEIPT).rank("ordinal") - pl.col(RECEIPT).rank("min") + 1
    return sheet.with_columns(line_no=appearance.cast(pl.Int32))


def _lists_receipts(sheet: Sheet) -> bool:
    if sheet.profile.grain != "either":
        return sheet.profile.grain == "receipt"
    return not any(map(sheet.has, _OF_A_LINE)) and sheet.frame[RECEIPT].is_unique().all()
