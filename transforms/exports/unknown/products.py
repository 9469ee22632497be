"""Whether quantity × price may be what a row of an unknown export brought, where no sum proves it."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

import polars as pl

from transforms.exports.numbers import Marks, read_percents
from transforms.exports.unknown.found import Net, holds
from transforms.exports.unknown.seen import SeenColumn
from transforms.exports.vocabulary import simple
from transforms.tables import MONEY

TEXTS: Final = ("receipt", "product")  # columns of the numbers of an export that are none
_LIKE: Final = (0.5, 1.5)  # times the product: what is left after discounts, or is there with the tax
_MOSTLY: Final = 0.8
_PERCENT: Final = r"^[0-9]{1,2}(?:\.[0-9]{1,2})? ?%$|^100 ?%$"
_CENT: Final = Decimal("0.01")
NEAR_PRODUCT: Final = "0.01 + 0.005 * ABS(quantity)"  # prices are rounded
_ENOUGH: Final = 3  # rows with a discount, so that it is no chance
_OF_DISCOUNTS: Final = re.compile(
    r"\b(disc(ounts?)?|diskon|giam( gia)?|chiet khau|ck|km|remise|rabatt|desc(ento|uento)s?|sconto|potongan)\b"
    r"|値引|割引|折扣|할인"
)
_WHOLE: Final = 100  # percent
_PRODUCT: Final = "net_amount is worked out as quantity × price"
_UNTAXED: Final = "see that prices are without tax."
OF_THE_LINE: Final = (
    "The discount is taken off quantity × price: see that it is of the line; if it is of the whole receipt, on each of "
    'its lines, write discount_amount = "quantity * unit_price" under [spread].'
)
_NO_RATE: Final = re.compile(r"\b(id|codes?|no|ma|type|name|ref\w*)\b")


def rivals_of(numbers: pl.DataFrame, priced: Mapping[str, int]) -> list[int]:
    """Other columns that mostly are quantity × price: what they know of the other rows, the product does not."""
    product = pl.col(f"{priced['quantity']}") * pl.col(f"{priced['unit_price']}")
    others = [name for name in numbers.columns if name not in TEXTS and int(name) not in priced.values()]
    near = pl.lit("0.01").cast(MONEY)
    shares = numbers.select(((pl.col(name) - product).abs() <= near).mean() for name in others)
    return [int(name) for name in others if (shares[name].item() or 0) >= _MOSTLY]


def exceeds(found: pl.Series, named: pl.Series, quantity: pl.Series | None) -> bool:
    """Whether a column that is called net has less than what adds up; a price called net is another thing."""
    rows = pl.DataFrame({"net": named, "found": found, "quantity": quantity})
    if quantity is not None and holds(rows, pl.sql_expr(f"ABS(quantity * net - found) <= {NEAR_PRODUCT}")):
        return False
    more = pl.col("net") - pl.col("found")
    least, most = rows.select(least=more.min(), most=more.filter(pl.col("found") > 0).max()).row(0)
    return bool(least is not None and least < -_CENT and (most or 0) <= _CENT)


def percents(seen: Sequence[SeenColumn], cells: pl.DataFrame) -> dict[str, pl.Series]:
    """Columns whose cells all are percents, 10%, by their places, as shares."""
    told = [at for at, column in enumerate(seen) if cells[f"{at}"].count() and column.type == "text"]
    all_ = [at for at in told if cells[f"{at}"].drop_nulls().str.contains(_PERCENT).all()]
    return {f"{at}": read_percents(cells[f"{at}"], Marks()) for at in all_}


def is_discount_rate(header: str, rates: pl.Series) -> bool:
    """Whether a column may be of discounts in percent, or as shares: sums show whether it is, if enough have one."""
    return _OF_DISCOUNTS.search(simple(header)) is not None and int((rates != 0).sum()) >= _ENOUGH


def by_product(
    numbers: pl.DataFrame, priced: Mapping[str, int], off: str, others: Sequence[int], headers: Sequence[str]
) -> Net:
    """quantity × price, less what is taken off it: `off`, or the column of `others` that is called a discount.

    `numbers` has a Decimal column for each place, named by it, and perhaps the text column `product`; `others` are
    those that are known for nothing, `headers` the names of all. No sum shows what a discount is: one of numbers up to
    100 is taken for percents, up to 1 for shares.
    """
    if doubt := _no_product(numbers, priced["unit_price"], priced["quantity"], others, headers):
        return Net(doubt=doubt)
    if off:
        return Net(
            f"quantity * unit_price{off}", priced, doubt=f"{_PRODUCT}, less the discount: {_UNTAXED} {OF_THE_LINE}"
        )
    called = [at for at in others if _is_off(headers[at], numbers[f"{at}"])]
    if not called:
        return Net("quantity * unit_price", priced, doubt=f"{_PRODUCT}: {_UNTAXED}")
    rates = pl.concat([numbers[f"{at}"] for at in called])
    if len(called) > 1 or not rates.drop_nulls().is_between(0, _WHOLE).all():
        names = " or ".join(f'"{headers[at]}"' for at in called)
        return Net(doubt=f"The cells do not show what {names} takes off: work net_amount out under [derive].")
    whole = _WHOLE if (rates > 1).any() else 1
    said = f'"{headers[called[0]]}" is taken off as {"percents" if whole > 1 else "a share"} of it; see that it is so'
    sql = f"quantity * unit_price * ({whole} - COALESCE(off_rate, 0)) / {whole}"
    return Net(sql, {**priced, "off_rate": called[0]}, doubt=f"{_PRODUCT}, and {said}, and {_UNTAXED}")


def off_the_product(numbers: pl.DataFrame, priced: Mapping[str, int], amount: int, headers: Sequence[str]) -> str:
    """A sentence on how many rows the only `amount` there is is not quantity × price."""
    price, quantity = priced["unit_price"], priced["quantity"]
    off = numbers.select((pl.col(f"{amount}") - pl.col(f"{quantity}") * pl.col(f"{price}")).abs())
    other = off.to_series().drop_nulls() > _CENT
    return (
        f'"{headers[amount]}" is not "{headers[quantity]}" × "{headers[price]}" on {other.sum()} of {other.len()} '
        f"rows: name it under [columns] as net_amount if it is after discounts and without tax."
    )


def _no_product(numbers: pl.DataFrame, price: int, quantity: int, others: Sequence[int], headers: Sequence[str]) -> str:
    """Why it may not be, in a sentence, or ""."""
    if _is_of_the_line(numbers, f"{price}", f"{quantity}"):
        return (
            f'"{headers[price]}" grows with the quantity, so it is of the whole line: name it under [columns] as '
            f"net_amount if it is after discounts and without tax, or work net_amount out under [derive]."
        )
    names = [f"{at}" for at in others]
    alike = ", ".join(f'"{headers[int(name)]}"' for name in _alike(numbers, f"{price}", f"{quantity}", names))
    return alike and (
        f"{alike} may be what a row brought, and nothing shows it: name the one that is after discounts and without "
        f"tax under [columns] as net_amount."
    )


def _is_off(header: str, numbers: pl.Series) -> bool:
    name = simple(header)
    return bool(_OF_DISCOUNTS.search(name)) and not _NO_RATE.search(name) and bool((numbers != 0).any())


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
