"""One run at a time per site. The kernel frees the lock when a process dies, however it dies."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from pathlib import Path
from typing import Final, TextIO

from transforms.problem import Problem

AT_ONCE: Final = timedelta(0)
_LOCK, _SERVED = ".lock", ".serve.lock"
_BETWEEN_LOOKS = 0.5
# Folders whose lock is held for everything within, so that nothing comes between a look and a deed.
_MINE: ContextVar[frozenset[Path]] = ContextVar("_MINE", default=frozenset())


class Busy(Problem):
    """Another run works on the same site."""


@contextmanager
def alone(folder: Path, wait: timedelta = AT_ONCE, *, for_all_within: bool = False) -> Iterator[None]:
    """Hold the site's lock; if held `for_all_within`, what takes it inside the block has it already.

    Raises:
        Busy: another process holds it, and has not let go within `wait`.

    """
    place = folder.resolve()
    if place in _MINE.get():
        yield
        return
    waited = f" (waited {wait.total_seconds() / 60:.0f} minutes)" if wait else ""
    with (folder / _LOCK).open("a") as file:
        if not _locked(file, wait):
            raise Busy(f"Another run works on {folder}{waited}; wait until it has ended and start this one again.")
        token = _MINE.set(_MINE.get() | ({place} if for_all_within else set()))
        try:
            yield
        finally:
            _MINE.reset(token)


@contextmanager
def served(folder: Path) -> Iterator[None]:
    """Be the one who serves the site.

    Raises:
        Busy: another process serves it.

    """
    with (folder / _SERVED).open("a") as file:
        if not _locked(file, AT_ONCE):
            raise Busy(f"'kpi serve' keeps {folder} running already; stop that one first.")
        yield


def is_held(folder: Path) -> bool:
    """Whether a run works on the site just now."""
    return _is_locked(folder / _LOCK)


def is_served(folder: Path) -> bool:
    """Whether `kpi serve` keeps the site running."""
    return _is_locked(folder / _SERVED)


def _is_locked(path: Path) -> bool:
    if not path.exists():
        return False
    with path.open("a") as file:
        return not _locked(file, AT_ONCE)


def _locked(file: TextIO, wait: timedelta) -> bool:
    end = time.monotonic() + wait.total_seconds()
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                return False
            time.sleep(_BETWEEN_LOOKS)
        else:
            return True
