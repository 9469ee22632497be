"""The Vietnamese twin: KiotViet invoice details, a clock's flat sheet, roster and ratings, as those systems write them.

Every function returns text columns in the order of the export.
"""

from datetime import date
from typing import Final

import polars as pl

from flows.sample.chain import people
from flows.sample.labels import (
    chosen,
    clock_code,
    customer_code,
    customer_name,
    dotted,
    employee_ids,
    hour_minute,
    indexed,
    padded,
    receipt_code,
    store_names,
    till_people,
)
from flows.sample.scale import Scale
from flows.sample.texts import CHANNELS, POSITIONS, menu

_DAY: Final = "%d/%m/%Y"
_WEEKDAYS: Final = ("", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "CN")
_PAID_BY: Final = ("Tiền mặt", "Thẻ", "Ví", "Chuyển khoản")
_CLOCK_HEADER: Final = ("Mã N.Viên", "Tên nhân viên", "Phòng ban", "Chức vụ", "Ngày", "Thứ", "Vào", "Ra")
_BLANK: Final = "--:--"


def sales(lines: pl.DataFrame, scale: Scale) -> pl.DataFrame:
    """KiotViet's invoice details: 29 of its columns, receipt totals on every line."""
    return (
        lines.with_columns(line_amount=pl.col("quantity") * (pl.col("unit_price") - pl.col("unit_discount")))
        .with_columns(
            total=pl.col("line_amount").sum().over("store", "receipt", "business_date"),
            due=pl.col("net_amount").sum().over("store", "receipt", "business_date"),
        )
        .select(**_receipt_cells(scale), **_line_cells())
    )


def _receipt_cells(scale: Scale) -> dict[str, pl.Expr]:
    seller = indexed(till_people(scale, "vi"), "number")
    due = dotted(pl.col("due"))
    status = {"void": "Đã hủy"}
    return {
        "Chi nhánh": store_names(scale, "vi", till=True),
        "Mã hóa đơn": receipt_code("HD"),
        "Thời gian": pl.col("sold_at").dt.strftime(f"{_DAY} %H:%M:%S"),
        "Mã khách hàng": customer_code(),
        "Tên khách hàng": customer_name("vi").fill_null("Khách lẻ"),
        "Bảng giá": pl.lit("Bảng giá chung"),
        "Người bán": seller,
        "Kênh bán": chosen(CHANNELS["vi"], pl.col("channel")),
        "Người tạo": seller,
        "Ghi chú": pl.lit(None, pl.String),
        "Tổng tiền hàng": dotted(pl.col("total")),
        "Giảm giá hóa đơn": dotted(pl.col("total") - pl.col("due")),
        "Thu khác": pl.lit("0"),
        "Khách cần trả": due,
        "Khách đã trả": pl.when(kind="void").then(pl.lit("0")).otherwise(due),
        **{name: _paid(by, due) for by, name in enumerate(_PAID_BY)},
        "Trạng thái": pl.col("kind").replace_strict(status, default="Hoàn thành"),
    }


def _paid(by: int, due: pl.Expr) -> pl.Expr:
    return pl.when(pl.col("payment") == by, pl.col("kind") != "void").then(due).otherwise(pl.lit("0"))


def _line_cells() -> dict[str, pl.Expr]:
    products, product = menu("vi"), pl.col("product")
    return {
        "Mã hàng": chosen(tuple(p.product_id for p in products), product),
        "Tên hàng": chosen(tuple(p.name for p in products), product),
        "ĐVT": chosen(tuple(p.unit for p in products), product),
        "Số lượng": pl.col("quantity").cast(pl.String),
        "Đơn giá": dotted(pl.col("unit_price")),
        "Giảm giá %": pl.col("line_percent").cast(pl.String),
        "Giảm giá": dotted(pl.col("unit_discount")),
        "Giá bán": dotted(pl.col("unit_price") - pl.col("unit_discount")),
        "Thành tiền": dotted(pl.col("line_amount")),
    }


def clock_titles(first: date, last: date) -> list[str]:
    """The rows above the header of the clock's sheet."""
    width = len(_CLOCK_HEADER)
    return [
        padded(("CHI TIẾT CHẤM CÔNG",), width),
        padded((f"Từ ngày {first:{_DAY}} đến ngày {last:{_DAY}}",), width),
    ]


def clock(shifts: pl.DataFrame, scale: Scale) -> pl.DataFrame:
    """The clock's flat sheet: one row a person and day, out after midnight smaller than in."""
    stints = {stint.number: stint for stint in people(scale)}
    cells = (
        indexed({number: f"'{clock_code(number)}" for number in stints}, "number"),
        indexed({number: stint.name for number, stint in stints.items()}, "number"),
        store_names(scale, "vi", till=False),
        indexed({number: POSITIONS[stint.position]["vi"] for number, stint in stints.items()}, "number"),
        pl.col("business_date").dt.strftime(_DAY),
        chosen(_WEEKDAYS, pl.col("business_date").dt.weekday()),
        hour_minute("clock_in").fill_null(_BLANK),
        hour_minute("clock_out").fill_null(_BLANK),
    )
    return shifts.filter("worked").select(**dict(zip(_CLOCK_HEADER, cells, strict=True)))


def roster(shifts: pl.DataFrame, scale: Scale) -> pl.DataFrame:
    """The planned shifts of a month."""
    return shifts.select(
        **{
            "Mã nhân viên": employee_ids(scale),
            "Chi nhánh": store_names(scale, "vi", till=False),
            "Ngày": pl.col("business_date").dt.strftime(_DAY),
            "Vào ca": hour_minute("scheduled_in"),
            "Ra ca": hour_minute("scheduled_out"),
        }
    )


def ratings(rated: pl.DataFrame, scale: Scale) -> pl.DataFrame:
    """The skills of a month, in points."""
    return rated.select(
        **{
            "Ngày": pl.col("date").dt.strftime(_DAY),
            "Mã nhân viên": employee_ids(scale),
            "Tiêu chí": pl.col("measure"),
            "Điểm": pl.col("value").cast(pl.String),
        }
    )
