"""What a spreadsheet program evidently took cells for when it saved an export again: other days, other numbers.

A program set to another country reads 05/10/2026 as the 10th of May and 66.500 as 66.5, and says nothing. What it could
not read so it leaves as text, 25/10/2026 and 1.588.000: these give it away, or the days do that it made.
"""

from typing import Final

import polars as pl

from transforms.calendar import MONTHS, exchanged
from transforms.problem import BadExport

_FEWEST_DAYS: Final = 3
_FEWEST_CELLS: Final = 10  # of each of two days
_THOUSAND: Final = 1000
_GROUPED: Final = r"^[^\p{L}0-9]*[0-9]{1,3}(?:(?:\.[0-9]{3}){2,}|(?:,[0-9]{3}){2,})[^\p{L}0-9]*(?:đ|VND|VNĐ)?$"
_AGAIN: Final = "export it again as CSV, or as a workbook that no program has saved since"


def refuse_half_exchanged(typed: pl.Series, read: pl.Series, texts: pl.Series, subject: str) -> None:
    """Raise BadExport, beginning with `subject`, if day and month were exchanged wherever they could be.

    `typed` are the date cells, `read` the days of the cells that are text, `texts`: then all date cells are before the
    13th and all text is after the 12th.
    """
    if typed.dtype == pl.Time or not typed.count() or not read.count():
        return
    if (typed.dt.day().drop_nulls() <= MONTHS).all() and (read.dt.day().drop_nulls() > MONTHS).all():
        raise BadExport(
            f"{subject} holds the text {texts.drop_nulls()[0]!r} beside cells that are dates, none of them after the "
            f"12th: the spreadsheet program exchanged day and month of those; {_AGAIN}."
        )


def refuse_exchanged(typed: pl.Series, subject: str) -> None:
    """Raise BadExport, beginning with `subject`, if date cells of a daily export are one day of several months.

    Such are the first twelve days of a month with day and month exchanged.
    """
    cells = typed.drop_nulls().cast(pl.Date).value_counts(name="times").sort(typed.name)
    days, months = cells[typed.name], cells[typed.name].dt.month()
    one_of_each = days.dt.day().n_unique() == 1 and days.dt.day().max() <= MONTHS  # type: ignore[operator]
    in_a_row = days.dt.year().n_unique() == 1 and (months.diff().drop_nulls() == 1).all()
    enough = days.len() >= _FEWEST_DAYS or (days.len() > 1 and cells["times"].min() >= _FEWEST_CELLS)  # type: ignore[operator]
    if days.len() and one_of_each and in_a_row and enough:
        first, last = days[0], days[-1]
        raise BadExport(
            f"{subject} holds one day of several months only, {first} to {last}: these are days of one month, "
            f"{exchanged(first)} to {exchanged(last)}, of which a program exchanged day and month; {_AGAIN}."
        )


def refuse_cut_thousands(numbers: pl.Series, texts: pl.Series, subject: str) -> None:
    """Raise BadExport, beginning with `subject`, if number cells are thousands whose mark was taken for a decimal mark.

    `numbers` are the number cells, `texts` the others: then none of the former reaches 1,000, and some of the latter
    are grouped by a mark that the program did not know.
    """
    some = numbers.filter(numbers != 0)
    grouped = texts.filter(texts.cast(pl.String).str.contains(_GROUPED))
    if some.len() and grouped.len() and (some.abs() < _THOUSAND).all():
        raise BadExport(
            f"{subject} holds the text {grouped[0]!r} beside cells that are numbers, none of them above 999, such as "
            f"{some[0].normalize():f}: the spreadsheet program took thousands for decimals; {_AGAIN}."
        )
