"""Workbooks (XLSX, XLSM, XLSB, XLS, ODS) -> parts: each sheet as CSV in which cells keep what they are."""

import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from io import BytesIO
from itertools import islice
from typing import Final

import polars as pl
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from transforms.exports import marking
from transforms.exports.cells import SERIALS_FROM_1900, SERIALS_FROM_1904
from transforms.exports.columnar import columns_as_csv, moments
from transforms.exports.errors import error_cells
from transforms.exports.parts import Part
from transforms.problem import BadExport

_BLOCK: Final = 20_000  # rows; the cells of one block are Python objects at a time
_IN_1904: Final = re.compile(rb'<(?:\w+:)?workbookPr\b[^>]*\bdate1904="(?:1|true)"')


def sheets(content: bytes, name: str) -> list[Part]:
    """The visible sheets of a workbook. A cell that spans others has its value in the first of them only.

    Hidden sheets are parts without content. Raises BadExport for a workbook that is damaged or has a password.
    """
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(content))
        found = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        return [_part(workbook, sheet, content, name) for sheet in found]
    except PasswordError as error:
        raise BadExport(f"{name} is protected by a password; save it without one.") from error
    except CalamineError as error:
        raise BadExport(f"{name} is a damaged workbook ({' '.join(str(error).split())}); export it again.") from error


def _part(workbook: CalamineWorkbook, sheet: SheetMetadata, content: bytes, name: str) -> Part:
    if sheet.visible != SheetVisibleEnum.Visible:
        return Part(name, b"", sheet=sheet.name, hidden=True)
    text = columns_as_csv(content, sheet.name) or _cells_as_csv(workbook, sheet, content)
    return Part(name, text, sheet=sheet.name, serials_from=_serials_from(content))


def _cells_as_csv(workbook: CalamineWorkbook, sheet: SheetMetadata, content: bytes) -> bytes:
    return as_csv(workbook.get_sheet_by_name(sheet.name), cache(partial(error_cells, content, sheet.name)))


def _serials_from(content: bytes) -> date:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            found = _IN_1904.search(archive.read("xl/workbook.xml"))
    except (zipfile.BadZipFile, KeyError):
        return SERIALS_FROM_1900
    return SERIALS_FROM_1904 if found else SERIALS_FROM_1900


def as_csv(sheet: CalamineSheet, errors: Callable[[], Mapping[tuple[int, int], str]]) -> bytes:
    """A sheet from its row 1 on, as UTF-8 in NFC.

    `errors` finds the texts of cells such as #N/A, by row and column: they look empty, so it is asked where cells are.
    """
    left = (sheet.start or (0, 0))[1]
    rows, text, first = iter(sheet.iter_rows()), BytesIO(), 0
    while block := list(islice(rows, _BLOCK)):
        for (row, column), error in errors().items() if any("" in row for row in block) else ():
            if first <= row < first + len(block):
                block[row - first][column - left] = error
        columns = {f"{at}": text_of(cells) for at, cells in enumerate(zip(*block, strict=True))}
        pl.DataFrame(columns).write_csv(text, include_header=False)
        first += len(block)
    return text.getvalue()


def text_of(cells: Sequence[object]) -> pl.Series:
    """Cells -> String, null where they are empty."""
    kinds = set(map(type, cells))
    if len(kinds) == 1:
        return _WRITTEN[kinds.pop()](pl.Series(cells))
    if kinds == {date, datetime}:
        return moments(pl.Series(cells, dtype=pl.Datetime("us"), strict=False))
    own = ([cell if type(cell) is kind else None for cell in cells] for kind in kinds)
    return pl.select(
        pl.coalesce(_WRITTEN[kind](pl.Series(some)) for kind, some in zip(kinds, own, strict=True))
    ).to_series()


_WRITTEN: Final[Mapping[type, Callable[[pl.Series], pl.Series]]] = {
    str: marking.texts,
    float: marking.numbers,
    int: marking.numbers,
    bool: marking.truths,
    date: marking.days_or_times,
    datetime: moments,
    time: marking.days_or_times,
    timedelta: marking.durations,
    type(None): marking.truths,
}
