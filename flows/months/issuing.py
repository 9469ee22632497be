"""Which reviews a run hands out: a revision that stands as it was pinned, an open one as the data is, a restated one.

Restating issues another revision of those groups only whose figures moved. It judges by the site as it is now: files of
the site that were changed since are named among the causes.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import polars as pl

from flows.lake import Lake
from flows.ledger import Ledger
from flows.months.closing import Closings, arrived_since, shown_months
from flows.months.compose import compose
from flows.months.pins import Key, LostPin, MadeOf, Pin, Pins, made_of
from flows.site import Site
from flows.timeline import Timeline
from reports.differences import differences
from reports.review import Cause, Changes, Review
from transforms.groups import groups
from transforms.tables import LEVELS

_NAMED = 3


@dataclass(frozen=True, slots=True)
class Issued:
    """The reviews to hand out, read back from their pins; `standing`: those that nothing but restating changes."""

    reviews: Sequence[Review]
    standing: frozenset[Key]
    notes: Sequence[str]
    faults: Sequence[str]


@dataclass(frozen=True)
class Issuing:
    """One month of a site, to be issued.

    `restate`: where figures moved, another revision is asked for; `also`: groups beyond the levels the site asks for.
    """

    site: Site
    lake: Lake
    ledger: Ledger
    month: date
    now: datetime
    restate: bool = False
    also: Collection[str] = ()

    def known(self) -> list[Key]:
        """The groups that have a review, chain first."""
        return sorted({*self._pinned, *self._composed}, key=_place)

    def issue(self, chosen: Collection[Key]) -> Issued:
        """Pin what is new, and read back what stands."""
        stood, faults, fresh = dict[Key, Review](), list[str](), list[Review]()
        withdrawn = list[Pin]()
        for key in chosen:
            try:
                due = self._due(key)
                if isinstance(due, Review):
                    fresh.append(due)
                    continue
                stood[key] = self._pins.read(due)
                withdrawn += [self._pinned[key]] if self._pinned[key] != due else []
            except LostPin as lost:
                faults.append(str(lost))
        self._pins.withdraw(withdrawn)
        kept = {**stood, **self._pins.keep(fresh, self._made_of, self.now)}
        reviews = [kept[key] for key in chosen if key in kept]
        standing = Closings(self.site, self.ledger).standing(self.month)
        return Issued(reviews, standing, [*self._notes(fresh, chosen), *_withdrawn_notes(withdrawn)], faults)

    def look(self, chosen: Collection[Key]) -> list[Review]:
        """The reviews as they would be handed out; nothing is pinned, and what is lost is left out."""
        found = []
        for key in chosen:
            with suppress(LostPin):
                due = self._due(key)
                found.append(due if isinstance(due, Review) else self._pins.read(due))
        return found

    def _due(self, key: Key) -> Review | Pin:
        """What a group is handed out: a review that is to be pinned, or the pin that stands, the newest or the former.

        The former stands if the newest, which went to nobody, has no other figures than it any more.
        """
        pin, composed = self._pinned.get(key), self._composed.get(key)
        if pin is None or composed is None:
            return composed or self._pinned[key]
        if key in self._standing:
            return self._restated(pin, composed) if self._restating else pin
        before = self._before(pin)
        return self._restated(before, composed) if before else composed

    def _restated(self, pin: Pin, composed: Review) -> Review | Pin:
        """The revision after `pin`, or `pin` if no figure moved."""
        moved = differences(self._pins.read(pin), composed)
        if not moved:
            return pin
        changes = Changes(pin.revision, moved, self._causes(pin), pin.made_of.redefined(self._made_of))
        return replace(composed, revision=pin.revision + 1, changes=changes)

    def _before(self, pin: Pin) -> Pin | None:
        return next(
            (p for p in self._pins.every(self.month) if (p.key, p.revision) == (pin.key, pin.revision - 1)), None
        )

    # -- why

    def _causes(self, pin: Pin) -> tuple[Cause, ...]:
        """The files that came since a pin with rows of the group's stores, most rows first."""
        touched, stores = Timeline(self.ledger).touched(pin.settled, shown_months(self.month)), self._stores(pin.key)
        own = touched if stores is None else touched.filter(pl.col("store_id").is_in(stores))
        files = own.group_by("file_id", "at").agg(pl.col("rows", "replaced").sum(), pl.col("month").unique().sort())
        files = files.sort("rows", "replaced", "file_id", descending=[True, True, False])
        return tuple(self._cause(**row) for row in files.iter_rows(named=True))

    def _cause(self, file_id: str, at: str, rows: int, replaced: int, month: Sequence[date]) -> Cause:
        zone = ZoneInfo(self.site.settings.organisation.time_zone)
        arrived = datetime.fromisoformat(at).astimezone(zone).date()
        return Cause(self.ledger.file(file_id).name, arrived, tuple(month), rows, replaced)

    def _stores(self, key: Key) -> Collection[str] | None:
        """The stores whose rows a group's figures stand on; None: the whole chain."""
        level, group = key
        if level == "chain":
            return None
        return self._groups.filter(pl.col(level) == group)["store"].drop_nulls().unique().to_list()

    # -- what is told

    def _notes(self, fresh: Sequence[Review], chosen: Collection[Key]) -> list[str]:
        if self._restating:
            return [self._restated_note(fresh), *self._gone(chosen)]
        return [self._late_note()] if self._arrived and self._standing else []

    def _late_note(self) -> str:
        files, month = self._arrived, f"{self.month:%Y-%m}"
        return (
            f"{len(files)} files arrived since the reviews of {month} were issued ({_some(files)}); they say what was "
            f"issued: 'kpi review {self.site.folder} {month} --restate' issues another revision where figures moved."
        )

    def _restated_note(self, fresh: Sequence[Review]) -> str:
        named = [review.group.id for review in fresh if review.revision > 1]
        moved = f"{len(named)} groups have another revision ({_some(named)})" if named else "no figure moved"
        return f"Restated: {moved}; everything else is as it was issued."

    def _gone(self, chosen: Collection[Key]) -> list[str]:
        gone = [key[1] for key in chosen if key in self._pinned and key not in self._composed]
        return [f"{_some(gone)} have no figures any more; what was issued stays."] if gone else []

    # -- what is worked out once

    @cached_property
    def _pins(self) -> Pins:
        return Pins(self.site, self.ledger)

    @cached_property
    def _pinned(self) -> Mapping[Key, Pin]:
        return self._pins.newest(self.month)

    @cached_property
    def _standing(self) -> frozenset[Key]:
        return Closings(self.site, self.ledger).standing(self.month)

    @cached_property
    def _arrived(self) -> Sequence[str]:
        return arrived_since(self.site, self.ledger, self.month)

    @cached_property
    def _restating(self) -> bool:
        automatically = self.site.settings.closing.restate == "automatically"
        return bool(self._standing) and (self.restate or (automatically and bool(self._arrived)))

    @cached_property
    def _composed(self) -> Mapping[Key, Review]:
        """Of a closed month only what was never issued is composed, unless it is restated."""
        closed = self.month in Closings(self.site, self.ledger).closed() and not self._restating
        pinned = {group for _, group in self._pinned}
        lacking = set(self.also) - pinned
        if closed and not lacking:
            return {}
        found = compose(self.site, self.lake, self.ledger, self.month, {*self.also, *pinned}, today=self.now.date())
        return {(r.group.level, r.group.id): r for r in found if not closed or r.group.id in lacking}

    @cached_property
    def _made_of(self) -> MadeOf:
        return made_of(self.site, self.lake)

    @cached_property
    def _groups(self) -> pl.DataFrame:
        return groups(self.site.stores, self.site.people, self.site.settings.organisation.id, self.month)


def _withdrawn_notes(withdrawn: Sequence[Pin]) -> list[str]:
    """What is told of revisions that went to nobody and are wrong by now."""
    if not withdrawn:
        return []
    named = _some([f"revision {pin.revision} of {pin.group_id}" for pin in withdrawn])
    return [f"{named} withdrawn: it was sent to nobody, and the figures are again those of the revision before."]


def _place(key: Key) -> tuple[int, str]:
    level, group = key
    return list(LEVELS).index(level), group


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
