"""The site's own face: colours keep what can be told apart, the logo needs nothing, templates stay in their box."""

import re
from base64 import b64encode
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import outloud  # type: ignore[import-untyped]
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2.exceptions import SecurityError
from PIL import Image
from pypdfium2 import raw

from reports import html, keys, pdf, web
from reports.canonical import canonical, restored
from reports.face import ACCENT, HOUSE, PRIMARY, Face, contrast, darkened, dyed
from reports.review import Review
from tests.reports import reviews

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06X}")
PLUM = Face("#5A1846", "#8E2A6B")


def logo() -> str:
    file = BytesIO()
    Image.new("RGB", (80, 20), PLUM.primary).save(file, "PNG")
    return f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"


def faced(face: Face, *sign_off: str) -> Review:
    plain = reviews.store()
    signers = tuple({"vi": name, "en": name} for name in sign_off)
    return replace(plain, organisation=replace(plain.organisation, face=face, sign_off=signers))


def written(review: Review) -> str:
    return web.render(review, "en", reviews.ISSUED).decode()


def test_contrast_is_that_of_the_standard() -> None:
    """WebAIM's published pairs: #777777 on white 4.48, #0000FF on white 8.59, black on white 21."""
    assert [round(contrast(colour), 2) for colour in ("#777777", "#0000FF", "#000000")] == [4.48, 8.59, 21.0]


@given(colour=COLOURS, ratio=st.sampled_from([4.5, 7.0]))
def test_the_tone_that_is_offered_passes(colour: str, ratio: float) -> None:
    assert contrast(darkened(colour, ratio)) >= ratio


@given(accent=COLOURS)
def test_a_tint_keeps_its_luminance_so_that_grey_prints_do_not_change(accent: str) -> None:
    house = ("#7FB0B0", "#C5DAD9", "#F3F7F7", "#0F2A30")
    site = [dyed(tint, Face(PRIMARY, accent)) for tint in house]
    assert [contrast(tint) for tint in site] == pytest.approx([contrast(tint) for tint in house], rel=0.04)


def test_colours_of_statuses_and_greys_are_never_the_sites() -> None:
    told = "#14785A #B4232F #D98A00 #8F5B00 #F2B544 #5C6C78 #FFFFFF"
    assert dyed(told, PLUM) == told
    assert dyed(f"{PRIMARY} {ACCENT}", PLUM) == f"{PLUM.primary} {PLUM.accent}"


def test_no_colour_of_the_house_is_left_and_no_name_is_taken_for_one() -> None:
    review = reviews.renamed(faced(PLUM), f"Store {ACCENT}")
    text = written(review)
    assert PLUM.primary in text
    shown = re.findall(f"(.{{6}}){PRIMARY}|(.{{6}}){ACCENT}", text)
    assert {"".join(before) for before in shown} == {"Store "}
    assert f"Store {ACCENT}" in text


@pytest.mark.parametrize("code", ["en", "vi"])
def test_a_document_with_logo_and_sign_off_reads_well_aloud(tmp_path: Path, code: str) -> None:
    review = faced(replace(PLUM, logo=logo()), "Prepared by <b>", "Approved by")
    file = tmp_path / "review.pdf"
    file.write_bytes(pdf.render(review, code, reviews.ISSUED))
    found = outloud.check(str(file))
    assert [each.message for each in found.findings if each.severity == "error"] == []
    with pypdfium2.PdfDocument(file) as opened:
        text = "".join(leaf.get_textpage().get_text_bounded() for leaf in opened)
        pictures = [found.get_px_size() for found in opened[0].get_objects([raw.FPDF_PAGEOBJ_IMAGE])]
    assert "Prepared by <b>" in text
    assert "Approved by" in text
    assert pictures == [(80, 20)]


def test_a_face_is_pinned_with_the_review_and_makes_it_another_document() -> None:
    review = faced(replace(PLUM, logo=logo(), templates=(("cover.j2", "<p>own</p>"),)), "Approved by")
    assert restored(Review, canonical(review)) == review
    assert keys.key(review, "en", ()) != keys.key(faced(HOUSE, "Approved by"), "en", ())


def test_a_template_of_the_site_takes_the_place_of_the_shipped_one() -> None:
    own = replace(HOUSE, templates=(("cover.j2", "<h1>{{ page.cover.name }}, ours {{ 6 * 7 }}</h1>"),))
    text = written(reviews.renamed(faced(own), "{{ 7 * 7 }} <b>"))
    assert "<h1>{{ 7 * 7 }} &lt;b&gt;, ours 42</h1>" in text
    assert "ours 42" not in written(faced(HOUSE))


@pytest.mark.parametrize(
    "hostile",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ page.__init__.__globals__ }}",
        "{{ t.__func__.__globals__ }}",
        "{{ page.tiles.__class__.__base__.__subclasses__() }}",
        "{% for n in range(10000000) %}{% endfor %}",
    ],
)
def test_a_template_of_the_site_reaches_nothing_but_the_page(hostile: str) -> None:
    with pytest.raises((SecurityError, OverflowError)):
        written(faced(Face(templates=(("cover.j2", hostile),))))


@pytest.mark.parametrize(
    "address",
    ["https://example.org/x.png", "file:///etc/passwd", "data:image/svg+xml;base64,AAAA"],
)
def test_a_template_of_the_site_fetches_nothing(address: str) -> None:
    own = Face(templates=(("cover.j2", f'<h1>a</h1><img alt="a" src="{address}"/>'),))
    with pytest.raises(BaseException, match="fetches nothing"):
        pdf.render(faced(own), "en", reviews.ISSUED)


def test_what_may_be_replaced_are_the_templates_of_a_review() -> None:
    names = html.names()
    assert {"cover.j2", "review.css", "web.css", "sections/scorecard.j2"} <= set(names)
    assert not {name for name in names if "letter" in name or "archive" in name}
    assert html.refused("cover.j2", "a\n{% if %}") == "line 2: Expected an expression, got 'end of statement block'"
    assert html.refused("cover.j2", "{{ page.cover.name }}") is None
