"""One prepared file on its way into the lake: restate, commit, account. One after another, in their order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

import polars as pl

from flows.console import Teller
from flows.intake.accounting import Bookkeeper, carried, control, replaced
from flows.intake.prepare import Prepared, prepared
from flows.intake.quarantine import keep_file, keep_rows, release_file
from flows.intake.remarks import Remarks
from flows.lake import Lake
from flows.ledger import LOADED, PREPARED, REFUSED, FileEntry, Ledger
from flows.settlement import CONTROL, REPLACED, Settlement
from flows.site import Site
from flows.timeline import Timeline
from transforms.mending import mended
from transforms.quality import Doc
from transforms.restating import Restatement
from transforms.tables import QUARANTINE, TABLES, Table, empty


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. Rows delivered = kept + quarantined + re-delivered, and amounts likewise."""

    entry: FileEntry
    settled: Settlement
    page: Doc | None = None

    @property
    def state(self) -> str:
        """LOADED or REFUSED."""
        return self.settled.state

    @property
    def table(self) -> str | None:
        """Whose rows the file holds."""
        return self.settled.table

    @property
    def error(self) -> str | None:
        """What nobody may overlook: rows or money of which we do not know what became."""
        rows, amount = self.settled.imbalance
        if not (rows or amount):
            return None
        return (
            f"{self.entry.name} does not add up: {rows} rows and {amount} more were delivered than are accounted for. "
            f"This is an error in KPI Review; send us the file."
        )

    def rows(self, outcome: str) -> int:
        """Rows of one outcome."""
        return int(self._of(outcome)["rows"].sum())

    def amount(self, outcome: str) -> Decimal:
        """Money of one outcome."""
        return Decimal(self._of(outcome)["amount"].sum() or 0)

    def reasons(self) -> list[tuple[str, int]]:
        """Reasons of quarantine and how many rows each has."""
        return self._of("quarantined").group_by("reason").agg(pl.col("rows").sum()).sort("reason").rows()

    def _of(self, outcome: str) -> pl.DataFrame:
        return self.settled.control.filter(pl.col("outcome") == outcome)


@dataclass(frozen=True, slots=True)
class Loader:
    """Loads the files of one run."""

    site: Site
    ledger: Ledger
    lake: Lake
    now: datetime

    def load(self, teller: Teller) -> list[Outcome]:
        """Load or refuse every claimed file, and tell of those whose run died untold. Safe to call after any crash."""
        self.lake.check()
        entries = self.ledger.unfinished()
        untold = [Outcome(entry, self.ledger.settlement(entry.file_id)) for entry in self.ledger.untold()]
        return untold + list(teller.track(self._each(entries), "Loading exports", len(entries)))

    def _each(self, entries: Sequence[FileEntry]) -> Iterator[Outcome]:
        crashed = {e.file_id: self._finish(e) for e in entries if e.state == PREPARED}
        finished = [outcome for outcome in crashed.values() if outcome]
        yield from finished
        done = {outcome.entry.file_id for outcome in finished}
        # A loop would hold the rows of one file while the next one is prepared.
        yield from map(self._taken, prepared(self.site, [e for e in entries if e.file_id not in done], self.now))

    def _taken(self, file: Prepared) -> Outcome:
        if file.entry.table not in {None, file.table}:
            self._withdraw(file.entry)
        return self._commit(file) if file.table else self._unread(file)

    def _commit(self, file: Prepared) -> Outcome:
        entry, table = file.entry, TABLES[str(file.table)]
        kept, quarantined, before = _frame(file.kept), _frame(file.quarantined), self.ledger.account(entry.file_id)
        kept = empty(table.columns) if file.refused else kept
        change = self._change(entry, table, kept, before, kept_out=quarantined["subject"], homed=file.homed)
        if file.once is not None:
            change = replace(change, redelivered=pl.concat([change.redelivered, file.once.again]))
        account = self._accounted(file, kept)
        totals = control(table, change, account.held_back, quarantined, entry.file_id)
        settled = replace(
            account,
            control=carried(table, totals, change, before, entry.file_id),
            notes=(*file.notes, *Remarks(self.ledger, self.lake).about(table, file, change)),
            mended=mended(table, self.ledger.held_back(entry, table.name), kept),
            replaced=pl.concat([replaced(change, entry.file_id), self._replaced_before(entry)]),
        )
        if file.refused:
            keep_file(self.site, entry, file.refused, self.now.date())
        else:
            keep_rows(self.site, entry, table.name, quarantined, header=file.header, sheets=file.sheets)
        self.ledger.prepare(entry.file_id, settled)
        self.lake.commit(table.name, change, entry.file_id, entry.attempt)
        return self._settle(entry, settled, file.page)

    def _change(
        self,
        entry: FileEntry,
        table: Table,
        kept: pl.DataFrame,
        before: pl.DataFrame,
        *,
        kept_out: pl.Series | None = None,
        homed: pl.Series | None = None,
    ) -> Restatement:
        """What a reading of a file changes in the lake; what an earlier one brought and this one does not, goes."""
        newer = self.ledger.newer(entry, table.name)
        stores = self.site.stores["store_id"]
        change = self.lake.restate(table.name, kept, kept_out=kept_out, newer=newer, stores=stores, homed=homed)
        days = before.filter(pl.col("table_name") == table.name, pl.col("outcome") == "kept")["business_date"]
        return self.lake.without(table.name, change, entry.file_id, days)

    def _withdraw(self, entry: FileEntry) -> None:
        """Take back what a file brought when it was read as one of another table."""
        table, before = TABLES[str(entry.table)], self.ledger.account(entry.file_id)
        change = self._change(entry, table, empty(table.columns), before)
        none = pl.DataFrame(schema=CONTROL)
        said = f"{entry.name} is of another table now, and no row of it counts; 'kpi readmit' takes it in again."
        account = carried(table, none, change, before, entry.file_id)
        settled = Settlement(REFUSED, table=table.name, sentence=said, control=account)
        self.ledger.prepare(entry.file_id, settled)
        self.lake.commit(table.name, change, entry.file_id, entry.attempt)
        self.ledger.settle(entry.file_id, settled)

    def _unread(self, file: Prepared) -> Outcome:
        keep_file(self.site, file.entry, str(file.refused), self.now.date())
        account = self.ledger.account(file.entry.file_id)
        return self._settle(file.entry, Settlement(REFUSED, sentence=file.refused, notes=file.notes, control=account))

    def _replaced_before(self, entry: FileEntry) -> pl.DataFrame:
        rows = [(old, rows) for by, old, rows in self.ledger.replacements(entry.file_id) if by == entry.file_id]
        return pl.DataFrame(rows, schema=REPLACED, orient="row")

    def _accounted(self, file: Prepared, kept: pl.DataFrame) -> Settlement:
        held_back = Bookkeeper(self.site, self.now.date()).held_back(
            file.entry, TABLES[str(file.table)], _frame(file.quarantined), kept
        )
        return Settlement(
            REFUSED if file.refused else LOADED,
            table=file.table,
            profile=file.profile,
            sentence=file.refused,
            notes=file.notes,
            delivered=file.delivered,
            held_back=held_back,
        )

    def _finish(self, entry: FileEntry) -> Outcome | None:
        """Finish a file whose run was killed after its commit to the lake; None if the commit never happened."""
        settled = self.ledger.settlement(entry.file_id)
        if not self.lake.committed(str(settled.table), entry.file_id, entry.attempt):
            return None
        return self._settle(entry, settled)

    def _settle(self, entry: FileEntry, settled: Settlement, page: Doc | None = None) -> Outcome:
        with self.ledger.together():
            self.ledger.settle(entry.file_id, settled)
            Timeline(self.ledger).settled(entry, settled.table, self.lake, self.now)
        if settled.state == LOADED:
            release_file(self.site, entry)
        return Outcome(entry, settled, page)


def _frame(rows: pl.DataFrame | None) -> pl.DataFrame:
    return empty(QUARANTINE) if rows is None else rows
