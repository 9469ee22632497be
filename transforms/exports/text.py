"""Bytes of an export -> UTF-8 in NFC without a byte-order mark, or one sentence that says what it is instead."""

import codecs
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.exports.parts import Part
from transforms.problem import BadExport, Unfit

_AS_CSV: Final = "save or export it as CSV (UTF-8)"
_MAGIC: Final = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"SQLite format 3", "a SQLite database"),
    (b"{\\rtf", "a rich-text document"),
)
_MARKUP: Final = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<head", b"<meta", b"<style")
_VAIN: Final = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"
_SEPARATOR_LINE: Final = re.compile(rb'"?sep=[,;|\t]"?[ \t]*(?:\r\n|\n|\r)', re.IGNORECASE)
_SAMPLE: Final = 1 << 16  # bytes, an even number
_SLICE: Final = 1 << 18  # bytes
_LOOKED_AT: Final = 1 << 17  # bytes
_MOSTLY: Final = 2  # more than half of the letters are ASCII in any export: digits and delimiters
_UTF_16: Final = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass(frozen=True, slots=True)
class Text:
    """An export as UTF-8 in NFC, without a leading line such as `sep=;`.

    `fallback` is the single-byte encoding it was taken for, None for Unicode. `serials_from` is set where cells are
    marked with what they are (see `cells`): the day 0 of numbers that stand for days. A `simple` text has no blanks
    but ASCII ones.
    """

    utf8: bytes
    fallback: str | None = None
    serials_from: date | None = None
    simple: bool = False


def decoded(part: Part, fallbacks: Iterable[str]) -> Iterator[Text]:
    """Every text `part` may be: one if it is Unicode, else one for each of `fallbacks` that can decode it.

    Raises BadExport for what is empty, binary or not decodable.
    """
    if part.serials_from is not None and part.content.strip(b",\n"):
        yield Text(part.content, serials_from=part.serials_from)
    else:
        yield from _decoded(part.content, part.name, fallbacks)


def _decoded(content: bytes, name: str, fallbacks: Iterable[str]) -> Iterator[Text]:
    _refuse_other_formats(content, name)
    bom = next((bom for bom in _UTF_16 if content.startswith(bom)), None)
    encoding = _utf_16_without_mark(content) if bom is None else _UTF_16[bom]
    if encoding is not None:
        yield _utf_16(content.removeprefix(bom or b""), encoding, name)
    else:
        yield from _single_bytes(content.removeprefix(codecs.BOM_UTF8), name, fallbacks)


def _text(utf8: bytes, fallback: str | None = None, *, simple: bool = False) -> Text:
    # A spreadsheet program takes this line as its instruction and shows the next one as row 1.
    told = _SEPARATOR_LINE.match(utf8)
    return Text(utf8[told.end() :] if told else utf8, fallback, simple=simple)


def _refuse_other_formats(content: bytes, name: str) -> None:
    # To strip the whole of a large file is to copy it.
    if not (content[:_SAMPLE].strip(_VAIN) or content.strip(_VAIN)):
        raise Unfit(f"{name} is empty ({len(content)} bytes); export it again.")
    for magic, what in _MAGIC:
        if content.startswith(magic):
            raise Unfit(f"{name} is {what}, not CSV; {_AS_CSV}.")
    if content[:200].removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(_MARKUP):
        raise Unfit(f"{name} is a web page or XML (also under the name .xls), not CSV; open it and {_AS_CSV}.")


def _utf_16_without_mark(content: bytes) -> str | None:
    """Which UTF-16 it is: in its delimiters and line ends every other byte is 0, always on the same side."""
    sample = content[:_SAMPLE]
    high = {"utf-16-be": sample[::2], "utf-16-le": sample[1::2]}
    zeros = {encoding: some.count(0) for encoding, some in high.items()}
    likely = max(zeros, key=zeros.__getitem__)
    other = min(zeros, key=zeros.__getitem__)
    proven = len(content) % 2 == 0 and zeros[other] == 0 and zeros[likely] * _MOSTLY > len(high[likely])
    return likely if proven else None


def _utf_16(content: bytes, encoding: str, name: str) -> Text:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadExport(f"{name} is UTF-16 but broken at byte {error.start + 2}; export it again.") from error
    return _text(_normalised(_without_nul(text.encode(), name)))


def _single_bytes(content: bytes, name: str, fallbacks: Iterable[str]) -> Iterator[Text]:
    _without_nul(content, name)
    try:
        _validate(content)
        simple = _is_simple(content)
        yield _text(content if simple else _normalised(content), simple=simple)
    except UnicodeDecodeError as error:
        # One broken byte in UTF-8 must not turn every other letter of the file into mojibake.
        possible = [] if _is_mostly_utf_8(content) else sorted(fallbacks)
        texts = [text for encoding in possible for text in _as_fallback(content, encoding)]
        if not texts:
            raise BadExport(_undecodable(content, name, error.start)) from error
        yield from texts


def _validate(utf8: bytes) -> None:
    """Raise UnicodeDecodeError if `utf8` is none."""
    try:
        # Polars looks at many bytes at once; Python decodes them one by one, to say which is broken.
        for lines in _slices(utf8):
            pl.Series([lines], dtype=pl.Binary).cast(pl.String)
    except pl.exceptions.PolarsError:
        utf8.decode()


def _slices(utf8: bytes) -> Iterator[bytes]:
    """Some lines at a time: what fits into the processor's cache is looked at in a fraction of the time."""
    start = 0
    while start < len(utf8):
        end = utf8.find(b"\n", start + _SLICE) + 1 or len(utf8)
        yield utf8[start:end]
        start = end


def _is_simple(utf8: bytes) -> bool:
    """Whether all that is not ASCII are Latin letters of one code point and currency signs: NFC, and no blanks."""
    content = np.frombuffer(utf8, np.uint8)
    return utf8.isascii() or all(
        _are_simple(content[start : start + _LOOKED_AT + 1]) for start in range(0, len(content), _LOOKED_AT)
    )


def _are_simple(some: npt.NDArray[np.uint8]) -> bool:
    """Count where characters of several bytes begin, and which of these are such: to list them takes twice as long."""
    first, second = some[:-1], some[1:]
    begun = np.count_nonzero(first >= 0xC2)  # noqa: PLR2004
    latin = np.count_nonzero(_between(first, 0xC3, 0xCB))  # U+00C0 to U+02FF
    vietnamese = np.count_nonzero((first == 0xE1) & _between(second, 0xB8, 0xBB))  # noqa: PLR2004 - U+1E00 to U+1EFF
    others = begun - latin - vietnamese
    # Few exports have signs of currency, U+2080 to U+20BF.
    return not others or others == np.count_nonzero((first == 0xE2) & (second == 0x82))  # noqa: PLR2004


def _between(some: npt.NDArray[np.uint8], least: int, most: int) -> npt.NDArray[np.bool_]:
    # Bytes begin again at 0: what is below the least is far above the most.
    return some - np.uint8(least) <= most - least


def has_blank_beside(marks: str, utf8: bytes, begin: int) -> bool:
    """Whether from `begin` on a blank may stand at either end of a cell, that is beside one of `marks` or a control.

    All bytes are looked at sooner than the cells of one column after another.
    """
    content = np.frombuffer(utf8, np.uint8)
    return (
        utf8.startswith(b" ")
        or utf8.endswith(b" ")
        or any(
            _has_blank_beside(marks, content[start : start + _LOOKED_AT + 1])
            for start in range(max(begin - 1, 0), len(content), _LOOKED_AT)
        )
    )


def _has_blank_beside(marks: str, some: npt.NDArray[np.uint8]) -> bool:
    blank, edge = some == ord(" "), some < ord(" ")
    for mark in marks:
        edge |= some == ord(mark)
    return bool((blank[1:] & edge[:-1]).any() or (blank[:-1] & edge[1:]).any())


def _is_mostly_utf_8(content: bytes) -> bool:
    text = content.decode(errors="replace")
    broken = text.count("\ufffd")
    return sum(not letter.isascii() for letter in text) > 2 * broken


def _as_fallback(content: bytes, encoding: str) -> Iterator[Text]:
    try:
        yield _text(unicodedata.normalize("NFC", content.decode(encoding)).encode(), encoding)
    except UnicodeDecodeError:
        return


def _undecodable(content: bytes, name: str, at: int) -> str:
    row = content.count(b"\n", 0, at) + 1
    return (
        f"{name} is not UTF-8: the byte 0x{content[at]:02X} in line {row} cannot be read; {_AS_CSV}, "
        f"or name its encoding in the profile as fallback_encoding (cp1252, cp1258, cp932 and the like)."
    )


def _without_nul(utf8: bytes, name: str) -> bytes:
    at = utf8.find(b"\0")
    if at >= 0:
        row = utf8.count(b"\n", 0, at) + 1
        raise BadExport(
            f"{name} holds a NUL byte in line {row}: it is damaged, binary, or UTF-16 without a byte-order "
            f"mark; {_AS_CSV}."
        )
    return utf8


def _normalised(utf8: bytes) -> bytes:
    if utf8.isascii():
        return utf8
    text = utf8.decode()
    # normalize() hands back the very object if there is nothing to do, which spares encoding 200 MB again.
    normal = unicodedata.normalize("NFC", text)
    return utf8 if normal is text else normal.encode()
