"""Whether amounts hold the tax that stands beside them, as the rate shows."""

from enum import Enum, auto
from typing import Final

import polars as pl

_STEPS: Final = 800  # rates are multiples of an eighth of a percent
_HIGHEST: Final = 0.4
_WITHOUT_CENTS: Final = 1000  # on average: smaller amounts are of a currency that has cents
_HALF_PERCENT: Final = 0.005
_MOST_RATES: Final = 4
_TELLING: Final = 5000  # times the rounding
_ENOUGH: Final = 5  # rows with a tax
_MOSTLY: Final = 0.95


class Tax(Enum):
    """WITHIN the amount, BESIDE it, or UNKNOWN."""

    WITHIN = auto()
    BESIDE = auto()
    UNKNOWN = auto()


def tax_in(amounts: pl.Series, taxes: pl.Series) -> Tax:
    """Where the tax is: it is one rate, or one of a few, to the last rounded digit, of what is without it.

    UNKNOWN where both ways of reckoning give rates, or none does, or few rows have a tax.
    """
    rows = pl.DataFrame({"amount": amounts.cast(pl.Float64), "tax": taxes.cast(pl.Float64)}).drop_nulls()
    rows = rows.filter((pl.col("tax") != 0) & (pl.col("amount") != 0))
    if rows.height < _ENOUGH:
        return Tax.UNKNOWN
    beside = _is_a_rate(rows["amount"], rows["tax"])
    within = _is_a_rate(rows["amount"] - rows["tax"], rows["tax"])
    return Tax.UNKNOWN if beside == within else Tax.BESIDE if beside else Tax.WITHIN


def _is_a_rate(bases: pl.Series, taxes: pl.Series) -> bool:
    in_cents = bool((taxes.round(0) != taxes).any()) or float(bases.abs().sum()) < _WITHOUT_CENTS * bases.len()
    near = 0.0101 if in_cents else 1.01
    return _is_one(bases, taxes, near) or _are_several(bases, taxes, near)


def _is_one(bases: pl.Series, taxes: pl.Series, near: float) -> bool:
    whole = float(bases.abs().sum())
    rate = round(float(taxes.abs().sum()) / whole * _STEPS) / _STEPS if whole else 0
    return 0 < rate <= _HIGHEST and _mostly((bases * rate - taxes).abs() <= near)


def _are_several(bases: pl.Series, taxes: pl.Series, near: float) -> bool:
    """Whether each row has a rate of whole or half percents; only large amounts tell such from others."""
    rows = pl.DataFrame({"base": bases, "tax": taxes}).filter(pl.col("base").abs() >= near * _TELLING)
    rates = (rows["tax"] / rows["base"] / _HALF_PERCENT).round(0) * _HALF_PERCENT
    fits = ((rows["base"] * rates - rows["tax"]).abs() <= near) & rates.is_between(0, _HIGHEST, closed="right")
    return rows.height >= _ENOUGH and rates.n_unique() <= _MOST_RATES and _mostly(fits)


def _mostly(fits: pl.Series) -> bool:
    return int(fits.sum()) >= _MOSTLY * fits.len()
