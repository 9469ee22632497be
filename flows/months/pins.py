"""Pinned reviews: the view model of every issued revision, as it was printed.

The view model is kept rather than the inputs it was made of: to make it again, the rows, facts, KPIs, targets, names
and the program of then would all be needed, while the view model alone prints the document whatever became of those.
It lies in archive/reviews, compressed, one file a group, month and revision; the ledger holds its sha256 and names the
versions it was made of. What is printed is read back from its pin, so a pin is known to be enough.
"""

import gzip
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any, Final

from flows.disk import sha256_of, write_whole
from flows.lake import Lake
from flows.ledger import Ledger
from flows.months.editions import Edition, Editions
from flows.site import Site
from flows.timeline import Timeline, stamp
from reports.canonical import canonical, restored
from reports.review import Review
from transforms.kpis.kpi import Text
from transforms.problem import Problem
from transforms.tables import TABLES

# What a site decides about its figures, beside its rows.
CONFIGURATION: Final = (
    "kpi.toml",
    "kpis.toml",
    "scorecards.toml",
    "stores.csv",
    "people.csv",
    "products.csv",
    "targets.csv",
    "actions.csv",
)
_COLUMNS: Final = "month, level, group_id, revision, names, path, sha256, made_of, settled, pinned_at"
Key = tuple[str, str]  # level, group


class LostPin(Problem):
    """What a review was printed from is not there any more."""


@dataclass(frozen=True, slots=True)
class MadeOf:
    """What figures were made of: `tables` of the lake -> version, `configuration` file -> sha256."""

    program: str
    tables: Mapping[str, int]
    configuration: Mapping[str, str]

    def redefined(self, later: "MadeOf") -> tuple[str, ...]:
        """The files of the site that are others later."""
        every = sorted({*self.configuration, *later.configuration})
        return tuple(name for name in every if self.configuration.get(name) != later.configuration.get(name))


def made_of(site: Site, lake: Lake) -> MadeOf:
    """What a review would be made of now."""
    paths = [site.folder / name for name in CONFIGURATION]
    return MadeOf(
        program=version("kpi-review"),
        tables={name: lake.version(name) for name in (*TABLES, "facts", "days") if lake.version(name) >= 0},
        configuration={path.name: sha256_of(path) for path in paths if path.is_file()},
    )


@dataclass(frozen=True, slots=True)
class Pin:
    """A pinned review; `settled`: the newest file it knows of, by its number on the timeline."""

    month: date
    level: str
    group_id: str
    revision: int
    names: Text
    path: str
    sha256: str
    made_of: MadeOf
    settled: int
    pinned_at: str

    @property
    def key(self) -> Key:
        """Whose review it is."""
        return self.level, self.group_id


@dataclass(frozen=True, slots=True)
class Pins:
    """The pinned reviews of a site."""

    site: Site
    ledger: Ledger

    def every(self, month: date) -> list[Pin]:
        """All pins of a month, by group and revision."""
        query = f"SELECT {_COLUMNS} FROM pins WHERE month = ? ORDER BY level, group_id, revision"  # noqa: S608
        return [_pin(row) for row in self.ledger.asked(query, month.isoformat())]

    def newest(self, month: date) -> dict[Key, Pin]:
        """The newest revision of each group."""
        return {pin.key: pin for pin in self.every(month)}

    def read(self, pin: Pin) -> Review:
        """The review as it was pinned.

        Raises:
            LostPin: its file is missing or damaged.

        """
        path = self.site.folder / pin.path
        try:
            text = gzip.decompress(path.read_bytes())
        except (OSError, EOFError) as fault:
            raise _lost(pin) from fault
        if sha256(text).hexdigest() != pin.sha256:
            raise _lost(pin)
        return restored(Review, text.decode())

    def keep(self, reviews: Iterable[Review], of: MadeOf, now: datetime) -> dict[Key, Review]:
        """Pin reviews, each as the revision it says; what was pinned as the same revision is replaced."""
        settled = Timeline(self.ledger).now()
        texts = [(review, canonical(review)) for review in reviews]
        written = [self._write(review, text.encode()) for review, text in texts]
        with self.ledger.together():
            for (review, text), path in zip(texts, written, strict=True):
                self._note(review, path, text, (as_json(of), settled, stamp(now)))
        return {(review.group.level, review.group.id): restored(Review, text) for review, text in texts}

    def withdraw(self, pins: Collection[Pin]) -> None:
        """Forget revisions that went to nobody, with the files they were printed to."""
        gone = [e for pin in pins for e in Editions(self.ledger).every(pin.month) if _of(pin, e)]
        with self.ledger.together():
            for pin, table in product(pins, ("pins", "editions")):
                said = f"DELETE FROM {table} WHERE month = ? AND level = ? AND group_id = ? AND revision = ?"  # noqa: S608
                self.ledger.say(said, pin.month.isoformat(), *pin.key, pin.revision)
        for path in {edition.path for edition in gone}:
            (self.site.folder / path).unlink(missing_ok=True)

    def _write(self, review: Review, text: bytes) -> Path:
        """A file of its own for each content, so that one the ledger names is never written over."""
        group, digest = review.group, sha256(text).hexdigest()
        name = f"{group.level}-{group.id}.r{review.revision}.{digest[:12]}.json.gz"
        path = self.site.folder / "archive" / "reviews" / f"{review.month:%Y-%m}" / name
        if not (path.is_file() and path.stat().st_size):
            write_whole(path, gzip.compress(text, mtime=0))
        return path

    def _note(self, review: Review, path: Path, text: str, made: tuple[str, int, str]) -> None:
        group, month = review.group, review.month
        said = f"INSERT OR REPLACE INTO pins ({_COLUMNS}) VALUES ({', '.join('?' * 10)})"  # noqa: S608
        where = (month.isoformat(), group.level, group.id, review.revision)
        what = (_json(dict(group.name)), str(path.relative_to(self.site.folder)), sha256(text.encode()).hexdigest())
        self.ledger.say(said, *where, *what, *made)


def as_json(of: MadeOf) -> str:
    """As the ledger keeps it."""
    return _json({"program": of.program, "tables": dict(of.tables), "configuration": dict(of.configuration)})


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _pin(row: tuple[Any, ...]) -> Pin:
    month, level, group, revision, names, path, digest, of, settled, at = row
    made = MadeOf(**json.loads(of))
    return Pin(date.fromisoformat(month), level, group, revision, json.loads(names), path, digest, made, settled, at)


def _of(pin: Pin, edition: Edition) -> bool:
    return (edition.level, edition.group_id, edition.revision) == (*pin.key, pin.revision)


def _lost(pin: Pin) -> LostPin:
    return LostPin(
        f"{pin.path}, from which revision {pin.revision} of {pin.group_id} is printed, is missing or damaged; bring it "
        f"back from a backup, or issue another revision with --restate."
    )
