"""Reading scorecards.toml, and what a month is worth."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.drawn import frame, full
from transforms.groups import POSITIONS
from transforms.kpis.catalogue import shipped_catalogue
from transforms.kpis.judge import JUDGED
from transforms.kpis.kpi import Kind
from transforms.problem import BadSite
from transforms.scorecards import SCORES, Band, Rules, Scorecards, doses, read_scorecards, scores, weights

KPIS = shipped_catalogue()
GROUPS = frame(
    "level | group_id\n---\nstore | q1\nstore | q3\nperson | an",
    {"level": pl.String(), "group_id": pl.String()},
)
WRITTEN = """
[levels.store]
weights = { net_sales = 40, attendance_rate = 33.3, return_rate = 26.7 }
[positions.barista]
weights = { service_skill = 60, lateness_rate = 40 }
[rules]
cap = 1.2
watch_from = 0.95
not_measured = "re-weight"
[[bands]]
name = "B"
from = 90
[[bands]]
name = "A"
from = 103
"""
BANDS = (Band(name="B", start=Decimal(90)), Band(name="A", start=Decimal(103)))


def read(text: str) -> Scorecards:
    return read_scorecards(text, KPIS, ["barista"], GROUPS)


def test_weights_are_read_exactly() -> None:
    cards = read(WRITTEN)
    assert cards.levels["store"].weights["attendance_rate"] == Decimal("33.3")
    assert (cards.rules, cards.bands) == (Rules(), BANDS)


def test_rules_and_bands_may_be_left_out() -> None:
    assert read("[levels.store]\nweights = { net_sales = 100 }").rules == Rules()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("= 40, att", "= 41, att", "scorecards.toml: levels.store weights add up to 101; they must add up to exactly"),
        ("service_skill = 60", "service_skill = 60.0001", "positions.barista weights add up to 100.0001"),
        (
            "net_sales = 40",
            "net_sale = 40",
            "scorecards.toml: store.weights.net_sale is not known; the nearest known is 'net_sales'.",
        ),
        ("net_sales = 40, att", "net_sales = 140, bad = -100, att", "weights.net_sales is 140, which cannot be"),
        ("levels.store", "levels.shop", "levels.shop is not known; allowed are chain, region, store, department."),
        ("positions.barista", "positions.cook", "positions.cook is not known; allowed are barista."),
        ('"re-weight"', '"zero"', "rules.not_measured is 'zero'; allowed are 're-weight' or 'hold'"),
        ("cap = 1.2", "cap = 0.8", "rules.cap is Decimal('0.8'), which cannot be: input should be greater than or"),
        ("cap =", "limit =", "rules.limit is no key known here; allowed are cap, watch_from, not_measured"),
        ("from = 103", "from = 90", "two bands with the same from"),
        ("from = 103", "until = 103", "bands.1.from is missing; add it"),
        ("[rules]", "[rules", "this is not TOML"),
    ],
)
def test_a_fault_is_told_with_file_key_and_what_is_allowed(before: str, after: str, said: str) -> None:
    with pytest.raises(BadSite) as problem:
        read(WRITTEN.replace(before, after))
    assert said in str(problem.value)


def test_people_are_weighed_by_their_position_of_that_month() -> None:
    groups = frame("level | group_id\n---\nstore | q1\nperson | an", {"level": pl.String(), "group_id": pl.String()})
    positions = frame(
        """
        group_id | month      | position
        ---------+------------+---------
        an       | 2026-06-01 | barista
        an       | 2026-07-01 | trainer
        """,
        POSITIONS,
    )
    expected = frame(
        """
        kpi             | level  | group_id | month      | weight
        ----------------+--------+----------+------------+-------
        net_sales       | store  | q1       | 2026-07-01 | 40
        attendance_rate | store  | q1       | 2026-07-01 | 33.3
        return_rate     | store  | q1       | 2026-07-01 | 26.7
        service_skill   | person | an       | 2026-06-01 | 60
        lateness_rate   | person | an       | 2026-06-01 | 40
        """,
        JUDGED,
    )
    found = weights(read(WRITTEN), groups, positions, [date(2026, 7, 1)])
    assert_frame_equal(found, expected, check_row_order=False)


TET = """
[[special]]
situation = "tet"
level = "store"
from = "2026-02"
to = "2026-02"
weights = { attendance_rate = 100 }
[[special]]
situation = "new_store"
level = "store"
groups = ["q3"]
from = "2026-02"
weights = { transactions = 70, return_rate = 30 }
"""


def test_a_situation_has_its_own_card_for_its_groups_and_months() -> None:
    groups = frame("level | group_id\n---\nstore | q1\nstore | q3", {"level": pl.String(), "group_id": pl.String()})
    months = [date(2026, month, 1) for month in (1, 2, 3)]
    found = weights(read(WRITTEN + TET), groups, pl.DataFrame(schema=dict(POSITIONS)), months)
    cards = found.group_by("group_id", "month").agg(pl.col("kpi").sort(), pl.col("weight").sum())
    usual, tet, new = (
        ["attendance_rate", "net_sales", "return_rate"],
        ["attendance_rate"],
        ["return_rate", "transactions"],
    )
    assert cards.sort("group_id", "month")["kpi"].to_list() == [usual, tet, usual, usual, new, new]
    assert set(cards["weight"]) == {100}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            "attendance_rate = 100",
            "attendance_rate = 99",
            "special.0 weights add up to 99; they must add up",
        ),
        ('"2026-02"\nto', '"Tet"\nto', "special.0.from 'Tet' is no month; write year and month like '2026-02'"),
        ('to = "2026-02"', 'to = "2026-01"', "special.0 ends (2026-01) before it begins (2026-02)"),
        ('level = "store"\nfrom', "from", "special.0 needs either a level or a position"),
        ('"q3"', '"q33"', "scorecards.toml: new_store.groups: no store is called 'q33'; allowed are q1, q3."),
        (
            'level = "store"\ngroups',
            'position = "barista"\ngroups',
            "no person is called 'q3' (the groups of a position are people); allowed are an.",
        ),
        ("transactions = 70", "guests = 70", "new_store.weights.guests is not known; allowed are "),
    ],
)
def test_a_fault_of_a_situation_is_told(before: str, after: str, said: str) -> None:
    with pytest.raises(BadSite) as problem:
        read(WRITTEN + TET.replace(before, after, 1))
    assert said in str(problem.value)


def test_the_bradford_factor_is_refused_in_a_score() -> None:
    said = r"barista\.weights\.bradford_factor is refused: .* never part of a score; weigh attendance_rate"
    with pytest.raises(BadSite, match=said):
        read(WRITTEN.replace("lateness_rate", "bradford_factor"))


def test_a_position_is_weighed_as_its_people_are() -> None:
    both = {"level": pl.String(), "group_id": pl.String()}
    groups = frame("level | group_id\n---\nposition | barista\nperson | an", both)
    held = frame("group_id | month | position\n---\nan | 2026-07-01 | barista", POSITIONS)
    found = weights(read(WRITTEN), groups, held, (date(2026, 7, 1),)).sort("level", "kpi")
    card = [("lateness_rate", Decimal(40)), ("service_skill", Decimal(60))]
    assert found.filter(level="person").select("kpi", "weight").rows() == card
    assert found.filter(level="position").select("kpi", "weight").rows() == card


def test_the_dose_of_each_kind_is_told() -> None:
    assert doses(read(WRITTEN).levels["store"].weights, KPIS) == {
        Kind.OUTPUT: Decimal("66.7"),
        Kind.BEHAVIOUR: Decimal("33.3"),
        Kind.COMPETENCY: 0,
    }


def test_too_little_measured_gives_no_score_and_says_so() -> None:
    drawing = """
        group_id | kpi         | attainment | weight
        ---------+-------------+------------+-------
        little   | net_sales   | 1          | 49
        little   | return_rate |            | 51
        enough   | net_sales   | 1          | 50
        enough   | return_rate |            | 50
        """
    found = scored(drawing).select("group_id", "score", "band", "status", "held").rows()
    assert found == [("enough", 100, "B", "met", None), ("little", None, None, "not_measured", "too-little")]


def scored(drawing: str, *, policy: str = "re-weight") -> pl.DataFrame:
    rules = Rules.model_validate({"not_measured": policy})
    judged = full(drawing, JUDGED).with_columns(level=pl.lit("store"), month=pl.lit(date(2026, 7, 1)))
    return scores(judged, Scorecards(rules=rules, bands=BANDS)).drop("level", "month")


JUDGED_ROWS = """
    group_id | kpi             | attainment | weight
    ---------+-----------------+------------+-------
    exact    | net_sales       | 1          | 60
    exact    | return_rate     | 1          | 40
    capped   | net_sales       | 7          | 60
    capped   | return_rate     | -3         | 40
    missing  | net_sales       | 1          | 60
    missing  | return_rate     |            | 40
    missing  | transactions    | 9          |
    nothing  | net_sales       |            | 100
    unscored | net_sales       | 1          |
    halfway  | net_sales       | 1.0295     | 100
    """


def test_a_score_is_the_weighted_mean_of_capped_credits() -> None:
    expected = frame(
        """
        group_id | score | band | measured_weight | status       | held
        ---------+-------+------+-----------------+--------------+-----
        capped   | 72    |      | 100             | missed |
        exact    | 100   | B    | 100             | met |
        halfway  | 103   | A    | 100             | met |
        missing  | 100   | B    | 60              | met |
        nothing  |       |      | 0               | not_measured |
        unscored |       |      | 0               | not_measured |
        """,
        SCORES,
    )
    assert_frame_equal(scored(JUDGED_ROWS), expected)


def test_held_scores_wait_for_every_kpi() -> None:
    held = scored(JUDGED_ROWS, policy="hold")
    assert dict(held.select("group_id", "score").iter_rows())["missing"] is None
    assert dict(held.select("group_id", "score").iter_rows())["exact"] == 100


def test_what_is_not_measured_is_never_averaged_in_as_zero() -> None:
    drawing = """
        group_id | kpi          | attainment | weight
        ---------+--------------+------------+-------
        q1       | net_sales    | 0.5        | 30
        q1       | return_rate  | 0.5        | 30
        q1       | transactions |            | 40
        """
    assert scored(drawing)["score"].to_list() == [50]


_credit = st.none() | st.decimals(min_value=-2, max_value=3, places=4)


@given(st.lists(st.tuples(_credit, st.integers(1, 100)), min_size=1, max_size=6))
def test_a_score_lies_between_its_worst_and_best_credit(rows: list[tuple[Decimal | None, int]]) -> None:
    text = [f"q1 | k{n} | {'' if credit is None else credit} | {weight}" for n, (credit, weight) in enumerate(rows)]
    score = scored("group_id | kpi | attainment | weight\n---\n" + "\n".join(text))["score"][0]
    credits_ = [min(max(credit, Decimal(0)), Decimal("1.2")) * 100 for credit, _ in rows if credit is not None]
    if Decimal(sum(weight for credit, weight in rows if credit is not None)) * 2 < sum(weight for _, weight in rows):
        assert score is None
    elif credits_:
        assert min(credits_) - Decimal("0.05") <= score <= max(credits_) + Decimal("0.05")
    else:
        assert score is None
