"""Ins on one line of a person, outs on the next, days side by side."""

from collections.abc import Collection, Mapping

import polars as pl

from transforms.exports.grid import TIME
from transforms.problem import BadExport


def with_sides(cells: pl.DataFrame, sides: Mapping[str, str], wanted: Collection[str], name: str) -> pl.DataFrame:
    """Add `side`, which of `sides` a cell's line is of by the pattern of a cell in it; a line and its next are one row.

    `cells` are those of an Unfolding; `wanted` are the names (comparable) of columns that are read, by which two lines
    are of one person unless the second is silent. Lines of no side are left out: BadExport if any has times.
    """
    if not sides:
        return cells.with_columns(side=pl.lit(None, pl.String))
    alone, text = pl.col("part").is_null(), pl.col("text")
    said = pl.coalesce(pl.when(text.str.contains(pattern)).then(pl.lit(side)) for side, pattern in sides.items())
    who = text.filter(alone & said.is_null() & pl.col("comparable").is_in(list(wanted))).str.join("\n")
    lines = cells.group_by("row_no", "table", maintain_order=True).agg(
        said.filter(alone).drop_nulls().first().alias("side"), who.alias("who")
    )
    _refuse_lost(cells, lines, name)
    first, before = next(iter(sides)), pl.all().shift(1).over("table")
    lines = lines.filter(pl.col("side").is_not_null()).with_columns(before.name.prefix("_"))
    same = (pl.col("who") == "") | (pl.col("who") == pl.col("_who"))
    goes_on = same & (pl.col("_side") == first) & (pl.col("side") != first)
    lines = lines.with_columns(row=pl.when(goes_on.fill_null(value=False)).then("_row_no").otherwise("row_no"))
    joined = cells.join(lines.select("row_no", "side", "row"), on="row_no", maintain_order="left")
    return joined.with_columns(row_no="row").drop("row")


def _refuse_lost(cells: pl.DataFrame, lines: pl.DataFrame, name: str) -> None:
    """A line of times that is neither of ins nor of outs."""
    timed = cells.filter(pl.col("part").is_not_null() & pl.col("text").str.contains(TIME))
    lost = timed.join(lines.filter(pl.col("side").is_null()), on="row_no", how="semi")
    if lost.height:
        row, text = lost.select("row_no", "text").row(0)
        raise BadExport(f"{name}: row {row} holds {text!r}, and says neither in nor out; export ins and outs only.")
