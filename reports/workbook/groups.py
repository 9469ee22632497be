"""The sheets of what the group is made of: its parts, its people and its days."""

from collections.abc import Iterable, Sequence
from typing import Final

from babel.dates import get_day_names

from reports.language import Language
from reports.review import Day, Member, Review
from reports.sections.marks import any_known, mark
from reports.sections.standings import HOURS
from reports.workbook.sheets import Cell, Column, Formula, Kind, Sheet, Table, table
from transforms.kpis.kpi import Kpi, Unit

# What adds up over the parts of a group; counts of distinct things do not.
_ADDS_UP: Final = frozenset({"net_sales", "transactions"})
_PARTS: Final = (Column("workbook.id", width=14), Column("workbook.name", width=30))
_SCORED: Final = (Column("people.score", Kind.SCORE, 14, bars=True), Column("people.status", width=16))
_DAYS: Final = (
    Column("workbook.day", Kind.DAY, 14),
    Column("workbook.weekday", width=14),
    Column("trends.net_sales", Kind.MONEY, 20, total=True, bars=True),
    Column("people.worked_hours", Kind.HOURS, 14, total=True),
    Column("workbook.per_hour", Kind.MONEY, 20),
)


def parts(review: Review, language: Language) -> Sheet | None:
    """The groups below, with every figure of theirs."""
    return _groups("parts", review.members, review, language)


def ranked(review: Review, language: Language) -> Sheet | None:
    """Every store, where the groups below are regions."""
    return _groups("ranked", review.ranked, review, language)


def _groups(name: str, members: Sequence[Member], review: Review, language: Language) -> Sheet | None:
    if not members:
        return None
    manager = Column("cover.manager", width=24)
    details = [member.group.manager or "" for member in members]
    return Sheet(name, (_members(members, manager, details, review, language),), fixed=2)


def people(review: Review, language: Language) -> Sheet | None:
    """Every person, with every figure of theirs; the document shows the first of them."""
    if not review.people:
        return None
    position = Column("people.position", width=20)
    details = [language.name(person.position) if person.position else "" for person in review.people]
    return Sheet("people", (_members(review.people, position, details, review, language),), fixed=2)


def days(review: Review, language: Language) -> Sheet | None:
    """Net sales and hours worked, day by day."""
    rows = (_day(day, language) for day in review.days)
    return Sheet("days", (table(_DAYS, rows, language),)) if review.days else None


def _members(
    members: Sequence[Member], detail: Column, details: Sequence[str], review: Review, language: Language
) -> Table:
    shown = tuple(_columns(members, review, language))
    rows = (
        (member.group.id, language.name(member.group.name), more, *_values(member, shown, language))
        for member, more in zip(members, details, strict=True)
    )
    return table((*_PARTS, detail, *shown, *_SCORED), rows, language)


def _columns(members: Sequence[Member], review: Review, language: Language) -> Iterable[Column]:
    """Those figures that anybody has."""
    if any_known(member.values.get(HOURS) for member in members):
        yield Column(HOURS, Kind.HOURS, 14, total=True, title=language.text("people.worked_hours"))
    for kpi in (figure.kpi for figure in review.figures):
        if any_known(member.values.get(kpi.id) for member in members):
            yield Column(
                kpi.id, kpi, 20, total=kpi.id in _ADDS_UP, bars=kpi.id == "net_sales", title=_title(kpi, language)
            )


def _title(kpi: Kpi, language: Language) -> str:
    told = kpi.unit in (Unit.HOURS, Unit.MINUTES, Unit.POINTS)
    return f"{language.name(kpi.name)} ({language.text(f'units.{kpi.unit}')})" if told else language.name(kpi.name)


def _values(member: Member, columns: Iterable[Column], language: Language) -> tuple[Cell, ...]:
    return (*(member.values.get(column.key) for column in columns), member.score, mark(member.status, language))


def _day(day: Day, language: Language) -> tuple[Cell, ...]:
    weekday = get_day_names("wide", "stand-alone", language.locale)[day.day.weekday()]
    return (day.day, weekday, day.net_sales, day.worked_hours, _per_hour(day))


def _per_hour(day: Day) -> Cell:
    if day.net_sales is None or not day.worked_hours:
        return None
    return Formula("{net_sales}/{worked_hours}", day.net_sales / day.worked_hours)
