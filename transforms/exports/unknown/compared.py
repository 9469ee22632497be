"""What an unknown export states in its other columns, against the net amount that is found for it."""

from collections.abc import Iterator
from itertools import chain, combinations
from typing import Final

import polars as pl

from transforms.exports.unknown.arithmetic import Net, Sums
from transforms.exports.vocabulary import simple, vocabulary

_NEAR: Final = pl.lit("0.01").cast(pl.Decimal(18, 4))
_MOST_EXTRAS: Final = 3
_ALIKE: Final = 0.98  # of the rows; those that do not add up are rejected when the file is read


def contradictions(sums: Sums, net: Net) -> Iterator[str]:
    """One sentence for each amount that is neither what was found nor that with tax, discount or charges."""
    found, gross = _found(sums, net), vocabulary()["sales"]["gross_amount"]
    for at in (at for at in sums.amounts if simple(sums.headers[at]) not in gross):
        if found is not None and at != net.column and at not in net.used.values():
            rows = _beside(sums, found, at)
            differing = _unexplained(rows)
            if differing.height:
                yield _sentence(sums.headers[at], rows, differing)


def _found(sums: Sums, net: Net) -> pl.Series | None:
    if net.column is not None:
        return sums.numbers[f"{net.column}"]
    there = sums.numbers.select(pl.col(f"{at}").alias(name) for name, at in net.used.items())
    return there.select(pl.sql_expr(net.sql)).to_series() if net.sql else None


def _beside(sums: Sums, found: pl.Series, at: int) -> pl.DataFrame:
    """found, stated, and what may lie between them, part_1 and so on: of rows, or of receipts if `at` is of them."""
    between = [sums.known[role] for role in ("tax_amount", "discount_amount") if role in sums.known]
    extras = [place for place in sums.extras if place not in between][:_MOST_EXTRAS]
    parts = {f"part_{n}": sums.numbers[f"{place}"].fill_null(0) for n, place in enumerate((*between, *extras), 1)}
    rows = pl.DataFrame({"found": found, "stated": sums.numbers[f"{at}"], **parts})
    if not sums.is_of_receipts(at):
        return rows.drop_nulls()
    of_receipts = {
        part: sums.is_of_receipts(int(place)) for part, place in zip(parts, (*between, *extras), strict=True)
    }
    whole = [pl.col(part).first() if of_receipts[part] else pl.col(part).sum() for part in parts]
    by_receipt = rows.with_columns(receipt=sums.numbers["receipt"]).group_by("receipt", maintain_order=True)
    return by_receipt.agg(pl.col("found").sum(), pl.col("stated").first(), *whole).drop("receipt").drop_nulls()


def _unexplained(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows that differ by the best explanation, none if it explains nearly all."""
    parts = [name for name in rows.columns if name.startswith("part_")]
    between = chain.from_iterable(combinations(parts, size) for size in range(len(parts) + 1))
    gaps = [(_gap(some).abs() > _NEAR) for some in between]
    counts = rows.select(gap.sum().alias(f"{n}") for n, gap in enumerate(gaps)).row(0)
    least = min(range(len(gaps)), key=counts.__getitem__)
    return rows.clear() if counts[least] <= (1 - _ALIKE) * rows.height else rows.filter(gaps[0])


def _gap(parts: tuple[str, ...]) -> pl.Expr:
    # Discounts are written as amounts, or as what they take away: either may lie between.
    return pl.min_horizontal(
        (pl.col("found") + pl.sum_horizontal(pl.lit(0), *(sign * pl.col(p) for p in parts)) - pl.col("stated")).abs()
        for sign in (1, -1)
    )


def _sentence(header: str, rows: pl.DataFrame, differing: pl.DataFrame) -> str:
    found, stated = (f"{differing[name][0].normalize():f}" for name in ("found", "stated"))
    return (
        f'"{header}" states {stated} where net_amount comes to {found}, so on {differing.height} of {rows.height}: see '
        f"which of them is after discounts and without tax, and that nothing is left out."
    )
