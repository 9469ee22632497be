"""Read facts: one exact value per KPI, group and month, or the reason why there is none."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import polars as pl

from transforms.kpis.kpi import Kpi
from transforms.tables import TOTAL, Schema

# Eight decimals keep a share to a millionth of a percent and leave room for 10^22 of any currency.
VALUE: Final = pl.Decimal(38, 8)
KEYS: Final = ("kpi", "level", "group_id", "month")
VALUES: Final = Schema(
    {
        "kpi": pl.String(),
        "level": pl.String(),
        "group_id": pl.String(),
        "month": pl.Date(),
        "value": VALUE,
        "reason": pl.String(),
    }
)
NO_ROWS: Final = MappingProxyType(
    {"sales": "no_sales", "shifts": "no_attendance", "ratings": "no_ratings", "staff": "no_people"}
)
# Why a value could not be measured; each is a key of the locales.
REASONS: Final = (
    *NO_ROWS.values(),
    "not_recorded",  # rows are there, but the columns the sum needs are empty in all of them
    "zero_denominator",
    "negative_denominator",  # more came back than was sold: a rate of it would mislead
    "no_same_period",  # nothing measured in the same month last year
    "zero_same_period",  # it was zero or less: no growth can be told from it
    "no_goal",  # an attainment of a KPI without a target
    "zero_goal",  # nothing was aimed at: no share of it can be told
)


def values(facts: pl.DataFrame, kpis: Mapping[str, Kpi]) -> pl.DataFrame:
    """Divide `facts` (tables.FACTS) once and add the growths; returns VALUES: exactly one of value and reason is null.

    The growth of a sum is this month's divided by the same month's last year, less one, where the latter is above zero.
    """
    measured = facts.join(_attributes(kpis), on="kpi").with_columns(_reason().alias("reason"))
    ratios = measured.select(
        *KEYS, pl.when(pl.col("reason").is_null()).then(_quotient()).cast(VALUE).alias("value"), "reason"
    )
    bases = [kpi.id for kpi in kpis.values() if kpi.base is not None]
    plain = ratios.filter(~pl.col("kpi").is_in(bases))
    grown = [_grown(*_sides(plain, kpi.growth_of), kpi.id) for kpi in kpis.values() if kpi.growth_of is not None]
    # What counts in both years only is empty where there was no such year, not where a column is.
    apart = ratios.with_columns(pl.col("reason").replace("not_recorded", "no_same_period"))
    based = [_grown(apart.filter(kpi=kpi), _before(facts.filter(kpi=kpi), "denominator"), kpi) for kpi in bases]
    return pl.concat([plain, *grown, *based]).select(VALUES.keys())


def attained(known: pl.DataFrame, targets: pl.DataFrame, kpis: Mapping[str, Kpi]) -> pl.DataFrame:
    """The values of every KPI that is another's attainment, value / target; `known`: VALUES, `targets`: RESOLVED."""
    pairs = [(kpi.attainment_of, kpi.id) for kpi in kpis.values() if kpi.attainment_of is not None]
    named = pl.DataFrame(pairs, schema={"kpi": pl.String, "own": pl.String}, orient="row")
    joined = known.join(named, on="kpi").join(targets, on=KEYS, how="left")
    goal = pl.col("target")
    reason = pl.coalesce(
        "reason", pl.when(goal.is_null()).then(pl.lit("no_goal")).when(goal <= 0).then(pl.lit("zero_goal"))
    )
    share = (pl.col("value") / pl.when(goal > 0).then(goal)).cast(VALUE)
    return joined.with_columns(value=share, reason=reason, kpi="own").select(VALUES.keys())


def no_rows(kpis: Mapping[str, Kpi]) -> pl.DataFrame:
    """Why a KPI without any fact is not measured: kpi, no_rows (a code of REASONS)."""
    attributes = _attributes(kpis).select("kpi", no_rows="above")
    derived = [(kpi.id, kpi.based_on) for kpi in kpis.values() if kpi.based_on is not None]
    based = pl.DataFrame(derived, schema={"id": pl.String, "kpi": pl.String}, orient="row").join(attributes, on="kpi")
    return pl.concat([attributes, based.select(kpi="id", no_rows="no_rows")])


def _attributes(kpis: Mapping[str, Kpi]) -> pl.DataFrame:
    rows = [
        (k.id, k.denominator is not None, NO_ROWS[k.numerator.table], k.denominator and NO_ROWS[k.denominator.table])
        for k in kpis.values()
        if k.numerator is not None
    ]
    schema = {"kpi": pl.String, "divided": pl.Boolean, "above": pl.String, "below": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _reason() -> pl.Expr:
    above, below, divided = pl.col("numerator"), pl.col("denominator"), pl.col("divided")
    return (
        pl.when((pl.col("rows") == 0) & above.is_null())
        .then("above")
        .when(divided & below.is_null() & (pl.col("above") != pl.col("below")))
        .then("below")
        .when(divided & (below == 0))
        .then(pl.lit("zero_denominator"))
        .when(divided & (below < 0))
        .then(pl.lit("negative_denominator"))
        .when(above.is_null() | (divided & below.is_null()))
        .then(pl.lit("not_recorded"))
    )


def _quotient() -> pl.Expr:
    """Polars raises on a division by a decimal zero, even in a branch that is not taken."""
    below = pl.when("divided").then(pl.col("denominator")).otherwise(pl.lit(1, TOTAL))
    return pl.col("numerator").cast(VALUE) / pl.when(below != 0).then(below)


def _sides(plain: pl.DataFrame, of: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    rows = plain.filter(kpi=of)
    return rows, _before(rows, "value")


def _before(rows: pl.DataFrame, of: str) -> pl.DataFrame:
    return rows.select("level", "group_id", pl.col("month").dt.offset_by("1y"), before=pl.col(of).cast(VALUE))


def _grown(now: pl.DataFrame, before: pl.DataFrame, kpi: str) -> pl.DataFrame:
    joined = now.join(before, on=KEYS[1:], how="left").with_columns(kpi=pl.lit(kpi))
    reason = (
        pl.when(pl.col("reason").is_not_null())
        .then("reason")
        .when(pl.col("before").is_null())
        .then(pl.lit("no_same_period"))
        .when(pl.col("before") <= 0)
        .then(pl.lit("zero_same_period"))
    )
    growth = pl.col("value") / pl.when(pl.col("before") > 0).then("before") - 1
    return joined.select(*KEYS, value=pl.when(reason.is_null()).then(growth).cast(VALUE), reason=reason)
