"""From a figure of a review to the files and rows it stands on, and from a file to where its rows went."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from typing import Final

import polars as pl
from rich.table import Table as Grid

from flows.lake import Lake
from flows.ledger import Ledger
from flows.months.facts import tables
from flows.review import NothingToReview
from flows.site import Site
from transforms.calendar import last_day
from transforms.identity import instead
from transforms.kpis.kpi import Sum

_SHORT: Final = 12  # characters of a file's sha256, with which its name in the archive begins


def trace_figure(site: Site, kpi_id: str, group: str, month: date) -> Iterator[Grid]:
    """Tables of a figure: its fact, then for numerator and denominator the files, days and rows behind it.

    Raises:
        NothingToReview: the KPI, or the group's fact of that month, is not there.

    """
    kpi = site.kpis.get(kpi_id)
    if kpi is None:
        raise NothingToReview(f"No KPI is called {kpi_id!r}; {instead(kpi_id, site.kpis)}.")
    if kpi.growth_of:
        yield from trace_figure(site, kpi.growth_of, group, month)
        yield from trace_figure(site, kpi.growth_of, group, month.replace(year=month.year - 1))
        return
    lake = Lake(site.lake)
    facts = lake.facts().filter(kpi=kpi_id, group_id=group, month=month)
    if facts.is_empty():
        raise NothingToReview(
            f"{kpi_id} of {group} was not measured in {month:%Y-%m}; see 'kpi review' for the groups."
        )
    yield _grid(f"{kpi_id}, {group}, {month:%Y-%m}", facts.select("level", "numerator", "denominator", "rows"))
    placed = tables(site, lake, month, last_day(month))
    with closing(Ledger(site.ledger)) as ledger:
        for name, part in (("numerator", kpi.numerator), ("denominator", kpi.denominator)):
            if part is not None:
                rows = placed[part.table].filter(pl.col(facts["level"][0]) == group)
                yield _grid(f"{name}: {part.sql} of {part.table}", _behind(ledger, part, rows))


def _behind(ledger: Ledger, part: Sum, placed: pl.LazyFrame) -> pl.DataFrame:
    found = (
        placed.group_by("file_id")
        .agg(
            pl.sql_expr(part.sql).alias(part.sql),
            rows=pl.len(),
            first_row=pl.col("row_no").min(),
            last_row=pl.col("row_no").max(),
            days=pl.col("business_date").n_unique(),
            first=pl.col("business_date").min(),
            last=pl.col("business_date").max(),
        )
        .collect()
    )
    named = _files(ledger).join(found, on="file_id", how="right").sort("first", "file")
    return named.select("file", pl.col("file_id").str.head(_SHORT).alias("sha256"), *found.drop("file_id").columns)


def _files(ledger: Ledger) -> pl.DataFrame:
    return pl.DataFrame([(e.file_id, e.name) for e in ledger.files()], schema=["file_id", "file"], orient="row")


def trace_file(site: Site, name: str) -> Iterator[Grid]:
    """Tables of every delivered file whose name ends in `name`: its account, and what it replaced, by what.

    Raises:
        NothingToReview: no file of that name was delivered.

    """
    with closing(Ledger(site.ledger)) as ledger:
        known = {e.file_id: e for e in ledger.files()}
        found = [e for e in known.values() if e.name.endswith(name) or e.file_id == name or e.archived.endswith(name)]
        if not found:
            raise NothingToReview(f"No file called {name} was delivered; see archive/exports.")
        for entry in found:
            totals = (
                ledger.account(entry.file_id)
                .group_by("outcome", "reason", "month", "store_id")
                .agg(pl.col("rows").sum(), pl.col("amount").sum())
            )
            yield _grid(
                f"{entry.name} ({entry.state}), {entry.archived}, sha256 {entry.file_id}. {entry.sentence or ''}",
                totals.sort("outcome", "month", "store_id", "reason"),
            )
            names = {file_id: e.name for file_id, e in known.items()}
            moved = [(names[by], "replaced", names[old], rows) for by, old, rows in ledger.replacements(entry.file_id)]
            moved += [(names[by], "brought well", entry.name, rows) for by, rows in ledger.mended(entry.file_id)]
            if moved:
                yield _grid("Among files", pl.DataFrame(moved, schema=["file", "what", "of", "rows"], orient="row"))


def _grid(title: str, frame: pl.DataFrame) -> Grid:
    grid = Grid(title=title, title_justify="left")
    for name, dtype in frame.schema.items():
        grid.add_column(name, overflow="fold", justify="right" if dtype.is_numeric() else "left")
    for row in frame.rows():
        grid.add_row(*map(_shown, row))
    return grid


def _shown(cell: object) -> str:
    return "" if cell is None else f"{cell.normalize():,f}" if isinstance(cell, Decimal) else str(cell)
