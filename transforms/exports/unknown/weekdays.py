"""Weekdays beside days: they prove in which order day and month stand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from transforms.exports.moments import Format
from transforms.exports.unknown.seen import SeenColumn
from transforms.exports.vocabulary import simple, vocabulary

_DAYED: Final = frozenset({"date", "moment"})
_FEWEST: Final = 2  # different days
_MOST: Final = 21  # spellings


def with_weekdays(columns: Sequence[SeenColumn], cells: pl.DataFrame) -> list[SeenColumn]:
    """Days that may be read in two orders, without the orders in which they are no such weekdays.

    `cells` are the columns as text, named by their positions.
    """
    numbers = {name: int(number) for number, names in vocabulary()["weekdays"].items() for name in names}
    told = [at for at in range(len(columns)) if _are_weekdays(cells[f"{at}"], numbers)]
    if not told:
        return list(columns)
    words = {word: numbers[simple(word)] for word in cells[f"{told[0]}"].drop_nulls().unique()}
    weekday = pl.col(f"{told[0]}").replace_strict(words, default=None, return_dtype=pl.Int8)
    return [_proven(column, cells, f"{at}", weekday) for at, column in enumerate(columns)]


def _proven(column: SeenColumn, cells: pl.DataFrame, name: str, weekday: pl.Expr) -> SeenColumn:
    if column.type not in _DAYED or len({Format(way).order for way in column.ways}) < 2:  # noqa: PLR2004 - orders
        return column
    days = cells.filter(pl.col(name).is_not_null()).unique(name, maintain_order=True)
    share = {
        way: days.select((Format(way).read(pl.col(name)).dt.weekday() == weekday).mean()).item() for way in column.ways
    }
    right = [way for way in column.ways if share[way] == 1]
    return replace(column, ways=right) if right and days.height >= _FEWEST else column


def _are_weekdays(cells: pl.Series, numbers: Mapping[str, int]) -> bool:
    words = {simple(cell) for cell in cells.drop_nulls().unique().head(_MOST + 1)}
    return bool(words) and words <= numbers.keys()
