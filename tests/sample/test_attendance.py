"""Rosters and punches."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from flows.sample import Scale
from flows.sample.attendance import attendance, shifts
from flows.sample.chain import stores
from flows.sample.ratings import ratings
from flows.sample.scale import months_between

SCALE = Scale(months=13)


@pytest.fixture(scope="module")
def year() -> pl.DataFrame:
    months = list(months_between(SCALE.first_day, SCALE.until))
    return pl.concat([shifts(SCALE, store, month) for store in stores(SCALE) for month in months])


def _share(of: pl.Expr, rows: pl.DataFrame) -> float:
    return float(rows.select(of.mean()).item())


def test_rates_are_those_of_a_real_chain(year: pl.DataFrame) -> None:
    worked = year.filter("worked")
    late = (pl.col("clock_in") - pl.col("scheduled_in")).dt.total_minutes() > 5
    lost = pl.col("clock_in").is_null() | pl.col("clock_out").is_null()
    assert _share(pl.col("worked"), year) == pytest.approx(0.96, abs=0.006)
    assert _share(late, worked) == pytest.approx(0.06, abs=0.01)
    assert _share(lost, worked) == pytest.approx(0.01, abs=0.003)
    assert worked.filter(pl.col("clock_in").is_null(), pl.col("clock_out").is_null()).is_empty()


def test_nobody_works_seven_days_a_week(year: pl.DataFrame) -> None:
    weekly = year.group_by("number", pl.col("business_date").dt.truncate("1w")).len()
    assert weekly["len"].max() == 6


def test_a_shift_is_over_before_the_business_day_is(year: pl.DataFrame) -> None:
    day = pl.col("business_date").cast(pl.Datetime("us"))
    outside = (pl.col("clock_in") < day + pl.duration(hours=4)) | (pl.col("clock_out") > day + pl.duration(hours=27))
    assert year.filter(outside).is_empty()
    assert year.filter(pl.col("clock_out") <= pl.col("clock_in")).is_empty()


def test_nobody_is_rostered_before_joining_after_leaving_or_before_the_store_opens() -> None:
    for store in stores(SCALE):
        own = attendance(SCALE, store, date(2026, 9, 1))
        for stint, rostered in zip(own.stints, own.rostered, strict=True):
            days = [day for day, on in zip(own.days, rostered, strict=True) if on]
            assert all(stint.first <= day <= (stint.last or date.max) for day in days)
            assert all(day >= store.opened_on for day in days)


def test_who_is_present_has_come_and_not_yet_gone() -> None:
    own = attendance(SCALE, stores(SCALE)[0], date(2026, 10, 1))
    assert not own.present[~own.worked].any()
    evening = own.present[:, :, 19 - 4].sum(axis=0)
    assert 1 <= np.median(evening) <= 4


def test_a_month_is_the_same_whatever_else_was_made() -> None:
    store = stores(SCALE)[3]
    alone = shifts(SCALE, store, date(2026, 3, 1))
    attendance.cache_clear()
    shifts(SCALE, stores(SCALE)[0], date(2026, 1, 1))
    assert shifts(SCALE, store, date(2026, 3, 1)).equals(alone)


def test_everybody_employed_is_rated_once_a_month_in_points() -> None:
    rated = ratings(SCALE, stores(SCALE)[0], date(2026, 10, 1))
    assert rated["number"].is_unique().all()
    assert rated["value"].is_between(0, 100).all()
    assert set(rated["date"]) == {date(2026, 10, 28)}
    employed = {s.number for s in attendance(SCALE, stores(SCALE)[0], date(2026, 10, 1)).stints}
    assert set(rated["number"]) <= employed


def test_no_one_works_at_tet() -> None:
    closed = [date(2026, 2, 16) + timedelta(days=n) for n in range(4)]
    february = pl.concat([shifts(SCALE, store, date(2026, 2, 1)) for store in stores(SCALE)])
    assert february.filter(pl.col("business_date").is_in(closed)).is_empty()
