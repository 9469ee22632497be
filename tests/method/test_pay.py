"""What a score pays, and that no point more ever pays less."""

from decimal import Decimal
from itertools import accumulate

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.drawn import full
from transforms.kpis.values import VALUE
from transforms.pay import Curve, Point, payout, payouts
from transforms.scorecards import SCORES

CURVE = Curve.model_validate(
    {"points": [{"score": "90", "payout": "0.5"}, {"score": "100", "payout": "1"}, {"score": "110", "payout": "1.5"}]}
)


def paid(curve: Curve, *scores: str | Decimal | None) -> list[Decimal | None]:
    column = pl.DataFrame({"score": [None if s is None else str(s) for s in scores]}, schema={"score": pl.String})
    found: list[Decimal | None] = column.select(payout(curve, pl.col("score").cast(VALUE))).to_series().to_list()
    return found


def test_a_payout_by_example() -> None:
    found = paid(CURVE, "0", "89.9", "90", "95", "100", "104", "110", "250", None)
    assert found == [0, 0, Decimal("0.5"), Decimal("0.75"), 1, Decimal("1.2"), Decimal("1.5"), Decimal("1.5"), None]


def test_one_point_less_and_more_stand_beside_the_payout() -> None:
    scores = full("group_id | score\n---\ncliff | 90.4\ncapped | 110\nheld |", SCORES)
    found = payouts(scores, CURVE).select("group_id", "payout_below", "payout", "payout_above").rows()
    assert found == [
        ("cliff", 0, Decimal("0.52"), Decimal("0.57")),
        ("capped", Decimal("1.45"), Decimal("1.5"), Decimal("1.5")),
        ("held", None, None, None),
    ]


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([(90, 1)], "at least 2 items"),
        ([(100, 0), (90, 1)], "has a point at 90 after one at 100; order them by score"),
        ([(90, 1), (100, Decimal("0.9"))], "pays less at 100 than at 90"),
    ],
)
def test_a_curve_that_falls_or_turns_back_is_refused(points: list[tuple[object, object]], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Curve.model_validate({"points": [{"score": score, "payout": share} for score, share in points]})


_steps = st.lists(
    st.tuples(st.decimals(min_value=1, max_value=20, places=1), st.decimals(min_value=0, max_value=1, places=2)),
    min_size=2,
    max_size=6,
)


def _curve(steps: list[tuple[Decimal, Decimal]]) -> Curve:
    scores, shares = (accumulate(column) for column in zip(*steps, strict=True))
    points = (Point(score=score, payout=share) for score, share in zip(scores, shares, strict=True))
    return Curve(points=tuple(points))


@given(_steps, st.decimals(0, 150, places=1), st.decimals(0, 50, places=1))
def test_more_points_never_pay_less_and_never_more_than_the_cap(
    steps: list[tuple[Decimal, Decimal]], score: Decimal, more: Decimal
) -> None:
    curve = _curve(steps)
    low, high = paid(curve, score, score + more)
    assert low is not None
    assert high is not None
    assert 0 <= low <= high <= curve.points[-1].payout


@given(_steps, st.decimals(0, 150, places=4))
def test_above_the_threshold_there_is_no_jump(steps: list[tuple[Decimal, Decimal]], beyond: Decimal) -> None:
    curve = _curve(steps)
    score, step = curve.points[0].score + beyond, Decimal("0.0001")
    steepest = max(rise / run for run, rise in steps[1:])
    low, high = paid(curve, score, score + step)
    assert low is not None
    assert high is not None
    assert high - low <= steepest * step + Decimal("0.00000002")
