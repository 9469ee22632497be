"""Reviews as PDF: one warm press a process, the same bytes for the same review, nothing fetched from anywhere.

A press is for one thread; run one process a core. WeasyPrint is pinned: the press parses with expat and drops
user-agent rules for things a review has none of, which tests prove to give the bytes of the plain path.
"""

import gc
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import Final
from xml.etree import ElementTree as ET

import weasyprint
from cssselect2 import ElementWrapper
from weasyprint.css.counters import CounterStyle
from weasyprint.html import UA
from weasyprint.text.ffi import pango
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from reports import html
from reports.keys import key
from reports.language import Language, language
from reports.page import Page, page
from reports.review import Review

_PACKAGE: Final = files("reports")
_LIBRARIES: Final = ("weasyprint", "pydyf", "tinycss2", "cssselect2", "fonttools", "pillow", "jinja2", "babel")
_ATTEMPTS: Final = 4
# The dropped rules give every element pseudo-elements of its own (::marker, ::footnote-call, ...), each with styles;
# a review uses none of them.
_LEAN_UA: Final = re.sub(r"(?m)^::(?:marker|footnote|note)[\w-]*\s*\{[^}]*\}\s*$", "", UA)


class Bundled(URLFetcher):  # type: ignore[misc]
    """Serves the fonts of this package by name; anything else stops the document."""

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:  # noqa: ARG002
        """The font of a `bundled:` address."""
        name = url.removeprefix("bundled:")
        if name not in fonts():
            raise FatalURLFetchingError(f"a review fetches nothing, but was asked for {url[:200]!r}")
        return URLFetcherResponse(url, fonts()[name], {"Content-Type": "font/ttf"})


@lru_cache
def fonts() -> Mapping[str, bytes]:
    """File name -> bytes of the fonts a document may use."""
    return {file.name: file.read_bytes() for file in (_PACKAGE / "fonts").iterdir() if file.name.endswith(".ttf")}


def render(review: Review, code: str, issued_at: datetime) -> bytes:
    """The PDF of `review` in the language `code`.

    The same review, language, moment and libraries give the same bytes, in any process. `issued_at` is the date the
    document carries. Raises MissingText for a language without its file.
    """
    with _collected_after():
        return _rendered(review, code, issued_at)


def _rendered(review: Review, code: str, issued_at: datetime) -> bytes:
    words = language(code)
    document = _press().lay_out(page(review, words, issued_at), words)
    identifier = bytes.fromhex(content_key(review, code))[:16]
    return bytes(document.write_pdf(pdf_identifier=identifier, pdf_variant="pdf/ua-1"))


def content_key(review: Review, code: str) -> str:
    """What decides the content of a PDF: a review that has the same key need not be rendered again (64 hex digits)."""
    return key(review, code, _LIBRARIES, str(pango.pango_version()), zlib.ZLIB_RUNTIME_VERSION)


@dataclass(frozen=True, slots=True)
class _Press:
    """What every document shares. `numbers` remembers where sections began, by the form of a page."""

    fonts: FontConfiguration
    styles: list[weasyprint.CSS]
    fetcher: Bundled
    numbers: dict[tuple[str, ...], dict[str, int]] = field(default_factory=dict)

    def lay_out(self, shown: Page, words: Language) -> weasyprint.Document:
        """Lay the page out with the expected page numbers, and again where a section began elsewhere."""
        numbers = self.numbers.get(shown.form) or dict.fromkeys(shown.contents, 1)
        for _ in range(_ATTEMPTS):
            source = _Xhtml(html.write(shown, words, numbers), self.fetcher)
            document = source.render(stylesheets=self.styles, font_config=self.fonts)
            found = _numbers(document, shown.contents)
            if found == numbers:
                self.numbers[shown.form] = found
                return document
            numbers = found
        raise RuntimeError(f"the page numbers of {shown.title!r} do not settle")


class _Xhtml(weasyprint.HTML):  # type: ignore[misc]
    """Well-formed output of our own template, parsed by expat."""

    def __init__(self, text: str, fetcher: URLFetcher) -> None:
        self.base_url, self.media_type, self.url_fetcher = None, "print", fetcher
        self.wrapper_element = ElementWrapper.from_html_root(ET.fromstring(text), content_language=None)  # noqa: S314
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: bool = False) -> list[weasyprint.CSS]:  # noqa: ARG002
        return [_lean_styles()]


@lru_cache
def _press() -> _Press:
    fonts_used, fetcher = FontConfiguration(), Bundled()
    sheet = (_PACKAGE / "templates" / "review.css").read_text("utf-8")
    style = weasyprint.CSS(string=sheet, font_config=fonts_used, url_fetcher=fetcher)
    # What is loaded by now stays; without it every collection would walk through it again.
    gc.freeze()
    return _Press(fonts_used, [style], fetcher)


@lru_cache
def _lean_styles() -> weasyprint.CSS:
    return weasyprint.CSS(string=_LEAN_UA, counter_style=CounterStyle())


def _numbers(document: weasyprint.Document, sections: tuple[str, ...]) -> dict[str, int]:
    pages = list(enumerate(document.pages, 1))
    return {name: next(number for number, leaf in pages if name in leaf.anchors) for name in sections}


@contextmanager
def _collected_after() -> Iterator[None]:
    """A document is one knot of references: collected once when it is let go, memory stays flat over thousands."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.collect()
        if enabled:
            gc.enable()
