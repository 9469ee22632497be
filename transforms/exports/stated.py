"""What the totals row of an export states, to be compared with its rows."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

import polars as pl

from transforms.exports.cells import number_cells
from transforms.exports.delivery import ROWS_OF_A_SHEET
from transforms.exports.derived import fills_gaps_of
from transforms.exports.numbers import Marks, read_numbers
from transforms.exports.sheet import Sheet
from transforms.tables import TABLES


def stated(ignored: pl.DataFrame, sheet: Sheet, parts: int) -> Mapping[str, Decimal]:
    """Canonical amounts and quantity -> their sum by the last record of `ignored` (cells beside row_no) that has any.

    Of a file of several `parts` the totals of each are added up, if all of them have some. `sheet` is the export,
    typed: its numbers are written as those of the totals are.
    """
    if ignored.is_empty():
        return {}
    columns = TABLES[sheet.profile.table].columns
    changed = {*_rewritten(sheet.profile.derive), *sheet.profile.spread}
    as_read = () if sheet.profile.kind.returns_are_positive else (n for n in columns if n not in changed)
    names = [name for name in as_read if columns[name].is_decimal() and sheet.has(name)]
    read = {name: _numbers(ignored[name], sheet.marks.get(name, Marks())) for name in names if name in ignored.columns}
    found = pl.DataFrame({"row_no": ignored["row_no"], **read}).sort("row_no")
    filled = found.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in read)) if read else found.clear()
    last = filled.group_by(pl.col("row_no") // ROWS_OF_A_SHEET, maintain_order=True).last()
    if last.height != parts:
        return {}
    complete = [total for total in last.drop("row_no") if not total.null_count()]
    return {total.name: Decimal(total.sum()) for total in complete}


def _rewritten(derive: Mapping[str, str]) -> Iterator[str]:
    """The columns whose cells are not taken as they are, so that their sums are others."""
    yield from (name for name, sql in derive.items() if not fills_gaps_of(name, sql))


def _numbers(cells: pl.Series, marks: Marks) -> pl.Series:
    typed = number_cells(cells)
    return typed.zip_with(typed.is_not_null(), read_numbers(cells, marks))
