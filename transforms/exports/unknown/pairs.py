"""Columns of ins and outs that stand several times in a row of an unknown sheet: "Vào 1", "Ra 1", "AM In", "AM Out"."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from transforms.exports.unknown.blocks import NOT_ROWS
from transforms.exports.vocabulary import simple, vocabulary

_ORDINAL: Final = re.compile(
    r"(?i)(?<![0-9])[1-9](?![0-9])|\b(?:am|pm|morning|afternoon|evening|sáng|trưa|chiều|tối|sang|trua|chieu|toi)\b"
)
_VAIN: Final = re.compile(r"\b(lan|ca|st|nd|rd|th)\b")
_SIDES: Final = ("clock_in", "clock_out")


def repeated_pairs(headers: Sequence[str]) -> Mapping[str, str]:
    """clock_in and clock_out -> the pattern of their columns' names, whose group tells one pair from the next.

    Empty where ins and outs are not there for the same numbers or times of day.
    """
    found: dict[str, dict[tuple[str, str], list[str]]] = {side: {} for side in _SIDES}
    for header in headers:
        for side, around, ordinal in _readings(header):
            found[side].setdefault(around, []).append(ordinal)
    ins, outs = (
        {frozenset(map(str.casefold, keys)): (*around, keys) for around, keys in found[s].items()} for s in _SIDES
    )
    both = sorted(ins.keys() & outs.keys(), key=len)
    return dict(zip(_SIDES, (_pattern(*ins[both[-1]]), _pattern(*outs[both[-1]])), strict=True)) if both else {}


def layout_of(
    blocks: Mapping[str, str], repeated: Mapping[str, str], filled: Sequence[str], besides: Sequence[str]
) -> Iterator[str]:
    """The TOML of a layout with blocks, such repeated columns, columns that are filled down, and times not read."""
    yield from ("", "[layout]", f"besides = {_written(list(besides))}")
    told = ", ".join(f"{name} = {_written(pattern)}" for name, pattern in blocks.items())
    yield from [f"blocks = {{ {told} }}"] if blocks else []
    yield from [f"fill_down = {_written(list(filled))}"] if filled else []
    yield from ["stacked = true"] if "punched_time" in repeated else []
    yield f"not_rows = '{NOT_ROWS}'"
    if repeated:
        yield from ("", "[layout.repeated]", *(f"{name} = {_written(pattern)}" for name, pattern in repeated.items()))


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _readings(header: str) -> Iterator[tuple[str, tuple[str, str], str]]:
    for ordinal in _ORDINAL.finditer(header):
        around = header[: ordinal.start()], header[ordinal.end() :]
        name = " ".join(_VAIN.sub("", simple(" ".join(around))).split())
        for side in _SIDES:
            if name in vocabulary()["clockings"][side]:
                yield side, around, ordinal.group()


def _pattern(before: str, after: str, ordinals: Sequence[str]) -> str:
    return f"(?i)^{re.escape(before)}({'|'.join(ordinals)}){re.escape(after)}$".replace("\\ ", " ")
