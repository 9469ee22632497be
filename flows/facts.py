"""Measure months from the rows of the lake, and write their facts."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl

from flows.lake import Lake
from flows.ledger import Ledger
from flows.site import Site
from transforms.attendance import ShiftRules, shifts
from transforms.calendar import last_day, together
from transforms.groups import place
from transforms.kpis.measure import measure
from transforms.tables import LEVELS

# Months are measured together up to so many sale lines: fewer passes, in bounded memory.
MOST_ROWS: Final = 2_000_000


def tables(site: Site, lake: Lake, first: date, last: date) -> Mapping[str, pl.LazyFrame]:
    """The tables that KPIs are measured over, from `first` to `last`, each row placed in its groups and month."""
    rules = site.settings.attendance
    worked = shifts(
        lake.rows("clockings", first, last),
        lake.rows("roster", first, last),
        ShiftRules(late_after_minutes=rules.late_after_minutes, longest_shift_hours=rules.longest_shift_hours),
    )
    plain = {"sales": lake.rows("sales", first, last), "shifts": worked, "ratings": lake.rows("ratings", first, last)}
    chain = site.settings.organisation.id
    return {name: place(rows, people=site.people, stores=site.stores, chain_id=chain) for name, rows in plain.items()}


def measure_months(site: Site, lake: Lake, ledger: Ledger) -> list[date]:
    """Measure every month whose rows changed since it was measured; return those months."""
    months = ledger.dirty_months()
    version = data_version(lake)
    for some in together(months, lake.months("sales"), MOST_ROWS):
        facts = measure(site.kpis, tables(site, lake, some[0], last_day(some[-1])), LEVELS)
        lake.replace_facts(facts, some)
        ledger.measured(some, version)
    return months


def data_version(lake: Lake) -> str:
    """A short name for the rows of the lake as they are now."""
    return hashlib.sha256(json.dumps(lake.versions(), sort_keys=True).encode()).hexdigest()[:12]
