"""The sentences on what a person has to decide in a proposed profile."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

import polars as pl

from transforms.exports.counted import COUNTS, EPOCHS
from transforms.exports.header import comparable
from transforms.exports.moments import Format
from transforms.exports.numbers import Marks, read_numbers
from transforms.exports.unknown.clockings import of_clockings
from transforms.exports.unknown.draft import Draft
from transforms.exports.unknown.lacking import lacking
from transforms.exports.unknown.nights import of_nights
from transforms.exports.unknown.plans import PLANNED
from transforms.exports.unknown.receipts import given_back
from transforms.exports.unknown.roles import named
from transforms.exports.unknown.saying import may_be_hours
from transforms.exports.unknown.seen import SeenColumn
from transforms.exports.unknown.telling import may_tell
from transforms.exports.vocabulary import simple, vocabulary

_NO_SALES: Final = re.compile(r"\b(training|test|demo|deleted?|internal|staff meal|chay thu|nhap thu)\b")
_OF_OTHERS: Final = re.compile(  # what else than sales a title says that a table lists
    r"\b((mon|hang|don|hoa don|bill) (bi |da )?(xoa|huy|tra)|(xoa|huy) mon|tra (lai )?hang|tra lai|nhap (hang|kho)"
    r"|mua hang|bao gia|(xuat|chuyen|ton) kho|void\w*|cancell?(ed|ations?)|deleted|refund\w*|purchases?|inventory"
    r"|quotations?|budget|forecast)\b"
)
_DELIVER: Final = ": if it lists what was not sold, or sold before and taken off, deliver the receipts instead of it."
_TEA: Final = re.compile(r"\btrà\b")  # which loses its tone, and would be given back
_ROW: Final = re.compile(r"^[^,;\t|]+[,;\t|](.*[,;\t|])?[0-9]{1,4}([-/.][0-9]{1,4}){2}[ T][0-9]{1,2}:[0-9]{2}")
_OF_EXPORTS: Final = re.compile(r":[,;\t| ]|export|generat|print|creat|from|period|xuất|in lúc|kỳ|từ")
_MOST_CODES: Final = 12
_SHOWN: Final = 5
_FINE: Final = 5  # decimals of a day: less than a second
_TIMES: Final = "times of a day"


def undecided(draft: Draft) -> Iterator[str]:
    """One sentence for each thing that is missing, or that the cells do not prove."""
    yield from lacking(draft)
    alone = [column for column in draft.columns if not draft.stands_for(column)]
    for name, times in Counter(comparable(column.header) for column in alone).items():
        if name and times > 1:
            yield f'The header "{name}" is there {times} times; a column named so cannot be taken.'
    for at, column in enumerate(draft.columns):
        yield from _of_column(draft, at, column)
    yield from _of_kinds(draft)
    yield from _of_numbers(draft)
    if draft.table == "clockings":
        yield from of_clockings(draft)
    yield from _of_leave(draft)
    yield from _of_refused(draft)
    yield from of_nights(draft)
    yield from _of_directions(draft)
    if draft.table == "roster" and draft.found >= {"scheduled_in", "scheduled_out"}:
        yield PLANNED
    yield from _of_people(draft)
    for title in draft.titles if draft.table == "punches" else ():
        if _ROW.search(title) and not _OF_EXPORTS.search(title.lower()):
            yield f'Above the header stands "{title}": if it is a row, it is not read; write the header above it.'
    if draft.net.doubt:
        yield draft.net.doubt
    yield from draft.contradictions


def _of_directions(draft: Draft) -> Iterator[str]:
    if cells := draft.of_no_direction:
        yield (
            f"{', '.join(cells[:_SHOWN])} is taken for neither in nor out: write it under in, out, break_out or "
            f"break_in of [direction] if it is one of them, and as direction under [ignore] if it is no punch."
        )
    if draft.table != "punches":
        return
    for column in draft.columns:
        if column.column is None and column.type in {"time", "times"} and not draft.stands_for(column):
            yield f'"{column.header}" ({column.samples[0]}) holds times that are not read: see that these are none.'
    if "direction" in draft.found:
        return
    for at in named(vocabulary()["punches"]["direction"], draft.columns):
        column, cells = draft.columns[at], draft.values[at].to_list()
        if column.column is None and 1 < len(cells) <= _MOST_CODES:
            yield (
                f'"{column.header}" ({", ".join(cells[:_SHOWN])}) is not read: if it says in and out, name it '
                f"direction under [columns] and write its cells under [direction]; without it punches are paired by "
                f"their times."
            )


def _of_leave(draft: Draft) -> Iterator[str]:
    if draft.asked_for:
        column, refused, agreed = draft.asked_for
        out = f", {', '.join(refused)} is no leave" if refused else ""
        yield f'"{column.header}": {", ".join(agreed)} is leave that was agreed{out}; the rest was not agreed.'
    elif draft.table == "absences" and "business_date" in draft.found:
        yield 'Nothing says what was agreed, so nothing was: if all of it was, write excused = "TRUE" under [derive].'
    for part, _, cells in draft.parts_of_days:
        if cells:
            yield (
                f'Rows with "{part.header}" {", ".join(cells[:_SHOWN])} are rejected: nothing says which hours of a '
                f"day these are; write them into a column of hours."
            )
    if draft.table == "absences" and any(c.column == "last_date" and c.type == "moment" for c in draft.columns):
        other = "" if draft.parts_of_days else "; export the number of days, too, or parts of days count as whole ones"
        yield f"Times beside the days of a leave are not read{other}."


def _of_refused(draft: Draft) -> Iterator[str]:
    """Rows of attendance that somebody may have rejected, or deleted."""
    words = {*vocabulary()["leave"]["refused"], *vocabulary()["status"]["void"], "invalid", "unapproved"}
    for at, column in enumerate(draft.columns if draft.table in {"clockings", "punches"} else ()):
        cells = draft.values[at]
        if column.column is None and 1 <= cells.len() <= _MOST_CODES and words & {*map(simple, cells)}:
            yield (
                f'"{column.header}" is one of {", ".join(cells.sort().head(_SHOWN))}: if rows with any of these do not '
                f"count, name the column under [check], and those cells under [ignore]."
            )


def _of_people(draft: Draft) -> Iterator[str]:
    staffed = "employee_id" in draft.found and not draft.found & {"product_id", "product_name", "quantity"}
    for column in draft.columns if draft.table == "sales" and staffed else ():
        if may_be_hours(column):
            yield f'"{column.header}" is not read: if rows are hours that people worked, they are no sales.'
    if draft.tables > 1 and draft.table != "sales" and "employee_id" not in draft.found:
        yield f"The header stands {draft.tables} times: if a person stands above each one, say where in layout.blocks."
    for at, column in enumerate(draft.columns):
        if column.header in draft.blocks:
            some = ", ".join(draft.values[at].head(3))
            yield f"No column is of people: they stand above the tables ({some}), see layout.blocks."
    if draft.filled:
        names = ", ".join(f'"{name}"' for name in draft.filled)
        yield f"{names}: empty cells are taken for what stands above them; strike fill_down if they are nobody's."


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
    elif at in draft.weak and column.column == "direction":
        yield f'"{column.header}" ({", ".join(column.samples)}) is taken for in and out by its cells: see to it.'
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
    if draft.begin_anew:
        header = next(column.header for column in draft.columns if column.column == "receipt_id")
        yield (
            f'Most of "{header}" come again on other days: its numbers are taken to begin anew each day '
            f"(receipt_scope); if they are none of receipts, take the column out."
        )
    if draft.table != "sales":
        return
    told = {telling.at: telling for telling in draft.told}
    if draft.returns_are_positive:
        back = ", ".join(cell for telling in draft.told for cell in telling.values.get("return", ()))
        yield (
            f"Rows with {back} have no minus, and are taken off the sales: if they are those sales themselves, given "
            f"back later, their cells belong under void."
        )
    if later := given_back(draft.told):
        yield (
            f"Rows with {', '.join(later)} have no sale beside them in their receipts: they are taken for those sales "
            f"themselves, given back later, and count for nothing; if they take off earlier sales, write their cells "
            f"under return instead, and returns_are_positive = true under [kind] if they have no minus."
        )
    yield from _of_no_sales(draft)
    for at, column in enumerate(draft.columns):
        if column.column is None and draft.values[at].len() > 1 and _NO_SALES.search(simple(column.header)):
            shown = ", ".join(draft.values[at].sort().head(_SHOWN))
            yield f'"{column.header}" is one of {shown}: if any of these is no sale, name it under [ignore].'
    for at, column in enumerate(draft.columns):
        cells = draft.values[at].sort().to_list()
        asked = bool(told[at].unknown) if at in told else column.column is None and may_tell(column, draft.values[at])
        if asked and at not in draft.net.used.values():
            said_void = any("void" in other.values for place, other in told.items() if place != at)
            but = " that no other column voids" if said_void else ""
            rest = f"; until then rows with {', '.join(told[at].unknown)}{but} are rejected" if at in told else ""
            said = f'"{column.header}" is one of {", ".join(cells)}: if any of these is a return or void, map it in'
            yield f"{said} [kind.values], and if any is no sale at all, name it under [ignore]{rest}."


def _of_no_sales(draft: Draft) -> Iterator[str]:
    """Lists of what was voided or given back look as sales do."""
    for telling in draft.told:
        column, sold = draft.columns[telling.at], telling.values.get("sale", ())
        if telling.values.keys() - {"sale"} and [*sold] in ([], [""]) and not column.empty_share:
            cells = ", ".join(draft.values[telling.at].sort().head(_SHOWN))
            yield f'No row of "{column.header}" is a sale ({cells}){_DELIVER}'
    for title in draft.titles:
        if _OF_OTHERS.search(simple(_TEA.sub("", unicodedata.normalize("NFC", title.lower())))):
            yield f'Above the header stands "{title}"{_DELIVER}'
    if draft.why_void:
        yield (
            f"{draft.why_void}: it is taken for a list of what was not sold, which counts for nothing; if its rows "
            f"were sold, strike always under [kind], else deliver the receipts instead of it."
        )


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
