"""A large export of sales is taken in portions that each fit into memory; all else is taken as it is."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

import polars as pl

from transforms.exports import Cutting, Profiles, cutting

_HEAD: Final = 1 << 20  # bytes, in which the header stands


def portions(path: Path, name: str, size: int, profiles: Profiles) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The export at `path` in one or more portions of `size` bytes: the name of each, and its bytes piece by piece."""
    large = name.startswith("sales/") and path.stat().st_size > 2 * size
    with path.open("rb") as file:
        cut = _cutting(file, name, profiles) if large else None
        ends = _ends(file, cut, size) if cut else None
        if cut is None or ends is None:
            yield name, _pieces(file, 0, path.stat().st_size)
            return
        for number, (begin, end) in enumerate(pairwise(ends), 1):
            yield _numbered(name, number, len(ends) - 1), _with(cut.preamble, _pieces(file, begin, end))


def _cutting(file: BinaryIO, name: str, profiles: Profiles) -> Cutting | None:
    head = _at(file, 0, _HEAD)
    return cutting(head[: head.rfind(b"\n") + 1], name, profiles)


def _ends(file: BinaryIO, cut: Cutting, size: int) -> list[int] | None:
    """Where the preamble and each portion end; None where a receipt would be in two, or one is not to be cut out."""
    ends, receipts = [len(cut.preamble)], []
    whole = file.seek(0, 2)
    while ends[-1] < whole:
        until = _end_of_lines(file, ends[-1], min(ends[-1] + size, whole), whole)
        portion = cut.portion(_at(file, ends[-1], until - ends[-1]), last=until == whole)
        if portion is None:
            return None
        ends.append(ends[-1] + portion.size)
        receipts.append(portion.receipts)
    return ends if pl.concat(receipts).is_unique().all() else None


def _end_of_lines(file: BinaryIO, begin: int, end: int, whole: int) -> int:
    """Where the last whole line before `end` ends; to read all and cut the last one off would be to copy the others."""
    before = max(begin, end - _HEAD)
    return end if end == whole else before + _at(file, before, end - before).rfind(b"\n") + 1


def _at(file: BinaryIO, begin: int, size: int) -> bytes:
    file.seek(begin)
    return file.read(size)


def _pieces(file: BinaryIO, begin: int, end: int) -> Iterator[bytes]:
    for at in range(begin, end, _HEAD):
        yield _at(file, at, min(_HEAD, end - at))


def _with(preamble: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield preamble
    yield from pieces


def _numbered(name: str, number: int, of: int) -> str:
    path = PurePosixPath(name)
    return str(path.with_name(f"{path.stem}.{number}-of-{of}{path.suffix}"))
