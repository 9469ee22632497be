"""Read one export: bytes and profiles in, typed canonical rows and rejected rows out."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import time
from typing import Final

import polars as pl

from transforms.exports.agreeing import backwards, hours_compared
from transforms.exports.attendance import absences, clockings, each_day, punches, roster
from transforms.exports.delivery import sheet_of_rows, together
from transforms.exports.derived import with_derived
from transforms.exports.directions import directed
from transforms.exports.distinct import as_texts
from transforms.exports.layout import Layout
from transforms.exports.parts import WorkbookReader, parts
from transforms.exports.profile import SHEET, Profile, Profiles
from transforms.exports.records import Records, no_rows, raw_cell
from transforms.exports.sales import sales
from transforms.exports.sheet import Sheet, typed
from transforms.exports.stated import Stated, stated
from transforms.exports.tills import numbered_alike
from transforms.exports.workbook import sheets
from transforms.problem import BadExport
from transforms.tables import MONEY, QUARANTINE, RATINGS, TABLES, subject_of

TABLES_OF_KIND: Final[Mapping[str, frozenset[str]]] = {
    "sales": frozenset({"sales"}),
    "attendance": frozenset({"clockings", "punches", "roster", "absences"}),
    "ratings": frozenset({"ratings"}),
}


@dataclass(frozen=True, slots=True)
class Read:
    """One export, read.

    `rows` has exactly the columns of the canonical table of `profile`, in the order of the file; ids are still as the
    export spells them. `rejected` (schema QUARANTINE) are the rows that could not be typed, with reasons of REASONS.
    Every row of the export is in one of the two. `ignored` counts records the profile says are none: totals, footers;
    `stated` is what the last of them says about amounts and quantities, beside what rows come to. `sheets` are the
    titles of the parts that were read (see `row_label`), `notes` sentences on what was not, or may be amiss.
    """

    profile: Profile
    rows: pl.DataFrame
    rejected: pl.DataFrame
    ignored: int
    stated: tuple[Stated, ...]
    sheets: tuple[str, ...]
    notes: tuple[str, ...]
    _records: Records = field(repr=False)
    _layout: Layout = field(repr=False)

    @property
    def header(self) -> str:
        """Its line as the export has it."""
        return self._layout.header.text

    def header_of(self, column: str) -> str | None:
        """What the export calls `column`, None if it has no such column."""
        return self._layout.header_of(column)

    @property
    def delivered(self) -> int:
        """How many rows the export delivered."""
        return self.rows.height + self.rejected.height

    def originals(self, row_nos: pl.Series | Sequence[int]) -> pl.DataFrame:
        """The text of rows as the export has it: (row_no Int64, original String), in the order of the file."""
        return self._records.originals(pl.Series("row_no", row_nos, dtype=pl.Int64))


def read(
    content: bytes,
    *,
    name: str,
    file_id: str,
    kind: str,
    profiles: Profiles,
    day_starts: time,
    products: pl.DataFrame | None = None,
    zone: str | None = None,
    workbooks: WorkbookReader = sheets,
) -> Read:
    """Read the export `content`, known by what it holds: text, workbook, Parquet, or these packed by gzip or ZIP.

    `kind` is the inbox folder it lay in (sales, attendance, ratings): only profiles of its tables may match.
    `products` (product_id, product_name, category: String; list_price, unit_cost: Decimal(18, 4)) gives prices and
    names that the export leaves out. Business days begin at `day_starts`; moments that say their offset from UTC are
    told in the time of `zone` (IANA), or as they are written. `workbooks` reads workbooks. Raises BadExport
    for a file that cannot be read as a whole, in one sentence that begins with `name`.
    """
    name = unicodedata.normalize("NFC", name)
    delivery = together(parts(content, name, workbooks), *_profiles(kind, profiles))
    layout = delivery.layout
    records, ignored = _without_ignored(delivery.records, layout)
    if records.cells.is_empty() and records.torn.is_empty():
        raise BadExport(
            f"{name} has the header of {layout.profile.name} in row {layout.header.row} but no rows below it; if there "
            f"was something to report, export it again."
        )
    cells = typed(records.cells, layout, ignored, zone)
    if layout.profile.derives_from(SHEET):
        cells = cells.with_columns(**{SHEET: sheet_of_rows(delivery.sheets)})
    sheet = _canonical(cells, records, day_starts, products)
    sheet = sheet.with_columns(system=pl.lit(layout.profile.system), file_id=pl.lit(file_id))
    flawed = sheet.flawed
    rejected = pl.concat([_unsplit(records.torn), _untyped(sheet, flawed, records)]).sort("row_no")
    columns = TABLES[layout.profile.table].columns
    kept = sheet.frame if not flawed.any() else sheet.frame.filter(~flawed)
    kept = each_day(kept) if layout.profile.table == "absences" else kept
    rows = kept.select(pl.col(column).cast(dtype) for column, dtype in columns.items())
    quarantined = rejected.select(pl.lit(file_id).alias("file_id"), *(c for c in QUARANTINE if c != "file_id"))
    return Read(
        layout.profile,
        rows,
        quarantined,
        ignored.height,
        tuple(stated(ignored, cells, sheet.frame.get_column("kind", default=None), len(delivery.sheets))),
        delivery.sheets,
        (*delivery.notes, *_doubts(sheet)),
        replace(records, cells=records.cells.clear()),  # nobody asks for them any more, and they are large
        layout,
    )


def _profiles(kind: str, profiles: Profiles) -> tuple[list[Profile], list[Profile]]:
    tables = TABLES_OF_KIND[kind]
    ours = [profile for profile in profiles.values() if profile.table in tables]
    return ours, [profile for profile in profiles.values() if profile.table not in tables]


def _without_ignored(records: Records, layout: Layout) -> tuple[Records, pl.DataFrame]:
    """Without totals, footers and records with nothing to read, which may be of any width; and these apart."""
    profile = layout.profile
    marks = {name: pattern for name, pattern in profile.ignore.items() if name in layout.positions}
    torn = [
        raw_cell(pl.col("original"), layout.header.delimiter, layout.positions[name]).str.contains(pattern)
        for name, pattern in marks.items()
    ]
    vain = no_rows(layout)
    ignored, split_off = as_texts(_matching(records.cells, vain)), _matching(records.torn, torn)
    if ignored.is_empty() and split_off.is_empty():
        return records, ignored
    cells = records.cells.join(ignored, on="row_no", how="anti", maintain_order="left")
    left = records.torn.join(split_off, on="row_no", how="anti", maintain_order="left")
    return replace(records, cells=cells, torn=left), pl.concat([ignored, split_off], how="diagonal")


def _matching(rows: pl.DataFrame, masks: Sequence[pl.Expr]) -> pl.DataFrame:
    return rows.filter(pl.any_horizontal(masks).fill_null(value=False)) if masks else rows.clear()


def _canonical(sheet: Sheet, records: Records, day_starts: time, products: pl.DataFrame | None) -> Sheet:
    match sheet.profile.table:
        case "sales":
            return sales(sheet, day_starts, products, _torn_cells(records, sheet.layout.header.delimiter))
        case "clockings":
            return clockings(sheet, day_starts)
        case "punches":
            return punches(directed(sheet), day_starts)
        case "roster":
            return roster(sheet, day_starts)
        case "absences":
            return absences(sheet)
        case "ratings":
            return _ratings(sheet)


def _doubts(sheet: Sheet) -> Iterator[str]:
    yield from sheet.notes
    if sheet.profile.table == "clockings":
        yield from (*backwards(sheet), *hours_compared(sheet))
    if sheet.profile.table == "sales":
        yield from numbered_alike(sheet)


def _ratings(sheet: Sheet) -> Sheet:
    sheet = with_derived(sheet, RATINGS.columns)
    nobody = pl.col("store_id").is_null() & pl.col("employee_id").is_null()
    whose = "employee_id" if sheet.has("employee_id") else "store_id"
    return sheet.with_flaw("missing_value", whose, nobody).with_needed("business_date", "measure", "value")


def _torn_cells(records: Records, delimiter: str) -> pl.Series:
    return records.torn["original"].str.split(delimiter).explode().str.strip_chars(" \t\"'").drop_nulls()


def _unsplit(torn: pl.DataFrame) -> pl.DataFrame:
    return torn.select(
        "row_no",
        "original",
        reasons=pl.concat_list("flaw"),
        column=pl.lit(None, pl.String),
        subject=pl.lit(None, pl.String),
        store_id=pl.lit(None, pl.String),
        business_date=pl.lit(None, pl.Date),
        amount=pl.lit(None, MONEY),
    )


def _untyped(sheet: Sheet, flawed: pl.Series, records: Records) -> pl.DataFrame:
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
    originals = records.originals(found["row_no"])
    joined = found.join(originals, on="row_no", how="left")
    return joined.select("row_no", "original", "reasons", "column", "subject", "store_id", "business_date", "amount")
