"""The text of a proposed profile."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from transforms.exports.agreeing import TOTAL
from transforms.exports.durations import unit
from transforms.exports.grid import TIME
from transforms.exports.header import comparable
from transforms.exports.numbers import Marks
from transforms.exports.profile import SHEET
from transforms.exports.unknown.draft import NAMES, Draft
from transforms.exports.unknown.lines import TOTALS
from transforms.exports.unknown.nights import NEXT_MORNING
from transforms.exports.unknown.pairs import layout_of
from transforms.exports.unknown.seen import EMPTY, NUMBERS, SIGNS, SeenColumn
from transforms.exports.unknown.telling import KINDS, among, as_sql, known_but_for_one
from transforms.exports.unknown.written import written
from transforms.exports.vocabulary import simple, vocabulary
from transforms.problem import BadExport
from transforms.tables import TABLES

_TELLING: Final = 6  # names by which a file is known, at least, so that no profile of fewer names claims it, too
_IDS: Final = frozenset({"employee_id", "receipt_id", "product_id", "store_id"})
_OF_GOODS: Final = frozenset({"product_id", "product_name"})
_AMOUNTS: Final = frozenset(name for name, dtype in TABLES["sales"].columns.items() if dtype.is_decimal())
_MIDNIGHTS: Final = ("00:00", "0:00", "00:00:00")
_LABEL: Final = "label"  # of totals
_LEAVE: Final = "leave"
_TO_BE_FILLED: Final = frozenset({"store_id", "receipt_id", "net_amount", "quantity"})


def toml(draft: Draft, name: str) -> str:
    """The profile for the folder `profiles` of a site. Raises BadExport where nothing tells the file `name` by it."""
    telling = _telling(draft)
    if not telling:
        raise BadExport(
            f"{name}: no column has a name that only it has, so nothing says whose its rows are, or of which day; "
            f"write one above each column, such as employee_id above the people, and deliver it again."
        )
    lines = [f"system = {written(draft.system)}", f'table = "{draft.table}"', f"recognised_by = {written(telling)}"]
    lines += [f'fallback_encoding = "{draft.fallback}"'] if draft.fallback else []
    lines += ['grain = "either"'] if draft.table == "sales" else []
    lines += ['receipt_scope = "day"'] if draft.begin_anew else []
    ends = [name for name in ("clock_in", "clock_out") if name in draft.found]
    lines += [f"ignore_without = {written(ends)}"] if ends else []
    nothing = [*EMPTY, *(_MIDNIGHTS if draft.is_midnight_nothing else ()), *draft.no_punches]
    lines += [f"empty = {written(nothing)}"]
    sections = (
        *(_layout(draft), _columns(draft), _check(draft), _ignored(draft), _filled_down(draft), _kinds(draft)),
        *(_directions(draft), _spread(draft), _derive(draft), _formats(draft)),
    )
    return "\n".join([*lines, *(line for section in sections for line in section), ""])


def _telling(draft: Draft) -> list[str]:
    counts = Counter(comparable(column.header) for column in draft.columns)
    once = [column for column in draft.columns if column.header and counts[comparable(column.header)] == 1]
    named = [column for column in once if column.header not in draft.blocks]
    if draft.upper and draft.repeated:
        named = [column for column in named if column.header in draft.upper]
    used = [at for at, column in enumerate(draft.columns) if at in draft.net.used.values()]
    known = [column for column in named if column.column or draft.columns.index(column) in used]
    others = [column for column in named if column not in known]
    return [column.header for column in (known + others)[: max(len(known), _TELLING)]]


def _layout(draft: Draft) -> Iterator[str]:
    besides = [column.header for at, column in enumerate(draft.columns) if _is_beside(draft, column, draft.values[at])]
    if draft.blocks or draft.repeated or draft.filled or draft.day:
        told, two_rows = (draft.blocks, draft.repeated, draft.filled, besides), bool(draft.upper)
        yield from layout_of(*told, two_rows=two_rows, within=draft.blocks_within, day=draft.day)


def _is_beside(draft: Draft, column: SeenColumn, values: pl.Series) -> bool:
    """Whether it holds times that are not read."""
    return not column.column and not draft.stands_for(column) and bool(values.str.contains(TIME).any())


def _columns(draft: Draft) -> Iterator[str]:
    yield from ("", "[columns]")
    for at, column in enumerate(draft.columns):
        if column.column and column.column not in {"unit_price", "kind", *NAMES}:
            yield _entry(draft, column.column, at)
    if len(draft.told) == 1 and not _kind_is_derived(draft):
        yield f"kind = {written(draft.columns[draft.told[0].at].header)}"
    for name in draft.repeated:
        yield f"{name} = {{ header = {written(name)} }}"


def _entry(draft: Draft, name: str, at: int) -> str:
    column = draft.columns[at]
    must = name in _TO_BE_FILLED or (name == "employee_id" and draft.table != "sales")
    must = must or (draft.first.has_key and name in _OF_GOODS)
    parts = [f"header = {written(column.header)}"]
    if name in {"business_date", "last_date"} and column.type == "moment":
        parts += ['type = "day"', f"formats = {written(column.ways)}"]
    if _is_late(column):
        parts += [f"formats = {written(column.ways)}"]
    if name in {"stated_hours", "unpaid_hours"}:
        parts += [f'type = "{unit(column.header, draft.values[at], of_a_break=name == "unpaid_hours")}"']
    parts += [f"numbers = {_conventions(draft.own_marks[at])}"] if at in draft.own_marks else []
    parts += ["required = true"] if must else []
    quoted = name in _IDS and draft.values[at].str.starts_with("'").all()
    parts += ['drop_prefix = "\'"'] if quoted else []
    return f"{name} = {{ {', '.join(parts)} }}"


def _is_late(column: SeenColumn) -> bool:
    """Whether its times go on after midnight, which those of no other column may."""
    return any("%E" in way for way in column.ways)


def _check(draft: Draft) -> Iterator[str]:
    checked = {name: at for name, at in draft.net.used.items() if name not in TABLES["sales"].columns}
    several = draft.told if _kind_is_derived(draft) else ()
    names = [column for column in draft.known if column.column in NAMES] if _named_in_two(draft) else []
    more = draft.total_hours is not None or draft.currency is not None or draft.left_out or draft.parts_of_days
    if checked or several or names or _label(draft) == _LABEL or more:
        yield from ("", "[check]")
    if draft.total_hours is not None:
        header = written(draft.columns[draft.total_hours].header)
        yield f'{TOTAL} = {{ header = {header}, type = "text", optional = true }}'
    for name, at in checked.items():
        own = f", numbers = {_conventions(draft.own_marks[at])}" if at in draft.own_marks else ""
        type_ = "number" if draft.columns[at].type == "number" else "percent"
        yield f'{name} = {{ header = {written(draft.columns[at].header)}, type = "{type_}"{own} }}'
    for column in names:
        must = ", required = true" if column.column == "first_name" else ""  # some people go by one name
        yield f'{column.column} = {{ header = {written(column.header)}, type = "text"{must} }}'
    if draft.currency is not None:
        # A later file of another one must not be added up with it.
        pattern = f"^({'|'.join(map(re.escape, draft.values[draft.currency]))})$"
        yield f"currency = {{ header = {written(draft.columns[draft.currency].header)}, pattern = {written(pattern)} }}"
    for number, telling in enumerate(several, 1):
        yield f"told_{number} = {written(draft.columns[telling.at].header)}"
    for name, (told, _) in draft.left_out.items():
        yield f"{name} = {written(told.header)}"
    for number, (part, whole, _) in enumerate(draft.parts_of_days, 1):
        yield f'whole_{number} = {{ header = {written(part.header)}, type = "text", pattern = {written(whole)} }}'
    if _label(draft) == _LABEL and draft.totals is not None:
        yield f"{_LABEL} = {written(draft.columns[draft.totals].header)}"


def _label(draft: Draft) -> str | None:
    """The column, as the profile calls it, in which totals are named."""
    if draft.totals is None or draft.table != "sales" or not draft.columns[draft.totals].header:
        return None
    return draft.columns[draft.totals].column or _LABEL


def _ignored(draft: Draft) -> Iterator[str]:
    if label := _label(draft):
        yield from ("", "[ignore]", f"{label} = '{TOTALS}'")
    out = {name: cells for name, (_, cells) in draft.left_out.items() if cells}
    yield from ("", "[ignore]") if out else ()
    yield from (f"{name} = '^({'|'.join(map(re.escape, cells))})$'" for name, cells in out.items())


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
        yield from ("", "[fill_down]", 'key = "receipt_id"', f"columns = {written(filled)}")


def _name_of(draft: Draft, number: int) -> str:
    return f"told_{number}" if _kind_is_derived(draft) else "kind"


def _directions(draft: Draft) -> Iterator[str]:
    at = next((at for at, column in enumerate(draft.columns) if column.column == "direction"), None)
    if at is not None:
        yield from ("", "[direction]")
        told = {
            side: [cell for cell in draft.values[at] if simple(cell) in w]
            for side, w in vocabulary()["direction"].items()
        }
        told["unknown"] += draft.of_no_direction
        yield from (f"{direction} = {written(cells)}" for direction, cells in told.items() if cells)


def _named_in_two(draft: Draft) -> bool:
    """Whether people are known by first and last name only."""
    return "employee_id" in draft.found and not any(column.column == "employee_id" for column in draft.known)


def _kinds(draft: Draft) -> Iterator[str]:
    if draft.table != "sales":
        return
    if draft.why_void:
        yield from ("", "[kind]", 'always = "void"')
        return
    yield from ("", "[kind]", "negative_quantity_is_return = true")
    if draft.returns_are_positive:
        yield "returns_are_positive = true"
    if _kind_is_derived(draft):
        yield from ("", "[kind.values]", *(f'{kind} = ["{kind}"]' for kind in KINDS))
    elif draft.told:
        yield from ("", "[kind.values]")
        yield from (f"{kind} = {written(list(cells))}" for kind, cells in draft.told[0].values.items())


def _kind_is_derived(draft: Draft) -> bool:
    told = len(draft.told) > 1 or _sign_of_returns(draft) is not None
    return draft.table == "sales" and told and not draft.why_void


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
        yield from (f"{name} = {written(sql)}" for name, sql in shared.items())


def _derive(draft: Draft) -> Iterator[str]:
    alone = draft.table == "sales" and "store_id" not in draft.found
    derived = {
        "store_id": as_sql(draft.system) if alone else "",
        "employee_id": "CONCAT_WS(' ', first_name, last_name)" if _named_in_two(draft) else "",
        **({draft.told_by_sheets: SHEET} if draft.told_by_sheets else {}),
        "punched_at": NEXT_MORNING if draft.is_next_morning else "",
        "excused": among(_LEAVE, draft.asked_for[2]) if draft.asked_for else "",
        "kind": _kind(draft) if _kind_is_derived(draft) else "",
        "net_amount": draft.net.sql,
        "discount_amount": _discount(draft),
        "gross_amount": "quantity * unit_price" if {"quantity", "unit_price"} <= draft.net.used.keys() else "",
    }
    if any(derived.values()):
        yield from ("", "[derive]")
    yield from (f"{name} = {written(sql)}" for name, sql in derived.items() if sql)


def _discount(draft: Draft) -> str:
    if "off_rate" in draft.net.used:
        return f"quantity * unit_price - {'total' if 'total' in draft.net.used else f'({draft.net.sql})'}"
    return "0 - taken_off" if "taken_off" in draft.net.used else ""


def _kind(draft: Draft) -> str:
    """A row is void if any column says so, else a return, else a sale if all of them do; what is not known stays so."""
    told = {f"told_{number}": telling for number, telling in enumerate(draft.told, 1)}
    cases = {k: [among(n, t.values[k]) for n, t in told.items() if t.values.get(k)] for k in ("void", "return")}
    sign = _sign_of_returns(draft)
    sale = " AND ".join(among(name, telling.values.get("sale", ())) for name, telling in told.items()) or "TRUE"
    whens = [f"WHEN {' OR '.join(some)} THEN '{kind}'" for kind, some in cases.items() if some]
    whens += [f"WHEN {sale} AND {sign} < 0 THEN 'return'"] if sign else []
    whens += [f"WHEN {sale} THEN 'sale'", *known_but_for_one(told)]
    rest = f"CONCAT({', '.join(told)})" if told else "NULL"
    return f"CASE {' '.join(whens)} ELSE {rest} END"


def _conventions(marks: Sequence[Marks]) -> str:
    return "[" + ", ".join(f'{{ decimal = "{m.decimal}", group = "{m.group}" }}' for m in marks) + "]"


def _formats(draft: Draft) -> Iterator[str]:
    yield from ("", "[formats]")
    timed = draft.known + [column for column in draft.columns if draft.stands_for(column)]
    for key, types in (("dates", {"date"}), ("times", {"time", "times"}), ("moments", {"moment"})):
        some = [column for column in timed if column.type in types and not _is_late(column)]
        ways = list(dict.fromkeys(way for column in some for way in column.ways))
        yield from [f"{key} = {written(ways)}"] if ways else []
    yield f"numbers = {_conventions(draft.marks or NUMBERS[:1])}"
    numbers = [draft.values[at] for at, column in enumerate(draft.columns) if column.type == "number"]
    signs = [sign for sign in SIGNS if any(cells.str.contains(sign, literal=True).any() for cells in numbers)]
    if signs:
        yield f"strip = {written(signs)}"
    if any(cells.str.contains("[0-9][-−]$").any() for cells in numbers):
        yield "minus_may_follow = true"
