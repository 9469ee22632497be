"""Whatever stands in a name is a name: nothing is fetched, run, formatted, hidden or lost."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from unicodedata import category, normalize
from xml.etree import ElementTree as ET

import pypdfium2
import pytest

from reports import html, pdf
from reports.face import HOUSE
from reports.glyphs import REPLACEMENT, printable
from reports.language import language
from reports.page import page
from reports.press import Bundled, styles
from reports.review import Group, Review
from tests.reports import reviews
from tests.reports.naughty import EVERY, NAUGHTY
from tests.reports.test_pdf import brief, printed, squeezed

EN = language("en")


def xhtml(review: Review) -> ET.Element:
    shown = page(review, EN, reviews.ISSUED)
    return ET.fromstring(html.write(shown, EN, dict.fromkeys(shown.contents, 1)))


def named(names: Sequence[str]) -> Review:
    """A chain whose stores bear the names."""
    some = reviews.chain().members[0]
    members = (replace(some, group=Group("store", f"S{i}", {"en": name})) for i, name in enumerate(names))
    return brief(replace(reviews.chain(), members=tuple(members), people=()))


@pytest.mark.parametrize("kind", NAUGHTY)
def test_a_group_of_any_name_has_the_same_markup(kind: str) -> None:
    usual = [element.tag for element in xhtml(brief(reviews.renamed(reviews.store(), "x"))).iter()]
    for name in NAUGHTY[kind]:
        document = xhtml(brief(reviews.renamed(reviews.store(), name)))
        assert [element.tag for element in document.iter()] == usual
        assert document.findtext(".//h1") == printable(name).replace("\r", "\n")


def test_a_chain_of_such_stores_is_printed_without_a_fetch_or_a_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    styles(HOUSE)  # with their fonts, before the fetcher is watched
    fetched: list[str] = []
    monkeypatch.setattr(Bundled, "fetch", lambda _, url: fetched.append(url))
    document = pdf.render(named(EVERY), "en", reviews.ISSUED)
    text = printed(document)
    assert [name for name in EVERY if squeezed(printable(name)) not in text] == []
    assert fetched == []
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == []
    with pypdfium2.PdfDocument(document) as opened:
        assert opened.count_attachments() == 0


@pytest.mark.parametrize("name", EVERY)
def test_what_no_font_draws_is_marked_and_never_dropped(name: str) -> None:
    shown = printable(name)
    composed = normalize("NFC", name)
    assert len(shown) == len(composed)
    assert all(mark in (letter, REPLACEMENT) for letter, mark in zip(composed, shown, strict=True))
    assert not [mark for mark in shown if category(mark) in ("Cf", "Cs", "Co", "Cn")]


def test_vietnamese_names_are_printed_as_they_are_however_they_were_typed() -> None:
    for name in NAUGHTY["Vietnamese"]:
        assert printable(normalize("NFD", name)) == name
