"""One run at a time per site. The kernel frees the lock when a process dies, however it dies."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from transforms.problem import Problem


class Busy(Problem):
    """Another run works on the same site."""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the site's lock.

    Raises:
        Busy: another process holds it.

    """
    with (folder / ".lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"Another run works on {folder}; wait until it has ended and start this one again.") from None
        yield
