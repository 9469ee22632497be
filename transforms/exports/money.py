"""Money of an export -> money of a line: totals spread, products looked up, returns negative."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

import polars as pl

from transforms.exports.profile import OF_PRODUCTS, TAX_WITHIN
from transforms.exports.rates import Tax, tax_in
from transforms.exports.sheet import Sheet
from transforms.identity import normal, resolve
from transforms.problem import BadExport, BadSite
from transforms.tables import MONEY

_OF_A_RETURN: Final = ("quantity", "gross_amount", "discount_amount", "net_amount", "tax_amount", "cost_amount")
_UNITS: Final = 10_000
_UNIT: Final = Decimal("0.0001")
_NAMES: Final = ("product_name", "category")
RECEIPT: Final = "receipt"  # the number of its first row


def spread(lines: pl.DataFrame, receipt: Sequence[str]) -> pl.Series:
    """Share the amount of each receipt among its lines in proportion to their weight, to the last ten-thousandth.

    `lines` has the columns `receipt`, amount (the receipt's, on each of its lines) and weight, both Decimal(18, 4). A
    line's share is what the running total of the shares grows by, so that shares always sum to the amount exactly.
    Lines without any weight share alike. Returns Decimal(18, 4), null where the amount is.
    """
    units, weight, whole, running = (pl.col(name) for name in ("amount", "weight", "whole", "running"))
    # One window after the other: a window within a window is evaluated receipt by receipt, a hundred times slower.
    weighed = lines.select(*receipt, (pl.col("amount", "weight") * _UNITS).cast(pl.Int128))
    weighed = weighed.with_columns(whole=weight.sum().over(receipt))
    weighed = weighed.with_columns(weight=pl.when(whole == 0).then(pl.lit(1, pl.Int128)).otherwise(weight))
    weighed = weighed.with_columns(whole=weight.sum().over(receipt), running=_running(weighed, receipt))
    until = (2 * units * running + whole) // (2 * whole)
    before = (2 * units * (running - weight) + whole) // (2 * whole)
    return weighed.select(((until - before).cast(pl.Decimal(38, 0)) * pl.lit(_UNIT)).cast(MONEY)).to_series()


def _running(weighed: pl.DataFrame, receipt: Sequence[str]) -> pl.Series:
    """The running total of weight within each receipt: that of all receipts in turn, less what came before."""
    ordered = weighed.select(*receipt, "weight").with_row_index("row").sort(receipt, maintain_order=True)
    weight, until = pl.col("weight"), pl.col("weight").cum_sum()
    totals = ordered.with_columns(until=until, before=until - weight)
    running = totals.select("row", running=pl.col("until") - pl.col("before").first().over(receipt))
    return running.sort("row")["running"]


def with_receipt_amounts_spread(sheet: Sheet, torn_cells: pl.Series) -> Sheet:
    """Count each amount of a whole receipt once and give every line of the receipt its share.

    The amount may stand on every line or on some only. Flaws: uneven_receipt where lines of one receipt disagree on it,
    incomplete_receipt where a line that would bear a share cannot be read (`torn_cells`: all cells of such lines).
    """
    for name, weight in sheet.profile.spread.items():
        sheet = _spread(sheet, name, weight, torn_cells) if sheet.has(name) else sheet
    return sheet


def _spread(sheet: Sheet, name: str, weight: str, torn_cells: pl.Series) -> Sheet:
    lines = sheet.frame.select(
        RECEIPT,
        amount=name,
        weightless=pl.sql_expr(weight).is_null(),
        amountless=pl.lit(_unread(sheet, name)),
        torn=pl.col("receipt_id").is_in(torn_cells.implode()),
    )
    amount, total, torn = pl.col("amount"), pl.col("total"), pl.col("torn")
    receipts = lines.group_by(RECEIPT).agg(
        pl.col("weightless", "amountless").any(), total=amount.max(), uneven=amount.min() != amount.max()
    )
    of_receipt = lines.select(RECEIPT, "torn").join(receipts, on=RECEIPT, how="left", maintain_order="left")
    unshared = (pl.col("weightless") | torn) & (total != 0)
    unknown = (pl.col("amountless") | torn) & total.is_null()
    judged = of_receipt.select("total", "uneven", incomplete=unshared.fill_null(value=False) | unknown)
    sheet = sheet.with_flaw("uneven_receipt", name, pl.lit(judged["uneven"]))
    sheet = sheet.with_flaw("incomplete_receipt", name, pl.lit(judged["incomplete"] & ~sheet.flawed))
    weights = sheet.frame.select(
        RECEIPT, amount=pl.lit(judged["total"]), weight=pl.sql_expr(weight).cast(MONEY, strict=False).fill_null(0)
    )
    share = pl.lit(_shares(weights))
    return sheet.with_columns(**{name: pl.when(~pl.lit(judged["incomplete"])).then(share)})


def _shares(lines: pl.DataFrame) -> pl.Series:
    """Each line's share, 0 where its receipt has nothing to share: few have, and only these are worth the work."""
    numbered = lines.with_row_index("row")
    bearing = numbered.filter(pl.col("amount") != 0)
    shares = bearing.select("row", share=pl.lit(spread(bearing, [RECEIPT])))
    return numbered.join(shares, on="row", how="left", maintain_order="left")["share"].fill_null(0)


def _unread(sheet: Sheet, name: str) -> pl.Series:
    header = sheet.layout.header_of(name)
    masks = (flaw.rows for flaw in sheet.flaws if flaw.column == header and flaw.reason == "bad_number")
    return next(masks, pl.repeat(value=False, n=sheet.frame.height, dtype=pl.Boolean, eager=True))


def with_products(sheet: Sheet, products: pl.DataFrame | None) -> Sheet:
    """Look up list_price, unit_cost (Decimal(18, 4)) and names of products that the export leaves out.

    Flaw: unknown_product where an amount is worked out from a list price that is not known. Raises BadExport if there
    are no products to work it out from, BadSite if a product is there twice.
    """
    needs_price = sheet.profile.derives_from("list_price")
    if products is None:
        if needs_price:
            raise BadExport(
                f"{sheet.layout.name}: the profile {sheet.profile.name} works out money from list prices, but the "
                f"site has no products; add products.csv with product_id and list_price."
            )
        return sheet.with_columns(**{name: pl.lit(None, MONEY) for name in OF_PRODUCTS})
    known = _looked_up(sheet, products)
    unknown = pl.col("list_price").is_null() & pl.col("product_id").is_not_null()
    return known.with_flaw("unknown_product", "product_id", unknown) if needs_price else known


def _looked_up(sheet: Sheet, products: pl.DataFrame) -> Sheet:
    twice = products.filter(pl.col("product_id").is_duplicated())["product_id"]
    if twice.len():
        raise BadSite(f"products.csv has the product_id {twice[0]!r} more than once; keep one line for each product.")
    prices = [pl.col(name).cast(MONEY) for name in OF_PRODUCTS]
    listed = products.select(id="product_id", name=normal(pl.col("product_id")))
    spelled = resolve(sheet.frame, "product_id", listed.filter(~pl.col("name").is_duplicated()))
    names = [pl.col(name).alias(f"{name} of products") for name in _NAMES]
    joined = spelled.join(
        products.select("product_id", *prices, *names), on="product_id", how="left", maintain_order="left"
    )
    filled = {name: pl.coalesce(name, f"{name} of products") for name in _NAMES}
    return replace(sheet, frame=joined.with_columns(**filled).drop(f"{name} of products" for name in _NAMES))


def with_returns_negative(sheet: Sheet) -> Sheet:
    """Give returns a minus where the export writes what was given back without one."""
    if not sheet.profile.kind.returns_are_positive:
        return sheet
    returned = pl.col("kind") == "return"
    negative = {name: pl.when(returned).then(-pl.col(name).abs()).otherwise(pl.col(name)) for name in _OF_A_RETURN}
    return sheet.with_columns(**{name: amount.cast(MONEY) for name, amount in negative.items()})


def with_tax_within(sheet: Sheet) -> Sheet:
    """Add the tax that a total holds: 0 where it stands beside it, null where the rates do not show which it is."""
    total = next((name for name in sheet.profile.may_hold_tax if sheet.has(name)), None)
    tax = pl.col("tax_amount").fill_null(0)
    if total is None or not sheet.has("tax_amount"):
        return sheet.with_columns(**{TAX_WITHIN: pl.lit(0, MONEY)})
    held = {
        Tax.WITHIN: tax,
        Tax.BESIDE: pl.lit(0, MONEY),
        Tax.UNKNOWN: pl.when(tax == 0).then(pl.lit(0, MONEY)),
    }
    return sheet.with_columns(**{TAX_WITHIN: held[tax_in(sheet.frame[total], sheet.frame["tax_amount"])]})


def with_cost(sheet: Sheet) -> Sheet:
    """Cost of a line = quantity x unit cost, where the export itself has none and the product's is known."""
    cost = (pl.col("quantity") * pl.col("unit_cost")).cast(MONEY, strict=False)
    return sheet.with_columns(cost_amount=pl.coalesce("cost_amount", cost))
