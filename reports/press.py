"""The press: pages laid out by one warm WeasyPrint a process, with nothing fetched from anywhere.

WeasyPrint is pinned, since the press takes five short ways through it, which tests prove to give the bytes of the
plain way: well-formed pages are parsed by expat; user-agent rules for things that a review has none of are dropped;
page numbers of the contents are put in once the pages are known; definitions, the same in many reviews, are laid out
once; lines of text are shaped once (reports/shapes.py).
"""

import atexit
import gc
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from xml.etree import ElementTree as ET

import weasyprint
from cssselect2 import ElementWrapper
from weasyprint.css.counters import CounterStyle
from weasyprint.document import Page as Leaf
from weasyprint.formatting_structure.boxes import TextBox
from weasyprint.html import UA
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from reports import html, shapes
from reports.face import HOUSE, Face
from reports.glyphs import fonts
from reports.language import Language, language
from reports.page import Page
from reports.sections.definitions import Definition

# Reviews of one level and language share their definitions, but for what a proposal of one of them stands on.
_APPENDICES: Final = 12
_PICTURE: Final = re.compile(r"data:(image/(?:png|jpeg));base64,([A-Za-z0-9+/=]+)")
# The dropped rules give every element pseudo-elements of its own (::marker, ::footnote-call, ...), each with styles;
# a review uses none of them.
_LEAN_UA: Final = re.sub(r"(?m)^::(?:marker|footnote|note)[\w-]*\s*\{[^}]*\}\s*$", "", UA)


class Bundled(URLFetcher):  # type: ignore[misc]
    """Serves the fonts of this package by name, pictures that are their own address; all else stops the document."""

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:  # noqa: ARG002
        """The font of a `bundled:` address, the picture of a `data:` one."""
        if picture := _PICTURE.fullmatch(url):
            return URLFetcherResponse(url, b64decode(picture[2]), {"Content-Type": picture[1]})
        name = url.removeprefix("bundled:")
        if name not in fonts():
            raise FatalURLFetchingError(f"a review fetches nothing, but was asked for {url[:200]!r}")
        return URLFetcherResponse(url, fonts()[name], {"Content-Type": "font/ttf"})


@dataclass(frozen=True, slots=True)
class Press:
    """What every document shares."""

    fonts: FontConfiguration
    fetcher: Bundled

    def lay_out(self, shown: Page, words: Language, face: Face = HOUSE) -> weasyprint.Document:
        """The pages of a review, its definitions on the last ones, the contents with the numbers of all."""
        appendix = _appendix(words.code, shown.definitions, face)
        numbers = dict.fromkeys(shown.contents, 0)
        document = self.laid(html.write(shown, words, numbers, len(appendix), face), face)
        _filled(document.pages, appendix)
        _number(document.pages[0], page_numbers(document, shown.contents))
        return document

    def laid(self, source: str, face: Face = HOUSE) -> weasyprint.Document:
        """A page of ours as it is."""
        with shapes.known():
            return _Xhtml(source, self.fetcher).render(stylesheets=[styles(face)], font_config=self.fonts)


class _Xhtml(weasyprint.HTML):  # type: ignore[misc]
    """Well-formed output of our own template, parsed by expat."""

    def __init__(self, text: str, fetcher: URLFetcher) -> None:
        self.base_url, self.media_type, self.url_fetcher = None, "print", fetcher
        self.wrapper_element = ElementWrapper.from_html_root(ET.fromstring(text), content_language=None)  # noqa: S314
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: bool = False) -> list[weasyprint.CSS]:  # noqa: ARG002
        return [_lean_styles()]


@lru_cache
def press() -> Press:
    """The press of this process."""
    # What is loaded by now stays; without it every collection would walk through it again.
    gc.freeze()
    font_files = FontConfiguration()
    # They are removed with their configuration, which a process that ends does not come to.
    atexit.register(font_files.__del__)
    return Press(font_files, Bundled())


@lru_cache
def styles(face: Face) -> weasyprint.CSS:
    """The style sheet in the colours of `face`, parsed once."""
    return weasyprint.CSS(string=html.styles(face), font_config=press().fonts, url_fetcher=press().fetcher)


@lru_cache
def _lean_styles() -> weasyprint.CSS:
    return weasyprint.CSS(string=_LEAN_UA, counter_style=CounterStyle())


@lru_cache(_APPENDICES)
def _appendix(code: str, definitions: tuple[Definition, ...], face: Face) -> tuple[Any, ...]:
    """What stands on each page of the definitions, without the margins: they belong to the review."""
    if not definitions:
        return ()
    document = press().laid(html.write_definitions(definitions, language(code), face), face)
    return tuple(page._page_box.children[0] for page in document.pages[1:])  # noqa: SLF001 - the version is pinned


def _filled(pages: list[Leaf], appendix: tuple[Any, ...]) -> None:
    """Put the appendix where the review has empty leaves for it, at its end."""
    for at, body in enumerate(appendix, len(pages) - len(appendix)):
        leaf = pages[at]._page_box  # noqa: SLF001
        leaf.children = [body, *leaf.children[1:]]
        pages[at] = Leaf(leaf)


def page_numbers(document: weasyprint.Document, sections: tuple[str, ...]) -> dict[str, int]:
    """The page on which each section begins."""
    pages = list(enumerate(document.pages, 1))
    return {name: next(number for number, leaf in pages if name in leaf.anchors) for name in sections}


def _number(cover: Leaf, numbers: Mapping[str, int]) -> None:
    """Write the numbers into the contents, which keep a place of fixed width for them."""
    for box, name in _places(cover):
        box.text = box.pango_layout.text = str(numbers[name])


def _places(cover: Leaf) -> Iterator[tuple[TextBox, str]]:
    for box in cover._page_box.descendants():  # noqa: SLF001
        if isinstance(box, TextBox) and box.element is not None and (name := box.element.get("data-page")):
            yield box, name
