"""What a review costs to print: ours warm and cold beside plain WeasyPrint on the same document, in CPU seconds."""

import gc
import resource
import subprocess
import sys
from collections.abc import Callable
from shutil import which

import weasyprint

from reports import html, pdf
from reports.language import language
from reports.page import page
from reports.press import Bundled, page_numbers, press
from tests.reports import reviews

TIMES = 8
COLD = (
    "from reports.pdf import render; from tests.reports import reviews; render(reviews.store(), 'vi', reviews.ISSUED)"
)


def cpu(who: int = resource.RUSAGE_SELF) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def mean(work: Callable[[], bytes]) -> tuple[float, bytes]:
    """CPU seconds a time, once warm, and what came of it."""
    document, began = work(), cpu()
    for _ in range(TIMES):
        document = work()
    return (cpu() - began) / TIMES, document


def main() -> None:
    review, words = reviews.store(), language("vi")
    shown = page(review, words, reviews.ISSUED)
    laid = press().lay_out(shown, words)
    source = "<!DOCTYPE html>" + html.write(shown, words, page_numbers(laid, shown.contents))
    whole = source.replace("</head>", f"<style>{html.styles()}</style></head>", 1)

    gc.unfreeze()  # which plain use would not have frozen either
    naive, _ = mean(
        lambda: bytes(weasyprint.HTML(string=whole, url_fetcher=Bundled()).write_pdf(pdf_variant="pdf/ua-1"))
    )
    gc.freeze()
    ours, document = mean(lambda: pdf.render(review, "vi", reviews.ISSUED))
    before = cpu(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", COLD], check=True)
    sys.stdout.write(
        f"{len(laid.pages)} pages, {len(document):,} bytes, tagged\n"
        f"ours, warm            {ours:6.2f} CPU s\n"
        f"plain, tagged as ours  {naive:6.2f} CPU s: {naive / ours:.2f} times ours\n"
        f"ours, cold process    {cpu(resource.RUSAGE_CHILDREN) - before:6.2f} CPU s\n"
    )
    missing = [name for name in ("typst", "chromium") if which(name) is None]
    sys.stdout.write(f"not installed here, so not compared: {', '.join(missing) or 'none'}\n")


if __name__ == "__main__":
    main()
