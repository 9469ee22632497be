"""A review as one page for a browser: nothing is loaded, no script runs, any width will do."""

from datetime import datetime
from typing import Final

from reports import html, keys
from reports.language import language
from reports.page import page
from reports.review import Review

_LIBRARIES: Final = ("jinja2", "babel")


def render(review: Review, code: str, issued_at: datetime) -> bytes:
    """The HTML of `review` in the language `code`, in UTF-8; the same review, language and moment give the same bytes.

    It is well-formed XML as well. Raises MissingText for a language without its file.
    """
    words = language(code)
    shown = page(review, words, issued_at)
    return html.filled(
        "web.html.j2", words, review.organisation.face, page=shown, definitions=shown.definitions, leaves=0
    ).encode()


def content_key(review: Review, code: str) -> str:
    """What decides the bytes of a page."""
    return keys.key(review, code, _LIBRARIES)
