"""The press: reviews to files in warm worker processes, one a core; who fails or hangs does not stop the others."""

import multiprocessing
import os
import resource
import signal
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Final

from reports.formats import render
from reports.review import Review

# A worker takes a second to warm up, about what two PDFs take (the other formats cost a twentieth of one): fewer are
# printed where they are.
_WORTH_A_WORKER: Final = 4
_PER_WORKER: Final = 200
# Stores' reviews leave a worker at 170 MB. One that held more, for a chain of a thousand stores, gives way to another.
_MEGABYTES: Final = 240
# A review takes seconds of CPU; what takes so many has met a page that cannot be laid out. On a machine that does other
# things besides, they take longer: only then is a review late that takes no more of them.
SECONDS: Final = 120.0
_STARVED: Final = 10

Job = tuple[Review, str, str]


@dataclass(frozen=True, slots=True)
class Printed:
    """One review in one language and format (reports.formats): its file, or why there is none."""

    review: Review
    language: str
    form: str
    content: bytes | None
    fault: str | None = None


def printed(jobs: Sequence[Job], workers: int | None = None, *, seconds: float = SECONDS) -> Iterator[Printed]:
    """Print (review, language, format) jobs, in the order in which they are done.

    With workers, one that takes more than `seconds` of CPU, or ten times as long, is given up: its worker ends and
    another takes its place.
    """
    if workers is None and sum(form == "pdf" for _, _, form in jobs) < _WORTH_A_WORKER:
        yield from (_attempt(*job) for job in jobs)
        return
    count = min(workers or os.cpu_count() or 1, len(jobs))
    # A process that is stopped leaves behind what it put aside, such as the fonts of its press.
    with tempfile.TemporaryDirectory(prefix="kpi-press-") as aside:
        left, presses = deque(jobs), [_Worker(seconds, aside) for _ in range(count)]
        try:
            while busy := [press for press in presses if press.given(left)]:
                ready = wait([press.answers for press in busy], timeout=_soonest(busy))
                yield from (done for press in busy if (done := press.done(ready)))
        finally:
            for press in presses:
                press.stop()


@dataclass(slots=True)
class _Worker:
    """A place at the press: one process at a time, and the job it is at."""

    seconds: float
    aside: str  # the folder for what it puts aside
    process: multiprocessing.process.BaseProcess | None = None
    answers: Connection = field(init=False)
    job: Job | None = None
    late: float = 0.0  # when the job is
    count: int = 0

    def given(self, left: deque[Job]) -> bool:
        """Take the next job if there is none at hand; whether there is one now."""
        if self.job is None and left:
            if self.process is None:
                self._start()
            self.job, self.count = left.popleft(), self.count + 1
            self.late = time.monotonic() + _STARVED * self.seconds
            with suppress(ConnectionError):  # a process that has ended gives no answer either, which is then told
                self.answers.send(self.job)
        return self.job is not None

    def done(self, ready: Sequence[object]) -> Printed | None:
        """What became of the job, if it came to an end."""
        if self.job is None:
            return None
        if self.answers in ready:
            return self._answered(self.job)
        late = time.monotonic() > self.late
        return self._given_up(self.job, _stopped(_STARVED * self.seconds)) if late else None

    def stop(self) -> None:
        """End the process, at whatever it is."""
        if self.process is not None:
            self.process.kill()
            self.process.join()
            self.answers.close()
        self.process, self.count = None, 0

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.answers, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs, self.seconds, self.aside), daemon=True)
        self.process.start()
        theirs.close()

    def _answered(self, job: Job) -> Printed:
        try:
            content, fault, held = self.answers.recv()
        except (EOFError, ConnectionError):
            return self._given_up(job, self._end())
        self.job = None
        if self.count >= _PER_WORKER or held > _MEGABYTES:
            self.stop()
        return Printed(*job, content, fault)

    def _end(self) -> str:
        """Why the process is no more."""
        if self.process is not None:
            self.process.join()
            if self.process.exitcode == -signal.SIGPROF:
                return _stopped(self.seconds, " of CPU")
        return "ended the process that printed it"

    def _given_up(self, job: Job, fault: str) -> Printed:
        self.stop()
        self.job = None
        return Printed(*job, None, fault)


def _stopped(seconds: float, kind: str = "") -> str:
    return f"took more than {seconds:g} seconds{kind} and was stopped"


def _soonest(busy: Sequence[_Worker]) -> float:
    return max(0.0, min(worker.late for worker in busy) - time.monotonic())


def _work(jobs: Connection, seconds: float, aside: str) -> None:
    """Each job is given its seconds of CPU, after which the system ends the process."""
    tempfile.tempdir = aside
    while True:
        try:
            job: Job = jobs.recv()
        except (EOFError, KeyboardInterrupt):
            return
        signal.setitimer(signal.ITIMER_PROF, seconds)
        done = _attempt(*job)
        signal.setitimer(signal.ITIMER_PROF, 0)
        jobs.send((done.content, done.fault, _held()))


def _held() -> int:
    """The most memory this process has held, in MB.

    On Linux getrusage counts what the process that started this one held as well.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        return next(int(line.split()[1]) for line in status.open() if line.startswith("VmHWM")) >> 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> (20 if sys.platform == "darwin" else 10)


def _attempt(review: Review, language: str, form: str) -> Printed:
    try:
        return Printed(review, language, form, render(review, language, form, issued_at=review.data_until))
    except Exception as fault:  # noqa: BLE001 - whatever it is, the other reviews come out
        return Printed(review, language, form, None, repr(fault))
