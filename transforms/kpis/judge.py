"""Judge: put every figure beside its target and its same month last year, month by month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

import polars as pl

from transforms.calendar import add_months, months_frame
from transforms.kpis.kpi import Better, Kind, Kpi
from transforms.kpis.values import KEYS, VALUE, attained, no_rows, values
from transforms.scorecards import Rules, Scorecards, weights
from transforms.tables import Schema
from transforms.targets import resolve

# One row per KPI, group and month. `attainment`: 1 = exactly on target, in the KPI's direction, uncapped; `weight`:
# percent of the score, null: shown, not scored; `reason`: a code of kpis.values.REASONS where `actual` is null.
JUDGED: Final = Schema(
    {
        "kpi": pl.String(),
        "level": pl.String(),
        "group_id": pl.String(),
        "month": pl.Date(),
        "actual": VALUE,
        "same_period": VALUE,
        "target": VALUE,
        "upper": VALUE,  # of a range; null: one number
        "attainment": VALUE,
        "status": pl.String(),  # met | watch | missed | no_target | not_measured
        "weight": VALUE,
        "reason": pl.String(),
    }
)
_GROUP: Final = ("level", "group_id")
_ONE: Final = pl.lit(1, VALUE)
_ZERO: Final = pl.lit(0, VALUE)
Value = Decimal | None


@dataclass(frozen=True, slots=True)
class Judged:
    """One KPI of one group in one month, with its history up to that month (oldest first)."""

    kpi: Kpi
    actual: Value
    target: Value
    same_period: Value
    attainment: Value
    status: str
    weight: Value
    reason: str | None
    history: tuple[Value, ...]
    targets: tuple[Value, ...]
    last_year: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Running:
    """A month of which only the first days are known.

    `before`: tables.FACTS of the same days of the year before, as those of their month; `elapsed`: the share of the
    month's target that those days weigh.
    """

    month: date
    before: pl.DataFrame
    elapsed: Decimal


def judge(
    facts: pl.DataFrame,
    kpis: Mapping[str, Kpi],
    *,
    targets: pl.DataFrame,
    scorecards: Scorecards,
    groups: pl.DataFrame,
    positions: pl.DataFrame,
    months: Sequence[date],
    running: Running | None = None,
) -> pl.DataFrame:
    """Judge every KPI of every group of `groups` (level, group_id) in every month of `months`; JUDGED, sorted.

    `facts` (tables.FACTS) reach back a year before the first of `months`: 25 months for 13 judged ones; growths of last
    year need 37. `targets`: targets.TARGETS; `positions`: groups.POSITIONS. A month that is `running` is judged by the
    same days of the year before, and by what of the month's target is due.
    """
    here = facts.join(groups.select(_GROUP).unique(), on=_GROUP, how="semi")
    loads, measured = _loads(here), values(here, kpis)
    years = [*(add_months(month, -12) for month in months), *months]
    aims = resolve(targets, groups, list(dict.fromkeys(years)), measured, kpis=kpis, loads=loads)
    fair = measured.clear()
    if running is not None:
        fair, aims = _on_same_days(here, running, kpis), _due(aims, running, kpis)
        measured = _instead(measured, fair, running.month)
    known = pl.concat([measured, attained(measured, aims, kpis)])
    last_year = known if running is None else _instead(known, fair, add_months(running.month, -12))
    before = last_year.select(*KEYS[:-1], pl.col("month").dt.offset_by("1y"), same_period="value")
    grid = (
        _grid(kpis, groups, months)
        .join(known.rename({"value": "actual"}), on=KEYS, how="left")
        .join(before, on=KEYS, how="left")
        .join(aims, on=KEYS, how="left")
        .join(weights(scorecards, groups, positions, months), on=KEYS, how="left")
    )
    absent = pl.when(pl.col("actual").is_null()).then(pl.coalesce("reason", "no_rows"))
    judged = grid.with_columns(attainment=attainment(scorecards.rules.cap), reason=absent)
    return judged.with_columns(status=_status(scorecards.rules)).select(JUDGED.keys()).sort(*_GROUP, "kpi", "month")


def _on_same_days(facts: pl.DataFrame, running: Running, kpis: Mapping[str, Kpi]) -> pl.DataFrame:
    """The values of the month that runs, grown since the same days of the year before, and the values of those."""
    months = running.month, add_months(running.month, -12)
    before = running.before.join(facts.select(_GROUP).unique(), on=_GROUP, how="semi")
    whole = facts.filter(pl.col("month") != months[1])
    return values(pl.concat([whole, before.select(whole.columns)]), kpis).filter(pl.col("month").is_in(months))


def _instead(known: pl.DataFrame, fair: pl.DataFrame, month: date) -> pl.DataFrame:
    return pl.concat([known.filter(pl.col("month") != month), fair.filter(month=month)])


def _due(aims: pl.DataFrame, running: Running, kpis: Mapping[str, Kpi]) -> pl.DataFrame:
    """Of an amount the part that is due by now; a rate is due as it is."""
    amounts = [kpi.id for kpi in kpis.values() if kpi.numerator is not None and kpi.below is None]
    now = (pl.col("month") == running.month) & pl.col("kpi").is_in(amounts)
    due = (pl.col("target", "upper") * pl.lit(running.elapsed, VALUE)).cast(VALUE)
    return aims.with_columns(pl.when(now).then(due).otherwise(pl.col("target", "upper")).name.keep())


def _loads(facts: pl.DataFrame) -> pl.DataFrame:
    """Average heads and hours worked of each group and month (targets.LOADS), out of the facts that divide by them."""
    days = pl.col("month").dt.days_in_month().cast(pl.Decimal(9, 0))
    heads = facts.filter(kpi="turnover").select(*KEYS[1:], per_head=(pl.col("denominator").cast(VALUE) / days))
    hours = facts.filter(kpi="sales_per_labour_hour").select(*KEYS[1:], per_hour=pl.col("denominator").cast(VALUE))
    return heads.join(hours, on=KEYS[1:], how="full", coalesce=True)


def attainment(cap: Decimal) -> pl.Expr:
    """How far `actual` came towards `target`, 1 = exactly on it; null where either is (columns also better, grows).

    * higher is better: 1 + (actual - target) / |target|, which is actual / target where the target is above zero and
      still falls with the actual where it is below.
    * lower is better: target / actual. Nothing at all of what should be low earns `cap`; something where the target
      is zero earns 0.
    * a growth is judged as the amount behind it, (1 + actual) / (1 + target): sales at 110 % of last year's towards
      120 % stand at 0.917, as net sales do with that growth as target, and a target of 0 % or below needs no exception.
    * exactly on a target of zero is 1, better than it is `cap`, worse is 0.
    * within a range is 1; below it actual / target, above it upper / actual.
    """
    shift = pl.when("grows").then(_ONE).otherwise(_ZERO)
    actual, target = pl.col("actual") + shift, pl.col("target") + shift
    reached = pl.when(actual == target).then(_ONE)
    beyond = pl.lit(cap, VALUE)
    higher = pl.coalesce(
        pl.when(target != 0).then(1 + (actual - target) / _nonzero(target.abs())),
        pl.when(actual > target).then(beyond),
        pl.when(actual < target).then(_ZERO),
    )
    lower = pl.coalesce(
        pl.when((actual > 0) & (target > 0)).then(target / _nonzero(actual)),
        pl.when(actual < target).then(beyond),
        pl.when(actual > target).then(_ZERO),
    )
    better, upper = pl.col("better"), pl.col("upper")
    within = (
        pl.when(actual > upper)
        .then(upper / _nonzero(actual))
        .when((actual < target) & (target > 0))
        .then(actual / _nonzero(target))
        .when(actual >= target, actual <= upper)
        .then(_ONE)
    )
    one_sided = pl.coalesce(reached, pl.when(better == Better.HIGHER.value).then(higher).otherwise(lower))
    return pl.when(better == Better.RANGE.value).then(within).otherwise(one_sided).cast(VALUE)


def by_group(judged: pl.DataFrame) -> Mapping[tuple[str, str], pl.DataFrame]:
    """`judged` cut once into its groups, (level, group_id) -> JUDGED, for those who write one review after another."""
    parts = judged.partition_by(*_GROUP, as_dict=True, maintain_order=True)
    return {(str(level), str(group)): part for (level, group), part in parts.items()}


def figures(group: pl.DataFrame, kpis: Mapping[str, Kpi], month: date) -> tuple[Judged, ...]:
    """The KPIs of one group (a part of by_group) in `month`, each with its months up to it; by kind, then by weight.

    `last_year` is `history` a year earlier, month by month.
    """
    rows = group.filter(pl.col("month") <= month).sort("month").partition_by("kpi", maintain_order=True)
    found = [_figure(part, kpis) for part in rows if part["month"][-1] == month]
    kinds, order = list(Kind), list(kpis)
    return tuple(
        sorted(found, key=lambda f: (kinds.index(f.kpi.kind), -(f.weight or Decimal(0)), order.index(f.kpi.id)))
    )


def actuals(judged: pl.DataFrame, month: date) -> Mapping[tuple[str, str], Mapping[str, Value]]:
    """Every group's values of `month`, (level, group_id) -> kpi -> value: a table of members needs no more."""
    found: dict[tuple[str, str], dict[str, Value]] = {}
    for level, group, kpi, actual in judged.filter(month=month).select(*_GROUP, "kpi", "actual").iter_rows():
        found.setdefault((level, group), {})[kpi] = actual
    return found


def _grid(kpis: Mapping[str, Kpi], groups: pl.DataFrame, months: Sequence[date]) -> pl.DataFrame:
    rows = [(kpi.id, kpi.better.value, kpi.grows) for kpi in kpis.values()]
    described = pl.DataFrame(rows, schema={"kpi": pl.String, "better": pl.String, "grows": pl.Boolean}, orient="row")
    each = groups.select(_GROUP).unique().join(described.join(no_rows(kpis), on="kpi"), how="cross")
    return each.join(months_frame(months), how="cross")


def _nonzero(below: pl.Expr) -> pl.Expr:
    """Polars raises on a division by a decimal zero, even in a branch that is not taken."""
    return pl.when(below != 0).then(below)


def _status(rules: Rules) -> pl.Expr:
    actual, target = pl.col("actual"), pl.col("target")
    # Compared exactly: an attainment that is rounded up to 1 has not reached its target.
    better = pl.col("better")
    met = (
        pl.when(better == Better.RANGE.value)
        .then(actual.is_between(target, pl.col("upper")))
        .when(better == Better.HIGHER.value)
        .then(actual >= target)
        .otherwise(actual <= target)
    )
    return (
        pl.when(actual.is_null())
        .then(pl.lit("not_measured"))
        .when(target.is_null())
        .then(pl.lit("no_target"))
        .when(met)
        .then(pl.lit("met"))
        .when(pl.col("attainment") >= rules.watch_from)
        .then(pl.lit("watch"))
        .otherwise(pl.lit("missed"))
    )


def _figure(rows: pl.DataFrame, kpis: Mapping[str, Kpi]) -> Judged:
    last = rows.row(-1, named=True)
    history, targets, last_year = (tuple(rows[name].to_list()) for name in ("actual", "target", "same_period"))
    shown = {name: last[name] for name in ("actual", "target", "same_period", "attainment", "status", "weight")}
    return Judged(
        kpi=kpis[last["kpi"]],
        reason=last["reason"],
        history=history,
        targets=targets,
        last_year=last_year,
        **shown,
    )
