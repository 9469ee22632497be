"""What is owed: worked out from what the ledger says was done, never from what a scheduler remembers."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from flows.ledger import Ledger
from flows.post.letters import Letters, State
from flows.running.runs import Kind, Runs
from flows.running.timetable import Timetable, since
from flows.settings.kpi_toml import KpiToml


class Idle(StrEnum):
    """Why a run that was planned has nothing to do."""

    ANSWERED = "CaughtUp"  # a later run did its work
    MISSED = "Missed"  # its moment has passed, and the site does not catch up
    NOTHING_DUE = "NothingDue"


@dataclass(frozen=True, slots=True)
class Duties:
    """What one site owes."""

    settings: KpiToml
    ledger: Ledger

    @property
    def timetable(self) -> Timetable:
        """When it owes it."""
        return Timetable.of(self.settings)

    @property
    def runs(self) -> Runs:
        """What was done."""
        return Runs(self.ledger)

    def idle(self, due: datetime, now: datetime) -> Idle | None:
        """Why the night that was due at `due` need not run; however many nights were lost, one makes up for them."""
        if self.runs.answered(Kind.NIGHTLY, since(due)):
            return Idle.ANSWERED
        return Idle.MISSED if self._too_late(due, now) else None

    def night(self, now: datetime) -> datetime | None:
        """The moment of the night that is owed now."""
        due = self.timetable.last_night(now)
        return None if self.idle(due, now) else due

    def months(self, now: datetime) -> list[date]:
        """The months whose review is owed now, newest first, so that an old one never delays this month's."""
        owed = self.unreviewed(now)
        return [month for month in owed if not self._too_late(self.timetable.letter(month), now)]

    def letters(self) -> datetime | None:
        """From when on letters that earlier runs wrote may go: those put off, and those of a run that died."""
        waiting = Letters(self.ledger).in_state(State.READY, State.HANDED_OVER, State.DEFERRED)
        return min((letter.due_at for letter in waiting), default=None)

    def owes(self, now: datetime) -> bool:
        """Whether a review or a letter is owed now."""
        due = self.letters()
        return bool(self.months(now)) or (due is not None and due <= now)

    def first_look(self, month: date) -> datetime | None:
        """When the review of a month was due, if nobody has looked at it since."""
        due = self.timetable.letter(month)
        return None if self.runs.tried(Kind.REVIEW, due, month) else due

    def unreviewed(self, now: datetime) -> list[date]:
        """Months with data whose letter's day came since the site began to work, and which were not reviewed since.

        Where the site restates automatically, not since they were measured anew.
        """
        runs, timetable = self.runs, self.timetable
        began = runs.first() or now
        dues = {month: timetable.letter(month) for month in self._months()}
        since = {month: max(due, self._moved(month) or due) for month, due in dues.items() if began <= due <= now}
        return [month for month, moment in since.items() if not runs.answered(Kind.REVIEW, moment, month)]

    def _months(self) -> list[date]:
        rows = self.ledger.asked("SELECT month FROM months ORDER BY month DESC")
        return [date.fromisoformat(month) for (month,) in rows]

    def _moved(self, month: date) -> datetime | None:
        """When the figures of a month last became others, where that asks for another revision."""
        if self.settings.closing.restate == "by_hand":
            return None
        [(at,)] = self.ledger.asked("SELECT max(at) FROM measurings WHERE month = ?", month.isoformat())
        return datetime.fromisoformat(at) if at else None

    def _too_late(self, due: datetime, now: datetime) -> bool:
        schedule = self.settings.schedule
        return not schedule.catch_up and now - due > schedule.late_after
