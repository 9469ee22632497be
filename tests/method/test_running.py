"""The end of what a clock sent: whose out may not have been delivered yet has forgotten nothing."""

import polars as pl
import pytest

from tests.method.test_shifts import clocked, planned
from transforms.attendance import ShiftRules, shifts


@pytest.mark.parametrize(
    ("an", "binh", "status"),
    [
        ("22:00-", "14:00-23:30", "running"),
        ("22:00-", "22:05-+06:00", "running"),  # sixteen hours after her in are not over
        ("22:00-", "22:05-+14:05", "open"),
        ("-+06:00", "22:05-+06:00", "open"),  # her in was before
        ("08:00-08:00", "07:00-09:00", "open"),
        ("08:00-", "12:00-23:30", "running"),
    ],
)
def test_without_a_plan_somebody_may_be_there_for_the_longest_shift(an: str, binh: str, status: str) -> None:
    found = shifts(clocked({"an": an, "binh": binh}), planned({}), ShiftRules()).collect()
    assert found.filter(employee_id="an")["status"].to_list() == [status]
    assert found.filter(employee_id="an")["flags"].to_list() == [["running" if status == "running" else "open_punch"]]


@pytest.mark.parametrize(("sent_until", "status"), [("18:30", "running"), ("20:01", "open"), ("+23:00", "open")])
def test_with_a_plan_until_three_hours_after_its_end(sent_until: str, status: str) -> None:
    rows = clocked({"an": "08:00-", "binh": f"12:00-{sent_until}"})
    found = shifts(rows, planned({"an": "08:00-17:00"}), ShiftRules(longest_shift_hours=36)).collect()
    assert found.filter(employee_id="an")["status"].to_list() == [status]


def test_what_comes_days_later_does_not_show_that_the_clock_was_read_in_between() -> None:
    rows = clocked({"an": "22:00-", "binh": "08:00-12:00"}).collect()
    week = rows.with_columns(rows["clock_in"].dt.offset_by("5d"), rows["clock_out"].dt.offset_by("5d"))
    both = rows.vstack(week.filter(employee_id="binh"))
    found = shifts(both.lazy(), planned({}), ShiftRules()).collect()
    assert found.filter(employee_id="an")["status"].to_list() == ["running"]


@pytest.mark.parametrize(("days", "status"), [(3, "open"), (4, "running")])
def test_a_store_that_was_closed_for_two_days_was_no_broken_clock(days: int, status: str) -> None:
    rows = clocked({"an": "14:00-", "binh": "08:00-12:00"}).collect()
    later = rows.filter(employee_id="binh").with_columns(pl.col("clock_in", "clock_out").dt.offset_by(f"{days}d"))
    found = shifts(rows.vstack(later).lazy(), planned({}), ShiftRules()).collect()
    assert found.filter(employee_id="an")["status"].to_list() == [status]


def test_another_stores_clock_shows_nothing() -> None:
    rows = clocked({"an": "22:00-", "binh": "22:05-+23:00"}).collect()
    elsewhere = rows.with_columns(store_id=rows["employee_id"].replace({"an": "q1", "binh": "q3"}))
    found = shifts(elsewhere.lazy(), planned({}), ShiftRules(longest_shift_hours=36)).collect()
    assert found.filter(employee_id="an")["status"].to_list() == ["running"]
