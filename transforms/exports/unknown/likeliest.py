"""Which line of an unknown export is its header: the one that names most of what exports name."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from transforms.exports.header import DATA, Header, candidates, double_headers
from transforms.exports.profile import ENCODINGS
from transforms.exports.text import Text
from transforms.exports.vocabulary import simple, vocabulary
from transforms.tables import TABLES

_DAY: Final = re.compile(
    r"(?:19|20)[0-9]{2}([-/.])[0-9]{1,2}\1[0-9]{1,2}|[0-9]{1,2}([-/.])[0-9]{1,2}\2(?:19|20)[0-9]{2}"
)
_NUMBER: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)?")


def likeliest(texts: Sequence[Text]) -> tuple[Text, Header] | None:
    """The likeliest header in what the texts of an export may be; None: it has none."""
    every = [(text, header) for text in texts for header in _headers(text.utf8)]
    found = [pair for pair in every if not _is_data(pair[1].cells)]
    return max(found, key=lambda pair: (*_fitness(pair[1]), _likelihood(pair[0].fallback)), default=None)


def _is_data(cells: Sequence[str]) -> bool:
    """Whether no header has such cells: a time, a count, or one day beside a number; a month has several days."""
    is_row = sum(map(bool, map(_DAY.fullmatch, cells))) == 1 and any(map(_NUMBER.fullmatch, cells))
    return is_row or any(map(DATA.search, cells))


def _likelihood(encoding: str | None) -> int:
    return 0 if encoding is None else -[*ENCODINGS].index(encoding)


def _fitness(header: Header) -> tuple[int, int, int]:
    """How many of its cells are names that are known, or end with one; how many are words; how high up it stands."""
    known = _known_names()
    words = [simple(cell).split(" ") for cell in header.cells if cell]
    ends = [{" ".join(name[at:]) for at in range(len(name))} | {"".join(name)} for name in words]
    plain = [name for name in header.names if name and not re.search("[0-9]", name)]
    return sum(not known.isdisjoint(some) for some in ends), len(plain), -header.row


@cache
def _known_names() -> frozenset[str]:
    tables = (names for table, names in vocabulary().items() if table in TABLES)
    names = {name for roles_ in tables for spellings in roles_.values() for name in spellings}
    return frozenset(names | {name.replace(" ", "") for name in names})


def _headers(utf8: bytes) -> list[Header]:
    single = list(candidates(utf8))
    return [*single, *double_headers(single)]
