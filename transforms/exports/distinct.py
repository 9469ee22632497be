"""Cells of an export repeat: what is costly to work out of them is worked out once for each distinct one."""

from collections.abc import Callable
from typing import Final

import polars as pl

_REPEATED: Final = 4  # below so many times, putting the values back costs as much as it spares


def by_distinct(cells: pl.Series, work: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """What `work` makes of `cells`, one value for each; it must look at each cell alone."""
    number_of_distinct: int = cells.to_frame("cell").select(pl.col("cell").approx_n_unique()).item()
    if number_of_distinct * _REPEATED > cells.len():
        return work(cells)
    distinct = cells.unique()
    values = pl.DataFrame({"cell": distinct, "value": work(distinct)})
    joined = cells.to_frame("cell").join(values, on="cell", how="left", nulls_equal=True, maintain_order="left")
    return joined["value"]
