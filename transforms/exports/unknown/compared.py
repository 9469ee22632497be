"""What an unknown export states in its other columns and rows, against the net amount that is found for it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, combinations
from typing import Final

import polars as pl

from transforms.exports.rates import Tax, tax_in
from transforms.exports.unknown.arithmetic import Sums
from transforms.exports.unknown.found import Net
from transforms.exports.unknown.seen import SeenColumn
from transforms.exports.vocabulary import simple, vocabulary

_NEAR: Final = pl.lit("0.01").cast(pl.Decimal(18, 4))
_MOST_EXTRAS: Final = 5
_GIVEN_BACK: Final = re.compile(
    r"\b(gia tri|so luong|sl|doanh (so|thu)) (hang )?(ban )?(bi )?tra lai\b|\b(return|refund)\w* (qty|quantity|amount)"
    r"|\b(qty|quantity|amount) (of )?(return|refund)|^hoan tien$|partial refunds?"
    r"|\b(void|cancel)\w* (qty|quantity|amount)\b|\b(sl|so luong) (bi )?huy\b"
)
_CALLED_NET: Final = re.compile(
    r"\b(net|nett|netto|neto|ht|excl\w*|(ex|without|before|chua|truoc) (tax|vat|gst|thue|vat))\b|税抜"
)
_TAXES: Final = "tax(?:es)?|vat|gst|iva|tva|mwst|ust|btw|kdv|thue"
_CALLED_TAXED: Final = re.compile(
    rf"\b(brutto\w*|ttc|kdv dahil|con iva|(in[ck]l\w*|with|sau|gom|da gom|co) ({_TAXES})|({_TAXES}) incl\w*)\b|税込"
)
_NO_SUM: Final = re.compile(
    r"\b(profit|margin|weight|kg|cost|loi nhuan|gewicht|peso|poids|price|preis|gia|precio|prix)\b"
)
_AMOUNTS: Final = ("net_amount", "amount", "gross_amount", "discount_amount", "tax_amount", "unit_price")
_FEW: Final = 12  # different words
_RECEIPTS: Final = 5  # at least, so that it is no chance
_LEFT_AFTER: Final = re.compile(r"(?i)discount|voucher|coupon|promo|after|less|minus|giảm|chiết khấu|sau ck")
_HALF: Final = 0.5
_ALIKE: Final = 0.98  # of the rows; those that do not add up are rejected when the file is read


def given_back(seen: Sequence[SeenColumn], values: Mapping[int, pl.Series]) -> str:
    """A sentence if rows state what was given back of what they sold, "" if none does."""
    at = next((n for n, c in enumerate(seen) if c.type == "number" and _GIVEN_BACK.search(simple(c.header))), None)
    if at is None or not values[at].str.contains("[1-9]").any():
        return ""
    return (
        f'"{seen[at].header}" states what was given back of a row ({", ".join(seen[at].samples)}): work net_amount out '
        f"under [derive] as what was sold less that, with both columns under [check]."
    )


def contradictions(sums: Sums, net: Net, seen: Sequence[SeenColumn], kinds: Mapping[str, pl.Series]) -> list[str]:
    """What speaks against `net` of sales; `kinds` as of `kinds_in`."""
    return [*_otherwise(sums, net), *_taxed(sums, net), *_repeated(sums, net, kinds), *_unreadable(seen, net)]


def _taxed(sums: Sums, net: Net) -> Iterator[str]:
    """A sentence if what net_amount comes from is called with tax, and nothing takes it off."""
    places = [net.column, *(net.used.get(name) for name in ("total", "unit_price", "before_tax"))]
    headers = [sums.headers[at] for at in places if at is not None and "tax_amount" not in net.used]
    with_tax = next((header for header in headers if _CALLED_TAXED.search(simple(header))), None)
    if with_tax and not any(_CALLED_NET.search(simple(header)) for header in headers):
        yield f'"{with_tax}" is said to hold the tax, and net_amount comes from it: take the tax off under [derive].'


def _otherwise(sums: Sums, net: Net) -> Iterator[str]:
    """One sentence for each amount that is neither what was found nor that with tax, discount or charges."""
    found, names = sums.values(net), vocabulary()["sales"]
    compared = [at for at in sums.amounts if simple(sums.headers[at]) in {*names["net_amount"], *names["amount"]}]
    compared += [at for at in (*sums.amounts, *sums.others) if at not in compared and _is_net(sums.headers[at])]
    others = [at for at in (*sums.amounts, *sums.others) if at not in compared and _LEFT_AFTER.search(sums.headers[at])]
    compared += [at for at in others if found is not None and _is_most_of(sums.numbers[f"{at}"], found)]
    for at in compared if found is not None else ():
        if found is not None and at != net.column and at not in net.used.values():
            rows = _beside(sums, found, at)
            differing = _unexplained(rows)
            if differing.height:
                yield _sentence(sums.headers[at], rows, differing)


def _unreadable(seen: Sequence[SeenColumn], net: Net) -> Iterator[str]:
    """One sentence for each column that is called as an amount is, whose cells are no numbers written in one way."""
    names = {name for role in _AMOUNTS for name in vocabulary()["sales"][role]}
    for column in (column for at, column in enumerate(seen) if at not in net.used.values()):
        digits = [sample for sample in column.samples if re.search("[0-9]", sample)]
        if column.type == "text" and simple(column.header) in names and len(digits) * 2 > len(column.samples):
            yield (
                f'"{column.header}" is called as an amount is, but its cells ({", ".join(digits)}) are not numbers '
                f"written in one way, so it is not read: see that net_amount does without it, or export it as numbers."
            )


def kinds_in(seen: Sequence[SeenColumn], values: Mapping[int, pl.Series], lines: pl.DataFrame) -> dict[str, pl.Series]:
    """Columns of few words, by their headers."""
    few = [at for at, column in enumerate(seen) if column.type == "text" and 1 < values[at].len() <= _FEW]
    return {seen[at].header: lines[f"{at}"] for at in few}


def _repeated(sums: Sums, net: Net, kinds: Mapping[str, pl.Series]) -> Iterator[str]:
    """One sentence for each column that tells rows of receipts from rows of their lines or payments.

    `kinds` are texts of each row by the header of their column.
    """
    found = sums.values(net)
    for header, cells in kinds.items() if found is not None and "receipt" in sums.numbers else ():
        rows = pl.DataFrame({"receipt": sums.numbers["receipt"], "cell": cells, "found": found})
        by_cell = rows.drop_nulls().group_by("receipt", "cell").agg(pl.col("found").sum())
        pairs = by_cell.join(by_cell, on="receipt").filter(pl.col("cell") < pl.col("cell_right"))
        alike = (pl.col("found") - pl.col("found_right")).abs() <= _NEAR
        told = pairs.group_by("cell", "cell_right").agg(pl.len(), alike=alike.mean()).sort("cell", "cell_right")
        for one, other, *_ in told.filter(pl.col("len") >= _RECEIPTS, pl.col("alike") >= _ALIKE).iter_rows():
            yield (
                f'Rows with "{one}" and with "{other}" in "{header}" come to the same for each receipt, so only one of '
                f"them may count: name the other under [ignore]."
            )


def _is_most_of(numbers: pl.Series, found: pl.Series) -> bool:
    """Whether they may be what is left of it after discounts: a discount itself is less."""
    shares = (numbers.cast(pl.Float64) / found.cast(pl.Float64)).drop_nans().drop_nulls()
    return shares.len() > 0 and float(shares.is_between(_HALF, 1).cast(pl.Float64).sum()) >= _ALIKE * shares.len()


def _is_net(header: str) -> bool:
    return _CALLED_NET.search(simple(header)) is not None and _NO_SUM.search(simple(header)) is None


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
    is_taxed = tax_in(rows["found"], rows["stated"] - rows["found"]) is Tax.BESIDE
    return rows.clear() if is_taxed or counts[least] <= (1 - _ALIKE) * rows.height else rows.filter(gaps[0])


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
