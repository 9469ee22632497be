"""What a row brought, after discounts and without tax, as the numbers of an unknown export prove it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import Final

import polars as pl

from transforms.tables import MONEY

_MOSTLY: Final = 0.8
_NEAR: Final = "<= 0.01"
_OFF: Final = " - COALESCE(discount_amount, 0)"
_OF_THE_LINE: Final = (
    "The discount is taken off quantity × price: see that it is of the line, and not of the whole receipt."
)


@dataclass(frozen=True, slots=True)
class Net:
    """How net_amount comes about: from one column, or by `sql` over the columns `used` (name in the profile -> place).

    What rows prove is guarded by
    `sql`: those of later files that do not add up are rejected. `doubt` is a sentence, or "".
    """

    sql: str = ""
    used: Mapping[str, int] = field(default_factory=dict)
    column: int | None = None
    doubt: str = ""


def net_amount(numbers: pl.DataFrame, taken: Mapping[str, int], amounts: Sequence[int], headers: Sequence[str]) -> Net:
    """Find it among `amounts`, which are places; `taken` are places by their roles.

    `numbers` has a Decimal column for each place, named by it, and the text column `receipt` if there is one.
    """
    roles = ("quantity", "unit_price", "tax_amount", "discount_amount")
    known = {role: taken[role] for role in roles if role in taken}
    by_sum = next(_proofs(numbers, known, amounts), None)
    return by_sum or _unproven(numbers, taken, known, amounts, headers)


def _is_money(numbers: pl.DataFrame, known: Mapping[str, int]) -> bool:
    """Whether there are discounts, and not all between 0 and 1 as shares are."""
    if "discount_amount" not in known:
        return False
    discounts = numbers[f"{known['discount_amount']}"].fill_null(0)
    return bool((discounts.abs() > 1).any() or (discounts == 0).all())


def _proofs(numbers: pl.DataFrame, known: Mapping[str, int], amounts: Sequence[int]) -> Iterator[Net]:
    off = _OFF if "discount_amount" in known else ""
    if {"quantity", "unit_price"} <= known.keys():
        used = {role: at for role, at in known.items() if role != "tax_amount"}
        for at in amounts:
            yield from _if_so(numbers, f"quantity * unit_price{off}", "total", {**used, "total": at})
        for at in amounts if _is_money(numbers, known) else ():
            yield from _if_so(numbers, "quantity * unit_price", f"total{off}", {**used, "total": at}, _OF_THE_LINE)
    if "tax_amount" in known and (numbers[f"{known['tax_amount']}"] != 0).any():
        used = {role: at for role, at in known.items() if role in {"tax_amount", "discount_amount"}}
        for base, at in permutations(amounts, 2):
            places = {**used, "before_tax": base, "total": at}
            yield from _if_so(numbers, f"before_tax{off} + tax_amount", "total - tax_amount", places)


def _if_so(numbers: pl.DataFrame, sum_: str, net: str, used: Mapping[str, int], doubt: str = "") -> Iterator[Net]:
    there = numbers.select(pl.col(f"{at}").alias(name) for name, at in used.items())
    holds = there.select(pl.sql_expr(f"ABS({sum_} - total) {_NEAR}")).to_series().drop_nulls()
    if holds.len() and holds.all():
        yield Net(f"CASE WHEN ABS({sum_} - total) {_NEAR} THEN {net} END", used, doubt=doubt)


def _unproven(
    numbers: pl.DataFrame,
    taken: Mapping[str, int],
    known: Mapping[str, int],
    amounts: Sequence[int],
    headers: Sequence[str],
) -> Net:
    if "net_amount" in taken:
        return _named(numbers, taken, taken["net_amount"], headers)
    left_out = {"tax_amount"} if _is_money(numbers, known) else {"tax_amount", "discount_amount"}
    priced = {role: at for role, at in known.items() if role not in left_out}
    has_price = {"quantity", "unit_price"} <= priced.keys()
    if has_price and not amounts and not _rivals(numbers, priced):
        off = _OFF if "discount_amount" in priced else ""
        said = "net_amount is worked out as quantity × price, less the discount: see that prices are without tax."
        return Net(f"quantity * unit_price{off}", priced, doubt=said)
    taxed = "tax_amount" in known and (numbers[f"{known['tax_amount']}"] != 0).any()
    if len(amounts) == 1 and not taxed and (not has_price or amounts[0] in _rivals(numbers, priced)):
        return _named(numbers, taken, amounts[0], headers)
    return Net()


def _rivals(numbers: pl.DataFrame, priced: Mapping[str, int]) -> list[int]:
    """Other columns that mostly are quantity × price: what they know of the other rows, the product does not."""
    product = pl.col(f"{priced['quantity']}") * pl.col(f"{priced['unit_price']}")
    others = [name for name in numbers.columns if name != "receipt" and int(name) not in priced.values()]
    shares = numbers.select(((pl.col(name) - product).abs() <= pl.lit("0.01").cast(MONEY)).mean() for name in others)
    return [int(name) for name in others if (shares[name].item() or 0) >= _MOSTLY]


def _named(numbers: pl.DataFrame, taken: Mapping[str, int], at: int, headers: Sequence[str]) -> Net:
    if "receipt_id" not in taken or not _repeats(numbers, f"{at}"):
        doubt = (
            f'"{headers[at]}" is taken for net_amount by its name only: see that it is after discounts, without tax.'
        )
        return Net(column=at, doubt=doubt)
    return Net(
        doubt=f'"{headers[at]}" is the same on all lines of each receipt: take it by [spread], it is no line\'s.'
    )


def _repeats(numbers: pl.DataFrame, amount: str) -> bool:
    """Whether receipts have several lines, all with the same amount."""
    of_receipts = numbers.group_by("receipt").agg(pl.len(), values=pl.col(amount).n_unique())
    several = of_receipts.filter(pl.col("len") > 1)
    return several.height > 0 and bool((several["values"] == 1).all())
