"""Staff beside demand by hour of the week, and what the target asks of staff."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from reports.findings import Cell, Estimate, Lost, Span, Staffed, Week
from reports.language import NO_BREAK, NOTHING, Language
from reports.review import Review, Status
from reports.sections.marks import Mark
from reports.sections.telling import money
from transforms.staffing import LEAST_SHIFTS, WIDEST_ERROR

# Shades of the heat map, by load over the usual one; the darker the busier, in grey as well.
SHADES: Final = (Decimal("0.5"), Decimal("0.8"), Decimal("1.25"), Decimal(2))
_SHORT, _SPARE, _NOBODY = "understaffed", "overstaffed", "unstaffed"
_MARKS: Final = {_SHORT: ("▲", Status.MISSED), _SPARE: ("▼", Status.NO_TARGET), _NOBODY: ("×", Status.WATCH)}


@dataclass(frozen=True, slots=True)
class Heat:
    """The week as a map: positions of cells (weekday, hour) by shade, and of those that stand out."""

    title: str
    hours: tuple[str, ...]
    weekdays: tuple[str, ...]
    shades: tuple[tuple[tuple[int, int], ...], ...]
    short: tuple[tuple[int, int], ...]
    spare: tuple[tuple[int, int], ...]
    nobody: tuple[tuple[int, int], ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Hours of one weekday that lack staff, or could spare some."""

    when: str
    load: str
    hours: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of the week."""

    lead: str
    heat: Heat
    stretches: tuple[Stretch, ...]
    usual: str
    lost: str  # which hours lost staff since a year before, and guests with it
    nobody: str  # of receipts in hours in which nobody was clocked in


@dataclass(frozen=True, slots=True)
class Row:
    """What the target asks for if hours bring so much."""

    name: str
    hours: str
    fte: str
    hires: str
    cost: str


@dataclass(frozen=True, slots=True)
class Ask:
    """From the target to people."""

    lead: str
    rows: tuple[Row, ...]
    costed: bool
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Staffing:
    """The section; each part may be absent."""

    hours: Hours | None
    ask: Ask | None


def staffing(review: Review, language: Language) -> Staffing | None:
    """None where neither hours of the week nor a missed target tell anything of staff."""
    hours = None if review.week is None else _hours(review.week, review, language)
    ask = None if review.staffed is None else _ask(review.staffed, review, language)
    return Staffing(hours, ask) if hours or ask else None


def _hours(week: Week, review: Review, language: Language) -> Hours:
    told = {"group": language.name(review.group.name), "usual": _load(week.usual, language)}
    days = {"first": language.day(week.first), "last": language.day(week.last)}
    return Hours(
        lead=language.text("staffing.lead", **told, **days),
        heat=_heat(week, language),
        stretches=tuple(_stretch(span, language) for span in week.spans),
        usual=_load(week.usual, language),
        lost="" if week.lost is None else _lost(week.lost, language),
        nobody=language.plural("staffing.nobody", week.unstaffed) if week.unstaffed else "",
    )


def _lost(lost: Lost, language: Language) -> str:
    names = ("staffed", "usual_staffed", "receipts", "usual_receipts", "deviation")
    told = {name: language.number(getattr(lost, name), 1) for name in names}
    return language.text("staffing.lost", begins=str(lost.begins), ends=str(lost.ends), **told)


def _heat(week: Week, language: Language) -> Heat:
    hours = list(dict.fromkeys(cell.hour for cell in week.cells))
    placed = [((cell.weekday - 1, hours.index(cell.hour)), cell) for cell in week.cells]
    found = [span for span in week.spans if span.state == _SHORT][:1]
    return Heat(
        title=language.text("alt.heat", worst="; ".join(_when(span, language) for span in found) or NOTHING),
        hours=tuple(str(hour) for hour in hours),
        weekdays=tuple(language.weekday(day, short=True) for day in range(1, 8)),
        shades=tuple(tuple(at for at, cell in placed if _shade(cell, week.usual) == i) for i in range(len(SHADES) + 1)),
        short=tuple(at for at, cell in placed if cell.state == _SHORT),
        spare=tuple(at for at, cell in placed if cell.state == _SPARE),
        nobody=tuple(at for at, cell in placed if cell.state == _NOBODY),
        keys=tuple(_keys(week.usual, language)),
    )


def _shade(cell: Cell, usual: Decimal) -> int | None:
    """Which of them; none where nobody was clocked in."""
    load = cell.load
    return None if load is None else sum(load >= bound * usual for bound in SHADES)


def _keys(usual: Decimal, language: Language) -> Iterator[str]:
    """What each shade stands for, in receipts per staffed hour."""
    bounds = [_load(bound * usual, language) for bound in SHADES]
    yield f"<{NO_BREAK}{bounds[0]}"
    yield from (f"{low}–{high}" for low, high in pairwise(bounds))
    yield f"≥{NO_BREAK}{bounds[-1]}"


def _stretch(span: Span, language: Language) -> Stretch:
    shape, status = _MARKS[span.state]
    return Stretch(
        when=_when(span, language),
        load=NOTHING if span.load is None else _load(span.load, language),
        hours=language.number(span.hours, 1, signed=True),
        mark=Mark(shape, language.text(f"staffing.{span.state}"), status),
    )


def _when(span: Span, language: Language) -> str:
    return f"{language.weekday(span.weekday)} {span.begins:02}:00–{span.ends:02}:00"


def _load(load: Decimal, language: Language) -> str:
    return language.number(load, 1)


def _ask(staffed: Staffed, review: Review, language: Language) -> Ask:
    sums = {"sales": money(staffed.sales, review, language), "target": money(staffed.target, review, language)}
    growth = language.percent(staffed.target / staffed.sales - 1, signed=True)
    rows = tuple(_row(i, staffed, review, language) for i in range(len(staffed.needs)))
    return Ask(
        lead=language.text("staffing.ask_lead", growth=growth, hours=language.number(staffed.hours), **sums),
        rows=rows,
        costed=any(need.cost is not None for need in staffed.needs),
        others=tuple(_others(staffed, review, language)),
    )


def _row(position: int, staffed: Staffed, review: Review, language: Language) -> Row:
    need = staffed.needs[position]
    key = "staffing.elastic" if position else "staffing.constant"
    return Row(
        name=language.text(key, share=language.number(need.elasticity, _decimals([need.elasticity]))),
        hours=language.number(need.hours, signed=True),
        fte=language.number(need.fte, 1, signed=True),
        hires=language.number(need.hires),
        cost=NOTHING if need.cost is None else money(need.cost, review, language),
    )


def _decimals(values: Sequence[Decimal]) -> int:
    return min(2, max(max(0, -int(value.normalize().as_tuple().exponent)) for value in values))


def _others(staffed: Staffed, review: Review, language: Language) -> Iterator[str]:
    """What would do the same without more hours, and when hours pay."""
    lift, shared = language.percent(staffed.lift), language.percent(staffed.three_levers)
    yield language.text("staffing.without_hours", lift=lift, shared=shared)
    if staffed.break_even is not None:
        yield language.text("staffing.break_even", amount=money(staffed.break_even, review, language))
    contract = language.number(staffed.contract_hours, _decimals([staffed.contract_hours]))
    if staffed.estimate is None:
        yield language.text("staffing.usual_elasticities")
    else:
        yield _estimate("own" if staffed.own else "unsure", staffed.estimate, language)
    yield language.text("staffing.post", contract=contract)


def _estimate(key: str, estimate: Estimate, language: Language) -> str:
    numbers = {"elasticity": estimate.elasticity, "error": estimate.error}
    told = {name: language.number(value, 2) for name, value in numbers.items()}
    limits = {"least": language.number(LEAST_SHIFTS), "widest": language.number(Decimal(str(WIDEST_ERROR)), 1)}
    return language.text(f"staffing.{key}", rows=language.number(estimate.rows), **told, **limits)
