"""The steps of a run are written once; who runs them decides what surrounds them."""

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Do(Protocol):
    """Run one named step. Steps take no parameters, so nothing of the site reaches a scheduler's database."""

    def __call__(self, name: str, step: Callable[[], T], /) -> T:
        """Run it."""


def plainly(name: str, step: Callable[[], T], /) -> T:
    """Run a step as it is: from the command line, without a scheduler."""
    del name
    return step()
