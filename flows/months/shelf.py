"""The shelf: where issued reviews stand as files, each revision under a name of its own and the key of its content."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from flows.disk import sha256_of, write_whole
from flows.months.editions import Edition, Editions
from flows.months.pins import Key
from flows.months.press import Job
from flows.site import Site
from reports.formats import content_key
from reports.review import Review


class Shelf(Protocol):
    """Where printed reviews are put."""

    def find(self, review: Review, language: str, form: str = "pdf") -> Path | None:
        """The file that need not be printed again."""

    def put(self, review: Review, language: str, content: bytes, form: str = "pdf") -> Path:
        """Keep a new file."""

    def outdated(self, reviews: Sequence[Review]) -> Iterator[Job]:
        """What was issued with another content under the same revision."""


@dataclass(frozen=True)
class IssueShelf:
    """The issued files of one month; of the groups in `standing`, what was issued is what is handed out.

    A file of those is printed again only if it is missing or damaged. A program or template that is newer by then may
    give other bytes of the same figures: `otherwise` names those files.
    """

    site: Site
    editions: Editions
    month: date
    now: datetime
    standing: frozenset[Key] = frozenset()

    @cached_property
    def _issued(self) -> Mapping[tuple[str, str, int, str, str], Edition]:
        return {(e.level, e.group_id, e.revision, e.language, e.format): e for e in self.editions.every(self.month)}

    def find(self, review: Review, language: str, form: str = "pdf") -> Path | None:
        """The issued file, if it is still whole and has the content it should have."""
        issued = self._edition(review, language, form)
        if issued is None or not (self._stands(review) or issued.content_key == content_key(review, language, form)):
            return None
        path = self.site.folder / issued.path
        return path if path.is_file() and sha256_of(path) == issued.sha256 else None

    def put(self, review: Review, language: str, content: bytes, form: str = "pdf") -> Path:
        """Keep a new file; only what was issued as the same revision and does not stand yet is written over."""
        group, month = review.group, review.month
        revision = f".r{review.revision}" if review.revision > 1 else ""
        path = self.site.reviews / f"{month:%Y-%m}" / f"{group.level}-{group.id}.{language}{revision}.{form}"
        write_whole(path, content)
        edition = Edition(
            month=month,
            level=group.level,
            group_id=group.id,
            revision=review.revision,
            language=language,
            format=form,
            content_key=content_key(review, language, form),
            path=str(path.relative_to(self.site.folder)),
            sha256=sha256(content).hexdigest(),
            issued_at=self.now.isoformat(timespec="seconds"),
        )
        self.editions.issue(edition)
        return path

    def outdated(self, reviews: Sequence[Review]) -> Iterator[Job]:
        """What was issued with another content under the same revision."""
        shown = {(r.group.level, r.group.id, r.revision): r for r in reviews if not self._stands(r)}
        for (*whose, language, form), issued in self._issued.items():
            review = shown.get(tuple(whose))  # type: ignore[arg-type]
            if review is not None and issued.content_key != content_key(review, language, form):
                yield review, language, form

    def otherwise(self) -> list[str]:
        """The names of standing files that were printed again to other bytes."""
        now = {(e.path, e.sha256) for e in self.editions.every(self.month)}
        standing = [e for e in self._issued.values() if (e.level, e.group_id) in self.standing]
        return [Path(e.path).name for e in standing if (e.path, e.sha256) not in now]

    def _edition(self, review: Review, language: str, form: str) -> Edition | None:
        return self._issued.get((review.group.level, review.group.id, review.revision, language, form))

    def _stands(self, review: Review) -> bool:
        return (review.group.level, review.group.id) in self.standing


@dataclass(frozen=True, slots=True)
class AsideShelf:
    """Where a month as it was known on another day is printed: beside what is issued, and no edition."""

    site: Site
    month: date
    as_of: date

    def find(self, review: Review, language: str, form: str = "pdf") -> Path | None:
        """Nothing: it is printed anew each time."""
        del review, language, form
        return None

    def put(self, review: Review, language: str, content: bytes, form: str = "pdf") -> Path:
        """Keep a file."""
        folder = self.site.reviews / f"as-of-{self.as_of}" / f"{self.month:%Y-%m}"
        return write_whole(folder / f"{review.group.level}-{review.group.id}.{language}.{form}", content)

    def outdated(self, reviews: Sequence[Review]) -> Iterator[Job]:
        """None."""
        del reviews
        return iter(())
