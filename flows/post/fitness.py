"""Whether a month may be told: what is refused, missing or late in it, for the whole chain and for each group."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Final

import polars as pl

from flows.ledger import LOADED, REFUSED, FileEntry, Ledger
from flows.settings.kpi_toml import MailSettings
from reports.language import Language
from reports.review import Review
from transforms.calendar import add_months, last_day
from transforms.kpis.kpi import Text

Key = tuple[str, str]  # level, group id


class Grade(Enum):
    """How grave a reason is."""

    RUNNING = "the month is not over"
    LATE = "some days are missing"
    SHORT = "too many days are missing"
    CLOSED = "the gate is closed"


class Verdict(Enum):
    """What becomes of a letter."""

    GO = "go"
    WAIT = "wait"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a letter waits, is held back or is marked: a text of [letter.reason], with names in every language."""

    grade: Grade
    key: str
    values: Mapping[str, str | int | Text] = field(default_factory=dict)

    def text(self, language: Language) -> str:
        """The sentence."""
        shown = {
            name: value if isinstance(value, str | int) else language.name(value) for name, value in self.values.items()
        }
        return language.text(f"letter.reason.{self.key}", **shown)


@dataclass(frozen=True, slots=True)
class Fitness:
    """The reasons of a month: those of everybody, and those of single groups."""

    everybody: Sequence[Reason]
    groups: Mapping[Key, Sequence[Reason]]

    def of(self, keys: Iterable[Key]) -> list[Reason]:
        """Every reason that bears on a letter about the groups `keys`."""
        return [*self.everybody, *(reason for key in keys for reason in self.groups.get(key, ()))]


def fitness(
    ledger: Ledger, month: date, reviews: Sequence[Review], mail: MailSettings, today: date, *, kept: Collection[str]
) -> Fitness:
    """What speaks against telling `month`; `reviews`: those of every group, whatever was asked for.

    `kept`: the refused files that still lie in the quarantine; one that a person took away from there is settled.
    """
    everybody = [] if today > last_day(month) else [Reason(Grade.RUNNING, "running")]
    refused = (entry for entry in _refused(ledger, month) if Path(entry.archived).name in kept)
    everybody += [Reason(Grade.CLOSED, "refused", {"file": entry.name}) for entry in refused]
    everybody += _missing(reviews)
    clocked = any(review.quality.store_days_with_attendance for review in reviews)
    groups = {(r.group.level, r.group.id): list(_coverage(r, mail.lowest_coverage, clocked=clocked)) for r in reviews}
    return Fitness(everybody, groups)


def verdict(reasons: Iterable[Reason], month: date, mail: MailSettings, now: datetime) -> Verdict:
    """What the reasons come to: late days wait until the deadline, everything else until it is mended."""
    grades = {reason.grade for reason in reasons}
    early = now.date() < add_months(month, 1).replace(day=mail.deadline_day)
    if Grade.RUNNING in grades or (early and grades & _DAYS and Grade.CLOSED not in grades):
        return Verdict.WAIT
    held = grades & {Grade.CLOSED, Grade.SHORT} or (Grade.LATE in grades and mail.late == "withheld")
    return Verdict.HELD if held else Verdict.GO


_DAYS: Final = frozenset((Grade.LATE, Grade.SHORT))


def _refused(ledger: Ledger, month: date) -> Iterator[FileEntry]:
    """Refused files of the month, unless each store-day they tell of was taken in later.

    A name tells nothing: the next night's file often has the same. One that nobody could read tells of no store-day,
    so only a person settles it; it is of the month if it came in it or in the next.
    """
    for entry in ledger.files():
        if entry.state == REFUSED:
            told = ledger.account(entry.file_id)
            of = set(told["month"].drop_nulls()) or {entry.month, add_months(entry.month, -1)}
            days = set(told.filter(pl.col("business_date").is_not_null()).select("store_id", "business_date").rows())
            if month in of and not (days and days <= _taken_in(ledger, entry)):
                yield entry


def _taken_in(ledger: Ledger, since: FileEntry) -> set[tuple[str | None, date]]:
    """The store-days with rows of the same table in files that came after one and were loaded."""
    query = (
        "SELECT DISTINCT store_id, business_date FROM control JOIN files USING (file_id) "
        "WHERE state = ? AND files.table_name = ? AND seq > ? AND outcome IN ('kept', 'redelivered') "
        "AND business_date IS NOT NULL"
    )
    rows = ledger.asked(query, LOADED, since.table, since.seq)
    return {(store, date.fromisoformat(day)) for store, day in rows}


def _missing(reviews: Sequence[Review]) -> Iterator[Reason]:
    """Scored KPIs that no group has a figure of."""
    names, measured = {}, set()
    for figure in (figure for review in reviews for figure in review.figures if figure.weight):
        names[figure.kpi.id] = figure.kpi.name
        if figure.actual is not None:
            measured.add(figure.kpi.id)
    for kpi, name in names.items():
        if kpi not in measured:
            yield Reason(Grade.CLOSED, "missing", {"kpi": name})


def _coverage(review: Review, lowest: Decimal, *, clocked: bool) -> Iterator[Reason]:
    quality = review.quality
    days = {"sales": quality.store_days_with_sales, "attendance": quality.store_days_with_attendance}
    for what in ("sales", "attendance") if clocked else ("sales",):
        if days[what] < quality.store_days_open:
            short = days[what] < lowest * quality.store_days_open
            told = {"days": days[what], "open": quality.store_days_open}
            yield Reason(Grade.SHORT if short else Grade.LATE, what, {"group": review.group.name, **told})
