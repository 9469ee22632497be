"""Discounts: how they come off, and those of whole receipts, that stand on each line as their totals may."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import polars as pl

from transforms.exports.money import spread
from transforms.exports.unknown.lines import repeats
from transforms.exports.vocabulary import simple
from transforms.tables import MONEY

BY_PRICES: Final = "quantity * unit_price"
OFFS: Final = (("discount_amount", " - COALESCE(discount_amount, 0)"), ("taken_off", " + COALESCE(taken_off, 0)"))
_OF_A_RECEIPT: Final = re.compile(
    r"\b(bill|order|invoice|receipt|check|ticket|cart|hoa don|hd|don hang|don|pesanan|struk)\b"
)


def how_it_comes_off(
    numbers: pl.DataFrame, known: Mapping[str, int], amounts: Sequence[int]
) -> tuple[str, Mapping[str, int]]:
    """How a discount comes off: written as an amount, or as what it takes away, with the other sign; and its place."""
    if "discount_amount" not in known:
        return "", {}
    at = known["discount_amount"]
    beside = [known[role] for role in ("quantity",) if role in known] or [*amounts[:1]]
    signs = numbers.select((pl.col(f"{at}").sign() * pl.col(f"{other}").sign()).sum() for other in beside)
    name, off = OFFS[any((signs[0, number] or 0) < 0 for number in range(signs.width))]
    return off, {name: at}


def shared(numbers: pl.DataFrame, used: Mapping[str, int], weights: Mapping[str, str]) -> pl.DataFrame:
    """`numbers` with the amounts of `weights`, name -> what lines share it by; `used` are the places of names."""
    there = numbers.select("receipt", *(pl.col(f"{at}").alias(name) for name, at in used.items()))
    shares = [_share(there, name, sql).alias(f"{used[name]}") for name, sql in weights.items()]
    return numbers.with_columns(shares)


def _share(there: pl.DataFrame, name: str, weight: str) -> pl.Series:
    amount, by = pl.col(name).fill_null(0), pl.sql_expr(weight).cast(MONEY).fill_null(0)
    return spread(there.select("receipt", amount=amount, weight=by), ["receipt"])


def discount_repeats(numbers: pl.DataFrame, known: Mapping[str, int], header: str) -> bool:
    """Whether the discount, under `header`, stands on all lines of receipts whose lines differ in their prices."""
    discounts, prices = (numbers[f"{known[role]}"] for role in ("discount_amount", "unit_price"))
    is_called_so = _OF_A_RECEIPT.search(simple(header)) is not None
    return repeats(discounts, numbers["receipt"], prices, least=1 if is_called_so else 2)


def ways(known: Mapping[str, int], off: str, added: Sequence[str]) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """How lines may come to a total of their receipt: their sum, what of `total` they brought, and what is shared by.

    `off` is how the discount comes off. It is of the line, or stands on each as the total does. `added` are taxes and
    charges, which stand so, too.
    """
    sum_, net = (sign.join(["", *(f"COALESCE({name}, 0)" for name in added)]) for sign in (" + ", " - "))
    of_line = f"{BY_PRICES}{off}"
    yield f"{of_line}{sum_}", f"total{net}", dict.fromkeys(["total", *added], of_line)
    if "discount_amount" in known:
        name = "taken_off" if "taken_off" in off else "discount_amount"
        yield f"{of_line}{sum_}", f"total{net}", dict.fromkeys(["total", name, *added], BY_PRICES)
