"""Page one looks as it was approved; `python -m tests.reports.approve` approves another look."""

import pytest
from PIL import Image, ImageChops, ImageFilter

from tests.reports import reviews
from tests.reports.approve import APPROVED, PICTURES, picture
from tests.reports.conftest import Print

VISIBLE = 60  # of 255 greys, once blurred: what an eye would notice
MOST = 0.002  # share of pixels that another version of a rasteriser may draw otherwise


def changed(one: Image.Image, other: Image.Image) -> float:
    """The share of pixels that differ visibly."""
    if one.size != other.size:
        return 1.0
    blurred = (image.filter(ImageFilter.BoxBlur(1)) for image in (one, other))
    histogram = ImageChops.difference(*blurred).histogram()
    return sum(histogram[VISIBLE:]) / sum(histogram)


@pytest.mark.parametrize("name", PICTURES)
def test_page_one_looks_as_approved(name: str, print_once: Print) -> None:
    review, code = PICTURES[name]
    with Image.open(APPROVED / f"{name}.png") as approved:
        share = changed(approved.convert("L"), picture(print_once(review(), code).read_bytes()))
    assert share <= MOST, f"{share:.2%} of {name} changed; look at it, then run python -m tests.reports.approve"


def test_a_line_that_moved_is_seen(print_once: Print) -> None:
    now = picture(print_once(reviews.store(), "en").read_bytes())
    moved = now.copy()
    moved.paste(now.crop((0, 180, now.width, 260)), (0, 186))
    assert changed(now, moved) > MOST
