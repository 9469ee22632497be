"""A sheet of XLSX whose columns hold cells of one kind each -> CSV, without making an object of every cell.

What `workbook.as_csv` makes of a sheet is the meaning of it: here stands only what is proven to come out the same.
"""

import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from io import BytesIO
from typing import IO, Final

import fastexcel
import polars as pl

from transforms.exports import marking
from transforms.exports.errors import sheet_xml

_HEAD: Final = 1 << 18  # bytes of XML, by which it is seen whether to try
_CHUNK: Final = 1 << 20
_CELL: Final = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"([^>]*)>')
_OF_TEXT: Final = re.compile(rb't="(?:s|str|inlineStr)"')
_FILLED: Final = (b"</v>", b"</is>")  # of each cell that holds anything, one stands there
_NAME: Final = re.compile(r"[^\W\d_]")
_NUMBERED: Final = re.compile(r"(.*)_[0-9]+", re.DOTALL)
_NO_NAMES: Final = frozenset({"nan", "inf", "infinity", "true", "false"})  # as numbers and truths may be told
_NOISE: Final = 1  # milliseconds: finer than that no cell is told here
_FIRST_DAY: Final = datetime(1910, 1, 1)  # noqa: DTZ001 - before it stand times without a day, and days told otherwise


def columns_as_csv(content: bytes, sheet: str) -> bytes | None:
    """The sheet from its row 1 on, which is a header, as UTF-8 in NFC; None where not every cell of it is proven."""
    try:
        with sheet_xml(content, sheet) as xml:
            likely = _is_likely(xml.read(_HEAD))
        cells = _cells(content, sheet) if likely else None
        proven = cells is not None and (not _has_gaps(cells) or _filled(content, sheet) == _told(cells))
    except (fastexcel.FastExcelError, zipfile.BadZipFile, zlib.error, KeyError):
        return None
    return _csv(cells) if cells is not None and proven else None


def moments(cells: pl.Series) -> pl.Series:
    """Days and moments of a workbook -> marked text: days are those at midnight."""
    return marking.moments(cells).str.strip_suffix(" 00:00:00")


def _is_likely(xml: bytes) -> bool:
    """Whether at the top of a sheet row 1 is text, and every column below it either text or none."""
    kinds = defaultdict[bytes, set[bool]](set)
    for column, row, attributes in _CELL.findall(xml):
        if not attributes.endswith(b"/"):
            kinds[b"" if row == b"1" else column].add(bool(_OF_TEXT.search(attributes)))
    return kinds.pop(b"", None) == {True} and all(len(some) == 1 for some in kinds.values())


def _cells(content: bytes, sheet: str) -> pl.DataFrame | None:
    """The cells below row 1, whose texts are the names of the columns; None if some may not be what they seem."""
    loaded = fastexcel.read_excel(content).load_sheet(
        sheet, header_row=0, skip_rows=0, schema_sample_rows=None, dtype_coercion="strict"
    )
    columns = loaded.selected_columns
    looked_up = all(column.column_name_from == "looked_up" for column in columns)
    if not looked_up or not _are_texts([column.name for column in columns]):
        return None
    cells = loaded.to_polars()
    return cells if all(map(_is_proven, cells)) else None


def _are_texts(names: Sequence[str]) -> bool:
    """Whether names are of text cells, as they stand there: one that is there before is handed over with a number."""
    stems = {found.group(1) for name in names if (found := _NUMBERED.fullmatch(name))}
    plain = all(_NAME.match(name) and name.casefold() not in _NO_NAMES for name in names)
    return plain and stems.isdisjoint(names)


def _is_proven(cells: pl.Series) -> bool:
    if cells.dtype != pl.Datetime:
        return cells.dtype in {pl.String, pl.Float64}
    off = (cells - cells.dt.round("1s")).dt.total_milliseconds().abs()
    return bool((off <= _NOISE).all() and (cells >= _FIRST_DAY).all())


def _has_gaps(cells: pl.DataFrame) -> bool:
    return any(column.has_nulls() for column in cells)


def _told(cells: pl.DataFrame) -> int:
    """How many cells are filled, the header among them."""
    return cells.width + sum(column.count() for column in cells)


def _filled(content: bytes, sheet: str) -> int:
    """How many cells of the sheet are filled: what is an error, or of another kind than its column, is told as none."""
    with sheet_xml(content, sheet) as xml:
        return sum(chunk.count(end) for chunk in _cells_whole(xml) for end in _FILLED)


def _cells_whole(xml: IO[bytes]) -> Iterator[bytes]:
    """All of it in chunks that end with an element."""
    rest = b""
    while chunk := xml.read(_CHUNK):
        cut = chunk.rfind(b">") + 1
        yield rest + chunk[:cut]
        rest = chunk[cut:]
    yield rest


def _csv(cells: pl.DataFrame) -> bytes:
    text = BytesIO()
    header = marking.texts(pl.Series(cells.columns))
    pl.DataFrame([header]).transpose().write_csv(text, include_header=False)
    cells.select(_marked(column).alias(column.name) for column in cells).write_csv(text, include_header=False)
    return text.getvalue()


def _marked(cells: pl.Series) -> pl.Series:
    if cells.dtype == pl.String:
        return marking.texts(cells)
    return marking.numbers(cells) if cells.dtype == pl.Float64 else moments(cells)
