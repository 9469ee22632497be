"""What was expected of each store and what was received: days that are missing are named."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from itertools import groupby
from types import MappingProxyType
from typing import Final

from reports.language import NO_BREAK, NOTHING, Language
from reports.review import Group, Quality, Received, Review, StoreDays

SYSTEMS: Final = ("sales", "attendance")
# Groups whose rows no export tells apart from those of the group above them.
WITHIN: Final = MappingProxyType({"department": "store", "position": "chain"})
# Stores that lack nothing are listed where the list is short.
LISTED: Final = 30
# What page one names: the stores that lack most, and their first days.
_WORST: Final = 3
_SPANS: Final = 4
_TENTH_OF_PERCENT: Final = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Of:
    """One system of one store."""

    files: str
    days: str
    missing: str


@dataclass(frozen=True, slots=True)
class Row:
    """One store."""

    store: str
    expected: str  # days
    systems: tuple[Of, ...]  # of SYSTEMS


@dataclass(frozen=True, slots=True)
class Expected:
    """The table, and how many stores it leaves out since nothing of them is missing."""

    rows: tuple[Row, ...]
    complete: str


def expected(quality: Quality, language: Language) -> Expected | None:
    """Every store of which something is missing, and the others where they are few; None unless there are several."""
    stores = quality.stores
    if len(stores) < 2:  # noqa: PLR2004
        return None
    listed = stores if len(stores) <= LISTED else [store for store in stores if store.missing]
    rest = len(stores) - len(listed)
    return Expected(
        rows=tuple(_row(store, language) for store in listed),
        complete=language.plural("received.complete", rest) if rest else "",
    )


def _row(store: StoreDays, language: Language) -> Row:
    systems = (_system(getattr(store, name), store.open, language) for name in SYSTEMS)
    return Row(store.store, language.number(store.open), tuple(systems))


def _system(received: Received, open_days: int, language: Language) -> Of:
    came = open_days - len(received.missing)
    missing = NOTHING if not received.missing else days(received.missing) if came else language.text("received.none")
    return Of(language.number(received.files), language.number(came), missing)


def alone(quality: Quality, name: str, language: Language) -> Iterable[str]:
    """The same of one system, where there is one store only."""
    if len(quality.stores) == 1:
        received = getattr(quality.stores[0], name)
        yield language.plural("received.files", received.files)
        if received.missing:
            yield language.text("received.missing", stores=days(received.missing))


def at_rest(quality: Quality, language: Language) -> str:
    """The weekdays taken as off, store by store; nothing where every store was there on all of them."""
    resting = [store for store in quality.stores if store.at_rest]
    if len(quality.stores) == 1:
        return "".join(_weekdays(store, language) for store in resting)
    named = "; ".join(f"{store.store}: {_weekdays(store, language)}" for store in resting[:LISTED])
    rest = len(resting) - LISTED
    return f"{named}; {language.plural('received.more', rest)}" if rest > 0 else named


def _weekdays(store: StoreDays, language: Language) -> str:
    return ", ".join(language.weekday(day) for day in store.at_rest)


def days(missing: Sequence[date]) -> str:
    """Days of one month by their numbers, those that follow each other as a span: 3–5, 17."""
    return ", ".join(_spans(missing))


def _spans(missing: Sequence[date]) -> list[str]:
    runs = groupby(enumerate(sorted(missing)), lambda at: at[1].day - at[0])
    found = [[day.day for _, day in run] for _, run in runs]
    return [f"{run[0]}" if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in found]


def brief(review: Review, language: Language) -> str:
    """The data-quality statement in short, for page one; nothing where there is nothing to state."""
    if review.personal is not None or not review.quality.store_days_open:
        return ""
    apart = filter(None, [whole("received", review.group, language)])
    parts = (*apart, *_days(review.quality, language), *_rows(review.quality, language), *_freshness(review, language))
    return " · ".join(parts)


def whole(table: str, group: Group, language: Language) -> str:
    """Whose rows and days are told, where that is not the group itself."""
    if group.level not in WITHIN or not group.parents:
        return ""
    return language.text(f"{table}.of_{WITHIN[group.level]}", name=language.name(group.parents[-1]))


def _days(quality: Quality, language: Language) -> Iterable[str]:
    came = {"sales": quality.store_days_with_sales, "attendance": quality.store_days_with_attendance}
    told = {name: language.number(count) for name, count in came.items()}
    yield language.text("received.days", open=language.number(quality.store_days_open), **told)
    lacking = [store for store in quality.stores if store.missing]
    if lacking:
        worst = "; ".join(_worst(store, language, alone=len(quality.stores) == 1) for store in lacking[:_WORST])
        rest = len(lacking) - _WORST
        more = f"; {language.plural('received.more', rest)}" if rest > 0 else ""
        yield language.text("received.missing", stores=worst + more)


def _worst(store: StoreDays, language: Language, *, alone: bool) -> str:
    told = (_first(name, getattr(store, name), store.open, language) for name in SYSTEMS)
    lacks = ", ".join(text for text in told if text)
    return lacks if alone else f"{store.store} ({lacks})"


def _first(name: str, received: Received, open_days: int, language: Language) -> str:
    if not received.missing:
        return ""
    spans = _spans(received.missing)
    named = ", ".join(spans[:_SPANS]) + (", …" if len(spans) > _SPANS else "")
    told = named if len(received.missing) < open_days else language.text("received.none")
    return f"{language.text(f'received.{name}')}{NO_BREAK}{told}"


def _rows(quality: Quality, language: Language) -> Iterable[str]:
    parts = ("delivered", "kept", "quarantined", "redelivered", "superseded")
    sums = {part: sum(getattr(totals, f"{part}_rows") for totals in quality.totals) for part in parts}
    if sums["delivered"]:
        yield language.text("received.rows", **{part: language.number(count) for part, count in sums.items()})
    if quality.kept_share is not None:
        yield language.text("received.value", share=counted(quality.kept_share, language))


def counted(share: Decimal, language: Language) -> str:
    """The share of the value that could be counted: never rounded up to all of it."""
    return language.percent(share.quantize(_TENTH_OF_PERCENT, ROUND_FLOOR))


def _freshness(review: Review, language: Language) -> Iterable[str]:
    yield language.text("received.until", moment=language.moment(review.data_until))
    yield language.text("received.revision", n=review.revision)
