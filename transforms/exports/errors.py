"""What the XML of a sheet tells that readers of workbooks do not: cells such as #N/A look empty to them."""

import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import unescape
from io import BytesIO
from typing import IO, Final

_CHUNK: Final = 1 << 20
_LONGEST_CELL: Final = 1 << 12  # of a cell with an error, its formula included
_ERROR_CELL: Final = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]{1,20})<',
    re.DOTALL,
)
_SHEET: Final = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
_RELATION: Final = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")


def error_cells(content: bytes, sheet: str) -> Mapping[tuple[int, int], str]:
    """The errors of one sheet of an XLSX by row and column, counted from 0; none for other workbooks."""
    try:
        with sheet_xml(content, sheet) as xml:
            return dict(_found(iter(lambda: xml.read(_CHUNK), b"")))
    except (zipfile.BadZipFile, KeyError):
        return {}


@contextmanager
def sheet_xml(content: bytes, sheet: str) -> Iterator[IO[bytes]]:
    """The XML of one sheet of an XLSX. Raises KeyError or BadZipFile for other workbooks."""
    with zipfile.ZipFile(BytesIO(content)) as archive, archive.open(_member(archive, sheet)) as xml:
        yield xml


def _member(archive: zipfile.ZipFile, sheet: str) -> str:
    """The file of a sheet, by the workbook's list of sheets and its relations. Raises KeyError if there is none."""
    listed = _SHEET.findall(archive.read("xl/workbook.xml").decode(errors="replace"))
    relations = _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels").decode(errors="replace"))
    targets = {_attribute(relation, "Id"): _attribute(relation, "Target") for relation in relations}
    ids = {_attribute(entry, "name"): _attribute(entry, r"\w+:id") for entry in listed}
    target = targets[ids[sheet]]
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _attribute(element: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', element)
    return unescape(found.group(1)) if found else ""


def _found(chunks: Iterator[bytes]) -> Iterator[tuple[tuple[int, int], str]]:
    before = b""
    for chunk in chunks:
        window = before + chunk
        # Looking for the attribute first costs next to nothing; few sheets have any error.
        if b't="e"' in window:
            for column, row, error in _ERROR_CELL.findall(window):
                yield (int(row) - 1, _number(column)), unescape(error.decode())
        before = window[-_LONGEST_CELL:]


def _number(column: bytes) -> int:
    number = 0
    for letter in column:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
