"""A restatement that is killed between its files and the ledger."""

import json
import os
import signal
import subprocess
import sys
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


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return issued_site(tmp_path_factory)


@pytest.fixture
def site(once: Path, tmp_path: Path) -> Path:
    return copy_of(once, tmp_path)


KILLED = """
import os, signal, sys
from pathlib import Path
from flows.months.editions import Editions
from flows.months.pins import Pins
from tests.flows.issued import printed
where, count, site = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
room, name = {"pins": (Pins, "_note"), "editions": (Editions, "issue")}[where]
kept = getattr(room, name)
def note(self, *args):
    global count
    count -= 1
    if count < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return kept(self, *args)
setattr(room, name, note)
printed(site, 20, restate=True)
"""


@pytest.mark.parametrize(("where", "count"), [("pins", 2), ("editions", 0), ("editions", 2)])
def test_a_restatement_killed_between_files_and_ledger_is_finished_by_the_next(
    site: Path, where: str, count: int
) -> None:
    night(site, 10)
    before = documents(site)
    late(site)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    dead = subprocess.run(
        [sys.executable, "-c", KILLED, where, str(count), str(site)], env=environment, capture_output=True, check=False
    )
    assert dead.returncode == -signal.SIGKILL, dead.stderr
    printed(site, 21, restate=True)
    after = documents(site)
    assert {name: after[name] for name in before} == before
    assert len(after) == len(before) + len(TOUCHED)
    assert revisions(site, 22, restate=True) == RESTATED
    manifest = json.loads((site / "reviews/2026-10/manifest.json").read_text())
    assert sum(len(review["documents"]) for review in manifest["reviews"]) == len(after)
