"""Numbers of a file that may be written by several conventions: proven by the whole file, or refused."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exports.reader import of_site, reasons, taken
from transforms.exports import Read
from transforms.problem import BadExport

KIOTVIET = "Chi nhánh;Mã hóa đơn;Thời gian;Giảm giá hóa đơn;Trạng thái;Mã hàng;Số lượng;Đơn giá;Thành tiền"
CANONICAL = "store_id;receipt_id;sold_date;quantity;net_amount"


def kiotviet(*lines: tuple[str, str, str]) -> Read:
    rows = (f"Q1;HD{n};05/01/2026 08:00;0;Hoàn thành;CF;{';'.join(line)}" for n, line in enumerate(lines))
    return taken("\n".join([KIOTVIET, *rows]))


def canonical(*lines: tuple[str, str]) -> Read:
    rows = (f"Q1;HD{n};2026-01-05;{';'.join(line)}" for n, line in enumerate(lines))
    return taken("\n".join([CANONICAL, *rows]))


def amounts(result: Read) -> Sequence[tuple[str, str]]:
    """Quantity and net amount of each row, without zeros at the end."""
    rows = result.rows.select("quantity", "net_amount").rows()
    return [(f"{quantity.normalize():f}", f"{net.normalize():f}") for quantity, net in rows]


@pytest.mark.parametrize(
    "lines",
    [
        [("1", "39.000", "39.000"), ("2", "1.234.567", "2.469.134")],
        [("1", "39,000", "39,000"), ("2", "1,234,567", "2,469,134")],
        [("1", "39000", "39000"), ("2", "1234567", "2469134")],
        [("1", "39000", "39.000"), ("2", "1234567", "2469134")],
        [("1", "39,000.00", "39000.00"), ("2", "1234567", "2,469,134")],
    ],
)
def test_builds_of_one_system_that_write_money_differently_read_alike(lines: list[tuple[str, str, str]]) -> None:
    assert amounts(kiotviet(*lines)) == [("1", "39000"), ("2", "2469134")]


@pytest.mark.parametrize(
    ("quantity", "money", "value"),
    [
        ("0,25", "40.000", "0.25"),
        ("1,250", "40.000", "1.25"),
        ("1.250", "40.000", "1250"),
        ("0.250", "40,000", "0.25"),
        ("1.250", "40,000", "1.25"),
        ("1,250", "40,000", "1250"),
        ("0.25", "40000", "0.25"),
        ("0,25", "40000", "0.25"),
        ("0.250", "40000", "0.25"),
    ],
)
def test_quantities_follow_the_money_of_the_file(quantity: str, money: str, value: str) -> None:
    assert amounts(kiotviet((quantity, money, money))) == [(value, "40000")]


@pytest.mark.parametrize(("quantity", "money"), [("0.250", "40.000"), ("0,25", "40,000"), ("0,250", "40,000")])
def test_a_quantity_that_its_money_contradicts_is_rejected(quantity: str, money: str) -> None:
    result = kiotviet((quantity, money, money), ("1", money, money))
    assert amounts(result) == [("1", "40000")]
    assert reasons(result) == {2: (["bad_number"], "Số lượng")}


def test_a_quantity_alone_that_may_be_either_is_refused() -> None:
    with pytest.raises(BadExport) as refusal:
        kiotviet(("1,250", "40000", "50000"))
    assert str(refusal.value).startswith(
        "export.csv: the column \"Số lượng\" does not show whether '1,250' means 1.25 or 1250; export numbers without"
    )


def test_damaged_money_does_not_flip_the_convention() -> None:
    sound = [("1", "39.000", "39.000")] * 4
    result = kiotviet(*sound, ("1", "39.000", "39.00"), ("1", "39.OOO", "39.000"), ("1", "39,000", "39.000"))
    assert amounts(result) == [("1", "39000")] * 4
    assert reasons(result) == {
        6: (["bad_number"], "Thành tiền"),
        7: (["bad_number"], "Đơn giá"),
        8: (["bad_number"], "Đơn giá"),
    }


@pytest.mark.parametrize(
    "lines",
    [
        [("1", "39.000", "39.000"), ("1", "39,000", "39,000")],
        [*[("1", "39.000", "39.000")] * 4, ("1.250", "39,000", "39.000")],
    ],
)
def test_a_mix_of_conventions_is_refused_with_a_witness_of_each(lines: list[tuple[str, str, str]]) -> None:
    with pytest.raises(
        BadExport, match=r"export.csv mixes two ways of writing numbers: '39.000' in .* and '39,000' in"
    ):
        kiotviet(*lines)


@pytest.mark.parametrize("cell", ["1.234", "1,234", "39.000", "(1.234)", "-39,000"])
@pytest.mark.parametrize("quantity", ["1", "0.25", "0,25"])
def test_anybodys_file_must_prove_its_money_by_money(cell: str, quantity: str) -> None:
    with pytest.raises(BadExport, match=r"the column \"net_amount\" does not show whether '.*' means .* or "):
        canonical((quantity, cell), ("1", "500"))


@pytest.mark.parametrize(
    ("money", "values"),
    [
        (["1.234", "1.234.567"], ["1234", "1234567"]),
        (["1,234", "1,234,567"], ["1234", "1234567"]),
        (["1.234", "1.234,5"], ["1234", "1234.5"]),
        (["1,234", "1,234.50"], ["1234", "1234.5"]),
        (["12.5", "7.25", "1.234"], ["12.5", "7.25", "1.234"]),
        (["12,5", "7,25", "1.234"], ["12.5", "7.25", "1234"]),
        (["0.125", "12.3456"], ["0.125", "12.3456"]),
        (["500", "1234567"], ["500", "1234567"]),
    ],
)
def test_anybodys_file_that_proves_its_convention_is_read(money: list[str], values: list[str]) -> None:
    assert [net for _, net in amounts(canonical(*(("1", cell) for cell in money)))] == values


def test_one_damaged_cell_does_not_turn_thousands_into_units() -> None:
    with pytest.raises(BadExport, match=r"does not show whether '25\.000' means 25 or 25000"):
        canonical(*[("1", "39.000"), ("1", "25.000"), ("1", "39.00"), ("1", "500")])


def test_ratings_of_anybody_are_proven_alike() -> None:
    text = "date;employee_id;measure;value\n2026-01-05;E1;care;{}\n"
    assert taken(text.format("87,5"), kind="ratings").rows["value"].to_list() == [Decimal("87.5")]
    with pytest.raises(BadExport, match=r"whether '1\.250' means 1\.25 or 1250"):
        taken(text.format("1.250"), kind="ratings")


SITE = """
system = "till"
table = "sales"
recognised_by = ["store", "no", "day", "sum"]
[columns]
store_id = "store"
receipt_id = "no"
sold_date = "day"
quantity = {{ header = "qty", decimals = 3 }}
net_amount = {{ header = "sum", decimals = {decimals} }}
[formats]
dates = ["%Y-%m-%d"]
numbers = [
  {{ decimal = ".", group = "," }},
  {{ decimal = ",", group = "." }},
  {{ decimal = ",", group = " " }},
  {{ decimal = "." }},
]
"""
WAYS = [(".", ","), (",", "."), (",", " "), (".", "")]
money = st.integers(-(10**7), 10**7).map(lambda value: Decimal(value * 500)) | st.decimals(-9999, 9999, places=2)
lines = st.lists(st.tuples(st.decimals(-99, 9999, places=3), money), min_size=1, max_size=8)


def spelt(value: Decimal, way: tuple[str, str], *, trimmed: bool) -> str:
    shortest = f"{value:,f}".rstrip("0").rstrip(".") if trimmed and value % 1 else f"{value:,f}"
    whole = shortest.split(".")[0] if trimmed and not value % 1 else shortest
    return whole.translate({ord("."): way[0], ord(","): way[1]})


def read_back(cells: Sequence[tuple[str, str]], decimals: int) -> dict[int, tuple[Decimal, Decimal]]:
    rows = (f"Q1;{n};2026-01-05;{quantity};{amount}" for n, (quantity, amount) in enumerate(cells))
    text = "\n".join(["store;no;day;qty;sum", *rows])
    result = taken(text, profiles=of_site(till=SITE.format(decimals=decimals)))
    assert result.delivered == len(cells)
    return {int(row[0]): (row[1], row[2]) for row in result.rows.select("receipt_id", "quantity", "net_amount").rows()}


@given(lines, st.sampled_from(WAYS), st.booleans(), st.sampled_from([2, 4]))
@settings(max_examples=60, deadline=None)
def test_no_number_is_ever_read_as_another_whatever_it_was_written_with(
    values: list[tuple[Decimal, Decimal]], way: tuple[str, str], trimmed: bool, decimals: int
) -> None:
    cells = [(spelt(a, way, trimmed=trimmed), spelt(b, way, trimmed=trimmed)) for a, b in values]
    try:
        found = read_back(cells, decimals)
    except BadExport:
        return
    assert found.items() <= dict(enumerate(values)).items()


@given(lines, st.sampled_from(WAYS[:3]), st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_amount_turns_no_other_into_another_value(
    values: list[tuple[Decimal, Decimal]], way: tuple[str, str], data: st.DataObject
) -> None:
    cells = [(spelt(a, way, trimmed=True), spelt(b, way, trimmed=True)) for a, b in values]
    at = data.draw(st.integers(0, len(cells) - 1))
    quantity, amount = cells[at]
    place = data.draw(st.integers(0, len(amount)))
    noise = data.draw(st.sampled_from(["x", "O", "..", ",", ".", " ", "-"]))
    cells[at] = (quantity, amount[:place] + noise + amount[place + data.draw(st.integers(0, 1)) :])
    try:
        found = read_back(cells, decimals=2)
    except BadExport:
        return
    found.pop(at, None)
    assert found.items() <= dict(enumerate(values)).items()
