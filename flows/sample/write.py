"""Write the files of a sample: month by month and a few stores at a time, so that memory stays bounded."""

import csv
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta, timezone
from itertools import groupby
from pathlib import Path
from typing import IO, Final

import polars as pl

from flows.sample import english, stories, vietnamese
from flows.sample.attendance import shifts
from flows.sample.chain import Store, stores
from flows.sample.dirt import BadRow, Fault, amount_of, faults_of, faulty_line
from flows.sample.exports import Delivery, Export
from flows.sample.ratings import ratings
from flows.sample.sales import sales
from flows.sample.scale import Language, Scale

BATCH: Final = 25  # stores whose rows of one month are in memory at a time
_TWINS: Final[Mapping[Language, Mapping[str, Callable[[pl.DataFrame, Scale], pl.DataFrame]]]] = {
    "vi": {
        "sales": vietnamese.sales,
        "clockings": vietnamese.clock,
        "roster": vietnamese.roster,
        "ratings": vietnamese.ratings,
    },
    "en": {"sales": english.sales, "clockings": english.clock, "roster": english.roster, "ratings": english.ratings},
}
_ZONE: Final = timezone(timedelta(hours=7))  # Vietnam knows no summer time
_BOM: Final = "\ufeff"
_TWICE, _MISTAKEN_RECEIPTS = 2, 5


@dataclass(slots=True)
class Written:
    """One file as it was written: its sound rows, their net amount in the smallest unit, and its faulty rows."""

    export: Export
    path: Path
    rows: int = 0
    amount: int = 0
    changed_rows: int = 0  # that differ from what was first delivered
    changed_amount: int = 0
    bad: list[BadRow] = field(default_factory=list)
    sound: Mapping[str, str | None] | None = None  # its first row


def write(exports: Iterable[Export], scale: Scale, language: Language, folder: Path) -> list[Written]:
    """Write the files below `folder`; those without a row are left out."""
    ordered = sorted(exports, key=lambda e: (e.month, e.exported_at, e.name))
    written = [
        file
        for month, own in groupby(ordered, key=lambda e: e.month)
        for file in _write_month(list(own), month, scale, language, folder)
    ]
    return sorted(written, key=lambda w: (w.export.exported_at, w.export.name))


def batches(scale: Scale) -> Iterator[tuple[Store, ...]]:
    """The stores, a few at a time."""
    everyone = stores(scale)
    yield from (everyone[at : at + BATCH] for at in range(0, len(everyone), BATCH))


def sold(scale: Scale, language: Language, month: date, batch: Sequence[Store]) -> pl.DataFrame:
    """The sales of some stores in one month, as `flows.sample.sales.sales` gives them."""
    return pl.concat([sales(scale, language, store, month) for store in batch])


def _write_month(
    exports: Sequence[Export], month: date, scale: Scale, language: Language, folder: Path
) -> list[Written]:
    files = [Written(export, folder / export.path) for export in exports]
    for file in files:
        file.path.parent.mkdir(parents=True, exist_ok=True)
        file.path.unlink(missing_ok=True)
    for batch in batches(scale):
        rows = _Rows(scale, language, month, batch)
        for file in files:
            rows.append_to(file)
    kept = [file for file in files if file.rows]
    for file in kept:
        _spoil(file, scale, language)
        at = file.export.exported_at.replace(tzinfo=_ZONE).timestamp()
        os.utime(file.path, (at, at))
    return kept


@dataclass(slots=True)
class _Rows:
    """The rows of some stores in one month, made when a file first asks for them."""

    scale: Scale
    language: Language
    month: date
    batch: Sequence[Store]
    _made: dict[str, pl.DataFrame] = field(default_factory=dict)

    def append_to(self, file: Written) -> None:
        """Append what belongs into the file, and count it."""
        rows = self._of(file.export)
        if not rows.height:
            return
        text = self._text(file.export.table, rows)
        _append(file, text, self.language)
        file.rows += text.height
        if file.export.table == "sales":
            self._count(file, rows)

    def _count(self, file: Written, rows: pl.DataFrame) -> None:
        listed = rows if self.language == "vi" else rows.filter(pl.col("kind") != "void")
        file.amount += int(listed["net_amount"].sum())
        if file.export.delivery is Delivery.CORRECTED:
            changed = listed.filter(_mistaken(listed, self.scale))
            file.changed_rows += changed.height
            file.changed_amount += int(changed["net_amount"].sum())

    def _of(self, export: Export) -> pl.DataFrame:
        rows = self._table("shifts" if export.table in {"clockings", "roster"} else export.table)
        if export.table == "ratings":
            return rows
        own = rows.filter(pl.col("business_date").is_between(export.first, export.last))
        if export.table == "clockings":
            return own.filter("worked", ~_lost(self.scale))
        if export.table == "sales" and export.nightly and export.delivery is Delivery.FIRST:
            return _rung_up_twice(own, self.scale)
        return own

    def _table(self, name: str) -> pl.DataFrame:
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def _make(self, name: str) -> pl.DataFrame:
        if name == "sales":
            return sold(self.scale, self.language, self.month, self.batch)
        make: Callable[[Scale, Store, date], pl.DataFrame] = shifts if name == "shifts" else ratings
        return pl.concat([make(self.scale, store, self.month) for store in self.batch])

    def _text(self, table: str, rows: pl.DataFrame) -> pl.DataFrame:
        return _TWINS[self.language][table](rows, self.scale)


def _lost(scale: Scale) -> pl.Expr:
    first, last = stories.attendance_gap(scale)
    return (pl.col("store") == stories.GAP_STORE) & pl.col("business_date").is_between(first, last)


def _mistaken(lines: pl.DataFrame, scale: Scale) -> pl.Expr:
    """The lines of the receipts that are corrected a day later."""
    told = (pl.col("store") == stories.CORRECTED_STORE) & (pl.col("business_date") == stories.corrected_day(scale))
    receipts = lines.filter(told, pl.col("kind") == "sale")["receipt"].unique().sort().tail(_MISTAKEN_RECEIPTS)
    return told & pl.col("receipt").is_in(receipts.implode())


def _rung_up_twice(lines: pl.DataFrame, scale: Scale) -> pl.DataFrame:
    times = pl.when(_mistaken(lines, scale)).then(_TWICE).otherwise(1)
    amounts = ("quantity", "gross_amount", "discount_amount", "net_amount")
    return lines.with_columns(pl.col(name) * times for name in amounts)


def _append(file: Written, text: pl.DataFrame, language: Language) -> None:
    first = file.sound is None
    with file.path.open("ab") as target:
        if first:
            file.sound = text.row(0, named=True)
            target.write(_head(file.export, language).encode())
        text.write_csv(target, include_header=first, line_terminator=_line_end(file.export, language))


def _head(export: Export, language: Language) -> str:
    """The byte-order mark of a Vietnamese spreadsheet, and the titles of the clock's sheet."""
    if language == "en":
        return ""
    return _BOM + "".join(f"{title}{_line_end(export, language)}" for title in _titles(export, language))


def _titles(export: Export, language: Language) -> list[str]:
    if language == "vi" and export.table == "clockings":
        return vietnamese.clock_titles(export.first, export.last)
    return []


def _line_end(export: Export, language: Language) -> str:
    """Windows line ends in the Vietnamese twin; a file that was saved anew has the other ones."""
    windows = (language == "vi") != (export.delivery is Delivery.RESENT)
    return "\r\n" if windows else "\n"


def _spoil(file: Written, scale: Scale, language: Language) -> None:
    """Append the faulty rows of the file."""
    above = len(_titles(file.export, language)) + 1 + file.rows
    with file.path.open("a", encoding="utf-8", newline="") as target:
        for fault in faults_of(file.export, scale):
            if _append_fault(target, file, fault, language):
                row = above + len(file.bad) + 1
                file.bad.append(BadRow(fault.table, file.export.path, row, fault.reason, amount_of(fault, language)))


def _append_fault(target: IO[str], file: Written, fault: Fault, language: Language) -> bool:
    number = file.export.first.toordinal() * 10 + len(file.bad)
    line = faulty_line(fault, file.sound or {}, language, number)
    if line is None:
        return False
    csv.writer(target, lineterminator=_line_end(file.export, language)).writerow(line)
    return True
