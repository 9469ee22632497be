"""Process behaviour charts: which figures moved beyond their own routine variation, and which did not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from reports.amounts import Scale, scale_of
from reports.charts import Number, extent
from reports.findings import Alarms
from reports.language import Language
from reports.review import Charted, Figure, Point, Review
from reports.sections.marks import drawn, period, plain
from reports.windows import Window, windows

MOST: Final = 6
FIRST: Final = "net_sales"
OUTSIDE: Final = "outside"
_STRENGTH: Final = (OUTSIDE, "three_of_four", "run_of_eight", None)


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal by shape and word."""

    shape: str
    word: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One KPI by month between its natural limits, which follow its season."""

    name: str
    unit: str
    title: str
    values: list[Number]
    expected: list[Number]
    lower: list[float]
    upper: list[float]
    outside: list[int]  # positions beyond the limits
    runs: list[int]  # positions that another rule marks
    target: Number
    label: str
    first: str
    last: str
    shape: str
    verdict: str
    window: Window


@dataclass(frozen=True, slots=True)
class Behaviour:
    """The section."""

    found: str
    shown: str  # group and period
    charts: tuple[Chart, ...]
    more: str


def behaviour(review: Review, language: Language) -> Behaviour | None:
    """None where no chart has enough history."""
    shown, every = charted(review), _charted(review.figures)
    if not shown:
        return None
    rest = len(every) - len(shown)
    return Behaviour(
        found=found(review.alarms, language),
        shown=f"{language.name(review.group.name)} · {period(_months(shown), language)}",
        charts=tuple(_charts(shown, review, language)),
        more=language.plural("behaviour.more", rest) if rest > 0 else "",
    )


def charted(review: Review) -> tuple[Figure, ...]:
    """The figures whose charts are drawn: net sales, then the surest signals."""
    return tuple(sorted(_charted(review.figures), key=_rank)[:MOST])


def found(alarms: Alarms | None, language: Language) -> str:
    """How many signals there are, and how many chance alone would give."""
    if alarms is None:
        return ""
    counts = {"found": language.number(alarms.found), "charts": language.number(alarms.charts)}
    return language.text("behaviour.found", expected=language.number(alarms.expected, 1), **counts)


def signal(charted: Charted | None, language: Language) -> Signal | None:
    """The mark of a figure that moved for real."""
    if charted is None or charted.rule is None or charted.side is None:
        return None
    return Signal(_shape(charted.rule), language.text(f"behaviour.{charted.side}"))


def _shape(rule: str | None) -> str:
    return {OUTSIDE: "◆", None: ""}.get(rule, "◇")


def _charted(figures: Iterable[Figure]) -> list[Figure]:
    return [figure for figure in figures if figure.charted is not None and figure.charted.points]


def _rank(figure: Figure) -> tuple[bool, int, Decimal]:
    rule = figure.charted.rule if figure.charted else None
    return figure.kpi.id != FIRST, _STRENGTH.index(rule), -(figure.weight or Decimal(0))


def _months(shown: Iterable[Figure]) -> list[date]:
    return sorted({point.month for figure in shown if figure.charted for point in figure.charted.points})


def _charts(shown: Sequence[Figure], review: Review, language: Language) -> Iterable[Chart]:
    known = [(figure, figure.charted) for figure in shown if figure.charted]
    extents = [(figure.kpi.unit, *_extent(figure, charted)) for figure, charted in known]
    for (figure, charted), window in zip(known, windows(extents), strict=True):
        yield _chart(figure, charted, window, review, language)


def _extent(figure: Figure, charted: Charted) -> tuple[float, float]:
    heights = ((point.value, point.lower, point.upper) for point in charted.points)
    return extent([plain(figure.target)], *(drawn(values) for values in heights))


def _chart(figure: Figure, charted: Charted, window: Window, review: Review, language: Language) -> Chart:
    points = charted.points
    values = (*(point.value for point in points), figure.target)
    scale = scale_of(figure.kpi, values, review.organisation.currency, language)
    verdict = _verdict(charted, points[-1], scale, language)
    name = language.name(figure.kpi.name)
    return Chart(
        name=name,
        unit=scale.unit,
        title=language.text("alt.behaviour", name=name, n=len(points), verdict=verdict),
        values=drawn(point.value for point in points),
        expected=drawn(point.expected for point in points),
        lower=[float(point.lower) for point in points],
        upper=[float(point.upper) for point in points],
        outside=[i for i, point in enumerate(points) if point.rule == OUTSIDE],
        runs=[i for i, point in enumerate(points) if point.rule not in (OUTSIDE, None)],
        target=plain(figure.target),
        label=scale.write(points[-1].value),
        first=language.month_and_year(points[0].month),
        last=language.month_and_year(points[-1].month),
        shape=_shape(charted.rule),
        verdict=verdict,
        window=window,
    )


def _verdict(charted: Charted, newest: Point, scale: Scale, language: Language) -> str:
    """What the newest month says, in words."""
    limits = {"lower": scale.write(charted.lower), "upper": scale.write(charted.upper)}
    told = language.text(f"behaviour.{charted.side}") if charted.side else ""
    key = charted.rule or "routine"
    return language.text(f"behaviour.{key}", side=told, expected=scale.write(newest.expected), **limits)
