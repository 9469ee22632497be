"""The scorecard: every KPI of the group against its target and the same month last year."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Final

from reports.amounts import Scale, scale_of
from reports.charts import Number
from reports.language import NOTHING, Language
from reports.review import Figure, Quality, Review, Status
from reports.sections.marks import Mark, drawn, mark, plain, reason
from transforms.kpis.kpi import Kpi

WHOLE: Final = 100  # percent: what all weights of a scorecard sum to


@dataclass(frozen=True, slots=True)
class Track:
    """A bullet of the attainment and a sparkline of the months."""

    attainment: Number  # percent
    history: list[Number]
    target: Number
    status: Status
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """One KPI; every text is ready to print."""

    position: int  # links a row to its definition
    name: str
    unit: str
    note: str  # why it was not measured, or what it lacks
    weight: str
    target: str
    actual: str
    variance: str
    same_period: str
    track: Track
    mark: Mark


@dataclass(frozen=True, slots=True)
class Kind:
    """The KPIs of one kind."""

    name: str
    weight: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The table and what has to be said below it."""

    kinds: tuple[Kind, ...]
    note: str


def scorecard(review: Review, language: Language) -> Scorecard | None:
    """None for a review without a single KPI."""
    if not review.figures:
        return None
    kinds = groupby(enumerate(review.figures), lambda figure: figure[1].kpi.kind)
    tables = tuple(_kind(kind, tuple(figures), review, language) for kind, figures in kinds)
    return Scorecard(tables, _note(review, language))


def _kind(name: str, figures: tuple[tuple[int, Figure], ...], review: Review, language: Language) -> Kind:
    weight = sum((figure.weight for _, figure in figures if figure.weight is not None), Decimal(0))
    rows = tuple(_row(position, figure, review, language) for position, figure in figures)
    return Kind(language.text(f"kinds.{name}"), _weight(weight, language) if weight else "", rows)


def _row(position: int, figure: Figure, review: Review, language: Language) -> Row:
    shown = [figure.actual, figure.target, figure.same_period]
    scale = scale_of(figure.kpi, shown, review.organisation.currency, language)
    return Row(
        position=position,
        name=language.name(figure.kpi.name),
        unit=scale.unit,
        note=reason(figure, language) if figure.actual is None else _caveat(figure.kpi, review.quality, language),
        weight=NOTHING if figure.weight is None else _weight(figure.weight, language),
        target=scale.write(figure.target),
        actual=scale.write(figure.actual),
        variance=scale.difference(figure.variance),
        same_period=scale.write(figure.same_period),
        track=_track(figure, scale, language),
        mark=mark(figure.status, language),
    )


def _caveat(kpi: Kpi, quality: Quality, language: Language) -> str:
    """A figure of days that are not all there says so."""
    tables = {total.table for total in (kpi.numerator, kpi.denominator) if total is not None}
    clocked = ("shifts", "attendance", quality.store_days_with_attendance)
    sold = ("sales", "sales", quality.store_days_with_sales)
    for table, name, covered in (clocked, sold):
        if table in tables and covered < quality.store_days_open:
            told = {"days": language.number(covered), "open": language.number(quality.store_days_open)}
            return language.text(f"caveats.{name}", **told)
    return ""


def _track(figure: Figure, scale: Scale, language: Language) -> Track:
    attainment = None if figure.attainment is None else figure.attainment * 100
    title = "; ".join(_told(figure, scale, language))
    return Track(plain(attainment), drawn(figure.history), plain(figure.target), figure.status, title)


def _told(figure: Figure, scale: Scale, language: Language) -> Iterable[str]:
    """What the drawing shows, for those who cannot see it."""
    yield language.name(figure.kpi.name)
    if figure.attainment is not None:
        yield language.text("alt.attainment", attainment=language.percent(figure.attainment))
    known = [value for value in figure.history if value is not None]
    if known:
        span = {"low": scale.write(min(known)), "high": scale.write(max(known))}
        yield language.text("alt.months", n=len(figure.history), **span)


def _weight(weight: Decimal, language: Language) -> str:
    decimals = 0 if weight == weight.to_integral_value() else 1
    return language.percent(weight / WHOLE, decimals)


def _note(review: Review, language: Language) -> str:
    measured = review.score.measured_weight
    if review.score.value is None or measured >= WHOLE:
        return ""
    policy = review.score.policy.replace("-", "_")
    return language.text(f"scorecard.policy_{policy}", weight=_weight(measured, language))
