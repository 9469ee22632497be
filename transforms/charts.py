"""The charts of a chain: signals from its facts, each KPI charted as its unit asks."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from transforms.kpis.kpi import Kpi, Unit
from transforms.kpis.values import KEYS, values
from transforms.seasons import growing
from transforms.signals import signals

TET_COUNTRIES: Final = frozenset({"VN"})


def charts(
    facts: pl.DataFrame, kpis: Mapping[str, Kpi], country: str, causes: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Chart every KPI that has sums of its own; signals.SIGNALS of every month of `facts` (tables.FACTS).

    Of growths their bases are charted, and the denominator of a share is what it is counted of. `country`: ISO 3166.
    """
    charted = {kpi.id: kpi for kpi in kpis.values() if kpi.sums and not kpi.grows}
    shares = [kpi.id for kpi in charted.values() if kpi.unit == Unit.SHARE]
    own = facts.filter(pl.col("kpi").is_in(list(charted)))
    counted = own.filter(pl.col("kpi").is_in(shares)).select(*KEYS, trials="denominator")
    known = values(own, charted).join(counted, on=KEYS, how="left")
    return signals(known, causes, growing(charted), tet=country in TET_COUNTRIES)
