"""From a figure of a review to the files and rows it stands on, and from a file to where its rows went."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

import polars as pl
from rich import box
from rich.table import Table as Grid

from flows.disk import write_whole
from flows.intake.quarantine import harmless
from flows.lake import Lake
from flows.ledger import Ledger
from flows.months.facts import asked_at, tables
from flows.review import NothingToReview
from flows.site import Site
from transforms.calendar import last_day
from transforms.identity import instead
from transforms.kpis.aggregate import distinct_of
from transforms.kpis.kpi import Sum
from transforms.tables import LEVELS, MEMBER, PART

_PEOPLE: Final = "people.csv"  # what is no export
_SHORT: Final = 12  # characters of a file's sha256, with which its name in the archive begins


def trace_figure(site: Site, kpi_id: str, group: str, month: date, folder: Path | None = None) -> Iterator[Grid]:
    """Tables of a figure: its fact, then for numerator and denominator the files, days and rows behind it.

    With `folder`, the rows are written there, too, each with what it adds: numerator.csv and denominator.csv.

    Raises:
        NothingToReview: the KPI, or the group's fact of that month, is not there.

    """
    kpi = site.kpis.get(kpi_id)
    if kpi is None:
        raise NothingToReview(f"No KPI is called {kpi_id!r}; {instead(kpi_id, site.kpis)}.")
    if kpi.based_on:
        yield from trace_figure(site, kpi.based_on, group, month, folder and folder / f"{month:%Y-%m}")
        if kpi.growth_of:
            before = month.replace(year=month.year - 1)
            yield from trace_figure(site, kpi.growth_of, group, before, folder and folder / f"{before:%Y-%m}")
        return
    lake = Lake(site.lake)
    facts = lake.facts().filter(kpi=kpi_id, group_id=group, month=month)
    if facts.is_empty():
        raise NothingToReview(
            f"{kpi_id} of {group} was not measured in {month:%Y-%m}; see 'kpi review' for the groups."
        )
    yield _grid(f"{kpi_id}, {group}, {month:%Y-%m}", facts.select("level", "numerator", "denominator", "rows"))
    level, placed = facts["level"][0], tables(site, lake, month, last_day(month))
    asked = asked_at(kpi, level)
    with closing(Ledger(site.ledger)) as ledger:
        files = _files(ledger)
    for name, part in (("numerator", asked.numerator), ("denominator", asked.below)):
        if part is not None:
            rows = _rows(placed[part.table].filter(pl.col(level) == group), files)
            yield _grid(f"{name}: {part.sql} of {part.table}", _behind(part, name, rows))
            if folder is not None:
                write_whole(
                    folder / f"{name}.csv",
                    _adding(part, name, rows).write_csv(datetime_format="%Y-%m-%d %H:%M:%S").encode("utf-8-sig"),
                )


def _rows(placed: pl.LazyFrame, files: pl.DataFrame) -> pl.DataFrame:
    """The rows of one group, with where they came from: (file, sha256: String, row: Int64) stand first."""
    rows = placed.collect()
    told = [name for name in rows.columns if name not in {*LEVELS, MEMBER, PART, "file_id", "row_no", "month"}]
    if "file_id" not in rows.columns:
        of_people = pl.lit(_PEOPLE).alias("file"), pl.lit(None, pl.String).alias("sha256")
        return rows.select(*of_people, pl.lit(None, pl.Int64).alias("row"), *told)
    named = rows.join(files, on="file_id", how="left")
    return named.select(
        "file", pl.col("file_id").str.head(_SHORT).alias("sha256"), pl.col("row_no").alias("row"), *told
    )


def _behind(part: Sum, name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """What the rows of each file come to, which they are, and of which days."""
    day = pl.col("business_date") if "business_date" in rows.columns else pl.lit(None, pl.Date)
    return (
        rows.group_by("file", "sha256")
        .agg(
            pl.sql_expr(part.sql).alias(name),
            rows=pl.len(),
            first_row=pl.col("row").min(),
            last_row=pl.col("row").max(),
            first_day=day.min(),
            last_day=day.max(),
        )
        .sort("first_day", "file")
    )


def _adding(part: Sum, name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Each row with what it adds by itself, in the order of the files; without columns that are empty throughout."""
    rows = rows.sort("file", "row")
    counted = distinct_of(part.sql)
    if counted is None:
        alone = rows.with_row_index("_at").group_by("_at", maintain_order=True).agg(pl.sql_expr(part.sql).alias(name))
    else:  # each once, with its first row
        value = pl.sql_expr(counted)
        alone = rows.select((value.is_first_distinct() & value.is_not_null()).cast(pl.Int64).alias(name))
    added = pl.concat([rows, alone.select(name)], how="horizontal")
    filled = [column.name for column in added if column.null_count() < added.height]
    return added.select(_written(added[column]) for column in dict.fromkeys(["file", "row", name, *filled]))


def _written(column: pl.Series) -> pl.Expr:
    """As a spreadsheet program may open it: lists as words, and no formulas."""
    texts = pl.col(column.name).list.join(" ") if column.dtype == pl.List else pl.col(column.name)
    if column.name == "receipt_id":  # counted with the day on which it began
        texts = texts.str.replace(r"#\d+$", "")
    return harmless(texts) if column.dtype in {pl.String, pl.List} else texts


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
    grid = Grid(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name, dtype in frame.schema.items():
        grid.add_column(name, overflow="fold", justify="right" if dtype.is_numeric() else "left")
    for row in frame.rows():
        grid.add_row(*map(_shown, row))
    return grid


def _shown(cell: object) -> str:
    return "" if cell is None else f"{cell.normalize():,f}" if isinstance(cell, Decimal) else str(cell)
