"""Whether all lines of an export are alike, so that it can be read without looking at each of them."""

from typing import Final

import numpy as np
import numpy.typing as npt

_SLICE: Final = 1 << 16  # bytes
_RARE: Final = b"\t\v\f\r"  # blanks that ask for more care


def are_alike(utf8: bytes, begin: int, delimiter: str, width: int) -> bool:
    """Whether every line from `begin` on has `width` cells, each quoted as a whole or not at all, and no rare blank.

    Within quotation marks there is then nothing that would mean something outside of them: no delimiter, no line end,
    no other mark.
    """
    if len(utf8) == begin or utf8[:begin][-1:] not in {b"", b"\n"}:
        return False
    line = delimiter.encode() * (width - 1) + _line_end(utf8, begin)
    quoted = utf8.find(b'"', begin) >= 0
    return _follow(utf8, begin, line, width) and (not quoted or _are_quoted_whole(utf8, begin, delimiter))


def _line_end(utf8: bytes, begin: int) -> bytes:
    return b"\r\n" if utf8[begin : utf8.find(b"\n", begin)].endswith(b"\r") else b"\n"


def _follow(utf8: bytes, begin: int, line: bytes, width: int) -> bool:
    """Whether delimiters, line ends and rare blanks follow each other as in a `line` without cells, again and again.

    Quotation marks must stand in twos between them: a delimiter or line end within them would part the two.
    """
    others = bytes(set(range(256)) - {*line, *_RARE, *b'"'})
    due = line * (_SLICE // len(line) + 2)
    at, mark = 0, b""
    for start in range(begin, len(utf8), _SLICE):
        found = (mark + utf8[start : start + _SLICE].translate(None, others)).replace(b'""', b"")
        mark = b'"' if found.endswith(b'"') else b""
        found = found.removesuffix(mark)
        if found != due[at : at + len(found)]:
            return False
        at = (at + len(found)) % len(line)
    return not mark and at == (0 if utf8.endswith(b"\n") else width - 1)


def _are_quoted_whole(utf8: bytes, begin: int, delimiter: str) -> bool:
    """Whether every quotation mark, which stand in twos, is the first or the last of a cell.

    One that were both would stand alone between delimiters, so none is counted twice.
    """
    content = np.frombuffer(utf8, np.uint8)
    edges = np.isin(np.arange(256), [ord(mark) for mark in f"{delimiter}\r\n"])
    return all(_are_first_or_last(content, begin, start, edges) for start in range(begin, len(utf8), _SLICE))


def _are_first_or_last(content: npt.NDArray[np.uint8], begin: int, start: int, edges: npt.NDArray[np.bool_]) -> bool:
    at = np.flatnonzero(content[start : start + _SLICE] == ord('"')) + start
    first = edges[content[at - 1]] | (at == begin)
    last = edges[content[np.minimum(at + 1, len(content) - 1)]] | (at == len(content) - 1)
    return bool((first ^ last).all())
