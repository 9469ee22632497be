"""An export of sales too large to be read at once -> where to cut it into portions, each of which is read by itself.

A portion begins with what stands above the first row, and no receipt is in two of them. What is worked out of an export
as a whole (its own totals, ids carried down, an order of day and month that only some rows prove) would come out
otherwise in portions: such an export is not cut. An edited receipt is one with those that it replaces.
"""

import io
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from transforms.exports.layout import Layout, recognise
from transforms.exports.parts import Part
from transforms.exports.profile import Profiles
from transforms.exports.records import no_rows, trimmed
from transforms.exports.sheet import typed
from transforms.exports.text import decoded
from transforms.problem import BadExport

_KEYS: Final = ("store_id", "receipt_id")


@dataclass(frozen=True, slots=True)
class Portion:
    """The first `size` bytes of some lines, which hold `receipts` (UInt64, each once) whole."""

    size: int
    receipts: pl.Series


@dataclass(frozen=True, slots=True)
class Cutting:
    """How one export is cut: every portion begins with its `preamble`, the bytes down to the header."""

    preamble: bytes
    _layout: Layout

    def portion(self, lines: bytes, *, last: bool) -> Portion | None:
        """The beginning of `lines` that ends with a receipt, or all of it where nothing follows; None: do not cut."""
        cells = self._cells(lines)
        runs = None if cells is None else self._runs(cells)
        if cells is None or runs is None or not self._days_are_proven(cells):
            return None
        begin = cells.height if last else _begin_of_last(runs)
        size = len(lines) if last else _end_of_line(lines, cells.height - begin)
        named = runs.filter(pl.col("receipt_id").is_not_null() & (pl.col("line") < begin))
        return Portion(size, named["receipt"].unique()) if begin else None

    def _cells(self, lines: bytes) -> pl.DataFrame | None:
        """The cells of `lines` as they stand, one row each; None if some line may not be a record."""
        quoted = b'"' in lines
        names = [f"column_{number}" for number in range(1, len(self._layout.header.cells) + 1)]
        scan = pl.scan_csv(
            io.BytesIO(lines),
            has_header=False,
            separator=self._layout.header.delimiter,
            quote_char='"' if quoted else None,
            schema=dict.fromkeys(names, pl.String()),
            encoding="utf8-lossy",
            truncate_ragged_lines=True,
        )
        try:
            cells = scan.select(**{name: names[at] for name, at in self._layout.positions.items()}).collect()
        except pl.exceptions.PolarsError:
            return None
        # Without quotation marks every line is a record, a blank one too, and counting them takes its time.
        return None if quoted and cells.height != lines.count(b"\n") + (not lines.endswith(b"\n")) else cells

    def _runs(self, cells: pl.DataFrame) -> pl.DataFrame | None:
        """Where in lines that follow each other a receipt begins: its `line`, cells and number; None: there is no row.

        Mostly a receipt begins every few lines, and what is costly is asked there only.
        """
        told = [name for name in cells.columns if name not in self._of_days]
        begins = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in told)
        found = cells.select(told).with_row_index("line").filter(begins | (pl.col("line") == 0))
        markers = ("", *self._layout.profile.empty)
        runs = found.with_columns(trimmed(found[name], markers) for name in told)
        vain = no_rows(self._layout)
        if vain and runs.select(pl.any_horizontal(vain).any()).item():
            return None
        keys = [self._bare(name) for name in _KEYS if name in told]
        return runs.with_columns(receipt=pl.struct(keys).hash())

    def _bare(self, name: str) -> pl.Expr:
        """An id without what stands before it, and a receipt's without what an edited one has after it."""
        profile, cell = self._layout.profile, pl.col(name)
        prefix = profile.columns[name].drop_prefix
        cell = cell.str.strip_prefix(prefix) if prefix else cell
        return cell.str.replace(profile.revision, "") if profile.revision and name == "receipt_id" else cell

    def _days_are_proven(self, cells: pl.DataFrame) -> bool:
        """Whether these lines alone prove how days are written, where day and month could be exchanged."""
        if not self._of_days:
            return True
        layout = replace(self._layout, positions={name: self._layout.positions[name] for name in self._of_days})
        days = cells.select(trimmed(cells[name], ("", *layout.profile.empty)) for name in self._of_days)
        try:
            typed(days.with_row_index("row_no"), layout)
        except BadExport:
            return False
        return True

    @property
    def _of_days(self) -> Collection[str]:
        return [name for name in self._layout.positions if self._layout.profile.leaves_order_open(name)]


def cutting(head: bytes, name: str, profiles: Profiles) -> Cutting | None:
    """How to cut the export of sales that begins with the whole lines `head`; None where it is to be read whole."""
    if b"\0" in head:  # of UTF-16, say, whose lines end otherwise
        return None
    ours = [profile for profile in profiles.values() if profile.table == "sales"]
    fallbacks = {profile.fallback_encoding for profile in ours if profile.fallback_encoding}
    try:
        layout = recognise(decoded(Part(name, head), fallbacks), name, ours, ())
    except BadExport:
        return None
    if not _may_be_cut(layout):
        return None
    profile = layout.profile
    needed = {*_KEYS, *profile.ignore, *profile.ignore_without}
    positions = {name: at for name, at in layout.positions.items() if name in needed or profile.leaves_order_open(name)}
    below = layout.text.utf8.count(b"\n", layout.header.end)
    return Cutting(head[: _end_of_line(head, below)], replace(layout, positions=positions))


def _may_be_cut(layout: Layout) -> bool:
    profile = layout.profile
    of_the_whole = any("FIRST(" in sql for sql in profile.derive.values())
    by_rows = layout.unfolded is None and profile.fill_down is None and not of_the_whole
    return by_rows and profile.receipt_scope == "store" and "receipt_id" in layout.positions


def _begin_of_last(runs: pl.DataFrame) -> int:
    """How many lines stand before those of the last receipt."""
    others = (runs["receipt"] != runs["receipt"][-1]).arg_true()
    return int(runs["line"][others[-1] + 1]) if len(others) else 0


def _end_of_line(lines: bytes, left: int) -> int:
    """Where the lines end if the last `left` ones, each with its line end, are left out."""
    end = len(lines)
    for _ in range(left):
        end = lines.rfind(b"\n", 0, end - 1) + 1
    return end
