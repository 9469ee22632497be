"""What the cells of unknown columns prove: which formats and number conventions read them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import polars as pl

from transforms.exports.counted import COUNTS, EPOCHS
from transforms.exports.durations import WRITTEN_OUT
from transforms.exports.moments import Format
from transforms.exports.numbers import Marks, read_numbers
from transforms.exports.stacked import GLUED
from transforms.exports.vocabulary import simple, vocabulary

_MOSTLY: Final = 0.9  # of the filled cells: the rest are damaged, and rejected when the file is read
_DAYS: Final = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d.%m.%Y",
    "%d.%m.%y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d/%b/%Y",
    "%d %b %Y",
    "%b-%d-%Y",
    "%b-%d-%y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%B %d %Y",
    "%d %B %Y",
)
_SHORT_DAYS: Final = ("%d-%m-%y", "%m-%d-%y", "%y-%m-%d")
_EITHER_END: Final = frozenset({"%d-%m-%y", "%y-%m-%d"})  # of such days the year may stand first as well as last
_PLAIN_DAY: Final = "%Y%m%d"
_CHINESE_DAY: Final = "%y-%m-%d %a"  # the year comes first where weekdays are written so
_AROUND: Final = (("%a ", ""), ("%a, ", ""), ("", " (%a)"), ("", "(%a)"), ("", " %a"))
_WITH_WEEKDAYS: Final = tuple(f"{before}{day}{after}" for day in _DAYS for before, after in _AROUND)
_TIMES: Final = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%I:%M%p", "%I:%M:%S%p", "%Hh%M", "%H:%M:%S%.f")
_BARE_TIMES: Final = ("%H%M", "%H.%M")  # only where the name of the column says that it is a time
_OF_STAFF: Final = ("clockings", "punches")
_LATE: Final = ("%E:%M", "%E:%M:%S")  # outs after midnight, 25:30: what is out alone can be of the next day
_TIME_ROLES: Final = ("clock_in", "clock_out", "punched_time")
_DAY_ROLES: Final = ("day", "punched_date", "clock_out_date")
_COUNTED: Final = {"moment": (*_TIME_ROLES, *_DAY_ROLES, "punched_at"), "time": _TIME_ROLES, "date": _DAY_ROLES}
_LIST_OF_TIMES: Final = r"^[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:[\s;,]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)*[;,]?$"
_BETWEEN: Final = (" ", "T", ", ", " at ")
_FINER: Final = ("%H:%M:%S %z", "%H:%M:%S%.f%z", "%H:%M:%S%.f %z", "%H:%M%z", "%H:%M %z", "%I:%M:%S %p %z")
_MOMENTS: Final = (
    *(f"{day}{gap}{hour}" for day in (*_DAYS, *_SHORT_DAYS) for gap in _BETWEEN for hour in (*_TIMES, *_FINER)),
    *(f"{hour} {day}" for day in _DAYS for hour in _TIMES),
    *(f"{day} {hour}" for day in _WITH_WEEKDAYS for hour in _TIMES),
    "%a %b %d %Y %H:%M:%S %z",
)
TYPED: Final = "typed cells"  # the encoding of workbooks and Parquet files
EMPTY: Final = ("--:--", "-:-", "--", "-", "N/A", "NULL", "null", "None", "nan")  # cells that say nothing
_DAYED: Final = frozenset({"date", "moment"})
_TOLD: Final = frozenset({"dmy", "mdy"})
_HEAD: Final = 50  # cells, of which a format must read one
_IN_WORDS: Final = re.compile("%[abBp]")  # what formats of months, weekdays and halves of days by name have
_DOTTED: Final = tuple(f"{day}{gap}{hour}" for day in _DAYS for gap in (" ", ", ") for hour in ("%H.%M", "%H.%M.%S"))
SIGNS: Final = (
    *("₫", "đ", "VND", "VNĐ", "$", "€", "£", "¥", "￥", "₩", "฿", "₱", "₹", "₽", "Rp", "Rs", "Rs.", "RM", "R$", "S$"),
    *("CA$", "A$", "AU$", "US$", "HK$", "NT$", "MX$", "CHF", "Fr.", "kr", "zł", "USD", "EUR", "GBP", "руб.", "р."),
)
NUMBERS: Final = tuple(
    Marks(decimal, group, SIGNS, minus_may_follow=True)
    for decimal, group in ((".", ","), (",", "."), (",", " "), (".", "'"))
)


@dataclass(frozen=True, slots=True)
class SeenColumn:
    """One column: its name, three of its values, what its cells are.

    `type` is text, number, date, time, times (several in a cell), moment, hours (7h58p) or empty; `ways` are all
    formats or number conventions that read its cells; `repeats` whether any cell is there twice; `column` is what it is
    taken for, if anything; `order_of` is the header of the column by which the order of its day and month is known.
    """

    header: str
    samples: Sequence[str]
    type: str
    ways: Sequence[str]
    empty_share: float
    column: str | None
    repeats: bool = False
    order_of: str = ""


def seen_column(header: str, texts: pl.Series) -> SeenColumn:
    """Look at the cells of one column, text or null; it is not taken for anything yet."""
    filled = texts.drop_nulls()
    if _is_named(header, ("clock_in", "clock_out")):  # a word there says that nobody clocked yet
        filled = timed if (timed := filled.filter(filled.str.contains("[0-9]"))).len() else filled
    type_, ways = ("date", [_PLAIN_DAY]) if _is_plain_day(header, filled) else _type(header, filled)
    samples = filled.unique(maintain_order=True).head(3).to_list()
    repeats = filled.n_unique() < filled.len()
    return SeenColumn(header, samples, type_, ways, texts.null_count() / max(texts.len(), 1), None, repeats)


def with_orders(columns: Sequence[SeenColumn]) -> list[SeenColumn]:
    """Columns that do not show their order of day and month have that of those that do, where these have but one."""
    orders = {at: {Format(way).order for way in c.ways} for at, c in enumerate(columns) if c.type in _DAYED}
    # Names of months say nothing of how numbers stand.
    plain = {at: some for at, some in orders.items() if not re.search("%[bB]", "".join(columns[at].ways))}
    shown = {
        order: columns[at].header for at, some in reversed(plain.items()) if len(some) == 1 for order in some & _TOLD
    }
    if len(shown) != 1:
        return list(columns)
    [(order, header)] = shown.items()
    ways = {at: [way for way in columns[at].ways if Format(way).order == order] for at, some in orders.items()}
    return [
        replace(c, ways=ways[at], order_of=header) if len(orders.get(at, ())) > 1 and ways[at] else c
        for at, c in enumerate(columns)
    ]


def shared_marks(columns: Iterable[SeenColumn]) -> list[Marks]:
    """The conventions by which every number column of `columns` can be read."""
    ways = [set(column.ways) for column in columns if column.type == "number"]
    shared = set.intersection(*ways) if ways else set()
    found = [marks for marks in NUMBERS if f"{marks.decimal}{marks.group}" in shared]
    # Nobody groups by apostrophes where commas would do.
    return [marks for marks in found if marks.group != "'"] or found


def marks_of(column: SeenColumn) -> list[Marks]:
    """The conventions by which one number column can be read."""
    return [marks for marks in NUMBERS if f"{marks.decimal}{marks.group}" in column.ways]


def days_by_order(texts: pl.Series) -> Mapping[str, list[str]]:
    """In which orders of day, month and year every cell is a day -> the formats that together read them so."""
    orders: dict[str, list[str]] = {}
    for way in _DAYS + _SHORT_DAYS:
        orders.setdefault(Format(way).order, []).append(way)
    fits = {way: texts.str.contains(Format(way).pattern) for way in _DAYS + _SHORT_DAYS}
    some = {order: [way for way in ways if fits[way].any()] for order, ways in orders.items()}
    read = {order: pl.DataFrame([_moments(texts, way).alias(way) for way in ways]) for order, ways in some.items()}
    return {order: some[order] for order, days in read.items() if days.width and _all_read(days)}


def _all_read(days: pl.DataFrame) -> bool:
    return bool(days.select(pl.any_horizontal(pl.all().is_not_null()).all()).item())


def own_marks(
    columns: Sequence[SeenColumn], counted: Sequence[int], marks: Sequence[Marks]
) -> Mapping[int, Sequence[Marks]]:
    """Those of numbers that are written in another way than amounts are, such as shares beside 295.000."""
    if not marks:
        return {at: marks_of(columns[at]) for at in counted}
    numbers = {at: column for at, column in enumerate(columns) if column.type == "number" and at not in counted}
    return {at: ways for at, column in numbers.items() if (ways := marks_of(column)) and not {*ways} & {*marks}}


def _type(header: str, texts: pl.Series) -> tuple[str, list[str]]:
    if texts.is_empty():
        return "empty", []
    if _several(texts):
        return "times", ["%H:%M:%S", "%H:%M"]
    texts = texts.str.replace_all(r"\s+", " ")
    type_, ways = _moment_type(texts)
    if ways:
        return type_, ways
    if counted := _late_outs(header, texts) or _bare_times(header, texts) or _counted(header, texts):
        return counted
    if texts.str.contains(WRITTEN_OUT).sum() >= _MOSTLY * texts.len():
        return "hours", []
    ways = _best({f"{marks.decimal}{marks.group}": _share(read_numbers(texts, marks)) for marks in NUMBERS})
    codes = texts.str.contains("^0[0-9]").any()
    return ("number", ways) if ways and not codes else ("text", [])


def _moment_type(texts: pl.Series) -> tuple[str, list[str]]:
    if zone := _zone_word(texts):
        type_, ways = _moment_type(texts.str.strip_suffix(zone))
        return type_, [f"{way}{zone}" for way in ways]
    dotted = texts.str.contains(r"[0-9],? [0-9]{1,2}\.[0-9]{2}(?:\.[0-9]{2})?$").sum() >= _MOSTLY * texts.len()
    chinese = (_CHINESE_DAY,) if texts.str.contains("[0-9] (?:星期|周)").all() else ()
    days = (*chinese, *_DAYS, *_SHORT_DAYS, *_WITH_WEEKDAYS)
    for type_, formats in (("date", days), ("time", _TIMES), ("moment", _DOTTED if dotted else _MOMENTS)):
        tried = type_ == "moment" if dotted else _may_be(texts, type_)
        ways = _ways(texts, formats) if tried else []
        if {way[:8] for way in ways} >= _EITHER_END:
            return "text", []
        if ways:
            return type_, ways
    return "text", []


def _zone_word(texts: pl.Series) -> str:
    """What stands behind each time as the name of its zone, " ICT"; "" if nothing does, or not the same."""
    words = texts.str.extract("[0-9](?: [AP]M)?( [A-Z]{3,4})$").unique()
    return str(words[0]) if words.len() == 1 and words[0] not in {None, " UTC", " GMT"} else ""


def _ways(texts: pl.Series, formats: Iterable[str]) -> list[str]:
    head = texts.head(_HEAD)
    # Most of some thousand formats are for words, and most columns have none.
    told, cells = head.str.contains(r"\p{L}").any(), head.unique().to_list()
    fitting = (text for text in formats if (told or not _IN_WORDS.search(text)) and _fits_any(text, cells))
    likely = [text for text in fitting if _moments(head, text).count()]
    return _best({text: _share(_moments(texts, text)) for text in likely}) if likely else []


def _fits_any(text: str, cells: Iterable[str]) -> bool:
    """Whether a cell looks so; asked in Python, for to plan a query takes longer than to look at so few cells."""
    return any(map(_look_of(text).search, cells))


@cache
def _look_of(text: str) -> re.Pattern[str]:
    return re.compile(Format(text).pattern)


def _several(texts: pl.Series) -> bool:
    """Whether cells are lists of times, and most of them of more than one."""
    glued = texts.str.contains(GLUED)
    lists = (texts.str.contains(_LIST_OF_TIMES) | glued).sum() >= _MOSTLY * texts.len()
    several = (texts.str.count_matches(r"(?:^|[\s;,])[0-9]{1,2}:") > 1) | glued
    return bool(lists and several.sum() * 2 > texts.len())


def _late_outs(header: str, texts: pl.Series) -> tuple[str, list[str]] | None:
    ways = [way for way in _LATE if _is_named(header, ("clock_out",)) and not _moments(texts, way).null_count()]
    return ("time", ways) if ways and texts.str.contains("^(?:2[4-9]|[34])[0-9]?:").any() else None


def _bare_times(header: str, texts: pl.Series) -> tuple[str, list[str]] | None:
    """The one way in which every cell of a column of ins, outs or punches is a time without a colon."""
    named = _is_named(header, _TIME_ROLES)
    ways = [way for way in _BARE_TIMES if named and not _moments(texts, way).null_count()]
    return ("time", ways) if ways else None


def _counted(header: str, texts: pl.Series) -> tuple[str, list[str]] | None:
    """What numbers count, where every one of them can be such a count, and the name says that it is a moment."""
    for name, count in COUNTS.items():
        type_ = "date" if not count.has_time else "moment" if count.has_day else "time"
        whole = name == "serial" and not texts.str.contains("[.,]").any()  # days, then
        if (
            not whole
            and (_is_named(header, _COUNTED[type_]) or (name in EPOCHS and _is_day_of_sales(header)))
            and texts.str.contains(f"^(?:{count.pattern})$").all()
        ):
            return type_, [name]
    return None


def _is_named(header: str, roles: Sequence[str]) -> bool:
    """Whether a column so named may have one of these roles in attendance."""
    name = simple(header)
    return any(name in vocabulary()[table].get(role, ()) for table in _OF_STAFF for role in roles)


def _is_day_of_sales(header: str) -> bool:
    return simple(header) in vocabulary()["sales"]["day"]


def _is_plain_day(header: str, texts: pl.Series) -> bool:
    """Whether numbers are days, 20261005: only their name tells them from codes."""
    named = re.search(r"\b(date|day|dob|ngay)\b", simple(header)) is not None
    eight = named and texts.len() > 0 and texts.str.contains(r"^(?:19|20)[0-9]{6}$").all()
    return eight and not _moments(texts, _PLAIN_DAY).null_count()


def _may_be(texts: pl.Series, type_: str) -> bool:
    """Times have a colon; to ask first saves trying some two hundred formats on every column."""
    timed = texts.str.contains("[0-9][:h][0-9]").sum() >= _MOSTLY * texts.len()
    return timed != (type_ == "date")


def _best(shares: Mapping[str, float]) -> list[str]:
    most = max(shares.values())
    return [way for way, share in shares.items() if share == most] if most >= _MOSTLY else []


def _moments(texts: pl.Series, text: str) -> pl.Series:
    return texts.to_frame("cell").select(Format(text).read(pl.col("cell"))).to_series()


def _share(read: pl.Series) -> float:
    return 1 - read.null_count() / read.len()
