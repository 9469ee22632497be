"""From a target to people, and the hours of the week that lack them."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from transforms.staffing import CELLS, Terms, cells, elasticity, staffing

TERMS = Terms(Decimal(208), Decimal("0.08"), Decimal(35_000), Decimal("0.30"))
MONDAY = date(2026, 6, 1)


def test_the_worked_example() -> None:
    found = staffing(Decimal(1_200_000_000), Decimal(2_400), Decimal(1_440_000_000), TERMS)
    assert found is not None
    assert (int(found.least.hours), round(found.least.fte, 2), found.least.hires) == (480, Decimal("2.51"), 3)
    assert found.least.cost == 480 * 35_000
    assert {e: round(need.hours) + 2400 for e, need in found.ranges.items()} == {0.7: 3114, 0.5: 3456, 0.3: 4407}
    assert (round(found.three_levers, 4), round(found.shared.hours)) == (Decimal("0.0627"), 150)
    assert round(found.shared.fte, 2) == Decimal("0.79")
    assert found.break_even is not None
    assert round(found.break_even) == 116_667
    assert found.lift == Decimal("0.2")


@pytest.mark.parametrize(("sales", "hours", "target"), [(0, 1, 9), (9, 0, 10), (9, 1, 9), (-1, 1, 5), (9, 1, 19)])
def test_nothing_to_staff(sales: int, hours: int, target: int) -> None:
    assert staffing(Decimal(sales), Decimal(hours), Decimal(target), TERMS) is None


def history(stores: int, spread: float) -> pl.DataFrame:
    drawn = np.random.default_rng(4)
    hours = drawn.normal(0, 0.1, (stores, 24))
    season, size = drawn.normal(0, 0.3, (1, 24)), drawn.normal(0, 1, (stores, 1))
    net = np.exp(5 + season + size + 0.5 * hours + drawn.normal(0, spread, (stores, 24)))
    keys = {"group_id": np.repeat(np.arange(stores), 24), "month": np.tile(np.arange(24), stores)}
    return pl.DataFrame(keys | {"net": net.ravel(), "hours": np.exp(hours + size).ravel()})


def test_the_chains_own_elasticity() -> None:
    found = elasticity(history(20, 0.05))
    assert found is not None
    assert found.value == pytest.approx(0.5, abs=3 * found.error)
    assert (found.rows, found.usable) == (480, True)


def test_too_little_history_is_not_used() -> None:
    few, loose = elasticity(history(2, 0.05)), elasticity(history(5, 1.0))
    assert few is not None
    assert loose is not None
    assert (few.usable, loose.usable) == (False, False)
    assert elasticity(history(1, 0.05)) is None


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute))


def week(weeks: int) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """Open 09:00 to 14:00 with two people; at noon as many guests again, at 13:30 one of the two leaves."""
    days = [MONDAY + timedelta(days=n) for n in range(7 * weeks)]
    guests = {9: 20, 10: 20, 11: 20, 12: 44, 13: 4}
    sold = [(d, at(d, h, 5)) for d in days for h, n in guests.items() for _ in range(n)]
    times = [(d, at(d, 9), at(d, 14)) for d in days]
    early = [(d, begin, end - timedelta(minutes=30)) for d, begin, end in times]
    receipts = pl.LazyFrame(sold, schema=["business_date", "sold_at"], orient="row")
    shifts = pl.LazyFrame(times + early, schema=["business_date", "clock_in", "clock_out"], orient="row")
    return receipts.with_columns(group_id=pl.lit("q1")), shifts.with_columns(group_id=pl.lit("q1"))


def test_hours_of_the_week_that_lack_people() -> None:
    found = cells(*week(8))
    assert found.schema == pl.Schema(CELLS)
    noon = found.row(by_predicate=(pl.col("weekday") == 1) & (pl.col("hour") == 12), named=True)
    assert (noon["receipts"], noon["staffed"], noon["weeks"], noon["load"], noon["usual"]) == (352, 16, 8, 22, 10)
    assert (noon["state"], round(noon["hours"], 1)) == ("understaffed", 2.4)
    late = found.row(by_predicate=(pl.col("weekday") == 1) & (pl.col("hour") == 13), named=True)
    assert (late["state"], round(late["staffed"], 1), round(late["hours"], 1)) == ("overstaffed", 12.0, -1.1)


def test_receipts_while_nobody_is_clocked_in_are_shown_and_days_without_any_clocking_are_not() -> None:
    receipts, shifts = week(8)
    late = receipts.filter(pl.col("sold_at").dt.hour() == 13).with_columns(pl.col("sold_at").dt.offset_by("1h"))
    elsewhere = receipts.with_columns(group_id=pl.lit("q3"))
    found = cells(pl.concat([receipts, late, elsewhere]), shifts.filter(pl.col("business_date") != MONDAY))
    assert found["group_id"].unique().to_list() == ["q1"]
    monday = found.row(by_predicate=(pl.col("weekday") == 1) & (pl.col("hour") == 14), named=True)
    assert (monday["receipts"], monday["staffed"], monday["load"], monday["weeks"]) == (28, 0, None, 7)
    assert (monday["state"], monday["hours"]) == ("unstaffed", pytest.approx(28 / 10 / 7))
    noon = found.row(by_predicate=(pl.col("weekday") == 1) & (pl.col("hour") == 12), named=True)
    assert (noon["receipts"], noon["load"]) == (308, 22)


def test_a_few_weeks_name_nothing() -> None:
    assert cells(*week(5))["state"].null_count() == 35
