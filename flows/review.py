"""One month's reviews: facts -> judged figures -> view models -> PDFs, for all groups or some."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from flows.compose import compose
from flows.console import Teller
from flows.delivery import Delivery, Key, also_read, deliver, rehearse
from flows.editions import Editions
from flows.facts import measure_months
from flows.lake import Lake
from flows.ledger import Ledger
from flows.letters_send import wall_clock
from flows.letters_write import Desk
from flows.lock import alone
from flows.nightly import local_now
from flows.press import printed
from flows.shelf import Shelf
from flows.site import Site
from flows.steps import Do, plainly
from reports.language import languages
from reports.review import Review
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

    @property
    def failed(self) -> bool:
        """Whether a review was not printed, or a letter failed or was held back."""
        return bool(self.faults or (self.letters and self.letters.failed))


@dataclass(frozen=True, slots=True)
class Asked:
    """Which reviews are asked for: of one month, of some groups and in some languages, or of all and the site's.

    `sending`: have letters go out, or only say which would; `anyway`: though something is missing.
    """

    month: date
    groups: Collection[str] = ()
    languages: Sequence[str] = ()
    sending: Sending = ""
    anyway: bool = False

    @property
    def whole(self) -> bool:
        """Whether this is all that is done of a month."""
        return not (self.groups or self.languages or self.sending == "rehearse")


def review(site: Site, asked: Asked, *, teller: Teller, do: Do = plainly) -> Reviewed:
    """Print the reviews asked for.

    Raises:
        NothingToReview: the month was never measured, or a group or language is not known; says which there are.

    """
    lake = Lake(site.lake)
    spoken = tuple(asked.languages) or site.settings.organisation.languages
    _known("language", spoken, languages())
    with alone(site.folder), closing(Ledger(site.ledger)) as ledger:
        if asked.sending != "rehearse":
            do("measure the months", lambda: measure_months(site, lake, ledger))
        _ready(ledger, asked.month)
        reviews = do("judge the groups", lambda: compose(site, lake, ledger, asked.month, asked.groups))
        if not reviews:
            raise NothingToReview(
                f"No reviewed group has any figure in {asked.month:%Y-%m}; deliver its exports first."
            )
        _known("reviewed group", asked.groups, [r.group.id for r in reviews])
        chosen = [r for r in reviews if not asked.groups or r.group.id in asked.groups]
        desk = Desk(site, ledger, asked.month, reviews, asked.groups, local_now(site), asked.anyway)
        if asked.sending == "rehearse":
            return Reviewed([], [], [], rehearse(desk))
        more = also_read(site, asked.month, spoken) if asked.sending and not asked.languages else {}
        shelf = Shelf(site, Editions(ledger), asked.month, desk.now)
        printed_now = do("print the reviews", lambda: _print(shelf, chosen, spoken, more, teller))
        if not asked.sending:
            return printed_now
        desk = replace(desk, faulty=[fault.partition(" (")[0] for fault in printed_now.faults])
        sent = do("send the letters", lambda: deliver(desk, teller=teller, clock=wall_clock(site)))
        return replace(printed_now, letters=sent)


def _ready(ledger: Ledger, month: date) -> None:
    months = ledger.months()
    if month not in months:
        known = ", ".join(f"{m:%Y-%m}" for m in list(months)[-12:]) or "none yet"
        raise NothingToReview(f"There is nothing to review for {month:%Y-%m}; the months with data are {known}.")


def _known(what: str, asked: Collection[str], known: Collection[str]) -> None:
    if unknown := sorted(set(asked) - set(known)):
        there_are = ", ".join(sorted(known)[:20])
        raise NothingToReview(f"No {what} is called {', '.join(unknown)}; there are {there_are}.")


def _print(
    shelf: Shelf, reviews: Sequence[Review], spoken: Sequence[str], more: Mapping[Key, Sequence[str]], teller: Teller
) -> Reviewed:
    keys = ((review, (review.group.level, review.group.id)) for review in reviews)
    jobs = [(review, language) for review, key in keys for language in (*spoken, *more.get(key, ()))]
    kept = [shelf.find(*job) for job in jobs]
    fresh = [job for job, path in zip(jobs, kept, strict=True) if path is None]
    rendered, faults = [], []
    for copy in teller.track(printed(fresh), "Printing reviews", len(fresh)):
        if copy.pdf is None:
            faults.append(f"{copy.review.group.id} ({copy.language}): {copy.fault}")
        else:
            rendered.append(shelf.put(copy.review, copy.language, copy.pdf))
    return Reviewed(sorted(rendered), [path for path in kept if path], faults)
