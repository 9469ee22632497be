"""A review is read in any light, on any printer, by eyes that see no colours."""

import re
from collections import Counter
from collections.abc import Iterator
from ctypes import byref, c_uint
from itertools import pairwise

import pypdfium2
import pytest
from PIL import Image
from pypdfium2 import raw

from reports import html
from reports.language import language
from reports.review import Review, Status
from reports.sections.marks import SHAPES
from tests.reports import reviews
from tests.reports.conftest import Print

Colour = tuple[int, int, int]
SCALE = 2
LEAST_OF_TEXT = 4.5  # WCAG 2.2, 1.4.3
LEAST_OF_FILLS = 1.5


def luminance(colour: Colour) -> float:
    """Relative luminance of sRGB, WCAG 2.2."""
    parts = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: Colour, other: Colour) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("review", [reviews.store(), reviews.chain()], ids=["store", "chain"])
def test_every_text_stands_out_from_what_is_behind_it(review: Review, print_once: Print) -> None:
    with pypdfium2.PdfDocument(print_once(review, "vi")) as document:
        weak = Counter(pair for page in document for pair in colours(page) if contrast(*pair) < LEAST_OF_TEXT)
    assert weak == {}


def colours(page: pypdfium2.PdfPage) -> Iterator[tuple[Colour, Colour]]:
    """The colour of each text and of what surrounds it."""
    image = page.render(scale=SCALE).to_pil().convert("RGB")
    for text in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=5):
        red, green, blue, alpha = c_uint(), c_uint(), c_uint(), c_uint()
        raw.FPDFPageObj_GetFillColor(text.raw, byref(red), byref(green), byref(blue), byref(alpha))
        yield (red.value, green.value, blue.value), around(image, text.get_bounds())


def around(image: Image.Image, bounds: tuple[float, float, float, float]) -> Colour:
    left, bottom, right, top = (round(SCALE * at) for at in bounds)
    wide = max(0, left - 2), min(image.width, right + 2)
    pixels: Counter[Colour] = Counter()
    # A rule that lies there is thinner than this.
    for begins in (image.height - top - 6, image.height - bottom + 2):
        upper, lower = (min(max(0, y), image.height) for y in (begins, begins + 5))
        strip = image.crop((wide[0], upper, wide[1], lower))
        for count, colour in strip.getcolors(strip.width * strip.height + 1) or ():
            pixels[colour] += count  # type: ignore[index]
    return pixels.most_common(1)[0][0]


def test_a_status_has_a_shape_and_a_word_of_its_own() -> None:
    assert len({SHAPES[status] for status in Status}) == len(Status)
    for code in ("vi", "en"):
        assert len({language(code).text(f"status.{status}") for status in Status}) == len(Status)


def test_scenarios_beside_each_other_differ_in_grey() -> None:
    styles = html.styles()
    fills = [
        rgb(re.findall(rf"\.key \.{name} {{ background: #(\w{{6}})", styles)[0])
        for name in ("this", "earlier", "before")
    ]
    assert [contrast(*pair) >= LEAST_OF_FILLS for pair in pairwise(fills)] == [True, True]


def rgb(text: str) -> Colour:
    return int(text[:2], 16), int(text[2:4], 16), int(text[4:], 16)
