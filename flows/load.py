"""One delivered file on its way into the lake: read, name, gate, restate, commit, account."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl

from flows.lake import Lake, Restatement
from flows.ledger import CONTROL, LOADED, PREPARED, REFUSED, FileEntry, Ledger
from flows.quarantine import keep_file, keep_rows
from flows.site import Site
from transforms.exports import Read, read
from transforms.identity import at_home, nearest, resolve
from transforms.problem import BadExport
from transforms.quality import Gate, Gatekeeper
from transforms.tables import MONEY, QUARANTINE, TABLES, Table


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. Rows delivered = kept + quarantined + re-delivered, and amounts likewise."""

    entry: FileEntry
    state: str
    table: str | None
    profile: str | None
    control: pl.DataFrame  # ledger.CONTROL
    sentence: str | None = None  # why it was refused
    notes: tuple[str, ...] = ()  # sentences about unknown names and other things worth a look
    verdict: Any = None  # Great Expectations' validation result

    def rows(self, outcome: str) -> int:
        """Rows of one outcome."""
        return int(self.control.filter(pl.col("outcome") == outcome)["rows"].sum())

    def reasons(self) -> list[tuple[str, int]]:
        """Reasons of quarantine and how many rows each has."""
        held = self.control.filter(pl.col("outcome") == "quarantined").group_by("reason").agg(pl.col("rows").sum())
        return held.sort("reason").rows()

    def amount(self, outcome: str) -> Decimal:
        """Money of one outcome."""
        return Decimal(self.control.filter(pl.col("outcome") == outcome)["amount"].sum() or 0)


@dataclass(slots=True)
class Loader:
    """Loads the files of one run."""

    site: Site
    ledger: Ledger
    lake: Lake
    now: datetime
    _gatekeeper: Gatekeeper | None = field(default=None, init=False)

    def load(self, entry: FileEntry) -> Outcome:
        """Load or refuse one claimed file. Safe to call again after a crash at any point."""
        if entry.state == PREPARED and (outcome := self._finish(entry)):
            return outcome
        try:
            delivered = self._read(entry)
        except BadExport as problem:
            return self._refuse(entry, str(problem))
        table = TABLES[delivered.profile.table]
        gate = self._gate(entry, table, self._named(delivered))
        if gate.closed:
            return self._close(entry, delivered, gate)
        return self._commit(entry, table, delivered, gate)

    def _read(self, entry: FileEntry) -> Read:
        return read(
            (self.site.folder / entry.archived).read_bytes(),
            name=entry.name,
            file_id=entry.file_id,
            kind=entry.folder,
            profiles=self.site.profiles,
            day_starts=self.site.settings.organisation.business_day_starts,
            products=self.site.products,
        )

    def _named(self, delivered: Read) -> pl.DataFrame:
        rows = resolve(delivered.rows.lazy(), "store_id", self.site.store_names)
        rows = resolve(rows, "employee_id", self.site.people_names)
        return at_home(rows, self.site.people).collect()

    def _gate(self, entry: FileEntry, table: Table, rows: pl.DataFrame) -> Gate:
        if self._gatekeeper is None:
            self._gatekeeper = Gatekeeper(
                {"stores": self.site.stores["store_id"], "employees": self.site.people["employee_id"].unique()}
            )
        given = {"today": self.now.date(), **dict(self.site.settings.quality)}
        return self._gatekeeper.gate(table.name, rows, name=entry.name, run_time=self.now, parameters=given)

    def _commit(self, entry: FileEntry, table: Table, delivered: Read, gate: Gate) -> Outcome:
        change = self.lake.restate(table.name, gate.kept)
        quarantined = pl.concat([delivered.rejected, _from_gate(table, delivered, gate.quarantined)]).sort("row_no")
        control = _control(table, change, quarantined)
        outcome = Outcome(
            entry,
            LOADED,
            table.name,
            delivered.profile.name,
            control,
            notes=(*_strangers(self.site, gate.quarantined), *_warnings(gate)),
            verdict=gate.result,
        )
        keep_rows(self.site, entry, table.name, quarantined)
        self.ledger.prepare(
            entry.file_id, {"table": table.name, "profile": delivered.profile.name, "control": control.write_json()}
        )
        self.lake.commit(table.name, change, entry.file_id)
        return self._settle(outcome)

    def _finish(self, entry: FileEntry) -> Outcome | None:
        """Finish a file whose run was killed after its commit to the lake; None if the commit never happened."""
        noted = self.ledger.prepared(entry.file_id)
        control = pl.read_json(noted["control"].encode(), schema=dict(CONTROL))
        kept = control.filter(pl.col("outcome").is_in(["kept", "superseded"])).height
        if kept and not self.lake.committed(noted["table"], entry.file_id):
            return None
        return self._settle(Outcome(entry, LOADED, noted["table"], noted["profile"], control))

    def _refuse(self, entry: FileEntry, sentence: str) -> Outcome:
        keep_file(self.site, entry, sentence, self.now.date())
        return self._settle(Outcome(entry, REFUSED, None, None, pl.DataFrame(schema=CONTROL), sentence))

    def _close(self, entry: FileEntry, delivered: Read, gate: Gate) -> Outcome:
        why = "; ".join(f"{c.reason}: {c.observed} (allowed: {c.allowed})" for c in gate.closed)
        sentence = f"{entry.name} was refused as a whole by the gate: {why}; mend the export and deliver it again."
        table = TABLES[delivered.profile.table]
        rows = delivered.rows.with_columns(reasons=pl.lit([gate.closed[0].reason]))
        quarantined = pl.concat([delivered.rejected, _from_gate(table, delivered, rows)])
        keep_file(self.site, entry, sentence, self.now.date())
        control = _outcome(table, quarantined, "quarantined", "amount")
        return self._settle(
            Outcome(entry, REFUSED, table.name, delivered.profile.name, control, sentence, verdict=gate.result)
        )

    def _settle(self, outcome: Outcome) -> Outcome:
        self.ledger.settle(
            outcome.entry.file_id,
            outcome.state,
            table=outcome.table,
            profile=outcome.profile,
            sentence=outcome.sentence,
            control=outcome.control,
        )
        return outcome


def _from_gate(table: Table, delivered: Read, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows that broke a rule, as `tables.QUARANTINE`."""
    amount = pl.col(table.amount) if table.amount else pl.lit(None)
    return (
        rows.join(delivered.originals(rows["row_no"]), on="row_no", how="left")
        .with_columns(amount=amount.cast(MONEY), column=pl.lit(None, pl.String))
        .select(pl.col(name).cast(dtype) for name, dtype in QUARANTINE.items())
    )


def _control(table: Table, change: Restatement, quarantined: pl.DataFrame) -> pl.DataFrame:
    parts = [("kept", change.new), ("redelivered", change.redelivered), ("superseded", change.superseded)]
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


def _strangers(site: Site, quarantined: pl.DataFrame) -> Iterator[str]:
    """One sentence per unknown name, with the nearest known one."""
    for column, names, file in (
        ("store", site.store_names, "stores.csv"),
        ("employee", site.people_names, "people.csv"),
    ):
        unknown = quarantined.filter(pl.col("reasons").list.contains(f"unknown_{column}"))
        for name, rows in unknown[f"{column}_id"].value_counts(sort=True).head(5).iter_rows():
            like = nearest(name, names["name"].to_list())
            hint = f"; the nearest known name is {like!r}" if like else ""
            yield f"unknown {column} {name!r} on {rows} rows{hint}: add it, or the spelling as an alias, in {file}."


def _warnings(gate: Gate) -> Iterator[str]:
    for finding in gate.warnings:
        yield f"worth a look: {finding.reason} on {finding.observed} rows (expected {finding.allowed}); they count."
