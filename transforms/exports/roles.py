"""Which table an unknown export is about, and what each of its columns is taken for, by names and by cells."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from transforms.exports.seen import SeenColumn
from transforms.exports.vocabulary import simple, vocabulary
from transforms.tables import TABLES

NUMERIC: Final = frozenset(
    {"quantity", "unit_price", "discount_amount", "tax_amount", "gross_amount", "net_amount", "extra_amount"}
)
_CLOCKS: Final = frozenset({"clock_in", "clock_out", "scheduled_in", "scheduled_out"})
_TYPES: Final[Mapping[str, frozenset[str]]] = {
    "day": frozenset({"date", "moment"}),
    "sold_time": frozenset({"time"}),
    "punched_at": frozenset({"moment"}),
    "punched_date": frozenset({"date"}),
    "punched_time": frozenset({"time"}),
    "value": frozenset({"number"}),
    **dict.fromkeys(_CLOCKS, frozenset({"time", "moment"})),
    **dict.fromkeys(NUMERIC | {"amount"}, frozenset({"number"})),
}
_NUMBERED: Final = re.compile(
    r"^(?P<side>vao|ra|in|out|clock in|clock out|time in|time out|check in|check out) ?[0-9]$"
)
_WEAKLY: Final = NUMERIC - {"extra_amount"} | {
    "amount",
    "receipt_id",
    "day",
    "sold_time",
    "store_id",
    "product_id",
    "product_name",
}
_OTHER_DAYS: Final = re.compile(
    r"\b(ship\w*|deliver\w*|due|birth\w*|expir\w*|updat\w*|modif\w*|required|stock|hire\w*|start|end|deposit|void|refund"
    r"|print\w*|giao|sinh|het han|cap nhat|thanh toan|paid|fulfil\w*|cancel\w*)\b"
)
_VAGUE: Final = frozenset({"id", "no", "number", "numero", "time", "local", "data", "sale", "sales", "bill", "name"})
_OF_STAFF: Final = re.compile(r"absen|attend|shift|clock|overtime|cham cong|nghi phep")
_INS: Final = frozenset({"vao", "in", "clock in", "time in", "check in"})


@dataclass(frozen=True, slots=True)
class Roles:
    """Role -> position of its column; `amounts` are all that may be what a row brought, `pairs` in and out 1, 2, ...

    Those of `weak` are known by a part of their names only.
    """

    table: str
    taken: Mapping[str, int]
    amounts: Sequence[int]
    pairs: Mapping[str, str]  # clock_in and clock_out -> the name that their columns share
    weak: frozenset[int] = frozenset()
    extras: Sequence[int] = ()  # service charges, tips and the like

    @property
    def counted(self) -> list[int]:
        """Positions of all numbers that mean something."""
        by_role = (at for role, at in self.taken.items() if role in NUMERIC)
        return list(dict.fromkeys([*self.amounts, *by_role, *self.extras]))


def roles(columns: Sequence[SeenColumn]) -> Roles:
    """The table for which the most needed roles are found: money and a day are sales, ins and outs are attendance."""
    found = {table: _taken(table, columns) for table in TABLES}
    pairs = _pairs(columns)
    table = _table(columns, found, pairs)
    roles_of_sums = ("net_amount", "amount", "gross_amount")
    names = vocabulary()["sales"]
    every = [at for role in roles_of_sums for at in (*_fitting(names[role], role, columns), *_weakly(role, columns))]
    taken = found[table]
    counted = {at for role, at in taken.items() if role not in roles_of_sums}
    amounts = [at for at in dict.fromkeys(every) if at not in counted]
    weak = frozenset(at for role, at in taken.items() if _is_weak(at, role, table, columns))
    extras = [
        at
        for at in _fitting(names["extra_amount"], "extra_amount", columns)
        if at not in counted - {taken.get("extra_amount")}
    ]
    return Roles(table, taken, amounts, pairs if table == "clockings" else {}, weak, extras)


def _table(columns: Sequence[SeenColumn], found: Mapping[str, Mapping[str, int]], pairs: Mapping[str, str]) -> str:
    sales, clockings = found["sales"].keys(), found["clockings"].keys()
    money = sales & {"net_amount", "amount", "gross_amount", "unit_price"}
    if "day" in sales and money and sales & {"receipt_id", "quantity", "product_name"}:
        return "sales"
    if {"day", "receipt_id"} <= sales and not clockings & _CLOCKS:
        return "sales"
    if "employee_id" in clockings and (pairs or clockings & {"clock_in", "clock_out"}):
        return "clockings"
    if "employee_id" in found["punches"] and found["punches"].keys() & {"punched_at", "punched_time"}:
        return "punches"
    if not money and any(_OF_STAFF.search(simple(column.header)) for column in columns):
        return max(("clockings", "punches", "roster", "absences"), key=lambda table: _share(table, found))
    return "sales" if money else max(found, key=lambda table: _share(table, found))


def _share(table: str, found: Mapping[str, Mapping[str, int]]) -> float:
    return len(found[table]) / len(vocabulary()[table])


def _taken(table: str, columns: Sequence[SeenColumn]) -> Mapping[str, int]:
    """By their whole names first; what is left by a part of its name, where only one column has it."""
    taken: dict[str, int] = {}
    for role, names in vocabulary()[table].items():
        free = [at for at in _fitting(names, role, columns) if at not in taken.values()]
        taken.update({role: free[0]} if free else {})
    for role in vocabulary()[table] if table == "sales" else ():
        free = [at for at in _weakly(role, columns) if at not in taken.values()]
        taken.update({role: free[0]} if role not in taken and len(free) == 1 else {})
    return taken


def _fitting(names: Sequence[str], role: str, columns: Sequence[SeenColumn]) -> list[int]:
    """Positions of the columns so named whose cells are what the role needs, the likeliest name first."""
    spelt = [simple(column.header) for column in columns]
    fitting = [at for at, column in enumerate(columns) if column.type in _types(role)]
    # Some systems write the words of a name as one: ORDERDATE.
    return [at for name in names for at in fitting if spelt[at] in (name, name.replace(" ", ""))]


def _is_weak(at: int, role: str, table: str, columns: Sequence[SeenColumn]) -> bool:
    vague = table == "sales" and role not in NUMERIC | {"sold_time"} and simple(columns[at].header) in _VAGUE
    return vague or at not in _fitting(vocabulary()[table][role], role, columns)


def _types(role: str) -> frozenset[str]:
    return _TYPES.get(role, frozenset({"text", "number"}))


def _weakly(role: str, columns: Sequence[SeenColumn]) -> list[int]:
    """Positions of the columns whose names end with one of the role's, or do without a path or words in brackets."""
    names = vocabulary()["sales"].get(role, ()) if role in _WEAKLY else ()
    spelt = {at: _parts(column.header) for at, column in enumerate(columns) if column.type in _types(role)}
    others = {at for at in spelt if role == "day" and _OTHER_DAYS.search(simple(columns[at].header))}
    return [at for at, parts in spelt.items() if at not in others and any(_ends(parts, role, name) for name in names)]


def _ends(parts: Iterable[str], role: str, name: str) -> bool:
    return any(part == name or (part.endswith(f" {name}") and _tells(role, name)) for part in parts)


def _tells(role: str, name: str) -> bool:
    """Whether a name may stand at the end of another: "order id" may, "store" and "item" say too little."""
    return role in NUMERIC or role in {"amount", "day", "sold_time"} or " " in name


def _parts(header: str) -> set[str]:
    """A name without words in brackets, and without the path before it: "Order Lines/Quantity", "Rate (Items)"."""
    bare = re.sub(r"\([^\W\d_][^()]*\)", "", header)
    return {simple(bare), simple(bare.rsplit("/", 1)[-1]), simple(bare.split("/", 1)[-1])}


def _pairs(columns: Sequence[SeenColumn]) -> Mapping[str, str]:
    sides: dict[str, str] = {}
    for column in columns:
        found = _NUMBERED.match(simple(column.header))
        if found:
            side = "clock_in" if found["side"] in _INS else "clock_out"
            sides.setdefault(side, re.sub(r"\s*[0-9]$", "", column.header))
    return sides if len(sides) == len(("clock_in", "clock_out")) else {}
