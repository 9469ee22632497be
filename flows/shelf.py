"""The shelf: where issued reviews stand as files, each under the key of its content."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from flows.disk import sha256_of, write_whole
from flows.editions import Edition, Editions
from flows.site import Site
from reports.formats import content_key
from reports.review import Review


@dataclass(frozen=True)
class Shelf:
    """The issued files of one month."""

    site: Site
    editions: Editions
    month: date
    now: datetime

    @cached_property
    def _issued(self) -> Mapping[tuple[str, str, str, str], Edition]:
        return {(e.level, e.group_id, e.language, e.format): e for e in self.editions.newest(self.month)}

    def find(self, review: Review, language: str, form: str = "pdf") -> Path | None:
        """The file that was made from just this content, if it is still whole."""
        issued = self._issued.get((review.group.level, review.group.id, language, form))
        if issued is None or issued.content_key != content_key(review, language, form):
            return None
        path = self.site.folder / issued.path
        return path if path.is_file() and sha256_of(path) == issued.sha256 else None

    def put(self, review: Review, language: str, content: bytes, form: str = "pdf") -> Path:
        """Keep a new file."""
        group, month = review.group, review.month
        path = self.site.reviews / f"{month:%Y-%m}" / f"{group.level}-{group.id}.{language}.{form}"
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
