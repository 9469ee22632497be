"""The process that reads one workbook under limits: it imports what reads workbooks, and nothing else."""

import gc
import json
import resource
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Final

from transforms.problem import BadExport

REFUSED: Final = 3
PARTS: Final = "parts.json"
_ROOM: Final = "transforms.exports"


def child(arguments: Sequence[str]) -> None:
    """Read the workbook in a folder; this is what the process does."""
    folder, name, memory, cpu_seconds = Path(arguments[0]), arguments[1], int(arguments[2]), int(arguments[3])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.disable()  # cells refer to nothing, but to look through millions of them again and again takes its time
    _without_front_door()
    from transforms.exports.workbook import sheets  # noqa: PLC0415 - under the limits, and without the front door

    try:
        found = sheets((folder / "workbook").read_bytes(), name)
    except BadExport as problem:
        sys.stdout.write(str(problem))
        sys.stdout.flush()
        sys.exit(REFUSED)
    for number, part in enumerate(found):
        (folder / f"{number}").write_bytes(part.content)
    told = [asdict(replace(part, content=b"")) for part in found]
    (folder / PARTS).write_text(json.dumps(told, default=_as_text), encoding="utf-8")


def _without_front_door() -> None:
    """The room's own `__init__` imports all that reads rows: more CPU than a workbook of ten thousand of them takes."""
    spec = find_spec(_ROOM)
    room = ModuleType(_ROOM)
    room.__path__ = list((spec and spec.submodule_search_locations) or ())
    sys.modules[_ROOM] = room


def _as_text(value: object) -> str:
    return "" if isinstance(value, bytes) else str(value)
