"""The planted stories of many sample chains are proposed for, and hardly anything else is."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import polars as pl
import pytest

from flows.lake import Lake
from flows.months.explain import Explained
from flows.months.staff import MONTHS, Staff
from flows.sample import Scale
from tests.explain.sampled import Sampled, sampled
from transforms.calendar import last_months
from transforms.groups import groups, positions
from transforms.kpis.judge import judge

# Each takes some five seconds: the suite takes five, KPI_SEEDS=24 all that the figures below were measured on.
SEEDS: Final = range(1, 1 + int(os.environ.get("KPI_SEEDS", "5")))
# Store and rule -> the story that is its reason (flows/sample/stories.py).
PLANTED: Final = {
    ("S001", "fill_short_hours"): "evening_understaffed",
    ("S001", "win_back_receipts"): "evening_understaffed",
    ("S002", "limit_discounts"): "discount_growth",
    ("S002", "mend_margin"): "discount_growth",
    ("S003", "start_on_time"): "often_late",
    ("S003", "change_the_roster"): "often_late",
}
# Over 24 chains: precision 0.96 (69 of 72 proposals); recall 0.96, 1.00 and 0.92, in the order below.
PRECISION: Final = 0.9
RECALL: Final = {"evening_understaffed": 0.85, "discount_growth": 0.95, "often_late": 0.75}
Told = set[tuple[str, str]]


def proposed(chain: Sampled, folder: Path) -> Iterator[tuple[str, str]]:
    """Store and rule of each proposal of the last month."""
    lake, site, month = Lake(folder), chain.site, chain.month
    months = last_months(month, 13)
    # Staff looks at three months, the days around them and the same three a year ago; drivers at the last of these.
    read = [*last_months(months[0], MONTHS), *months[-(MONTHS + 1) :]]
    for name, rows in {"sales": chain.sales, "clockings": chain.clockings, "roster": chain.roster}.items():
        some = rows.filter(pl.col("business_date").dt.truncate("1mo").is_in(read))
        numbered = some.with_columns(file_id=pl.lit(name), row_no=pl.int_range(pl.len()))
        lake.commit(name, lake.restate(name, numbered), name)
    lake.replace_facts(chain.facts, sorted(chain.facts["month"].unique()))
    judged = judge(
        lake.facts(),
        site.kpis,
        targets=site.targets,
        scorecards=site.scorecards,
        groups=groups(site.stores, site.people, site.settings.organisation.id, month),
        positions=positions(site.people, months),
        months=months,
    )
    explained = Explained(site, lake, month, judged, Staff(site, lake, month).shortest())
    for store in site.stores["store_id"].unique():
        yield from ((store, proposal.rule) for proposal in explained.proposals(("store", store)))


@pytest.fixture(scope="module")
def told() -> list[Told]:
    """What is proposed in each chain."""
    found = []
    for seed in SEEDS:
        with TemporaryDirectory() as folder:
            found.append(set(proposed(sampled(Scale(seed=seed)), Path(folder))))
    return found


def test_what_is_proposed_is_what_was_planted(told: list[Told]) -> None:
    """Precision: of all proposals, those with a planted reason. Recall: of all stories, those proposed for."""
    right = sum(pair in PLANTED for chain in told for pair in chain)
    every = sum(len(chain) for chain in told)
    stories = Counter(story for chain in told for story in {PLANTED[pair] for pair in chain if pair in PLANTED})
    wrong = Counter(pair for chain in told for pair in chain if pair not in PLANTED)
    print(f"\nprecision {right / every:.2f} ({right} of {every}); without a reason: {dict(wrong)}")  # noqa: T201
    print({story: f"recall {count / len(told):.2f}" for story, count in stories.items()})  # noqa: T201
    assert right / every >= PRECISION
    assert [story for story, least in RECALL.items() if stories[story] < least * len(told)] == []


def test_a_new_store_is_not_judged(told: list[Told]) -> None:
    assert not {pair for chain in told for pair in chain if pair[0] == "S005"}
