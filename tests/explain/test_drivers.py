"""What a change came from: parts that add up to the last unit at every level, whatever is zero or missing."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.language import language, languages
from reports.sections.driven import UNITS
from tests.drawn import frame, full
from transforms.driver_values import COUNTS, as_judged
from transforms.drivers import LEAVES, LINKS, drivers, shapley
from transforms.kpis.judge import JUDGED
from transforms.planned import BEYOND

MEMBERS = {"leaf_id": pl.String(), "level": pl.String(), "group_id": pl.String()}


def parts(sides: str, members: str = "leaf_id | level | group_id\n---\nq1 | store | q1") -> dict[str, Decimal]:
    found = drivers(full(sides, LEAVES), frame(members, MEMBERS)).filter(measure="net")
    return dict(found.select("driver", "part").rows())


@pytest.mark.parametrize(
    ("before", "after", "published"),
    [
        ((10930, 0.717892), (16591, 0.825974), (4369.913, 1487.262)),
        ((51.78746, 0.45919, 0.52638), (84.90502, 0.75756, 0.51065), (10.4340333, 10.5608476, -0.6670084)),
        (
            (25.3, 0.214, 0.279, 0.949),
            (32.7, 0.290, 0.473, 0.986),
            (0.6889411, 0.8125381, 1.3829055, 0.1047547),
        ),
    ],
)
def test_das_gupta_1993(before: Sequence[float], after: Sequence[float], published: Sequence[float]) -> None:
    found = shapley(np.array([before]), np.array([after]))
    assert found[0].tolist() == pytest.approx(published, abs=2e-3 if len(before) == 2 else 5e-7)


def test_hours_and_pace_share_the_change() -> None:
    found = parts(
        """
        leaf_id | side   | stores | hours | transactions | net
        --------+--------+--------+-------+--------------+----
        q1      | before | 1      | 10    | 20           | 400
        q1      | after  | 1      | 8     | 20           | 400
        """
    )
    assert found == {"stores": 0, "labour_hours": -90, "transactions_per_hour": 90, "average_transaction_value": 0}


def test_a_new_store_is_the_driver_stores() -> None:
    found = parts(
        """
        leaf_id | side  | calendar | stores | hours | transactions | units | gross | net
        --------+-------+----------+--------+-------+--------------+-------+-------+----
        q1      | after | 31       | 1      | 8     | 20           | 40    | 400   | 361
        """
    )
    assert {driver: part for driver, part in found.items() if part} == {"stores": Decimal(361)}


def test_without_hours_the_links_go_on_without_them() -> None:
    found = parts(
        """
        leaf_id | side   | stores | hours | transactions | gross | net | clocked_share
        --------+--------+--------+-------+--------------+-------+-----+--------------
        q1      | before | 1      | 10    | 20           | 400   | 400 | 1
        q1      | after  | 1      | 10    | 30           | 600   | 600 | 0.5
        """
    )
    assert found == {"stores": 0, "transactions": Decimal(200), "list_value_per_receipt": 0, "discount": 0}


def test_returns_alone_still_add_up() -> None:
    found = parts(
        """
        leaf_id | side   | stores | hours | transactions | units | gross | net
        --------+--------+--------+-------+--------------+-------+-------+----
        q1      | before | 1      | 10    | 20           | 30    | 400   | 390
        q1      | after  | 1      | 10    | 0            | 0     | -50   | -50
        """
    )
    assert sum(found.values()) == -440


def test_coverage_says_where_a_driver_was_told() -> None:
    found = drivers(
        full(
            """
            leaf_id | side   | stores | hours | transactions | net
            --------+--------+--------+-------+--------------+----
            q1      | before | 1      | 10    | 20           | 300
            q1      | after  | 1      | 11    | 20           | 300
            q3      | before | 1      |       | 20           | 100
            q3      | after  | 1      |       | 25           | 100
            """,
            LEAVES,
        ),
        frame("leaf_id | level | group_id\n---\nq1 | chain | c\nq3 | chain | c", MEMBERS),
    )
    covered = dict(found.select("driver", "coverage").rows())
    assert (covered["labour_hours"], covered["transactions_per_hour"], covered["transactions"]) == (0.75, 0.75, 0.25)


known = st.just(Decimal(0)) | st.integers(-100_000, 10**16).map(lambda units: units * Decimal("0.0001"))
amounts = st.none() | known
sides = st.fixed_dictionaries(
    dict.fromkeys(("scheduled", "hours", "transactions", "units", "priced", "gross", "margin"), amounts)
    | {"calendar": st.none() | st.floats(20, 32), "stores": st.sampled_from([0.0, 1.0]), "headcount": st.floats(0, 9)}
    | {"net": known, "clocked_share": st.sampled_from([None, 0.2, 1.0])}
)
Leaf = dict[str, Any] | None
trees = st.lists(
    st.tuples(sides, sides | st.none(), st.integers(0, 2)) | st.tuples(st.none(), sides, st.integers(0, 2)),
    min_size=1,
    max_size=24,
)


@settings(deadline=None, max_examples=12)  # of many leaves each: it is the frames that cost
@given(trees)
def test_parts_add_up_exactly_at_every_level(
    tree: list[tuple[Leaf, Leaf, int]],
) -> None:
    rows = [
        {"leaf_id": str(n), "side": side} | amounts
        for n, leaf in enumerate(tree)
        for side, amounts in zip(("before", "after"), leaf[:2], strict=True)
        if amounts is not None
    ]
    members = [
        (str(n), level, group)
        for n, leaf in enumerate(tree)
        for level, group in (("store", str(n)), ("region", str(leaf[2])), ("chain", "c"))
    ]
    found = drivers(pl.DataFrame(rows, schema=dict(LEAVES)), pl.DataFrame(members, schema=MEMBERS, orient="row"))
    sums = found.group_by("level", "group_id", "measure").agg(pl.col("part").sum(), pl.col("change").first())
    assert sums.filter(pl.col("part") != pl.col("change")).is_empty()
    expected = sum(Decimal(str(row["net"])) * (1 if row["side"] == "after" else -1) for row in rows)
    assert found.filter(level="chain", measure="net")["part"].sum() == expected


def test_attendance_splits_the_hours() -> None:
    found = parts(
        """
        leaf_id | side   | stores | headcount | scheduled | hours | net
        --------+--------+--------+-----------+-----------+-------+----
        q1      | before | 1      | 10        | 1000      | 1000  | 100
        q1      | after  | 1      | 10        | 1000      | 900   | 90
        """
    )
    assert found == {"stores": 0, "headcount": 0, "hours_per_head": 0, "attendance": -10, "sales_per_labour_hour": 0}


def test_without_a_roster_hours_are_told_by_head() -> None:
    found = parts(
        """
        leaf_id | side   | stores | headcount | hours | transactions | net
        --------+--------+--------+-----------+-------+--------------+----
        q1      | before | 1      | 10        | 1000  | 100          | 100
        q1      | after  | 1      | 5         | 1000  | 100          | 100
        q2      | before | 1      | 10        |       | 100          | 100
        q2      | after  | 1      | 5         |       | 100          | 100
        """,
        "leaf_id | level | group_id\n---\nq1 | chain | c\nq2 | chain | c",
    )
    hourly = {"headcount": -75, "worked_per_head": 75, "transactions_per_hour": 0}
    assert found == hourly | {"stores": 0, "transactions": 0, "average_transaction_value": 0}


def test_margin_has_its_rate() -> None:
    found = drivers(
        full("leaf_id | side | net | margin\n---\nq1 | before | 100 | 50\nq1 | after | 100 | 40", LEAVES),
        frame("leaf_id | level | group_id\n---\nq1 | store | q1", MEMBERS),
    ).filter(measure="margin")
    assert dict(found.select("driver", "part").rows()) == {"sales_value": 0, "margin_rate": -10}


TWO = """
    leaf_id | side   | calendar | stores | headcount | scheduled | hours | transactions | units | priced | gross | net
    --------+--------+----------+--------+-----------+-----------+-------+--------------+-------+--------+-------+-----
    q1      | before | 30       | 30     | 2         | 250       | 240   | 480          | 960   | 48000  | 48000 | 43200
    q1      | after  | 31       | 31     | 3         | 300       | 300   | 450          | 990   | 49500  | 52000 | 46800
    q3      | before | 30       | 30     |           |           |       | 100          | 200   | 10000  | 10000 | 10000
    q3      | after  | 31       | 31     |           |           |       | 110          | 220   | 12000  | 12000 | 12000
"""


def values(
    members: str = "leaf_id | level | group_id\n---\nq1 | chain | c\nq3 | chain | c",
) -> dict[str, tuple[Any, ...]]:
    found = drivers(full(TWO, LEAVES), frame(members, MEMBERS)).filter(measure="net")
    return {driver: (round(b, 4), round(a, 4)) for driver, b, a in found.select("driver", "before", "after").rows()}


def test_a_driver_is_told_with_what_it_was_on_both_sides() -> None:
    assert values("leaf_id | level | group_id\n---\nq1 | store | q1") == {
        "calendar": (1, 1.0333),
        "stores": (1, 1),
        "headcount": (2, 3),
        "hours_per_head": (125, 100),
        "attendance": (0.96, 1),
        "transactions_per_hour": (2, 1.5),
        "units_per_transaction": (2, 2.2),
        "mix": (50, 50),
        "price": (1, 1.0505),
        "discount": (0.1, 0.1),
    }


def test_of_several_stores_a_value_is_that_of_those_that_tell_it_together() -> None:
    found = values()
    assert (found["stores"], found["headcount"], found["transactions_per_hour"]) == ((2, 2), (2, 3), (2, 1.5))
    assert found["transactions"] == (100, 110)  # of the store without clockings
    assert found["units_per_transaction"] == (2, round((990 + 220) / 560, 4))
    assert found["mix"] == (50, round((49500 + 12000) / 1210, 4))


def test_as_many_heads_on_days_that_are_worth_more_did_nothing() -> None:
    found = parts(
        """
        leaf_id | side   | calendar | stores | headcount | scheduled | hours | net
        --------+--------+----------+--------+-----------+-----------+-------+----
        q1      | before | 30       | 30     | 10        | 900       | 900   | 90
        q1      | after  | 31       | 31     | 10        | 930       | 930   | 93
        """
    )
    assert {driver: part for driver, part in found.items() if part} == {"calendar": 3}


def test_the_heads_of_a_new_store_are_counted_as_a_store() -> None:
    new = TWO.replace(
        "q3      | before | 30       | 30     |           |           |       | 100 ",
        "q5 | before | 30 | 30 | 1 | | | 100 ",
    )
    found = drivers(
        full(new, LEAVES),
        frame("leaf_id | level | group_id\n---\nq1 | chain | c\nq3 | chain | c\nq5 | chain | c", MEMBERS),
    ).filter(measure="net")
    told = {driver: (b, a) for driver, b, a in found.select("driver", "before", "after").rows()}
    assert (told["stores"], told["headcount"], told["mix"]) == ((2, 2), (2, 3), (50, 50))


@pytest.mark.parametrize(("planned", "before"), [(False, 2.1), (True, 1.6)])
def test_what_a_kpi_measures_is_told_by_its_figures(planned: bool, before: float) -> None:
    """Planned is 2 where 1.5 came: of the 1.2 that the KPI says it is 1.6."""
    judged = """
    kpi                          | level | group_id | same_period | actual
    -----------------------------+-------+----------+-------------+-------
    transactions_per_labour_hour | store | q1       | 2.1         | 1.2
    """
    found = drivers(full(TWO, LEAVES), frame("leaf_id | level | group_id\n---\nq1 | store | q1", MEMBERS))
    told = as_judged(found, full(judged, JUDGED), planned=planned).filter(measure="net")
    assert told.filter(driver="transactions_per_hour").select("before", "after").row(0) == pytest.approx((before, 1.2))
    others = [
        frame.filter(pl.col("driver") != "transactions_per_hour") for frame in (found.filter(measure="net"), told)
    ]
    assert others[0].equals(others[1])


def test_every_driver_has_its_value_and_unit() -> None:
    assert set(COUNTS) == set(UNITS) == {name for names in LINKS.values() for name in names}


@pytest.mark.parametrize("code", languages())
def test_every_driver_has_its_words(code: str) -> None:
    wanted = {f"drivers.{name}" for names in LINKS.values() for name in names} | {
        "drivers.planned_growth",
        f"drivers.{BEYOND}",
    }
    assert wanted - set(language(code).texts) == set()
