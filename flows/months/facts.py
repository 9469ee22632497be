"""Measure months from the rows of the lake, and write their facts."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from importlib.metadata import version
from typing import Final

import polars as pl

from flows.lake import Lake
from flows.ledger import Ledger
from flows.site import Site
from flows.timeline import Timeline
from reports.sections.standings import PEOPLE
from transforms.attendance import MARGIN, ShiftRules, shifts, trusted_clocks, with_clocked
from transforms.calendar import add_months, first_of, last_day, public_holidays, together
from transforms.groups import place
from transforms.kpis.kpi import Kpi, Sum
from transforms.kpis.measure import days_of, facts_of, kept
from transforms.measured import (
    RETURNS_WITHIN,
    staff,
    with_adherence,
    with_marks,
    with_receipts_of_days,
    with_returning,
    with_same_store,
)
from transforms.tables import AT, LEVELS, MEMBER, PART, SHIFTS, TABLES, TOTAL, empty

# Months are measured together up to so many sale lines: fewer passes, in bounded memory.
MOST_ROWS: Final = 1_000_000
_CLOCKED: Final = ("clockings", "punches")
# The levels that are measured alike, and what of a sale says there that the hours of its day are known: hours that one
# person has not clocked are missing from her figures, whoever else was in the store that day.
_ALIKE: Final[Mapping[tuple[str, ...], str]] = {
    ("chain", "region", "store", "department"): "clocked",
    ("position", "person"): "clocked_self",
    (MEMBER, PART): "clocked_here",
}
_EVERY: Final = (*LEVELS, MEMBER, PART)


def tables(site: Site, lake: Lake, first: date, last: date) -> Mapping[str, pl.LazyFrame]:
    """The tables that KPIs are measured over, from `first` to `last`, each row placed in its groups and month."""
    who = ("store_id", "employee_id", "business_date")
    clocked = pl.concat([lake.rows(name, first, last).select(who) for name in _CLOCKED])
    sold = with_clocked(sales(site, lake, first, last), clocked)
    bought = lake.rows("sales", first - RETURNS_WITHIN, last)
    sold = with_returning(with_marks(with_same_store(sold, site.stores), site.products), bought)
    plain = {
        "sales": sold,
        "shifts": with_adherence(_shifts(site, lake, first, last), _rules(site).zone),
        "ratings": lake.rows("ratings", first, last),
        "staff": staff(site.people, first, last),
    }
    chain = site.settings.organisation.id
    return {name: place(rows, people=site.people, stores=site.stores, chain_id=chain) for name, rows in plain.items()}


def sales(site: Site, lake: Lake, first: date, last: date) -> pl.LazyFrame:
    """What was sold from `first` to `last`, as tables.SALES, with receipts that may be counted."""
    return with_receipts_of_days(lake.rows("sales", first, last), site.settings.organisation.business_day_starts)


def _shifts(site: Site, lake: Lake, first: date, last: date) -> pl.LazyFrame:
    """The shifts begun from `first` to `last`: a night ends, and is told from a day, by punches outside the month.

    Clocks are trusted by whole months, so that a month's shifts are the same whichever months are measured with it.
    """
    country, rules = site.settings.organisation.country, _rules(site)
    wide = first - MARGIN, last + MARGIN
    # A chain that has no clock yet has no shifts, which are found out only after much work.
    if all(lake.rows(name, *wide).head(1).collect().is_empty() for name in (*_CLOCKED, "roster")):
        return empty(SHIFTS).lazy()
    found = shifts(
        lake.rows("clockings", *wide),
        lake.rows("roster", *wide),
        rules,
        punches=lake.rows("punches", *wide),
        trusted=trusted_clocks(lake.rows("punches", first_of(wide[0]), last_day(wide[1])), rules),
        absences=lake.rows("absences", *wide),
        holidays=public_holidays(country, *wide),
        people=site.people,
    )
    return found.filter(pl.col("business_date").is_between(first, last))


def _rules(site: Site) -> ShiftRules:
    return site.settings.attendance.rules(site.settings.organisation)


def measure_months(site: Site, lake: Lake, ledger: Ledger, now: datetime) -> list[date]:
    """Measure every month whose rows, or the site's way of measuring, changed since; return those months."""
    ledger.configured(fingerprint(site))
    _mark_followers(ledger)
    _mark_beside(site, lake, ledger)
    months = ledger.dirty_months()
    for some in together(months, lake.months("sales"), MOST_ROWS):
        _measure(site, lake, some)  # its rows are let go before those of the next months are read
        versions = data_versions(lake, some)
        with ledger.together():
            ledger.measured(versions)
            Timeline(ledger).measured(versions, lake, now)
    return months


def _measure(site: Site, lake: Lake, some: Sequence[date]) -> None:
    read = _read(site, lake, some[0], last_day(some[-1]))
    lake.replace_facts(_facts_of(site, read), some)
    lake.replace_days(days_of(read, by_day(site.kpis)), some)


def facts_between(site: Site, lake: Lake, first: date, last: date) -> pl.DataFrame:
    """tables.FACTS of some days of one month."""
    return _facts_of(site, _read(site, lake, first, last))


def _read(site: Site, lake: Lake, first: date, last: date) -> Mapping[str, pl.DataFrame]:
    every = {f"{mark}/{name}": kpi for levels, mark in _ALIKE.items() for name, kpi in _at(site.kpis, levels).items()}
    return kept(every, tables(site, lake, first, last), _EVERY)


def _facts_of(site: Site, read: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(facts_of(_at(site.kpis, levels), read, levels) for levels in _ALIKE)


def _at(kpis: Mapping[str, Kpi], levels: tuple[str, ...]) -> Mapping[str, Kpi]:
    """The KPIs as they are measured at `levels`.

    Of people in one store or department, so that each shows its own part, only what its table of people shows.
    """
    shown = kpis if MEMBER not in levels else {name: kpis[name] for name in PEOPLE if name in kpis}
    return {name: kpi.asking(_ALIKE[levels]) for name, kpi in shown.items()}


def asked_at(kpi: Kpi, level: str) -> Kpi:
    """A KPI as it is measured at `level`."""
    return next(kpi.asking(mark) for levels, mark in _ALIKE.items() if level in levels)


def by_day(kpis: Mapping[str, Kpi]) -> Mapping[str, Sum]:
    """The sums that are kept by day as well (measured.DAYS)."""
    sold, hours = kpis["net_sales"].numerator, kpis["sales_per_labour_hour"].denominator
    return {name: part for name, part in (("net_sales", sold), ("worked_hours", hours)) if part is not None}


def _mark_followers(ledger: Ledger) -> None:
    """Who came back in a month hangs on who bought in those before it: such months are to be measured again as well."""
    reach = [(month, last_day(month) + RETURNS_WITHIN) for month in ledger.dirty_months()]
    follow = (month for month in ledger.months() if any(first < month <= last for first, last in reach))
    with ledger.together():
        for month in follow:
            ledger.say("UPDATE months SET dirty = 1 WHERE month = ?", month.isoformat())


def _mark_beside(site: Site, lake: Lake, ledger: Ledger) -> None:
    """A night over a month's end is read by the clocks of both months: where these are trusted otherwise, so is it."""
    rules = _rules(site)
    punched = lake.months("punches")
    for month in (month for month in ledger.dirty_months() if month in punched):
        trusted = trusted_clocks(lake.rows("punches", month, last_day(month)), rules).select("system", "store_id")
        now, name = trusted.sort(pl.all()).collect().write_json(), f"clocks {month}"
        if (ledger.asked("SELECT value FROM facts_about WHERE name = ?", name) or [("[]",)]) == [(now,)]:
            continue
        with ledger.together():
            for beside in (add_months(month, -1), add_months(month, 1)):
                ledger.say("UPDATE months SET dirty = 1 WHERE month = ?", beside.isoformat())
            ledger.say("INSERT OR REPLACE INTO facts_about VALUES (?, ?)", name, now)


def fingerprint(site: Site) -> str:
    """Names what decides facts beside the rows: stores, people, products, KPIs and how shifts are read."""
    settings, organisation = site.settings, site.settings.organisation
    decided = (
        [site.stores.write_json(), site.people.write_json(), site.products.write_json(), organisation.id]
        + [organisation.country, organisation.time_zone, str(organisation.business_day_starts)]
        + [settings.attendance.model_dump_json(), version("kpi-review")]
        + [repr((kpi.id, kpi.sums, kpi.based_on)) for kpi in site.kpis.values()]
        + [*_EVERY, *PEOPLE, *_ALIKE.values()]
    )
    return hashlib.sha256("\n".join(decided).encode()).hexdigest()


def data_versions(lake: Lake, months: Sequence[date]) -> Mapping[date, str]:
    """A short name for the rows that count in each month: their totals by store-day, whichever way they came."""
    totals = [
        lake.rows(name, months[0], last_day(months[-1]))
        .group_by("store_id", "business_date")
        .agg(pl.len(), *(_total(name, column) for column in table.columns if _total(name, column) is not None))
        .sort("store_id", "business_date")
        for name, table in TABLES.items()
    ]
    frames = pl.collect_all(totals, engine="streaming")
    return {month: _digest(frame.filter(_month() == month) for frame in frames) for month in months}


def _month() -> pl.Expr:
    return pl.col("business_date").dt.truncate("1mo")


def _digest(frames: Iterable[pl.DataFrame]) -> str:
    return hashlib.sha256("\n".join(frame.write_json() for frame in frames).encode()).hexdigest()[:12]


def _total(table: str, column: str) -> pl.Expr | None:
    dtype = TABLES[table].columns[column]
    if dtype.is_decimal():
        return pl.col(column).cast(TOTAL).sum()
    return pl.col(column).dt.epoch("s").sum() if dtype == AT else None
