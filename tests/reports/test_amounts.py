"""Values that stand side by side share one scale, and the unit is said once."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from reports.amounts import scale_of
from reports.language import language
from tests.reports.reviews import catalogue

EN = language("en")


@pytest.mark.parametrize(
    ("values", "digits", "written", "unit"),
    [
        ([1_791_234_567, 1_850_000_000], None, ["1,791.2", "1,850.0"], "million ₫"),
        ([52_314_000_000, 900_000_000], None, ["52.31", "0.90"], "billion ₫"),
        ([1_791_234_567], 3, ["1.79"], "billion ₫"),
        ([131_100], None, ["131,100"], "₫"),
        ([0], None, ["0"], "₫"),
        ([-1_791_234_567], None, ["−1,791.2"], "million ₫"),
        ([10**38], 4, ["100,000,000,000,000,000,000,000,000"], "trillion ₫"),
    ],
)
def test_money_is_scaled_to_a_readable_word(
    values: list[int], digits: int | None, written: list[str], unit: str
) -> None:
    amounts = [Decimal(value) for value in values]
    scale = scale_of(catalogue()["net_sales"], amounts, "VND", EN, digits=digits)
    assert [scale.write(amount) for amount in amounts] == written
    assert scale.unit.replace("\N{NO-BREAK SPACE}", " ") == unit


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (9_737_122, "9.7 million ₫"),
        (93_033_261, "93.0 million ₫"),
        (360_819_500, "360.8 million ₫"),
        (1_791_234_567, "1,791.2 million ₫"),
        (52_314_000_000, "52.31 billion ₫"),
        (999_999, "999,999 ₫"),
    ],
)
def test_money_is_rounded_by_its_word_alone(value: int, written: str) -> None:
    scale = scale_of(catalogue()["net_sales"], [Decimal(value)], "VND", EN)
    assert f"{scale.write(Decimal(value))} {scale.unit}".replace("\N{NO-BREAK SPACE}", " ") == written


def test_small_money_keeps_the_fractions_of_its_currency() -> None:
    kpi = catalogue()["average_transaction_value"]
    assert scale_of(kpi, [Decimal("12.3456")], "USD", EN).write(Decimal("12.3456")) == "12.35"
    assert scale_of(kpi, [Decimal("12.3456")], "VND", EN).write(Decimal("12.3456")) == "12"


def test_shares_are_percent_and_their_difference_is_in_points() -> None:
    scale = scale_of(catalogue()["attendance_rate"], [], "VND", EN)
    assert scale.write(Decimal("0.974")) == "97.4%"
    assert scale.difference(Decimal("-0.0123")) == "−1.2\N{NO-BREAK SPACE}pp"
    assert scale.unit == ""


@pytest.mark.parametrize("values", [[None], [None, Decimal(3)]])
def test_what_is_not_there_is_a_dash(values: Sequence[Decimal | None]) -> None:
    scale = scale_of(catalogue()["transactions"], values, "VND", EN)
    assert scale.write(None) == "—"
    assert scale.difference(None) == "—"


def test_a_kpi_without_decimals_counts_in_whole_numbers() -> None:
    kpi = replace(catalogue()["transactions"], decimals=None)
    assert scale_of(kpi, [Decimal(5)], "VND", EN).write(Decimal("5.4")) == "5"
