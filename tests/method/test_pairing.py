"""Raw punches -> spells."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.method.punchlogs import FIRST, Log, Spell, log, punches
from transforms.attendance import ShiftRules, trusted_clocks
from transforms.attendance.pairing import SPELLS, spells

RULES = ShiftRules()
# A clock whose in and out are known to be right, all month.
GOOD_DAYS = " ".join(f"{day}d08 {day}d17" for day in range(10, 28))


def moment(text: str) -> datetime:
    """`5d22:30`: the 5th of January; a leading `5d` is left out for the 5th."""
    day, _, clock = text.rpartition("d")
    hour, _, minute = clock.partition(":")
    return datetime(2026, 1, int(day or 5), int(hour), int(minute or 0))  # noqa: DTZ001 - a wall clock


def found(rows: pl.DataFrame, rules: ShiftRules = RULES) -> pl.DataFrame:
    lazy = rows.lazy()
    result = spells(lazy, trusted_clocks(lazy, rules), rules).collect(engine="streaming")
    assert result.schema == dict(SPELLS)
    return result.sort("employee_id", pl.coalesce("clock_in", "clock_out"))


def said(text: str, rules: ShiftRules = RULES) -> list[str]:
    """Spells of one person who punched at the moments of `text`, as `5d22-6d06`; `?`: not known, `*`: an odd run."""
    return _drawn(found(punches([{"employee_id": "an", "punched_at": moment(t)} for t in text.split()]), rules))


def _drawn(spells_found: pl.DataFrame) -> list[str]:
    columns = ("business_date", "clock_in", "clock_out", "odd")
    return [
        f"{day.day}: {_clock(came)}-{_clock(went)}{'*' if odd else ''}"
        for day, came, went, odd in spells_found.select(columns).rows()
    ]


def _clock(at: datetime | None) -> str:
    return at.strftime("%H:%M").removesuffix(":00") if at else "?"


@pytest.mark.parametrize(
    ("punched", "worked"),
    [
        ("08 17", ["5: 08-17"]),
        ("08 12 13 17", ["5: 08-12", "5: 13-17"]),
        ("22 6d06", ["5: 22-06"]),
        ("22 6d06 6d22 7d06 7d22 8d06", ["5: 22-06", "6: 22-06", "7: 22-06"]),
        ("22 6d02 6d02:30 6d06", ["5: 22-02", "5: 02:30-06"]),
        ("23 6d03:30 6d04:30 6d07", ["5: 23-03:30", "5: 04:30-07"]),  # the pause ends after the cut-off at 04:00
        ("17 6d01:30 6d17 7d01:30", ["5: 17-01:30", "6: 17-01:30"]),
        ("19 6d07", ["5: 19-07"]),
        ("15 23:30 6d06 6d14", ["5: 15-23:30", "6: 06-14"]),
        ("08 12 17 21 6d08 6d12 6d17 6d21", ["5: 08-12", "5: 17-21", "6: 08-12", "6: 17-21"]),
        ("31d22 31d22:00", ["31: 22-?*"]),
    ],
)
def test_punches_without_direction_alternate_within_a_run(punched: str, worked: list[str]) -> None:
    assert said(punched) == worked


@pytest.mark.parametrize(
    ("punched", "worked"),
    [
        ("08", ["5: 08-?*"]),
        ("08 12 13", ["5: 08-?*"]),
        ("08 6d08 6d17", ["5: 08-?*", "6: 08-17"]),
        ("17 6d08 6d17", ["5: 17-?*", "6: 08-17"]),
        ("22 6d22 7d06", ["5: 22-?*", "6: 22-06"]),
        ("22 6d06 7d06 7d22 8d06", ["5: 22-06", "7: 06-?*", "7: 22-06"]),
    ],
)
def test_a_lost_punch_leaves_its_run_open_and_no_other(punched: str, worked: list[str]) -> None:
    assert said(punched) == worked


def test_repeats_within_a_minute_are_one_punch() -> None:
    rows = punches(
        [{"employee_id": "an", "punched_at": moment("08") + timedelta(seconds=s)} for s in (0, 20, 60, 3600)]
    )
    assert _drawn(found(rows)) == ["5: 08-09"]
    assert _drawn(found(rows, ShiftRules(repeat_within_seconds=30))) == ["5: 08-?*"]


def test_a_stretch_beyond_the_longest_shift_is_no_shift() -> None:
    assert said("06 23") == ["5: 06-?*", "5: 23-?*"]
    assert said("06 23", ShiftRules(longest_shift_hours=17)) == ["5: 06-23"]


def directed(text: str, *, others: str = GOOD_DAYS) -> pl.DataFrame:
    """An's punches as `08>` (in), `12<` (out), `12(` and `13)` (a break), among good days of others."""
    signs = {">": "in", "<": "out", "(": "break_out", ")": "break_in"}
    an: list[dict[str, object]] = [
        {"employee_id": "an", "punched_at": moment(t[:-1]), "direction": signs[t[-1]]} for t in text.split()
    ]
    rest: list[dict[str, object]] = [
        {"employee_id": "binh", "punched_at": moment(t), "direction": "in" if n % 2 == 0 else "out"}
        for n, t in enumerate(others.split())
    ]
    return punches(an + rest)


def of_an(rows: pl.DataFrame, rules: ShiftRules = RULES) -> list[str]:
    return _drawn(found(rows, rules).filter(pl.col("employee_id") == "an"))


def test_a_direction_that_has_earned_it_says_which_punch_is_missing() -> None:
    assert of_an(directed("08> 12< 13>")) == ["5: 08-12", "5: 13-?"]
    assert of_an(directed("08> 13> 17<")) == ["5: 08-?", "5: 13-17"]
    assert of_an(directed("6d06<")) == ["6: ?-06"]
    assert of_an(directed("07> 19< 19:30> 6d07<")) == ["5: 07-19", "5: 19:30-07"]


@pytest.mark.parametrize("noise", ["in", "out", None])
def test_a_direction_that_never_changes_is_ignored(noise: str | None) -> None:
    rows = directed("08> 12< 13> 17<").with_columns(direction=pl.lit(noise, pl.String))
    assert trusted_clocks(rows.lazy(), RULES).collect().is_empty()
    assert of_an(rows) == ["5: 08-12", "5: 13-17"]


def test_directions_are_trusted_clock_by_clock_and_month_by_month() -> None:
    rows = directed("08> 17<").with_columns(store_id=pl.when(pl.col("employee_id") == "an").then(pl.lit("hk")))
    noisy = rows.with_columns(store_id=pl.lit("q3"), direction=pl.lit("in"))
    clocks = trusted_clocks(pl.concat([rows, noisy]).lazy(), RULES).collect()
    assert clocks.sort("store_id", nulls_last=True).rows() == [("clock", "hk", FIRST), ("clock", None, FIRST)]


def test_a_punched_break_is_unpaid_unless_the_site_pays_it() -> None:
    rows = directed("08> 12( 12:30) 17<")
    assert of_an(rows) == ["5: 08-12", "5: 12:30-17"]
    assert found(rows).filter(pl.col("employee_id") == "an")["break_hours"].to_list() == [None, pl.Series([0.5])[0]]
    assert of_an(rows, ShiftRules(punched_breaks_paid=True)) == ["5: 08-17"]


def test_two_stores_in_one_day_are_paired_by_person_and_the_in_says_where() -> None:
    rows = punches(
        [
            {"employee_id": "an", "punched_at": moment(t), "store_id": store}
            for t, store in (("08", "q1"), ("12", "q1"), ("13", "q3"), ("17", "hk"))
        ]
    )
    assert found(rows).select("store_id", "clock_out").rows() == [("q1", moment("12")), ("q3", moment("17"))]


def test_a_clock_that_everybody_shares_ends_each_day_at_the_cut_off() -> None:
    hours = (f"{day}d{hour:02}" for day in range(5, 12) for hour in range(0, 24, 4))
    result = found(punches([{"employee_id": "an", "punched_at": moment(t)} for t in hours]))
    assert result.filter(pl.col("clock_out") - pl.col("clock_in") > timedelta(hours=4)).is_empty()


def seen(rows: pl.DataFrame) -> set[Spell]:
    whole = found(rows).filter(pl.col("clock_in").is_not_null() & pl.col("clock_out").is_not_null())
    return {(who, came, went) for who, came, went in whole.select("employee_id", "clock_in", "clock_out").rows()}


@pytest.mark.parametrize(
    ("lost", "directions", "recall", "precision"),
    [
        (0.0, False, 1.0, 1.0),
        (0.04, False, 0.95, 0.995),
        (0.08, False, 0.90, 0.985),
        (0.0, True, 0.995, 1.0),
        (0.08, True, 0.99, 0.995),
    ],
)
def test_what_was_worked_is_found_again_in_logs_as_clocks_write_them(
    lost: float, directions: bool, recall: float, precision: float
) -> None:
    written = log(7, lost=lost, directions=directions)
    pairs = seen(written.punches)
    found_again, right = len(pairs & written.known) / len(written.known), len(pairs & written.truth) / len(pairs)
    figures = f"recall {found_again:.4f}, precision {right:.4f}"
    print(f"\n{_odd(written):.0%} odd person-days, directions {directions}: {figures}")  # noqa: T201 - to be read
    assert found_again >= recall
    assert right >= precision


def _odd(written: Log) -> float:
    """The share of person-days with an odd number of punches."""
    count = written.punches.group_by("employee_id", "business_date").len()
    return int((count["len"] % 2 == 1).sum()) / count.height


moments = st.integers(0, 12 * 24 * 60).map(lambda minute: datetime(2026, 1, 26) + timedelta(minutes=minute))  # noqa: DTZ001
any_punches = st.lists(
    st.fixed_dictionaries(
        {
            "employee_id": st.sampled_from(["an", "binh"]),
            "punched_at": moments,
            "direction": st.sampled_from(["in", "out", "break_out", "break_in", None]),
            "store_id": st.sampled_from(["q1", "q3", None]),
        }
    ),
    max_size=40,
).map(punches)


@given(any_punches)
@settings(max_examples=60)
def test_spells_never_overlap_run_backwards_or_last_beyond_the_longest(rows: pl.DataFrame) -> None:
    result = found(rows)
    pairs = result.filter(pl.col("clock_in").is_not_null() & pl.col("clock_out").is_not_null())
    lasts = pairs["clock_out"] - pairs["clock_in"]
    assert ((lasts > timedelta(0)) & (lasts <= RULES.longest)).all()
    before = pairs.select(pl.col("clock_out").shift(1).over("employee_id") <= pl.col("clock_in")).to_series()
    assert before.drop_nulls().all()
    assert set(_moments(result)) <= set(rows.select("employee_id", "punched_at").rows())
    assert len(_moments(result)) == len(set(_moments(result)))


def _moments(result: pl.DataFrame) -> list[tuple[str, datetime]]:
    both: Iterable[tuple[str, datetime | None, datetime | None]]
    both = result.select("employee_id", "clock_in", "clock_out").rows()
    return [(who, at) for who, came, went in both for at in (came, went) if at]


@given(any_punches, st.integers(0, 1000))
@settings(max_examples=40)
def test_order_and_repeated_delivery_do_not_matter(rows: pl.DataFrame, seed: int) -> None:
    twice = pl.concat([rows, rows]).sample(fraction=1, shuffle=True, seed=seed)
    assert_frame_equal(found(twice), found(rows))


@given(any_punches)
@settings(max_examples=40)
def test_a_month_reads_the_same_whatever_lies_beyond_the_margin(rows: pl.DataFrame) -> None:
    # The 1st of February lies inside; the margin is four days.
    first, last = datetime(2026, 1, 31), datetime(2026, 2, 1)  # noqa: DTZ001
    no_clock = trusted_clocks(rows.clear().lazy(), RULES)
    near = rows.filter(pl.col("business_date").is_between(first - timedelta(days=4), last + timedelta(days=4)))
    inside = pl.col("business_date").is_between(first, last)
    alone, together = (
        spells(frame.lazy(), no_clock, RULES).filter(inside).collect().sort("employee_id", "clock_in")
        for frame in (near, rows)
    )
    assert_frame_equal(alone, together)
