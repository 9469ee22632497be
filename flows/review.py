"""One month's reviews: facts -> judged figures -> view models -> files, for all groups or some."""

from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows.compose import compose
from flows.console import Teller
from flows.editions import Editions
from flows.facts import measure_months
from flows.lake import Lake
from flows.ledger import Ledger
from flows.lock import alone
from flows.nightly import local_now
from flows.press import Job, printed
from flows.shelf import Shelf
from flows.site import Site
from flows.steps import Do, plainly
from reports.formats import FORMATS
from reports.language import languages
from transforms.problem import Problem


class NothingToReview(Problem):
    """The month or the groups asked for cannot be reviewed."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What one review run did."""

    rendered: Sequence[Path]
    unchanged: Sequence[Path]  # rendered before from the same content
    faults: Sequence[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which reviews are asked for: of one month, of some groups, languages and formats, or of all and the site's."""

    month: date
    groups: Collection[str] = ()
    languages: Sequence[str] = ()
    formats: Sequence[str] = ()


def review(site: Site, asked: Asked, *, teller: Teller, do: Do = plainly) -> Reviewed:
    """Print the reviews asked for.

    Raises:
        NothingToReview: the month was never measured, or a group or language is not known; says which there are.

    """
    lake = Lake(site.lake)
    spoken = tuple(asked.languages) or site.settings.organisation.languages
    formats = tuple(asked.formats) or site.settings.review.formats
    _known("language", spoken, languages())
    _known("format", formats, FORMATS)
    with alone(site.folder), closing(Ledger(site.ledger)) as ledger:
        do("measure the months", lambda: measure_months(site, lake, ledger))
        _ready(ledger, asked.month)
        reviews = do("judge the groups", lambda: compose(site, lake, ledger, asked.month))
        if not reviews:
            raise NothingToReview(
                f"No reviewed group has any figure in {asked.month:%Y-%m}; deliver its exports first."
            )
        _known("reviewed group", asked.groups, [r.group.id for r in reviews])
        chosen = [r for r in reviews if not asked.groups or r.group.id in asked.groups]
        return do(
            "print the reviews",
            lambda: _print(
                Shelf(site, Editions(ledger), asked.month, local_now(site)),
                [(r, language, form) for r in chosen for language in spoken for form in formats],
                teller,
            ),
        )


def _ready(ledger: Ledger, month: date) -> None:
    months = ledger.months()
    if month not in months:
        known = ", ".join(f"{m:%Y-%m}" for m in list(months)[-12:]) or "none yet"
        raise NothingToReview(f"There is nothing to review for {month:%Y-%m}; the months with data are {known}.")


def _known(what: str, asked: Collection[str], known: Collection[str]) -> None:
    if unknown := sorted(set(asked) - set(known)):
        there_are = ", ".join(sorted(known)[:20])
        raise NothingToReview(f"No {what} is called {', '.join(unknown)}; there are {there_are}.")


def _print(shelf: Shelf, jobs: Sequence[Job], teller: Teller) -> Reviewed:
    kept = [shelf.find(*job) for job in jobs]
    fresh = [job for job, path in zip(jobs, kept, strict=True) if path is None]
    rendered, faults = [], []
    for copy in teller.track(printed(fresh), "Printing reviews", len(fresh)):
        if copy.content is None:
            faults.append(f"{copy.review.group.id} ({copy.language}, {copy.form}): {copy.fault}")
        else:
            rendered.append(shelf.put(copy.review, copy.language, copy.content, copy.form))
    return Reviewed(sorted(rendered), [path for path in kept if path], faults)
