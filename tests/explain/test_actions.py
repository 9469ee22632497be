"""Last month's agreement is looked at again."""

from datetime import date

import polars as pl
import pytest

from tests.drawn import full
from transforms.actions import ACTIONS, FOLLOWED, follow_up, from_tasks
from transforms.problem import BadSite
from transforms.signals import SIGNALS

CHARTED = full(
    """
    kpi       | level | group_id | month      | value | rule    | side   | basis
    ----------+-------+----------+------------+-------+---------+--------+------
    net_sales | store | q1       | 2026-04-01 | 100   |         |        | set
    net_sales | store | q1       | 2026-05-01 | 900   | outside | higher | set
    net_sales | store | q1       | 2026-06-01 | 110   |         |        | set
    net_sales | store | q1       | 2026-07-01 | 150   | outside | higher | set
    net_sales | store | q3       | 2026-07-01 | 150   |         |        | set
    net_sales | store | q5       | 2026-07-01 | 150   | outside | higher | trial
    """,
    SIGNALS,
)


def test_states_and_verdicts() -> None:
    agreed = full(
        """
        id | level | group_id | kpi       | due        | done
        ---+-------+----------+-----------+------------+-----------
        a  | store | q1       | net_sales | 2026-05-10 | 2026-05-09
        b  | store | q3       | net_sales | 2026-05-10 | 2026-06-30
        c  | store | q5       | net_sales | 2026-05-10 | 2026-06-01
        d  | store | q1       | net_sales | 2026-07-10 | 2026-07-09
        e  | store | q1       | net_sales | 2026-07-10 |
        f  | store | q1       | net_sales | 2026-08-10 |
        """,
        ACTIONS,
    )
    found = follow_up(agreed, CHARTED, date(2026, 7, 31))
    assert found.schema == pl.Schema(FOLLOWED)
    assert found.select("id", "state", "before", "after", "verdict", "side").rows() == [
        ("a", "done", 100, 150, "signal", "higher"),
        ("b", "done", None, 150, "no_signal", None),
        ("c", "done", None, 150, "too_early", None),
        ("d", "done", 110, None, "too_early", None),
        ("e", "late", None, None, None, None),
        ("f", "open", None, None, None, None),
    ]


TASKS = {
    "Task ID": ["12", "13", "14"],
    "Name": ["Hire", "Lunch", "Train"],
    "Assignee": ["Lan", "", "Minh"],
    "Due Date": ["2026-07-10", "soon", "2026-08-01"],
    "Completed At": ["2026-07-09T10:00:00", "", ""],
    "Section/Column": ["S001", "S001", "S002"],
    "Notes": ["proposal: P-12AB34CD\nkpi: net_sales\ngroup: region south", "", "KPI: service_skill"],
}


def test_a_task_list_is_read() -> None:
    found = from_tasks(pl.DataFrame(TASKS), "tasks.csv")
    assert found.schema == pl.Schema(ACTIONS)
    assert found.rows() == [
        ("P-12AB34CD", "region", "south", "net_sales", "Hire", "Lan", date(2026, 7, 10), date(2026, 7, 9)),
        ("14", "store", "S002", "service_skill", "Train", "Minh", date(2026, 8, 1), None),
    ]


def test_what_cannot_be_read_is_told() -> None:
    with pytest.raises(BadSite, match=r"tasks\.csv: column Notes is missing"):
        from_tasks(pl.DataFrame(TASKS).drop("Notes"), "tasks.csv")
    with pytest.raises(BadSite, match=r"tasks\.csv, row 2: Due Date is '10 July'"):
        from_tasks(pl.DataFrame(TASKS | {"Due Date": ["10 July", "", ""]}), "tasks.csv")
