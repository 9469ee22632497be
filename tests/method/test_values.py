"""From facts to values."""

import polars as pl
from polars.testing import assert_frame_equal

from tests.drawn import frame
from transforms.kpis.catalogue import shipped_catalogue
from transforms.kpis.values import REASONS, VALUES, no_rows, values, with_complete
from transforms.tables import FACTS

KPIS = shipped_catalogue()
COMPLETE = {"table": pl.String(), **{c: FACTS[c] for c in ("level", "group_id", "month")}}


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


def test_no_row_is_zero_only_where_the_table_is_known_to_be_complete() -> None:
    facts = frame(
        """
        kpi                   | level | group_id | month      | numerator | denominator | rows
        ----------------------+-------+----------+------------+-----------+-------------+-----
        net_sales             | store | q1       | 2026-07-01 | 600       |             | 5
        sales_per_labour_hour | store | q3       | 2026-07-01 |           | 40          | 0
        sales_per_labour_hour | store | hk       | 2026-07-01 |           | 40          | 0
        """,
        FACTS,
    )
    complete = frame(
        """
        table | level | group_id | month
        ------+-------+----------+-----------
        sales | store | q1       | 2026-07-01
        sales | store | q3       | 2026-07-01
        """,
        COMPLETE,
    )
    expected = frame(
        """
        kpi                       | group_id | value | reason
        --------------------------+----------+-------+-----------------
        average_transaction_value | q3       |       | zero_denominator
        net_sales                 | q1       | 600   |
        net_sales                 | q3       | 0     |
        sales_per_labour_hour     | hk       |       | no_sales
        sales_per_labour_hour     | q3       | 0     |
        """,
        VALUES,
    )
    shown = values(with_complete(facts, KPIS, complete), KPIS).sort("kpi", "group_id").select(expected.columns)
    assert_frame_equal(shown.join(expected, on=["kpi", "group_id"], how="semi"), expected)


def test_every_kpi_has_a_reason_for_having_no_row() -> None:
    reasons = dict(no_rows(KPIS).iter_rows())
    assert reasons.keys() == KPIS.keys()
    assert set(reasons.values()) <= set(REASONS)
    assert (reasons["sales_growth"], reasons["service_skill"]) == ("no_sales", "no_ratings")
