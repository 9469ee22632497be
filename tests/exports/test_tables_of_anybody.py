"""Tables of anybody, before which a site's own profile goes: tones, taxes by their rates, and marks of numbers."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from tests.exports.reader import of_site, read_by, reasons, taken
from transforms.exports import load_profiles
from transforms.exports.rates import Tax, tax_in
from transforms.exports.vocabulary import spellings

OWN = """
system = "own"
table = "sales"
recognised_by = ["store", "receipt", "date"]
[columns]
store_id = "store"
receipt_id = "receipt"
sold_date = "date"
net_amount = "total"
[formats]
dates = ["%Y-%d-%m"]
"""


def test_a_sites_own_profile_goes_before_tables_of_anybody_and_before_its_equals() -> None:
    content = "store,receipt,date,total\nQ1,1,2026-05-10,90\n"
    assert read_by(OWN, content).rows["business_date"].to_list() == [date(2026, 10, 5)]
    replaced = load_profiles({"till.toml": OWN}, {"profiles/till.toml": OWN.replace("%d-%m", "%m-%d")})
    assert taken(content, profiles=replaced).rows["business_date"].to_list() == [date(2026, 5, 10)]
    equal = load_profiles({"one.toml": OWN}, {"profiles/two.toml": OWN})
    assert taken(content, profiles=equal).profile.name == "two"


def test_tones_may_stand_early_or_late() -> None:
    names = "Chi nhánh,Mã {0},Thời gian,Trạng thái,Mã hàng,Số lượng,Đơn giá,Thành tiền,Giảm giá {0}"
    content = names + "\nQ1,HD1,31/10/2026 09:05,{1},SP1,2,9,18,0\n"
    early, late = content.format("hóa đơn", "Đã hủy"), content.format("hoá đơn", "Đã huỷ")
    assert taken(early).rows.equals(taken(late).rows)


@pytest.mark.parametrize(
    ("text", "all_"),
    [("hủy", {"hủy", "huỷ"}), ("hoà", {"hòa", "hoà"}), ("hoàn thành", {"hoàn thành"}), ("toán", {"toán"})],
)
def test_spellings_move_tones_of_open_syllables_only(text: str, all_: set[str]) -> None:
    assert spellings(text) == all_


@pytest.mark.parametrize(
    ("amounts", "taxes", "held"),
    [
        (["108", "216", "54", "540", "1080"], ["8", "16", "4", "40", "80"], Tax.WITHIN),
        (["100", "200", "50", "500", "1000"], ["8", "16", "4", "40", "80"], Tax.BESIDE),
        (["108000", "220000", "54000", "550000", "1080000"], ["8000", "20000", "4000", "50000", "80000"], Tax.WITHIN),
        (["125", "250", "500", "1000", "2000"], ["25", "50", "100", "200", "400"], Tax.UNKNOWN),
        (["100", "200", "50", "500", "1000"], ["8", "7", "9", "3", "1"], Tax.UNKNOWN),
        (["108"], ["8"], Tax.UNKNOWN),
    ],
)
def test_a_rate_shows_where_the_tax_is(amounts: Sequence[str], taxes: Sequence[str], held: Tax) -> None:
    money = [pl.Series([Decimal(amount) for amount in some], dtype=pl.Decimal(18, 4)) for some in (amounts, taxes)]
    assert tax_in(money[0], money[1]) is held


@pytest.mark.parametrize(("total", "tax", "net"), [(11000, 1000, "150000"), (10000, 1000, "150000"), (10000, 777, "0")])
def test_a_table_of_ones_own_counts_a_total_without_the_tax_that_its_rate_shows(total: int, tax: int, net: str) -> None:
    content = "Store,Bill no,Date,Item,Qty,Price,Tax,Line total\n" + "".join(
        f"Q1,{n},2026-10-31,Tea,1,{n * total},{n * tax},{n * total}\n" for n in range(1, 6)
    )
    result = taken(content)
    assert result.rows["net_amount"].sum() == Decimal(net)
    assert {tuple(said) for said, _ in reasons(result).values()} == (set() if Decimal(net) else {("does_not_add_up",)})


def test_own_marks_are_proven_column_by_column() -> None:
    own = OWN.replace('"total"', '{ header = "total", numbers = [{ decimal = "," }, { decimal = ".", group = "," }] }')
    own = own.replace("[formats]", '[check]\nweight = { header = "weight", type = "number" }\n[formats]')
    read_ = taken('store,receipt,date,total,weight\nQ1,1,2026-05-10,"9,5",1.5\n', profiles=of_site(own=own))
    assert read_.rows["net_amount"].to_list() == [Decimal("9.5")]
