"""targets.csv: its text read into typed targets, or a sentence for each row that cannot be used."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

import polars as pl

from transforms.identity import instead
from transforms.kpis.kpi import Better, Kpi, Unit
from transforms.kpis.values import VALUE
from transforms.problem import BadSite
from transforms.targets import KINDS, TARGETS
from transforms.wording import listed

COLUMNS: Final = ("kpi", "level", "group", "from_month", "kind", "value")
MORE: Final = ("to_month", "shares")  # columns that may be left out

_ONE = r"[+-]?\d{1,15}(\.\d{1,8})?\s*%?"
_NUMBER = rf"^{_ONE}(\.\.{_ONE})?$"
_SHARES = r"^\d{1,3}(\.\d{1,6})?(;\d{1,3}(\.\d{1,6})?){11}$"
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
    _refuse(rows.with_columns(fault=_fault(rows, kpis, groups)), file)
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


def _fault(text: pl.DataFrame, kpis: Mapping[str, Kpi], groups: pl.DataFrame) -> pl.Expr:
    """The first thing wrong with a row, or null: each rule may lean on those before it."""
    levels = groups["level"].unique(maintain_order=True).to_list()
    known = pl.concat_str("level", pl.lit("\n"), "group").is_in(
        groups.select(pl.concat_str("level", pl.lit("\n"), "group_id")).to_series().implode()
    )
    return pl.coalesce(
        _known_kpi(text, kpis),
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


def _known_kpi(text: pl.DataFrame, kpis: Mapping[str, Kpi]) -> pl.Expr:
    strangers = text.filter(~pl.col("kpi").is_in(list(kpis)))["kpi"].unique().to_list()
    said = {name: instead(name, kpis) for name in strangers}
    return _when(
        pl.col("kpi").is_in(list(kpis)).not_().fill_null(value=True),
        "kpi",
        pl.col("kpi").replace_strict(said, default="write the id of one, such as net_sales", return_dtype=pl.String),
    )


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
