"""HTML tables, which many systems export under the name .xls -> CSV text of each."""

import codecs
import csv
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from io import StringIO
from typing import Final

_PAGE: Final = re.compile(rb"\s*<(?:!doctype\s+html|html|head|meta|style|table|body|div)\b", re.IGNORECASE)
_MOST: Final = 64 << 20  # bytes; Python reads about four million a second
_MOST_SPANNED: Final = 1000
_CELLS: Final = frozenset({"td", "th"})
_UNSEEN: Final = frozenset({"script", "style", "title"})


def tables(content: bytes) -> Sequence[bytes]:
    """The tables of an HTML page as UTF-8 CSV, those of one row or one column left out; none if it is no such page.

    A cell that spans others has its text in the first of them; the others are empty.
    """
    content = content.removeprefix(codecs.BOM_UTF8)
    if len(content) > _MOST or not _PAGE.match(content):
        return []
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return []
    reader = _Tables()
    reader.feed(text)
    reader.close()
    return [_csv(rows) for rows in reader.found if len(rows) > 1 and max(map(len, rows)) > 1]


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


class _Tables(HTMLParser):
    """Collects the rows of every table; `found` has them in the order in which tables begin."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[list[list[str]]] = []
        self._open: list[list[list[str]]] = []
        self._spans: list[dict[int, int]] = []  # of each open table: column -> rows that it is still filled from above
        self._text: list[str] | None = None  # of the open cell, which stands at `_at`
        self._at = 0
        self._unseen = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, a row or a cell."""
        self._unseen = tag in _UNSEEN
        if tag == "table":
            self._end_cell()
            self.found.append([])
            self._open.append(self.found[-1])
            self._spans.append({})
        elif tag == "tr" and self._open:
            self._end_cell()
            self._open[-1].append([])
        elif tag in _CELLS and self._open and self._open[-1]:
            self._begin_cell(dict(attrs))
        elif tag == "br" and self._text is not None:
            self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """Close a cell or a table."""
        self._unseen = False
        if tag in _CELLS or tag in {"tr", "table"}:
            self._end_cell()
        if tag == "table" and self._open:
            self._open.pop()
            self._spans.pop()

    def handle_data(self, data: str) -> None:
        """Text of a cell; all else on the page is not looked at."""
        if self._text is not None and not self._unseen:
            self._text.append(data)

    def _begin_cell(self, attributes: dict[str, str | None]) -> None:
        self._end_cell()
        row, spans = self._open[-1][-1], self._spans[-1]
        while spans.get(len(row), 0):
            spans[len(row)] -= 1
            row.append("")
        rows, columns = (_spanned(attributes.get(span)) for span in ("rowspan", "colspan"))
        self._text, self._at = [], len(row)
        spans.update(dict.fromkeys(range(len(row), len(row) + columns), rows - 1))
        row += [""] * columns

    def _end_cell(self) -> None:
        if self._text is not None and self._open:
            self._open[-1][-1][self._at] = " ".join("".join(self._text).split())
        self._text = None


def _spanned(told: str | None) -> int:
    return min(max(int(told), 1), _MOST_SPANNED) if told and told.strip().isdecimal() else 1
