"""A delivered file -> its parts: the texts and sheets that are packed into it. It is known by its content alone."""

import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Final

from transforms.exports.page import tables
from transforms.exports.parquet import parquet_as_csv
from transforms.problem import BadExport, Unfit

MOST_UNPACKED: Final = 4 << 30  # bytes
_MOST_RATIO: Final = 300  # text of exports is packed 5 to 30 times
_ALWAYS_ALLOWED: Final = 50 << 20
_MOST_MEMBERS: Final = 1000
_CHUNK: Final = 1 << 20
_ENCRYPTED: Final = 1
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")  # the latter is an empty one
_OLD_WORKBOOK: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARQUET: Final = b"PAR1"
_NEW_WORKBOOKS: Final = frozenset({"xl/workbook.xml", "xl/workbook.bin"})
_OPEN_DOCUMENT: Final = b"application/vnd.oasis.opendocument.spreadsheet"
_NO_EXPORTS: Final = ("__MACOSX/", ".", "~$")


@dataclass(frozen=True, slots=True)
class Part:
    """One text or sheet of a delivered file.

    `name` is for people and begins with that of the file. With `serials_from`, the day 0 of numbers that stand for
    days, `content` is CSV with the marks of `cells`; without, it is whatever was delivered.
    """

    name: str
    content: bytes
    sheet: str | None = None
    serials_from: date | None = None
    hidden: bool = False

    @property
    def title(self) -> str:
        """What tells it from the other parts."""
        return self.sheet or self.name


WorkbookReader = Callable[[bytes, str], Sequence[Part]]  # content and name -> sheets; raises BadExport


def parts(content: bytes, name: str, workbooks: WorkbookReader) -> Sequence[Part]:
    """The parts of the file `name`. Raises BadExport for an archive that is damaged, protected, nested or a bomb."""
    if content.startswith(_GZIP):
        return _unpacked(_gunzipped(content, name), name, workbooks)
    if content.startswith(_ZIP) and not _is_workbook(content, name):
        return [part for member, of in _members(content, name) for part in _unpacked(member, of, workbooks)]
    return _single(content, name, workbooks)


def _unpacked(content: bytes, name: str, workbooks: WorkbookReader) -> Sequence[Part]:
    if content.startswith(_GZIP) or (content.startswith(_ZIP) and not _is_workbook(content, name)):
        raise BadExport(f"{name} is an archive within an archive; deliver what is in it.")
    return _single(content, name, workbooks)


def _single(content: bytes, name: str, workbooks: WorkbookReader) -> Sequence[Part]:
    if content.startswith((*_ZIP, _OLD_WORKBOOK)):
        return workbooks(content, name)
    if content.startswith(_PARQUET):
        text, serials_from = parquet_as_csv(content, name)
        return [Part(name, text, serials_from=serials_from)]
    pages = tables(content)
    return [Part(name, table, sheet=f"table {at}") for at, table in enumerate(pages, 1)] or [Part(name, content)]


def _is_workbook(content: bytes, name: str) -> bool:
    with _opened(content, name) as archive:
        # An OpenDocument begins with its type, not packed.
        return not _NEW_WORKBOOKS.isdisjoint(archive.namelist()) or _OPEN_DOCUMENT in content[:200]


def _opened(content: bytes, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, ValueError) as error:
        raise BadExport(f"{name} is a damaged ZIP archive or workbook; pack or export it again.") from error


def _members(content: bytes, name: str) -> Iterator[tuple[bytes, str]]:
    with _opened(content, name) as archive:
        files = [info for info in archive.infolist() if not info.is_dir() and _is_export(info.filename)]
        if not files:
            raise Unfit(f"{name} is a ZIP archive without any file in it; pack the export again.")
        if len(files) > _MOST_MEMBERS:
            raise BadExport(f"{name} holds {len(files)} files, more than {_MOST_MEMBERS}; deliver them in several.")
        left = _allowance(len(content))
        for info in sorted(files, key=lambda info: info.filename):
            member = _member(archive, info, left, name)
            left -= len(member)
            yield member, f"{name}: {info.filename}"


def _is_export(path: str) -> bool:
    return not path.startswith(_NO_EXPORTS) and not path.rsplit("/", 1)[-1].startswith(_NO_EXPORTS)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: int, name: str) -> bytes:
    if info.flag_bits & _ENCRYPTED:
        raise BadExport(f"{name} is protected by a password; pack it without one.")
    try:
        with archive.open(info) as file:
            member = file.read(left + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
        raise BadExport(f"{name} is damaged at {info.filename} ({error}); pack it again.") from error
    return _within(member, left, name)


def _gunzipped(content: bytes, name: str) -> bytes:
    most, found, packed = _allowance(len(content)), bytearray(), content
    try:
        while packed.startswith(_GZIP) and len(found) <= most:
            unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
            found += unpacking.decompress(packed, most + 1 - len(found))
            if not unpacking.eof and len(found) <= most:
                raise BadExport(f"{name} is a gzip archive that breaks off; deliver it again.")
            packed = unpacking.unused_data
    except zlib.error as error:
        raise BadExport(f"{name} is a damaged gzip archive ({error}); pack it again.") from error
    return _within(bytes(found), most, name)


def _allowance(packed: int) -> int:
    return min(MOST_UNPACKED, max(_ALWAYS_ALLOWED, packed * _MOST_RATIO))


def _within(found: bytes, most: int, name: str) -> bytes:
    if len(found) > most:
        raise BadExport(
            f"{name} unpacks to more than an export can hold ({most >> 20} MB for its size); deliver it unpacked, or "
            f"in several files."
        )
    return found
