"""Stores beside each other: the one that stands out, not those that differ as stores do."""

from datetime import date

import polars as pl
import pytest

from transforms.peers import BEYOND, beyond_peers
from transforms.tables import FACTS

MONTH = date(2026, 10, 1)


def facts(late: list[int], shifts: int = 300) -> pl.DataFrame:
    """Stores with so many late shifts, in one month each."""
    rows = [("lateness_rate", "store", f"S{n}", MONTH, count, shifts, 1) for n, count in enumerate(late)]
    return pl.DataFrame(rows, schema=dict(FACTS), orient="row")


def test_a_store_beyond_all_others() -> None:
    """21 of 300 is 7 %; the funnel there is 1.47 points wide a deviation, so 42 lie 4.75 of them above."""
    found = beyond_peers(facts([21, 21, 21, 22, 20, 42]), "lateness_rate", MONTH)
    assert found.schema == pl.Schema(BEYOND)
    row = found.row(0, named=True)
    assert (row["group_id"], row["lately"], row["median"]) == ("S5", 0.14, pytest.approx(0.07))
    assert row["deviation"] == pytest.approx(4.75, abs=0.01)


@pytest.mark.parametrize(
    "late",
    [
        [21, 21, 22, 20, 30],  # chance
        [5, 35, 10, 45, 20, 42],  # stores that differ anyway
        [21, 21, 21, 42],  # too few stores to have a middle
        [0, 0, 0, 0, 0, 3],  # a middle of nothing has no funnel
        [300, 300, 300, 301, 302],  # all alike
    ],
)
def test_nobody_stands_out(late: list[int]) -> None:
    assert beyond_peers(facts(late, 400), "lateness_rate", MONTH).is_empty()


def test_a_kpi_that_no_store_has_says_nothing() -> None:
    assert beyond_peers(facts([21] * 6), "attendance_rate", MONTH).is_empty()
