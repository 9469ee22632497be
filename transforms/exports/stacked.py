"""Several punches, or several ins and outs, in one cell."""

from typing import Final

import polars as pl

from transforms.exports.grid import MARKS

_MARKED: Final = f"^[{MARKS}]"
GLUED: Final = "^(?:[0-9]{2}:[0-9]{2}){2,}$"
_TIME: Final = "[0-9]{1,2}[:hH][0-9]{2}(?::[0-9]{2})?"
_PAIR: Final = rf"({_TIME})\s*[-–—~→]\s*({_TIME})?"
LONGEST_CELL: Final = 13  # hours: who goes on after midnight has left by then
PAIRS: Final = rf"^\s*(?:{_PAIR}[\s;,]*)+$"


def punches_in(cell: pl.Expr) -> pl.Expr:
    """The punches of a cell, in order; one alone where they do not ascend, which is read as none.

    They may go on after midnight once, if the last one follows the first within LONGEST_CELL.
    """
    apart = pl.when(cell.str.contains(GLUED)).then(cell.str.replace_all("([0-9]{2}:[0-9]{2})", "$1 ")).otherwise(cell)
    texts = apart.str.replace_all(r"[\s;,]+", " ").str.strip_chars().str.split(" ")
    padded = texts.list.eval(pl.element().str.zfill(5))
    back = padded.list.eval((pl.element() < pl.element().shift(1)).fill_null(value=False)).list.sum()
    lasted = _minute(padded.list.last()) - _minute(padded.list.first()) + 24 * 60
    times = padded.list.eval(pl.element().str.contains(f"^{_TIME}$")).list.all()
    night = (times & (back == 1) & (lasted <= LONGEST_CELL * 60)).fill_null(value=False)
    ordered = (padded == padded.list.sort()) | night
    return pl.when(ordered & ~cell.str.contains(_MARKED)).then(texts).otherwise(pl.concat_list(cell))


def pairs_in(cell: pl.Expr) -> pl.Expr:
    """The pairs of a cell, each as `ends_of` takes it; the cell alone where it holds anything else."""
    return pl.when(cell.str.contains(PAIRS)).then(cell.str.extract_all(_PAIR)).otherwise(pl.concat_list(cell))


def ends_of(pair: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The in and the out of a pair; what is none stands for the in, and is read as no time."""
    return pl.coalesce(pair.str.extract(_PAIR, 1), pair), pair.str.extract(_PAIR, 2)


def _minute(time: pl.Expr) -> pl.Expr:
    """The minute of its day, of a time of two digits each."""
    hour, minute = (time.str.slice(at, 2).cast(pl.Int64, strict=False) for at in (0, 3))
    return hour * 60 + minute
