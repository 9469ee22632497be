"""The archive: a manifest for each month of what was issued and what it was made of, and a page to find it by.

`reviews/2026-10/manifest.json` names every revision's files with their sha256, the versions and files of the site it
was made of, the exports it stands on, and its letters. `reviews/index.html` needs no server and fetches nothing.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from flows.disk import write_whole
from flows.ledger import Ledger
from flows.lock import alone
from flows.months.closing import Closings, shown_months
from flows.months.editions import Edition, Editions
from flows.months.pins import Key, Pin, Pins
from flows.months.sent import HANDED_OVER, Sent, letters
from flows.site import Site
from reports.archive import Document, Entry, MonthEntry, Shelves, archive_page
from reports.language import language
from transforms.kpis.kpi import Text
from transforms.problem import Problem
from transforms.tables import LEVELS

_CAME: Final = """
    SELECT month, file_id, outcome, sum(rows) FROM control WHERE month IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""
# Once out, a letter may have been asked for again: what it was, its events know.
_WENT_OUT: Final = f"""
    SELECT p.level, p.group_id, p.revision, l.address FROM letters l JOIN letter_parts p USING (letter_id)
    WHERE l.month = ? AND EXISTS (SELECT 1 FROM letter_events e WHERE e.letter_id = l.letter_id
        AND e.state IN ({", ".join(f"'{state}'" for state in sorted(HANDED_OVER))}))"""  # noqa: S608
_CHANGED: Final = """
    SELECT month, store_id, max(s.n) FROM control
    JOIN (SELECT file_id, max(n) AS n FROM settlings GROUP BY file_id) s USING (file_id)
    WHERE outcome IN ('kept', 'superseded') AND month IS NOT NULL GROUP BY 1, 2"""


def write_archive(site: Site, ledger: Ledger) -> list[Path]:
    """Bring manifests and pages up to date; those that changed."""
    archive = _Archive(site, ledger)
    for month in archive.issued_months:
        refuse_older_ledger(site, ledger, month)
    return [path for path, content in archive.files() if _changed(path, content)]


def rewrite_archive(site: Site) -> list[str]:
    """The same by itself, as one run of the site; lines that tell what changed."""
    with alone(site.folder), closing(Ledger(site.ledger)) as ledger:
        return [f"Wrote {path.relative_to(site.folder)}" for path in write_archive(site, ledger)]


class OlderLedger(Problem):
    """The archive tells of letters that the ledger does not know."""


def refuse_older_ledger(site: Site, ledger: Ledger, month: date) -> None:
    """Raise OlderLedger if letters of `month` went out that a ledger brought back from a backup, or a new one, lacks.

    It would have them sent again.
    """
    path = site.reviews / f"{month:%Y-%m}" / "manifest.json"
    unknown = _told(path) - {(*key, address.lower()) for *key, address in ledger.asked(_WENT_OUT, month.isoformat())}
    if unknown:
        raise OlderLedger(
            f"{path} tells of letters to {len({to for *_, to in unknown})} readers that {site.ledger} does not know: "
            f"it is older than the archive, or new. Nothing was sent, so that nobody gets a letter twice: bring the "
            f"newest ledger.db back, or move this manifest away if those letters are to go once more."
        )


def _told(manifest: Path) -> set[tuple[str, str, int, str]]:
    """(level, group, revision, address) of the letters that a manifest says are out."""
    if not manifest.is_file():
        return set()
    reviews = json.loads(manifest.read_bytes())["reviews"]
    return {
        (review["level"], review["group"], review["revision"], letter["recipient"].lower())
        for review in reviews
        for letter in review["letters"]
        if letter["state"] in HANDED_OVER
    }


def _changed(path: Path, content: str) -> bool:
    if path.is_file() and path.read_bytes() == content.encode():
        return False
    write_whole(path, content.encode())
    return True


@dataclass(frozen=True)
class _Archive:
    """Everything that was issued; each table of the ledger is asked once."""

    site: Site
    ledger: Ledger

    def files(self) -> Iterator[tuple[Path, str]]:
        """Every file of the archive and its content."""
        months = [_Month(self, month) for month in reversed(self.issued_months)]
        for month in months:
            yield self.site.reviews / f"{month.month:%Y-%m}" / "manifest.json", month.manifest()
        spoken = self.site.settings.organisation.languages
        pages = [(code, "index.html" if code == spoken[0] else f"index.{code}.html") for code in spoken]
        quality = "../quality/index.html" if (self.site.quality / "index.html").is_file() else None
        shelves = Shelves(self.site.settings.organisation.name, [m.entry() for m in months], pages, quality)
        for code, name in pages:
            yield self.site.reviews / name, archive_page(shelves, language(code))

    @cached_property
    def issued_months(self) -> list[date]:
        """The months of which anything was issued, oldest first."""
        pinned = [date.fromisoformat(m) for (m,) in self.ledger.asked("SELECT DISTINCT month FROM pins")]
        return sorted({*Editions(self.ledger).months(), *pinned})

    @cached_property
    def closings(self) -> Mapping[date, tuple[str, Any]]:
        """Month -> when it was closed, and what of."""
        rows = self.ledger.asked("SELECT month, closed_at, made_of FROM closings")
        return {date.fromisoformat(month): (at, json.loads(of)) for month, at, of in rows}

    @cached_property
    def pruned(self) -> Mapping[date, str]:
        """Month -> when its reviews were deleted."""
        return {date.fromisoformat(month): at for month, at in self.ledger.asked("SELECT month, at FROM pruned")}

    @cached_property
    def exports(self) -> Mapping[date, list[dict[str, Any]]]:
        """Month -> the files with rows of it, and how many rows of which outcome."""
        known = {entry.file_id: entry for entry in self.ledger.files()}
        rows = defaultdict[tuple[str, str], dict[str, int]](dict)
        for month, file_id, outcome, count in self.ledger.asked(_CAME):
            rows[month, file_id][outcome] = count
        came = defaultdict[date, list[dict[str, Any]]](list)
        for (month, file_id), outcomes in rows.items():
            entry = known[file_id]
            named = {"name": entry.name, "archived": entry.archived, "sha256": file_id, "rows": outcomes}
            came[date.fromisoformat(month)].append(named)
        return {month: sorted(files, key=lambda f: (f["name"], f["sha256"])) for month, files in came.items()}

    @cached_property
    def changed(self) -> Mapping[tuple[date, str], int]:
        """Month and store ("": the whole chain) -> the newest file that changed it, by its number on the timeline."""
        newest = defaultdict[tuple[date, str], int](int)
        for month, store, n in self.ledger.asked(_CHANGED):
            for part in {store or "", ""}:
                key = date.fromisoformat(month), part
                newest[key] = max(newest[key], n)
        return dict(newest)

    @cached_property
    def regions(self) -> Mapping[str, frozenset[str]]:
        """Region -> its stores."""
        stores = defaultdict[str, set[str]](set)
        for store, region in self.site.stores.select("store_id", "region").rows():
            stores[region].add(store)
        return {region: frozenset(ids) for region, ids in stores.items()}


@dataclass(frozen=True)
class _Month:
    """One month of the archive."""

    archive: _Archive
    month: date

    def manifest(self) -> str:
        """What was issued, as JSON."""
        closed_at, closed_of = self.archive.closings.get(self.month, (None, None))
        whole = {
            "organisation": self.archive.site.settings.organisation.id,
            "month": f"{self.month:%Y-%m}",
            "closed_at": closed_at,
            "closed_with": closed_of,
            "deleted_at": self.archive.pruned.get(self.month),
            "reviews": [self._told(*key) for key in self._revisions],
            "exports": self.archive.exports.get(self.month, []),
        }
        return json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=1) + "\n"

    def entry(self) -> MonthEntry:
        """Its part of the page."""
        closed_at, _ = self.archive.closings.get(self.month, (None, None))
        zone = ZoneInfo(self.archive.site.settings.organisation.time_zone)
        closed_on = datetime.fromisoformat(closed_at).astimezone(zone).date() if closed_at else None
        groups = dict.fromkeys((level, group) for level, group, _ in self._revisions)
        return MonthEntry(self.month, closed_on, f"{self.month:%Y-%m}/manifest.json", tuple(map(self._entry, groups)))

    # -- one group

    def _told(self, level: str, group: str, revision: int) -> dict[str, Any]:
        pin = self._pins.get((level, group, revision))
        told: dict[str, Any] = {"level": level, "group": group, "revision": revision}
        if pin is not None:
            made = {"program": pin.made_of.program, "lake": pin.made_of.tables, "site": pin.made_of.configuration}
            view = {"path": pin.path, "sha256": pin.sha256}
            told |= {"name": pin.names, "pinned_at": pin.pinned_at, "view_model": view, "made_of": made}
        told["documents"] = [_document(edition) for edition in self._editions.get((level, group, revision), ())]
        out = [letter for letter in self._letters if (letter.level, letter.group_id, letter.revision) == _key(told)]
        told["letters"] = [{"recipient": letter.recipient, "state": letter.state} for letter in out]
        return told

    def _entry(self, key: Key) -> Entry:
        revisions = [revision for level, group, revision in self._revisions if (level, group) == key]
        newest, pin = max(revisions), self._pins.get((*key, max(revisions)))
        states = Counter(x.state for x in self._letters if (x.level, x.group_id) == key)
        return Entry(
            *key,
            name=pin.names if pin else {"": key[1]},
            revision=newest,
            status=self._status(key, newest, pin),
            documents=self._documents(key, [newest]),
            earlier=self._documents(key, [revision for revision in revisions if revision != newest]),
            letters=tuple(sorted(states.items())),
            store=self._store_names.get(key[1].rpartition(".")[0]) if key[0] == "department" else None,
        )

    def _status(self, key: Key, revision: int, pin: Pin | None) -> str:
        if self.month in self.archive.pruned:
            return "deleted"
        if pin is not None and key in self._standing and self._late(pin):
            return "late"
        if revision > 1:
            return "restated"
        return "closed" if self.month in self.archive.closings else "open"

    def _late(self, pin: Pin) -> bool:
        stores, changed = self._stores(pin.key), self.archive.changed
        return any(changed.get((m, s), 0) > pin.settled for m in shown_months(self.month) for s in stores)

    def _stores(self, key: Key) -> Collection[str]:
        level, group = key
        if level == "region":
            return self.archive.regions.get(group, frozenset())
        return ({"chain": "", "store": group}.get(level, group.rpartition(".")[0]),)

    def _documents(self, key: Key, revisions: Sequence[int]) -> tuple[Document, ...]:
        gone = self.month in self.archive.pruned
        editions = [e for revision in revisions for e in self._editions.get((*key, revision), ())]
        return tuple(
            Document(e.revision, e.language, e.format, None if gone else str(Path(e.path).relative_to("reviews")))
            for e in editions
        )

    # -- asked once

    @cached_property
    def _pins(self) -> Mapping[tuple[str, str, int], Pin]:
        every = Pins(self.archive.site, self.archive.ledger).every(self.month)
        return {(pin.level, pin.group_id, pin.revision): pin for pin in every}

    @cached_property
    def _store_names(self) -> Mapping[str, Text]:
        return {group: pin.names for (level, group, _), pin in sorted(self._pins.items()) if level == "store"}

    @cached_property
    def _editions(self) -> Mapping[tuple[str, str, int], list[Edition]]:
        by = defaultdict[tuple[str, str, int], list[Edition]](list)
        for edition in Editions(self.archive.ledger).every(self.month):
            by[edition.level, edition.group_id, edition.revision].append(edition)
        return by

    @cached_property
    def _revisions(self) -> list[tuple[str, str, int]]:
        """Every revision, chain first."""
        every = {*self._pins, *self._editions}
        return sorted(every, key=lambda key: (list(LEVELS).index(key[0]), *key[1:]))

    @cached_property
    def _letters(self) -> list[Sent]:
        return letters(self.archive.ledger, self.month)

    @cached_property
    def _standing(self) -> frozenset[Key]:
        return Closings(self.archive.site, self.archive.ledger).standing(self.month)


def _key(told: Mapping[str, Any]) -> tuple[str, str, int]:
    return told["level"], told["group"], told["revision"]


def _document(edition: Edition) -> dict[str, str]:
    return {
        "language": edition.language,
        "format": edition.format,
        "path": edition.path,
        "sha256": edition.sha256,
        "issued_at": edition.issued_at,
    }
