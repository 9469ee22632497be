"""The data-quality statement: every delivered row and amount accounted for."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from reports.findings import Value
from reports.language import NOTHING, WIDE, Language
from reports.review import Quality, Review, Totals
from reports.sections.marks import figure_of, percent_of
from reports.sections.received import WITHIN, Expected, alone, at_rest, brief, counted, expected, whole
from transforms.attribution import Applied

_BESIDE: Final = 18  # lines
PARTS: Final = ("delivered", "kept", "quarantined", "redelivered", "superseded")


@dataclass(frozen=True, slots=True)
class Account:
    """Delivered = kept + quarantined + re-delivered + superseded, of one table's rows or amounts."""

    source: str
    measure: str
    files: str
    sums: tuple[str, ...]  # of PARTS
    balanced: bool
    verdict: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rows were kept out."""

    text: str
    rows: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing to know about the data."""

    name: str
    value: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Ruled:
    """One rule of attribution, and what it was applied to."""

    text: str
    people: str
    net_amount: str
    worked_hours: str


@dataclass(frozen=True, slots=True)
class Statement:
    """The whole statement."""

    accounts: tuple[Account, ...]
    reasons: tuple[Reason, ...]
    facts: tuple[Fact, ...]
    rules: tuple[Ruled, ...]
    expected: Expected | None
    brief: str  # all of it in short, for page one
    whole: str = ""  # whose rows these are, where exports do not tell the group's apart

    @property
    def beside(self) -> bool:
        """Whether reasons and rules are few enough to stand beside the facts, which no page breaks."""
        return bool(self.reasons or self.rules) and len(self.reasons) + 3 * len(self.rules) <= _BESIDE

    def __bool__(self) -> bool:
        """Whether there is anything to state."""
        return bool(self.facts)


def statement(review: Review, language: Language) -> Statement:
    """What the figures of a review stand on; nothing of a person's, which stand on what her store's review states."""
    if review.personal is not None:
        return Statement((), (), (), (), None, "")
    accounts = (account for totals in review.quality.totals for account in _accounts(totals, review, language))
    reasons = (Reason(language.reason(code), language.number(rows)) for code, rows in review.quality.reasons)
    rules = (_ruled(rule, review.organisation.currency, language) for rule in review.quality.attribution)
    return Statement(
        accounts=tuple(accounts),
        reasons=tuple(reasons),
        facts=tuple(_facts(review, language)),
        rules=tuple(rules),
        expected=expected(review.quality, language),
        brief=brief(review, language),
        whole=whole("statement", review.group, language),
    )


def _ruled(rule: Applied, currency: str, language: Language) -> Ruled:
    people = language.number(rule.people) if rule.people else NOTHING
    amount, hours = language.money(rule.net_amount, currency), language.number(rule.worked_hours, 1)
    return Ruled(language.text(f"attribution.{rule.rule}"), people, amount, hours)


def _accounts(totals: Totals, review: Review, language: Language) -> Iterable[Account]:
    source = language.known("tables", totals.table) or totals.table
    rows = tuple(Decimal(getattr(totals, f"{part}_rows")) for part in PARTS)
    amounts: tuple[Value, ...] = tuple(getattr(totals, f"{part}_amount") for part in PARTS)
    yield _account((source, language.text("statement.rows"), language.number(totals.files)), rows, language, None)
    if totals.delivered_amount is not None:
        yield _account(("", language.text("statement.amount"), ""), amounts, language, review.organisation.currency)


def _account(names: tuple[str, str, str], sums: tuple[Value, ...], language: Language, currency: str | None) -> Account:
    delivered, *parts = (value or Decimal(0) for value in sums)
    difference = WIDE.subtract(delivered, sum(parts, Decimal(0)))
    verdict = "statement.unbalanced" if difference else "statement.balanced"
    told = language.text(verdict, difference=_sum(difference, language, currency))
    return Account(*names, tuple(_sum(value, language, currency) for value in sums), not difference, told)


def _sum(value: Value, language: Language, currency: str | None) -> str:
    if value is None:
        return NOTHING
    return language.number(value) if currency is None else language.money(value, currency)


def _facts(review: Review, language: Language) -> Iterable[Fact]:
    quality, sales = review.quality, figure_of(review, "net_sales")
    if sales is not None and sales.actual is not None:
        of = language.name(review.group.name) if review.group.level in WITHIN else ""
        yield Fact(language.text("statement.net_sales"), language.money(sales.actual, review.organisation.currency), of)
    if quality.voided_amount:
        voided = language.money(quality.voided_amount, review.organisation.currency)
        yield Fact(language.text("statement.voided"), voided, language.text("statement.voided_detail"))
    yield from _unattributed(review, sales.actual if sales else None, language)
    if quality.kept_share is not None:
        share, detail = counted(quality.kept_share, language), language.text("statement.value_detail")
        yield Fact(language.text("statement.value_share"), share, detail)
    yield from _coverage(quality, language)
    if off := at_rest(quality, language):
        number = language.number(sum(len(store.at_rest) for store in quality.stores))
        yield Fact(language.text("statement.at_rest"), number, language.text("statement.at_rest_detail", stores=off))
    yield Fact(language.text("statement.data_until"), language.moment(review.data_until))
    version = language.text("statement.version", revision=review.revision)
    yield Fact(language.text("statement.data_version"), review.data_version, version)


def _unattributed(review: Review, net_sales: Value, language: Language) -> Iterable[Fact]:
    amount = review.quality.unattributed_amount
    if amount is None:
        return
    share = amount / net_sales if net_sales and review.group.level not in WITHIN else None
    detail = language.text("statement.of_net_sales", share=language.percent(share)) if share is not None else ""
    yield Fact(language.text("statement.unattributed"), language.money(amount, review.organisation.currency), detail)


def _coverage(quality: Quality, language: Language) -> Iterable[Fact]:
    covered = {"sales": quality.store_days_with_sales, "attendance": quality.store_days_with_attendance}
    for name, days in covered.items():
        share = percent_of(days, quality.store_days_open)
        told = {"days": language.number(days), "open": language.number(quality.store_days_open)}
        if share is not None:
            detail = "; ".join((language.text("statement.days", **told), *alone(quality, name, language)))
            yield Fact(language.text(f"statement.{name}_days"), language.percent(share), detail)
