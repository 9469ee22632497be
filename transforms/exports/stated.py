"""What the totals row of an export states, beside what its rows come to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import polars as pl

from transforms.exports.cells import number_cells
from transforms.exports.delivery import ROWS_OF_A_SHEET
from transforms.exports.numbers import Marks, read_numbers
from transforms.exports.sheet import Sheet
from transforms.tables import TABLES, TOTAL

_NO_SUM: Final = re.compile("price|rate|^unit_")  # of whom a totals row states an average, if anything


@dataclass(frozen=True, slots=True)
class Stated:
    """The `total` of the column `header` by the export's own totals row, and what its `rows` come to.

    Totals may leave out voids, and may take off returns that are written without a minus: rows come to whichever of
    these is the total, or else to all but voids.
    """

    header: str
    total: Decimal
    rows: Decimal


def stated(ignored: pl.DataFrame, sheet: Sheet, kinds: pl.Series | None, parts: int) -> Iterator[Stated]:
    """Amounts and quantities of which the last record of `ignored` (cells beside row_no) states the total.

    Of a file of several `parts` the totals of each are added up, if all of them have some. `sheet` is the export,
    typed: its numbers are written as those of the totals are. `kinds` are those of its rows, of sales.
    """
    names = [name for name in _summed(sheet) if name in ignored.columns]
    if ignored.is_empty() or not names:
        return
    read = {name: _numbers(ignored[name], sheet.marks.get(name, Marks())) for name in names}
    found = pl.DataFrame({"row_no": ignored["row_no"], **read}).sort("row_no")
    filled = found.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in read))
    last = filled.group_by(pl.col("row_no") // ROWS_OF_A_SHEET, maintain_order=True).last()
    for totals in last.drop("row_no") if last.height == parts else ():
        if not totals.null_count():
            total, sums = Decimal(totals.sum()), _sums(sheet.frame[totals.name], kinds)
            yield Stated(str(sheet.layout.header_of(totals.name)), total, total if total in sums else sums[-1])


def _summed(sheet: Sheet) -> Iterator[str]:
    """The columns whose cells add up: not amounts of receipts that stand on several lines, nor prices and rates."""
    columns = TABLES[sheet.profile.table].columns
    for name in sheet.layout.positions:
        is_amount = sheet.profile.type_of(name) == "number" and (name not in columns or columns[name].is_decimal())
        if is_amount and name not in sheet.profile.spread and not _NO_SUM.search(name):
            yield name


def _sums(cells: pl.Series, kinds: pl.Series | None) -> list[Decimal]:
    rows = pl.DataFrame({"cell": cells.cast(TOTAL), "kind": "sale" if kinds is None else kinds})
    cell, kind = pl.col("cell"), pl.col("kind")
    valid = cell.filter(kind.ne_missing("void"))
    returned = cell.filter(kind.eq_missing("return"))
    sums = rows.select(every=cell.sum(), netted=valid.sum() - 2 * returned.sum(), valid=valid.sum())
    return [Decimal(sum_) for sum_ in sums.row(0)]


def _numbers(cells: pl.Series, marks: Marks) -> pl.Series:
    typed = number_cells(cells)
    return typed.zip_with(typed.is_not_null(), read_numbers(cells, marks))
