"""A review for the archive: PDF/A-3 that carries its workbook, and still reads aloud."""

import re
import zlib
from dataclasses import replace
from pathlib import Path

import outloud  # type: ignore[import-untyped]
import pypdfium2

from reports import pdf, workbook
from reports.pdf_text import read_pdf
from reports.review import Review
from tests.reports import reviews
from tests.reports.test_pdf import brief


def archival() -> Review:
    store = brief(reviews.store())
    return replace(store, organisation=replace(store.organisation, archival=True))


def metadata(document: bytes) -> str:
    packed = re.search(rb"/Type /Metadata.*?stream\r?\n(.*?)\r?\nendstream", document, re.DOTALL)
    assert packed is not None
    return zlib.decompress(packed.group(1)).decode()


def test_the_workbook_lies_in_the_document_that_says_what_it_is(tmp_path: Path) -> None:
    review = archival()
    document = pdf.render(review, "en", reviews.ISSUED)
    with pypdfium2.PdfDocument(document) as opened:
        attachment = opened.get_attachment(0)
        assert (opened.count_attachments(), attachment.get_name()) == (1, "store-nguyen_hue.en.xlsx")
        assert bytes(attachment.get_data()) == workbook.render(review, "en", reviews.ISSUED)
    told = metadata(document)
    assert re.search(r'pdfaid:part="3".*pdfuaid:part="1"', told, re.DOTALL)
    file = tmp_path / "review.pdf"
    file.write_bytes(document)
    assert [found.message for found in outloud.check(str(file)).findings if found.severity == "error"] == []
    assert "Nguyễn Huệ" in "".join(read_pdf(document).pages)


def test_the_same_archival_review_is_the_same_bytes_and_another_document_than_the_plain_one() -> None:
    review = archival()
    assert pdf.render(review, "en", reviews.ISSUED) == pdf.render(review, "en", reviews.ISSUED)
    plain = replace(review, organisation=replace(review.organisation, archival=False))
    assert pdf.content_key(review, "en") != pdf.content_key(plain, "en")
