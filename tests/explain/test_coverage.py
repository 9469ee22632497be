"""Hours that follow each other are one stretch of the roster."""

import math
from datetime import time

import polars as pl
import pytest

from tests.drawn import full
from transforms.coverage import SPANS, THINNED, spans, thinned
from transforms.staffing import CELLS

WEEK = full(
    """
    group_id | weekday | hour | receipts | staffed | weeks | load | usual | hours | state
    ---------+---------+------+----------+---------+-------+------+-------+-------+-------------
    q1       | 5       | 22   | 40       | 20      | 9     | 2    | 1     | 2     | understaffed
    q1       | 5       | 23   | 60       | 20      | 9     | 3    | 1     | 4     | understaffed
    q1       | 5       | 0    | 50       | 20      | 9     | 2.5  | 1     | 3     | understaffed
    q1       | 5       | 9    | 20       | 10      | 9     | 2    | 1     | 1     | understaffed
    q1       | 5       | 10   | 10       | 10      | 9     | 1    | 1     | 0     |
    q1       | 5       | 11   | 20       | 10      | 9     | 2    | 1     | 1     | understaffed
    q1       | 6       | 11   | 2        | 10      | 9     | 0.2  | 1     | -1    | overstaffed
    """,
    CELLS,
)


def test_hours_in_a_row_are_one_span_past_midnight_too() -> None:
    found = spans(WEEK, time(4), most=2)
    assert found.schema == pl.Schema(SPANS)
    assert found.drop("group_id").rows() == [
        ("understaffed", 5, 22, 1, 2.5, 9.0),
        ("understaffed", 5, 9, 10, 2.0, 1.0),
        ("overstaffed", 6, 11, 12, 0.2, -1.0),
    ]


@pytest.mark.parametrize(("receipts", "told"), [(8, 0), (9, 1)])
def test_hours_without_staff_are_a_span_beyond_the_odd_receipt(receipts: int, told: int) -> None:
    nobody = WEEK.head(1).with_columns(
        receipts=pl.lit(receipts, pl.Int64), staffed=pl.lit(0.0), load=None, state=pl.lit("unstaffed")
    )
    found = spans(nobody, time(4))
    assert found.select("state", "begins", "ends", "load").rows() == [("unstaffed", 22, 23, None)] * told


def evening(staffed: float, receipts: int, others: int) -> pl.DataFrame:
    """Five weeks of Mondays to Sundays: four hours of the day, of which the last two are the evening."""
    hours = {10: (20.0, others), 11: (20.0, others), 23: (staffed, receipts), 0: (staffed, receipts)}
    rows = [("q1", day, hour, n, float(s), 5) for day in range(1, 8) for hour, (s, n) in hours.items()]
    names = ("group_id", "weekday", "hour", "receipts", "staffed", "weeks")
    schema = {name: CELLS[name] for name in names}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(state=pl.lit(None, pl.String))


def test_hours_that_lost_staff_and_guests() -> None:
    """Half the evening's staff went; it has 100 receipts of 150, while the other hours went from 100 to 110."""
    found = thinned(evening(10, 100, 110), evening(20, 150, 100), time(4))
    assert found.schema == pl.Schema(THINNED)
    row = found.row(0, named=True)
    assert (row["begins"], row["ends"], row["staffed"], row["usual_staffed"]) == (23, 1, 4.0, 8.0)
    assert (row["receipts"], round(row["usual_receipts"], 1)) == (40.0, 66.0)
    counts = (1400, 1540, 2100, 1400)
    log_ratio = math.log(counts[0] * counts[3] / (counts[1] * counts[2]))
    assert row["deviation"] == pytest.approx(log_ratio / math.sqrt(sum(1 / n for n in counts)), rel=1e-2)


def test_nobody_is_to_be_hired_for_an_hour_that_has_more_than_it_needs() -> None:
    """On Fridays at midnight, where the map of the week says so."""
    spare = (pl.col("hour") == 0) & (pl.col("weekday") == 5)
    now = evening(10, 100, 110).with_columns(state=pl.when(spare).then(pl.lit("overstaffed")))
    row = thinned(now, evening(20, 150, 100), time(4)).row(0, named=True)
    assert (row["begins"], row["ends"], row["staffed"]) == (23, 0, 2.0)


@pytest.mark.parametrize(
    ("staffed", "receipts", "others"),
    [
        (17, 100, 110),  # too little staff went
        (10, 145, 100),  # chance
        (10, 100, 67),  # guests went in every hour
        (10, 70, 110),  # so few guests need no more staff
    ],
)
def test_fewer_people_alone_or_fewer_guests_alone_ask_for_nothing(staffed: float, receipts: int, others: int) -> None:
    assert thinned(evening(staffed, receipts, others), evening(20, 150, 100), time(4)).is_empty()


def test_a_store_that_was_not_there_a_year_before_is_not_judged() -> None:
    assert thinned(evening(10, 100, 110), evening(20, 150, 100).clear(), time(4)).is_empty()
