"""What an unknown export looks like, and a profile proposed for it: what its cells prove, and what a person decides."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import polars as pl

from transforms.exports.cells import bare
from transforms.exports.header import Header, unparted, why_torn
from transforms.exports.layout import Layout
from transforms.exports.numbers import Marks, read_numbers
from transforms.exports.parts import WorkbookReader, parts
from transforms.exports.profile import ENCODINGS, Profile
from transforms.exports.records import split
from transforms.exports.text import Text, decoded
from transforms.exports.unknown.arithmetic import Sums
from transforms.exports.unknown.blocks import blocks_of
from transforms.exports.unknown.compared import contradictions, given_back, kinds_in
from transforms.exports.unknown.currencies import currency_in, not_one_money
from transforms.exports.unknown.draft import NAMES, Draft
from transforms.exports.unknown.found import Net
from transforms.exports.unknown.headless import log_of, toml_of, undecided_of
from transforms.exports.unknown.likeliest import likeliest
from transforms.exports.unknown.lines import OnFirstLines, filled_down, on_first_lines, totals_in
from transforms.exports.unknown.matrix import matrix_of
from transforms.exports.unknown.matrix import toml_of as matrix_toml
from transforms.exports.unknown.matrix import undecided_of as matrix_undecided
from transforms.exports.unknown.nights import are_ever_both, are_midnights, are_of_the_day_before
from transforms.exports.unknown.products import percents
from transforms.exports.unknown.proposed import toml
from transforms.exports.unknown.receipts import (
    by_rows,
    lists_receipts,
    receipts_apart,
    returns_are_positive,
    twice,
    with_given_back,
)
from transforms.exports.unknown.roles import NUMERIC, Roles, roles
from transforms.exports.unknown.saying import are_minutes_apart, says_both_ways
from transforms.exports.unknown.seen import EMPTY, TYPED, SeenColumn, own_marks, seen_column, shared_marks, with_orders
from transforms.exports.unknown.telling import tellings
from transforms.exports.unknown.undecided import undecided
from transforms.exports.unknown.weekdays import with_weekdays
from transforms.exports.workbook import sheets
from transforms.problem import BadExport

_HIDDEN: Final = frozenset({"amount", "gross_amount", "net_amount", "extra_amount"})  # told by arithmetic
_BY_SUMS: Final = frozenset({"unit_price", "discount_amount"})
_BREAK: Final = frozenset({"break_out", "break_in"})
_OF_STAFF: Final = frozenset({"clockings", "punches", "roster", "absences"})
_GOODS: Final = ("product_id", "product_name", "category")
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


def propose(content: bytes, name: str, workbooks: WorkbookReader = sheets, *, decimals: int = 4) -> Proposal:
    """Look at the export `content`, its likeliest sheet or member, and propose a profile.

    `workbooks` reads workbooks. Amounts have no more than `decimals` decimals: with two, 30.000 is thirty thousand.
    Raises BadExport for what is no table, or has no header line.
    """
    found = _header(content, name, workbooks)
    if isinstance(found, Proposal):
        return found
    text, header, alike = found
    blocks = blocks_of(text, header, name)
    cells, height = (blocks.cells, blocks.cells.height) if blocks else _cells(text, header, name)
    if matrix := matrix_of(header, cells, text.utf8.decode(), name):
        columns = matrix.columns_of(_seen(header, cells))
        written, open_ = matrix_toml(matrix, header, _plain(name)), list(matrix_undecided(matrix))
        return Proposal(_encoding(text, content), header.delimiter, header.row, height, columns, written, open_)
    titles, tables = header.titles(text.utf8), text.utf8.count(header.text.encode())
    draft = _draft(name, text, blocks.header if blocks else header, cells, decimals=decimals, titles=titles)
    draft = replace(draft, tables=tables, upper=header.upper, sheets=alike, titles=titles)
    draft = replace(draft, blocks=blocks.layout, blocks_within=blocks.within, day=blocks.day) if blocks else draft
    written, open_ = toml(draft, name), list(undecided(draft))
    return Proposal(_encoding(text, content), header.delimiter, header.row, height, draft.columns, written, open_)


def _draft(
    name: str, text: Text, header: Header, cells: pl.DataFrame, *, decimals: int, titles: Sequence[str]
) -> Draft:
    totals = totals_in(cells)
    seen, found, first, lines = _looked_at(header, cells if totals is None else cells.filter(~totals[1]))
    counted, marks, own = _marks(seen, _seen(header, cells) if totals else seen, cells, found, decimals=decimals)
    values = {at: lines[f"{at}"].drop_nulls().unique(maintain_order=True) for at in range(len(seen))}
    apart = receipts_apart(found, seen, lines)
    sums, currency = _sums(seen, apart, found, marks, own), currency_in(seen, values)
    net = _net(sums, found, not_one_money(seen, values, currency, found.counted, titles) or given_back(seen, values))
    every = _taken(found, seen, net)
    taken = _sure(every, found.repeated, values, minutes_apart=are_minutes_apart(every, seen))
    columns = _named(seen, taken)
    of_sales, kind = columns if found.table == "sales" else [], taken.get("kind")
    told = tellings(of_sales, values, kind, {*taken.values(), *counted} - {kind}) if of_sales else []
    are_positive = partial(returns_are_positive, lines=apart, net=net, taken=taken, marks=marks)
    told = with_given_back(told, apart, found.taken.get("receipt_id")) if are_positive(told) else told
    return Draft(
        system=_plain(name),
        table=found.table,
        columns=columns,
        net=net,
        contradictions=[*contradictions(sums, net, of_sales, kinds_in(seen, values, apart)), *twice(found, lines)],
        currency=currency,
        repeated=found.repeated,
        filled=filled_down(taken, seen, lines) if found.table in _OF_STAFF else [],
        told=told,
        returns_are_positive=are_positive(told),
        values=values,
        counted=counted,
        marks=marks,
        own_marks=own,
        fallback=text.fallback,
        weak=found.weak,
        first=first,
        totals=totals[0] if totals else None,
        lists_receipts=lists_receipts(found, apart),
        begin_anew=apart is not lines,
        is_midnight_nothing=are_midnights(taken, lines),
        is_ever_both=are_ever_both(taken, lines),
        is_next_morning=found.table == "punches" and are_of_the_day_before(taken, lines),
        total_hours=_beside(every, taken, header),
    )


def _looked_at(header: Header, lines: pl.DataFrame) -> tuple[Sequence[SeenColumn], Roles, OnFirstLines, pl.DataFrame]:
    """What the columns of `lines` are, what they are taken for, and the lines with what stood on first ones only."""
    seen = _seen(header, lines)
    found, first = _roles(seen, lines)
    return seen, found, first, first.filled(lines) if first.columns else lines


def _roles(seen: Sequence[SeenColumn], lines: pl.DataFrame) -> tuple[Roles, OnFirstLines]:
    """What columns are taken for; an amount that stands on the first line of a receipt is no line's."""
    found = by_rows(roles(seen), seen, lines)
    receipt = found.taken.get("receipt_id") if found.table == "sales" else None
    first = on_first_lines(lines, receipt, found.taken.get("day"))
    return replace(found, amounts=[at for at in found.amounts if at not in first.columns]), first


def _net(sums: Sums, found: Roles, doubt: str) -> Net:
    return Net(doubt=doubt) if doubt or found.table != "sales" else sums.net()


def _marks(
    seen: Sequence[SeenColumn], whole: Sequence[SeenColumn], cells: pl.DataFrame, found: Roles, *, decimals: int
) -> tuple[Sequence[int], Sequence[Marks], Mapping[int, Sequence[Marks]]]:
    """What is counted, how its numbers may be written, and those of each column where none is of all.

    Where some way reads amounts as money is written, only such. `whole` are the columns with their totals, which have
    more digits, and may be all that shows it; `seen` those without.
    """
    counted = [at for at in found.counted if seen[at].type == "number"]
    shared = shared_marks([whole[at] for at in counted] or whole)
    marks = [way for way in shared if _reads(way, cells, found, counted, decimals)] or shared
    return counted, marks, own_marks(seen, counted, marks)


def _seen(header: Header, cells: pl.DataFrame) -> list[SeenColumn]:
    seen = [seen_column(cell, cells[f"{at}"]) for at, cell in enumerate(header.cells)]
    return with_orders(with_weekdays(seen, cells))


def _named(seen: Sequence[SeenColumn], taken: Mapping[str, int]) -> list[SeenColumn]:
    by_place = {at: name for name, at in taken.items()}
    return [replace(column, column=by_place.get(at)) for at, column in enumerate(seen)]


def _taken(found: Roles, seen: Sequence[SeenColumn], net: Net) -> Mapping[str, int]:
    """Column of the profile -> place, without prices and discounts by which nothing adds up."""
    used = {*net.used.values(), net.column}
    named = {_column(found.table, role, seen[at]): at for role, at in found.taken.items() if role not in _HIDDEN}
    taken = {
        name: at
        for name, at in named.items()
        if name in net.used or (at not in used and name not in _BY_SUMS and name not in found.repeated)
    }
    return taken | ({"net_amount": net.column} if net.column is not None else {})


def _reads(way: Marks, cells: pl.DataFrame, found: Roles, counted: Sequence[int], decimals: int) -> bool:
    """Whether by this convention no amount has more decimals."""
    amounts = (cells[f"{at}"] for at in counted if at != found.taken.get("quantity"))
    return all(
        read_numbers(some, way, decimals).null_count() == read_numbers(some, way).null_count() for some in amounts
    )


def _sure(
    taken: Mapping[str, int], repeated: Mapping[str, str], values: Mapping[int, pl.Series], *, minutes_apart: bool
) -> Mapping[str, int]:
    """Without directions of which not both sides are known, hours beside ins and outs, and names of people beside ids.

    Nor hours whose minutes stand in a column of their own.
    """
    vague = set() if "direction" not in taken or says_both_ways(values[taken["direction"]]) else {"direction"}
    vague |= {"stated_hours"} if minutes_apart or "clock_in" in {*taken, *repeated} else set()
    vague |= _BREAK if {"unpaid_hours"} <= taken.keys() or not taken.keys() >= _BREAK else set()
    vague |= NAMES if "employee_id" in taken or not taken.keys() >= NAMES else set()
    return {name: at for name, at in taken.items() if name not in vague}


def _beside(every: Mapping[str, int], taken: Mapping[str, int], header: Header) -> int | None:
    """Where hours are stated beside ins and outs, if in one column of that name."""
    at = every.get("stated_hours") if "stated_hours" not in taken else None
    return at if at is not None and header.names.count(header.names[at]) == 1 else None


def _sums(
    seen: Sequence[SeenColumn],
    cells: pl.DataFrame,
    found: Roles,
    marks: Sequence[Marks],
    own: Mapping[int, Sequence[Marks]],
) -> Sums:
    known = {role: at for role, at in found.taken.items() if role in NUMERIC - _HIDDEN}
    others = {at for role, at in found.taken.items() if role not in NUMERIC | {"amount"}} | {*found.before}
    numbers_at = [at for at, column in enumerate(seen) if column.type == "number" and at not in others]
    read = {at: ways[0] for at in numbers_at if (ways := own.get(at, marks))}
    numbers = {f"{at}": read_numbers(cells[f"{at}"], way) for at, way in read.items()} | percents(seen, cells)
    product = next((found.taken[role] for role in _GOODS if role in found.taken), None)
    texts = {"receipt": found.taken.get("receipt_id"), "product": product}
    return Sums(
        pl.DataFrame({**numbers, **{name: cells[f"{at}"] for name, at in texts.items() if at is not None}}),
        {role: at for role, at in known.items() if f"{at}" in numbers},
        [at for at in found.amounts if f"{at}" in numbers],
        [at for at in found.extras if f"{at}" in numbers],
        [column.header for column in seen],
        found.taken.get("net_amount"),
        [int(name) for name in numbers if int(name) not in {*found.taken.values(), *found.amounts, *found.extras}],
    )


def _column(table: str, role: str, column: SeenColumn) -> str:
    """The column of the profile: a day of sales is sold_date where it stands alone, sold_at with its time."""
    if role == "day":
        return _OF_DAYS.get(table, {}).get(column.type, "business_date")
    return {"status": "kind"}.get(role, role)


def _encoding(text: Text, content: bytes) -> str:
    if text.serials_from is not None:
        return TYPED
    return text.fallback or ("UTF-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "UTF-8")


def _header(content: bytes, name: str, workbooks: WorkbookReader) -> tuple[Text, Header, list[str]] | Proposal:
    """The likeliest header, and the sheets in which it stands, or what is proposed for a log that has none."""
    named = [(part.sheet, text) for part in parts(content, name, workbooks) for text in decoded(part, ENCODINGS)]
    texts = [text for _, text in named]
    if found := likeliest(texts):
        return *found, [sheet for sheet, text in named if sheet and found[1].text.encode() in text.utf8]
    logs = ((text, log_of(text.utf8.decode(), name)) for text in texts)
    if (of := next(((text, log) for text, log in logs if log), None)) is None:
        said = next(filter(None, (unparted(text.utf8) for text in texts)), "")
        raise BadExport(f"{name} {said or 'has no header line in its first rows; export it with column names.'}")
    text, log = of
    written = toml_of(log, _plain(name), text.fallback)
    return Proposal(_encoding(text, content), log.delimiter, 0, log.rows, log.columns, written, list(undecided_of(log)))


def _cells(text: Text, header: Header, name: str) -> tuple[pl.DataFrame, int]:
    """Every column as text, named by its position."""
    checks = {f"{at}": {"header": cell or f"({at})", "type": "text"} for at, cell in enumerate(header.cells)}
    whole = Profile.model_validate(
        {"name": "", "system": "", "table": "sales", "recognised_by": ["?"], "check": checks, "empty": EMPTY}
    )
    layout = Layout(name, whole, header, {f"{at}": at for at in range(len(header.cells))}, text)
    records = split(layout)
    if records.cells.is_empty() and records.torn.height:
        rows = records.torn["original"].to_list()
        raise BadExport(
            f"{name}: no row below the header in row {header.row} has as many cells as it has names "
            f"({len(header.cells)}; {rows[0]!r}): {why_torn(rows, header)}."
        )
    cells = records.cells.drop("row_no").select(bare(pl.all()))
    return cells, records.cells.height + records.torn.height


def _plain(name: str) -> str:
    stem = re.sub(r"\.[A-Za-z0-9.]+$", "", name.rsplit("/", 1)[-1])
    return re.sub(r"[^a-z0-9]+", "_", stem.casefold()).strip("_") or "export"
