"""Runs with all that surrounds them: noted in the ledger, told to the operators, and a sign of life at the end."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.request import urlopen

from flows.console import Teller
from flows.ledger import REFUSED, Ledger
from flows.lock import AT_ONCE, Busy, alone
from flows.months.archive import write_archive
from flows.months.retention import prune
from flows.nightly import Night, local_now, nightly
from flows.post.delivery import resume
from flows.post.letters import FAILED, Letter
from flows.post.send import wall_clock
from flows.review import Asked, NothingToReview, Reviewed, review, sending
from flows.running import notices
from flows.running.duties import Duties, Idle
from flows.running.notices import Operators, Submit, submit
from flows.running.runs import Kind, Outcome, Runs
from flows.running.timetable import Timetable
from flows.settings.kpi_toml import KpiToml
from flows.site import Site, load_site
from flows.steps import Do, plainly
from transforms.problem import BadSite

_PATIENCE_SECONDS: Final = 10


class ImbalanceError(Exception):
    """Rows or money do not add up, by a fault of ours."""


@dataclass(slots=True)
class Note:
    """What a run says of its own end, for the ledger."""

    outcome: Outcome = Outcome.DONE
    counts: dict[str, int] = field(default_factory=dict)
    refused: int = 0
    undone: int = 0  # letters that did not reach their readers

    def night(self, night: Night) -> None:
        """A night has ended."""
        taken, rows = night.taken, sum(outcome.rows("quarantined") for outcome in night.outcomes)
        files = sum(outcome.state == REFUSED for outcome in night.outcomes)
        self.refused = files + rows + len(taken.unreadable) + len(taken.stray)
        self.counts = {"files": len(night.outcomes), "refused": files, "quarantined": rows, "months": len(night.months)}
        self.outcome = Outcome.REFUSED if night.refused else Outcome.DONE
        if night.errors:
            self.outcome = Outcome.FAILED

    def review(self, reviewed: Reviewed) -> None:
        """A review has ended."""
        letters = reviewed.letters
        self.refused, self.undone = len(reviewed.faults), letters.undone if letters else 0
        self.counts = {"printed": len(reviewed.rendered), "unchanged": len(reviewed.unchanged), "refused": self.refused}
        self.counts |= {"letters": len(letters.letters), "undone": self.undone} if letters else {}
        self.outcome = Outcome.REFUSED if self.refused or self.undone else Outcome.DONE
        if letters and letters.pending:
            self.outcome = Outcome.PENDING

    def letters(self, letters: Sequence[Letter]) -> None:
        """Letters that waited were looked at."""
        self.counts = dict(Counter(str(letter.state) for letter in letters))
        self.undone = sum(letter.state in FAILED for letter in letters)
        self.outcome = Outcome.REFUSED if self.undone else Outcome.DONE


@dataclass(frozen=True, slots=True)
class Watch:
    """How runs of one site are watched: who hears of them, what surrounds their steps, how long they wait."""

    site: Site
    teller: Teller
    do: Do = plainly
    wait: timedelta = AT_ONCE
    submit: Submit | None = None  # None: a person is watching, and nobody else need be told

    def night(self, due: datetime | None = None) -> Night | Idle:
        """Run a night; one that was `due` at a moment does nothing if that was done, or is not to be caught up."""
        with self.telling(Kind.NIGHTLY), self._alone():
            if due and (idle := self._idle(due)):
                return idle
            with self.noted(Kind.NIGHTLY) as note:
                self._told_if_late(Kind.NIGHTLY, due)
                night = nightly(self.site, now=local_now(self.site), teller=self.teller, do=self.do)
                note.night(night)
            self._refusals(Kind.NIGHTLY, note, self.site.quarantine)
        if note.outcome is not Outcome.FAILED:
            self._sign_of_life()
        return night

    def review(self, asked: Asked) -> Reviewed:
        """Review what is asked for; a rehearsal leaves no trace."""
        with self.telling(Kind.REVIEW):
            if asked.rehearsed:
                return review(self.site, asked, teller=self.teller, do=self.do)
            with self.noted(Kind.REVIEW, asked) as note:
                reviewed = review(self.site, asked, teller=self.teller, do=self.do)
                note.review(reviewed)
            self._refusals(Kind.REVIEW, note, self.site.reviews / f"{asked.month:%Y-%m}")
        return reviewed

    def owed_reviews(self) -> list[tuple[Asked, Reviewed]]:
        """Review every month that is owed, send its letters if the site says so, and let go what is kept no longer."""
        with self.telling(Kind.REVIEW), self._alone():
            with closing(Ledger(self.site.ledger)) as ledger:
                duties = Duties(self.site.settings, ledger)
                months = duties.months(local_now(self.site))
                for month in months:
                    self._told_if_late(Kind.REVIEW, duties.first_look(month))
            letters = sending(send=self.site.settings.schedule.send, dry_run=False)
            asked = [Asked(month, sending=letters) for month in months]
            done = [(each, self.review(each)) for each in asked]
            if done:
                for line in self.do("let go what is kept no longer", lambda: prune(self.site, local_now(self.site))):
                    self.teller.say(line)
        return done

    def owed_letters(self) -> list[Letter]:
        """Send the letters that earlier runs wrote and that are due by now, whoever had asked for them."""
        with self.telling(Kind.LETTERS), self._alone():
            with closing(Ledger(self.site.ledger)) as ledger:
                due = Duties(self.site.settings, ledger).letters()
            if due is None or due > local_now(self.site):
                return []
            with self.noted(Kind.LETTERS) as note, closing(Ledger(self.site.ledger)) as ledger:
                letters = self.do("send the letters that wait", partial(self._resumed, ledger))
                self.do("bring the archive up to date", lambda: write_archive(self.site, ledger))
                note.letters(letters)
            self._refusals(Kind.LETTERS, note, self.site.reviews)
        return letters

    def _resumed(self, ledger: Ledger) -> list[Letter]:
        return resume(self.site, ledger, teller=self.teller, clock=wall_clock(self.site))

    @contextmanager
    def noted(self, kind: Kind, asked: Asked | None = None) -> Iterator[Note]:
        """Note a run from its beginning to its end, and what became of the one before."""
        month, whole = (asked.month, asked.whole) if asked else (None, True)
        note = Note()
        with self._alone(), closing(Ledger(self.site.ledger)) as ledger:
            runs = Runs(ledger)
            for dead in runs.bury(local_now(self.site)):
                self._tell(
                    notices.Kind.CRASHED, run=dead.kind, began=dead.began.astimezone(local_now(self.site).tzinfo)
                )
            seq = runs.begin(kind, local_now(self.site), month, whole=whole)
            try:
                yield note
            except BaseException as fault:
                note.outcome = _outcome(fault)
                raise
            finally:
                runs.end(seq, note.outcome, note.counts, local_now(self.site))

    @contextmanager
    def telling(self, kind: Kind) -> Iterator[None]:
        """Tell the operators of what goes wrong inside; who finds the site busy without having waited just goes."""
        try:
            yield
        except Exception as fault:
            if not (isinstance(fault, Busy) and not self.wait):
                self._tell(notices.Kind.FAILED, run=kind, reason=fault)
            raise

    def _alone(self) -> AbstractContextManager[None]:
        return alone(self.site.folder, self.wait, for_all_within=True)

    def _idle(self, due: datetime) -> Idle | None:
        with closing(Ledger(self.site.ledger)) as ledger:
            return Duties(self.site.settings, ledger).idle(due, local_now(self.site))

    def _told_if_late(self, kind: Kind, due: datetime | None) -> None:
        now = local_now(self.site)
        if due and now - due > self.site.settings.schedule.late_after:
            self._tell(notices.Kind.LATE, run=kind, due=due.astimezone(now.tzinfo))

    def _refusals(self, kind: Kind, note: Note, place: Path) -> None:
        if note.outcome is Outcome.FAILED:
            self._tell(notices.Kind.FAILED, run=kind, reason=ImbalanceError())
        elif note.refused:
            self._tell(notices.Kind.REFUSED, run=kind, count=note.refused, place=place)
        if note.undone:
            self._tell(notices.Kind.LETTERS, run=kind, count=note.undone)

    def _tell(self, kind: notices.Kind, **values: object) -> None:
        if self.submit is None:
            return
        operators = Operators(self.site.folder, self.site.settings, self.submit)
        try:
            operators.tell(kind, local_now(self.site), **values)
        except OSError:
            self.teller.say("The operators could not be told; the next run tries again.")

    def _sign_of_life(self) -> None:
        url = self.site.settings.operators.heartbeat_url
        if url is None:
            return
        try:
            with urlopen(url.get_secret_value(), timeout=_PATIENCE_SECONDS):  # noqa: S310 - http(s) by its setting
                pass
        except (OSError, HTTPException, ValueError):
            # Its reason would name the address, and whoever knows that can speak in our name.
            self.teller.say("The heartbeat could not be sent.")


def watched(folder: Path, teller: Teller, *, unattended: bool = True, do: Do = plainly, wait: bool = False) -> Watch:
    """The site in `folder`, ready to be run, with nobody watching or somebody.

    Where nobody is, operators are told of failures, even if a table of the site is wrong; `wait` as the site says.

    Raises:
        BadSite: the site is not in order.

    """
    try:
        site = load_site(folder)
    except BadSite as problem:
        if unattended and (settings := _settings(folder)):
            now = datetime.now(Timetable.of(settings).zone)
            with suppress(OSError):
                Operators(folder, settings, submit(folder, settings)).tell(
                    notices.Kind.FAILED, now, run=Kind.NIGHTLY, reason=problem
                )
        raise
    patience = site.settings.schedule.wait if wait else AT_ONCE
    return Watch(site, teller, do, patience, submit(folder, site.settings) if unattended else None)


def _settings(folder: Path) -> KpiToml | None:
    try:
        return KpiToml.model_validate(tomllib.loads((folder / "kpi.toml").read_text("utf-8-sig")))
    except (OSError, ValueError):
        return None


def _outcome(fault: BaseException) -> Outcome:
    if isinstance(fault, NothingToReview):
        return Outcome.NOTHING
    return Outcome.FAILED if isinstance(fault, Exception) else Outcome.STOPPED
