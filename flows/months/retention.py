"""Retention: what the site's policy lets go, and nothing else.

Deleted are the documents and pinned reviews of months older than `[archive] keep_months`, and data files of the lake
that no version of the last `as_of_days` days needs. Exports stay: figures are traced to them and the lake is made anew
from them. The ledger, and so the manifest, remembers what there was.
"""

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

from flows.lake import Lake
from flows.ledger import Ledger
from flows.lock import alone
from flows.months.archive import write_archive
from flows.months.editions import Editions
from flows.months.pins import Pins
from flows.site import Site
from flows.timeline import stamp
from transforms.calendar import add_months, first_of
from transforms.problem import Problem


class Deleted(Problem):
    """What is asked for was deleted by the site's policy."""


def prune(site: Site, now: datetime) -> list[str]:
    """Delete what is older than the site keeps; lines that tell what that was."""
    with alone(site.folder), closing(Ledger(site.ledger)) as ledger:
        told = [*_prune_reviews(site, ledger, now), *_prune_lake(site)]
        write_archive(site, ledger)
        return told


def refuse_pruned(ledger: Ledger, month: date) -> None:
    """Raise Deleted if a month's reviews were deleted by policy."""
    if at := pruned(ledger).get(month):
        raise Deleted(
            f"The reviews of {month:%Y-%m} were deleted on {at[:10]} ([archive] keep_months of kpi.toml); "
            f"reviews/{month:%Y-%m}/manifest.json says what they were."
        )


def pruned(ledger: Ledger) -> dict[date, str]:
    """The months whose reviews were deleted, and when."""
    return {date.fromisoformat(month): at for month, at in ledger.asked("SELECT month, at FROM pruned ORDER BY month")}


def _prune_reviews(site: Site, ledger: Ledger, now: datetime) -> Iterator[str]:
    keep = site.settings.archive.keep_months
    if not keep:
        yield "Reviews: kept for ever ([archive] keep_months = 0 of kpi.toml)."
        return
    oldest = add_months(first_of(now.date()), -keep)
    # Noted first: a run that is killed in the middle is finished by the next.
    for month in (month for month in Editions(ledger).months() if month < oldest):
        files = _files(site, ledger, month)
        ledger.say("INSERT OR IGNORE INTO pruned VALUES (?, ?, ?)", month.isoformat(), stamp(now), len(files))
        _delete(site, month, files)
        if files:
            yield f"Reviews of {month:%Y-%m}: {len(files)} files deleted; the manifest remembers them."


def _files(site: Site, ledger: Ledger, month: date) -> list[Path]:
    names = [e.path for e in Editions(ledger).every(month)] + [p.path for p in Pins(site, ledger).every(month)]
    return [path for name in names if (path := site.folder / name).is_file()]


def _delete(site: Site, month: date, files: list[Path]) -> None:
    for path in files:
        path.unlink()
    for folder in site.reviews.glob(f"as-of-*/{month:%Y-%m}"):
        shutil.rmtree(folder)


def _prune_lake(site: Site) -> Iterator[str]:
    days = site.settings.archive.as_of_days
    if days:
        gone = Lake(site.lake).vacuum(days)
        yield f"Lake: {gone} data files deleted that no version of the last {days} days needs."
