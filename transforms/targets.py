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

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import polars as pl

from transforms.calendar import months_frame
from transforms.kpis.kpi import Better, Kpi, Unit
from transforms.kpis.values import KEYS, VALUE
from transforms.problem import BadSite
from transforms.tables import LEVELS, Schema
from transforms.wording import listed

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
COLUMNS: Final = ("kpi", "level", "group", "from_month", "kind", "value")
MORE: Final = ("to_month", "shares")  # columns that may be left out

_ONE = r"[+-]?\d{1,15}(\.\d{1,8})?\s*%?"
_NUMBER = rf"^{_ONE}(\.\.{_ONE})?$"
_SHARES = r"^\d{1,3}(\.\d{1,6})?(;\d{1,3}(\.\d{1,6})?){11}$"
_INHERITED: Final = ("growth", "per_head", "per_hour")
_MONTH = r"^\d{4}-(0[1-9]|1[0-2])(-01)?$"
_HEADER_ROWS = 2  # a spreadsheet shows the first target in row 2


def parse_targets(
    text: pl.DataFrame, kpis: Mapping[str, Kpi], groups: pl.DataFrame, file: str = "targets.csv"
) -> pl.DataFrame:
    """Read `text` (COLUMNS as String, null or empty where nothing is written) into TARGETS.

    `groups`: every group there ever was (level, group_id). Raises BadSite with a line for each row that cannot be
    used: file, row, key and what is allowed. `97%` is 0.97; without a percent sign a share is written 0.97.
    """
    if missing := [name for name in COLUMNS if name not in text.columns]:
        raise BadSite(f"{file}: column {missing[0]} is missing; the columns are {listed((*COLUMNS, *MORE))}.")
    columns = [*COLUMNS, *(pl.col(n) if n in text.columns else pl.lit(None, pl.String).alias(n) for n in MORE)]
    rows = text.select(columns).with_columns(pl.all().str.strip_chars().replace("", None))
    rows = rows.with_row_index("row", _HEADER_ROWS)
    rows = rows.with_columns(growth=_is_growth(kpis), share=pl.col("kpi").is_in(_shares(kpis)))
    _refuse(rows.with_columns(fault=_fault(kpis, groups)), file)
    typed = rows.select(
        *("row", "kpi", "level", "kind", "shares"),
        group_id="group",
        from_month=_month("from_month"),
        to_month=_month("to_month"),
        value=_value(0),
        upper=_value(1),
    ).with_columns(pl.col("shares").str.split(";").cast(TARGETS["shares"], strict=False))
    _refuse_twice(typed, file)
    return typed.select(TARGETS.keys())


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


def _is_growth(kpis: Mapping[str, Kpi]) -> pl.Expr:
    return (pl.col("kind") == "growth") | pl.col("kpi").is_in([k.id for k in kpis.values() if k.grows])


def _shares(kpis: Mapping[str, Kpi]) -> list[str]:
    return [kpi.id for kpi in kpis.values() if kpi.unit is Unit.SHARE]


def _value(end: int) -> pl.Expr:
    part = pl.col("value").str.split("..").list.get(end, null_on_oob=True)
    number = part.str.strip_chars(" %+").cast(VALUE, strict=False)
    return pl.when(part.str.ends_with("%")).then(number / 100).otherwise(number).cast(VALUE)


def _month(column: str) -> pl.Expr:
    return pl.col(column).str.head(len("2026-07")).str.to_date("%Y-%m", strict=False)


def _percent() -> pl.Expr:
    return pl.col("value").str.ends_with("%")


def _fault(kpis: Mapping[str, Kpi], groups: pl.DataFrame) -> pl.Expr:
    """The first thing wrong with a row, or null: each rule may lean on those before it."""
    levels = groups["level"].unique(maintain_order=True).to_list()
    known = pl.concat_str("level", pl.lit("\n"), "group").is_in(
        groups.select(pl.concat_str("level", pl.lit("\n"), "group_id")).to_series().implode()
    )
    return pl.coalesce(
        _one_of("kpi", kpis),
        _one_of("level", levels),
        _when(
            pl.col("group").is_not_null() & ~known,
            "group",
            pl.format("allowed is a {} of stores.csv and people.csv, or nothing for all of them", "level"),
        ),
        _when(~_matches("from_month", _MONTH), "from_month", pl.lit("write year and month like 2026-07")),
        _one_of("kind", KINDS),
        *_span_faults(kpis),
        *_value_faults(kpis),
    )


def _span_faults(kpis: Mapping[str, Kpi]) -> list[pl.Expr]:
    """What is wrong with the columns that only some kinds have."""
    until, shares, kind = pl.col("to_month"), pl.col("shares"), pl.col("kind")
    ranges = pl.col("kpi").is_in([kpi.id for kpi in kpis.values() if kpi.better is Better.RANGE])
    two, needs_two = pl.col("value").str.contains("..", literal=True), kind.is_in(["trajectory"]) | ranges
    added = shares.str.split(";").cast(pl.List(pl.Decimal(38, 6)), strict=False).list.sum() == Decimal(100)
    seasonal = kind == "seasonal"
    wrong_shares = seasonal & ~(_matches("shares", _SHARES) & added.fill_null(value=False))
    backward = _month("to_month") < _month("from_month")
    return [
        _when(until.is_not_null() & ~_matches("to_month", _MONTH), "to_month", pl.lit("write it like 2026-12")),
        _when(backward.fill_null(value=False), "to_month", pl.lit("it lies before from_month: swap or mend them")),
        _when((kind == "trajectory") & until.is_null(), "to_month", pl.lit("a trajectory ends: write 2026-12")),
        _when(wrong_shares, "shares", pl.lit("write twelve numbers like 8;7.5;... that add up to 100")),
        _when(~seasonal & shares.is_not_null(), "shares", pl.lit("only the kind seasonal has shares: leave it empty")),
        _when(needs_two & ~two, "value", pl.lit("write two numbers, like 80%..92%")),
        _when(two & ~needs_two, "value", pl.lit("write one number: only a trajectory or a range has two")),
        _when(ranges & ~kind.is_in(["absolute"]), "kind", pl.lit("this KPI has a range: write absolute")),
        _when(ranges & (_value(1) < _value(0)), "value", pl.lit("the lower end comes first: swap them")),
    ]


def _value_faults(kpis: Mapping[str, Kpi]) -> list[pl.Expr]:
    growths = [k.id for k in kpis.values() if k.grows]
    ends = (_value(0), _value(1))
    bare, least = ~_percent() & (pl.col("growth") | pl.col("share")), pl.when("growth").then(Decimal(-1)).otherwise(0)
    twice = (pl.col("kind") == "growth") & pl.col("kpi").is_in(growths)
    outside = pl.any_horizontal(*((end > 1) | (end < least) for end in ends))
    # An attainment may lie above all of its goal.
    beyond = pl.col("kpi").is_in([k.id for k in kpis.values() if k.attainment_of is not None])
    money_percent = _percent() & ~pl.col("growth") & ~pl.col("share")
    return [
        _when(twice, "kind", pl.lit("this KPI is a growth already: write absolute")),
        _when(
            ~_matches("value", _NUMBER),
            "value",
            pl.lit("write digits with a point, like 1850000000, 0.97, 97% or +20%"),
        ),
        _when(bare & outside, "value", pl.lit("a share or growth is written 97% or 0.97")),
        _when(money_percent, "value", pl.lit("this KPI is no share: write its amount, or +20% with the kind growth")),
        _when(
            pl.col("share") & ~pl.col("growth") & outside & ~beyond,
            "value",
            pl.lit("a share lies between 0% and 100%: mend it"),
        ),
        _when(_value(0) < -1, "value", pl.lit("nothing can fall by more than 100%: mend it")),
    ]


def _one_of(column: str, allowed: Iterable[str]) -> pl.Expr:
    words = list(allowed)
    return _when(~pl.col(column).is_in(words).fill_null(value=False), column, pl.lit(f"allowed are {listed(words)}"))


def _matches(column: str, pattern: str) -> pl.Expr:
    return pl.col(column).str.contains(pattern).fill_null(value=False)


def _when(wrong: pl.Expr, column: str, allowed: pl.Expr) -> pl.Expr:
    said = pl.format(f"{column} is '{{}}'; {{}}", pl.col(column).fill_null(""), allowed)
    return pl.when(wrong).then(said)


def _refuse(rows: pl.DataFrame, file: str) -> None:
    faults = rows.filter(pl.col("fault").is_not_null()).select("row", "fault").iter_rows()
    if lines := [f"{file}, row {row}: {fault}." for row, fault in faults]:
        raise BadSite("\n".join(lines))


def _refuse_twice(typed: pl.DataFrame, file: str) -> None:
    keys = ["kpi", "level", "group_id", "from_month"]
    again = typed.filter(~pl.struct(keys).is_first_distinct()).select("row", "kpi", "from_month").iter_rows()
    said = "is set twice for the same group; delete one."
    if lines := [f"{file}, row {row}: the target of {kpi} from {month:%Y-%m} {said}" for row, kpi, month in again]:
        raise BadSite("\n".join(lines))
