"""How the systems of the sample spell money, times and names."""

from datetime import datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.sample.labels import dollars, dotted, hour_minute
from flows.sample.texts import plain

AMOUNTS = st.lists(st.integers(-999_999_999, 999_999_999), min_size=1, max_size=30)


def _shown(values: list[int], spell: pl.Expr) -> list[str]:
    return pl.DataFrame({"amount": values}, schema={"amount": pl.Int64}).select(spell).to_series().to_list()


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(0, "0"), (7, "7"), (950, "950"), (35_000, "35.000"), (1_234_567, "1.234.567"), (-1_000_050, "-1.000.050")],
)
def test_dong_are_grouped_by_dots(amount: int, shown: str) -> None:
    assert _shown([amount], dotted(pl.col("amount"))) == [shown]


@given(AMOUNTS)
def test_dong_are_grouped_as_by_any_other_means(amounts: list[int]) -> None:
    assert _shown(amounts, dotted(pl.col("amount"))) == [f"{amount:,}".replace(",", ".") for amount in amounts]


@given(AMOUNTS)
def test_dollars_keep_their_cents_and_sign(cents: list[int]) -> None:
    expected = [f"{'-' if c < 0 else ''}${abs(c) // 100}.{abs(c) % 100:02d}" for c in cents]
    assert _shown(cents, dollars(pl.col("amount"))) == expected


@given(st.integers(0, 24 * 60 - 1))
def test_times_have_no_leading_zero(minutes: int) -> None:
    at = datetime(2026, 10, 1) + timedelta(minutes=minutes)  # noqa: DTZ001
    shown = pl.DataFrame({"at": [at]}).select(hour_minute("at")).item()
    assert shown == f"{minutes // 60}:{minutes % 60:02d}"


@pytest.mark.parametrize(("marked", "bare"), [("Đống Đa", "Dong Da"), ("Nguyễn Thị Hương", "Nguyen Thi Huong")])
def test_english_systems_write_names_without_marks(marked: str, bare: str) -> None:
    assert plain(marked) == bare
