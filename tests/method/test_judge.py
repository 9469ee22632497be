"""Figures beside their targets, month by month."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.drawn import frame, full
from transforms.calendar import last_months
from transforms.groups import POSITIONS
from transforms.kpis.catalogue import shipped_catalogue
from transforms.kpis.judge import JUDGED, Running, actuals, attainment, by_group, figures, judge
from transforms.kpis.values import VALUE
from transforms.scorecards import Scorecards, read_scorecards, scores
from transforms.tables import FACTS
from transforms.targets import TARGETS

KPIS = shipped_catalogue()
JULY = date(2026, 7, 1)
GROUPS = frame("level | group_id\n---\nstore | q1\nstore | q3", {"level": pl.String(), "group_id": pl.String()})
POSITION = frame("group_id | month | position\n---", POSITIONS)
CARDS = read_scorecards(
    "[levels.store]\nweights = { net_sales = 50, sales_growth = 20, attendance_rate = 30 }", KPIS, [], GROUPS
)
FACT_ROWS = """
    kpi             | level | group_id | month      | numerator | denominator | rows
    ----------------+-------+----------+------------+-----------+-------------+-----
    net_sales       | store | q1       | 2025-06-01 | 400       |             | 9
    net_sales       | store | q1       | 2025-07-01 | 500       |             | 9
    net_sales       | store | q1       | 2026-06-01 | 480       |             | 9
    net_sales       | store | q1       | 2026-07-01 | 550       |             | 9
    attendance_rate | store | q1       | 2026-07-01 | 97        | 100         | 9
    net_sales       | store | q9       | 2026-07-01 | 550       |             | 9
    """
TARGET_ROWS = """
    kpi             | level | group_id | from_month | kind     | value
    ----------------+-------+----------+------------+----------+------
    net_sales       | store |          | 2026-01-01 | growth   | 0.2
    sales_growth    | store |          | 2026-01-01 | absolute | 0.2
    attendance_rate | store |          | 2026-01-01 | absolute | 0.97
    """


def judged(
    facts: str = FACT_ROWS, targets: str = TARGET_ROWS, cards: Scorecards = CARDS, running: Running | None = None
) -> pl.DataFrame:
    return judge(
        frame(facts, FACTS),
        KPIS,
        targets=full(targets, TARGETS),
        scorecards=cards,
        groups=GROUPS,
        positions=POSITION,
        months=last_months(JULY),
        running=running,
    )


def test_a_month_that_runs_is_judged_by_the_same_days_and_by_what_is_due() -> None:
    """July's first days weigh 0.3 of 600 and brought 140 of 500 a year ago: 154 are 10 % more, yet less than 180."""
    before = frame(
        """
        kpi             | level | group_id | month      | numerator | denominator | rows
        ----------------+-------+----------+------------+-----------+-------------+-----
        net_sales       | store | q1       | 2025-07-01 | 140       |             | 3
        attendance_rate | store | q1       | 2025-07-01 | 28        | 30          | 3
        net_sales       | store | q9       | 2025-07-01 | 1         |             | 3
        """,
        FACTS,
    )
    found = judged(FACT_ROWS.replace("| 550 ", "| 154 "), running=Running(JULY, before, Decimal("0.3")))
    expected = frame(
        """
        kpi             | actual | same_period | target | attainment | status
        ----------------+--------+-------------+--------+------------+-------
        attendance_rate | 0.97   | 0.93333333  | 0.97   | 1          | met
        net_sales       | 154    | 140         | 180    | 0.85555556 | missed
        sales_growth    | 0.1    |             | 0.2    | 0.91666667 | missed
        """,
        JUDGED,
    )
    july = found.filter(pl.col("kpi").is_in(expected["kpi"].implode()), month=JULY, group_id="q1")
    assert july.select(expected.columns).equals(expected)
    older = found.filter(kpi="net_sales", group_id="q1", month=date(2025, 7, 1)).select("actual", "target")
    assert older.rows() == [(Decimal(500), None)], "its own month stays whole"


def test_a_month_is_judged_beside_target_and_last_year() -> None:
    expected = frame(
        """
        kpi             | group_id | actual | same_period | target | attainment | status       | weight | reason
        ----------------+----------+--------+-------------+--------+------------+--------------+--------+--------------
        attendance_rate | q1       | 0.97   |             | 0.97   | 1          | met          | 30     |
        net_sales       | q1       | 550    | 500         | 600    | 0.91666667 | missed       | 50     |
        return_rate     | q1       |        |             |        |            | not_measured |        | no_sales
        sales_growth    | q1       | 0.1    |             | 0.2    | 0.91666667 | missed       | 20     |
        attendance_rate | q3       |        |             | 0.97   |            | not_measured | 30     | no_attendance
        net_sales       | q3       |        |             |        |            | not_measured | 50     | no_sales
        return_rate     | q3       |        |             |        |            | not_measured |        | no_sales
        sales_growth    | q3       |        |             | 0.2    |            | not_measured | 20     | no_sales
        """,
        JUDGED,
    )
    july = judged().filter(pl.col("kpi").is_in(expected["kpi"].implode()), month=JULY)
    assert july.select(expected.columns).equals(expected)


def test_every_kpi_of_every_group_stands_in_every_month() -> None:
    found = judged()
    assert found.schema == dict(JUDGED)
    assert len(found) == len(KPIS) * len(GROUPS) * 13
    assert found.filter(pl.col("actual").is_null() == pl.col("reason").is_null()).is_empty()


def test_nothing_sold_against_a_target_reads_as_all_of_it_missing() -> None:
    facts = FACT_ROWS.replace("2026-07-01 | 550       |             | 9", "2026-07-01 | 0         |             | 3")
    rows = {row["kpi"]: row for row in judged(facts).filter(group_id="q1", month=JULY).rows(named=True)}
    sales, growth = rows["net_sales"], rows["sales_growth"]
    assert (sales["actual"], sales["attainment"], sales["status"]) == (0, 0, "missed")
    assert sales["actual"] / sales["target"] - 1 == -1
    assert (growth["actual"], growth["attainment"]) == (-1, 0)


def test_a_group_without_any_measured_kpi_has_no_score() -> None:
    found = scores(judged(), CARDS).filter(month=JULY)
    # q1: (50 x 0.91666667 + 20 x 0.91666667 + 30 x 1) / 100
    assert found.select("group_id", "score", "measured_weight", "status").rows() == [
        ("q1", Decimal("94.2"), Decimal(100), "missed"),
        ("q3", None, Decimal(0), "not_measured"),
    ]


def test_figures_carry_their_thirteen_months_by_kind_then_weight() -> None:
    found = figures(by_group(judged())["store", "q1"], KPIS, JULY)
    assert [figure.kpi.id for figure in found[:3]] == ["net_sales", "sales_growth", "transactions"]
    assert [figure.kpi.kind for figure in found] == [kpi.kind for kpi in KPIS.values()]
    sales = found[0]
    assert [sales.actual, sales.target, sales.same_period] == [550, 600, 500]
    assert sales.history == (500, *[None] * 10, 480, 550)
    assert sales.targets == (*[None] * 11, 480, 600)
    assert sales.last_year == (*[None] * 11, 400, 500)
    assert sales.history[-1] == sales.actual


def test_the_month_before_has_figures_too() -> None:
    found = figures(by_group(judged())["store", "q1"], KPIS, date(2026, 6, 1))
    assert [found[0].actual, len(found[0].history)] == [480, 12]
    assert found[0].status == "met"


def test_a_table_of_members_reads_one_value_a_kpi() -> None:
    values = actuals(judged(), JULY)
    assert values["store", "q1"]["net_sales"] == 550
    assert values["store", "q3"]["net_sales"] is None
    assert values["store", "q3"].keys() == KPIS.keys()


@pytest.mark.parametrize(
    ("better", "actual", "target", "expected"),
    [
        ("higher", "110", "100", "1.1"),
        ("higher", "-10", "100", "-0.1"),
        ("higher", "0", "0", "1"),
        ("higher", "5", "0", "1.2"),
        ("higher", "-5", "0", "0"),
        ("higher", "-50", "-100", "1.5"),
        ("higher", "-150", "-100", "0.5"),
        ("lower", "0.02", "0.03", "1.5"),
        ("lower", "0.04", "0.03", "0.75"),
        ("lower", "0", "0.03", "1.2"),
        ("lower", "0", "0", "1"),
        ("lower", "0.01", "0", "0"),
        ("higher", "", "100", None),
        ("higher", "100", "", None),
        ("lower", "", "", None),
        ("growth", "0.10", "0.20", "0.91666667"),
        ("growth", "-0.05", "-0.05", "1"),
        ("growth", "0.00", "-0.20", "1.25"),
        ("growth", "-1", "0.20", "0"),
        ("growth", "0.10", "0", "1.1"),
        ("range", "15", "10", "1"),
        ("range", "20", "10", "1"),
        ("range", "25", "10", "0.8"),
        ("range", "5", "10", "0.5"),
    ],
)
def test_attainment(better: str, actual: str, target: str, expected: str | None) -> None:
    assert attained(better, actual, target) == (None if expected is None else Decimal(expected))


def attained(better: str, actual: str, target: str) -> Decimal | None:
    row = pl.DataFrame({"actual": [actual or None], "target": [target or None]}, schema_overrides={"target": pl.String})
    row = row.with_columns(pl.col("actual", "target").cast(pl.String).cast(VALUE))
    direction = pl.lit("higher" if better == "growth" else better)
    row = row.with_columns(better=direction, upper=pl.col("target") * 2, grows=pl.lit(value=better == "growth"))
    found: Decimal | None = row.select(attainment(Decimal("1.2"))).item()
    return found


_amount = st.decimals(min_value=-1000, max_value=1000, places=2)


@given(st.sampled_from(["higher", "lower"]), _amount, _amount, st.decimals(0, 500, places=2))
def test_a_better_actual_never_attains_less(better: str, actual: Decimal, target: Decimal, step: Decimal) -> None:
    if better == "lower":
        actual, target, step = abs(actual), abs(target), -min(step, abs(actual))
    # Nothing of what should be low earns the cap, which an attainment just above nothing may exceed: credit is capped.
    before, after = (attained(better, str(value), str(target)) for value in (actual, actual + step))
    assert before is not None
    assert after is not None
    assert min(after, Decimal("1.2")) >= min(before, Decimal("1.2"))


@given(_amount, _amount)
def test_whoever_is_exactly_on_target_or_better_attains_at_least_one(actual: Decimal, target: Decimal) -> None:
    found = attained("higher", str(actual), str(target))
    assert found is not None
    assert (found >= 1) == (actual >= target)
