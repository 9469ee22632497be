"""What moved for real, and why: signals, drivers and proposals of one month, worked out once for all groups."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

import polars as pl

from flows.lake import Lake
from flows.months.moves import Moves
from flows.settings.causes import causes_of
from flows.site import Site
from reports.findings import Alarms, Followed, Moved, Part, Proposal
from reports.review import Charted, Figure, Point
from transforms.actions import follow_up
from transforms.calendar import add_months, last_day
from transforms.charts import charts
from transforms.completeness import completeness
from transforms.false_alarms import false_alarms
from transforms.peers import beyond_peers
from transforms.periods import whole_months, whole_openings
from transforms.planned import BEYOND
from transforms.proposals import evidence, figures, proposals, rolled_up, shipped_rules
from transforms.seasons import SERIES
from transforms.sentences import Outcome, Sentence, three_sentences
from transforms.signals import assurance
from transforms.staffing import ELASTICITIES

TOLD_BY: Final = "net_sales"
CHARTED_MONTHS: Final = 24
UNEXPLAINED: Final = ("position", "person")  # no chart or proposal is made of one person or one position
WORTH_TELLING: Final = Decimal("0.2")  # of the larger one: beside it, less is no reason
SURE: Final = 0.9  # a driver that could be told in less of the turnover names no reason
Key = tuple[str, str]


@dataclass(frozen=True)
class Explained:
    """One month explained.

    `judged`: kpis.judge.JUDGED of that month and others; `short`: Staff.shortest(); `covered`: Accounts.covered(), None
    where every day came; `elasticity`: Staff.elasticity. A month that is `running` is told as far as it is known, and
    explained when it is over: on a chart a part of a month would stand out among whole ones, as would that of which
    the `oldest` day is not the first.
    """

    site: Site
    lake: Lake
    month: date
    judged: pl.DataFrame
    short: pl.DataFrame
    covered: pl.DataFrame | None = None
    elasticity: float = ELASTICITIES[1]
    running: bool = False
    oldest: date | None = None

    def charted(self, key: Key) -> Mapping[str, Charted]:
        """Kpi -> its chart in this month; none where the limits are on trial."""
        points, assured = self._points.get(key, {}), self._assured_by_group.get(key, {})
        rows = ((row["kpi"], row) for row in self._rows.get(key, ()))
        return {kpi: _charted(row, points.get(kpi, ()), assured.get(kpi)) for kpi, row in rows}

    def alarms(self, key: Key, shown: Collection[str]) -> Alarms | None:
        """How many signals there are among the KPIs `shown`, and how many chance alone would give."""
        charts = self._newest_by_group.get(key)
        if charts is None:
            return None
        counted = false_alarms(charts.filter(pl.col("kpi").is_in(list(shown))))
        return Alarms(counted["charts"][0], _exact(counted["expected"].sum()), int(counted["found"].sum()))

    def moved(self, key: Key, measure: str = "net") -> Moved | None:
        """Why a `measure` is another than last year; None unless the parts add up to the change that was judged."""
        return None if self.running else self._moves.moved(key, measure)

    def aimed(self, key: Key, measure: str = "net") -> Moved | None:
        """Why a `measure` is another than its target; None where no driver was planned."""
        return None if self.running else self._moves.aimed(key, measure)

    def story(
        self, key: Key, sales: Figure | None, moved: Moved | None, aimed: Moved | None, alarms: Alarms | None
    ) -> tuple[Sentence, ...]:
        """Result, reason and next step; none of it without net sales, and no advice where nothing can be judged."""
        if sales is None or sales.actual is None:
            return ()
        charted = next((row for row in self._rows.get(key, ()) if row["kpi"] == TOLD_BY), None)
        proposal = next(iter(self._proposals.get(key, ())), None)
        months = self._months.get(key, 0)
        outcome = Outcome(TOLD_BY, sales.actual, sales.target, sales.status, charted, months, self.running)
        signals = None if alarms is None else (alarms.found, alarms.charts)
        known = charted is not None and charted["basis"] != "trial"
        reasons = _reasons(moved, charted) if known else _largest(aimed)
        told = three_sentences(outcome, reasons, proposal, signals)
        return tuple(_in_decimals(sentence) for sentence in told)

    def proposals(self, key: Key) -> tuple[Proposal, ...]:
        """What to change, the largest effect first."""
        return tuple(_proposal(row) for row in self._proposals.get(key, ()))

    def followed(self, key: Key) -> tuple[Followed, ...]:
        """What had been agreed for the group, in the order of actions.csv."""
        return self._followed.get(key, ())

    # -- what is worked out once

    @cached_property
    def _facts(self) -> pl.DataFrame:
        newest = add_months(self.month, -1) if self.running else self.month
        return whole_months(self.lake.facts().filter(pl.col("month") <= newest), self.oldest, self.month)

    @cached_property
    def _signals(self) -> pl.DataFrame:
        """The newest month of every chart whose limits are no longer on trial."""
        return self._charts.filter(pl.col("month") == self.month, pl.col("basis") != "trial")

    @cached_property
    def _charts(self) -> pl.DataFrame:
        """Every chart up to the month; of growths their bases are charted."""
        settings = self.site.settings
        levels = [level for level in settings.review.levels if level not in UNEXPLAINED]
        whole = whole_openings(self._facts, self.site.stores, self.month)
        here = whole.filter(pl.col("level").is_in(levels))
        return charts(here, self.site.kpis, settings.organisation.country, causes_of(settings.cause))

    @cached_property
    def _months(self) -> Mapping[Key, int]:
        """How many comparable months of net sales are known."""
        rows = self._charts.filter(kpi=TOLD_BY).drop_nulls("points").sort("month")
        return {(level, group): points for level, group, points in rows.select("level", "group_id", "points").rows()}

    @cached_property
    def _points(self) -> Mapping[Key, Mapping[str, tuple[Point, ...]]]:
        """The charts that are drawn: those with a signal, and that of net sales."""
        drawn = self._signals.filter(pl.col("rule").is_not_null() | (pl.col("kpi") == TOLD_BY)).select(SERIES)
        since = add_months(self.month, 1 - CHARTED_MONTHS)
        known = self._charts.drop_nulls(["value", "expected", "lower", "upper"])
        rows = known.filter(pl.col("month") >= since).join(drawn, on=SERIES, how="semi")
        found: dict[Key, dict[str, tuple[Point, ...]]] = {}
        for (kpi, level, group), part in rows.partition_by(SERIES, as_dict=True, maintain_order=True).items():
            points = tuple(_point(row) for row in part.sort("month").iter_rows(named=True))
            found.setdefault((str(level), str(group)), {})[str(kpi)] = points
        return found

    @cached_property
    def _followed(self) -> Mapping[Key, tuple[Followed, ...]]:
        found: dict[Key, tuple[Followed, ...]] = {}
        for row in follow_up(self.site.actions, self._charts, last_day(self.month)).iter_rows(named=True):
            key = row["level"], row["group_id"]
            found[key] = (*found.get(key, ()), _follow(row))
        return found

    @cached_property
    def _newest_by_group(self) -> Mapping[Key, pl.DataFrame]:
        parts = self._signals.partition_by("level", "group_id", as_dict=True, maintain_order=True)
        return {(str(level), str(group)): part for (level, group), part in parts.items()}

    @cached_property
    def _rows(self) -> Mapping[Key, list[dict[str, Any]]]:
        return {key: part.rows(named=True) for key, part in self._newest_by_group.items()}

    @cached_property
    def _moves(self) -> Moves:
        return Moves(self.site, self.lake, self.month, self._facts, self.judged)

    @property
    def _others(self) -> list[pl.DataFrame]:
        """What proposals stand on beside figures: hours that lost staff, other stores, how much of the data came."""
        groups = self._signals.select("level", "group_id").unique().with_columns(hours_elasticity=self.elasticity)
        told = [self.short, groups, *(self._beyond(rule.kpi) for rule in shipped_rules() if rule.starts == "peers")]
        if self.covered is None:
            return told
        return [*told, completeness(self.covered, self._moves.members, self._facts, self.month)]

    def _beyond(self, kpi: str) -> pl.DataFrame:
        found = beyond_peers(self._facts, kpi, self.month)
        return found.select(
            "level", "group_id", *(pl.col(name).name.prefix(f"{kpi}_") for name in ("lately", "median"))
        )

    @cached_property
    def _assured(self) -> pl.DataFrame:
        """What the limits promise of each target of the month (signals.assurance)."""
        targets = self.judged.filter(month=self.month).select("kpi", "level", "group_id", "month", "target")
        better = [(kpi.id, kpi.better.value) for kpi in self.site.kpis.values()]
        known = pl.DataFrame(better, schema={"kpi": pl.String, "better": pl.String}, orient="row")
        return assurance(self._signals, targets, known)

    @cached_property
    def _assured_by_group(self) -> Mapping[Key, Mapping[str, str]]:
        found: dict[Key, dict[str, str]] = {}
        for level, group, kpi, told in self._assured.select("level", "group_id", "kpi", "assurance").iter_rows():
            found.setdefault((level, group), {})[kpi] = told
        return found

    @cached_property
    def _proposals(self) -> Mapping[Key, list[dict[str, Any]]]:
        if self.running:
            return {}
        wide = evidence(self._signals, self._assured, self._moves.drivers, self._others)
        found: dict[Key, list[dict[str, Any]]] = {}
        told = rolled_up(proposals(wide, last_day(self.month)), self._moves.members)
        for row in told.sort("rank").iter_rows(named=True):
            found.setdefault((row["level"], row["group_id"]), []).append(row)
        return found


def _reasons(moved: Moved | None, charted: Mapping[str, Any] | None) -> Mapping[str, Decimal]:
    """What moved it most; of a signal, if the change is to the same side."""
    if moved is None or charted is None:
        return {}
    rises = moved.after > moved.before
    if charted["side"] not in (None, "higher" if rises else "lower"):
        return {}
    return _largest(moved)


def _largest(moved: Moved | None) -> Mapping[str, Decimal]:
    """The largest gain and the largest loss, each if it is sure and worth telling; a plan's own gap is no driver."""
    parts = () if moved is None else [part for part in _baskets(moved.parts) if part.driver != BEYOND]
    sides = [[part for part in parts if part.amount * sign > 0] for sign in (1, -1)]
    largest = [max(side, key=lambda part: abs(part.amount)) for side in sides if side]
    least = WORTH_TELLING * max((abs(part.amount) for part in largest), default=Decimal(0))
    return {part.driver: part.amount for part in largest if part.coverage >= SURE and abs(part.amount) >= least}


def _baskets(parts: Sequence[Part]) -> list[Part]:
    """Units and mix that offset each other are one thing: cheap products beside dear ones, or instead of them."""
    units, mix = (next((p for p in parts if p.driver == name), None) for name in ("units_per_transaction", "mix"))
    if units is None or mix is None or units.amount * mix.amount >= 0:
        return list(parts)
    basket = Part("basket", units.amount + mix.amount, min(units.coverage, mix.coverage))
    return [*(part for part in parts if part not in (units, mix)), basket]


def _charted(row: Mapping[str, Any], points: tuple[Point, ...], assured: str | None) -> Charted:
    return Charted(row["rule"], row["side"], _exact(row["lower"]), _exact(row["upper"]), points, assured)


def _point(row: Mapping[str, Any]) -> Point:
    known = {name: _exact(row[name]) for name in ("value", "expected", "lower", "upper")}
    return Point(month=row["month"], rule=row["rule"], side=row["side"], **known)


def _follow(row: Mapping[str, Any]) -> Followed:
    before, after = (None if row[name] is None else _exact(row[name]) for name in ("before", "after"))
    plain = {name: row[name] for name in ("id", "kpi", "what", "owner", "due", "done", "state", "verdict", "side")}
    return Followed(**plain, before=before, after=after)


def _proposal(row: Mapping[str, Any]) -> Proposal:
    effect = None if row["effect"] is None else _exact(row["effect"])
    known = {name: _exact(value) for name, value in figures(row).items()}
    return Proposal(row["id"], row["rule"], row["kpi"], row["owner"], row["due"], effect, known, row["of"])


def _in_decimals(told: Sentence) -> Sentence:
    inner = None if told.inner is None else _in_decimals(told.inner)
    return replace(told, values={name: _exact(value) for name, value in told.values.items()}, inner=inner)


def _exact(value: Decimal | float) -> Decimal:
    return Decimal(str(round(value, 8)))
