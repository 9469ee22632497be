"""The text of a proposed profile, and the sentences on what a person has to decide in it."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import polars as pl

from transforms.exports.arithmetic import Net
from transforms.exports.layout import comparable
from transforms.exports.moments import Format
from transforms.exports.numbers import Marks, read_numbers
from transforms.exports.seen import NUMBERS, SIGNS, SeenColumn
from transforms.exports.vocabulary import simple, vocabulary
from transforms.tables import TABLES

_FEW_VALUES: Final = 8
_TELLING: Final = 6  # names by which a file is known, at least, so that no profile of fewer names claims it, too
_NEEDED: Final[Mapping[str, Sequence[Sequence[str]]]] = {
    "sales": (("store_id",), ("receipt_id",), ("sold_at", "sold_date", "business_date"), ("net_amount",)),
    "clockings": (("employee_id",), ("clock_in",), ("clock_out",)),
    "punches": (("employee_id",), ("punched_at", "punched_date")),
    "roster": (("employee_id",), ("scheduled_in",), ("scheduled_out",)),
    "absences": (("employee_id",), ("business_date",)),
    "ratings": (("business_date",), ("measure",), ("value",)),
}
_TO_BE_FILLED: Final = frozenset({"store_id", "receipt_id", "net_amount", "quantity"})
_OF_KINDS: Final = re.compile(r"\b(status|type|refund\w*|return\w*|void\w*|cancel\w*|trang thai|tinh trang|loai|huy)\b")


@dataclass(frozen=True, slots=True)
class Draft:
    """A profile before it is written.

    `columns` are those of the file, `pairs` clock_in and clock_out -> the name shared by several columns, `status` what
    the column of kinds holds, `values` the distinct cells of each column; `counted` are the places of amounts, prices
    and quantities, and `marks` every convention that reads all of these.
    """

    system: str
    table: str
    columns: Sequence[SeenColumn]
    net: Net
    pairs: Mapping[str, str]
    status: Sequence[str]
    values: Mapping[int, pl.Series]
    counted: Sequence[int]
    marks: Sequence[Marks]
    fallback: str | None

    @property
    def known(self) -> list[SeenColumn]:
        """The columns that are taken for something."""
        return [column for column in self.columns if column.column]

    @property
    def found(self) -> set[str]:
        """What is found, or worked out."""
        worked_out = {"net_amount"} if self.net.sql else set()
        return {column.column for column in self.known if column.column} | worked_out | self.pairs.keys()


def toml(draft: Draft) -> str:
    """The profile for the folder `profiles` of a site."""
    lines = [
        f"system = {_quoted(draft.system)}",
        f'table = "{draft.table}"',
        f"recognised_by = {_listed(_telling(draft))}",
    ]
    lines += [f'fallback_encoding = "{draft.fallback}"'] if draft.fallback else []
    lines += ['grain = "either"'] if draft.table == "sales" else []
    ends = [name for name in ("clock_in", "clock_out") if name in draft.found]
    lines += [f"ignore_without = {_listed(ends)}"] if ends else []
    lines += ['empty = ["--:--", "-", "N/A"]'] if draft.table in {"clockings", "punches"} else []
    sections = (_layout(draft), _columns(draft), _check(draft), _kinds(draft), _derive(draft), _formats(draft))
    return "\n".join([*lines, *(line for section in sections for line in section), ""])


def _telling(draft: Draft) -> list[str]:
    counts = Counter(comparable(column.header) for column in draft.columns)
    named = [column for column in draft.columns if column.header and counts[comparable(column.header)] == 1]
    used = [at for at, column in enumerate(draft.columns) if at in draft.net.used.values()]
    known = [column for column in named if column.column or draft.columns.index(column) in used]
    others = [column for column in named if column not in known]
    return [column.header for column in (known + others)[: max(len(known), _TELLING)]]


def _layout(draft: Draft) -> Iterator[str]:
    if draft.pairs:
        day = next((c.header for c in draft.known if c.column == "business_date"), "")
        besides = [c.header for c in draft.columns if c.type in {"time", "moment"} and not _paired(draft, c)]
        yield from ("", "[layout]", f"day = {_quoted(day)}", f"besides = {_listed(besides)}")
        yield 'period = ["Từ ngày %d/%m/%Y đến ngày %d/%m/%Y", "Tháng %m/%Y"]'
        yield """not_rows = '(?i)^(tổng|cộng|total|người lập|kế toán|giám đốc|ngày .*tháng|trang )'"""
        yield from ("", "[layout.repeated]")
        yield from (
            f"{_quoted(name)} = {_quoted(f'(?i)^{name.casefold()} ?([0-9])$')}" for name in draft.pairs.values()
        )


def _paired(draft: Draft, column: SeenColumn) -> bool:
    name = comparable(column.header)
    return any(name[:-1].strip() == comparable(pair) and name[-1:].isdigit() for pair in draft.pairs.values())


def _columns(draft: Draft) -> Iterator[str]:
    yield from ("", "[columns]")
    for column in draft.known:
        if column.column != "unit_price":
            yield _entry(draft.table, str(column.column), column.header)
    for name, header in draft.pairs.items():
        yield _entry(draft.table, name, header)


def _check(draft: Draft) -> Iterator[str]:
    checked = {name: at for name, at in draft.net.used.items() if name not in TABLES["sales"].columns}
    if checked:
        yield from ("", "[check]")
        for name, at in checked.items():
            yield f'{name} = {{ header = {_quoted(draft.columns[at].header)}, type = "number" }}'


def _entry(table: str, name: str, header: str) -> str:
    needed = name in _TO_BE_FILLED or (name == "employee_id" and table != "sales")
    return f"{name} = {{ header = {_quoted(header)}{', required = true' if needed else ''} }}"


def _kinds(draft: Draft) -> Iterator[str]:
    if draft.table == "sales":
        yield from ("", "[kind]", "negative_quantity_is_return = true")
    if draft.status:
        yield from ("", "[kind.values]")
        for kind, words in vocabulary()["status"].items():
            values = [value for value in draft.status if simple(value) in words]
            if values:
                yield f"{kind} = {_listed(values)}"


def _derive(draft: Draft) -> Iterator[str]:
    alone = draft.table == "sales" and "store_id" not in draft.found
    if alone or draft.net.sql:
        yield from ("", "[derive]")
    if alone:
        yield f"store_id = {_quoted(_sql(draft.system))}"
    if draft.net.sql:
        yield f"net_amount = {_quoted(draft.net.sql)}"
    if {"quantity", "unit_price"} <= draft.net.used.keys():
        yield 'gross_amount = "quantity * unit_price"'


def _formats(draft: Draft) -> Iterator[str]:
    yield from ("", "[formats]")
    timed = draft.known + [column for column in draft.columns if _paired(draft, column)]
    for key, type_ in (("dates", "date"), ("times", "time"), ("moments", "moment")):
        found = dict.fromkeys(way for column in timed if column.type == type_ for way in column.ways)
        ways = ["%Y-%m-%d"] if draft.pairs and key == "dates" else list(found)
        if ways:
            yield f"{key} = {_listed(ways)}"
    ways_of_numbers = draft.marks or NUMBERS[:1]
    yield (
        "numbers = [" + ", ".join(f'{{ decimal = "{m.decimal}", group = "{m.group}" }}' for m in ways_of_numbers) + "]"
    )
    signs = [
        sign for sign in SIGNS if any(sign in cell for c in draft.columns if c.type == "number" for cell in c.samples)
    ]
    if signs:
        yield f"strip = {_listed(signs)}"


def undecided(draft: Draft) -> Iterator[str]:
    """One sentence for each thing that is missing, or that the cells do not prove."""
    yield from _lacking(draft)
    for name, times in Counter(comparable(column.header) for column in draft.columns).items():
        if name and times > 1:
            yield f'The header "{name}" is there {times} times; a column named so cannot be taken.'
    for at, column in enumerate(draft.columns):
        yield from _of_column(draft, column, draft.values[at])
    yield from _of_numbers(draft)
    if draft.table == "clockings":
        yield from _beside_pairs(draft)
    if draft.net.doubt:
        yield draft.net.doubt


def _beside_pairs(draft: Draft) -> Iterator[str]:
    for column in draft.columns:
        name = simple(column.header)
        if column.column is None and re.search("break|lunch|nghi giua|(clock out|out|end) date", name):
            yield f'"{column.header}" is not read: hours are from in to out; an out before its in is of the next day.'


def _lacking(draft: Draft) -> Iterator[str]:
    for any_of in _NEEDED[draft.table]:
        if not draft.found.isdisjoint(any_of):
            continue
        if any_of == ("store_id",):
            yield (
                f"No column is known to be store_id: all rows count for one store, {draft.system!r}; write its id into "
                f"derive.store_id, within the inner quotes, or name a column under [columns]."
            )
        else:
            yield f"No column is known to be {' or '.join(any_of)}; name it under [columns]."
    if draft.table == "sales" and "net_amount" not in draft.found:
        free = ", ".join(f'"{c.header}"' for c in draft.columns if c.type == "number" and not c.column)
        yield f"Numbers that are taken for nothing yet: {free or 'none'}."


def _of_column(draft: Draft, column: SeenColumn, values: pl.Series) -> Iterator[str]:
    orders = {Format(way).order for way in column.ways} if column.type in {"date", "moment"} else set()
    if len(orders) > 1 and column.column:
        ways = ", ".join(column.ways)
        yield f'"{column.header}" does not show its order of day and month ({_readings(column)}): keep one of {ways}.'
    if draft.table == "sales" and _may_tell_kinds(column, values):
        shown = ", ".join(sorted(values.to_list()))
        yield f'"{column.header}" is one of {shown}: if any of these is a return or void, map it in [kind.values].'


def _may_tell_kinds(column: SeenColumn, values: pl.Series) -> bool:
    if column.type != "text" or column.column not in {None, "kind"} or not 1 <= values.len() <= _FEW_VALUES:
        return False
    words = vocabulary()["status"]
    said = set(map(simple, values.to_list()))
    told = column.column == "kind" and said <= {word for kind in words.values() for word in kind}
    named = _OF_KINDS.search(simple(column.header)) is not None
    return not told and (named or not said.isdisjoint([*words["return"], *words["void"]]))


def _readings(column: SeenColumn) -> str:
    cell = pl.Series("cell", [column.samples[0]]).to_frame()
    read = [cell.select(Format(way).read(pl.col("cell")).dt.date()).item() for way in column.ways]
    return f"{column.samples[0]} is {' or '.join(dict.fromkeys(map(str, read)))}"


def _of_numbers(draft: Draft) -> Iterator[str]:
    counted = [column for at, column in enumerate(draft.columns) if at in draft.counted]
    if counted and not draft.marks:
        written = ", ".join(f'"{column.header}" {column.samples[0]}' for column in counted)
        yield f"The numbers are not all written in one way ({written}): export them with one decimal mark."
    elif doubtful := next((c for at in draft.counted for c in draft.values[at] if _differs(c, draft.marks)), None):
        values = dict.fromkeys(f"{_value(doubtful, marks).normalize():f}" for marks in draft.marks)
        shown = f"{doubtful} is {' or '.join(values)}"
        yield f"The numbers do not show which mark comes before decimals ({shown}): keep one in formats.numbers."


def _value(cell: str, marks: Marks) -> Decimal:
    return Decimal(read_numbers(pl.Series([cell], dtype=pl.String), marks).item() or 0)


def _differs(cell: str | None, conventions: Sequence[Marks]) -> bool:
    marked = cell is not None and re.search("[.,]", cell) is not None
    return marked and len({_value(str(cell), marks) for marks in conventions}) > 1


def _sql(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _listed(texts: Sequence[str]) -> str:
    return json.dumps(list(texts), ensure_ascii=False)
