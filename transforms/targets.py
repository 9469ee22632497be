"""Targets: what was set out, per KPI, group and month. `kind` says how `value` becomes the month's target:

* absolute: the value itself; for a KPI that should stay within a range, `18%..24%`.
* growth: so much more than the group's own value of the same month last year.
* per_head, per_hour: so much per average head employed in the month, or per hour worked in it.
* trajectory: `80..92`, in equal steps a month from the one in `from_month` to the other in `to_month`.
* seasonal: a year's total, of which each month has its share of `shares`: twelve numbers, January first, that add up to
  exactly 100.

A target holds from `from_month` up to `to_month` (none: until a newer one). What no row sets for a group comes from the
level above it (department, store, region, chain; for a person, the position), unless it is an amount that a part cannot
owe as a whole, or sets sales against hours, heads or the sales of last year: sales are booked with those who ring them
up, so that a till would always reach what a kitchen never can, and grows with whoever stands at it. Departments and
positions owe such a target only if they have one of their own.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import polars as pl

from transforms.calendar import months_frame
from transforms.kpis.kpi import Kpi
from transforms.kpis.values import KEYS, VALUE
from transforms.tables import LEVELS, Schema

# One row of targets.csv. group_id null: every group of the level; value: a share of 97 % is 0.97.
TARGETS: Final = Schema(
    {
        "kpi": pl.String(),
        "level": pl.String(),
        "group_id": pl.String(),
        "from_month": pl.Date(),
        "kind": pl.String(),
        "value": VALUE,
        "upper": VALUE,  # the end of a range or trajectory
        "to_month": pl.Date(),
        "shares": pl.List(VALUE),
    }
)
RESOLVED: Final = Schema(
    {
        "kpi": pl.String(),
        "level": pl.String(),
        "group_id": pl.String(),
        "month": pl.Date(),
        "target": VALUE,
        "upper": VALUE,  # null: one number
    }
)
# What a month offers to per_head and per_hour; null where it was not measured.
LOADS: Final = Schema(
    {"level": pl.String(), "group_id": pl.String(), "month": pl.Date(), "per_head": VALUE, "per_hour": VALUE}
)
KINDS: Final = ("absolute", "growth", "per_head", "per_hour", "trajectory", "seasonal")

_INHERITED: Final = ("growth", "per_head", "per_hour")


def resolve(
    targets: pl.DataFrame,
    groups: pl.DataFrame,
    months: Sequence[date],
    values: pl.DataFrame,
    *,
    kpis: Mapping[str, Kpi],
    loads: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """The target in force per KPI, group and month, as RESOLVED; no row where none was set.

    The nearest level counts; there a target that names the group beats one for its whole level, and of those the newest
    with `from_month` <= month. A target that leans on what was not measured is null. `values`: kpis.values.VALUES;
    `groups`: level, group_id and, to inherit, region, store and position; `loads`: LOADS.
    """
    lines = _lines(groups)
    set_out = targets.rename({"level": "at_level", "group_id": "at_group"})
    whole = set_out.filter(pl.col("at_group").is_null()).drop("at_group").join(lines, on="at_level")
    named = set_out.filter(pl.col("at_group").is_not_null()).join(lines, on=["at_level", "at_group"])
    ranked = [whole.with_columns(named=0).select(sorted({*whole.columns, "named"}))]
    ranked += [named.with_columns(named=1).select(sorted({*whole.columns, "named"}))]
    month, until = pl.col("month"), pl.col("to_month")
    rates = [kpi.id for kpi in kpis.values() if kpi.numerator is None or kpi.below is not None]
    passed_on = (pl.col("at_level") == pl.col("level")) | pl.col("kind").is_in(_INHERITED) | pl.col("kpi").is_in(rates)
    dated = pl.concat(ranked).filter(passed_on, ~_unfair(kpis)).join(months_frame(months), how="cross")
    running = dated.filter(pl.col("from_month") <= month, (month <= until).fill_null(value=True))
    order = ["depth", "named", "from_month"]
    newest = running.sort(order).unique(KEYS, keep="last", maintain_order=True)
    before = values.select(*KEYS[:-1], month.dt.offset_by("1y"), before="value")
    offered = pl.DataFrame(schema=dict(LOADS)) if loads is None else loads
    known = newest.join(before, on=KEYS, how="left").join(offered, on=KEYS[1:], how="left")
    ranges = pl.when(pl.col("kind") == "absolute").then("upper")
    return known.select(*KEYS, target=_amount().cast(VALUE), upper=ranges).sort(KEYS)


def _unfair(kpis: Mapping[str, Kpi]) -> pl.Expr:
    """Sales against hours, heads or last year, set for more than a department or position."""
    sold = {kpi.id for kpi in kpis.values() if kpi.numerator is not None and kpi.numerator.table == "sales"}
    theirs = [kpi for kpi in kpis.values() if kpi.id in sold or kpi.growth_of in sold]
    set_against = [kpi.id for kpi in theirs if kpi.grows or (kpi.below and kpi.below.table in {"shifts", "staff"})]
    by_load = pl.col("kind").str.starts_with("per_")
    sums = [kpi.id for kpi in theirs if kpi.below is None]
    by_kind = (pl.col("kpi").is_in(list(sold)) & by_load) | (pl.col("kpi").is_in(sums) & (pl.col("kind") == "growth"))
    below = pl.col("level").is_in(["department", "position"]) & (pl.col("at_level") != pl.col("level"))
    return below & (pl.col("kpi").is_in(set_against) | by_kind)


def _amount() -> pl.Expr:
    kind, value, month = pl.col("kind"), pl.col("value"), pl.col("month")
    passed, whole = (_months_between(pl.col("from_month"), end) for end in (month, pl.col("to_month")))
    step = (pl.col("upper") - value) * passed / pl.when(whole > 0).then(whole)
    share = pl.col("shares").list.get(month.dt.month() - 1, null_on_oob=True)
    return (
        pl.when(kind == "growth")
        .then((1 + value) * pl.col("before"))
        .when(kind == "per_head")
        .then(value * pl.col("per_head"))
        .when(kind == "per_hour")
        .then(value * pl.col("per_hour"))
        .when(kind == "trajectory")
        .then(value + step)
        .when(kind == "seasonal")
        .then(value * share / 100)
        .otherwise(value)
    )


def _months_between(first: pl.Expr, last: pl.Expr) -> pl.Expr:
    months = (last.dt.year() - first.dt.year()) * 12 + last.dt.month().cast(pl.Int32) - first.dt.month()
    return months.cast(pl.Decimal(9, 0))


def _lines(groups: pl.DataFrame) -> pl.DataFrame:
    """Each group and the groups it stands in, itself included: level, group_id, at_level, at_group, depth."""
    here = groups.unique(["level", "group_id"])
    own = here.select("level", "group_id", at_level="level", at_group="group_id", depth=pl.lit(len(LEVELS)))
    chains = here.filter(level="chain").select(at_level="level", at_group="group_id", depth=pl.lit(0))
    people, below = here.filter(level="person"), here.filter(~pl.col("level").is_in(["chain", "person"]))
    parts = [own, below.select("level", "group_id").join(chains, how="cross")]
    parts += [_inside(below, level) for level in ("region", "store") if level in groups.columns]
    return pl.concat([*parts, _inside(people, "position")] if "position" in groups.columns else parts)


def _inside(groups: pl.DataFrame, level: str) -> pl.DataFrame:
    inside = groups.filter(pl.col(level).is_not_null(), pl.col("level") != level)
    depth = pl.lit(LEVELS.index(level))
    return inside.select("level", "group_id", at_level=pl.lit(level), at_group=pl.col(level), depth=depth)
