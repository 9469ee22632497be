"""Sheets as an XLSX file: native numbers and dates, text that is only ever text, the same bytes for the same sheets."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Context, Decimal
from io import BytesIO
from textwrap import wrap
from typing import Any, Final

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from reports.glyphs import printable
from reports.language import WIDE, Language
from reports.review import Status
from reports.sections.marks import Mark
from reports.workbook.numbers import number_format
from reports.workbook.sheets import Cell, Column, Form, Formula, Kind, Line, Of, Plain, Sheet, Table

_A4: Final = 9
_LINE: Final = 15  # points
_HELD: Final = Context(prec=16)
_TEAL: Final = "#0D5C63"
_INK: Final = {
    Status.MET: "#14785A",
    Status.WATCH: "#8F5B00",
    Status.MISSED: "#B4232F",
    Status.NO_TARGET: "#5C6C78",
    Status.NOT_MEASURED: "#5C6C78",
}
_HEAD: Final = {"bold": True, "font_color": "#FFFFFF", "bg_color": _TEAL, "text_wrap": True, "valign": "vcenter"}
_SUMS: Final = {"bold": True, "top": 1, "top_color": _TEAL, "bg_color": "#F3F7F7"}
_BARS: Final = {
    "type": "data_bar",
    "bar_color": "#7FB0B0",
    "bar_solid": True,
    "data_bar_2010": True,
    "bar_negative_color": "#E3A5AA",  # the number stands on it
}
_LEFT: Final = {"align": "left", "indent": 1}  # beside right-aligned numbers, which it would touch
_RIGHT: Final = {"align": "right"}
_TEXTS: Final = (Kind.TEXT, Kind.LONG)
_READABLE: Final = 170  # characters on a landscape page; what is wider is printed on pages side by side
_MARGINS: Final = {"left": 0.5, "right": 0.5, "top": 0.8, "bottom": 0.7}
_PLAIN: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True, slots=True)
class Imprint:
    """What a workbook says of itself; `created` without a zone is UTC."""

    title: str
    subject: str
    keywords: str  # the stamp
    author: str
    left: str  # of its header
    right: str
    foot: str
    created: datetime


def write(sheets: Sequence[Sheet], imprint: Imprint, language: Language, currency: str) -> bytes:
    """The bytes of a workbook."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, **_PLAIN}) as book:
        told = {name: printable(getattr(imprint, name)) for name in ("title", "subject", "author", "keywords")}
        book.set_properties({**told, "created": imprint.created})
        styles = _Styles(book, language, currency)
        for sheet in sheets:
            _write_sheet(book.add_worksheet(language.text(f"workbook.sheets.{sheet.key}")), sheet, styles, imprint)
    return content.getvalue()


@dataclass(frozen=True, slots=True)
class _Styles:
    """The cell formats of one workbook, each made once."""

    book: Any
    language: Language
    currency: str
    made: dict[tuple[object, ...], Any] = field(default_factory=dict)

    def form(self, form: Form, **style: object) -> Any:  # noqa: ANN401 - xlsxwriter is not typed
        shown = {"num_format": number_format(form, self.language, self.currency), "valign": "top", **style}
        if form in _TEXTS:
            shown |= _LEFT
        return self._get({**shown, "text_wrap": True} if form is Kind.LONG else shown)

    def plain(self, **style: object) -> Any:  # noqa: ANN401
        return self._get({"valign": "top", **_LEFT, **style})

    def _get(self, style: dict[str, object]) -> Any:  # noqa: ANN401
        key = tuple(sorted(style.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(style)
        return self.made[key]


def _write_sheet(page: Any, sheet: Sheet, styles: _Styles, imprint: Imprint) -> None:  # noqa: ANN401
    top = 0
    for table in sheet.tables:
        top = _Block(page, table, styles, top).write() + 1
    for at, column in enumerate(sheet.tables[0].columns):
        page.set_column(at, at, column.width)
    if len(sheet.tables) == 1:
        (table,) = sheet.tables
        page.freeze_panes(1, sheet.fixed)
        page.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
        page.repeat_rows(0)
    across = round(sum(column.width for column in sheet.tables[0].columns) / _READABLE) or 1
    if across > 1:
        page.repeat_columns(0, sheet.fixed - 1)
    _set_up(page, imprint, across)


def _set_up(page: Any, imprint: Imprint, across: int) -> None:  # noqa: ANN401
    page.set_paper(_A4)
    page.set_landscape()
    page.fit_to_pages(across, 0)
    page.set_margins(**_MARGINS)
    page.hide_gridlines(2)
    left, right, foot = (printable(text).replace("&", "&&") for text in (imprint.left, imprint.right, imprint.foot))
    page.set_header(f"&L{left}&R{right}")
    page.set_footer(f"&L{foot}&R&P / &N")


@dataclass(frozen=True, slots=True)
class _Block:
    """One table from row `top` down."""

    page: Any
    table: Table
    styles: _Styles
    top: int

    @property
    def _last(self) -> int:
        """The last row of values."""
        return self.top + len(self.table.rows)

    def write(self) -> int:
        """Write it all; the first row below it."""
        self._high(self.top, [column.title for column in self.table.columns])
        for at, column in enumerate(self.table.columns):
            self._head(at, column)
        for row, cells in enumerate(self.table.rows, self.top + 1):
            self._high(row, [cell if column.form is Kind.LONG else "" for column, cell in self._beside(cells)])
            for at, cell in enumerate(cells):
                self._cell(row, at, cell)
        return self._last + 1 + self._totals()

    def _beside(self, cells: tuple[Cell, ...]) -> Iterable[tuple[Column, Cell]]:
        return zip(self.table.columns, cells, strict=True)

    def _high(self, row: int, wrapped: Sequence[Cell]) -> None:
        """Make a row as high as its longest text needs: not every program does so for wrapped cells by itself."""
        lines = max(_lines(text, column.width) for column, text in self._beside(tuple(wrapped)))
        if lines > 1:
            self.page.set_row(row, lines * _LINE)

    def _head(self, at: int, column: Column) -> None:
        right = {} if column.form in _TEXTS else {**_RIGHT, "indent": 0}
        if isinstance(column.title, date):
            style = self.styles.form(Kind.MONTH, **_HEAD, **_RIGHT)
            self.page.write_datetime(self.top, at, column.title, style)
        else:
            self.page.write_string(self.top, at, printable(column.title), self.styles.plain(**_HEAD, **right))
        if column.bars and self.table.rows:
            self.page.conditional_format(self.top + 1 + self.table.base, at, self._last, at, {**_BARS})

    def _cell(self, row: int, at: int, cell: Cell) -> None:
        form = self.table.columns[at].form
        beside = _LEFT if form in _TEXTS else _RIGHT
        if isinstance(cell, Of):
            form, cell = cell.form, cell.value
        if isinstance(cell, Formula):
            style = self.styles.form(cell.form or form)
            self.page.write_formula(row, at, "=" + cell.text.format(**self._row(row)), style, _exact(cell.value))
        elif isinstance(cell, Line):
            cells = self._row(row)
            self.page.add_sparkline(
                row, at, {"range": f"{cells[cell.first]}:{cells[cell.last]}", "series_color": _TEAL}
            )
        elif isinstance(cell, Mark):
            style = self.styles.plain(font_color=_INK[cell.status], bold=True)
            self.page.write_string(row, at, f"{cell.shape} {cell.word}", style)
        else:
            self._plain(row, at, cell, form, beside)

    def _plain(self, row: int, at: int, cell: Plain, form: Form, beside: Mapping[str, object]) -> None:
        if isinstance(cell, str):
            wrapped = form if form is Kind.LONG else Kind.TEXT
            self.page.write_string(row, at, printable(cell), self.styles.form(wrapped))
        elif isinstance(cell, date):
            self.page.write_datetime(row, at, cell, self.styles.form(form, **beside))
        elif cell is not None:
            self.page.write_number(row, at, cell, self.styles.form(form, **beside))

    def _totals(self) -> int:
        """The row of totals, if there are any; how many rows that is."""
        if not self.table.rows or not any(column.total for column in self.table.columns):
            return 0
        for at, column in enumerate(self.table.columns):
            if column.total:
                self._total(at, column)
            else:
                self.page.write_string(self._last + 1, at, "" if at else self.table.total, self.styles.plain(**_SUMS))
        return 1

    def _total(self, at: int, column: Column) -> None:
        """The sum of a column, of the rows that a filter leaves."""
        span = f"{xl_rowcol_to_cell(self.top + 1, at)}:{xl_rowcol_to_cell(self._last, at)}"
        values = (cells[at] for cells in self.table.rows)
        total = Decimal(0)
        for value in values:
            total = WIDE.add(total, value) if isinstance(value, Decimal | int) else total
        style = self.styles.form(column.form, **_SUMS)
        self.page.write_formula(self._last + 1, at, f"=SUBTOTAL(109,{span})", style, _exact(total))

    def _row(self, row: int) -> dict[str, str]:
        """The cells of one row by the names of their columns."""
        return {column.name: xl_rowcol_to_cell(row, at) for at, column in enumerate(self.table.columns)}


def _lines(text: object, width: int) -> int:
    """How many lines a text takes in a column so many characters wide."""
    return sum(len(wrap(part, width)) or 1 for part in text.split("\n")) if isinstance(text, str) and text else 1


def _exact(value: Decimal) -> Decimal:
    """A cached result with the digits that the file format holds."""
    return _HELD.plus(value)
