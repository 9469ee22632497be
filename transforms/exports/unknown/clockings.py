"""The sentences on what a person has to decide where the cells of clockings do not show it."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from transforms.exports.durations import are_of_many_days, may_be_minutes, unit
from transforms.exports.unknown.draft import Draft
from transforms.exports.unknown.plans import ALL_ROUND
from transforms.exports.unknown.seen import SeenColumn
from transforms.exports.vocabulary import simple, vocabulary

_OF_HOURS: Final = re.compile(
    r"\b(leave|absences?|pay (code|type|category)|earnings?( code)?|(wage|hours?|time|shift) type|lohnart|fehlgrund"
    r"|ausfallschlussel|loai (cong|gio|ngay|nghi|ca)|ly do nghi|nghi phep|ky hieu( cong)?)\b"
)
_LEAVE: Final = re.compile(
    r"\b(leave|sick\w*|vacation|pto|maternity|absent|urlaub|krank\w*|conges?|maladie|ferias|vacaciones|baja|cuti|sakit|izin"
    r"|nghi (phep|om|che do|khong luong|thai san)|phep nam|vang( mat)?)\b|有休|有給|年休|欠勤|请假|病假|年假"
)
_UNREAD: Final[Mapping[str, str]] = {
    r"\b(break|lunch|nghi giua|mittag|pause|pausa|descanso|almoco|almuerzo|intervalo|istirahat)": (
        "no break in it is taken off the hours from in to out"
    ),
    r"\bauto\w*( clock| check| punch| sign)? out\b|\bauto\w* closed?\b|\btu dong (ra|dong)\b": (
        "an out that the system made counts as a punched one, unless its time is named in auto_close_at under "
        "[attendance] of kpi.toml"
    ),
    "(clock out|out|end) date": "an out before its in is of the next day",
    r"^(?!.*\b(late|early|tre|som|scheduled)\b).* (in|out|vao|ra|entrada|saida|salida|masuk|keluar)$": (
        "if people work from such an in to its out, call both as the first ones, with a 2 behind"
    ),
}
_MOST_CODES: Final = 12
_SHOWN: Final = 5
_MANY_TIMES: Final = 4  # different ones
_NEVER_BOTH: Final = (
    "No row has both an in and an out, so none would have hours: export both of a shift in one row, or the times of "
    "all in one column."
)
_QUARTERS: Final = r"^(?:.*\s)?[0-9]{1,2}[:h](?:00|15|30|45)(?::00)?(?: ?[AaPp][Mm])?$"


def of_clockings(draft: Draft) -> Iterator[str]:
    """Hours, leave, and ins and outs that may be others."""
    free = [c for c in draft.columns if c.column is None and c.type != "empty" and not draft.stands_for(c)]
    for at, column in enumerate(draft.columns):
        name = simple(column.header)
        is_break = column.column == "unpaid_hours"
        written = f'"{column.header}", in {unit(column.header, draft.values[at], of_a_break=is_break)}'
        if column.column == "unpaid_hours":
            yield f"{written}, is taken off the hours from in to out; strike it under [columns] if it is paid."
        elif column.column == "stated_hours":
            yield _of_hours(column, draft.values[at], written)
        elif column.column == "break_in":
            yield (
                f'The time until "{column.header}" is taken off as a break, and none is where one of both punches '
                f"lacks; strike both under [columns] if it is paid."
            )
        elif column in free and "clock_out" in draft.found:
            told = [said for pattern, said in _UNREAD.items() if re.search(pattern, name)][:1]
            yield from (f'"{column.header}" is not read: {said}.' for said in told)
        elif draft.found >= {"stated_hours", "business_date"} and name in vocabulary()["absences"]["last_date"]:
            yield f'"{column.header}" is not read: if any row is of several days, export one for each of them.'
    yield from _of_leave(draft)
    for word, header in draft.no_punches.items():
        yield f'{word!r} in "{header}" is taken for no punch: strike it from empty if it is a time.'
    if draft.total_hours is not None and not draft.found & {"clock_in", "stated_hours"}:
        yield "Hours stand apart from their minutes: write them as one, such as 7:58, in one column."
    yield from _of_rows(draft)


def _of_rows(draft: Draft) -> Iterator[str]:
    if not draft.is_ever_both:
        yield _NEVER_BOTH
    if draft.is_midnight_nothing:
        yield "00:00 is taken for no punch, as it is in and out of one row: strike it from empty if people leave then."
    if _is_planned(draft):
        yield ALL_ROUND


def _of_hours(column: SeenColumn, values: pl.Series, written: str) -> str:
    if are_of_many_days(column.header, values):
        return (
            f'"{column.header}" holds more hours than a day has ({", ".join(column.samples)}): sums of weeks or months '
            f"cannot be read, and such rows are rejected; export a row for each day; if they "
            f'are minutes of a day, write type = "minutes".'
        )
    minutes = f" {column.samples[0]} is taken for a decimal number: if it is hours and minutes, export it with a colon."
    return (
        f"No ins and outs are known: hours are those of {written}; nobody is late by them, and hours of paid leave "
        f"would count as worked.{minutes if may_be_minutes(values) else ''}"
    )


def _of_leave(draft: Draft) -> Iterator[str]:
    if draft.breaks:
        pause, said = draft.breaks
        yield (
            f'Rows with "{pause.header}" {", ".join(said)} are breaks, and left out, but not taken off the hours '
            f"of other rows; strike it under [ignore] if it is work."
        )
    if draft.leave:
        column, yes = draft.leave
        yield f'Rows with "{column.header}" {", ".join(yes)} are leave, and left out; strike it under [ignore] if not.'
    for at, column in enumerate(draft.columns):
        free = column.column is None and column.type in {"text", "number"} and not draft.leave
        if free and 1 < draft.values[at].len() <= _MOST_CODES and _says_leave(draft, at):
            cells = ", ".join(draft.values[at].sort().head(_SHOWN))
            yield (
                f'"{column.header}" is one of {cells}: if any of these is leave, it would count as worked; name the '
                f"column under [check], and those cells under [ignore]."
            )


def _says_leave(draft: Draft, at: int) -> bool:
    """By its name, or by its cells where a row needs neither in nor out to count."""
    cells = draft.values[at] if "stated_hours" in draft.found else ()
    named = _OF_HOURS.search(simple(draft.columns[at].header)) is not None
    return named or any(_LEAVE.search(simple(cell)) for cell in cells)


def _is_planned(draft: Draft) -> bool:
    ends = [draft.values[at] for at, c in enumerate(draft.columns) if c.column in {"clock_in", "clock_out"}]
    times = pl.concat(ends) if ends else pl.Series([], dtype=pl.String)
    return times.len() >= _MANY_TIMES and bool(times.str.contains(_QUARTERS).all())
