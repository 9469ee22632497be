"""What stands in a workbook of ours: its stamp, the words of its cells, and those of headers, charts and properties."""

import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from typing import Final
from zipfile import BadZipFile, ZipFile

from reports.document_text import DocumentText, UnreadableDocument

# Values and formulas are numbers and places of cells; every text of a cell is a shared string.
_TEXTS: Final = re.compile(r"<(?!v>|f>|xm:)[\w:]+(?: [^>]*)?>([^<]+)<")
_KEYWORDS: Final = re.compile(r"<cp:keywords>([^<]*)<")
# Where a part of a header begins, such as in "&LCentre &amp;&amp; Co&R10/2026".
_PART_OF_HEADER: Final = re.compile(r"&[LCR]")
_CELLS, _PROPERTIES = "xl/sharedStrings.xml", "docProps/core.xml"


def read_workbook(content: bytes) -> DocumentText:
    """The texts of a workbook that reports.workbook has written.

    Raises:
        UnreadableDocument: it is no workbook, or has no text.

    """
    try:
        with ZipFile(BytesIO(content)) as packed:
            parts = {name: packed.read(name).decode() for name in packed.namelist() if name.endswith(".xml")}
        stamp = _KEYWORDS.search(parts[_PROPERTIES])
        seen = "\n".join(_texts(parts.pop(_CELLS)))
    except (BadZipFile, KeyError, ValueError) as fault:
        raise UnreadableDocument(f"cannot be read ({fault!r})") from fault
    unseen = "\n".join(text for part in parts.values() for text in _texts(part))
    return DocumentText(unescape(stamp.group(1)) if stamp else "", (seen,), unseen)


def _texts(part: str) -> Iterator[str]:
    return (_PART_OF_HEADER.sub("\n", unescape(text)) for text in _TEXTS.findall(part))
