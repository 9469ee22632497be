"""One month's reviews: facts -> judged figures -> view models -> files and letters, for all groups or some."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Literal

from flows.console import Teller
from flows.lake import Lake
from flows.ledger import Ledger
from flows.lock import alone
from flows.months.archive import refuse_older_ledger, write_archive
from flows.months.asof import known_then
from flows.months.closing import Closings
from flows.months.compose import compose
from flows.months.editions import Editions
from flows.months.facts import measure_months
from flows.months.issuing import Issued, Issuing
from flows.months.press import Job, printed
from flows.months.retention import refuse_pruned
from flows.months.shelf import AsideShelf, IssueShelf, Shelf
from flows.nightly import local_now
from flows.post.delivery import Delivery, Key, also_read, deliver, rehearse
from flows.post.send import wall_clock
from flows.post.write import Desk
from flows.site import Site
from flows.steps import Do, plainly
from reports.formats import FORMATS
from reports.language import languages
from reports.review import Review
from transforms.identity import instead
from transforms.problem import Problem

Sending = Literal["", "send", "rehearse"]


def sending(*, send: bool, dry_run: bool) -> Sending:
    """What is to become of letters; a rehearsal sends nothing, whatever else is said."""
    return "rehearse" if dry_run else "send" if send else ""


class NothingToReview(Problem):
    """The month or the groups asked for cannot be reviewed."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What one review run did."""

    rendered: Sequence[Path]
    unchanged: Sequence[Path]  # rendered before from the same content
    faults: Sequence[str]
    letters: Delivery | None = None  # none were asked for
    notes: Sequence[str] = ()  # what to know about them

    @property
    def failed(self) -> bool:
        """Whether a review was not printed, or a letter failed or was held back."""
        return bool(self.faults or (self.letters and self.letters.failed))


@dataclass(frozen=True, slots=True)
class Asked:
    """Which reviews are asked for: of one month, some groups, languages and formats, or of all and the site's.

    `sending`: have letters go out, or only say which would; `anyway`: though something is missing. `restate`: another
    revision where figures of a standing review moved. `as_of`: as the month was known at the end of that day, printed
    beside what is issued.
    """

    month: date
    groups: Collection[str] = ()
    languages: Sequence[str] = ()
    formats: Sequence[str] = ()
    sending: Sending = ""
    anyway: bool = False
    restate: bool = False
    as_of: date | None = None

    @property
    def whole(self) -> bool:
        """Whether this is all that is done of a month."""
        return not (self.groups or self.languages or self.formats or self.as_of or self.rehearsed)

    @property
    def rehearsed(self) -> bool:
        """Whether nothing is to be issued or sent."""
        return self.sending == "rehearse"


def review(site: Site, asked: Asked, *, teller: Teller, do: Do = plainly, now: datetime | None = None) -> Reviewed:
    """Print the reviews asked for; `now` is the wall clock of the site unless given.

    Raises:
        NothingToReview: the month was never measured, or a group or language is not known; says which there are.

    """
    _known("language", _spoken(site, asked), languages())
    _known("format", asked.formats, FORMATS)
    with alone(site.folder), closing(Ledger(site.ledger)) as ledger:
        if asked.as_of:
            return _as_of(site, ledger, asked, asked.as_of, teller=teller, do=do)
        run = _Run(site, ledger, asked, now or local_now(site), teller, do)
        return run.rehearse() if asked.rehearsed else run.issue()


@dataclass(frozen=True, slots=True)
class _Run:
    """One run that issues a month, or rehearses its letters."""

    site: Site
    ledger: Ledger
    asked: Asked
    now: datetime
    teller: Teller
    do: Do

    def issue(self) -> Reviewed:
        """Measure, judge, print, bring the archive up to date, and send letters if they are asked for."""
        self.do("measure the months", lambda: measure_months(self.site, Lake(self.site.lake), self.ledger, self.now))
        self._ready()
        closings = Closings(self.site, self.ledger)
        self.do("close the months that are due", lambda: closings.close_due(Lake(self.site.lake), self.now))
        issuing = self._issuing()
        issued = self.do("judge the groups", lambda: issuing.issue(self._chosen(issuing)))
        done = self._printed(issued)
        if self.asked.sending:
            done = replace(done, letters=self._sent(issuing, issued, done.faults))
        self.do("bring the archive up to date", lambda: write_archive(self.site, self.ledger))
        return done

    def rehearse(self) -> Reviewed:
        """Who would get which letters; nothing is written."""
        self._ready()
        issuing = self._issuing()
        reviews = self.do("judge the groups", lambda: issuing.look(self._chosen(issuing)))
        return Reviewed([], [], [], rehearse(self._desk(reviews)))

    def _ready(self) -> None:
        _ready(self.ledger, self.asked.month)
        refuse_older_ledger(self.site, self.ledger, self.asked.month)
        refuse_pruned(self.ledger, self.asked.month)

    def _issuing(self) -> Issuing:
        lake, asked = Lake(self.site.lake), self.asked
        return Issuing(self.site, lake, self.ledger, asked.month, self.now, asked.restate, asked.groups)

    def _chosen(self, issuing: Issuing) -> list[Key]:
        known, asked = issuing.known(), self.asked
        _any(known, asked.month)
        _known("reviewed group", asked.groups, [group for _, group in known])
        return [key for key in known if not asked.groups or key[1] in asked.groups]

    def _printed(self, issued: Issued) -> Reviewed:
        site, asked = self.site, self.asked
        more: Mapping[Key, Sequence[str]] = {}
        if asked.sending and not asked.languages:
            more = also_read(site, asked.month, self.now.date(), _spoken(site, asked))
        jobs = _jobs(site, asked, issued.reviews, more)
        shelf = IssueShelf(site, Editions(self.ledger), asked.month, self.now, issued.standing)
        done = self.do("print the reviews", lambda: _print(shelf, issued.reviews, jobs, self.teller))
        return replace(done, faults=[*issued.faults, *done.faults], notes=[*issued.notes, *_otherwise(shelf)])

    def _sent(self, issuing: Issuing, issued: Issued, faults: Sequence[str]) -> Delivery:
        others = [key for key in issuing.known() if self.asked.groups and key[1] not in self.asked.groups]
        desk = self._desk([*issued.reviews, *replace(issuing, restate=False).look(others)])
        desk = replace(desk, faulty=[fault.partition(" (")[0] for fault in faults])
        return self.do("send the letters", partial(deliver, desk, teller=self.teller, clock=wall_clock(self.site)))

    def _desk(self, reviews: Sequence[Review]) -> Desk:
        asked = self.asked
        return Desk(self.site, self.ledger, asked.month, reviews, asked.groups, self.now, asked.anyway)


def _as_of(site: Site, ledger: Ledger, asked: Asked, day: date, *, teller: Teller, do: Do) -> Reviewed:
    with known_then(site, ledger, day) as (lake, then):
        _ready(then, asked.month, f" as it was known on {day}")
        reviews = do("judge the groups", lambda: compose(site, lake, then, asked.month, asked.groups, today=day))
    _any(reviews, asked.month)
    _known("reviewed group", asked.groups, [r.group.id for r in reviews])
    chosen = [replace(r, as_of=day) for r in reviews if not asked.groups or r.group.id in asked.groups]
    shelf = AsideShelf(site, asked.month, day)
    return do("print the reviews", lambda: _print(shelf, chosen, _jobs(site, asked, chosen, {}), teller))


def _spoken(site: Site, asked: Asked) -> tuple[str, ...]:
    return tuple(asked.languages) or site.settings.organisation.languages


def _any(reviews: Collection[object], month: date) -> None:
    if not reviews:
        raise NothingToReview(f"No reviewed group has any figure in {month:%Y-%m}; deliver its exports first.")


def _ready(ledger: Ledger, month: date, how: str = "") -> None:
    months = ledger.months()
    if month not in months:
        known = ", ".join(f"{m:%Y-%m}" for m in list(months)[-12:]) or "none yet"
        raise NothingToReview(f"There is nothing to review for {month:%Y-%m}{how}; the months with data are {known}.")


def _known(what: str, asked: Collection[str], known: Collection[str]) -> None:
    for name in sorted(set(asked) - set(known)):
        raise NothingToReview(f"No {what} is called {name!r}; {instead(name, sorted(known))}.")


def _otherwise(shelf: IssueShelf) -> Iterable[str]:
    if names := shelf.otherwise():
        yield (
            f"{len(names)} files that were missing or damaged were printed again from what was pinned, by a newer "
            f"program or template: the same figures, but not the same bytes ({', '.join(names[:3])})."
        )


def _jobs(site: Site, asked: Asked, reviews: Sequence[Review], more: Mapping[Key, Sequence[str]]) -> list[Job]:
    """What is printed: each review in the languages and formats asked for, and in those that its readers want."""
    formats, spoken = asked.formats or site.settings.review.formats, _spoken(site, asked)
    keys = ((review, (review.group.level, review.group.id)) for review in reviews)
    wanted = ((review, language) for review, key in keys for language in (*spoken, *more.get(key, ())))
    return [(*of, form) for of in wanted for form in formats]


def _print(shelf: Shelf, reviews: Sequence[Review], asked: Sequence[Job], teller: Teller) -> Reviewed:
    jobs = [*asked, *(job for job in shelf.outdated(reviews) if job not in asked)]
    kept = [shelf.find(*job) for job in jobs]
    fresh = [job for job, path in zip(jobs, kept, strict=True) if path is None]
    rendered, faults = [], []
    for copy in teller.track(printed(fresh), "Printing reviews", len(fresh)):
        if copy.content is None:
            faults.append(f"{copy.review.group.id} ({copy.language}, {copy.form}): {copy.fault}")
        else:
            rendered.append(shelf.put(copy.review, copy.language, copy.content, copy.form))
    return Reviewed(sorted(rendered), [path for path in kept if path], faults)
