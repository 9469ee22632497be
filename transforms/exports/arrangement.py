"""How an export that is not a plain table is laid out, as its profile declares it in the table `layout`."""

import re
from collections.abc import Mapping
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Arrangement(BaseModel):
    """What must be done to a sheet before its columns can be found by name. All patterns are regular expressions.

    A file without a header has one of several `shapes`, each the names of a line's cells, with a `delimiter` between
    them; `patterns` say what the cells of these names look like. `stray_blanks`: blank cells of the header are no
    columns, the lines lack them.

    All other keys belong to sheets drawn for people. `lower_row`: the header has two rows, a column is named by both
    ("Ngày 1" over "Vào" is "Ngày 1 Vào"), and "#2" stands for a lower name that is missing. `blocks` are columns whose
    value stands once above each table: its pattern, with one group for the value, is looked for in the row's cells
    joined by blanks; `blocks_within` a table, it stands in rows of their own above each one's. `fill_down` are columns
    which are filled on the first of several rows only. `repeated` are columns that are there several times, found by
    the pattern of their names; what its group holds is the same for cells that make one row, and goes into the column
    `key`. `stacked`: such a cell holds several values, a row each; or ins and outs such as 08:00-17:00, which go into
    the two columns of `pair`; `codes` are cells -> what is read for them, S -> 08:00-17:00. `sides`: ins stand on one
    line and outs on the next, each known by the pattern of a cell in it; what stands under `repeated` goes into columns
    of their names, that of ins first. `day` is a column of days that may lack month and year; they are in the `period`,
    which stands in a row above the table, written in one of these formats of %d, %m, %B and %Y. `besides` are columns
    of times that are no punches, and `not_rows` is what the first cell of totals, signatures and the like looks like.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    shapes: tuple[tuple[str, ...], ...] = ()
    delimiter: Literal["\t", ";", "|", ",", " "] = "\t"
    patterns: Mapping[str, str] = Field(default_factory=dict)
    stray_blanks: bool = False
    lower_row: bool = False
    blocks: Mapping[str, str] = Field(default_factory=dict)
    blocks_within: bool = False
    fill_down: tuple[str, ...] = ()
    repeated: Mapping[str, str] = Field(default_factory=dict)
    key: str = ""
    stacked: bool = False
    pair: tuple[str, str] | None = None
    codes: Mapping[str, str] = Field(default_factory=dict)
    sides: Mapping[str, str] = Field(default_factory=dict)
    day: str = ""
    period: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    not_rows: str = "^$"

    @property
    def unfolds(self) -> bool:
        """Whether the sheet must be taken apart into cells."""
        return not self.shapes and not self.stray_blanks

    @property
    def lines(self) -> tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]:
        """Each of the shapes, and what a whole line of it looks like."""
        between = re.escape(self.delimiter)
        return tuple((names, re.compile(between.join(self.patterns[name] for name in names))) for names in self.shapes)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        unknown = [name for names in self.shapes for name in names if name not in self.patterns]
        if unknown:
            raise ValueError(f"shapes name {unknown[0]!r}, which patterns must describe")
        for pattern in (*self.patterns.values(), *self.sides.values(), self.not_rows):
            compiled(pattern)
        for name, pattern in (*self.blocks.items(), *self.repeated.items()):
            if compiled(pattern).groups != 1:
                raise ValueError(f"the pattern {pattern!r} of {name} must have exactly one group, for what is read")
        return self


def compiled(pattern: str) -> re.Pattern[str]:
    """A regular expression of Python's. Raises ValueError where it is none."""
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
