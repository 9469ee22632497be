"""Which SQL a KPI may be written in: sums and counts over the columns of one table, and nothing else.

The same text must run unchanged on Polars and on any SQL engine, add up exactly, and be harmless when it comes from a
site's own file: so no subquery, no function but SUM and COUNT, no division (that is what a denominator is for).
"""

import re
from collections.abc import Iterator
from itertools import accumulate
from typing import Final

import polars as pl

from transforms.tables import TOTAL, Schema

AGGREGATES: Final = ("SUM", "COUNT")
KEYWORDS: Final = frozenset(
    ("CASE", "WHEN", "THEN", "ELSE", "END", "AND", "OR", "NOT", "IN", "IS", "NULL", "BETWEEN", "DISTINCT")
)
ALLOWED: Final = "SUM(...) and COUNT(...) over columns of the table, CASE WHEN, + - *, ||, comparisons, AND OR NOT IN"

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>\d+(?:\.\d+)?)|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<sign>\|\||<>|<=|>=|-(?!-)|[+*(),=<>]))\s*"
)


def total(sql: str) -> pl.Expr:
    """`sql` as an exact decimal sum."""
    return pl.sql_expr(sql).cast(TOTAL)


def distinct_of(sql: str) -> str | None:
    """What `sql` counts, if it is one COUNT(DISTINCT ...) and nothing beside it."""
    match = re.fullmatch(r"COUNT\(DISTINCT (.+)\)", sql.strip(), re.IGNORECASE)
    if match is None:
        return None
    depths = accumulate({"(": 1, ")": -1}.get(part, 0) for _, part in _tokens(match[1]))
    return match[1] if min(depths) >= 0 else None


def counted(sql: str) -> tuple[str | None, str]:
    """The condition (None: always) and the text that `sql`, the inside of a COUNT(DISTINCT ...), counts.

    Many counts of receipts differ in their condition only, and can share one numbering of the texts.
    """
    match = re.fullmatch(r"CASE WHEN (?P<when>.+) THEN (?P<text>.+) END", sql.strip(), re.IGNORECASE)
    if match is None or re.search(r"\b(CASE|ELSE|WHEN)\b", match["when"] + match["text"], re.IGNORECASE):
        return None, sql
    return match["when"], match["text"]


def fault(sql: str, columns: Schema) -> str | None:
    """What is wrong with `sql` as an aggregate over `columns`, or None; the words complete "its sum ..."."""
    try:
        tokens = list(_tokens(sql))
    except ValueError as error:
        return str(error)
    return _shape(tokens, columns) or _types(sql, columns)


def _tokens(sql: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(sql):
        match = _TOKEN.match(sql, at)
        if match is None:
            raise ValueError(f"has {sql[at:].strip()[:12]!r} in it; allowed are {ALLOWED}")
        yield match.lastgroup or "", match.group().strip()
        at = match.end()


def _shape(tokens: list[tuple[str, str]], columns: Schema) -> str | None:
    depth: list[bool] = []  # per open bracket: does an aggregate stand before it?
    seen = False
    for index, (group, part) in enumerate(tokens):
        before = tokens[index - 1][1].upper() if index else ""
        if part == "(":
            depth.append(before in AGGREGATES)
            seen = seen or depth[-1]
        elif part == ")" and depth:
            depth.pop()
        elif found := _misplaced(group, part, inside=any(depth), columns=columns):
            return found
    return None if seen else f"adds nothing up; allowed are {ALLOWED}"


def _misplaced(group: str, part: str, *, inside: bool, columns: Schema) -> str | None:
    word = part.upper()
    if group != "word":
        return None if inside or group == "number" or part in {"+", "-", "*"} else _outside(part)
    if word in AGGREGATES:
        return f"has {word} within another aggregate; write one SUM or COUNT after the other" if inside else None
    if word in KEYWORDS:
        return None if inside else _outside(part)
    if part not in columns:
        return f"names {part!r}, which is no column of its table; its columns are {', '.join(columns)}"
    return None if inside else _outside(part)


def _outside(part: str) -> str:
    return f"has {part!r} outside SUM(...) or COUNT(...); allowed are {ALLOWED}"


def _types(sql: str, columns: Schema) -> str | None:
    try:
        found = pl.LazyFrame(schema=dict(columns)).select(pl.sql_expr(sql)).collect().dtypes[0]
    except pl.exceptions.PolarsError as error:
        return f"cannot be worked out ({str(error).splitlines()[0]}); allowed are {ALLOWED}"
    exact = found.is_integer() or found.is_decimal()
    return None if exact else f"gives {found}, not an exact number; add up amounts, quantities, hours or counts"
