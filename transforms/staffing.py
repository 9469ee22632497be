"""Staffing: from a target to hours, people and money, and which hours of the week lack or waste them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from types import MappingProxyType
from typing import Final

import polars as pl

from transforms.tables import Schema

ELASTICITIES: Final = (0.7, 0.5, 0.3)  # where a chain's own history tells none
LEAST_SHIFTS: Final = 60  # store-months behind an elasticity
WIDEST_ERROR: Final = 0.1
FARTHEST: Final = 2  # times the sales: a target beyond is to be questioned, not staffed for
LEAST_WEEKS: Final = 6
LEAST_GAP: Final = 1.25
LEAST_SPREADS: Final = 3.0
# One weekday and hour of a group. `load`: receipts per staffed hour (null where nobody was clocked in), `usual`: the
# group's own median over its hours; `state`: understaffed | overstaffed | unstaffed (receipts, and nobody clocked in) |
# null (within what chance does); `hours`: a week, to add (below zero: to spare) for the usual load; `weekday`: 1 =
# Monday, of the business day; `weeks`: business days seen.
CELLS: Final = Schema(
    {
        "group_id": pl.String(),
        "weekday": pl.Int8(),
        "hour": pl.Int8(),
        "receipts": pl.Int64(),
        "staffed": pl.Float64(),
        "weeks": pl.UInt32(),
        "load": pl.Float64(),
        "usual": pl.Float64(),
        "hours": pl.Float64(),
        "state": pl.String(),
    }
)
_STILL: Final = 1e-9
_CELL: Final = ("group_id", "weekday", "hour")


@dataclass(frozen=True, slots=True)
class Elasticity:
    """Percent of sales that one percent of labour hours brings, from within-store changes; `usable`: sure enough."""

    value: float
    error: float
    rows: int
    usable: bool


@dataclass(frozen=True, slots=True)
class Need:
    """Hours, full-time equivalents and whole hires beyond today's, and what they cost a month (null: wage unknown)."""

    hours: Decimal
    fte: Decimal
    hires: int
    cost: Decimal | None


@dataclass(frozen=True, slots=True)
class Staffing:
    """What a target asks for.

    `least`: at constant sales per labour hour, the lower bound; `ranges`: elasticity -> need; `lift`: what either
    transactions per hour or the basket would have to gain with today's hours; `three_levers`: the gain of each of
    hours, pace and basket where they share it equally, and `shared`: the hours that then needs; `break_even`: sales
    that one more labour hour must bring to pay for itself (null: wage or margin unknown).
    """

    least: Need
    ranges: Mapping[float, Need]
    lift: Decimal
    three_levers: Decimal
    shared: Need
    break_even: Decimal | None


@dataclass(frozen=True, slots=True)
class Terms:
    """What an hour is: paid hours a month of a full-time contract, the share lost to absence, wage and gross margin."""

    contract_hours: Decimal
    absence: Decimal = Decimal(0)
    wage: Decimal | None = None
    margin: Decimal | None = None


def staffing(
    sales: Decimal, hours: Decimal, target: Decimal, terms: Terms, elasticities: tuple[float, ...] = ELASTICITIES
) -> Staffing | None:
    """From the month's `sales` and `hours` to `target`; None where it is met, or out of all reach (FARTHEST).

    None, too, where sales or hours are not above zero.
    """
    if sales <= 0 or hours <= 0 or not sales < target <= FARTHEST * sales:
        return None
    growth = target / sales
    lever = Decimal(float(growth) ** (1 / 3))
    return Staffing(
        least=_need(hours * (growth - 1), terms),
        ranges=MappingProxyType(
            {e: _need(hours * (Decimal(float(growth) ** (1 / e)) - 1), terms) for e in elasticities}
        ),
        lift=growth - 1,
        three_levers=lever - 1,
        shared=_need(hours * (lever - 1), terms),
        break_even=terms.wage / terms.margin if terms.wage is not None and terms.margin else None,
    )


def elasticity(months: pl.DataFrame) -> Elasticity | None:
    """Estimate sales on hours from `months` (group_id, month, net, hours: any number); None where nothing varies.

    Logarithms less their group's and their month's mean (two-way within estimator), least squares; the error lets
    months of one group hang together (clustered by group). Managers roster by expected sales, so it reads high.
    """
    logs = months.select(
        "group_id", "month", y=pl.col("net").cast(pl.Float64), x=pl.col("hours").cast(pl.Float64)
    ).filter(pl.col("y") > 0, pl.col("x") > 0)
    within = logs.with_columns(pl.col("x", "y").log())
    for _ in range(20):  # groups with gaps need a few rounds
        for key in ("group_id", "month"):
            within = within.with_columns(pl.col("x", "y") - pl.col("x", "y").mean().over(key))
    squares = within.select((pl.col("x") ** 2).sum()).item()
    if within.is_empty() or squares < _STILL:
        return None
    value = within.select((pl.col("x") * pl.col("y")).sum()).item() / squares
    scores = within.group_by("group_id").agg(s=(pl.col("x") * (pl.col("y") - value * pl.col("x"))).sum())
    error = float(scores.select((pl.col("s") ** 2).sum()).item()) ** 0.5 / squares
    sure = within.height >= LEAST_SHIFTS and error <= WIDEST_ERROR and 0 < value <= 1
    return Elasticity(value, error, within.height, usable=sure)


def cells(receipts: pl.LazyFrame, shifts: pl.LazyFrame) -> pl.DataFrame:
    """Demand beside staff by hour of the week; CELLS.

    `receipts` (group_id, business_date, sold_at: one row per receipt), `shifts` (group_id, business_date, clock_in,
    clock_out; without both it has no hours). Business days without any clocking tell nothing of their hours. A cell is
    named where its load is LEAST_GAP times the usual one (or less than one such), its receipts lie LEAST_SPREADS
    Poisson spreads off and LEAST_WEEKS days were seen; where nobody was clocked in each receipt asks for a reason.
    """
    weekday = pl.col("business_date").dt.weekday().alias("weekday")
    staff = _hourly(shifts).with_columns(weekday)
    sold = receipts.filter(pl.col("sold_at").is_not_null()).join(staff, on=["group_id", "business_date"], how="semi")
    hourly = sold.with_columns(weekday, hour=pl.col("sold_at").dt.hour())
    demand = hourly.group_by(_CELL).agg(receipts=pl.len().cast(pl.Int64))
    supply = staff.group_by(_CELL).agg(pl.col("staffed").sum(), _weeks=pl.col("business_date").n_unique())
    days = staff.group_by(_CELL[:-1]).agg(days=pl.col("business_date").n_unique())
    both = supply.join(demand, on=_CELL, how="full", coalesce=True).join(days, on=_CELL[:-1])
    filled = both.with_columns(pl.col("receipts", "staffed").fill_null(0), weeks=pl.coalesce("_weeks", "days"))
    loaded = filled.with_columns(load=pl.when(pl.col("staffed") > 0).then(pl.col("receipts") / pl.col("staffed")))
    open_ = loaded.filter((pl.col("staffed") > 0) | (pl.col("receipts") > 0))
    usual = open_.with_columns(usual=pl.col("load").median().over("group_id"))
    wanted = pl.when(pl.col("usual") > 0).then(pl.col("receipts") / pl.col("usual"))
    needed = usual.with_columns(hours=(wanted - pl.col("staffed")) / pl.col("weeks"), state=_state())
    return needed.select(CELLS.keys()).cast(pl.Schema(CELLS)).sort(_CELL).collect(engine="streaming")


def _need(hours: Decimal, terms: Terms) -> Need:
    fte = hours / (terms.contract_hours * (1 - terms.absence))
    cost = None if terms.wage is None else hours * terms.wage
    return Need(hours, fte, int(fte.to_integral_value(ROUND_CEILING)), cost)


def _hourly(shifts: pl.LazyFrame) -> pl.LazyFrame:
    """Each shift spread over the clock hours it covers, as hours."""
    known = shifts.filter(pl.col("clock_out") > pl.col("clock_in"))
    begins = pl.datetime_ranges(pl.col("clock_in").dt.truncate("1h"), "clock_out", "1h", closed="left")
    spread = known.with_columns(at=begins).explode("at")
    end = pl.min_horizontal("clock_out", pl.col("at").dt.offset_by("1h"))
    seconds = (end - pl.max_horizontal("clock_in", "at")).dt.total_seconds()
    return spread.select("group_id", "business_date", hour=pl.col("at").dt.hour(), staffed=seconds / 3600)


def _state() -> pl.Expr:
    usual = pl.col("usual") * pl.col("staffed")
    off = (pl.col("receipts") - usual) / usual.sqrt()
    sure = (pl.col("weeks") >= LEAST_WEEKS) & (usual > 0)
    return (
        pl.when(pl.col("staffed") == 0)
        .then(pl.lit("unstaffed"))
        .when(sure & (off >= LEAST_SPREADS) & (pl.col("load") >= LEAST_GAP * pl.col("usual")))
        .then(pl.lit("understaffed"))
        .when(sure & (off <= -LEAST_SPREADS) & (pl.col("load") * LEAST_GAP <= pl.col("usual")))
        .then(pl.lit("overstaffed"))
    )
