"""Closing a month: from then on its reviews say what was issued, and only restating issues another revision.

A month closes on its day (`[closing] day` of the month after): the first run on or after it closes it, if its reviews
were issued before today; or by hand. What was issued stays as it was issued, whatever arrived between that and the
closing; a group of which nothing was issued is pinned as the data stands. A revision stands once its month is closed or
a letter was handed over with it. Until then the same revision may be issued again.
"""

from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flows.lake import Lake
from flows.ledger import Ledger
from flows.lock import alone
from flows.months.compose import compose
from flows.months.editions import Editions
from flows.months.facts import measure_months
from flows.months.pins import Key, Pins, as_json, made_of
from flows.months.sent import sent
from flows.site import Site
from flows.timeline import Timeline, stamp
from transforms.calendar import add_months, last_day, last_months
from transforms.problem import Problem

_SHOWN = 25  # thirteen months, each beside the same month of the year before


class NotClosable(Problem):
    """The month cannot be closed."""


@dataclass(frozen=True, slots=True)
class Closings:
    """Which months are closed."""

    site: Site
    ledger: Ledger

    def closed(self) -> dict[date, str]:
        """The closed months and when they were closed."""
        rows = self.ledger.asked("SELECT month, closed_at FROM closings ORDER BY month")
        return {date.fromisoformat(month): at for month, at in rows}

    def standing(self, month: date) -> frozenset[Key]:
        """The groups whose newest revision stands: only restating issues another."""
        newest = Pins(self.site, self.ledger).newest(month)
        if month in self.closed():
            return frozenset(newest)
        out = {(letter.level, letter.group_id, letter.revision) for letter in sent(self.ledger, month)}
        return frozenset(key for key, pin in newest.items() if (*key, pin.revision) in out)

    def due(self, now: datetime) -> Iterator[date]:
        """The months whose day has come and whose reviews were issued before today."""
        day, closed = self.site.settings.closing.day, self.closed()
        for month in self.ledger.months() if day else ():
            issued = [e.issued_at[:10] for e in Editions(self.ledger).newest(month)]
            on = add_months(month, 1) + timedelta(days=day - 1)
            if month not in closed and issued and min(issued) < f"{now:%Y-%m-%d}" and on <= now.date():
                yield month

    def close(self, lake: Lake, month: date, now: datetime) -> int:
        """Close a month; how many reviews it has.

        Raises:
            NotClosable: it was never measured, or is closed already.

        """
        self._closable(month)
        pins, of = Pins(self.site, self.ledger), made_of(self.site, lake)
        known = pins.newest(month)
        composed = compose(self.site, lake, self.ledger, month, today=now.date())
        pins.keep([r for r in composed if (r.group.level, r.group.id) not in known], of, now)
        self.ledger.say("INSERT INTO closings VALUES (?, ?, ?)", month.isoformat(), stamp(now), as_json(of))
        return len(pins.newest(month))

    def close_due(self, lake: Lake, now: datetime) -> list[date]:
        """Close every month that is due; those months."""
        due = list(self.due(now))
        for month in due:
            self.close(lake, month, now)
        return due

    def _closable(self, month: date) -> None:
        if month in self.closed():
            raise NotClosable(f"{month:%Y-%m} is closed already; 'kpi review --restate' issues another revision.")
        if month not in self.ledger.months():
            known = ", ".join(f"{m:%Y-%m}" for m in list(self.ledger.months())[-12:]) or "none yet"
            raise NotClosable(f"There is nothing to close for {month:%Y-%m}; the months with data are {known}.")


def close_month(site: Site, month: date, now: datetime) -> int:
    """Close a month by hand, as one run of the site; how many reviews it has."""
    with alone(site.folder), closing(Ledger(site.ledger)) as ledger:
        if now.date() <= last_day(month):
            raise NotClosable(f"{month:%Y-%m} still runs; it can be closed from {add_months(month, 1):%Y-%m-%d} on.")
        lake = Lake(site.lake)
        measure_months(site, lake, ledger, now)
        return Closings(site, ledger).close(lake, month, now)


def shown_months(month: date) -> Collection[date]:
    """The months whose rows a review of `month` shows figures of."""
    return last_months(month, _SHOWN)


def arrived_since(site: Site, ledger: Ledger, month: date) -> list[str]:
    """The names of the files that arrived since the standing reviews of a month and bear on what they show."""
    pins = Pins(site, ledger).newest(month)
    standing = Closings(site, ledger).standing(month)
    since = [pin.settled for key, pin in pins.items() if key in standing]
    if not since:
        return []
    touched = Timeline(ledger).touched(min(since), shown_months(month))
    return [ledger.file(file_id).name for file_id in touched["file_id"].unique(maintain_order=True)]


def dirty_months(site: Site, ledger: Ledger) -> list[date]:
    """The closed months whose rows changed since their reviews were issued."""
    return [month for month in Closings(site, ledger).closed() if arrived_since(site, ledger, month)]
