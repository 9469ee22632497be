"""The address book: recipients.csv worked out for one month, one reader an address.

Who reads by position is who held it on the last day of the month and is still employed when the letters are written:
not the predecessor of that month, and nobody who has left.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Final

import polars as pl

from flows.settings.recipients import BLANKS, Recipient
from flows.site import Site
from transforms.calendar import first_of, last_day
from transforms.groups import groups, positions, stints

Key = tuple[str, str]  # level, group id
_ABOVE: Final = ("region", "store", "department")


@dataclass(frozen=True, slots=True)
class Reader:
    """One address, and all that is read there."""

    address: str
    name: str
    language: str
    formats: tuple[str, ...]
    groups: tuple[Key, ...]


@dataclass(frozen=True)
class AddressBook:
    """Who reads what in a month; `idle` are rows that reach no group in it."""

    readers: tuple[Reader, ...]
    idle: tuple[Recipient, ...]

    def reads(self, address: str) -> frozenset[Key]:
        """The groups that are read at an address."""
        reader = self.reader(address)
        return frozenset(reader.groups if reader else ())

    def reader(self, address: str) -> Reader | None:
        """Who reads at an address."""
        return self._by_address.get(address.lower())

    def unread(self, reviewed: Iterable[Key]) -> list[Key]:
        """Those of the reviewed groups that nobody reads."""
        read = {key for reader in self.readers for key in reader.groups}
        return [key for key in reviewed if key not in read]

    @cached_property
    def _by_address(self) -> Mapping[str, Reader]:
        return {reader.address.lower(): reader for reader in self.readers}


def address_book(site: Site, month: date, today: date) -> AddressBook:
    """The readers of `month` as of `today`, in the order of recipients.csv."""
    people = _People(site, month, today)
    readers: dict[str, Reader] = {}
    idle = []
    for row in site.recipients:
        found = list(_readers(row, people))
        for reader in found:
            known = readers.get(reader.address.lower())
            readers[reader.address.lower()] = reader if known is None else _joined(known, reader)
        if not found:
            idle.append(row)
    return AddressBook(tuple(readers.values()), tuple(idle))


def check_lines(site: Site, today: date) -> Iterator[str]:
    """What somebody who keeps recipients.csv wants to know: groups nobody reads, and rows that reach nobody."""
    month = first_of(today)
    book, here = address_book(site, month, today), _People(site, month, today).groups
    reviewed = here.filter(pl.col("level").is_in(site.settings.review.levels)).select("level", "group_id").rows()
    for level, group in book.unread(reviewed):
        yield f"nobody reads the review of {level} {group}; add a row to recipients.csv"
    for row in book.idle:
        yield reaches_nobody(row, month)


def reaches_nobody(row: Recipient, month: date) -> str:
    """What is told of a row that leads to no review."""
    what, when = row.position or row.group or row.level, f"{month:%Y-%m}"
    if row.position:
        held = f"nobody who is still employed held the position {what} on the last day of {when}"
        return f"recipients.csv: {held}, so {row.address} gets no letter"
    return f"recipients.csv: {what} is no group of {when}, so {row.address} gets no letter"


class _People:
    """The groups of a month, and where people who are still there held positions at its end."""

    def __init__(self, site: Site, month: date, today: date) -> None:
        self.groups = groups(site.stores, site.people, site.settings.organisation.id, month)
        held = positions(site.people, (month,)).select("group_id", "position")
        names = site.people.sort("from_date").unique("employee_id", keep="last").select("employee_id", "name")
        persons = self.groups.filter(level="person").join(held, on="group_id", how="left")
        for day in (last_day(month), max(last_day(month), today)):
            persons = persons.join(_employed(site.people, day), on="group_id", how="semi")
        self.persons = persons.join(names, left_on="group_id", right_on="employee_id", how="left")


def _employed(people: pl.DataFrame, day: date) -> pl.DataFrame:
    there = (pl.col("first") <= day) & (pl.col("last") >= day).fill_null(value=True)
    return stints(people).filter(there).select(group_id="employee_id")


def _readers(row: Recipient, people: _People) -> Iterator[Reader]:
    for place in _held(row, people) if row.position else _named(row, people):
        address = BLANKS.sub(lambda blank: str(place[blank.group(1)]).lower(), row.address)  # noqa: B023 - used at once
        key = place["level"], place["group"]
        yield Reader(address, row.name or place["name"] or "", row.language, row.formats, (key,))


def _named(row: Recipient, people: _People) -> Iterator[Mapping[str, Any]]:
    for group in people.groups.filter(level=row.level).iter_rows(named=True):
        if row.group in (None, group["group_id"]):
            yield {"level": row.level, "group": group["group_id"], "store": group["store"] or "", "name": None}


def _held(row: Recipient, people: _People) -> Iterator[Mapping[str, Any]]:
    level = row.level or "store"
    for person in people.persons.filter(position=row.position).iter_rows(named=True):
        group = _group_of(person, level, people)
        if group is not None and row.group in (None, group):
            who = {"store": person["store"], "employee": person["group_id"], "name": person["name"]}
            yield {"level": level, "group": group, **who}


def _group_of(person: Mapping[str, Any], level: str, people: _People) -> str | None:
    if level == "person":
        return str(person["group_id"])
    return person[level] if level in _ABOVE else str(people.groups["group_id"][0])


def _joined(one: Reader, other: Reader) -> Reader:
    formats, keys = dict.fromkeys((*one.formats, *other.formats)), dict.fromkeys((*one.groups, *other.groups))
    return replace(one, formats=tuple(formats), groups=tuple(keys))
