"""Compose the view models of one month's reviews from facts, names and the accounts of what was delivered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

import polars as pl

from flows.accounts import Accounts
from flows.day_sums import DaySums
from flows.explain import TOLD_BY, Explained
from flows.lake import Lake
from flows.ledger import Ledger
from flows.site import Site, localised
from reports.language import languages
from reports.review import Charted, Figure, Group, Member, Organisation, Review, Score, Status, Value
from transforms.calendar import last_months, previous
from transforms.groups import groups, positions
from transforms.kpis.judge import Judged, actuals, by_group, figures, judge
from transforms.kpis.kpi import Text
from transforms.scorecards import scores

# A chain with more stores than a page compares well is compared by region; each region compares its stores.
MOST_STORES: Final = 60
HISTORY: Final = 13
# A review shows what it scores or aims at, and what its first page, its trends and its tables are read by.
HEADLINES: Final = frozenset(
    (
        "net_sales",
        "sales_growth",
        "transactions",
        "average_transaction_value",
        "sales_per_labour_hour",
        "attendance_rate",
        "lateness_rate",
        "gross_margin_rate",
    )
)


def compose(site: Site, lake: Lake, ledger: Ledger, month: date) -> list[Review]:
    """Every reviewed group's view model of `month`, chain first."""
    return list(_Month(site, lake, ledger, month).reviews())


@dataclass(frozen=True)
class _Month:
    """One month of a site, judged; everything is worked out once for all groups."""

    site: Site
    lake: Lake
    ledger: Ledger
    month: date

    def reviews(self) -> Iterator[Review]:
        levels = self.site.settings.review.levels
        for group in self._groups.filter(pl.col("level").is_in(levels)).iter_rows(named=True):
            if (group["level"], group["group_id"]) in self._judged_by_group and self._has_figures(group):
                yield self._review(group)

    def _review(self, group: Mapping[str, str]) -> Review:
        key = (group["level"], group["group_id"])
        organisation = self.site.settings.organisation
        shown = self._figures(key)
        sales = next((figure for figure in shown if figure.kpi.id == TOLD_BY), None)
        moved = self._explained.moved(key, sales)
        return Review(
            organisation=Organisation(organisation.name, organisation.currency, organisation.country),
            group=self._group(*key),
            month=self.month,
            figures=shown,
            score=self._score(*key),
            months=self._months,
            members=self._members(self._below(group)),
            people=self._members(self._people(group)),
            quality=self._accounts.quality(self._stores(group)),
            data_until=self._accounts.data_until,
            data_version=self.ledger.months()[self.month],
            story=self._explained.story(key, sales, moved),
            alarms=self._explained.alarms(key, [figure.kpi.id for figure in shown]),
            moved=moved,
            proposals=self._explained.proposals(key),
            days=self._day_sums.of(group, self._stores(group)),
        )

    def _figures(self, key: tuple[str, str]) -> tuple[Figure, ...]:
        """What a review shows of its group: also the KPIs that a proposal stands on."""
        named = {proposal.kpi for proposal in self._explained.proposals(key)} | HEADLINES
        charted = self._explained.charted(key)
        return tuple(
            _figure(judged, charted.get(judged.kpi.id))
            for judged in figures(self._judged_by_group[key], self.site.kpis, self.month)
            if judged.kpi.id in named or judged.weight is not None or judged.target is not None
        )

    # -- what is worked out once

    @cached_property
    def _accounts(self) -> Accounts:
        return Accounts(self.site, self.lake, self.ledger, self.month)

    @cached_property
    def _day_sums(self) -> DaySums:
        return DaySums(self.lake, self.month)

    @cached_property
    def _months(self) -> tuple[date, ...]:
        return last_months(self.month, HISTORY)

    @cached_property
    def _groups(self) -> pl.DataFrame:
        return groups(self.site.stores, self.site.people, self.site.settings.organisation.id, self.month)

    @cached_property
    def _judged(self) -> pl.DataFrame:
        return judge(
            self.lake.facts(),
            self.site.kpis,
            targets=self.site.targets,
            scorecards=self.site.scorecards,
            groups=self._groups,
            positions=positions(self.site.people, self._months),
            months=self._months,
        )

    @cached_property
    def _explained(self) -> Explained:
        return Explained(self.site, self.lake, self.month, self._judged)

    @cached_property
    def _judged_by_group(self) -> Mapping[tuple[str, str], pl.DataFrame]:
        return by_group(self._judged)

    @cached_property
    def _scores(self) -> Mapping[tuple[str, str, date], Mapping[str, Any]]:
        rows = scores(self._judged, self.site.scorecards).iter_rows(named=True)
        return {(row["level"], row["group_id"], row["month"]): row for row in rows}

    @cached_property
    def _values(self) -> Mapping[tuple[str, str], Mapping[str, Value]]:
        return actuals(self._judged, self.month)

    @cached_property
    def _hours(self) -> Mapping[tuple[str, str], Decimal]:
        """Hours worked are the denominator of sales per labour hour."""
        facts = self.lake.facts().filter(month=self.month, kpi="sales_per_labour_hour").drop_nulls("denominator")
        rows = facts.select("level", "group_id", "denominator").rows()
        return {(level, group): hours for level, group, hours in rows}

    @cached_property
    def _positions(self) -> Mapping[str, str]:
        held = positions(self.site.people, (self.month,))
        return dict(held.select("group_id", "position").rows())

    # -- one group

    def _has_figures(self, group: Mapping[str, str]) -> bool:
        return any(value is not None for value in self._values.get((group["level"], group["group_id"]), {}).values())

    def _score(self, level: str, group_id: str) -> Score:
        policy = self.site.scorecards.rules.not_measured
        row = self._scores.get((level, group_id, self.month))
        before = self._scores.get((level, group_id, previous(self.month)), {})
        if row is None:
            return Score(None, None, None, Decimal(0), policy)
        return Score(
            row["score"], row["band"], before.get("score"), row["measured_weight"] or Decimal(0), row["held"] or policy
        )

    def _below(self, group: Mapping[str, str]) -> pl.DataFrame:
        level, group_id = group["level"], group["group_id"]
        stores = self._groups.filter(level="store")
        if level == "chain":
            return stores if stores.height <= MOST_STORES else self._groups.filter(level="region")
        if level == "region":
            return stores.filter(region=group_id)
        return self._groups.filter(level="department", store=group_id) if level == "store" else stores.clear()

    def _people(self, group: Mapping[str, str]) -> pl.DataFrame:
        people = self._groups.filter(level="person")
        level = group["level"]
        return people.filter(**{level: group["group_id"]}) if level in ("store", "department") else people.clear()

    def _stores(self, group: Mapping[str, str]) -> list[str] | None:
        if group["level"] == "chain":
            return None
        if group["level"] == "region":
            return self._groups.filter(level="store", region=group["group_id"])["group_id"].to_list()
        return [group["store"]]

    def _members(self, rows: pl.DataFrame) -> tuple[Member, ...]:
        members = [self._member(*key) for key in rows.select("level", "group_id").rows()]
        seen = (member for member in members if any(value is not None for value in member.values.values()))
        return tuple(sorted(seen, key=_best_first))

    def _member(self, level: str, group_id: str) -> Member:
        row = self._scores.get((level, group_id, self.month), {})
        position = self._positions.get(group_id) if level == "person" else None
        return Member(
            group=self._group(level, group_id),
            position=self._words(self.site.settings.positions, position) if position else None,
            values={**self._values.get((level, group_id), {}), "worked_hours": self._hours.get((level, group_id))},
            score=row.get("score"),
            status=Status(row.get("status", Status.NOT_MEASURED)),
        )

    # -- names

    def _group(self, level: str, group_id: str) -> Group:
        row = self._rows[level, group_id]
        ancestors = [(above, row[above]) for above in ("region", "store") if row[above] and above != level]
        chain = () if level == "chain" else (self._name("chain", self.site.settings.organisation.id),)
        parents = (*chain, *(self._name(*ancestor) for ancestor in ancestors))
        manager = self._store_rows[row["store"]]["manager"] if level == "store" else None
        return Group(level, group_id, self._name(level, group_id), parents, manager)

    def _name(self, level: str, group_id: str) -> Text:
        settings = self.site.settings
        if level == "region":
            return self._words(settings.regions, group_id)
        if level == "department":
            return self._words(settings.departments, group_id.rpartition(".")[2])
        plain = {
            "chain": lambda: settings.organisation.name,
            "store": lambda: self._store_rows[group_id]["name"],
            "person": lambda: self._person_names[group_id],
        }
        return dict.fromkeys(languages(), plain[level]())

    @cached_property
    def _rows(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        return {(row["level"], row["group_id"]): row for row in self._groups.iter_rows(named=True)}

    @cached_property
    def _store_rows(self) -> Mapping[str, Mapping[str, str]]:
        return {row["store_id"]: row for row in self.site.stores.iter_rows(named=True)}

    @cached_property
    def _person_names(self) -> Mapping[str, str]:
        return dict(self.site.people.sort("from_date").select("employee_id", "name").rows())

    def _words(self, names: Mapping[str, Mapping[str, str]], key: str) -> Text:
        return localised(names, key, languages())


def _figure(judged: Judged, charted: Charted | None) -> Figure:
    shown = {field.name: getattr(judged, field.name) for field in fields(Judged)}
    return Figure(**{**shown, "status": Status(judged.status)}, charted=charted)


def _best_first(member: Member) -> tuple[bool, Decimal, str]:
    return member.score is None, -(member.score or Decimal(0)), member.group.id
