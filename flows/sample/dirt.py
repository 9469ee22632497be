"""The planted bad rows: rows of known faults at the end of some files, each with the reason it must be refused for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final

from flows.sample.exports import Delivery, Export
from flows.sample.scale import Language, Scale, add_months

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault in one table: in the file of the night `night` days before the last, or of the month `month` before it.

    `vi` and `en` are the cells that differ from a sound row; None: this twin's system cannot write the fault.
    """

    table: str
    reason: str
    vi: Cells | None
    en: Cells | None
    night: int | None = None
    month: int | None = None
    cells_lost: int = 0
    swapped: tuple[str, str] | None = None  # two cells that are exchanged

    def cells(self, language: Language) -> Cells | None:
        """The faulty cells of one twin."""
        return self.vi if language == "vi" else self.en


@dataclass(frozen=True, slots=True)
class BadRow:
    """A fault as it lies in a file: `row` counts as a spreadsheet does; `amount` is None where nobody can read it."""

    table: str
    file: str
    row: int
    reason: str
    amount: Decimal | None = None


_NOBODY_VI: Final = {"Mã N.Viên": "'99999", "Tên nhân viên": "Nguyễn Văn Lạ"}
_NOBODY_EN: Final = {"Employee Id": "99999", "Employee External Id": "NV99999", "Employee": "Known, Nobody"}

FAULTS: Final = (
    Fault("sales", "unknown_store", {"Chi nhánh": "CH Chưa Mở"}, {"Location": "SX Not Yet Open"}, month=3),
    Fault("sales", "unknown_employee", {"Người bán": "Nguyễn Văn Lạ"}, {"Employee": "Nobody Known"}, month=2),
    Fault("sales", "bad_date", {"Thời gian": "31/02/2026 10:00:00"}, {"Date": "2026-02-31"}, month=1),
    Fault("sales", "bad_number", {"Thành tiền": "35.O00"}, {"Net Sales": "$2.2O"}, month=1),
    Fault("sales", "missing_value", {"Mã hóa đơn": ""}, {"Transaction ID": ""}, night=5),
    Fault("sales", "wrong_width", {}, {}, night=4, cells_lost=3),
    Fault("sales", "future_date", {"Thời gian": "15/01/2031 10:00:00"}, {"Date": "2031-01-15"}, night=3),
    Fault("sales", "does_not_add_up", {"Thành tiền": "53.000"}, {"Net Sales": "$5.30"}, night=3),
    Fault("sales", "bad_number", {"Số lượng": "một"}, {"Qty": "one"}, night=2),
    Fault("clockings", "unknown_employee", _NOBODY_VI, _NOBODY_EN, night=5),
    Fault("clockings", "bad_date", {"Ngày": "31/02/2026"}, {"In Date": "2/31/26 8:00 AM"}, month=1),
    # The Vietnamese clock knows no day of leaving: there, leaving before coming is leaving the day after.
    Fault("clockings", "out_before_in", None, {}, month=1, swapped=("In Date", "Out Date")),
    Fault("roster", "unknown_store", {"Chi nhánh": "Chưa Mở"}, {"store_id": "Not Yet Open"}, month=1),
    Fault("ratings", "unknown_employee", {"Mã nhân viên": "NV99999"}, {"employee_id": "NV99999"}, month=1),
    Fault("ratings", "bad_number", {"Điểm": "chín mươi"}, {"value": "ninety"}, month=2),
)

# A sound row that every faulty sale starts from: one iced milk coffee, paid in full.
_PRICE: Final = {"vi": Decimal(35000), "en": Decimal("2.20")}
_VI_MONEY: Final = ("Tổng tiền hàng", "Khách cần trả", "Khách đã trả", "Tiền mặt", "Đơn giá", "Giá bán", "Thành tiền")
_VI_NOTHING: Final = ("Giảm giá hóa đơn", "Thu khác", "Thẻ", "Ví", "Chuyển khoản", "Giảm giá %", "Giảm giá")
_SOUND_SALE: Final[Mapping[Language, Cells]] = {
    "vi": {
        "Mã hàng": "CF02",
        "Tên hàng": "Cà phê sữa đá",
        "ĐVT": "Ly",
        "Số lượng": "1",
        "Trạng thái": "Hoàn thành",
        **dict.fromkeys(_VI_MONEY, "35.000"),
        **dict.fromkeys(_VI_NOTHING, "0"),
    },
    "en": {
        "Category": "Coffee",
        "Item": "Iced milk coffee",
        "SKU": "CF02",
        "Qty": "1.0",
        "Count": "1",
        "Event Type": "Payment",
        "Gross Sales": "$2.20",
        "Discounts": "$0.00",
        "Net Sales": "$2.20",
    },
}
_RECEIPT: Final = {"vi": "Mã hóa đơn", "en": "Transaction ID"}
_NET: Final = {"vi": "Thành tiền", "en": "Net Sales"}


def faults_of(export: Export, scale: Scale) -> tuple[Fault, ...]:
    """The faults that lie in the file."""
    if export.delivery is not Delivery.FIRST:
        return ()
    return tuple(fault for fault in FAULTS if fault.table == export.table and _within(fault, export, scale))


def _within(fault: Fault, export: Export, scale: Scale) -> bool:
    if fault.night is not None:
        return export.nightly and export.first == scale.until - timedelta(days=fault.night)
    return not export.nightly and export.month == add_months(scale.until, -(fault.month or 0))


def faulty_line(fault: Fault, sound: Mapping[str, str | None], language: Language, number: int) -> list[str] | None:
    """The cells of the faulty row; None if the twin cannot write it. `number` makes its receipt one of its own."""
    faulty = fault.cells(language)
    if faulty is None:
        return None
    sale = {**_SOUND_SALE[language], _RECEIPT[language]: f"HD9{number:09d}"} if fault.table == "sales" else {}
    row = {**sound, **sale, **faulty, **_exchanged(fault, sound)}
    return [row[name] or "" for name in sound][: len(sound) - fault.cells_lost]


def _exchanged(fault: Fault, sound: Mapping[str, str | None]) -> Mapping[str, str | None]:
    one, other = fault.swapped or ("", "")
    return {one: sound[other], other: sound[one]} if fault.swapped else {}


def amount_of(fault: Fault, language: Language) -> Decimal | None:
    """The net amount that can be read of the faulty row; KiotViet's is not known where its sums contradict."""
    contradicts = language == "vi" and fault.reason == "does_not_add_up"
    if fault.table != "sales" or fault.cells_lost or contradicts:
        return None
    written = (fault.cells(language) or {}).get(_NET[language])
    if written is None:
        return _PRICE[language]
    digits = written.replace(".", "") if language == "vi" else written.replace("$", "")
    return Decimal(digits) if digits.replace(".", "").isdigit() else None
