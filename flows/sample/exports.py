"""Which files the systems of the sample deliver, and when: history by month, the last days by night."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import chain as chained
from typing import Final

from flows.sample import stories
from flows.sample.scale import Language, Scale, month_end, months_between

_DAY: Final = timedelta(days=1)
_FOLDERS: Final = {"sales": "sales", "clockings": "attendance", "roster": "attendance", "ratings": "ratings"}


class Delivery(StrEnum):
    """How a file relates to those before it."""

    FIRST = "first"
    RESENT = "resent"  # the same rows in other bytes
    RENAMED = "renamed"  # the same bytes
    CORRECTED = "corrected"  # some receipts changed


@dataclass(frozen=True, slots=True)
class Export:
    """One file: the rows of `table` from `first` to `last`, chain-wide."""

    table: str
    name: str
    exported_at: datetime
    first: date
    last: date
    nightly: bool
    delivery: Delivery = Delivery.FIRST

    @property
    def path(self) -> str:
        """Where it lies below the site's folder."""
        return f"inbox/{_FOLDERS[self.table]}/{self.name}"

    @property
    def month(self) -> date:
        """The month of its rows."""
        return self.first.replace(day=1)


def all_exports(scale: Scale, language: Language) -> list[Export]:
    """Every file of a sample, in the order in which they were exported."""
    nights = (scale.first_night + n * _DAY for n in range(scale.nights))
    found = chained(_history(scale, language), *(night_exports(scale, language, night) for night in nights))
    return sorted(found, key=lambda e: (e.exported_at, e.name))


def night_exports(scale: Scale, language: Language, day: date) -> list[Export]:
    """The files that come in the night after `day`, and the plan that came before its month."""
    planned = [_roster(language, day)] if day.day == 1 else []
    rated = [_ratings(language, day)] if day == month_end(day) else []
    nightly = [_export(table, language, day, day, nightly=True) for table in ("sales", "clockings")]
    return [*planned, *rated, *nightly, *_again(scale, language, day - _DAY)]


def _history(scale: Scale, language: Language) -> Iterator[Export]:
    """Whole months, and the days of the month in which the nightly files begin."""
    end = scale.first_night - _DAY
    for month in months_between(scale.first_day, end):
        last = min(month_end(month), end)
        yield _roster(language, month)
        yield from (_export(table, language, month, last, nightly=False) for table in ("sales", "clockings"))
        if last == month_end(month):
            yield _ratings(language, month)


def _again(scale: Scale, language: Language, day: date) -> Iterator[Export]:
    """What is delivered a second time, in the night after it first came."""
    for told, table, delivery in (
        (stories.resent_day(scale), "sales", Delivery.RESENT),
        (stories.corrected_day(scale), "sales", Delivery.CORRECTED),
        (stories.renamed_day(scale), "clockings", Delivery.RENAMED),
    ):
        if day == told:
            yield _export(table, language, day, day, nightly=True, delivery=delivery)


def _export(
    table: str,
    language: Language,
    first: date,
    last: date,
    *,
    nightly: bool,
    delivery: Delivery = Delivery.FIRST,
) -> Export:
    hour = time(2) if nightly else time(3)
    minutes = (10 if table == "sales" else 15) + (0 if delivery is Delivery.FIRST else 10)
    nights = 1 if delivery is Delivery.FIRST else 2
    at = datetime.combine(last + nights * _DAY, hour) + timedelta(minutes=minutes)
    again = "" if delivery is Delivery.FIRST else " (1)"
    return Export(table, f"{_stem(table, language, first, last, at)}{again}.csv", at, first, last, nightly, delivery)


def _stem(table: str, language: Language, first: date, last: date, at: datetime) -> str:
    if table == "sales" and language == "vi":
        return f"DanhSachChiTietHoaDon_KV{at:%d%m%Y-%H%M%S}-{first.toordinal() % 1000:03d}"
    if table == "sales":
        return f"items-{first:%Y-%m-%d}-{last + _DAY:%Y-%m-%d}"
    if language == "vi":
        return f"ChiTietChamCong_{first:%Y%m%d}-{last:%Y%m%d}"
    return f"TimeEntries_{first:%Y_%m_%d}-{last:%Y_%m_%d}"


def _roster(language: Language, day: date) -> Export:
    month, name = day.replace(day=1), "LichLamViec" if language == "vi" else "roster"
    at = datetime.combine(month - _DAY, time(20))
    return Export("roster", f"{name}_{month:%Y-%m}.csv", at, month, month_end(month), nightly=False)


def _ratings(language: Language, day: date) -> Export:
    month, name = day.replace(day=1), "DanhGiaKyNang" if language == "vi" else "ratings"
    at = datetime.combine(month_end(month), time(21))
    return Export("ratings", f"{name}_{month:%Y-%m}.csv", at, month, month_end(month), nightly=False)
