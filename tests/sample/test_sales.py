"""Receipts: plausible, exact, and sold by somebody who was there."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.sample import Scale
from flows.sample.attendance import attendance, shifts
from flows.sample.chain import people, stores
from flows.sample.sales import sales
from flows.sample.texts import menu

SCALE = Scale(months=13)
OCTOBER = date(2026, 10, 1)


@pytest.fixture(scope="module")
def october() -> pl.DataFrame:
    return pl.concat([sales(SCALE, "vi", store, OCTOBER) for store in stores(SCALE)])


def test_gross_less_discount_is_net_and_a_sale_brings_money_in(october: pl.DataFrame) -> None:
    gross, discount, net = (pl.col(f"{name}_amount") for name in ("gross", "discount", "net"))
    assert october.filter(gross - discount != net).is_empty()
    assert october.filter(gross != pl.col("quantity") * pl.col("unit_price")).is_empty()
    assert october.filter((pl.col("kind") != "return") & ((discount < 0) | (net <= 0))).is_empty()


def test_a_return_takes_back_a_whole_receipt(october: pl.DataFrame) -> None:
    returned = october.filter(kind="return")
    assert 0 < returned.height < october.height * 0.03
    assert (returned["quantity"] < 0).all()
    assert (returned["net_amount"] < 0).all()
    key = ["store", "number", "product", "customer", "business_date"]
    sold = october.filter(kind="sale").select(*key, quantity=-pl.col("quantity"))
    assert returned.join(sold, on=[*key, "quantity"], how="anti").is_empty()


def test_receipts_have_one_to_six_lines_and_one_of_everything_else(october: pl.DataFrame) -> None:
    receipts = october.group_by("store", "receipt").agg(
        pl.col("line_no").max(),
        pl.len(),
        *(pl.col(name).n_unique() for name in ("sold_at", "number", "customer", "channel", "kind", "receipt_percent")),
    )
    assert receipts["line_no"].equals(receipts["len"].cast(receipts["line_no"].dtype), check_names=False)
    assert receipts["len"].is_between(1, 6).all()
    once = ("sold_at", "number", "customer", "channel", "kind", "receipt_percent")
    assert (receipts.select(once).max_horizontal() == 1).all()


def test_who_sells_is_at_work_but_for_the_till_of_the_leaver(october: pl.DataFrame) -> None:
    gone = next(s.number for s in people(SCALE) if s.store == 6 and s.last == date(2026, 9, 20))
    for store in stores(SCALE):
        own = attendance(SCALE, store, OCTOBER)
        index = {stint.number: at for at, stint in enumerate(own.stints)}
        lines = october.filter(pl.col("store") == store.number, pl.col("number") != gone)
        hours = (pl.col("sold_at") - pl.col("business_date").cast(pl.Datetime("us"))).dt.total_hours() - 4
        cells = lines.select("number", day=pl.col("business_date").dt.day() - 1, hour=hours).unique()
        assert all(own.present[index[number], day, hour] for number, day, hour in cells.iter_rows())


@pytest.mark.parametrize(("number", "opens", "closes"), [(1, 7, 22), (4, 10, 26)])
def test_nothing_is_sold_outside_opening_hours(october: pl.DataFrame, number: int, opens: int, closes: int) -> None:
    minutes = (pl.col("sold_at") - pl.col("business_date").cast(pl.Datetime("us"))).dt.total_minutes()
    open_ = minutes.is_between(opens * 60, closes * 60, closed="left")
    assert october.filter(pl.col("store") == number).filter(~open_).is_empty()


def test_mornings_and_evenings_are_peaks_and_saturdays_beat_mondays(october: pl.DataFrame) -> None:
    by_hour = dict(october.filter(pl.col("store") == 2).group_by(pl.col("sold_at").dt.hour()).len().iter_rows())
    assert by_hour[8] > by_hour[11]
    assert by_hour[19] > by_hour[14] * 1.2
    per_day = october.group_by("business_date").len().group_by(pl.col("business_date").dt.weekday()).agg(pl.mean("len"))
    by_weekday = dict(per_day.iter_rows())
    assert by_weekday[6] > by_weekday[1] * 1.1


def test_sales_per_labour_hour_and_receipts_a_day_are_those_of_a_coffee_chain(october: pl.DataFrame) -> None:
    worked = pl.concat([shifts(SCALE, store, OCTOBER) for store in stores(SCALE)]).filter("worked")
    hours = worked.select((pl.col("clock_out") - pl.col("clock_in")).dt.total_minutes().sum() / 60).item()
    assert 150_000 <= october.filter(pl.col("kind") != "void")["net_amount"].sum() / hours <= 250_000
    receipts = october.filter(kind="sale").select("store", "receipt").unique().height
    assert receipts / 31 / 6 == pytest.approx(SCALE.receipts_per_day, rel=0.15)


def test_most_guests_are_walk_ins_and_some_come_again(october: pl.DataFrame) -> None:
    receipts = october.unique(["store", "receipt"])
    assert (receipts["customer"] == 0).mean() == pytest.approx(0.58, abs=0.03)
    visits = receipts.filter(pl.col("customer") > 0).group_by("store", "customer").len()
    assert visits.filter(pl.col("len") > 1).height > visits.height * 0.3
    assert receipts["channel"].n_unique() == 3


def test_the_twins_sell_the_same_things_in_their_own_money() -> None:
    store = stores(SCALE)[0]
    vi, en = sales(SCALE, "vi", store, OCTOBER), sales(SCALE, "en", store, OCTOBER)
    same = ["receipt", "line_no", "number", "product", "quantity", "sold_at", "kind"]
    assert vi.select(same).equals(en.select(same))
    assert set(en["unit_price"].unique()) <= {product.price for product in menu("en")}


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 6), st.integers(0, 12))
def test_a_month_is_the_same_whatever_was_made_before(number: int, ago: int) -> None:
    store, month = stores(SCALE)[number - 1], SCALE.month_ago(ago)
    first = sales(SCALE, "vi", store, month)
    sales.cache_clear()
    attendance.cache_clear()
    assert sales(SCALE, "vi", store, month).equals(first)


def test_receipts_are_counted_in_the_order_of_time(october: pl.DataFrame) -> None:
    for _, own in october.group_by("store"):
        assert own["sold_at"].is_sorted()
        receipts = own["receipt"].unique().to_list()
        assert sorted(receipts) == list(range(1, len(receipts) + 1))


def test_a_discount_is_of_the_lines_or_of_the_receipt(october: pl.DataFrame) -> None:
    assert october.filter(pl.col("line_percent") > 0, pl.col("receipt_percent") > 0).is_empty()
    discounted = october.filter((pl.col("line_percent") + pl.col("receipt_percent")) > 0)
    assert set(discounted["line_percent"] + discounted["receipt_percent"]) == {10, 20, 30}
    exact = (
        pl.col("gross_amount") * (100 - pl.col("line_percent") - pl.col("receipt_percent"))
        == pl.col("net_amount") * 100
    )
    assert october.filter(~exact).is_empty()


def test_a_store_that_is_not_open_yet_sells_nothing() -> None:
    new = stores(SCALE)[4]
    before = sales(SCALE, "vi", new, (new.opened_on - timedelta(days=1)).replace(day=1))
    assert before.is_empty()
    assert before.schema == sales(SCALE, "vi", new, OCTOBER).schema
