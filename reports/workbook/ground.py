"""The sheets of what the figures stand on: data quality and definitions."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from reports.language import WIDE, Language
from reports.review import Review, StoreDays, Totals
from reports.sections import definitions as pages
from reports.sections.marks import figure_of, percent_of
from reports.sections.received import SYSTEMS, WITHIN
from reports.sections.statement import PARTS
from reports.workbook.sheets import Cell, Column, Formula, Kind, Of, Sheet, table

_ACCOUNTS: Final = (
    Column("statement.source", width=42),
    Column("statement.measure", width=22),
    Column("statement.files", Kind.COUNT, 20),
    *(Column(f"statement.{part}", Kind.VALUE, 18) for part in PARTS),
    Column("workbook.difference", Kind.VALUE, 18),
)
_STORES: Final = (
    Column("levels.store"),
    Column("workbook.open_days", Kind.COUNT, total=True),
    *(Column(f"received.{system}_{what}", Kind.COUNT, total=True) for system in SYSTEMS for what in ("files", "days")),
    *(Column(f"workbook.{system}_missing") for system in SYSTEMS),
)
_REASONS: Final = (Column("statement.reason"), Column("statement.reason_rows", Kind.COUNT, total=True))
_FACTS: Final = (Column("statement.fact"), Column("statement.value", Kind.VALUE), Column("workbook.share", Kind.SHARE))
_DEFINITIONS: Final = (
    Column("scorecard.kpi", width=28),
    Column("workbook.kind", width=13),
    Column("definitions.objective", Kind.LONG, 36),
    Column("definitions.why", Kind.LONG, 36),
    Column("definitions.measured_by", Kind.LONG, 44),
    Column("definitions.levers", Kind.LONG, 36),
    Column("definitions.owner", width=20),
    Column("definitions.reached_when", Kind.LONG, 36),
    Column("definitions.reviewed", width=14),
)
_BALANCE: Final = "{delivered}-{kept}-{quarantined}-{redelivered}-{superseded}"


def quality(review: Review, language: Language) -> Sheet:
    """Every row and amount delivered, accounted for; why rows were kept out; what else is to be known."""
    accounts = (row for totals in review.quality.totals for row in _accounts(totals, language))
    reasons = ((language.reason(code), rows) for code, rows in review.quality.reasons)
    stores = tuple(_store(store) for store in review.quality.stores)
    facts = tuple(_facts(review, language))
    tables = ((_ACCOUNTS, tuple(accounts)), (_REASONS, tuple(reasons)), (_FACTS, facts), (_STORES, stores))
    return Sheet("quality", tuple(table(columns, rows, language) for columns, rows in tables if rows))


def definitions(review: Review, language: Language) -> Sheet | None:
    """The seven answers of every KPI."""
    rows = (
        (
            *(told.name, told.kind, told.objective, told.why, told.measured_by, "; ".join(told.levers)),
            *(told.owner, told.reached_when, told.reviewed),
        )
        for told in pages.definitions(review, language)
    )
    return Sheet("definitions", (table(_DEFINITIONS, rows, language),)) if review.figures else None


def _store(store: StoreDays) -> tuple[Cell, ...]:
    """Files and days received of what was expected, and the days that are missing by their dates."""
    came = [getattr(store, system) for system in SYSTEMS]
    counts = [count for of in came for count in (of.files, store.open - len(of.missing))]
    return (store.store, store.open, *counts, *(", ".join(map(str, of.missing)) for of in came))


def _accounts(totals: Totals, language: Language) -> Iterable[tuple[Cell, ...]]:
    source = language.known("tables", totals.table) or totals.table
    rows = [Decimal(getattr(totals, f"{part}_rows")) for part in PARTS]
    yield (source, language.text("statement.rows"), totals.files, *_account(rows, Kind.COUNT))
    if totals.delivered_amount is not None:
        amounts = [getattr(totals, f"{part}_amount") or Decimal(0) for part in PARTS]
        yield (source, language.text("statement.amount"), None, *_account(amounts, Kind.MONEY))


def _account(sums: list[Decimal], form: Kind) -> tuple[Cell, ...]:
    delivered, *others = sums
    difference = WIDE.subtract(delivered, sum(others, Decimal(0)))
    return (*(Of(form, value) for value in sums), Formula(_BALANCE, difference, form))


def _facts(review: Review, language: Language) -> Iterable[tuple[Cell, ...]]:
    quality, sales = review.quality, figure_of(review, "net_sales")
    above = review.group.parents[-1:] if review.group.level in WITHIN else ()
    net_sales = sales.actual if sales else None
    unattributed = quality.unattributed_amount
    share = unattributed / net_sales if unattributed is not None and net_sales and not above else None
    days = (quality.store_days_open, quality.store_days_with_sales, quality.store_days_with_attendance)
    facts: tuple[tuple[str, Of, Cell], ...] = (
        *(("statement.rows_of", Of(Kind.TEXT, language.name(name)), None) for name in above),
        ("statement.net_sales", Of(Kind.MONEY, net_sales), None),
        ("statement.voided", Of(Kind.MONEY, quality.voided_amount), None),
        ("statement.unattributed", Of(Kind.MONEY, unattributed), share),
        ("statement.value_share", Of(Kind.SHARE, quality.kept_share), None),
        ("workbook.open_days", Of(Kind.COUNT, days[0]), None),
        ("statement.sales_days", Of(Kind.COUNT, days[1]), percent_of(days[1], days[0])),
        ("statement.attendance_days", Of(Kind.COUNT, days[2]), percent_of(days[2], days[0])),
        ("statement.data_until", Of(Kind.MOMENT, review.data_until), None),
        ("statement.data_version", Of(Kind.TEXT, review.data_version), None),
    )
    yield from ((language.text(key), of, more) for key, of, more in facts if of.value is not None)
