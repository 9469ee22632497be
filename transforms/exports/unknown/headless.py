"""A log without a header: which of its columns is the person and which the moment, and a profile for it."""

import csv
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from transforms.exports.grid import TIME
from transforms.exports.moments import Format
from transforms.exports.unknown.seen import SeenColumn, seen_column
from transforms.exports.unknown.written import written
from transforms.exports.vocabulary import simple, vocabulary
from transforms.problem import BadExport

_DELIMITERS: Final = ("\t", ";", "|", ",", " ")
_LOOKED_AT: Final = 20_000  # lines
_ALIKE: Final = 0.9
_FEWEST: Final = 2  # cells
_HALF: Final = 0.5  # of the lines
_CODE: Final = "^ *[0-9A-Za-z_-]+(?::[0-9A-Za-z]+)* *$"
_FEW: Final = 6
_MOSTLY: Final = 0.8  # of the lines on which both are
_DIGITS: Final[Mapping[str, str]] = {
    "timestamp": "^(?:1[0-9]{9}|1[0-9]{12})$",
    "date": "^(?:19|20)[0-9]{6}$",
    "punch time": "^(?:[01][0-9]|2[0-3])[0-5][0-9]$",
}
_NAME_OF: Final[Mapping[str, str]] = {
    "punched_at": "time",
    "punched_date": "day",
    "punched_time": "time",
    "business_date": "day",
    "clock_in": "in",
    "clock_out": "out",
}
_ENDS: Final = ("clock_in", "clock_out")


@dataclass(frozen=True, slots=True)
class Log:
    """A log: its delimiter, its columns with what each is taken for, and their distinct cells."""

    delimiter: str
    columns: Sequence[SeenColumn]
    values: Sequence[pl.Series]
    rows: int


def log_of(text: str, name: str) -> Log | None:
    """The log that the lines of `text` are, if nearly all of them are cells of one kind, and have a moment.

    Two times beside a day are an in and an out where the second is mostly the later one. Raises BadExport where they
    have others: no header says which of them is an in, an out, or a break.
    """
    lines = [line for line in text.splitlines() if line.strip()][:_LOOKED_AT]
    logs = (_log(lines, delimiter, name) for delimiter in _DELIMITERS)
    return next((log for log in logs if log), None)


def toml_of(log: Log, system: str, fallback: str | None) -> str:
    """The profile for the folder `profiles` of a site."""
    names = [_name(log, at) for at in range(len(log.columns))]
    taken = {column.column: at for at, column in enumerate(log.columns) if column.column}
    are_pairs = "clock_in" in taken
    lines = [f'system = "{system}"', f'table = "{"clockings" if are_pairs else "punches"}"']
    lines += [f"ignore_without = {written(_ENDS)}"] if are_pairs else []
    lines += [f'fallback_encoding = "{fallback}"'] if fallback else []
    lines += ["", "[layout]", f"delimiter = {written(log.delimiter)}"]
    lines += [f"shapes = [{written(names)}]", "", "[layout.patterns]"]
    lines += [f"{written(name)} = {written(_pattern(log, at))}" for at, name in enumerate(names)]
    lines += ["", "[columns]"]
    lines += [f"{role} = {{ header = {written(names[at])}{_must(role)} }}" for role, at in taken.items()]
    lines += [*_directions(log, taken), "", "[formats]"]
    for key, types in (("dates", "date"), ("times", "time"), ("moments", "moment")):
        ways = list(
            dict.fromkeys(way for c in log.columns if c.column in _NAME_OF and c.type == types for way in c.ways)
        )
        lines += [f"{key} = {written(ways)}"] if ways else []
    return "\n".join([*lines, ""])


def undecided_of(log: Log) -> Iterator[str]:
    """One sentence for each thing that the cells do not prove."""
    ends = [(at + 1, column.samples[0]) for at, column in enumerate(log.columns) if column.column in _ENDS]
    if ends:
        (came, into), (left, out) = ends
        yield (
            f"Columns {came} and {left} ({into}, {out}) are taken for in and out: see that they are what a clock "
            f"recorded, and no plan or break."
        )
        yield from _of_unread(log)
    for at, column in enumerate(log.columns):
        cells = ", ".join(column.samples)
        if column.column == "employee_id":
            yield f"Column {at + 1} ({cells}) is taken for the person{_rivals(log, at)}: see that it is so."
        orders = {Format(way).order for way in column.ways} if column.column in _NAME_OF else set()
        if len(orders) > 1:
            yield f"Column {at + 1} ({cells}) does not show its order of day and month: keep one of {column.ways}."
        if column.column is None and not ends and _may_tell(log.values[at]):
            yield (
                f"Column {at + 1} ({cells}) is not read: if it says in and out, name it direction under [columns] and "
                f"write its cells under [direction]; without it punches are paired by their times."
            )


def _of_unread(log: Log) -> Iterator[str]:
    """All columns that are taken for nothing: of a line of ins and outs each may say that it does not count."""
    unread = [f"{c.header} ({', '.join(c.samples)})" for c in log.columns if not c.column and c.samples]
    if unread:
        yield (
            f"Not read: {'; '.join(unread)}. If any of these is a break, or says which rows do not count, write a line "
            f"of names above the rows, such as employee_id, date, clock_in, clock_out, break_minutes, status."
        )


def _rivals(log: Log, person: int) -> str:
    """Other columns that hold as many different cells."""
    same = [at for at, c in enumerate(log.columns) if not c.column and log.values[at].len() == log.values[person].len()]
    return f", though {' and '.join(f'column {at + 1}' for at in same)} may be it as well" if same else ""


def _log(lines: Sequence[str], delimiter: str, name: str) -> Log | None:
    records = list(csv.reader(lines, delimiter=delimiter))
    width, times = Counter(map(len, records)).most_common(1)[0] if records else (0, 0)
    if width < _FEWEST or times < _ALIKE * len(records):
        return None
    whole = [record for record in records if len(record) == width]
    cells = pl.DataFrame({f"{at}": [record[at].strip() for record in whole] for at in range(width)})
    cells = cells.with_columns(pl.when(pl.all() != "").then(pl.all()))
    columns = [_seen(cells[f"{at}"]) for at in range(width)]
    roles = _roles(columns, cells)
    if "clock_in" not in roles.values():
        _refuse_several_times(columns, cells, name)
    named = [replace(c, header=f"column {at + 1}", column=roles.get(at)) for at, c in enumerate(columns)]
    values = [cells[f"{at}"].drop_nulls().unique(maintain_order=True) for at in range(width)]
    return Log(delimiter, named, values, len(records)) if roles else None


def _seen(cells: pl.Series) -> SeenColumn:
    """A column without a name: digits may be what only a name would tell."""
    likely = (name for name, digits in _DIGITS.items() if cells.n_unique() > _FEW and cells.str.contains(digits).all())
    return seen_column(next(likely, ""), cells)


def _refuse_several_times(columns: Sequence[SeenColumn], cells: pl.DataFrame, name: str) -> None:
    """Times beside the one punch of a line would be lost: how somebody left, or when they paused."""
    whole = {cell for c in columns if c.type == "moment" for cell in c.samples}
    timed = [at for at in range(len(columns)) if cells[f"{at}"].str.contains(TIME).sum() >= _HALF * cells.height]
    told = [at for at in timed if not _is_within(columns[at], whole)]
    if len(told) > 1 and any(column.type in {"date", "moment"} for column in columns):
        shown = ", ".join(columns[at].samples[0] for at in told)
        raise BadExport(
            f"{name} has no header line, and {len(told)} times in each line ({shown}): nothing says which of them is "
            f"an in, an out or a break; write a line of names above it, such as employee_id, date, clock_in, clock_out."
        )


def _are_pairs(columns: Sequence[SeenColumn], cells: pl.DataFrame, ends: Sequence[int]) -> bool:
    """Whether of two times the second is mostly the later one."""
    came, left = (_times(columns[at], cells[f"{at}"]) for at in ends)
    later = (left > came).drop_nulls()
    return bool(later.len()) and later.sum() >= _MOSTLY * later.len()


def _times(column: SeenColumn, cells: pl.Series) -> pl.Series:
    return cells.to_frame("cell").select(Format(column.ways[0]).read(pl.col("cell"))).to_series()


def _is_within(column: SeenColumn, moments: Collection[str]) -> bool:
    """Whether its times are those of a moment that stands beside them."""
    return column.type == "time" and all(any(cell in moment for moment in moments) for cell in column.samples)


def _roles(columns: Sequence[SeenColumn], cells: pl.DataFrame) -> Mapping[int, str]:
    """Position -> what it is taken for; nothing without one moment and a person."""
    of = {type_: [at for at, c in enumerate(columns) if c.type == type_] for type_ in ("moment", "date", "time")}
    match len(of["moment"]), len(of["date"]), len(of["time"]):
        case 1, _, _:
            found = {of["moment"][0]: "punched_at"}
        case 0, 1, 1:
            found = {of["date"][0]: "punched_date", of["time"][0]: "punched_time"}
        case 0, 1, 2 if _are_pairs(columns, cells, of["time"]):
            found = {of["date"][0]: "business_date"} | dict(zip(of["time"], _ENDS, strict=True))
        case _:
            return {}
    free = [at for at, c in enumerate(columns) if at not in found and c.type in {"text", "number"}]
    told = next((at for at in free if _says(cells[f"{at}"])), None)
    # A person has several punches, and perhaps one line of ins and outs.
    people = [at for at in free if at != told and (columns[at].repeats or "clock_in" in found.values())]
    several_days = any(cells[f"{at}"].n_unique() > 1 for at in of["date"])
    person = _person({at: cells[f"{at}"] for at in people}, several_days=several_days)
    if person is None:
        return {}
    return found | {person: "employee_id"} | ({told: "direction"} if told is not None else {})


def _person(columns: Mapping[int, pl.Series], *, several_days: bool) -> int | None:
    """The column of most codes, or else of most names; one that numbers the lines, or never changes, only if alone."""
    codes = {at: cells for at, cells in columns.items() if cells.str.contains(_CODE).all() and cells.n_unique() > 1}
    telling = {
        at: cells for at, cells in (codes or columns).items() if not _number_lines(cells, several_days=several_days)
    }
    likely = telling or codes or columns
    return max(likely, key=lambda at: likely[at].n_unique(), default=None)


def _number_lines(cells: pl.Series, *, several_days: bool) -> bool:
    """Whether they count on from line to line, from 1; or from any number, as people of several days do not."""
    numbers = cells.cast(pl.Int64, strict=False)
    count = not numbers.null_count() and bool((numbers.diff().drop_nulls() == 1).all())
    return count and (several_days or numbers[0] == 1)


def _says(cells: pl.Series) -> bool:
    """Whether every cell is a word for in or out."""
    words = {word for told in vocabulary()["direction"].values() for word in told}
    said = {simple(cell) for cell in cells.drop_nulls().unique()}
    return bool(said) and said <= words


def _may_tell(values: pl.Series) -> bool:
    return 1 < values.len() <= _FEW


def _name(log: Log, at: int) -> str:
    role = log.columns[at].column
    return {"employee_id": "person", "direction": "direction", **_NAME_OF}.get(role or "", f"column {at + 1}")


def _pattern(log: Log, at: int) -> str:
    column, other = log.columns[at], f'(?:"[^"]*"|[^{re.escape(log.delimiter)}]*)'
    if column.column in _NAME_OF:
        may_lack = "?" if column.column in _ENDS else ""
        return " *(?:" + "|".join(Format(way).pattern.strip("^$") for way in column.ways) + f"){may_lack} *"
    code = column.column == "employee_id" and log.values[at].str.contains(_CODE).all()
    return _CODE.strip("^$") if code else other


def _directions(log: Log, taken: Mapping[str, int]) -> Iterator[str]:
    if "direction" in taken:
        yield from ("", "[direction]")
        for direction, words in vocabulary()["direction"].items():
            cells = [cell for cell in log.values[taken["direction"]] if simple(cell) in words]
            yield from [f"{direction} = {written(cells)}"] if cells else []


def _must(role: str) -> str:
    return "" if role in {"direction", *_ENDS} else ", required = true"
