"""Thirteen months: net sales as columns and as exact amounts, the weightiest KPIs as small lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import dropwhile
from typing import Final

from reports.amounts import Scale, scale_of
from reports.charts import Number, extent
from reports.findings import Value
from reports.language import NOTHING, Language
from reports.review import Figure, Review, Status
from reports.sections.behaviour import charted
from reports.sections.marks import any_known, change, drawn, figure_of, period, plain
from reports.windows import Window, windows

SMALL_MULTIPLES: Final = 6
OF_A_PERSON: Final = 3  # her review is one page
COMPARED: Final = "net_sales"


@dataclass(frozen=True, slots=True)
class Month:
    """The label of one month on an axis; `year` only where it changes."""

    name: str
    year: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Net sales by month."""

    title: str
    shown: str  # unit, group and period
    months: tuple[Month, ...]
    actual: list[Number]
    last_year: list[Number]
    targets: list[Number]
    actual_label: str
    target_label: str
    scale: Scale

    def tick(self, value: float) -> str:
        """The label of a height: one decimal is enough for a round number."""
        shown = Decimal(value).scaleb(-self.scale.zeros)
        return self.scale.language.number(shown, 0 if abs(shown) >= 10 or shown == int(shown) else 1)  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class Line:
    """One KPI by month, in its window of the scale that its unit has in the section."""

    name: str
    unit: str
    title: str
    history: list[Number]
    target: Number
    label: str
    first: str
    last: str
    status: Status
    window: Window


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month of net sales, to the last đồng."""

    month: str
    actual: str
    last_year: str
    growth: str
    target: str
    to_target: str


@dataclass(frozen=True, slots=True)
class Trends:
    """The section; each part may be absent."""

    columns: Columns | None
    lines: tuple[Line, ...]
    rows: tuple[MonthRow, ...]
    shown: str  # group and period
    exact: str  # unit, group and period of the table


def trends(review: Review, language: Language) -> Trends | None:
    """None where no month of any KPI was measured; a person has the small lines only."""
    sales = figure_of(review, COMPARED)
    apart = {COMPARED, *(figure.kpi.id for figure in charted(review))} if review.personal is None else {COMPARED}
    others = [figure for figure in review.figures if figure.kpi.id not in apart]
    most = SMALL_MULTIPLES if review.personal is None else OF_A_PERSON
    lines = tuple(_lines(_weightiest(others)[:most], review, language))
    shown = f"{language.name(review.group.name)} · {period(review.months, language)}"
    if review.personal is None and sales is not None and any_known(sales.history):
        exact = f"{language.symbol(review.organisation.currency)} · {shown}"
        return Trends(_columns(sales, review, language), lines, tuple(_rows(sales, review, language)), shown, exact)
    return Trends(None, lines, (), shown, "") if lines else None


def _weightiest(figures: Iterable[Figure]) -> list[Figure]:
    shown = (figure for figure in figures if any_known(figure.history))
    return sorted(shown, key=lambda figure: -(figure.weight or 0))


def _columns(sales: Figure, review: Review, language: Language) -> Columns:
    values = (*sales.history, *sales.last_year, *sales.targets)
    scale = scale_of(sales.kpi, values, review.organisation.currency, language)
    return Columns(
        title=_title(sales, scale, language),
        shown=" · ".join(
            part for part in (scale.unit, language.name(review.group.name), period(review.months, language)) if part
        ),
        months=tuple(_months(review.months, language)),
        actual=drawn(sales.history),
        last_year=drawn(sales.last_year),
        targets=drawn(sales.targets),
        actual_label="" if sales.history[-1] is None else scale.write(sales.history[-1]),
        target_label="" if sales.targets[-1] is None else scale.write(sales.targets[-1]),
        scale=scale,
    )


def _months(months: Iterable[date], language: Language) -> Iterable[Month]:
    for position, month in enumerate(months):
        yield Month(language.short_month(month), str(month.year) if position == 0 or month.month == 1 else "")


def _title(figure: Figure, scale: Scale, language: Language) -> str:
    told = {"name": language.name(figure.kpi.name), "actual": scale.write(figure.actual), "unit": scale.unit}
    compared = {"target": scale.write(figure.target), "last_year": scale.write(figure.same_period)}
    return language.text("alt.columns", n=len(figure.history), **told, **compared)


def _lines(figures: Sequence[Figure], review: Review, language: Language) -> Iterable[Line]:
    extents = [(figure.kpi.unit, *extent(drawn(figure.history), [plain(figure.target)])) for figure in figures]
    for figure, window in zip(figures, windows(extents), strict=True):
        yield _line(figure, window, review, language)


def _line(figure: Figure, window: Window, review: Review, language: Language) -> Line:
    scale = scale_of(figure.kpi, (*figure.history, figure.target), review.organisation.currency, language)
    told = {"name": language.name(figure.kpi.name), "actual": scale.write(figure.actual), "unit": scale.unit}
    return Line(
        name=told["name"],
        unit=scale.unit,
        title=language.text("alt.line", n=len(figure.history), target=scale.write(figure.target), **told),
        history=drawn(figure.history),
        target=plain(figure.target),
        label="" if figure.actual is None else scale.write(figure.actual),
        first=language.month_and_year(review.months[0]),
        last=language.month_and_year(review.months[-1]),
        status=figure.status,
        window=window,
    )


def _rows(sales: Figure, review: Review, language: Language) -> Iterable[MonthRow]:
    """From the first month on of which anything is known."""
    currency = review.organisation.currency
    every = zip(review.months, sales.history, sales.last_year, sales.targets, strict=True)
    for month, actual, last_year, target in dropwhile(lambda row: not any_known(row[1:]), every):
        yield MonthRow(
            month=language.month(month),
            actual=_money(actual, currency, language),
            last_year=_money(last_year, currency, language),
            growth=_change(actual, last_year, language),
            target=NOTHING if target is None else language.money(target, currency, exact=False),
            to_target=_change(actual, target, language),
        )


def _money(amount: Value, currency: str, language: Language) -> str:
    return NOTHING if amount is None else language.money(amount, currency)


def _change(value: Value, base: Value, language: Language) -> str:
    moved = change(value, base)
    return NOTHING if moved is None else language.percent(moved, signed=True)
