"""Proposals: what to change, from rules that are data; no signal, no proposal."""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import polars as pl

from transforms.drivers import HOURS
from transforms.signals import OUTSIDE
from transforms.tables import Schema

MOST: Final = 5
LEAST_COVERAGE: Final = 0.9
# `id` stays the same from month to month; `effect`: expected, money a month, null: it cannot be told in money; `rank`:
# 1 = the largest effect of its group; `evidence`: the figures the sentence proposals.<rule> is written with, and those
# of the effect's arithmetic.
PROPOSALS: Final = Schema(
    {
        "id": pl.String(),
        "rule": pl.String(),
        "kpi": pl.String(),
        "level": pl.String(),
        "group_id": pl.String(),
        "owner": pl.String(),
        "due": pl.Date(),
        "effect": pl.Float64(),
        "rank": pl.UInt32(),
        "evidence": pl.List(pl.Struct({"name": pl.String(), "value": pl.Float64()})),
    }
)
_GROUP: Final = ("level", "group_id")
_WORDS: Final = ("rule", "side", "assurance")
_THINNED: Final = "short_staffed"
_STANDS_ON: Final = {"sales": ("sales",), "attendance": ("sales", "attendance"), "ratings": ()}
_COVERAGES: Final = ("sales_coverage", "attendance_coverage")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of rules.toml, which says what the fields mean."""

    id: str
    kpi: str
    side: str
    owner: str
    due_days: int
    values: tuple[str, ...]
    starts: str = OUTSIDE
    when: str | None = None
    effect: str | None = None
    data: str = "sales"
    whatever_quality: bool = False

    @property
    def needs(self) -> set[str]:
        """The figures of the evidence that it looks at."""
        given = (self.when, self.effect)
        sqls = [pl.sql_expr(sql).meta.root_names() for sql in given if sql is not None]
        named = (name for names in sqls for name in names if not name.endswith(tuple(f"_{word}" for word in _WORDS)))
        return {self.kpi, f"{self.kpi}_expected", f"{self.kpi}_lately", *self.values, *named}

    @property
    def figures(self) -> tuple[str, ...]:
        """What its sentence and the arithmetic of its effect are written with."""
        terms = () if self.effect is None else pl.sql_expr(self.effect).meta.root_names()
        return tuple(dict.fromkeys((*self.values, *terms)))

    @property
    def words(self) -> set[str]:
        """The rules, sides and promises of charts that it looks at."""
        named = () if self.when is None else pl.sql_expr(self.when).meta.root_names()
        ends = tuple(f"_{word}" for word in _WORDS)
        return {*(f"{self.kpi}{end}" for end in ends), *(name for name in named if name.endswith(ends))}


@lru_cache
def shipped_rules() -> tuple[Rule, ...]:
    """The rules of rules.toml, in their order."""
    declared = tomllib.loads((files("transforms") / "proposals" / "rules.toml").read_text("utf-8"))
    return tuple(Rule(id=name, **{**rule, "values": tuple(rule["values"])}) for name, rule in declared.items())


def evidence(
    newest: pl.DataFrame, assured: pl.DataFrame, drivers: pl.DataFrame, others: Sequence[pl.DataFrame] = ()
) -> pl.DataFrame:
    """One wide row per group: level, group_id and, as Float64 where not said otherwise, its figures of one month.

    `newest`: the month of signals.SIGNALS -> <kpi>, <kpi>_expected, _lower, _upper, _rule, _side (String); `assured`:
    signals.assurance -> <kpi>_target, _assurance (String); `drivers`: drivers.DRIVERS of net sales -> driver_<name>,
    and driver_hours, all of drivers.HOURS together.
    `others` (level, group_id, ...): sales_coverage and attendance_coverage (a share of the open days that came; absent:
    complete); of hours that lost staff (coverage.THINNED) short_hour, short_until, short_staffed and usual_staffed
    (hours a day), short_receipts, usual_receipts and short_hours (a month) and short_people; of stores beyond their
    peers <kpi>_lately and <kpi>_median; hours_elasticity (percent of sales that one percent of hours brings); and
    whatever else rules name.
    """
    parts = drivers.filter(measure="net").with_columns(pl.col("part").cast(pl.Float64))
    named = parts.with_columns(pl.format("driver_{}", "driver")).pivot("driver", index=_GROUP, values="part")
    wide = _by_kpi(newest, ("expected", "lower", "upper"))
    hours = parts.filter(pl.col("driver").is_in(HOURS)).group_by(_GROUP).agg(driver_hours=pl.col("part").sum())
    for frame in (_by_kpi(assured, ("target",)), named, hours, *others):
        wide = wide.join(frame, on=_GROUP, how="left")
    return wide


def proposals(wide: pl.DataFrame, month_end: date, rules: Sequence[Rule] | None = None) -> pl.DataFrame:
    """What the `evidence` asks for, at most MOST a group, the largest effect first; PROPOSALS.

    Below LEAST_COVERAGE of the data that a rule stands on it is silent, unless it mends the figures themselves. Due
    days count from `month_end`.
    """
    found = [_proposed(wide, rule, month_end) for rule in (shipped_rules() if rules is None else rules)]
    every = pl.concat(found).sort(
        *_GROUP, "effect", "gap", "rule", descending=[False, False, True, True, False], nulls_last=True
    )
    ranked = every.with_columns(rank=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).over(_GROUP))
    kept = ranked.filter(pl.col("rank") <= MOST)
    ids = [proposal_id(*row) for row in kept.select("rule", "kpi", *_GROUP).iter_rows()]
    return kept.with_columns(id=pl.Series(ids, dtype=pl.String)).select(PROPOSALS.keys())


def rolled_up(found: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """`found` (PROPOSALS) with what is proposed for stores in the groups above them as well; `of`: the store, or null.

    What a store asks for stands in the place of the same said of all of them together. `members` (leaf_id, level,
    group_id): the groups of each store. At most MOST a group, the largest effect first.
    """
    above = members.filter(pl.col("level") != "store").rename({"leaf_id": "of"})
    stores = found.filter(level="store").drop("level").rename({"group_id": "of"}).join(above, on="of")
    own = found.with_columns(of=pl.lit(None, pl.String)).join(stores, on=[*_GROUP, "rule"], how="anti")
    every = pl.concat([own, stores.select(own.columns)]).sort(
        *_GROUP, "effect", "rank", "of", descending=[False, False, True, False, False], nulls_last=True
    )
    ranked = every.with_columns(rank=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).over(_GROUP))
    return ranked.filter(pl.col("rank") <= MOST)


def proposal_id(rule: str, kpi: str, level: str, group_id: str) -> str:
    """The same for the same rule, KPI and group in every month, so that an agreed action can name it."""
    return "P-" + hashlib.sha256(f"{rule}\n{kpi}\n{level}\n{group_id}".encode()).hexdigest()[:8].upper()


def proposed_ids(groups: pl.DataFrame) -> pl.DataFrame:
    """What every proposal there could be for `groups` (level, group_id) is about: id, kpi, level, group_id."""
    found = [
        (proposal_id(rule.id, rule.kpi, level, group), rule.kpi, level, group)
        for level, group in groups.select(_GROUP).unique().iter_rows()
        for rule in shipped_rules()
    ]
    return pl.DataFrame(found, schema=dict.fromkeys(("id", "kpi", *_GROUP), pl.String), orient="row")


def figures(row: Mapping[str, Any]) -> dict[str, float]:
    """The evidence of one proposal by name."""
    return {item["name"]: item["value"] for item in row["evidence"] if item["value"] is not None}


def _by_kpi(rows: pl.DataFrame, numbers: Sequence[str]) -> pl.DataFrame:
    """<kpi> (its value), <kpi>_<number> and <kpi>_<word>, one row a group."""
    columns = [name for name in ("value", *numbers, *_WORDS) if name in rows.columns]
    wide = rows.select(*_GROUP).unique(maintain_order=True)
    for name in columns:
        suffix = "" if name == "value" else f"_{name}"
        named = rows.with_columns(pl.col("kpi") + suffix).pivot("kpi", index=_GROUP, values=name)
        wide = wide.join(named, on=_GROUP, how="left")
    return wide


def _proposed(wide: pl.DataFrame, rule: Rule, month_end: date) -> pl.DataFrame:
    known = _with_nulls(wide, {*rule.needs, *_COVERAGES, _THINNED}, pl.Float64).pipe(_with_nulls, rule.words, pl.String)
    effect = pl.lit(None, pl.Float64) if rule.effect is None else pl.sql_expr(rule.effect).cast(pl.Float64)
    judged = known.with_columns(
        effect=pl.when(effect.is_finite()).then(effect),
        gap=(pl.col(rule.kpi) / pl.col(f"{rule.kpi}_expected") - 1).abs(),
    )
    asked = judged.filter(*_conditions(rule))
    values = pl.concat_list(pl.struct(name=pl.lit(name), value=pl.col(name).cast(pl.Float64)) for name in rule.figures)
    return asked.select(
        *_GROUP,
        "effect",
        "gap",
        rule=pl.lit(rule.id),
        kpi=pl.lit(rule.kpi),
        owner=pl.lit(rule.owner),
        due=pl.lit(month_end + timedelta(days=rule.due_days)),
        evidence=values,
    )


def _conditions(rule: Rule) -> list[pl.Expr]:
    starts = {
        OUTSIDE: (pl.col(f"{rule.kpi}_rule") == OUTSIDE) & (pl.col(f"{rule.kpi}_side") == rule.side),
        "thinned": pl.col(_THINNED).is_not_null(),
        "peers": pl.col(f"{rule.kpi}_lately").is_not_null(),
        "cannot_reach": (pl.col(f"{rule.kpi}_assurance") == "cannot_reach")
        & (pl.col(f"{rule.kpi}_rule") != OUTSIDE).fill_null(value=True),
    }
    covered = pl.min_horizontal(1.0, *(f"{data}_coverage" for data in _STANDS_ON[rule.data]))
    quality = pl.lit(rule.whatever_quality) | (covered >= LEAST_COVERAGE)
    also = pl.lit(value=True) if rule.when is None else pl.sql_expr(rule.when)
    known = pl.all_horizontal(pl.col(name).is_not_null() for name in rule.values)
    gains = pl.lit(value=True) if rule.effect is None else pl.col("effect") > 0
    return [starts[rule.starts], quality, also, known, gains]


def _with_nulls(wide: pl.DataFrame, names: Iterable[str], dtype: type[pl.DataType]) -> pl.DataFrame:
    return wide.with_columns(pl.lit(None, dtype).alias(name) for name in sorted(set(names) - set(wide.columns)))
