"""What stands in a PDF of ours: its stamp, the words on each page, and those that only a screen reader says."""

import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Final

from reports.document_text import DocumentText, UnreadableDocument

_OBJECT: Final = re.compile(rb"(?:^|\n)(\d+) 0 obj\n(.*?)endobj", re.DOTALL)
_STREAM: Final = re.compile(rb"\Wstream\r?\n")
_PAGES: Final = re.compile(rb"/Type /Page/.*?/Contents (\d+) 0 R")
_FONT: Final = re.compile(rb"/([A-Za-z]{6}) (\d+) 0 R")
_TO_UNICODE: Final = re.compile(rb"/ToUnicode (\d+) 0 R")
_GLYPH: Final = re.compile(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>")
_BLOCK: Final = re.compile(rb"BT\n(.*?)ET\n?", re.DOTALL)
_SHOWN: Final = re.compile(rb"/([A-Za-z]{6}) [\d.]+ Tf|\[(<[^\]]*)\] TJ|(<[0-9a-fA-F]+>) Tj")
_HEX: Final = re.compile(rb"<([0-9a-fA-F]+)>")
_UNSEEN: Final = re.compile(rb"<[fF][eE][fF][fF]([0-9a-fA-F]*)>")
_KEYWORDS: Final = re.compile(rb"/Keywords \(([^()\\]*)\)")


def read_pdf(content: bytes) -> DocumentText:
    """The texts of a PDF that reports.pdf has written.

    Raises:
        UnreadableDocument: no page, no font or no letter of it can be read.

    """
    try:
        return _read(content)
    except (zlib.error, LookupError, ValueError) as fault:
        raise UnreadableDocument(f"cannot be read ({fault!r})") from fault


def _read(content: bytes) -> DocumentText:
    streams = dict(_streams(content))
    objects = {number: body for key, stream in streams.items() if key < 0 for number, body in _packed(stream)}
    plain = b"\n".join(objects.values())
    letters = _letters(objects, streams)
    on_pages = [int(number) for number in _PAGES.findall(plain)]
    if not on_pages:
        raise UnreadableDocument("has no page")
    drawn = [_text(stream, letters) for key, stream in streams.items() if key > 0 and key not in on_pages]
    unseen = [bytes.fromhex(found.decode()).decode("utf-16-be") for found in _UNSEEN.findall(plain)]
    keywords = _KEYWORDS.search(plain)
    pages = tuple(_text(streams[number], letters) for number in on_pages)
    return DocumentText(keywords.group(1).decode() if keywords else "", pages, "\n".join((*unseen, *drawn)))


def _streams(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Number -> stream; those that pack other objects under the negative of their number. Fonts are left out."""
    for number, body in _OBJECT.findall(content):
        start = _STREAM.search(body)
        if start and b"/FlateDecode" in body[: start.start()]:
            head = body[: start.start()]
            if b"/Type /XRef" not in head and b"/FontFile" not in head and b"/Length1" not in head:
                packed = b"/Type /ObjStm" in head
                yield (-int(number) if packed else int(number)), zlib.decompressobj().decompress(body[start.end() :])


def _packed(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """The objects of an object stream: pairs of numbers and offsets, then the objects."""
    index, _, _ = stream.partition(b"\n")
    numbers = [int(number) for number in index.split()]
    bodies = stream[len(index) + 1 :]
    starts = numbers[1::2]
    for number, start, end in zip(numbers[::2], starts, [*starts[1:], len(bodies)], strict=True):
        yield number, bodies[start:end]


def _letters(objects: Mapping[int, bytes], streams: Mapping[int, bytes]) -> Mapping[bytes, Mapping[bytes, str]]:
    """Font name -> glyph -> letters."""
    maps = {}
    for number, body in objects.items():
        if found := _TO_UNICODE.search(body):
            glyphs = _GLYPH.findall(streams[int(found.group(1))])
            maps[number] = {glyph.lower(): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in glyphs}
    named = _FONT.findall(b"\n".join(body for body in objects.values() if not _TO_UNICODE.search(body)))
    return {name: maps[int(number)] for name, number in named if int(number) in maps}


def _text(stream: bytes, letters: Mapping[bytes, Mapping[bytes, str]]) -> str:
    runs, font = [], b""
    for name, several, one in _SHOWN.findall(b"".join(_BLOCK.findall(stream))):
        if name:
            font = name
        else:
            glyphs = b"".join(_HEX.findall(several or one)).lower()
            known = letters[font]
            runs.append("".join([known[glyphs[i : i + 4]] for i in range(0, len(glyphs), 4)]))
    return "\n".join(runs)
