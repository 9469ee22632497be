"""Whether quantity × price may be what a row of an unknown export brought, where no sum proves it."""

from collections.abc import Sequence
from typing import Final

import polars as pl

TEXTS: Final = ("receipt", "product")  # columns of the numbers of an export that are none
_LIKE: Final = (0.5, 1.5)  # times the product: what is left after discounts, or is there with the tax
_MOSTLY: Final = 0.8


def no_product(numbers: pl.DataFrame, price: int, quantity: int, others: Sequence[str], headers: Sequence[str]) -> str:
    """Why it may not be, in a sentence, or "".

    `numbers` has a Decimal column for each place, named by it, and perhaps the text column `product`; `others` are
    those that are known for nothing, `headers` the names of all.
    """
    if _is_of_the_line(numbers, f"{price}", f"{quantity}"):
        return (
            f'"{headers[price]}" grows with the quantity, so it is of the whole line: name it under [columns] as '
            f"net_amount if it is after discounts and without tax, or work net_amount out under [derive]."
        )
    alike = ", ".join(f'"{headers[int(name)]}"' for name in _alike(numbers, f"{price}", f"{quantity}", others))
    return alike and (
        f"{alike} may be what a row brought, and nothing shows it: name the one that is after discounts and without "
        f"tax under [columns] as net_amount."
    )


def _is_of_the_line(numbers: pl.DataFrame, price: str, quantity: str) -> bool:
    """Whether goods have fewer prices for one piece if a price is taken to be of all pieces."""
    if "product" not in numbers:
        return False
    rows = numbers.filter(pl.col(quantity) != 0)
    each = (pl.col(price).cast(pl.Float64) / pl.col(quantity).cast(pl.Float64)).round(3)
    counts = rows.group_by("product").agg(of_one=each.n_unique(), of_all=pl.col(price).n_unique())
    return bool(counts["of_one"].sum() < counts["of_all"].sum())


def _alike(numbers: pl.DataFrame, price: str, quantity: str, others: Sequence[str]) -> list[str]:
    """Those of `others` that are near the product throughout, also where it is not one price."""
    product = (pl.col(quantity) * pl.col(price)).cast(pl.Float64)
    several = numbers.filter((product != 0) & (pl.col(quantity).abs() != 1))
    shares = several.select((pl.col(name).cast(pl.Float64) / product).is_between(*_LIKE).mean() for name in others)
    return [name for name in others if several.height and (shares[name].item() or 0) >= _MOSTLY]
