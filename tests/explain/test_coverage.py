"""Hours that follow each other are one stretch of the roster."""

from datetime import time

import polars as pl

from tests.drawn import full
from transforms.coverage import SHORTFALL, SPANS, shortfall, spans
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


def test_what_lacks_most_is_summed_over_the_week() -> None:
    """Friday 22 to 1 is worst; Saturday 23:00 lacks staff within those hours too, Friday 9:00 does not."""
    saturday = full(
        """
        group_id | weekday | hour | receipts | staffed | weeks | load | usual | hours | state
        ---------+---------+------+----------+---------+-------+------+-------+-------+-------------
        q1       | 6       | 23   | 30       | 20      | 9     | 1.5  | 1     | 1.5   | understaffed
        """,
        CELLS,
    )
    found = shortfall(pl.concat([WEEK, saturday]), time(4))
    assert found.schema == pl.Schema(SHORTFALL)
    assert found.rows() == [("q1", 5, 22, 1, 2.5, 1.0, 10.5)]
