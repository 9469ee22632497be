"""What an unknown export writes once for several lines of a receipt or person, and which of its lines are totals."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from transforms.exports.unknown.seen import SeenColumn

TOTALS: Final = (
    "^(?i)((grand |sub ?)?totals?|tổng( cộng| số)?|cộng|итого|всего|(gesamt)?summe|gesamt|total g[eé]n[eé]ral|jumlah"
    "|合計|総計)( (ngày|of|for|del?|du|vom|am|tanggal))?( *[0-9][0-9/.-]*)?( *:)?$"
)
_MERGED: Final = 0.3  # of the rows lack their person, at least, where cells are merged
_MOSTLY: Final = 0.8
_FEWEST: Final = 3  # lines that go on with a receipt, before it is believed that cells are left empty on them
_HEAD: Final = 3  # columns that are empty together, by which fewer lines are believed


@dataclass(frozen=True, slots=True)
class OnFirstLines:
    """Places of columns that are filled on the first line of a receipt only; perhaps the receipt's own is one.

    `doubts` are sentences on lines of which it is not sure that they go on with the receipt above.
    """

    columns: frozenset[int]
    key: int | None = None
    doubts: Sequence[str] = ()

    @property
    def has_key(self) -> bool:
        """Whether lines that go on with a receipt do not even name it."""
        return self.key in self.columns

    def filled(self, cells: pl.DataFrame) -> pl.DataFrame:
        """The cells of each first line on the lines below it."""
        if self.key is None or not self.columns:
            return cells
        key = pl.col(f"{self.key}").forward_fill() if self.has_key else pl.col(f"{self.key}")
        whole = cells.with_columns(key)
        below = [pl.col(f"{at}").drop_nulls().first().over(f"{self.key}") for at in self.columns if at != self.key]
        return whole.with_columns(below)


def totals_in(cells: pl.DataFrame) -> tuple[int, pl.Series] | None:
    """The column in which totals are named, and which rows they are: less is filled in them than in others."""
    filled = cells.select(pl.sum_horizontal(pl.all().is_not_null())).to_series()
    for at, column in enumerate(cells):
        found = column.str.contains(TOTALS).fill_null(value=False)
        if found.any() and not found.all() and _most(filled.filter(found)) < _median(filled.filter(~found)):
            return at, found
    return None


def _most(counts: pl.Series) -> float:
    return float(counts.to_numpy().max())


def _median(counts: pl.Series) -> float:
    return float(counts.cast(pl.Float64).to_frame("n").select(pl.col("n").median()).item())


def on_first_lines(cells: pl.DataFrame, key: int | None, day: int | None = None) -> OnFirstLines:
    """The columns that are empty on every line that goes on with a receipt; `key` is where the receipt's id stands.

    `day` is where its moment stands: where most lines without an id are of another one than the line above, they are
    of no receipt.
    """
    if key is None:
        return OnFirstLines(frozenset())
    ids = cells[f"{key}"]
    later = ids.is_null() if ids.null_count() else (ids == ids.shift(1)).fill_null(value=False)
    moments = cells[f"{day}"] if day is not None else ids
    elsewhen = moments.filter(ids.is_null() & later & (moments != moments.shift(1)))
    if not later.any() or later[0] or ids.null_count() == ids.len() or elsewhen.len() * 2 > later.sum():
        return OnFirstLines(frozenset())
    columns = frozenset(at for at, column in enumerate(cells) if _is_first_only(column, later))
    lines_go_on = cells.filter(later).select(pl.sum_horizontal(pl.all().is_not_null()) > 1).to_series()
    believed = later.sum() >= _FEWEST or (len(columns) >= _HEAD and _are_whole(cells, later, columns))
    if not believed or not lines_go_on.all():
        return OnFirstLines(frozenset(), key)
    return OnFirstLines(columns, key, _of_other_moments(elsewhen))


def _of_other_moments(moments: pl.Series) -> list[str]:
    said = (
        f"{moments.len()} lines without an id are of another moment than the line above them (the first of "
        f"{next(iter(moments), '')}) and count for its receipt: write their own id beside those that are not of it."
    )
    return [said] if moments.len() else []


def _are_whole(cells: pl.DataFrame, later: pl.Series, columns: Container[int]) -> bool:
    """Whether lines that go on lack nothing else that first lines always have, as the sums of a footer would."""
    others = cells.select(
        cell for at, cell in enumerate(cells) if at not in columns and not cell.filter(~later).null_count()
    )
    return not any(column.null_count() for column in others.filter(later))


def _is_first_only(column: pl.Series, later: pl.Series) -> bool:
    there = column.is_not_null()
    return not (there & later).any() and float((there & ~later).sum()) >= _MOSTLY * float((~later).sum())


def repeats(values: pl.Series, receipts: pl.Series, prices: pl.Series, *, least: int) -> bool:
    """Whether an amount other than 0 stands alike on all lines of receipts whose lines differ in their prices.

    There must be at `least` so many of these.
    """
    lines = pl.DataFrame({"receipt": receipts, "value": values, "price": prices})
    found = lines.group_by("receipt").agg(
        pl.len(),
        first=pl.col("value").first(),
        alike=pl.col("value").n_unique() == 1,
        differ=pl.col("price").n_unique() > 1,
    )
    several = found.filter((pl.col("len") > 1) & (pl.col("first") != 0) & pl.col("differ"))
    return several.height >= least and bool(several["alike"].all())


def one_each(values: pl.Series, receipts: pl.Series) -> bool:
    """Whether receipts have several lines, all with the same amount."""
    lines = pl.DataFrame({"receipt": receipts, "value": values})
    several = lines.group_by("receipt").agg(pl.len(), values=pl.col("value").n_unique()).filter(pl.col("len") > 1)
    return several.height > 0 and bool((several["values"] == 1).all())


def filled_down(taken: Mapping[str, int], seen: Sequence[SeenColumn], cells: pl.DataFrame) -> list[str]:
    """Headers of columns that stand on the first of a person's or day's rows only, as merged cells do."""
    firsts = (taken[name] for name in ("employee_id", "business_date", "punched_date") if name in taken)
    merged = (at for at in firsts if seen[at].empty_share >= _MERGED and cells[f"{at}"][0] is not None)
    if (at := next(merged, None)) is None:
        return []
    gaps = cells[f"{at}"].is_null()
    if "direction" in taken and (cells[f"{taken['direction']}"].is_null() == gaps).all():
        return []  # a log of doors has events that are nobody's
    beside = [place for name, place in taken.items() if name in {"employee_id", "store_id"} or place == at]
    alike = [place for place in beside if (cells[f"{place}"].is_null() == gaps).all()]
    return [seen[place].header for place in alike]
