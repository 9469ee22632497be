"""Taking in again what is archived already: what was kept out, or, where the lake is damaged, everything."""

from contextlib import closing
from datetime import datetime

from flows.console import Teller
from flows.disk import sha256_of
from flows.intake.inbox import Taken
from flows.intake.load import Loader
from flows.intake.tying import differences, in_lake
from flows.lake import Lake
from flows.ledger import REFUSED, Ledger
from flows.lock import alone
from flows.nightly import Night, finished
from flows.site import Site
from flows.timeline import Timeline
from transforms.problem import BadSite


def readmit(site: Site, *, now: datetime, teller: Teller) -> tuple[Night, str]:
    """Read every archived file again that was refused or had rows kept out; nothing counts twice.

    What arrived after such a file stays newer than it. A run that is killed is finished by the next night. Also
    returns a sentence on what came of it.
    """
    with alone(site.folder), closing(Ledger(site.ledger)) as ledger:
        rows, files = _kept_out(ledger)
        ledger.reopen()
        outcomes = Loader(site, ledger, Lake(site.lake), now).load(teller)
        rows_left, files_left = _kept_out(ledger)
        night = finished(site, ledger, Taken(), outcomes, now=now)
        left = f"{rows_left} rows and {files_left} files still are"
        return night, f"Readmitted: of {rows} rows and {files} files that had been kept out, {left}."


def _kept_out(ledger: Ledger) -> tuple[int, int]:
    """How many rows are in the quarantine, and how many files that were refused as a whole."""
    [(rows,)] = ledger.asked(
        "SELECT count(*) FROM held_back JOIN files USING (file_id) WHERE mended_by IS NULL AND state <> ?", REFUSED
    )
    [(files,)] = ledger.asked("SELECT count(*) FROM files WHERE state = ?", REFUSED)
    return rows, files


def rebuild(site: Site, *, now: datetime, teller: Teller) -> tuple[Night, list[str]]:
    """Make the lake anew from the archive, in the order of arrival; also what differs from the ledger's totals.

    The old lake is kept beside it. Killed before it has ended, the next night goes on where it stopped.

    Raises:
        BadSite: an archived file is missing or damaged; nothing was done.

    """
    with alone(site.folder), closing(Ledger(site.ledger)) as ledger:
        _whole_archive(site, ledger)
        before = ledger.counted()
        ledger.reopen(everything=True)
        Timeline(ledger).made_anew(now)
        if site.lake.exists():
            site.lake.rename(site.folder / f"lake.{now:%Y-%m-%dT%H%M%S}.old")
        outcomes = Loader(site, ledger, Lake(site.lake), now).load(teller)
        night = finished(site, ledger, Taken(), outcomes, now=now)
        return night, [*differences(before, in_lake(Lake(site.lake)), ("counted before", "now"))]


def _whole_archive(site: Site, ledger: Ledger) -> None:
    bad = [e for e in ledger.files() if not _is_whole(site, e.archived, e.file_id)]
    if bad:
        named = ", ".join(e.archived for e in bad[:3])
        raise BadSite(f"{len(bad)} archived files are missing or damaged ({named}); bring them back from a backup.")


def _is_whole(site: Site, archived: str, file_id: str) -> bool:
    path = site.folder / archived
    return path.is_file() and sha256_of(path) == file_id
