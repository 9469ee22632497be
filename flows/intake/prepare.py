"""One delivered file before it touches the lake: read, name, gate. Files are prepared side by side, in processes."""

import multiprocessing
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import polars as pl

from flows.intake.limited import limited_sheets
from flows.intake.quarantine import in_words
from flows.intake.strangers import strangers
from flows.ledger import FileEntry
from flows.site import Site, load_site
from transforms.exports import Read, read
from transforms.identity import at_home, numbered, resolve
from transforms.kpis.catalogue import rating_measures
from transforms.problem import BadExport
from transforms.quality import Doc, Gate, Gatekeeper, doc
from transforms.receipts import Once, numbered_by_day, once
from transforms.tables import MONEY, QUARANTINE, TABLES, Table, subject_of
from transforms.totals import Delivered
from transforms.totals import delivered as counted

# Great Expectations takes seconds to import, about what forty files are gated in. The fork server imports it once for
# all workers; not so Polars, which starts threads when it is imported, and a process with threads is not to be forked.
_WORTH_WORKERS: Final = 40
_LOADED: Final = ["transforms.gx"]
_AHEAD: Final = 4  # files that may lie prepared before they are committed, so that memory stays bounded


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file's rows, split: `kept` has the columns of its table, `quarantined` those of `tables.QUARANTINE`.

    With `refused` set, nothing of the file may be used; `quarantined` then holds all rows that could be read.
    """

    entry: FileEntry
    table: str | None = None
    profile: str | None = None
    kept: pl.DataFrame | None = None
    quarantined: pl.DataFrame | None = None
    refused: str | None = None
    notes: tuple[str, ...] = ()  # unknown names and other things worth a look
    page: Doc | None = None  # the file's data-quality page
    sheets: tuple[str, ...] = ()  # titles of its parts, for `sheet_of`
    delivered: Delivered | None = None  # the reader's own count; null: it could not be read
    header: str = ""  # the export's own, as it has it
    homed: pl.Series | None = None  # the numbers of rows that were placed where their people are employed
    once: Once | None = None  # what the rows that passed tell over again; those of it that count are `kept`


def prepared(site: Site, entries: Sequence[FileEntry], now: datetime) -> Iterator[Prepared]:
    """Prepare files, giving them back in their order. One that kills its process is refused; the others go on."""
    if len(entries) < _WORTH_WORKERS:
        yield from map(Desk(site, now).prepare, entries)
        return
    left = deque(entries)
    while left:
        try:
            for file in _side_by_side(site, tuple(left), now, os.cpu_count() or 1):
                left.popleft()
                yield file
        except BrokenProcessPool:
            yield _alone(site, left.popleft(), now)


def _side_by_side(site: Site, entries: Sequence[FileEntry], now: datetime, workers: int) -> Iterator[Prepared]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_LOADED)
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_open, initargs=(site.folder, now)) as pool:
        _started(pool)
        waiting: deque[Future[Prepared]] = deque()
        for entry in entries:
            waiting.append(pool.submit(_prepare, entry))
            if len(waiting) > workers + _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _started(pool: ProcessPoolExecutor) -> None:
    """No file is to blame where no worker can even start."""
    try:
        pool.submit(os.getpid).result()
    except BrokenProcessPool as fault:
        raise RuntimeError("no worker process could be started to read the files; nothing was refused") from fault


def _alone(site: Site, entry: FileEntry, now: datetime) -> Prepared:
    try:
        [file] = _side_by_side(site, [entry], now, workers=1)
    except BrokenProcessPool:
        return Prepared(entry, refused=f"{entry.name} ended the program that read it, twice; send us the file.")
    return file


@dataclass(slots=True)
class Desk:
    """Prepares the files of one run, with one gatekeeper for all of them."""

    site: Site
    now: datetime
    _gatekeeper: Gatekeeper | None = field(default=None, init=False)

    def prepare(self, entry: FileEntry) -> Prepared:
        """Read, name and gate one file."""
        try:
            return self._prepare(entry)
        except BadExport as problem:
            return Prepared(entry, refused=str(problem))
        except (Exception, pl.exceptions.PanicException) as fault:  # noqa: BLE001 - the other files are not to blame
            return Prepared(
                entry, refused=f"{entry.name} met an error in KPI Review ({fault!r:.200}); send us the file."
            )

    def _prepare(self, entry: FileEntry) -> Prepared:
        delivered = self._read(entry)
        table = TABLES[delivered.profile.table]
        came = counted(delivered.rows, delivered.rejected, amount=table.amount, ignored=delivered.ignored)
        gate = self._gate(entry, table, self._named(delivered))
        quarantined = _as_quarantine(table, delivered, _all(gate) if gate.closed else gate.quarantined)
        told = once(table, gate.kept.clear() if gate.closed else gate.kept)
        return Prepared(
            entry,
            table=table.name,
            profile=delivered.profile.name,
            kept=told.rows,
            quarantined=pl.concat([self._placed(table, delivered.rejected), quarantined]).sort("row_no"),
            refused=_why(entry, gate, delivered.rejected) if gate.closed else None,
            notes=(
                *delivered.notes,
                *_own_totals(delivered),
                *strangers(self.site, delivered, gate.quarantined),
                *_warnings(gate),
            ),
            sheets=delivered.sheets,
            page=doc(gate.result),
            delivered=came,
            header=delivered.header,
            homed=_homed(delivered),
            once=told,
        )

    def _read(self, entry: FileEntry) -> Read:
        return read(
            (self.site.folder / entry.archived).read_bytes(),
            name=entry.name,
            file_id=entry.file_id,
            kind=entry.folder,
            profiles=self.site.profiles,
            day_starts=self.site.settings.organisation.business_day_starts,
            products=self.site.products,
            zone=self.site.settings.organisation.time_zone,
            workbooks=limited_sheets,
        )

    def _named(self, delivered: Read) -> pl.DataFrame:
        rows = resolve(numbered(delivered.rows), "store_id", self.site.store_names)
        rows = resolve(rows, "employee_id", self.site.people_names)
        if delivered.profile.table == "sales" and delivered.header_of("line_no") is None:
            rows = numbered_by_day(rows)
        # A rating of a person is placed when it is measured; a store that we worked out would be part of its key.
        return rows if delivered.profile.table == "ratings" else at_home(rows, self.site.people)

    def _placed(self, table: Table, rejected: pl.DataFrame) -> pl.DataFrame:
        rows = resolve(rejected, "store_id", self.site.store_names)
        people = subject_of(table.name) == "employee_id"
        return resolve(rows, "subject", self.site.people_names) if people else numbered(rows)

    def _gate(self, entry: FileEntry, table: Table, rows: pl.DataFrame) -> Gate:
        if self._gatekeeper is None:
            known = {
                "stores": self.site.stores["store_id"],
                "employees": self.site.people["employee_id"].unique(),
                "measures": pl.Series(rating_measures(self.site.kpis), dtype=pl.String),
            }
            self._gatekeeper = Gatekeeper(known)
        settings = self.site.settings
        given = {"today": self.now.date(), **settings.quality.given(settings.organisation.currency)}
        return self._gatekeeper.gate(table.name, rows, name=entry.name, run_time=self.now, parameters=given)


_desks: list[Desk] = []  # one in each worker process


def _open(folder: Path, now: datetime) -> None:
    _desks.append(Desk(load_site(folder), now))


def _prepare(entry: FileEntry) -> Prepared:
    return _desks[0].prepare(entry)


def _homed(delivered: Read) -> pl.Series | None:
    rows = delivered.rows
    return None if delivered.profile.table == "ratings" else rows.filter(pl.col("store_id").is_null())["row_no"]


def _all(gate: Gate) -> pl.DataFrame:
    """Every row of a batch that was refused as a whole; those that broke no rule give the batch's reason."""
    kept = gate.kept.with_columns(reasons=pl.lit([gate.closed[0].reason], pl.List(pl.String)))
    return pl.concat([gate.quarantined, kept])


def _as_quarantine(table: Table, delivered: Read, rows: pl.DataFrame) -> pl.DataFrame:
    amount = pl.col(table.amount) if table.amount else pl.lit(None)
    return (
        rows.join(delivered.originals(rows["row_no"]), on="row_no", how="left")
        .with_columns(amount=amount.cast(MONEY), subject=subject_of(table.name), column=pl.lit(None, pl.String))
        .select(pl.col(name).cast(dtype) for name, dtype in QUARANTINE.items())
    )


def _why(entry: FileEntry, gate: Gate, rejected: pl.DataFrame) -> str:
    if gate.kept.is_empty() and gate.quarantined.is_empty() and rejected.height:
        return _unread(entry, rejected)
    found = "; ".join(f"{in_words(c.reason)} (found: {c.observed}, allowed: {c.allowed})" for c in gate.closed)
    small = any(c.reason == "small_amounts" for c in gate.closed)
    other = ", or, if they are right, set small_amount under [quality] of kpi.toml" if small else ""
    return f"{entry.name} was refused as a whole by the gate: {found}; mend the export and deliver it again{other}."


def _unread(entry: FileEntry, rejected: pl.DataFrame) -> str:
    first = pl.col("reasons").list.first()
    most = rejected.group_by(reason=first, column="column").len().sort("len", "reason", "column").row(-1, named=True)
    column = f' (column "{most["column"]}")' if most["column"] else ""
    return (
        f"{entry.name}: none of its {rejected.height} rows could be read, mostly because {in_words(most['reason'])}"
        f"{column}; mend the export, or the profile by which it is read: `kpi profile FILE` shows how."
    )


def _own_totals(delivered: Read) -> Iterator[str]:
    for own in delivered.stated:
        if own.total != own.rows:
            yield (
                f'its own totals row states {own.total.normalize():f} for "{own.header}", but its rows come to '
                f"{own.rows.normalize():f}: all rows count as they stand; see whether the export is whole."
            )


def _warnings(gate: Gate) -> Iterator[str]:
    for finding in gate.warnings:
        yield f"worth a look: {finding.reason} (rows: {finding.observed}, expected: {finding.allowed}); they count."
