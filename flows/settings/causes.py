"""Dated causes: what the operator knows has changed a figure for good, so that its limits are set anew from then on."""

from collections.abc import Collection, Iterator, Sequence

import polars as pl

from flows.settings.kpi_toml import CauseSettings
from transforms.identity import instead
from transforms.signals import CAUSES


def causes_of(told: Sequence[CauseSettings]) -> pl.DataFrame:
    """The causes of kpi.toml as the charts take them: signals.CAUSES."""
    rows = [(cause.kpi, cause.level, cause.group, cause.begins, cause.what) for cause in told]
    return pl.DataFrame(rows, schema=dict(CAUSES), orient="row")


def unknown_causes(
    told: Sequence[CauseSettings], kpis: Collection[str], groups: Collection[tuple[str, str]]
) -> Iterator[str]:
    """One sentence per cause that names no KPI or no group (level, id) there is."""
    for number, cause in enumerate(told, 1):
        where = f"kpi.toml, cause {number} ({cause.what!r})"
        if cause.kpi is not None and cause.kpi not in kpis:
            yield f"{where}: no KPI is called {cause.kpi!r}; {instead(cause.kpi, kpis)}; leave kpi out for all of them."
        if cause.group is not None and not any(_is(cause, *known) for known in groups):
            yield f"{where}: no {cause.level or 'group'} is called {cause.group!r}; see stores.csv, or mend it."


def _is(cause: CauseSettings, level: str, group: str) -> bool:
    return group == cause.group and cause.level in {None, level}
