"""Compose the view models of one month's reviews from facts, names and the accounts of what was delivered."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

import polars as pl

from flows.lake import Lake
from flows.ledger import Ledger
from flows.months.accounts import Accounts
from flows.months.comparing import Comparing
from flows.months.day_sums import DaySums
from flows.months.explain import TOLD_BY, UNEXPLAINED, Explained
from flows.months.names import Names
from flows.months.people import People
from flows.months.ranking import ranked
from flows.months.staff import Staff
from flows.site import Site
from reports.fairness import Comparison, Pair, Personal
from reports.findings import Proposal, Value
from reports.review import Charted, Figure, Member, Organisation, Review, Score, Status
from transforms.calendar import last_months, previous
from transforms.groups import groups, positions
from transforms.kpis.judge import Judged, Running, actuals, by_group, figures, judge
from transforms.periods import whole_months, whole_openings
from transforms.scorecards import scores

# A chain with more stores than a page compares well is compared by region, and all its stores are ranked.
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
# A person's page shows her scorecard and these.
OWN: Final = frozenset(("net_sales", "average_transaction_value", "sales_per_labour_hour"))
# Sales that are up may have been bought with these.
PAIRED: Final = ("discount_rate", "return_rate", "void_rate")


def compose(
    site: Site, lake: Lake, ledger: Ledger, month: date, asked: Collection[str] = (), *, today: date | None = None
) -> list[Review]:
    """The view models of `month`, chain first: of the site's levels, and of the groups `asked`, judged on `today`."""
    return list(_Month(site, lake, ledger, month, today).reviews(asked))


@dataclass(frozen=True)
class _Month:
    """One month of a site, judged; everything is worked out once for all groups."""

    site: Site
    lake: Lake
    ledger: Ledger
    month: date
    today: date | None  # None: a month runs until a later day was delivered

    def reviews(self, asked: Collection[str]) -> Iterator[Review]:
        usual = pl.col("level").is_in(self.site.settings.review.levels)
        for group in self._groups.filter(usual | pl.col("group_id").is_in(list(asked))).iter_rows(named=True):
            if (group["level"], group["group_id"]) in self._judged_by_group and self._has_figures(group):
                yield self._review(group)

    def _review(self, group: Mapping[str, str]) -> Review:
        key = (group["level"], group["group_id"])
        personal = self._personal(group)
        shown = self._figures(key) if personal is None else self._own(group, personal.peers)
        sales = next((figure for figure in shown if figure.kpi.id == TOLD_BY), None)
        moved, aimed = self._explained.moved(key), self._explained.aimed(key)
        alarms = self._explained.alarms(key, [figure.kpi.id for figure in shown])
        return Review(
            organisation=self._organisation,
            group=self._names.group(*key),
            month=self.month,
            figures=shown,
            score=self._score(*key),
            months=self._months,
            members=self._members(self._below(group)),
            ranked=self._members(self._groups.filter(self._by_region(group), level="store")),
            people=ranked(self._member("person", *seen) for seen in self._people.of(group)),
            quality=self._accounts.quality(self._stores(group)),
            data_until=self._accounts.data_until,
            data_version=self.ledger.months()[self.month],
            story=() if group["level"] in UNEXPLAINED else self._explained.story(key, sales, moved, aimed, alarms),
            alarms=alarms,
            moved=moved,
            margin=self._explained.moved(key, "margin"),
            aimed=aimed,
            aimed_margin=self._explained.aimed(key, "margin"),
            proposals=tuple(self._placed(proposal) for proposal in self._explained.proposals(key)),
            followed=self._explained.followed(key),
            week=self._staff.week(key),
            staffed=self._staff.staffed(key, shown),
            comparison=self._comparison(group),
            pairs=self._pairs(key),
            personal=personal,
            days=self._day_sums.of(group, self._stores(group)),
        )

    def _figures(self, key: tuple[str, str]) -> tuple[Figure, ...]:
        """What a review shows of its group: also the KPIs of proposals and agreed actions."""
        agreed = {action.kpi for action in self._explained.followed(key)}
        named = {proposal.kpi for proposal in self._explained.proposals(key)} | agreed | HEADLINES
        charted = self._explained.charted(key)
        return tuple(
            _figure(judged, charted.get(judged.kpi.id))
            for judged in figures(self._judged_by_group[key], self.site.kpis, self.month)
            if judged.kpi.id in named or judged.weight is not None or judged.target is not None
        )

    def _own(self, group: Mapping[str, str], peers: int) -> tuple[Figure, ...]:
        """What a person's review shows: her scorecard, beside the averages of her position."""
        found = figures(self._judged_by_group["person", group["group_id"]], self.site.kpis, self.month)
        hers = (f for f in found if f.weight is not None or (f.kpi.id in OWN and f.actual is not None))
        return tuple(
            replace(_figure(f, None), peers=self._people.average(f.kpi.id, group["position"], peers) if peers else None)
            for f in hers
        )

    def _personal(self, group: Mapping[str, str]) -> Personal | None:
        if group["level"] != "person":
            return None
        return self._people.personal(group, self._people.peers(group["position"]))

    def _placed(self, proposal: Proposal) -> Proposal:
        """With the name of the store that it is about, where it is another than the group."""
        if proposal.of is None:
            return proposal
        store = self._names.group("store", proposal.of)
        return replace(proposal, place=store.name, manager=store.manager)

    def _comparison(self, group: Mapping[str, str]) -> Comparison | None:
        stores = self._stores(group)
        known = self.site.stores["store_id"].to_list() if stores is None else stores
        return self._comparing.of(group["level"], known, self._whole.get((group["level"], group["group_id"])))

    def _pairs(self, key: tuple[str, str]) -> tuple[Pair, ...]:
        """The rates that signal on their bad side in a month whose sales are up."""
        grown, charted = self._values.get(key, {}).get("sales_growth"), self._explained.charted(key)
        if grown is None or grown <= 0:
            return ()
        found = ((self.site.kpis[kpi], self._values[key].get(kpi), charted.get(kpi)) for kpi in PAIRED)
        return tuple(
            Pair(kpi, actual, chart.lower, chart.upper)
            for kpi, actual, chart in found
            if chart is not None and chart.rule is not None and chart.side == "higher" and actual is not None
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
    def _organisation(self) -> Organisation:
        settings, face = self.site.settings, self.site.face
        its, archival = settings.organisation, settings.review.archival
        return Organisation(its.name, its.currency, its.country, its.id, face, settings.face.sign_off, archival)

    @cached_property
    def _groups(self) -> pl.DataFrame:
        return groups(self.site.stores, self.site.people, self.site.settings.organisation.id, self.month)

    @cached_property
    def _judged(self) -> pl.DataFrame:
        return self._judge(self._comparing.running)

    @cached_property
    def _whole(self) -> Mapping[tuple[str, str], Value]:
        """What net sales are to be in the whole of a month that runs, of which it is judged by what is due."""
        whole = self._judge(None) if self._comparing.running else self._judged.clear()
        sales = whole.filter(kpi=TOLD_BY, month=self.month).select("level", "group_id", "target")
        return {(level, group): target for level, group, target in sales.rows()}

    def _judge(self, running: Running | None) -> pl.DataFrame:
        whole = whole_months(self.lake.facts(), self._comparing.oldest, self._months[1])
        return judge(
            whole_openings(whole, self.site.stores, self._months[1]),
            self.site.kpis,
            targets=self.site.targets,
            scorecards=self.site.scorecards,
            groups=self._groups,
            positions=positions(self.site.people, self._months),
            months=self._months,
            running=running,
        )

    @cached_property
    def _names(self) -> Names:
        return Names(self.site, self._groups, self.month)

    @cached_property
    def _people(self) -> People:
        return People(self.site, self._names, self.lake.facts(), self._all_scores, self._values, self.month)

    @cached_property
    def _comparing(self) -> Comparing:
        return Comparing(self.site, self.lake, self.month, self.today)

    @cached_property
    def _explained(self) -> Explained:
        staff, covered = self._staff, self._accounts.covered()
        known = self._judged, staff.shortest(), covered, staff.elasticity
        running, oldest = self._comparing.running is not None, self._comparing.oldest
        return Explained(self.site, self.lake, self.month, *known, running=running, oldest=oldest)

    @cached_property
    def _staff(self) -> Staff:
        return Staff(self.site, self.lake, self.month)

    @cached_property
    def _judged_by_group(self) -> Mapping[tuple[str, str], pl.DataFrame]:
        return by_group(self._judged)

    @cached_property
    def _all_scores(self) -> pl.DataFrame:
        return scores(self._judged, self.site.scorecards)

    @cached_property
    def _scores(self) -> Mapping[tuple[str, str, date], Mapping[str, Any]]:
        rows = self._all_scores.iter_rows(named=True)
        return {(row["level"], row["group_id"], row["month"]): row for row in rows}

    @cached_property
    def _values(self) -> Mapping[tuple[str, str], Mapping[str, Value]]:
        return actuals(self._judged, self.month)

    @cached_property
    def _sales(self) -> Mapping[tuple[str, str], tuple[Value, ...]]:
        """Net sales of the 13 months of each group."""
        sold = self._judged.filter(pl.col("kpi") == TOLD_BY, pl.col("level") != "person").sort("month")
        rows = sold.group_by("level", "group_id", maintain_order=True).agg("actual").rows()
        return {(level, group): tuple(values) for level, group, values in rows}

    def _has_figures(self, group: Mapping[str, str]) -> bool:
        return any(value is not None for value in self._values.get((group["level"], group["group_id"]), {}).values())

    def _score(self, level: str, group_id: str) -> Score:
        policy = self.site.scorecards.rules.not_measured
        row, before = (self._scores.get((level, group_id, month)) for month in (self.month, previous(self.month)))
        if row is None:
            return Score(None, None, None, Decimal(0), policy)
        weight = row["measured_weight"] or Decimal(0)
        return Score(row["score"], row["band"], (before or {}).get("score"), weight, row["held"] or policy)

    def _below(self, group: Mapping[str, str]) -> pl.DataFrame:
        level, group_id = group["level"], group["group_id"]
        stores = self._groups.filter(level="store")
        if level == "chain":
            return self._groups.filter(level="region") if self._by_region(group) else stores
        if level == "region":
            return stores.filter(region=group_id)
        return self._groups.filter(level="department", store=group_id) if level == "store" else stores.clear()

    def _by_region(self, group: Mapping[str, str]) -> bool:
        return group["level"] == "chain" and self._groups.filter(level="store").height > MOST_STORES

    def _stores(self, group: Mapping[str, str]) -> list[str] | None:
        if group["level"] in ("chain", "position"):
            return None
        if group["level"] == "region":
            return self._groups.filter(level="store", region=group["group_id"])["group_id"].to_list()
        return [group["store"]] if group["store"] else []

    def _members(self, rows: pl.DataFrame) -> tuple[Member, ...]:
        keys = rows.select("level", "group_id").rows()
        return ranked(self._member(level, id_, self._values.get((level, id_), {})) for level, id_ in keys)

    def _member(self, level: str, group_id: str, did: Mapping[str, Value]) -> Member:
        row, group = self._scores.get((level, group_id, self.month), {}), self._names.group(level, group_id)
        status = Status(row.get("status", Status.NOT_MEASURED))
        history = self._sales.get((level, group_id), ())
        return Member(group, group.position, did, row.get("score"), status, history)


def _figure(judged: Judged, charted: Charted | None) -> Figure:
    shown = {field.name: getattr(judged, field.name) for field in fields(Judged)}
    return Figure(**{**shown, "status": Status(judged.status)}, charted=charted)
