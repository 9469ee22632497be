"""The printed review: complete, the same bytes every time, and deaf to whatever stands in the data."""

import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pypdfium2
import pytest
import weasyprint
from fontTools.ttLib import TTFont

from reports import html, pdf
from reports.face import HOUSE
from reports.language import language, languages
from reports.page import page
from reports.press import Bundled, page_numbers, press, styles
from reports.review import Quality, Review, Score
from reports.sections.marks import SHAPES
from tests.reports import cut_fonts, reviews
from tests.reports.conftest import Print

ROOT = Path(__file__).resolve().parents[2]


def printed(document: bytes) -> str:
    """The text of all pages without any space, since lines break where they must."""
    with pypdfium2.PdfDocument(document) as opened:
        pages = [opened[i].get_textpage().get_text_bounded() for i in range(len(opened))]
    return squeezed("".join(pages))


def squeezed(text: str) -> str:
    # A word broken at its own hyphen is marked as broken there, in one way or another.
    return "".join(re.sub("[-\u00ad\u2010\u2011\ufffe\N{REPLACEMENT CHARACTER}\x02]", "", text).split())


@pytest.fixture
def no_warning(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """The layout engine drops what it does not understand with a mere warning."""
    yield
    assert [record.message for record in caplog.get_records("call") if record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("code", ["vi", "en"])
@pytest.mark.parametrize("review", [reviews.store(), reviews.chain()], ids=["store", "chain"])
def test_every_name_figure_and_reason_is_printed(review: Review, code: str, print_once: Print) -> None:
    text = printed(print_once(review, code).read_bytes())
    shown = page(review, language(code), reviews.ISSUED)
    assert shown.scorecard
    assert shown.trends
    assert shown.parts
    assert shown.people
    rows = [row for kind in shown.scorecard.kinds for row in kind.rows]
    wanted = [
        shown.cover.name,
        shown.cover.kicker,
        shown.cover.dial.text,
        *(part for tile in shown.tiles for part in (tile.label, tile.value)),
        *(part for row in rows for part in (row.name, row.target, row.actual, row.variance, row.note, row.mark.word)),
        *(part for row in shown.trends.rows for part in (row.month, row.actual, row.last_year, row.target)),
        *(part for row in shown.parts.rows + shown.people.rows for part in (row.name, row.score_text, *row.values)),
        *(part for row in shown.statement.accounts for part in (row.source, *row.sums, row.verdict)),
        *(part for row in shown.statement.reasons for part in (row.text, row.rows)),
        *(part for row in shown.statement.facts for part in (row.name, row.value)),
        *(part for kpi in shown.definitions for part in (kpi.name, kpi.objective, kpi.why, kpi.measured_by)),
        *(part for kpi in shown.definitions for part in (*kpi.levers, kpi.owner, kpi.reached_when, kpi.reviewed)),
    ]
    assert [part for part in wanted if squeezed(part) not in text] == []


def brief(review: Review) -> Review:
    """The same review with its scored KPIs only."""
    return replace(review, figures=tuple(figure for figure in review.figures if figure.weight))


def nothing_measured() -> Review:
    store = reviews.store()
    return replace(
        store,
        figures=tuple(reviews.unmeasured(figure.kpi) for figure in store.figures),
        score=Score(None, None, None, Decimal(0), "hold"),
        members=(),
        people=(),
        quality=Quality((), (), 0, 0, 0, None, None),
    )


@pytest.mark.usefixtures("no_warning")
@pytest.mark.parametrize(
    "review",
    [
        nothing_measured(),
        replace(nothing_measured(), figures=()),
        replace(reviews.chain(), members=reviews.chain().members[:1], people=()),
        reviews.store(people=200),
        reviews.scaled(reviews.store(), Decimal(10) ** 31),
        reviews.scaled(reviews.store(), Decimal(-1)),
        reviews.scaled(reviews.store(), Decimal(0)),
        reviews.renamed(reviews.store(), "Nguyễn Thị " * 28),
    ],
    ids=["nothing measured", "no KPI", "one store", "200 people", "huge", "negative", "zero", "300 characters"],
)
def test_edges_are_printed_without_a_warning(review: Review) -> None:
    text = printed(pdf.render(brief(review), "vi", reviews.ISSUED))
    assert squeezed(review.group.name["vi"]) in text


@pytest.mark.usefixtures("no_warning")
def test_huge_amounts_are_printed_to_the_last_digit() -> None:
    review = brief(reviews.scaled(reviews.store(), Decimal(10) ** 31))
    exact = language("en").money(review.figures[0].actual or Decimal(0), "VND")
    assert len(exact) > 40
    assert exact in printed(pdf.render(review, "en", reviews.ISSUED))


def test_a_fetcher_serves_the_bundled_fonts_only() -> None:
    assert Bundled().fetch("bundled:text-400.ttf").read()
    for url in ("file:///etc/passwd", "http://127.0.0.1/", "bundled:../pdf.py", "data:text/plain,x"):
        with pytest.raises(weasyprint.urls.FatalURLFetchingError):
            Bundled().fetch(url)


def test_the_same_review_gives_the_same_bytes_in_any_process(print_once: Print) -> None:
    script = (
        "import hashlib; from reports.pdf import render; from tests.reports import reviews;"
        "print(hashlib.sha256(render(reviews.store(), 'vi', reviews.ISSUED)).hexdigest())"
    )
    other = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={"PYTHONHASHSEED": "1", "TZ": "Asia/Ho_Chi_Minh", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert other.stdout.strip() == sha256(print_once(reviews.store(), "vi").read_bytes()).hexdigest()


def test_a_warm_press_prints_what_a_cold_one_does() -> None:
    store = brief(reviews.store())
    first = pdf.render(store, "vi", reviews.ISSUED)
    # The same definitions on other pages, in another language, and others of their own.
    pdf.render(brief(reviews.store(people=60)), "vi", reviews.ISSUED)
    pdf.render(reviews.store(), "en", reviews.ISSUED)
    assert pdf.render(store, "vi", reviews.ISSUED) == first


@pytest.mark.parametrize("review", [reviews.store(), reviews.chain()], ids=["store", "chain"])
def test_the_press_gives_the_bytes_of_the_plain_way(review: Review) -> None:
    """Whole, with its definitions and page numbers, parsed as HTML, under all rules, the document is the same."""
    words = language("vi")
    shown = page(review, words, reviews.ISSUED)
    short = press().lay_out(shown, words)
    source = "<!DOCTYPE html>" + html.write(shown, words, page_numbers(short, shown.contents))
    plain = weasyprint.HTML(string=source, url_fetcher=Bundled())
    options = {"pdf_identifier": b"x" * 16, "pdf_variant": "pdf/ua-1"}
    whole = plain.render(stylesheets=[styles(HOUSE)], font_config=press().fonts)
    expected = whole.write_pdf(finisher=pdf.completed, **options)
    assert pdf.written(short, b"x" * 16) == expected


def test_the_key_changes_with_the_content_and_only_with_it() -> None:
    review = reviews.store()
    key = pdf.content_key(review, "vi")
    assert key == pdf.content_key(reviews.store(), "vi")
    assert key != pdf.content_key(review, "en")
    assert key != pdf.content_key(replace(review, data_version="another"), "vi")
    assert key != pdf.content_key(replace(review, score=replace(review.score, value=Decimal("96.44"))), "vi")


def test_the_key_does_not_depend_on_the_order_of_names() -> None:
    review = reviews.chain()
    turned = replace(review.group, name=dict(reversed(list(review.group.name.items()))))
    assert pdf.content_key(review, "vi") == pdf.content_key(replace(review, group=turned), "vi")


def test_the_document_says_what_it_is(print_once: Print) -> None:
    with pypdfium2.PdfDocument(print_once(reviews.store(), "vi")) as opened:
        meta = opened.get_metadata_dict()
        outline = [entry.get_title() for entry in opened.get_toc()]
    assert meta["Title"] == "Đánh giá KPI Tháng 10/2026 – Nguyễn Huệ"
    assert meta["Author"] == "Chuỗi cà phê Sông Xanh"
    assert meta["CreationDate"].startswith("D:20261103060000")
    words = language("vi")
    titles = ("scorecard", "trends", "people", "statement", "definitions")
    assert {words.text(f"{name}.title") for name in titles} < set(outline)


@pytest.mark.parametrize("name", [face[2] for face in cut_fonts.FACES])
def test_every_letter_of_every_language_has_its_glyph(name: str) -> None:
    """A letter that is missing is an empty box, or whatever the machine has; shapes are in the number face."""
    glyphs = {letter for letter in letters_of("number-400.ttf") if not chr(letter).isalnum()} | letters_of(name)
    texts = [*(text for code in languages() for text in language(code).texts.values()), *spoken()]
    shapes = "".join(SHAPES.values()) + "✓✗■" if name.startswith("number") else ""
    assert {letter for letter in {*"".join(texts), *shapes} - {"\n"} if ord(letter) not in glyphs} == set()


def letters_of(face: str) -> set[int]:
    return set(TTFont(ROOT / "reports" / "fonts" / face).getBestCmap())


def spoken() -> Iterator[str]:
    for kpi in reviews.catalogue().values():
        answers = kpi.answers
        for text in (kpi.name, answers.objective, answers.why, answers.measured_by, answers.reached_when):
            yield from text.values()
        yield from ("".join(levers) for levers in answers.levers.values())
