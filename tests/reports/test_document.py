"""The review as a document: for the eye, for the ear, for a machine, in colour and in grey."""

from collections.abc import Iterator
from ctypes import byref, c_int
from dataclasses import replace

import outloud  # type: ignore[import-untyped]
import pypdfium2
import pytest
from pypdfium2 import raw

from reports.language import language
from reports.review import Group, Review
from reports.stamp import stamp
from tests.reports import reviews
from tests.reports.conftest import Print
from tests.reports.test_pdf import squeezed


def department() -> Review:
    store = reviews.store(people=8)
    group = Group(
        "department", "nguyen_hue.bar", {"vi": "Pha chế", "en": "Bar"}, (*store.group.parents, store.group.name)
    )
    return replace(store, group=group, members=())


def chain(stores: int) -> Review:
    some = reviews.chain()
    members = (replace(some.members[0], group=Group("store", f"S{i}", {"vi": f"Cửa hàng {i}"})) for i in range(stores))
    return replace(some, members=tuple(members))


def texts(document: pypdfium2.PdfDocument) -> list[str]:
    return [squeezed(page.get_textpage().get_text_bounded()) for page in document]


@pytest.mark.parametrize("code", ["vi", "en"])
@pytest.mark.parametrize(
    "review", [reviews.chain(), reviews.store(), department()], ids=["chain", "store", "department"]
)
def test_a_screen_reader_finds_no_error(review: Review, code: str, print_once: Print) -> None:
    found = outloud.check(str(print_once(review, code)))
    assert [finding.message for finding in found.findings if finding.severity == "error"] == []
    # What is left: running lines are no artifacts to WeasyPrint, and alternative texts of figures are terse.
    assert {finding.rule for finding in found.findings} <= {"PAG-001", "FIG-012", "ORD-001"}


def test_a_machine_finds_out_whose_review_it_is(print_once: Print) -> None:
    with pypdfium2.PdfDocument(print_once(reviews.store(), "vi")) as document:
        assert document.get_metadata_dict()["Keywords"] == "song_xanh/store/nguyen_hue/2026-10/1"
    assert stamp(replace(reviews.store(), revision=3)) == "song_xanh/store/nguyen_hue/2026-10/3"


@pytest.mark.parametrize(
    "review",
    [chain(1), chain(60), chain(300), reviews.store(people=1), reviews.store(people=200), department()],
    ids=["1 store", "60 stores", "300 stores", "1 person", "200 people", "department"],
)
def test_every_page_is_numbered_and_none_is_empty(review: Review, print_once: Print) -> None:
    with pypdfium2.PdfDocument(print_once(review, "vi")) as document:
        pages, count = texts(document), len(document)
        for number, text in enumerate(pages, 1):
            assert f"Trang{number}/{count}" in text
            assert len(text) > 300


def test_a_table_that_runs_over_pages_has_its_head_on_each(print_once: Print) -> None:
    with pypdfium2.PdfDocument(print_once(chain(300), "vi")) as document:
        pages = texts(document)
    # Words of the table's head, and of no row.
    head = squeezed(language("vi").text("people.rank")) + squeezed(language("vi").text("levels.store"))
    # Above a long ranking its ends are drawn on one scale, in tables of another head.
    begin = next(number for number, text in enumerate(pages) if head in text)
    holding = [text for text in pages[begin:] if "Cửahàng2" in text]
    assert len(holding) > 3
    assert [head in text for text in holding] == [True] * len(holding)


def test_the_contents_and_the_names_of_kpis_lead_to_their_places(print_once: Print) -> None:
    with pypdfium2.PdfDocument(print_once(reviews.store(), "vi")) as document:
        targets = list(link_targets(document, 0))
        titles = {entry.get_title(): entry.get_dest().get_index() for entry in document.get_toc()}
    words = language("vi")
    sections = ("scorecard", "trends", "people", "statement", "definitions")
    assert {titles[words.text(f"{name}.title")] for name in sections} <= set(targets[:6])
    # A name on two lines is two links.
    assert len(targets) >= 6 + len(reviews.store().figures)
    # The line on data leads to its statement.
    named = [page for page in targets[6:] if page != titles[words.text("statement.title")]]
    assert min(named) >= titles[words.text("definitions.title")]


def link_targets(document: pypdfium2.PdfDocument, number: int) -> Iterator[int]:
    """The pages that the links of a page lead to."""
    page, at, link = document[number], c_int(0), raw.FPDF_LINK()
    while raw.FPDFLink_Enumerate(page.raw, byref(at), byref(link)):
        yield raw.FPDFDest_GetDestPageIndex(document.raw, raw.FPDFLink_GetDest(document.raw, link))


def test_no_text_leaves_its_page(print_once: Print) -> None:
    long = reviews.renamed(reviews.store(people=12), "Nguyễn-Thị-Ngọc-Ánh " * 12)
    with pypdfium2.PdfDocument(print_once(long, "vi")) as document:
        outside = [box for page in document for box in text_boxes(page) if not within(box, *page.get_size())]
    assert outside == []


def text_boxes(page: pypdfium2.PdfPage) -> Iterator[tuple[float, float, float, float]]:
    text = page.get_textpage()
    yield from (text.get_rect(number) for number in range(text.count_rects()))


def within(box: tuple[float, float, float, float], width: float, height: float) -> bool:
    left, bottom, right, top = box
    return 0 <= left <= right <= width and 0 <= bottom <= top <= height
