"""Measure months from the rows of the lake, and write their facts."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from typing import Final

import polars as pl

from flows.lake import Lake
from flows.ledger import Ledger
from flows.site import Site
from transforms.attendance import MARGIN, shifts, trusted_clocks, with_clocked
from transforms.calendar import first_of, last_day, previous, public_holidays, together
from transforms.groups import place
from transforms.kpis.measure import measure
from transforms.tables import LEVELS

# Months are measured together up to so many sale lines: fewer passes, in bounded memory.
MOST_ROWS: Final = 2_000_000
_CLOCKED: Final = ("clockings", "punches")


def tables(site: Site, lake: Lake, first: date, last: date) -> Mapping[str, pl.LazyFrame]:
    """The tables that KPIs are measured over, from `first` to `last`, each row placed in its groups and month."""
    clocked = pl.concat([lake.rows(name, first, last).select("store_id", "business_date") for name in _CLOCKED])
    sold = with_clocked(lake.rows("sales", first, last), clocked)
    plain = {"sales": sold, "shifts": _shifts(site, lake, first, last), "ratings": lake.rows("ratings", first, last)}
    chain = site.settings.organisation.id
    return {name: place(rows, people=site.people, stores=site.stores, chain_id=chain) for name, rows in plain.items()}


def _shifts(site: Site, lake: Lake, first: date, last: date) -> pl.LazyFrame:
    """The shifts begun from `first` to `last`: a night ends, and is told from a day, by punches outside the month.

    Clocks are trusted by whole months, so that a month's shifts are the same whichever months are measured with it.
    """
    organisation = site.settings.organisation
    rules = site.settings.attendance.rules(organisation.business_day_starts)
    wide = first - MARGIN, last + MARGIN
    found = shifts(
        lake.rows("clockings", *wide),
        lake.rows("roster", *wide),
        rules,
        punches=lake.rows("punches", *wide),
        trusted=trusted_clocks(lake.rows("punches", first_of(wide[0]), last_day(wide[1])), rules),
        absences=lake.rows("absences", *wide),
        holidays=public_holidays(organisation.country, *wide),
        people=site.people,
    )
    return found.filter(pl.col("business_date").is_between(first, last))


def measure_months(site: Site, lake: Lake, ledger: Ledger) -> list[date]:
    """Measure every month whose rows, or the site's way of measuring, changed since; return those months."""
    ledger.configured(fingerprint(site))
    dirty = ledger.dirty_months()
    months = sorted({*dirty, *_unsettled(lake, dirty, ledger.months())})
    rows = data_version(lake)
    for some in together(months, lake.months("sales"), MOST_ROWS):
        facts = measure(site.kpis, tables(site, lake, some[0], last_day(some[-1])), LEVELS)
        lake.replace_facts(facts, some)
        ledger.measured(some, rows)
    return months


def _unsettled(lake: Lake, dirty: Sequence[date], measured: Collection[date]) -> Iterator[date]:
    """The months whose last night may have ended in the first days of a month that goes on."""
    for month in dirty:
        punched = lake.rows("punches", month, last_day(month)).select(pl.col("business_date").max()).collect().item()
        if previous(month) in measured and punched and punched < month + MARGIN:
            yield previous(month)


def fingerprint(site: Site) -> str:
    """Names what decides facts beside the rows: stores, people, KPIs and how shifts are read."""
    settings = site.settings
    decided = (
        [site.stores.write_json(), site.people.write_json(), settings.organisation.id]
        + [settings.attendance.model_dump_json(), settings.organisation.country, version("kpi-review")]
        + [repr((kpi.id, kpi.numerator, kpi.denominator, kpi.growth_of)) for kpi in site.kpis.values()]
    )
    return hashlib.sha256("\n".join(decided).encode()).hexdigest()


def data_version(lake: Lake) -> str:
    """A short name for the rows of the lake as they are now."""
    return hashlib.sha256(json.dumps(lake.versions(), sort_keys=True).encode()).hexdigest()[:12]
