"""Thousands of damaged exports: each is read as it was, its damaged rows are told, or it is refused."""

import csv
import os
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import polars as pl

from tests.exports.examples import ROWS, TILLS
from tests.exports.polluter import KINDS, Grid, Polluted, polluted, written
from tests.exports.reader import taken
from transforms.exports import Read
from transforms.problem import BadExport

# Of each kind, on each example; the same bytes are read once.
TIMES: Final = 40 if os.environ.get("KPI_SEARCH") else 11
CENT: Final = Decimal("0.01")
TYPED: Final = (
    "receipt_id",
    "business_date",
    "sold_at",
    "kind",
    "quantity",
    "gross_amount",
    "discount_amount",
    "net_amount",
)


def grids() -> Iterator[tuple[str, Grid]]:
    """The examples that have several rows: of those that tell no discount nothing would pass the gate."""
    for name, rows in ROWS.items():
        _, header, row = TILLS[name]
        yield name, list(csv.reader([header, row, *rows]))


def taken_in(result: Read, clean: Read) -> pl.DataFrame:
    """The rows that pass the gate: of stores that the site knows, and with net = gross - discount."""
    adds_up = (pl.col("net_amount") - pl.col("gross_amount") + pl.col("discount_amount")).abs() <= CENT
    known = pl.col("store_id").is_in(clean.rows["store_id"].unique().implode())
    return result.rows.filter(known & adds_up)


def typed(rows: pl.DataFrame, columns: list[str]) -> Counter[tuple[object, ...]]:
    return Counter(rows.with_columns(pl.col("net_amount").round(2)).select(columns).rows())


def outcome(polluted: Polluted, clean: Read) -> str:
    try:
        result = taken(polluted.content)
    except BadExport:
        return "refused"
    assert all(result.rejected["reasons"].list.len())
    rows = taken_in(result, clean)
    # A column that lost its name is not read at all: that is no wrong value.
    columns = [name for name in TYPED if name != "quantity" or rows["quantity"].count()]
    invented = typed(rows, columns) - typed(clean.rows, columns)
    if invented:
        return f"silent: {polluted.content.decode(errors='replace')} gave {list(invented)[:2]}"
    return "rows rejected" if rows.height < clean.rows.height else "equal"


def test_no_damage_is_silent() -> None:
    tally: Counter[tuple[str, str]] = Counter()
    silent, read = [], dict[bytes, str]()  # a fifth of the files equal another: those are read once
    for name, grid in grids():
        clean = taken(written(grid))
        assert clean.rejected.is_empty(), name
        for damaged in polluted(name, grid, TIMES):
            found = read.get(damaged.content) or outcome(damaged, clean)
            read[damaged.content] = found
            tally[damaged.kind, found.split(":")[0]] += 1
            silent += [f"{name}, {damaged.kind}: {found}"] if found.startswith("silent") else []
    for kind in KINDS:
        print(f"{kind:16}", {what: tally[kind, what] for what in ("equal", "rows rejected", "refused", "silent")})  # noqa: T201
    assert tally.total() >= 2_000
    assert not silent, "\n".join(silent)
