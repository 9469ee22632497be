"""A review as a workbook: the figures of the document as native numbers, and the rows it has no room for."""

from datetime import datetime
from typing import Final

from reports import keys
from reports.language import language
from reports.page import page
from reports.review import Review
from reports.workbook import figures, ground, groups
from reports.workbook.sheets import Sheet
from reports.workbook.writer import Imprint, write

_LIBRARIES: Final = ("xlsxwriter", "babel")
_SHEETS: Final = (
    figures.overview,
    figures.scorecard,
    figures.trends,
    figures.drivers,
    groups.parts,
    groups.ranked,
    groups.people,
    groups.days,
    ground.quality,
    ground.definitions,
)


def sheets(review: Review, code: str) -> tuple[Sheet, ...]:
    """The sheets there is something to show in, in their order."""
    words = language(code)
    made = (sheet(review, words) for sheet in _SHEETS)
    return tuple(sheet for sheet in made if sheet is not None)


def render(review: Review, code: str, issued_at: datetime) -> bytes:
    """The XLSX of `review` in the language `code`; the same review, language and moment give the same bytes.

    Numbers have the 16 digits that the file format holds. Raises MissingText for a language without its file.
    """
    words = language(code)
    shown = page(review, words, issued_at)
    imprint = Imprint(
        title=shown.title,
        subject=f"{review.group.level} {review.group.id} {review.month:%Y-%m}",
        keywords=shown.stamp,
        author=shown.author,
        left=shown.running,
        right=shown.running_month,
        foot=shown.imprint,
        created=issued_at,
    )
    return write(sheets(review, code), imprint, words, review.organisation.currency)


def content_key(review: Review, code: str) -> str:
    """What decides the bytes of a workbook."""
    return keys.key(review, code, _LIBRARIES)
