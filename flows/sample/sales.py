"""What one store sold in one month: guests who come, guests whom the people present can serve, and their receipts."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from flows.sample import stories
from flows.sample.attendance import CACHED_STORE_MONTHS, FIRST_HOUR, HOURS, attendance
from flows.sample.chain import Store, leaver
from flows.sample.scale import Language, Scale, days_of, random_for
from flows.sample.texts import CHANNEL_SHARES, menu

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Guests by hour of the day: a morning and an evening peak; the night store lives from the evening.
_DAY_CURVE: Final = dict(zip(range(7, 22), (6, 9, 8, 6, 5, 6, 5, 5, 5.5, 6, 7.5, 9, 10, 8.5, 4.5), strict=True))
_NIGHT_CURVE: Final = dict(zip(range(10, 26), (3, 4, 5, 4, 4, 5, 5, 6, 8, 9, 10, 10, 9, 7, 5, 3), strict=True))
_WEEKDAYS: Final = (0.93, 0.92, 0.95, 0.97, 1.05, 1.15, 1.10)
_SEASON: Final = (1.0, 0.97, 0.97, 1.0, 1.03, 1.02, 0.99, 0.98, 0.98, 1.0, 1.03, 1.09)
_OPENING_SHARE, _OPENING_DAYS = 0.6, 120
_DISCOUNT_LIFT: Final = 1.14

# Receipts one person serves in an hour, as a multiple of the store's receipts a day per post.
_PACE: Final = 0.33
_SELLS: Final = {"cashier": 5.0, "server": 2.0, "shift_lead": 1.5, "barista": 0.8, "store_manager": 0.4}

_LINES: Final = (0.32, 0.30, 0.20, 0.11, 0.05, 0.02)
_QUANTITIES: Final = (0.74, 0.20, 0.06)
_DISCOUNTED: Final = 0.2
_PERCENTS: Final = (10, 20, 30)
_ON_LINES_SHARE: Final = 0.5  # the other discounts are of the whole receipt
_RETURN_SHARE, _VOID_SHARE = 0.007, 0.008
_LEAVER_SHARE: Final = 0.04
_REGULARS, _REGULAR_SHARE = 600, 0.42
_PAYMENT_SHARES: Final = (0.38, 0.12, 0.22, 0.28)  # cash, card, wallet, transfer
_SEED = 4


@dataclass(frozen=True, slots=True)
class _Receipts:
    """Receipts of one store and month, one element each."""

    day: Ints
    hour: Ints  # of the business day, 0 = 04:00
    second: Ints  # of the hour
    number: Ints  # who sold it
    lines: Ints


@lru_cache(maxsize=CACHED_STORE_MONTHS)
def sales(scale: Scale, language: Language, store: Store, month: date) -> pl.DataFrame:
    """Every line of one store and month, in the order of its receipts.

    Returns:
        columns store, receipt (counted within the month), line_no, number (of the seller), customer (0: walk-in),
        channel, payment, product (indexes), quantity (negative: returned), line_percent, receipt_percent (Int64);
        business_date (Date), sold_at (Datetime), kind (sale | return | void); unit_price, unit_discount, gross_amount,
        discount_amount, net_amount (Int64, in the smallest unit of the currency).

    """
    random = random_for(scale, _SEED, store.number, month.year, month.month)
    receipts = _receipts(scale, store, month, random)
    lines = _numbered(_with_returns(_lines(scale, store, month, receipts, random), random))
    return _timed(_priced(lines, language), store, month)


def demand(scale: Scale, store: Store, month: date) -> Floats:
    """Guests expected, day x hour of the business day."""
    curve = np.zeros(HOURS)
    for hour, weight in (_NIGHT_CURVE if store.night else _DAY_CURVE).items():
        curve[hour - FIRST_HOUR] = weight
    daily = np.array([_guests(scale, store, day) for day in days_of(month)])
    expected: Floats = daily[:, None] * curve / curve.sum()
    return expected


def _guests(scale: Scale, store: Store, day: date) -> float:
    if day < store.opened_on:
        return 0.0
    years = (day - scale.month_ago(12)).days / 365.25
    opening = min(1.0, _OPENING_SHARE + (1 - _OPENING_SHARE) * (day - store.opened_on).days / _OPENING_DAYS)
    lift = _DISCOUNT_LIFT if _discounting(scale, store, day) else 1.0
    usual = scale.receipts_per_day * store.size * float((1 + store.growth) ** years)
    return usual * opening * lift * stories.tet_factor(day) * _WEEKDAYS[day.weekday()] * _SEASON[day.month - 1]


def _discounting(scale: Scale, store: Store, day: date) -> bool:
    return store.number == stories.DISCOUNT_STORE and day >= stories.discount_since(scale)


def _receipts(scale: Scale, store: Store, month: date, random: np.random.Generator) -> _Receipts:
    own = attendance(scale, store, month)
    present = own.present
    pace = _PACE * scale.receipts_per_day * scale.stores / scale.people
    capacity = np.floor(present.sum(axis=0) * pace * store.size + random.random(present.shape[1:]))
    served = np.minimum(random.poisson(demand(scale, store, month)), capacity).astype(np.int64)
    day, hour = (np.repeat(index.ravel(), served.ravel()) for index in np.indices(served.shape))
    second = random.integers(0, 3600, day.size)
    weights = np.array([_SELLS[s.position] for s in own.stints])[:, None, None] * present
    numbers = np.array([s.number for s in own.stints], dtype=np.int64)
    seller = numbers[_drawn(np.cumsum(weights, axis=0)[:, day, hour], random)]
    lines = 1 + random.choice(len(_LINES), size=day.size, p=_LINES)
    gone = leaver(scale) if store.number == stories.LEAVER_STORE else None
    if gone is not None and gone.last is not None:
        # A till is still logged in as the cashier who has left.
        booked = (day > (gone.last - month).days) & (random.random(day.size) < _LEAVER_SHARE)
        seller = np.where(booked, gone.number, seller)
    return _Receipts(day, hour, second, seller, lines)


def _drawn(cumulated: Floats, random: np.random.Generator) -> Ints:
    """One row index per column, drawn by the cumulated weights of that column."""
    total = cumulated[-1:].sum(axis=0)
    drawn: Ints = (cumulated <= random.random(total.size) * total).sum(axis=0)
    return drawn


def _lines(scale: Scale, store: Store, month: date, receipts: _Receipts, random: np.random.Generator) -> pl.DataFrame:
    of = np.repeat(np.arange(receipts.lines.size), receipts.lines)
    drawn = _receipt_draws(scale, store, month, receipts.day, random)
    noon = receipts.hour[of] < 13 - FIRST_HOUR
    per_receipt = {name: values[of] for name, values in drawn.items()}
    return pl.DataFrame(
        {
            "draft": of,
            "line_no": np.arange(of.size) - np.repeat(np.cumsum(receipts.lines) - receipts.lines, receipts.lines) + 1,
            "day": receipts.day[of],
            "second": (receipts.hour * 3600 + receipts.second)[of],
            "number": receipts.number[of],
            "product": np.where(noon, _products("morning", of.size, random), _products("evening", of.size, random)),
            "quantity": 1 + random.choice(len(_QUANTITIES), size=of.size, p=_QUANTITIES),
            **per_receipt,
        }
    ).with_columns(kind=pl.when("void").then(pl.lit("void")).otherwise(pl.lit("sale")))


def _receipt_draws(
    scale: Scale, store: Store, month: date, day: Ints, random: np.random.Generator
) -> dict[str, NDArray[np.generic]]:
    """What holds for a whole receipt: the customer, how it is paid and eaten, and its discount of one kind."""
    size = day.size
    doubled = np.array([1 + _discounting(scale, store, month + timedelta(days=d)) for d in range(31)])
    discounted = random.random(size) < _DISCOUNTED * doubled[day]
    percent = np.where(discounted, random.choice(_PERCENTS, size=size, p=(0.55, 0.3, 0.15)), 0)
    on_lines = random.random(size) < _ON_LINES_SHARE
    regular = np.floor(_REGULARS * random.random(size) ** 2).astype(np.int64) + 1
    return {
        "customer": np.where(random.random(size) < _REGULAR_SHARE, regular, 0),
        "channel": random.choice(len(CHANNEL_SHARES), size=size, p=CHANNEL_SHARES),
        "payment": random.choice(len(_PAYMENT_SHARES), size=size, p=_PAYMENT_SHARES),
        "line_percent": np.where(on_lines, percent, 0),
        "receipt_percent": np.where(on_lines, 0, percent),
        "void": random.random(size) < _VOID_SHARE,
    }


def _products(time: str, size: int, random: np.random.Generator) -> Ints:
    weights = np.array([getattr(product, time) for product in menu("vi")])
    return random.choice(weights.size, size=size, p=weights / weights.sum())


def _with_returns(lines: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """Add the receipts that are brought back within the hour, as receipts of negative quantities."""
    drafts = lines.filter(pl.col("kind") == "sale").select("draft", "second").unique(maintain_order=True)
    drafts = drafts.filter(random.random(drafts.height) < _RETURN_SHARE)
    rest = 3599 - drafts["second"].to_numpy() % 3600
    back = drafts.select("draft", back=pl.col("second") + (random.random(drafts.height) * rest).astype(np.int64))
    returned = lines.join(back, on="draft", how="inner", maintain_order="left").with_columns(
        draft=pl.col("draft") + lines.height,
        second="back",
        quantity=-pl.col("quantity"),
        kind=pl.lit("return"),
    )
    return pl.concat([lines, returned.drop("back")])


def _numbered(lines: pl.DataFrame) -> pl.DataFrame:
    """Count the receipts of the month in the order of time."""
    ordered = lines.sort("day", "second", "draft", "line_no")
    return ordered.with_columns(receipt=(pl.col("draft") != pl.col("draft").shift()).fill_null(value=True).cum_sum())


def _priced(lines: pl.DataFrame, language: Language) -> pl.DataFrame:
    prices = pl.Series([product.price for product in menu(language)], dtype=pl.Int64)
    return (
        lines.with_columns(unit_price=pl.lit(prices).gather("product"))
        .with_columns(
            unit_discount=pl.col("unit_price") * pl.col("line_percent") // 100,
            gross_amount=pl.col("quantity") * pl.col("unit_price"),
        )
        .with_columns(line_amount=pl.col("quantity") * (pl.col("unit_price") - pl.col("unit_discount")))
        # Prices end in a zero, so every percentage of them is whole: nothing is lost by rounding.
        .with_columns(net_amount=pl.col("line_amount") * (100 - pl.col("receipt_percent")) // 100)
        .with_columns(discount_amount=pl.col("gross_amount") - pl.col("net_amount"))
    )


def _timed(lines: pl.DataFrame, store: Store, month: date) -> pl.DataFrame:
    day = pl.lit(month).cast(pl.Datetime("us")) + pl.duration(days="day")
    return lines.with_columns(
        store=pl.lit(store.number, pl.Int64),
        business_date=pl.lit(month) + pl.duration(days="day"),
        sold_at=day + pl.duration(seconds="second", hours=FIRST_HOUR),
    ).drop("draft", "day", "second", "void")
