"""The cover band and the headline tiles."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from reports.amounts import scale_of
from reports.charts import Number
from reports.language import NO_BREAK, NOTHING, Language
from reports.review import Figure, Review, Score, Status
from reports.sections.marks import SHAPES, Note, change, figure_of, plain, reason
from transforms.kpis.kpi import Better

HEADLINES: Final = ("net_sales", "average_transaction_value", "sales_per_labour_hour")
_JUDGED: Final = (Status.MET, Status.WATCH, Status.MISSED)
_LONG, _VERY_LONG = 26, 70  # characters of a title that need a smaller size


@dataclass(frozen=True, slots=True)
class Dial:
    """The score in the cover."""

    value: Number
    text: str
    band: str | None
    change: str
    note: str


@dataclass(frozen=True, slots=True)
class Cover:
    """Whose review of which month this is."""

    brand: str
    kicker: str
    name: str
    size: str  # class of the title
    facts: tuple[Note, ...]
    dial: Dial


@dataclass(frozen=True, slots=True)
class Tile:
    """One headline figure."""

    label: str
    value: str
    unit: str
    notes: tuple[Note, ...]


def cover(review: Review, language: Language) -> Cover:
    """The cover band of a review."""
    name = language.name(review.group.name)
    return Cover(
        brand=" · ".join(_brand(review, language)),
        kicker=language.text("cover.kicker", level=level(review, language), month=language.month(review.month)),
        name=name,
        size="very-long" if len(name) > _VERY_LONG else "long" if len(name) > _LONG else "short",
        facts=tuple(_facts(review, language)),
        dial=_dial(review.score, language),
    )


def level(review: Review, language: Language) -> str:
    """The word for the group's level."""
    return language.text(f"levels.{review.group.level}")


def tiles(review: Review, language: Language) -> tuple[Tile, ...]:
    """The headline figures there are, and how many KPIs are on target."""
    figures = [figure for kpi in HEADLINES if (figure := figure_of(review, kpi))]
    return (*(_headline(figure, review, language) for figure in figures), _on_target(review.figures, language))


def _brand(review: Review, language: Language) -> Iterable[str]:
    """The groups above, from the chain down; above the chain there is only the organisation."""
    return [language.name(parent) for parent in review.group.parents] or [review.organisation.name]


def _facts(review: Review, language: Language) -> Iterable[Note]:
    if review.group.position:
        yield Note(language.name(review.group.position), language.text("cover.position"))
    if review.group.manager:
        yield Note(review.group.manager, language.text("cover.manager"))
    if review.people:
        yield Note("", language.plural("cover.people", len(review.people)))
    yield Note("", language.text("cover.data_until", moment=language.moment(review.data_until)))
    if review.as_of:
        yield Note(language.text("cover.not_issued"), language.text("cover.as_of", day=language.day(review.as_of)))
    if review.revision > 1:
        yield Note(language.text("cover.revision", n=review.revision), "")


def _dial(score: Score, language: Language) -> Dial:
    if score.value is None:
        return Dial(None, NOTHING, None, "", language.text("cover.no_score"))
    moved = None if score.previous is None else score.value - score.previous
    return Dial(
        value=plain(score.value),
        text=language.number(score.value, 1),
        band=score.band,
        change="" if moved is None else _arrow(language.number(moved, 1, signed=True)),
        note=language.text("cover.no_previous")
        if score.previous is None
        else language.text("cover.previous", score=language.number(score.previous, 1)),
    )


def _arrow(moved: str) -> str:
    shape = {"+": "▲", "−": "▼"}.get(moved[0], "■")
    return f"{shape}{NO_BREAK}{moved.lstrip('+−')}"


def _headline(figure: Figure, review: Review, language: Language) -> Tile:
    scale = scale_of(figure.kpi, [figure.actual], review.organisation.currency, language, digits=3)
    notes = _comparisons(figure, language) if figure.actual is not None else [Note("", reason(figure, language))]
    unit = scale.unit if figure.actual is not None else ""
    return Tile(language.name(figure.kpi.name), scale.write(figure.actual), unit, tuple(notes))


def _comparisons(figure: Figure, language: Language) -> Iterable[Note]:
    """Against the target and the same month last year; nothing is said of a base that is there but not above zero."""
    for base, text in ((figure.target, "target"), (figure.same_period, "last_year")):
        moved = change(figure.actual, base)
        if base is None:
            yield Note("", language.text(f"tiles.no_{text}"))
        elif moved is not None:
            good = moved >= 0 if figure.kpi.better is Better.HIGHER else moved <= 0
            judged = figure.status if text == "target" else Status.MET if good else Status.MISSED
            yield Note(language.percent(moved, signed=True), language.text(f"tiles.{text}"), judged)


def _on_target(figures: Iterable[Figure], language: Language) -> Tile:
    counts = Counter(figure.status for figure in figures)
    judged = sum(counts[status] for status in _JUDGED)
    rest = (status for status in (Status.WATCH, Status.MISSED, Status.NOT_MEASURED) if counts[status])
    notes = (
        Note(f"{SHAPES[status]}{NO_BREAK}{language.number(counts[status])}", language.text(f"tiles.{status}"), status)
        for status in rest
    )
    value = language.number(counts[Status.MET])
    return Tile(language.text("tiles.on_target"), value, f"/ {language.number(judged)}", tuple(notes))
