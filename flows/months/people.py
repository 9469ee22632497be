"""Who stands in a group's table of people, what they did there, and what only their own reviews say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import polars as pl

from flows.months.names import Names
from flows.site import Site
from reports.fairness import Absence, Payout, Personal, Workplace
from reports.findings import Value
from transforms.absence import MONTHS, absences
from transforms.calendar import last_day
from transforms.groups import BETWEEN, changed, stints
from transforms.kpis.values import values
from transforms.pay import payouts
from transforms.tables import MEMBER, PART

Row = Mapping[str, Any]
Values = Mapping[str, Value]
HOURS = "worked_hours"


@dataclass(frozen=True)
class People:
    """The people of one month. Frames: `facts` tables.FACTS, `scores` scorecards.SCORES; `values`: kpi -> value."""

    site: Site
    names: Names
    facts: pl.DataFrame
    scores: pl.DataFrame
    values: Mapping[tuple[str, str], Values]
    month: date

    def of(self, group: Row) -> list[tuple[str, Values]]:
        """The people of a group and what they did in it: in a store or department, what they did in that alone."""
        level, group_id = group["level"], group["group_id"]
        if level == "position":
            return [(person, self._whole(person)) for person in self._persons.filter(position=group_id)["group_id"]]
        if level not in ("store", "department"):
            return []
        home = self._persons.filter(store=group["store"])["group_id"]
        people = dict.fromkeys((*home, *self._here.get(group["store"], ())))
        if level == "department":
            people = {person: None for person in people if (person, group_id.rpartition(".")[2]) in self._departments}
            return [(person, self._within(group, person)) for person in people]
        return [(person, self._parts.get((group["store"], person), {})) for person in people]

    def personal(self, group: Row, peers: int) -> Personal:
        """What a person's own review says beside her figures."""
        person = group["group_id"]
        return Personal(peers, self._workplaces(person), self._absences.get(person), self._payout(group))

    def peers(self, position: str | None) -> int:
        """How many people the averages of a position stand on; 0: too few to show any."""
        if position is None:
            return 0
        people = self._persons.filter(position=position)["group_id"]
        seen = sum(any(value is not None for value in self.values.get(("person", p), {}).values()) for p in people)
        return seen if seen >= self.site.settings.privacy.smallest_group else 0

    def average(self, kpi: str, position: str, peers: int) -> Value:
        """The average of a position's people: a quotient is their common one, a sum is shared out among them."""
        value = self.values.get(("position", position), {}).get(kpi)
        measured = self.site.kpis[kpi]
        whole = measured.below is not None or measured.based_on is not None
        return value if value is None or whole or not peers else value / peers

    # -- what is worked out once

    @cached_property
    def _persons(self) -> pl.DataFrame:
        return self.names.groups.filter(level="person")

    @cached_property
    def _departments(self) -> frozenset[tuple[str, str]]:
        """Who stood in which department at any time of the month."""
        first, last = pl.col("first"), pl.col("last")
        held = stints(self.site.people).filter(
            first <= last_day(self.month), (last >= self.month).fill_null(value=True)
        )
        return frozenset(held.select("employee_id", "department").rows())

    @cached_property
    def _parts(self) -> Mapping[tuple[str, str], Values]:
        """What each person did in each store, (store, person) -> kpi -> value."""
        return self._of_level(MEMBER)

    @cached_property
    def _of_departments(self) -> Mapping[tuple[str, str], Values]:
        """What those who have changed departments did in each, (department, person) -> kpi -> value."""
        return self._of_level(PART)

    @cached_property
    def _changed(self) -> frozenset[str]:
        return frozenset(changed(self.site.people))

    def _within(self, department: Row, person: str) -> Values:
        """A department is the person's of the day; without a change it is all that she did in the store."""
        if person in self._changed:
            return self._of_departments.get((department["group_id"], person), {})
        return self._parts.get((department["store"], person), {})

    def _of_level(self, level: str) -> Mapping[tuple[str, str], Values]:
        facts = self.facts.filter(level=level, month=self.month)
        found: dict[tuple[str, str], dict[str, Value]] = {}
        for kpi, member, value in values(facts, self.site.kpis).select("kpi", "group_id", "value").rows():
            found.setdefault(_pair(member), {})[kpi] = value
        for member, hours in _hours(facts):
            found[_pair(member)][HOURS] = hours
        return found

    @cached_property
    def _here(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for store, person in self._parts:
            found.setdefault(store, []).append(person)
        return found

    @cached_property
    def _person_hours(self) -> Mapping[str, Decimal]:
        return dict(_hours(self.facts.filter(level="person", month=self.month)))

    @cached_property
    def _absences(self) -> Mapping[str, Absence]:
        rows = absences(self.facts, self.month).rows()
        return {person: Absence(MONTHS, spells, shifts) for person, spells, shifts in rows}

    @cached_property
    def _payouts(self) -> Mapping[str, Payout]:
        curve = self.site.scorecards.pay
        if curve is None:
            return {}
        scored = self.scores.filter(pl.col("score").is_not_null(), level="person", month=self.month)
        paid = payouts(scored, curve).select("group_id", "payout", "payout_below", "payout_above")
        return {person: Payout(*shares) for person, *shares in paid.rows()}

    # -- one person

    def _whole(self, person: str) -> Values:
        return {**self.values.get(("person", person), {}), HOURS: self._person_hours.get(person)}

    def _workplaces(self, person: str) -> tuple[Workplace, ...]:
        stores = sorted(store for store, who in self._parts if who == person)
        parts = [(store, self._parts[store, person]) for store in stores]
        told = (Workplace(self.names.name("store", s), v.get("net_sales"), v.get(HOURS)) for s, v in parts)
        return tuple(told) if len(parts) > 1 else ()

    def _payout(self, group: Row) -> Payout | None:
        entitled = group["position"] in self.site.settings.privacy.pay_shown_to
        return self._payouts.get(group["group_id"]) if entitled else None


def _hours(facts: pl.DataFrame) -> list[tuple[str, Decimal]]:
    """Hours worked are the denominator of sales per labour hour."""
    return facts.filter(kpi="sales_per_labour_hour").drop_nulls("denominator").select("group_id", "denominator").rows()


def _pair(member: str) -> tuple[str, str]:
    store, _, person = member.partition(BETWEEN)
    return store, person
