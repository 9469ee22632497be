"""Comparable days, the calendar's part in a growth, and the pace of a running month."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.drawn import frame, full
from transforms.calendar import days_in, first_of
from transforms.kpis.values import VALUE
from transforms.periods import (
    BASES,
    against_others,
    calendar_effect,
    compare,
    of_groups,
    opened_midway,
    pace,
    same_stores,
    tet,
    whole_months,
    whole_openings,
    window,
)
from transforms.tables import FACTS

SATURDAY = 5
MAY = date(2026, 5, 1)
months = st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(first_of)


def sold(store: str, amounts: dict[str, int]) -> pl.DataFrame:
    rows = [(store, date.fromisoformat(day), Decimal(amount)) for day, amount in amounts.items()]
    schema = {"store": pl.String(), "business_date": pl.Date(), "net": pl.Decimal(38, 4)}
    return pl.DataFrame(rows, schema=schema, orient="row")


def every_day(first: date, last: date, amount: int) -> dict[str, int]:
    return {str(first + timedelta(days=n)): amount for n in range((last - first).days + 1)}


@pytest.mark.parametrize(
    ("year", "first"), [(2024, "2024-02-10"), (2025, "2025-01-29"), (2026, "2026-02-17"), (2027, "2027-02-06")]
)
def test_tet_as_published(year: int, first: str) -> None:
    assert str(tet(year)) == first


@given(months)
def test_each_day_is_compared_once_and_in_its_own_way(month: date) -> None:
    weekday = window(month, "weekday")
    assert len(weekday) == days_in(month)
    assert all(now.weekday() == before.weekday() for now, before in weekday.rows())
    calendar = window(month, "calendar")
    pairs = calendar.drop_nulls()
    assert all((now.month, now.day) == (before.month, before.day) for now, before in pairs.rows())
    assert set(calendar["business_date"].drop_nulls()) == set(weekday["business_date"])
    year_before = month.replace(year=month.year - 1)
    assert calendar["before"].drop_nulls().sort().to_list() == [
        year_before + timedelta(days=n) for n in range(days_in(year_before))
    ]


def test_tet_stands_beside_tet() -> None:
    pairs = dict(window(date(2026, 2, 1), "tet").rows())
    assert pairs[date(2026, 2, 17)] == date(2025, 1, 29)
    assert pairs[date(2026, 2, 16)] == date(2025, 1, 28)


def test_a_running_month_is_compared_with_the_same_days_only() -> None:
    days = sold(
        "q1", every_day(date(2025, 6, 1), date(2025, 7, 31), 100) | every_day(date(2026, 7, 1), date(2026, 7, 10), 110)
    )
    found = compare(days, "net", date(2026, 7, 1), until=date(2026, 7, 10))
    assert found.select("basis", "days", "now", "before", "growth").rows() == [
        (basis, 10, 1100, 1000, Decimal("0.1")) for basis in sorted(BASES)
    ]


def test_stores_together_count_what_each_year_had_and_same_stores_only_who_had_both() -> None:
    days = pl.concat(
        [
            sold("old", {"2025-05-01": 100, "2026-05-01": 120}),
            sold("closed", {"2025-05-01": 300}),
            sold("new", {"2026-05-02": 240}),
        ]
    )
    stores = frame(
        """
        store_id | opened_on  | closed_on
        ---------+------------+-----------
        old      |            |
        closed   | 2020-01-01 | 2026-05-20
        new      | 2025-05-02 |
        """,
        {"store_id": pl.String(), "opened_on": pl.Date(), "closed_on": pl.Date()},
    )
    members = pl.DataFrame({"store": ["old", "closed", "new"], "group": ["sx"] * 3})
    compared = compare(days, "net", MAY)
    rows = of_groups(compared, members).filter(basis="calendar").select("store", "days", "now", "before", "growth")
    assert rows.rows() == [("sx", 31, 360, 400, Decimal("-0.1"))]
    assert same_stores(stores, MAY) == ["old"]
    same = of_groups(compared, members.filter(pl.col("store").is_in(same_stores(stores, MAY))))
    assert same.filter(basis="calendar")["growth"].to_list() == [Decimal("0.2")]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 60), st.integers(-99, 999)), max_size=9))
def test_the_stores_of_a_group_add_up(lines: list[tuple[str, int, int]]) -> None:
    amounts: dict[tuple[str, date], int] = {}
    for store, offset, amount in lines:
        day = (MAY if amount % 2 else MAY.replace(year=2025)) + timedelta(days=offset)
        amounts[store, day] = amount
    parts = [sold(store, {str(day): amount}) for (store, day), amount in amounts.items()]
    compared = compare(pl.concat([sold("a", {}), *parts]), "net", MAY)
    members = pl.DataFrame({"store": ["a", "b", "c"], "group": ["sx"] * 3})
    whole = of_groups(compared, members)
    for basis in BASES:
        own, all_of = compared.filter(basis=basis), whole.filter(basis=basis)
        assert (own["now"].sum(), own["before"].sum()) == (all_of["now"].sum(), all_of["before"].sum())


def test_the_calendar_is_told_apart() -> None:
    """May 2026 has a Saturday and a Sunday more than May 2025 less a Thursday and a Friday: nothing else grew."""
    days = [*every_day(date(2025, 4, 1), date(2025, 6, 30), 0), *every_day(date(2026, 5, 1), date(2026, 5, 31), 0)]
    busy = {day: 200 if date.fromisoformat(day).weekday() >= SATURDAY else 100 for day in days}
    found = compare(sold("q1", busy), "net", date(2026, 5, 1))
    growth = dict(found.select("basis", "growth").rows())
    assert (growth["weekday"], growth["calendar"]) == (0, Decimal("0.02500000"))
    assert dict(calendar_effect(found).select("basis", "calendar_effect").rows())["weekday"] == growth["calendar"]


def test_the_pace_weighs_the_days_of_the_week() -> None:
    days = sold("q1", every_day(date(2026, 6, 1), date(2026, 6, 7), 100))
    targets = pl.DataFrame({"store": ["q1", "q3"], "target": [Decimal(3000)] * 2}, schema_overrides={"target": VALUE})
    monday_to_saturday = dict.fromkeys(range(1, 7), 1)
    found = pace(days, "net", targets, date(2026, 6, 1), date(2026, 6, 7), weekdays=monday_to_saturday)
    # June 2026: 26 days without Sundays, six of them passed.
    due = Decimal("692.30769231")
    assert found.select("store", "actual", "due").rows() == [("q1", 700, due), ("q3", None, due)]
    assert found["pace"][0].quantize(Decimal("0.0001")) == Decimal("1.0111")


def test_a_store_is_read_beside_all_the_others() -> None:
    may = {"2025-05-01": 100, "2026-05-01": 110}
    days = pl.concat(
        [sold("a", may), sold("b", {"2025-05-01": 300, "2026-05-01": 300}), sold("new", {"2026-05-01": 50})]
    )
    found = against_others(compare(days, "net", date(2026, 5, 1)).filter(basis="calendar")).sort("store")
    assert found.select("store", "market_growth", "adjusted_growth").rows() == [
        ("a", 0, Decimal("0.1")),
        ("b", Decimal("0.1"), Decimal("-0.09090909")),
    ]


def test_the_month_in_which_data_began_late_is_no_base() -> None:
    facts = frame("kpi | month\n---\nnet_sales | 2025-09-01\nnet_sales | 2025-10-01", FACTS)
    september = date(2025, 9, 1)
    for oldest, kept_from, months in (
        (date(2025, 9, 20), date(2025, 10, 1), [10]),
        (date(2025, 9, 20), september, [9, 10]),  # it is the month under review
        (date(2025, 9, 3), date(2025, 10, 1), [9, 10]),  # the first days of a month may be free
        (None, date(2025, 10, 1), [9, 10]),
    ):
        assert whole_months(facts, oldest, kept_from)["month"].dt.month().to_list() == months


def test_the_month_in_which_a_store_opened_midway_is_nothing_to_grow_from() -> None:
    rows = """
    level      | group_id | month
    -----------+----------+-----------
    chain      | c        | 2025-10-01
    store      | q1       | 2025-10-01
    department | q1.bar   | 2025-10-01
    store      | q1       | 2025-11-01
    store      | q3       | 2025-10-01
    store      | q5       | 2025-10-01
    """
    stores = frame(
        "store_id | opened_on\n---\nq1 | 2025-10-12\nq3 | 2025-10-03\nq5 |",
        {"store_id": pl.String(), "opened_on": pl.Date()},
    )
    facts = full(rows, FACTS)
    kept = whole_openings(facts, stores, date(2025, 11, 1))
    assert kept.schema == facts.schema
    assert kept.select("group_id", "month").rows() == [
        ("c", date(2025, 10, 1)),
        ("q1", date(2025, 11, 1)),
        ("q3", date(2025, 10, 1)),
        ("q5", date(2025, 10, 1)),
    ]
    assert whole_openings(facts, stores, date(2025, 10, 1)).equals(facts)
    assert opened_midway(stores, date(2025, 10, 1)) == ["q1"]
