"""Reading targets.csv, and which target is in force."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.drawn import frame, full
from transforms.kpis.catalogue import shipped_catalogue
from transforms.kpis.values import VALUES
from transforms.problem import BadSite
from transforms.target_table import COLUMNS, parse_targets
from transforms.targets import LOADS, RESOLVED, TARGETS, resolve

KPIS = shipped_catalogue()
TEXT = dict.fromkeys(COLUMNS, pl.String())
HEADER = "kpi | level | group | from_month | kind | value\n---\n"
GROUPS = frame(
    """
    level | group_id
    ------+---------
    chain | sx
    store | q1
    store | q3
    """,
    {"level": pl.String(), "group_id": pl.String()},
)
MONTHS = tuple(date(2026, month, 1) for month in (5, 6, 7))


def parsed(*rows: str) -> pl.DataFrame:
    return parse_targets(frame(HEADER + "\n".join(rows), TEXT), KPIS, GROUPS)


def test_targets_are_read_as_written_in_the_site() -> None:
    expected = frame(
        """
        kpi             | level | group_id | from_month | kind     | value
        ----------------+-------+----------+------------+----------+-----------
        net_sales       | store | q1       | 2026-01-01 | absolute | 1850000000
        net_sales       | chain |          | 2026-01-01 | growth   | 0.2
        attendance_rate | store |          | 2026-01-01 | absolute | 0.97
        return_rate     | store |          | 2026-02-01 | absolute | 0.005
        sales_growth    | store |          | 2026-01-01 | absolute | -0.05
        """,
        TARGETS,
    )
    found = parsed(
        "net_sales | store | q1 | 2026-01 | absolute | 1850000000",
        "net_sales | chain |  | 2026-01-01 | growth | +20%",
        "attendance_rate | store |  | 2026-01 | absolute | 97 %",
        "return_rate | store |  | 2026-02 | absolute | 0.005",
        "sales_growth | store |  | 2026-01 | absolute | -5%",
    )
    assert_frame_equal(found.select(expected.columns), expected)


def test_no_target_at_all_is_a_site_too() -> None:
    assert_frame_equal(parsed(), pl.DataFrame(schema=dict(TARGETS)))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "sales | store | q1 | 2026-01 | absolute | 1",
            "row 3: kpi is 'sales'; the nearest known is 'net_sales'.",
        ),
        ("net_sales | shop | q1 | 2026-01 | absolute | 1", "row 3: level is 'shop'; allowed are chain, store."),
        ("net_sales | store | sx | 2026-01 | absolute | 1", "row 3: group is 'sx'; allowed is a store of stores.csv"),
        ("net_sales | store |  | 01/2026 | absolute | 1", "from_month is '01/2026'; write year and month like 2026-07"),
        ("net_sales | store |  | 2026-13 | absolute | 1", "from_month is '2026-13'"),
        ("net_sales | store |  | 2026-01 | budget | 1", "kind is 'budget'; allowed are absolute, growth, per_head"),
        ("net_sales | store |  | 2026-01 | absolute | 1.850.000", "value is '1.850.000'; write digits with a point"),
        ("net_sales | store |  | 2026-01 | absolute | ", "value is ''; write digits"),
        ("net_sales | store |  | 2026-01 | absolute | 97%", "this KPI is no share: write its amount, or +20% with"),
        ("net_sales | store |  | 2026-01 | growth | 20", "a share or growth is written 97% or 0.97"),
        ("net_sales | store |  | 2026-01 | growth | -120%", "nothing can fall by more than 100%"),
        ("attendance_rate | store |  | 2026-01 | absolute | 97", "value is '97'; a share or growth is written 97% or"),
        ("attendance_rate | store |  | 2026-01 | absolute | 101%", "a share lies between 0% and 100%"),
        ("sales_growth | store |  | 2026-01 | growth | 5%", "this KPI is a growth already: write absolute"),
        (" | store |  | 2026-01 | growth | 5%", "kpi is ''; write the id of one, such as net_sales"),
        ("return_rate | store |  | 2026-01 | absolute | 1%", "row 3: the target of return_rate from 2026-01 is set"),
    ],
)
def test_a_fault_is_told_with_file_row_key_and_what_is_allowed(row: str, said: str) -> None:
    with pytest.raises(BadSite) as problem:
        parsed("return_rate | store |  | 2026-01 | absolute | 2%", row)
    assert said in str(problem.value)


def test_a_missing_column_is_told() -> None:
    with pytest.raises(BadSite, match=r"column kind is missing; the columns are kpi, level"):
        parse_targets(frame(HEADER, TEXT).drop("kind"), KPIS, GROUPS)


def test_the_newest_target_counts_and_one_of_the_group_beats_one_of_the_level() -> None:
    targets = parsed(
        "net_sales | store |    | 2026-01 | absolute | 100",
        "net_sales | store |    | 2026-06 | absolute | 200",
        "net_sales | store |    | 2026-08 | absolute | 999",
        "net_sales | store | q1 | 2026-06 | absolute | 50",
    )
    expected = full(
        """
        kpi       | level | group_id | month      | target
        ----------+-------+----------+------------+-------
        net_sales | store | q1       | 2026-05-01 | 100
        net_sales | store | q1       | 2026-06-01 | 50
        net_sales | store | q1       | 2026-07-01 | 50
        net_sales | store | q3       | 2026-05-01 | 100
        net_sales | store | q3       | 2026-06-01 | 200
        net_sales | store | q3       | 2026-07-01 | 200
        """,
        RESOLVED,
    )
    assert_frame_equal(resolve(targets, GROUPS, MONTHS, pl.DataFrame(schema=dict(VALUES)), kpis=KPIS), expected)


def test_a_growth_target_stands_on_the_groups_own_month_last_year() -> None:
    values = frame(
        """
        kpi       | level | group_id | month      | value     | reason
        ----------+-------+----------+------------+-----------+-------
        net_sales | store | q1       | 2025-07-01 | 1_200_000 |
        net_sales | store | q1       | 2025-06-01 |           | no_sales
        net_sales | store | q3       | 2025-07-01 | 0         |
        net_sales | store | q1       | 2026-07-01 | 7         |
        """,
        VALUES,
    )
    found = resolve(parsed("net_sales | store |  | 2026-01 | growth | +20%"), GROUPS, MONTHS, values, kpis=KPIS)
    assert found.filter(pl.col("target").is_not_null()).select("group_id", "month", "target").rows() == [
        ("q1", date(2026, 7, 1), Decimal(1_440_000)),
        ("q3", date(2026, 7, 1), Decimal(0)),
    ]
    assert len(found) == 6


_rows = st.lists(
    st.tuples(st.sampled_from(["q1", "q3", None]), st.integers(1, 8), st.integers(1, 99)),
    max_size=10,
    unique_by=lambda row: row[:2],
)


@given(_rows)
def test_the_rule_read_one_group_and_month_at_a_time_agrees(rows: list[tuple[str | None, int, int]]) -> None:
    written = [
        ("net_sales", "store", group, date(2026, month, 1), "absolute", value, None, None, None)
        for group, month, value in rows
    ]
    targets = pl.DataFrame(written, schema=dict(TARGETS), orient="row")
    found = resolve(targets, GROUPS, MONTHS, pl.DataFrame(schema=dict(VALUES)), kpis=KPIS)
    expected = {}
    for group in ("q1", "q3"):
        for month in MONTHS:
            running = [row for row in rows if row[1] <= month.month and row[0] in {group, None}]
            if running:
                expected[group, month] = max(running, key=lambda row: (row[0] is not None, row[1]))[2]
    assert {(group, month): target for _, _, group, month, target, _ in found.iter_rows()} == expected


WIDE = {**TEXT, "to_month": pl.String(), "shares": pl.String()}
MONTHLY = "8;8;8;8;8;8;9;9;9;9;8;8"
TREE = frame(
    """
    level      | group_id | region | store
    -----------+----------+--------+------
    chain      | sx       |        |
    region     | south    | south  |
    store      | q1       | south  | q1
    department | q1.bar   | south  | q1
    """,
    {"level": pl.String(), "group_id": pl.String(), "region": pl.String(), "store": pl.String()},
)


def wide(*rows: str) -> pl.DataFrame:
    header = "kpi | level | group | from_month | kind | value | to_month | shares\n---\n"
    return parse_targets(frame(header + "\n".join(rows), WIDE), KPIS, TREE)


def set_out(targets: pl.DataFrame, loads: pl.DataFrame | None = None) -> dict[tuple[str, date], Decimal]:
    nothing = pl.DataFrame(schema=dict(VALUES))
    found = resolve(targets, TREE, MONTHS, nothing, kpis=KPIS, loads=loads).drop_nulls("target")
    return {(group, month): target for group, month, target in found.select("group_id", "month", "target").rows()}


def test_a_trajectory_goes_in_equal_steps_and_ends_in_its_month() -> None:
    found = set_out(wide("net_sales | store | q1 | 2026-05 | trajectory | 100..200 | 2026-06 |"))
    assert found == {("q1", MONTHS[0]): 100, ("q1", MONTHS[1]): 200}


def test_a_year_is_shared_out_by_the_season() -> None:
    found = set_out(wide(f"net_sales | store | q1 | 2026-01 | seasonal | 1200 |  | {MONTHLY}"))
    assert list(found.values()) == [96, 96, 108]


def test_targets_per_head_and_per_hour_follow_the_load_of_the_month() -> None:
    loads = frame(
        """
        level | group_id | month      | per_head | per_hour
        ------+----------+------------+----------+---------
        store | q1       | 2026-05-01 | 4        | 700
        store | q1       | 2026-06-01 |          | 800
        """,
        LOADS,
    )
    per_head = set_out(wide("net_sales | store | | 2026-01 | per_head | 25 |  |"), loads)
    assert {key[1]: value for key, value in per_head.items() if key[0] == "q1"} == {MONTHS[0]: 100}
    per_hour = set_out(wide("net_sales | store | | 2026-01 | per_hour | 2 |  |"), loads)
    assert [per_hour["q1", month] for month in MONTHS[:2]] == [1400, 1600]


def test_rates_are_inherited_from_the_nearest_level_and_amounts_are_not() -> None:
    rates = set_out(
        wide(
            "attendance_rate | chain  |       | 2026-01 | absolute | 95% |  |",
            "attendance_rate | region | south | 2026-06 | absolute | 97% |  |",
        )
    )
    assert {rates[group, MONTHS[0]] for group in ("sx", "south", "q1", "q1.bar")} == {Decimal("0.95")}
    assert {rates[group, MONTHS[1]] for group in ("south", "q1", "q1.bar")} == {Decimal("0.97")}
    assert rates["sx", MONTHS[1]] == Decimal("0.95")
    amounts = set_out(wide("net_sales | chain |  | 2026-01 | absolute | 999 |  |"))
    assert {group for group, _ in amounts} == {"sx"}


@pytest.mark.parametrize(
    ("row", "inherits"),
    [
        ("net_sales | chain | | 2026-01 | growth | 10% | |", {"sx", "south", "q1"}),
        ("sales_growth | chain | | 2026-01 | absolute | 10% | |", {"sx", "south", "q1"}),
        ("sales_growth | department | | 2026-01 | absolute | 10% | |", {"q1.bar"}),
        ("average_transaction_value | chain | | 2026-01 | growth | 10% | |", {"sx", "south", "q1", "q1.bar"}),
        ("attendance_rate | chain | | 2026-01 | growth | 1% | |", {"sx", "south", "q1", "q1.bar"}),
    ],
)
def test_a_department_owes_no_growth_of_what_others_ring_up(row: str, inherits: set[str]) -> None:
    found = resolve(wide(row), TREE, MONTHS[:1], pl.DataFrame(schema=dict(VALUES)), kpis=KPIS)
    assert set(found["group_id"]) == inherits


def test_a_person_has_the_targets_of_the_position_and_the_position_the_rates_of_the_chain() -> None:
    tree = frame(
        """
        level    | group_id | region | store | position
        ---------+----------+--------+-------+---------
        chain    | sx       |        |       |
        store    | q1       | south  | q1    |
        position | barista  |        |       | barista
        person   | an       | south  | q1    | barista
        """,
        dict.fromkeys(("level", "group_id", "region", "store", "position"), pl.String()),
    )
    rows = (
        "lateness_rate   | position | barista | 2026-01 | absolute | 5%",
        "attendance_rate | chain    |         | 2026-01 | absolute | 95%",
        "service_skill   | store    | q1      | 2026-01 | absolute | 80",
    )
    targets = parse_targets(frame("\n".join((HEADER.strip(), *rows)), TEXT), KPIS, tree)
    found = resolve(targets, tree, MONTHS[:1], pl.DataFrame(schema=dict(VALUES)), kpis=KPIS)
    assert found.filter(pl.col("group_id").is_in(["an", "barista"])).select("kpi", "group_id", "target").rows() == [
        ("attendance_rate", "barista", Decimal("0.95")),
        ("lateness_rate", "an", Decimal("0.05")),
        ("lateness_rate", "barista", Decimal("0.05")),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("net_sales | store | q1 | 2026-05 | trajectory | 100..200 | |", "to_month is ''; a trajectory ends"),
        ("net_sales | store | q1 | 2026-05 | trajectory | 100 | 2026-09 |", "value is '100'; write two numbers"),
        ("net_sales | store | q1 | 2026-05 | absolute | 100..200 | |", "write one number"),
        ("net_sales | store | q1 | 2026-05 | absolute | 100 | 2026-04 |", "it lies before from_month"),
        ("net_sales | store | q1 | 2026-05 | seasonal | 100 | | 50;50", "write twelve numbers"),
        (f"net_sales | store | q1 | 2026-05 | seasonal | 100 | | {MONTHLY}.5", "that add up to 100"),
        (f"net_sales | store | q1 | 2026-05 | absolute | 100 | | {MONTHLY}", "only the kind seasonal has shares"),
        ("labour_cost_share | store | | 2026-05 | absolute | 20% | |", "write two numbers"),
        ("labour_cost_share | store | | 2026-05 | absolute | 24%..18% | |", "the lower end comes first"),
        ("labour_cost_share | store | | 2026-05 | growth | 18%..24% | |", "this KPI has a range: write absolute"),
    ],
)
def test_a_fault_of_a_kind_is_told(row: str, said: str) -> None:
    with pytest.raises(BadSite) as problem:
        wide(row)
    assert said in str(problem.value)


def test_every_row_that_cannot_be_used_is_told() -> None:
    with pytest.raises(BadSite) as problem:
        wide("sales | store | | 2026-01 | absolute | 1 | |", "net_sales | shop | | 2026-01 | absolute | 1 | |")
    assert [line[:19] for line in str(problem.value).splitlines()] == ["targets.csv, row 2:", "targets.csv, row 3:"]
