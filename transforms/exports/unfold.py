"""A sheet drawn for people -> one plain table: blocks, filled-down cells, days and pairs side by side."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from transforms.exports.arrangement import Arrangement
from transforms.exports.grid import MARKS, TIME, Grid, column_names, numbered
from transforms.exports.period import Period, as_days, completed, period_in
from transforms.exports.sides import with_sides
from transforms.exports.stacked import ends_of, pairs_in, punches_in
from transforms.problem import BadExport

_SOME: Final = 3  # cells: of fewer, each may well lack its other punches


@dataclass(frozen=True, slots=True)
class Unfolded:
    """A plain table made of a sheet.

    `lines` has row_no (Int64), original (String) and flaw (String, null) of each row of the sheet that is in it;
    `cells` has row_no and a String column for each name. One row of the sheet may be several rows here.
    """

    lines: pl.DataFrame
    cells: pl.DataFrame

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(name for name in self.cells.columns if name != "row_no")


@dataclass(frozen=True)
class Unfolding:
    """How one sheet becomes a table.

    `header_rows` are the rows of its headers, one above each table or page; `wanted` are the names (comparable) of
    columns that are read, `name` is the file's and `profile` the profile's.
    """

    grid: Grid
    arrangement: Arrangement
    header_rows: Sequence[int]
    wanted: Sequence[str]
    name: str
    profile: str

    def table(self) -> Unfolded:
        """The table.

        Raises BadExport, in one sentence, where a column or row holds times that would be lost, where a header
        contradicts itself, and where days do not fit the period.
        """
        self._refuse_unclear_headers()
        self._refuse_lost_times()
        rows = self._rows()
        if self.arrangement.day in rows.columns:
            days = completed(rows[self.arrangement.day].str.strip_chars(MARKS), self._period, f"{self.name}: the sheet")
            rows = rows.with_columns(days.alias(self.arrangement.day))
        kept = pl.col("row_no").is_in(rows["row_no"].implode())
        lines = self.grid.lines.filter(kept).select("row_no", "original", flaw=pl.lit(None, pl.String))
        return Unfolded(lines, rows)

    # -- rows of the sheet

    @cached_property
    def _lower_rows(self) -> Sequence[int]:
        """The row below each header that goes on with it."""
        below = self.grid.rows.select("row_no", "text", above=pl.col("row_no").shift(1))
        words = pl.col("above").is_in(list(self.header_rows)) & ~pl.col("text").str.contains("[0-9]")
        return below.filter(words)["row_no"].to_list() if self.arrangement.lower_row else []

    @cached_property
    def _marked_rows(self) -> pl.DataFrame:
        """Rows with what they are: table (the header they stand below, null above the first), what blocks say, role."""
        row_no, arrangement = pl.col("row_no"), self.arrangement
        headers = row_no.is_in(list(self.header_rows))
        rows = self.grid.rows.with_columns(
            table=pl.when(headers).then(row_no).forward_fill(),
            is_header=headers | row_no.is_in(list(self._lower_rows)),
            is_none=pl.col("first").str.contains(arrangement.not_rows),
            **{f"block {name}": pl.col("text").str.extract(pattern, 1) for name, pattern in arrangement.blocks.items()},
        )
        told = [pl.col(f"block {name}").is_not_null() for name in arrangement.blocks]
        heading = pl.any_horizontal(pl.lit(value=False), *told)
        heading = heading if arrangement.blocks_within else heading.cum_max().over("table")
        return rows.with_columns(
            is_row=~pl.col("is_header") & ~pl.col("is_none") & ~heading & pl.col("table").is_not_null()
        )

    @cached_property
    def _columns(self) -> pl.DataFrame:
        """Every column of every table: table, column, name, comparable, and part and key where it is a repeated one."""
        cells = dict(self.grid.lines.select("row_no", "cells").rows())
        width = max(map(len, cells.values()))
        lower = {max(row for row in self.header_rows if row < below): cells[below] for below in self._lower_rows}
        names = {row: column_names(_padded(cells[row], width), lower.get(row, [])) for row in self.header_rows}
        names = {row: numbered(some, self.arrangement.repeated.values()) for row, some in names.items()}
        columns = pl.DataFrame(
            {"table": list(names), "name": list(names.values())}, schema={"table": pl.Int64, "name": pl.List(pl.String)}
        )
        columns = columns.with_columns(column=pl.int_ranges(pl.col("name").list.len(), dtype=pl.UInt32))
        name, repeated = pl.col("name"), self.arrangement.repeated
        return columns.explode("column", "name").with_columns(
            comparable=comparable_text(name),
            part=_first_of(repeated, lambda part, pattern: pl.when(name.str.contains(pattern)).then(pl.lit(part))),
            key=_first_of(repeated, lambda _, pattern: name.str.extract(pattern, 1)),
        )

    @cached_property
    def _body(self) -> pl.DataFrame:
        """The cells of rows that count: row_no, column, cell, text, table and what _columns says of their columns."""
        rows = self._marked_rows.filter("is_row").select("row_no", "table")
        cells = self.grid.cells.join(rows, on="row_no", maintain_order="left")
        cells = cells.join(self._columns, on=["table", "column"], how="left", maintain_order="left")
        return with_sides(cells, self.arrangement.sides, self.wanted, self.name)

    # -- rows of the table

    def _rows(self) -> pl.DataFrame:
        fixed = self._fixed()
        if not self.arrangement.repeated:
            return fixed
        return self._repeated().join(fixed, on="row_no", how="left", maintain_order="left")

    def _fixed(self) -> pl.DataFrame:
        """What stands once in a row or above its table; one row for each row of the sheet."""
        # Names as the first header that has them spells them.
        spelt = self._columns.filter(self._is_wanted).unique("comparable", keep="first", maintain_order=True)
        cells = {
            name: pl.col("cell").filter(pl.col("comparable") == comparable).first()
            for name, comparable in spelt.select("name", "comparable").rows()
        }
        wide = self._body.group_by("row_no", "table", maintain_order=True).agg(**cells)
        return self._with_blocks(self._filled_down(wide)).drop("table")

    @property
    def _is_wanted(self) -> pl.Expr:
        return pl.col("part").is_null() & pl.col("comparable").is_in([*self.wanted, *self._filled])

    @property
    def _filled(self) -> Sequence[str]:
        return [name.casefold() for name in self.arrangement.fill_down]

    def _filled_down(self, wide: pl.DataFrame) -> pl.DataFrame:
        # A row that says anything about its person says all: of two that differ in a damaged cell none is the other's.
        names = [name for name in wide.columns if name.casefold() in self._filled]
        if not names:
            return wide
        says = pl.any_horizontal(pl.col(name).is_not_null() for name in names)
        person = says.cum_sum().alias("person")
        return wide.with_columns(pl.col(name).first().over(person) for name in names)

    def _with_blocks(self, wide: pl.DataFrame) -> pl.DataFrame:
        for name in self.arrangement.blocks:
            above = self._marked_rows.filter(pl.col(f"block {name}").is_not_null())
            told = above.select("table", pl.col("row_no").alias("told"), pl.col(f"block {name}").alias(name))
            if self.arrangement.blocks_within:
                within = wide.join_asof(told, left_on="row_no", right_on="told", by="table", check_sortedness=False)
                wide = within.drop("told")
                continue
            # What stands between the table before and this one; strictly, so that no table inherits it.
            headers = pl.DataFrame({"table": self.header_rows}).sort("table")
            near = headers.with_columns(before=pl.col("table").shift(1).fill_null(0)).join_asof(
                told.drop("table"), left_on="table", right_on="told"
            )
            own = pl.when(pl.col("told") > pl.col("before")).then(name).alias(name)
            wide = wide.join(near.select("table", own), on="table", how="left", maintain_order="left")
        return wide

    def _repeated(self) -> pl.DataFrame:
        """One row for each key of a row, or for each of the values stacked in a cell."""
        cells, pair = self._body.filter(pl.col("part").is_not_null()), self.arrangement.pair
        if self.arrangement.codes:
            spelt = pl.col("text").replace_strict(dict(self.arrangement.codes), default=pl.col("cell"))
            cells = cells.with_columns(cell=spelt)
        values = pairs_in(pl.col("cell")) if pair else punches_in(pl.col("cell"))
        cells = cells.with_columns(value=values if self.arrangement.stacked or pair else pl.concat_list("cell"))
        self._refuse_lone_times(cells)
        cells = cells.with_columns(place=pl.int_ranges(pl.col("value").list.len())).explode("value", "place")
        parts = {part: pl.col("value").filter(pl.col("part") == part).first() for part in self.arrangement.repeated}
        parts = dict(zip(pair, ends_of(pl.col("value").first()), strict=True)) if pair else parts
        sides = {side: pl.col("value").filter(pl.col("side") == side).first() for side in self.arrangement.sides}
        rows = cells.group_by("row_no", "key", "place", maintain_order=True).agg(**(sides or parts))
        key = self.arrangement.key
        return rows.drop("place").rename({"key": key}) if key else rows.drop("place", "key")

    # -- refusals

    @cached_property
    def _period(self) -> Period | None:
        return period_in(self.grid.rows["text"], self.arrangement.period, self.name)

    def _refuse_unclear_headers(self) -> None:
        columns = self._columns
        twice = columns.filter(self._is_wanted & pl.struct("table", "comparable").is_duplicated())
        twice = pl.concat(
            [twice, columns.filter(pl.col("part").is_not_null() & pl.struct("table", "key", "part").is_duplicated())]
        )
        if twice.height:
            raise BadExport(
                f"{self.name} has the column {twice['name'][0]} several times in its header in row "
                f"{twice['table'][0]}, so the profile {self.profile} cannot tell which one counts; rename or remove "
                f"the others."
            )
        self._refuse_halves()
        if self.arrangement.key and self.arrangement.key == self.arrangement.day:
            self._refuse_gaps()

    def _refuse_halves(self) -> None:
        keys = self._columns.filter(pl.col("part").is_not_null()).group_by("table", "key", maintain_order=True)
        halves = keys.agg(pl.col("name"), pl.col("part").n_unique().alias("parts")).filter(
            pl.col("parts") < len(self.arrangement.repeated)
        )
        if halves.height:
            raise BadExport(
                f"{self.name}: the header in row {halves['table'][0]} has {halves['name'][0][0]!r} but not all of "
                f"{', '.join(self.arrangement.repeated)} for it; export the sheet again or correct its header."
            )

    def _refuse_gaps(self) -> None:
        keys = self._columns.filter(pl.col("part").is_not_null()).unique(["table", "key"], maintain_order=True)
        days = keys.with_columns(day=as_days(keys["key"], self._period)).filter(pl.col("day").is_not_null())
        first = pl.lit(self._period.first) if self._period else pl.col("day").first().over("table")
        place = pl.int_range(pl.len()).over("table")
        astray = days.filter(pl.col("day") != first.dt.offset_by(pl.format("{}d", place)))
        if astray.height:
            raise BadExport(
                f"{self.name}: the day {astray['name'][0]!r} in the header of row {astray['table'][0]} does not follow "
                f"the days before it{f' from the first of {self._period}' if self._period else ''}; correct the header."
            )

    def _refuse_lost_times(self) -> None:
        times = self._body.filter(pl.col("text").str.contains(TIME))
        unknown = times.filter(
            pl.col("part").is_null()
            & ~pl.col("comparable").is_in([*self.wanted, *map(str.casefold, self.arrangement.besides)])
        )
        if unknown.height:
            name, row, text = unknown.select("name", "row_no", "text").row(0)
            raise BadExport(
                f"{self.name}: the column {name!r} holds {text!r} in row {row}, but the profile {self.profile} knows "
                f"no such column of times; correct its header, or name it in the profile's layout.besides."
            )
        self._refuse_lost_rows()

    def _refuse_lone_times(self, cells: pl.DataFrame) -> None:
        """One time a cell throughout may as well be how long somebody worked."""
        times = cells.filter(pl.col("text").str.contains(TIME))
        if self.arrangement.stacked and cells.height >= _SOME and times.is_empty():
            row, text = cells.select("row_no", "text").row(0)
            raise BadExport(
                f"{self.name} holds no times under its days, but cells such as {text!r} in row {row}: by marks of who "
                f"was there nobody's hours can be told; for hours, `kpi profile FILE` proposes a profile."
            )
        if self.arrangement.stacked and times.height >= _SOME and (times["value"].list.len() == 1).all():
            row, text = times.select("row_no", "text").row(0)
            raise BadExport(
                f"{self.name} has no day with two punches; {text!r} in row {row} may be a time of day or hours worked. "
                f"Export ins and outs, or one line a person's day with its hours under worked_hours; where a line "
                f"of ins stands above one of outs, `kpi profile FILE` proposes a profile."
            )

    def _refuse_lost_rows(self) -> None:
        """A row of times above its table's header: that header, or the one before it, was not recognised."""
        of_times = self._columns.filter(pl.col("part").is_not_null() | self._is_wanted)["column"].unique()
        kept_out = self._marked_rows.filter(~pl.any_horizontal("is_row", "is_header", "is_none"))
        cells = self.grid.cells.join(kept_out.select("row_no"), on="row_no", how="semi")
        lost = cells.filter(pl.col("column").is_in(of_times.implode()) & pl.col("text").str.contains(TIME))
        if lost.height:
            raise BadExport(
                f"{self.name}: row {lost['row_no'][0]} holds the time {lost['text'][0]!r} but stands below no header "
                f"that the profile {self.profile} knows; correct the header above it."
            )


def header_rows(grid: Grid, recognised_by: Sequence[Sequence[str]]) -> Sequence[int]:
    """The rows that have a name of each of `recognised_by` (comparable)."""
    named = grid.cells.select("row_no", name=comparable_text(pl.col("text")))
    has = [pl.col("name").is_in(list(any_of)).any().alias(f"{number}") for number, any_of in enumerate(recognised_by)]
    rows = named.group_by("row_no", maintain_order=True).agg(has)
    found: Sequence[int] = rows.filter(pl.all_horizontal(pl.exclude("row_no")))["row_no"].to_list()
    return found


def comparable_text(text: pl.Expr) -> pl.Expr:
    """Names as they are compared."""
    return text.str.replace_all("(*)", "", literal=True).str.strip_chars().str.to_lowercase()


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def _first_of(repeated: Mapping[str, str], found: Callable[[str, str], pl.Expr]) -> pl.Expr:
    return pl.coalesce(pl.lit(None, pl.String), *(found(part, pattern) for part, pattern in repeated.items()))
