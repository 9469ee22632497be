"""The text of a proposed profile."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from transforms.exports.arithmetic import Net
from transforms.exports.layout import comparable
from transforms.exports.lines import TOTALS, OnFirstLines
from transforms.exports.numbers import Marks
from transforms.exports.seen import NUMBERS, SIGNS, SeenColumn
from transforms.exports.telling import KINDS, Telling
from transforms.tables import TABLES

_TELLING: Final = 6  # names by which a file is known, at least, so that no profile of fewer names claims it, too
_OF_GOODS: Final = frozenset({"product_id", "product_name"})
_AMOUNTS: Final = frozenset(name for name, dtype in TABLES["sales"].columns.items() if dtype.is_decimal())
_LABEL: Final = "label"  # of totals
_TO_BE_FILLED: Final = frozenset({"store_id", "receipt_id", "net_amount", "quantity"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A profile before it is written.

    `columns` are those of the file, `pairs` clock_in and clock_out -> the name shared by several columns, `told` the
    columns that tell returns and voids, `values` the distinct cells of each column; `counted` are the places of
    amounts, prices and quantities, and `marks` every convention that reads all of these. Where none does, `own_marks`
    are those of each. The columns of `weak` are known by a part of their names; `totals` is where totals are named.
    `lists_receipts` says that each row is a whole receipt.
    """

    system: str
    table: str
    columns: Sequence[SeenColumn]
    net: Net
    pairs: Mapping[str, str]
    told: Sequence[Telling]
    returns_are_positive: bool
    values: Mapping[int, pl.Series]
    counted: Sequence[int]
    marks: Sequence[Marks]
    own_marks: Mapping[int, Sequence[Marks]]
    fallback: str | None
    weak: frozenset[int]
    first: OnFirstLines
    totals: int | None
    lists_receipts: bool

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
    sections = (
        *(_layout(draft), _columns(draft), _check(draft), _ignored(draft), _filled_down(draft), _kinds(draft)),
        *(_spread(draft), _derive(draft), _formats(draft)),
    )
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
    for at, column in enumerate(draft.columns):
        if column.column and column.column not in {"unit_price", "kind"}:
            yield _entry(draft, column.column, at)
    if len(draft.told) == 1 and not _kind_is_derived(draft):
        yield f"kind = {_quoted(draft.columns[draft.told[0].at].header)}"
    for name, header in draft.pairs.items():
        yield f"{name} = {{ header = {_quoted(header)} }}"


def _entry(draft: Draft, name: str, at: int) -> str:
    column = draft.columns[at]
    must = name in _TO_BE_FILLED or (name == "employee_id" and draft.table != "sales")
    must = must or (draft.first.has_key and name in _OF_GOODS)
    parts = [f"header = {_quoted(column.header)}"]
    if name == "business_date" and column.type == "moment":
        parts += ['type = "day"', f"formats = {_listed(column.ways)}"]
    parts += [f"numbers = {_conventions(draft.own_marks[at])}"] if at in draft.own_marks else []
    parts += ["required = true"] if must else []
    return f"{name} = {{ {', '.join(parts)} }}"


def _check(draft: Draft) -> Iterator[str]:
    checked = {name: at for name, at in draft.net.used.items() if name not in TABLES["sales"].columns}
    several = draft.told if _kind_is_derived(draft) else ()
    if checked or several or _label(draft) == _LABEL:
        yield from ("", "[check]")
    for name, at in checked.items():
        own = f", numbers = {_conventions(draft.own_marks[at])}" if at in draft.own_marks else ""
        yield f'{name} = {{ header = {_quoted(draft.columns[at].header)}, type = "number"{own} }}'
    for number, telling in enumerate(several, 1):
        yield f"told_{number} = {_quoted(draft.columns[telling.at].header)}"
    if _label(draft) == _LABEL and draft.totals is not None:
        yield f"{_LABEL} = {_quoted(draft.columns[draft.totals].header)}"


def _label(draft: Draft) -> str | None:
    """The column, as the profile calls it, in which totals are named."""
    if draft.totals is None or draft.table != "sales" or not draft.columns[draft.totals].header:
        return None
    return draft.columns[draft.totals].column or _LABEL


def _ignored(draft: Draft) -> Iterator[str]:
    if label := _label(draft):
        yield from ("", "[ignore]", f"{label} = '{TOTALS}'")


def _filled_down(draft: Draft) -> Iterator[str]:
    """What stands on the first line of a receipt only; an amount there is the receipt's, and is not read."""
    if draft.table != "sales":
        return
    places = [at for at in draft.first.columns if draft.columns[at].type != "number" or at == draft.first.key]
    names = [draft.columns[at].column for at in sorted(places)]
    told = [
        _name_of(draft, number) for number, telling in enumerate(draft.told, 1) if telling.at in draft.first.columns
    ]
    filled = list(dict.fromkeys([name for name in names if name and name != "kind"] + told))
    if filled:
        yield from ("", "[fill_down]", 'key = "receipt_id"', f"columns = {_listed(filled)}")


def _name_of(draft: Draft, number: int) -> str:
    return f"told_{number}" if _kind_is_derived(draft) else "kind"


def _kinds(draft: Draft) -> Iterator[str]:
    if draft.table != "sales":
        return
    yield from ("", "[kind]", "negative_quantity_is_return = true")
    if draft.returns_are_positive:
        yield "returns_are_positive = true"
    if _kind_is_derived(draft):
        yield from ("", "[kind.values]", *(f'{kind} = ["{kind}"]' for kind in KINDS))
    elif draft.told:
        yield from ("", "[kind.values]")
        yield from (f"{kind} = {_listed(list(cells))}" for kind, cells in draft.told[0].values.items())


def _kind_is_derived(draft: Draft) -> bool:
    return draft.table == "sales" and (len(draft.told) > 1 or _sign_of_returns(draft) is not None)


def _sign_of_returns(draft: Draft) -> str | None:
    """The amount that is negative on returns, where there is no quantity to be so."""
    if "quantity" in draft.found or draft.returns_are_positive:
        return None
    return "total" if "total" in draft.net.used else "net_amount" if draft.net.column is not None else None


def _spread(draft: Draft) -> Iterator[str]:
    """Amounts of receipts count once, also in a later file that repeats them on several lines."""
    names = [column.column for column in draft.known if column.column in _AMOUNTS] + list(draft.net.used)
    shared = draft.net.spread or (dict.fromkeys(filter(None, names), "1") if draft.lists_receipts else {})
    if shared:
        yield from ("", "[spread]")
        yield from (f"{name} = {_quoted(sql)}" for name, sql in shared.items())


def _derive(draft: Draft) -> Iterator[str]:
    alone = draft.table == "sales" and "store_id" not in draft.found
    derived = {
        "store_id": _sql(draft.system) if alone else "",
        "kind": _kind(draft) if _kind_is_derived(draft) else "",
        "net_amount": draft.net.sql,
        "discount_amount": "0 - taken_off" if "taken_off" in draft.net.used else "",
        "gross_amount": "quantity * unit_price" if {"quantity", "unit_price"} <= draft.net.used.keys() else "",
    }
    if any(derived.values()):
        yield from ("", "[derive]")
    yield from (f"{name} = {_quoted(sql)}" for name, sql in derived.items() if sql)


def _kind(draft: Draft) -> str:
    """A row is void if any column says so, else a return, else a sale if all of them do; what is not known stays so."""
    told = {f"told_{number}": telling for number, telling in enumerate(draft.told, 1)}
    cases = {k: [_among(n, t.values[k]) for n, t in told.items() if t.values.get(k)] for k in ("void", "return")}
    sign = _sign_of_returns(draft)
    sale = " AND ".join(_among(name, telling.values.get("sale", ())) for name, telling in told.items()) or "TRUE"
    whens = [f"WHEN {' OR '.join(some)} THEN '{kind}'" for kind, some in cases.items() if some]
    whens += [f"WHEN {sale} AND {sign} < 0 THEN 'return'"] if sign else []
    rest = f"CONCAT({', '.join(told)})" if told else "NULL"
    return f"CASE {' '.join(whens)} WHEN {sale} THEN 'sale' ELSE {rest} END"


def _among(name: str, cells: Sequence[str]) -> str:
    words = ", ".join(_sql(cell.lower()) for cell in cells if cell) or "NULL"
    empty = f" OR {name} IS NULL" if "" in cells else ""
    return f"(COALESCE(LOWER({name}) IN ({words}), FALSE){empty})"


def _conventions(marks: Sequence[Marks]) -> str:
    return "[" + ", ".join(f'{{ decimal = "{m.decimal}", group = "{m.group}" }}' for m in marks) + "]"


def _formats(draft: Draft) -> Iterator[str]:
    yield from ("", "[formats]")
    timed = draft.known + [column for column in draft.columns if _paired(draft, column)]
    for key, type_ in (("dates", "date"), ("times", "time"), ("moments", "moment")):
        found = dict.fromkeys(way for column in timed if column.type == type_ for way in column.ways)
        ways = ["%Y-%m-%d"] if draft.pairs and key == "dates" else list(found)
        if ways:
            yield f"{key} = {_listed(ways)}"
    yield f"numbers = {_conventions(draft.marks or NUMBERS[:1])}"
    numbers = [draft.values[at] for at, column in enumerate(draft.columns) if column.type == "number"]
    signs = [sign for sign in SIGNS if any(cells.str.contains(sign, literal=True).any() for cells in numbers)]
    if signs:
        yield f"strip = {_listed(signs)}"
    if any(cells.str.contains("[0-9][-−]$").any() for cells in numbers):
        yield "minus_may_follow = true"


def _sql(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _listed(texts: Sequence[str]) -> str:
    return json.dumps(list(texts), ensure_ascii=False)
