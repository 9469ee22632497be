"""One prepared file on its way into the lake: restate, commit, account. One after another, in their order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

import polars as pl

from flows.console import Teller
from flows.lake import Lake
from flows.ledger import CONTROL, LOADED, PREPARED, REFUSED, FileEntry, Ledger
from flows.prepare import Prepared, prepared
from flows.quarantine import keep_file, keep_rows
from flows.site import Site
from transforms.quality import Doc
from transforms.restating import Restatement
from transforms.tables import QUARANTINE, TABLES, Table, empty


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. Rows delivered = kept + quarantined + re-delivered, and amounts likewise."""

    entry: FileEntry
    state: str
    table: str | None
    profile: str | None
    control: pl.DataFrame  # ledger.CONTROL
    sentence: str | None = None  # why it was refused
    notes: tuple[str, ...] = ()
    page: Doc | None = None

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
        return self.control.filter(pl.col("outcome") == outcome)


@dataclass(frozen=True, slots=True)
class Loader:
    """Loads the files of one run."""

    site: Site
    ledger: Ledger
    lake: Lake
    now: datetime

    def load(self, teller: Teller) -> list[Outcome]:
        """Load or refuse every claimed file. Safe to call again after a crash at any point."""
        entries = self.ledger.unfinished()
        return list(teller.track(self._each(entries), "Loading exports", len(entries)))

    def _each(self, entries: Sequence[FileEntry]) -> Iterator[Outcome]:
        crashed = {e.file_id: self._finish(e) for e in entries if e.state == PREPARED}
        finished = [outcome for outcome in crashed.values() if outcome]
        yield from finished
        done = {outcome.entry.file_id for outcome in finished}
        for file in prepared(self.site, [e for e in entries if e.file_id not in done], self.now):
            yield self._refuse(file) if file.refused else self._commit(file)

    def _commit(self, file: Prepared) -> Outcome:
        table = TABLES[str(file.table)]
        kept, quarantined = _frame(file.kept), _frame(file.quarantined)
        change = self.lake.restate(table.name, kept, damaged=not quarantined.is_empty())
        control = _control(table, change, quarantined)
        keep_rows(self.site, file.entry, table.name, quarantined, file.sheets)
        noted = {"table": table.name, "profile": file.profile, "control": control.write_json()}
        self.ledger.prepare(file.entry.file_id, noted)
        self.lake.commit(table.name, change, file.entry.file_id, file.entry.attempt)
        return self._settle(replace(file, notes=(*file.notes, *self._replaced(change, file.entry))), LOADED, control)

    def _replaced(self, change: Restatement, entry: FileEntry) -> Iterator[str]:
        """Which earlier deliveries a file corrects: the newest wins, and nobody should have to guess which that was."""
        others = change.superseded.filter(pl.col("file_id") != entry.file_id)["file_id"]
        for file_id, rows in others.value_counts(sort=True).head(3).iter_rows():
            yield f"replaces {rows} rows that came with {self.ledger.file(file_id).name}."

    def _refuse(self, file: Prepared) -> Outcome:
        keep_file(self.site, file.entry, str(file.refused), self.now.date())
        if file.table is None:
            return self._settle(file, REFUSED, pl.DataFrame(schema=CONTROL))
        quarantined = _frame(file.quarantined)
        return self._settle(file, REFUSED, _outcome(TABLES[file.table], quarantined, "quarantined", "amount"))

    def _finish(self, entry: FileEntry) -> Outcome | None:
        """Finish a file whose run was killed after its commit to the lake; None if the commit never happened."""
        noted = self.ledger.prepared(entry.file_id)
        control = pl.read_json(noted["control"].encode(), schema=dict(CONTROL))
        changed = control.filter(pl.col("outcome").is_in(["kept", "superseded"])).height
        if changed and not self.lake.committed(noted["table"], entry.file_id, entry.attempt):
            return None
        return self._settle(Prepared(entry, table=noted["table"], profile=noted["profile"]), LOADED, control)

    def _settle(self, file: Prepared, state: str, control: pl.DataFrame) -> Outcome:
        self.ledger.settle(
            file.entry.file_id,
            state,
            table=file.table,
            profile=file.profile,
            sentence=file.refused,
            control=control,
        )
        return Outcome(file.entry, state, file.table, file.profile, control, file.refused, file.notes, file.page)


def _frame(rows: pl.DataFrame | None) -> pl.DataFrame:
    return empty(QUARANTINE) if rows is None else rows


def _control(table: Table, change: Restatement, quarantined: pl.DataFrame) -> pl.DataFrame:
    own = pl.col("file_id").is_in(change.new["file_id"].unique().implode())
    parts = [
        ("kept", pl.concat([change.new, change.confirmed])),
        ("redelivered", change.redelivered),
        ("superseded", change.superseded.filter(~own)),
    ]
    return pl.concat(
        [_outcome(table, quarantined, "quarantined", "amount")]
        + [_outcome(table, rows, name, table.amount) for name, rows in parts]
    )


def _outcome(table: Table, rows: pl.DataFrame, outcome: str, amount: str | None) -> pl.DataFrame:
    reason = pl.col("reasons").list.first() if "reasons" in rows.columns else pl.lit(None, pl.String)
    money = pl.col(amount).sum() if amount else pl.lit(0)
    return (
        rows.group_by("store_id", month=pl.col("business_date").dt.truncate("1mo"), reason=reason)
        .agg(rows=pl.len(), amount=money)
        .with_columns(outcome=pl.lit(outcome), table_name=pl.lit(table.name))
        .select(pl.col(name).cast(dtype) for name, dtype in CONTROL.items())
        .sort("store_id", "month", "reason")
    )
