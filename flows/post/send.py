"""Sending what is ready or due, oldest first: one state a step in the ledger, so that no letter is sent twice."""

import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from flows.console import Teller
from flows.months.editions import Editions
from flows.post.envelope import envelope
from flows.post.letters import NOTICE, Letter, Letters, State
from flows.post.mail import Answer, Carrier, Smtp
from flows.post.outbox import Outbox
from flows.post.scope import Scope, Withheld
from flows.site import Site

# So many letters in a row that found no server: the others would not find it either.
_UNREACHED: Final = 3


class Clock(Protocol):
    """The time, and waiting for it."""

    def now(self) -> datetime:
        """The moment."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


@dataclass(frozen=True, slots=True)
class WallClock:
    """The clock of the site."""

    zone: ZoneInfo

    def now(self) -> datetime:
        """The moment."""
        return datetime.now(self.zone)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


def wall_clock(site: Site) -> WallClock:
    """The clock of a site."""
    return WallClock(ZoneInfo(site.settings.organisation.time_zone))


@dataclass
class Sender:
    """One run's way with letters."""

    site: Site
    letters: Letters
    clock: Clock
    teller: Teller
    unreached: int = 0
    back_at: datetime | None = None  # when a server that was not there is looked for again
    free_at: dict[str, datetime] = field(default_factory=dict)  # domain -> when the next letter may go there

    def send(self) -> None:
        """Send every letter that is ready or due; wait for those due soon, as long as the site allows."""
        self.letters.mend(self.clock.now())
        until = self.clock.now() + timedelta(minutes=self.site.settings.mail.wait_minutes)
        carrier = self._carrier()
        try:
            while due := self._due(until):
                self._rounds(carrier, due)
        finally:
            carrier.close()

    def _due(self, until: datetime) -> list[Letter]:
        """What may be sent now, or after a wait that still lies before `until`."""
        waiting, now = self.letters.in_state(State.READY, State.DEFERRED), self.clock.now()
        soonest = max(min((letter.due_at for letter in waiting), default=now), self.back_at or now, now)
        if not waiting or soonest > max(until, now):
            return []
        self.clock.sleep((soonest - now).total_seconds())
        return [letter for letter in waiting if letter.due_at <= self.clock.now()]

    def _rounds(self, carrier: Carrier, due: Sequence[Letter]) -> None:
        self.unreached = 0
        for letter in self.teller.track(self._paced(due), "Sending letters", len(due)):
            if self.unreached >= _UNREACHED:
                self.back_at = self.clock.now() + self._pause(0)
                return
            self._send(carrier, letter)

    def _paced(self, due: Sequence[Letter]) -> Iterable[Letter]:
        """Oldest first; while one domain has to wait, letters to another go ahead."""
        lanes: dict[str, deque[Letter]] = {}
        for letter in due:
            lanes.setdefault(letter.address.rpartition("@")[2].lower(), deque()).append(letter)
        every = 60 / self.site.settings.mail.per_minute if self._limited else 0
        while lanes:
            now = self.clock.now()
            domain = min(lanes, key=lambda name: max(self.free_at.get(name, now), now))
            self.clock.sleep(max((self.free_at.get(domain, now) - now).total_seconds(), 0))
            self.free_at[domain] = self.clock.now() + timedelta(seconds=every)
            yield lanes[domain].popleft()
            if not lanes[domain]:
                del lanes[domain]

    def _send(self, carrier: Carrier, letter: Letter) -> None:
        now, mail = self.clock.now(), self.site.settings.mail
        try:
            files = [] if letter.kind == NOTICE else self._scope.checked(letter)
        except Withheld as reason:
            self.letters.move(letter, State.WITHHELD, str(reason), now)
            return
        message = envelope(letter, files, mail, self.site.settings.organisation.name)
        by = carrier if letter.address else self._outbox
        answer = by.carry(message, lambda: self.letters.move(letter, State.HANDED_OVER, "", self.clock.now()))
        self.unreached = 0 if answer.reached else self.unreached + 1
        self._settle(letter, answer)

    def _settle(self, letter: Letter, answer: Answer) -> None:
        now = self.clock.now()
        if answer.state is not State.DEFERRED:
            self.letters.move(letter, answer.state, answer.said, now)
        elif answer.reached and letter.attempts >= len(self.site.settings.mail.retry_minutes):
            said = f"given up after {letter.attempts + 1} attempts: {answer.said}"
            self.letters.move(letter, State.REFUSED, said, now)
        else:
            due = now + self._pause(letter.attempts)
            self.letters.defer(letter, answer.said, now, due, tried=answer.reached)

    def _pause(self, attempts: int) -> timedelta:
        minutes = self.site.settings.mail.retry_minutes or (0,)
        return timedelta(minutes=minutes[min(attempts, len(minutes) - 1)])

    @property
    def _limited(self) -> bool:
        return bool(self.site.settings.mail.host and self.site.settings.mail.per_minute)

    @cached_property
    def _scope(self) -> Scope:
        return Scope(self.site, Editions(self.letters.ledger), self.clock.now().date())

    @cached_property
    def _outbox(self) -> Outbox:
        return Outbox(self.site.folder / "outbox")

    def _carrier(self) -> Carrier:
        mail = self.site.settings.mail
        return Smtp(mail, self.site.folder) if mail.host else self._outbox
