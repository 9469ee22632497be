"""Which table an unknown export is about, and what each of its columns is taken for, by names and by cells."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from transforms.exports.seen import SeenColumn
from transforms.exports.vocabulary import simple, vocabulary
from transforms.tables import TABLES

NUMERIC: Final = frozenset({"quantity", "unit_price", "discount_amount", "tax_amount", "gross_amount", "net_amount"})
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
_OF_STAFF: Final = re.compile(r"absen|attend|shift|clock|overtime|cham cong|nghi phep")
_INS: Final = frozenset({"vao", "in", "clock in", "time in", "check in"})


@dataclass(frozen=True, slots=True)
class Roles:
    """Role -> position of its column; `amounts` are all that may be what a row brought, `pairs` in and out 1, 2, ..."""

    table: str
    taken: Mapping[str, int]
    amounts: Sequence[int]
    pairs: Mapping[str, str]  # clock_in and clock_out -> the name that their columns share


def roles(columns: Sequence[SeenColumn]) -> Roles:
    """The table for which the most needed roles are found: money and a day are sales, ins and outs are attendance."""
    found = {table: _taken(table, columns) for table in TABLES}
    pairs = _pairs(columns)
    table = _table(columns, found, pairs)
    names = vocabulary()["sales"]
    amounts = [at for role in ("net_amount", "amount", "gross_amount") for at in _fitting(names[role], role, columns)]
    return Roles(table, found[table], amounts, pairs if table == "clockings" else {})


def _table(columns: Sequence[SeenColumn], found: Mapping[str, Mapping[str, int]], pairs: Mapping[str, str]) -> str:
    sales, clockings = found["sales"].keys(), found["clockings"].keys()
    money = sales & {"net_amount", "amount", "gross_amount", "unit_price"}
    if "day" in sales and money and sales & {"receipt_id", "quantity", "product_name"}:
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
    taken: dict[str, int] = {}
    for role, names in vocabulary()[table].items():
        free = [at for at in _fitting(names, role, columns) if at not in taken.values()]
        taken.update({role: free[0]} if free else {})
    return taken


def _fitting(names: Sequence[str], role: str, columns: Sequence[SeenColumn]) -> list[int]:
    """Positions of the columns so named whose cells are what the role needs, the likeliest name first."""
    spelt = [simple(column.header) for column in columns]
    types = _TYPES.get(role, frozenset({"text", "number"}))
    return [at for name in names for at, spelling in enumerate(spelt) if spelling == name and columns[at].type in types]


def _pairs(columns: Sequence[SeenColumn]) -> Mapping[str, str]:
    sides: dict[str, str] = {}
    for column in columns:
        found = _NUMBERED.match(simple(column.header))
        if found:
            side = "clock_in" if found["side"] in _INS else "clock_out"
            sides.setdefault(side, re.sub(r"\s*[0-9]$", "", column.header))
    return sides if len(sides) == len(("clock_in", "clock_out")) else {}
