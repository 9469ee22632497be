"""The sample chain as it is in truth, measured without a file being written."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import polars as pl

from flows.sample import Scale
from flows.sample.attendance import shifts as sampled_shifts
from flows.sample.chain import stores
from flows.sample.ratings import ratings as sampled_ratings
from flows.sample.sales import sales as sampled_sales
from flows.sample.scale import months_between
from flows.sample.site import write_site
from flows.sample.stories import attendance_gap
from flows.sample.texts import menu
from flows.site import Site, load_site
from transforms.attendance import shifts, with_clocked
from transforms.calendar import public_holidays
from transforms.groups import place
from transforms.kpis.measure import measure
from transforms.measured import staff, with_adherence, with_marks, with_returning, with_same_store
from transforms.tables import CLOCKINGS, FACTS, RATINGS, ROSTER, SALES, Schema

LEVELS: Final = ("store",)  # proposals stand on facts of their own group


@dataclass(frozen=True)
class Sampled:
    """A sample chain: its site, its sales, clockings and roster (as in tables), and the facts of its stores (FACTS)."""

    scale: Scale
    site: Site
    sales: pl.DataFrame
    clockings: pl.DataFrame
    roster: pl.DataFrame
    facts: pl.DataFrame

    @property
    def month(self) -> date:
        """The last one."""
        return self.scale.until.replace(day=1)


def sampled(scale: Scale) -> Sampled:
    """Make and measure one chain; its corrections, faults and twins of files are left out."""
    with TemporaryDirectory() as folder:
        write_site(Path(folder), scale, "vi")
        site = load_site(Path(folder))
    sold, clocked, rostered, rated = (pl.concat(parts) for parts in zip(*_months(scale), strict=True))
    first, last = scale.first_day, scale.until
    rules = site.settings.attendance.rules(site.settings.organisation)
    free = public_holidays("VN", first, last)
    worked = shifts(clocked.lazy(), rostered.lazy(), rules, people=site.people, holidays=free).collect()
    told = with_marks(with_same_store(with_clocked(sold.lazy(), clocked.lazy()), site.stores), site.products)
    plain = {
        "sales": with_returning(told, sold.lazy()),
        "shifts": with_adherence(worked.lazy()),
        "ratings": rated.lazy(),
        "staff": staff(site.people, first, last),
    }
    at = partial(place, people=site.people, stores=site.stores, chain_id=site.settings.organisation.id)
    facts = measure(site.kpis, {name: at(rows) for name, rows in plain.items()}, LEVELS)
    return Sampled(scale, site, sold, clocked, rostered, facts.select(FACTS.keys()))


def _months(scale: Scale) -> list[tuple[pl.DataFrame, ...]]:
    return [
        (_sold(scale, n, month), *_attended(scale, n, month), _rated(scale, n, month))
        for n in range(scale.stores)
        for month in months_between(scale.first_day, scale.until)
    ]


def _sold(scale: Scale, store: int, month: date) -> pl.DataFrame:
    products = pl.DataFrame({"product_id": [p.product_id for p in menu("vi")], "cost": [p.cost for p in menu("vi")]})
    lines = sampled_sales(scale, "vi", stores(scale)[store], month).join(
        products.with_row_index("product").cast({"product": pl.Int64}), on="product"
    )
    named = lines.with_columns(
        _store(store),
        _employee(),
        customer_id=pl.when(pl.col("customer") > 0).then(pl.format("C{}", "customer")),
        receipt_id=pl.format("{}-{}", pl.lit(f"{month:%Y%m}"), "receipt"),
        cost_amount=pl.col("quantity") * pl.col("cost"),
    )
    return _as(named, SALES.columns)


def _attended(scale: Scale, store: int, month: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Clockings and roster; a store's clock was not read out for some days."""
    own = sampled_shifts(scale, stores(scale)[store], month).with_columns(_store(store), _employee())
    unread = pl.col("business_date").is_between(*attendance_gap(scale)) & pl.lit(store == 2)
    clocked = own.filter("worked", ~unread, pl.any_horizontal(pl.col("clock_in", "clock_out").is_not_null()))
    return _as(clocked, CLOCKINGS.columns), _as(own, ROSTER.columns)


def _rated(scale: Scale, store: int, month: date) -> pl.DataFrame:
    own = sampled_ratings(scale, stores(scale)[store], month)
    return _as(own.with_columns(_store(store), _employee(), business_date="date"), RATINGS.columns)


def _store(store: int) -> pl.Expr:
    return pl.lit(f"S{store + 1:03d}").alias("store_id")


def _employee() -> pl.Expr:
    return pl.format("NV{}", pl.col("number").cast(pl.String).str.zfill(5)).alias("employee_id")


def _as(rows: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    missing = {name: pl.lit(None, dtype) for name, dtype in schema.items() if name not in rows.columns}
    told = rows.with_columns(**missing).select(schema.keys())
    return told.with_columns(system=pl.lit("sample")).cast(pl.Schema(schema))
