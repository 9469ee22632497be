"""The scorecard: every KPI of the group against its target and the same month last year."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Final

from reports.amounts import Scale, scale_of
from reports.charts import Number
from reports.language import NOTHING, Language
from reports.review import Figure, Quality, Review, Status
from reports.sections.behaviour import Signal, found, signal
from reports.sections.marks import Mark, drawn, mark, plain, reason
from transforms.kpis.kpi import Kpi
from transforms.scorecards import doses

WHOLE: Final = 100  # percent: what all weights of a scorecard sum to
MANY: Final = 15  # KPIs of a scorecard
Caveats = Mapping[str, tuple[str, str]]
_MARKS: Final = "¹²"
ASSURANCES: Final = {"consistently_meets": "✓", "hit_and_miss": "±", "cannot_reach": "✗"}
_CAVEAT_OF: Final = {"sales": "sales", "shifts": "attendance"}


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
    note: str  # why it was not measured
    caveat: str  # marks of the notes below the table that say what it lacks
    weight: str
    target: str
    actual: str
    variance: str
    beside: str  # the same month last year; of a person the average of the position
    definition: str  # how it is measured, where no page of definitions follows
    track: Track
    mark: Mark
    signal: Signal | None  # it moved beyond its routine variation
    assurance: str  # a sign: whether its routine range reaches the target


@dataclass(frozen=True, slots=True)
class Kind:
    """The KPIs of one kind."""

    name: str
    weight: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Dose:
    """How much of the score one kind is; `begins` and `width` in percent, for the bar."""

    kind: str
    name: str
    share: str
    begins: float
    width: float


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The table and what has to be said with it."""

    kinds: tuple[Kind, ...]
    notes: tuple[str, ...]
    found: str  # how many signals there are, and how many chance alone would give
    beside: str  # the head of what stands beside each figure
    doses: tuple[Dose, ...]

    @property
    def dense(self) -> bool:
        """Whether rows stand closer, so that all of them and their legend fit on page one."""
        return sum(len(kind.rows) for kind in self.kinds) >= MANY

    @property
    def signalled(self) -> bool:
        """Whether there is anything to show in the column of signals."""
        return bool(self.found or self.assured)

    @property
    def assured(self) -> str:
        """The signs of assurance there are, in their order."""
        seen = {row.assurance for kind in self.kinds for row in kind.rows}
        return "".join(sign for sign in ASSURANCES.values() if sign in seen)

    @property
    def doses_told(self) -> str:
        """What the bar shows, for those who cannot see it."""
        return ", ".join(f"{dose.name} {dose.share}" for dose in self.doses)


def scorecard(review: Review, language: Language) -> Scorecard | None:
    """None for a review without a single KPI."""
    if not review.figures:
        return None
    caveats = _caveats(review.quality, language)
    kinds = groupby(_rows(review, caveats, language), lambda row: row[0].kpi.kind)
    tables = tuple(_kind(kind, tuple(rows), language) for kind, rows in kinds)
    marked = {mark for table in tables for row in table.rows for mark in row.caveat}
    notes = (f"{mark} {text}" for mark, text in caveats.values() if mark in marked)
    return Scorecard(
        kinds=tables,
        notes=(*notes, *_policy(review, language), *_warnings(review, language)),
        found=found(review.alarms, language),
        beside=_beside(review, language),
        doses=tuple(_doses(review, language)),
    )


def _rows(review: Review, caveats: Caveats, language: Language) -> Iterable[tuple[Figure, Row]]:
    """A person's page has her unweighed figures in its tiles only."""
    for position, figure in enumerate(review.figures):
        if review.personal is None or figure.weight is not None:
            yield figure, _row(position, figure, review, caveats, language)


def _kind(name: str, rows: tuple[tuple[Figure, Row], ...], language: Language) -> Kind:
    weight = sum((figure.weight for figure, _ in rows if figure.weight is not None), Decimal(0))
    told = _weight(weight, language) if weight else ""
    return Kind(language.text(f"kinds.{name}"), told, tuple(row for _, row in rows))


def _row(position: int, figure: Figure, review: Review, caveats: Caveats, language: Language) -> Row:
    beside = figure.same_period if review.personal is None else figure.peers
    shown = [figure.actual, figure.target, beside]
    scale = scale_of(figure.kpi, shown, review.organisation.currency, language)
    return Row(
        position=position,
        name=language.name(figure.kpi.name),
        unit=scale.unit,
        note=reason(figure, language) if figure.actual is None else "",
        caveat="" if figure.actual is None else _caveat(figure.kpi, caveats),
        weight=NOTHING if figure.weight is None else _weight(figure.weight, language),
        target=scale.write(figure.target),
        actual=scale.write(figure.actual),
        variance=scale.difference(figure.variance),
        beside=scale.write(beside),
        definition="" if review.personal is None else language.name(figure.kpi.answers.measured_by),
        track=_track(figure, scale, language),
        mark=mark(figure.status, language),
        signal=signal(figure.charted, language),
        assurance="" if figure.charted is None else ASSURANCES.get(figure.charted.assurance or "", ""),
    )


def _beside(review: Review, language: Language) -> str:
    if review.personal is None:
        return language.text("scorecard.same_period")
    return language.text("scorecard.peers")


def _doses(review: Review, language: Language) -> Iterable[Dose]:
    """None of a group without a scorecard."""
    weights = {figure.kpi.id: figure.weight for figure in review.figures if figure.weight is not None}
    begins = 0.0
    for kind, weight in doses(weights, {figure.kpi.id: figure.kpi for figure in review.figures}).items():
        if weights:
            yield Dose(kind, language.text(f"kinds.{kind}"), _weight(weight, language), begins, float(weight))
        begins += float(weight)


def _caveats(quality: Quality, language: Language) -> Caveats:
    """What the days lack that figures are made of, by the table it is told of: a mark and its note."""
    counts = {"sales": quality.store_days_with_sales, "attendance": quality.store_days_with_attendance}
    lacking = {name: days for name, days in counts.items() if days < quality.store_days_open}
    told = {"open": language.number(quality.store_days_open)}
    return {
        name: (mark, language.text(f"caveats.{name}", days=language.number(days), **told))
        for mark, (name, days) in zip(_MARKS, lacking.items(), strict=False)
    }


def _caveat(kpi: Kpi, caveats: Caveats) -> str:
    """A figure of days that are not all there says so."""
    tables = {_CAVEAT_OF.get(total.table) for total in (kpi.numerator, kpi.denominator) if total is not None}
    return "".join(mark for name, (mark, _) in caveats.items() if name in tables)


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


def _policy(review: Review, language: Language) -> Iterable[str]:
    measured = review.score.measured_weight
    if 0 < measured < WHOLE:
        policy = review.score.policy.replace("-", "_")
        yield language.text(f"scorecard.policy_{policy}", weight=_weight(measured, language))


def _warnings(review: Review, language: Language) -> Iterable[str]:
    """What to know before the figures are believed: a month that still runs, few peers, sales that may be bought."""
    if review.comparison is not None and review.comparison.until is not None:
        yield language.text("scorecard.running", day=language.day(review.comparison.until))
    if review.personal is not None:
        peers = review.personal.peers
        yield language.plural("scorecard.of_peers", peers) if peers else language.text("scorecard.few_peers")
    if never := [figure for figure in review.figures if figure.charted and figure.charted.assurance == "cannot_reach"]:
        yield language.text("scorecard.cannot_reach", kpis=", ".join(language.name(f.kpi.name) for f in never))
    for pair in review.pairs:
        scale = scale_of(pair.kpi, [pair.actual, pair.lower, pair.upper], review.organisation.currency, language)
        told = {"actual": scale.write(pair.actual), "lower": scale.write(pair.lower), "upper": scale.write(pair.upper)}
        yield language.text("scorecard.pair", kpi=language.name(pair.kpi.name), **told)
