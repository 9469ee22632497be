"""The inbox: take what is whole, keep it as it was delivered, leave what is still being written."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from flows.disk import copy_hashed, sha256_of, whole_file
from flows.ledger import LOADED, REFUSED, FileEntry, Ledger
from flows.site import Site

FOLDERS: Final = ("sales", "attendance", "ratings")
_UNFINISHED: Final = (".part", ".partial", ".tmp", ".crdownload", ".download", ".filepart")
_NOT_EXPORTS: Final = ("~$", ".")


@dataclass(slots=True)
class Taken:
    """What a look into the inbox found; every file of the inbox is in one of these."""

    claimed: list[tuple[str, FileEntry]] = field(default_factory=list)
    again: list[tuple[str, FileEntry]] = field(default_factory=list)  # delivered before, byte by byte
    writing: list[str] = field(default_factory=list)
    stray: list[str] = field(default_factory=list)


def take(site: Site, ledger: Ledger, *, now: datetime) -> Taken:
    """Claim every whole file of the inbox, oldest first, and copy it to the archive.

    A file stays in the inbox until it is loaded or refused, so a run that is killed loses nothing.
    """
    taken = Taken()
    files = list(_files(site, taken))
    settled = _settled(files, site.settings.inbox.settle_seconds)
    for path in files:
        if path in settled:
            _claim(site, ledger, path, taken, now)
        else:
            taken.writing.append(_name(site, path))
    return taken


def clear(site: Site, taken: Taken, ledger: Ledger) -> None:
    """Remove from the inbox what is safely archived and loaded or refused."""
    for name, entry in taken.claimed + taken.again:
        path = site.inbox / name
        ended = ledger.file(entry.file_id).state in (LOADED, REFUSED)
        if ended and path.is_file() and sha256_of(path) == entry.file_id:
            path.unlink()


def _files(site: Site, taken: Taken) -> Iterator[Path]:
    for folder in FOLDERS:
        (site.inbox / folder).mkdir(parents=True, exist_ok=True)
    taken.stray.extend(_name(site, p) for p in sorted(site.inbox.iterdir()) if p.name not in FOLDERS and _is_export(p))
    found = [p for folder in FOLDERS for p in (site.inbox / folder).rglob("*") if p.is_file() and _is_export(p)]
    yield from sorted(found, key=lambda p: (p.stat().st_mtime_ns, _name(site, p)))


def _is_export(path: Path) -> bool:
    return not path.name.startswith(_NOT_EXPORTS)


def _settled(files: list[Path], seconds: float) -> set[Path]:
    """The files whose size and time are at rest: for long already, or while we watch the young ones together."""
    whole = [p for p in files if not p.name.lower().endswith(_UNFINISHED)]
    old = {p for p in whole if time.time() - p.stat().st_mtime >= seconds >= 0}
    young = {p: _state(p) for p in whole if p not in old}
    if young:
        time.sleep(seconds)
    return old | {p for p, state in young.items() if _state(p) == state}


def _state(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return stat.st_size, stat.st_mtime_ns


def _claim(site: Site, ledger: Ledger, path: Path, taken: Taken, now: datetime) -> None:
    before, name = _state(path), _name(site, path)
    passing = site.archive / f".{now:%Y%m%dT%H%M%S}-{path.name}"
    with whole_file(passing) as target:
        file_id, size = copy_hashed(path, target)
    if _state(path) != before:
        passing.unlink()
        taken.writing.append(name)
        return
    archived = site.archive / f"{now:%Y-%m}" / f"{file_id[:12]}-{path.name}"
    archived.parent.mkdir(parents=True, exist_ok=True)
    passing.replace(archived)
    entry = ledger.claim(
        file_id,
        name=name,
        folder=name.split("/")[0],
        size=size,
        archived=str(archived.relative_to(site.folder)),
        at=now,
    )
    twice = entry.file_id in {claimed.file_id for _, claimed in taken.claimed}
    (taken.again if twice or entry.state == LOADED else taken.claimed).append((name, entry))


def _name(site: Site, path: Path) -> str:
    return path.relative_to(site.inbox).as_posix()
