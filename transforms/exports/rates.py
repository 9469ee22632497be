"""Whether amounts hold the tax that stands beside them, as the rate shows."""

from enum import Enum, auto
from typing import Final

import polars as pl

_STEPS: Final = 800  # rates are multiples of an eighth of a percent
_HIGHEST: Final = 0.4
_ENOUGH: Final = 5  # rows with a tax
_MOSTLY: Final = 0.95


class Tax(Enum):
    """WITHIN the amount, BESIDE it, or UNKNOWN."""

    WITHIN = auto()
    BESIDE = auto()
    UNKNOWN = auto()


def tax_in(amounts: pl.Series, taxes: pl.Series) -> Tax:
    """Where the tax is: it is one rate, to the last rounded digit of every row, of what is without it.

    UNKNOWN where both ways of reckoning give a rate, or none does, as where goods are taxed at several rates.
    """
    rows = pl.DataFrame({"amount": amounts.cast(pl.Float64), "tax": taxes.cast(pl.Float64)}).drop_nulls()
    rows = rows.filter((pl.col("tax") != 0) & (pl.col("amount") != 0))
    if rows.height < _ENOUGH:
        return Tax.UNKNOWN
    beside = _is_a_rate(rows["amount"], rows["tax"])
    within = _is_a_rate(rows["amount"] - rows["tax"], rows["tax"])
    return Tax.UNKNOWN if beside == within else Tax.BESIDE if beside else Tax.WITHIN


def _is_a_rate(bases: pl.Series, taxes: pl.Series) -> bool:
    whole = float(bases.abs().sum())
    if not whole:
        return False
    rate = round(float(taxes.abs().sum()) / whole * _STEPS) / _STEPS
    in_cents = bool((taxes.round(0) != taxes).any())
    near = 0.0101 if in_cents else 1.01
    off = (bases * rate - taxes).abs()
    return 0 < rate <= _HIGHEST and int((off <= near).sum()) >= _MOSTLY * off.len()
