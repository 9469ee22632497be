"""A signal is what routine variation does not reach, and the number that chance would give is told beside it."""

import time
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

from flows.sample.stories import tet_factor
from tests.drawn import frame
from transforms.calendar import add_months, days_in
from transforms.false_alarms import false_alarms
from transforms.kpis.values import VALUE
from transforms.seasons import SERIES
from transforms.signals import CAUSES, SIGNALS, assurance, signals

FIRST = date(2023, 1, 1)
Floats = npt.NDArray[np.float64]
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


def grown(groups: int, months: int, seed: int, spread: float = 0.05) -> Floats:
    """One per cent more every month, a season, and a few per cent of chance."""
    at = np.arange(months)
    level = 100 * 1.01**at * (1 + 0.1 * np.sin(2 * np.pi * at / 12))
    drawn: Floats = level * np.random.default_rng(seed).normal(1, spread, (groups, months))
    return drawn


def newest(figures: Floats, *, grows: bool = True, tet: bool = False, first: date = FIRST) -> pl.DataFrame:
    groups, months = figures.shape
    every = [add_months(first, n) for n in range(months)]
    drawn = pl.DataFrame(
        {"group_id": np.repeat(np.arange(groups), months), "month": every * groups, "value": figures.ravel()}
    ).with_columns(pl.col("group_id").cast(pl.String), kpi=pl.lit("net_sales"), level=pl.lit("store"))
    return signals(drawn, growing=["net_sales"] if grows else [], tet=tet).filter(month=every[-1])


def as_expected(charted: pl.DataFrame) -> bool:
    """As many of each rule as false_alarms() tells, give or take four spreads."""
    counted = false_alarms(charted)
    return all(abs(found - told) <= 4 * (told + 2) ** 0.5 for _, _, told, found in counted.iter_rows())


@pytest.mark.parametrize("months", [10, 14, 20, 26, 36])
def test_as_many_false_alarms_as_told(months: int) -> None:
    assert as_expected(newest(np.random.default_rng(months).normal(100, 10, (6000, months)), grows=False))


@pytest.mark.parametrize("months", [24, 26, 32, 36, 38, 48])
def test_neither_growth_nor_season_is_a_signal(months: int) -> None:
    assert as_expected(newest(grown(6000, months, months)))


def test_fixed_limits_would_call_steady_growth_a_signal() -> None:
    found = newest(grown(500, 38, 1), grows=False)
    assert found["rule"].null_count() < 50


def with_tet(groups: int, months: int, first: date, seed: int, spread: float = 0.05) -> Floats:
    month = [add_months(first, n) for n in range(months)]
    open_days = [sum(tet_factor(day.replace(day=d + 1)) for d in range(days_in(day))) for day in month]
    drawn: Floats = grown(groups, months, seed, spread) * np.array(open_days)
    return drawn


@pytest.mark.parametrize("months", [25, 26, 27, 37, 38, 39])
def test_tet_that_moves_is_no_signal(months: int) -> None:
    """From January 2024: Tet began on 10 February 2024, 29 January 2025 and 17 February 2026."""
    found = newest(with_tet(3000, months, date(2024, 1, 1), 8), tet=True, first=date(2024, 1, 1))
    january = months in {25, 37}
    assert found["basis"].eq("trial").all() is january
    assert found["rule"].null_count() == 3000 if january else as_expected(found)


def test_without_the_lunar_year_tet_that_moves_would_hide_what_is_real() -> None:
    """January and February by themselves jump from year to year, and every limit is the wider for it."""
    first = date(2024, 1, 1)
    drawn = with_tet(500, 39, first, 8, 0.02)
    together, apart = (
        newest(drawn, tet=tet, first=first).select(pl.col("upper") - pl.col("lower")) for tet in (True, False)
    )
    assert apart.sum().item() > 1.3 * together.sum().item()


def test_february_is_told_in_its_own_unit() -> None:
    """January and February together, 2 and 1 a year, then 2.2 and 1.1: February may be what is left of both."""
    years = [[2.0, 1, *[3.0] * 10], [1.0, 2, *[3.0] * 10], [2.2, 1.1]]
    drawn = series({"a": [figure for year in years for figure in year]})
    last = signals(drawn, growing=["net_sales"], tet=True).row(-1, named=True)
    assert (last["value"], last["seasonal"], last["point"]) == (1.1, True, 12)
    assert last["expected"] == pytest.approx(3 * (11 * 1 + 1.1) / 12 - 2.2)


@pytest.mark.parametrize(
    ("step", "spread", "least"), [(0.15, 0.02, 0.95), (0.20, 0.03, 0.9), (0.30, 0.05, 0.8), (0.15, 0.05, 0.1)]
)
def test_a_step_is_found(step: float, spread: float, least: float) -> None:
    """In the third month of it, three years of history: how often, by its size and by what chance does."""
    figures = grown(2000, 37, 4, spread)
    figures[:, -3:] *= 1 - step
    found = newest(figures)
    assert found.filter(pl.col("rule").is_not_null(), side="lower").height / found.height >= least


def test_what_has_nothing_to_compare_with_is_not_judged() -> None:
    drawn = series({"a": [1.0] * 12 + [0.0] + [2.0] * 12, "b": [-1.0] * 25})
    told = signals(drawn, growing=["net_sales"])
    assert told.height == 50
    assert told.filter(group_id="a")["point"].drop_nulls().to_list() == list(range(1, 13))
    assert told.filter(pl.col("point").is_null()).select("basis", "lower", "rule").unique().rows() == [
        ("trial", None, None)
    ]


def test_a_cause_parts_what_is_compared_across_it() -> None:
    cause = frame("month | cause\n---\n2024-07-01 | widened", CAUSES).select(
        *(pl.lit(None, pl.String).alias(key) for key in SERIES), "month", "cause"
    )
    drawn = series({"a": [1.0 + n % 2 / 10 for n in range(48)]})
    told = signals(drawn, cause, ["net_sales"])
    assert told["point"].to_list() == [None] * 12 + [*range(1, 7), *range(1, 13), *range(1, 19)]


def test_a_share_is_not_judged_by_less_than_counting_allows() -> None:
    drawn = np.random.default_rng(2).binomial(250, 0.05, (6000, 26)) / 250
    rows = series({str(group): row for group, row in enumerate(drawn.tolist())})
    counted = false_alarms(signals(rows.with_columns(trials=250)).filter(month=add_months(FIRST, 25)))
    plain = false_alarms(signals(rows).filter(month=add_months(FIRST, 25)))
    expected, found = counted.row(0)[2:]
    assert found < 0.6 * expected
    assert found < 0.6 * plain["found"][0]


def test_a_small_share_has_months_far_above_its_mean_and_none_far_below_it() -> None:
    """Returns, of money: limits as far above the mean as below it would call nearly twice as many of them signals."""
    drawn = np.random.default_rng(3).gamma(9, 0.03 / 9, (2000, 26))
    rows = series({str(group): row for group, row in enumerate(drawn.tolist())})
    told = signals(rows.with_columns(trials=10**9)).filter(month=add_months(FIRST, 25))
    expected, found = false_alarms(told).row(0)[2:]
    assert found < 1.4 * expected
    assert false_alarms(signals(rows).filter(month=add_months(FIRST, 25)))["found"][0] > 1.5 * found
    assert told.filter(pl.col("lower") < 0).is_empty()
    assert told["expected"].mean() == pytest.approx(0.03, rel=0.01)


def test_a_share_near_all_has_no_limit_beyond_it() -> None:
    last = signals(series({"a": [0.99, 0.97, 1.0, 0.98] * 6}).with_columns(trials=100)).row(-1, named=True)
    assert 0.8 < last["lower"] < last["expected"] < last["upper"] <= 1


@pytest.mark.parametrize(("then", "side"), [(-0.1, "lower"), (1.3, "higher"), (0.7, None)])
def test_a_margin_below_nothing_or_above_all_is_beyond_the_limits_of_a_share(then: float, side: str | None) -> None:
    usual = [0.6, 0.7] * 12
    charted = signals(series({"a": [*usual, then]}).with_columns(trials=10**9))
    assert charted.row(-1, named=True)["side"] == side
    before = signals(series({"a": usual}).with_columns(trials=10**9))
    assert charted.head(24).equals(before.with_columns(points=pl.lit(25, pl.UInt32)))


def test_figures_that_mostly_stay_the_same_give_no_signal() -> None:
    assert chart([0.0, 0, 0, 1] * 6 + [0, 0, 3])["rule"].null_count() == 27


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


@pytest.mark.parametrize(
    ("target", "side", "told"),
    [
        ("60", "higher", ["consistently_meets"]),
        ("60", "lower", []),
        ("80", "higher", []),
        ("95", "lower", ["cannot_reach"]),
        ("95", "higher", []),
    ],
)
def test_limits_that_a_signal_has_left_promise_only_what_it_bears_out(target: str, side: str, told: list[str]) -> None:
    charted = chart([float(x) for x in JETS.split()]).tail(1)
    signalled = charted.with_columns(rule=pl.lit("run_of_eight"), side=pl.lit(side))
    targets = charted.select(*SERIES, "month", target=pl.lit(target).cast(VALUE))
    rules = pl.DataFrame({"kpi": ["net_sales"], "better": ["higher"]})
    assert assurance(signalled, targets, rules)["assurance"].to_list() == told


def test_a_thousand_groups_take_seconds() -> None:
    many = noise(3000, 36, 1).with_columns(pl.col("group_id").cast(pl.String))
    started = time.process_time()
    signals(many)
    assert time.process_time() - started < 2  # a tenth of the chain that has ten CPU seconds
