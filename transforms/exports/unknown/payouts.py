"""Statements of delivery services and marketplaces: what they pay out is what was sold, less what they keep."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, combinations, product
from typing import Final

import polars as pl

from transforms.exports.unknown.found import is_there
from transforms.exports.unknown.products import TEXTS
from transforms.exports.vocabulary import simple

_COMMISSIONS: Final = re.compile(
    r"\b(commissions?|hoa hong|chiet khau (san|doi tac|nen tang)|phi (san|nen tang|co dinh|hoa hong)|komisi"
    r"|(platform|marketplace|channel|aggregator) fees?|comision(es)?|comissao|kommission|provision)\b"
)
_KEPT: Final = re.compile(
    rf"{_COMMISSIONS.pattern}|\b(fees?|phi|thue|tax|gst|vat|tds|tcs|khau tru|withh\w*|pajak|biaya|charges?"
    r"|deductions?)\b"
)
_OFF: Final = re.compile(r"\b(discounts?|promo\w*|offers?|vouchers?|coupons?|khuyen mai|giam gia|km|diskon|voucher)\b")
_MOST: Final = 4  # columns of what is kept, and of what is taken off
_MOSTLY: Final = 0.98
_HALF: Final = 0.5
_NEAR: Final = 1.0
_AT_MOST: Final = 4  # times what is left: nobody keeps more

Way = tuple[str, str, Mapping[str, int]]  # what comes to the column total of used, net, used: name -> place


def commissions(numbers: pl.DataFrame, headers: Sequence[str]) -> list[int]:
    """Places of the amounts that a service keeps of each sale."""
    return [at for at in _places(numbers) if _COMMISSIONS.search(simple(headers[at])) and is_there(numbers[f"{at}"])]


def payouts(numbers: pl.DataFrame, headers: Sequence[str]) -> Iterator[Way]:
    """How what is paid out may come from what was sold: less discounts, then less what is kept, of either sign."""
    if not commissions(numbers, headers):
        return
    there = [at for at in _places(numbers) if is_there(numbers[f"{at}"])]
    kept = [at for at in there if _KEPT.search(simple(headers[at]))][:_MOST]
    off = [at for at in there if at not in kept and _OFF.search(simple(headers[at]))][:_MOST]
    rest = [at for at in there if at not in {*kept, *off}]
    for some_kept, some_off in product(_subsets(kept), _subsets(off)):
        used = {f"kept_{n}": at for n, at in enumerate(some_kept, 1)} | {
            f"off_{n}": at for n, at in enumerate(some_off, 1)
        }
        net = "".join(["before_tax", *(f" - ABS(COALESCE({name}, 0))" for name in used if name.startswith("off"))])
        left = "".join([net, *(f" - ABS(COALESCE({name}, 0))" for name in used if name.startswith("kept"))])
        for base, at in _likely(numbers, rest, list(used.values())) if some_kept else ():
            yield left, net, {**used, "before_tax": base, "total": at}


def _likely(numbers: pl.DataFrame, rest: Sequence[int], used: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Pairs of columns that lie apart by what is used, in most rows: each is proven at a cost, these all at once."""
    pairs = [(base, at) for base, at in product(rest, rest) if base != at]
    gone = pl.sum_horizontal(pl.col(f"{at}").cast(pl.Float64).abs().fill_null(0) for at in used)
    apart = ((pl.col(f"{base}") - pl.col(f"{at}")).cast(pl.Float64) - gone for base, at in pairs)
    near = numbers.select((off.abs() <= _NEAR).mean().alias(f"{number}") for number, off in enumerate(apart))
    return (
        (pair for pair, share in zip(pairs, near.row(0), strict=True) if (share or 0) >= _HALF) if pairs else iter(())
    )


def is_left(numbers: pl.DataFrame, headers: Sequence[str], at: int) -> bool:
    """Whether an amount may be what a service pays out: another is larger by what it keeps, or by more."""
    kept, amount = commissions(numbers, headers), pl.col(f"{at}")
    rows = numbers.filter(pl.any_horizontal(pl.col(f"{one}") != 0 for one in kept)) if kept else numbers.clear()
    others = [pl.col(f"{other}") for other in _places(numbers) if other not in {*kept, at}]
    more = [other.is_between(amount + pl.col(f"{one}").abs(), amount * _AT_MOST) for other in others for one in kept]
    shares = rows.select(test.mean().alias(f"{number}") for number, test in enumerate(more))
    return rows.height > 0 and any((share or 0) >= _MOSTLY for share in shares.row(0))


def _places(numbers: pl.DataFrame) -> list[int]:
    return [int(name) for name in numbers.columns if name not in TEXTS]


def _subsets(places: Sequence[int]) -> list[tuple[int, ...]]:
    """All of them, the largest first."""
    return [*chain.from_iterable(combinations(places, size) for size in range(len(places), -1, -1))]
