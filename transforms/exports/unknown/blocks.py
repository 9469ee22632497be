"""Sheets with one table for each person, who is named above it and not in a column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from transforms.exports.arrangement import Arrangement
from transforms.exports.cells import bare
from transforms.exports.grid import Grid, grid
from transforms.exports.header import Header, comparable
from transforms.exports.period import period_in
from transforms.exports.text import Text
from transforms.exports.unfold import Unfolding, header_rows
from transforms.exports.unknown.seen import EMPTY
from transforms.exports.vocabulary import simple, vocabulary

PERSON: Final = "Person"  # the column's name in the profile
NOT_ROWS: Final = (
    "(?i)^(tổng|cộng|(sub|grand)? ?total|records found|summary|người lập|kế toán|giám đốc|ngày .*tháng"
    "|(trang|page) [0-9])"
)
PERIODS: Final = (
    "Từ ngày %d/%m/%Y đến ngày %d/%m/%Y",
    "Từ %d/%m/%Y đến %d/%m/%Y",
    "%d/%m/%Y - %d/%m/%Y",
    "%d/%m/%Y to %d/%m/%Y",
    "%d %B %Y - %d %B %Y",
    "%d %B %Y to %d %B %Y",
    "%Y-%m-%d ~ %Y-%m-%d",
    "%Y-%m-%d - %Y-%m-%d",
    "%Y-%m-%d to %Y-%m-%d",
    "Tháng %m/%Y",
    "Tháng %m năm %Y",
    "Month %Y-%m",
    "Month %m/%Y",
    "Month: %m/%Y",
    "Attendance %m/%Y",
    "Sheet %m/%Y",
    "%B %Y",
    "%B, %Y",
    "%B-%Y",
)
_ALONE: Final = r"^([^:/]*[^\W\d_][^:/]*)$"  # a row with neither time nor day
_NAMED: Final = r"(?:employee(?: name)?|name|staff(?: name)?|nhân viên|họ và tên|họ tên|tên(?: nhân viên)?)"
_PERSONS: Final = (  # ids before names
    r"(?i)\b(?:mã (?:nhân viên|nv|n\.viên|số|chấm công|cc|thẻ)|msnv|mã) ?: ?(\S+)",
    r"(?i)\b(?:(?:employee|emp|staff|personnel|payroll|badge|user)\.? ?)?(?:id|code|no|number)\.? ?: ?(\S+)",
    r"(?i)^(?:employee|emp|staff|personnel|payroll|badge|user)\.? ?(?:id|code|no|number)\.? (\S+)$",
    rf"(?i)^{_NAMED}\b.*\(([^()]+)\)$",
    rf"(?i)^{_NAMED} ?: ?([^:|]+?)(?: *\|.*| +[^ :]+ ?:.*)?$",
)


@dataclass(frozen=True, slots=True)
class Blocks:
    """The pattern by which a row names its person, and the table with a column for her; "" where it has one itself.

    The row stands above each person's table, or `within` one table above the rows of each.
    """

    pattern: str
    within: bool
    header: Header
    cells: pl.DataFrame
    day: str | None  # the header of days that lack their year

    @property
    def layout(self) -> Mapping[str, str]:
        """Block -> its pattern."""
        return {PERSON: self.pattern} if self.pattern else {}


def blocks_of(text: Text, header: Header, name: str) -> Blocks | None:
    """The blocks of a sheet whose tables have no column of people, if a person stands above each of them.

    Or of one that has such a column, and days without their year.

    `cells` has every column of the header as text, named by its position, and that of people last. Raises BadExport
    for a sheet that cannot be taken apart.
    """
    people = vocabulary()["clockings"]
    names = {*people["employee_id"], *people["first_name"]}
    if header.upper or {*people["day"]}.isdisjoint(map(simple, header.cells)):
        return None
    sheet = grid(text.utf8, header.delimiter, EMPTY, name)
    tables = header_rows(sheet, [[comparable(cell)] for cell in header.cells if cell])
    if not names.isdisjoint(map(simple, header.cells)):
        short = _short_days(sheet, header, tables, name)
        return _read(sheet, header, tables, "", name, within=False) if short else None
    pattern = next((pattern for pattern in _PERSONS if _is_above_each(pattern, sheet, tables)), None)
    if pattern is None and _are_named_within(sheet, header, tables):
        return _read(sheet, header, tables, _ALONE, name, within=True)
    return _read(sheet, header, tables, pattern, name, within=False) if pattern else None


def _are_named_within(sheet: Grid, header: Header, tables: Sequence[int]) -> bool:
    """Whether a name alone in its row stands above the ins and outs of each person of one table."""
    sides = [vocabulary()["clockings"][side] for side in ("clock_in", "clock_out")]
    if len(tables) != 1 or any({*names}.isdisjoint(map(simple, header.cells)) for names in sides):
        return False
    rows = sheet.rows.filter(pl.col("row_no") > tables[0], ~pl.col("first").str.contains(NOT_ROWS))
    named = rows.select((pl.col("first") == pl.col("text")) & pl.col("text").str.contains(_ALONE)).to_series()
    timed = rows["text"].filter(~named).str.contains("[0-9]:[0-9]")
    return named.len() > 0 and bool(named[0]) and timed.len() > 0 and bool(timed.all())


def _is_above_each(pattern: str, sheet: Grid, tables: Sequence[int]) -> bool:
    """Whether a person stands between each table and the one before, and not the same one above all of several."""
    told = sheet.rows.with_columns(who=pl.col("text").str.extract(pattern, 1)).filter(pl.col("who").is_not_null())
    spans = pl.DataFrame({"table": sorted(tables)}, schema={"table": pl.Int64})
    above = spans.with_columns(before=pl.col("table").shift(1, fill_value=0)).join_where(
        told, pl.col("row_no") > pl.col("before"), pl.col("row_no") < pl.col("table")
    )
    whole = above["table"].n_unique() == len(tables) > 0
    return whole and (len(tables) == 1 or above["who"].n_unique() > 1)


def _read(sheet: Grid, header: Header, tables: Sequence[int], pattern: str, name: str, *, within: bool) -> Blocks:
    day = _short_days(sheet, header, tables, name)
    arrangement = Arrangement(
        blocks={PERSON: pattern} if pattern else {},
        blocks_within=within,
        not_rows=NOT_ROWS,
        day=day or "",
        period=PERIODS,
    )
    wanted = [comparable(cell) for cell in header.cells if cell]
    rows = Unfolding(sheet, arrangement, tables, wanted, name, "").table().cells
    by_name = {comparable(column): column for column in rows.columns}
    named = (*header.cells, PERSON) if pattern else header.cells
    places = {f"{at}": by_name.get(comparable(cell)) for at, cell in enumerate(named)}
    cells = rows.select(
        (bare(pl.col(column)) if column else pl.lit(None, pl.String)).alias(at) for at, column in places.items()
    )
    return Blocks(pattern, within, replace(header, cells=named), cells, day)


def _short_days(sheet: Grid, header: Header, tables: Sequence[int], name: str) -> str | None:
    """The header of a column of days without their year, where a title says which it is."""
    at = next((at for at, cell in enumerate(header.cells) if simple(cell) in vocabulary()["clockings"]["day"]), None)
    if at is None or not tables:
        return None
    below = sheet.cells.filter(pl.col("column") == at, pl.col("row_no") > min(tables))["text"]
    short = below.str.contains("^[0-9]{1,2}(?:[/-][0-9]{1,2})?$").sum() * 2 > below.len()
    return header.cells[at] if short and period_in(sheet.rows["text"], PERIODS, name) else None
