"""Net sales on days that may be compared: the calendar's part told apart, same stores, the market, and the pace."""

from collections.abc import Iterable
from dataclasses import dataclass

from reports.amounts import Scale
from reports.fairness import Compared, Comparison, Market, Pace
from reports.findings import Value
from reports.language import NOTHING, Language
from reports.review import Review


@dataclass(frozen=True, slots=True)
class Row:
    """One basis; every text is ready to print."""

    name: str
    days: str
    now: str
    before: str
    growth: str
    same_stores: str
    calendar_effect: str


@dataclass(frozen=True, slots=True)
class Fairly:
    """The section: a table, and what has to be said with it."""

    rows: tuple[Row, ...]
    lead: str  # which days, of a month that still runs
    notes: tuple[str, ...]


def comparison(review: Review, language: Language) -> Fairly | None:
    """None where there is nothing to compare."""
    found = review.comparison
    if found is None:
        return None
    rows = tuple(_row(row, review, language) for row in found.rows if row.growth is not None)
    lead = "" if found.until is None else language.text("comparison.running", day=language.day(found.until))
    return Fairly(rows, lead, tuple(_notes(found, review, language)))


def _row(row: Compared, review: Review, language: Language) -> Row:
    currency = review.organisation.currency
    return Row(
        name=language.text(f"comparison.{row.basis}"),
        days=language.number(row.days),
        now=_money(row.now, currency, language),
        before=_money(row.before, currency, language),
        growth=_growth(row.growth, language),
        same_stores=_growth(row.same_stores, language),
        calendar_effect=_growth(row.calendar_effect, language),
    )


def _notes(found: Comparison, review: Review, language: Language) -> Iterable[str]:
    if found.pace is not None:
        yield _pace(found.pace, review.organisation.currency, language)
    if any(row.calendar_effect is not None for row in found.rows):
        yield language.text("comparison.effect_rule")
    told = {"same": language.number(found.same_stores), "stores": language.number(found.stores)}
    yield language.text("comparison.same_rule", **told)
    if found.market is not None:
        yield _market(found.market, language)


def _pace(pace: Pace, currency: str, language: Language) -> str:
    shown = {"actual": pace.actual, "due": pace.due, "target": pace.target}
    amounts = {name: language.money(amount, currency, exact=False) for name, amount in shown.items()}
    return language.text("comparison.pace", share=language.percent(pace.share), **amounts)


def _market(market: Market, language: Language) -> str:
    growths = {"growth": market.growth, "adjusted": market.adjusted}
    written = {name: language.percent(value, signed=True) for name, value in growths.items()}
    return language.text("comparison.market", **written)


def _money(amount: Value, currency: str, language: Language) -> str:
    return NOTHING if amount is None else language.money(amount, currency, exact=False)


def _growth(growth: Value, language: Language) -> str:
    return Scale(language, "", decimals=1, share=True).write(growth, signed=True)
