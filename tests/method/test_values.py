"""From facts to values."""

from decimal import Decimal

import polars as pl
from polars.testing import assert_frame_equal

from tests.drawn import frame
from transforms.kpis.catalogue import shipped_catalogue
from transforms.kpis.values import REASONS, VALUES, attained, no_rows, values
from transforms.tables import FACTS
from transforms.targets import RESOLVED

KPIS = shipped_catalogue()


def test_growth_is_read_from_the_same_month_last_year() -> None:
    facts = frame(
        """
        kpi       | level | group_id | month      | numerator | denominator | rows
        ----------+-------+----------+------------+-----------+-------------+-----
        net_sales | store | q1       | 2025-07-01 | 500       |             | 5
        net_sales | store | q1       | 2026-07-01 | 600       |             | 5
        net_sales | store | q3       | 2026-07-01 | 600       |             | 5
        net_sales | store | hk       | 2025-07-01 | 0         |             | 1
        net_sales | store | hk       | 2026-07-01 | 600       |             | 5
        net_sales | store | dn       | 2025-07-01 | 500       |             | 5
        net_sales | store | dn       | 2026-07-01 | 0         |             | 1
        net_sales | chain | q1       | 2025-07-01 | 1         |             | 1
        """,
        FACTS,
    )
    expected = frame(
        """
        kpi          | level | group_id | month      | value | reason
        -------------+-------+----------+------------+-------+-----------------
        sales_growth | store | q1       | 2026-07-01 | 0.2   |
        sales_growth | store | q3       | 2026-07-01 |       | no_same_period
        sales_growth | store | hk       | 2026-07-01 |       | zero_same_period
        sales_growth | store | dn       | 2026-07-01 | -1    |
        """,
        VALUES,
    )
    growths = values(facts, KPIS).filter(pl.col("month").dt.year() == 2026, kpi="sales_growth")
    assert_frame_equal(growths, expected, check_row_order=False)


def test_growth_on_a_base_of_its_own_stands_on_last_years_base() -> None:
    facts = frame(
        """
        kpi               | level | group_id | month      | numerator | denominator | rows
        ------------------+-------+----------+------------+-----------+-------------+-----
        same_store_growth | chain | sx       | 2025-07-01 | 900       | 500         | 5
        same_store_growth | chain | sx       | 2026-07-01 | 600       | 700         | 5
        same_store_growth | chain | other    | 2026-07-01 | 600       |             | 5
        same_store_growth | chain | young    | 2026-07-01 |           |             | 5
        """,
        FACTS,
    )
    found = values(facts, KPIS).filter(pl.col("month").dt.year() == 2026, kpi="same_store_growth").sort("group_id")
    nothing = (None, "no_same_period")
    assert found.select("value", "reason").rows() == [nothing, (Decimal("0.2"), None), nothing]


def test_an_attainment_is_the_value_by_its_target() -> None:
    known = frame(
        """
        kpi       | level | group_id | month      | value | reason
        ----------+-------+----------+------------+-------+---------
        net_sales | store | q1       | 2026-07-01 | 600   |
        net_sales | store | q3       | 2026-07-01 | 600   |
        net_sales | store | hk       | 2026-07-01 |       | no_sales
        net_sales | store | dn       | 2026-07-01 | 5     |
        """,
        VALUES,
    )
    targets = frame(
        """
        kpi       | level | group_id | month      | target
        ----------+-------+----------+------------+-------
        net_sales | store | q1       | 2026-07-01 | 800
        net_sales | store | hk       | 2026-07-01 | 800
        net_sales | store | dn       | 2026-07-01 | 0
        """,
        RESOLVED,
    )
    found = attained(known, targets, KPIS).sort("group_id").select("kpi", "group_id", "value", "reason").rows()
    assert [(group, value, reason) for _, group, value, reason in found] == [
        ("dn", None, "zero_goal"),
        ("hk", None, "no_sales"),
        ("q1", Decimal("0.75"), None),
        ("q3", None, "no_goal"),
    ]
    assert {kpi for kpi, *_ in found} == {"budget_attainment"}


def test_every_kpi_has_a_reason_for_having_no_row() -> None:
    reasons = dict(no_rows(KPIS).iter_rows())
    assert reasons.keys() == KPIS.keys()
    assert set(reasons.values()) <= set(REASONS)
    assert (reasons["sales_growth"], reasons["service_skill"]) == ("no_sales", "no_ratings")
