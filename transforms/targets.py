"""Targets: what was set out, per KPI, group and month."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import polars as pl

from transforms.calendar import months_frame
from transforms.kpis.kpi import Kpi, Unit
from transforms.kpis.values import KEYS, VALUE
from transforms.problem import BadSite
from transforms.tables import Schema
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
    }
)
RESOLVED: Final = Schema(
    {"kpi": pl.String(), "level": pl.String(), "group_id": pl.String(), "month": pl.Date(), "target": VALUE}
)
KINDS: Final = ("absolute", "growth")
COLUMNS: Final = ("kpi", "level", "group", "from_month", "kind", "value")

_NUMBER = r"^[+-]?\d{1,15}(\.\d{1,8})?\s*%?$"
_MONTH = r"^\d{4}-(0[1-9]|1[0-2])(-01)?$"
_HEADER_ROWS = 2  # a spreadsheet shows the first target in row 2


def parse_targets(
    text: pl.DataFrame, kpis: Mapping[str, Kpi], groups: pl.DataFrame, file: str = "targets.csv"
) -> pl.DataFrame:
    """Read `text` (COLUMNS as String, null or empty where nothing is written) into TARGETS.

    `groups`: every group there ever was (level, group_id). Raises BadSite for the first row that cannot be used, with
    file, row, key and what is allowed. `97%` is 0.97; without a percent sign a share is written 0.97.
    """
    if missing := [name for name in COLUMNS if name not in text.columns]:
        raise BadSite(f"{file}: column {missing[0]} is missing; the columns are {listed(COLUMNS)}.")
    rows = text.select(pl.col(COLUMNS).str.strip_chars().replace("", None)).with_row_index("row", _HEADER_ROWS)
    rows = rows.with_columns(growth=_is_growth(kpis), share=pl.col("kpi").is_in(_shares(kpis)))
    _refuse_first(rows.with_columns(fault=_fault(kpis, groups)), file)
    typed = rows.select("row", "kpi", "level", "kind", group_id="group", from_month=_month(), value=_value())
    _refuse_twice(typed, file)
    return typed.select(TARGETS.keys())


def resolve(targets: pl.DataFrame, groups: pl.DataFrame, months: Sequence[date], values: pl.DataFrame) -> pl.DataFrame:
    """The target in force per KPI, group and month, as RESOLVED; no row where none was set.

    A target that names the group beats one for its whole level, and of those the newest with `from_month` <= month
    counts. A growth target is (1 + value) x the group's own value of the same month last year, and null without one.
    `values`: kpis.values.VALUES; `groups`: level, group_id.
    """
    here = groups.select("level", "group_id").unique()
    named = targets.filter(pl.col("group_id").is_not_null()).join(here, on=["level", "group_id"])
    whole = targets.filter(pl.col("group_id").is_null()).drop("group_id").join(here, on="level")
    ranked = [whole.select(TARGETS.keys()).with_columns(rank=0), named.select(TARGETS.keys()).with_columns(rank=1)]
    dated = pl.concat(ranked).join(months_frame(months), how="cross").filter(pl.col("from_month") <= pl.col("month"))
    newest = dated.sort("rank", "from_month").unique(KEYS, keep="last", maintain_order=True)
    before = values.select(*KEYS[:-1], pl.col("month").dt.offset_by("1y"), before="value")
    grown = (1 + pl.col("value")) * pl.col("before")
    target = pl.when(pl.col("kind") == "growth").then(grown).otherwise("value").cast(VALUE)
    return newest.join(before, on=KEYS, how="left").select(*KEYS, target=target).sort(KEYS)


def _is_growth(kpis: Mapping[str, Kpi]) -> pl.Expr:
    return (pl.col("kind") == "growth") | pl.col("kpi").is_in([k.id for k in kpis.values() if k.growth_of is not None])


def _shares(kpis: Mapping[str, Kpi]) -> list[str]:
    return [kpi.id for kpi in kpis.values() if kpi.unit is Unit.SHARE]


def _value() -> pl.Expr:
    number = pl.col("value").str.strip_chars(" %+").cast(VALUE, strict=False)
    return pl.when(_percent()).then(number / 100).otherwise(number).cast(VALUE)


def _month() -> pl.Expr:
    return pl.col("from_month").str.head(len("2026-07")).str.to_date("%Y-%m", strict=False)


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
        *_value_faults(kpis),
    )


def _value_faults(kpis: Mapping[str, Kpi]) -> list[pl.Expr]:
    growths = [k.id for k in kpis.values() if k.growth_of is not None]
    bare, least = ~_percent() & (pl.col("growth") | pl.col("share")), pl.when("growth").then(Decimal(-1)).otherwise(0)
    twice = (pl.col("kind") == "growth") & pl.col("kpi").is_in(growths)
    outside = (_value() > 1) | (_value() < least)
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
            pl.col("share") & ~pl.col("growth") & outside, "value", pl.lit("a share lies between 0% and 100%: mend it")
        ),
        _when(_value() < -1, "value", pl.lit("nothing can fall by more than 100%: mend it")),
    ]


def _one_of(column: str, allowed: Iterable[str]) -> pl.Expr:
    words = list(allowed)
    return _when(~pl.col(column).is_in(words).fill_null(value=False), column, pl.lit(f"allowed are {listed(words)}"))


def _matches(column: str, pattern: str) -> pl.Expr:
    return pl.col(column).str.contains(pattern).fill_null(value=False)


def _when(wrong: pl.Expr, column: str, allowed: pl.Expr) -> pl.Expr:
    said = pl.format(f"{column} is '{{}}'; {{}}", pl.col(column).fill_null(""), allowed)
    return pl.when(wrong).then(said)


def _refuse_first(rows: pl.DataFrame, file: str) -> None:
    for row, fault in rows.filter(pl.col("fault").is_not_null()).select("row", "fault").head(1).iter_rows():
        raise BadSite(f"{file}, row {row}: {fault}.")


def _refuse_twice(typed: pl.DataFrame, file: str) -> None:
    keys = ["kpi", "level", "group_id", "from_month"]
    again = typed.filter(~pl.struct(keys).is_first_distinct())
    for row, kpi, month in again.select("row", "kpi", "from_month").head(1).iter_rows():
        raise BadSite(
            f"{file}, row {row}: the target of {kpi} from {month:%Y-%m} is set twice for the same group; delete one."
        )
