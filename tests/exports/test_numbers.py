"""Numbers: exactly what the declared marks allow, never a guess."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.exports.numbers import Marks, read_numbers, read_percents, read_whole

PLAIN = Marks()
ENGLISH = Marks(".", ",", ("$", "USD"))
VIETNAMESE = Marks(",", ".", ("₫", "đ", "VND"))
FRENCH = Marks(",", " ", ("€",))
RUPEES = Marks(".", ",", ("Rs", "Rs.", "kr"))


@pytest.mark.parametrize(
    ("marks", "cell", "value"),
    [
        (PLAIN, "12", "12"),
        (PLAIN, "-0.5", "-0.5"),
        (PLAIN, ".5", "0.5"),
        (PLAIN, "12.34560000", "12.3456"),
        (PLAIN, "−7", "-7"),
        (PLAIN, "(7.25)", "-7.25"),
        (PLAIN, "99999999999999.9999", "99999999999999.9999"),
        (ENGLISH, "$8.00", "8"),
        (ENGLISH, "-$9.00", "-9"),
        (ENGLISH, "$-9.00", "-9"),
        (ENGLISH, "($1,234.50)", "-1234.5"),
        (ENGLISH, "1,234,567 USD", "1234567"),
        (VIETNAMESE, "1.234.567,50", "1234567.5"),
        (VIETNAMESE, "1.234 ₫", "1234"),
        (VIETNAMESE, "1234567", "1234567"),
        (VIETNAMESE, "45.000đ", "45000"),
        (FRENCH, "1\u00a0234\u202f567,5 €", "1234567.5"),
        (RUPEES, "Rs. 720", "720"),
        (RUPEES, "Rs.1,440.50", "1440.5"),
        (RUPEES, "-kr.500", "-500"),
        (RUPEES, "Rs 0.5", "0.5"),
        (PLAIN, "0.30000000000000004", "0.3"),
        (PLAIN, "7.700000000000001", "7.7"),
    ],
)
def test_a_number_is_read_by_its_marks(marks: Marks, cell: str, value: str) -> None:
    assert read_numbers(pl.Series([cell, None]), marks).to_list() == [Decimal(value), None]


@pytest.mark.parametrize(
    ("marks", "cell"),
    [
        *((PLAIN, cell) for cell in ("1e3", "1,5", "1,234", "3b3", "a3", "5.", "--1", "- -1", "+1", "1 2", "$1")),
        (PLAIN, "1.23456"),
        *((PLAIN, cell) for cell in ("NaN", "inf", "0x10", "١٢", "1_000", "(1", "1)", "(-1)", "100000000000000")),
        *(
            (ENGLISH, cell)
            for cell in ("1.234.567,50", "12,34", "1,2345", "1,23,456", "1234,567", "1.5,000", "$", "-$-1", "0,250")
        ),
        *((VIETNAMESE, cell) for cell in ("1,234,567.50", "1234.5", "1.2345", "45.00", "1.234.56", "45.000 USD")),
    ],
)
def test_what_does_not_fit_the_marks_is_no_number(marks: Marks, cell: str) -> None:
    assert read_numbers(pl.Series([cell]), marks).to_list() == [None]


def test_percents_and_whole_numbers() -> None:
    assert read_percents(pl.Series(["12.5 %", "100%", "7", "0.125%"]), PLAIN).to_list() == [
        Decimal("0.125"),
        Decimal(1),
        Decimal("0.07"),
        None,
    ]
    assert read_whole(pl.Series(["1", "007", "1.0", "-1", "1234567890", None])).to_list() == [
        1,
        7,
        None,
        None,
        None,
        None,
    ]


def test_where_money_has_two_decimals_a_third_one_means_thousands_elsewhere() -> None:
    cells = pl.Series(["30.000", "30.00", "30", "1,030.5", "0.125"])
    assert read_numbers(cells, ENGLISH, decimals=2).to_list() == [
        None,
        Decimal(30),
        Decimal(30),
        Decimal("1030.5"),
        None,
    ]
    plain = pl.Series(["30.000", "30.0000", "30.5000", "30.5500", "30.5550", "30.50000"])
    assert [value is None for value in read_numbers(plain, PLAIN, decimals=2)] == [
        True,
        False,
        False,
        False,
        True,
        False,
    ]


def spelt(value: Decimal, marks: Marks, grouped: bool, sign: str) -> str:
    digits = f"{abs(value):,f}" if grouped and marks.group else f"{abs(value):f}"
    written = digits.translate(str.maketrans(",.", f"{marks.group or ','}{marks.decimal}"))
    return written if value >= 0 else {"-": f"-{written}", "−": f"−{written}", "(": f"({written})"}[sign]


@given(
    st.lists(st.decimals(-(10**13), 10**13, places=4), min_size=1, max_size=20),
    st.sampled_from([PLAIN, ENGLISH, VIETNAMESE, FRENCH]),
    st.booleans(),
    st.sampled_from("-−("),
)
def test_numbers_written_by_any_marks_read_back_equal(
    values: list[Decimal], marks: Marks, grouped: bool, sign: str
) -> None:
    cells = pl.Series([spelt(value, marks, grouped, sign) for value in values])
    assert read_numbers(cells, marks).to_list() == values


@given(st.text(alphabet="0123456789.,-()$e ", max_size=10), st.sampled_from([PLAIN, ENGLISH, VIETNAMESE]))
def test_a_cell_read_as_a_number_means_it_in_a_second_reading(cell: str, marks: Marks) -> None:
    value = read_numbers(pl.Series([cell]), marks).item()
    if value is not None:
        bare = cell.strip("()").replace("$", "").replace(" ", "").replace(marks.group or "\0", "")
        again = abs(Decimal(bare.replace(marks.decimal, ".")))
        assert value == (-again if "(" in cell or "-" in cell else again)
