"""Which of the lines at the top of an unknown export is its header."""

import re
from functools import cache

from transforms.exports.header import Header, candidates, double_headers
from transforms.exports.vocabulary import simple, vocabulary
from transforms.tables import TABLES


def fitness(header: Header) -> tuple[int, int, int]:
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


def headers(utf8: bytes) -> list[Header]:
    """Every line, or two of them, that may be the header."""
    single = list(candidates(utf8))
    return [*single, *double_headers(single)]
