"""Letters as the ledger knows them: a row before there is a message, and a state for whatever became of it.

ready -> handed_over -> accepted | refused | deferred (tried again when due) | in_doubt (a person settles it)
ready -> withheld (something in it is not the reader's)        ready, deferred, withheld -> superseded
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from flows.ledger import Ledger

Key = tuple[str, str]  # level, group id


class State(StrEnum):
    """What became of a letter."""

    READY = "ready"
    HANDED_OVER = "handed_over"  # the server has it, but has not answered
    ACCEPTED = "accepted"
    REFUSED = "refused"
    DEFERRED = "deferred"
    IN_DOUBT = "in_doubt"  # it may have been taken: never sent again by a machine
    WITHHELD = "withheld"
    SUPERSEDED = "superseded"  # never sent; another letter says it better


OPEN: Final = (State.READY, State.DEFERRED, State.WITHHELD)
FAILED: Final = (State.REFUSED, State.DEFERRED, State.IN_DOUBT, State.WITHHELD)
SETTLED: Final = (State.HANDED_OVER, State.ACCEPTED, State.REFUSED, State.IN_DOUBT)  # not for a machine to send
REVIEWS, NOTICE = "reviews", "notice"


@dataclass(frozen=True, slots=True)
class Part:
    """One group's review in a letter; `figures` are what the letter tells of it, by KPI (and `score`)."""

    level: str
    group_id: str
    revision: int
    figures: Mapping[str, Decimal]

    @property
    def key(self) -> Key:
        """The group."""
        return self.level, self.group_id


@dataclass(frozen=True, slots=True)
class File:
    """One issued file that a letter brings or, if it is not `attached`, points at; `path` as in the site's folder."""

    level: str
    group_id: str
    path: str
    sha256: str
    name: str
    attached: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one address; `id` is its Message-ID, for ever."""

    id: str
    kind: str
    month: date
    address: str
    name: str
    subject: str
    text: str
    html: str
    made_at: datetime
    state: State
    attempts: int
    due_at: datetime
    said: str
    parts: tuple[Part, ...]
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of a site."""

    ledger: Ledger

    def of(self, month: date) -> list[Letter]:
        """Every letter of a month, oldest first."""
        return self._where("month = ?", month.isoformat())

    def in_state(self, *states: State) -> list[Letter]:
        """Every letter in one of some states, oldest first."""
        return self._where(f"state IN ({', '.join('?' * len(states))})", *states)

    def months(self) -> list[date]:
        """The months there are letters of, oldest first."""
        return [
            date.fromisoformat(month) for (month,) in self.ledger.asked("SELECT DISTINCT month FROM letters ORDER BY 1")
        ]

    def events(self, letter_id: str) -> list[tuple[str, str, str]]:
        """(at, state, said) of a letter, oldest first."""
        return self.ledger.asked(
            "SELECT at, state, said FROM letter_events WHERE letter_id = ? ORDER BY rowid", letter_id
        )

    def note(self, fresh: Iterable[Letter], superseded: Iterable[Letter], at: datetime) -> None:
        """Have new letters be ready and others be superseded, all at once."""
        with self.ledger.together():
            for letter in superseded:
                self._move(letter, State.SUPERSEDED, "", at)
            for letter in fresh:
                self._insert(letter)
                self._event(letter, letter.state, "", at)

    def move(self, letter: Letter, state: State, said: str, at: datetime) -> None:
        """Say what became of a letter."""
        with self.ledger.together():
            self._move(letter, state, said, at)

    def defer(self, letter: Letter, said: str, at: datetime, due_at: datetime, *, tried: bool) -> None:
        """Have a letter be tried again from `due_at` on; `tried`: this counts as one of its attempts."""
        with self.ledger.together():
            self._move(letter, State.DEFERRED, said, at)
            due = "UPDATE letters SET attempts = attempts + ?, due_at = ? WHERE letter_id = ?"
            self.ledger.say(due, int(tried), due_at.isoformat(), letter.id)

    def reopen(self, letters: Iterable[Letter], said: str, at: datetime) -> None:
        """Have letters be ready as if they had never been tried."""
        with self.ledger.together():
            for letter in letters:
                self._move(letter, State.READY, said, at)
                fresh = "UPDATE letters SET attempts = 0, due_at = ? WHERE letter_id = ?"
                self.ledger.say(fresh, at.isoformat(), letter.id)

    def mend(self, at: datetime) -> None:
        """A run that died while the server had a letter leaves it in doubt."""
        with self.ledger.together():
            for letter in self.in_state(State.HANDED_OVER):
                self._move(letter, State.IN_DOUBT, "the run ended before the server had answered", at)

    # -- rows

    def _move(self, letter: Letter, state: State, said: str, at: datetime) -> None:
        self.ledger.say("UPDATE letters SET state = ?, said = ? WHERE letter_id = ?", state, said, letter.id)
        self._event(letter, state, said, at)

    def _event(self, letter: Letter, state: State, said: str, at: datetime) -> None:
        self.ledger.say("INSERT INTO letter_events VALUES (?, ?, ?, ?)", letter.id, at.isoformat(), state, said)

    def _insert(self, letter: Letter) -> None:
        say = self.ledger.say
        for table in ("letters", "letter_parts", "letter_files"):
            say(f"DELETE FROM {table} WHERE letter_id = ?", letter.id)  # noqa: S608
        say(
            f"INSERT INTO letters ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            *(letter.id, letter.kind, letter.month.isoformat(), letter.address, letter.name),
            *(letter.subject, letter.text, letter.html, letter.made_at.isoformat(), letter.state),
            *(letter.attempts, letter.due_at.isoformat(), letter.said),
        )
        for part in letter.parts:
            told = _json(part.figures)
            say("INSERT INTO letter_parts VALUES (?, ?, ?, ?, ?)", letter.id, *part.key, part.revision, told)
        for file in letter.files:
            say("INSERT INTO letter_files VALUES (?, ?, ?, ?, ?, ?, ?)", letter.id, *astuple(file))

    def _where(self, which: str, *values: object) -> list[Letter]:
        asked = self.ledger.asked
        rows = asked(f"SELECT {_COLUMNS} FROM letters WHERE {which} ORDER BY seq", *values)  # noqa: S608
        chosen = f"WHERE letter_id IN (SELECT letter_id FROM letters WHERE {which}) ORDER BY rowid"  # noqa: S608
        parts: dict[str, list[Part]] = {}
        for letter_id, level, group, revision, figures in asked(f"SELECT * FROM letter_parts {chosen}", *values):  # noqa: S608
            told = {name: Decimal(value) for name, value in json.loads(figures).items()}
            parts.setdefault(letter_id, []).append(Part(level, group, revision, told))
        files: dict[str, list[File]] = {}
        for letter_id, *said, attached in asked(f"SELECT * FROM letter_files {chosen}", *values):  # noqa: S608
            level, group, path, digest, name = said
            files.setdefault(letter_id, []).append(File(level, group, path, digest, name, attached=bool(attached)))
        return [_letter(row, parts.get(row[0], ()), files.get(row[0], ())) for row in rows]


_COLUMNS: Final = "letter_id, kind, month, address, name, subject, text, html, made_at, state, attempts, due_at, said"


def _letter(row: tuple[str, ...], parts: Iterable[Part], files: Iterable[File]) -> Letter:
    letter_id, kind, month, address, name, subject, text, html, made_at, state, attempts, due_at, said = row
    return Letter(
        id=letter_id,
        kind=kind,
        month=date.fromisoformat(month),
        address=address,
        name=name,
        subject=subject,
        text=text,
        html=html,
        made_at=datetime.fromisoformat(made_at),
        state=State(state),
        attempts=int(attempts),
        due_at=datetime.fromisoformat(due_at),
        said=said or "",
        parts=tuple(parts),
        files=tuple(files),
    )


def _json(figures: Mapping[str, Decimal]) -> str:
    return json.dumps({name: str(value) for name, value in figures.items()})
