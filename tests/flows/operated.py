"""A site whose operators are written to."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import TypeVar

from flows.console import PlainTeller
from flows.running.watch import Watch, watched

T = TypeVar("T")
TWO = 'addresses = ["it@example.com", "owner@example.com"]'


def operated(folder: Path, table: str = TWO) -> Path:
    toml = folder / "kpi.toml"
    toml.write_text(f"{toml.read_text('utf-8')}[operators]\n{table}\n", encoding="utf-8")
    return folder


def watch_of(folder: Path, out: StringIO | None = None) -> Watch:
    return watched(folder, PlainTeller(out or StringIO()))


def broken(name: str, step: Callable[[], T], /) -> T:
    """A step that meets an error of ours."""
    raise ZeroDivisionError(name, step)
