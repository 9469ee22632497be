"""Cells of an export repeat: what is costly to work out of them is worked out once for each distinct one.

A column of text whose cells repeat is Categorical: its distinct texts, and for each cell the number of its own.
"""

from collections.abc import Callable
from typing import Final

import polars as pl

_REPEATED: Final = 4  # below so many times, putting the values back costs as much as it spares


def repeats(cells: pl.Series) -> bool:
    """Whether cells repeat so often that each distinct one should be looked at once."""
    number_of_distinct: int = cells.to_frame("cell").select(pl.col("cell").approx_n_unique()).item()
    return number_of_distinct * _REPEATED <= cells.len()


def by_distinct(cells: pl.Series, work: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """What `work` makes of text, one value for each cell; it must look at each alone, and make nothing of null."""
    if isinstance(cells.dtype, pl.Categorical):
        return work(_numbered(cells)).gather(cells.to_physical())
    return by_distinct(cells.cast(own_numbers()), work) if repeats(cells) else work(cells)


def own_numbers() -> pl.Categorical:
    """The dtype of a column whose distinct texts are numbered from 0, whatever other columns hold."""
    return pl.Categorical(pl.Categories.random())


def _numbered(cells: pl.Series) -> pl.Series:
    """The distinct texts at their numbers; those of rows dropped since stand there too."""
    last = pl.col("number").max().cast(pl.Int64)
    numbers = cells.to_physical().to_frame("number").select(pl.int_range(0, last.fill_null(-1) + 1, dtype=pl.UInt32))
    return numbers.to_series().cat.to(cells.dtype).cast(pl.String)


def looked_at_once(cells: pl.Series) -> pl.Series:
    """Text in which every one of `cells` stands, perhaps with that of rows dropped since, each once if cells repeat."""
    return _numbered(cells) if isinstance(cells.dtype, pl.Categorical) else cells


def as_texts(frame: pl.DataFrame) -> pl.DataFrame:
    """With all columns of text as String."""
    return frame.with_columns(pl.selectors.categorical().cast(pl.String))
