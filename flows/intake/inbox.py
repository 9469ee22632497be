"""The inbox: take what is whole, keep it as it was delivered, leave what is still being written."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from flows.disk import sync, whole_file, write_hashed
from flows.intake.portions import portions
from flows.ledger import LOADED, REFUSED, FileEntry, Ledger
from flows.site import Site
from transforms.problem import BadSite

FOLDERS: Final = ("sales", "attendance", "ratings")
_UNFINISHED: Final = (".part", ".partial", ".tmp", ".crdownload", ".download", ".filepart")
_NOT_EXPORTS: Final = ("~$", ".")
_LONGEST_NAME: Final = 160  # bytes; the quarantine adds to it


@dataclass(frozen=True, slots=True)
class Delivered:
    """A file of the inbox as it was when it was copied, and the entries of what was made of it."""

    path: Path
    state: tuple[int, int] | None
    entries: Sequence[FileEntry]


@dataclass(slots=True)
class Taken:
    """What a look into the inbox found; every file of the inbox is in one of these."""

    claimed: list[tuple[str, FileEntry]] = field(default_factory=list)
    delivered: list[Delivered] = field(default_factory=list)  # what is claimed or was delivered again
    again: list[tuple[str, FileEntry]] = field(default_factory=list)  # delivered before, byte by byte
    overtaken: list[str] = field(default_factory=list)  # sentences on those of them of which rows count no more
    writing: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)  # sentences: they stay in the inbox
    stray: list[str] = field(default_factory=list)


def take(site: Site, ledger: Ledger, *, now: datetime) -> Taken:
    """Claim every whole file of the inbox, oldest first, and copy it to the archive.

    A file stays in the inbox until it is loaded or refused, so a run that is killed loses nothing.
    """
    taken = Taken()
    files = list(_files(site, taken))
    settled = _settled(files, site.settings.inbox.settle_seconds)
    for path in files:
        if path not in settled:
            taken.writing.append(_name(site, path))
            continue
        try:
            _claim(site, ledger, path, taken, now)
        except OSError as fault:
            taken.unreadable.append(f"{_name(site, path)} cannot be taken: {fault.strerror}; see its rights and name.")
    taken.overtaken.extend(_overtaken(ledger, taken))
    return taken


def _overtaken(ledger: Ledger, taken: Taken) -> Iterator[str]:
    """Sentences on files that were delivered again after their correction, which was not.

    Old files come again by mistake, when a folder is copied anew, and nobody would see that a correction was undone: so
    it stands until somebody exports what is to count.
    """
    here = {entry.file_id for _, entry in (*taken.again, *taken.claimed)}
    for name, entry in taken.again:
        since = [(by, rows) for by, old, rows in ledger.replacements(entry.file_id) if old == entry.file_id]
        for by, rows in (found for found in since if found[0] not in here):
            newer = ledger.file(by).name
            yield (
                f"{name}: {rows} rows of it were replaced since by {newer}, which did not come again: the newer ones "
                f"still count; if the older ones are right after all, deliver {name} packed as ZIP."
            )


def clear(taken: Taken, ledger: Ledger) -> None:
    """Remove from the inbox what is safely archived and loaded or refused."""
    for file in taken.delivered:
        ended = all(ledger.file(entry.file_id).state in (LOADED, REFUSED) for entry in file.entries)
        if ended and _state(file.path) == file.state:
            file.path.unlink()


def _files(site: Site, taken: Taken) -> Iterator[Path]:
    for folder in FOLDERS:
        _make(site.inbox / folder)
    for old in site.archive.glob(".*-passing"):
        old.unlink()
    taken.stray.extend(_name(site, p) for p in sorted(site.inbox.iterdir()) if p.name not in FOLDERS and _is_export(p))
    found = [p for folder in FOLDERS for p in (site.inbox / folder).rglob("*") if p.is_file() and _is_export(p)]
    yield from sorted(found, key=lambda p: ((_state(p) or (0, 0))[1], _name(site, p)))


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise BadSite(
            f"{folder} is a file, and exports are dropped into a folder of that name; move it away."
        ) from None


def _is_export(path: Path) -> bool:
    return not path.name.startswith(_NOT_EXPORTS)


def _settled(files: list[Path], seconds: float) -> set[Path]:
    """The files whose size and time are at rest: for long already, or while we watch the young ones together."""
    whole = [p for p in files if not p.name.lower().endswith(_UNFINISHED)]
    old = {p for p in whole if (state := _state(p)) and time.time() - state[1] / 1e9 >= seconds}
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
    found = portions(path, name, site.settings.inbox.portion_size, site.profiles)
    copies = [_copied(site, number, *portion) for number, portion in enumerate(found)]
    if _state(path) != before:
        for copy in copies:
            copy.path.unlink(missing_ok=True)
        taken.writing.append(name)
        return
    entries = [_archived(site, ledger, copy, now) for copy in copies]
    taken.delivered.append(Delivered(path, before, entries))
    for copy, entry in zip(copies, entries, strict=True):
        twice = entry.file_id in {claimed.file_id for _, claimed in taken.claimed}
        (taken.again if twice or entry.state == LOADED else taken.claimed).append((copy.name, entry))


@dataclass(frozen=True, slots=True)
class _Copy:
    name: str
    path: Path
    file_id: str
    size: int


def _copied(site: Site, number: int, name: str, pieces: Iterable[bytes]) -> _Copy:
    passing = site.archive / f".{number}-passing"
    with whole_file(passing) as target:
        file_id, size = write_hashed(pieces, target)
    return _Copy(name, passing, file_id, size)


def _archived(site: Site, ledger: Ledger, copy: _Copy, now: datetime) -> FileEntry:
    archived = site.archive / f"{now:%Y-%m}" / f"{copy.file_id[:12]}-{_short(Path(copy.name).name)}"
    archived.parent.mkdir(parents=True, exist_ok=True)
    copy.path.replace(archived)
    for folder in (archived.parent, site.archive):
        sync(folder)
    return ledger.claim(
        copy.file_id,
        name=copy.name,
        folder=copy.name.split("/")[0],
        size=copy.size,
        archived=str(archived.relative_to(site.folder)),
        at=now,
    )


def _short(name: str) -> str:
    """A name that every file system takes, with its suffix."""
    return name if len(name.encode()) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME // 4]}…{Path(name).suffix[:16]}"


def _name(site: Site, path: Path) -> str:
    """The name for people; bytes that are no UTF-8 are shown as such."""
    return path.relative_to(site.inbox).as_posix().encode(errors="surrogateescape").decode(errors="backslashreplace")
