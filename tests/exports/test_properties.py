"""Whatever a file is written with, what is read is what was written, or it is said that it is not."""

import codecs
import csv
import io
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exports.reader import of_site, taken
from transforms.exports import Profiles, Read
from transforms.problem import BadExport

HEADER = ("store", "no", "day", "qty", "sum", "name")
PROFILE = """
system = "till"
table = "sales"
recognised_by = ["store", "no", "day", "sum"]
[columns]
store_id = {{ header = "store", required = true }}
receipt_id = {{ header = "no", required = true, pattern = '^[0-9]+$' }}
sold_date = {{ header = "day", required = true }}
quantity = {{ header = "qty", required = true }}
net_amount = {{ header = "sum", required = true }}
product_name = "name"
[formats]
dates = ["{dates}"]
decimal = "{decimal}"
group = "{group}"
strip = ["₫"]
"""
ENCODINGS: Mapping[str, Callable[[str], bytes]] = {
    "utf-8": lambda text: text.encode(),
    "utf-8 with BOM": lambda text: text.encode("utf-8-sig"),
    "utf-16 LE": lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    "utf-16 BE": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "NFD": lambda text: unicodedata.normalize("NFD", text).encode(),
}


@dataclass(frozen=True)
class Style:
    """How one export is written."""

    delimiter: str
    encoding: str
    newline: str
    quoting: int
    dates: str
    decimal: str
    group: str
    titles: int

    @property
    def profiles(self) -> Profiles:
        return of_site(till=PROFILE.format(dates=self.dates, decimal=self.decimal, group=self.group))

    def number(self, value: Decimal) -> str:
        marks = str.maketrans(",.", (self.group or "_") + self.decimal)
        return (f"{value:,f}" if self.group else f"{value:f}").translate(marks)

    def cells(self, row: "Row") -> list[str]:
        day = row.day.strftime(self.dates)
        return [row.store, str(row.receipt), day, self.number(row.quantity), self.number(row.amount), row.name]

    def written(self, rows: list[list[str]]) -> bytes:
        text = io.StringIO()
        text.write(f"Báo cáo{self.newline}" * self.titles)
        out = csv.writer(text, delimiter=self.delimiter, lineterminator=self.newline, quoting=self.quoting)  # type: ignore[arg-type]
        out.writerows([HEADER, *rows])
        return ENCODINGS[self.encoding](text.getvalue())


@dataclass(frozen=True)
class Row:
    """One sale."""

    store: str
    receipt: int
    day: date
    quantity: Decimal
    amount: Decimal
    name: str


names = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")) | st.sampled_from(',;"\n|'), max_size=12
)
nfc = names.map(lambda name: unicodedata.normalize("NFC", name))
styles = st.builds(
    Style,
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(sorted(ENCODINGS)),
    newline=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    dates=st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y"]),
    decimal=st.just("."),
    group=st.sampled_from(["", ","]),
    titles=st.integers(0, 3),
) | st.builds(
    Style,
    delimiter=st.sampled_from([";", "\t"]),
    encoding=st.sampled_from(sorted(ENCODINGS)),
    newline=st.just("\r\n"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    dates=st.just("%d/%m/%Y"),
    decimal=st.just(","),
    group=st.sampled_from(["", ".", " "]),
    titles=st.integers(0, 3),
)
rows = st.lists(
    st.builds(
        Row,
        store=st.sampled_from(["Quận 1", "Đỗ Quang Đẩu", "Q,3"]),
        receipt=st.integers(1, 10**9),
        day=st.dates(date(2000, 1, 1), date(2068, 12, 31)),
        quantity=st.decimals(-999, 999, places=2),
        amount=st.decimals(-(10**11), 10**11, places=4),
        name=nfc,
    ),
    min_size=1,
    max_size=12,
)
COLUMNS = ("store_id", "receipt_id", "business_date", "quantity", "net_amount")


def sold(result: Read) -> list[tuple[object, ...]]:
    return result.rows.select(COLUMNS).rows()


def as_sold(row: Row) -> tuple[object, ...]:
    return (row.store, str(row.receipt), row.day, row.quantity, row.amount)


@given(styles, rows)
@settings(max_examples=40, deadline=None)
def test_what_was_written_is_read_whatever_it_was_written_with(style: Style, rows: list[Row]) -> None:
    result = taken(style.written([style.cells(row) for row in rows]), profiles=style.profiles)
    assert result.rejected.is_empty()
    assert sold(result) == [as_sold(row) for row in rows]
    assert result.rows["product_name"].to_list() == [_as_a_cell(row.name) for row in rows]


def _as_a_cell(name: str) -> str | None:
    # As Polars and spreadsheets do: blanks around are no part of a name.
    return pl.Series([name]).str.strip_chars().item() or None


noise = st.sampled_from(
    ["x", "a3", "1e3", "??", "--", "12-", "1.2.3", "31/02/2026", "٣", "0x1", " .", "1'2", "½", "#N/A"]
)


@given(styles, rows, st.data())
@settings(max_examples=80, deadline=None)
def test_a_damaged_cell_is_rejected_or_harmless_never_another_value(
    style: Style, rows: list[Row], data: st.DataObject
) -> None:
    cells = [style.cells(row) for row in rows]
    at, column = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(1, 4))
    place = data.draw(st.integers(0, len(cells[at][column])))
    cells[at][column] = cells[at][column][:place] + data.draw(noise) + cells[at][column][place:]
    try:
        result = taken(style.written(cells), profiles=style.profiles)
    except BadExport:
        return
    assert result.delivered == len(rows)
    expected = [as_sold(row) for row in rows]
    assert sold(result) in (expected, expected[:at] + expected[at + 1 :])
    assert result.rejected["reasons"].list.len().min() != 0


@given(styles, rows, st.data())
@settings(max_examples=80, deadline=None)
def test_a_record_that_loses_or_gains_cells_is_rejected_alone(
    style: Style, rows: list[Row], data: st.DataObject
) -> None:
    cells = [style.cells(row) for row in rows]
    at = data.draw(st.integers(0, len(rows) - 1))
    place = data.draw(st.integers(0, 5))
    cells[at][place : place + 1] = data.draw(st.sampled_from([[], [cells[at][place], "9"]]))
    result = taken(style.written(cells), profiles=style.profiles)
    expected = [as_sold(row) for row in rows]
    assert sold(result) == expected[:at] + expected[at + 1 :]
    assert result.rejected["reasons"].to_list() == [["wrong_width"]]


@given(styles, rows, st.binary(min_size=1, max_size=4), st.data())
@settings(max_examples=80, deadline=None)
def test_no_byte_noise_breaks_the_account_of_rows(
    style: Style, rows: list[Row], dirt: bytes, data: st.DataObject
) -> None:
    content = style.written([style.cells(row) for row in rows])
    at = data.draw(st.integers(0, len(content)))
    try:
        result = taken(content[:at] + dirt + content[at:], profiles=style.profiles)
    except BadExport:
        return
    row_nos = [*result.rows["row_no"], *result.rejected["row_no"]]
    assert len(row_nos) == len(set(row_nos)) == result.delivered
    assert result.originals(row_nos).height == result.delivered
