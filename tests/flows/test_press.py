"""The press: what hangs or ends its process is told, and the other reviews come out."""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from flows.months.press import Printed, printed
from reports.review import Review
from tests.reports import reviews

Run = tuple[list[Printed], set[int | None]]


def titled(name: str) -> Review:
    """A review that is quick to print."""
    plain = reviews.renamed(reviews.store(), name)
    return replace(plain, figures=plain.figures[:1], members=(), people=())


def endless() -> Review:
    """A store with so many people in its tables that the page takes minutes."""
    crowd = reviews.store(people=200).people * 40
    return replace(reviews.store(), members=crowd)


def fault(done: list[Printed], name: str) -> str | None:
    return next(each.fault for each in done if each.review.group.name["vi"] == name)


def test_a_review_that_hangs_is_stopped_and_the_others_come_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging = reviews.renamed(endless(), "hangs")
    jobs = [(titled("a"), "vi", "html"), (hanging, "vi", "pdf"), (titled("b"), "vi", "pdf")]
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    done = list(printed(jobs, workers=1, seconds=3))
    assert fault(done, "hangs") == "took more than 3 seconds of CPU and was stopped"
    assert sorted(p.review.group.name["vi"] for p in done if p.content) == ["a", "b"]
    assert not list(tmp_path.iterdir()), "what the press put aside"


def test_a_process_that_prints_leaves_nothing_behind(tmp_path: Path) -> None:
    lines = "from reports.press import press; press().laid('<html xmlns=\"http://www.w3.org/1999/xhtml\">a</html>')"
    subprocess.run([sys.executable, "-c", lines], env={**os.environ, "TMPDIR": str(tmp_path)}, check=True)
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def run() -> Run:
    """What one worker made of three jobs, printed for a process that holds much, and the processes it took."""
    held = bytearray(b"\x01") * (300 << 20)
    jobs = [(titled("a"), "vi", "xlsx"), (titled("b"), "xx", "pdf"), (titled("c"), "en", "html")]
    done, took = [], set()
    for each in printed(jobs, workers=1):
        done.append(each)
        took |= {worker.pid for worker in multiprocessing.active_children()}
    assert len(held)
    return done, took


def test_a_review_that_fails_is_told_and_the_others_come_out(run: Run) -> None:
    done, _ = run
    assert [(p.form, p.content is None) for p in done] == [("xlsx", False), ("pdf", True), ("html", False)]
    assert "xx" in str(done[1].fault)


def test_a_worker_stays_however_much_the_process_holds_that_began_it(
    run: Run,
) -> None:
    assert len(run[1]) == 1
