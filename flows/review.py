"""One month's reviews: facts -> judged figures -> view models -> PDFs, for all groups or some."""

from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from flows.compose import compose
from flows.console import Teller
from flows.disk import sha256_of, write_whole
from flows.facts import measure_months
from flows.lake import Lake
from flows.ledger import Ledger
from flows.lock import alone
from flows.press import printed
from flows.site import Site
from flows.steps import Do, plainly
from reports.pdf import content_key
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


def review(site: Site, month: date, *, teller: Teller, groups: Collection[str] = (), do: Do = plainly) -> Reviewed:
    """Review `month` for `groups` (ids; all reviewed levels if empty).

    Raises:
        NothingToReview: the month was never measured, or a group is not known; says which there are.

    """
    lake = Lake(site.lake)
    with alone(site.folder), closing(Ledger(site.ledger)) as ledger:
        do("measure the months", lambda: measure_months(site, lake, ledger))
        _ready(ledger, month)
        reviews = do("judge the groups", lambda: compose(site, lake, ledger, month))
        chosen = _chosen(reviews, groups)
        return do("print the reviews", lambda: _print(site, ledger, chosen, teller))


def _ready(ledger: Ledger, month: date) -> None:
    months = ledger.months()
    if month not in months:
        known = ", ".join(f"{m:%Y-%m}" for m in list(months)[-12:]) or "none yet"
        raise NothingToReview(f"There is nothing to review for {month:%Y-%m}; the months with data are {known}.")


def _chosen(reviews: Sequence[Review], groups: Collection[str]) -> list[Review]:
    unknown = sorted(set(groups) - {r.group.id for r in reviews})
    if unknown:
        known = ", ".join(sorted(r.group.id for r in reviews)[:20])
        raise NothingToReview(f"No reviewed group is called {', '.join(unknown)}; the groups are {known}.")
    return [r for r in reviews if not groups or r.group.id in groups]


def _print(site: Site, ledger: Ledger, reviews: Sequence[Review], teller: Teller) -> Reviewed:
    shelf = _Shelf(site, ledger)
    jobs = [(review, language) for review in reviews for language in site.settings.organisation.languages]
    kept = [shelf.find(*job) for job in jobs]
    fresh = [job for job, path in zip(jobs, kept, strict=True) if path is None]
    rendered, faults = [], []
    for copy in teller.track(printed(fresh), "Printing reviews", len(fresh)):
        if copy.pdf is None:
            faults.append(f"{copy.review.group.id} ({copy.language}): {copy.fault}")
        else:
            rendered.append(shelf.put(copy.review, copy.language, copy.pdf))
    return Reviewed(sorted(rendered), [path for path in kept if path], faults)


@dataclass(frozen=True)
class _Shelf:
    """Where issued reviews stand, each under the key of its content."""

    site: Site
    ledger: Ledger

    def find(self, review: Review, language: str) -> Path | None:
        """The PDF that was printed from just this content, if it is still whole."""
        issued = self.ledger.issued(review.month, review.group.level, review.group.id, language)
        if issued is None or issued[0] != content_key(review, language):
            return None
        path = self.site.folder / issued[1]
        return path if path.is_file() and sha256_of(path) == issued[2] else None

    def put(self, review: Review, language: str, pdf: bytes) -> Path:
        """Keep a new PDF."""
        group, month = review.group, review.month
        path = self.site.reviews / f"{month:%Y-%m}" / f"{group.level}-{group.id}.{language}.pdf"
        write_whole(path, pdf)
        self.ledger.issue(
            month,
            group.level,
            group.id,
            language,
            content_key=content_key(review, language),
            path=str(path.relative_to(self.site.folder)),
            sha256=sha256(pdf).hexdigest(),
        )
        return path
