"""What a month is compared with, so that growth, season and Tet are no signals.

Amounts grow and have seasons: their month is set beside the same one a year earlier, and it is the ratio of the two
that varies around a usual level. Steady growth is that level, and a season stands in both. Rates (a share, a rating)
are judged as they are.

The lunar new year moves between January and February and takes the weeks before and after with it: where it is kept,
the two are compared together, in February, and January by itself with nothing (as China's statistics publish them).
"""

from collections.abc import Collection, Mapping
from typing import Final

import polars as pl

from transforms.kpis.kpi import Kpi, Unit

SERIES: Final = ("kpi", "level", "group_id")
# What prices, guests and seasons move by themselves.
GROWING: Final = frozenset(
    {
        Unit.MONEY,
        Unit.MONEY_PER_HOUR,
        Unit.MONEY_PER_TRANSACTION,
        Unit.MONEY_PER_FTE,
        Unit.COUNT,
        Unit.TRANSACTIONS_PER_HOUR,
    }
)
_JANUARY, _FEBRUARY = 1, 2


def growing(kpis: Mapping[str, Kpi]) -> frozenset[str]:
    """The KPIs whose months are compared with those a year earlier."""
    return frozenset(kpi.id for kpi in kpis.values() if kpi.unit in GROWING)


def with_comparable(values: pl.DataFrame, growing: Collection[str], *, tet: bool) -> pl.DataFrame:
    """Add `rest`, `base` (Float64) and `base_phase` to `values` (kpi, level, group_id, month, value Float64, phase).

    A month stands at (value + rest) / base: `rest` is January's value beside that of February, else 0; `base` the same
    of the year before, 1 for what does not grow, and null where nothing above zero stands to compare with; `base_phase`
    is the phase of the month it comes from.
    """
    grows = pl.col("kpi").is_in(list(growing))
    shifted = pl.col("month").dt.month() == _FEBRUARY if tet else pl.lit(value=False)
    rest = values.filter(pl.col("month").dt.month() == _JANUARY).select(*SERIES, _year(), rest="value")
    joined = values.with_columns(_year()).join(rest, on=[*SERIES, "_year"], how="left", maintain_order="left")
    told = joined.with_columns(rest=pl.when(grows & shifted).then("rest").otherwise(0.0))
    before = told.select(
        *SERIES, pl.col("month").dt.offset_by("1y"), base=pl.col("value") + pl.col("rest"), base_phase="phase"
    )
    both = told.join(before, on=[*SERIES, "month"], how="left", maintain_order="left")
    alone = pl.lit(tet) & (pl.col("month").dt.month() == _JANUARY)
    comparable = (pl.col("base") > 0) & pl.col("rest").is_not_null() & ~alone
    return both.with_columns(
        base=pl.when(~grows).then(1.0).when(comparable).then("base"),
        base_phase=pl.when(grows).then("base_phase"),
    ).drop("_year")


def _year() -> pl.Expr:
    return pl.col("month").dt.year().alias("_year")
