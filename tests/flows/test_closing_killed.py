"""A restatement that is killed between its files and the ledger."""

import json
from pathlib import Path

import pytest

from tests.flows.issued import (
    TOUCHED,
    copy_of,
    documents,
    issued_site,
    late,
    night,
    printed,
    revisions,
)
from tests.flows.test_closing import RESTATED
from tests.killed import Moment, killed


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return issued_site(tmp_path_factory)


@pytest.fixture
def site(once: Path, tmp_path: Path) -> Path:
    return copy_of(once, tmp_path)


def restated(site: Path) -> None:
    printed(site, 20, restate=True)


@pytest.mark.parametrize(
    ("owner", "name", "nth"),
    [
        ("flows.months.pins:Pins", "_note", 3),
        ("flows.months.editions:Editions", "issue", 1),
        ("flows.months.editions:Editions", "issue", 3),
    ],
)
def test_a_restatement_killed_between_files_and_ledger_is_finished_by_the_next(
    site: Path, owner: str, name: str, nth: int
) -> None:
    night(site, 10)
    before = documents(site)
    late(site)
    killed(Moment(owner, name, nth, "before"), restated, site)
    printed(site, 21, restate=True)
    after = documents(site)
    assert {name: after[name] for name in before} == before
    assert len(after) == len(before) + len(TOUCHED)
    assert revisions(site, 22, restate=True) == RESTATED
    manifest = json.loads((site / "reviews/2026-10/manifest.json").read_text())
    assert sum(len(review["documents"]) for review in manifest["reviews"]) == len(after)
