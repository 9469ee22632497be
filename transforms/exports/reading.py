"""Read one export: bytes and profiles in, typed canonical rows and rejected rows out."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from typing import Final

import polars as pl

from transforms.exports.attendance import absences, clockings, punches, roster
from transforms.exports.derived import with_derived
from transforms.exports.layout import Layout, recognise
from transforms.exports.profile import Profile, Profiles
from transforms.exports.records import Records, raw_cell, split
from transforms.exports.sales import sales
from transforms.exports.sheet import Sheet, typed
from transforms.exports.text import decoded
from transforms.problem import BadExport
from transforms.tables import MONEY, QUARANTINE, RATINGS, TABLES, subject_of

_TABLES_OF_KIND: Final[Mapping[str, frozenset[str]]] = {
    "sales": frozenset({"sales"}),
    "attendance": frozenset({"clockings", "punches", "roster", "absences"}),
    "ratings": frozenset({"ratings"}),
}


@dataclass(frozen=True, slots=True)
class Read:
    """One export, read.

    `rows` has exactly the columns of the canonical table of `profile`, in the order of the file; ids are still as the
    export spells them. `rejected` (schema QUARANTINE) are the rows that could not be typed, with reasons of REASONS.
    Every row of the export is in one of the two. `ignored` counts records the profile says are none: totals, footers.
    """

    profile: Profile
    rows: pl.DataFrame
    rejected: pl.DataFrame
    ignored: int
    _lines: pl.DataFrame = field(repr=False)
    header: str = ""  # its line as the export has it

    @property
    def delivered(self) -> int:
        """How many rows the export delivered."""
        return self.rows.height + self.rejected.height

    def originals(self, row_nos: pl.Series | Sequence[int]) -> pl.DataFrame:
        """The text of rows as the export has it: (row_no Int64, original String), in the order of the file."""
        wanted = pl.Series("row_no", row_nos, dtype=pl.Int64)
        return self._lines.filter(pl.col("row_no").is_in(wanted.implode())).select("row_no", "original")


def read(
    content: bytes,
    *,
    name: str,
    file_id: str,
    kind: str,
    profiles: Profiles,
    day_starts: time,
    products: pl.DataFrame | None = None,
) -> Read:
    """Read the export `content`.

    `kind` is the inbox folder it lay in (sales, attendance, ratings): only profiles of its tables may match.
    `products` (product_id, product_name, category: String; list_price, unit_cost: Decimal(18, 4)) gives prices and
    names that the export leaves out. Business days begin at `day_starts`. Raises BadExport for a file that cannot be
    read as a whole, in one sentence that begins with `name`.
    """
    layout = _layout(content, name, kind, profiles)
    records, ignored = _without_ignored(split(layout), layout)
    if records.lines.is_empty():
        raise BadExport(
            f"{name} has the header of {layout.profile.name} in row {layout.header.row} but no rows below it; if there "
            f"was something to report, export it again."
        )
    sheet = _canonical(typed(records.cells, layout), records, day_starts, products)
    sheet = sheet.with_columns(system=pl.lit(layout.profile.system), file_id=pl.lit(file_id))
    flawed = sheet.flawed
    rejected = pl.concat([_unsplit(records.lines), _untyped(sheet, flawed, records.lines)]).sort("row_no")
    columns = TABLES[layout.profile.table].columns
    rows = sheet.frame.filter(~flawed).select(pl.col(column).cast(dtype) for column, dtype in columns.items())
    quarantined = rejected.select(pl.lit(file_id).alias("file_id"), *(c for c in QUARANTINE if c != "file_id"))
    return Read(layout.profile, rows, quarantined, ignored, records.lines, layout.header.text)


def _layout(content: bytes, name: str, kind: str, profiles: Profiles) -> Layout:
    tables = _TABLES_OF_KIND[kind]
    ours = [profile for profile in profiles.values() if profile.table in tables]
    others = [profile for profile in profiles.values() if profile.table not in tables]
    fallbacks = {profile.fallback_encoding for profile in profiles.values() if profile.fallback_encoding is not None}
    name = unicodedata.normalize("NFC", name)
    return recognise(decoded(content, name, fallbacks), name, ours, others)


def _without_ignored(records: Records, layout: Layout) -> tuple[Records, int]:
    """Without totals, footers and records with nothing to read; these may be of any width."""
    profile = layout.profile
    marks = {name: pattern for name, pattern in profile.ignore.items() if name in layout.positions}
    totals = [pl.col(name).str.contains(pattern) for name, pattern in marks.items()]
    torn = [
        raw_cell(pl.col("original"), layout.header.delimiter, layout.positions[name]).str.contains(pattern)
        for name, pattern in marks.items()
    ]
    vain = [pl.col(name).is_null() for name in profile.ignore_without if name in layout.positions]
    totals += [pl.all_horizontal(vain)] if vain else []
    unsplit = records.lines.filter(pl.col("flaw").is_not_null())
    ignored = pl.concat([_matching(records.cells, totals), _matching(unsplit, torn)])
    kept = ~pl.col("row_no").is_in(ignored.implode())
    return Records(records.lines.filter(kept), records.cells.filter(kept)), ignored.len()


def _matching(rows: pl.DataFrame, masks: Sequence[pl.Expr]) -> pl.Series:
    matching = rows.filter(pl.any_horizontal(masks).fill_null(value=False)) if masks else rows.clear()
    return matching["row_no"]


def _canonical(sheet: Sheet, records: Records, day_starts: time, products: pl.DataFrame | None) -> Sheet:
    match sheet.profile.table:
        case "sales":
            return sales(sheet, day_starts, products, _torn_cells(records, sheet.layout.header.delimiter))
        case "clockings":
            return clockings(sheet, day_starts)
        case "punches":
            return punches(sheet, day_starts)
        case "roster":
            return roster(sheet, day_starts)
        case "absences":
            return absences(sheet)
        case "ratings":
            return _ratings(sheet)


def _ratings(sheet: Sheet) -> Sheet:
    sheet = with_derived(sheet, RATINGS.columns)
    nobody = pl.col("store_id").is_null() & pl.col("employee_id").is_null()
    whose = "employee_id" if sheet.has("employee_id") else "store_id"
    return sheet.with_flaw("missing_value", whose, nobody).with_needed("business_date", "measure", "value")


def _torn_cells(records: Records, delimiter: str) -> pl.Series:
    torn = records.lines.filter(pl.col("flaw").is_not_null())["original"]
    return torn.str.split(delimiter).explode().str.strip_chars(' \t"').drop_nulls()


def _unsplit(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.filter(pl.col("flaw").is_not_null()).select(
        "row_no",
        "original",
        reasons=pl.concat_list("flaw"),
        column=pl.lit(None, pl.String),
        subject=pl.lit(None, pl.String),
        store_id=pl.lit(None, pl.String),
        business_date=pl.lit(None, pl.Date),
        amount=pl.lit(None, MONEY),
    )


def _untyped(sheet: Sheet, flawed: pl.Series, lines: pl.DataFrame) -> pl.DataFrame:
    """The flawed rows with every reason, and the column of the first flaw."""
    masks = {f"{number}": flaw.rows for number, flaw in enumerate(sheet.flaws)}
    amount = TABLES[sheet.profile.table].amount
    bad = sheet.frame.with_columns(**masks).filter(flawed)
    reasons = [pl.when(pl.col(mask)).then(pl.lit(flaw.reason)) for mask, flaw in zip(masks, sheet.flaws, strict=True)]
    columns = [pl.when(pl.col(mask)).then(pl.lit(flaw.column)) for mask, flaw in zip(masks, sheet.flaws, strict=True)]
    found = bad.select(
        "row_no",
        "store_id",
        "business_date",
        subject=pl.col(subject_of(sheet.profile.table)),
        reasons=pl.concat_list(*reasons).list.drop_nulls().list.unique(maintain_order=True) if reasons else pl.lit([]),
        column=pl.coalesce(*columns) if columns else pl.lit(None, pl.String),
        amount=pl.col(amount) if amount else pl.lit(None, MONEY),
    )
    joined = found.join(lines.select("row_no", "original"), on="row_no", how="left")
    return joined.select("row_no", "original", "reasons", "column", "subject", "store_id", "business_date", "amount")
