"""A proposed profile before it is written."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from transforms.exports.numbers import Marks
from transforms.exports.unknown.found import Net
from transforms.exports.unknown.lines import OnFirstLines
from transforms.exports.unknown.seen import SeenColumn
from transforms.exports.unknown.telling import Telling
from transforms.exports.vocabulary import simple, vocabulary

NAMES: Final = frozenset({"first_name", "last_name"})
_OF_TIMES: Final = frozenset({"clock_in", "clock_out"})
_MOST_CODES: Final = 12
_MEALS: Final = ("breakfast", "brunch", "dinner", "supper", "desayuno", "cena", "diner", "abend", "ca sang", "ca toi")
_PARTS: Final = re.compile(r"\b(half ?day|nua ngay|buoi|session|day part|part of day)\b")
_DAYS: Final = re.compile(r"\b(so ngay|days|jours|tage|dias|hari|gun)\b")
_WHOLE: Final = r"[0-9]+(?:[.,]0+)?"
_NOT_SOLD: Final = re.compile(
    r"\b(void\w*|cancell?(ed|ations?)|deleted|(mon|hang|don|hoa don|bill) (bi |da )?(xoa|huy)"
    r"|(xoa|huy) (mon|don|hoa don|bill)|quotations?|bao gia|stornos?|stornierungen)\b"
)
_SOLD: Final = re.compile(r"\b(sales?|sold|ban hang|doanh (thu|so)|ventas|vendas|ventes|verkauf\w*|penjualan)\b")
_REASON: Final = re.compile(r"^(reason|ly do|motivo|motif|grund|alasan)$|^(void|cancel\w*|comp) reason$")
_NOBODYS_SHEET: Final = re.compile(  # sheets that are numbered, or called as days, months and years are
    r"^((sheet|trang|page|tab|feuil|tabelle|hoja|planilha|table|data|du lieu|bao cao|report) ?[0-9]*|[0-9 ]+)$"
    r"|\b(19|20)[0-9]{2}\b|^(t|thang|month|week|tuan|quy|ngay|day|q|thu) ?[0-9]{1,2}\b|\bthang [0-9]"
    r"|^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|^(cn|chu nhat|mon|tue|wed|thu|fri|sat|sun)[a-z]*$"
)
_OF_LEAVE: Final = re.compile(r"\b(leave|absence|nghi phep|nghi)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A profile before it is written.

    `columns` are those of the file, `repeated` columns of the profile -> the pattern of headers that stand for several
    of it, `blocks` columns that stand above each table, or within one (`blocks_within`) -> their pattern, `filled`
    headers that are filled on the first of several rows only, `tables` how many times its header stands,
    `contradictions` sentences on amounts that are not as `net`, `currency` where that of a row stands, `told` the
    columns that tell returns and voids, `values` the distinct cells of each column; `counted` are the places of
    amounts, prices and quantities, and `marks` every convention that reads all of these. Where none does, `own_marks`
    are those of each. The columns of `weak` are known by a part of their names; `totals` is where totals are named.
    `lists_receipts` says that each row is a whole receipt, `begin_anew` that their numbers do, each day. `total_hours`
    is the place of hours that are stated beside ins and outs. `upper` are names that stand in the upper one of two rows
    of the header, if it has two.
    `is_midnight_nothing`: who was not there came and went at 00:00.
    `is_next_morning`: punches after midnight stand under the day before. `day` is the header of days without a year.
    `titles` are the lines above the header, `sheets` the names of those in which it stands.
    """

    system: str
    table: str
    columns: Sequence[SeenColumn]
    net: Net
    contradictions: Sequence[str]
    currency: int | None
    repeated: Mapping[str, str]
    filled: Sequence[str]
    tables: int = 1
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
    begin_anew: bool
    blocks: Mapping[str, str] = field(default_factory=dict)
    blocks_within: bool = False
    total_hours: int | None
    upper: frozenset[str] = frozenset()
    is_midnight_nothing: bool
    day: str | None = None
    is_next_morning: bool
    titles: Sequence[str] = ()
    sheets: Sequence[str] = ()

    @property
    def adds_up_without_quantity(self) -> bool:
        """Whether each row is proven by its own amounts: one without a quantity is no title or total."""
        return "total" in self.net.used and "quantity" not in self.net.used

    @property
    def known(self) -> list[SeenColumn]:
        """The columns that are taken for something."""
        return [column for column in self.columns if column.column]

    @property
    def found(self) -> set[str]:
        """What is found, or worked out."""
        found = {column.column for column in self.known if column.column} | self.repeated.keys()
        worked_out = ({"net_amount"} if self.net.sql else set()) | ({"employee_id"} if found >= NAMES else set())
        return found | worked_out

    @property
    def of_no_direction(self) -> list[str]:
        """Cells of a column of directions that no word for one is."""
        words = {word for told in vocabulary()["direction"].values() for word in told}
        cells = (self.values[at] for at, column in enumerate(self.columns) if column.column == "direction")
        return [cell for some in cells for cell in some if simple(cell) not in words]

    @property
    def told_by_sheets(self) -> str | None:
        """What the names of sheets say of their rows: stores, or people, where no column does."""
        name = "store_id" if self.table == "sales" else "employee_id"
        plain = any(_NOBODYS_SHEET.search(simple(sheet)) for sheet in self.sheets)
        return name if len(self.sheets) > 1 and not plain and name not in self.found else None

    @property
    def no_punches(self) -> Mapping[str, str]:
        """Words that stand where a time should -> the header of their column: nobody clocked there."""
        timed = {at: column for at, column in enumerate(self.columns) if column.column in _OF_TIMES and column.ways}
        words = {at: self.values[at].filter(~self.values[at].str.contains("[0-9]")) for at in timed}
        return {word: timed[at].header for at, some in words.items() for word in some}

    @property
    def why_void(self) -> str:
        """Why all rows are taken for what was not sold, "" where they are not."""
        if self.table != "sales" or self.told:
            return ""
        if _NOT_SOLD.search(simple(self.system)) and not _SOLD.search(simple(self.system)):
            return f"The file is called {self.system!r}"
        free = [column for column in self.columns if not column.column and not column.empty_share]
        reason = next((column.header for column in free if _REASON.search(simple(column.header))), None)
        return f'Every row has a "{reason}"' if reason else ""

    @property
    def leave(self) -> tuple[SeenColumn, list[str]] | None:
        """The column that says of each row whether it is leave, and its cells that say yes."""
        words, free = vocabulary()["status"], enumerate(self.columns if self.table == "clockings" else ())
        for at, column in free:
            said = {cell: simple(cell) for cell in self.values[at]} if column.column is None else {}
            asked = _OF_LEAVE.search(simple(column.header)) and {*said.values()} <= {*words["yes"], *words["no"]}
            if asked and (yes := [cell for cell, word in said.items() if word in words["yes"]]):
                return column, yes
        return None

    @property
    def breaks(self) -> tuple[SeenColumn, list[str]] | None:
        """The column that says of some rows that they are breaks, and the cells that say so."""
        words, free = vocabulary()["lines"]["breaks"], enumerate(self.columns if self.table == "clockings" else ())
        for at, column in free:
            few = column.column is None and column.type == "text" and 1 < self.values[at].len() <= _MOST_CODES
            few = few and "shift" not in simple(column.header)
            names = {simple(cell): cell for cell in self.values[at]} if few else {}
            # Where there is a dinner, lunch is a shift.
            if names.keys().isdisjoint(_MEALS) and (said := [cell for name, cell in names.items() if name in words]):
                return column, said
        return None

    @property
    def left_out(self) -> Mapping[str, tuple[SeenColumn, list[str]]]:
        """What rows of people may be that do not count -> the column that says so, and its cells."""
        asked = (self.asked_for[0], self.asked_for[1]) if self.asked_for else None
        told = {"leave": self.leave or asked, "pause": self.breaks}
        return {name: found for name, found in told.items() if found}

    @property
    def parts_of_days(self) -> Sequence[tuple[SeenColumn, str, list[str]]]:
        """Columns by which a leave may be of a part of a day: what says that it is not, and cells that say it is."""
        found = []
        for at, column in enumerate(self.columns if self.table == "absences" else ()):
            name, cells = simple(column.header), self.values[at]
            whole = ""
            if column.column is None and column.type == "number" and _DAYS.search(name):
                whole = _WHOLE
            elif column.column is None and column.type in {"text", "number"} and _PARTS.search(name):
                said = (cell for cell in cells if simple(cell) in vocabulary()["lines"]["whole_days"])
                whole = "|".join(map(re.escape, said))
            if whole or (column.type == "text" and _PARTS.search(name)):
                parts = cells.filter(~cells.str.contains(f"^(?:{whole})$")).to_list()
                found.append((column, f"^(?:{whole})$", parts))
        return found

    @property
    def asked_for(self) -> tuple[SeenColumn, list[str], list[str]] | None:
        """The column that says what became of a leave that was asked for: its cells that refuse it, and that agree."""
        words = vocabulary()["leave"]
        for at, column in enumerate(self.columns if self.table == "absences" else ()):
            said = {side: [c for c in self.values[at] if simple(c) in words[side]] for side in ("refused", "agreed")}
            if column.column is None and said["agreed"]:
                return column, said["refused"], said["agreed"]
        return None

    def stands_for(self, column: SeenColumn) -> bool:
        """Whether the column is one of several that are read as one."""
        return any(re.search(pattern, column.header) for pattern in self.repeated.values())
