"""Run contenders one after another, each in a process of its own, and compare CPU seconds and peak memory as ratios."""

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection

_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one contender took."""

    cpu_seconds: float
    wall_seconds: float
    peak_megabytes: float
    answer: object


def cost_of(work: Callable[[], object]) -> Cost:
    """Run `work` in a fresh process; imports count for nobody, as `work` does them before it is timed."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(work, there))
    process.start()
    there.close()  # so that a contender that fails ends the contest
    cost: Cost = here.recv()
    process.join()
    return cost


def _run(work: Callable[[], object], pipe: Connection) -> None:
    ready = work()
    task = ready if callable(ready) else work
    began, cpu = time.perf_counter(), _cpu()
    answer = task()
    cost = Cost(
        _cpu() - cpu,
        time.perf_counter() - began,
        max(resource.getrusage(who).ru_maxrss for who in _WHO) / 1024,
        answer,
    )
    pipe.send(cost)


def _cpu() -> float:
    return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, _WHO))


def contest(title: str, contenders: Mapping[str, Callable[[], object]]) -> dict[str, Cost]:
    """Print one table; ratios are to the first contender."""
    sys.stdout.write(f"\n{title}\n{'':34}{'CPU s':>9}{'ratio':>8}{'wall s':>9}{'peak MB':>10}{'ratio':>8}\n")
    costs: dict[str, Cost] = {}
    for name, work in contenders.items():
        costs[name] = cost = cost_of(work)
        first = next(iter(costs.values()))
        sys.stdout.write(
            f"{name:34}{cost.cpu_seconds:9.2f}{cost.cpu_seconds / first.cpu_seconds:8.2f}{cost.wall_seconds:9.2f}"
            f"{cost.peak_megabytes:10.0f}{cost.peak_megabytes / first.peak_megabytes:8.2f}\n"
        )
        sys.stdout.flush()
    return costs
