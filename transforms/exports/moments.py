"""Read days and times: exact formats, and an order of day and month that the whole column must prove."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import polars as pl

from transforms.exports.counted import COUNTS, EPOCH, EPOCHS, Count
from transforms.exports.distinct import by_distinct
from transforms.problem import BadExport

# strptime takes "26" for %Y, "1" for %M, 60 for %S; it does not know %E, hours that go on after midnight: 25:30.
_DIRECTIVES: Final = {
    "%Y": r"(?:19|20)[0-9]{2}",
    "%y": r"[0-9]{2}",
    "%m": r"[0-9]{1,2}",
    "%d": r"[0-9]{1,2}",
    "%b": r"[A-Za-zäûéÄÛÉ]{3}",
    "%B": r"[A-Za-zäûéçÄÛÉÇ]{3,10}",
    "%H": r"[0-9]{1,2}",
    "%E": r"(?:[0-3]?[0-9]|4[0-7])",
    "%I": r"[0-9]{1,2}",
    "%M": r"[0-5][0-9]",
    "%S": r"[0-5][0-9]",
    "%.f": r"(?:\.[0-9]{1,9})?",
    "%p": r"(?i:[ap](?:\.?\s?m\.?)?|sa|ch)",
    "%z": r"(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?|(?:GMT|UTC)(?: ?[+-]?[0-9]{1,2}(?::?[0-9]{2})?)?)(?: \([A-Za-z ]+\))?",
    "%a": (
        r"(?i:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|thứ (?:[2-7]|hai|ba|tư|năm|sáu|bảy)|chủ nhật|cn|t[2-7]"
        r"|(?:星期|周)[一二三四五六日天]|[月火水木金土日])"
    ),
}
_MONTHS: Final = {  # where not as in English: Indonesian, German, Spanish, French, Portuguese
    "Jan": "januari januar janvier janeiro enero ene",
    "Feb": "februari februar février fevereiro febrero fev fév",
    "Mar": "maret märz mrz mär mars março marzo",
    "Apr": "avril abril avr abr",
    "May": "mei mai maio mayo",
    "Jun": "juni juin junho junio",
    "Jul": "juli juillet julho julio",
    "Aug": "agustus ags agu agt agosto ago août aoû",
    "Sep": "setembro septembre septiembre set",
    "Oct": "oktober okt octobre octubre outubro out",
    "Nov": "novembre novembro noviembre",
    "Dec": "desember des dezember dez décembre déc dezembro diciembre dic",
}
# The longest first, and the English ones that begin as another does stay as they are.
_NAMES: Final = [(word, month) for month, words in _MONTHS.items() for word in f"{words} {words.upper()}".split()]
_IN_ENGLISH: Final = dict(sorted([*_NAMES, ("january", "Jan"), ("february", "Feb")], key=lambda named: -len(named[0])))
_ONE_OR_TWO: Final = "[0-9]{1,2}"
_OF_A_DAY: Final = frozenset({"%Y", "%y", "%m", "%d", "%b", "%B"})
_TOKENS: Final = re.compile(r"%\.f|%.|[^%]+")
_HEAD: Final = 100  # cells
_SWAPPED: Final = {"%d": "%m", "%m": "%d"}


@dataclass(frozen=True, slots=True)
class Format:
    """One strptime format or one of COUNTS, read strictly. Raises ValueError for a directive that is not supported."""

    text: str

    def __post_init__(self) -> None:
        """Refuse what strptime knows but is not read strictly here."""
        if not self.text or any(token.startswith("%") and token not in _DIRECTIVES for token in self.tokens):
            allowed = f"it may use {' '.join(_DIRECTIVES)}, or be {', '.join(COUNTS)}"
            raise ValueError(f"the format {self.text!r} is not understood; {allowed}")

    @property
    def tokens(self) -> list[str]:
        """Its directives and the text between them."""
        return _TOKENS.findall(self.text)

    @property
    def count(self) -> Count | None:
        """What it counts, if it does."""
        return COUNTS.get(self.text)

    @property
    def tells_offset(self) -> bool:
        """Whether its moments say where they are from UTC."""
        return "%z" in self.tokens or self.text in EPOCHS

    @property
    def order(self) -> str:
        """In which order day, month and year stand, such as "dmy"; "" for a time without a day."""
        if self.count:
            return "ymd" if self.count.has_day else ""
        return "".join(token[-1].lower() for token in self.tokens if token in _OF_A_DAY).replace("b", "m")

    @property
    def has_day(self) -> bool:
        """Whether it says day, month and year."""
        return sorted(self.order) == ["d", "m", "y"]

    @property
    def has_time(self) -> bool:
        """Whether it says hour and minute."""
        if self.count:
            return self.count.has_time
        return any(needed <= {*self.tokens} for needed in ({"%H", "%M"}, {"%E", "%M"}, {"%I", "%M", "%p"}))

    @property
    def mirrored(self) -> "Format":
        """With day and month exchanged; where a month has its name, as it is."""
        named = "%m" not in self.tokens
        return self if named else Format("".join(_SWAPPED.get(token, token) for token in self.tokens))

    def read(self, cell: pl.Expr) -> pl.Expr:
        """Text -> Date, Time or Datetime("us"); null where the cell is not written exactly so.

        Of a time with an offset the wall-clock time is kept as written.
        """
        return self.parsed(pl.when(cell.str.contains(self.pattern)).then(cell))

    @property
    def pattern(self) -> str:
        """What a cell looks like that is written exactly so."""
        if self.count:
            return f"^(?:{self.count.pattern})$"
        return f"^{''.join(map(_pattern, self.tokens, [*self.tokens[1:], '']))}$"

    def parsed(self, cell: pl.Expr) -> pl.Expr:
        """The same of cells that all look so, or are null."""
        if self.count:
            return self.count.read(cell)
        cell = self._within_a_day(self._without_weekday(self._without_offset(self._in_english(cell))))
        chrono = self.text.replace("%z", "").replace("%a", "").replace("%E", "%H").strip()
        # Distinct cells were found before: Polars' cache of them would find none.
        if not self.has_time:
            return cell.str.to_date(chrono, strict=False, cache=False)
        if not self.has_day:
            return cell.str.to_time(chrono, strict=False, cache=False)
        return cell.str.to_datetime(chrono, strict=False, time_unit="us", cache=False)

    def _in_english(self, cell: pl.Expr) -> pl.Expr:
        if {"%b", "%B"} & {*self.tokens}:
            cell = cell.str.replace_many(_IN_ENGLISH, ascii_case_insensitive=True, leftmost=True)
        if "%p" not in self.tokens:
            return cell
        return cell.str.replace(r"(?i)(?:a|a\.?\s?m\.?|sa)$", "AM").str.replace(r"(?i)(?:p|p\.?\s?m\.?|ch)$", "PM")

    def _without_offset(self, cell: pl.Expr) -> pl.Expr:
        return cell.str.replace(rf"\s*{_DIRECTIVES['%z']}$", "") if "%z" in self.tokens else cell

    def _within_a_day(self, cell: pl.Expr) -> pl.Expr:
        if "%E" not in self.tokens:
            return cell
        hour = cell.str.extract("^([0-9]+)").cast(pl.Int64) % 24
        return pl.format("{}{}", hour, cell.str.replace("^[0-9]+", ""))

    def _without_weekday(self, cell: pl.Expr) -> pl.Expr:
        return cell.str.replace(_DIRECTIVES["%a"], "").str.strip_chars() if "%a" in self.tokens else cell


def _pattern(token: str, after: str) -> str:
    """What stands for a token; of two directives without anything between them, the first has all its digits."""
    pattern = _DIRECTIVES.get(token) or re.escape(token)
    return pattern.replace(_ONE_OR_TWO, "[0-9]{2}") if after in _DIRECTIVES else pattern


def read_moments(cells: pl.Series, formats: Sequence[str], subject: str) -> pl.Series:
    """Read a column of days, of times, or of both, written in one order of day, month and year.

    `cells` is text, null where empty; cells that do not fit the order of the column come back null. Several formats of
    one order are tried one after the other. Where day and month could be exchanged, the column must prove which is
    which: raises BadExport, beginning with `subject`, if it does not. The dtype is Datetime("us"), Date or Time.
    """
    orders = _by_order(formats)
    readings = _readings(cells, orders)
    if not any(_complete(cells, reading) for reading in readings.values()):
        cells = by_distinct(cells, lambda some: some.str.replace_all(r"\s+", " "))
        readings = _readings(cells, orders)
    best = max(readings, key=lambda order: cells.len() - readings[order].null_count())
    _prove(cells, orders, readings, best, subject)
    return readings[best]


def are_rivals(formats: Sequence[str]) -> bool:
    """Whether two of them differ in that day and month are exchanged."""
    orders = _by_order(formats)
    return any(order != _mirror(order) and _mirror(order) in orders for order in orders)


def in_zone(read: pl.Series, cells: pl.Series, zone: str) -> pl.Series:
    """What `read_moments` read of `cells`, in the time of `zone` where a cell says another offset from UTC."""
    cell = pl.col("cell").cast(pl.String)
    offset = cell.str.extract(rf":[0-9.]+(?: ?[APap][Mm])?\s*({_DIRECTIVES['%z']})$")
    offset = pl.when(cell.str.contains(EPOCH)).then(pl.lit("Z")).otherwise(offset)
    both = pl.DataFrame({"read": read, "cell": cells}).select("read", offset=offset)
    if not both["offset"].count():
        return read
    # A plus may be lost on the way, as in "GMT 7"; a minus is not.
    told = pl.col("offset").str.extract_groups("(-?)([0-9]{1,2})?:?([0-9]{2})?(?: \\(|$)").struct
    hours, minutes = (told.field(group).cast(pl.Int64).fill_null(0) for group in ("2", "3"))
    sign = pl.when(told.field("1") == "-").then(-1).otherwise(1)
    east = pl.when(pl.col("offset").is_not_null()).then(sign * (60 * hours + minutes))
    utc = (pl.col("read") - pl.duration(minutes=east)).dt.replace_time_zone("UTC")
    there = utc.dt.convert_time_zone(zone).dt.replace_time_zone(None)
    return both.select(pl.coalesce(there, "read").alias(read.name)).to_series()


def _readings(cells: pl.Series, orders: Mapping[str, Sequence[Format]]) -> Mapping[str, pl.Series]:
    """The column read in each order, up to one that fits every cell and has no rival."""
    readings: dict[str, pl.Series] = {}
    # What does not fit the first cells will not fit every one.
    head = cells.head(_HEAD)
    for order in sorted(orders, key=lambda order: not _complete(head, _read(head, orders[order]))):
        readings[order] = _read(cells, orders[order])
        if _complete(cells, readings[order]) and _mirror(order) not in orders:
            break
    return {order: readings[order] for order in orders if order in readings}


def _complete(cells: pl.Series, reading: pl.Series) -> bool:
    return reading.null_count() == cells.null_count()


def _by_order(formats: Sequence[str]) -> Mapping[str, list[Format]]:
    families: dict[str, list[Format]] = {}
    for order, group in groupby(map(Format, formats), key=lambda format_: format_.order):
        families.setdefault(order, []).extend(group)
    return families


def _read(cells: pl.Series, family: Sequence[Format]) -> pl.Series:
    return by_distinct(cells, lambda some: _read_each(some, family))


def _read_each(cells: pl.Series, family: Sequence[Format]) -> pl.Series:
    """Every cell by the first of the formats that fits it; few columns need more than one."""
    read = _read_in(cells, family[0])
    for format_ in family[1:]:
        if _complete(cells, read):
            break
        left = cells.set(read.is_not_null(), None)
        read = pl.select(pl.coalesce(read, _read_in(left, format_))).to_series()
    return read


def _read_in(cells: pl.Series, format_: Format) -> pl.Series:
    fits = cells.str.contains(format_.pattern)
    fitting = cells if fits.all() else cells.set(~fits, None)
    needed = Format(needed_of(format_.text, fitting))
    return fitting.to_frame("cell").select(needed.parsed(pl.col("cell"))).to_series()


def needed_of(text: str, cells: pl.Series) -> str:
    """The strptime format `text` without fractions of seconds if no cell has one: they cost several times the rest."""
    fractions = text.endswith("%.f") and cells.str.contains(".", literal=True).any()
    return text if fractions else text.removesuffix("%.f")


def _mirror(order: str) -> str:
    return order.translate(str.maketrans("dm", "md"))


def _prove(
    cells: pl.Series, orders: Mapping[str, Sequence[Format]], readings: Mapping[str, pl.Series], best: str, subject: str
) -> None:
    """Refuse the column if exchanging day and month would read it as well, or better."""
    # A rival that reads no cell, as it has other times of day, is none.
    declared = _mirror(best) in readings and readings[_mirror(best)].count() > 0
    if not best or (_complete(cells, readings[best]) and not declared):
        return
    mirrored = readings[_mirror(best)] if declared else _read(cells, [format_.mirrored for format_ in orders[best]])
    both = pl.DataFrame({"cell": cells, "one": readings[best], "other": mirrored})
    one, other = pl.col("one"), pl.col("other")
    proofs = both.filter(one.is_not_null() & other.is_null())
    against = both.filter(one.is_null() & other.is_not_null())
    doubtful = both.filter(one != other)
    if declared:
        _refuse_a_mix(proofs, against, doubtful, subject)
        _refuse_doubt(proofs, doubtful, subject)
    elif against.height > proofs.height:
        raise BadExport(
            f"{subject} holds {against['cell'][0]!r}, which is only a day with day and month exchanged, but its "
            f"profile allows {orders[best][0].text} alone; correct the profile's formats or the export's date setting."
        )


def _refuse_a_mix(proofs: pl.DataFrame, against: pl.DataFrame, doubtful: pl.DataFrame, subject: str) -> None:
    witnesses = pl.concat([proofs, doubtful])
    if against.height and witnesses.height:
        raise BadExport(
            f"{subject} mixes two orders of day and month: {witnesses['cell'][0]!r} and {against['cell'][0]!r}; "
            f"export it again with one date format, or name one order in the profile's formats."
        )


def _refuse_doubt(proofs: pl.DataFrame, doubtful: pl.DataFrame, subject: str) -> None:
    if doubtful.height and not proofs.height:
        cell, one, other = doubtful.row(0)
        raise BadExport(
            f"{subject} does not show whether {cell!r} means {one:%Y-%m-%d} or {other:%Y-%m-%d}, as no day in it is "
            f"after the 12th; name one order of day and month in the profile's formats."
        )
