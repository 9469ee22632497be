"""The formats a review is issued in; each is loaded by those who ask for it."""

from datetime import datetime
from importlib import import_module
from types import MappingProxyType
from typing import Final, Protocol, cast

from reports.review import Review

FORMATS: Final = MappingProxyType({"pdf": "reports.pdf", "xlsx": "reports.workbook", "html": "reports.web"})


class Renderer(Protocol):
    """What each format's module offers."""

    def render(self, review: Review, code: str, issued_at: datetime) -> bytes:
        """The bytes of one file; the same arguments give the same bytes, in any process."""

    def content_key(self, review: Review, code: str) -> str:
        """What decides those bytes but the moment: 64 hex digits."""


def render(review: Review, language: str, form: str, issued_at: datetime) -> bytes:
    """One review as a file of one format; raises KeyError for no format of FORMATS."""
    return _renderer(form).render(review, language, issued_at)


def content_key(review: Review, language: str, form: str) -> str:
    """A review that has the same key need not be rendered again."""
    return _renderer(form).content_key(review, language)


def _renderer(form: str) -> Renderer:
    return cast("Renderer", import_module(FORMATS[form]))
