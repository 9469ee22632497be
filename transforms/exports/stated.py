"""What the totals row of an export states, to be compared with its rows."""

from collections.abc import Mapping
from decimal import Decimal

import polars as pl

from transforms.exports.cells import number_cells
from transforms.exports.numbers import Marks, read_numbers
from transforms.exports.sheet import Sheet
from transforms.tables import TABLES


def stated(ignored: pl.DataFrame, sheet: Sheet) -> Mapping[str, Decimal]:
    """Canonical amounts and quantity -> their sum by the last record of `ignored` (cells beside row_no) that has any.

    `sheet` is the export, typed: its numbers are written as those of the totals are.
    """
    if ignored.is_empty():
        return {}
    columns = TABLES[sheet.profile.table].columns
    names = [name for name, dtype in columns.items() if dtype.is_decimal() and sheet.has(name)]
    read = {name: _numbers(ignored[name], sheet.marks or Marks()) for name in names if name in ignored.columns}
    found = pl.DataFrame({"row_no": ignored["row_no"], **read}).sort("row_no")
    filled = found.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in read)) if read else found.clear()
    last = filled.drop("row_no").tail(1).to_dicts()
    return {name: value for row in last for name, value in row.items() if value is not None}


def _numbers(cells: pl.Series, marks: Marks) -> pl.Series:
    typed = number_cells(cells)
    return typed.zip_with(typed.is_not_null(), read_numbers(cells, marks))
