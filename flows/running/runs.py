"""The runs of a site, as the ledger remembers them: when each began and ended, how, and with what counts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Final

from flows.ledger import Ledger


class Kind(StrEnum):
    """What a run does."""

    NIGHTLY = "nightly"
    REVIEW = "review"
    LETTERS = "letters"
    READMIT = "readmit"
    REBUILD = "rebuild"


class Outcome(StrEnum):
    """How a run ended."""

    DONE = "done"
    REFUSED = "refused"  # done, but something was refused
    PENDING = "pending"  # done, but letters wait: for late exports, for a person, for a mail server
    NOTHING = "nothing"  # there was nothing to do
    FAILED = "failed"
    STOPPED = "stopped"  # by hand
    CRASHED = "crashed"  # killed, or the machine was switched off


_GOOD: Final = (Outcome.DONE, Outcome.REFUSED)
# What fails thrice in a row fails for a reason that only a person can mend.
_MOST_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Run:
    """One run; `outcome` and `ended` are None while it lasts, or when it was killed and no other has begun since."""

    seq: int
    kind: Kind
    month: date | None  # that is reviewed
    whole: bool  # every group of the month, not some
    began: datetime
    ended: datetime | None = None
    outcome: Outcome | None = None
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether it came to its end."""
        return self.outcome in _GOOD


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs that the ledger knows."""

    ledger: Ledger

    def begin(self, kind: Kind, at: datetime, month: date | None = None, *, whole: bool = True) -> int:
        """Note that a run begins, under the site's lock; return its number."""
        insert = "INSERT INTO runs (kind, month, whole, began) VALUES (?, ?, ?, ?) RETURNING seq"
        [(seq,)] = self.ledger.asked(insert, kind, month and month.isoformat(), whole, _text(at))
        return int(seq)

    def end(self, seq: int, outcome: Outcome, counts: Mapping[str, int], at: datetime) -> None:
        """Note how it ended."""
        update = "UPDATE runs SET ended = ?, outcome = ?, counts = ? WHERE seq = ?"
        self.ledger.say(update, _text(at), outcome, json.dumps(counts), seq)

    def bury(self, at: datetime) -> list[Run]:
        """Runs that began and never ended. Who asks holds the lock, so none of them lives: they are noted as such."""
        dead = self._where("ended IS NULL")
        for run in dead:
            self.end(run.seq, Outcome.CRASHED, {}, at)
        return dead

    def newest(self, kind: Kind) -> Run | None:
        """The newest run of a kind."""
        return next(iter(self._where("kind = ? ORDER BY seq DESC LIMIT 1", kind)), None)

    def first(self) -> datetime | None:
        """When the site began to work."""
        return next((run.began for run in self._where("1 ORDER BY seq LIMIT 1")), None)

    def answered(self, kind: Kind, since: datetime, month: date | None = None) -> bool:
        """Whether what was due at `since` was done since, or tried in vain so often that only a person can help."""
        tries = self._tries(kind, since, month)
        vain = [run for run in tries if run.outcome in (Outcome.FAILED, Outcome.CRASHED)]
        return any(run.good for run in tries) or len(vain) >= _MOST_TRIES

    def tried(self, kind: Kind, since: datetime, month: date) -> bool:
        """Whether any run has been at it since."""
        return bool(self._tries(kind, since, month))

    def _tries(self, kind: Kind, since: datetime, month: date | None) -> list[Run]:
        query = "kind = ? AND month IS ? AND whole AND began >= ?"
        return self._where(query, kind, month and month.isoformat(), _text(since))

    def _where(self, condition: str, *values: object) -> list[Run]:
        columns = "seq, kind, month, whole, began, ended, outcome, counts"
        return [_run(row) for row in self.ledger.asked(f"SELECT {columns} FROM runs WHERE {condition}", *values)]  # noqa: S608


def _run(row: tuple[Any, ...]) -> Run:
    seq, kind, month, whole, began, ended, outcome, counts = row
    return Run(
        seq=seq,
        kind=Kind(kind),
        month=date.fromisoformat(month) if month else None,
        whole=bool(whole),
        began=datetime.fromisoformat(began),
        ended=datetime.fromisoformat(ended) if ended else None,
        outcome=Outcome(outcome) if outcome else None,
        counts=json.loads(counts),
    )


def _text(moment: datetime) -> str:
    """In UTC, so that texts compare as moments do."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")
