"""The lines at the top of an export that may be its header, by each delimiter."""

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Final

from transforms.exports.grid import column_names, is_lower_row, plain
from transforms.exports.vocabulary import with_early_tones

DATA: Final = re.compile(r"[0-9]:[0-9]{2}|^[0-9]{5,}(?:[.,][0-9]+)?$")  # no header names a time, or a count
SEARCHED_RECORDS: Final = 50
SEARCHED_BYTES: Final = 1_000_000
_FIXED_WIDTH: Final = (
    "has only blanks between its columns; open it in a spreadsheet program as text of fixed width, see that no cell is "
    "cut in two, and save it as CSV."
)
_RUN_TOGETHER: Final = (
    "has nothing between its columns, as the AFD of a time clock has not; export it as CSV with column names."
)
_DELIMITERS: Final = (",", ";", "\t", "|")
_ALIGNED: Final = re.compile(r"\S {2,}\S.* {2,}\S")
_DIGITS: Final = re.compile("[0-9]{22}")  # more than any id or moment has


@dataclass(frozen=True, slots=True)
class Header:
    """A header line as it was found.

    `row` is its row in a spreadsheet program, `text` the line itself, `end` where its last byte lies, `cells` its
    names; `upper` are those of them that the upper one of two rows has alone.
    """

    delimiter: str
    row: int
    text: str
    end: int
    cells: tuple[str, ...]
    upper: frozenset[str] = frozenset()

    @property
    def names(self) -> list[str]:
        """Its names as they are compared."""
        return [comparable(cell) for cell in self.cells]

    def titles(self, utf8: bytes) -> list[str]:
        """The lines that stand above it in the export."""
        above = utf8[: max(utf8.find(self.text.encode()), 0)].decode()
        return [line.strip(f'{self.delimiter}" ') for line in above.splitlines()]


@lru_cache(maxsize=4096)
def comparable(name: str) -> str:
    """A header name without what differs between builds: case, blanks, place of tones, Unicode form, `(*)` after it."""
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFC", name).replace("(*)", " ")).strip("\ufeff ").casefold()
    return with_early_tones(plain)


def candidates(utf8: bytes) -> Iterator[Header]:
    """Every record among the first ones that may be a header, by each delimiter."""
    lines = utf8[:SEARCHED_BYTES].splitlines(keepends=True)
    for delimiter in _DELIMITERS:
        yield from _records(lines, delimiter)


def cells_below(header: Header, utf8: bytes) -> Sequence[str]:
    """The first filled record below a header, which may be one cell."""
    lines = utf8[header.end : header.end + SEARCHED_BYTES].decode(errors="ignore").splitlines()
    records = (tuple(map(plain, record)) for record in csv.reader(lines, delimiter=header.delimiter))
    return next(filter(any, records), ())


def unparted(utf8: bytes) -> str:
    """What to do, as the end of a sentence, where nothing parts the cells of most of the first lines; else ""."""
    lines = [line.decode(errors="ignore") for line in utf8[:SEARCHED_BYTES].splitlines() if line.strip()]
    first = lines[:SEARCHED_RECORDS]
    told = {_FIXED_WIDTH: _ALIGNED.search, _RUN_TOGETHER: _DIGITS.match}
    return next((said for said, found in told.items() if sum(map(bool, map(found, first))) * 2 > len(first)), "")


def double_headers(headers: Sequence[Header]) -> Iterator[Header]:
    """Headers of two rows: below cells that span several columns stand the names of each."""
    for upper, lower in pairwise(headers):
        follows = upper.delimiter == lower.delimiter and lower.row == upper.row + 1
        blank = [at for at, cell in enumerate(upper.cells) if not cell]
        under = any(lower.cells[at] for at in blank if at < len(lower.cells))
        if follows and len(upper.cells) == len(lower.cells) and under and is_lower_row(lower.cells):
            names = tuple(column_names(upper.cells, lower.cells))
            alone = frozenset(name for name, under in zip(names, lower.cells, strict=True) if name and not under)
            yield replace(lower, cells=names, upper=alone)


def _records(lines: Sequence[bytes], delimiter: str) -> Iterator[Header]:
    reader = csv.reader((line.decode(errors="ignore") for line in lines), delimiter=delimiter)
    start = 0
    try:
        for row, cells in zip(range(1, SEARCHED_RECORDS + 1), reader, strict=False):
            if len(cells) > 1:
                text = b"".join(lines[start : reader.line_num]).decode(errors="ignore").rstrip("\r\n")
                end = sum(map(len, lines[: reader.line_num]))
                yield Header(delimiter, row, text, end, tuple(plain(cell) for cell in cells))
            start = reader.line_num
    except csv.Error:
        return  # one endless cell: no header
