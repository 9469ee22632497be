"""The stores (or regions) of a group on one scale each: against target, against last year, month by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reports.amounts import scale_of
from reports.charts import Number
from reports.findings import Value
from reports.language import Language
from reports.review import Member, Review
from reports.sections.marks import any_known, drawn, figure_of

SALES: Final = "net_sales"
LEVELS: Final = frozenset({"region", "store"})
MOST: Final = 24  # small drawings that a page compares well
# What is compared beside 100 % of the target and no growth.
PANELS: Final = (("budget_attainment", 1.0), ("sales_growth", 0.0))


@dataclass(frozen=True, slots=True)
class Panel:
    """One measure of all stores, as dots on one scale; `zero` is what it is read against."""

    name: str
    values: list[Number]
    texts: tuple[str, ...]
    zero: float


@dataclass(frozen=True, slots=True)
class Small:
    """Net sales of one store by month."""

    name: str
    title: str
    history: list[Number]
    label: str


@dataclass(frozen=True, slots=True)
class Compared:
    """The section; `low` and `high` are the ends of the scale of every small drawing."""

    title: str
    names: tuple[str, ...]
    panels: tuple[Panel, ...]
    unit: str
    smalls: tuple[Small, ...]
    low: float
    high: float
    first: str
    last: str
    more: str


def compared(review: Review, language: Language) -> Compared | None:
    """None for fewer than two stores or regions; ranked as the table beside it."""
    members = review.members
    sales = figure_of(review, SALES)
    if len(members) < 2 or members[0].group.level not in LEVELS or sales is None:  # noqa: PLR2004
        return None
    shown = [member for member in members if any_known(member.history)]
    known = [value for member in shown for value in member.history if value is not None]
    scale = scale_of(sales.kpi, known, review.organisation.currency, language)
    return Compared(
        title=language.text("alt.dots", n=len(members)),
        names=tuple(language.name(member.group.name) for member in members),
        panels=tuple(panel for key, zero in PANELS if (panel := _panel(key, zero, members, language))),
        unit=scale.unit,
        smalls=tuple(_small(member, scale.write(member.history[-1]), language) for member in shown[:MOST]),
        low=min(0.0, *(float(value) for value in known)) if known else 0.0,
        high=max(0.0, *(float(value) for value in known)) if known else 0.0,
        first=language.month_and_year(review.months[0]),
        last=language.month_and_year(review.months[-1]),
        more=language.plural("compared.more", len(shown) - MOST) if len(shown) > MOST else "",
    )


def _panel(key: str, zero: float, members: Sequence[Member], language: Language) -> Panel | None:
    values: list[Value] = [member.values.get(key) for member in members]
    if not any_known(values):
        return None
    signed = key != PANELS[0][0]
    texts = tuple("" if value is None else language.percent(value, signed=signed) for value in values)
    return Panel(language.text(f"compared.{key}"), drawn(values), texts, zero)


def _small(member: Member, label: str, language: Language) -> Small:
    name = language.name(member.group.name)
    known = [value for value in member.history if value is not None]
    title = language.text("alt.small", name=name, n=len(known), actual=label)
    return Small(name, title, drawn(member.history), "" if member.history[-1] is None else label)
