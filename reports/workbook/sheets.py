"""What a sheet is made of: declared columns, and rows of plain values."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from reports.language import Language
from reports.sections.marks import Mark
from transforms.kpis.kpi import Kpi


class Kind(StrEnum):
    """How a column that belongs to no KPI is written."""

    TEXT = "text"
    LONG = "long"  # wrapped
    VALUE = "value"  # numbers, each in the form of its cell
    COUNT = "count"
    MONEY = "money"
    SHARE = "share"  # 0.97 is shown as 97 %
    HOURS = "hours"
    RATE = "rate"  # so many of one for each of another
    SCORE = "score"
    DAY = "day"
    MONTH = "month"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Difference:
    """Of two values of a KPI; of two shares, in percentage points."""

    kpi: Kpi


Form = Kind | Kpi | Difference
Plain = str | int | Decimal | date | None


@dataclass(frozen=True, slots=True)
class Of:
    """A value with a form of its own, where each row is another KPI."""

    form: Form
    value: Plain


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula over its row, `{name}` being the cell of that column, and its value; None: in its column's form."""

    text: str
    value: Decimal
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A sparkline over cells of its row, from one column to another."""

    first: str
    last: str


Cell = Plain | Of | Formula | Line | Mark


@dataclass(frozen=True, slots=True)
class Column:
    """One column; its key is that of its title in the locales, and its last word names it in formulas."""

    key: str
    form: Form = Kind.TEXT
    width: int = 14
    total: bool = False  # whether its sum stands below it
    bars: bool = False
    title: str | date = ""  # where it is none of the locales

    @property
    def name(self) -> str:
        """What formulas call it."""
        return self.key.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Table:
    """Columns, rows of as many cells, and how their totals are called."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: str
    base: int = 0  # rows that come before the parts: no bar is drawn of them, which would dwarf all others


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet; `fixed` columns stay in sight. Only a table that stands alone is frozen and filtered."""

    key: str
    tables: tuple[Table, ...]
    fixed: int = 1


def table(
    columns: Iterable[Column], rows: Iterable[tuple[Cell, ...]], language: Language, total: str = "workbook.total"
) -> Table:
    """A table whose columns have their titles."""
    titled = (column if column.title else replace(column, title=language.text(column.key)) for column in columns)
    return Table(tuple(titled), tuple(rows), language.text(total))
