"""Scored KPIs that nothing delivered can measure."""

from collections.abc import Collection
from datetime import date

import polars as pl

from tests.drawn import frame
from transforms.groups import GROUPS
from transforms.kpis.catalogue import shipped_catalogue
from transforms.scorecards import read_scorecards
from transforms.tables import FACTS, empty
from transforms.unmeasured import unmeasured

KPIS = shipped_catalogue()
CARDS = read_scorecards(
    """
    [levels.chain]
    weights = { attendance_rate = 100 }
    [levels.store]
    weights = { net_sales = 40, sales_growth = 30, attendance_rate = 30 }
    [positions.barista]
    weights = { lateness_rate = 100 }
    """,
    KPIS,
    ["barista", "cook"],
    empty(GROUPS),
)
DELIVERED = """
kpi             | level    | group_id | month      | numerator | denominator | rows
----------------+----------+----------+------------+-----------+-------------+-----
net_sales       | store    | q1       | 2026-10-01 | 90        |             | 3
attendance_rate | store    | q1       | 2026-10-01 | 0         | 0           | 0
attendance_rate | chain    | c        | 2026-10-01 | 8         | 8           | 1
lateness_rate   | position | cook     | 2026-10-01 | 1         | 8           | 8
"""
A_YEAR_AGO = """
kpi             | level    | group_id | month      | numerator | denominator | rows
----------------+----------+----------+------------+-----------+-------------+-----
net_sales       | store    | q1       | 2025-10-01 | 80        |             | 3
attendance_rate | store    | q2       | 2026-10-01 | 7         | 8           | 1
lateness_rate   | position | barista  | 2026-10-01 | 0         | 8           | 8
"""


def told(*drawn: str, levels: Collection[str] = ("store", "person")) -> list[str]:
    facts = pl.concat(frame(each, FACTS) for each in drawn)
    found = unmeasured(CARDS, levels, KPIS, facts, date(2026, 10, 1))
    return [f"{', '.join(keys)}: {kpi.id}" for kpi, keys in found]


def test_what_no_group_of_a_card_has_a_value_of_is_told() -> None:
    assert told(DELIVERED) == [
        "levels.store: sales_growth",
        "levels.store: attendance_rate",
        "positions.barista: lateness_rate",
    ]


def test_only_what_is_reviewed_holds_letters_back_and_a_value_at_any_reviewed_level_is_enough() -> None:
    assert told(DELIVERED, levels=["store"]) == ["levels.store: sales_growth", "levels.store: attendance_rate"]
    assert told(DELIVERED, levels=["chain"]) == [], "what the chain scores was measured for the chain"
    assert told(DELIVERED, levels=["chain", "store"]) == ["levels.store: sales_growth"]


def test_a_value_of_one_group_and_a_base_of_a_year_ago_are_enough() -> None:
    assert told(DELIVERED, A_YEAR_AGO) == []
