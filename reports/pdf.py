"""Reviews as PDF: the same bytes for the same review.

A process keeps one warm press, for one thread; run one process a core.
"""

import gc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

import pydyf  # type: ignore[import-untyped]
import weasyprint
from weasyprint.text.ffi import pango

from reports import archival, keys, shapes
from reports.language import language
from reports.page import page
from reports.press import press
from reports.review import Review

_LIBRARIES: Final = (
    "weasyprint",
    "pydyf",
    "tinycss2",
    "cssselect2",
    "fonttools",
    "pillow",
    "jinja2",
    "babel",
    "xlsxwriter",
)
_SCOPES: Final = {"col": "/Column", "row": "/Row", "rowgroup": "/Row"}
_PRINTED: Final = 4  # the flag of an annotation


def render(review: Review, code: str, issued_at: datetime) -> bytes:
    """The PDF of `review` in the language `code`.

    The same review, language, moment and libraries give the same bytes, in any process. `issued_at` is the date the
    document carries. Raises MissingText for a language without its file.
    """
    with _collected_after():
        return _rendered(review, code, issued_at)


def _rendered(review: Review, code: str, issued_at: datetime) -> bytes:
    words = language(code)
    document = press().lay_out(page(review, words, issued_at), words, review.organisation.face)
    workbook = archival.attached(review, code, issued_at) if review.organisation.archival else None
    return written(document, bytes.fromhex(content_key(review, code))[:16], workbook)


def written(document: weasyprint.Document, identifier: bytes, workbook: weasyprint.Attachment | None = None) -> bytes:
    """The laid out document as a tagged PDF, for readers who listen too; with its workbook, for the archive."""
    options = {"finisher": _finished, "pdf_identifier": identifier, "pdf_variant": "pdf/ua-1"}
    if workbook:
        archival.claim(document)
        options |= {"pdf_variant": archival.VARIANT, "attachments": [workbook]}
    with shapes.known():
        return bytes(document.write_pdf(**options))


def _finished(document: weasyprint.Document, pdf: pydyf.PDF) -> None:
    completed(document)
    pdf.objects = [source if source.free == "f" else _Settled(source) for source in pdf.objects]


def completed(document: weasyprint.Document, _: pydyf.PDF | None = None) -> None:
    """Say what WeasyPrint leaves out: what header cells are the heads of, and that links are printed as shown."""
    for leaf in document.pages:
        for box in leaf._page_box.descendants():  # noqa: SLF001 - the version is pinned
            if box.element_tag == "th" and (tag := getattr(box, "mark", None)):
                tag["A"]["Scope"] = _SCOPES[box.element.get("scope")]
            if box.link_annotation:
                box.link_annotation["F"] = _PRINTED


class _Settled(pydyf.Object):  # type: ignore[misc]
    """An object of a finished file, as bytes: to identify a file, the writer asks for all of them a second time."""

    data = b""

    def __init__(self, source: pydyf.Object) -> None:
        super().__init__()
        self.number, self.data, self._compressible = source.number, source.data, source.compressible

    @property
    def compressible(self) -> bool:
        return bool(self._compressible)


def content_key(review: Review, code: str) -> str:
    """What decides the content of a PDF: a review that has the same key need not be rendered again (64 hex digits)."""
    return keys.key(review, code, _LIBRARIES, str(pango.pango_version()), zlib.ZLIB_RUNTIME_VERSION)


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
