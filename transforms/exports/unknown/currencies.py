"""In which money an unknown export counts."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import polars as pl

from transforms.exports.units import tells_unit
from transforms.exports.unknown.seen import SeenColumn
from transforms.exports.vocabulary import simple, vocabulary

_CURRENCY: Final = r"^(?:\p{L}{3}|\p{Sc})$"
_CODES: Final = re.compile(
    r"\b(usd|eur|gbp|vnd|vnđ|thb|idr|myr|sgd|php|jpy|cny|krw|inr|aud|cad|chf|hkd|twd|lak|khr|brl|mxn|rub|aed|sar)\b"
)
_SMALL: Final = re.compile(r"\b(cents?|paisa|paise|pence|centavos?|centimes?|satang|fils|kurus|minor units?)\b")
_UNITS: Final = re.compile(
    rf"{_SMALL.pattern}|\b(nghin|ngan|trieu|thousands?|millions?|1? ?000 ?(s|d|dong|vnd)?|x1000|tsd|ribu|juta)\b"
    r"|千円|万円|百万円"
)


def currency_in(seen: Sequence[SeenColumn], values: Mapping[int, pl.Series]) -> int | None:
    """The place of the column that says in which currency each row is."""
    names = vocabulary()["currency"]["names"]
    named = (at for at, column in enumerate(seen) if simple(column.header) in names and column.type == "text")
    return next((at for at in named if values[at].str.contains(_CURRENCY).all()), None)


def not_one_money(
    seen: Sequence[SeenColumn],
    values: Mapping[int, pl.Series],
    currency: int | None,
    counted: Iterable[int],
    titles: Iterable[str],
) -> str:
    """Why amounts cannot be taken as they stand, in a sentence, or ""; `counted` are the places of amounts.

    `titles` are the lines above the header.
    """
    if currency is not None and values[currency].len() > 1:
        said = f'"{seen[currency].header}" has {", ".join(values[currency].sort())}: amounts of several currencies'
        return f"{said} cannot be added up; export one currency at a time."
    headers = [seen[at].header for at in counted]
    if len(headers) <= 1:  # of a quantity: no name of an amount is known
        headers += [
            column.header for column in seen if column.type == "number" and _SMALL.search(simple(column.header))
        ]
    others = [header for header in headers if _UNITS.search(simple(header))]
    if others := [*others, *(title for title in titles if tells_unit(title))]:
        return (
            f'"{others[0]}" counts in another unit than the currency itself: work net_amount out under [derive], times '
            f"1000 if it counts thousands, divided by 100 if it counts cents."
        )
    coded = {header: found[1] for header in headers if (found := _CODES.search(simple(header)))}
    if len({*coded.values()}) > 1:
        listed = " and ".join(f'"{header}"' for header in coded)
        return f"{listed} are in several currencies: name the one that is in yours under [columns] as net_amount."
    return ""
