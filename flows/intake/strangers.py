"""Stores and people that an export names and the site does not know: who may be meant, and what to do."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from flows.site import Site
from transforms.exports import Read
from transforms.identity import nearest, normal

_MOST: Final = 5


def strangers(site: Site, export: Read, quarantined: pl.DataFrame) -> Iterator[str]:
    """Sentences on the rows of an export, of which some are `quarantined` (columns employee_id, reasons)."""
    yield from strange_stores(site.store_names, export)
    unknown = quarantined.filter(pl.col("reasons").list.contains("unknown_employee"))
    yield from _named(unknown["employee_id"], "employee", site.people_names, "people.csv")


def strange_stores(known: pl.DataFrame, export: Read) -> Iterator[str]:
    """Sentences on the stores of an export that are not among the names (column name) of those that are `known`."""
    named = export.rows["store_id"].drop_nulls()
    spelled = named.unique().to_frame()
    unknown = spelled.filter(~normal(pl.col("store_id")).is_in(known["name"].implode())).to_series()
    strange = named.filter(named.is_in(unknown.implode()))
    if strange.len() and strange.len() == named.len():
        yield _no_store(export, strange.value_counts(sort=True)["store_id"].to_list())
    else:
        yield from _named(strange, "store", known, "stores.csv")


def _no_store(export: Read, names: list[str]) -> str:
    """The sentence on an export none of whose stores is one of the site."""
    header, profile = export.header_of("store_id"), export.profile.name
    shown = ", ".join(map(repr, names[:_MOST]))
    if header is None:
        return (
            f"every row is of the store {shown} by the profile {profile}, which is not in stores.csv, so none counts: "
            f"write the store's id into derive.store_id of that profile, or add {shown} as an alias in stores.csv."
        )
    return (
        f'no row counts, since nothing in the column "{header}" ({shown}) is a store of stores.csv: if these are your '
        f"stores, add them there, or the spellings as aliases; if they are channels, tills or the like, let store_id "
        f"of a profile of your own name the column of the store, or derive it (`kpi profile FILE` proposes one)."
    )


def _named(unknown: pl.Series, what: str, known: pl.DataFrame, file: str) -> Iterator[str]:
    ids = dict(known.select("name", "id").iter_rows())
    for name, rows in unknown.value_counts(sort=True).head(_MOST).iter_rows():
        like = nearest(name, list(ids))
        hint = f"; the nearest known name is {like!r} ({ids[like]})" if like else ""
        yield f"unknown {what} {name!r} (rows: {rows}){hint}: add it, or the spelling as an alias, in {file}."
