"""The press: reviews to PDF in warm worker processes, one per core; one that fails does not stop the others."""

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Final

from reports.review import Review

# A worker takes a second to warm up, about what two reviews take: fewer are printed where they are.
_WORTH_A_WORKER: Final = 4
_PER_WORKER: Final = 200


@dataclass(frozen=True, slots=True)
class Printed:
    """One review in one language: its PDF, or why there is none."""

    review: Review
    language: str
    pdf: bytes | None
    fault: str | None = None


def printed(jobs: Sequence[tuple[Review, str]], workers: int | None = None) -> Iterator[Printed]:
    """Print (review, language) pairs, in the order in which they are done."""
    if len(jobs) < _WORTH_A_WORKER:
        yield from (_attempt(*job) for job in jobs)
        return
    count = min(workers or os.cpu_count() or 1, len(jobs))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=context, max_tasks_per_child=_PER_WORKER) as pool:
        waiting: dict[Future[Printed], tuple[Review, str]] = {pool.submit(_attempt, *job): job for job in jobs}
        for done in as_completed(waiting):
            fault = done.exception()
            yield Printed(*waiting[done], None, repr(fault)) if fault else done.result()


def _attempt(review: Review, language: str) -> Printed:
    from reports.pdf import render  # noqa: PLC0415 - only those who print pay for WeasyPrint

    try:
        return Printed(review, language, render(review, language, issued_at=review.data_until))
    except Exception as fault:  # noqa: BLE001 - whatever it is, the other reviews come out
        return Printed(review, language, None, repr(fault))
