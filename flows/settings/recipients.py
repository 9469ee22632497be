"""recipients.csv: who reads which reviews, where, in which language and form."""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field

from flows.settings.tables import Aliases, Maybe, Row
from flows.settings.types import Language, mail_address
from transforms.identity import instead
from transforms.tables import LEVELS

FORMATS: Final = ("pdf", "xlsx", "html")
BLANKS: Final = re.compile(r"\{(\w*)\}")
_OF_GROUP, _OF_PERSON = ("group", "store"), ("group", "store", "employee")


def _address(value: str) -> str:
    mail_address(BLANKS.sub("x", value))
    return value


def _formats(value: object) -> object:
    unknown = sorted(set(value) - set(FORMATS)) if isinstance(value, tuple) else []
    if unknown:
        raise ValueError(f"{'|'.join(unknown)!r} is no format; allowed are {', '.join(FORMATS)}, separated by |")
    return value or ("pdf",)


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


class Recipient(Row):
    """Somebody who reads reviews: of a group, of all groups of a level, or of where people hold a position.

    In `address` {group}, {store} and (with a position) {employee} stand for the ids of what is read, in small letters.
    """

    level: Maybe = None
    group: Maybe = None
    position: Maybe = None
    name: Maybe = None
    address: Annotated[str, AfterValidator(_address)] = Field(max_length=254)
    language: Language
    formats: Annotated[Aliases, AfterValidator(_formats), BeforeValidator(_lower)] = ("pdf",)


def mistakes(
    recipients: Iterable[Recipient], groups: Collection[tuple[str, str]], positions: Collection[str]
) -> Iterator[str]:
    """One sentence for each row that leads nowhere, and for an address that would get its letter in two languages.

    No sentence repeats an address: they are logged.
    """
    spoken: dict[str, Recipient] = {}
    for row in recipients:
        yield from _misleading(row, groups, positions)
        yield from _misplaced(row)
        first = spoken.setdefault(row.address.lower(), row)
        if first.language != row.language:
            yield (
                f"recipients.csv: {_called(first)} and {_called(row)} go to one address, but in {first.language} and "
                f"{row.language}; a letter has one language, write the same in both rows."
            )


def _misleading(row: Recipient, groups: Collection[tuple[str, str]], positions: Collection[str]) -> Iterator[str]:
    levels, level = ", ".join(LEVELS), row.level or "store"
    named = sorted(group for at, group in groups if at == level)
    if row.level not in LEVELS and not (row.level is None and row.position):
        yield f"recipients.csv, level: {row.level or ''!r} ({_called(row)}) is not a level; allowed are {levels}."
    elif row.group and row.group not in named:
        yield f"recipients.csv, group: no {level} is called {row.group!r}; {instead(row.group, named)}."
    if row.position and row.position not in positions:
        said = instead(row.position, sorted(positions))
        yield f"recipients.csv, position: {row.position!r} is not in [positions] of kpi.toml; {said}."


def _misplaced(row: Recipient) -> Iterator[str]:
    known = _OF_PERSON if row.position else _OF_GROUP
    for blank in BLANKS.findall(row.address):
        if blank not in known:
            allowed = ", ".join(f"{{{name}}}" for name in known)
            stands = f"{{{blank}}} ({_called(row)}) stands for nothing here"
            yield f"recipients.csv, address: {stands}; allowed are {allowed}."


def _called(row: Recipient) -> str:
    return row.group or row.position or row.name or f"every {row.level}"
