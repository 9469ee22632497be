"""What moved net sales and gross margin: from the same month last year, or the target, to this one, in exact parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal
from itertools import accumulate, pairwise
from typing import Final

from babel.numbers import get_currency_precision

from reports.findings import Moved, Part
from reports.language import NOTHING, WIDE, Language
from reports.review import Review
from reports.sections.driven import values
from reports.windows import Window, windows
from transforms.calendar import add_months
from transforms.drivers import LINKS, TOLD_BY_HOURS
from transforms.planned import BEYOND

# A part is a fifth of the width at least where the whole would make it a line: then the bars are cut, and say so.
_WIDEST: Final = Decimal("2.5")
_CAUSES: Final = (BEYOND, *dict.fromkeys(driver for names in LINKS.values() for driver in names))
_ALL: Final = Decimal("0.9995")  # of the turnover, as printed


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the waterfall; `begins` and `ends` are plain numbers for its bar."""

    name: str
    note: str  # what it could not be told of
    begins: float
    ends: float
    kind: str  # before | rise | fall | after
    was: str  # the driver itself, in its own unit: on the side that the waterfall begins with
    now: str
    amount: str
    share: str  # of last year's
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row below the waterfall: the same drivers towards the target, in their sum."""

    name: str
    amount: str
    share: str


@dataclass(frozen=True, slots=True)
class Waterfall:
    """One of the section."""

    title: str
    lead: str
    was: str  # how the sides are called
    now: str
    drawn: str  # what the bars go from and to
    of: str  # what shares are of
    steps: tuple[Step, ...]
    towards: tuple[Line, ...]
    note: str  # why hours are no driver, or of how much only
    window: Window
    cut: bool
    notes: tuple[str, ...]


def moved(review: Review, language: Language) -> tuple[Waterfall, ...]:
    """Net sales, then gross margin, each against last year and the target; only what could be told and moved."""
    every = (
        *(("net", "year", review.moved), ("net", "target", review.aimed)),
        *(("margin", "year", review.margin), ("margin", "target", review.aimed_margin)),
    )
    decimals = get_currency_precision(review.organisation.currency)
    known = [
        ((measure, base), _printed(change, decimals))
        for measure, base, change in every
        if change is not None and any(part.amount for part in change.parts)
    ]
    extents = [_extent(change) for _, change in known]
    windowed = windows([("money", low, high) for low, high, _ in extents], anchored=True)
    return tuple(
        _waterfall(told, change, window, review, language, cut=cut)
        for (told, change), window, (_, _, cut) in zip(known, windowed, extents, strict=True)
    )


def _extent(change: Moved) -> tuple[float, float, bool]:
    """Where the bars begin and end, and whether they are cut."""
    heights = [change.before, *accumulate((part.amount for part in change.parts), initial=change.before)]
    low, high = min(*heights, change.after), max(*heights, change.after)
    cut = low > _WIDEST * (high - low)
    return float(low - (high - low) / 3 if cut else min(low, Decimal(0))), float(high), cut


def _printed(change: Moved, decimals: int) -> Moved:
    """In whole units of the currency, still adding up: prices of a fraction of a cent are for the accounts."""
    before, after = (round(amount, decimals) for amount in (change.before, change.after))
    parts = causes(change)
    amounts = whole([part.amount for part in parts], after - before, decimals)
    target = None if change.target is None else round(change.target, decimals)
    return Moved(before, after, tuple(replace(p, amount=a) for p, a in zip(parts, amounts, strict=True)), target)


def _waterfall(
    told: tuple[str, str], change: Moved, window: Window, review: Review, language: Language, *, cut: bool
) -> Waterfall:
    measure, against = told
    steps = tuple(_steps(change, window.low, _from(against, review, language), review, language))
    planned = review.aimed if measure == "net" else review.aimed_margin
    return Waterfall(
        title=language.text(f"moved.title_{measure}" if against == "year" else f"moved.target_{measure}"),
        lead=_lead(measure, against, review, language),
        was=_side(against, review, language),
        now=language.month_and_year(review.month),
        drawn=language.text(f"moved.drawn_{against}"),
        of=language.text(f"moved.of_{against}"),
        steps=steps,
        towards=() if planned else tuple(_towards(change, language)),
        note=_hours(change, language) if told == ("net", "year") else "",
        window=window,
        cut=cut,
        notes=tuple(_notes(told, change, review, language, cut=cut)),
    )


def whole(amounts: Sequence[Decimal], total: Decimal, decimals: int) -> list[Decimal]:
    """`amounts` rounded by largest remainder, so that as printed they still add up to `total`."""
    unit = Decimal(1).scaleb(-decimals)
    floors = [amount.quantize(unit, ROUND_FLOOR, WIDE) for amount in amounts]
    left = int((total - sum(floors)) / unit)
    ranked = sorted(range(len(amounts)), key=lambda i: (floors[i] - amounts[i], i))
    lifted = set(ranked[:left])
    return [floor + unit * (i in lifted) for i, floor in enumerate(floors)]


def causes(change: Moved) -> list[Part]:
    """What did something, in the order of cause and effect."""
    return sorted((part for part in change.parts if part.amount), key=lambda part: _CAUSES.index(part.driver))


def _from(against: str, review: Review, language: Language) -> str:
    """The name of what the waterfall begins with."""
    last_year = add_months(review.month, -12)
    return language.month(last_year) if against == "year" else language.text("moved.target")


def _side(against: str, review: Review, language: Language) -> str:
    """What the values of drivers stand under that the waterfall begins with."""
    if against == "year":
        return language.month_and_year(add_months(review.month, -12))
    return language.text("moved.planned")


def _lead(measure: str, against: str, review: Review, language: Language) -> str:
    return language.text(
        "moved.lead" if against == "year" else "moved.lead_target",
        kpi=language.text(f"moved.{measure}"),
        group=language.name(review.group.name),
        before=language.month_inside(add_months(review.month, -12)),
        after=language.month_inside(review.month),
        unit=language.symbol(review.organisation.currency),
    )


def _towards(change: Moved, language: Language) -> Iterator[Line]:
    """The drivers less what the plan counted on is what is left over, or missing."""
    if change.target is None:
        return
    brought, planned = change.after - change.before, change.before - change.target
    told = language.number(change.target, _places(change.target))
    yield _line(language.text("moved.together"), brought, change, language)
    yield _line(_driver("planned_growth", language), planned, change, language)
    yield _line(language.text("moved.towards", target=told), brought + planned, change, language)


def _line(name: str, amount: Decimal, change: Moved, language: Language) -> Line:
    return Line(name, language.number(amount, _places(amount), signed=True), _share(amount, change, language))


def _hours(change: Moved, language: Language) -> str:
    """Where clockings are missing hours cannot be told from pace, and that is said."""
    told = max((part.coverage for part in change.parts if part.driver == TOLD_BY_HOURS), default=Decimal(0))
    if told >= _ALL:
        return ""
    return language.text("moved.without_hours", share=language.percent(1 - told, 0))


def _steps(change: Moved, base: float, begins: str, review: Review, language: Language) -> Iterator[Step]:
    growth = _share(change.after - change.before, change, language)
    yield _end("before", begins, (base, change.before), NOTHING, language)
    decimals = max(_places(part.amount) for part in change.parts)
    heights = pairwise(accumulate((part.amount for part in change.parts), initial=change.before))
    for part, ends in zip(change.parts, heights, strict=True):
        amount = language.number(part.amount, decimals, signed=True)
        told = *values(part, review, language), amount, _share(part.amount, change, language)
        yield _step(part, ends, told, language)
    yield _end("after", language.month(review.month), (base, change.after), growth, language)


def _step(part: Part, ends: tuple[Decimal, Decimal], told: tuple[str, str, str, str], language: Language) -> Step:
    name = _driver(part.driver, language)
    title = language.text("alt.step", name=name, amount=told[2], share=told[3])
    kind = "rise" if part.amount > 0 else "fall"
    begins, reached = (float(end) for end in ends)
    return Step(name, _coverage(part, language), begins, reached, kind, *told, title)


def _end(kind: str, name: str, ends: tuple[float, Decimal], share: str, language: Language) -> Step:
    base, amount = ends
    told = language.number(amount, _places(amount))
    title = language.text("alt.step", name=name, amount=told, share=share)
    return Step(name, "", base, float(amount), kind, "", "", told, share, title)


def _driver(name: str, language: Language) -> str:
    text = language.text(f"drivers.{name}")
    return text[:1].upper() + text[1:]


def _places(amount: Decimal) -> int:
    return max(0, -int(amount.normalize(WIDE).as_tuple().exponent))


def _notes(told: tuple[str, str], change: Moved, review: Review, language: Language, *, cut: bool) -> Iterator[str]:
    """How the drawing and the values are to be read; of values and the calendar once."""
    if cut:
        yield language.text("moved.cut")
    if any(part.coverage < _ALL for part in change.parts):
        yield language.text("moved.covered")
    if told == ("net", "year"):
        yield from _calendar(change, review, language)
    first = told == ("net", "year") or (told == ("net", "target") and review.moved is None)
    if first and review.group.level != "store":
        yield language.text("moved.values")


def _calendar(change: Moved, review: Review, language: Language) -> Iterator[str]:
    """Two calendar effects stand in one review: each is told what it is."""
    rows = () if review.comparison is None else review.comparison.rows
    days = next((row.calendar_effect for row in rows if row.basis == "weekday"), None)
    part = next((part for part in change.parts if part.driver == "calendar"), None)
    if part is None:
        return
    yield language.text("moved.beyond_calendar")
    if days is None:
        return
    effects = {"driver": _share(part.amount, change, language), "days": language.percent(days, signed=True)}
    yield language.text("moved.calendar", **effects)


def _share(amount: Decimal, change: Moved, language: Language) -> str:
    return NOTHING if change.before <= 0 else language.percent(amount / change.before, signed=True)


def _coverage(part: Part, language: Language) -> str:
    if part.coverage >= _ALL:
        return ""
    return language.text("moved.coverage", share=language.percent(part.coverage, 0))
