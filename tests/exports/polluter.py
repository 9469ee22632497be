"""Pollute exports as spreadsheets, mail and people do: bytes in, damaged bytes out, each of one kind."""

import csv
import gzip
import io
import random
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

Grid = list[list[str]]  # header first


@dataclass(frozen=True, slots=True)
class Polluted:
    """A damaged export: which profile it was written for, what was done to it, and its bytes."""

    profile: str
    kind: str
    content: bytes


def written(grid: Grid, delimiter: str = ",", newline: str = "\r\n", quoting: int = csv.QUOTE_MINIMAL) -> str:
    """The text of a grid as CSV."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=newline, quoting=quoting).writerows(grid)  # type: ignore[arg-type]
    return text.getvalue()


def polluted(profile: str, grid: Grid, times: int) -> Iterator[Polluted]:
    """The different ones among `times` variants of `grid` of each kind, always the same."""
    known = set[bytes]()
    for kind, pollute in KINDS.items():
        for seed in range(times):
            chance = random.Random(f"{profile} {kind} {seed}")
            made = pollute([row.copy() for row in grid], chance)
            content = made if isinstance(made, bytes) else made.encode()
            if content not in known:
                yield Polluted(profile, kind, content)
            known.add(content)


def _separators(grid: Grid, chance: random.Random) -> str:
    delimiter = chance.choice(",;\t|")
    text = written(grid, delimiter=delimiter)
    if chance.random() < 0.5:
        return text
    at = chance.randrange(len(text))
    return text[:at] + delimiter + text[at:]


def _quotes(grid: Grid, chance: random.Random) -> str:
    text = written(grid, quoting=chance.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
    at = chance.randrange(len(text))
    return text if chance.random() < 0.2 else text[:at] + chance.choice(['"', "'", '""', "”"]) + text[at:]


def _record_ends(grid: Grid, chance: random.Random) -> str:
    ends = [chance.choice(["\n", "\r\n", "\r\r\n", "\n\n"]) for _ in grid]
    if chance.random() < 0.3:
        return written(grid, newline="\r")
    return "".join(written([row], newline=end) for row, end in zip(grid, ends, strict=True))


def _preamble(grid: Grid, chance: random.Random) -> str:
    lines = ["BÁO CÁO BÁN HÀNG", "Từ ngày 01/01/2026 đến ngày 31/01/2026", "", "Chi nhánh: Tất cả, Q1", "sep=,", ",,,"]
    return "\r\n".join(chance.choices(lines, k=chance.randint(1, 8))) + "\r\n" + written(grid)


def _two_row_header(grid: Grid, chance: random.Random) -> str:
    groups = [chance.choice(["", "", "Thông tin", "Giá trị"]) for _ in grid[0]]
    place = chance.randint(0, 1)
    return written([*grid[:place], groups, *grid[place:]])


def _no_header(grid: Grid, chance: random.Random) -> str:
    return written(grid[1:] if chance.random() < 0.5 else [[f"Column{n}" for n, _ in enumerate(grid[0])], *grid[1:]])


def _several_tables(grid: Grid, chance: random.Random) -> str:
    other = [["Mã", "Tồn kho"], ["CF", f"{chance.randint(1, 99)}"], ["TR", "7"]]
    parts = [written(grid), written(other)]
    chance.shuffle(parts)
    return chance.choice(["\r\n", "\r\n\r\n"]).join(parts)


def _escapes(grid: Grid, chance: random.Random) -> str:
    row = chance.randrange(1, len(grid))
    at = chance.randrange(len(grid[row]))
    cell = grid[row][at]
    grid[row][at] = chance.choice([f'="{cell}"', f"\\{cell}", f"{cell}\\", f"&quot;{cell}", f"{cell}\\n", f"'{cell}"])
    return written(grid)


def _truncation(grid: Grid, chance: random.Random) -> bytes:
    content = written(grid).encode()
    return content[: chance.randrange(len(content) // 4, len(content))]


def _encodings(grid: Grid, chance: random.Random) -> bytes:
    text = written(grid)
    encodings: Sequence[Callable[[str], bytes]] = (
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-le"),
        lambda text: unicodedata.normalize("NFD", text).encode(),
        lambda text: text.encode("cp1258", errors="replace"),
        lambda text: text.encode("cp1252", errors="replace"),
        lambda text: text.encode().decode("cp1252", errors="ignore").encode(),
        lambda text: gzip.compress(text.encode(), mtime=0),
    )
    return chance.choice(encodings)(text)


def _decimal_marks(grid: Grid, chance: random.Random) -> str:
    marks = chance.choice([(".", ","), (",", "."), (",", " "), (",", ""), (".", " "), (",", "'"), (".", "\u202f")])
    swap = {",": marks[1] or "_", ".": marks[0]}
    rows = range(1, len(grid)) if chance.random() < 0.7 else [chance.randrange(1, len(grid))]
    for row in rows:
        for at, cell in enumerate(grid[row]):
            bare = cell.strip("$-()")
            if bare and set(bare) <= set("0123456789.,") and (len(bare) > 2 or "." in bare):
                number = f"{float(bare.replace(',', '')):,.2f}"
                again = "".join(swap.get(sign, sign) for sign in number).replace("_", "")
                grid[row][at] = cell.replace(bare, again)
    return written(grid, delimiter=";")


def _other_columns(grid: Grid, chance: random.Random) -> str:
    places = list(range(len(grid[0])))
    chance.shuffle(places)
    places = places[: len(places) - chance.choice([0, 0, 1, 2])]
    grid = [[row[place] for place in places] for row in grid]
    for number in range(chance.randint(0, 4)):
        at = chance.randint(0, len(grid[0]))
        for row, cells in enumerate(grid):
            cells.insert(at, f"Cột {number}" if row == 0 else chance.choice(["", "1", "x", "12.5", "05/01/2026"]))
    return written(grid)


def _dates(grid: Grid, chance: random.Random) -> str:
    rows = range(1, len(grid)) if chance.random() < 0.6 else [chance.randrange(1, len(grid))]
    style = chance.choice(["swap", "dashes", "dots", "iso", "short", "serial", "rubbish"])
    for row in rows:
        grid[row] = [_another_date(cell, style) for cell in grid[row]]
    return written(grid)


def _another_date(cell: str, style: str) -> str:
    day, _, rest = cell.partition(" ")
    parts = day.split("/") if day.count("/") == 2 else day.split("-")[::-1] if day.count("-") == 2 else []
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        return cell
    one, two, year = parts
    ways = {
        "swap": f"{two}/{one}/{year}",
        "dashes": f"{one}-{two}-{year}",
        "dots": f"{one}.{two}.{year}",
        "iso": f"{year}-{two}-{one}",
        "short": f"{one}/{two}/{year[-2:]}",
        "serial": "46027",
        "rubbish": f"{one}/{two}/{year}?",
    }
    return f"{ways[style]} {rest}".strip()


def _totals(grid: Grid, chance: random.Random) -> str:
    label = chance.choice(["Tổng cộng", "Total", "Tổng", "Grand total", ""])
    total = [label, *("" for _ in grid[0][1:])]
    for at in range(1, len(total)):
        if chance.random() < 0.5 and any(cell[at][:1].isdecimal() for cell in grid[1:]):
            total[at] = "999999"
    place = chance.choice([1, len(grid)])
    return written([*grid[:place], total, *grid[place:]])


def _headers_again(grid: Grid, chance: random.Random) -> str:
    if chance.random() < 0.5:
        at = chance.randrange(2, len(grid) + 1)
        return written([*grid[:at], grid[0], *grid[at:]])
    at = chance.randrange(len(grid[0]))
    return written([[*row, row[at]] for row in grid])


def _blank_rows(grid: Grid, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 5)):
        width = chance.choice([0, 1, len(grid[0])])
        grid.insert(chance.randint(0, len(grid)), [chance.choice(["", " "])] * width)
    return written(grid)


def _shifted_cells(grid: Grid, chance: random.Random) -> str:
    number = chance.randrange(1, len(grid))
    row = grid[number]
    at = chance.randrange(len(row))
    gain = [*row[:at], chance.choice(["", "9"]), *row[at:]]
    lose = [*row[:at], *row[at + 1 :]]
    grid[number] = chance.choice([gain, lose, gain[:-1], [*lose, ""], ["", *row[:-1]], [*row[1:], ""]])
    return written(grid)


KINDS: Final[Mapping[str, Callable[[Grid, random.Random], str | bytes]]] = {
    "separators": _separators,
    "quotes": _quotes,
    "record ends": _record_ends,
    "preamble": _preamble,
    "two-row header": _two_row_header,
    "no header": _no_header,
    "several tables": _several_tables,
    "escapes": _escapes,
    "truncation": _truncation,
    "encodings": _encodings,
    "decimal marks": _decimal_marks,
    "other columns": _other_columns,
    "dates": _dates,
    "totals": _totals,
    "headers again": _headers_again,
    "blank rows": _blank_rows,
    "shifted cells": _shifted_cells,
}
