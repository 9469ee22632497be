"""Amounts of whole receipts that stand on each of their lines, and would count with each."""

from dataclasses import replace
from typing import Final

import polars as pl

from transforms.exports.money import RECEIPT
from transforms.exports.sheet import Sheet
from transforms.problem import BadExport

_FEWEST: Final = 5  # receipts that show whose an amount is
_MOSTLY: Final = 0.5
_NEARLY_ALL: Final = 0.95
_GOODS: Final = ("product_id", "product_name")
_SPREAD: Final = "let a profile share it among them under [spread] (`kpi profile FILE`)"


def with_repeated_told(sheet: Sheet, header: str) -> Sheet:
    """What stands alike on nearly all lines of receipts, whatever their quantities, is no line's: raises BadExport.

    Where only products show it, or not all receipts, it is told; `header` is what the export calls the amount.
    """
    lines = _unproven(sheet)
    net = pl.col("net_amount")
    # To look at neighbours costs less than to look at receipts.
    if lines.select((net == net.shift(1)).filter(pl.col(RECEIPT) == pl.col(RECEIPT).shift(1)).mean() < _MOSTLY).item():
        return sheet
    goods = next((name for name in _GOODS if sheet.has(name)), "quantity")
    receipts = lines.group_by(RECEIPT, maintain_order=True).agg(
        "row_no",
        alike=net.n_unique() == 1,
        counted=pl.col("quantity").n_unique() > 1,
        goods=pl.col(goods).n_unique() > 1,
    )
    several = receipts.filter(pl.col("row_no").list.len() > 1)
    share = several["alike"].sum() / max(several.height, 1)
    counted = several.filter("alike", "counted")
    shown = counted if counted.height >= _FEWEST else several.filter("alike", "goods")
    if shown.height < _FEWEST or share < (_MOSTLY if shown is counted else _NEARLY_ALL):
        return sheet
    first, second, *_ = shown["row_no"][0]
    said = f'"{header}" is the same on every line of {shown.height} receipts (the first: rows {first} and {second})'
    if shown is counted and share >= _NEARLY_ALL:
        raise BadExport(
            f"{sheet.layout.name}: {said}, whatever its quantity: it is the receipt's, and would count with each line; "
            f"export the amounts of lines, or {_SPREAD}."
        )
    return replace(sheet, notes=(*sheet.notes, f"{said}: if it is the receipt's, it counts with each line: {_SPREAD}."))


def _unproven(sheet: Sheet) -> pl.DataFrame:
    """The lines that bring something and that no price proves."""
    net, priced = pl.col("net_amount"), sheet.has("unit_price")
    product = pl.col("quantity") * pl.col("unit_price") if priced else pl.lit(None)
    return sheet.frame.filter(net != 0, pl.col("kind") != "void", product.ne_missing(net))
