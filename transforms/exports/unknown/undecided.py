"""The sentences on what a person has to decide in a proposed profile."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

import polars as pl

from transforms.exports.counted import COUNTS, EPOCHS
from transforms.exports.durations import unit
from transforms.exports.header import comparable
from transforms.exports.moments import Format
from transforms.exports.numbers import Marks, read_numbers
from transforms.exports.unknown.draft import Draft
from transforms.exports.unknown.roles import named
from transforms.exports.unknown.seen import SeenColumn
from transforms.exports.unknown.telling import may_tell
from transforms.exports.vocabulary import simple, vocabulary

_NO_SALES: Final = re.compile(r"\b(training|test|demo|deleted?|internal|staff meal|chay thu|nhap thu)\b")
_OF_HOURS: Final = re.compile(
    r"\b(leave|absences?|pay (code|type|category)|earnings?( code)?|(wage|hours?|time|shift) type|lohnart|fehlgrund"
    r"|ausfallschlussel|loai (cong|gio|ngay|nghi|ca)|ly do nghi|nghi phep|ky hieu( cong)?)\b"
)
_LEAVE: Final = re.compile(
    r"\b(leave|sick\w*|vacation|pto|maternity|absent|urlaub|krank\w*|conges?|maladie|ferias|vacaciones|baja|cuti|sakit|izin"
    r"|nghi (phep|om|che do|khong luong|thai san)|phep nam|vang( mat)?)\b|有休|有給|年休|欠勤|请假|病假|年假"
)
_UNREAD: Final[Mapping[str, str]] = {
    r"\b(break|lunch|nghi giua)": "no break in it is taken off the hours from in to out",
    r"\bauto\w*( clock| check| punch| sign)? out\b|\bauto\w* closed?\b|\btu dong (ra|dong)\b": (
        "an out that the system made counts as a punched one, unless its time is named in auto_close_at under "
        "[attendance] of kpi.toml"
    ),
    "(clock out|out|end) date": "an out before its in is of the next day",
}
_MOST_CODES: Final = 12
_SHOWN: Final = 5
_MANY_TIMES: Final = 4  # different ones
_QUARTERS: Final = r"^(?:.*\s)?[0-9]{1,2}[:h](?:00|15|30|45)(?::00)?(?: ?[AaPp][Mm])?$"
_FINE: Final = 5  # decimals of a day: less than a second
_BUDDHIST: Final = re.compile(r"(?<![0-9])25[5-9][0-9](?![0-9])")
_PUNCHED: Final = frozenset({"clock_in", "clock_out"})
_OF_A_DAY: Final = frozenset({"business_date", "clock_in", "clock_out", "stated_hours"})
_WRITTEN: Final[Mapping[str, str]] = {
    "day": "days",
    "punched_at": "moments",
    **dict.fromkeys(("clock_in", "clock_out", "scheduled_in", "scheduled_out"), "times of a day"),
}
_NEEDED: Final[Mapping[str, Sequence[Sequence[str]]]] = {
    "sales": (("store_id",), ("receipt_id",), ("sold_at", "sold_date", "business_date"), ("net_amount",)),
    "clockings": (("employee_id",), ("clock_in",), ("clock_out",)),
    "punches": (("employee_id",), ("punched_at", "punched_time")),
    "roster": (("employee_id",), ("scheduled_in",), ("scheduled_out",)),
    "absences": (("employee_id",), ("business_date",)),
    "ratings": (("business_date",), ("measure",), ("value",)),
}


def undecided(draft: Draft) -> Iterator[str]:
    """One sentence for each thing that is missing, or that the cells do not prove."""
    yield from _lacking(draft)
    alone = [column for column in draft.columns if not draft.stands_for(column)]
    for name, times in Counter(comparable(column.header) for column in alone).items():
        if name and times > 1:
            yield f'The header "{name}" is there {times} times; a column named so cannot be taken.'
    for at, column in enumerate(draft.columns):
        yield from _of_column(draft, at, column)
    yield from _of_kinds(draft)
    yield from _of_numbers(draft)
    if draft.table == "clockings":
        yield from _of_clockings(draft)
    yield from _of_people(draft)
    if draft.net.doubt:
        yield draft.net.doubt
    yield from draft.contradictions


def _of_clockings(draft: Draft) -> Iterator[str]:
    for at, column in enumerate(draft.columns):
        name = simple(column.header)
        written = f'"{column.header}", in {unit(column.header, draft.values[at])}'
        if column.column == "unpaid_hours":
            yield f"{written}, is taken off the hours from in to out; strike it under [columns] if it is paid."
        elif column.column == "stated_hours":
            yield (
                f"No ins and outs are known: hours are those of {written}; nobody is late by them, and hours of paid "
                f"leave would count as worked."
            )
        elif column.column is None and column.type != "empty" and "clock_out" in draft.found:
            told = (said for pattern, said in _UNREAD.items() if re.search(pattern, name))
            yield from (f'"{column.header}" is not read: {said}.' for said in told)
    yield from _of_leave(draft)
    for word, header in draft.no_punches.items():
        yield f'{word!r} in "{header}" is taken for no punch: strike it from empty if it is a time.'
    if draft.total_hours is not None and not draft.found & {"clock_in", "stated_hours"}:
        yield "Hours stand apart from their minutes: write them as one, such as 7:58, in one column."
    if draft.is_midnight_nothing:
        yield "00:00 is taken for no punch, as it is in and out of one row: strike it from empty if people leave then."
    if _is_planned(draft):
        yield 'Every in and out is on a quarter of an hour, as plans are: if this is a roster, table = "roster".'


def _of_leave(draft: Draft) -> Iterator[str]:
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


def _of_people(draft: Draft) -> Iterator[str]:
    if draft.asked_for:
        column, refused, agreed = draft.asked_for
        out = f", {', '.join(refused)} is no leave" if refused else ""
        yield f'"{column.header}": {", ".join(agreed)} is leave that was agreed{out}; the rest was not agreed.'
    elif draft.table == "absences" and "business_date" in draft.found:
        yield 'Nothing says what was agreed, so nothing was: if all of it was, write excused = "TRUE" under [derive].'
    if draft.tables > 1 and draft.table != "sales" and "employee_id" not in draft.found:
        yield f"The header stands {draft.tables} times: if a person stands above each one, say where in layout.blocks."
    for at, column in enumerate(draft.columns):
        if column.header in draft.blocks:
            some = ", ".join(draft.values[at].head(3))
            yield f"No column is of people: they stand above the tables ({some}), see layout.blocks."
    if draft.filled:
        names = ", ".join(f'"{name}"' for name in draft.filled)
        yield f"{names}: empty rows are taken for the person above them; strike fill_down if they are nobody's."


def _lacking(draft: Draft) -> Iterator[str]:
    if draft.table == "clockings" and draft.found.isdisjoint(_OF_A_DAY):
        yield (
            "No row is of one day: totals of a person's month cannot be read, nor shifts that have a name only; export "
            "a row for each day, with its ins and outs or its hours."
        )
    for any_of in (*_NEEDED[draft.table], *_days_of_times(draft)):
        if not draft.found.isdisjoint(any_of) or (draft.found >= {"stated_hours"} and _PUNCHED.issuperset(any_of)):
            continue
        if any_of == ("store_id",):
            yield (
                f"No column is known to be store_id: all rows count for one store, {draft.system!r}; write its id into "
                f"derive.store_id, within the inner quotes, or name a column under [columns]."
            )
        elif any_of == ("employee_id",):
            yield (
                "No column says whose rows these are: name it under [columns]; of one person's file, write their id as "
                "employee_id = \"'their id'\" under [derive]."
            )
        else:
            yield f"No column is known to be {' or '.join(any_of)}; name it under [columns]{_hint(draft, any_of)}."
    if draft.table == "sales" and "net_amount" not in draft.found:
        free = ", ".join(f'"{c.header}"' for c in draft.columns if c.type == "number" and not c.column)
        yield f"Numbers that are taken for nothing yet: {free or 'none'}."


def _days_of_times(draft: Draft) -> Iterator[Sequence[str]]:
    """Times of a day need a column of days beside them."""
    ends = ("clock_in", "clock_out", "scheduled_in", "scheduled_out")
    timed = [c for c in draft.columns if c.type == "time" and (c.column in ends or draft.stands_for(c))]
    yield from [("business_date",)] if timed and draft.table in {"clockings", "roster"} else []


def _hint(draft: Draft, any_of: Sequence[str]) -> str:
    """Why it may be missing: cells that are no days or times, or totals instead of receipts."""
    if any_of == ("receipt_id",):
        return "; a file of totals of days or products has no receipts, and cannot be read: export receipts"
    roles = {"day" if name in {"sold_date", "business_date"} else name for name in any_of} & _WRITTEN.keys()
    names = [name for role in roles for name in vocabulary()[draft.table].get(role, ())]
    odd = [draft.columns[at] for at in named(names, draft.columns)]
    shown = [f'"{c.header}" ({", ".join(c.samples)})' for c in odd if c.type in {"text", "number", "time", "hours"}]
    what = next((_WRITTEN[role] for role in roles), "")
    buddhist = any(map(_BUDDHIST.search, (sample for c in odd for sample in c.samples)))
    if odd and all(re.fullmatch("0?[1-9]|[12][0-9]|3[01]", sample) for sample in odd[0].samples):
        return f"; {shown[0]} lacks its month and year: export whole dates" if shown else ""
    way = ", but in years of the Buddhist calendar: export it with years such as 2026" if buddhist else " in one way"
    return f"; {' and '.join(shown)} is not written as {what}{way}" if shown else ""


def _of_column(draft: Draft, at: int, column: SeenColumn) -> Iterator[str]:
    values = draft.values[at]
    orders = {Format(way).order for way in column.ways} if column.type in {"date", "moment"} else set()
    if len(orders) > 1 and column.column:
        ways = ", ".join(column.ways)
        yield f'"{column.header}" does not show its order of day and month ({_readings(column)}): keep one of {ways}.'
    if column.column and column.order_of:
        shown = f"{column.samples[0]} in {column.header!r} may be read in two ways"
        yield f'{shown}: it has the order of day and month of "{column.order_of}"; see that it is so.'
    if column.column and column.ways and column.ways[0] in COUNTS:
        yield _of_count(column, values)
    if at in draft.weak and column.column == "channel":
        yield f'"{column.header}" ({", ".join(column.samples)}) is taken for channel, not for a store, by its cells.'
    elif at in draft.weak and column.column:
        yield f'"{column.header}" is taken for {column.column} by a part of its name: see that it is so.'


def _of_count(column: SeenColumn, values: pl.Series) -> str:
    way, cell = column.ways[0], column.samples[0]
    what = "seconds since 1970 in UTC, told in the site's time" if way in EPOCHS else "a spreadsheet's number of a day"
    read = pl.Series("cell", [cell]).to_frame().select(Format(way).read(pl.col("cell"))).item()
    said = f'"{column.header}" holds {cell}, {what}: it is read as {read}; see that it is so.'
    coarse = way == "serial" and not values.str.contains(f"[.,][0-9]{{{_FINE},}}$").any()
    return f"{said} Its decimals are too few for a minute: export more, or text." if coarse else said


def _of_kinds(draft: Draft) -> Iterator[str]:
    if draft.table != "sales":
        return
    told = {telling.at: telling for telling in draft.told}
    if draft.returns_are_positive:
        back = ", ".join(cell for telling in draft.told for cell in telling.values.get("return", ()))
        yield (
            f"Rows with {back} have no minus, and are taken off the sales: if they are those sales themselves, given "
            f"back later, their cells belong under void."
        )
    for at, column in enumerate(draft.columns):
        if column.column is None and draft.values[at].len() > 1 and _NO_SALES.search(simple(column.header)):
            shown = ", ".join(draft.values[at].sort().head(_SHOWN))
            yield f'"{column.header}" is one of {shown}: if any of these is no sale, name it under [ignore].'
    for at, column in enumerate(draft.columns):
        cells = draft.values[at].sort().to_list()
        asked = bool(told[at].unknown) if at in told else column.column is None and may_tell(column, draft.values[at])
        if asked and at not in draft.net.used.values():
            rest = f"; until then rows with {', '.join(told[at].unknown)} are rejected" if at in told else ""
            said = f'"{column.header}" is one of {", ".join(cells)}: if any of these is a return or void, map it in'
            yield f"{said} [kind.values], and if any is no sale at all, name it under [ignore]{rest}."


def _readings(column: SeenColumn) -> str:
    cell = pl.Series("cell", [column.samples[0]]).to_frame()
    read = [cell.select(Format(way).read(pl.col("cell")).dt.date()).item() for way in column.ways]
    return f"{column.samples[0]} is {' or '.join(dict.fromkeys(map(str, read)))}"


def _of_numbers(draft: Draft) -> Iterator[str]:
    counted = [column for at, column in enumerate(draft.columns) if at in draft.counted]
    if counted and not draft.marks:
        written = ", ".join(f'"{column.header}" {column.samples[0]}' for column in counted)
        yield f"The numbers are not all written in one way ({written}): each column is read by its own."
        return
    if doubtful := next((c for at in draft.counted for c in draft.values[at] if _differs(c, draft.marks)), None):
        values = dict.fromkeys(f"{_value(doubtful, marks).normalize():f}" for marks in draft.marks)
        shown = f"{doubtful} is {' or '.join(values)}"
        yield f"The numbers do not show which mark comes before decimals ({shown}): keep one in formats.numbers."


def _value(cell: str, marks: Marks) -> Decimal:
    return Decimal(read_numbers(pl.Series([cell], dtype=pl.String), marks).item() or 0)


def _differs(cell: str | None, conventions: Sequence[Marks]) -> bool:
    marked = cell is not None and re.search("[.,]", cell) is not None
    return marked and len({_value(str(cell), marks) for marks in conventions}) > 1
