"""Reading an export against merely scanning it: python -m tests.perf.reading [CSV megabytes] [thousand XLSX rows].

A CSV of Vietnamese formats (dd/MM/yyyy HH:mm:ss, 1.234.567, names with tone marks) is read by us into typed, proven,
canonical rows; Polars, pandas and DuckDB only scan every cell of it as a string. It has the ten canonical columns, or
29 as KiotViet writes them. A workbook of such rows is read by us in its limited process, and by calamine into Python
objects.
"""

import sys
import tempfile
from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import xlsxwriter

from tests.perf.contest import contest

ROWS, MEGABYTE = 100_000, 1 << 20
DAYS_OF_A_BLOCK = 3
DISHES = ("Cà phê sữa đá", "Trà đào cam sả", "Bánh mì thịt nướng", "Sinh tố bơ", "Nước ép dứa", "Bạc xỉu")


def lines(block: int, rows: int = ROWS) -> pl.DataFrame:
    """Sale lines, three to a receipt."""
    rng = np.random.default_rng(block)
    quantity, price = rng.integers(1, 5, rows), rng.integers(20, 900, rows) * 1000
    seconds = np.sort(rng.integers(0, DAYS_OF_A_BLOCK * 86_400, rows))
    start = datetime(2024, 1, 1) + timedelta(days=block * DAYS_OF_A_BLOCK)  # noqa: DTZ001 - the wall clock of a till
    receipt = block * rows + np.arange(rows) // 3
    product = rng.integers(0, 400, rows)
    return pl.DataFrame(
        {"at": seconds, "receipt": receipt, "product": product, "quantity": quantity, "price": price}
    ).select(
        store_id=pl.format("HN{}", pl.col("receipt") % 50),
        sold_at=pl.lit(start) + pl.duration(seconds="at"),
        receipt_id=pl.format("HD{}", pl.col("receipt").cast(pl.String).str.zfill(8)),
        employee_id=pl.format("NV{}", pl.col("receipt") % 300),
        product_id=pl.format("SP{}", pl.col("product").cast(pl.String).str.zfill(5)),
        product_name=pl.format(
            "{} {}", (pl.col("product") % len(DISHES)).cast(pl.String).replace(dict(enumerate_texts())), "product"
        ),
        quantity="quantity",
        gross_amount=pl.col("quantity") * pl.col("price"),
        discount_amount=pl.lit(0),
        net_amount=pl.col("quantity") * pl.col("price"),
    )


def enumerate_texts() -> list[tuple[str, str]]:
    """Numbers, as text, of the dishes."""
    return [(f"{number}", dish) for number, dish in enumerate(DISHES)]


def canonical(frame: pl.DataFrame) -> pl.DataFrame:
    """Lines in the ten canonical columns."""
    return frame.with_columns(moment(), *map(grouped, ("gross_amount", "net_amount")))


def moment() -> pl.Expr:
    """31/12/2024 23:59:59."""
    return pl.col("sold_at").dt.to_string("%d/%m/%Y %H:%M:%S")


def kiotviet(frame: pl.DataFrame) -> pl.DataFrame:
    """Lines as KiotViet's invoice details, the total of a receipt on every line of it."""
    frame = frame.with_columns(
        total=pl.col("net_amount").sum().over("receipt_id"), unit_price=pl.col("net_amount") // pl.col("quantity")
    )
    nothing, customer = pl.lit("0"), pl.col("receipt_id").hash() % 90_000
    invoice: dict[str, pl.Expr | str] = {
        "Chi nhánh": "store_id",
        "Mã hóa đơn": "receipt_id",
        "Thời gian": moment(),
        "Thời gian tạo": moment(),
        "Mã khách hàng": pl.format("KH{}", customer),
        "Tên khách hàng": pl.format("Nguyễn Thị {}", customer),
        "Điện thoại": pl.format("09{}", pl.col("receipt_id").hash(1) % 100_000_000),
        "Địa chỉ (Khách hàng)": pl.format("{} Nguyễn Trãi, Thanh Xuân, Hà Nội", customer % 900),
        "Bảng giá": pl.lit("Bảng giá chung"),
        "Người bán": "employee_id",
        "Kênh bán": pl.lit("Bán trực tiếp"),
        "Người tạo": "employee_id",
        "Ghi chú": pl.lit(None, pl.String),
        "Tổng tiền hàng": grouped("total"),
        "Giảm giá hóa đơn": nothing,
        "Khách cần trả": grouped("total"),
        "Khách đã trả": grouped("total"),
        "Tiền mặt": grouped("total"),
        "Thẻ": nothing,
        "Trạng thái": pl.lit("Hoàn thành"),
    }
    line: dict[str, pl.Expr | str] = {
        "Mã hàng": "product_id",
        "Tên hàng": "product_name",
        "ĐVT": pl.lit("ly"),
        "Số lượng": "quantity",
        "Đơn giá": grouped("unit_price"),
        "Giảm giá %": nothing,
        "Giảm giá": nothing,
        "Giá bán": grouped("unit_price"),
        "Thành tiền": grouped("net_amount"),
    }
    return frame.select(**invoice, **line)


def write_csv(path: Path, megabytes: float, shape: Callable[[pl.DataFrame], pl.DataFrame]) -> int:
    """Blocks of lines until the file is as large as asked; how many columns it has."""
    with path.open("wb") as file:
        block = 0
        while file.tell() < megabytes * MEGABYTE:
            frame = shape(lines(block))
            file.write(frame.write_csv(separator=";", include_header=block == 0).encode())
            block += 1
    return frame.width


def grouped(name: str) -> pl.Expr:
    """1234567 -> 1.234.567."""
    digits = pl.col(name).cast(pl.String)
    return digits.str.replace(r"(\d)(\d{3})$", "$1.$2").str.replace(r"(\d)(\d{3})\.", "$1.$2.")


def write_xlsx(path: Path, rows: int) -> None:
    """One sheet."""
    with xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "dd/mm/yyyy hh:mm"}) as book:
        sheet = book.add_worksheet("Bán hàng")
        frame = lines(0, rows)
        sheet.write_row(0, 0, frame.columns)
        for at, row in enumerate(frame.iter_rows(), start=1):
            sheet.write_row(at, 0, row)


def ours(path: str) -> Callable[[], object]:
    """Typed, proven, canonical rows."""
    from flows.intake.limited import limited_sheets
    from flows.intake.portions import portions
    from flows.settings.kpi_toml import InboxSettings
    from transforms.exports import load_profiles, read, shipped_profiles

    profiles = load_profiles(shipped_profiles())
    size = InboxSettings().portion_size

    def rows(content: bytes) -> int:
        found = read(
            content,
            name="export",
            file_id="f",
            kind="sales",
            profiles=profiles,
            day_starts=time(4),
            workbooks=limited_sheets,
        )
        return found.rows.height

    def run() -> object:
        return sum(rows(b"".join(pieces)) for _, pieces in portions(Path(path), "sales/export", size, profiles))

    return run


def polars_scan(path: str, *, stream: bool = True) -> Callable[[], object]:
    """Every cell as a string, each one looked at."""

    def run() -> object:
        scan = pl.scan_csv(path, separator=";", infer_schema=False)
        return scan.select(pl.all().count()).collect(engine="streaming" if stream else "in-memory").height

    return run


def polars_read(path: str) -> Callable[[], object]:
    """Every cell as a string, kept."""

    def run() -> object:
        return pl.read_csv(path, separator=";", infer_schema=False).height

    return run


def pandas_read(path: str) -> Callable[[], object]:
    """Every cell as a string, kept."""
    import pandas as pd

    def run() -> object:
        return len(pd.read_csv(path, sep=";", dtype=str))

    return run


def duckdb_scan(path: str) -> Callable[[], object]:
    """Every cell as a string, each one looked at."""
    import duckdb

    def run() -> object:
        return duckdb.execute(
            f"SELECT count(COLUMNS(*)) FROM read_csv('{path}', delim=';', all_varchar=true)"
        ).fetchone()

    return run


def calamine(path: str) -> Callable[[], object]:
    """Every cell of the sheet as a Python object."""
    from python_calamine import CalamineWorkbook

    def run() -> object:
        return len(CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python())

    return run


def polars_excel(path: str) -> Callable[[], object]:
    """Calamine into columns of one type each."""

    def run() -> object:
        return pl.read_excel(path).height

    return run


def main(megabytes: float, thousands: int) -> None:
    """Generate, contend."""
    with tempfile.TemporaryDirectory() as folder:
        table, book = Path(folder) / "sales.csv", Path(folder) / "sales.xlsx"
        for shape in (canonical, kiotviet):
            width = write_csv(table, megabytes, shape)
            contest(
                f"CSV, {table.stat().st_size / MEGABYTE:.0f} MB, {width} columns",
                {
                    "Polars, scanned as strings": partial(polars_scan, f"{table}"),
                    "Polars, read as strings": partial(polars_read, f"{table}"),
                    "ours, typed": partial(ours, f"{table}"),
                    "pandas, read as strings": partial(pandas_read, f"{table}"),
                    "DuckDB, scanned as strings": partial(duckdb_scan, f"{table}"),
                },
            )
            table.unlink()
        if thousands:
            write_xlsx(book, thousands * 1000)
            contest(
                f"XLSX, {thousands} thousand rows, 10 columns",
                {
                    "calamine, Python objects": partial(calamine, f"{book}"),
                    "calamine, Polars": partial(polars_excel, f"{book}"),
                    "ours, typed": partial(ours, f"{book}"),
                },
            )


if __name__ == "__main__":
    main(*(float(sys.argv[1]) if len(sys.argv) > 1 else 200.0, int(sys.argv[2]) if len(sys.argv) > 2 else 300))
