"""How a site stands: what ran and how it ended, what waits, what is due next, and what needs a person."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime

from flows.intake.inbox import FOLDERS
from flows.intake.quarantine import held_back
from flows.ledger import Ledger
from flows.lock import is_held, is_served
from flows.post.letters import State
from flows.running.duties import Duties, Idle
from flows.running.runs import Kind, Outcome, Run
from flows.site import Site

_BAD_LETTERS = (State.REFUSED, State.IN_DOUBT, State.WITHHELD)
_NEVER = "has not run yet"


@dataclass(frozen=True, slots=True)
class Status:
    """Lines for a person, and sentences for what needs one."""

    lines: Sequence[str]
    needs: Sequence[str]


def status_of(site: Site, now: datetime) -> Status:
    """How `site` stands at `now`."""
    going_on = is_held(site.folder)
    with closing(Ledger(site.ledger)) as ledger:
        looked = _Look(site, Duties(site.settings, ledger), ledger, now, going_on=going_on)
        return Status([*looked.lines()], [*looked.needs()])


@dataclass(frozen=True, slots=True)
class _Look:
    site: Site
    duties: Duties
    ledger: Ledger
    now: datetime
    going_on: bool

    def lines(self) -> Iterator[str]:
        organisation, timetable = self.site.settings.organisation, self.duties.timetable
        yield f"{organisation.name}, {_at(self.now)} ({organisation.time_zone})"
        yield f"Now: {'a run is going on' if self.going_on else 'no run is going on'}; {self._server()}"
        yield from (f"Last {name}: {self._told(self.duties.runs.newest(kind))}" for name, kind in _TOLD)
        yield f"Inbox: {self._waiting()} files wait"
        yield f"To be measured again: {_months(self.ledger.dirty_months())}"
        yield f"To be reviewed: {_months(self.duties.unreviewed(self.now))}"
        if letters := self._letters():
            yield "Letters: " + ", ".join(f"{state} {count}" for state, count in letters.items())
        month, due = timetable.next_letter(self.now)
        yield f"Next night: {_at(timetable.next_night(self.now))}; next review: {month:%Y-%m} on {_at(due)}"

    def needs(self) -> Iterator[str]:
        last = [run for _, kind in _TOLD if (run := self.duties.runs.newest(kind))]
        yield from (sentence for run in last if (sentence := self._trouble(run)))
        yield from self._overdue()
        yield from self._put_off()
        if bad := sum(n for state, n in self._letters().items() if state in _BAD_LETTERS):
            yield f"{bad} letters did not arrive or may not have; see 'kpi letters {self.site.folder}'."

    def _put_off(self) -> Iterator[str]:
        due = self.duties.letters()
        if due and due < self.now - self.site.settings.schedule.late_after and not self.going_on:
            yield f"Letters that wait were due on {_at(due, self.now)}; is 'kpi serve' or cron at work?"

    def _trouble(self, run: Run) -> str | None:
        if self._crashed(run):
            return f"The {run.kind} run of {_at(run.began, self.now)} was killed; run it again to go on."
        if run.outcome is Outcome.FAILED:
            return f"The {run.kind} run of {_at(run.began, self.now)} failed; run it again to see why."
        if run.outcome is Outcome.REFUSED:
            return self._kept_out() if run.kind is Kind.NIGHTLY else self._unprinted(run)
        return None

    def _kept_out(self) -> str | None:
        """What the last night refused may have been readmitted or taken away since."""
        files, rows = held_back(self.site)
        held = [f"{count} {what}" for count, what in ((files, "refused files"), (rows, "files with bad rows")) if count]
        if not held:
            return None
        return (
            f"In {self.site.quarantine} lie {' and '.join(held)}, each with its reason; mend that, then run 'kpi "
            f"readmit {self.site.folder}'."
        )

    def _unprinted(self, run: Run) -> str | None:
        """Letters that did not arrive are told by themselves."""
        if refused := run.counts.get("refused"):
            return f"{refused} reviews of {run.month:%Y-%m} were not printed; review it again to see why."
        return None

    def _crashed(self, run: Run) -> bool:
        return run.outcome is Outcome.CRASHED or (run.outcome is None and not self.going_on)

    def _overdue(self) -> Iterator[str]:
        grace, timetable = self.site.settings.schedule.late_after, self.duties.timetable
        began, night = self.duties.runs.first(), timetable.last_night(self.now)
        idle = self.duties.idle(night, self.now)
        if began and began <= night < self.now - grace and idle is not Idle.ANSWERED and not self.going_on:
            yield f"The night of {_at(night)} has not run; is 'kpi serve' or cron at work?"
        for month in self.duties.unreviewed(self.now):
            if timetable.letter(month) < self.now - grace and not self.going_on:
                yield f"The review of {month:%Y-%m} was due on {_at(timetable.letter(month))} and has not run."

    def _told(self, run: Run | None) -> str:
        if run is None:
            return _NEVER
        what = f" of {run.month:%Y-%m}" if run.month else ""
        counts = ", ".join(f"{count} {name}" for name, count in run.counts.items())
        ended = "killed" if self._crashed(run) else run.outcome or "going on"
        return f"{_at(run.began, self.now)}{what}, {ended}{f' ({counts})' if counts else ''}"

    def _server(self) -> str:
        return "'kpi serve' is up" if is_served(self.site.folder) else "'kpi serve' is not up"

    def _waiting(self) -> int:
        inbox = self.site.inbox
        return sum(p.is_file() and not p.name.startswith(".") for f in FOLDERS for p in (inbox / f).rglob("*"))

    def _letters(self) -> dict[str, int]:
        """Letters by state."""
        return dict(self.ledger.asked("SELECT state, count(*) FROM letters GROUP BY state ORDER BY state"))


_TOLD = (("night", Kind.NIGHTLY), ("review", Kind.REVIEW))


def _at(moment: datetime, beside: datetime | None = None) -> str:
    return f"{moment.astimezone((beside or moment).tzinfo):%Y-%m-%d %H:%M}"


def _months(months: Sequence[date]) -> str:
    return ", ".join(f"{month:%Y-%m}" for month in sorted(months)) or "nothing"
