"""What stands in a PDF of ours: its stamp, the words on each page, and those that only a screen reader says."""

import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Final

from reports.document_text import DocumentText, UnreadableDocument

_STREAM: Final = re.compile(rb"\Wstream\r?\n")
_PAGES: Final = re.compile(rb"/Type /Page/.*?/Contents (\d+) 0 R")
_FONT: Final = re.compile(rb"/([A-Za-z]{6}) (\d+) 0 R")
_TO_UNICODE: Final = re.compile(rb"/ToUnicode (\d+) 0 R")
_GLYPH: Final = re.compile(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>")
# Between the glyphs of one run stands how far they are moved apart.
_KERNING: Final = re.compile(rb">[-\d.]*<")
_SHOWN: Final = re.compile(rb"/([A-Za-z]{6}) [\d.]+ Tf|<([0-9a-fA-F]*)>[-\d.]*(?:\] TJ| Tj)")
_UNSEEN: Final = re.compile(rb"<[fF][eE][fF][fF]([0-9a-fA-F]*)>")
_NO_TEXT: Final = (b"/Type /XRef", b"/FontFile", b"/Length1", b"/EmbeddedFile")
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
    unseen = [_utf_16(found) for found in _UNSEEN.findall(plain)]
    keywords = _KEYWORDS.search(plain)
    pages = tuple(_text(streams[number], letters) for number in on_pages)
    return DocumentText(keywords.group(1).decode() if keywords else "", pages, "\n".join((*unseen, *drawn)))


def _streams(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Number -> stream; those that pack other objects under the negative of their number.

    Fonts and attached files are left out.
    """
    for number, body in _objects(content):
        start = _STREAM.search(body)
        if start and b"/FlateDecode" in body[: start.start()]:
            head = body[: start.start()]
            if not any(other in head for other in _NO_TEXT):
                packed = b"/Type /ObjStm" in head
                yield (-int(number) if packed else int(number)), zlib.decompressobj().decompress(body[start.end() :])


def _objects(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    for part in content.split(b"endobj"):
        head, mark, body = part.partition(b" 0 obj\n")
        if mark and (number := head.rpartition(b"\n")[2]).isdigit():
            yield number, body


def _packed(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """The objects of an object stream: pairs of numbers and offsets, then the objects."""
    index, _, _ = stream.partition(b"\n")
    numbers = [int(number) for number in index.split()]
    bodies = stream[len(index) + 1 :]
    starts = numbers[1::2]
    for number, start, end in zip(numbers[::2], starts, [*starts[1:], len(bodies)], strict=True):
        yield number, bodies[start:end]


class _Letters(dict[int, str]):
    """Glyph -> letters. One that is not known is an error: `str.translate` would let it pass as a letter."""

    def __missing__(self, glyph: int) -> str:
        raise UnreadableDocument(f"has a glyph {glyph} that is no letter")


def _letters(objects: Mapping[int, bytes], streams: Mapping[int, bytes]) -> Mapping[bytes, _Letters]:
    """Font name -> glyph -> letters."""
    maps = {}
    for number, body in objects.items():
        if found := _TO_UNICODE.search(body):
            glyphs = _GLYPH.findall(streams[int(found.group(1))])
            maps[number] = _Letters((int(glyph, 16), _utf_16(text)) for glyph, text in glyphs)
    named = _FONT.findall(b"\n".join(body for body in objects.values() if not _TO_UNICODE.search(body)))
    return {name: maps[int(number)] for name, number in named if int(number) in maps}


def _text(stream: bytes, letters: Mapping[bytes, _Letters]) -> str:
    blocks = b"\n".join(block.partition(b"\nET")[0] for block in stream.split(b"BT\n")[1:])
    runs, known = [], _Letters()
    for name, glyphs in _SHOWN.findall(_KERNING.sub(b"", blocks)):
        if name:
            known = letters[name]
        else:
            runs.append(_utf_16(glyphs).translate(known))
    return "\n".join(runs)


def _utf_16(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be", "surrogatepass")
