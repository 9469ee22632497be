"""Which of several conventions of writing numbers an export follows: all of its number cells together must prove it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

import polars as pl

from transforms.exports.distinct import as_texts, looked_at_once
from transforms.exports.numbers import Marks, read_numbers, read_percents
from transforms.problem import BadExport

_UNMARKED: Final = "^-?[0-9]+$"
_MARK: Final = r"[0-9][.,'\s][0-9]"


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """The cells of one column (String), how they are read, and whether they testify how the others are written.

    Quantities and percents do not: a weight of 0.25 shows nothing about money, while money shows what 1.250 kg are.
    """

    header: str
    cells: pl.Series
    decimals: int
    percent: bool
    testifies: bool

    def read(self, cells: pl.Series, marks: Marks) -> pl.Series:
        """Text -> Decimal(18, 4), null where a cell is no number by `marks`."""
        return read_percents(cells, marks) if self.percent else read_numbers(cells, marks, self.decimals)


@dataclass(frozen=True, slots=True)
class _Dispute:
    """Cells that only the one convention reads, that only the other does, and to which they give two values."""

    proofs: pl.DataFrame
    against: pl.DataFrame
    doubtful: pl.DataFrame

    @property
    def is_a_mix(self) -> bool:
        # Where no cell has two values, one that only the other convention reads is rejected like any damaged one.
        return bool(self.against.height) and (bool(self.doubtful.height) or _times(self.against) >= _times(self.proofs))

    @property
    def is_open(self) -> bool:
        # 12.50 may be 12.500 less a digit, so it must outnumber what it decides; 1.234.567 or 1.234,5 is no accident.
        decided = self.proofs["unmistakable"].any() or _times(self.proofs) > _times(self.doubtful)
        return bool(self.doubtful.height) and not decided


def proven(columns: Sequence[NumberColumn], conventions: Sequence[Marks], name: str) -> Marks:
    """The one of `conventions` that the cells of `columns` prove; the first one if all of them read every cell alike.

    Columns that do not testify are heard only if the others have nothing to say. Raises BadExport, beginning with the
    `name` of the file, if cells have two values and nothing shows which, or if the file mixes conventions.
    """
    # Cells without any mark are what most columns hold; looking is cheaper than counting.
    marked = [column for column in columns if not looked_at_once(column.cells).str.contains(_UNMARKED).all()]
    if len(conventions) == 1 or not marked:
        return conventions[0]
    disputed = pl.concat(_disputed(column, conventions) for column in marked)
    testimony = disputed.filter("testifies")
    witnesses = testimony if testimony.height else disputed
    readings = [f"{number}" for number in range(len(conventions))]
    best = max(readings, key=lambda reading: _times(witnesses.filter(pl.col(reading).is_not_null())))
    for rival in readings:
        _refuse(_dispute(witnesses, disputed, best, rival), best, rival, name)
    return conventions[int(best)]


def _disputed(column: NumberColumn, conventions: Sequence[Marks]) -> pl.DataFrame:
    """Distinct cells that not all conventions read alike: header, cell, times, testifies, unmistakable, 0, 1, ..."""
    counts = as_texts(column.cells.drop_nulls().alias("cell").value_counts(name="times"))
    marked = counts.filter(~pl.col("cell").str.contains(_UNMARKED)).sort("cell")
    readings = {f"{number}": column.read(marked["cell"], marks) for number, marks in enumerate(conventions)}
    return marked.select(
        pl.lit(column.header).alias("header"),
        "cell",
        "times",
        pl.lit(column.testifies).alias("testifies"),
        (pl.col("cell").str.count_matches(_MARK) > 1).alias("unmistakable"),
        **readings,
    ).filter(pl.any_horizontal(pl.col(one).ne_missing(pl.col(other)) for one, other in pairwise(readings)))


def _dispute(witnesses: pl.DataFrame, disputed: pl.DataFrame, best: str, rival: str) -> _Dispute:
    one, other = pl.col(best), pl.col(rival)
    return _Dispute(
        proofs=witnesses.filter(one.is_not_null() & other.is_null()),
        against=witnesses.filter(one.is_null() & other.is_not_null()),
        doubtful=disputed.filter(one != other),
    )


def _refuse(dispute: _Dispute, best: str, rival: str, name: str) -> None:
    if dispute.is_a_mix:
        one, other = (
            pl.concat([dispute.proofs, dispute.doubtful]).row(0, named=True),
            dispute.against.row(0, named=True),
        )
        raise BadExport(
            f'{name} mixes two ways of writing numbers: {one["cell"]!r} in the column "{one["header"]}" and '
            f'{other["cell"]!r} in "{other["header"]}"; export it again with one number format.'
        )
    if dispute.is_open:
        cell = dispute.doubtful.row(0, named=True)
        raise BadExport(
            f'{name}: the column "{cell["header"]}" does not show whether {cell["cell"]!r} means {_plain(cell[best])} '
            f"or {_plain(cell[rival])}; export numbers without marks between thousands, or name decimal and group in "
            f"the profile's formats."
        )


def _times(cells: pl.DataFrame) -> int:
    return int(cells["times"].sum())


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
