"""The stamp of a document: whose review of which month it is, for machines to read."""

from datetime import date
from urllib.parse import quote

from reports.review import Review


def stamp(review: Review) -> str:
    """What every document of a review says: `chain/level/group/YYYY-MM/revision`, each part URL-quoted."""
    return stamp_of(review.organisation.id, review.group.level, review.group.id, review.month, review.revision)


def stamp_of(organisation: str, level: str, group: str, month: date, revision: int) -> str:
    """The same of its parts."""
    parts = (organisation, level, group, f"{month:%Y-%m}", str(revision))
    return "/".join(quote(part, safe="", errors="replace") for part in parts)
