"""Which targets of a group hold for those within it."""

import polars as pl

from tests.drawn import frame, full
from tests.method.test_targets import HEADER, KPIS, MONTHS, TEXT
from transforms.kpis.values import VALUES
from transforms.target_table import parse_targets
from transforms.targets import LOADS, resolve


def test_sales_against_hours_or_heads_are_not_passed_on_to_departments_and_positions() -> None:
    """Sales are booked with those who ring them up: a kitchen sells nothing by the hour, a till all of it."""
    groups = full(
        """
        level      | group_id | store | department | position
        -----------+----------+-------+------------+---------
        chain      | sx       |       |            |
        store      | q1       | q1    |            |
        department | q1.bar   | q1    | q1.bar     |
        position   | barista  |       |            | barista
        """,
        dict.fromkeys(("level", "group_id", "region", "store", "department", "position"), pl.String()),
    )
    rows = (
        "sales_per_labour_hour | chain | | 2026-01 | absolute | 175000",
        "net_sales | store | | 2026-01 | per_hour | 175000",
        "attendance_rate | chain | | 2026-01 | absolute | 97%",
        "sales_per_labour_hour | department | q1.bar | 2026-02 | absolute | 90000",
    )
    loads = frame("level | group_id | month | per_hour\n---\nstore | q1 | 2026-05-01 | 10", LOADS)
    set_out = parse_targets(frame(HEADER + "\n".join(rows), TEXT), KPIS, groups)
    nothing = pl.DataFrame(schema=dict(VALUES))
    found = resolve(
        set_out,
        groups,
        MONTHS[:1],
        nothing,
        kpis=KPIS,
        loads=loads.with_columns(per_head=pl.lit(None, LOADS["per_head"])).select(LOADS.keys()),
    )
    told = {(row["kpi"], row["group_id"]): row["target"] for row in found.iter_rows(named=True)}
    assert {group for kpi, group in told if kpi == "attendance_rate"} == {"sx", "q1", "q1.bar", "barista"}
    assert {group for kpi, group in told if kpi == "sales_per_labour_hour"} == {"sx", "q1", "q1.bar"}
    assert told["sales_per_labour_hour", "q1.bar"] == 90000
    assert [key for key in told if key[0] == "net_sales"] == [("net_sales", "q1")]
