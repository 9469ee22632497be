"""The stores (or regions) of a group on one scale each: against target, against last year, month by month."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from reports.amounts import scale_of
from reports.charts import Number, extent
from reports.findings import Value
from reports.language import Language
from reports.review import Member, Review
from reports.sections.marks import any_known, drawn, figure_of, period
from reports.windows import Window, windows

SALES: Final = "net_sales"
LEVELS: Final = frozenset({"region", "store"})
# What pages compare well; of more, the first and the last by rank are drawn.
MOST_DOTS: Final = 60
MOST_SMALL: Final = 24
# What is compared beside 100 % of the target and no growth.
PANELS: Final = (("budget_attainment", 1.0), ("sales_growth", 0.0))


@dataclass(frozen=True, slots=True)
class Panel:
    """One measure of all stores, as dots on one scale; `zero` is what it is read against."""

    name: str
    values: list[Number]
    texts: tuple[str, ...]
    zero: float
    window: Window


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
    shown: str  # of the small drawings: unit, group and period
    names: tuple[str, ...]
    panels: tuple[Panel, ...]
    smalls: tuple[Small, ...]
    low: float
    high: float
    few: str  # how many are not among the dots
    more: str  # nor among the small drawings


def compared(members: Sequence[Member], review: Review, language: Language) -> Compared | None:
    """None for fewer than two stores or regions; ranked as the table beside it."""
    sales = figure_of(review, SALES)
    if len(members) < 2 or members[0].group.level not in LEVELS or sales is None:  # noqa: PLR2004
        return None
    dotted, shown = _ends(members, MOST_DOTS), [member for member in members if any_known(member.history)]
    drawn_small = _ends(shown, MOST_SMALL)
    known = [value for member in drawn_small for value in member.history if value is not None]
    scale = scale_of(sales.kpi, known, review.organisation.currency, language)
    return Compared(
        title=language.text("alt.dots", n=len(dotted)),
        shown=f"{scale.unit} · {language.name(review.group.name)} · {period(review.months, language)}",
        names=tuple(language.name(member.group.name) for member in dotted),
        panels=tuple(_panels(dotted, language)),
        smalls=tuple(_small(member, scale.write(member.history[-1]), language) for member in drawn_small),
        low=min(0.0, *(float(value) for value in known)) if known else 0.0,
        high=max(0.0, *(float(value) for value in known)) if known else 0.0,
        few=_left_out(members, dotted, language),
        more=_left_out(shown, drawn_small, language),
    )


def _ends(members: Sequence[Member], most: int) -> list[Member]:
    """The first and the last by rank; who has no score has no rank."""
    if len(members) <= most:
        return list(members)
    scored = [member for member in members if member.score is not None]
    found = scored if len(scored) > most else list(members)
    return [*found[: most // 2], *found[-(most // 2) :]]


def _left_out(every: Sequence[Member], shown: Sequence[Member], language: Language) -> str:
    left = len(every) - len(shown)
    return language.plural("compared.more", left) if left else ""


def _panels(members: Sequence[Member], language: Language) -> Iterable[Panel]:
    every = ((key, zero, [member.values.get(key) for member in members]) for key, zero in PANELS)
    known = [(key, zero, values) for key, zero, values in every if any_known(values)]
    extents = [("share", *extent(drawn(values), [zero])) for _, zero, values in known]
    for (key, zero, values), window in zip(known, windows(extents), strict=True):
        yield _panel(key, zero, values, window, language)


def _panel(key: str, zero: float, values: Sequence[Value], window: Window, language: Language) -> Panel:
    signed = key != PANELS[0][0]
    texts = tuple("" if value is None else language.percent(value, signed=signed) for value in values)
    return Panel(language.text(f"compared.{key}"), drawn(values), texts, zero, window)


def _small(member: Member, label: str, language: Language) -> Small:
    name = language.name(member.group.name)
    known = [value for value in member.history if value is not None]
    title = language.text("alt.small", name=name, n=len(known), actual=label)
    return Small(name, title, drawn(member.history), "" if member.history[-1] is None else label)
