"""Columns of ins and outs that stand several times in a row of an unknown sheet: "Vào 1", "Ra 1", "AM In", "In.1"."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from transforms.exports.unknown.blocks import NOT_ROWS, PERIODS
from transforms.exports.unknown.written import written
from transforms.exports.vocabulary import simple, vocabulary

_ORDINAL: Final = re.compile(
    r"(?i)(?<![0-9])[1-9](?![0-9])|\b(?:am|pm|morning|afternoon|evening|sáng|trưa|chiều|tối|sang|trua|chieu|toi"
    r"|first|second|third|fourth|ot|overtime)\b"
)
_OVERTIME: Final = frozenset(
    {"ot", "overtime"}
)  # beside ins and outs without a word for their time it may be within them
_VAIN: Final = re.compile(r"\b(lan|ca|st|nd|rd|th|time ?zone|period)\b")
_NUMBER: Final = re.compile("[0-9]+")
_ONE_OF_SEVERAL: Final = frozenset(
    {"lan", "lan cham", "cham", "gio cham", "punch", "punch time", "time", "check", "swipe", "scan", "gio", "log", "io"}
    | {"jam", "hora", "heure", "zeit", "uhrzeit", "ora", "clock", "marcacion", "marcacao", "batida"}
)
_SIDES: Final = ("clock_in", "clock_out")


def repeated_pairs(headers: Sequence[str]) -> Mapping[str, str]:
    """clock_in and clock_out -> the pattern of their columns' names, whose group tells one pair from the next.

    Empty where ins and outs are not there for the same numbers or times of day.
    """
    if same := _same_names(headers):
        return same
    found: dict[str, dict[tuple[str, str], list[str]]] = {side: {} for side in _SIDES}
    for header in headers:
        for side, around, ordinal in _readings(header):
            found[side].setdefault(around, []).append(ordinal)
    ins, outs = (
        {frozenset(map(str.casefold, keys)): (*around, keys) for around, keys in found[s].items()} for s in _SIDES
    )
    both = sorted((keys for keys in ins.keys() & outs.keys() if keys - _OVERTIME), key=len)
    if not both:
        return {}
    sides = (ins[both[-1]], outs[both[-1]])
    pattern = _after_first if all(_bare(before) in headers for before, _, _ in sides) else _pattern
    return dict(zip(_SIDES, (pattern(*side) for side in sides), strict=True))


def repeated_punches(headers: Sequence[str]) -> Mapping[str, str]:
    """punched_time -> the pattern of columns such as "Lần 1", "Lần 2"; empty where there is but one."""
    found: dict[tuple[str, str], int] = {}
    for header in headers:
        for ordinal in _NUMBER.finditer(header):
            around = header[: ordinal.start()], header[ordinal.end() :]
            if simple(" ".join(around)) in _ONE_OF_SEVERAL:
                found[around] = found.get(around, 0) + 1
    (before, after), times = max(found.items(), key=lambda pair: pair[1], default=(("", ""), 0))
    bare = _bare(before)
    first = times > 0 and bare in headers
    counted = f"{re.escape(before[len(bare) :])}([0-9]+){re.escape(after)}"
    pattern = f"^{re.escape(bare)}{f'(?:{counted})?' if first else counted}$".replace("\\ ", " ")
    return {"punched_time": pattern} if times + first > 1 else {}


def _same_names(headers: Sequence[str]) -> Mapping[str, str]:
    """The patterns of one name for ins and one for outs, where each stands several times, and as often."""
    times = Counter(headers)
    sides = [[name for name in times if simple(name) in vocabulary()["clockings"][side]] for side in _SIDES]
    several = [[name for name in names if times[name] > 1] for names in sides]
    if [len(names) for names in several] != [1, 1] or times[several[0][0]] != times[several[1][0]]:
        return {}
    patterns = (f"^{re.escape(name)}(?: #([2-9]))?$".replace("\\ ", " ") for [name] in several)
    return dict(zip(_SIDES, patterns, strict=True))


def layout_of(
    blocks: Mapping[str, str],
    repeated: Mapping[str, str],
    filled: Sequence[str],
    besides: Sequence[str],
    *,
    two_rows: bool,
    within: bool,
    day: str | None,
) -> Iterator[str]:
    """The TOML of a layout with blocks, such repeated columns, columns that are filled down, and times not read."""
    yield from ("", "[layout]", f"besides = {written(list(besides))}")
    yield from ["lower_row = true"] if two_rows else []
    yield from [f"day = {written(day)}", f"period = {written(PERIODS)}"] if day else []
    told = ", ".join(f"{name} = {written(pattern)}" for name, pattern in blocks.items())
    yield from [f"blocks = {{ {told} }}"] if blocks else []
    yield from ["blocks_within = true"] if within else []
    yield from [f"fill_down = {written(list(filled))}"] if filled else []
    yield from ["stacked = true"] if "[0-9]" not in repeated.get("punched_time", "[0-9]") else []
    yield f"not_rows = '{NOT_ROWS}'"
    if repeated:
        yield from ("", "[layout.repeated]", *(f"{name} = {written(pattern)}" for name, pattern in repeated.items()))


def _readings(header: str) -> Iterator[tuple[str, tuple[str, str], str]]:
    for ordinal in _ORDINAL.finditer(header):
        around = header[: ordinal.start()], header[ordinal.end() :]
        name = " ".join(_VAIN.sub("", simple(" ".join(around))).split())
        for side in _SIDES:
            if name in vocabulary()["clockings"][side]:
                yield side, around, ordinal.group()


def _bare(before: str) -> str:
    return before.rstrip(" (#_.-")


def _after_first(before: str, after: str, ordinals: Sequence[str]) -> str:
    """The same where the first pair has no ordinal: "In", "In (2)"."""
    bare = _bare(before)
    counted = _pattern(before[len(bare) :], after, ordinals).removeprefix("(?i)^").removesuffix("$")
    return f"(?i)^{re.escape(bare)}(?:{counted})?$".replace("\\ ", " ")


def _pattern(before: str, after: str, ordinals: Sequence[str]) -> str:
    return f"(?i)^{re.escape(before)}({'|'.join(ordinals)}){re.escape(after)}$".replace("\\ ", " ")
