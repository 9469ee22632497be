"""One month's reviews: facts -> judged figures -> view models -> PDFs, for all groups or some."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from flows.archive import write_archive
from flows.asof import known_then
from flows.closing import Closings
from flows.compose import compose
from flows.console import Teller
from flows.editions import Editions
from flows.facts import measure_months
from flows.issuing import Issued, Issuing
from flows.lake import Lake
from flows.ledger import Ledger
from flows.lock import alone
from flows.nightly import local_now
from flows.press import printed
from flows.retention import refuse_pruned
from flows.shelf import AsideShelf, IssueShelf, Shelf
from flows.site import Site
from flows.steps import Do, plainly
from reports.language import languages
from reports.review import Review
from transforms.problem import Problem


class NothingToReview(Problem):
    """The month or the groups asked for cannot be reviewed."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What one review run did."""

    rendered: Sequence[Path]
    unchanged: Sequence[Path]  # rendered before from the same content
    faults: Sequence[str]
    notes: Sequence[str] = ()  # what to know about them


@dataclass(frozen=True, slots=True)
class Asked:
    """Which reviews are asked for: of one month, of some groups and in some languages, or of all and the site's.

    `restate`: another revision where figures of a standing review moved. `as_of`: as the month was known at the end of
    that day, printed beside what is issued.
    """

    month: date
    groups: Collection[str] = ()
    languages: Sequence[str] = ()
    restate: bool = False
    as_of: date | None = None


def review(site: Site, asked: Asked, *, teller: Teller, do: Do = plainly, now: datetime | None = None) -> Reviewed:
    """Print the reviews asked for; `now` is the wall clock of the site unless given.

    Raises:
        NothingToReview: the month was never measured, or a group or language is not known; says which there are.

    """
    _known("language", _spoken(site, asked), languages())
    with alone(site.folder), closing(Ledger(site.ledger)) as ledger:
        if asked.as_of:
            return _as_of(site, ledger, asked, asked.as_of, teller=teller, do=do)
        return _issue(site, ledger, asked, now or local_now(site), teller=teller, do=do)


def _issue(site: Site, ledger: Ledger, asked: Asked, now: datetime, *, teller: Teller, do: Do) -> Reviewed:
    lake = Lake(site.lake)
    do("measure the months", lambda: measure_months(site, lake, ledger, now))
    _ready(ledger, asked.month)
    refuse_pruned(ledger, asked.month)
    do("close the months that are due", lambda: Closings(site, ledger).close_due(lake, now))
    issued = do(
        "judge the groups", lambda: _issued(Issuing(site, lake, ledger, asked.month, now, asked.restate), asked)
    )
    shelf = IssueShelf(site, Editions(ledger), asked.month, now, issued.standing)
    done = do("print the reviews", lambda: _print(shelf, issued.reviews, _spoken(site, asked), teller))
    do("bring the archive up to date", lambda: write_archive(site, ledger))
    notes = [*issued.notes, *_otherwise(shelf)]
    return replace(done, faults=[*issued.faults, *done.faults], notes=notes)


def _issued(issuing: Issuing, asked: Asked) -> Issued:
    known = issuing.known()
    _any(known, asked.month)
    _known("reviewed group", asked.groups, [group for _, group in known])
    return issuing.issue([key for key in known if not asked.groups or key[1] in asked.groups])


def _as_of(site: Site, ledger: Ledger, asked: Asked, day: date, *, teller: Teller, do: Do) -> Reviewed:
    with known_then(site, ledger, day) as (lake, then):
        _ready(then, asked.month, f" as it was known on {day}")
        reviews = do("judge the groups", lambda: compose(site, lake, then, asked.month))
    _any(reviews, asked.month)
    _known("reviewed group", asked.groups, [r.group.id for r in reviews])
    chosen = [replace(r, as_of=day) for r in reviews if not asked.groups or r.group.id in asked.groups]
    shelf = AsideShelf(site, asked.month, day)
    return do("print the reviews", lambda: _print(shelf, chosen, _spoken(site, asked), teller))


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
    if unknown := sorted(set(asked) - set(known)):
        there_are = ", ".join(sorted(known)[:20])
        raise NothingToReview(f"No {what} is called {', '.join(unknown)}; there are {there_are}.")


def _otherwise(shelf: IssueShelf) -> Iterable[str]:
    if names := shelf.otherwise():
        yield (
            f"{len(names)} files that were missing or damaged were printed again from what was pinned, by a newer "
            f"program or template: the same figures, but not the same bytes ({', '.join(names[:3])})."
        )


def _print(shelf: Shelf, reviews: Sequence[Review], spoken: Sequence[str], teller: Teller) -> Reviewed:
    asked = [(review, language) for review in reviews for language in spoken]
    jobs = [*asked, *(job for job in shelf.outdated(reviews) if job[1] not in spoken)]
    kept = [shelf.find(*job) for job in jobs]
    fresh = [job for job, path in zip(jobs, kept, strict=True) if path is None]
    rendered, faults = [], []
    for copy in teller.track(printed(fresh), "Printing reviews", len(fresh)):
        if copy.pdf is None:
            faults.append(f"{copy.review.group.id} ({copy.language}): {copy.fault}")
        else:
            rendered.append(shelf.put(copy.review, copy.language, copy.pdf))
    return Reviewed(sorted(rendered), [path for path in kept if path], faults)
