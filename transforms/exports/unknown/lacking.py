"""The sentences on what a proposed profile lacks: columns that nothing is known to be."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from transforms.exports.durations import are_called_hours
from transforms.exports.stacked import PAIRS
from transforms.exports.unknown.draft import Draft
from transforms.exports.unknown.roles import named
from transforms.exports.unknown.saying import is_of_many_days, may_be_hours
from transforms.exports.unknown.seen import SeenColumn, days_by_order
from transforms.exports.unknown.written import written
from transforms.exports.vocabulary import simple, vocabulary

_NO_EXPORT: Final = (
    "If it lists products, people, stores or goals, it is no export: these belong into products.csv, people.csv, "
    "stores.csv and targets.csv of the site."
)
_PRICED: Final = (
    "; where products.csv of the site has the list_price of each product, write "
    'gross_amount = "quantity * list_price" under [derive]'
)
_IN_A_COLUMN: Final = "write what they say into a column of their rows"
_PLAINLY: Final = ": export it as 2026-10-31 or 31/10/2026"
_OF_TIMES: Final = ": export it as 17:30 or 05:30 PM"
_BUDDHIST: Final = re.compile(r"(?<![0-9])25[5-9][0-9](?![0-9])")
_THERE: Final = re.compile(r"\b(present|absent|on leave|hadir|alpa|co mat|vang( mat)?)\b|出勤|欠勤|缺勤")
_PUNCHED: Final = frozenset({"clock_in", "clock_out"})
_OF_A_DAY: Final = frozenset({"business_date", "clock_in", "clock_out"})
_TIME: Final = re.compile("[0-9]{1,2}:[0-9]{2}")
_TIMES: Final = "times of a day"
_WRITTEN: Final[Mapping[str, str]] = {
    "day": "days",
    "punched_at": "moments",
    **dict.fromkeys(("clock_in", "clock_out", "scheduled_in", "scheduled_out"), _TIMES),
}
_NEEDED: Final[Mapping[str, Sequence[Sequence[str]]]] = {
    "sales": (("store_id",), ("receipt_id",), ("sold_at", "sold_date", "business_date"), ("net_amount",)),
    "clockings": (("employee_id",), ("clock_in",), ("clock_out",)),
    "punches": (("employee_id",), ("punched_at", "punched_time")),
    "roster": (("employee_id",), ("scheduled_in",), ("scheduled_out",)),
    "absences": (("employee_id",), ("business_date",)),
    "ratings": (("business_date",), ("measure",), ("value",)),
}
_SHOWN: Final = 5
_FIRST: Final[Mapping[str, str]] = {"dmy": "the day", "mdy": "the month", "ymd": "the year"}


def lacking(draft: Draft) -> Iterator[str]:
    """One sentence for each thing that a table of its kind needs, and no column is known to be."""
    undated = draft.table == "clockings" and draft.found.isdisjoint(_OF_A_DAY)
    if undated and not _may_be_dated(draft):
        yield (
            "No row is of one day: totals of a person's week or month cannot be read, nor shifts that have a name "
            "only; export a row for each day, with its ins and outs or its hours."
        )
    missing = [names for names in _NEEDED[draft.table] if draft.found.isdisjoint(names) and names != ("store_id",)]
    if len(missing) > 1 and "stated_hours" not in draft.found:
        yield _NO_EXPORT
    undated_hours = [("business_date",)] if undated and "stated_hours" in draft.found and _may_be_dated(draft) else []
    for any_of in (*_NEEDED[draft.table], *_days_of_times(draft), *undated_hours):
        if not draft.found.isdisjoint(any_of) or (draft.found >= {"stated_hours"} and _PUNCHED.issuperset(any_of)):
            continue
        if draft.told_by_sheets in any_of:
            whose = "stores" if any_of == ("store_id",) else "people"
            yield (
                f"The sheets {_shown(draft.sheets)} are taken for {whose}, see derive.{any_of[0]}: if they are not, "
                f"{_IN_A_COLUMN}."
            )
        elif any_of == ("store_id",):
            yield (
                f"No column is known to be store_id: all rows count for one store, {draft.system!r}; write its id into "
                f"derive.store_id, within the inner quotes, or name a column under [columns]."
            )
            if len(draft.sheets) > 1:
                yield f"The sheets {_shown(draft.sheets)} count as one store's: if they are not, {_IN_A_COLUMN}."
        elif any_of == ("employee_id",):
            yield (
                "No column says whose rows these are: name it under [columns]; of one person's file, write their id as "
                "employee_id = \"'their id'\" under [derive]."
            )
        else:
            yield f"No column is known to be {' or '.join(any_of)}; name it under [columns]{_hint(draft, any_of)}."
    if draft.table == "sales" and "net_amount" not in draft.found:
        free = ", ".join(f'"{c.header}"' for c in draft.columns if c.type == "number" and not c.column)
        yield f"Numbers that are taken for nothing yet: {free or 'none'}."


def _may_be_dated(draft: Draft) -> bool:
    """Whether any column has days, or moments, that are not of weeks or months."""
    dated = (c for c in draft.columns if c.type in {"date", "moment"})
    return any(not is_of_many_days(c) for c in dated)


def _days_of_times(draft: Draft) -> Iterator[Sequence[str]]:
    """Times of a day need a column of days beside them."""
    ends = ("clock_in", "clock_out", "scheduled_in", "scheduled_out")
    timed = [c for c in draft.columns if c.type == "time" and (c.column in ends or draft.stands_for(c))]
    yield from [("business_date",)] if timed and draft.table in {"clockings", "roster"} else []


def _hint(draft: Draft, any_of: Sequence[str]) -> str:
    """Why it may be missing: cells that are no days or times, or totals instead of receipts."""
    if any_of == ("receipt_id",):
        own = 'write receipt_id = "CAST(sold_at AS VARCHAR)" under [derive]'
        alone = f"; if each row is a whole receipt, {own}" if _are_moments_of_one(draft) else ""
        return f"{alone}; a file of totals of days or products has no receipts, and cannot be read: export receipts"
    if any_of == ("net_amount",) and draft.found >= {"product_id", "quantity"}:
        return _PRICED
    if "punched_at" in any_of and (said := _of_presence(draft)):
        return said
    is_first = any_of == ("clock_in",) or (any_of == ("clock_out",) and "clock_in" in draft.found)
    return (_of_punches(draft) if is_first else "") or _of_cells(draft, any_of)


def _of_presence(draft: Draft) -> str:
    there = [c for c in draft.columns if c.type == "text" and any(_THERE.search(simple(s)) for s in c.samples)]
    return (
        ""
        if not there
        else (
            f'; "{there[0].header}" ({", ".join(there[0].samples)}) says who was there on a day, at no time: export '
            f"times, or list the days of those who were not as employee_id, date, excused"
        )
    )


def _of_punches(draft: Draft) -> str:
    """Ins and outs that stand in one column, hours that are mixed with words, and hours of several kinds."""
    clocks = {at for role in _PUNCHED for at in named(vocabulary()["clockings"][role], draft.columns)}
    others = [column for at, column in enumerate(draft.columns) if at not in clocks]
    for column in (c for c in draft.columns if c.type == "text" and c.samples):
        if all(re.search(PAIRS, sample) for sample in column.samples) or all(map(_holds_several, column.samples)):
            return f'; "{column.header}" ({column.samples[0]}) holds ins and outs: export each in a column of its own'
        if column in others and are_called_hours(column.header):
            return (
                f'; "{column.header}" ({", ".join(column.samples)}) is not written as hours: keep rows that have them'
            )
    return _of_kinds_of_hours([column.header for column in others if not column.column and may_be_hours(column)])


def _holds_several(cell: str) -> bool:
    return len(_TIME.findall(cell)) > 1


def _of_kinds_of_hours(headers: Sequence[str]) -> str:
    names = {f"hours_{number}": header for number, header in enumerate(headers, 1)}
    check = [f'{name} = {{ header = {written(header)}, type = "hours" }}' for name, header in names.items()]
    added = " + ".join(f"COALESCE({name}, 0)" for name in names)
    under = f'stated_hours = "{added}" under [derive], and {", ".join(check)} under [check]'
    return f"; if hours are told by kinds, write {under}, of those that count" if names else ""


def _of_cells(draft: Draft, any_of: Sequence[str]) -> str:
    """Cells that are written in a way that is not known."""
    roles = {"day" if name in {"sold_date", "business_date"} else name for name in any_of} & _WRITTEN.keys()
    names = [name for role in roles for name in vocabulary()[draft.table].get(role, ())]
    odd = [draft.columns[at] for at in named(names, draft.columns)]
    what = next((_WRITTEN[role] for role in roles), "")
    if what == "days" and not odd and len(draft.sheets) > 1:
        return f"; if the sheets {_shown(draft.sheets)} say it, {_IN_A_COLUMN}"
    if what == "days" and not odd and draft.table == "clockings" and not _may_be_dated(draft):
        return ", and if none holds days, export the day of each row, too"
    shown = [f'"{c.header}" ({", ".join(c.samples)})' for c in odd if c.type in {"text", "number", "time", "hours"}]
    buddhist = any(map(_BUDDHIST.search, (sample for c in odd for sample in c.samples)))
    if odd and all(re.fullmatch("0?[1-9]|[12][0-9]|3[01]", sample) for sample in odd[0].samples):
        return f"; {shown[0]} lacks its month and year: export whole dates" if shown else ""
    way = (
        ", but in years of the Buddhist calendar: export it with years such as 2026"
        if buddhist
        else f" in one way that is known{_OF_TIMES if what == _TIMES else _PLAINLY}"
    )
    own = _in_formats_of_its_own(draft, odd[0], any_of[-1]) if odd and what == "days" else ""
    return f"; {' and '.join(shown)} is not written as {what}{way}{own}" if shown else ""


def _in_formats_of_its_own(draft: Draft, column: SeenColumn, role: str) -> str:
    """What a person writes who knows in which order such days are."""
    name = "sold_date" if draft.table == "sales" else role
    values = draft.values[draft.columns.index(column)]
    ways = days_by_order(values) if column.type == "text" and values.len() else {}
    own = (
        f"{name} = {{ header = {written(column.header)}, formats = {written(formats)} }} if {_FIRST[order]} comes first"
        for order, formats in ways.items()
    )
    said = " or ".join(own)
    return f", or write {said}" if said else ""


def _shown(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names[:_SHOWN])


def _are_moments_of_one(draft: Draft) -> bool:
    """Whether no two rows are of one moment, as lines of one receipt would be."""
    moments = [column for column in draft.known if column.column == "sold_at" and column.type == "moment"]
    return bool(moments) and not moments[0].repeats
