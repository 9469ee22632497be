"""What a review costs to print: ours warm and cold beside plain WeasyPrint, Typst and Chromium, in CPU seconds.

Each time another month's figures under the same names are printed, as in a night of many reviews.
"""

import gc
import resource
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import TypeVar

import weasyprint

from reports import html, pdf
from reports.language import language
from reports.page import page
from reports.press import Bundled, page_numbers, press
from reports.review import Review
from tests.perf import typesetting
from tests.reports import reviews

T = TypeVar("T")
TIMES = 8
COLD = (
    "from reports.pdf import render; from tests.reports import reviews; render(reviews.store(), 'vi', reviews.ISSUED)"
)
WORDS = language("vi")


def cpu(who: int = resource.RUSAGE_SELF) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def months() -> list[Review]:
    return [reviews.scaled(reviews.store(), Decimal(100 + step) / 100) for step in range(TIMES + 1)]


def mean(work: Callable[[T], object], each: list[T], who: int = resource.RUSAGE_SELF) -> float:
    """CPU seconds a time, once warm."""
    work(each[0])
    began = cpu(who)
    for one in each[1:]:
        work(one)
    return (cpu(who) - began) / len(each[1:])


def whole(review: Review) -> str:
    """The document of a review as plain WeasyPrint takes it, page numbers and style sheet within."""
    shown = page(review, WORDS, reviews.ISSUED)
    numbers = page_numbers(press().lay_out(shown, WORDS), shown.contents)
    source = "<!DOCTYPE html>" + html.write(shown, WORDS, numbers)
    return source.replace("</head>", f"<style>{html.styles()}</style></head>", 1)


def plain(source: str) -> bytes:
    return bytes(weasyprint.HTML(string=source, url_fetcher=Bundled()).write_pdf(pdf_variant="pdf/ua-1"))


def others(source: str) -> dict[str, tuple[str, float]]:
    """CPU seconds of one process each; who is not installed is left out."""
    found = {}
    with TemporaryDirectory() as folder:
        for name, (file, command) in typesetting.commands(source, Path(folder)).items():
            if which(name):
                run = lambda words: subprocess.run(words, check=True, capture_output=True)  # noqa: E731
                found[name] = (file, mean(run, [command] * 3, resource.RUSAGE_CHILDREN))
    return found


def main() -> None:
    shown = months()
    sources = [whole(review) for review in shown]
    pages = len(press().lay_out(page(shown[0], WORDS, reviews.ISSUED), WORDS).pages)

    gc.unfreeze()  # which plain use would not have frozen either
    naive = mean(plain, sources)
    gc.freeze()
    ours = mean(lambda review: pdf.render(review, "vi", reviews.ISSUED), shown)
    cold = mean(
        lambda code: subprocess.run([sys.executable, "-c", code], check=True), [COLD] * 2, resource.RUSAGE_CHILDREN
    )
    size = len(pdf.render(shown[0], "vi", reviews.ISSUED))
    rows = {"ours, warm": ours, "plain WeasyPrint, tagged as ours": naive, "ours, cold process": cold}
    rows |= {f"{name}, {what}": seconds for name, (what, seconds) in others(sources[0]).items()}
    sys.stdout.write(f"{pages} pages, {size:,} bytes, tagged\n")
    for name, seconds in rows.items():
        sys.stdout.write(f"{name:44}{seconds:7.2f} CPU s{seconds / ours:7.2f} times ours\n")
    missing = [name for name in typesetting.NAMES if which(name) is None]
    sys.stdout.write(f"not installed here, so not compared: {', '.join(missing) or 'none'}\n")


if __name__ == "__main__":
    main()
