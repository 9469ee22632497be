"""A month of shifts that people are to work: times, or codes that the sheet itself explains in a legend."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from transforms.exports.stacked import PAIRS
from transforms.exports.vocabulary import simple

ALL_ROUND: Final = (
    'Every in and out is on a round minute, as plans are: if this is a roster, table = "roster", with scheduled_in and '
    "scheduled_out for clock_in and clock_out."
)
PLANNED: Final = (
    'It is taken for a roster: nobody has worked by it. If people were there at these times, table = "clockings", with '
    "clock_in and clock_out for scheduled_in and scheduled_out."
)
_OF_PLANS: Final = re.compile(
    r"\b(lich|phan ca|xep ca|dang ky ca|roster|rota|schedules?|scheduling|shift plan|dienstplan|planning|turnos"
    r"|jadwal( kerja)?)\b|排班|シフト表"
)
_OF_CLOCKS: Final = re.compile(
    r"\b(cham cong|bang cong|attendance|time ?sheets?|time ?cards?|punch(es)?|absensi)\b|考勤|勤怠"
)
_TIME: Final = "([0-9]{1,2})(?: ?[:hHg] ?([0-9]{2})|[hHg])"
_SPELL: Final = rf"{_TIME} ?(?:-|–|—|~|→|đến|tới|to|,|;)? ?{_TIME}"
_UNROUND: Final = r"[:h][0-9][1-46-9](?:[^0-9]|$)"
_MOSTLY: Final = 0.8
_MOST: Final = 20  # different codes


@dataclass(frozen=True, slots=True)
class Plan:
    """The codes of shifts -> their times, as 08:00-16:00; none where the cells say these themselves."""

    codes: Mapping[str, str]

    @property
    def undecided(self) -> Iterator[str]:
        """One sentence for each thing that a person has to see to."""
        told = ", ".join(f"{code} is {spell}" for code, spell in self.codes.items())
        yield from [f"By the sheet's legend {told}: see that it is so."] if told else []
        yield PLANNED


def plan_of(filled: pl.Series, text: str, titles: str) -> Plan | None:
    """The plan that cells below days are, if they are one; `text` is the sheet with `titles` above its header.

    What a title calls attendance is none; other cells are where they are codes of a legend, or all on five minutes.
    """
    title = simple(titles)
    if _OF_CLOCKS.search(title) and not _OF_PLANS.search(title):
        return None
    codes = _legend(filled.unique(maintain_order=True).to_list(), text)
    times = filled.filter(filled.str.contains("[0-9]") & ~filled.is_in([*codes]))
    if codes and times.len() < (1 - _MOSTLY) * int(filled.is_in([*codes]).sum()):
        return Plan(codes)
    pairs = times.str.contains(PAIRS)
    return Plan({}) if pairs.sum() > _MOSTLY * times.len() and are_planned(times.filter(pairs)) else None


def are_planned(pairs: pl.Series) -> bool:
    """Whether all ins and outs are on five minutes."""
    return pairs.len() > 0 and not pairs.str.contains(_UNROUND).any()


def _legend(cells: Sequence[str], text: str) -> Mapping[str, str]:
    """What stands in the sheet behind each code, where that is one time to another."""
    lines = re.sub(r'[\t";,|\ue000\ue001]+', " ", text)
    codes = [cell for cell in cells if re.search(r"[^\W\d_]", cell) and not re.search("[0-9]:[0-9]", cell)][:_MOST]
    found = {code: {*_spells(code, lines)} for code in codes}
    return {code: spells.pop() for code, spells in found.items() if len(spells) == 1}


def _spells(code: str, lines: str) -> Iterator[str]:
    for told in re.finditer(rf"(?<!\w){re.escape(code)}(?!\w)[^0-9\n]{{0,30}}?\(?{_SPELL}", lines):
        begins, past, ends, after = told.groups()
        yield f"{int(begins):02}:{past or '00'}-{int(ends):02}:{after or '00'}"
