"""A sheet as long cells: row, column, text; and the tables in it, each with the names of its columns."""

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

import polars as pl

from transforms.problem import BadExport

MARKS: Final = "\ue000\ue001"  # before a workbook's number cells, and before its days and times
TIME: Final = r"^[0-9]{1,2}:[0-9]{2}"  # what a cell with punches begins with


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet.

    `lines` has row_no (Int64, as a spreadsheet program counts), original (String) and cells (List(String)) of every
    row; `cells` has row_no, column (UInt32), cell (String, as it was handed over) and text (String: the cell without
    mark and needless blanks) of every cell that is filled, in the order of reading.
    """

    lines: pl.DataFrame
    cells: pl.DataFrame

    @property
    def rows(self) -> pl.DataFrame:
        """Every row with a filled cell: row_no, first (its first text) and text (all of them, joined by blanks)."""
        texts = pl.col("text")
        return self.cells.group_by("row_no", maintain_order=True).agg(
            texts.first().alias("first"), texts.str.join(" ").alias("text")
        )


def grid(utf8: bytes, delimiter: str, empty: Iterable[str], name: str) -> Grid:
    """Take a sheet apart. Cells that hold one of `empty` are not filled. Raises BadExport if quotes do not add up."""
    rows, originals = _records(utf8, delimiter, name)
    lines = pl.DataFrame(
        {"original": originals, "cells": rows}, schema={"original": pl.String, "cells": pl.List(pl.String)}
    )
    lines = lines.with_row_index("row_no", 1).with_columns(pl.col("row_no").cast(pl.Int64))
    long = lines.select("row_no", column=pl.int_ranges(pl.col("cells").list.len(), dtype=pl.UInt32), cell="cells")
    filled = long.explode("column", "cell").with_columns(text=looked_at(pl.col("cell")))
    nothing = pl.col("text").is_in(["", *empty])
    return Grid(lines, filled.filter(pl.col("text").is_not_null() & ~nothing))


def looked_at(cell: pl.Expr) -> pl.Expr:
    """A cell without what says that it was typed in a workbook, and without needless blanks."""
    return cell.str.strip_chars_start(MARKS).str.replace_all(r"\s+", " ").str.strip_chars(" ")


def plain(cell: str) -> str:
    """The same of one cell."""
    return re.sub(r"\s+", " ", cell.lstrip(MARKS)).strip()


def is_lower_row(cells: Sequence[str]) -> bool:
    """Whether cells below a header go on with it: words, and no digit in any of them."""
    text = "".join(map(plain, cells))
    return bool(text) and not any(letter.isdigit() for letter in text)


def column_names(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """The names of columns below one or two rows of a header, whose upper cells may span several columns."""
    return list(_names(upper, lower))


def numbered(names: Iterable[str], patterns: Collection[str]) -> list[str]:
    """Names of which each that was there before says the how-manieth it is, where one of `patterns` asks for that."""
    times: Counter[str] = Counter()
    return [_numbered(name, times, patterns) for name in names]


def _numbered(name: str, times: Counter[str], patterns: Iterable[str]) -> str:
    times[name] += 1
    said = f"{name} #{times[name]}"
    return said if times[name] > 1 and any(re.search(pattern, said) for pattern in patterns) else name


def _names(upper: Sequence[str], lower: Sequence[str]) -> Iterator[str]:
    group, first = "", 0
    for column, (over, under) in enumerate(zip_longest(map(plain, upper), map(plain, lower), fillvalue="")):
        if over:
            group, first = over, column
        place = "" if over else f"#{column - first + 1}"
        yield f"{group} {under or place}".strip()


def _records(utf8: bytes, delimiter: str, name: str) -> tuple[list[list[str]], list[str]]:
    lines = list(io.StringIO(utf8.decode(), newline=""))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    originals: list[str] = []
    start = 0
    try:
        for cells in reader:
            rows.append(cells)
            originals.append("".join(lines[start : reader.line_num]).rstrip("\r\n"))
            start = reader.line_num
    except csv.Error as error:
        raise BadExport(
            f"{name} cannot be taken apart into cells from line {start + 1} on: its quotation marks are damaged "
            f"({error}); export it again."
        ) from error
    return rows, originals
