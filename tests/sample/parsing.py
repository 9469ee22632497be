"""A reader of the sample's exports that shares nothing with the program: the csv module and nothing else."""

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import NamedTuple

TITLES_OF_THE_CLOCK = 2


class Line(NamedTuple):
    """A sold line; `net` is without its share of the receipt's discount."""

    store: str
    receipt: str
    day: date
    at: datetime
    seller: str
    quantity: Decimal
    gross: Decimal
    net: Decimal
    void: bool


def records(path: Path, *, skip: int = 0) -> Iterator[dict[str, str]]:
    """The records of a CSV file below its header; one of another width has None among its keys or values."""
    with path.open(encoding="utf-8-sig", newline="") as source:
        lines = [line for number, line in enumerate(source) if number >= skip]
    yield from csv.DictReader(lines)


@cache
def sold(path: Path, language: str) -> tuple[Line, ...]:
    """Every line of a file that can be read."""
    read = _kiotviet if language == "vi" else _square
    return tuple(line for line in (_or_none(read, record) for record in records(path)) if line is not None)


def in_force(paths: Iterable[Path], language: str) -> list[Line]:
    """The lines of all files, where a later file replaces the receipts it repeats."""
    by_receipt: dict[tuple[str, str], list[Line]] = {}
    for path in sorted(paths, key=lambda p: p.stat().st_mtime_ns):
        fresh: dict[tuple[str, str], list[Line]] = {}
        for line in sold(path, language):
            fresh.setdefault((line.store, line.receipt), []).append(line)
        by_receipt |= fresh
    return [line for lines in by_receipt.values() for line in lines]


def _or_none(read: Callable[[dict[str, str]], Line], record: dict[str, str]) -> Line | None:
    try:
        return read(record)
    except (ValueError, InvalidOperation, AttributeError, TypeError):
        return None


def _business_day(at: datetime) -> date:
    return (at - timedelta(hours=4)).date()


def _dong(text: str) -> Decimal:
    return Decimal(text.replace(".", ""))


def _dollars(text: str) -> Decimal:
    return Decimal(text.replace("$", ""))


def _kiotviet(record: dict[str, str]) -> Line:
    at = datetime.strptime(record["Thời gian"], "%d/%m/%Y %H:%M:%S")  # noqa: DTZ007
    total = _dong(record["Tổng tiền hàng"])
    quantity, line = Decimal(record["Số lượng"]), _dong(record["Thành tiền"])
    share = _dong(record["Giảm giá hóa đơn"]) * line / total if total else Decimal(0)
    gross = quantity * _dong(record["Đơn giá"])
    who = (record["Chi nhánh"], record["Mã hóa đơn"], _business_day(at), at, record["Người bán"])
    return Line(*who, quantity, gross, line - share, record["Trạng thái"] == "Đã hủy")


def _square(record: dict[str, str]) -> Line:
    at = datetime.fromisoformat(f"{record['Date']} {record['Time']}")
    gross, net = _dollars(record["Gross Sales"]), _dollars(record["Net Sales"])
    quantity = Decimal(record["Qty"])
    who = (record["Location"], record["Transaction ID"], _business_day(at), at, record["Employee"])
    return Line(*who, quantity, gross, net, void=False)
