"""How much came: days off are none that are missing, and a department is known as far as its rows and hours are."""

from datetime import date, timedelta

import polars as pl
import pytest

from tests.drawn import frame, full
from transforms.completeness import COMPLETENESS, at_rest, completeness
from transforms.proposals import Rule, proposals
from transforms.tables import FACTS

MONTH = date(2026, 10, 1)
MEMBERS = {"leaf_id": pl.String(), "level": pl.String(), "group_id": pl.String()}
DAYS = {"store_id": pl.String()} | dict.fromkeys(("open_days", "sales_days", "attendance_days"), pl.Int64())
STORES = """
    store_id | open_days | sales_days | attendance_days
    ---------+-----------+------------+----------------
    q1       | 30        | 30         | 30
    q3       | 30        | 15         | 0
"""
GROUPS = """
    leaf_id | level | group_id
    --------+-------+---------
    q1      | store | q1
    q3      | store | q3
    q1      | chain | c
    q3      | chain | c
"""
# Of the 100 of q1 a fifth is nobody's; in its kitchen every fourth shift lacks a punch.
HERE = """
    kpi                | level      | group_id   | month      | numerator | denominator
    -------------------+------------+------------+------------+-----------+------------
    net_sales          | store      | q1         | 2026-10-01 | 100       |
    net_sales          | department | q1.bar     | 2026-10-01 | 60        |
    net_sales          | department | q1.floor   | 2026-10-01 | 20        |
    missing_punch_rate | department | q1.kitchen | 2026-10-01 | 5         | 20
    missing_punch_rate | department | q1.bar     | 2026-10-01 | 0         | 40
    net_sales          | department | q3.bar     | 2026-10-01 | 10        |
    net_sales          | department | q1.bar     | 2026-09-01 | 1         |
"""


def found() -> pl.DataFrame:
    return completeness(frame(STORES, DAYS), frame(GROUPS, MEMBERS), full(HERE, FACTS), MONTH)


def test_each_group_is_known_as_far_as_what_came_of_it() -> None:
    expected = """
    level      | group_id   | sales_coverage | attendance_coverage
    -----------+------------+----------------+--------------------
    chain      | c          | 0.75           | 0.5
    department | q1.bar     | 0.8            | 1
    department | q1.floor   | 0.8            | 1
    department | q1.kitchen | 0.8            | 0.75
    department | q3.bar     | 0.5            | 0
    store      | q1         | 1              | 1
    store      | q3         | 0.5            | 0
    """
    assert found().equals(frame(expected, COMPLETENESS))


@pytest.mark.parametrize(("data", "groups"), [("sales", ["q1"]), ("attendance", ["q1"]), ("ratings", None)])
def test_poor_data_caps_what_may_be_said_of_a_department(data: str, groups: list[str] | None) -> None:
    rule = Rule("any", "x", "lower", "shift_leader", 14, ("x",), data=data)
    told = found().with_columns(x=pl.lit(1.0), x_expected=pl.lit(2.0), x_rule=pl.lit("outside"), x_side=pl.lit("lower"))
    asked = proposals(told, date(2026, 10, 31), [rule])["group_id"].to_list()
    assert sorted(asked) == (groups or sorted(told["group_id"]))


def days(first: date, last: date, off: set[int]) -> pl.DataFrame:
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    open_days = [day for day in every if day.isoweekday() not in off]
    return pl.DataFrame({"store_id": ["q1"] * len(open_days), "business_date": open_days})


def test_a_weekday_without_anything_is_a_day_off() -> None:
    assert at_rest(days(date(2026, 8, 1), date(2026, 10, 31), {7})).rows() == [("q1", 7)]
    assert at_rest(days(date(2026, 8, 1), date(2026, 10, 31), set())).is_empty()


def test_days_are_missing_rather_than_off_where_little_is_known() -> None:
    """Of a week that came no weekday can be told to be off."""
    assert at_rest(days(date(2026, 10, 1), date(2026, 10, 20), {6, 7})).is_empty()
