"""What a person at a terminal sees: progress while it lasts, plain lines where there is no terminal."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import Protocol, TextIO, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

T = TypeVar("T")
_EVERY_SECONDS = 10.0


class Teller(Protocol):
    """Somebody who tells how the work goes."""

    def say(self, line: str) -> None:
        """Tell one line."""

    def track(self, items: Iterable[T], title: str, total: int) -> Iterator[T]:
        """Pass the items on, telling how many are done."""


class PlainTeller:
    """Lines for logs: one when a step begins, one at most every ten seconds, one when it is done."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def say(self, line: str) -> None:
        """Write one line."""
        self._out.write(f"{line}\n")
        self._out.flush()

    def track(self, items: Iterable[T], title: str, total: int) -> Iterator[T]:
        """Pass the items on."""
        began = told = time.monotonic()
        for done, item in enumerate(items):
            if time.monotonic() - told > _EVERY_SECONDS:
                told = time.monotonic()
                left = f", about {(told - began) / done * (total - done):.0f} s left" if done else ""
                self.say(f"{title}: {done} of {total}{left}")
            yield item
        if total:
            self.say(f"{title}: {total} of {total}")


class RichTeller:
    """A progress bar with an estimate of the time that remains."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def say(self, line: str) -> None:
        """Print one line as it is."""
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)

    def track(self, items: Iterable[T], title: str, total: int) -> Iterator[T]:
        """Pass the items on."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=self._console) as progress:
            yield from progress.track(items, total=total, description=title)


def teller() -> Teller:
    """The teller that suits where the output goes."""
    out = sys.stdout
    return RichTeller(Console(file=out)) if out.isatty() else PlainTeller(out)
