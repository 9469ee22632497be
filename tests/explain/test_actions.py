"""Last month's agreement is looked at again."""

from datetime import date

import polars as pl
import pytest

from tests.drawn import full
from transforms.actions import ACTIONS, FOLLOWED, follow_up, from_tasks
from transforms.actions import TASKS as TASK_LIST
from transforms.problem import BadSite
from transforms.proposals import proposal_id, proposed_ids, shipped_rules
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


TASKS = pl.DataFrame(
    [
        ("12", "Hire", "S001", "Lan", "", "2026-07-10", "2026-07-09T10:00:00", "kpi: net_sales\ngroup: region south"),
        ("13", "Lunch", "S001", "", "", "soon", "", ""),
        ("14", "Train", "S002", None, "minh@example.com", "2026-08-01", "", "KPI: service_skill"),
        ("15", "[P-12AB34CD] Limit who may approve", "", None, None, "2026-08-01", "", None),
        ("15", "[P-12AB34CD] Limit who may approve", "", None, None, "2026-08-01", "", None),  # in two projects
        ("16", "Bring P-00000000 back", "S001", "Lan", "", "2026-08-01", "", ""),  # no proposal of ours
    ],
    schema=dict(TASK_LIST),
    orient="row",
)
PROPOSED = pl.DataFrame(
    {"id": ["P-12AB34CD"], "kpi": ["discount_rate"], "level": ["department"], "group_id": ["S002.bar"]}
)


def test_a_task_list_is_read() -> None:
    found = from_tasks(TASKS, PROPOSED, "tasks.csv")
    assert found.schema == pl.Schema(ACTIONS)
    ends = date(2026, 8, 1)
    assert found.rows() == [
        ("12", "region", "south", "net_sales", "Hire", "Lan", date(2026, 7, 10), date(2026, 7, 9)),
        ("14", "store", "S002", "service_skill", "Train", "minh@example.com", ends, None),
        ("P-12AB34CD", "department", "S002.bar", "discount_rate", "Limit who may approve", "", ends, None),
    ]


def test_what_cannot_be_read_is_told() -> None:
    with pytest.raises(BadSite, match=r"tasks\.csv, 'Hire': Due Date is '10 July'; write a date like"):
        from_tasks(TASKS.with_columns(due=pl.lit("10 July")), PROPOSED, "tasks.csv")


def test_every_proposal_is_known_by_its_id() -> None:
    known = proposed_ids(pl.DataFrame({"level": ["store", "store"], "group_id": ["q1", "q1"]}))
    assert known["id"].n_unique() == known.height == len(shipped_rules())
    wanted = proposal_id("limit_discounts", "discount_rate", "store", "q1")
    assert known.filter(id=wanted).rows() == [(wanted, "discount_rate", "store", "q1")]
