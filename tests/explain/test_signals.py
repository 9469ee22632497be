"""A signal is what routine variation does not reach, and the number that chance would give is told beside it."""

import time
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import polars as pl
import pytest

from tests.drawn import frame
from transforms.calendar import add_months
from transforms.false_alarms import false_alarms
from transforms.kpis.values import VALUE
from transforms.seasons import SERIES, with_season
from transforms.signals import CAUSES, SIGNALS, assurance, signals

FIRST = date(2023, 1, 1)
# SAS/QC user's guide, data set JETS: mean 80.39, limits 66.2290 and 94.5510, limit of the ranges 17.3986.
JETS = "78.4 80.1 84.4 79.1 80.4 83.5 73.8 83.5 75.0 76.8 70.5 80.3 82.4 79.4 86.4 90.5 77.7 82.5 79.9 83.2"
FLAT = [10.0, 11] * 6 + [11.0, 10] * 6  # no season: what was high is low a year later


def chart(figures: Sequence[float | None], causes: pl.DataFrame | None = None) -> pl.DataFrame:
    return signals(series({"a": figures}), causes)


def series(groups: Mapping[str, Sequence[float | None]]) -> pl.DataFrame:
    rows = [
        ("net_sales", "store", group, add_months(FIRST, n), figure)
        for group, figures in groups.items()
        for n, figure in enumerate(figures)
    ]
    schema = {**dict.fromkeys(SERIES, pl.String), "month": pl.Date, "value": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def noise(groups: int, months: int, seed: int) -> pl.DataFrame:
    drawn = np.random.default_rng(seed).normal(100, 10, (groups, months))
    return series({str(group): row for group, row in enumerate(drawn.tolist())})


def test_published_limits() -> None:
    last = chart([float(x) for x in JETS.split()]).row(-1, named=True)
    assert (round(last["expected"], 2), round(last["lower"], 4), round(last["upper"], 4)) == (80.39, 66.2290, 94.5510)
    assert round(last["range_limit"], 4) == 17.3986
    assert (last["points"], last["basis"], last["rule"]) == (20, "set", None)


@pytest.mark.parametrize(
    ("then", "rule", "side"),
    [
        ([10.5], None, None),
        ([15], "outside", "higher"),
        ([6], "outside", "lower"),
        ([12.5, 12.5, 10, 12.5], "three_of_four", "higher"),
        ([12.5, 12.5, 12.5, 10], None, None),
        ([10.2] * 8, "run_of_eight", "lower"),
        ([11, 10.2, 10.2, 10.2, 10.2, 10.2, 10.2, 10.2], None, None),
    ],
)
def test_three_rules(then: list[float], rule: str | None, side: str | None) -> None:
    last = chart(FLAT + then).row(-1, named=True)
    assert (last["rule"], last["side"], last["basis"]) == (rule, side, "frozen")


def test_limits_are_trial_then_set_then_frozen() -> None:
    known = {n: chart(FLAT[:n]).row(-1, named=True)["basis"] for n in (11, 12, 23, 24)}
    assert known == {11: "trial", 12: "set", 23: "set", 24: "frozen"}
    frozen = chart(FLAT), chart([*FLAT, 30, 31, 32])
    assert frozen[0]["upper"].to_list() == frozen[1]["upper"].head(24).to_list()


def test_only_a_dated_cause_sets_limits_anew() -> None:
    moved = [*FLAT, *(figure + 20 for figure in FLAT[:12])]
    cause = frame(
        """
        kpi       | level | group_id | month      | cause
        ----------+-------+----------+------------+---------
        net_sales |       | a        | 2025-01-01 | widened
        net_sales |       | b        | 2024-01-01 | other
        """,
        CAUSES,
    )
    assert chart(moved).row(-1, named=True)["rule"] == "outside"
    last = chart(moved, cause).row(-1, named=True)
    assert (last["rule"], last["point"], last["basis"], last["cause"]) == (None, 12, "set", "widened")
    assert chart(moved, cause).filter(pl.col("month") < date(2025, 1, 1))["basis"].unique().to_list() == ["frozen"]


def test_a_missing_month_is_passed_over_and_nothing_is_a_frame() -> None:
    assert chart([10, None, 11, float("nan")])["point"].to_list() == [1, 2]
    assert signals(series({})).schema == pl.Schema(SIGNALS)
    assert chart([5.0] * 30)["rule"].null_count() == 30


def test_the_season_is_taken_out_and_put_back() -> None:
    season = [1.0, 0.6, 1, 1, 1.1, 1, 1, 1, 1, 1, 1, 1.5]
    drawn = np.random.default_rng(3).normal(100, 2, (8, 36))
    groups = {str(g): [x * season[n % 12] * 1.01**n for n, x in enumerate(row)] for g, row in enumerate(drawn)}
    adjusted = with_season(series(groups))
    effects = adjusted.filter(group_id="0").sort("month")["effect"].head(12).to_list()
    mean = sum(season) / 12
    assert effects == pytest.approx([s / mean for s in season], rel=0.03)
    groups["0"][-1] = groups["0"][-1] * 0.6
    newest = signals(series(groups)).filter(month=add_months(FIRST, 35))
    assert newest.filter(group_id="0").row(0, named=True)["side"] == "lower"
    assert newest["seasonal"].all()


def test_a_season_that_calms_nothing_is_left_in() -> None:
    assert not with_season(noise(20, 36, 5))["seasonal"].any()
    assert not with_season(series({"a": FLAT[:23]}))["seasonal"].any()
    assert not with_season(series({"a": [0.0, *FLAT]}))["seasonal"].any()


@pytest.mark.parametrize("months", [10, 14, 20, 26, 36])
def test_as_many_false_alarms_as_told(months: int) -> None:
    newest = signals(noise(6000, months, months)).filter(month=add_months(FIRST, months - 1))
    for rule, _, expected, found in false_alarms(newest).iter_rows():
        assert found == pytest.approx(expected, abs=4 * (expected + 2) ** 0.5), rule


@pytest.mark.parametrize(
    ("target", "better", "told"),
    [
        ("60", "higher", "consistently_meets"),
        ("80", "higher", "hit_and_miss"),
        ("95", "higher", "cannot_reach"),
        ("95", "lower", "consistently_meets"),
        ("60", "lower", "cannot_reach"),
    ],
)
def test_assurance(target: str, better: str, told: str) -> None:
    charted = chart([float(x) for x in JETS.split()]).tail(1)
    targets = charted.select(*SERIES, "month", target=pl.lit(target).cast(VALUE))
    rules = pl.DataFrame({"kpi": ["net_sales"], "better": [better]})
    assert assurance(charted, targets, rules)["assurance"].to_list() == [told]
    assert assurance(charted.with_columns(basis=pl.lit("trial")), targets, rules).is_empty()


def test_a_thousand_groups_take_seconds() -> None:
    many = noise(3000, 36, 1).with_columns(pl.col("group_id").cast(pl.String))
    started = time.process_time()
    signals(many)
    assert time.process_time() - started < 2  # a tenth of the chain that has ten CPU seconds
