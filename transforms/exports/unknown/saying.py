"""What the cells of a column say that it is, whatever it is called."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from transforms.exports.durations import are_called_hours
from transforms.exports.unknown.seen import SeenColumn
from transforms.exports.vocabulary import simple, vocabulary

_OF_CHANNELS: Final = re.compile(
    r"\b(locations?|stores?|branch|outlet|shop|type|mode|option|service|channel|source|area|hinh thuc|loai|kenh|nguon"
    r"|tipo|typ|тип|cua hang|chi nhanh|quay)\b|区分|种类|方式|ประ|店"
)
_OF_PAY: Final = re.compile(r"\bpay\b")
_MINUTES: Final = frozenset({"minutes", "minute", "mins", "min", "phut"})
_OF_STAFF: Final = re.compile(
    r"absen|attend|shift|clock|overtime|cham cong|nghi phep|timesheet|\b(punch|check (in|out)|entrada|saida|salida)\b"
)
OF_MANY_DAYS: Final = (
    r"\b(weeks?|periods?|months?|ending|beginning|paid|tuan|(?<!ngay )thang|ky|(start|end|from|to|begin) date"
    r"|date (from|to))\b"
)
_UNIT: Final = re.compile(r"(?i)\s*[(\[](?:hours?|hrs?|h|minutes?|mins?|m|hh:?mm|decimal|dec|giờ|phút)[)\]]\s*$")


def says_channel(column: SeenColumn) -> bool:
    """Whether its cells say how something was sold, whatever it is called: "Location" with Takeaway and Dine in."""
    words = vocabulary()["channels"]
    told = [sample for sample in map(simple, column.samples) if sample not in words["nothing"]]
    return bool(told) and all(sample in words["words"] for sample in told)


def says_direction(column: SeenColumn) -> bool:
    """Whether its cells say in or out, whatever it is called, as the questions of a form are."""
    words = {word for side in ("in", "out") for word in vocabulary()["direction"][side] if len(word) > 1}
    return column.type == "text" and {*map(simple, column.samples)} <= words


def says_both_ways(cells: pl.Series) -> bool:
    """Whether all of `cells` are words of directions, or some of them mean in and others out."""
    words, said = vocabulary()["direction"], {*map(simple, cells)}
    return said <= {word for told in words.values() for word in told} or all(
        said & {*words[side]} for side in ("in", "out")
    )


def is_channel(column: SeenColumn) -> bool:
    """Whether it is one by its cells, under a name that may say it."""
    return says_channel(column) and _OF_CHANNELS.search(simple(column.header)) is not None


def is_of_staff(column: SeenColumn) -> bool:
    """Whether its name says so, or its cells: times without a day stand in no list of sales."""
    return _OF_STAFF.search(simple(column.header)) is not None or column.type in {"time", "times", "hours"}


def are_minutes_apart(taken: Mapping[str, int], seen: Sequence[SeenColumn]) -> bool:
    """Whether hours have their minutes in a column of their own."""
    stated = taken.get("stated_hours")
    return any(simple(column.header) in _MINUTES for at, column in enumerate(seen) if at != stated)


def may_be_hours(column: SeenColumn) -> bool:
    """Whether it is called so and holds numbers, some of them perhaps words; a time of day is none."""
    numbers = column.type in {"number", "hours"} or (column.type == "text" and any(map(str.isdigit, column.samples)))
    return numbers and are_called_hours(column.header)


def is_of_many_days(day: SeenColumn) -> bool:
    """Whether its name is one of weeks, months or pay, which are of many days."""
    return re.search(f"{OF_MANY_DAYS}|{_OF_PAY.pattern}", simple(day.header)) is not None


def is_of_sums(day: SeenColumn, *, ends: bool) -> bool:
    """Whether hours beside such a day may be of several: it is that of pay, or the first one where the last `ends`."""
    name = simple(day.header)
    return _OF_PAY.search(name) is not None or (ends and name in vocabulary()["absences"]["day"])


def without_unit(header: str) -> str:
    """A name without what it says in brackets of how it counts: "Break duration (hours)"."""
    return _UNIT.sub("", header)


def by_direction(taken: Mapping[str, int], columns: Sequence[SeenColumn]) -> Mapping[str, int]:
    """Roles of punches -> places, by the column that says in or out, whatever it is called.

    A row with a direction is one punch: the only time beside its day is when.
    """
    said = [at for at, column in enumerate(columns) if says_direction(column) and at not in taken.values()]
    is_vague = "direction" not in taken or not says_direction(columns[taken["direction"]])
    found = {**taken, **({"direction": said[0]} if is_vague and said else {})}
    planned = {*vocabulary()["roster"]["scheduled_in"], *vocabulary()["roster"]["scheduled_out"]}
    timed = [at for at, column in enumerate(columns) if column.type == "time" and simple(column.header) not in planned]
    is_known = not found.keys().isdisjoint({"punched_at", "punched_time"})
    is_whole = found.keys() >= {"direction", "punched_date"} and not is_known and len(timed) == 1
    return found | ({"punched_time": timed[0]} if is_whole else {})
