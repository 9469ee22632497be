"""Whether a header is that of a profile's exports, and what speaks against it."""

import re
from collections.abc import Iterator
from functools import lru_cache

from transforms.exports.header import Header, comparable
from transforms.exports.profile import Headers, Profile
from transforms.exports.vocabulary import simple


def fits(profile: Profile, header: Header) -> bool:
    """Whether the profile knows its export by this header."""
    names = _compared(header.cells)
    wanted = _wanted(profile.recognised_by)
    return not any(map(names.isdisjoint, wanted)) and not is_anothers(profile, header)


# A file has many lines that might be its header, and each is held against every profile.
@lru_cache(maxsize=4096)
def _compared(cells: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(comparable, cells))


@lru_cache(maxsize=4096)
def _wanted(recognised_by: tuple[Headers, ...]) -> tuple[frozenset[str], ...]:
    return tuple(map(_compared, recognised_by))


def is_anothers(profile: Profile, header: Header) -> bool:
    """Whether a column says that it is another export, or stands in the way."""
    return is_named_another(profile, header) or any(in_the_way(profile, header))


def is_named_another(profile: Profile, header: Header) -> bool:
    """Whether a column says that it is another export."""
    return not _compared(header.cells).isdisjoint(_compared(profile.not_with))


def in_the_way(profile: Profile, header: Header) -> Iterator[str]:
    """The columns beside which the profile does not read its own."""
    known = {comparable(name) for column in profile.every_column.values() for name in column.header}
    unread = [cell for cell, name in zip(header.cells, header.names, strict=True) if name not in known]
    for beside in profile.not_beside:
        if _compared(header.cells).isdisjoint(_compared(beside.unless)):
            yield from (cell for cell in unread if re.search(beside.names, simple(cell)))


def missing(profile: Profile, header: Header) -> list[str]:
    """The names by which the profile would know it and that are not there."""
    names, wanted = _compared(header.cells), _wanted(profile.recognised_by)
    return [said[0] for said, any_of in zip(profile.recognised_by, wanted, strict=True) if names.isdisjoint(any_of)]
