"""An export on its way to canonical rows: typed columns, and what is wrong with which of its rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

import polars as pl

from transforms.exports.cells import bare, number_cells, percent_cells, read_moments_of_cells, written
from transforms.exports.distinct import as_texts, by_distinct, looked_at_once
from transforms.exports.durations import UNITS, read_hours
from transforms.exports.header import comparable
from transforms.exports.layout import Layout
from transforms.exports.marks import NumberColumn, proven
from transforms.exports.moments import Format, in_zone, read_moments
from transforms.exports.numbers import Marks, read_numbers, read_percents, read_whole
from transforms.exports.profile import EXTRA, CellType, Column, Profile
from transforms.exports.resaved import refuse_cut_thousands, refuse_exchanged
from transforms.tables import AT, HOURS, MONEY, TABLES

REASONS: Final = (
    "wrong_width",
    "bad_quotes",
    "missing_value",
    "bad_number",
    "bad_date",
    "bad_time",
    "bad_id",
    "bad_text",
    "unknown_kind",
    "unknown_product",
    "uneven_receipt",
    "incomplete_receipt",
    "does_not_add_up",
)
_SHOWN: Final = 6  # words
_DTYPES: Final[Mapping[CellType, pl.DataType | type[pl.DataType]]] = {
    "text": pl.String,
    "number": MONEY,
    "percent": MONEY,
    "whole": pl.Int32,
    "date": pl.Date,
    "time": pl.Time,
    "moment": AT,
    "day": pl.Date,
    **dict.fromkeys(UNITS, HOURS),
}
_REASON_OF_TYPE: Final[Mapping[CellType, str]] = {
    "date": "bad_date",
    "day": "bad_date",
    "moment": "bad_date",
    "time": "bad_time",
}
_DAILY: Final = frozenset({"sales", "clockings", "punches", "roster"})  # whose exports are of days in a row


@dataclass(frozen=True, slots=True)
class Flaw:
    """Rows that cannot be taken: a reason of REASONS, the export's column to blame, and a Boolean mask of the rows."""

    reason: str
    column: str | None
    rows: pl.Series


@dataclass(frozen=True, slots=True)
class Sheet:
    """Columns by their names in the profile, beside row_no, and the flaws found so far, in the order of the export."""

    layout: Layout
    frame: pl.DataFrame
    flaws: tuple[Flaw, ...] = ()
    marks: Mapping[str, Marks] = field(default_factory=dict)  # how the numbers of its columns are written
    zone: str | None = None  # in whose time moments are told that say their offset; None: as they are written
    notes: tuple[str, ...] = ()  # sentences on what is rejected as a whole

    @property
    def profile(self) -> Profile:
        """How the export was recognised."""
        return self.layout.profile

    def has(self, column: str) -> bool:
        """Whether the export itself has `column`."""
        return column in self.layout.positions

    def with_columns(self, **columns: pl.Expr) -> "Sheet":
        """With more columns, or others of the same name."""
        return replace(self, frame=self.frame.with_columns(**columns))

    def with_flaw(self, reason: str, column: str, rows: pl.Expr) -> "Sheet":
        """With the rows marked where `rows` holds; `column` is a name of the profile."""
        mask = self.frame.select(rows.fill_null(value=False).alias("flaw")).to_series()
        flaw = Flaw(reason, self.layout.header_of(column), mask)
        return replace(self, flaws=(*self.flaws, flaw)) if mask.any() else self

    def with_unknown(self, reason: str, column: str, cells: pl.Series, mapped_in: str) -> "Sheet":
        """With the rows marked whose word in `cells` is not known, and told which words these are."""
        words = cells.unique(maintain_order=True).drop_nulls().sort().replace("", "(empty)")
        if words.is_empty():
            return self
        shown = ", ".join(words.head(_SHOWN)) + (" and more" if words.len() > _SHOWN else "")
        sheet = self.with_flaw(reason, column, pl.lit(cells.is_not_null()))
        note = (
            f'"{self.layout.header_of(column) or column}" holds {shown}, which {self.profile.name} does not know, so '
            f"{cells.count()} of {cells.len()} rows are rejected: export other words, or map these under [{mapped_in}] "
            f"of a profile of your own (`kpi profile FILE SITE --write` begins one)."
        )
        return replace(sheet, notes=(*self.notes, note))

    def with_needed(self, *columns: str, sources: Mapping[str, Sequence[str]] = MappingProxyType({})) -> "Sheet":
        """With the rows marked that lack a value in `columns` and for which nothing else explains it.

        The blame is on the first of the `sources` of a column that the export has, or on the column itself.
        """
        sheet = self
        for column in columns:
            blamed = next((source for source in sources.get(column, ()) if self.has(source)), column)
            lacking = pl.col(column).is_null() & ~pl.lit(sheet.flawed)
            sheet = sheet.with_flaw("missing_value", blamed, lacking)
        return sheet

    @property
    def untyped(self) -> bool:
        """Whether its cells are only text, as in CSV, and do not say themselves what they are."""
        return self.layout.text.serials_from is None

    def texts(self, column: str) -> pl.Series:
        """The cells of `column` that are text."""
        return self.frame[column] if self.untyped else written(self.frame[column])

    @property
    def flawed(self) -> pl.Series:
        """Which rows have any flaw."""
        clean = pl.repeat(value=False, n=self.frame.height, dtype=pl.Boolean, eager=True)
        return self.frame.select(pl.any_horizontal(clean, *(flaw.rows for flaw in self.flaws))).to_series()


def typed(texts: pl.DataFrame, layout: Layout, totals: pl.DataFrame | None = None, zone: str | None = None) -> Sheet:
    """Read every cell of `texts` (columns of the profile, beside row_no, as in `Records`) by its type.

    `totals` are records that are no rows; their numbers, too, show how numbers are written. Moments that say their
    offset from UTC are told in the time of `zone`. Columns that the profile or its table knows and the export has not
    are there as nulls.
    """
    profile = layout.profile
    texts = _filled_down(texts, profile)
    known = {name: _DTYPES[profile.type_of(name)] for name in (*profile.every_column, *EXTRA[profile.table])}
    absent = {
        name: dtype for name, dtype in {**TABLES[profile.table].columns, **known}.items() if name not in texts.columns
    }
    nulls = {name: pl.lit(None, dtype) for name, dtype in absent.items()}
    sheet = Sheet(layout, texts.with_columns(**nulls), zone=zone)
    sheet = replace(sheet, marks=_proven_marks(sheet, totals))
    for name in sorted(layout.positions, key=layout.positions.__getitem__):
        sheet = _typed(sheet, name)
    return sheet


def _proven_marks(sheet: Sheet, totals: pl.DataFrame | None) -> Mapping[str, Marks]:
    """How the numbers of each column are written: all in one way, but those for which the profile names others."""
    columns, profile, file = dict(_numbers(sheet, totals)), sheet.profile, sheet.layout.name
    own = {name: ways for name in columns if (ways := profile.every_column[name].numbers)}
    shared = proven([c for name, c in columns.items() if name not in own], profile.formats.conventions, file)
    return {
        name: proven([column], profile.formats.marks_of(own[name]), file) if name in own else shared
        for name, column in columns.items()
    }


def _filled_down(texts: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """With the cells that stand on the first line of a receipt on its other lines too, never on those of another."""
    filled = profile.fill_down
    if filled is None or filled.key not in texts.columns:
        return texts
    texts = as_texts(texts)
    if filled.key in filled.columns:
        texts = texts.with_columns(_carried_on(filled.key))
    here = [name for name in filled.columns if name in texts.columns and name != filled.key]
    cells = [pl.coalesce(name, pl.col(name).drop_nulls().first().over(filled.key)) for name in here]
    of_a_receipt = pl.col(filled.key).is_not_null()
    return texts.with_columns(
        pl.when(of_a_receipt).then(cell).otherwise(name) for name, cell in zip(here, cells, strict=True)
    )


def _carried_on(key: str) -> pl.Expr:
    """The key of the receipt above, not beyond a line that could not be read or is no row: a key may be lost there."""
    block = (pl.col("row_no").diff() != 1).fill_null(value=True).cum_sum()
    return pl.col(key).forward_fill().over(block)


def _numbers(sheet: Sheet, totals: pl.DataFrame | None) -> Iterator[tuple[str, NumberColumn]]:
    for name, position in sheet.layout.positions.items():
        column, type_ = sheet.profile.every_column[name], sheet.profile.type_of(name)
        if type_ in {"number", "percent"}:
            header, percent = sheet.layout.header.cells[position], type_ == "percent"
            testifies = not percent and name != "quantity"
            cells = sheet.texts(name)
            if totals is not None and name in totals.columns and totals.height:
                cells = pl.concat([cells.cast(pl.String), _written_totals(totals[name], sheet)])
            yield name, NumberColumn(header, cells, column.decimals, percent, testifies)


def _written_totals(cells: pl.Series, sheet: Sheet) -> pl.Series:
    """What is said in words beside totals, such as "20 %", is no testimony."""
    texts = cells.cast(pl.String) if sheet.untyped else written(cells)
    return texts.filter(texts.str.contains("[0-9]") & ~texts.str.contains(r"\p{L}{4,}"))


def _typed(sheet: Sheet, name: str) -> Sheet:
    column, type_ = sheet.profile.every_column[name], sheet.profile.type_of(name)
    cells = sheet.frame[name]
    sheet = _checked(sheet if sheet.untyped else sheet.with_columns(**{name: bare(pl.col(name))}), name, column)
    if type_ == "text":
        return sheet
    cells = sheet.frame[name] if sheet.untyped else cells
    values = _read_cells(cells, type_, sheet, name)
    unread = pl.lit(cells.is_not_null() & values.is_null())
    return sheet.with_flaw(_REASON_OF_TYPE.get(type_, "bad_number"), name, unread).with_columns(
        **{name: pl.lit(values)}
    )


def _checked(sheet: Sheet, name: str, column: Column) -> Sheet:
    cells, pattern = sheet.frame[name], column.pattern
    if column.drop_prefix and looked_at_once(cells).str.starts_with(column.drop_prefix).any():
        sheet = sheet.with_columns(**{name: pl.col(name).cast(pl.String).str.strip_prefix(column.drop_prefix)})
    if column.required:
        sheet = sheet.with_flaw("missing_value", name, pl.col(name).is_null())
    if pattern is not None:
        reason = "bad_id" if name.endswith("_id") else "bad_text"
        sheet = sheet.with_flaw(reason, name, ~pl.col(name).cast(pl.String).str.contains(pattern))
    return sheet


def _read(texts: pl.Series, type_: CellType, sheet: Sheet, name: str) -> pl.Series:
    match type_:
        case "number":
            return read_numbers(texts, sheet.marks[name], sheet.profile.every_column[name].decimals)
        case "percent":
            return read_percents(texts, sheet.marks[name])
        case "whole":
            return read_whole(texts)
        case "hours" | "minutes" | "seconds":
            return read_hours(texts, type_)
    read = read_moments(texts, formats := _formats(sheet, name, type_, texts), _subject(sheet, name))
    told = sheet.zone and isinstance(read.dtype, pl.Datetime) and any(Format(text).tells_offset for text in formats)
    return in_zone(read, texts, sheet.zone) if told and sheet.zone else read


def _read_cells(cells: pl.Series, type_: CellType, sheet: Sheet, name: str) -> pl.Series:
    """Read cells some of which say themselves what they are."""
    serials_from = sheet.layout.text.serials_from
    if serials_from is None:
        return _read(cells, type_, sheet, name)
    if type_ in {"date", "time", "moment", "day", "percent"}:
        cells = cells.cast(pl.String)  # these are read as a column, without rows that were dropped
    if type_ in {"date", "time", "moment", "day"}:
        formats = _formats(sheet, name, type_, written(cells))
        read = read_moments_of_cells(cells, type_, formats, _subject(sheet, name), serials_from)
        if sheet.zone and isinstance(read.dtype, pl.Datetime):
            read = in_zone(read, sheet.frame[name], sheet.zone)  # which has the texts
        if sheet.profile.table in _DAILY and read.dtype != pl.Time:
            refuse_exchanged(read, _subject(sheet, name))
        return read
    if type_ in {"whole", *UNITS}:
        return _read(sheet.frame[name], type_, sheet, name)
    numbers = percent_cells(cells) if type_ == "percent" else by_distinct(cells, number_cells)
    if numbers.null_count() == cells.null_count():
        return numbers
    if type_ == "number":
        refuse_cut_thousands(numbers, written(cells), _subject(sheet, name))
    return numbers.zip_with(numbers.is_not_null(), _read(written(cells), type_, sheet, name))


def _formats(sheet: Sheet, name: str, type_: CellType, texts: pl.Series) -> Sequence[str]:
    found = sheet.profile.formats.of(type_, sheet.profile.every_column[name].formats, texts)
    if comparable(sheet.layout.header_of(name) or "") not in sheet.profile.formats.either_order:
        return found
    return list(dict.fromkeys((*found, *(text.replace("%d/%m/%Y", "%m/%d/%Y") for text in found))))


def _subject(sheet: Sheet, name: str) -> str:
    return f'{sheet.layout.name}: the column "{sheet.layout.header_of(name)}"'
