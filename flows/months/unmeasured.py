"""What of the scorecards the newest measured month could not fill: told before letters are held back by it."""

from collections.abc import Iterator
from contextlib import closing

from flows.lake import Lake
from flows.ledger import Ledger
from flows.site import Site
from transforms.unmeasured import unmeasured


def unmeasured_lines(site: Site) -> Iterator[str]:
    """One sentence for each scored KPI without a value in any review; none before anything was measured."""
    if not site.ledger.is_file():
        return
    with closing(Ledger(site.ledger)) as ledger:
        months = ledger.months()
    if not months:
        return
    month = max(months)
    levels, facts = site.settings.review.levels, Lake(site.lake).facts()
    for kpi, keys in unmeasured(site.scorecards, levels, site.kpis, facts, month):
        tables = ", ".join(dict.fromkeys(part.table for part in (site.kpis[kpi.based_on or kpi.id]).sums))
        yield (
            f"scorecards.toml, {', '.join(keys)}: {kpi.id} has no value in {month:%Y-%m} and holds the letters back; "
            f"deliver what it is measured by ({tables}), or take it out"
        )
