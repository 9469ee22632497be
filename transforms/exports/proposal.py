"""What an unknown export looks like, and a profile proposed for it: what its cells prove, and what a person decides."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from transforms.exports.cells import bare
from transforms.exports.layout import Header, Layout, candidates, comparable
from transforms.exports.moments import Format
from transforms.exports.numbers import Marks, read_numbers
from transforms.exports.parts import WorkbookReader, parts
from transforms.exports.profile import Profile, Profiles
from transforms.exports.records import split
from transforms.exports.text import Text, decoded
from transforms.exports.workbook import sheets
from transforms.problem import BadExport
from transforms.tables import TABLES

_MOSTLY: Final = 0.9  # of the filled cells: the rest are damaged, and rejected when the file is read
_FEW_VALUES: Final = 8
_DAYS: Final = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d.%m.%Y",
    "%d/%m/%y",
    "%m/%d/%y",
)
_TIMES: Final = ("%H:%M:%S", "%H:%M", "%I:%M %p")
_BETWEEN: Final = (" ", "T")
_MOMENTS: Final = tuple(
    f"{day}{gap}{hour}" for day in _DAYS for gap in _BETWEEN for hour in (*_TIMES, "%H:%M:%S%.f", "%H:%M:%S %z")
)
_SIGNS: Final = ("₫", "đ", "VND", "VNĐ", "$", "€", "£")
_NUMBERS: Final = tuple(Marks(decimal, group, _SIGNS) for decimal, group in ((".", ","), (",", "."), (",", " ")))
_DAYS_OF_SALES: Final = frozenset({"sold_at", "sold_date", "sold_on"})
_NEEDED: Final[Mapping[str, Sequence[Sequence[str]]]] = {
    "sales": (("store_id",), ("receipt_id",), ("sold_at", "sold_date", "business_date"), ("net_amount",)),
    "clockings": (("employee_id",), ("clock_in",), ("clock_out",)),
    "punches": (("employee_id",), ("punched_at",)),
    "roster": (("employee_id",), ("scheduled_in",), ("scheduled_out",)),
    "absences": (("employee_id",), ("business_date",)),
    "ratings": (("business_date",), ("measure",), ("value",)),
}


@dataclass(frozen=True, slots=True)
class SeenColumn:
    """One column: its name, three of its values, what its cells are (text, number, date, time, moment, empty).

    `ways` are all formats or number conventions that read its cells; `column` is what it is taken for, if anything.
    """

    header: str
    samples: Sequence[str]
    type: str
    ways: Sequence[str]
    empty_share: float
    column: str | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a file looks, the TOML of a profile for it, and one sentence for each thing that a person has to decide."""

    encoding: str
    delimiter: str
    header_row: int
    rows: int
    columns: Sequence[SeenColumn]
    toml: str
    undecided: Sequence[str]


def propose(content: bytes, name: str, profiles: Profiles, workbooks: WorkbookReader = sheets) -> Proposal:
    """Look at the export `content`, its likeliest sheet or member, and propose a profile, by the words of `profiles`.

    `workbooks` reads workbooks. Raises BadExport for what is no table, or has no header line.
    """
    text, header = _header(content, name, profiles, workbooks)
    cells, height = _cells(text, header, name)
    table = _table(header, profiles)
    seen = _seen(header, cells, _words(profiles, table))
    toml = _toml(_plain(name), table, seen, text.fallback)
    undecided = list(_undecided(table, header, seen, cells))
    return Proposal(_encoding(text, content), header.delimiter, header.row, height, seen, toml, undecided)


def _encoding(text: Text, content: bytes) -> str:
    if text.serials_from is not None:
        return "typed cells"
    return text.fallback or ("UTF-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "UTF-8")


def _header(content: bytes, name: str, profiles: Profiles, workbooks: WorkbookReader) -> tuple[Text, Header]:
    fallbacks = {profile.fallback_encoding for profile in profiles.values() if profile.fallback_encoding is not None}
    texts = (text for part in parts(content, name, workbooks) for text in decoded(part, fallbacks))
    found = [(text, header) for text in texts for header in candidates(text.utf8)]
    if not found:
        raise BadExport(f"{name} has no header line in its first rows; export it with column names.")
    known = {word for table in TABLES for word in _words(profiles, table)}

    def fitness(pair: tuple[Text, Header]) -> tuple[int, int, int]:
        filled = [cell for cell in pair[1].names if cell]
        return (
            len(known.intersection(filled)),
            len([cell for cell in filled if not re.search("[0-9]", cell)]),
            -pair[1].row,
        )

    return max(found, key=fitness)


def _words(profiles: Profiles, table: str) -> Mapping[str, str]:
    """Header as compared -> the column that most profiles of `table` take it for."""
    counts: dict[str, Counter[str]] = {}
    for profile in profiles.values():
        for column, spec in profile.columns.items() if profile.table == table else ():
            for spelling in spec.header:
                counts.setdefault(comparable(spelling), Counter())[column] += 1
    return {spelling: found.most_common(1)[0][0] for spelling, found in counts.items()}


def _table(header: Header, profiles: Profiles) -> str:
    names = set(header.names)
    return max(TABLES, key=lambda table: len({c for word, c in _words(profiles, table).items() if word in names}))


def _cells(text: Text, header: Header, name: str) -> tuple[pl.DataFrame, int]:
    """Every column as text, named by its position."""
    checks = {f"{at}": {"header": cell or f"({at})", "type": "text"} for at, cell in enumerate(header.cells)}
    whole = Profile.model_validate(
        {"name": "", "system": "", "table": "sales", "recognised_by": ["?"], "check": checks}
    )
    layout = Layout(name, whole, header, {f"{at}": at for at in range(len(header.cells))}, text)
    records = split(layout)
    cells = records.cells.drop("row_no").select(bare(pl.all()))
    return cells, records.cells.height + records.torn.height


def _seen(header: Header, cells: pl.DataFrame, words: Mapping[str, str]) -> list[SeenColumn]:
    taken: set[str] = set()
    seen = []
    for at, name in enumerate(header.cells):
        texts = cells[f"{at}"]
        type_, ways = _type(texts.drop_nulls())
        column = _by_type(words.get(comparable(name)), type_)
        column = None if column in taken else column
        taken.update({column} if column else ())
        samples = texts.drop_nulls().unique(maintain_order=True).head(3).to_list()
        seen.append(SeenColumn(name, samples, type_, ways, texts.null_count() / max(texts.len(), 1), column))
    return seen


def _by_type(column: str | None, type_: str) -> str | None:
    """A day of sales is sold_date where it stands alone, sold_at with its time, and nothing where it is neither."""
    if column in _DAYS_OF_SALES:
        return {"date": "sold_date", "moment": "sold_at"}.get(type_)
    return column


def _type(texts: pl.Series) -> tuple[str, list[str]]:
    if texts.is_empty():
        return "empty", []
    for type_, formats in (("date", _DAYS), ("time", _TIMES), ("moment", _MOMENTS)):
        ways = _best({text: _share(_moments(texts, text)) for text in formats})
        if ways:
            return type_, ways
    ways = _best({f"{marks.decimal}{marks.group}": _share(read_numbers(texts, marks)) for marks in _NUMBERS})
    codes = texts.str.contains("^0[0-9]").any()
    return ("number", ways) if ways and not codes else ("text", [])


def _best(shares: Mapping[str, float]) -> list[str]:
    most = max(shares.values())
    return [way for way, share in shares.items() if share == most] if most >= _MOSTLY else []


def _moments(texts: pl.Series, text: str) -> pl.Series:
    return texts.to_frame("cell").select(Format(text).read(pl.col("cell"))).to_series()


def _share(read: pl.Series) -> float:
    return 1 - read.null_count() / read.len()


def _toml(system: str, table: str, seen: Sequence[SeenColumn], fallback: str | None) -> str:
    known = [column for column in seen if column.column]
    by = [column.header for column in (known or seen) if column.header]
    lines = [f"system = {_quoted(system)}", f'table = "{table}"', f"recognised_by = {_listed(by)}"]
    lines += [f'fallback_encoding = "{fallback}"'] if fallback else []
    lines += ["", "[columns]", *(f"{c.column} = {{ header = {_quoted(c.header)}{_needed(table, c)} }}" for c in known)]
    if table == "sales" and not any(c.column == "store_id" for c in known):
        lines += ["", "[derive]", f"store_id = {_quoted(_sql(system))}"]
    return "\n".join([*lines, "", "[formats]", *_formats(known, seen), ""])


def _needed(table: str, column: SeenColumn) -> str:
    return ", required = true" if any(column.column in any_of for any_of in _NEEDED[table]) else ""


def _formats(known: Sequence[SeenColumn], seen: Sequence[SeenColumn]) -> Iterator[str]:
    for key, type_ in (("dates", "date"), ("times", "time"), ("moments", "moment")):
        found = dict.fromkeys(way for column in known if column.type == type_ for way in column.ways)
        if found:
            yield f"{key} = {_listed(list(found))}"
    ways = _proven(seen)
    if ways:
        yield "numbers = [" + ", ".join(f'{{ decimal = "{w[0]}", group = "{w[1:]}" }}' for w in ways) + "]"
    signs = [sign for sign in _SIGNS if any(sign in cell for c in known if c.type == "number" for cell in c.samples)]
    if signs:
        yield f"strip = {_listed(signs)}"


def _proven(seen: Sequence[SeenColumn]) -> list[str]:
    """The conventions by which every number column can be read."""
    columns = [set(column.ways) for column in seen if column.type == "number"]
    shared = set.intersection(*columns) if columns else set()
    return [f"{m.decimal}{m.group}" for m in _NUMBERS if f"{m.decimal}{m.group}" in shared]


def _undecided(table: str, header: Header, seen: Sequence[SeenColumn], cells: pl.DataFrame) -> Iterator[str]:
    found = {column.column for column in seen}
    for any_of in _NEEDED[table]:
        if found.isdisjoint(any_of):
            derived = ", or derive it: the proposal names the system" if any_of[0] == "store_id" else ""
            yield f"No column is known to be {' or '.join(any_of)}; name it under [columns]{derived}."
    if "net_amount" not in found and table == "sales":
        numbers = ", ".join(f'"{c.header}"' for c in seen if c.type == "number" and not c.column)
        yield f"Numbers that are taken for nothing yet: {numbers or 'none'}."
    yield from _twice(header)
    for at, column in enumerate(seen):
        yield from _undecided_column(column, cells[f"{at}"])
    if len(_proven(seen)) > 1:
        yield "The numbers do not show which mark comes before decimals; keep one convention in formats.numbers."
    if table == "sales":
        yield "net_amount must be after discounts and without tax: see that the column taken for it is."
        yield 'Where a row is a whole receipt, add grain = "receipt"; where totals repeat on its lines, use [spread].'


def _twice(header: Header) -> Iterator[str]:
    for name, times in Counter(header.names).items():
        if name and times > 1:
            yield f'The header "{name}" is there {times} times; a column named so cannot be taken.'


def _undecided_column(column: SeenColumn, cells: pl.Series) -> Iterator[str]:
    orders = {Format(way).order for way in column.ways} if column.type in {"date", "moment"} else set()
    if len(orders) > 1 and column.column:
        cell = column.samples[0]
        ways = ", ".join(column.ways)
        yield f'"{column.header}" does not show its order of day and month ({cell}): keep one of {ways}.'
    values = cells.drop_nulls().unique(maintain_order=True)
    if column.type == "text" and column.column in {None, "kind"} and 1 < values.len() <= _FEW_VALUES:
        shown = ", ".join(sorted(values.to_list())[:_FEW_VALUES])
        yield f'"{column.header}" is one of {shown}: if any of these is a return or void, map it under [kind.values].'


def _plain(name: str) -> str:
    stem = re.sub(r"\.[A-Za-z0-9.]+$", "", name.rsplit("/", 1)[-1])
    return re.sub(r"[^a-z0-9]+", "_", stem.casefold()).strip("_") or "export"


def _sql(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _listed(texts: Sequence[str]) -> str:
    return json.dumps(list(texts), ensure_ascii=False)
