"""Approve page one as it looks now: `python -m tests.reports.approve`; look at the pictures before you commit."""

import sys
from pathlib import Path
from typing import Final

import pypdfium2
from PIL import Image

from reports import pdf
from tests.reports import reviews

APPROVED: Final = Path(__file__).parent / "approved"
SCALE: Final = 0.5
PICTURES: Final = {
    f"{name}.{code}": (review, code)
    for name, review in (("chain", reviews.chain), ("store", reviews.store))
    for code in ("vi", "en")
}


def picture(content: bytes) -> Image.Image:
    """Page one of a PDF in few greys: enough to see that something moved, small enough to keep."""
    with pypdfium2.PdfDocument(content) as document:
        image: Image.Image = document[0].render(scale=SCALE, grayscale=True).to_pil()
    return image.convert("L").point(lambda grey: grey // 16 * 17)


def main() -> None:
    """Write every picture anew."""
    APPROVED.mkdir(exist_ok=True)
    for name, (review, code) in PICTURES.items():
        picture(pdf.render(review(), code, reviews.ISSUED)).save(APPROVED / f"{name}.png", optimize=True)
        sys.stdout.write(f"{APPROVED / name}.png\n")


if __name__ == "__main__":
    main()
