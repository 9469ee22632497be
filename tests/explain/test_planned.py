"""What targets planned of each driver beside what came: exact at every level, and nothing told that was not planned."""

from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.drawn import frame, full
from transforms.drivers import LEAVES, drivers
from transforms.planned import AIMED, AIMS, TAKEN_OFF, planned

MEMBERS = {"leaf_id": pl.String(), "level": pl.String(), "group_id": pl.String()}
# Eight hours a day before, ten now; each receipt is 2 units of 50, of which a tenth is given away before.
YEAR = """
    leaf_id | side   | calendar | stores | headcount | scheduled | hours | transactions | units | priced | gross | net
    --------+--------+----------+--------+-----------+-----------+-------+--------------+-------+--------+-------+------
    q1      | before | 30       | 30     | 2         | 250       | 240   | 480          | 960   | 48000  | 48000 | 43200
    q1      | after  | 30       | 30     | 3         | 300       | 300   | 450          | 990   | 49500  | 49500 | 49500
"""
# The same store in its first year: what targets do not say is not known.
NEW = """
    leaf_id | side   | calendar | stores | hours | transactions | net
    --------+--------+----------+--------+-------+--------------+------
    q1      | after  | 30       | 30     | 300   | 450          | 49500
"""


def plan(leaves: str, aims: str = "kpi | target | actual\n---") -> dict[str, Any]:
    """What of q1 was planned, without what is not known."""
    told = frame(aims, AIMS).with_columns(leaf_id=pl.lit("q1")).select(AIMS.keys())
    before = planned(full(leaves, LEAVES), told).filter(side="before").drop("leaf_id", "side", "clocked_share")
    return {name: value for name, value in before.row(0, named=True).items() if value is not None}


def test_without_targets_drivers_are_planned_as_last_year() -> None:
    before = {"headcount": 2, "scheduled": 250, "hours": 240, "transactions": 480, "units": 960, "gross": 48000}
    assert plan(YEAR) == before | {"calendar": 30, "stores": 30, "priced": 48000, "net": 43200}


def test_last_year_is_told_for_the_days_of_this_month() -> None:
    found = plan(YEAR.replace("before | 30       | 30 ", "before | 24       | 24 "))
    assert (found["hours"], found["transactions"], found["net"]) == (300, 600, 54000)


@pytest.mark.parametrize(
    ("kpi", "target", "actual", "driver", "value"),
    [
        ("transactions", "540", "450", "transactions", 540),
        ("transactions_per_labour_hour", "3", "1.5", "transactions", 720),
        ("units_per_transaction", "3", "2.2", "units", 1440),
        ("discount_rate", "0.2", "0", "net", Decimal(38400)),
        ("attendance_rate", "0.9", "1", "hours", 225),  # 250 rostered, 0.9 of them worked
        ("lost_time_rate", "0.1", "0", "hours", 225),
    ],
)
def test_a_target_plans_its_driver(kpi: str, target: str, actual: str, driver: str, value: float) -> None:
    found = plan(YEAR, f"kpi | target | actual\n---\n{kpi} | {target} | {actual}")
    assert found[driver] == value


def test_two_targets_divide_to_a_third_and_span_their_factors() -> None:
    """60,000 at 200 an hour are 300 hours, at 120 a receipt 500 receipts; units and heads were not planned."""
    aims = """
    kpi                       | target | actual
    --------------------------+--------+-------
    net_sales                 | 60000  | 49500
    sales_per_labour_hour     | 200    | 165
    average_transaction_value | 120    | 110
    """
    found = plan(YEAR, aims)
    assert found.keys() == {"calendar", "stores", "scheduled", "hours", "transactions", "net"}
    assert (found["hours"], found["transactions"], found["net"]) == (300, 500, 60000)


def test_sales_an_hour_alone_do_not_say_how_many_receipts() -> None:
    found = plan(YEAR, "kpi | target | actual\n---\nsales_per_labour_hour | 200 | 165")
    assert "transactions" not in found
    assert (found["hours"], found["net"]) == (240, 48000)


def test_a_new_store_is_planned_as_far_as_its_targets_say() -> None:
    two = "kpi | target | actual\n---\ntransactions | 500 | 450\naverage_transaction_value | 100 | 110"
    assert plan(NEW, two) == {"calendar": 30, "stores": 30, "transactions": 500, "net": 50000}
    assert plan(NEW, "kpi | target | actual\n---\nnet_sales | 60000 | 49500")["net"] == 60000
    assert planned(full(NEW, LEAVES), frame("leaf_id | kpi\n---", AIMS).pipe(_typed)).filter(side="before").is_empty()


def test_hours_that_came_in_part_are_no_plan() -> None:
    half = """
    leaf_id | side   | calendar | stores | hours | transactions | net  | clocked_share
    --------+--------+----------+--------+-------+--------------+------+--------------
    q1      | before | 30       | 30     | 120   | 480          | 4320 | 0.5
    q1      | after  | 30       | 30     | 300   | 450          | 4950 | 1
    """
    assert plan(half) == {"calendar": 30, "stores": 30, "transactions": 480, "net": 4320}


def test_the_gap_of_each_driver_is_that_of_its_kpi() -> None:
    """Receipts came at 450 of 540; at last year's 90 a receipt 5,400 to 8,100 are missing, however it is shared."""
    aims = frame("leaf_id | kpi | target | actual\n---\nq1 | transactions | 540 | 450", AIMS)
    found = drivers(
        planned(full(YEAR, LEAVES), aims), frame("leaf_id | level | group_id\n---\nq1 | store | q1", MEMBERS)
    )
    net = found.filter(measure="net")
    told = dict(net.select("driver", "part").rows())
    assert sum(told.values()) == net["change"][0] == 49500 - 540 * 90
    assert told["discount"] > 0 > told["transactions_per_hour"]


amounts = st.none() | st.integers(-100, 10**12).map(lambda units: units * Decimal("0.0001"))
gaps = st.dictionaries(st.sampled_from([*AIMED, *TAKEN_OFF]), st.tuples(st.floats(-1, 9), st.floats(-1, 9)))
leaf = st.fixed_dictionaries(
    dict.fromkeys(("scheduled", "hours", "transactions", "units", "priced", "gross", "margin"), amounts)
    | {"calendar": st.floats(20, 32), "stores": st.floats(0, 32), "headcount": st.floats(0, 9), "net": amounts}
)


@settings(deadline=None, max_examples=10)  # of many leaves each: it is the frames that cost
@given(st.lists(st.tuples(leaf | st.none(), leaf | st.none(), gaps), min_size=6, max_size=24))
def test_whatever_was_planned_the_parts_add_up_at_every_level(tree: list[tuple[Any, Any, dict[str, Any]]]) -> None:
    rows = [
        {"leaf_id": str(n), "side": side} | came
        for n, (before, after, _) in enumerate(tree)
        for side, came in (("before", before), ("after", after))
        if came is not None and came["net"] is not None
    ]
    aims = [(str(n), kpi, *pair) for n, (_, _, told) in enumerate(tree) for kpi, pair in told.items()]
    leaves = pl.DataFrame(rows, schema=dict(LEAVES))
    found = planned(leaves, pl.DataFrame(aims, schema=dict(AIMS), orient="row"))
    groups = [(str(n), *group) for n in range(len(tree)) for group in (("store", str(n)), ("chain", "c"))]
    told = drivers(found, pl.DataFrame(groups, schema=MEMBERS, orient="row"))
    sums = told.group_by("level", "group_id", "measure").agg(pl.col("part").sum(), pl.col("change").first())
    assert sums.filter(pl.col("part") != pl.col("change")).is_empty()
    by_driver = told.group_by("level", "measure", "driver").agg(pl.col("part").sum()).sort("measure", "driver")
    stores, chain = (by_driver.filter(level=level).drop("level") for level in ("store", "chain"))
    assert stores.equals(chain)


def _typed(aims: pl.DataFrame) -> pl.DataFrame:
    return aims.with_columns(target=pl.lit(None, pl.Float64), actual=pl.lit(None, pl.Float64)).select(AIMS.keys())
