"""Work that dies without any warning in the middle of it, in a process of its own."""

import importlib
import multiprocessing
import os
import signal
from collections.abc import Callable
from typing import NamedTuple

# What every such process would import for itself, once for all of them.
LOADED = ("flows.nightly", "flows.review", "flows.post.delivery")


class Moment(NamedTuple):
    """Before or after (`when`) the `nth` call of a function of a module, or of a class of one (`module:Class`)."""

    owner: str
    name: str
    nth: int
    when: str


def killed(moment: Moment, work: Callable[..., object], *given: object) -> None:
    """Do `work` until the power goes."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(LOADED))
    process = context.Process(target=_until, args=(moment, work, given))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL


def _until(moment: Moment, work: Callable[..., object], given: tuple[object, ...]) -> None:
    module, _, cls = moment.owner.partition(":")
    place = importlib.import_module(module)
    place = getattr(place, cls) if cls else place
    original, calls = getattr(place, moment.name), 0

    def fatal(*args: object, **kwargs: object) -> object:
        nonlocal calls
        calls += 1
        if calls == moment.nth and moment.when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*args, **kwargs)
        if calls == moment.nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(place, moment.name, fatal)
    work(*given)
