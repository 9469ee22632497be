"""The sheets of the group itself: overview, scorecard, trends and drivers."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from reports.amounts import MONEY
from reports.findings import Moved, Part
from reports.language import Language
from reports.review import Figure, Review
from reports.sections.driven import UNITS, measure_of
from reports.sections.marks import any_known, mark, reason
from reports.sections.moved import causes
from reports.sections.telling import story
from reports.workbook.sheets import Cell, Column, Difference, Formula, Kind, Line, Of, Sheet, Table, table
from transforms.calendar import add_months
from transforms.kpis.kpi import Kpi, Unit

_OVERVIEW: Final = (Column("statement.fact", width=38), Column("statement.value", Kind.LONG, 70))
_SCORECARD: Final = (
    Column("workbook.kind", width=13),
    Column("scorecard.kpi", width=34),
    Column("workbook.unit", width=9),
    Column("scorecard.weight", Kind.SHARE, 10, total=True),
    Column("scorecard.target", Kind.VALUE, 18),
    Column("scorecard.actual", Kind.VALUE, 18),
    Column("scorecard.variance", Kind.VALUE, 18),
    Column("workbook.attainment", Kind.SHARE, 11, bars=True),
    Column("scorecard.same_period", Kind.VALUE, 18),
    Column("scorecard.status", width=17),
    Column("statement.reason", Kind.LONG, 30),
)
_TRENDS: Final = (
    Column("scorecard.kpi", width=34),
    Column("workbook.unit", width=9),
    Column("workbook.row", width=22),
)
_DRIVER: Final = Column("workbook.driver", width=40)
_AMOUNTS: Final = (
    Column("workbook.part", Kind.MONEY, 22, total=True, bars=True),
    Column("workbook.coverage", Kind.SHARE, 22),
)
_SERIES: Final = (("history", "scorecard.actual"), ("targets", "scorecard.target"), ("last_year", "trends.last_year"))


def overview(review: Review, language: Language) -> Sheet:
    """Whose review it is, its score, and its sentences."""
    return Sheet("overview", (table(_OVERVIEW, _facts(review, language), language),))


def scorecard(review: Review, language: Language) -> Sheet | None:
    """Every KPI against its target and the same month last year."""
    rows = (_row(figure, review, language) for figure in review.figures)
    return Sheet("scorecard", (table(_SCORECARD, rows, language),), fixed=2) if review.figures else None


def trends(review: Review, language: Language) -> Sheet | None:
    """Every KPI by month: actual, target and last year below each other."""
    months = [Column(f"m{at}", width=17, title=month) for at, month in enumerate(review.months)]
    columns = (*_TRENDS, *months, Column("workbook.line", width=24))
    rows = tuple(row for figure in review.figures for row in _months(figure, review, language))
    return Sheet("trends", (table(columns, rows, language),), fixed=3) if rows else None


def drivers(review: Review, language: Language) -> Sheet | None:
    """Net sales and gross margin of last year or as aimed at, and what was added and lost since; the sums are now."""
    year, target = "trends.same_month", "moved.target"
    every = (
        *(("moved.net", year, review.moved), ("moved.target_net", target, review.aimed)),
        *(("moved.margin", year, review.margin), ("moved.target_margin", target, review.aimed_margin)),
    )
    tables = tuple(_drivers(key, begins, moved, review, language) for key, begins, moved in every if moved is not None)
    return Sheet("drivers", tables) if tables else None


def _drivers(key: str, begins: str, moved: Moved, review: Review, language: Language) -> Table:
    planned = begins == "moved.target"
    was = language.text("moved.planned") if planned else add_months(review.month, -12)
    sides = (Column("was", width=22, title=was), Column("now", width=22, title=review.month))
    parts = (
        (language.text(f"drivers.{part.driver}"), *_values(part, review), part.amount, part.coverage)
        for part in causes(moved)
    )
    before = (language.text(begins), None, None, moved.before, None)
    return replace(table((_DRIVER, *sides, *_AMOUNTS), (before, *parts), language, key), base=1)


_KINDS: Final = dict.fromkeys((Unit.TRANSACTIONS_PER_HOUR, Unit.UNITS_PER_TRANSACTION), Kind.RATE)


def _values(part: Part, review: Review) -> tuple[Cell, Cell]:
    """What the driver was and is, in the form of the KPI that measures it."""
    if part.driver not in UNITS:
        return None, None
    measure = measure_of(part.driver, review)
    form = measure if isinstance(measure, Kpi) else _KINDS.get(measure) or Kind(measure.value)
    return Of(form, part.before), Of(form, part.after)


def unit(kpi: Kpi, review: Review, language: Language) -> str:
    """The unit of a KPI in a word or sign."""
    if kpi.unit in MONEY:
        return language.symbol(review.organisation.currency)
    return "%" if kpi.unit is Unit.SHARE else language.text(f"units.{kpi.unit}")


def _facts(review: Review, language: Language) -> Iterable[tuple[Cell, ...]]:
    group, score = review.group, review.score
    facts: tuple[tuple[str, Cell], ...] = (
        ("workbook.organisation", review.organisation.name),
        (f"levels.{group.level}", language.name(group.name)),
        ("workbook.id", group.id),
        ("cover.manager", group.manager),
        ("trends.month", Of(Kind.MONTH, review.month)),
        ("changes.score_name", Of(Kind.SCORE, score.value)),
        ("workbook.band", score.band),
        ("workbook.previous", Of(Kind.SCORE, score.previous)),
        ("workbook.measured", Of(Kind.SHARE, score.measured_weight / 100)),
        ("statement.data_until", Of(Kind.MOMENT, review.data_until)),
        ("statement.data_version", review.data_version),
        ("workbook.revision", Of(Kind.COUNT, review.revision)),
    )
    yield from ((language.text(key), value) for key, value in facts)
    yield from (("", sentence) for sentence in story(review, language))


def _row(figure: Figure, review: Review, language: Language) -> tuple[Cell, ...]:
    kpi = figure.kpi
    return (
        language.text(f"kinds.{kpi.kind}"),
        language.name(kpi.name),
        unit(kpi, review, language),
        None if figure.weight is None else figure.weight / 100,
        Of(kpi, figure.target),
        Of(kpi, figure.actual),
        _variance(figure),
        figure.attainment,
        Of(kpi, figure.same_period),
        mark(figure.status, language),
        reason(figure, language) if figure.actual is None else "",
    )


def _variance(figure: Figure) -> Cell:
    if figure.variance is None:
        return None
    if figure.kpi.unit is Unit.SHARE:
        return Formula("({actual}-{target})*100", figure.variance * 100, Difference(figure.kpi))
    return Formula("{actual}-{target}", figure.variance, Difference(figure.kpi))


def _months(figure: Figure, review: Review, language: Language) -> Iterable[tuple[Cell, ...]]:
    head = (language.name(figure.kpi.name), unit(figure.kpi, review, language))
    line = Line("m0", f"m{len(review.months) - 1}")
    for name, key in _SERIES:
        values: tuple[Decimal | None, ...] = getattr(figure, name)
        if any_known(values):
            yield (*head, language.text(key), *(Of(figure.kpi, value) for value in values), line)
