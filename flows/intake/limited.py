"""Workbooks are read in a throw-away process: one that is made to exhaust its reader ends that process, not the night.

What the process does is `flows.intake.limited_child`; it hands the sheets over as files.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from flows.intake.limited_child import PARTS, REFUSED
from transforms.exports import Part
from transforms.problem import BadExport

_BOOT: Final = """
import os, sys
sys.path[:] = sys.argv[1].split(os.pathsep)
from flows.intake.limited_child import child
child(sys.argv[2:])
"""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one workbook may cost. A million rows of ten columns take 12 CPU seconds and 1 GB."""

    memory: int = 3 << 30  # bytes of address space
    cpu_seconds: int = 180
    wall_seconds: int = 600


def limited_sheets(content: bytes, name: str, limits: Limits = Limits()) -> Sequence[Part]:
    """The sheets of a workbook, as `sheets` reads them, in a process of its own.

    Raises BadExport for one that is damaged, or needs more than `limits`.
    """
    with tempfile.TemporaryDirectory(prefix="kpi-workbook-") as folder:
        (Path(folder) / "workbook").write_bytes(content)
        _run(Path(folder), name, limits)
        listed = json.loads((Path(folder) / PARTS).read_text(encoding="utf-8"))
        return [_part(entry, (Path(folder) / f"{at}").read_bytes()) for at, entry in enumerate(listed)]


def _run(folder: Path, name: str, limits: Limits) -> None:
    allowed = [str(limits.memory), str(limits.cpu_seconds)]
    command = [sys.executable, "-c", _BOOT, os.pathsep.join(sys.path), str(folder), name, *allowed]
    # One thread: each would reserve address space of its own.
    environment = {**os.environ, "POLARS_MAX_THREADS": "1"}
    try:
        done = subprocess.run(command, env=environment, timeout=limits.wall_seconds, capture_output=True, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise BadExport(_too_much(name, f"{limits.wall_seconds} seconds")) from None
    if done.returncode == REFUSED:
        raise BadExport(done.stdout.decode())
    if done.returncode:
        out_of_time = done.returncode in {-signal.SIGXCPU, -signal.SIGKILL}
        spent = f"{limits.cpu_seconds} seconds" if out_of_time else f"{limits.memory >> 20} MB of memory"
        raise BadExport(_too_much(name, spent))


def _too_much(name: str, spent: str) -> str:
    return (
        f"{name} cannot be read within {spent}: it is damaged, made to do harm, or far too large (cells that are "
        f"filled far below or beside the table count as well); delete what is around the table, or save it as CSV."
    )


def _part(entry: dict[str, str | bool | None], content: bytes) -> Part:
    serials_from = date.fromisoformat(str(entry["serials_from"])) if entry["serials_from"] else None
    return Part(**{**entry, "content": content, "serials_from": serials_from})  # type: ignore[arg-type]
