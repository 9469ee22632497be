"""What groups are called, and where they stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from flows.site import Site, localised
from reports.language import languages
from reports.review import Group
from transforms.groups import positions
from transforms.kpis.kpi import Text


@dataclass(frozen=True)
class Names:
    """The names of one month's `groups` (groups.GROUPS)."""

    site: Site
    groups: pl.DataFrame
    month: date

    def group(self, level: str, group_id: str) -> Group:
        """A group with the names of those above it."""
        row = self._rows[level, group_id]
        ancestors = [(above, row[above]) for above in ("region", "store") if row[above] and above != level]
        chain = () if level == "chain" else (self.name("chain", self.site.settings.organisation.id),)
        parents = (*chain, *(self.name(*ancestor) for ancestor in ancestors))
        manager = self._store_rows[row["store"]]["manager"] if level == "store" else None
        position = self.position(group_id) if level == "person" else None
        return Group(level, group_id, self.name(level, group_id), parents, manager, position)

    def name(self, level: str, group_id: str) -> Text:
        """The name of a group in each language."""
        settings = self.site.settings
        declared = {"region": settings.regions, "department": settings.departments, "position": settings.positions}
        if level in declared:
            return localised(declared[level], group_id.rpartition(".")[2], languages())
        plain = {
            "chain": lambda: settings.organisation.name,
            "store": lambda: self._store_rows[group_id]["name"],
            "person": lambda: self._person_names[group_id],
        }
        return dict.fromkeys(languages(), plain[level]())

    def position(self, person: str) -> Text | None:
        """The name of the position a person holds."""
        held = self._positions.get(person)
        return None if held is None else self.name("position", held)

    @cached_property
    def _rows(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        return {(row["level"], row["group_id"]): row for row in self.groups.iter_rows(named=True)}

    @cached_property
    def _store_rows(self) -> Mapping[str, Mapping[str, str]]:
        return {row["store_id"]: row for row in self.site.stores.iter_rows(named=True)}

    @cached_property
    def _person_names(self) -> Mapping[str, str]:
        return dict(self.site.people.sort("from_date").select("employee_id", "name").rows())

    @cached_property
    def _positions(self) -> Mapping[str, str]:
        return dict(positions(self.site.people, (self.month,)).select("group_id", "position").rows())
