"""What only a person's own review says: where she worked, what her score would earn, and absence as context."""

from collections.abc import Iterable
from dataclasses import dataclass

from reports.fairness import Absence, Payout, Workplace
from reports.language import NOTHING, Language
from reports.review import Review


@dataclass(frozen=True, slots=True)
class Share:
    """What a score would earn of the variable pay."""

    score: str
    payout: str
    own: bool  # her score; else a point less or more


@dataclass(frozen=True, slots=True)
class Own:
    """The section; each part may be empty."""

    shares: tuple[Share, ...]
    notes: tuple[str, ...]


def personal(review: Review, language: Language) -> Own | None:
    """None but for a person of whom there is something to say."""
    found = review.personal
    if found is None:
        return None
    shares = tuple(_shares(found.payout, review, language)) if found.payout is not None else ()
    notes = (*_workplaces(found.workplaces, review, language), *_absence(found.absence, language))
    return Own(shares, notes) if shares or notes else None


def _shares(payout: Payout, review: Review, language: Language) -> Iterable[Share]:
    score = review.score.value
    if score is not None:
        for moved, share in ((-1, payout.below), (0, payout.share), (1, payout.above)):
            yield Share(language.number(score + moved, 1), language.percent(share), own=moved == 0)


def _workplaces(places: tuple[Workplace, ...], review: Review, language: Language) -> Iterable[str]:
    for place in places:
        sold, hours = place.net_sales, place.worked_hours
        yield language.text(
            "personal.workplace",
            store=language.name(place.store),
            sales=NOTHING if sold is None else language.money(sold, review.organisation.currency, exact=False),
            hours=NOTHING if hours is None else language.number(hours, 1),
        )


def _absence(absence: Absence | None, language: Language) -> Iterable[str]:
    if absence is not None and absence.spells:
        told = {"months": absence.months, "spells": absence.spells, "shifts": absence.shifts}
        written = {name: language.number(number) for name, number in told.items()}
        yield language.text("personal.absence", factor=language.number(absence.bradford), **written)
