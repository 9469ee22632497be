"""Several punches, or several ins and outs, in one cell."""

from typing import Final

import polars as pl

from transforms.exports.grid import MARKS

_MARKED: Final = f"^[{MARKS}]"
_GLUED: Final = "^(?:[0-9]{2}:[0-9]{2}){2,}$"
_TIME: Final = "[0-9]{1,2}[:hH][0-9]{2}(?::[0-9]{2})?"
_PAIR: Final = rf"({_TIME})\s*[-–—~→]\s*({_TIME})?"
PAIRS: Final = rf"^\s*(?:{_PAIR}[\s;,]*)+$"


def punches_in(cell: pl.Expr) -> pl.Expr:
    """The punches of a cell, in order; one alone where they do not ascend, which is read as none."""
    apart = pl.when(cell.str.contains(_GLUED)).then(cell.str.replace_all("([0-9]{2}:[0-9]{2})", "$1 ")).otherwise(cell)
    texts = apart.str.replace_all(r"[\s;,]+", " ").str.strip_chars().str.split(" ")
    padded = texts.list.eval(pl.element().str.zfill(5))
    ascend = padded == padded.list.sort()
    return pl.when(ascend & ~cell.str.contains(_MARKED)).then(texts).otherwise(pl.concat_list(cell))


def pairs_in(cell: pl.Expr) -> pl.Expr:
    """The pairs of a cell, each as `ends_of` takes it; the cell alone where it holds anything else."""
    return pl.when(cell.str.contains(PAIRS)).then(cell.str.extract_all(_PAIR)).otherwise(pl.concat_list(cell))


def ends_of(pair: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The in and the out of a pair; what is none stands for the in, and is read as no time."""
    return pl.coalesce(pair.str.extract(_PAIR, 1), pair), pair.str.extract(_PAIR, 2)
