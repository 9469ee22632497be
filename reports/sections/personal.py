"""What only a person's own review says: what her score would earn, where she worked, and absence as context."""

from collections.abc import Iterable

from reports.fairness import Absence, Payout, Workplace
from reports.language import NOTHING, Language
from reports.review import Review


def personal(review: Review, language: Language) -> tuple[str, ...]:
    """The sentences of the section; none but for a person of whom there is something to say."""
    found = review.personal
    if found is None:
        return ()
    payout = _payout(found.payout, review, language)
    return (*payout, *_workplaces(found.workplaces, review, language), *_absence(found.absence, language))


def _payout(payout: Payout | None, review: Review, language: Language) -> Iterable[str]:
    """With a point less and more, so that a cliff is seen before somebody falls off it."""
    score = review.score.value
    if payout is not None and score is not None:
        points = {"score": score, "less": score - 1, "more": score + 1}
        shares = {"share": payout.share, "below": payout.below, "above": payout.above}
        told = {name: language.number(value, 1) for name, value in points.items()}
        yield language.text("personal.payout", **told, **{name: language.percent(s) for name, s in shares.items()})


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
