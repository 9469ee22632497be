"""A tiny chain whose October was reviewed on November 3rd, at a drawn clock."""

import shutil
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest

from flows.console import PlainTeller
from flows.lake import Lake
from flows.ledger import Ledger
from flows.months.closing import Closings
from flows.months.issuing import Issued, Issuing
from flows.nightly import Night, nightly
from flows.review import Asked, Reviewed, review
from flows.site import load_site
from reports.review import Review
from tests.flows.chain import deliver, month_of_sales, sale, small_site
from tests.made_once import made_once

OCTOBER = date(2026, 10, 1)
QUIET = PlainTeller(StringIO())
EVERYONE = ["tiny", "north", "HN01", "HN02", "HN01.bar", "HN02.bar"]
TOUCHED = ["tiny", "north", "HN01", "HN01.bar"]  # by a file of HN01


def at(day: int, month: int = 11) -> datetime:
    """A night of 2026, in UTC."""
    return datetime(2026, month, day, 2, 30, tzinfo=UTC)


def reviewed(folder: Path) -> Path:
    """The site: every group of October is issued in Vietnamese, as a workbook, which costs a thirtieth of a PDF."""
    site = small_site(folder)
    kpi = site / "kpi.toml"
    text = kpi.read_text().replace('languages = ["vi", "en"]', 'languages = ["vi"]')
    kpi.write_text(text.replace("[inbox]", '[review]\nformats = ["xlsx"]\n[inbox]'))
    month_of_sales(site, OCTOBER.replace(year=2025), amount=80_000)
    month_of_sales(site, OCTOBER)
    night(site, 1)
    printed(site, 3)
    return site


def issued_site(factory: pytest.TempPathFactory) -> Path:
    """A site that is `reviewed`, for all tests of a run; copy it before anything is done to it."""
    return made_once(factory, "issued", lambda folder: reviewed(folder / "site")) / "site"


def copy_of(site: Path, folder: Path) -> Path:
    """Another site to do something to."""
    return Path(shutil.copytree(site, folder / "site"))


def night(site: Path, day: int, month: int = 11) -> Night:
    return nightly(load_site(site), now=at(day, month), teller=QUIET)


def late(site: Path, day: int = 15, name: str = "late") -> None:
    """One receipt of HN01 arrives."""
    deliver(site, f"sales/{name}.csv", [sale("HN01", date(2026, 10, 9), name, 50_000)])
    night(site, day)


def printed(site: Path, day: int, *groups: str, restate: bool = False, languages: Sequence[str] = ()) -> Reviewed:
    asked = Asked(OCTOBER, groups, languages, restate=restate)
    return review(load_site(site), asked, teller=QUIET, now=at(day))


def issued(site: Path, day: int, *, restate: bool = False) -> Issued:
    """What a run would print of all groups, pinned but not printed."""
    with closing(Ledger(site / "ledger.db")) as ledger:
        issuing = Issuing(load_site(site), Lake(site / "lake"), ledger, OCTOBER, at(day), restate)
        return issuing.issue(issuing.known())


def revisions(site: Path, day: int, *, restate: bool = False) -> dict[str, int]:
    """Group -> revision that is handed out."""
    return {review.group.id: review.revision for review in issued(site, day, restate=restate).reviews}


def closed(site: Path) -> list[date]:
    with closing(Ledger(site / "ledger.db")) as ledger:
        return list(Closings(load_site(site), ledger).closed())


def documents(site: Path) -> dict[str, str]:
    """File name -> SHA-256 of what was printed of October."""
    paths = sorted((site / "reviews/2026-10").glob("*.xlsx"))
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in paths}


def changed(site: Path, name: str, old: str, new: str) -> None:
    path = site / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def view(site: Path, group: str, day: int = 20) -> Review:
    return next(review for review in issued(site, day).reviews if review.group.id == group)


def net_sales(review: Review) -> Decimal | None:
    return next(figure.actual for figure in review.figures if figure.kpi.id == "net_sales")
