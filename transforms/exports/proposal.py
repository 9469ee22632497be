"""What an unknown export looks like, and a profile proposed for it: what its cells prove, and what a person decides."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from transforms.exports.arithmetic import Net, net_amount
from transforms.exports.cells import bare
from transforms.exports.layout import Header, Layout, candidates
from transforms.exports.moments import Format
from transforms.exports.numbers import Marks, read_numbers
from transforms.exports.parts import WorkbookReader, parts
from transforms.exports.profile import Profile, Profiles
from transforms.exports.proposed import Draft, toml, undecided
from transforms.exports.records import split
from transforms.exports.roles import NUMERIC, Roles, roles
from transforms.exports.seen import SeenColumn, seen_column, shared_marks
from transforms.exports.text import Text, decoded
from transforms.exports.vocabulary import simple, vocabulary
from transforms.exports.workbook import sheets
from transforms.problem import BadExport

__all__ = ["Proposal", "SeenColumn", "propose"]

_HIDDEN: Final = frozenset({"amount", "gross_amount", "net_amount"})  # told by arithmetic
_BY_SUMS: Final = frozenset({"unit_price", "discount_amount"})
_OF_DAYS: Final[Mapping[str, Mapping[str, str]]] = {"sales": {"date": "sold_date", "moment": "sold_at"}}


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
    """Look at the export `content`, its likeliest sheet or member, and propose a profile.

    `profiles` say in which encodings exports may be; `workbooks` reads workbooks. Raises BadExport for what is no
    table, or has no header line.
    """
    text, header = _header(content, name, profiles, workbooks)
    cells, height = _cells(text, header, name)
    seen = [seen_column(cell, cells[f"{at}"]) for at, cell in enumerate(header.cells)]
    draft = _draft(_plain(name), text.fallback, seen, cells)
    written, open_ = toml(draft), list(undecided(draft))
    return Proposal(_encoding(text, content), header.delimiter, header.row, height, draft.columns, written, open_)


def _draft(system: str, fallback: str | None, seen: Sequence[SeenColumn], cells: pl.DataFrame) -> Draft:
    found = roles(seen)
    counted = list(dict.fromkeys([*found.amounts, *(at for role, at in found.taken.items() if role in NUMERIC)]))
    marks = shared_marks([seen[at] for at in counted] or seen)
    net = _net(seen, cells, found, marks) if found.table == "sales" and marks else Net()
    pairs = found.pairs if _day_first(found, seen) else {}
    taken = _taken(found, seen, net, pairs)
    by_place = {at: name for name, at in taken.items()}
    columns = [replace(column, column=by_place.get(at)) for at, column in enumerate(seen)]
    values = {at: cells[f"{at}"].drop_nulls().unique(maintain_order=True) for at in range(len(seen))}
    status = sorted(values[taken["kind"]]) if "kind" in taken else []
    return Draft(system, found.table, columns, net, pairs, status, values, counted, marks, fallback)


def _taken(found: Roles, seen: Sequence[SeenColumn], net: Net, pairs: Mapping[str, str]) -> Mapping[str, int]:
    """Column of the profile -> place, without prices and discounts by which nothing adds up."""
    used = {*net.used.values(), net.column}
    named = {_column(found.table, role, seen[at]): at for role, at in found.taken.items() if role not in _HIDDEN}
    taken = {
        name: at
        for name, at in named.items()
        if name in net.used or (at not in used and name not in _BY_SUMS and name not in pairs)
    }
    return taken | ({"net_amount": net.column} if net.column is not None else {})


def _day_first(found: Roles, seen: Sequence[SeenColumn]) -> bool:
    """Whether the days beside pairs are surely day/month, which is how sheets with a layout are read."""
    ways = seen[found.taken["day"]].ways if found.pairs and "day" in found.taken else []
    orders = {Format(way).order for way in ways}
    vietnamese = any(simple(name).startswith("vao") for name in found.pairs.values())
    return bool(orders) and ("mdy" not in orders or (vietnamese and "dmy" in orders))


def _net(seen: Sequence[SeenColumn], cells: pl.DataFrame, found: Roles, marks: Sequence[Marks]) -> Net:
    numbers = {f"{at}": read_numbers(cells[f"{at}"], marks[0]) for at, c in enumerate(seen) if c.type == "number"}
    taken = found.taken
    receipt = {"receipt": cells[f"{taken['receipt_id']}"]} if "receipt_id" in taken else {}
    headers = [column.header for column in seen]
    return net_amount(pl.DataFrame({**numbers, **receipt}), taken, found.amounts, headers)


def _column(table: str, role: str, column: SeenColumn) -> str:
    """The column of the profile: a day of sales is sold_date where it stands alone, sold_at with its time."""
    if role == "day":
        return _OF_DAYS.get(table, {}).get(column.type, "business_date")
    return {"status": "kind"}.get(role, role)


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
    known = {name for names in vocabulary().values() for spellings in names.values() for name in spellings}

    def fitness(pair: tuple[Text, Header]) -> tuple[int, int, int]:
        filled = [cell for cell in pair[1].names if cell]
        return (
            len(known.intersection(map(simple, pair[1].cells))),
            len([cell for cell in filled if not re.search("[0-9]", cell)]),
            -pair[1].row,
        )

    return max(found, key=fitness)


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


def _plain(name: str) -> str:
    stem = re.sub(r"\.[A-Za-z0-9.]+$", "", name.rsplit("/", 1)[-1])
    return re.sub(r"[^a-z0-9]+", "_", stem.casefold()).strip("_") or "export"
