"""Which table an unknown export is about, and what each of its columns is taken for, by names and by cells."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from transforms.exports.unknown.pairs import repeated_pairs, repeated_punches
from transforms.exports.unknown.saying import (
    OF_MANY_DAYS,
    by_direction,
    is_channel,
    is_of_staff,
    is_of_sums,
    may_be_hours,
    says_channel,
    without_unit,
)
from transforms.exports.unknown.seen import SIGNS, SeenColumn
from transforms.exports.vocabulary import simple, vocabulary
from transforms.tables import TABLES

NUMERIC: Final = frozenset(
    {"quantity", "unit_price", "discount_amount", "tax_amount", "gross_amount", "net_amount", "extra_amount"}
)
_OF_SALES: Final = frozenset({"day", "receipt_id", "product_id", "quantity"})
_CLOCKS: Final = frozenset({"clock_in", "clock_out", "scheduled_in", "scheduled_out"})
_TYPES: Final[Mapping[str, frozenset[str]]] = {
    "day": frozenset({"date", "moment"}),
    "sold_time": frozenset({"time"}),
    "punched_at": frozenset({"moment"}),
    "punched_date": frozenset({"date"}),
    "punched_time": frozenset({"time", "times"}),
    "clock_out_date": frozenset({"date"}),
    "last_date": frozenset({"date", "moment"}),
    **dict.fromkeys(("break_out", "break_in"), frozenset({"time", "moment"})),
    **dict.fromkeys(("stated_hours", "unpaid_hours"), frozenset({"number", "time", "hours"})),
    "value": frozenset({"number"}),
    **dict.fromkeys(_CLOCKS, frozenset({"time", "moment"})),
    **dict.fromkeys(NUMERIC | {"amount"}, frozenset({"number"})),
}
_WHO: Final = frozenset({"employee_id", "first_name"})
_MAY_COUNT: Final = frozenset({"id", "no"})  # names of people, and of columns that merely number the rows
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
    rf"|print\w*|giao(?! dich)|sinh|het han|cap nhat|thanh toan|fulfil\w*|cancel\w*)\b|{OF_MANY_DAYS}"
)
_OTHERS: Final = {  # what names say that end like those of a role, and are none
    "day": _OTHER_DAYS,
    "tax_amount": re.compile(
        r"^(?!total tax$).*\b(total|subtotal|amount|w o|without|excl\w*|incl\w*|before|after|net|gross|price|rate)\b.* "
        r"|\b(rate|taux|satz)\b|(?<![0-9]) %"
    ),
    "amount": re.compile(r"^(?!.*\b(after|before|net|less)\b).*\b(discounts?|vouchers?|rebates?|subsid\w+|coupons?)\b"),
    "unit_price": re.compile(r"\b(net|gross|netto|brutto)\b"),
    "discount_amount": re.compile(r"%|\b(rate|percent\w*|pct|ty le|phan tram|before|after)\b"),
}
_VAGUE: Final = frozenset({"id", "no", "number", "numero", "time", "local", "data", "sale", "sales", "bill", "name"})
_PLANNED: Final[Mapping[str, str]] = {"clock_in": "scheduled_in", "clock_out": "scheduled_out"}
_SUBTOTAL: Final = re.compile(r"\b((sub)?total|sales|amount|revenue|doanh (thu|so)|thanh tien|tien hang|tong tien)\b")
_OFF: Final = r"(discounts?|giam( gia)?|chiet khau|ck|km|khuyen mai)\b"
_MIDNIGHT: Final = re.compile(r"[ T]0?0:00(?::00(?:\.0+)?)?$")
_EITHER: Final = frozenset(  # of a plan or of what became of it
    {"start", "end", "start time", "end time", "gio bat dau", "gio ket thuc", "thoi gian bat dau", "thoi gian ket thuc"}
)
_OF_SHIFTS: Final = re.compile("(ten |ma )?(ca|ca lam|ca lam viec)$|shift( (name|code|type))?$|turno$|schicht$")
_OF_LEAVE: Final = re.compile(r"\b(leave|absence|time off|pto|vacation|nghi|phep|vang)\b")
_IN_CURRENCY: Final = r"(?i)[ _](usd|eur|euro|gbp|chf|cad|aud|nzd|brl|mxn|cop|ars|clp|pen|pln|czk|try|rub|sek|nok|dkk)$"
_DAYS: Final = ("day", "punched_date")  # of no table by themselves
_OF_DAYS: Final = frozenset({"clockings", "punches", "roster"})


@dataclass(frozen=True, slots=True)
class Roles:
    """Role -> position of its column; `amounts` are all that may be what a row brought.

    `repeated` are the columns of the profile that stand several times in a row, or several times in a cell -> the
    pattern of their headers. Those of `weak` are known by a part of their names only.
    """

    table: str
    taken: Mapping[str, int]
    amounts: Sequence[int]
    repeated: Mapping[str, str]
    weak: frozenset[int] = frozenset()
    extras: Sequence[int] = ()  # service charges, tips and the like
    before: frozenset[int] = frozenset()  # amounts before discounts, where those after them are there

    @property
    def counted(self) -> list[int]:
        """Positions of all numbers that mean something."""
        by_role = (at for role, at in self.taken.items() if role in NUMERIC)
        return list(dict.fromkeys([*self.amounts, *by_role, *self.extras]))


def roles(columns: Sequence[SeenColumn]) -> Roles:
    """The table for which the most needed roles are found: money and a day are sales, ins and outs are attendance."""
    found = {table: _taken(table, columns) for table in TABLES}
    pairs = repeated_pairs([column.header for column in columns])
    several = repeated_punches([column.header for column in columns if column.type == "time"])
    table = _table(columns, found, pairs, several)
    roles_of_sums = ("net_amount", "amount", "gross_amount")
    names = vocabulary()["sales"]
    every = [at for role in roles_of_sums for at in (*_fitting(names[role], role, columns), *_weakly(role, columns))]
    taken = {**found[table], **(_only_day(found[table], columns) if table == "sales" else {})}
    if table == "clockings" and "day" in taken and not taken.keys() & _CLOCKS:
        sums = is_of_sums(columns[taken["day"]], ends="last_date" in found["absences"])
        taken = {role: at for role, at in taken.items() if not (sums and role == "day")}
    after, before = _by_discounts(columns)
    counted = {at for role, at in taken.items() if role not in roles_of_sums}
    amounts = [at for at in dict.fromkeys([*every, *after]) if at not in counted | before]
    weak = frozenset(at for role, at in taken.items() if _is_weak(at, role, table, columns))
    extras_at = _fitting(names["extra_amount"], "extra_amount", columns)
    extras = [at for at in extras_at if at not in counted - {taken.get("extra_amount")}]
    return Roles(table, taken, amounts, _repeated(table, columns, taken, pairs, several), weak, extras, before)


def _repeated(
    table: str,
    columns: Sequence[SeenColumn],
    taken: Mapping[str, int],
    pairs: Mapping[str, str],
    several: Mapping[str, str],
) -> Mapping[str, str]:
    if table == "clockings" or (table == "punches" and several and "punched_at" not in taken):
        return pairs if table == "clockings" else several
    at = taken.get("punched_time")
    if table == "punches" and at is not None and columns[at].type == "times" and "punched_at" not in taken:
        return {"punched_time": f"^({re.escape(columns[at].header)})$".replace("\\ ", " ")}
    return {}


def _table(
    columns: Sequence[SeenColumn],
    found: Mapping[str, Mapping[str, int]],
    pairs: Mapping[str, str],
    several: Mapping[str, str],
) -> str:
    sales, clockings, punches, roster = (found[name].keys() for name in ("sales", "clockings", "punches", "roster"))
    money = sales & {"net_amount", "amount", "gross_amount", "unit_price"}
    receipts = "receipt_id" in sales and simple(columns[found["sales"]["receipt_id"]].header) not in _VAGUE
    taken_off = sales & {"tax_amount", "discount_amount"} and not clockings & _CLOCKS
    sold = (money and (taken_off or sales & {"quantity", "product_name"})) or (
        receipts and (money or not clockings & _CLOCKS)
    )
    of_goods = receipts or sales & {"quantity", "product_id", "product_name", "tax_amount", "discount_amount"}
    paid_by_hours = clockings & _WHO and any(map(may_be_hours, columns)) and not of_goods
    if "day" in sales and sold and not paid_by_hours:
        return "sales"
    if clockings & _WHO:
        complete = {
            "clockings": bool(pairs) or ({"clock_in", "clock_out"} <= clockings and not _is_planned(found, columns)),
            "punches": "punched_at" in punches or {"punched_date", "punched_time"} <= {*punches, *several},
            "roster": {"scheduled_in", "scheduled_out"} <= roster,
            "absences": {"day", "last_date"} <= found["absences"].keys() and _are_leave(found["absences"], columns),
        }
        told = {"day", "stated_hours"} <= clockings or bool(clockings & {"clock_in", "clock_out"})
        likely = [table for table, whole in complete.items() if whole] + (["clockings"] if told else [])
        if likely:
            return likely[0]
    if {"day", "receipt_id"} <= sales and not (clockings & _CLOCKS or paid_by_hours):
        return "sales"
    if (paid_by_hours or not (money and sales & _OF_SALES)) and (clockings & _WHO or any(map(is_of_staff, columns))):
        return _of_attendance(found)
    if money:
        return "sales"
    return max(found, key=lambda table: len(found[table].keys() - {*_DAYS}) / len(vocabulary()[table]))


def _are_leave(found: Mapping[str, int], columns: Sequence[SeenColumn]) -> bool:
    """Whether spells of moments, or beside hours, are said to be leave; others can be nothing else."""
    timed = columns[found["last_date"]].type == "moment" or any(map(may_be_hours, columns))
    return not timed or any(_OF_LEAVE.search(simple(column.header)) for column in columns)


def _of_attendance(found: Mapping[str, Mapping[str, int]]) -> str:
    """The table of which most is there, beside whose row it is: in doubt of what a clock writes."""
    whose = (vocabulary()["roster"].keys() & vocabulary()["absences"].keys()) | {*_DAYS}
    return max(("clockings", "punches", "roster", "absences"), key=lambda table: len(found[table].keys() - whose))


def _is_planned(found: Mapping[str, Mapping[str, int]], columns: Sequence[SeenColumn]) -> bool:
    """Whether ins and outs are called as those of a plan are, and stand on minutes that are planned."""
    clockings, roster = found["clockings"], found["roster"]
    called = all(clockings[of] == roster.get(as_) for of, as_ in _PLANNED.items())
    vague = any(simple(columns[clockings[of]].header) in _EITHER for of in _PLANNED)
    called &= not vague or (
        "stated_hours" not in clockings and any(_OF_SHIFTS.match(simple(c.header)) for c in columns)
    )
    samples = [sample for of in _PLANNED for sample in columns[clockings[of]].samples]
    minutes = [re.search("[0-9][:h]([0-5][0-9])", sample) for sample in samples]
    return called and all(minute is not None and minute[1][1] in "05" for minute in minutes)


def _taken(table: str, columns: Sequence[SeenColumn]) -> Mapping[str, int]:
    """By their whole names first; what is left by a part of its name, where only one column has it."""
    taken: dict[str, int] = {}
    for role, names in vocabulary()[table].items():
        free = [at for at in _fitting(names, role, columns) if at not in taken.values()]
        taken.update({role: free[0]} if free else {})
    for role in vocabulary()[table] if table == "sales" else ():
        free = [at for at in _weakly(role, columns) if at not in taken.values()]
        taken.update({role: free[0]} if role not in taken and len(free) == 1 else {})
    days = [at for at, column in enumerate(columns) if column.type == "date" and not _is_other(column, "day")]
    if table in _OF_DAYS and len(days) == 1 and days[0] not in taken.values():
        taken = dict.fromkeys([role for role in _DAYS if role in vocabulary()[table]], days[0]) | taken
    taken |= by_direction(taken, columns) if table == "punches" else {}
    channels = [at for at, column in enumerate(columns) if is_channel(column) and at not in taken.values()]
    return taken | ({"channel": channels[0]} if table == "sales" and "channel" not in taken and channels else {})


def _by_discounts(columns: Sequence[SeenColumn]) -> tuple[list[int], frozenset[int]]:
    """Amounts that are said to be after discounts; where there are such, those before them are none of a row's."""
    spelt = {at: simple(column.header) for at, column in enumerate(columns) if column.type == "number"}
    after = [at for at, name in spelt.items() if _SUBTOTAL.search(name) and re.search(rf"\b(after|sau) {_OFF}", name)]
    before = (at for at, name in spelt.items() if after and re.search(rf"\b(before|truoc) {_OFF}", name))
    return after, frozenset(before)


def _only_day(taken: Mapping[str, int], columns: Sequence[SeenColumn]) -> Mapping[str, int]:
    """The one column of days, whatever it is called, where no name tells which it is."""
    days = [at for at, column in enumerate(columns) if column.type in _TYPES["day"] and not _is_other(column, "day")]
    return {"day": days[0]} if "day" not in taken and len(days) == 1 and days[0] not in taken.values() else {}


def _fitting(names: Sequence[str], role: str, columns: Sequence[SeenColumn]) -> list[int]:
    """Positions of the columns so named whose cells are what the role needs, the likeliest name first."""
    fitting = [at for at in named(names, columns) if columns[at].type in _types(role) and _may_be(columns[at], role)]
    # A number that no row shares with another is the row's own, where any other could be the person's.
    return sorted(fitting, key=lambda at: role == "employee_id" and not columns[at].repeats)


def named(names: Sequence[str], columns: Sequence[SeenColumn]) -> list[int]:
    """Positions of the columns with one of `names`, the likeliest first, whatever their cells are."""
    spelt = [{simple(column.header), simple(without_unit(column.header))} for column in columns]
    # Some systems write the words of a name as one: ORDERDATE.
    return list({at: None for name in names for at, some in enumerate(spelt) if some & {name, name.replace(" ", "")}})


def _is_weak(at: int, role: str, table: str, columns: Sequence[SeenColumn]) -> bool:
    vague = table == "sales" and role not in NUMERIC | {"sold_time"} and simple(columns[at].header) in _VAGUE
    return vague or at not in _fitting(vocabulary()[table][role], role, columns)


def _types(role: str) -> frozenset[str]:
    return _TYPES.get(role, frozenset({"text", "number"}))


def _weakly(role: str, columns: Sequence[SeenColumn]) -> list[int]:
    """Positions of the columns whose names end with one of the role's, or do without a path or words in brackets."""
    names = vocabulary()["sales"].get(role, ()) if role in _WEAKLY else ()
    types = _types(role) - ({"number"} if role == "product_name" else set())  # "Order line item" 1, 2, 3
    spelt = {at: _parts(column.header) for at, column in enumerate(columns) if column.type in types}
    others = {at for at in spelt if role in _OTHERS and _is_other(columns[at], role)}
    others |= {at for at in spelt if not _may_be(columns[at], role)}
    return [at for at, parts in spelt.items() if at not in others and any(_ends(parts, role, name) for name in names)]


def _may_be(column: SeenColumn, role: str) -> bool:
    """Whether a column so named may be that: numbers of lines are no people, channels no stores, pay no hours."""
    if role == "employee_id":
        answers = {*vocabulary()["status"]["yes"], *vocabulary()["status"]["no"]} - {"1", "0", ""}
        asked = answers.issuperset(map(simple, column.samples))
        return not asked and (column.repeats or simple(column.header) not in _MAY_COUNT)
    if role == "store_id":
        return not says_channel(column)
    if role == "punched_at":  # days as a database writes them
        return column.type != "moment" or not all(map(_MIDNIGHT.search, column.samples))
    if role in {"stated_hours", "unpaid_hours"}:  # pay is none
        return not any(sign in sample for sample in column.samples for sign in SIGNS)
    return role not in {"discount_amount", "tax_amount"} or not _is_other(column, role)


def _is_other(column: SeenColumn, role: str) -> bool:
    percent = " %" if "%" in column.header else ""
    return _OTHERS[role].search(simple(column.header) + percent) is not None


def _ends(parts: Iterable[str], role: str, name: str) -> bool:
    return any(part == name or (part.endswith(f" {name}") and _tells(role, name)) for part in parts)


def _tells(role: str, name: str) -> bool:
    """Whether a name may stand at the end of another: "order id" may, "store" and "item" say too little."""
    return role in NUMERIC or role in {"amount", "day", "sold_time"} or " " in name


def _parts(header: str) -> set[str]:
    """A name without words or a rate in brackets, a currency, or the path before it: "VAT (8%)", "total_eur"."""
    bare = re.sub(r"\(([^\W\d_][^()]*|[0-9.,]+ ?%)\)", "", re.sub(_IN_CURRENCY, "", header))
    return {simple(bare), simple(bare.rsplit("/", 1)[-1]), simple(bare.split("/", 1)[-1])}
